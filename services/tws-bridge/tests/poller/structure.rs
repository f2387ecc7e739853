//! Edges: from definitions for everything, from the plan where it matters most.

use std::time::Duration;

use resync_api::tws::model::{DependencyState, DependencyTarget, EdgeSource};
use resync_tws_bridge::engine::Surroundings;
use resync_tws_bridge::plan::FlowId;
use serde_json::json;

use crate::ledger::Ledger;
use crate::night::Night;

fn definitions() -> Vec<serde_json::Value> {
    vec![
        json!({"kind": "JobStream", "def": {"id": "d", "name": "PAY", "folder": "/FIN/", "workstation": "/AGT1",
        "externalPredecessors": [{"workstation": "/AGT1", "jobStream": "/FIN/DONE"}],
        "jobs": [{"id": "m0", "name": "J0"}, {"id": "m1", "name": "J1", "internalPredecessors": [{"jobId": "m0"}]},
                 {"id": "m2", "name": "J2", "internalPredecessors": [{"jobId": "m1"}]}]}}),
    ]
}

#[tokio::test]
async fn edges_come_from_definitions_first_and_give_way_to_the_plans_own() {
    let night = Night::start().await;
    let job = |name: &str| FlowId::Job(format!("plan-1-PAY-{name}"));
    {
        let mut plan = night.plan();
        plan.model = definitions();
        for (name, unresolved) in [("J1", 1), ("J2", 1)] {
            let row = plan.jobs.get_mut(&format!("plan-1-PAY-{name}")).unwrap();
            row["dependenciesStats"] =
                json!({"numberOfDependencies": 1, "numberOfUnresolvedDependencies": unresolved});
        }
        plan.dependencies.insert(
            "plan-1-PAY-J1".into(),
            json!([{"dependencyType": "PROMPT", "id": "p", "number": 4, "promptStatus": "ASKED", "text": "go?",
                "dependencyStatus": "UNSATISFIED", "satisfied": false}]),
        );
    }
    let mut ledger = Ledger::start(&night.config());
    ledger.synced().await;
    ledger
        .until("the plan's own edges", |ledger| {
            [job("J1"), job("J2")]
                .iter()
                .all(|id| ledger.dependencies.get(id).is_some_and(|list| list.source == EdgeSource::Plan))
        })
        .await;
    let stream = &ledger.dependencies[&FlowId::JobStream("plan-1-PAY".into())];
    assert_eq!(stream.source, EdgeSource::Model);
    assert_eq!(stream.dependencies[0].target.predecessor().unwrap().id, "plan-1-DONE");
    let own = &ledger.dependencies[&job("J1")].dependencies;
    assert!(matches!(&own[0].target, DependencyTarget::Prompt { number: 4, .. }), "{own:?}");
    assert_eq!(own[0].state, DependencyState::Unsatisfied);
    assert!(
        ledger.dependencies[&job("J2")].dependencies.is_empty(),
        "nothing of its own replaces the model's edge"
    );
    assert!(ledger.dependencies[&job("J0")].source == EdgeSource::Model, "a free job is not asked for");
    assert_eq!(night.count("plan/job/plan-1-PAY-J0"), 0);
}

#[tokio::test]
async fn a_stream_that_is_submitted_later_gets_its_structure_too() {
    let night = Night::start().await;
    night.plan().model = definitions();
    let mut config = night.config();
    config.pace.sweep = Duration::from_millis(200);
    let mut ledger = Ledger::start(&config);
    ledger.synced().await;
    {
        let mut plan = night.plan();
        let mut stream = plan.streams["plan-1-PAY"].clone();
        stream["id"] = "again".into();
        stream["schedTime"] = "2026-03-01T09:00:00Z".into();
        plan.streams.insert("again".into(), stream);
        for name in ["J0", "J1"] {
            let mut job = plan.jobs[&format!("plan-1-PAY-{name}")].clone();
            job["id"] = format!("again-{name}").into();
            job["jobStreamId"] = "again".into();
            plan.jobs.insert(format!("again-{name}"), job);
        }
    }
    ledger
        .until("its edges", |ledger| {
            let list = ledger.dependencies.get(&FlowId::Job("again-J1".into()));
            list.is_some_and(|list| list.dependencies[0].target.predecessor().unwrap().id == "again-J0")
        })
        .await;
    assert_eq!(night.count("model/jobstream"), 1, "definitions are read once");
}

#[tokio::test]
async fn an_engine_whose_lists_carry_dependencies_is_not_asked_again() {
    let night = Night::start().await;
    for job in night.plan().jobs.values_mut() {
        job["dependenciesStats"] = json!({"numberOfDependencies": 1, "numberOfUnresolvedDependencies": 1});
        job["dependencies"] = json!([{"dependencyType": "FILE", "satisfied": false, "file": {"name": "/in/a", "workstation": "/AGT1"}}]);
    }
    let mut ledger = Ledger::start(&night.config());
    ledger.synced().await;
    assert_eq!(ledger.dependencies.len(), 20);
    night.plan().run("plan-1-PAY-J0");
    ledger.until("some later news", |ledger| !ledger.jobs["plan-1-PAY-J0"].runs.is_empty()).await;
    assert_eq!(night.count("plan/job/plan-1"), 0);
}

#[tokio::test]
async fn what_a_job_waits_for_is_read_once_for_each_version_of_the_plan() {
    let night = Night::start().await;
    let ledger = Ledger::start_in(&night.config(), &Surroundings::default());
    let job = "plan-1-PAY-J3";
    night.plan().dependencies.insert(
        job.into(),
        json!([{"dependencyType": "FILE", "satisfied": false, "file": {"name": "/in/a", "workstation": "/AGT1"}}]),
    );
    let read = |version| ledger.feed.reader.dependencies(job.into(), version);
    let asked = || night.count(&format!("plan/job/{job}"));
    let crowd = futures::future::try_join_all((0..10).map(|_| read(7))).await.unwrap();
    assert!(crowd.iter().all(|edges| edges.len() == 1));
    assert_eq!((read(7).await.unwrap().len(), asked()), (1, 1));
    night.plan().dependencies.clear();
    assert_eq!((read(8).await.unwrap().len(), asked()), (0, 2));
}
