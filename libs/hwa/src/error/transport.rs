//! Tells apart why no answer came, from the chain of causes that the HTTP client hands over.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use rustls::{CertificateError, InvalidMessage};

use crate::resolve::NameNotFound;

/// What stopped a call before there was an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum UnreachableReason {
    /// The name has no address.
    Dns(String),
    /// Nobody listens on the port.
    ConnectionRefused,
    /// No connection within the connect timeout.
    ConnectTimeout,
    /// The network has no way there.
    NoRoute(String),
    /// No trusted connection.
    Tls(TlsProblem),
    /// Connected, but no complete answer within the request timeout.
    AnswerTimeout,
    /// What answered does not speak HTTP.
    NotHttp,
    /// The peer closed the connection instead of answering.
    Closed,
    /// Anything else.
    Other(String),
}

/// Why a connection could not be trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsProblem {
    /// The certificate is for other names.
    NameMismatch {
        /// Name that was expected.
        expected: String,
        /// Names the certificate has.
        presented: Vec<String>,
    },
    /// Signed by nobody we trust.
    UnknownIssuer,
    /// Outside its validity.
    Expired,
    /// The certificate authority's own certificate, or another kind not fit for a server.
    Unsuitable(String),
    /// The peer does not speak TLS.
    NotTls,
    /// Anything else.
    Other(String),
}

impl fmt::Display for UnreachableReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(detail) => write!(f, "the host name has no address ({detail})"),
            Self::ConnectionRefused => f.write_str("connection refused"),
            Self::ConnectTimeout => f.write_str("no connection in time"),
            Self::NoRoute(detail) => write!(f, "no route ({detail})"),
            Self::Tls(problem) => write!(f, "TLS failed, {problem}"),
            Self::AnswerTimeout => f.write_str("no complete answer in time"),
            Self::NotHttp => f.write_str("what answers does not speak HTTP"),
            Self::Closed => f.write_str("the connection was closed without an answer"),
            Self::Other(detail) => f.write_str(detail),
        }
    }
}

impl fmt::Display for TlsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NameMismatch { expected, presented } if presented.is_empty() => {
                write!(
                    f,
                    "the certificate carries no alternative name, so it cannot be checked against {expected}"
                )
            }
            Self::NameMismatch { expected, presented } => {
                write!(f, "the certificate is for {}, not for {expected}", presented.join(", "))
            }
            Self::UnknownIssuer => {
                f.write_str("the certificate is signed by an authority that is not trusted")
            }
            Self::Expired => f.write_str("the certificate is not valid at this time"),
            Self::Unsuitable(detail) => write!(f, "the certificate does not fit a server ({detail})"),
            Self::NotTls => f.write_str("the port does not speak TLS"),
            Self::Other(detail) => f.write_str(detail),
        }
    }
}

/// True when the failure came before the request was sent, so that another address may be tried.
pub(crate) fn is_connect_phase(error: &reqwest::Error) -> bool {
    error.is_connect()
}

pub(crate) fn unreachable_reason(error: &reqwest::Error) -> UnreachableReason {
    if error.is_timeout() {
        return if error.is_connect() {
            UnreachableReason::ConnectTimeout
        } else {
            UnreachableReason::AnswerTimeout
        };
    }
    for cause in causes(error) {
        if let Some(missing) = cause.downcast_ref::<NameNotFound>() {
            return UnreachableReason::Dns(missing.detail().to_owned());
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return UnreachableReason::Tls(tls_problem(tls));
        }
        if let Some(http) = cause.downcast_ref::<hyper::Error>() {
            if http.is_parse() {
                return UnreachableReason::NotHttp;
            }
            if http.is_incomplete_message() {
                return UnreachableReason::Closed;
            }
        }
        if let Some(failed) = cause.downcast_ref::<io::Error>()
            && failed.get_ref().is_none()
        {
            return io_reason(failed);
        }
    }
    UnreachableReason::Other(causes(error).last().map_or_else(|| error.to_string(), ToString::to_string))
}

pub(crate) fn io_reason(error: &io::Error) -> UnreachableReason {
    if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        return UnreachableReason::Tls(tls_problem(tls));
    }
    match error.kind() {
        io::ErrorKind::ConnectionRefused => UnreachableReason::ConnectionRefused,
        io::ErrorKind::TimedOut => UnreachableReason::ConnectTimeout,
        io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
            UnreachableReason::NoRoute(error.to_string())
        }
        io::ErrorKind::ConnectionReset | io::ErrorKind::UnexpectedEof | io::ErrorKind::BrokenPipe => {
            UnreachableReason::Closed
        }
        _ => UnreachableReason::Other(error.to_string()),
    }
}

fn tls_problem(error: &rustls::Error) -> TlsProblem {
    match error {
        rustls::Error::InvalidCertificate(certificate) => match certificate {
            CertificateError::NotValidForNameContext { expected, presented } => TlsProblem::NameMismatch {
                expected: expected.to_str().into_owned(),
                presented: presented.iter().map(|name| bare_name(name)).collect(),
            },
            CertificateError::NotValidForName => {
                TlsProblem::NameMismatch { expected: "the name dialled".to_owned(), presented: Vec::new() }
            }
            // A reinstalled engine signs with an authority of the same name and another key.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => TlsProblem::UnknownIssuer,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => TlsProblem::Expired,
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                TlsProblem::Unsuitable("not meant for servers".to_owned())
            }
            CertificateError::Other(other) => TlsProblem::Unsuitable(other.to_string()),
            other => TlsProblem::Other(other.to_string()),
        },
        rustls::Error::InvalidMessage(
            InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion,
        ) => TlsProblem::NotTls,
        other => TlsProblem::Other(other.to_string()),
    }
}

/// Takes a name out of the debug form in which the certificate library lists it, `DnsName("mdm")`.
fn bare_name(listed: &str) -> String {
    match (listed.find('('), listed.rfind(')')) {
        (Some(open), Some(close)) if open < close => listed[open + 1..close].trim_matches('"').to_owned(),
        _ => listed.to_owned(),
    }
}

/// The chain of causes, looking also inside I/O errors, whose `source` skips the error they wrap.
fn causes<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let current = next?;
        next = match current.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(inner) => Some(inner as &(dyn StdError + 'static)),
            None => current.source(),
        };
        Some(current)
    })
}
