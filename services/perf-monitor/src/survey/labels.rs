//! What things are called where several processes have one of the same name: the bare name while it is the only one,
//! `name@roles` while no two processes have the same roles, and `name@roles/instance` otherwise.

use std::collections::{BTreeMap, BTreeSet};

use crate::intake::Process;

/// Names of one kind of things, and who has them.
pub(super) struct Labels<'p> {
    holders: BTreeMap<&'p str, Vec<&'p [String]>>,
}

impl<'p> Labels<'p> {
    pub(super) fn of<N: Iterator<Item = &'p str>>(
        processes: &[&'p Process],
        names: impl Fn(&'p Process) -> N,
    ) -> Self {
        let mut holders: BTreeMap<&str, Vec<&[String]>> = BTreeMap::new();
        for process in processes {
            for name in names(process) {
                holders.entry(name).or_default().push(&process.report.roles);
            }
        }
        Self { holders }
    }

    /// Unique in a report.
    pub(super) fn row(&self, name: &str, process: &Process) -> String {
        let roles = &process.report.roles;
        let holders = self.holders.get(name).map(Vec::as_slice).unwrap_or_default();
        if holders.len() <= 1 {
            name.to_owned()
        } else if holders.iter().filter(|other| **other == roles.as_slice()).count() <= 1 {
            format!("{name}@{}", joined(roles))
        } else {
            format!("{name}@{}/{}", joined(roles), short(&process.report.instance))
        }
    }

    /// The same for all replicas of a process.
    pub(super) fn group(&self, name: &str, process: &Process) -> String {
        let holders: BTreeSet<_> = self.holders.get(name).into_iter().flatten().collect();
        if holders.len() <= 1 { name.to_owned() } else { format!("{name}@{}", joined(&process.report.roles)) }
    }
}

pub(super) fn joined(roles: &[String]) -> String {
    if roles.is_empty() { "process".to_owned() } else { roles.join("+") }
}

/// Enough of an instance to tell replicas apart.
pub(super) fn short(instance: &str) -> &str {
    instance.get(..8).unwrap_or(instance)
}
