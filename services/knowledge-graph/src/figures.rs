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
