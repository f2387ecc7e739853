//! Roles, and the permissions each stands for.
//!
//! A role is a list of permission names of the contract; where they hold (which engines) is the account's.

use resync_service_kit::identity::Permission;
use std::str::FromStr;

/// Whoever may ask may also see what they asked, their own conversations and nobody else's; and may teach, which counts
/// only once a reviewer approved it.
const VIEWER: &[&str] = &[
    "plan.read",
    "agent.ask",
    "conversations.own",
    "documents.read",
    "graph.read",
    "health.read",
    "incidents.read",
    "memories.read",
    "memories.propose",
    "performance.read",
];
/// Job logs may hold what only those who run the plan should see, and who runs it may silence an alert about it.
/// Clearing a cache is not among it, nor what may be cited as a runbook: that is the administrator's.
const OPERATOR: &[&str] =
    &["log.read", "incidents.manage", "cache.read", "metrics.read", "performance.manage"];
/// Decides what is remembered.
const REVIEWER: &[&str] = &["memories.review"];

/// Reads the trail of everybody, and nothing else.
const AUDITOR: &[&str] = &["audit.read", "health.read"];

/// What an account is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything.
    Admin,
    /// Runs the plan, and decides what is remembered.
    Reviewer,
    /// Runs the plan.
    Operator,
    /// Looks at it.
    Viewer,
    /// Looks at who did what.
    Auditor,
}

impl Role {
    /// Its permissions in each of `engines`; without engines, everywhere.
    pub(crate) fn permissions(self, engines: &[String]) -> Vec<Permission> {
        let names: Vec<&str> = match self {
            Self::Admin => vec!["*"],
            Self::Reviewer => [VIEWER, OPERATOR, REVIEWER].concat(),
            Self::Operator => [VIEWER, OPERATOR].concat(),
            Self::Viewer => VIEWER.to_vec(),
            Self::Auditor => AUDITOR.to_vec(),
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
#[error("there is no role {0}: admin, reviewer, operator, viewer and auditor are known")]
pub struct UnknownRole(String);

impl FromStr for Role {
    type Err = UnknownRole;

    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        match text {
            "admin" => Ok(Self::Admin),
            "reviewer" => Ok(Self::Reviewer),
            "operator" => Ok(Self::Operator),
            "viewer" => Ok(Self::Viewer),
            "auditor" => Ok(Self::Auditor),
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
        assert!(names(Role::Operator).iter().all(|name| names(Role::Reviewer).contains(name)));
        assert!(!names(Role::Operator).contains(&"memories.review".to_owned()));
        assert_eq!(names(Role::Admin), ["*"]);
        let scoped = Role::Viewer.permissions(&["prod".into(), "test".into()]);
        assert!(scoped.contains(&Permission::within("plan.read", "test")));
        assert!(!scoped.contains(&Permission::everywhere("plan.read")));
    }
}
