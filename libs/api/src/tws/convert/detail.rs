//! Single objects and job logs: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{JobDetail, JobLog, JobLogRequest, JobStreamDetail, ObjectRef};
use crate::wire::{all, into_all, non_empty, required, required_time, timestamp, to_i32, to_u32};

impl From<ObjectRef> for proto::GetJobRequest {
    fn from(ObjectRef { engine, object }: ObjectRef) -> Self {
        Self { engine, job: object }
    }
}

impl TryFrom<proto::GetJobRequest> for ObjectRef {
    type Error = ProtocolError;

    fn try_from(value: proto::GetJobRequest) -> Result<Self, ProtocolError> {
        let proto::GetJobRequest { engine, job } = value;
        Ok(Self { engine, object: non_empty(job, "job")? })
    }
}

impl From<ObjectRef> for proto::GetJobStreamRequest {
    fn from(ObjectRef { engine, object }: ObjectRef) -> Self {
        Self { engine, job_stream: object }
    }
}

impl TryFrom<proto::GetJobStreamRequest> for ObjectRef {
    type Error = ProtocolError;

    fn try_from(value: proto::GetJobStreamRequest) -> Result<Self, ProtocolError> {
        let proto::GetJobStreamRequest { engine, job_stream } = value;
        Ok(Self { engine, object: non_empty(job_stream, "job_stream")? })
    }
}

impl From<JobDetail> for proto::GetJobResponse {
    fn from(value: JobDetail) -> Self {
        let JobDetail { job, runs, dependencies, task, description, freshness } = value;
        Self {
            job: Some(job.into()),
            runs: into_all(runs),
            dependencies: into_all(dependencies),
            task,
            description,
            freshness: Some(freshness.into()),
        }
    }
}

impl TryFrom<proto::GetJobResponse> for JobDetail {
    type Error = ProtocolError;

    fn try_from(value: proto::GetJobResponse) -> Result<Self, ProtocolError> {
        let proto::GetJobResponse { job, runs, dependencies, task, description, freshness } = value;
        Ok(Self {
            job: required(job, "job")?.try_into()?,
            runs: all(runs)?,
            dependencies: all(dependencies)?,
            task,
            description,
            freshness: required(freshness, "freshness")?.try_into()?,
        })
    }
}

impl From<JobStreamDetail> for proto::GetJobStreamResponse {
    fn from(value: JobStreamDetail) -> Self {
        let JobStreamDetail { job_stream, dependencies, freshness } = value;
        Self {
            job_stream: Some(job_stream.into()),
            dependencies: into_all(dependencies),
            freshness: Some(freshness.into()),
        }
    }
}

impl TryFrom<proto::GetJobStreamResponse> for JobStreamDetail {
    type Error = ProtocolError;

    fn try_from(value: proto::GetJobStreamResponse) -> Result<Self, ProtocolError> {
        let proto::GetJobStreamResponse { job_stream, dependencies, freshness } = value;
        Ok(Self {
            job_stream: required(job_stream, "job_stream")?.try_into()?,
            dependencies: all(dependencies)?,
            freshness: required(freshness, "freshness")?.try_into()?,
        })
    }
}

impl From<JobLogRequest> for proto::GetJobLogRequest {
    fn from(value: JobLogRequest) -> Self {
        let JobLogRequest { engine, job, run_id, from_line, max_lines, tail_lines } = value;
        Self {
            engine,
            job,
            run_id,
            from_line: to_i32(from_line),
            max_lines: to_i32(max_lines),
            tail_lines: to_i32(tail_lines),
        }
    }
}

impl TryFrom<proto::GetJobLogRequest> for JobLogRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::GetJobLogRequest) -> Result<Self, ProtocolError> {
        let proto::GetJobLogRequest { engine, job, run_id, from_line, max_lines, tail_lines } = value;
        Ok(Self {
            engine,
            job: non_empty(job, "job")?,
            run_id,
            from_line: to_u32(from_line, "from_line")?,
            max_lines: to_u32(max_lines, "max_lines")?,
            tail_lines: to_u32(tail_lines, "tail_lines")?,
        })
    }
}

impl From<JobLog> for proto::GetJobLogResponse {
    fn from(value: JobLog) -> Self {
        let JobLog { run_id, first_line, lines, truncated, observed_at } = value;
        Self {
            run_id,
            first_line: to_i32(first_line),
            lines,
            truncated,
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::GetJobLogResponse> for JobLog {
    type Error = ProtocolError;

    fn try_from(value: proto::GetJobLogResponse) -> Result<Self, ProtocolError> {
        let proto::GetJobLogResponse { run_id, first_line, lines, truncated, observed_at } = value;
        Ok(Self {
            run_id,
            first_line: to_u32(first_line, "first_line")?,
            lines,
            truncated,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}
