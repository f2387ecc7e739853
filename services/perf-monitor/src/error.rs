//! What callers of the monitor are told when they get no answer, and why a monitor cannot be built.

use std::borrow::Cow;

use resync_fault::{ErrorKind, Fault, FieldViolation};

use crate::alert::SilenceError;
use crate::intake::PROCESSES;

/// Why a call has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A report of a process for which there is no room.
    #[error("{PROCESSES} processes report already")]
    TooManyProcesses,
    /// About silences.
    #[error(transparent)]
    Silence(#[from] SilenceError),
    /// No destination of that name is configured.
    #[error("there is no destination {name:?}")]
    UnknownDestination {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: Vec<String>,
    },
}

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::TooManyProcesses => ErrorKind::ResourceExhausted,
            Self::Silence(error) => error.kind(),
            Self::UnknownDestination { .. } => ErrorKind::NotFound,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::TooManyProcesses => "PROCESSES_TOO_MANY",
            Self::Silence(error) => error.reason(),
            Self::UnknownDestination { .. } => "DESTINATION_UNKNOWN",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::TooManyProcesses => Some("run fewer replicas, or another mesh".into()),
            Self::Silence(error) => error.hint(),
            Self::UnknownDestination { known, .. } if known.is_empty() => {
                Some("no destination is configured: see the settings under alerts".into())
            }
            Self::UnknownDestination { known, .. } => {
                Some(format!("destinations: {}", known.join(", ")).into())
            }
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::Silence(error) => error.violations(),
            _ => Vec::new(),
        }
    }
}

/// Why a monitor cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Two destinations of one name, or one without.
    #[error("destination {0:?} is named twice or not at all")]
    Name(String),
    /// An address that cannot be used; never shown as a whole, because it may hold a secret.
    #[error("destination {destination:?}: its address {problem}")]
    Address {
        /// Which destination.
        destination: String,
        /// What is wrong.
        problem: String,
    },
    /// Its host is not among those allowed.
    #[error("destination {destination:?}: host {host:?} is not allowed")]
    Host {
        /// Which destination.
        destination: String,
        /// Where its address leads.
        host: String,
    },
    /// A webhook without a secret to sign with.
    #[error("destination {0:?}: a webhook needs a signing secret of at least 16 bytes")]
    SigningSecret(String),
    /// A filter of plan events that cannot be used.
    #[error("destination {destination:?}: {problem}")]
    Filter {
        /// Which destination.
        destination: String,
        /// What is wrong with its filter.
        problem: String,
    },
    /// This machine's certificate authorities, or the proxy, cannot be used.
    #[error("messages cannot be sent: {0}")]
    Client(String),
}

impl Fault for ConfigError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }

    fn reason(&self) -> &str {
        match self {
            Self::Name(_) => "DESTINATION_NAME",
            Self::Address { .. } => "DESTINATION_ADDRESS",
            Self::Host { .. } => "DESTINATION_HOST",
            Self::SigningSecret(_) => "DESTINATION_SECRET",
            Self::Filter { .. } => "DESTINATION_FILTER",
            Self::Client(_) => "DESTINATION_CLIENT",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(match self {
            Self::Name(_) => "give each destination a name of its own".into(),
            Self::Address { .. } => "use an https address; http is for loopback addresses only".into(),
            Self::Host { host, .. } => {
                format!("add {host:?} to the allowed hosts if messages may go there").into()
            }
            Self::SigningSecret(_) => {
                "receivers check the signature with it; make one up and share it".into()
            }
            Self::Filter { .. } => {
                "fields: engine, kind, workstation, folder, job_stream, job, key, return_code, critical"
                    .into()
            }
            Self::Client(_) => "install the certificate authorities, or check the proxy's address".into(),
        })
    }
}
