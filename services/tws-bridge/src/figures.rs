//! The names and meanings of the bridge's metrics.

use metrics::{Unit, describe_counter, describe_gauge, describe_histogram};

pub(crate) const ENGINE_REQUEST_DURATION: &str = "resync_engine_request_duration_seconds";
pub(crate) const ENGINE_REACHABLE: &str = "resync_engine_reachable";
pub(crate) const MIRROR_APPLY_DURATION: &str = "resync_mirror_apply_duration_seconds";
pub(crate) const MIRROR_UPDATES: &str = "resync_mirror_updates_total";
pub(crate) const MIRROR_CHANGES: &str = "resync_mirror_changes_total";
pub(crate) const MIRROR_JOBS: &str = "resync_mirror_jobs";
pub(crate) const MIRROR_COMPLETE: &str = "resync_mirror_complete";
pub(crate) const MIRROR_LAST_UPDATE: &str = "resync_mirror_last_update_timestamp_seconds";
pub(crate) const WATCH_SUBSCRIBERS: &str = "resync_watch_subscribers";

/// Tells the recorder what the metrics mean; harmless when told twice.
pub(crate) fn describe() {
    describe_histogram!(
        ENGINE_REQUEST_DURATION,
        Unit::Seconds,
        "requests to scheduling engines by engine and outcome, waiting for the rate cap left out"
    );
    describe_gauge!(ENGINE_REACHABLE, "1 while the engine answers, by engine");
    describe_histogram!(MIRROR_APPLY_DURATION, Unit::Seconds, "time to apply one batch of a poll, by engine");
    describe_counter!(MIRROR_UPDATES, "batches applied to the mirror, by engine");
    describe_counter!(MIRROR_CHANGES, "changes of the plan seen, by engine");
    describe_gauge!(MIRROR_JOBS, "jobs in the mirror, by engine");
    describe_gauge!(MIRROR_COMPLETE, "1 once the whole plan was read, by engine");
    describe_gauge!(
        MIRROR_LAST_UPDATE,
        Unit::Seconds,
        "when the last batch was applied, since the epoch, by engine"
    );
    describe_gauge!(WATCH_SUBSCRIBERS, "readers of the change stream, by engine");
}
