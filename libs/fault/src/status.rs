//! A [`Fault`] as `tonic::Status` with `google.rpc` details, and back: the only place that builds or reads them.
//!
//! The hint travels twice: in `ErrorInfo.metadata["hint"]` for programs, and as `LocalizedMessage` for generic clients
//! that show it to people. Every status carries an `ErrorInfo`; each detail type appears at most once. Sizes are
//! bounded, because details are an HTTP/2 header.

use crate::{DOMAIN, ErrorKind, Fault, FaultBody, FieldViolation};
use std::collections::HashMap;
use std::error::Error as _;
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

const HINT: &str = "hint";
const RETRYABLE: &str = "retryable";
/// Of any one text. Whoever asked may have put something long into it, and a client whose header limit (often 16 KiB)
/// is exceeded takes the answer for a broken connection.
const MAX_TEXT_BYTES: usize = 1_000;
const MAX_VIOLATIONS: usize = 20;

/// The gRPC status that tells a caller about `fault`.
#[must_use]
pub fn to_status(fault: &dyn Fault) -> Status {
    let body = FaultBody::from(fault);
    let mut details = ErrorDetails::new();
    let mut metadata: HashMap<_, _> =
        body.metadata.into_iter().map(|(name, value)| (name, bounded(&value))).collect();
    if let Some(hint) = &body.hint {
        metadata.insert(HINT.to_owned(), bounded(hint));
        details.set_localized_message("en", bounded(hint));
    }
    metadata.insert(RETRYABLE.to_owned(), body.retryable.to_string());
    details.set_error_info(body.reason, DOMAIN, metadata);
    if !body.violations.is_empty() {
        details.set_bad_request(
            body.violations
                .into_iter()
                .take(MAX_VIOLATIONS)
                .map(|v| tonic_types::FieldViolation::new(v.field, bounded(&v.description)))
                .collect::<Vec<_>>(),
        );
    }
    if let Some(wait) = body.retry_after_ms {
        details.set_retry_info(Some(std::time::Duration::from_millis(wait)));
    }
    Status::with_error_details(Code::from_i32(body.kind.grpc_code()), bounded(&body.message), details)
}

/// What a received status says, whoever sent it: a Resync role, another gRPC server, or the local transport.
#[must_use]
pub fn from_status(status: &Status) -> FaultBody {
    let details = status.get_error_details();
    let kind = kind_of(status);
    let mut body = FaultBody::new(kind, kind.as_str(), status.message());
    if let Some(info) = details.error_info() {
        body.reason.clone_from(&info.reason);
        body.metadata = info.metadata.clone().into_iter().collect();
        body.hint = body.metadata.remove(HINT);
        if let Some(retryable) = body.metadata.remove(RETRYABLE) {
            body.retryable = retryable == "true";
        }
    }
    if body.hint.is_none() {
        body.hint = details.localized_message().map(|text| text.message.clone());
    }
    if let Some(request) = details.bad_request() {
        body.violations = request
            .field_violations
            .iter()
            .map(|v| FieldViolation::new(v.field.as_str(), v.description.as_str()))
            .collect();
    }
    if let Some(wait) = details.retry_info().and_then(|info| info.retry_delay) {
        body.retry_after_ms = Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX));
    }
    body
}

/// The kind of a received status. A connection that broke under a call surfaces as `Unknown` with a transport error
/// as its source: to the caller the other side was unavailable.
fn kind_of(status: &Status) -> ErrorKind {
    if status.code() == Code::Unknown && status.source().is_some() {
        return ErrorKind::Unavailable;
    }
    ErrorKind::from_grpc_code(status.code() as i32)
}

fn bounded(text: &str) -> String {
    if text.len() <= MAX_TEXT_BYTES {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(MAX_TEXT_BYTES)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> FaultBody {
        FaultBody {
            retry_after_ms: Some(1_500),
            violations: vec![FieldViolation::new("filter", "unexpected end at 7")],
            metadata: [("engine".to_owned(), "default".to_owned())].into(),
            ..FaultBody::new(ErrorKind::InvalidArgument, "FILTER_INVALID", "the filter does not parse")
                .with_hint("write it like status = \"ABEND\"")
        }
    }

    #[test]
    fn everything_a_fault_says_survives_the_wire() {
        let status = to_status(&full());
        assert_eq!(status.code(), Code::InvalidArgument);
        assert_eq!(status.get_error_details().error_info().unwrap().domain, DOMAIN);
        // Through headers and back, as a real call does.
        let mut headers = tonic::codegen::http::HeaderMap::new();
        status.add_header(&mut headers).unwrap();
        let received = Status::from_header_map(&headers).unwrap();
        assert_eq!(from_status(&received), full());
    }

    #[test]
    fn every_kind_survives_with_its_retryability() {
        for kind in ErrorKind::all() {
            for retryable in [true, false] {
                let sent = FaultBody { retryable, ..FaultBody::new(kind, "SAMPLE", "text") };
                assert_eq!(from_status(&to_status(&sent)), sent);
            }
        }
    }

    #[test]
    fn a_foreign_status_gets_its_code_as_reason() {
        let body = from_status(&Status::unavailable("tcp connect error"));
        assert_eq!((body.kind, body.reason.as_str()), (ErrorKind::Unavailable, "UNAVAILABLE"));
        assert!(body.retryable);
        assert_eq!(from_status(&Status::cancelled("Timeout expired")).kind, ErrorKind::DeadlineExceeded);
        let broken = Status::from_error(Box::new(std::io::Error::other("connection reset")));
        assert_eq!(from_status(&broken).kind, ErrorKind::Unavailable);
    }

    #[test]
    fn long_texts_are_cut_at_a_character() {
        let status = to_status(&FaultBody::new(ErrorKind::NotFound, "SAMPLE", "€".repeat(5_000)));
        assert_eq!(status.message().chars().count(), MAX_TEXT_BYTES / "€".len() + 1);
    }

    #[test]
    fn what_a_caller_typed_never_outgrows_the_headers_of_a_client() {
        let typed = "€".repeat(100_000);
        let fault = FaultBody {
            metadata: ["object", "engine", "nearest"].map(|name| (name.to_owned(), typed.clone())).into(),
            violations: vec![FieldViolation::new("filter", typed.as_str())],
            ..FaultBody::new(ErrorKind::NotFound, "SAMPLE", typed.as_str()).with_hint(typed.as_str())
        };
        let mut headers = tonic::codegen::http::HeaderMap::new();
        to_status(&fault).add_header(&mut headers).unwrap();
        let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 32).sum();
        assert!(bytes < 16 * 1024, "{bytes}");
    }
}
