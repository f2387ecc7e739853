//! The plan at a glance and its changes: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{ListChangesRequest, PlanChanges, PlanOverview, PlanUpdate, WatchRequest};
use crate::wire::{all, into_all, optional_time, required, timestamp, to_i32, to_u32};

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
