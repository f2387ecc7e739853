//! Figures about requests to engines.

use std::time::Duration;

use resync_hwa::error::Kind;

use crate::figures::ENGINE_REQUEST_DURATION;

/// Counts one request.
pub(crate) fn request(engine: &str, failure: Option<Kind>, took: Duration) {
    let outcome = failure.map_or("ok", Kind::as_str);
    metrics::histogram!(ENGINE_REQUEST_DURATION, "engine" => engine.to_owned(), "outcome" => outcome)
        .record(took.as_secs_f64());
}
