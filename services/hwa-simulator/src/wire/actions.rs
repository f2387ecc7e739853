//! Which actions an object offers in its state, and what `objects-info` says about each.

use serde::Serialize;
use serde_json::{Value, json};

use crate::plan::status::JobStatus;

#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Action {
    pub(crate) key: &'static str,
}

macro_rules! actions {
    ($($key:literal),* $(,)?) => { &[$(Action { key: $key }),*] };
}

pub(crate) fn of_job(status: JobStatus) -> &'static [Action] {
    match status {
        JobStatus::Hold | JobStatus::Ready | JobStatus::Fence | JobStatus::Suppr => {
            actions!["HOLD_JOB", "RELEASE_JOB", "CANCEL_JOB", "UPDATE_PRIORITY_JOB", "ADD_DEPENDENCIES_JOB"]
        }
        JobStatus::Intro | JobStatus::Exec => actions!["KILL_JOB", "CONFIRM_SUCC_JOB", "GET_JOB_LOG"],
        JobStatus::Pend => actions!["CONFIRM_SUCC_JOB", "CONFIRM_ABEND_JOB", "GET_JOB_LOG"],
        JobStatus::Abend => actions!["RERUN_JOB", "CONFIRM_SUCC_JOB", "CANCEL_JOB", "GET_JOB_LOG"],
        JobStatus::Fail => actions!["RERUN_JOB", "CANCEL_JOB", "GET_JOB_LOG"],
        JobStatus::Succ => actions!["RERUN_JOB", "GET_JOB_LOG"],
        JobStatus::Cancl => actions!["RERUN_JOB"],
    }
}

pub(crate) const OF_STREAM: &[Action] =
    actions!["HOLD_JOBSTREAM", "RELEASE_JOBSTREAM", "CANCEL_JOBSTREAM", "ADD_DEPENDENCIES_JOBSTREAM"];
pub(crate) const OF_WORKSTATION: &[Action] = actions![
    "LINK_WORKSTATION",
    "UNLINK_WORKSTATION",
    "START_WORKSTATION",
    "STOP_WORKSTATION",
    "UPDATE_LIMIT_WORKSTATION",
    "UPDATE_FENCE_WORKSTATION"
];
pub(crate) const OF_RESOURCE: &[Action] = actions!["UPDATE_QUANTITY_RESOURCE"];
pub(crate) const OF_ASKED_PROMPT: &[Action] = actions!["REPLY_YES_PROMPT", "REPLY_NO_PROMPT"];

/// Objects whose actions and states `objects-info` describes.
pub(crate) const OBJECT_TYPES: &[&str] = &[
    "JOB_IN_PLAN",
    "JOBSTREAM_IN_PLAN",
    "WORKSTATION_IN_PLAN",
    "RESOURCE_IN_PLAN",
    "PROMPT_IN_PLAN",
    "EVENTSOURCE",
];

/// The entry of one object type.
pub(crate) fn describe(object_type: &str) -> Option<Value> {
    let job_actions = [
        ("HOLD_JOB", "Hold", "{id}/action/hold"),
        ("RELEASE_JOB", "Release", "{id}/action/release"),
        ("CANCEL_JOB", "Cancel", "{id}/action/cancel"),
        ("KILL_JOB", "Kill", "{id}/action/kill"),
        ("CONFIRM_SUCC_JOB", "Confirm SUCC", "{id}/action/confirm-succ"),
        ("CONFIRM_ABEND_JOB", "Confirm ABEND", "{id}/action/confirm-abend"),
        ("UPDATE_PRIORITY_JOB", "Change priority", "{id}/action/update-priority"),
        ("ADD_DEPENDENCIES_JOB", "Add dependencies", "{id}/action/add-dependencies"),
        ("RERUN_JOB", "Rerun", "run/{run_id}/action/rerun"),
    ];
    let stream_actions = [
        ("HOLD_JOBSTREAM", "Hold", "{id}/action/hold"),
        ("RELEASE_JOBSTREAM", "Release", "{id}/action/release"),
        ("CANCEL_JOBSTREAM", "Cancel", "{id}/action/cancel"),
        ("ADD_DEPENDENCIES_JOBSTREAM", "Add dependencies", "{id}/action/add-dependencies"),
    ];
    let workstation_actions = [
        ("LINK_WORKSTATION", "Link", "{id}/action/link"),
        ("UNLINK_WORKSTATION", "Unlink", "{id}/action/unlink"),
        ("START_WORKSTATION", "Start", "{id}/action/start"),
        ("STOP_WORKSTATION", "Stop", "{id}/action/stop"),
        ("UPDATE_LIMIT_WORKSTATION", "Change limit", "{id}/action/update-limit"),
        ("UPDATE_FENCE_WORKSTATION", "Change fence", "{id}/action/update-fence"),
    ];
    let resource_actions = [("UPDATE_QUANTITY_RESOURCE", "Change quantity", "{id}/action/update-quantity")];
    let prompt_actions = [
        ("REPLY_YES_PROMPT", "Reply yes", "{id}/action/reply"),
        ("REPLY_NO_PROMPT", "Reply no", "{id}/action/reply"),
    ];
    let described = |place: &str, list: &[(&str, &str, &str)]| -> Vec<Value> {
        list.iter()
            .map(|(key, label, path)| {
                json!({
                    "key": key,
                    "label": label,
                    "httpMethod": "PUT",
                    "parametricUrl": format!("/twsd/api/v2/plan/{place}/{path}"),
                    "payloadTemplate": {},
                })
            })
            .collect()
    };
    let states = |names: &[&str]| -> Vec<Value> {
        names.iter().map(|name| json!({"key": name, "label": name})).collect()
    };
    let common = states(&[
        "WAITING",
        "READY",
        "RUNNING",
        "SUCCESSFUL",
        "ERROR",
        "CANCELED",
        "HELD",
        "UNDECIDED",
        "BLOCKED",
        "SUPPRESS",
    ]);
    Some(match object_type {
        "JOB_IN_PLAN" => json!({
            "actions": described("job", &job_actions),
            "commonStatus": common,
            "status": states(&["HOLD", "READY", "FENCE", "INTRO", "EXEC", "SUCC", "ABEND", "FAIL", "SUPPR", "PEND", "CANCL"]),
        }),
        "JOBSTREAM_IN_PLAN" => json!({
            "actions": described("jobstream", &stream_actions),
            "commonStatus": common,
            "status": states(&["HOLD", "READY", "EXEC", "STUCK", "ABEND", "SUCC", "SUPPR", "CANCL"]),
        }),
        "WORKSTATION_IN_PLAN" => json!({
            "actions": described("workstation", &workstation_actions),
            "activeStates": states(&["LINKED", "JOBMAN_UP", "IS_INITED", "WRITER_UP", "MONMAN", "SERVER_STARTED"]),
            "workstationType": states(&["MANAGER", "FTA", "S-AGENT", "X-AGENT", "WORKLOAD_BROKER", "AGENT", "POOL", "D-POOL", "REM-ENG"]),
        }),
        "RESOURCE_IN_PLAN" => json!({
            "actions": described("resource", &resource_actions),
            "status": states(&["AVAILABLE", "NOT_AVAILABLE"]),
        }),
        "PROMPT_IN_PLAN" => json!({
            "actions": described("prompt", &prompt_actions),
            "status": states(&["NOT_ASKED", "ASKED", "ANSWERED_YES", "ANSWERED_NO"]),
        }),
        "EVENTSOURCE" => json!({ "actions": [] }),
        _ => return None,
    })
}
