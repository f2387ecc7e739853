//! `GET /api/metrics`: the metrics of this process in Prometheus' text format.

use crate::call::Call;
use crate::error::Error;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, header};

/// `GET /api/metrics`
pub(crate) async fn metrics(call: Call) -> Result<Response, Error> {
    // They tell of every engine by name, so a right for some engines is not enough.
    call.authorise("metrics.read", "*")?;
    let mut response = Response::new(Body::from((call.app().metrics_text)()));
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
