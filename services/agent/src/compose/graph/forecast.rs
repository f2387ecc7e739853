//! When things end, and whether deadlines hold.

use super::{NAMED, assumptions, causes, coverage, critical_steps, key, number};
use crate::compose::Draft;
use crate::compose::draft::given;
use crate::evidence::At;
use crate::phrases::{Follow, GraphLabel, GraphMessage, Label};
use crate::query::Field;
use crate::render::Format;

/// One job or job stream.
pub(super) fn job(draft: &mut Draft, report: &At) {
    prospect(draft, report);
    coverage(draft, report);
    draft.say_apart(GraphMessage::Next(Follow::Forecast));
    let steps = report.get("critical_path");
    critical_steps(draft, &steps, steps.len() as u64);
}

fn prospect(draft: &mut Draft, report: &At) {
    let subject = key(&report.get("subject"));
    let (start, end) = (report.get("start"), report.get("end"));
    let expected = |range: &At| given(&range.get("expected"), Format::Time);
    let prospect = report.get("prospect");
    match (prospect.text(), expected(&start), expected(&end)) {
        ("OVER", _, at) => draft.say(GraphMessage::HasEnded { subject, at }),
        ("RUNNING", _, Some(end)) => draft.say(GraphMessage::RunsUntil { subject, end }),
        ("WILL_BE_SKIPPED", ..) => draft.say(GraphMessage::WillBeSkipped { subject }),
        (_, Some(start), Some(end)) => draft.say(GraphMessage::WillRun { subject, start, end }),
        _ => {
            draft.say(GraphMessage::DoesNotRun { subject });
            let of = report.get("causes");
            causes(draft, &of, of.len() as u64);
        }
    }
    let verdict = given(&report.get("verdict"), Format::Word);
    if let Some((verdict, by)) = verdict.zip(given(&report.get("by"), Format::Time)) {
        draft.say(GraphMessage::Compared { verdict, by });
    }
    if prospect.text() == "OVER" || !end.is_given() {
        return;
    }
    draft.say(GraphMessage::Range {
        low: end.get("low").fact(Format::Time),
        high: end.get("high").fact(Format::Time),
    });
    if let Some(deadline) = given(&report.get("deadline"), Format::Time) {
        draft.say(match given(&report.get("late_probability"), Format::Percent) {
            Some(share) => GraphMessage::LateShare { deadline, share },
            None => GraphMessage::HasDeadline { deadline },
        });
    }
    draft.say(GraphMessage::OwnBasis { basis: report.get("basis").fact(Format::Word) });
    assumptions(draft, report);
}

/// The whole plan.
pub(super) fn plan(draft: &mut Draft, report: &At) {
    let end = report.get("end");
    if end.is_given() {
        draft.say(GraphMessage::PlanEnds { end: end.get("expected").fact(Format::Time) });
        draft.say(GraphMessage::Range {
            low: end.get("low").fact(Format::Time),
            high: end.get("high").fact(Format::Time),
        });
    } else {
        draft.say(GraphMessage::NothingLeft { jobs: number(report, "jobs_to_run") });
    }
    draft.say(GraphMessage::PlanJobs {
        to_run: number(report, "jobs_to_run"),
        blocked: number(report, "blocked_jobs"),
        watched: number(report, "watched_jobs"),
    });
    if report.get("truncated").is_true() {
        draft.say(GraphMessage::MoreThanShown);
    }
    assumptions(draft, report);
    coverage(draft, report);
    let columns = [
        (Label::Job, "job/key", Format::Plain),
        (Label::Graph(GraphLabel::Prospect), "prospect", Format::Word),
        (Label::Graph(GraphLabel::ExpectedEnd), "end/expected", Format::Time),
        (Label::Graph(GraphLabel::EarliestEnd), "end/low", Format::Time),
        (Label::Graph(GraphLabel::LatestEnd), "end/high", Format::Time),
        (Label::Field(Field::Deadline), "deadline", Format::Time),
        (Label::Graph(GraphLabel::LateShare), "late_probability", Format::Percent),
        (Label::Field(Field::Critical), "critical", Format::Word),
        (Label::Graph(GraphLabel::Basis), "basis", Format::Word),
    ];
    let rows = report.get("jobs").items();
    let total = rows.len() as u64;
    draft.table(Label::Graph(GraphLabel::WatchedJobs), &columns, &rows, total);
}

/// Deadlines: of one object, or all.
pub(super) fn risk(draft: &mut Draft, report: &At, forecast: Option<&At>, one: bool) {
    if !one {
        endangered(draft, report);
        assumptions(draft, report);
        coverage(draft, report);
        return;
    }
    let rows = report.get("deadlines").items();
    if rows.is_empty() {
        draft.say(GraphMessage::NoDeadline { deadlines: number(report, "total") });
        if let Some(forecast) = forecast {
            job(draft, forecast);
        }
        return;
    }
    for row in rows.iter().take(NAMED) {
        one_deadline(draft, row);
    }
    assumptions(draft, report);
    coverage(draft, report);
    table(draft, report, &rows);
    if let Some(first) = rows.first() {
        let steps = first.get("reason");
        critical_steps(draft, &steps, steps.len() as u64);
        let of = first.get("causes");
        causes_table(draft, &of);
    }
}

fn one_deadline(draft: &mut Draft, row: &At) {
    draft.say(GraphMessage::Risk {
        object: key(&row.get("object")),
        deadline: row.get("deadline").fact(Format::Time),
        class: row.get("class").fact(Format::Word),
        share: row.get("late_probability").fact(Format::Percent),
    });
    let end = row.get("end");
    if end.is_given() {
        draft.say(GraphMessage::Expected { end: end.get("expected").fact(Format::Time) });
        draft.say(GraphMessage::Range {
            low: end.get("low").fact(Format::Time),
            high: end.get("high").fact(Format::Time),
        });
        draft.say(GraphMessage::FailureShare { share: row.get("failure_probability").fact(Format::Percent) });
    } else {
        draft.say(GraphMessage::DoesNotRun { subject: key(&row.get("object")) });
    }
}

/// Causes beside a sentence that was said already.
fn causes_table(draft: &mut Draft, of: &At) {
    if of.is_given() {
        causes(draft, of, of.len() as u64);
    }
}

/// All deadlines by how much they are in danger.
pub(super) fn endangered(draft: &mut Draft, report: &At) {
    draft.say_apart(GraphMessage::Risks {
        endangered: number(report, "endangered_count"),
        total: number(report, "total"),
        at_least: report.get("at_least").is_true(),
    });
    draft.say(GraphMessage::RiskParts {
        missed: number(report, "missed_count"),
        blocked: number(report, "blocked_count"),
        high: number(report, "high_count"),
        potential: number(report, "potential_count"),
    });
    let rows = report.get("deadlines").items();
    table(draft, report, &rows);
}

fn table(draft: &mut Draft, report: &At, rows: &[At]) {
    let columns = [
        (Label::Key, "object/key", Format::Plain),
        (Label::Field(Field::Deadline), "deadline", Format::Time),
        (Label::Graph(GraphLabel::Risk), "class", Format::Word),
        (Label::Graph(GraphLabel::LateShare), "late_probability", Format::Percent),
        (Label::Graph(GraphLabel::ExpectedEnd), "end/expected", Format::Time),
        (Label::Graph(GraphLabel::LatestEnd), "end/high", Format::Time),
        (Label::Graph(GraphLabel::Cause), "blocked_by", Format::Word),
    ];
    draft.table(Label::Graph(GraphLabel::Deadlines), &columns, rows, report.get("total").count());
}
