//! What will not run because of an object, and what holds one back.

use super::{NAMED, causes, coverage, key, number};
use crate::compose::Draft;
use crate::compose::draft::given;
use crate::evidence::At;
use crate::findings::Findings;
use crate::phrases::{Follow, GraphLabel, GraphMessage, Label, RowsMessage};
use crate::query::Field;
use crate::render::Format;

pub(super) fn impact(draft: &mut Draft, report: &At) {
    let of_subject = report.get("subject");
    let subject = key(&of_subject);
    let (jobs, streams) = (number(report, "blocked_jobs"), number(report, "blocked_streams"));
    if jobs.is_zero() {
        draft.say(GraphMessage::BlocksNothing { subject, jobs });
    } else {
        let work = ["JOB", "JOB_STREAM"].contains(&of_subject.get("kind").text());
        draft.say(match (report.get("happened").is_true(), work) {
            (true, _) => GraphMessage::Blocks { subject, jobs, streams },
            (false, true) => GraphMessage::WouldBlock { subject, jobs, streams },
            (false, false) => GraphMessage::WouldBlockWithout { subject, jobs, streams },
        });
        draft.say(GraphMessage::OfThese {
            critical: number(report, "critical_jobs"),
            deadlines: number(report, "deadline_jobs"),
        });
    }
    let rows = report.get("jobs").items();
    if !rows.is_empty() {
        let names = rows.iter().take(NAMED).map(|row| {
            let job = row.get("job");
            draft.words(RowsMessage::Named {
                name: key(&job),
                status: given(&job.get("status"), Format::Word),
            })
        });
        let names = names.collect();
        draft.say(GraphMessage::First { names });
    }
    let alternatives = number(report, "alternative_jobs");
    if !alternatives.is_zero() {
        draft.say(GraphMessage::Alternatives { count: alternatives });
    }
    if report.get("truncated").is_true() {
        draft.say(GraphMessage::MoreThanShown);
    }
    coverage(draft, report);
    draft.say_apart(GraphMessage::Next(Follow::Impact));
    let streams = [
        (Label::JobStream, "job_stream/key", Format::Plain),
        (Label::Graph(GraphLabel::BlockedJobs), "jobs", Format::Number),
        (Label::Graph(GraphLabel::CriticalJobs), "critical_jobs", Format::Number),
        (Label::Graph(GraphLabel::EarliestDeadline), "earliest_deadline", Format::Time),
    ];
    let of_streams = report.get("streams").items();
    let total = report.get("blocked_streams").count();
    draft.table(Label::Graph(GraphLabel::StreamsHit), &streams, &of_streams, total);
    let columns = [
        (Label::Job, "job/key", Format::Plain),
        (Label::Field(Field::Status), "job/status", Format::Word),
        (Label::Field(Field::Critical), "critical", Format::Word),
        (Label::Field(Field::Deadline), "deadline", Format::Time),
        (Label::Depth, "steps", Format::Number),
        (Label::Graph(GraphLabel::Way), "way", Format::Way),
    ];
    let total = report.get("blocked_jobs").count();
    draft.table(Label::Graph(GraphLabel::WillNotRun), &columns, &rows, total);
    let total = report.get("alternative_jobs").count();
    let alternatives = report.get("alternatives").items();
    draft.table(Label::Graph(GraphLabel::RunsThenOnly), &columns, &alternatives, total);
}

/// What the object itself says stands first; then what the graph finds further up.
pub(super) fn root_cause(draft: &mut Draft, report: &At, own: &Findings) {
    crate::compose::findings(draft, own);
    let subject = key(&report.get("subject"));
    let upstream = number(report, "upstream_count");
    if upstream.is_zero() {
        draft.say_apart(GraphMessage::NoCauseUpstream { subject, count: upstream });
    } else {
        draft.say_apart(GraphMessage::Causes {
            subject,
            count: number(report, "total"),
            between: number(report, "waiting_between"),
        });
        causes(draft, &report.get("causes"), report.get("total").count());
        draft.say(GraphMessage::Ways);
    }
    coverage(draft, report);
}
