//! The plan's structure in bulk: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{
    DependencyOwner, EdgeKnowledge, Status, TopologyDependencies, TopologyFile, TopologyJob,
    TopologyJobStream, TopologyObjects, TopologyUpdate,
};
use crate::wire::{
    all, duration, enumeration, into_all, non_empty, optional_duration, optional_time, same_enumeration,
    timestamp, to_i32, to_u32,
};

same_enumeration!(EdgeKnowledge { Unknown, Model, Plan });

impl From<TopologyJob> for proto::TopologyJob {
    fn from(value: TopologyJob) -> Self {
        let TopologyJob {
            id,
            job_name,
            job_stream_id,
            workstation,
            status,
            internal_status,
            cancel_pending,
            priority,
            return_code,
            job_number,
            run_count,
            scheduled_time,
            earliest_start,
            latest_start,
            deadline,
            start_time,
            end_time,
            estimated_duration,
            critical,
            requires_confirmation,
            every,
            recovery_option,
            edges,
        } = value;
        Self {
            id,
            job_name,
            job_stream_id,
            workstation,
            status: proto::Status::from(status).into(),
            internal_status,
            cancel_pending,
            priority,
            return_code,
            job_number,
            run_count: to_i32(run_count),
            scheduled_time: scheduled_time.map(timestamp),
            earliest_start: earliest_start.map(timestamp),
            latest_start: latest_start.map(timestamp),
            deadline: deadline.map(timestamp),
            start_time: start_time.map(timestamp),
            end_time: end_time.map(timestamp),
            estimated_duration: estimated_duration.map(duration),
            critical,
            requires_confirmation,
            every,
            recovery_option,
            edges: proto::EdgeKnowledge::from(edges).into(),
        }
    }
}

impl TryFrom<proto::TopologyJob> for TopologyJob {
    type Error = ProtocolError;

    fn try_from(value: proto::TopologyJob) -> Result<Self, ProtocolError> {
        let proto::TopologyJob {
            id,
            job_name,
            job_stream_id,
            workstation,
            status,
            internal_status,
            cancel_pending,
            priority,
            return_code,
            job_number,
            run_count,
            scheduled_time,
            earliest_start,
            latest_start,
            deadline,
            start_time,
            end_time,
            estimated_duration,
            critical,
            requires_confirmation,
            every,
            recovery_option,
            edges,
        } = value;
        Ok(Self {
            id: non_empty(id, "id")?,
            job_name,
            job_stream_id,
            workstation,
            status: enumeration::<proto::Status, Status>(status, "status")?,
            internal_status,
            cancel_pending,
            priority,
            return_code,
            job_number,
            run_count: to_u32(run_count, "run_count")?,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            earliest_start: optional_time(earliest_start, "earliest_start")?,
            latest_start: optional_time(latest_start, "latest_start")?,
            deadline: optional_time(deadline, "deadline")?,
            start_time: optional_time(start_time, "start_time")?,
            end_time: optional_time(end_time, "end_time")?,
            estimated_duration: optional_duration(estimated_duration, "estimated_duration")?,
            critical,
            requires_confirmation,
            every,
            recovery_option,
            edges: enumeration::<proto::EdgeKnowledge, EdgeKnowledge>(edges, "edges")?,
        })
    }
}

impl From<TopologyJobStream> for proto::TopologyJobStream {
    fn from(value: TopologyJobStream) -> Self {
        let TopologyJobStream {
            id,
            key,
            status,
            limit,
            priority,
            scheduled_time,
            earliest_start,
            latest_start,
            deadline,
            start_time,
            end_time,
            edges,
        } = value;
        Self {
            id,
            key,
            status: proto::Status::from(status).into(),
            limit,
            priority,
            scheduled_time: scheduled_time.map(timestamp),
            earliest_start: earliest_start.map(timestamp),
            latest_start: latest_start.map(timestamp),
            deadline: deadline.map(timestamp),
            start_time: start_time.map(timestamp),
            end_time: end_time.map(timestamp),
            edges: proto::EdgeKnowledge::from(edges).into(),
        }
    }
}

impl TryFrom<proto::TopologyJobStream> for TopologyJobStream {
    type Error = ProtocolError;

    fn try_from(value: proto::TopologyJobStream) -> Result<Self, ProtocolError> {
        let proto::TopologyJobStream {
            id,
            key,
            status,
            limit,
            priority,
            scheduled_time,
            earliest_start,
            latest_start,
            deadline,
            start_time,
            end_time,
            edges,
        } = value;
        Ok(Self {
            id: non_empty(id, "id")?,
            key,
            status: enumeration::<proto::Status, Status>(status, "status")?,
            limit,
            priority,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            earliest_start: optional_time(earliest_start, "earliest_start")?,
            latest_start: optional_time(latest_start, "latest_start")?,
            deadline: optional_time(deadline, "deadline")?,
            start_time: optional_time(start_time, "start_time")?,
            end_time: optional_time(end_time, "end_time")?,
            edges: enumeration::<proto::EdgeKnowledge, EdgeKnowledge>(edges, "edges")?,
        })
    }
}

impl From<TopologyFile> for proto::TopologyFile {
    fn from(value: TopologyFile) -> Self {
        let TopologyFile { path, workstation, qualifier, status } = value;
        Self { path, workstation, qualifier, status }
    }
}

impl TryFrom<proto::TopologyFile> for TopologyFile {
    type Error = ProtocolError;

    fn try_from(value: proto::TopologyFile) -> Result<Self, ProtocolError> {
        let proto::TopologyFile { path, workstation, qualifier, status } = value;
        Ok(Self { path, workstation, qualifier, status })
    }
}

impl From<TopologyDependencies> for proto::TopologyDependencies {
    fn from(value: TopologyDependencies) -> Self {
        let TopologyDependencies { owner, owner_id, dependencies } = value;
        let of_job_stream = owner == DependencyOwner::JobStream;
        Self { of_job_stream, owner_id, dependencies: into_all(dependencies) }
    }
}

impl TryFrom<proto::TopologyDependencies> for TopologyDependencies {
    type Error = ProtocolError;

    fn try_from(value: proto::TopologyDependencies) -> Result<Self, ProtocolError> {
        let proto::TopologyDependencies { of_job_stream, owner_id, dependencies } = value;
        let owner = if of_job_stream { DependencyOwner::JobStream } else { DependencyOwner::Job };
        let owner_id = non_empty(owner_id, "owner_id")?;
        Ok(Self { owner, owner_id, dependencies: all(dependencies)? })
    }
}

impl From<TopologyObjects> for proto::TopologyObjects {
    fn from(value: TopologyObjects) -> Self {
        let TopologyObjects { workstations, resources, prompts, files } = value;
        Self {
            workstations: into_all(workstations),
            resources: into_all(resources),
            prompts: into_all(prompts),
            files: into_all(files),
        }
    }
}

impl TryFrom<proto::TopologyObjects> for TopologyObjects {
    type Error = ProtocolError;

    fn try_from(value: proto::TopologyObjects) -> Result<Self, ProtocolError> {
        let proto::TopologyObjects { workstations, resources, prompts, files } = value;
        Ok(Self {
            workstations: all(workstations)?,
            resources: all(resources)?,
            prompts: all(prompts)?,
            files: all(files)?,
        })
    }
}

impl From<TopologyUpdate> for proto::ExportTopologyResponse {
    fn from(value: TopologyUpdate) -> Self {
        let TopologyUpdate {
            begins,
            completes,
            job_streams,
            jobs,
            dependencies,
            objects,
            removed_jobs,
            removed_job_streams,
            freshness,
        } = value;
        Self {
            begins,
            completes,
            job_streams: into_all(job_streams),
            jobs: into_all(jobs),
            dependencies: into_all(dependencies),
            objects: objects.map(Into::into),
            removed_jobs,
            removed_job_streams,
            freshness: freshness.map(Into::into),
        }
    }
}

impl TryFrom<proto::ExportTopologyResponse> for TopologyUpdate {
    type Error = ProtocolError;

    fn try_from(value: proto::ExportTopologyResponse) -> Result<Self, ProtocolError> {
        let proto::ExportTopologyResponse {
            begins,
            completes,
            job_streams,
            jobs,
            dependencies,
            objects,
            removed_jobs,
            removed_job_streams,
            freshness,
        } = value;
        Ok(Self {
            begins,
            completes,
            job_streams: all(job_streams)?,
            jobs: all(jobs)?,
            dependencies: all(dependencies)?,
            objects: objects.map(TryInto::try_into).transpose()?,
            removed_jobs,
            removed_job_streams,
            freshness: freshness.map(TryInto::try_into).transpose()?,
        })
    }
}
