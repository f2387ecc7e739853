//! Critical paths, ways between two objects, and the structure of the plan.

use super::{causes, coverage, critical_steps, key, number};
use crate::compose::Draft;
use crate::compose::draft::{DraftBlock, given};
use crate::evidence::At;
use crate::phrases::{Follow, GraphLabel, GraphMessage, Label};
use crate::query::{Field, Structure};
use crate::render::Format;

pub(super) fn critical_path(draft: &mut Draft, report: &At, whole_plan: bool) {
    let subject = || (!whole_plan).then(|| key(&report.get("subject")));
    let total = report.get("total_steps").count();
    let blocked = report.get("causes").is_given();
    if let (true, Some(subject)) = (blocked, subject()) {
        draft.say(GraphMessage::DoesNotRun { subject });
        causes(draft, &report.get("causes"), report.get("causes").len() as u64);
    }
    if total > 0 {
        if whole_plan {
            draft.say(GraphMessage::EndsLast { job: key(&report.get("subject")) });
        }
        draft.say(GraphMessage::CriticalPath {
            subject: subject(),
            steps: number(report, "total_steps"),
            end: given(&report.get("end"), Format::Time),
        });
        let longest = report.get("longest");
        if longest.is_given() {
            draft.say(GraphMessage::Longest {
                object: key(&longest.get("object")),
                duration: longest.get("duration_seconds").fact(Format::Duration),
            });
        }
        deadline(draft, report);
        super::assumptions(draft, report);
    } else if !blocked {
        draft.say(GraphMessage::NoPath { subject: subject(), steps: number(report, "total_steps") });
    }
    coverage(draft, report);
    if !whole_plan {
        draft.say_apart(GraphMessage::Next(Follow::CriticalPath));
    }
    critical_steps(draft, &report.get("steps"), total);
}

fn deadline(draft: &mut Draft, report: &At) {
    let Some(deadline) = given(&report.get("deadline"), Format::Time) else { return };
    if let Some(by) = given(&report.get("lateness_seconds"), Format::Duration) {
        draft.say(GraphMessage::TooLate { deadline, by });
    } else if let Some(slack) = given(&report.get("slack_seconds"), Format::Duration) {
        draft.say(GraphMessage::Slack { deadline, slack });
    }
}

/// How one object leads to another.
pub(super) fn between(draft: &mut Draft, report: &At) {
    let (first, last) = (key(&report.get("first")), key(&report.get("last")));
    if report.get("found").is_true() {
        draft.say(GraphMessage::LeadsTo { first, last, steps: number(report, "step_count") });
    } else {
        draft.say(GraphMessage::NoWay { first, last });
    }
    coverage(draft, report);
    let steps = report.get("steps").items();
    if steps.is_empty() {
        return;
    }
    let items = steps
        .iter()
        .map(|step| {
            let object = step.get("object");
            let words = draft.words(GraphMessage::Step {
                object: key(&object),
                relation: given(&step.get("relation"), Format::Word),
                status: given(&object.get("status"), Format::Word),
            });
            (0, words)
        })
        .collect();
    let title = draft.label(Label::Graph(GraphLabel::Path));
    draft.blocks.push(DraftBlock::List { title, items });
}

/// Fragile jobs, cycles, orphans, dangling dependencies.
pub(super) fn structure(draft: &mut Draft, report: &At, which: Structure) {
    let fragile = report.get("fragile").items();
    let count = match which {
        Structure::Fragile => number(report, "fragile_shown"),
        Structure::Cycles => number(report, "cycles_total"),
        Structure::Orphans => number(report, "orphans_total"),
        Structure::Dangling => number(report, "dangling_total"),
    };
    draft.say(GraphMessage::Oddities { which, count });
    if let (Structure::Fragile, Some(first)) = (which, fragile.first()) {
        draft.say(GraphMessage::Fragile {
            job: key(&first.get("job")),
            rate: first.get("failure_rate").fact(Format::Percent),
            jobs: number(first, "blocked_jobs"),
        });
    }
    draft.say(GraphMessage::Extent {
        jobs: number(report, "jobs"),
        dependencies: number(report, "dependencies"),
    });
    coverage(draft, report);
    match which {
        Structure::Fragile => {
            let columns = [
                (Label::Job, "job/key", Format::Plain),
                (Label::Field(Field::Status), "job/status", Format::Word),
                (Label::Graph(GraphLabel::FailureShare), "failure_rate", Format::Percent),
                (Label::Runs, "runs", Format::Number),
                (Label::Graph(GraphLabel::BlockedJobs), "blocked_jobs", Format::Number),
                (Label::Graph(GraphLabel::CriticalJobs), "critical_jobs", Format::Number),
                (Label::Graph(GraphLabel::DeadlineJobs), "deadline_jobs", Format::Number),
                (Label::Graph(GraphLabel::Score), "score", Format::Number),
            ];
            draft.table(Label::Graph(GraphLabel::Fragile), &columns, &fragile, fragile.len() as u64);
        }
        Structure::Cycles => {
            let columns = [
                (Label::Graph(GraphLabel::Objects), "objects", Format::Number),
                (Label::Graph(GraphLabel::Way), "way", Format::Way),
            ];
            let rows = report.get("cycles").items();
            draft.table(
                Label::Graph(GraphLabel::Cycles),
                &columns,
                &rows,
                report.get("cycles_total").count(),
            );
        }
        Structure::Orphans => {
            let columns =
                [(Label::Job, "key", Format::Plain), (Label::Field(Field::Status), "status", Format::Word)];
            let rows = report.get("orphans").items();
            draft.table(
                Label::Graph(GraphLabel::Orphans),
                &columns,
                &rows,
                report.get("orphans_total").count(),
            );
        }
        Structure::Dangling => {
            let columns = [
                (Label::Key, "object/key", Format::Plain),
                (Label::Graph(GraphLabel::Absent), "absent", Format::Plain),
                (Label::Graph(GraphLabel::NeverComes), "never", Format::Word),
            ];
            let rows = report.get("dangling").items();
            let total = report.get("dangling_total").count();
            draft.table(Label::Graph(GraphLabel::Dangling), &columns, &rows, total);
        }
    }
}
