//! What an edge says beyond its two ends, shared by all edges that say the same.

use std::collections::HashMap;
use std::sync::Arc;

use resync_api::tws::model::{DependencyTarget, Predecessor, PromptStatus, Status};

use super::EdgeTable;

/// What an edge says beyond its two ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Detail {
    /// Of a bound predecessor only the conditions are set; the rest is read from its row.
    Predecessor {
        id: String,
        key: String,
        status: Option<Status>,
        internal_status: String,
        conditions: Vec<String>,
    },
    Join {
        id: String,
        name: String,
    },
    File {
        id: String,
        path: String,
        workstation: String,
        qualifier: String,
        status: String,
    },
    Resource {
        id: String,
        name: String,
        workstation: String,
        quantity: i32,
    },
    Prompt {
        id: String,
        name: String,
        number: i64,
        text: String,
        status: PromptStatus,
    },
    Internetwork {
        id: String,
        network_agent: String,
        remote_dependency: String,
    },
}

impl Detail {
    pub(super) fn bound(conditions: &[String]) -> Self {
        Self::gone("", "", conditions.to_vec())
    }

    pub(super) fn gone(id: &str, key: &str, conditions: Vec<String>) -> Self {
        Self::Predecessor {
            id: id.to_owned(),
            key: key.to_owned(),
            status: None,
            internal_status: String::new(),
            conditions,
        }
    }

    pub(super) fn unbound(predecessor: &Predecessor) -> Self {
        Self::Predecessor {
            id: predecessor.id.clone(),
            key: predecessor.key.clone(),
            status: predecessor.status,
            internal_status: predecessor.internal_status.clone(),
            conditions: predecessor.conditions.clone(),
        }
    }

    pub(super) fn join(id: &str, name: &str) -> Self {
        Self::Join { id: id.to_owned(), name: name.to_owned() }
    }

    /// Of a kind that names neither a predecessor nor a join; those two have their own constructors.
    pub(super) fn other(id: &str, target: &DependencyTarget) -> Self {
        let id = id.to_owned();
        match target.clone() {
            DependencyTarget::Internal(predecessor)
            | DependencyTarget::ExternalJob(predecessor)
            | DependencyTarget::ExternalJobStream(predecessor) => Self::unbound(&predecessor),
            DependencyTarget::Join { join_name: name, .. } => Self::Join { id, name },
            DependencyTarget::File { path, workstation, qualifier, status } => {
                Self::File { id, path, workstation, qualifier, status }
            }
            DependencyTarget::Resource { resource_name: name, workstation, quantity } => {
                Self::Resource { id, name, workstation, quantity }
            }
            DependencyTarget::Prompt { prompt_name: name, number, text, status } => {
                Self::Prompt { id, name, number, text, status }
            }
            DependencyTarget::Internetwork { network_agent, remote_dependency } => {
                Self::Internetwork { id, network_agent, remote_dependency }
            }
        }
    }
}

impl Detail {
    /// Id and target of an edge to no row, with the state it was read with.
    pub(super) fn as_read(&self) -> (String, DependencyTarget) {
        let (id, target) = match self.clone() {
            Self::File { id, path, workstation, qualifier, status } => {
                (id, DependencyTarget::File { path, workstation, qualifier, status })
            }
            Self::Resource { id, name: resource_name, workstation, quantity } => {
                (id, DependencyTarget::Resource { resource_name, workstation, quantity })
            }
            Self::Prompt { id, name: prompt_name, number, text, status } => {
                (id, DependencyTarget::Prompt { prompt_name, number, text, status })
            }
            Self::Internetwork { id, network_agent, remote_dependency } => {
                (id, DependencyTarget::Internetwork { network_agent, remote_dependency })
            }
            Self::Join { id, name: join_name } => {
                (id, DependencyTarget::Join { join_name, quantity: 0, members: Vec::new() })
            }
            Self::Predecessor { id, key, status, internal_status, conditions } => {
                let predecessor = Predecessor {
                    id: id.clone(),
                    key,
                    status,
                    internal_status,
                    conditions,
                    zombie: false,
                    pending: false,
                };
                (id, DependencyTarget::ExternalJob(predecessor))
            }
        };
        (id, target)
    }
}

/// The writer's way from a detail to its symbol. Readers never need it.
#[derive(Debug, Default)]
pub(crate) struct DetailIndex {
    symbols: HashMap<Arc<Detail>, u32>,
}

impl DetailIndex {
    pub(super) fn symbol(&mut self, edges: &mut EdgeTable, detail: Detail) -> u32 {
        if let Some(symbol) = self.symbols.get(&detail) {
            return *symbol;
        }
        edges.detail_count += 1;
        let symbol = edges.detail_count;
        let detail = Arc::new(detail);
        edges.details.set(symbol, Some(Arc::clone(&detail)));
        self.symbols.insert(detail, symbol);
        symbol
    }
}
