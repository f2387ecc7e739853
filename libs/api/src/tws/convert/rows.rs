//! Workstations, resources, prompts, changes and freshness: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{
    ChangeKind, Freshness, PlanChange, Prompt, PromptStatus, Resource, ResourceHolder, Workstation,
};
use crate::wire::{all, enumeration, into_all, optional_time, required_time, timestamp};

impl From<Freshness> for proto::Freshness {
    fn from(value: Freshness) -> Self {
        let Freshness {
            plan_version,
            oldest_observed_at,
            engine_time,
            time_zone,
            stale_since,
            stale_reason,
            plan_day_start,
        } = value;
        Self {
            plan_version,
            oldest_observed_at: oldest_observed_at.map(timestamp),
            engine_time: Some(timestamp(engine_time)),
            time_zone,
            stale_since: stale_since.map(timestamp),
            stale_reason,
            plan_day_start: plan_day_start.map(timestamp),
        }
    }
}

impl TryFrom<proto::Freshness> for Freshness {
    type Error = ProtocolError;

    fn try_from(value: proto::Freshness) -> Result<Self, ProtocolError> {
        let proto::Freshness {
            plan_version,
            oldest_observed_at,
            engine_time,
            time_zone,
            stale_since,
            stale_reason,
            plan_day_start,
        } = value;
        Ok(Self {
            plan_version,
            oldest_observed_at: optional_time(oldest_observed_at, "oldest_observed_at")?,
            engine_time: required_time(engine_time, "engine_time")?,
            time_zone,
            stale_since: optional_time(stale_since, "stale_since")?,
            stale_reason,
            plan_day_start: optional_time(plan_day_start, "plan_day_start")?,
        })
    }
}

impl From<Workstation> for proto::Workstation {
    fn from(value: Workstation) -> Self {
        let Workstation {
            name,
            id,
            workstation_name,
            folder,
            kind,
            linked,
            jobman_up,
            initialized,
            active_states,
            limit,
            fence,
            domain,
            host,
            os,
            node,
            version,
            run_number,
            ignored,
            healthy,
            jobs_by_status,
            observed_at,
        } = value;
        Self {
            name,
            id,
            workstation_name,
            folder,
            r#type: kind,
            linked,
            jobman_up,
            initialized,
            active_states,
            limit,
            fence,
            domain,
            host,
            os,
            node,
            version,
            run_number,
            ignored,
            healthy,
            jobs_by_status: into_all(jobs_by_status),
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::Workstation> for Workstation {
    type Error = ProtocolError;

    fn try_from(value: proto::Workstation) -> Result<Self, ProtocolError> {
        let proto::Workstation {
            name,
            id,
            workstation_name,
            folder,
            r#type,
            linked,
            jobman_up,
            initialized,
            active_states,
            limit,
            fence,
            domain,
            host,
            os,
            node,
            version,
            run_number,
            ignored,
            healthy,
            jobs_by_status,
            observed_at,
        } = value;
        Ok(Self {
            name,
            id,
            workstation_name,
            folder,
            kind: r#type,
            linked,
            jobman_up,
            initialized,
            active_states,
            limit,
            fence,
            domain,
            host,
            os,
            node,
            version,
            run_number,
            ignored,
            healthy,
            jobs_by_status: all(jobs_by_status)?,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}

impl From<ResourceHolder> for proto::ResourceHolder {
    fn from(value: ResourceHolder) -> Self {
        let ResourceHolder { job_name, job_stream_name, job_key, job_id, quantity } = value;
        Self { job_name, job_stream_name, job_key, job_id, quantity }
    }
}

impl TryFrom<proto::ResourceHolder> for ResourceHolder {
    type Error = ProtocolError;

    fn try_from(value: proto::ResourceHolder) -> Result<Self, ProtocolError> {
        let proto::ResourceHolder { job_name, job_stream_name, job_key, job_id, quantity } = value;
        Ok(Self { job_name, job_stream_name, job_key, job_id, quantity })
    }
}

impl From<Resource> for proto::Resource {
    fn from(value: Resource) -> Self {
        let Resource {
            name,
            id,
            resource_name,
            folder,
            workstation,
            quantity,
            available,
            in_use,
            holders,
            observed_at,
        } = value;
        Self {
            name,
            id,
            resource_name,
            folder,
            workstation,
            quantity,
            available,
            in_use,
            holders: into_all(holders),
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::Resource> for Resource {
    type Error = ProtocolError;

    fn try_from(value: proto::Resource) -> Result<Self, ProtocolError> {
        let proto::Resource {
            name,
            id,
            resource_name,
            folder,
            workstation,
            quantity,
            available,
            in_use,
            holders,
            observed_at,
        } = value;
        Ok(Self {
            name,
            id,
            resource_name,
            folder,
            workstation,
            quantity,
            available,
            in_use,
            holders: all(holders)?,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}

impl From<Prompt> for proto::Prompt {
    fn from(value: Prompt) -> Self {
        let Prompt {
            name,
            id,
            prompt_name,
            number,
            text,
            status,
            kind,
            job_key,
            job_stream_key,
            asked_time,
            observed_at,
        } = value;
        Self {
            name,
            id,
            prompt_name,
            number,
            text,
            status: proto::PromptStatus::from(status).into(),
            r#type: kind,
            job_key,
            job_stream_key,
            asked_time: asked_time.map(timestamp),
            observed_at: Some(timestamp(observed_at)),
        }
    }
}

impl TryFrom<proto::Prompt> for Prompt {
    type Error = ProtocolError;

    fn try_from(value: proto::Prompt) -> Result<Self, ProtocolError> {
        let proto::Prompt {
            name,
            id,
            prompt_name,
            number,
            text,
            status,
            r#type,
            job_key,
            job_stream_key,
            asked_time,
            observed_at,
        } = value;
        Ok(Self {
            name,
            id,
            prompt_name,
            number,
            text,
            status: enumeration::<proto::PromptStatus, PromptStatus>(status, "status")?,
            kind: r#type,
            job_key,
            job_stream_key,
            asked_time: optional_time(asked_time, "asked_time")?,
            observed_at: required_time(observed_at, "observed_at")?,
        })
    }
}

impl From<PlanChange> for proto::PlanChange {
    fn from(value: PlanChange) -> Self {
        let PlanChange { kind, plan_version, time, object, key, before, after } = value;
        Self {
            kind: proto::ChangeKind::from(kind).into(),
            plan_version,
            time: Some(timestamp(time)),
            object,
            key,
            before,
            after,
        }
    }
}

impl TryFrom<proto::PlanChange> for PlanChange {
    type Error = ProtocolError;

    fn try_from(value: proto::PlanChange) -> Result<Self, ProtocolError> {
        let proto::PlanChange { kind, plan_version, time, object, key, before, after } = value;
        Ok(Self {
            kind: enumeration::<proto::ChangeKind, ChangeKind>(kind, "kind")?,
            plan_version,
            time: required_time(time, "time")?,
            object,
            key,
            before,
            after,
        })
    }
}
