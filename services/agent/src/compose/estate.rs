//! Workstations, resources and prompts.

use super::Draft;
use super::draft::given;
use super::rows::more;
use crate::evidence::At;
use crate::phrases::{EstateMessage, Label, ObjectMessage, Pieces};
use crate::query::Field;
use crate::render::Format;

pub(super) fn health(draft: &mut Draft, report: &At, one: bool) {
    let rows = report.get("workstations").items();
    if let (true, Some(row)) = (one, rows.first()) {
        workstation(draft, row);
        return;
    }
    let unhealthy = report.get("unhealthy_count").fact(Format::Number);
    let total = report.get("total").fact(Format::Number);
    if unhealthy.is_zero() {
        draft.say(EstateMessage::AllHealthy {
            healthy: report.get("healthy_count").fact(Format::Number),
            total,
        });
        return;
    }
    draft.say(EstateMessage::SomeUnhealthy { unhealthy, total });
    for row in rows.iter().take(5) {
        let message = one_workstation(draft, row);
        draft.say(message);
    }
    more(draft, report);
    draft.say_apart(EstateMessage::FixWorkstations);
    let columns = [
        (Label::Field(Field::Workstation), "workstation_name", Format::Plain),
        (Label::Field(Field::Type), "type", Format::Plain),
        (Label::Problem, "problems/0", Format::Word),
        (Label::HeldJobs, "held_jobs", Format::Number),
        (Label::RunningJobs, "running_jobs", Format::Number),
        (Label::Field(Field::Limit), "limit", Format::Number),
        (Label::Field(Field::Fence), "fence", Format::Number),
    ];
    let total = report.get("unhealthy_count").count();
    draft.table(Label::Field(Field::Workstation), &columns, &rows, total);
}

fn workstation(draft: &mut Draft, row: &At) {
    let message = one_workstation(draft, row);
    draft.say(message);
    draft.say(EstateMessage::Allows {
        limit: given(&row.get("limit"), Format::Number),
        fence: row.get("fence").fact(Format::Number),
    });
    draft.say(EstateMessage::HeldThere {
        held: row.get("held_jobs").fact(Format::Number),
        running: row.get("running_jobs").fact(Format::Number),
        failed: row.get("failed_jobs").fact(Format::Number),
    });
    let fields = [
        (Label::Field(Field::Workstation), "workstation_name", Format::Plain),
        (Label::Field(Field::Type), "type", Format::Plain),
        (Label::Field(Field::Linked), "linked", Format::Word),
        (Label::State, "active_states", Format::Joined),
        (Label::Node, "node", Format::Plain),
        (Label::Os, "os", Format::Plain),
        (Label::Version, "version", Format::Plain),
        (Label::Domain, "domain", Format::Plain),
    ];
    draft.details(row, &fields);
}

fn one_workstation(_draft: &Draft, row: &At) -> ObjectMessage {
    let problems = row.get("problems").items();
    let problems = problems.iter().map(|problem| Pieces::from(problem.fact(Format::Word))).collect();
    ObjectMessage::Workstation {
        name: row.get("workstation_name").fact(Format::Plain),
        kind: row.get("type").fact(Format::Plain),
        healthy: row.get("healthy").is_true(),
        problems: Pieces::joined(problems, ", ", ", "),
    }
}

/// One resource.
pub(super) fn resource(draft: &mut Draft, report: &At) {
    let row = report.get("resources").item(0);
    let name = row.get("resource_name").fact(Format::Plain);
    draft.say(ObjectMessage::Resource {
        name: name.clone(),
        available: row.get("available").fact(Format::Number),
        quantity: row.get("quantity").fact(Format::Number),
        in_use: row.get("in_use").fact(Format::Number),
    });
    let holders = row.get("holders").items();
    if holders.is_empty() {
        draft.say(EstateMessage::NobodyHolds {
            resource: name,
            in_use: row.get("in_use").fact(Format::Number),
        });
    }
    for holder in holders.iter().take(5) {
        draft.say(EstateMessage::Holder {
            job: holder.get("job_key").fact(Format::Plain),
            units: holder.get("quantity").fact(Format::Number),
        });
    }
    let columns = [(Label::Job, "job_key", Format::Plain), (Label::Units, "quantity", Format::Number)];
    draft.table(Label::Holders, &columns, &holders, holders.len() as u64);
}

/// All resources in use.
pub(super) fn holders(draft: &mut Draft, report: &At) {
    let count = report.get("total").fact(Format::Number);
    if count.is_zero() {
        draft.say(EstateMessage::NoneInUse { count });
        return;
    }
    draft.say(EstateMessage::InUse { count });
    more(draft, report);
    let rows = report.get("resources").items();
    let columns = [
        (Label::Resource, "resource_name", Format::Plain),
        (Label::Field(Field::Workstation), "workstation", Format::Plain),
        (Label::Field(Field::Available), "available", Format::Number),
        (Label::Field(Field::InUse), "in_use", Format::Number),
        (Label::Units, "quantity", Format::Number),
        (Label::Holders, "holders/0/job_key", Format::Plain),
    ];
    let total = report.get("total").count();
    draft.table(Label::Resource, &columns, &rows, total);
}

pub(super) fn prompts(draft: &mut Draft, report: &At) {
    let count = report.get("total").fact(Format::Number);
    let of = given(&report.get("key"), Format::Plain);
    if count.is_zero() {
        draft.say(EstateMessage::NoOpenPrompts { count, of });
        return;
    }
    draft.say(EstateMessage::OpenPrompts { count, of });
    let rows = report.get("prompts").items();
    for prompt in rows.iter().take(3) {
        let job = given(&prompt.get("job_key"), Format::Plain);
        let stream = || given(&prompt.get("job_stream_key"), Format::Plain);
        draft.say(EstateMessage::FirstPrompt {
            text: prompt.get("text").fact(Format::Plain),
            number: super::object::number(prompt),
            belongs_to: job.or_else(stream),
        });
    }
    more(draft, report);
    draft.say_apart(EstateMessage::AnswerThem);
    let columns = [
        (Label::Number, "number", Format::Number),
        (Label::Prompt, "prompt_name", Format::Plain),
        (Label::Question, "text", Format::Plain),
        (Label::Job, "job_key", Format::Plain),
        (Label::JobStream, "job_stream_key", Format::Plain),
        (Label::Asked, "asked_time", Format::Time),
    ];
    let total = report.get("total").count();
    draft.table(Label::Prompt, &columns, &rows, total);
}
