//! Figures about requests to engines.

use std::time::Duration;

use resync_hwa::error::Kind;

const DURATION: &str = "tws_bridge_engine_request_duration_seconds";

/// Tells the recorder what the figures mean; harmless when told twice.
pub(crate) fn describe() {
    metrics::describe_histogram!(
        DURATION,
        metrics::Unit::Seconds,
        "requests to scheduling engines by outcome, waiting for the rate cap left out"
    );
}

/// Counts one request.
pub(crate) fn request(engine: &str, failure: Option<Kind>, took: Duration) {
    let outcome = failure.map_or("ok", Kind::as_str);
    metrics::histogram!(DURATION, "engine" => engine.to_owned(), "outcome" => outcome)
        .record(took.as_secs_f64());
}
