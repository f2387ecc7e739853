//! Who is calling, and may they call this RPC at all? The scope inside the request is the handler's to check.

use crate::identity::{Caller, IdentityError, Verifier};
use crate::policy::PolicyTable;
use http::Request;
use resync_fault::{ErrorKind, Fault};
use std::borrow::Cow;

/// A call that may go on.
pub(super) struct Admission {
    pub(super) caller: Caller,
}

/// Why it may not.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error("there is no RPC {0}")]
    UnknownRpc(String),
    #[error(transparent)]
    Identity(#[from] IdentityError),
}

impl Fault for Refusal {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::UnknownRpc(_) => ErrorKind::Unimplemented,
            Self::Identity(error) => error.kind(),
        }
    }
    fn reason(&self) -> &str {
        match self {
            Self::UnknownRpc(_) => "UNKNOWN_RPC",
            Self::Identity(error) => error.reason(),
        }
    }
    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::UnknownRpc(_) => None,
            Self::Identity(error) => error.hint(),
        }
    }
    fn metadata(&self) -> std::collections::BTreeMap<String, String> {
        match self {
            Self::UnknownRpc(_) => Default::default(),
            Self::Identity(error) => error.metadata(),
        }
    }
}

/// Identifies the caller and checks the permission the RPC asks for. An RPC without a row is never let through.
pub(super) fn admit<B>(
    policies: &PolicyTable,
    verifier: Option<&Verifier>,
    request: &Request<B>,
) -> Result<Admission, Refusal> {
    let path = request.uri().path();
    let caller = identify(verifier, request)?;
    let policy = policies.get(path).ok_or_else(|| Refusal::UnknownRpc(path.to_owned()))?;
    if !caller.has(policy.permission) {
        let (subject, permission) = (caller.subject.clone(), policy.permission.to_owned());
        return Err(IdentityError::Forbidden { subject, permission, scope: None }.into());
    }
    Ok(Admission { caller })
}

/// A typed caller can only have been put there by this process; from outside come nothing but tokens.
fn identify<B>(verifier: Option<&Verifier>, request: &Request<B>) -> Result<Caller, IdentityError> {
    if let Some(caller) = request.extensions().get::<Caller>() {
        return Ok(caller.clone());
    }
    let token = request
        .headers()
        .get(http::header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token)
        .ok_or(IdentityError::Missing)?;
    let verified = verifier.ok_or(IdentityError::Invalid { detail: "no verifier here" })?.verify(token)?;
    Ok(Caller::with_token(verified.principal, token, verified.expires_at))
}
