//! Figures of the graphs.

/// Time from a complete round of the export to the published version of the graph.
pub(crate) const PUBLISH_DURATION: &str = "resync_graph_publish_duration_seconds";
/// Jobs of an engine's graph.
pub(crate) const JOBS: &str = "resync_graph_jobs";
/// Time to bring the copy of a plan in the store up to a version.
pub(crate) const COPY_DURATION: &str = "resync_graph_plan_copy_duration_seconds";
/// Objects and relations written to the copy.
pub(crate) const COPY_WRITES: &str = "resync_graph_plan_copy_writes_total";

/// Says what each figure is.
pub(crate) fn describe() {
    metrics::describe_histogram!(
        PUBLISH_DURATION,
        metrics::Unit::Seconds,
        "Time to make a new version of an engine's dependency graph"
    );
    metrics::describe_gauge!(JOBS, "Jobs in an engine's dependency graph");
    metrics::describe_histogram!(
        COPY_DURATION,
        metrics::Unit::Seconds,
        "Time to bring the copy of a plan in the store up to date, pauses included, by engine"
    );
    metrics::describe_counter!(
        COPY_WRITES,
        "Objects and relations written to the copy of a plan in the store, by engine"
    );
}

/// Incidents that were opened.
pub(crate) const INCIDENTS_OPENED: &str = "resync_graph_incidents_opened_total";
/// Failures that were seen and not noted.
pub(crate) const FAILURES_DROPPED: &str = "resync_graph_failures_dropped_total";

/// Says what each figure of the incidents is.
pub(crate) fn describe_incidents() {
    metrics::describe_counter!(INCIDENTS_OPENED, "Incidents opened from failures, by engine");
    metrics::describe_counter!(
        FAILURES_DROPPED,
        "Failures not noted as incidents, by the bound that was reached (queue, unresolved, refused)"
    );
}
