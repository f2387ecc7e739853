//! Every question, asked about a simulated night.

use std::time::Duration;

use resync_api::graph::model::{
    Assumption, CauseKind, ForecastRequest, HealthRequest, ImpactRequest, PathRequest, Prospect, RiskRequest,
    RootCauseRequest, SimulationRequest, TopologyHealth, WhatIf,
};
use resync_api::tws::model::{Job, ListRequest};
use resync_fault::ErrorKind;
use resync_service_kit::identity::Permission;
use resync_testkit::eventually;

use crate::mesh::{BOUND, Mesh};

/// Waits until the graph has been received with the dependencies of most jobs.
pub(crate) async fn known(mesh: &Mesh) -> TopologyHealth {
    let graph = mesh.graph();
    eventually("the dependencies", BOUND, || async {
        let health = graph.health(HealthRequest::default()).await.ok()?;
        let coverage = health.coverage;
        let read = coverage.plan_from_plan + coverage.plan_from_model;
        (health.dependencies > 100 && read * 10 > coverage.plan_jobs * 9).then_some(health)
    })
    .await
    .expect("the follower receives the plan")
}

pub(crate) async fn jobs(mesh: &Mesh, filter: &str) -> Vec<Job> {
    let request = ListRequest { filter: filter.to_owned(), page_size: 1_000, ..ListRequest::default() };
    mesh.plan().list_jobs(request).await.expect("read").items
}

#[tokio::test]
async fn questions_about_a_simulated_night_are_answered_with_paths_and_coverage() {
    let mesh = Mesh::start().await;
    let health = known(&mesh).await;
    assert_eq!(health.jobs, jobs(&mesh, "").await.len() as u64);
    assert!(health.cycles_total == 0 && health.job_streams > 10 && !health.fragile.is_empty());

    // The most fragile job is one whose failure blocks others.
    let graph = mesh.graph();
    let fragile = &health.fragile[0];
    let object = fragile.job.id.clone();
    let impact = graph
        .impact(ImpactRequest {
            engine: String::new(),
            object: object.clone(),
            assumption: Assumption::Fails,
            max_results: 0,
        })
        .await
        .expect("an answer");
    assert_eq!(impact.blocked_jobs, fragile.blocked_jobs);
    let hit = impact.jobs.last().expect("somebody waits for it");
    assert_eq!(hit.path.first().map(|step| step.object.id.clone()), Some(object.clone()));
    assert_eq!(hit.path.last().map(|step| step.object.id.clone()), Some(hit.job.id.clone()));
    assert!(impact.coverage.jobs > 0 && impact.freshness.plan_version > 0);
    let way = PathRequest { engine: String::new(), from: object.clone(), to: hit.job.id.clone() };
    let way = graph.path(way).await.expect("an answer");
    // The way the failure takes need not be the shortest that there is.
    assert!(way.found && !way.reversed && way.steps.len() as u32 <= hit.steps + 1);

    // What it would change agrees with its impact.
    let changes = vec![WhatIf::Fail { object: object.clone() }];
    let simulated = SimulationRequest { engine: String::new(), changes, max_results: 0 };
    let simulated = graph.simulate(simulated).await.expect("an answer");
    assert_eq!(simulated.no_longer_run, impact.blocked_jobs);

    // By key as well as by id.
    let by_key = ForecastRequest { object: fragile.job.key.clone(), ..ForecastRequest::default() };
    let forecast = graph.forecast(by_key).await.expect("an answer");
    assert_eq!(forecast.subject.id, object);
    if let Some(end) = forecast.end {
        assert!(end.low <= end.expected && end.expected <= end.high);
        let last = forecast.critical_path.last().expect("it runs");
        assert_eq!(last.object.id, object);
    }
    let plan = graph.forecast_plan(ForecastRequest::default()).await.expect("an answer");
    assert!(plan.jobs_to_run > 0 && plan.assumptions.samples >= 40);
    let risks = graph.risk(RiskRequest::default()).await.expect("an answer");
    assert_eq!(risks.total as usize, risks.deadlines.len());
    mesh.stop().await;
}

#[tokio::test]
async fn a_failed_job_is_the_root_cause_of_what_waits_for_it() {
    let mesh = Mesh::start().await;
    known(&mesh).await;
    let failed = eventually("a failure", BOUND, || async {
        mesh.simulator.control().step(Duration::from_secs(600));
        jobs(&mesh, "status = ERROR").await.into_iter().next()
    })
    .await
    .expect("the night has incidents");
    let graph = mesh.graph();
    let request = RootCauseRequest { engine: String::new(), object: failed.id.clone(), max_results: 0 };
    let own = eventually("the graph to follow", BOUND, || async {
        let causes = graph.root_cause(request.clone()).await.ok()?;
        let failing = [CauseKind::Failed, CauseKind::CouldNotLaunch];
        causes.causes.first().is_some_and(|cause| failing.contains(&cause.kind)).then_some(causes)
    })
    .await
    .expect("it follows");
    assert_eq!((own.total, own.causes[0].object.id.clone()), (1, failed.id.clone()));
    let impact = graph
        .impact(ImpactRequest {
            engine: String::new(),
            object: failed.id.clone(),
            assumption: Assumption::Fails,
            max_results: 0,
        })
        .await
        .expect("an answer");
    assert!(impact.happened);
    for waiting in impact.jobs.iter().take(5) {
        let request =
            RootCauseRequest { engine: String::new(), object: waiting.job.id.clone(), max_results: 1_000 };
        let causes = graph.root_cause(request).await.expect("an answer").causes;
        assert!(causes.iter().any(|cause| cause.object.id == failed.id), "{} waits for it", waiting.job.key);
        let forecast = ForecastRequest { object: waiting.job.id.clone(), ..ForecastRequest::default() };
        let forecast = graph.forecast(forecast).await.expect("an answer");
        assert!(forecast.prospect == Prospect::Blocked && !forecast.causes.is_empty());
    }
    mesh.stop().await;
}

#[tokio::test]
async fn only_those_who_may_read_the_graph_are_answered() {
    let mesh = Mesh::start().await;
    known(&mesh).await;
    let refused = mesh
        .graph_of(&[Permission::everywhere("plan.read")])
        .health(HealthRequest { engine: "default".to_owned(), max_results: 0 })
        .await
        .expect_err("not allowed");
    assert_eq!(refused.kind, ErrorKind::PermissionDenied);
    let ana = mesh.graph_of(&[Permission::everywhere("graph.read")]);
    let unknown = ForecastRequest { object: "NO#/SUCH.JOB".to_owned(), ..ForecastRequest::default() };
    let unknown = ana.forecast(unknown).await.expect_err("nothing is called so");
    assert_eq!((unknown.kind, unknown.reason.as_str()), (ErrorKind::NotFound, "OBJECT_UNKNOWN"));
    let elsewhere = HealthRequest { engine: "elsewhere".to_owned(), max_results: 0 };
    assert_eq!(ana.health(elsewhere).await.expect_err("not followed").reason, "GRAPH_NOT_READY");
    let nothing = SimulationRequest { engine: String::new(), changes: Vec::new(), max_results: 0 };
    assert_eq!(ana.simulate(nothing).await.expect_err("no change").reason, "NO_CHANGE");
    mesh.stop().await;
}
