//! Errors of the REST API. A handler says what is wrong; the shape of the body is a switch, because clients
//! meet JSON, plain text and HTML in the field.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use serde_json::json;

use crate::oql::SyntaxError;
use crate::planfilter::FilterError;
use crate::shared::ErrorBodies;

/// An error answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    pub(crate) fn no_object(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("AWSJDB101E The object \"{what}\" was not found."))
    }

    pub(crate) fn no_path() -> Self {
        Self::new(StatusCode::NOT_FOUND, "AWSJCS100E The requested resource does not exist.")
    }

    pub(crate) fn body(&self, shape: ErrorBodies) -> (HeaderValue, String) {
        let Self { status, message } = self;
        match shape {
            ErrorBodies::Json => {
                (HeaderValue::from_static("application/json"), json!({ "messages": [message] }).to_string())
            }
            ErrorBodies::Text => (HeaderValue::from_static("text/plain; charset=utf-8"), message.clone()),
            ErrorBodies::Html => {
                let inert = message.replace('&', "&amp;").replace('<', "&lt;");
                let page = format!(
                    "<html><head><title>Error {status}</title></head><body><h1>Error {status}</h1><p>{inert}</p></body></html>"
                );
                (HeaderValue::from_static("text/html; charset=utf-8"), page)
            }
        }
    }

    /// The finished response.
    pub(crate) fn render(&self, shape: ErrorBodies) -> Response {
        let (content_type, body) = self.body(shape);
        (self.status, [(header::CONTENT_TYPE, content_type)], body).into_response()
    }
}

/// Leaves a note for the gate, which knows the shape of bodies.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<SyntaxError> for Problem {
    fn from(error: SyntaxError) -> Self {
        Self::bad_request(error.to_string())
    }
}

impl From<FilterError> for Problem {
    fn from(error: FilterError) -> Self {
        Self::bad_request(error.to_string())
    }
}
