//! Requests and their answers: between domain and Protobuf.

use std::time::Duration;

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{
    CountGroup, CountRequest, Counts, EngineStatus, FindRequest, Found, FoundObject, Job, JobDetail, JobLog,
    JobLogRequest, JobStream, JobStreamDetail, ListChangesRequest, ListRequest, MatchKind, ObjectKind, ObjectRef,
    Page, PlanChanges, PlanOverview, PlanUpdate, Prompt, Resource, Status, WatchRequest, Workstation,
};
use crate::wire::{
    all, duration, enumeration, optional_enumeration, optional_time, required, required_duration, required_time,
    timestamp, to_i32, to_u32,
};

fn into_all<T, U: From<T>>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(Into::into).collect()
}

/// The five lists of the plan have requests and responses of the same shape.
macro_rules! list_messages {
    ($($request:ident, $response:ident, $items:ident: $item:ty;)+) => {$(
        impl From<ListRequest> for proto::$request {
            fn from(value: ListRequest) -> Self {
                let ListRequest { engine, filter, order_by, page_size, page_token } = value;
                Self { engine, filter, order_by, page_size: to_i32(page_size), page_token }
            }
        }

        impl TryFrom<proto::$request> for ListRequest {
            type Error = ProtocolError;

            fn try_from(value: proto::$request) -> Result<Self, ProtocolError> {
                let proto::$request { engine, filter, order_by, page_size, page_token } = value;
                let page_size = to_u32(page_size, "page_size")?;
                Ok(Self { engine, filter, order_by, page_size, page_token })
            }
        }

        impl From<Page<$item>> for proto::$response {
            fn from(value: Page<$item>) -> Self {
                let Page { items, next_page_token, total_size, freshness } = value;
                Self { $items: into_all(items), next_page_token, total_size, freshness: Some(freshness.into()) }
            }
        }

        impl TryFrom<proto::$response> for Page<$item> {
            type Error = ProtocolError;

            fn try_from(value: proto::$response) -> Result<Self, ProtocolError> {
                let proto::$response { $items, next_page_token, total_size, freshness } = value;
                let freshness = required(freshness, "freshness")?.try_into()?;
                Ok(Self { items: all($items)?, next_page_token, total_size, freshness })
            }
        }
    )+};
}

list_messages! {
    ListJobsRequest, ListJobsResponse, jobs: Job;
    ListJobStreamsRequest, ListJobStreamsResponse, job_streams: JobStream;
    ListWorkstationsRequest, ListWorkstationsResponse, workstations: Workstation;
    ListResourcesRequest, ListResourcesResponse, resources: Resource;
    ListPromptsRequest, ListPromptsResponse, prompts: Prompt;
}

impl From<EngineStatus> for proto::EngineStatus {
    fn from(value: EngineStatus) -> Self {
        let EngineStatus {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew_seconds,
            freshness,
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period,
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        } = value;
        Self {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew: Some(signed_seconds(clock_skew_seconds)),
            freshness: freshness.map(Into::into),
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period: Some(duration(sweep_period)),
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        }
    }
}

impl TryFrom<proto::EngineStatus> for EngineStatus {
    type Error = ProtocolError;

    fn try_from(value: proto::EngineStatus) -> Result<Self, ProtocolError> {
        let proto::EngineStatus {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew,
            freshness,
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period,
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        } = value;
        let skew = required(clock_skew, "clock_skew")?;
        Ok(Self {
            engine,
            url,
            reachable,
            version,
            time_zone,
            clock_skew_seconds: seconds(&skew),
            freshness: freshness.map(TryInto::try_into).transpose()?,
            synced,
            job_count,
            job_stream_count,
            workstation_count,
            plan_edge_coverage,
            sweep_period: required_duration(sweep_period, "sweep_period")?,
            last_error,
            last_error_hint,
            requests_sent,
            capabilities,
        })
    }
}

/// Clock skew is the one duration that can be negative; both parts of the message carry the sign.
fn signed_seconds(value: f64) -> prost_types::Duration {
    let magnitude = Duration::try_from_secs_f64(value.abs()).unwrap_or_default();
    let mut message = duration(magnitude);
    if value < 0.0 {
        message.seconds = -message.seconds;
        message.nanos = -message.nanos;
    }
    message
}

#[expect(clippy::cast_precision_loss, reason = "a clock skew of 2^53 seconds does not occur")]
fn seconds(message: &prost_types::Duration) -> f64 {
    message.seconds as f64 + f64::from(message.nanos) / 1e9
}

impl From<PlanOverview> for proto::GetPlanOverviewResponse {
    fn from(value: PlanOverview) -> Self {
        let PlanOverview {
            jobs_by_status,
            job_streams_by_status,
            workstations,
            attention,
            truncated,
            freshness,
            late_jobs,
            long_running_jobs,
            at_risk_jobs,
            open_prompts,
            unhealthy_workstations,
        } = value;
        Self {
            jobs_by_status: into_all(jobs_by_status),
            job_streams_by_status: into_all(job_streams_by_status),
            workstations: into_all(workstations),
            attention: into_all(attention),
            truncated,
            freshness: Some(freshness.into()),
            late_jobs,
            long_running_jobs,
            at_risk_jobs,
            open_prompts,
            unhealthy_workstations,
        }
    }
}

impl TryFrom<proto::GetPlanOverviewResponse> for PlanOverview {
    type Error = ProtocolError;

    fn try_from(value: proto::GetPlanOverviewResponse) -> Result<Self, ProtocolError> {
        let proto::GetPlanOverviewResponse {
            jobs_by_status,
            job_streams_by_status,
            workstations,
            attention,
            truncated,
            freshness,
            late_jobs,
            long_running_jobs,
            at_risk_jobs,
            open_prompts,
            unhealthy_workstations,
        } = value;
        Ok(Self {
            jobs_by_status: all(jobs_by_status)?,
            job_streams_by_status: all(job_streams_by_status)?,
            workstations: all(workstations)?,
            attention: all(attention)?,
            truncated,
            freshness: required(freshness, "freshness")?.try_into()?,
            late_jobs,
            long_running_jobs,
            at_risk_jobs,
            open_prompts,
            unhealthy_workstations,
        })
    }
}

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

fn non_empty(value: String, field: &'static str) -> Result<String, ProtocolError> {
    if value.is_empty() { Err(ProtocolError::Missing { field }) } else { Ok(value) }
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

impl From<CountRequest> for proto::CountObjectsRequest {
    fn from(value: CountRequest) -> Self {
        let CountRequest { engine, kind, filter, group_by, max_groups } = value;
        Self {
            engine,
            kind: proto::ObjectKind::from(kind).into(),
            filter,
            group_by,
            max_groups: to_i32(max_groups),
        }
    }
}

impl TryFrom<proto::CountObjectsRequest> for CountRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::CountObjectsRequest) -> Result<Self, ProtocolError> {
        let proto::CountObjectsRequest { engine, kind, filter, group_by, max_groups } = value;
        Ok(Self {
            engine,
            kind: enumeration::<proto::ObjectKind, ObjectKind>(kind, "kind")?,
            filter,
            group_by,
            max_groups: to_u32(max_groups, "max_groups")?,
        })
    }
}

impl From<CountGroup> for proto::CountGroup {
    fn from(CountGroup { values, count }: CountGroup) -> Self {
        Self { values, count }
    }
}

impl From<proto::CountGroup> for CountGroup {
    fn from(proto::CountGroup { values, count }: proto::CountGroup) -> Self {
        Self { values, count }
    }
}

impl From<Counts> for proto::CountObjectsResponse {
    fn from(value: Counts) -> Self {
        let Counts { total, groups, truncated, freshness } = value;
        Self { total, groups: into_all(groups), truncated, freshness: Some(freshness.into()) }
    }
}

impl TryFrom<proto::CountObjectsResponse> for Counts {
    type Error = ProtocolError;

    fn try_from(value: proto::CountObjectsResponse) -> Result<Self, ProtocolError> {
        let proto::CountObjectsResponse { total, groups, truncated, freshness } = value;
        let freshness = required(freshness, "freshness")?.try_into()?;
        Ok(Self { total, groups: into_all(groups), truncated, freshness })
    }
}

impl From<FindRequest> for proto::FindObjectsRequest {
    fn from(value: FindRequest) -> Self {
        let FindRequest { engine, text, kinds, limit } = value;
        let kinds = kinds.into_iter().map(|kind| proto::ObjectKind::from(kind).into()).collect();
        Self { engine, text, kinds, limit: to_i32(limit) }
    }
}

impl TryFrom<proto::FindObjectsRequest> for FindRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::FindObjectsRequest) -> Result<Self, ProtocolError> {
        let proto::FindObjectsRequest { engine, text, kinds, limit } = value;
        Ok(Self {
            engine,
            text: non_empty(text, "text")?,
            kinds: kinds
                .into_iter()
                .map(|kind| enumeration::<proto::ObjectKind, ObjectKind>(kind, "kinds"))
                .collect::<Result<_, _>>()?,
            limit: to_u32(limit, "limit")?,
        })
    }
}

impl From<FoundObject> for proto::FoundObject {
    fn from(value: FoundObject) -> Self {
        let FoundObject { kind, id, key, object_name, matched, score, scheduled_time, status } = value;
        Self {
            kind: proto::ObjectKind::from(kind).into(),
            id,
            key,
            object_name,
            r#match: proto::MatchKind::from(matched).into(),
            score,
            scheduled_time: scheduled_time.map(timestamp),
            status: status.map_or(0, |status| proto::Status::from(status).into()),
        }
    }
}

impl TryFrom<proto::FoundObject> for FoundObject {
    type Error = ProtocolError;

    fn try_from(value: proto::FoundObject) -> Result<Self, ProtocolError> {
        let proto::FoundObject { kind, id, key, object_name, r#match, score, scheduled_time, status } = value;
        Ok(Self {
            kind: enumeration::<proto::ObjectKind, ObjectKind>(kind, "kind")?,
            id,
            key,
            object_name,
            matched: enumeration::<proto::MatchKind, MatchKind>(r#match, "match")?,
            score,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            status: optional_enumeration::<proto::Status, Status>(status, "status")?,
        })
    }
}

impl From<Found> for proto::FindObjectsResponse {
    fn from(value: Found) -> Self {
        let Found { objects, total_size, freshness } = value;
        Self { objects: into_all(objects), total_size, freshness: Some(freshness.into()) }
    }
}

impl TryFrom<proto::FindObjectsResponse> for Found {
    type Error = ProtocolError;

    fn try_from(value: proto::FindObjectsResponse) -> Result<Self, ProtocolError> {
        let proto::FindObjectsResponse { objects, total_size, freshness } = value;
        let freshness = required(freshness, "freshness")?.try_into()?;
        Ok(Self { objects: all(objects)?, total_size, freshness })
    }
}

impl From<ListChangesRequest> for proto::ListPlanChangesRequest {
    fn from(ListChangesRequest { engine, since, limit }: ListChangesRequest) -> Self {
        Self { engine, since: since.map(timestamp), limit: to_i32(limit) }
    }
}

impl TryFrom<proto::ListPlanChangesRequest> for ListChangesRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::ListPlanChangesRequest) -> Result<Self, ProtocolError> {
        let proto::ListPlanChangesRequest { engine, since, limit } = value;
        Ok(Self { engine, since: optional_time(since, "since")?, limit: to_u32(limit, "limit")? })
    }
}

impl From<PlanChanges> for proto::ListPlanChangesResponse {
    fn from(value: PlanChanges) -> Self {
        let PlanChanges { changes, truncated, remembered_since, freshness } = value;
        Self {
            changes: into_all(changes),
            truncated,
            remembered_since: remembered_since.map(timestamp),
            freshness: Some(freshness.into()),
        }
    }
}

impl TryFrom<proto::ListPlanChangesResponse> for PlanChanges {
    type Error = ProtocolError;

    fn try_from(value: proto::ListPlanChangesResponse) -> Result<Self, ProtocolError> {
        let proto::ListPlanChangesResponse { changes, truncated, remembered_since, freshness } = value;
        Ok(Self {
            changes: all(changes)?,
            truncated,
            remembered_since: optional_time(remembered_since, "remembered_since")?,
            freshness: required(freshness, "freshness")?.try_into()?,
        })
    }
}

impl From<WatchRequest> for proto::WatchPlanRequest {
    fn from(WatchRequest { engine, resume_token }: WatchRequest) -> Self {
        Self { engine, resume_token }
    }
}

impl From<proto::WatchPlanRequest> for WatchRequest {
    fn from(proto::WatchPlanRequest { engine, resume_token }: proto::WatchPlanRequest) -> Self {
        Self { engine, resume_token }
    }
}

impl From<PlanUpdate> for proto::WatchPlanResponse {
    fn from(value: PlanUpdate) -> Self {
        let PlanUpdate { overview, changes, resume_token, gap } = value;
        Self { overview: overview.map(Into::into), changes: into_all(changes), resume_token, gap }
    }
}

impl TryFrom<proto::WatchPlanResponse> for PlanUpdate {
    type Error = ProtocolError;

    fn try_from(value: proto::WatchPlanResponse) -> Result<Self, ProtocolError> {
        let proto::WatchPlanResponse { overview, changes, resume_token, gap } = value;
        Ok(Self {
            overview: overview.map(TryInto::try_into).transpose()?,
            changes: all(changes)?,
            resume_token,
            gap,
        })
    }
}
