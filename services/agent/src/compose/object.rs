//! Everything about one object.

use super::Draft;
use super::draft::given;
use crate::evidence::At;
use crate::phrases::{Label, ObjectMessage};
use crate::query::Field;
use crate::render::Format;

pub(super) fn job(draft: &mut Draft, report: &At) {
    let job = report.get("job");
    status(draft, &job);
    match job.get("status").text() {
        "RUNNING" => {
            draft.say(ObjectMessage::Runs {
                since: job.get("start_time").fact(Format::Time),
                elapsed: given(&job.get("elapsed_seconds"), Format::Duration),
                expected_end: given(&report.get("expected_end"), Format::Time),
            });
            let usual = given(&job.get("estimated_duration_seconds"), Format::Duration);
            if let (true, Some(usual)) = (job.get("long_running").is_true(), usual) {
                draft.say(ObjectMessage::LongerThanUsual { usual });
            }
        }
        _ => ended_or_scheduled(draft, &job),
    }
    lateness(draft, &job);
    unresolved(draft, &job);
    let fields = [
        (Label::Job, "key", Format::Plain),
        (Label::Field(Field::Workstation), "workstation", Format::Plain),
        (Label::JobStream, "job_stream_name", Format::Plain),
        (Label::Field(Field::User), "user", Format::Plain),
        (Label::Field(Field::Substatus), "substatus", Format::Plain),
        (Label::Field(Field::ScheduledTime), "scheduled_time", Format::Time),
        (Label::EarliestStart, "earliest_start", Format::Time),
        (Label::LatestStart, "latest_start", Format::Time),
        (Label::Field(Field::Deadline), "deadline", Format::Time),
        (Label::Field(Field::StartTime), "start_time", Format::Time),
        (Label::Field(Field::EndTime), "end_time", Format::Time),
        (Label::Field(Field::Elapsed), "elapsed_seconds", Format::Duration),
        (Label::Field(Field::EstimatedDuration), "estimated_duration_seconds", Format::Duration),
        (Label::Field(Field::ReturnCode), "return_code", Format::Number),
        (Label::Field(Field::Priority), "priority", Format::Number),
        (Label::Runs, "run_count", Format::Number),
        (Label::Field(Field::Critical), "critical", Format::Word),
        (Label::Recovery, "recovery_option", Format::Plain),
        (Label::Dependencies, "dependency_count", Format::Number),
        (Label::Unresolved, "unresolved_dependency_count", Format::Number),
    ];
    draft.details(&job, &fields);
    let of_definition =
        [(Label::Task, "task", Format::Plain), (Label::Description, "description", Format::Plain)];
    if report.get("task").is_given() || report.get("description").is_given() {
        draft.details(report, &of_definition);
    }
    let runs = report.get("runs").items();
    if runs.len() > 1 {
        let columns = [
            (Label::Number, "job_number", Format::Number),
            (Label::Kind, "run_type", Format::Plain),
            (Label::Field(Field::Status), "status", Format::Word),
            (Label::Field(Field::ReturnCode), "return_code", Format::Number),
            (Label::Field(Field::StartTime), "start_time", Format::Time),
            (Label::Field(Field::EndTime), "end_time", Format::Time),
        ];
        draft.table(Label::Runs, &columns, &runs, runs.len() as u64);
    }
}

pub(super) fn job_stream(draft: &mut Draft, report: &At) {
    let stream = report.get("job_stream");
    status(draft, &stream);
    ended_or_scheduled(draft, &stream);
    lateness(draft, &stream);
    unresolved(draft, &stream);
    parts(
        draft,
        &stream.get("key"),
        &stream.get("job_count"),
        &stream.get("jobs_by_status"),
        "status",
        "count",
    );
    let fields = [
        (Label::JobStream, "key", Format::Plain),
        (Label::Field(Field::Workstation), "workstation", Format::Plain),
        (Label::Field(Field::Folder), "folder", Format::Plain),
        (Label::Field(Field::ScheduledTime), "scheduled_time", Format::Time),
        (Label::EarliestStart, "earliest_start", Format::Time),
        (Label::LatestStart, "latest_start", Format::Time),
        (Label::Field(Field::Deadline), "deadline", Format::Time),
        (Label::Field(Field::StartTime), "start_time", Format::Time),
        (Label::Field(Field::EndTime), "end_time", Format::Time),
        (Label::Field(Field::Limit), "limit", Format::Number),
        (Label::Field(Field::Priority), "priority", Format::Number),
        (Label::Field(Field::CarriedForward), "carried_forward", Format::Word),
        (Label::Dependencies, "dependency_count", Format::Number),
        (Label::Unresolved, "unresolved_dependency_count", Format::Number),
    ];
    draft.details(&stream, &fields);
}

pub(super) fn prompt(draft: &mut Draft, report: &At) {
    for prompt in report.get("items").items() {
        draft.say(ObjectMessage::Prompt {
            text: prompt.get("text").fact(Format::Plain),
            status: prompt.get("status").fact(Format::Word),
            number: number(&prompt),
        });
        let fields = [
            (Label::Prompt, "prompt_name", Format::Plain),
            (Label::Kind, "type", Format::Plain),
            (Label::Job, "job_key", Format::Plain),
            (Label::JobStream, "job_stream_key", Format::Plain),
            (Label::Asked, "asked_time", Format::Time),
        ];
        draft.details(&prompt, &fields);
    }
}

/// Jobs of a folder or user by status.
pub(super) fn group(draft: &mut Draft, counted: &At, name: &At) {
    parts(draft, name, &counted.get("total"), &counted.get("groups"), "values/0", "count");
    let groups = counted.get("groups").items();
    let columns = [
        (Label::Field(Field::Status), "values/0", Format::Word),
        (Label::Count, "count", Format::Number),
        (Label::Share, "share", Format::Percent),
    ];
    draft.table(Label::JobsByStatus, &columns, &groups, groups.len() as u64);
}

fn parts(draft: &mut Draft, name: &At, jobs: &At, groups: &At, status: &str, count: &str) {
    draft.say(ObjectMessage::JobsOf { name: name.fact(Format::Plain), jobs: jobs.fact(Format::Number) });
    let parts: Vec<_> = groups
        .items()
        .iter()
        .map(|group| {
            let status = status.split('/').fold(group.clone(), |at, member| at.get(member));
            (group.get(count).fact(Format::Number), status.fact(Format::Word))
        })
        .collect();
    if !parts.is_empty() {
        draft.say(ObjectMessage::Parts { parts });
    }
}

fn status(draft: &mut Draft, object: &At) {
    draft.say(ObjectMessage::Status {
        name: object.get("key").fact(Format::Plain),
        status: object.get("status").fact(Format::Word),
        internal: given(&object.get("internal_status"), Format::Plain),
    });
}

fn ended_or_scheduled(draft: &mut Draft, object: &At) {
    let end = object.get("end_time");
    if end.is_given() {
        draft.say(ObjectMessage::Ended {
            at: end.fact(Format::Time),
            elapsed: given(&object.get("elapsed_seconds"), Format::Duration),
            return_code: given(&object.get("return_code"), Format::Number),
        });
    } else if let Some(at) = given(&object.get("scheduled_time"), Format::Time) {
        draft.say(ObjectMessage::Scheduled { at });
    }
}

pub(super) fn lateness(draft: &mut Draft, object: &At) {
    let deadline = given(&object.get("deadline"), Format::Time);
    if object.get("late").is_true() {
        draft.say(ObjectMessage::Late { deadline });
    } else if object.get("at_risk").is_true() {
        draft.say(ObjectMessage::AtRisk { deadline });
    }
}

fn unresolved(draft: &mut Draft, object: &At) {
    let unresolved = object.get("unresolved_dependency_count");
    if unresolved.count() > 0 {
        draft.say(ObjectMessage::Unresolved {
            unresolved: unresolved.fact(Format::Number),
            all: object.get("dependency_count").fact(Format::Number),
        });
    }
}

/// The number to reply to; prompts not asked yet have none.
pub(super) fn number(prompt: &At) -> Option<crate::evidence::Fact> {
    let number = prompt.get("number");
    (number.value().as_i64().unwrap_or_default() > 0).then(|| number.fact(Format::Number))
}
