//! The console's page and files.

use crate::call::{Call, Segments};
use crate::error::Error;
use crate::routes::unknown;
use axum::response::Response;
use http::HeaderMap;

/// `GET /` and `GET /login`: the same page; it shows a login until there is one.
pub(crate) async fn page(call: Call) -> Result<Response, Error> {
    call.app().console.page().ok_or_else(|| unknown(&call))
}

/// `GET /assets/…`
pub(crate) async fn asset(
    call: Call,
    Segments(path): Segments<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    call.app().console.file(&format!("assets/{path}"), &headers).ok_or_else(|| unknown(&call))
}
