//! Incidents, their members and what they are found by, as records.

use resync_api::incidents::model::{IncidentMember, IncidentState};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::kept::Kept;
use crate::store::schema::{INCIDENT, INCIDENT_MEMBER, INCIDENT_TRAIT};
use crate::store::{Record, StoreError};

/// A job of a plan in an incident, as it is kept.
#[derive(Serialize, serde::Deserialize)]
pub(super) struct MemberBody {
    pub(super) incident: String,
    pub(super) member: IncidentMember,
}

fn body(what: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what)
        .map_err(|error| StoreError::Defect { store: "incidents", cause: error.to_string() })
}

/// What a record of this product holds.
pub(super) fn read<T: DeserializeOwned>(record: &Record) -> Result<T, StoreError> {
    serde_json::from_str(&record.body).map_err(|error| StoreError::Foreign {
        store: "incidents",
        cause: format!("{} {}: {error}", record.collection.0, record.key),
    })
}

/// A state as it is searched for.
pub(super) fn word(state: IncidentState) -> &'static str {
    match state {
        IncidentState::Open => "open",
        IncidentState::Recovered => "recovered",
        IncidentState::Resolved => "resolved",
    }
}

/// The record of an incident that stood at `revision`; 0: nowhere.
pub(super) fn incident(kept: &Kept, revision: i64) -> Result<Record, StoreError> {
    let incident = &kept.incident;
    let record = Record::new(INCIDENT, incident.id.as_str(), body(kept)?)
        .with("engine", incident.engine.as_str())
        .with("state", word(incident.state))
        .with("cause", kept.cause_key.as_str())
        .with("object", incident.cause.object.key.as_str())
        .with("opened_at", incident.opened_at)
        .with("last_failed_at", incident.last_failed_at)
        .with_some("resolved_at", incident.resolution.as_ref().map(|resolution| resolution.at));
    Ok(Record { revision: revision.max(1), ..record })
}

/// Of the record of a member.
pub(super) fn member_key(incident: &str, job_id: &str) -> String {
    Value::from(vec![incident, job_id]).to_string()
}

/// The record of a member that stood at `revision`; 0: nowhere.
pub(super) fn member(
    engine: &str,
    incident: &str,
    member: &IncidentMember,
    revision: i64,
) -> Result<Record, StoreError> {
    let key = member_key(incident, &member.job_id);
    let kept = MemberBody { incident: incident.to_owned(), member: member.clone() };
    let record = Record::new(INCIDENT_MEMBER, key, body(&kept)?)
        .with("incident", incident)
        .with("engine", engine)
        .with("job_id", member.job_id.as_str())
        .with("job", member.job.as_str())
        .with("failing", i64::from(member.ended_at.is_none()))
        .with("failed_at", member.last_failed_at);
    Ok(Record { revision: revision.max(1), ..record })
}

/// What other incidents find this one by: lines, codes, a workstation, the jobs it names.
pub(super) fn traits(kept: &Kept) -> Vec<String> {
    let incident = &kept.incident;
    let symptom = &incident.symptom;
    let lines = symptom.lines.iter().map(|line| {
        let digest = Sha256::digest(line.as_bytes());
        let hex: String = digest.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        format!("line:{hex}")
    });
    let codes = symptom.message_codes.iter().map(|code| format!("code:{code}"));
    let cause = [format!("cause:{}", kept.cause_key)].into_iter();
    let jobs = incident.jobs.iter().map(|job| format!("job:{job}"));
    lines.chain(codes).chain(cause).chain(jobs).collect()
}

/// The record of one trait of an incident.
pub(super) fn trait_record(kept: &Kept, name: &str) -> Record {
    let incident = &kept.incident;
    let key = Value::from(vec![incident.id.as_str(), name]).to_string();
    Record::new(INCIDENT_TRAIT, key, "{}".to_owned())
        .with("trait", name)
        .with("incident", incident.id.as_str())
        .with("engine", incident.engine.as_str())
}
