//! The control port, and what can be forced on a running night.

use std::time::Duration;

use hwa_simulator::{Command, CommandError, Config, Error, IncidentKind, Simulator};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::harness::{Night, config, text};

async fn with_port() -> (Night, String) {
    let loopback = "127.0.0.1:0".parse().expect("an address");
    let night = Night::start(Config { control_listen: Some(loopback), ..config() }).await;
    let base = format!("http://{}", night.simulator.control_address().expect("a control port"));
    (night, base)
}

#[tokio::test]
async fn the_control_port_tells_the_same_truth_as_the_handle() {
    let (night, base) = with_port().await;
    let get = async |path: &str| -> Value {
        let response = night.client.get(format!("{base}{path}")).send().await.expect("an answer");
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.expect("JSON")
    };
    let control = night.control();
    assert_eq!(get("/truth").await, json!(control.truth()));
    assert_eq!(get("/truth/workstations").await, json!(control.workstations()));
    assert_eq!(get("/truth/resources").await, json!(control.resources()));
    assert_eq!(get("/truth/prompts").await, json!(control.prompts()));
    let failed = get("/truth/jobs?common_status=ERROR").await;
    assert_eq!(failed["total"], control.truth().jobs.by_common_status["ERROR"]);
    let job = &failed["jobs"][0];
    assert_eq!(&get(&format!("/truth/jobs/{}", text(job, "id"))).await, job);
    let stream = text(&job["job_stream"], "id");
    assert_eq!(get(&format!("/truth/job-streams/{stream}")).await, json!(control.job_stream(stream)));
    let missing = night.client.get(format!("{base}/truth/jobs/none")).send().await.expect("an answer");
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_clock_moves_by_steps_and_forward_only() {
    let (night, base) = with_port().await;
    let before = night.control().now();
    let put = async |body: Value| {
        let response = night.client.put(format!("{base}/clock")).json(&body).send().await.expect("an answer");
        (response.status(), response.json::<Value>().await.expect("JSON"))
    };
    let done = night.control().truth().jobs.by_status["SUCC"];
    let (status, clock) = put(json!({ "step_seconds": 7_200 })).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(clock["now"], json!(before + chrono::TimeDelta::hours(2)));
    assert!(night.control().truth().jobs.by_status["SUCC"] > done, "the night went on");
    assert_eq!(put(json!({ "now": before })).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(put(json!({ "rate": -1.0 })).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(put(json!({ "speed": 3 })).await.0, StatusCode::BAD_REQUEST);
    let response = night.api("/engine/info").send().await.expect("an answer");
    let date = response.headers()["date"].to_str().expect("text").to_owned();
    assert_eq!(date, (before + chrono::TimeDelta::hours(2)).format("%a, %d %b %Y %H:%M:%S GMT").to_string());
}

#[tokio::test]
async fn two_nights_with_the_same_seed_and_steps_are_the_same() {
    let (one, other) = (Night::start(config()).await, Night::start(config()).await);
    for night in [&one, &other] {
        night.control().step(Duration::from_secs(5_000));
    }
    assert_eq!(one.control().jobs(), other.control().jobs());
    assert_eq!(one.control().truth(), other.control().truth());
}

/// What resolves each of these incidents, and the symptom's status once it is resolved.
#[tokio::test]
async fn resolving_a_cause_lets_the_symptom_run() {
    let night = Night::start(config()).await;
    let control = night.control();
    let incidents = control.incidents();
    let root = |kind: IncidentKind| {
        let incident = incidents.iter().find(|incident| incident.kind == kind).expect("planted");
        (incident.root_causes[0].id.clone(), incident.symptom.id.clone())
    };
    type Cure = fn(String) -> Command;
    let cures: [(IncidentKind, Cure); 11] = [
        (IncidentKind::AgentUnlinked, |id| Command::LinkWorkstation { id, linked: true }),
        (IncidentKind::WorkstationLimitZero, |id| Command::SetWorkstationLimit { id, limit: 10 }),
        (IncidentKind::FenceAbovePriority, |id| Command::SetWorkstationFence { id, fence: 0 }),
        (IncidentKind::PromptUnanswered, |id| Command::AnswerPrompt { id, yes: true }),
        (IncidentKind::FileMissing, |id| Command::DeliverFile { id }),
        (IncidentKind::StreamLimitZero, |id| Command::SetJobStreamLimit { id, limit: 5 }),
        (IncidentKind::StreamHeld, |id| Command::SetJobStreamPriority { id, priority: 10 }),
        (IncidentKind::JobHeld, |id| Command::SetJobPriority { id, priority: 10 }),
        (IncidentKind::ResourceExhausted, |id| Command::FinishJob { id, return_code: 0 }),
        (IncidentKind::PendingConfirmation, |id| Command::ConfirmJob { id, success: true }),
        (IncidentKind::UpstreamAbend, |id| Command::ConfirmJob { id, success: true }),
    ];
    for (kind, cure) in cures {
        control.perform(&cure(root(kind).0)).unwrap_or_else(|error| panic!("{kind}: {error}"));
    }
    control.step(Duration::from_secs(4 * 3_600));
    for (kind, _) in cures {
        let symptom = control.job(&root(kind).1).expect("the symptom");
        assert_eq!(symptom.status, "SUCC", "{kind}: {symptom:?}");
        let incident =
            control.incidents().into_iter().find(|incident| incident.kind == kind).expect("planted");
        assert!(!incident.open, "{kind}");
    }
}

#[tokio::test]
async fn reruns_make_a_new_run_and_keep_the_old_one() {
    let night = Night::start(config()).await;
    let control = night.control();
    let failed = control.incidents().into_iter().find(|incident| incident.kind == IncidentKind::OracleError);
    let id = failed.expect("planted").symptom.id;
    control.perform(&Command::RerunJob { id: id.clone() }).expect("a failed job can be rerun");
    control.step(Duration::from_secs(5));
    control.perform(&Command::FinishJob { id: id.clone(), return_code: 0 }).expect("it runs");
    let job = control.job(&id).expect("the job");
    let runs: Vec<(&str, &str)> =
        job.runs.iter().map(|run| (run.rerun_type.as_str(), run.status.as_str())).collect();
    assert_eq!(runs, [("REGULAR", "ABEND"), ("RERUN", "SUCC")]);
    assert_ne!(job.runs[0].job_number, job.runs[1].job_number);
}

#[tokio::test]
async fn impossible_commands_are_refused() {
    let night = Night::start(config()).await;
    let control = night.control();
    let unknown = Command::KillJob { id: "6d19eaf1-c9da-3799-96ed-131f07832a01".to_owned() };
    assert!(matches!(control.perform(&unknown), Err(CommandError::Unknown { .. })));
    let waiting = control.jobs().into_iter().find(|job| job.status == "HOLD").expect("a waiting job");
    for command in [
        Command::KillJob { id: waiting.id.clone() },
        Command::RerunJob { id: waiting.id.clone() },
        Command::ConfirmJob { id: waiting.id.clone(), success: true },
    ] {
        assert!(matches!(control.perform(&command), Err(CommandError::Refused(_))), "{command:?}");
    }
    assert_eq!(control.job(&waiting.id), Some(waiting));
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let refused = async |config: Config| Simulator::start(config).await.expect_err("refused");
    assert!(matches!(refused(Config { jobs: 0, ..config() }).await, Error::Setting { name: "jobs", .. }));
    assert!(matches!(refused(Config { clock_rate: f64::NAN, ..config() }).await, Error::Setting { .. }));
    let public = Some("0.0.0.0:0".parse().expect("an address"));
    let error = refused(Config { control_listen: public, ..config() }).await;
    assert!(matches!(error, Error::ControlNotLoopback(_)), "{error}");
}
