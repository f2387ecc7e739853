//! The plan as it is beside the plan after a change.

use super::{assumptions, coverage, key, number};
use crate::compose::Draft;
use crate::compose::draft::given;
use crate::evidence::At;
use crate::phrases::{Follow, GraphLabel, GraphMessage, Label, Supposition};
use crate::query::Field;
use crate::render::Format;

pub(super) fn what_if(draft: &mut Draft, report: &At) {
    let change = report.get("change");
    let supposition = match change.get("kind").text() {
        "DELAY" => Supposition::Delay(change.get("by_seconds").fact(Format::Duration)),
        "CANCEL" => Supposition::Cancel,
        "HOLD" => Supposition::Hold,
        "SET_LIMIT" => Supposition::Limit(change.get("limit").fact(Format::Number)),
        _ => Supposition::Fail,
    };
    draft.say(GraphMessage::Supposed { target: key(&report.get("target")), change: supposition });
    let total = number(report, "total");
    if total.is_zero() {
        draft.say(GraphMessage::NothingChanges { total });
    } else {
        draft.say(GraphMessage::Changes {
            later: number(report, "later"),
            earlier: number(report, "earlier"),
            stopped: number(report, "no_longer_run"),
            started: number(report, "newly_run"),
        });
        draft.say(GraphMessage::Deadlines {
            lost: number(report, "deadlines_lost"),
            won: number(report, "deadlines_won"),
        });
    }
    ends(draft, report);
    if report.get("with_limits").is_true() {
        draft.say(GraphMessage::WithLimits);
    }
    assumptions(draft, report);
    coverage(draft, report);
    draft.say_apart(GraphMessage::Next(Follow::WhatIf));
    let columns = [
        (Label::Job, "job/key", Format::Plain),
        (Label::Graph(GraphLabel::ProspectBefore), "before/prospect", Format::Word),
        (Label::Graph(GraphLabel::ProspectAfter), "after/prospect", Format::Word),
        (Label::Graph(GraphLabel::EndBefore), "before/end", Format::Time),
        (Label::Graph(GraphLabel::EndAfter), "after/end", Format::Time),
        (Label::Graph(GraphLabel::Shift), "shift_seconds", Format::Duration),
        (Label::Field(Field::Deadline), "deadline", Format::Time),
        (Label::Graph(GraphLabel::RiskBefore), "before/risk", Format::Word),
        (Label::Graph(GraphLabel::RiskAfter), "after/risk", Format::Word),
        (Label::Field(Field::Critical), "critical", Format::Word),
        (Label::Graph(GraphLabel::Way), "way", Format::Way),
    ];
    let rows = report.get("jobs").items();
    let total = report.get("total").count();
    draft.table(Label::Graph(GraphLabel::Differences), &columns, &rows, total);
}

/// When the last job downstream ends in either case.
fn ends(draft: &mut Draft, report: &At) {
    let end = |member: &str| given(&report.get(member), Format::Time);
    let (later, earlier) = (
        given(&report.get("later_by_seconds"), Format::Duration),
        given(&report.get("earlier_by_seconds"), Format::Duration),
    );
    match (end("end_before"), end("end_after"), later, earlier) {
        (Some(before), Some(after), Some(by), _) => {
            draft.say(GraphMessage::Ends { before, after });
            draft.say(GraphMessage::Shift { by, later: true });
        }
        (Some(before), Some(after), None, Some(by)) => {
            draft.say(GraphMessage::Ends { before, after });
            draft.say(GraphMessage::Shift { by, later: false });
        }
        (_, Some(at), None, None) => draft.say(GraphMessage::SameEnd { at }),
        (Some(before), None, ..) => draft.say(GraphMessage::NoEnd { before }),
        _ => {}
    }
}
