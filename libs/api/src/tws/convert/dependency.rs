//! Dependencies and walks: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{
    Dependency, DependencyNode, DependencyOwner, DependencyState, DependencyTarget, DependencyWalk,
    Direction, EdgeSource, FlowNode, Predecessor, PromptStatus, Status, WalkDependenciesRequest,
};
use crate::wire::{all, enumeration, optional_enumeration, required, to_i32, to_u32};

/// The kinds whose predecessor is a job keep its id in `job_id`, a stream's is in `job_stream_id`.
fn predecessor(message: &mut proto::Dependency, kind: proto::DependencyKind, value: Predecessor) {
    let Predecessor { id, key, status, internal_status, conditions, zombie, pending } = value;
    message.kind = kind.into();
    match kind {
        proto::DependencyKind::ExternalJobStream => message.job_stream_id = id,
        _ => message.job_id = id,
    }
    message.target_key = key;
    message.target_status = status.map_or(0, |status| proto::Status::from(status).into());
    message.target_internal_status = internal_status;
    message.conditions = conditions;
    message.zombie = zombie;
    message.pending = pending;
}

impl From<Dependency> for proto::Dependency {
    fn from(value: Dependency) -> Self {
        let Dependency { id, state, source, owner, target } = value;
        let mut message = Self {
            id,
            state: proto::DependencyState::from(state).into(),
            source: proto::EdgeSource::from(source).into(),
            of_job_stream: owner == DependencyOwner::JobStream,
            ..Self::default()
        };
        match target {
            DependencyTarget::Internal(value) => {
                predecessor(&mut message, proto::DependencyKind::Internal, value);
            }
            DependencyTarget::ExternalJob(value) => {
                predecessor(&mut message, proto::DependencyKind::ExternalJob, value);
            }
            DependencyTarget::ExternalJobStream(value) => {
                predecessor(&mut message, proto::DependencyKind::ExternalJobStream, value);
            }
            DependencyTarget::Join { join_name, quantity, members } => {
                message.kind = proto::DependencyKind::Join.into();
                message.join_name = join_name;
                message.join_quantity = to_i32(quantity);
                message.members = members.into_iter().map(Into::into).collect();
            }
            DependencyTarget::File { path, workstation, qualifier, status } => {
                message.kind = proto::DependencyKind::File.into();
                message.file_path = path;
                message.file_workstation = workstation;
                message.file_qualifier = qualifier;
                message.file_status = status;
            }
            DependencyTarget::Resource { resource_name, workstation, quantity } => {
                message.kind = proto::DependencyKind::Resource.into();
                message.resource_name = resource_name;
                message.resource_workstation = workstation;
                message.resource_quantity = quantity;
            }
            DependencyTarget::Prompt { prompt_name, number, text, status } => {
                message.kind = proto::DependencyKind::Prompt.into();
                message.prompt_name = prompt_name;
                message.prompt_number = number;
                message.prompt_text = text;
                message.prompt_status = proto::PromptStatus::from(status).into();
            }
            DependencyTarget::Internetwork { network_agent, remote_dependency } => {
                message.kind = proto::DependencyKind::Internetwork.into();
                message.network_agent = network_agent;
                message.remote_dependency = remote_dependency;
            }
        }
        message
    }
}

impl TryFrom<proto::Dependency> for Dependency {
    type Error = ProtocolError;

    fn try_from(value: proto::Dependency) -> Result<Self, ProtocolError> {
        let proto::Dependency {
            kind,
            state,
            source,
            job_id,
            job_stream_id,
            target_key,
            target_status,
            target_internal_status,
            conditions,
            zombie,
            pending,
            join_name,
            join_quantity,
            members,
            file_path,
            file_workstation,
            file_qualifier,
            file_status,
            resource_name,
            resource_workstation,
            resource_quantity,
            prompt_name,
            prompt_number,
            prompt_text,
            prompt_status,
            network_agent,
            remote_dependency,
            id,
            of_job_stream,
        } = value;
        let kind = proto::DependencyKind::try_from(kind).map_err(|_| ProtocolError::invalid("kind", kind))?;
        let status = optional_enumeration::<proto::Status, Status>(target_status, "target_status")?;
        let predecessor = |id| Predecessor {
            id,
            key: target_key,
            status,
            internal_status: target_internal_status,
            conditions,
            zombie,
            pending,
        };
        let target = match kind {
            proto::DependencyKind::Unspecified => return Err(ProtocolError::Missing { field: "kind" }),
            proto::DependencyKind::Internal => DependencyTarget::Internal(predecessor(job_id)),
            proto::DependencyKind::ExternalJob => DependencyTarget::ExternalJob(predecessor(job_id)),
            proto::DependencyKind::ExternalJobStream => {
                DependencyTarget::ExternalJobStream(predecessor(job_stream_id))
            }
            proto::DependencyKind::Join => DependencyTarget::Join {
                join_name,
                quantity: to_u32(join_quantity, "join_quantity")?,
                members: all(members)?,
            },
            proto::DependencyKind::File => DependencyTarget::File {
                path: file_path,
                workstation: file_workstation,
                qualifier: file_qualifier,
                status: file_status,
            },
            proto::DependencyKind::Resource => DependencyTarget::Resource {
                resource_name,
                workstation: resource_workstation,
                quantity: resource_quantity,
            },
            proto::DependencyKind::Prompt => DependencyTarget::Prompt {
                prompt_name,
                number: prompt_number,
                text: prompt_text,
                status: enumeration::<proto::PromptStatus, PromptStatus>(prompt_status, "prompt_status")?,
            },
            proto::DependencyKind::Internetwork => {
                DependencyTarget::Internetwork { network_agent, remote_dependency }
            }
        };
        Ok(Self {
            id,
            state: enumeration::<proto::DependencyState, DependencyState>(state, "state")?,
            source: enumeration::<proto::EdgeSource, EdgeSource>(source, "source")?,
            owner: if of_job_stream { DependencyOwner::JobStream } else { DependencyOwner::Job },
            target,
        })
    }
}

impl From<DependencyNode> for proto::DependencyNode {
    fn from(value: DependencyNode) -> Self {
        let DependencyNode { node, depth, via, from_id } = value;
        let (job, job_stream) = match node {
            FlowNode::Job(job) => (Some((*job).into()), None),
            FlowNode::JobStream(job_stream) => (None, Some((*job_stream).into())),
        };
        Self { job, job_stream, depth, via: Some(via.into()), from_id }
    }
}

impl TryFrom<proto::DependencyNode> for DependencyNode {
    type Error = ProtocolError;

    fn try_from(value: proto::DependencyNode) -> Result<Self, ProtocolError> {
        let proto::DependencyNode { job, job_stream, depth, via, from_id } = value;
        let node = match (job, job_stream) {
            (Some(job), None) => FlowNode::Job(Box::new(job.try_into()?)),
            (None, Some(job_stream)) => FlowNode::JobStream(Box::new(job_stream.try_into()?)),
            (Some(_), Some(_)) => return Err(ProtocolError::invalid("job_stream", "set beside job")),
            (None, None) => return Err(ProtocolError::Missing { field: "job" }),
        };
        Ok(Self { node, depth, via: required(via, "via")?.try_into()?, from_id })
    }
}

impl From<WalkDependenciesRequest> for proto::WalkDependenciesRequest {
    fn from(value: WalkDependenciesRequest) -> Self {
        let WalkDependenciesRequest { engine, object, direction, max_depth, max_nodes } = value;
        Self {
            engine,
            object,
            direction: proto::Direction::from(direction).into(),
            max_depth: to_i32(max_depth),
            max_nodes: to_i32(max_nodes),
        }
    }
}

impl TryFrom<proto::WalkDependenciesRequest> for WalkDependenciesRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::WalkDependenciesRequest) -> Result<Self, ProtocolError> {
        let proto::WalkDependenciesRequest { engine, object, direction, max_depth, max_nodes } = value;
        Ok(Self {
            engine,
            object,
            direction: enumeration::<proto::Direction, Direction>(direction, "direction")?,
            max_depth: to_u32(max_depth, "max_depth")?,
            max_nodes: to_u32(max_nodes, "max_nodes")?,
        })
    }
}

impl From<DependencyWalk> for proto::WalkDependenciesResponse {
    fn from(value: DependencyWalk) -> Self {
        let DependencyWalk { nodes, truncated, plan_edge_coverage, freshness, other_dependencies } = value;
        Self {
            nodes: nodes.into_iter().map(Into::into).collect(),
            truncated,
            plan_edge_coverage,
            freshness: Some(freshness.into()),
            other_dependencies: other_dependencies.into_iter().map(Into::into).collect(),
        }
    }
}

impl TryFrom<proto::WalkDependenciesResponse> for DependencyWalk {
    type Error = ProtocolError;

    fn try_from(value: proto::WalkDependenciesResponse) -> Result<Self, ProtocolError> {
        let proto::WalkDependenciesResponse {
            nodes,
            truncated,
            plan_edge_coverage,
            freshness,
            other_dependencies,
        } = value;
        Ok(Self {
            nodes: all(nodes)?,
            truncated,
            plan_edge_coverage,
            freshness: required(freshness, "freshness")?.try_into()?,
            other_dependencies: all(other_dependencies)?,
        })
    }
}
