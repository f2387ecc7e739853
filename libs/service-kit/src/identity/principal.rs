//! A person or a service, and what it may do where.

use super::IdentityError;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// A right, and where it holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Permission {
    /// Dotted name such as `plan.read`; `*` is every permission, `plan.*` every one below `plan`.
    pub name: String,
    /// The one scope it holds in; `*` is everywhere, a trailing `*` matches any ending (`prod-*`).
    pub scope: String,
}

impl Permission {
    /// `name` everywhere.
    pub fn everywhere(name: impl Into<String>) -> Self {
        Self { name: name.into(), scope: "*".to_owned() }
    }

    /// `name` in `scope`.
    pub fn within(name: impl Into<String>, scope: impl Into<String>) -> Self {
        Self { name: name.into(), scope: scope.into() }
    }

    fn grants(&self, name: &str) -> bool {
        match self.name.strip_suffix(".*") {
            Some(group) => name.strip_prefix(group).is_some_and(|rest| rest.starts_with('.')),
            None => self.name == "*" || self.name == name,
        }
    }

    fn covers(&self, scope: &str) -> bool {
        match self.scope.strip_suffix('*') {
            Some(prefix) => scope.starts_with(prefix),
            None => self.scope == scope,
        }
    }
}

/// What kind of caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrincipalKind {
    /// A human being.
    Person,
    /// A program with an account, or a role of the mesh acting for itself.
    Service,
}

/// Somebody who calls.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// Stable name, such as the user name.
    pub subject: String,
    /// Name for people.
    pub display: String,
    /// Person or service.
    pub kind: PrincipalKind,
    /// All rights.
    pub permissions: Vec<Permission>,
}

impl Principal {
    /// A role of the mesh acting for itself, with every permission.
    pub fn role(name: &str) -> Self {
        Self {
            subject: format!("role:{name}"),
            display: name.to_owned(),
            kind: PrincipalKind::Service,
            permissions: vec![Permission::everywhere("*")],
        }
    }

    /// Has the permission in at least one scope.
    #[must_use]
    pub fn has(&self, permission: &str) -> bool {
        self.permissions.iter().any(|p| p.grants(permission))
    }

    /// Has the permission in `scope`. Lists and counts are filtered with this.
    #[must_use]
    pub fn may(&self, permission: &str, scope: &str) -> bool {
        self.permissions.iter().any(|p| p.grants(permission) && p.covers(scope))
    }

    /// Like [`Self::may`], for use with `?`.
    ///
    /// # Errors
    /// [`IdentityError::Forbidden`] when the permission is missing in `scope`.
    pub fn require(&self, permission: &str, scope: &str) -> Result<(), IdentityError> {
        if self.may(permission, scope) {
            return Ok(());
        }
        Err(IdentityError::Forbidden {
            subject: self.subject.clone(),
            permission: permission.to_owned(),
            scope: Some(scope.to_owned()),
        })
    }
}

/// A verified principal on whose behalf a call is made: what handlers find in a request's extensions, and what a client
/// attaches to pass it on. Only code of this process can make one; nothing that arrives over a network becomes one
/// without verification.
#[derive(Clone)]
pub struct Caller {
    principal: Arc<Principal>,
    token: Option<ForwardedToken>,
}

/// The mesh token a caller arrived with; passed on unchanged while it lasts.
#[derive(Clone)]
struct ForwardedToken {
    text: Arc<str>,
    expires_at: u64,
}

impl Caller {
    /// A caller known in this process.
    pub fn new(principal: impl Into<Arc<Principal>>) -> Self {
        Self { principal: principal.into(), token: None }
    }

    /// A caller who arrived with a mesh token.
    pub(crate) fn with_token(principal: Arc<Principal>, token: &str, expires_at: u64) -> Self {
        Self { principal, token: Some(ForwardedToken { text: token.into(), expires_at }) }
    }

    /// The token to pass on, while it is good for at least `seconds` more at time `now`.
    pub(crate) fn token_valid_for(&self, seconds: u64, now: u64) -> Option<&str> {
        self.token.as_ref().filter(|token| token.expires_at > now + seconds).map(|token| &*token.text)
    }

    /// Who it is.
    #[must_use]
    pub fn principal(&self) -> &Arc<Principal> {
        &self.principal
    }
}

impl std::ops::Deref for Caller {
    type Target = Principal;

    fn deref(&self) -> &Principal {
        &self.principal
    }
}

impl fmt::Debug for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("subject", &self.principal.subject).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_match_by_name_group_and_scope() {
        let principal = Principal {
            subject: "ana".into(),
            display: "Ana".into(),
            kind: PrincipalKind::Person,
            permissions: vec![
                Permission::within("plan.read", "prod-*"),
                Permission::within("plan.command.*", "test"),
                Permission::everywhere("agent.ask"),
            ],
        };
        for (permission, scope, allowed) in [
            ("plan.read", "prod-east", true),
            ("plan.read", "test", false),
            ("plan.reader", "prod-east", false),
            ("plan.command.rerun", "test", true),
            ("plan.command", "test", false),
            ("plan.commander.x", "test", false),
            ("agent.ask", "anything", true),
            ("users.write", "*", false),
        ] {
            assert_eq!(principal.may(permission, scope), allowed, "{permission} on {scope}");
        }
        assert!(principal.has("plan.read"));
        assert!(Principal::role("agent").may("whatever.else", "x"));
    }
}
