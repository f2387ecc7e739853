//! Who calls: principals, their permissions, and the tokens that carry them between processes.
//!
//! Within one process a [`Caller`] travels as a typed value; between processes as a signed mesh token. Both end in the
//! same permission layer (`server`). Logging people in is the gateway's work, not this module's.

mod principal;
mod keys;
mod token;
mod verifier;
mod minter;

pub use keys::{RootKey, SigningKey};
pub use minter::Minter;
pub use principal::{Caller, Permission, Principal, PrincipalKind};
pub use token::{ACCESS, Claims, MESH, TokenProfile, mint};
pub use verifier::{Revocations, TokenFacts, Verified, Verifier};

use resync_fault::{ErrorKind, Fault};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Why a caller was turned away, or a key could not be had.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// No token where one is needed.
    #[error("this call needs a bearer token")]
    Missing,
    /// The token cannot be accepted; the reason is for logs.
    #[error("the token is not valid")]
    Invalid {
        /// What exactly is wrong. Not told to callers.
        detail: &'static str,
    },
    /// The token was fine and its time is over.
    #[error("the token has expired")]
    Expired,
    /// The token was revoked.
    #[error("the token has been revoked")]
    Revoked,
    /// The caller may not do this.
    #[error("{subject} has no permission {permission}{}", scope_text(scope.as_deref()))]
    Forbidden {
        /// Who asked.
        subject: String,
        /// What is missing.
        permission: String,
        /// Where it is missing; unset when it is missing everywhere.
        scope: Option<String>,
    },
    /// The secret of the settings can be guessed.
    #[error("SECRET_KEY needs at least {min_chars} characters")]
    WeakSecret {
        /// How long it must be.
        min_chars: usize,
    },
    /// A token could not be signed or a key not be read.
    #[error("the signing key cannot be used: {0}")]
    Key(String),
}

fn scope_text(scope: Option<&str>) -> String {
    scope.map(|scope| format!(" on {scope}")).unwrap_or_default()
}

impl Fault for IdentityError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Missing | Self::Invalid { .. } | Self::Expired | Self::Revoked => {
                ErrorKind::Unauthenticated
            }
            Self::Forbidden { .. } => ErrorKind::PermissionDenied,
            Self::WeakSecret { .. } => ErrorKind::InvalidArgument,
            Self::Key(_) => ErrorKind::Internal,
        }
    }

    fn reason(&self) -> &'static str {
        match self {
            Self::Missing => "TOKEN_MISSING",
            Self::Invalid { .. } => "TOKEN_INVALID",
            Self::Expired => "TOKEN_EXPIRED",
            Self::Revoked => "TOKEN_REVOKED",
            Self::Forbidden { .. } => "PERMISSION_DENIED",
            Self::WeakSecret { .. } => "SECRET_KEY_TOO_SHORT",
            Self::Key(_) => "SIGNING_KEY_UNUSABLE",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Missing => Some("send the header \"authorization: Bearer <token>\"".into()),
            Self::Invalid { .. } | Self::Expired | Self::Revoked => Some("log in again".into()),
            Self::Forbidden { permission, .. } => {
                Some(format!("ask an administrator for the permission {permission}").into())
            }
            Self::WeakSecret { .. } => {
                Some("choose a long random text, or leave it out: one process makes its own key".into())
            }
            Self::Key(_) => None,
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        match self {
            Self::Forbidden { permission, scope, .. } => {
                let mut metadata = BTreeMap::from([("permission".to_owned(), permission.clone())]);
                metadata.extend(scope.clone().map(|scope| ("scope".to_owned(), scope)));
                metadata
            }
            _ => BTreeMap::new(),
        }
    }
}
