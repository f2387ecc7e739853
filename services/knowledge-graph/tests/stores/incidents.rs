//! Failures noted as incidents, resolved by people and found again, over both stores.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use resync_api::audit::model::AuditSearch;
use resync_api::channel::Channel;
use resync_api::incidents::model::{
    Incident, IncidentLog, IncidentSearch, IncidentState, LikenessKind, NewResolution, NewResolutionReport,
};
use resync_api::tws::client::TwsClient;
use resync_api::tws::model::Status;
use resync_fault::Fault as _;
use resync_knowledge_graph::audit;
use resync_knowledge_graph::graphs::Graphs;
use resync_knowledge_graph::incidents::book::Taken;
use resync_knowledge_graph::incidents::failure::Failure;
use resync_knowledge_graph::incidents::symptom::LogRead;
use resync_knowledge_graph::incidents::{Incidents, IncidentsConfig, Page, Recorder};
use resync_knowledge_graph::store::schema::{INCIDENT, INCIDENT_MEMBER, INCIDENT_TRAIT};
use resync_knowledge_graph::store::{Batch, Query, Record, Store};
use resync_service_kit::shutdown::Shutdown;
use resync_testkit::eventually;

use crate::commands::person;
use crate::events::{clock, log, noon};
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    two_hundred_failures_of_a_dead_agent_are_one_incident_and_stay_one,
    a_resolution_is_kept_with_its_event_and_found_the_next_night,
    an_incident_recovers_and_opens_again,
    incidents_are_listed_by_state_object_and_time,
    resolved_incidents_go_when_their_time_is_over_and_others_stay,
    two_who_note_the_same_failures_make_one_incident,
    a_run_of_an_extended_plan_stays_one_member,
    a_record_that_cannot_be_read_keeps_no_other_failure_from_being_noted,
];

/// The incidents of a store.
pub(crate) fn incidents(store: &Arc<dyn Store>) -> Incidents {
    Incidents::new(log(store), clock(), IncidentsConfig::default())
}

/// A job's failure, minutes after noon.
pub(crate) fn failure(job: &str, minutes: i64) -> Failure {
    Failure {
        engine: "prod".to_owned(),
        job_id: format!("id-{job}-{minutes}"),
        job: format!("M#/F/S.{job}"),
        workstation: "AGT1".to_owned(),
        workstation_down: false,
        status: Status::Error,
        internal_status: "ABEND".to_owned(),
        return_code: Some(2),
        job_number: minutes + 1,
        at: noon() + TimeDelta::minutes(minutes),
        timed: true,
    }
}

pub(crate) fn full() -> LogRead {
    LogRead::Lines(vec![
        "[10:00:01] cp: error writing '/data01/gl/work/post7.dat': No space left on device".to_owned(),
        "[10:00:02] login with password=hunter2 refused".to_owned(),
    ])
}

fn not_launched(n: i64) -> (Failure, LogRead) {
    let failed = Failure {
        internal_status: "FAIL".to_owned(),
        return_code: None,
        ..failure(&format!("J{n}"), n % 30)
    };
    let read = match n {
        0 => LogRead::Lines(vec!["AWSITA245E An error occurred getting the HTTP response".to_owned()]),
        _ => LogRead::Spared,
    };
    (failed, read)
}

pub(crate) fn resolution(incident: &str) -> NewResolution {
    NewResolution {
        incident_id: incident.to_owned(),
        resolution: "cleared /data01 and reran".to_owned(),
        confirmed_by: "bia".to_owned(),
    }
}

async fn all(incidents: &Incidents) -> anyhow::Result<Vec<Incident>> {
    Ok(incidents.list(&IncidentSearch::default(), None, &Page::default()).await?.incidents)
}

async fn two_hundred_failures_of_a_dead_agent_are_one_incident_and_stay_one(
    place: Place,
) -> anyhow::Result<()> {
    let store = place.open().await?;
    let noted = incidents(&store);
    let failures: Vec<_> = (0..200).map(not_launched).collect();
    for some in failures.chunks(64) {
        noted.take_in("prod", some).await?;
    }
    drop((noted, store));
    // After a restart the whole plan comes again.
    let store = place.open().await?;
    let noted = incidents(&store);
    for some in failures.chunks(64) {
        let taken = noted.take_in("prod", some).await?;
        ensure!(taken.iter().all(|taken| *taken == Taken::Known), "{taken:?}");
    }
    let list = all(&noted).await?;
    let [incident] = list.as_slice() else { anyhow::bail!("{} incidents", list.len()) };
    assert_eq!((incident.member_count, incident.failure_count, incident.jobs.len()), (200, 200, 10));
    assert_eq!(incident.cause.object.key, "AGT1");
    let detail = noted.detail(&incident.id).await?;
    assert_eq!(detail.members.len(), 200);
    ensure!(
        detail.members.iter().any(|member| member.log == IncidentLog::Spared),
        "their logs were not read"
    );
    Ok(())
}

async fn a_resolution_is_kept_with_its_event_and_found_the_next_night(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let noted = incidents(&store);
    noted.take_in("prod", &[(failure("A", 0), full())]).await?;
    let first = all(&noted).await?.pop().context("one")?;
    assert_eq!(first.symptom.return_code, Some(2));
    ensure!(first.symptom.lines.iter().any(|line| line.contains("No space left on device")), "{first:?}");
    ensure!(!serde_json::to_string(&first)?.contains("hunter2"), "secrets are masked");

    let report = |worked: bool, note: &str| NewResolutionReport {
        incident_id: first.id.clone(),
        worked,
        tried_on: "later".to_owned(),
        note: note.to_owned(),
    };
    let early = noted.report(&report(true, ""), &person("ana")).await.err().context("refused")?;
    assert_eq!(early.reason(), "INCIDENT_NOT_RESOLVED");
    let resolved = noted.resolve(&resolution(&first.id), &person("ana")).await?;
    assert_eq!(resolved.state, IncidentState::Resolved);
    assert_eq!(noted.resolve(&resolution(&first.id), &person("ana")).await?, resolved, "said again");
    let other = noted.resolve(&resolution(&first.id), &person("bob")).await.err().context("refused")?;
    assert_eq!(other.reason(), "INCIDENT_RESOLVED");
    noted.report(&report(false, "x"), &person("bob")).await?;
    noted.report(&report(true, "y"), &person("bob")).await?;
    let counted = noted.report(&report(true, "y"), &person("bob")).await?;
    assert_eq!((counted.worked_count, counted.failed_count), (1, 0), "the last word counts");
    assert_eq!(noted.detail(&first.id).await?.reports.len(), 1);

    let events = audit::list(store.as_ref(), &AuditSearch::default(), 0, "").await?.entries;
    let actions: Vec<_> = events.iter().map(|entry| entry.event.action.as_str()).collect();
    assert_eq!(actions.iter().filter(|action| **action == "incident.resolve").count(), 1);
    assert_eq!(actions.iter().filter(|action| **action == "incident.report_resolution").count(), 2);
    let target = events[0].event.target.clone().context("a target")?;
    assert_eq!((target.engine.as_str(), target.name.as_str()), ("prod", first.name.as_str()));

    // A like failure of the next night is a new incident that finds the old one with its resolution, and why.
    let next = failure("A", 24 * 60);
    assert_eq!(noted.take_in("prod", &[(next, full())]).await?, [Taken::Opened]);
    let unlike = Failure { return_code: Some(9), job: "X#/G/T.B".to_owned(), ..failure("B", 24 * 60) };
    noted.take_in("prod", &[(unlike, LogRead::Lines(vec!["ORA-00054: resource busy".to_owned()]))]).await?;
    let id = noted.of_job("prod", "M#/F/S.A").await?;
    ensure!(id != first.id, "the latest failure's");
    let found = noted.similar(&id, 0, |_| true).await?;
    assert_eq!(
        found.similar.iter().map(|similar| similar.incident.id.as_str()).collect::<Vec<_>>(),
        [first.id.as_str()]
    );
    let likest = &found.similar[0];
    assert_eq!(
        likest.incident.resolution.as_ref().map(|said| said.text.as_str()),
        Some("cleared /data01 and reran")
    );
    for kind in [LikenessKind::Lines, LikenessKind::ReturnCode, LikenessKind::Job] {
        ensure!(
            likest.reasons.iter().any(|reason| reason.kind == kind && !reason.shared.is_empty()),
            "{kind:?}"
        );
    }
    ensure!(noted.similar(&id, 0, |engine| engine != "prod").await?.similar.is_empty(), "scopes hold");
    assert_eq!(
        noted.of_job("prod", "M#/F/S.NONE").await.err().context("none")?.reason(),
        "INCIDENT_NO_FAILURE"
    );
    Ok(())
}

async fn an_incident_recovers_and_opens_again(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let noted = incidents(&store);
    let failed = failure("A", 0);
    noted.take_in("prod", &[(failed.clone(), full())]).await?;
    let at = |minutes: i64| noon() + TimeDelta::minutes(minutes);
    let ended = |minutes: i64| vec![(failed.job_id.clone(), at(minutes)), ("other".to_owned(), at(minutes))];
    assert_eq!(noted.end("prod", &ended(-1)).await?, ["other"], "an earlier run");
    assert_eq!(noted.end("prod", &ended(5)).await?, [failed.job_id.as_str(), "other"]);
    assert_eq!(noted.end("prod", &ended(5)).await?, [failed.job_id.as_str(), "other"], "noted by another");
    let recovered = all(&noted).await?.pop().context("one")?;
    assert_eq!((recovered.state, recovered.recovered_at), (IncidentState::Recovered, Some(at(5))));
    let again = Failure { job_number: 9, at: at(300), ..failed };
    assert_eq!(noted.take_in("prod", &[(again, LogRead::Off)]).await?, [Taken::Again]);
    let open = all(&noted).await?.pop().context("one")?;
    assert_eq!((open.state, open.failure_count, open.recovered_at), (IncidentState::Open, 2, None));
    let soon = Failure { job_number: 10, at: at(310), ..failure("A", 0) };
    assert_eq!(noted.take_in("prod", &[(soon, LogRead::Off)]).await?, [Taken::Again]);
    assert_eq!(all(&noted).await?.pop().context("one")?.failure_count, 3);
    Ok(())
}

async fn incidents_are_listed_by_state_object_and_time(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let noted = incidents(&store);
    for n in 0..5 {
        let read = LogRead::Lines(vec![format!("ERROR: kind {}", ["a", "b", "c", "d", "e"][n as usize])]);
        noted.take_in("prod", &[(failure(&format!("J{n}"), n * 10), read)]).await?;
    }
    let other = Failure { engine: "test".to_owned(), ..failure("T", 0) };
    noted.take_in("test", &[(other, LogRead::Off)]).await?;
    let ids = |page: &[Incident]| page.iter().map(|one| one.jobs[0].clone()).collect::<Vec<_>>();
    let prod = || Some(vec!["prod".to_owned()]);
    let mut page = Page { size: 2, token: String::new() };
    let mut seen = Vec::new();
    loop {
        let found = noted.list(&IncidentSearch::default(), prod(), &page).await?;
        seen.extend(ids(&found.incidents));
        if found.next_page_token.is_empty() {
            break;
        }
        page.token = found.next_page_token;
    }
    assert_eq!(seen, ["M#/F/S.J4", "M#/F/S.J3", "M#/F/S.J2", "M#/F/S.J1", "M#/F/S.J0"]);
    let list = |search: IncidentSearch| {
        let noted = noted.clone();
        async move { Ok::<_, anyhow::Error>(noted.list(&search, None, &Page::default()).await?.incidents) }
    };
    let of_job = list(IncidentSearch { object: "M#/F/S.J3".to_owned(), ..IncidentSearch::default() }).await?;
    assert_eq!(ids(&of_job), ["M#/F/S.J3"]);
    noted.resolve(&resolution(&of_job[0].id), &person("ana")).await?;
    let states = vec![IncidentState::Resolved];
    assert_eq!(ids(&list(IncidentSearch { states, ..IncidentSearch::default() }).await?), ["M#/F/S.J3"]);
    let (from, until) = (Some(noon() + TimeDelta::minutes(10)), Some(noon() + TimeDelta::minutes(21)));
    let between = list(IncidentSearch { from, until, ..IncidentSearch::default() }).await?;
    assert_eq!(ids(&between), ["M#/F/S.J2", "M#/F/S.J1"]);
    ensure!(
        list(IncidentSearch { object: "none".to_owned(), ..IncidentSearch::default() }).await?.is_empty()
    );
    let mut engines = noted.engines().await?;
    engines.sort();
    assert_eq!(engines, ["prod", "test"]);
    let token = Page { size: 0, token: "x".to_owned() };
    let refused = noted.list(&IncidentSearch::default(), None, &token).await.err().context("refused")?;
    assert_eq!(refused.reason(), "PAGE_TOKEN_INVALID");
    Ok(())
}

async fn resolved_incidents_go_when_their_time_is_over_and_others_stay(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let noted = incidents(&store);
    noted.take_in("prod", &[(failure("A", 0), full())]).await?;
    noted.take_in("prod", &[(failure("B", 600), LogRead::Off)]).await?;
    let first = noted.of_job("prod", "M#/F/S.A").await?;
    noted.resolve(&resolution(&first), &person("ana")).await?;
    let after = |days: i64| {
        let now: DateTime<Utc> = noon() + TimeDelta::days(days);
        let retention = Duration::from_secs(400 * 86_400);
        let config = IncidentsConfig { retention, ..IncidentsConfig::default() };
        Incidents::new(log(&store), Arc::new(move || now), config)
    };
    assert_eq!(after(400).retire().await?, 0);
    assert_eq!(after(401).retire().await?, 1);
    assert_eq!(after(10_000).retire().await?, 0, "what nobody resolved stays");
    for (collection, left) in [(INCIDENT, 1), (INCIDENT_MEMBER, 1), (INCIDENT_TRAIT, 2)] {
        assert_eq!(store.find(Query::of(collection)).await?.len(), left, "{collection:?}");
    }
    Ok(())
}

async fn two_who_note_the_same_failures_make_one_incident(place: Place) -> anyhow::Result<()> {
    let (one, other) = (place.open().await?, place.open().await?);
    let (one, other) = (incidents(&one), incidents(&other));
    let failures: Vec<_> = (0..20).map(not_launched).collect();
    let (first, second) = tokio::join!(one.take_in("prod", &failures), other.take_in("prod", &failures));
    let new = |taken: &[Taken]| taken.iter().filter(|taken| **taken != Taken::Known).count();
    let (first, second) = (first?, second?);
    assert_eq!(new(&first) + new(&second), 20);
    assert_eq!(all(&one).await?.len(), 1);
    Ok(())
}

async fn a_run_of_an_extended_plan_stays_one_member(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let noted = incidents(&store);
    let before = failure("A", 0);
    noted.take_in("prod", &[(before.clone(), full())]).await?;
    let gone = vec![(before.job_id.clone(), before.at + TimeDelta::hours(5))];
    noted.end("prod", &gone).await?;
    let carried = Failure { job_id: "other-id".to_owned(), ..before };
    let seen = [(carried.clone(), LogRead::Spared)];
    assert_eq!(noted.take_in("prod", &seen).await?, [Taken::Known]);
    assert_eq!(noted.take_in("prod", &seen).await?, [Taken::Known]);
    let incident = all(&noted).await?.pop().context("one")?;
    assert_eq!((incident.state, incident.member_count, incident.failing_count), (IncidentState::Open, 1, 1));
    let members = noted.detail(&incident.id).await?.members;
    assert_eq!(
        members.iter().map(|member| member.job_id.as_str()).collect::<Vec<_>>(),
        [carried.job_id.as_str()]
    );
    assert_eq!(store.find(Query::of(INCIDENT_MEMBER)).await?.len(), 1, "the former record is gone");
    noted.end("prod", &[(carried.job_id, carried.at + TimeDelta::hours(6))]).await?;
    assert_eq!(all(&noted).await?.pop().context("one")?.state, IncidentState::Recovered);
    Ok(())
}

async fn a_record_that_cannot_be_read_keeps_no_other_failure_from_being_noted(
    place: Place,
) -> anyhow::Result<()> {
    let store = place.open().await?;
    let spoilt = failure("SPOILT", 1);
    let record = Record::new(INCIDENT_MEMBER, "spoilt", "{}".to_owned())
        .with("incident", "none")
        .with("engine", "prod")
        .with("job_id", spoilt.job_id.as_str())
        .with("job", spoilt.job.as_str())
        .with("failing", 0)
        .with("failed_at", spoilt.at);
    store.commit(Batch::new().insert(record)).await?;
    let config = IncidentsConfig { logs_per_minute: 0, ..IncidentsConfig::default() };
    let noted = Incidents::new(log(&store), clock(), config);
    let nobody = tonic::transport::Endpoint::from_static("http://127.0.0.1:1").connect_lazy();
    let recorder = Recorder::new(noted.clone(), Graphs::default(), TwsClient::new(Channel::new(nobody)));
    let shutdown = Shutdown::new();
    let work = tokio::spawn(recorder.run(shutdown.drain()));
    noted.inbox().put(vec![failure("A", 0), spoilt, failure("B", 2)]);
    noted.inbox().put(vec![Failure { engine: "test".to_owned(), ..failure("T", 0) }]);
    let jobs = eventually("the others to be noted", Duration::from_secs(20), || async {
        let list = all(&noted).await.ok()?;
        let mut jobs: Vec<_> = list.into_iter().flat_map(|incident| incident.jobs).collect();
        jobs.sort();
        (jobs.len() >= 3).then_some(jobs)
    })
    .await?;
    shutdown.begin();
    work.await?;
    assert_eq!(jobs, ["M#/F/S.A", "M#/F/S.B", "M#/F/S.T"]);
    Ok(())
}
