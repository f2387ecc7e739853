//! The only conversions between incident types and Protobuf.

use super::model::{
    FindSimilar, Incident, IncidentCause, IncidentDetail, IncidentEntry, IncidentEntryKind, IncidentGrouping,
    IncidentLog, IncidentMember, IncidentPage, IncidentResolution, IncidentSearch, IncidentState,
    IncidentSymptom, Likeness, LikenessKind, NewResolution, NewResolutionReport, ResolutionReport,
    SimilarIncident, SimilarIncidents, SimilarTo,
};
use crate::bounds::{id, name, text};
use crate::graph::convert::messages;
use crate::graph::model::CauseKind;
use crate::proto::graph::v1 as proto;
use crate::proto::tws::v1 as tws;
use crate::protocol_error::ProtocolError;
use crate::tws::model::Status;
use crate::wire::{enumeration, non_empty, optional_time, same_enumeration, timestamp, to_i32, to_u32};

same_enumeration!(IncidentState { Open, Recovered, Resolved });
same_enumeration!(IncidentGrouping { Workstation, Symptom, Job });
same_enumeration!(IncidentLog { Read, Unavailable, Spared, Off });
same_enumeration!(IncidentEntryKind { Opened, Joined, FailedAgain, Ended, Recovered, Resolved, Reported });
same_enumeration!(LikenessKind { Lines, MessageCodes, ReturnCode, Job, JobStream, Cause, InternalStatus });

messages! {
    IncidentCause as IncidentCause {
        kind: choice(proto::CauseKind, CauseKind),
        object: message,
        grouping: choice(proto::IncidentGrouping, IncidentGrouping),
    }
    IncidentSymptom as IncidentSymptom {
        fingerprint: plain,
        status: choice(tws::Status, Status),
        internal_status: plain,
        return_code: plain,
        message_codes: plain,
        lines: plain,
        lines_withheld: plain,
        log: choice(proto::IncidentLog, IncidentLog),
        log_problem: plain,
    }
    IncidentResolution as IncidentResolution {
        text: plain,
        by: plain,
        at: time,
        confirmed_by: plain,
    }
    Incident as Incident {
        name: plain,
        id: plain,
        engine: plain,
        state: choice(proto::IncidentState, IncidentState),
        cause: message,
        symptom: message,
        opened_at: time,
        last_failed_at: time,
        recovered_at: moment,
        member_count: plain,
        failing_count: plain,
        failure_count: plain,
        jobs: plain,
        resolution: optional,
        worked_count: plain,
        failed_count: plain,
    }
    IncidentMember as IncidentMember {
        job_id: plain,
        job: plain,
        workstation: plain,
        first_failed_at: time,
        last_failed_at: time,
        failures: plain,
        job_number: plain,
        return_code: plain,
        internal_status: plain,
        ended_at: moment,
        log: choice(proto::IncidentLog, IncidentLog),
    }
    IncidentEntry as IncidentEntry {
        at: time,
        kind: choice(proto::IncidentEntryKind, IncidentEntryKind),
        jobs: plain,
        job_count: plain,
        by: plain,
        text: plain,
    }
    ResolutionReport as ResolutionReport {
        by: plain,
        at: time,
        worked: plain,
        tried_on: plain,
        note: plain,
    }
    IncidentDetail as GetIncidentResponse {
        incident: message,
        members: list,
        timeline: list,
        dropped_entries: plain,
        reports: list,
    }
    IncidentPage as ListIncidentsResponse {
        incidents: list,
        next_page_token: plain,
    }
    Likeness as Likeness {
        kind: choice(proto::LikenessKind, LikenessKind),
        shared: plain,
        shared_count: plain,
        total_count: plain,
        weight: plain,
    }
    SimilarIncident as SimilarIncident {
        incident: message,
        likeness: plain,
        rank: plain,
        reasons: list,
    }
    SimilarIncidents as FindSimilarIncidentsResponse {
        incident: message,
        similar: list,
        truncated: plain,
    }
}

impl IncidentSearch {
    /// A page of the incidents that match.
    pub(crate) fn page(self, page_size: u32, page_token: String) -> proto::ListIncidentsRequest {
        let Self { engine, states, object, from, until } = self;
        proto::ListIncidentsRequest {
            engine,
            states: states.into_iter().map(|state| proto::IncidentState::from(state).into()).collect(),
            object,
            from: from.map(timestamp),
            until: until.map(timestamp),
            page_size: to_i32(page_size),
            page_token,
        }
    }
}

impl TryFrom<proto::ListIncidentsRequest> for IncidentSearch {
    type Error = ProtocolError;

    fn try_from(value: proto::ListIncidentsRequest) -> Result<Self, ProtocolError> {
        let proto::ListIncidentsRequest { engine, states, object, from, until, page_size: _, page_token: _ } =
            value;
        let state = |state| enumeration::<proto::IncidentState, _>(state, "states");
        Ok(Self {
            engine: name(engine, "engine")?,
            states: states.into_iter().map(state).collect::<Result<_, _>>()?,
            object: crate::bounds::resource(object, "object")?,
            from: optional_time(from, "from")?,
            until: optional_time(until, "until")?,
        })
    }
}

impl From<NewResolution> for proto::ResolveIncidentRequest {
    fn from(value: NewResolution) -> Self {
        let NewResolution { incident_id, resolution, confirmed_by } = value;
        Self { incident_id, resolution, confirmed_by }
    }
}

impl TryFrom<proto::ResolveIncidentRequest> for NewResolution {
    type Error = ProtocolError;

    fn try_from(value: proto::ResolveIncidentRequest) -> Result<Self, ProtocolError> {
        let proto::ResolveIncidentRequest { incident_id, resolution, confirmed_by } = value;
        Ok(Self {
            incident_id: id(incident_id, "incident_id")?,
            resolution: text(non_empty(resolution, "resolution")?, "resolution")?,
            confirmed_by: name(confirmed_by, "confirmed_by")?,
        })
    }
}

impl From<NewResolutionReport> for proto::ReportResolutionRequest {
    fn from(value: NewResolutionReport) -> Self {
        let NewResolutionReport { incident_id, worked, tried_on, note } = value;
        Self { incident_id, worked, tried_on, note }
    }
}

impl TryFrom<proto::ReportResolutionRequest> for NewResolutionReport {
    type Error = ProtocolError;

    fn try_from(value: proto::ReportResolutionRequest) -> Result<Self, ProtocolError> {
        let proto::ReportResolutionRequest { incident_id, worked, tried_on, note } = value;
        Ok(Self {
            incident_id: id(incident_id, "incident_id")?,
            worked,
            tried_on: name(tried_on, "tried_on")?,
            note: text(note, "note")?,
        })
    }
}

impl From<FindSimilar> for proto::FindSimilarIncidentsRequest {
    fn from(value: FindSimilar) -> Self {
        let limit = to_i32(value.limit);
        match value.to {
            SimilarTo::Incident(incident_id) => Self { incident_id, limit, ..Self::default() },
            SimilarTo::Job { engine, job } => Self { engine, job, limit, ..Self::default() },
        }
    }
}

impl TryFrom<proto::FindSimilarIncidentsRequest> for FindSimilar {
    type Error = ProtocolError;

    fn try_from(value: proto::FindSimilarIncidentsRequest) -> Result<Self, ProtocolError> {
        let proto::FindSimilarIncidentsRequest { incident_id, engine, job, limit } = value;
        let to = match (incident_id.is_empty(), job.is_empty()) {
            (false, true) => SimilarTo::Incident(id(incident_id, "incident_id")?),
            (true, false) => {
                SimilarTo::Job { engine: name(engine, "engine")?, job: crate::bounds::resource(job, "job")? }
            }
            _ => {
                return Err(ProtocolError::rule(
                    "incident_id",
                    "an incident, or else a job, to compare with",
                ));
            }
        };
        Ok(Self { to, limit: to_u32(limit, "limit")? })
    }
}
