//! How commands end: exit codes for scripts, and errors said with their hint.
//!
//! | code | meaning |
//! |---|---|
//! | 0 | done; the question was answered; every check passed |
//! | 1 | something went wrong |
//! | 2 | the command line or a setting is wrong |
//! | 3 | the question was understood but not answered: it was asked back, refused, or about something unknown |
//! | 4 | not logged in, or not allowed |
//! | 5 | Resync or an engine cannot be reached |

use crate::terminal::clean;
use resync_fault::{ErrorKind, Fault, FaultBody};
use std::io::{self, Write};
use std::process::ExitCode;

/// How a command ended well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Done,
    NotAnswered,
    CheckFailed,
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        Self::from(match outcome {
            Outcome::Done => 0,
            Outcome::NotAnswered => 3,
            Outcome::CheckFailed => 5,
        })
    }
}

/// An error on its way to the person at the terminal.
#[derive(Debug)]
pub(crate) struct Failure(Box<FaultBody>);

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(kind: ErrorKind, reason: &str, message: impl Into<String>) -> Self {
        Self(Box::new(FaultBody::new(kind, reason, message)))
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// An input or output error of this machine.
    pub(crate) fn io(what: &str, error: &io::Error) -> Self {
        Self::new(ErrorKind::FailedPrecondition, "IO_FAILED", format!("{what}: {error}"))
    }

    pub(crate) fn exit_code(&self) -> u8 {
        match self.0.kind {
            ErrorKind::InvalidArgument => 2,
            ErrorKind::NotFound => 3,
            ErrorKind::Unauthenticated | ErrorKind::PermissionDenied => 4,
            ErrorKind::Unavailable | ErrorKind::DeadlineExceeded => 5,
            _ => 1,
        }
    }

    /// Says it on standard error, for people or as one JSON object.
    pub(crate) fn report(&self, json: bool) {
        let mut out = io::stderr().lock();
        // Standard error that is gone leaves nothing to tell.
        let _ = if json {
            writeln!(out, "{}", serde_json::json!({ "error": *self.0 }))
        } else {
            let mut text = format!("error: {}\n", lines(&self.0.message));
            // A fault about one field says the same in both places.
            for violation in self.0.violations.iter().filter(|v| v.description != self.0.message) {
                text += &format!("  {}: {}\n", clean(&violation.field), clean(&violation.description));
            }
            text += &self.0.hint.as_ref().map(|hint| format!("hint: {}\n", clean(hint))).unwrap_or_default();
            out.write_all(text.as_bytes())
        };
    }
}

/// A message of several problems keeps its lines.
fn lines(message: &str) -> String {
    message.lines().map(clean).collect::<Vec<_>>().join("\n       ")
}

/// Every typed error of the product becomes a failure. What the operator of this machine sees is the full text, also of
/// internal errors.
impl<F: Fault> From<F> for Failure {
    fn from(fault: F) -> Self {
        let mut body = FaultBody::from(&fault);
        body.message = fault.to_string();
        Self(Box::new(body))
    }
}
