//! Everything that can be wrong with a request from outside, and what its sender is told.
//!
//! A handler returns an [`Error`]; how it looks (problem+json, an OAuth2 error, a gRPC status) is decided by
//! `problem`, which alone knows what kind of request it answers.

use crate::idempotency::Refusal;
use resync_fault::{ErrorKind, Fault, FaultBody, FieldViolation};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

/// Why a request was not served.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No route has this path.
    #[error("there is nothing at {path}")]
    RouteUnknown {
        /// What was asked for.
        path: String,
        /// The route that looks most like it.
        nearest: Option<&'static str>,
    },
    /// The path exists, the method does not.
    #[error("{path} does not take {method}")]
    MethodNotAllowed {
        /// What was asked for.
        path: String,
        /// The method used.
        method: String,
    },
    /// The body is not of a type the route reads.
    #[error("the body must be {expected}")]
    MediaType {
        /// What the route reads.
        expected: &'static str,
    },
    /// The body is larger than the route reads.
    #[error("the body is larger than {limit} bytes")]
    BodyTooLarge {
        /// The most the route reads.
        limit: usize,
    },
    /// The body ended early or could not be read.
    #[error("the body could not be read")]
    BodyUnreadable,
    /// The body does not parse.
    #[error("the body is not valid JSON: {detail}")]
    JsonMalformed {
        /// The parser's words with line and column.
        detail: String,
    },
    /// A field or parameter is unknown, missing or of the wrong kind.
    #[error("{field}: {problem}")]
    Field {
        /// Its name; empty when the parser does not say.
        field: String,
        /// What is wrong with it.
        problem: String,
        /// The known name that looks most like it.
        nearest: Option<String>,
    },
    /// The route needs a login and there is none.
    #[error("this needs a login")]
    LoginRequired,
    /// The token is not one of ours, altered, or for somebody else.
    #[error("the access token is not valid")]
    TokenInvalid,
    /// The token was valid.
    #[error("the access token has expired")]
    TokenExpired,
    /// The token's session was ended.
    #[error("the session of this access token has ended")]
    TokenRevoked,
    /// The caller may not do this.
    #[error("{subject} may not do this: {permission} is missing{}", scope_suffix(.scope))]
    PermissionDenied {
        /// Who asked.
        subject: String,
        /// What would be needed.
        permission: &'static str,
        /// For which engine; empty: not scoped.
        scope: String,
    },
    /// A rate limit is used up.
    #[error("the limit of the policy {policy} is used up")]
    RateLimited {
        /// Name of the policy, as in `RateLimit-Policy`.
        policy: &'static str,
        /// When the next request is let through.
        retry_after: Duration,
    },
    /// The gateway's own time limit ended the request.
    #[error("no answer within {} s", .limit.as_secs())]
    TimedOut {
        /// The limit.
        limit: Duration,
    },
    /// A handler panicked.
    #[error("a request handler panicked")]
    Panicked,
    /// A gRPC service nobody here serves.
    #[error("no service or method {path}")]
    RpcUnknown {
        /// `/package.Service/Method`.
        path: String,
    },
    /// The role that serves this RPC is not part of this deployment.
    #[error("{service} is not reachable from this gateway")]
    ServiceAbsent {
        /// Full name of the service.
        service: String,
    },
    /// It was not carried out for the sake of its idempotency key.
    #[error(transparent)]
    Idempotency(#[from] Refusal),
    /// Said by the role that served the request.
    #[error("{}", .0.message)]
    Upstream(FaultBody),
}

fn scope_suffix(scope: &str) -> String {
    if scope.is_empty() { String::new() } else { format!(" for engine {scope}") }
}

impl Error {
    /// What another role said, as it said it.
    pub(crate) fn upstream<F: Fault + ?Sized>(fault: &F) -> Self {
        Self::Upstream(FaultBody::from(fault))
    }

    /// A field whose value is not acceptable.
    pub(crate) fn field(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Field { field: field.into(), problem: problem.into(), nearest: None }
    }

    /// The HTTP status, including those that no error kind of the mesh has.
    pub(crate) fn http_status(&self) -> u16 {
        match self {
            Self::MethodNotAllowed { .. } => 405,
            Self::BodyTooLarge { .. } => 413,
            Self::MediaType { .. } => 415,
            other => resync_fault::http_status(other.kind(), other.reason()),
        }
    }
}

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::RouteUnknown { .. } => ErrorKind::NotFound,
            Self::MethodNotAllowed { .. }
            | Self::MediaType { .. }
            | Self::BodyTooLarge { .. }
            | Self::BodyUnreadable
            | Self::JsonMalformed { .. }
            | Self::Field { .. } => ErrorKind::InvalidArgument,
            Self::LoginRequired | Self::TokenInvalid | Self::TokenExpired | Self::TokenRevoked => {
                ErrorKind::Unauthenticated
            }
            Self::PermissionDenied { .. } => ErrorKind::PermissionDenied,
            Self::RateLimited { .. } => ErrorKind::ResourceExhausted,
            Self::TimedOut { .. } => ErrorKind::DeadlineExceeded,
            Self::Panicked => ErrorKind::Internal,
            Self::RpcUnknown { .. } => ErrorKind::Unimplemented,
            Self::ServiceAbsent { .. } => ErrorKind::Unavailable,
            Self::Idempotency(refusal) => refusal.kind(),
            Self::Upstream(body) => body.kind,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::RouteUnknown { .. } => "ROUTE_UNKNOWN",
            Self::MethodNotAllowed { .. } => "METHOD_NOT_ALLOWED",
            Self::MediaType { .. } => "MEDIA_TYPE_UNSUPPORTED",
            Self::BodyTooLarge { .. } => "BODY_TOO_LARGE",
            Self::BodyUnreadable => "BODY_UNREADABLE",
            Self::JsonMalformed { .. } => "JSON_MALFORMED",
            Self::Field { nearest: Some(_), .. } => "FIELD_UNKNOWN",
            Self::Field { .. } => "FIELD_INVALID",
            Self::LoginRequired => "LOGIN_REQUIRED",
            Self::TokenInvalid => "TOKEN_INVALID",
            Self::TokenExpired => "TOKEN_EXPIRED",
            Self::TokenRevoked => "TOKEN_REVOKED",
            Self::PermissionDenied { .. } => "PERMISSION_DENIED",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::TimedOut { .. } => "REQUEST_TIMED_OUT",
            Self::Panicked => "INTERNAL",
            Self::RpcUnknown { .. } => "RPC_UNKNOWN",
            Self::ServiceAbsent { .. } => "SERVICE_ABSENT",
            Self::Idempotency(refusal) => refusal.reason(),
            Self::Upstream(body) => &body.reason,
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::RouteUnknown { nearest, .. } => match nearest {
                Some(route) => format!("The nearest route is {route}.").into(),
                None => "The REST routes start with /api/, the console is at /.".into(),
            },
            Self::MethodNotAllowed { .. } => "The Allow header names the methods of this path.".into(),
            Self::MediaType { expected } => format!("Send it with Content-Type: {expected}.").into(),
            Self::BodyTooLarge { .. } => "Send less, or page through it.".into(),
            Self::JsonMalformed { .. } => "Check quotes, commas and brackets near that place.".into(),
            Self::Field { nearest: Some(name), .. } => format!("Did you mean {name}?").into(),
            Self::LoginRequired => {
                "Get a token from POST /token and send it as Authorization: Bearer …, or use resync login."
                    .into()
            }
            Self::TokenInvalid | Self::TokenRevoked => "Log in again: POST /token, or resync login.".into(),
            Self::TokenExpired => {
                "Exchange the refresh token at POST /token (grant_type=refresh_token), or log in again."
                    .into()
            }
            Self::PermissionDenied { .. } => {
                "Ask an administrator of Resync for a role that includes it.".into()
            }
            Self::RateLimited { retry_after, .. } => {
                format!("Wait {} s before the next request.", whole_seconds(*retry_after)).into()
            }
            Self::TimedOut { .. } => "Ask for less at once, or try again when the load is lower.".into(),
            Self::Panicked => "Report it with the request id; the log holds the details.".into(),
            Self::RpcUnknown { .. } => "Reflection and proto/ list what there is.".into(),
            Self::ServiceAbsent { .. } => {
                "Start the role and name its address in the gateway's settings.".into()
            }
            Self::BodyUnreadable | Self::Field { .. } => return None,
            Self::Idempotency(refusal) => return refusal.hint(),
            Self::Upstream(body) => return body.hint.as_deref().map(Cow::Borrowed),
        })
    }

    fn retryable(&self) -> bool {
        match self {
            Self::Idempotency(refusal) => refusal.retryable(),
            Self::Upstream(body) => body.retryable,
            Self::RateLimited { .. } => true,
            other => other.kind() == ErrorKind::Unavailable,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after, .. } => Some(*retry_after),
            Self::Idempotency(refusal) => refusal.retry_after(),
            Self::Upstream(body) => body.retry_after(),
            _ => None,
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::Field { field, problem, .. } => vec![FieldViolation::new(field.as_str(), problem.as_str())],
            Self::Idempotency(refusal) => refusal.violations(),
            Self::Upstream(body) => body.violations.clone(),
            _ => Vec::new(),
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        match self {
            Self::PermissionDenied { permission, .. } => {
                [("permission".to_owned(), (*permission).to_owned())].into()
            }
            Self::RateLimited { policy, .. } => [("policy".to_owned(), (*policy).to_owned())].into(),
            Self::Upstream(body) => body.metadata.clone(),
            _ => BTreeMap::new(),
        }
    }

    fn public_message(&self) -> Cow<'_, str> {
        match self {
            Self::Panicked => "something went wrong inside Resync".into(),
            Self::Upstream(body) => Cow::Borrowed(&body.message),
            other => Cow::Owned(other.to_string()),
        }
    }
}

/// Whole seconds, rounded up, at least one: what `Retry-After` may say.
pub(crate) fn whole_seconds(wait: Duration) -> u64 {
    wait.as_millis().div_ceil(1_000).max(1).try_into().unwrap_or(u64::MAX)
}
