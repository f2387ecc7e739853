//! What can be wrong with settings; every message says where the value came from and what to do.

use super::Origin;
use resync_fault::{ErrorKind, Fault};
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

/// One problem.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file that cannot be read or is not TOML.
    #[error("{}: {detail}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A key nobody knows.
    #[error("{origin}: unknown setting {path}{}", did_you_mean(nearest.as_deref()))]
    Unknown {
        /// As written.
        path: String,
        /// Where.
        origin: Origin,
        /// The most similar known key.
        nearest: Option<String>,
    },
    /// A value of the wrong form. The value itself is not repeated: it may be a secret in the wrong place.
    #[error("{origin}: {path} must be {expected}")]
    Invalid {
        /// The setting.
        path: String,
        /// Where.
        origin: Origin,
        /// What would be right.
        expected: String,
    },
    /// A setting for a part this build does not have.
    #[error(
        "{origin}: {path} configures {part}, which this version does not have yet; remove it to start without"
    )]
    NotBuiltYet {
        /// The setting or environment variable.
        path: String,
        /// Where.
        origin: Origin,
        /// The missing part.
        part: &'static str,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map(|known| format!("; did you mean {known}?")).unwrap_or_default()
}

/// Everything that is wrong, one line each.
#[derive(Debug)]
pub struct SettingsErrors(pub Vec<SettingsError>);

impl fmt::Display for SettingsErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for SettingsErrors {}

impl Fault for SettingsErrors {
    fn kind(&self) -> ErrorKind {
        ErrorKind::InvalidArgument
    }

    fn reason(&self) -> &'static str {
        match self.0.first() {
            Some(SettingsError::NotBuiltYet { .. }) => "SETTING_NOT_BUILT_YET",
            Some(SettingsError::Unknown { .. }) => "SETTING_UNKNOWN",
            _ => "SETTING_INVALID",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some("resync config show lists every setting with its value and where it came from".into())
    }
}
