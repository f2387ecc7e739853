//! Figures of the graphs.

/// Time from a complete round of the export to the published version of the graph.
pub(crate) const PUBLISH_DURATION: &str = "resync_graph_publish_duration_seconds";
/// Jobs of an engine's graph.
pub(crate) const JOBS: &str = "resync_graph_jobs";

/// Says what each figure is.
pub(crate) fn describe() {
    metrics::describe_histogram!(
        PUBLISH_DURATION,
        metrics::Unit::Seconds,
        "Time to make a new version of an engine's dependency graph"
    );
    metrics::describe_gauge!(JOBS, "Jobs in an engine's dependency graph");
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
        "Failures not noted as incidents, by the bound that was reached (queue, unresolved)"
    );
}
