//! Figures about the keeping of runs.

const KEPT: &str = "resync_graph_runs_kept_total";
const DROPPED: &str = "resync_graph_runs_dropped_total";
const PRUNED: &str = "resync_graph_runs_pruned_total";
const WAITING: &str = "resync_graph_runs_waiting";

/// Tells the recorder what the figures mean; harmless when told twice.
pub(super) fn describe() {
    metrics::describe_counter!(KEPT, "finished runs written to the store, by engine");
    metrics::describe_counter!(
        DROPPED,
        "finished runs that were not kept, by engine: more waited for the store than the queue holds, or it refuses them"
    );
    metrics::describe_counter!(PRUNED, "kept runs removed because the settings keep them no longer");
    metrics::describe_gauge!(WAITING, "finished runs that wait to be written to the store");
}

pub(super) fn kept(engine: &str, runs: u64) {
    metrics::counter!(KEPT, "engine" => engine.to_owned()).increment(runs);
}

pub(super) fn dropped(engine: &str, runs: u64) {
    metrics::counter!(DROPPED, "engine" => engine.to_owned()).increment(runs);
}

pub(super) fn pruned(runs: u64) {
    metrics::counter!(PRUNED).increment(runs);
}

pub(super) fn waiting(runs: usize) {
    metrics::gauge!(WAITING).set(runs as f64);
}
