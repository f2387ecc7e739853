//! The dependency graph's answers: the finding first, then what led there, how much was known, and how to go on.

mod forecast;
mod impact;
mod path;
mod simulation;

use resync_api::agent::model::AnswerKind;

use super::Draft;
use super::draft::given;
use crate::evidence::{At, Fact};
use crate::findings::{GraphFindings, Lack};
use crate::phrases::{GraphLabel, GraphMessage, Label};
use crate::query::Field;
use crate::render::Format;

/// Rows named in the text.
const NAMED: usize = 5;

pub(super) fn graph(draft: &mut Draft, found: &GraphFindings) {
    match found {
        GraphFindings::Impact(report) => impact::impact(draft, report),
        GraphFindings::RootCause { report, own } => impact::root_cause(draft, report, own),
        GraphFindings::CriticalPath { report, whole_plan } => path::critical_path(draft, report, *whole_plan),
        GraphFindings::Forecast(report) => forecast::job(draft, report),
        GraphFindings::PlanForecast(report) => forecast::plan(draft, report),
        GraphFindings::Risk { report, forecast, one } => {
            forecast::risk(draft, report, forecast.as_ref(), *one)
        }
        GraphFindings::WhatIf(report) => simulation::what_if(draft, report),
        GraphFindings::Path(report) => path::between(draft, report),
        GraphFindings::Structure { report, which } => path::structure(draft, report, *which),
        GraphFindings::Unavailable { lack, instead } => match instead {
            Some(instead) => {
                super::findings(draft, instead);
                draft.say_apart(GraphMessage::Unavailable { lack: *lack, instead: true });
            }
            None => unavailable(draft, *lack),
        },
    }
}

fn unavailable(draft: &mut Draft, lack: Lack) {
    draft.kind = AnswerKind::Refusal;
    draft.say(GraphMessage::Unavailable { lack, instead: false });
}

/// Jobs at risk by the plan's own marks were listed; these are the deadlines by the forecast.
pub(super) fn risks(draft: &mut Draft, report: &At) {
    forecast::endangered(draft, report);
}

/// How much of the dependencies was known.
fn coverage(draft: &mut Draft, report: &At) {
    let coverage = report.get("coverage");
    if let Some(share) = given(&coverage.get("plan_share"), Format::Percent) {
        draft.say_apart(GraphMessage::Coverage {
            share,
            known: number(&coverage, "plan_from_plan"),
            definitions: number(&coverage, "plan_from_model"),
        });
    }
}

/// What the run times rest on, and what was taken for granted.
fn assumptions(draft: &mut Draft, report: &At) {
    let assumptions = report.get("assumptions");
    draft.say_apart(GraphMessage::RestsOn {
        history: number(&assumptions, "from_history"),
        estimates: number(&assumptions, "from_estimates"),
        guessed: number(&assumptions, "guessed"),
    });
    if assumptions.get("taken_as_met_total").count() > 0 {
        draft.say(GraphMessage::TakenAsMet { count: number(&assumptions, "taken_as_met_total") });
    }
    if assumptions.get("limits_ignored_total").count() > 0 {
        draft.say(GraphMessage::LimitsIgnored { count: number(&assumptions, "limits_ignored_total") });
    }
}

/// What holds something back, named and in a table with the way from each.
fn causes(draft: &mut Draft, causes: &At, total: u64) {
    let rows = causes.items();
    for cause in rows.iter().take(NAMED) {
        let object = cause.get("object");
        // A job's key says what it is; "4" alone does not.
        let sort = object.get("kind");
        let named = matches!(sort.text(), "PROMPT" | "FILE" | "RESOURCE" | "WORKSTATION");
        draft.say(GraphMessage::Cause {
            sort: named.then(|| sort.fact(Format::Word)),
            object: key(&object),
            kind: cause.get("kind").fact(Format::Word),
            since: given(&cause.get("since"), Format::Time),
            steps: number(cause, "steps"),
        });
    }
    let columns = [
        (Label::Graph(GraphLabel::Cause), "object/key", Format::Plain),
        (Label::State, "kind", Format::Word),
        (Label::Graph(GraphLabel::NeedsAction), "needs_action", Format::Word),
        (Label::Graph(GraphLabel::Since), "since", Format::Time),
        (Label::Graph(GraphLabel::Until), "until", Format::Time),
        (Label::Holders, "holders", Format::Joined),
        (Label::Depth, "steps", Format::Number),
        (Label::Graph(GraphLabel::Way), "way", Format::Way),
    ];
    draft.table(Label::Graph(GraphLabel::Causes), &columns, &rows, total);
}

/// The steps that decide when something ends.
fn critical_steps(draft: &mut Draft, steps: &At, total: u64) {
    let columns = [
        (Label::Key, "object/key", Format::Plain),
        (Label::Field(Field::Status), "object/status", Format::Word),
        (Label::Graph(GraphLabel::Prospect), "prospect", Format::Word),
        (Label::Field(Field::StartTime), "start", Format::Time),
        (Label::Field(Field::EndTime), "end", Format::Time),
        (Label::Field(Field::Elapsed), "duration_seconds", Format::Duration),
        (Label::Graph(GraphLabel::Basis), "basis", Format::Word),
    ];
    draft.table(Label::Graph(GraphLabel::CriticalPath), &columns, &steps.items(), total);
}

fn key(object: &At) -> Fact {
    object.get("key").fact(Format::Plain)
}

fn number(at: &At, member: &str) -> Fact {
    at.get(member).fact(Format::Number)
}
