//! Dependencies, progress and changes.

use super::Draft;
use super::draft::given;
use crate::evidence::At;
use crate::phrases::{FlowMessage, Label, RowsMessage};
use crate::query::Field;
use crate::render::Format;

/// Neighbours named in the text.
const NAMED: usize = 5;

pub(super) fn walk(draft: &mut Draft, report: &At) {
    let subject = report.get("subject").get("key").fact(Format::Plain);
    let count = report.get("node_count").fact(Format::Number);
    let transitive = report.get("transitive").is_true();
    let at_least = report.get("at_least").is_true();
    let up = report.get("direction").text() == "PREDECESSORS";
    let nodes = report.get("nodes").items();
    draft.say(match (count.is_zero(), up) {
        (true, true) => FlowMessage::NoPredecessors { subject, count },
        (true, false) => FlowMessage::NoSuccessors { subject, count },
        (false, true) => FlowMessage::WaitsFor { subject, count, transitive, at_least },
        (false, false) => FlowMessage::WaitedForBy { subject, count, transitive, at_least },
    });
    if !nodes.is_empty() {
        let names = nodes.iter().take(NAMED).map(|node| {
            draft.words(RowsMessage::Named {
                name: node.get("key").fact(Format::Plain),
                status: given(&node.get("status"), Format::Word),
            })
        });
        let names = names.collect();
        draft.say(FlowMessage::These { names });
        draft.say(FlowMessage::Kinds {
            jobs: report.get("job_count").fact(Format::Number),
            job_streams: report.get("job_stream_count").fact(Format::Number),
        });
        draft.say(FlowMessage::Unfinished {
            unfinished: report.get("unfinished_count").fact(Format::Number),
            failed: report.get("failed_count").fact(Format::Number),
        });
    }
    let others = report.get("other_dependencies").items();
    if up && !others.is_empty() {
        draft.say(FlowMessage::Others { count: report.get("other_count").fact(Format::Number) });
    }
    if report.get("truncated").is_true() {
        draft.say(FlowMessage::Truncated);
    }
    if !nodes.is_empty() {
        draft.say_apart(FlowMessage::Coverage {
            share: report.get("plan_edge_coverage").fact(Format::Percent),
        });
    }
    let columns = [
        (Label::Depth, "depth", Format::Number),
        (Label::Kind, "sort", Format::Word),
        (Label::Key, "key", Format::Plain),
        (Label::Field(Field::Status), "status", Format::Word),
        (Label::Unresolved, "via/state", Format::Word),
    ];
    let total = report.get("node_count").count();
    draft.table(Label::Dependencies, &columns, &nodes, total);
    if up {
        let columns = [
            (Label::Kind, "kind", Format::Word),
            (Label::Unresolved, "state", Format::Word),
            (Label::Resource, "resource_name", Format::Plain),
            (Label::Prompt, "text", Format::Plain),
            (Label::Value, "path", Format::Plain),
            (Label::Key, "join_name", Format::Plain),
        ];
        draft.table(Label::OtherDependencies, &columns, &others, others.len() as u64);
    }
}

pub(super) fn progress(draft: &mut Draft, report: &At) {
    let stream = report.get("job_stream");
    let number = |member: &str| report.get(member).fact(Format::Number);
    draft.say(FlowMessage::Progress {
        stream: stream.get("key").fact(Format::Plain),
        done: number("done"),
        jobs: number("jobs"),
        share: report.get("done_share").fact(Format::Percent),
        status: stream.get("status").fact(Format::Word),
    });
    draft.say(FlowMessage::Left {
        left: number("left"),
        running: number("running_count"),
        failed: number("failed_count"),
    });
    let ended = report.get("left").count() == 0;
    if let (true, Some(at)) = (ended, given(&stream.get("end_time"), Format::Time)) {
        draft.say(FlowMessage::StreamEnded { at });
    } else if let Some(at) = given(&report.get("expected_end"), Format::Time) {
        draft.say(FlowMessage::ExpectedEnd { at });
    } else if !stream.get("start_time").is_given() {
        draft.say(FlowMessage::StreamNotStarted { at: given(&stream.get("scheduled_time"), Format::Time) });
    }
    if let (false, Some(work)) = (ended, given(&report.get("work_left_seconds"), Format::Duration)) {
        draft.say(FlowMessage::WorkLeft { work });
    }
    let by_status = stream.get("jobs_by_status").items();
    draft.chart(Label::JobsByStatus, &by_status, "status", Format::Word, "count");
    let columns = [
        (Label::Job, "key", Format::Plain),
        (Label::State, "internal_status", Format::Plain),
        (Label::Field(Field::StartTime), "start_time", Format::Time),
        (Label::Field(Field::Elapsed), "elapsed_seconds", Format::Duration),
        (Label::Field(Field::ReturnCode), "return_code", Format::Number),
    ];
    for (title, rows, count) in
        [(Label::Failed, "failed", "failed_count"), (Label::Running, "running", "running_count")]
    {
        let total = report.get(count).count();
        draft.table(title, &columns, &report.get(rows).items(), total);
    }
}

pub(super) fn changes(draft: &mut Draft, report: &At) {
    let count = report.get("total").fact(Format::Number);
    let since = given(&report.get("since"), Format::Time);
    let key = given(&report.get("key"), Format::Plain);
    draft.say(if count.is_zero() {
        FlowMessage::NoChanges { count, since, key }
    } else {
        FlowMessage::Changes { count, since, key, at_least: report.get("at_least").is_true() }
    });
    let parts: Vec<_> = report
        .get("by_kind")
        .items()
        .iter()
        .map(|kind| (kind.get("kind").fact(Format::Word), kind.get("count").fact(Format::Number)))
        .collect();
    if !parts.is_empty() {
        draft.say(FlowMessage::ChangesByKind { parts });
    }
    if report.get("forgotten").is_true() {
        draft.say(FlowMessage::Forgotten { since: report.get("since").fact(Format::Time) });
    }
    if report.get("truncated").is_true() {
        draft.say(FlowMessage::ChangesTruncated);
    }
    let columns = [
        (Label::Time, "time", Format::Time),
        (Label::Change, "kind", Format::Word),
        (Label::Key, "key", Format::Plain),
        (Label::Before, "before", Format::Plain),
        (Label::After, "after", Format::Plain),
    ];
    let total = report.get("total").count();
    draft.table(Label::Changes, &columns, &report.get("changes").items(), total);
}
