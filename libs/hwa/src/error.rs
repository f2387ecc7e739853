//! Why a call to an engine failed, in terms a person can act on.
//!
//! Two families: the engine could not be reached or did not speak its protocol, and the engine answered with a
//! refusal. Refusals keep the engine's message codes, outermost first; the last one is the cause.

mod engine_messages;
mod fault;
mod hint;
mod transport;

use std::fmt;
use std::time::Duration;

pub use engine_messages::{BodyFormat, EngineMessages};
pub(crate) use engine_messages::{html_title, looks_like_html};
pub use transport::{TlsProblem, UnreachableReason};
pub(crate) use transport::{io_reason, is_connect_phase, unreachable_reason};

use crate::config::ConfigError;

/// What went wrong with a call.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No answer came back.
    #[error("{0}")]
    Unreachable(Box<Unreachable>),
    /// The engine does not know this user or password (401).
    #[error("the engine did not accept the credentials: {0}")]
    Unauthorized(Box<Refusal>),
    /// The user may not do this (403).
    #[error("the engine does not allow it: {0}")]
    Forbidden(Box<Refusal>),
    /// No such object, or no such operation on this engine (404).
    #[error("not found on the engine: {0}")]
    NotFound(Box<Refusal>),
    /// The engine could not read the filter or the body (400, 405, 415).
    #[error("the engine did not understand the request: {0}")]
    BadRequest(Box<Refusal>),
    /// The engine understood and refused (409, and 500 with message codes).
    #[error("the engine refused: {0}")]
    Refused(Box<Refusal>),
    /// The engine cannot serve now (429, 502, 503, 504, and 500 without a business code).
    #[error("the engine is not available: {0}")]
    Unavailable(Box<Refusal>),
    /// Something answered, but not as this API does.
    #[error("{0}")]
    Protocol(Box<ProtocolError>),
    /// The settings of this engine cannot work.
    #[error(transparent)]
    Config(#[from] ConfigError),
}

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An address that gave no answer.
#[derive(Debug, Clone)]
pub struct Unreachable {
    /// `host:port` that was dialled.
    pub address: String,
    /// Port that was dialled.
    pub port: u16,
    /// What stopped the call.
    pub reason: UnreachableReason,
    /// Further addresses of the same engine that failed too, with their reasons.
    pub others: Vec<String>,
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot reach the engine at {}: {}", self.address, self.reason)?;
        if !self.others.is_empty() {
            write!(f, "; also tried {}", self.others.join("; "))?;
        }
        Ok(())
    }
}

/// A refusal by the engine.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// Method and path, without query and host.
    pub request: String,
    /// HTTP status.
    pub status: u16,
    /// What the body said.
    pub messages: EngineMessages,
    /// When the engine asks to come back.
    pub retry_after: Option<Duration>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answered {}", self.request, self.status)?;
        if !self.messages.text().is_empty() {
            write!(f, ": {}", self.messages.text())?;
        }
        Ok(())
    }
}

/// An answer that is not this API's.
#[derive(Debug, Clone)]
pub struct ProtocolError {
    /// Method and path, without query and host.
    pub request: String,
    /// `host:port` that answered.
    pub address: String,
    /// What was wrong with the answer.
    pub problem: ProtocolProblem,
}

impl fmt::Display for ProtocolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.request, self.address, self.problem)
    }
}

/// How an answer was not this API's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolProblem {
    /// A web page came where JSON was due.
    #[error("the answer is a web page, not JSON{}", .title.as_ref().map(|t| format!(" ({t})")).unwrap_or_default())]
    Html {
        /// Title of the page, when it has one.
        title: Option<String>,
    },
    /// A redirection, which this API never sends.
    #[error("the answer is a redirection (status {status}) to {location}")]
    Redirect {
        /// HTTP status.
        status: u16,
        /// Where to.
        location: String,
    },
    /// The body ended before it was complete.
    #[error("the answer broke off after {bytes} bytes")]
    Truncated {
        /// Bytes that had arrived.
        bytes: usize,
    },
    /// The body is larger than the client accepts.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The client's bound.
        limit: usize,
    },
    /// JSON of another shape.
    #[error("the answer is not the JSON expected: {detail}")]
    Shape {
        /// Where and why.
        detail: String,
    },
    /// A success status that this call never has.
    #[error("unexpected status {status}")]
    Status {
        /// HTTP status.
        status: u16,
    },
}

/// Closed set of failures, for metrics labels and decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// No address for the name.
    Dns,
    /// No connection.
    Connect,
    /// No trusted connection.
    Tls,
    /// No answer in time.
    Timeout,
    /// Wrong credentials.
    Unauthorized,
    /// Not permitted.
    Forbidden,
    /// No such thing.
    NotFound,
    /// Request not understood.
    BadRequest,
    /// Request refused.
    Refused,
    /// Engine busy or down.
    Unavailable,
    /// Not this API.
    Protocol,
    /// Settings cannot work.
    Config,
}

impl Kind {
    /// Name for logs and metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Timeout => "timeout",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::BadRequest => "bad_request",
            Self::Refused => "refused",
            Self::Unavailable => "unavailable",
            Self::Protocol => "protocol",
            Self::Config => "config",
        }
    }
}

impl Error {
    /// Which of the closed set of failures this is.
    #[must_use]
    pub fn failure(&self) -> Kind {
        match self {
            Self::Unreachable(unreachable) => match unreachable.reason {
                UnreachableReason::Dns(_) => Kind::Dns,
                UnreachableReason::Tls(_) => Kind::Tls,
                UnreachableReason::ConnectTimeout | UnreachableReason::AnswerTimeout => Kind::Timeout,
                _ => Kind::Connect,
            },
            Self::Unauthorized(_) => Kind::Unauthorized,
            Self::Forbidden(_) => Kind::Forbidden,
            Self::NotFound(_) => Kind::NotFound,
            Self::BadRequest(_) => Kind::BadRequest,
            Self::Refused(_) => Kind::Refused,
            Self::Unavailable(_) => Kind::Unavailable,
            Self::Protocol(_) => Kind::Protocol,
            Self::Config(_) => Kind::Config,
        }
    }

    /// The refusal inside, when the engine answered.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Unauthorized(refusal)
            | Self::Forbidden(refusal)
            | Self::NotFound(refusal)
            | Self::BadRequest(refusal)
            | Self::Refused(refusal)
            | Self::Unavailable(refusal) => Some(refusal),
            Self::Unreachable(_) | Self::Protocol(_) | Self::Config(_) => None,
        }
    }

    /// The innermost message code, e.g. `AWSBIN076E`.
    #[must_use]
    pub fn cause_code(&self) -> Option<&str> {
        self.refusal()?.messages.cause()
    }

    /// True when the fault lies with the engine or the way to it, so that nothing can be asked for a while. An answer
    /// of an odd shape or size concerns only the call that got it.
    #[must_use]
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Unauthorized(_) | Self::Unavailable(_) => true,
            Self::Protocol(error) => {
                !matches!(error.problem, ProtocolProblem::Shape { .. } | ProtocolProblem::TooLarge { .. })
            }
            Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::BadRequest(_)
            | Self::Refused(_)
            | Self::Config(_) => false,
        }
    }

    /// What a person can do about it.
    #[must_use]
    pub fn advice(&self) -> String {
        hint::advice(self)
    }

    /// Builds the error for an answer with a failing status.
    pub(crate) fn from_refusal(refusal: Refusal) -> Self {
        let refusal = Box::new(refusal);
        match refusal.status {
            401 => Self::Unauthorized(refusal),
            403 => Self::Forbidden(refusal),
            404 | 410 => Self::NotFound(refusal),
            409 => Self::Refused(refusal),
            408 | 429 | 502..=504 => Self::Unavailable(refusal),
            500 if refusal.messages.is_business_refusal() => Self::Refused(refusal),
            500.. => Self::Unavailable(refusal),
            _ => Self::BadRequest(refusal),
        }
    }

    pub(crate) fn protocol(request: &str, address: &str, problem: ProtocolProblem) -> Self {
        Self::Protocol(Box::new(ProtocolError {
            request: request.to_owned(),
            address: address.to_owned(),
            problem,
        }))
    }
}
