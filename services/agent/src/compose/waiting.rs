//! Why something has not started: root causes first, then the chain that leads to them.

use super::Draft;
use super::draft::{DraftBlock, given};
use super::object::lateness;
use crate::evidence::At;
use crate::phrases::{Advice, Clause, Label, Pieces, WaitingMessage};
use crate::render::Format;

/// Root causes named in the text; the chain shows the rest.
const NAMED_ROOTS: usize = 5;

pub(super) fn waiting(draft: &mut Draft, report: &At) {
    let subject = report.get("subject");
    if !report.get("waiting").is_true() {
        not_waiting(draft, &subject);
        return;
    }
    let steps = report.get("steps").items();
    let roots: Vec<&At> = steps.iter().filter(|step| step.get("root").is_true()).collect();
    let name = subject.get("key").fact(Format::Plain);
    match roots.as_slice() {
        [root] => {
            let cause = draft.words(clause(root));
            if subject.get("status").text() == "SUPPRESSED" {
                draft.say(WaitingMessage::Suppressed { subject: name, cause });
            } else {
                draft.say(WaitingMessage::Because { subject: name, cause });
            }
        }
        _ => {
            draft.say(WaitingMessage::SeveralCauses {
                subject: name,
                count: report.get("root_count").fact(Format::Number),
            });
            let causes: Vec<_> =
                roots.iter().take(NAMED_ROOTS).map(|root| draft.words(clause(root))).collect();
            let cause = Pieces::joined(causes, "; ", "; ");
            draft.say(WaitingMessage::Root { cause: crate::phrases::pieces![cause, "."] });
        }
    }
    draft.say(WaitingMessage::State {
        status: subject.get("status").fact(Format::Word),
        internal: subject.get("internal_status").fact(Format::Plain),
        substatus: given(&subject.get("substatus"), Format::Plain),
    });
    lateness(draft, &subject);
    if report.get("truncated").is_true() {
        draft.say(WaitingMessage::Truncated);
    }
    let mut advised = Vec::new();
    for root in roots.iter().take(NAMED_ROOTS) {
        let advice = advice(root);
        if !advised.contains(&advice) {
            if advised.is_empty() {
                draft.say_apart(advice);
            } else {
                draft.say(advice);
            }
            advised.push(advice);
        }
    }
    if steps.len() > 1 {
        chain(draft, &steps);
    }
}

fn not_waiting(draft: &mut Draft, subject: &At) {
    let name = subject.get("key").fact(Format::Plain);
    match subject.get("status").text() {
        "RUNNING" => {
            draft.say(WaitingMessage::Runs {
                subject: name,
                since: given(&subject.get("start_time"), Format::Time),
                expected_end: given(&subject.get("expected_end"), Format::Time),
            });
            let elapsed = given(&subject.get("elapsed_seconds"), Format::Duration);
            if let (true, Some(elapsed)) = (subject.get("long_running").is_true(), elapsed) {
                let estimated = given(&subject.get("estimated_duration_seconds"), Format::Duration);
                draft.say(WaitingMessage::LongRun { elapsed, estimated });
                draft.say_apart(Advice::WatchLongRun);
            }
            lateness(draft, subject);
        }
        "SUCCESSFUL" => draft.say(WaitingMessage::EndedWell {
            subject: name,
            at: given(&subject.get("end_time"), Format::Time),
        }),
        "CANCELED" => draft.say(WaitingMessage::Canceled { subject: name }),
        _ => draft.say(WaitingMessage::Failed { subject: name }),
    }
}

fn chain(draft: &mut Draft, steps: &[At]) {
    let items = steps
        .iter()
        .map(|step| {
            let level = u32::try_from(step.get("level").count()).unwrap_or(u32::MAX);
            let cause = draft.words(clause(step));
            let held = step.get("held").get("key").fact(Format::Plain);
            (level, draft.words(WaitingMessage::Step { held, cause }))
        })
        .collect();
    let title = draft.label(Label::ChainOfCauses);
    draft.blocks.push(DraftBlock::List { title, items });
}

/// What a step says holds something back.
fn clause(step: &At) -> Clause {
    let cause_at = step.get("cause");
    let cause = cause_at.get("key").fact(Format::Plain);
    let held = step.get("held").get("key").fact(Format::Plain);
    let number = |member: &str| step.get(member).fact(Format::Number);
    let plain = |member: &str| step.get(member).fact(Format::Plain);
    match step.get("reason").text() {
        "PREDECESSOR_FAILED" | "JOB_OF_STREAM_FAILED" if cause_at.get("internal_status").text() == "FAIL" => {
            Clause::LaunchFailed { cause }
        }
        "PREDECESSOR_FAILED" | "JOB_OF_STREAM_FAILED" => {
            Clause::Failed { cause, return_code: given(&cause_at.get("return_code"), Format::Number) }
        }
        "PREDECESSOR_RUNNING" | "JOB_OF_STREAM_RUNNING" => Clause::Running {
            cause,
            since: given(&cause_at.get("start_time"), Format::Time),
            expected_end: given(&cause_at.get("expected_end"), Format::Time),
            usual: cause_at
                .get("long_running")
                .is_true()
                .then(|| given(&cause_at.get("estimated_duration_seconds"), Format::Duration))
                .flatten(),
        },
        "PREDECESSOR_WAITING" | "JOB_OF_STREAM_WAITING" => {
            Clause::Waiting { cause, status: given(&cause_at.get("status"), Format::Word) }
        }
        "PREDECESSOR_STUCK" => Clause::Stuck { cause },
        "PREDECESSOR_TO_CONFIRM" | "TO_CONFIRM" => Clause::ToConfirm { cause },
        "PREDECESSOR_PENDING" => Clause::Pending { cause },
        "PREDECESSOR_ZOMBIE" => Clause::Zombie { cause },
        "PREDECESSOR_UNKNOWN" => Clause::Unknown { cause },
        "CONDITION_NOT_MET" => Clause::ConditionNotMet {
            cause,
            status: given(&cause_at.get("status"), Format::Word),
            conditions: given(&step.get("conditions"), Format::Joined),
        },
        "START_TIME" => Clause::StartTime {
            held,
            at: step.get("earliest_start").fact(Format::Time),
            wait: step.get("wait_seconds").fact(Format::Duration),
        },
        "LATEST_START_PASSED" => {
            Clause::LatestStartPassed { held, at: step.get("latest_start").fact(Format::Time) }
        }
        "PRIORITY_ZERO" => Clause::PriorityZero { held, priority: number("priority") },
        "STREAM_PRIORITY_ZERO" => Clause::StreamPriorityZero { cause, priority: number("priority") },
        "STREAM_LIMIT_ZERO" => Clause::StreamLimitZero { cause, limit: number("limit") },
        "STREAM_LIMIT_REACHED" => {
            Clause::StreamLimitReached { cause, limit: number("limit"), running: number("running") }
        }
        "WORKSTATION_LIMIT_ZERO" => Clause::WorkstationLimitZero { cause, limit: number("limit") },
        "WORKSTATION_LIMIT_REACHED" => {
            Clause::WorkstationLimitReached { cause, limit: number("limit"), running: number("running") }
        }
        "FENCE" => Clause::Fence { cause, fence: number("fence"), priority: number("priority") },
        "WORKSTATION_UNLINKED" => Clause::WorkstationUnlinked { cause },
        "AGENT_DOWN" => Clause::AgentDown { cause },
        "WORKSTATION_NOT_INITIALIZED" => Clause::WorkstationNotInitialized { cause },
        "POOL_WITHOUT_MEMBERS" => Clause::PoolWithoutMembers { cause },
        "WORKSTATION_IGNORED" => Clause::WorkstationIgnored { cause },
        "RESOURCE" => Clause::Resource {
            cause,
            needed: number("needed"),
            available: given(&step.get("available"), Format::Number),
            quantity: given(&step.get("quantity"), Format::Number),
        },
        "RESOURCE_HELD" => {
            Clause::ResourceHeld { cause, units: number("held_units"), resource: plain("resource") }
        }
        "PROMPT" => prompt(step, cause),
        "FILE" => Clause::File {
            path: plain("path"),
            workstation: plain("file_workstation"),
            qualifier: given(&step.get("qualifier"), Format::Plain),
        },
        "JOIN" => Clause::Join {
            cause,
            needed: number("needed"),
            members: number("members"),
            satisfied: number("satisfied"),
        },
        "INTERNETWORK" => {
            Clause::Internetwork { remote: plain("remote_dependency"), agent: plain("network_agent") }
        }
        "SUBMITTED" => {
            Clause::Submitted { cause, workstation: cause_at.get("workstation").fact(Format::Plain) }
        }
        _ => Clause::Unexplained {
            cause,
            internal: cause_at.get("internal_status").fact(Format::Plain),
            substatus: given(&cause_at.get("substatus"), Format::Plain),
        },
    }
}

fn prompt(step: &At, cause: crate::evidence::Fact) -> Clause {
    let text = step.get("text").fact(Format::Plain);
    match step.get("prompt_status").text() {
        "ANSWERED_NO" => Clause::PromptAnsweredNo { cause, text },
        "NOT_ASKED" => Clause::PromptNotAsked { cause, text },
        _ => Clause::PromptAsked { cause, number: given(&step.get("number"), Format::Number), text },
    }
}

/// What to do about a root cause.
fn advice(root: &At) -> Advice {
    match root.get("reason").text() {
        "PREDECESSOR_FAILED" | "JOB_OF_STREAM_FAILED" | "PREDECESSOR_STUCK" => Advice::FixAndRerun,
        "PREDECESSOR_RUNNING" | "JOB_OF_STREAM_RUNNING"
            if root.get("cause").get("long_running").is_true() =>
        {
            Advice::WatchLongRun
        }
        "PREDECESSOR_RUNNING" | "JOB_OF_STREAM_RUNNING" => Advice::WaitForRun,
        "PREDECESSOR_TO_CONFIRM" | "TO_CONFIRM" => Advice::Confirm,
        "PREDECESSOR_PENDING" | "PREDECESSOR_UNKNOWN" => Advice::CheckPredecessor,
        "PREDECESSOR_ZOMBIE" => Advice::ReleaseZombie,
        "CONDITION_NOT_MET" => Advice::DecideCondition,
        "START_TIME" => Advice::WaitForTime,
        "LATEST_START_PASSED" => Advice::LatestStart,
        "PRIORITY_ZERO" | "STREAM_PRIORITY_ZERO" => Advice::RaisePriority,
        "STREAM_LIMIT_ZERO" | "WORKSTATION_LIMIT_ZERO" => Advice::RaiseLimit,
        "STREAM_LIMIT_REACHED" | "WORKSTATION_LIMIT_REACHED" => Advice::WaitForSlot,
        "FENCE" => Advice::LowerFence,
        "WORKSTATION_UNLINKED" | "WORKSTATION_NOT_INITIALIZED" => Advice::LinkWorkstation,
        "AGENT_DOWN" => Advice::StartAgent,
        "POOL_WITHOUT_MEMBERS" => Advice::LinkPoolMember,
        "RESOURCE" | "RESOURCE_HELD" => Advice::FreeResource,
        "PROMPT" => match root.get("prompt_status").text() {
            "ANSWERED_NO" => Advice::PromptStaysNo,
            "NOT_ASKED" => Advice::WaitForPrompt,
            _ => Advice::AnswerPrompt,
        },
        "FILE" => Advice::BringFile,
        "WORKSTATION_IGNORED" => Advice::RestoreWorkstation,
        "SUBMITTED" => Advice::WaitForAgent,
        "JOIN" => Advice::CheckPredecessor,
        "INTERNETWORK" => Advice::CheckOtherNetwork,
        _ => Advice::CheckPlan,
    }
}
