//! Simulated nights with a dead agent and a full tablespace: noted, resolved, and found again the next night.

use std::collections::BTreeSet;
use std::time::Duration;

use hwa_simulator::{Command, IncidentKind, IncidentTruth};
use resync_api::audit::model::AuditSearch;
use resync_api::graph::model::{CauseKind, HealthRequest};
use resync_api::incidents::client::IncidentsClient;
use resync_api::incidents::model::{
    FindSimilar, Incident, IncidentLog, IncidentSearch, IncidentState, LikenessKind, NewResolution,
    NewResolutionReport, SimilarTo,
};
use resync_fault::ErrorKind;
use resync_knowledge_graph::audit;
use resync_knowledge_graph::incidents::normal::normal;
use resync_service_kit::identity::Permission;
use resync_testkit::eventually;

use crate::mesh::{BOUND, Mesh};

fn operator() -> Vec<Permission> {
    ["incidents.read", "incidents.manage", "log.read"].map(Permission::everywhere).to_vec()
}

async fn of_object(client: &IncidentsClient, object: &str) -> Vec<Incident> {
    let search = IncidentSearch { object: object.to_owned(), ..IncidentSearch::default() };
    client.list(search, 0, String::new()).await.map(|page| page.incidents).unwrap_or_default()
}

fn planted(mesh: &Mesh, kind: IncidentKind) -> IncidentTruth {
    let incidents = mesh.simulator.control().incidents();
    incidents.into_iter().find(|incident| incident.kind == kind).expect("it is planted")
}

/// The incident of a planted failure, once it is noted.
async fn noted(client: &IncidentsClient, truth: &IncidentTruth) -> Incident {
    eventually("the failure to be noted", BOUND, || async {
        of_object(client, &truth.symptom.id).await.into_iter().next()
    })
    .await
    .expect("every failure is noted")
}

/// Jobs on a workstation that could not be launched.
fn not_launched(mesh: &Mesh, workstation: &str) -> BTreeSet<String> {
    let jobs = mesh.simulator.control().jobs().into_iter();
    jobs.filter(|job| job.workstation == workstation && job.status == "FAIL").map(|job| job.id).collect()
}

#[tokio::test]
async fn a_dead_agent_is_one_incident_that_recovers_when_its_jobs_have_run() {
    let mesh = Mesh::start().await;
    let client = mesh.incidents_of(&operator());
    noted(&client, &planted(&mesh, IncidentKind::OracleError)).await;
    let control = mesh.simulator.control();
    // The agent with most to do dies.
    let jobs = control.jobs();
    let waiting = |key: &str| {
        jobs.iter()
            .filter(|job| job.workstation == key && matches!(job.status.as_str(), "HOLD" | "READY"))
            .count()
    };
    let agents = control.workstations().into_iter().filter(|agent| {
        !agent.workstation_type.contains("POOL") && not_launched(&mesh, &agent.key).is_empty()
    });
    let agent = agents.max_by_key(|agent| waiting(&agent.key)).expect("an agent");
    let reachable = |reachable: bool| Command::SetWorkstationReachable { id: agent.id.clone(), reachable };
    control.perform(&reachable(false)).expect("it dies");
    // Released from what they wait for, so that more than the first of each stream is due.
    for job in jobs.iter().filter(|job| job.workstation == agent.key && job.status == "HOLD").take(40) {
        control.perform(&Command::ReleaseJob { id: job.id.clone() }).expect("a waiting job");
    }
    let failed = eventually("jobs to fail there", BOUND, || async {
        control.step(Duration::from_secs(300));
        Some(not_launched(&mesh, &agent.key)).filter(|failed| failed.len() >= 8)
    })
    .await
    .expect("jobs are due on it");
    let name = agent.key.trim_start_matches('/');
    let incident = eventually("them to be noted", BOUND, || async {
        let incidents = of_object(&client, name).await;
        assert!(incidents.len() <= 1, "one agent is one incident: {incidents:?}");
        incidents.into_iter().find(|incident| incident.member_count as usize == failed.len())
    })
    .await
    .expect("all of them");
    assert_eq!((incident.cause.kind, incident.state), (CauseKind::WorkstationDown, IncidentState::Open));
    assert!(incident.symptom.message_codes.contains(&"AWSITA245E".to_owned()), "{:?}", incident.symptom);
    let members = client.get(&incident.id).await.expect("it is there").members;
    assert_eq!(members.iter().map(|member| member.job_id.clone()).collect::<BTreeSet<_>>(), failed);

    // It is back, and what failed is run again.
    control.perform(&reachable(true)).expect("it lives");
    for id in &failed {
        control.perform(&Command::RerunJob { id: id.clone() }).expect("a failed job can be rerun");
    }
    let recovered = eventually("the incident to recover", BOUND, || async {
        control.step(Duration::from_secs(1_200));
        of_object(&client, name).await.into_iter().find(|incident| incident.state == IncidentState::Recovered)
    })
    .await
    .expect("its jobs end well");
    assert_eq!((recovered.id, recovered.failing_count), (incident.id, 0));
    mesh.stop().await;
}

#[tokio::test]
async fn a_failure_tells_its_code_and_lines_and_the_next_night_finds_how_it_was_resolved() {
    let mesh = Mesh::start().await;
    let client = mesh.incidents_of(&operator());
    let truth = planted(&mesh, IncidentKind::OracleError);
    let first = noted(&client, &truth).await;
    let symptom = &first.symptom;
    assert_eq!((symptom.return_code, symptom.log), (truth.return_code, IncidentLog::Read));
    assert!(symptom.message_codes.contains(&"ORA-01653".to_owned()), "{symptom:?}");
    for line in &truth.log_lines {
        assert!(symptom.lines.contains(&normal(line)), "{line}: {symptom:?}");
    }

    // Who may not read logs sees the incident without lines, and resolves nothing.
    let viewer = mesh.incidents_of(&[Permission::everywhere("incidents.read")]);
    let seen = viewer.get(&first.id).await.expect("it may be seen").incident.symptom;
    assert!(seen.lines.is_empty() && seen.lines_withheld && seen.return_code == truth.return_code);
    let said = NewResolution {
        incident_id: first.id.clone(),
        resolution: "a data file was added to the tablespace".to_owned(),
        confirmed_by: "bia".to_owned(),
    };
    assert_eq!(
        viewer.resolve(said.clone()).await.expect_err("not allowed").kind,
        ErrorKind::PermissionDenied
    );
    let elsewhere = mesh.incidents_of(&[Permission::within("incidents.read", "elsewhere")]);
    assert_eq!(elsewhere.get(&first.id).await.expect_err("not there").kind, ErrorKind::PermissionDenied);
    assert!(of_object(&elsewhere, &truth.symptom.id).await.is_empty());
    let resolved = client.resolve(said).await.expect("resolved");
    assert_eq!(
        resolved.resolution.map(|said| (said.by, said.confirmed_by)),
        Some(("ana".into(), "bia".into()))
    );
    let search = AuditSearch { action: "incident.resolve".to_owned(), ..AuditSearch::default() };
    let events = audit::list(mesh.durable.store.as_ref(), &search, 0, "").await.expect("a log").entries;
    assert_eq!(events.iter().map(|entry| entry.event.actor.subject.as_str()).collect::<Vec<_>>(), ["ana"]);
    let before =
        client.list(IncidentSearch::default(), 1_000, String::new()).await.expect("a list").incidents;
    let folder = mesh.stop().await;

    // The same night again: the plan comes whole, and nothing of it is new.
    let mesh = Mesh::night(0, folder).await;
    let client = mesh.incidents_of(&operator());
    let control = mesh.simulator.control();
    let running = control.jobs().into_iter().find(|job| job.status == "EXEC").expect("something runs");
    // A failure after all the others: when it is noted, so are they.
    eventually("the plan", BOUND, || async { mesh.graph().health(HealthRequest::default()).await.ok() })
        .await
        .expect("it is received");
    control.perform(&Command::FinishJob { id: running.id.clone(), return_code: 77 }).expect("it runs");
    eventually("the last failure to be noted", BOUND, || async {
        let incidents = of_object(&client, &running.id).await;
        incidents.into_iter().find(|incident| incident.symptom.return_code == Some(77))
    })
    .await
    .expect("it is noted");
    let after = client.list(IncidentSearch::default(), 1_000, String::new()).await.expect("a list").incidents;
    let counts = |incidents: &[Incident]| {
        incidents.iter().map(|one| (one.id.clone(), one.failure_count)).collect::<BTreeSet<_>>()
    };
    assert!(counts(&after).is_superset(&counts(&before)), "no failure is counted twice");
    let folder = mesh.stop().await;

    let mesh = Mesh::night(1, folder).await;
    let client = mesh.incidents_of(&operator());
    let again = noted(&client, &planted(&mesh, IncidentKind::OracleError)).await;
    assert_ne!(again.id, first.id);
    let job = planted(&mesh, IncidentKind::OracleError).symptom.id;
    let to = SimilarTo::Job { engine: String::new(), job };
    let found = client.similar(FindSimilar { to, limit: 5 }).await.expect("an answer");
    assert_eq!(found.incident.id, again.id);
    let best = found.similar.first().expect("last night's");
    assert_eq!(best.incident.id, first.id);
    let text = best.incident.resolution.as_ref().map(|said| said.text.as_str());
    assert_eq!(text, Some("a data file was added to the tablespace"));
    let lines = best.reasons.iter().find(|reason| reason.kind == LikenessKind::Lines).expect("why");
    assert!(lines.shared.contains(&normal(&truth.log_lines[0])), "{lines:?}");
    let report = NewResolutionReport {
        incident_id: first.id.clone(),
        worked: true,
        tried_on: again.id.clone(),
        note: String::new(),
    };
    assert_eq!(client.report(report).await.expect("noted").worked_count, 1);
    mesh.stop().await;
}
