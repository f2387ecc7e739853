//! Definitions meet instances.

use resync_api::tws::model::{DependencyState, DependencyTarget};
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::stream::JobStreamInPlan;
use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;
use crate::engine::facts;

fn stream(roster: &mut Roster, id: &str, name: &str, scheduled: &str, jobs: &[&str]) {
    let wire: JobStreamInPlan =
        serde_json::from_value(json!({"id": id, "name": name, "originalJobStreamName": name,
        "folder": "/FIN/", "workstation": "/AGT", "schedTime": scheduled}))
        .unwrap();
    roster.note_stream(&wire, &facts::job_stream(&wire).unwrap(), Instant::now());
    for job in jobs {
        let wire: JobInPlan =
            serde_json::from_value(json!({"id": format!("{id}.{job}"), "name": job, "jobStreamId": id}))
                .unwrap();
        roster.note_job(&wire, &facts::job(&wire, false).unwrap(), Instant::now());
    }
}

fn model(definitions: Value) -> Model {
    Model::new(serde_json::from_value(definitions).unwrap(), Duration::ZERO)
}

fn predecessors(lists: &[DependencyList], owner: &str) -> Vec<(String, String)> {
    let list = lists
        .iter()
        .find(|list| matches!(&list.owner, FlowId::Job(id) | FlowId::JobStream(id) if id == owner))
        .unwrap();
    list.dependencies
        .iter()
        .filter_map(|edge| edge.target.predecessor())
        .map(|found| (found.id.clone(), found.key.clone()))
        .collect()
}

#[test]
fn internal_external_and_other_dependencies_find_their_instances() {
    let mut roster = Roster::default();
    stream(&mut roster, "up", "UP", "2026-03-01T03:00:00Z", &["LAST"]);
    stream(&mut roster, "pay", "PAY", "2026-03-01T06:00:00Z", &["LOAD", "REPORT"]);
    let model = model(json!([
        {"id": "d-up", "abstractId": "a-up", "name": "UP", "folder": "/FIN/", "workstation": "/AGT",
         "jobs": [{"id": "j1", "abstractId": "a-last", "name": "LAST"}]},
        {"id": "d-pay", "name": "PAY", "folder": "/FIN", "workstation": "/AGT",
         "externalPredecessors": [{"jobStreamAbstractId": "a-up"}, {"workstation": "/AGT", "jobStream": "/FIN/GONE"}],
         "promptDependencies": [{"message": "go?"}],
         "jobs": [
           {"id": "j2", "name": "LOAD", "externalPredecessors": [{"jobAbstractId": "a-last"}],
            "resourceDependencies": [{"resource": "/AGT#/DB", "quantity": 2}]},
           {"id": "j3", "name": "REPORT", "internalPredecessors": [{"jobId": "j2", "statusConditions": ["SUCC", "ABEND"]}],
            "joinConditions": [{"name": "J", "howMany": 1, "internalPredecessors": [{"jobName": "LOAD"}]}]}]}
    ]));
    let wanted = roster.unstructured();
    let lists = model.edges(&roster, chrono_tz::UTC, &wanted);
    assert_eq!(lists.len(), 5, "two streams and three jobs, empty lists too");
    assert_eq!(
        predecessors(&lists, "pay"),
        [("up".into(), "AGT#/FIN/UP".into()), (String::new(), "AGT#/FIN/GONE".into())]
    );
    assert_eq!(predecessors(&lists, "pay.LOAD"), [("up.LAST".into(), "AGT#/FIN/UP.LAST".into())]);
    assert_eq!(predecessors(&lists, "pay.REPORT"), [("pay.LOAD".into(), "AGT#/FIN/PAY.LOAD".into())]);
    let report = lists.iter().find(|list| list.owner == FlowId::Job("pay.REPORT".into())).unwrap();
    assert_eq!(report.dependencies[0].target.predecessor().unwrap().conditions, ["SUCC", "ABEND"]);
    assert!(
        matches!(&report.dependencies[1].target, DependencyTarget::Join { quantity: 1, members, .. } if members.len() == 1)
    );
    let pay = lists.iter().find(|list| list.owner == FlowId::JobStream("pay".into())).unwrap();
    let gone = pay.dependencies.iter().find(|edge| edge.state == DependencyState::Unbound).unwrap();
    assert!(gone.target.predecessor().unwrap().pending);
    assert!(lists.iter().all(|list| list.source == EdgeSource::Model));
}

#[test]
fn the_matching_criteria_choose_among_instances() {
    let mut roster = Roster::default();
    for (id, at) in
        [("y", "2026-02-28T22:00:00Z"), ("m", "2026-03-01T05:00:00Z"), ("e", "2026-03-01T20:00:00Z")]
    {
        stream(&mut roster, id, "UP", at, &["A"]);
    }
    stream(&mut roster, "pay", "PAY", "2026-03-01T12:00:00Z", &["LOAD"]);
    stream(&mut roster, "early", "PAY", "2026-03-01T04:30:00Z", &["LOAD"]);
    let pick = |criteria: &str, owner: &str| {
        let model = model(json!([{"name": "UP", "folder": "/FIN", "workstation": "/AGT"},
            {"name": "PAY", "folder": "/FIN", "workstation": "/AGT", "matchingCriteria": {"type": "sameDay"},
             "externalPredecessors": [{"workstation": "/AGT", "jobStream": "/FIN/UP", "matchingCriteria": {"type": criteria}}]}]));
        let lists = model.edges(&roster, chrono_tz::UTC, &roster.unstructured());
        predecessors(&lists, owner)[0].0.clone()
    };
    assert_eq!(pick("sameDay", "pay"), "m");
    assert_eq!(pick("useDefault", "pay"), "m");
    assert_eq!(pick("previous", "pay"), "m");
    assert_eq!(pick("previous", "early"), "y");
    assert_eq!(pick("sameDay", "early"), "m", "none before on that day: the first one after");
    assert_eq!(pick("relative", "early"), "y");
}

#[test]
fn a_stream_that_follows_its_own_earlier_instance_does_not_follow_itself() {
    let mut roster = Roster::default();
    stream(&mut roster, "old", "PAY", "2026-03-01T04:00:00Z", &["LOAD"]);
    stream(&mut roster, "new", "PAY", "2026-03-01T05:00:00Z", &["LOAD"]);
    let model = model(json!([{"name": "PAY", "folder": "/FIN", "workstation": "/AGT",
        "externalPredecessors": [{"workstation": "/AGT", "jobStream": "/FIN/PAY"}]}]));
    let lists = model.edges(&roster, chrono_tz::UTC, &roster.unstructured());
    assert_eq!(predecessors(&lists, "new")[0].0, "old");
}
