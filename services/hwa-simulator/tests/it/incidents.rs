//! Every kind of trouble is there, and can be seen by somebody who has only the REST API.

use std::collections::HashSet;

use hwa_simulator::{Config, IncidentKind, IncidentTruth, Incidents, ObjectType};
use serde_json::Value;
use strum::IntoEnumIterator;

use crate::harness::{Night, config, text};

/// What the REST API shows of an incident's symptom or root cause, kind by kind.
fn expected(kind: IncidentKind) -> (&'static str, &'static [&'static str]) {
    use IncidentKind as K;
    match kind {
        K::ScriptMissing | K::UserPasswordExpired | K::BrokerCannotReachAgent => ("FAIL", &["ERROR"]),
        K::StreamStuck => ("STUCK", &["BLOCKED"]),
        K::AgentUnlinked | K::PoolWithoutMembers => ("READY_WAITING_FOR_AGENT", &["READY"]),
        K::WorkstationLimitZero | K::StreamLimitZero => ("READY_WAITING_FOR_LIMIT", &["READY"]),
        K::ResourceExhausted => ("READY_WAITING_FOR_RESOURCES", &["READY"]),
        K::FenceAbovePriority => ("FENCE", &["READY"]),
        K::ConditionNotMet => ("SUPPR", &["SUPPRESS"]),
        K::LongRunning => ("EXEC", &["RUNNING"]),
        K::StreamHeld => ("HOLD", &["WAITING"]),
        K::PromptUnanswered
        | K::PromptAnsweredNo
        | K::FileMissing
        | K::PendingPredecessor
        | K::ZombiePredecessor
        | K::JobHeld
        | K::StartTimeInFuture
        | K::UntilPassed
        | K::LatePastDeadline
        | K::PendingConfirmation
        | K::JoinUnsatisfied
        | K::InternetworkUndecided
        | K::UpstreamAbend => ("HOLD_WAITING_FOR_PREDECESSOR", &["WAITING"]),
        K::CarriedForwardWaiting => ("HOLD_WAITING_FOR_PREDECESSOR", &["WAITING"]),
        _ => ("ABEND", &["ERROR"]),
    }
}

async fn object(night: &Night, incident: &IncidentTruth, at: usize) -> Value {
    let thing = &incident.chain[at];
    let kind = match thing.object_type {
        ObjectType::Job => "job",
        ObjectType::JobStream => "jobstream",
        ObjectType::Workstation => "workstation",
        ObjectType::Resource => "resource",
        ObjectType::Prompt => "prompt",
        ObjectType::File => "file",
        ObjectType::Absent => return Value::Null,
    };
    night.read(&format!("/plan/{kind}/{}", thing.id)).await
}

#[tokio::test]
async fn every_kind_is_planted_and_visible() {
    for seed in [1, 2, 77] {
        let night = Night::start(Config { seed, ..config() }).await;
        let incidents = night.control().incidents();
        let kinds: HashSet<IncidentKind> = incidents.iter().map(|incident| incident.kind).collect();
        assert_eq!(kinds.len(), IncidentKind::iter().count());
        for incident in &incidents {
            let kind = incident.kind;
            assert!(incident.open, "seed {seed}: {kind} is not open");
            let symptom = object(&night, incident, 0).await;
            let (state, common) = expected(kind);
            let (status, shown) = match incident.symptom.object_type {
                ObjectType::Job => (&symptom["lastRunCompositeStatus"], &symptom["lastRunCommonStatus"]),
                _ => (&symptom["compositeStatus"], &symptom["commonStatus"]),
            };
            let seen = [status["status"].as_str(), status["substatus"].as_str()];
            assert!(seen.contains(&Some(state)), "seed {seed}: {kind} shows {seen:?}, not {state}");
            assert!(common.iter().any(|common| shown == common), "seed {seed}: {kind} shows {shown}");
            assert!(!incident.affected_job_ids.is_empty(), "seed {seed}: {kind} affects nobody");
            assert!(!incident.cause_words.is_empty() && !incident.root_causes.is_empty(), "{kind}");
        }
        check_logs(&night, &incidents).await;
    }
}

/// The lines and return codes that explain a failure are in its job log and runs.
async fn check_logs(night: &Night, incidents: &[IncidentTruth]) {
    for incident in incidents.iter().filter(|incident| !incident.log_lines.is_empty()) {
        let holds_lines = |job: &str| {
            let log = night.control().job_log(job).unwrap_or_default().join("\n");
            incident.log_lines.iter().all(|line| log.contains(line.as_str()))
        };
        let jobs: Vec<&str> = incident
            .chain
            .iter()
            .filter(|thing| thing.object_type == ObjectType::Job)
            .map(|thing| thing.id.as_str())
            .collect();
        let explained = jobs.iter().any(|job| holds_lines(job))
            // The newest run of this one is the recovery job's; the lines are in the parent's.
            || incident.kind == IncidentKind::RecoveryJobFailed;
        assert!(explained, "{}: no log has {:?}", incident.kind, incident.log_lines);
        if let Some(code) = incident.return_code {
            let codes: Vec<Value> = {
                let mut codes = Vec::new();
                for job in &jobs {
                    let job = night.read(&format!("/plan/job/{job}")).await;
                    codes.extend(
                        job["jobruns"].as_array().expect("runs").iter().map(|run| run["returnCode"].clone()),
                    );
                }
                codes
            };
            assert!(codes.contains(&code.into()), "{}: {codes:?} lacks {code}", incident.kind);
        }
    }
}

#[tokio::test]
async fn root_causes_show_in_the_objects_themselves() {
    let night = Night::start(config()).await;
    let incidents = night.control().incidents();
    let find = |kind| incidents.iter().find(|incident| incident.kind == kind).expect("planted");
    let root = async |kind| {
        let incident = find(kind);
        object(&night, incident, incident.chain.len() - 1).await
    };
    assert_eq!(root(IncidentKind::WorkstationLimitZero).await["limit"], 0);
    assert_eq!(root(IncidentKind::FenceAbovePriority).await["fence"], 40);
    assert_eq!(root(IncidentKind::StreamLimitZero).await["limit"], 0);
    assert_eq!(root(IncidentKind::StreamHeld).await["commonStatus"], "HELD");
    assert_eq!(root(IncidentKind::PromptUnanswered).await["status"], "ASKED");
    assert_eq!(root(IncidentKind::PromptAnsweredNo).await["status"], "ANSWERED_NO");
    assert_eq!(root(IncidentKind::FileMissing).await["status"], "Unavailable");
    let held = root(IncidentKind::JobHeld).await;
    assert_eq!((&held["lastRunCommonStatus"], &held["priority"]), (&"HELD".into(), &0.into()));
    assert_eq!(root(IncidentKind::PendingConfirmation).await["lastRunCompositeStatus"]["status"], "PEND");
    assert_eq!(root(IncidentKind::UntilPassed).await["jobStatusFlags"]["untilGone"], true);
    assert_eq!(
        root(IncidentKind::StartTimeInFuture).await["lastRunCompositeStatus"]["substatus"],
        "HOLD_WAITING_FOR_TIME"
    );
    let states = root(IncidentKind::AgentUnlinked).await["activeStates"].to_string();
    assert!(!states.contains("LINKED"), "{states}");
    assert_eq!(root(IncidentKind::CancelledPredecessor).await["lastRunCommonStatus"], "CANCELED");

    let resource = object(&night, find(IncidentKind::ResourceExhausted), 1).await;
    assert_eq!((&resource["quantityAvailable"], &resource["status"]), (&0.into(), &"NOT_AVAILABLE".into()));
    assert_eq!(resource["holders"][0]["jobId"], find(IncidentKind::ResourceExhausted).chain[2].id);
    let late = object(&night, find(IncidentKind::LatePastDeadline), 0).await;
    assert_eq!(late["jobStatusFlags"]["jobLate"], true);
    for (kind, flag) in
        [(IncidentKind::PendingPredecessor, "pending"), (IncidentKind::ZombiePredecessor, "zombie")]
    {
        let job = object(&night, find(kind), 1).await;
        let dependencies = job["dependencies"].as_array().expect("dependencies");
        assert!(dependencies.iter().any(|dependency| dependency[flag] == true), "{kind}: {dependencies:?}");
    }
    let issues = night
        .query("/plan/job/issues", &format!("id = '{}'", find(IncidentKind::JoinUnsatisfied).chain[1].id))
        .await;
    assert_eq!(text(&issues["issues"][0], "issueType"), "JOIN");
}

#[tokio::test]
async fn only_selected_kinds_are_planted() {
    let selected = vec![IncidentKind::DiskFull, IncidentKind::JobHeld];
    let night =
        Night::start(Config { incidents: Incidents::Only(selected.clone()), jobs: 300, ..config() }).await;
    let kinds: Vec<IncidentKind> = night.control().incidents().iter().map(|incident| incident.kind).collect();
    assert_eq!(kinds, selected);
    let quiet = Night::start(Config { incidents: Incidents::None, ..config() }).await;
    let truth = quiet.control().truth();
    assert!(truth.incidents.is_empty());
    assert!(!truth.jobs.by_status.contains_key("FAIL"), "{:?}", truth.jobs.by_status);
}
