//! What answers look like, in both languages, on results made by hand.

use std::sync::Arc;

use resync_api::agent::model::{Language, ToolCall};
use resync_api::tws::model::ObjectKind;
use serde_json::{Value, json};
use strum::IntoEnumIterator as _;

use super::*;
use crate::assemble::assemble;
use crate::evidence::{At, Entry};
use crate::findings::Rows;
use crate::interpret::{AskBackReason, ScopeReason};
use crate::markdown::markdown;
use crate::phrases::{Example, Noun};
use crate::query::Verb;
use crate::verify::Checker;

fn recorded(result: Value) -> Arc<Entry> {
    let call = ToolCall {
        id: "t1".to_owned(),
        name: "tool".to_owned(),
        arguments: json!({}),
        ok: true,
        duration: std::time::Duration::ZERO,
    };
    Entry::record(call, result)
}

/// The answer in both languages, once it has passed the checker.
fn said(result: Value, findings: impl Fn(At) -> Findings) -> String {
    let entry = recorded(result);
    let both = [Language::English, Language::Portuguese].map(|language| {
        let locale = Locale {
            language,
            zone: chrono_tz::America::Sao_Paulo,
            says_zone: false,
            today: chrono::NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        };
        let mut parts = assemble(&compose(&findings(At::root(&entry)), &locale));
        assert_eq!(parts.withheld, 0);
        let evidence = [Arc::clone(&entry)];
        assert_eq!(Checker::new(&evidence, locale).enforce(&mut parts), []);
        let blocks: Vec<_> = parts.blocks.iter().map(|block| block.part.clone()).collect();
        markdown(&parts.spans(), &blocks, language)
    });
    both.join("\n\n---\n\n")
}

fn object(sort: &str, key: &str, status: &str, internal_status: &str) -> Value {
    json!({
        "sort": sort, "name": format!("engines/default/jobs/{key}"), "id": key, "key": key, "status": status,
        "internal_status": internal_status, "substatus": "", "workstation": "FTA1", "priority": 10,
        "return_code": if internal_status == "ABEND" { json!(8) } else { Value::Null },
        "start_time": "2026-03-02T05:00:00Z", "expected_end": "2026-03-02T06:10:00Z",
        "elapsed_seconds": 1_800.0, "estimated_duration_seconds": 600.0, "long_running": false, "late": false,
    })
}

fn step(parent: Option<usize>, root: bool, held: &str, cause: Value, reason: Value) -> Value {
    let mut step = json!({
        "parent": parent, "level": parent.map_or(0, |parent| parent + 1), "root": root,
        "held": object("JOB", held, "WAITING", "HOLD"), "cause": cause,
    });
    step.as_object_mut().unwrap().extend(reason.as_object().unwrap().clone());
    step
}

fn waiting(steps: Vec<Value>) -> Value {
    let roots = steps.iter().filter(|step| step["root"] == true).count();
    json!({
        "subject": object("JOB", "FTA1#/PAY/DAILY.POST", "WAITING", "HOLD"), "waiting": true,
        "steps": steps, "root_count": roots, "truncated": false,
    })
}

fn waiting_findings(report: At) -> Findings {
    Findings::Waiting { report, failure: None }
}

#[test]
fn one_root_cause_is_the_first_sentence() {
    let steps = vec![
        step(
            None,
            false,
            "FTA1#/PAY/DAILY.POST",
            object("JOB", "FTA1#/PAY/DAILY.LOAD", "WAITING", "HOLD"),
            json!({"reason": "PREDECESSOR_WAITING"}),
        ),
        step(
            Some(0),
            true,
            "FTA1#/PAY/DAILY.LOAD",
            object("JOB", "FTA1#/PAY/DAILY.EXTRACT", "ERROR", "ABEND"),
            json!({"reason": "PREDECESSOR_FAILED"}),
        ),
    ];
    insta::assert_snapshot!(said(waiting(steps), waiting_findings));
}

#[test]
fn every_reason_has_a_clause_and_an_advice() {
    let cause = || object("JOB", "FTA1#/PAY/DAILY.CAUSE", "RUNNING", "EXEC");
    let prompt =
        |status: &str| json!({"reason": "PROMPT", "prompt_status": status, "number": 7, "text": "Go?"});
    let numbers = |reason: &str| {
        json!({
            "reason": reason, "limit": 4, "running": 4, "fence": 40, "priority": 10, "held_units": 2,
            "resource": "FTA1#LOCK", "needed": 3, "available": 1, "quantity": 4, "members": 3, "satisfied": 1,
            "earliest_start": "2026-03-02T09:00:00Z", "wait_seconds": 5_400.0, "conditions": ["ABEND", "FAIL"],
            "latest_start": "2026-03-02T04:00:00Z", "path": "/data/in.csv", "file_workstation": "FTA1",
            "qualifier": "-s %p", "remote_dependency": "FAR#JOB", "network_agent": "NETAG",
        })
    };
    let mut reasons: Vec<_> = [
        "PREDECESSOR_FAILED",
        "PREDECESSOR_RUNNING",
        "PREDECESSOR_STUCK",
        "PREDECESSOR_TO_CONFIRM",
        "PREDECESSOR_PENDING",
        "PREDECESSOR_ZOMBIE",
        "PREDECESSOR_UNKNOWN",
        "CONDITION_NOT_MET",
        "START_TIME",
        "LATEST_START_PASSED",
        "PRIORITY_ZERO",
        "STREAM_PRIORITY_ZERO",
        "STREAM_LIMIT_ZERO",
        "STREAM_LIMIT_REACHED",
        "WORKSTATION_LIMIT_ZERO",
        "WORKSTATION_LIMIT_REACHED",
        "FENCE",
        "WORKSTATION_UNLINKED",
        "AGENT_DOWN",
        "WORKSTATION_NOT_INITIALIZED",
        "POOL_WITHOUT_MEMBERS",
        "WORKSTATION_IGNORED",
        "RESOURCE",
        "RESOURCE_HELD",
        "FILE",
        "JOIN",
        "INTERNETWORK",
        "SUBMITTED",
        "UNEXPLAINED",
    ]
    .map(numbers)
    .to_vec();
    reasons.extend(["ASKED", "NOT_ASKED", "ANSWERED_NO"].map(prompt));
    let answers = reasons.into_iter().map(|reason| {
        let step = step(None, true, "FTA1#/PAY/DAILY.POST", cause(), reason);
        said(waiting(vec![step]), waiting_findings)
    });
    insta::assert_snapshot!(answers.collect::<Vec<_>>().join("\n\n======\n\n"));
}

#[test]
fn several_causes_are_counted_and_named() {
    let steps = vec![
        step(
            None,
            true,
            "FTA1#/PAY/DAILY.POST",
            object("WORKSTATION", "FTA1", "WAITING", ""),
            json!({"reason": "WORKSTATION_UNLINKED"}),
        ),
        step(
            None,
            true,
            "FTA1#/PAY/DAILY.POST",
            object("WORKSTATION", "FTA1", "WAITING", ""),
            json!({"reason": "FENCE", "fence": 40, "priority": 10}),
        ),
    ];
    insta::assert_snapshot!(said(waiting(steps), waiting_findings));
}

fn failure() -> Value {
    json!({
        "job": {
            "name": "engines/default/jobs/J1", "key": "FTA1#/PAY/DAILY.LOAD", "status": "ERROR",
            "internal_status": "ABEND", "return_code": 5, "end_time": "2026-03-02T05:40:00Z",
            "recovery_option": "STOP", "workstation": "FTA1",
        },
        "failed": true, "launch_failed": false, "class": "FILE_NOT_FOUND",
        "clues": [{"class": "FILE_NOT_FOUND", "weight": 85, "line": 12, "text": "file /data/in.csv not found", "code": null}],
        "return_code_meanings": [], "run_count": 2, "failed_run_count": 2, "log_error": null,
        "log": {"run_id": "R1", "truncated": true, "lines": [
            {"number": 11, "text": "``` connecting", "matters": false},
            {"number": 12, "text": "file /data/in.csv not found", "matters": true},
        ]},
        "unhealthy_workstation": null, "open_prompts": [], "canceled_predecessors": [], "failed_recovery": null,
        "waiting": [object("JOB", "FTA1#/PAY/DAILY.POST", "WAITING", "HOLD")],
        "waiting_count": 3, "waiting_truncated": false,
    })
}

#[test]
fn a_failure_says_why_first_and_what_to_do_last() {
    insta::assert_snapshot!(said(failure(), |report| Findings::Failure { report, waiting: None }));
}

#[test]
fn a_failure_without_a_readable_log_says_so() {
    let mut report = failure();
    report["log"] = Value::Null;
    report["clues"] = json!([]);
    report["log_error"] = json!("LOG_UNAVAILABLE");
    report["class"] = json!("PROGRAM_ERROR");
    let text = said(report, |report| Findings::Failure { report, waiting: None });
    assert!(text.contains("could not be read") && text.contains("não pôde ser lido"), "{text}");
}

#[test]
fn an_empty_list_is_an_answer_with_its_zero() {
    let result = json!({
        "conditions": [
            {"field": "status", "operator": "IS", "values": ["ERROR"]},
            {"field": "folder", "operator": "IS", "values": ["/PAY/*"]},
        ],
        "order_by": "", "items": [], "shown": 0, "total_size": 0, "not_shown": 0,
    });
    let rows = |report| Findings::Rows(Rows { report, noun: Noun(ObjectKind::Job) });
    insta::assert_snapshot!(said(result, rows));
}

#[test]
fn a_cut_list_says_how_many_are_left_out() {
    let row = json!({
        "name": "engines/default/jobStreams/S1", "key": "FTA1#/PAY/DAILY", "job_stream_name": "DAILY",
        "status": "BLOCKED", "internal_status": "STUCK", "job_count": 6, "scheduled_time": "2026-03-01T23:00:00Z",
        "start_time": "2026-03-02T04:00:00Z", "end_time": null,
    });
    let result = json!({
        "conditions": [{"field": "status", "operator": "IS_NOT", "values": ["SUCCESSFUL", "CANCELED"]}],
        "order_by": "", "items": [row], "shown": 1, "total_size": 30, "not_shown": 29,
    });
    let rows = |report| Findings::Rows(Rows { report, noun: Noun(ObjectKind::JobStream) });
    insta::assert_snapshot!(said(result, rows));
}

#[test]
fn counts_name_their_largest_group() {
    let result = json!({
        "conditions": [], "order_by": "", "kind": "JOB", "group_by": ["status"], "total": 4,
        "groups": [
            {"values": ["SUCCESSFUL"], "count": 3, "share": 0.75}, {"values": ["ERROR"], "count": 1, "share": 0.25},
        ],
        "group_count": 2, "truncated": false,
    });
    insta::assert_snapshot!(said(result, Findings::Counts));
}

#[test]
fn a_proposal_never_claims_to_have_acted() {
    for verb in [Verb::Rerun, Verb::Cancel, Verb::Confirm, Verb::Reply] {
        let result = json!({
            "verb": verb.to_string().to_uppercase(), "target": object("JOB", "FTA1#/PAY/DAILY.LOAD", "ERROR", "ABEND"),
            "number": null, "choice": null, "allowed": true, "refusal": null, "affected": [], "affected_count": 0,
        });
        let text = said(result, |preview| Findings::Proposal { preview, verb });
        assert!(text.contains("Nothing was done.") && text.contains("Nada foi feito."), "{text}");
    }
    let refused = json!({
        "verb": "CONFIRM", "target": object("JOB", "FTA1#/PAY/DAILY.LOAD", "ERROR", "FAIL"), "number": null,
        "choice": null, "allowed": false, "refusal": "CONFIRM_NEEDS_RERUN", "affected": [], "affected_count": 0,
    });
    insta::assert_snapshot!(said(refused, |preview| Findings::Proposal { preview, verb: Verb::Confirm }));
}

#[test]
fn what_cannot_be_answered_is_said_plainly() {
    let mut answers = vec![said(Value::Null, |_| Findings::Help)];
    for reason in [ScopeReason::Topic, ScopeReason::Instructions, ScopeReason::Secrets] {
        answers.push(said(Value::Null, |_| Findings::OutOfScope(reason)));
    }
    for reason in [
        AskBackReason::NotUnderstood,
        AskBackReason::NeedsObject,
        AskBackReason::NothingToReferTo,
        AskBackReason::OneAtATime,
        AskBackReason::NeedsNumber,
        AskBackReason::NotCovered,
    ] {
        answers.push(said(Value::Null, |_| Findings::AskBack(reason)));
    }
    insta::assert_snapshot!(answers.join("\n\n======\n\n"));
    assert!(Example::iter().count() > 10);
}

#[test]
fn an_unknown_name_offers_the_nearest() {
    let found = json!({
        "text": "PAY_DAYLI", "exact_count": 0, "total_size": 1,
        "objects": [{"kind": "JOB_STREAM", "id": "S1", "key": "FTA1#/PAY/PAY_DAILY", "object_name": "PAY_DAILY", "status": "RUNNING"}],
    });
    let findings = |found: At| {
        let nearest = found.get("objects").items();
        Findings::NoSuchName { found, nearest }
    };
    insta::assert_snapshot!(said(found, findings));
}
