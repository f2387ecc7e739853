//! Roles, and the permissions each stands for.
//!
//! A role is a list of permission names of the contract; where they hold (which engines) is the account's.

use resync_service_kit::identity::Permission;
use std::str::FromStr;

const VIEWER: &[&str] =
    &["plan.read", "agent.ask", "graph.read", "incidents.read", "performance.read", "health.read"];
/// Job logs may hold what only those who run the plan should see, and who runs it may silence an alert about it.
/// Clearing a cache is not among it: that is the administrator's.
const OPERATOR: &[&str] =
    &["log.read", "incidents.manage", "cache.read", "metrics.read", "performance.manage"];

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything.
    Admin,
    /// Runs the plan.
    Operator,
    /// Looks at it.
    Viewer,
}

impl Role {
    /// Its permissions in each of `engines`; without engines, everywhere.
    pub(crate) fn permissions(self, engines: &[String]) -> Vec<Permission> {
        let names: Vec<&str> = match self {
            Self::Admin => vec!["*"],
            Self::Operator => [VIEWER, OPERATOR].concat(),
            Self::Viewer => VIEWER.to_vec(),
        };
        if engines.is_empty() {
            return names.into_iter().map(Permission::everywhere).collect();
        }
        let within = |name: &str| {
            engines.iter().map(move |engine| Permission::within(name, engine.as_str())).collect()
        };
        names.into_iter().flat_map(|name| -> Vec<_> { within(name) }).collect()
    }
}

/// No role has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no role {0}: admin, operator and viewer are known")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        match text {
            "admin" => Ok(Self::Admin),
            "operator" => Ok(Self::Operator),
            "viewer" => Ok(Self::Viewer),
            other => Err(UnknownRole(other.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_includes_the_one_below() {
        let names = |role: Role| role.permissions(&[]).into_iter().map(|p| p.name).collect::<Vec<_>>();
        assert!(names(Role::Viewer).iter().all(|name| names(Role::Operator).contains(name)));
        assert_eq!(names(Role::Admin), ["*"]);
        let scoped = Role::Viewer.permissions(&["prod".into(), "test".into()]);
        assert!(scoped.contains(&Permission::within("plan.read", "test")));
        assert!(!scoped.contains(&Permission::everywhere("plan.read")));
    }
}
