//! From packed edges to the dependencies of an answer, with states as they are now.
//!
//! A dependency on a row of the plan follows that row: satisfied once the predecessor ended well or was cancelled
//! (cancelling releases what waits), or, under conditions, once its internal status is one of them. What the plan itself
//! called satisfied stays so, because an operator may have released it. States of files and prompts come from their own
//! rows when the engine lists them.

use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeSource, Predecessor, Status,
};

use super::{Detail, Edge, EdgeKind, Flow, Node, bit};
use crate::plan::snapshot::Snapshot;

impl Snapshot {
    /// What the node itself waits for.
    pub(crate) fn dependencies_of(&self, owner: Node) -> Vec<Dependency> {
        let edges = self.edges.of(owner);
        let top = edges.iter().filter(|edge| !edge.is_member());
        top.map(|edge| self.dependency(owner, *edge, edges)).collect()
    }

    /// What the node itself waits for, for those who have the rows: predecessors in the plan by id alone, states as read.
    pub(crate) fn bare_dependencies_of(&self, owner: Node) -> Vec<Dependency> {
        let edges = self.edges.of(owner);
        let top = edges.iter().filter(|edge| !edge.is_member());
        top.map(|edge| self.bare_dependency(owner, *edge, edges)).collect()
    }

    fn bare_dependency(&self, owner: Node, edge: Edge, edges: &[Edge]) -> Dependency {
        let detail = self.edges.detail(edge.detail);
        let (id, target) = match (edge.kind, edge.predecessor(), detail) {
            (EdgeKind::Join, _, Some(Detail::Join { id, name })) => {
                let members = edges.iter().filter(|member| member.is_member() && member.join == edge.join);
                let members = members.map(|member| self.bare_dependency(owner, *member, edges)).collect();
                let join_name = name.clone();
                (id.clone(), DependencyTarget::Join { join_name, quantity: edge.target, members })
            }
            (kind, Some(node), _) => {
                let predecessor = Predecessor {
                    id: self.node_id(node),
                    key: String::new(),
                    status: None,
                    internal_status: String::new(),
                    conditions: self.edges.conditions(edge).to_vec(),
                    zombie: edge.bits & bit::ZOMBIE != 0,
                    pending: false,
                };
                let target = match kind {
                    EdgeKind::ExternalJob => DependencyTarget::ExternalJob(predecessor),
                    EdgeKind::ExternalJobStream => DependencyTarget::ExternalJobStream(predecessor),
                    EdgeKind::Internal | EdgeKind::Join | EdgeKind::Other => {
                        DependencyTarget::Internal(predecessor)
                    }
                };
                (String::new(), target)
            }
            (_, None, Some(detail))
                if !matches!(detail, Detail::Predecessor { .. } | Detail::Join { .. }) =>
            {
                detail.as_read()
            }
            _ => self.target(owner, edge, edges),
        };
        let owner = match owner.flow() {
            Flow::Job(_) => DependencyOwner::Job,
            Flow::Stream(_) => DependencyOwner::JobStream,
        };
        Dependency { id, state: edge.state(), source: edge.source(), owner, target }
    }

    /// How many dependencies the node itself has, and how many of them hold it back.
    pub(crate) fn count_dependencies(&self, owner: Node) -> (u32, u32) {
        let edges = self.edges.of(owner);
        edges.iter().filter(|edge| !edge.is_member()).fold((0, 0), |(all, unresolved), edge| {
            let holds = self.edge_state(*edge, edges) != DependencyState::Satisfied;
            (all + 1, unresolved + u32::from(holds))
        })
    }

    /// The dependency that one edge of the owner stands for.
    pub(crate) fn dependency(&self, owner: Node, edge: Edge, edges: &[Edge]) -> Dependency {
        let (id, target) = self.target(owner, edge, edges);
        Dependency {
            id,
            state: self.edge_state(edge, edges),
            source: edge.source(),
            owner: match owner.flow() {
                Flow::Job(_) => DependencyOwner::Job,
                Flow::Stream(_) => DependencyOwner::JobStream,
            },
            target,
        }
    }

    /// Whether the edge still holds its owner back. `edges` are all edges of the owner.
    pub(crate) fn edge_state(&self, edge: Edge, edges: &[Edge]) -> DependencyState {
        let stored = edge.state();
        if stored == DependencyState::Satisfied && edge.source() == EdgeSource::Plan {
            return stored;
        }
        if edge.kind == EdgeKind::Join {
            return self.join_state(edge, edges);
        }
        let Some(node) = edge.predecessor() else {
            return self.state_without_row(edge);
        };
        let (status, internal) = self.node_status(node);
        let conditions = self.edges.conditions(edge);
        let met = |word: &String| word.eq_ignore_ascii_case(internal);
        let plain = conditions.iter().all(|word| word.eq_ignore_ascii_case("SUCC"));
        let ended =
            matches!(status, Status::Successful | Status::Error | Status::Canceled | Status::Suppressed);
        match status {
            Status::Canceled => DependencyState::Satisfied,
            Status::Successful if plain => DependencyState::Satisfied,
            _ if conditions.iter().any(met) => DependencyState::Satisfied,
            // Ended, and what else was asked for is an output condition that only the engine can judge.
            _ if ended && !plain && !conditions.iter().all(|word| is_status_word(word)) => stored,
            _ => DependencyState::Unsatisfied,
        }
    }

    fn join_state(&self, join: Edge, edges: &[Edge]) -> DependencyState {
        let members = edges.iter().filter(|edge| edge.is_member() && edge.join == join.join);
        let (all, met) = members.fold((0, 0), |(all, met), edge| {
            let satisfied = self.edge_state(*edge, edges) == DependencyState::Satisfied;
            (all + 1, met + u32::from(satisfied))
        });
        let needed = if join.target == 0 { all } else { join.target };
        if met >= needed { DependencyState::Satisfied } else { DependencyState::Unsatisfied }
    }

    fn state_without_row(&self, edge: Edge) -> DependencyState {
        let stored = edge.state();
        match self.edges.detail(edge.detail) {
            Some(Detail::File { path, workstation, qualifier, .. }) => {
                match self.file_status(path, workstation, qualifier) {
                    Some("Exists") => DependencyState::Satisfied,
                    Some(_) => DependencyState::Unsatisfied,
                    None => stored,
                }
            }
            Some(Detail::Prompt { number, name, status, .. }) => {
                use resync_api::tws::model::PromptStatus;
                match self.prompt_status(*number, name).unwrap_or(*status) {
                    PromptStatus::AnsweredYes => DependencyState::Satisfied,
                    PromptStatus::NotAsked | PromptStatus::Asked | PromptStatus::AnsweredNo => {
                        DependencyState::Unsatisfied
                    }
                }
            }
            Some(Detail::Predecessor { .. }) if stored != DependencyState::Satisfied => {
                DependencyState::Unbound
            }
            _ => stored,
        }
    }

    fn target(&self, owner: Node, edge: Edge, edges: &[Edge]) -> (String, DependencyTarget) {
        let detail = self.edges.detail(edge.detail);
        if edge.kind == EdgeKind::Join {
            let (id, join_name) = match detail {
                Some(Detail::Join { id, name }) => (id.clone(), name.clone()),
                _ => Default::default(),
            };
            let members = edges.iter().filter(|member| member.is_member() && member.join == edge.join);
            let members = members.map(|member| self.dependency(owner, *member, edges)).collect();
            return (id, DependencyTarget::Join { join_name, quantity: edge.target, members });
        }
        match detail {
            Some(Detail::File { id, path, workstation, qualifier, status }) => {
                let now = self.file_status(path, workstation, qualifier);
                let target = DependencyTarget::File {
                    path: path.clone(),
                    workstation: workstation.clone(),
                    qualifier: qualifier.clone(),
                    status: now.unwrap_or(status).to_owned(),
                };
                (id.clone(), target)
            }
            Some(Detail::Resource { id, name, workstation, quantity }) => {
                let target = DependencyTarget::Resource {
                    resource_name: name.clone(),
                    workstation: workstation.clone(),
                    quantity: *quantity,
                };
                (id.clone(), target)
            }
            Some(Detail::Prompt { id, name, number, text, status }) => {
                let target = DependencyTarget::Prompt {
                    prompt_name: name.clone(),
                    number: *number,
                    text: text.clone(),
                    status: self.prompt_status(*number, name).unwrap_or(*status),
                };
                (id.clone(), target)
            }
            Some(Detail::Internetwork { id, network_agent, remote_dependency }) => {
                let target = DependencyTarget::Internetwork {
                    network_agent: network_agent.clone(),
                    remote_dependency: remote_dependency.clone(),
                };
                (id.clone(), target)
            }
            Some(Detail::Predecessor { .. } | Detail::Join { .. }) | None => {
                let predecessor = self.predecessor(edge);
                let target = match edge.kind {
                    EdgeKind::ExternalJob => DependencyTarget::ExternalJob(predecessor),
                    EdgeKind::ExternalJobStream => DependencyTarget::ExternalJobStream(predecessor),
                    EdgeKind::Internal | EdgeKind::Join | EdgeKind::Other => {
                        DependencyTarget::Internal(predecessor)
                    }
                };
                (String::new(), target)
            }
        }
    }

    fn predecessor(&self, edge: Edge) -> Predecessor {
        let flags = (edge.bits & bit::ZOMBIE != 0, edge.bits & bit::PENDING != 0);
        if let Some(node) = edge.predecessor() {
            let (status, internal_status) = self.node_status(node);
            return Predecessor {
                id: self.node_id(node),
                key: self.node_key(node),
                status: Some(status),
                internal_status: internal_status.to_owned(),
                conditions: self.edges.conditions(edge).to_vec(),
                zombie: flags.0,
                pending: false,
            };
        }
        let mut predecessor = Predecessor {
            id: String::new(),
            key: String::new(),
            status: None,
            internal_status: String::new(),
            conditions: Vec::new(),
            zombie: flags.0,
            pending: flags.1,
        };
        if let Some(Detail::Predecessor { key, status, internal_status, conditions, .. }) =
            self.edges.detail(edge.detail)
        {
            predecessor.key.clone_from(key);
            predecessor.status = *status;
            predecessor.internal_status.clone_from(internal_status);
            predecessor.conditions.clone_from(conditions);
        }
        predecessor
    }
}

fn is_status_word(word: &str) -> bool {
    ["SUCC", "ABEND", "FAIL", "SUPPR"].iter().any(|known| known.eq_ignore_ascii_case(word))
}
