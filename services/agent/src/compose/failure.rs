//! Why something failed, and logs.

use super::Draft;
use super::draft::{DraftBlock, given};
use crate::evidence::At;
use crate::phrases::{FailureMessage, Label};
use crate::query::Field;
use crate::render::Format;

pub(super) fn failure(draft: &mut Draft, report: &At) {
    let job = report.get("job");
    let name = job.get("key").fact(Format::Plain);
    if !report.get("failed").is_true() {
        draft
            .say_apart(FailureMessage::NotFailed { job: name, status: job.get("status").fact(Format::Word) });
        return;
    }
    let launch_failed = report.get("launch_failed").is_true();
    let class = report.get("class");
    let at = given(&job.get("end_time"), Format::Time);
    if launch_failed {
        let class = (class.text() != "LAUNCH_FAILED").then(|| class.fact(Format::Word));
        draft.say_apart(FailureMessage::LaunchFailed { job: name, class, at });
    } else {
        draft.say_apart(FailureMessage::Failed {
            job: name,
            class: class.fact(Format::Word),
            return_code: given(&job.get("return_code"), Format::Number),
            at,
        });
    }
    evidence(draft, report, &job);
    circumstances(draft, report, &job);
    if report.get("open_prompts").is_given() {
        draft.say_apart(FailureMessage::AnswerPrompt);
    } else if launch_failed {
        draft.say_apart(FailureMessage::RerunOnly);
    } else {
        draft.say_apart(FailureMessage::FixAndRerun);
    }
    log_block(draft, &report.get("log"), &job, report.get("log").get("truncated").is_true());
    waiting_table(draft, report);
}

/// What the log says; what it leaves open the return code may tell.
fn evidence(draft: &mut Draft, report: &At, job: &At) {
    let clue = report.get("clues").item(0);
    if clue.is_given() {
        draft.say(FailureMessage::LogSays {
            line: clue.get("line").fact(Format::Number),
            text: clue.get("text").fact(Format::Plain),
        });
        code_in_the_log(draft, &clue.get("code"));
    } else if let Some(code) = given(&report.get("log_error"), Format::Plain) {
        draft.say(FailureMessage::LogUnreadable { code });
    } else {
        draft.say(FailureMessage::LogSilent);
    }
    let last = report.get("last_printed");
    if last.is_given() {
        draft.say(FailureMessage::LastPrinted {
            line: last.get("number").fact(Format::Number),
            text: last.get("text").fact(Format::Plain),
        });
    }
    let meaning = report.get("return_code_meanings").item(0);
    if meaning.is_given() && !clue.is_given() {
        draft.say(FailureMessage::ReturnCodeMeans {
            code: job.get("return_code").fact(Format::Number),
            meaning: meaning.get("meaning").fact(Format::Plain),
        });
        if let Some(cause) = given(&meaning.get("usual_cause"), Format::Plain) {
            draft.say(FailureMessage::Usually { cause });
        }
    }
}

fn code_in_the_log(draft: &mut Draft, code: &At) {
    if !code.is_given() {
        return;
    }
    draft.say(FailureMessage::CodeMeans {
        code: code.get("code").fact(Format::Plain),
        meaning: code.get("meaning").fact(Format::Plain),
    });
    if let Some(check) = given(&code.get("what_to_do"), Format::Plain) {
        draft.say(FailureMessage::FirstCheck { check });
    }
}

/// What surrounds the failure.
fn circumstances(draft: &mut Draft, report: &At, job: &At) {
    for predecessor in report.get("canceled_predecessors").items() {
        draft.say(FailureMessage::CanceledPredecessor {
            predecessor: predecessor.get("key").fact(Format::Plain),
        });
    }
    if report.get("run_count").count() > 1 {
        draft.say(FailureMessage::Runs {
            runs: report.get("run_count").fact(Format::Number),
            failed: report.get("failed_run_count").fact(Format::Number),
        });
    }
    if let Some(option) = given(&job.get("recovery_option"), Format::Plain) {
        draft.say(FailureMessage::Recovery { option });
    }
    let workstation = report.get("unhealthy_workstation").get("workstation_name");
    if let Some(workstation) = given(&workstation, Format::Plain) {
        draft.say(FailureMessage::Workstation { workstation });
    } else if ["AGENT_UNREACHABLE", "NAME_NOT_RESOLVED"].contains(&report.get("class").text()) {
        draft.say(FailureMessage::LookAtWorkstation {
            workstation: job.get("workstation").fact(Format::Plain),
        });
    }
    let recovery = report.get("failed_recovery");
    if recovery.is_given() {
        draft.say(FailureMessage::RecoveryRun {
            run_type: recovery.get("run_type").fact(Format::Plain),
            return_code: given(&recovery.get("return_code"), Format::Number),
        });
    }
    let prompt = report.get("open_prompts").item(0);
    if prompt.is_given() {
        draft.say(FailureMessage::Prompt {
            text: prompt.get("text").fact(Format::Plain),
            number: super::object::number(&prompt),
        });
    }
    let count = report.get("waiting_count").fact(Format::Number);
    if count.is_zero() {
        draft.say(FailureMessage::NobodyWaits { count });
    } else {
        let at_least = report.get("waiting_truncated").is_true();
        draft.say(FailureMessage::Waiting { count, at_least });
    }
}

fn waiting_table(draft: &mut Draft, report: &At) {
    let columns = [
        (Label::Kind, "sort", Format::Word),
        (Label::Key, "key", Format::Plain),
        (Label::Field(Field::Status), "status", Format::Word),
    ];
    let rows = report.get("waiting").items();
    let total = report.get("waiting_count").count();
    draft.table(Label::Waiting, &columns, &rows, total);
}

/// A job that was said to have failed and did not.
pub(super) fn not_failed(draft: &mut Draft, report: &At) {
    let job = report.get("job");
    draft.say(FailureMessage::NotFailed {
        job: job.get("key").fact(Format::Plain),
        status: job.get("status").fact(Format::Word),
    });
}

/// A job stream: what failed in it.
pub(super) fn stream(draft: &mut Draft, progress: &At, first: Option<&At>) {
    let stream = progress.get("job_stream");
    let name = stream.get("key").fact(Format::Plain);
    let status = stream.get("status").fact(Format::Word);
    let count = progress.get("failed_count").fact(Format::Number);
    let Some(first) = first else {
        draft.say(FailureMessage::NoFailedJob { stream: name, status, count });
        return;
    };
    draft.say(FailureMessage::StreamFailed { stream: name, status, count });
    failure(draft, first);
    let rows = progress.get("failed").items();
    if rows.len() > 1 {
        let columns = [
            (Label::Job, "key", Format::Plain),
            (Label::State, "internal_status", Format::Plain),
            (Label::Field(Field::ReturnCode), "return_code", Format::Number),
            (Label::Field(Field::EndTime), "end_time", Format::Time),
        ];
        let total = progress.get("failed_count").count();
        draft.table(Label::Failed, &columns, &rows, total);
    }
}

pub(super) fn log(draft: &mut Draft, report: &At) {
    let job = report.get("job");
    let name = job.get("key").fact(Format::Plain);
    let lines = report.get("line_count").fact(Format::Number);
    if lines.is_zero() {
        draft.say(FailureMessage::LogEmpty { job: name, lines });
        return;
    }
    draft.say(FailureMessage::Log { job: name, lines });
    let truncated = report.get("truncated").is_true();
    if truncated {
        draft.say(FailureMessage::LogTruncated);
    }
    log_block(draft, report, &job, truncated);
}

pub(super) fn no_log(draft: &mut Draft, report: &At) {
    let job = report.get("job");
    draft.say(FailureMessage::NoLog {
        job: job.get("key").fact(Format::Plain),
        status: job.get("status").fact(Format::Word),
    });
}

fn log_block(draft: &mut Draft, log: &At, job: &At, truncated: bool) {
    let lines = log.get("lines");
    if lines.is_given() {
        draft.blocks.push(DraftBlock::Log {
            title: draft.label(Label::LogExcerpt),
            job: job.get("key"),
            lines,
            truncated,
        });
    }
}
