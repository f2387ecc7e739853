//! Job streams and counts by status: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{JobStream, Status, StatusCount};
use crate::wire::{
    all, duration, enumeration, into_all, optional_duration, optional_time, required_time, timestamp,
};

impl From<StatusCount> for proto::StatusCount {
    fn from(value: StatusCount) -> Self {
        let StatusCount { status, count } = value;
        Self { status: proto::Status::from(status).into(), count }
    }
}

impl TryFrom<proto::StatusCount> for StatusCount {
    type Error = ProtocolError;

    fn try_from(value: proto::StatusCount) -> Result<Self, ProtocolError> {
        let proto::StatusCount { status, count } = value;
        Ok(Self { status: enumeration::<proto::Status, Status>(status, "status")?, count })
    }
}

impl From<JobStream> for proto::JobStream {
    fn from(value: JobStream) -> Self {
        let JobStream {
            name,
            id,
            key,
            job_stream_name,
            folder,
            workstation,
            status,
            internal_status,
            limit,
            priority,
            scheduled_time,
            earliest_start,
            latest_start,
            deadline,
            start_time,
            end_time,
            estimated_duration,
            late,
            at_risk,
            carried_forward,
            jobs_by_status,
            job_count,
            dependency_count,
            unresolved_dependency_count,
            observed_at,
        } = value;
        Self {
            name,
            id,
            key,
            job_stream_name,
            folder,
            workstation,
            status: proto::Status::from(status).into(),
            internal_status,
            limit,
            priority,
            scheduled_time: scheduled_time.map(timestamp),
            earliest_start: earliest_start.map(timestamp),
            latest_start: latest_start.map(timestamp),
            deadline: deadline.map(timestamp),
            start_time: start_time.map(timestamp),
            end_time: end_time.map(timestamp),
            estimated_duration: estimated_duration.map(duration),
            late,
            at_risk,
            carried_forward,
            jobs_by_status: into_all(jobs_by_status),
            job_count,
            dependency_count,
            unresolved_dependency_count,
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::JobStream> for JobStream {
    type Error = ProtocolError;

    fn try_from(value: proto::JobStream) -> Result<Self, ProtocolError> {
        let proto::JobStream {
            name,
            id,
            key,
            job_stream_name,
            folder,
            workstation,
            status,
            internal_status,
            limit,
            priority,
            scheduled_time,
            earliest_start,
            latest_start,
            deadline,
            start_time,
            end_time,
            estimated_duration,
            late,
            at_risk,
            carried_forward,
            jobs_by_status,
            job_count,
            dependency_count,
            unresolved_dependency_count,
            observed_at,
        } = value;
        Ok(Self {
            name,
            id,
            key,
            job_stream_name,
            folder,
            workstation,
            status: enumeration::<proto::Status, Status>(status, "status")?,
            internal_status,
            limit,
            priority,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            earliest_start: optional_time(earliest_start, "earliest_start")?,
            latest_start: optional_time(latest_start, "latest_start")?,
            deadline: optional_time(deadline, "deadline")?,
            start_time: optional_time(start_time, "start_time")?,
            end_time: optional_time(end_time, "end_time")?,
            estimated_duration: optional_duration(estimated_duration, "estimated_duration")?,
            late,
            at_risk,
            carried_forward,
            jobs_by_status: all(jobs_by_status)?,
            job_count,
            dependency_count,
            unresolved_dependency_count,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}
