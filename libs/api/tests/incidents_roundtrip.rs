//! Incidents say on the wire what was meant, and requests beyond the limits are refused by the name of the field.

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::graph::model::{CauseKind, GraphObject, GraphObjectKind};
use resync_api::incidents::model::{
    FindSimilar, Incident, IncidentCause, IncidentDetail, IncidentEntry, IncidentEntryKind, IncidentGrouping,
    IncidentLog, IncidentMember, IncidentPage, IncidentResolution, IncidentState, IncidentSymptom, Likeness,
    LikenessKind, NewResolution, NewResolutionReport, ResolutionReport, SimilarIncident, SimilarIncidents,
    SimilarTo,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::protocol_error::ProtocolError;
use resync_api::tws::model::Status;

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn log() -> impl Strategy<Value = IncidentLog> {
    prop_oneof![
        Just(IncidentLog::Read),
        Just(IncidentLog::Unavailable),
        Just(IncidentLog::Spared),
        Just(IncidentLog::Off)
    ]
}

fn cause() -> impl Strategy<Value = IncidentCause> {
    let kind = prop_oneof![Just(CauseKind::Failed), Just(CauseKind::WorkstationDown)];
    let grouping = prop_oneof![
        Just(IncidentGrouping::Workstation),
        Just(IncidentGrouping::Symptom),
        Just(IncidentGrouping::Job)
    ];
    (kind, grouping, ".{0,20}").prop_map(|(kind, grouping, key)| IncidentCause {
        kind,
        object: GraphObject { kind: GraphObjectKind::Job, id: key.clone(), key, status: None },
        grouping,
    })
}

fn symptom() -> impl Strategy<Value = IncidentSymptom> {
    (".{0,9}", option::of(any::<i32>()), vec(".{0,20}", 0..3), any::<bool>(), log()).prop_map(
        |(text, return_code, lines, lines_withheld, log)| IncidentSymptom {
            fingerprint: text.clone(),
            status: Status::Error,
            internal_status: text.clone(),
            return_code,
            message_codes: lines.clone(),
            lines,
            lines_withheld,
            log,
            log_problem: text,
        },
    )
}

fn resolution() -> impl Strategy<Value = IncidentResolution> {
    (".{0,30}", ".{0,9}", time(), ".{0,9}").prop_map(|(text, by, at, confirmed_by)| IncidentResolution {
        text,
        by,
        at,
        confirmed_by,
    })
}

fn incident() -> impl Strategy<Value = Incident> {
    let state =
        prop_oneof![Just(IncidentState::Open), Just(IncidentState::Recovered), Just(IncidentState::Resolved)];
    let counts = (any::<u32>(), any::<u32>(), any::<u32>(), any::<u32>(), any::<u32>());
    let times = (time(), time(), option::of(time()));
    ("[a-z0-9]{1,9}", state, cause(), symptom(), times, counts, vec(".{0,9}", 0..3), option::of(resolution()))
        .prop_map(|(id, state, cause, symptom, times, counts, jobs, resolution)| Incident {
            name: format!("incidents/{id}"),
            engine: id.clone(),
            id,
            state,
            cause,
            symptom,
            opened_at: times.0,
            last_failed_at: times.1,
            recovered_at: times.2,
            member_count: counts.0,
            failing_count: counts.1,
            failure_count: counts.2,
            jobs,
            resolution,
            worked_count: counts.3,
            failed_count: counts.4,
        })
}

fn detail() -> impl Strategy<Value = IncidentDetail> {
    let member = (".{0,9}", time(), any::<u32>(), any::<i64>(), option::of(any::<i32>()), log()).prop_map(
        |(text, at, failures, job_number, return_code, log)| IncidentMember {
            job_id: text.clone(),
            job: text.clone(),
            workstation: text.clone(),
            first_failed_at: at,
            last_failed_at: at,
            failures,
            job_number,
            return_code,
            internal_status: text,
            ended_at: return_code.map(|_| at),
            log,
        },
    );
    let kind = prop_oneof![Just(IncidentEntryKind::Joined), Just(IncidentEntryKind::Reported)];
    let entry = (time(), kind, vec(".{0,9}", 0..3), any::<u32>(), ".{0,30}").prop_map(
        |(at, kind, jobs, job_count, text)| IncidentEntry {
            at,
            kind,
            jobs,
            job_count,
            by: text.clone(),
            text,
        },
    );
    let report = (".{0,9}", time(), any::<bool>()).prop_map(|(text, at, worked)| ResolutionReport {
        by: text.clone(),
        at,
        worked,
        tried_on: text.clone(),
        note: text,
    });
    (incident(), vec(member, 0..3), vec(entry, 0..3), any::<u32>(), vec(report, 0..3)).prop_map(
        |(incident, members, timeline, dropped_entries, reports)| IncidentDetail {
            incident,
            members,
            timeline,
            dropped_entries,
            reports,
        },
    )
}

fn similar() -> impl Strategy<Value = SimilarIncidents> {
    let kind = prop_oneof![Just(LikenessKind::Lines), Just(LikenessKind::JobStream)];
    let reason =
        (kind, vec(".{0,9}", 0..3), any::<u32>(), 0.0..1.0).prop_map(|(kind, shared, count, weight)| {
            Likeness { kind, shared, shared_count: count, total_count: count, weight }
        });
    let one = (incident(), 0.0..1.0, 0.0..1.0, vec(reason, 0..3)).prop_map(
        |(incident, likeness, rank, reasons)| SimilarIncident { incident, likeness, rank, reasons },
    );
    (incident(), vec(one, 0..3), any::<bool>()).prop_map(|(incident, similar, truncated)| SimilarIncidents {
        incident,
        similar,
        truncated,
    })
}

proptest! {
    #[test]
    fn incidents_survive_the_wire(detail in detail(), similar in similar()) {
        let page = IncidentPage {
            incidents: vec![detail.incident.clone()],
            next_page_token: detail.incident.id.clone(),
        };
        prop_assert_eq!(IncidentPage::try_from(proto::ListIncidentsResponse::from(page.clone())), Ok(page));
        let sent = proto::GetIncidentResponse::from(detail.clone());
        prop_assert_eq!(IncidentDetail::try_from(sent), Ok(detail.clone()));
        let sent = proto::FindSimilarIncidentsResponse::from(similar.clone());
        prop_assert_eq!(SimilarIncidents::try_from(sent), Ok(similar));
        let json = serde_json::to_string(&detail).expect("to JSON");
        prop_assert_eq!(serde_json::from_str::<IncidentDetail>(&json).expect("from JSON"), detail);
    }
}

#[test]
fn requests_say_what_was_meant_or_are_refused_by_field() {
    let job = SimilarTo::Job { engine: "prod".to_owned(), job: "A#/F/S.J".to_owned() };
    for to in [SimilarTo::Incident("i1".to_owned()), job] {
        let wanted = FindSimilar { to, limit: 7 };
        let sent = proto::FindSimilarIncidentsRequest::from(wanted.clone());
        assert_eq!(FindSimilar::try_from(sent), Ok(wanted));
    }
    let neither = proto::FindSimilarIncidentsRequest::default();
    let both = proto::FindSimilarIncidentsRequest {
        incident_id: "i1".to_owned(),
        job: "j".to_owned(),
        ..proto::FindSimilarIncidentsRequest::default()
    };
    for request in [neither, both] {
        assert_eq!(FindSimilar::try_from(request).map_err(|error| error.field()), Err("incident_id"));
    }

    let resolve = |resolution: &str, confirmed_by: &str| {
        NewResolution::try_from(proto::ResolveIncidentRequest {
            incident_id: "i1".to_owned(),
            resolution: resolution.to_owned(),
            confirmed_by: confirmed_by.to_owned(),
        })
        .map_err(|error: ProtocolError| error.field())
    };
    assert!(resolve("cleared /data01", "bia").is_ok());
    assert_eq!(resolve("", ""), Err("resolution"));
    assert_eq!(resolve(&"x".repeat(4_001), ""), Err("resolution"));
    assert_eq!(resolve("x", &"x".repeat(201)), Err("confirmed_by"));

    let report = NewResolutionReport {
        incident_id: "i1".to_owned(),
        worked: true,
        tried_on: "i2".to_owned(),
        note: String::new(),
    };
    let sent = proto::ReportResolutionRequest::from(report.clone());
    assert_eq!(NewResolutionReport::try_from(sent), Ok(report));
}
