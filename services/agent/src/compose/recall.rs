//! What was kept: the finding first, then what it rests on.

use resync_api::agent::model::AnswerKind;

use super::Draft;
use super::draft::given;
use crate::evidence::{At, Fact};
use crate::findings::RecallFindings;
use crate::phrases::{Label, Pieces, RecallLabel, RecallMessage};
use crate::query::Field;
use crate::render::Format;

/// Passages quoted in the text; the others stand in the table.
const QUOTED: usize = 3;

pub(super) fn recall(draft: &mut Draft, found: &RecallFindings) {
    match found {
        RecallFindings::Passages(report) => passages(draft, report),
        RecallFindings::Similar(report) => similar(draft, report),
        RecallFindings::NothingFailed(report) => {
            let job = report.get("job");
            draft.say(RecallMessage::NothingFailed {
                job: plain(&job, "key"),
                status: job.get("status").fact(Format::Word),
            });
        }
        RecallFindings::NotNoted(report) => {
            draft.say(RecallMessage::NotNoted { job: plain(&report.get("job"), "key") });
        }
        RecallFindings::OpenIncidents(report) => open_incidents(draft, report),
        RecallFindings::Unusual(report) => unusual(draft, report),
        RecallFindings::Usual(report) => usual(draft, report),
        RecallFindings::Unavailable(lack) => {
            draft.kind = AnswerKind::Refusal;
            draft.say(RecallMessage::Unavailable(*lack));
        }
    }
}

fn passages(draft: &mut Draft, report: &At) {
    let index = report.get("index");
    let documents = number(&index, "documents");
    let passages = report.get("passages").items();
    if passages.is_empty() {
        draft.kind = AnswerKind::NotFound;
        draft.say(RecallMessage::NoPassage {
            text: plain(report, "text"),
            count: number(report, "passage_count"),
            documents,
        });
    } else {
        draft.say(RecallMessage::Passages { count: number(report, "passage_count"), documents });
    }
    for passage in passages.iter().take(QUOTED) {
        draft.say_apart(RecallMessage::Passage {
            citation: plain(passage, "citation"),
            excerpt: plain(passage, "excerpt"),
        });
    }
    if report.get("degraded").is_given() {
        draft.say_apart(RecallMessage::Degraded);
    }
    if index.get("unreadable_documents").count() + index.get("pending_documents").count() > 0 {
        draft.say_apart(RecallMessage::NotSearched {
            unreadable: number(&index, "unreadable_documents"),
            pending: number(&index, "pending_documents"),
        });
    }
    let columns = [
        (label(RecallLabel::Document), "document_title", Format::Plain),
        (label(RecallLabel::Section), "section", Format::Joined),
        (label(RecallLabel::Page), "page", Format::Number),
        (label(RecallLabel::Text), "excerpt", Format::Plain),
    ];
    draft.table(label(RecallLabel::Passages), &columns, &passages, passages.len() as u64);
}

fn similar(draft: &mut Draft, report: &At) {
    let similar = report.get("similar").items();
    let Some(first) = similar.first() else {
        draft.say(RecallMessage::NoneSimilar { count: number(report, "similar_count") });
        return;
    };
    draft.say(RecallMessage::Similar {
        count: number(report, "similar_count"),
        resolved: number(report, "resolved_count"),
    });
    let incident = first.get("incident");
    let reasons = first.get("reasons").items();
    let reasons = reasons.iter().map(|reason| {
        let shared = reason.get("shared");
        draft.words(RecallMessage::Reason {
            kind: reason.get("kind").fact(Format::Word),
            shared: (shared.count() > 0).then(|| shared.fact(Format::Joined)),
        })
    });
    let reasons: Vec<Pieces> = reasons.collect();
    draft.say(RecallMessage::Likest {
        incident: plain(&incident, "id"),
        opened: incident.get("opened_at").fact(Format::Time),
        likeness: first.get("likeness").fact(Format::Percent),
        reasons,
    });
    // The likest may be one that nobody has resolved: the first that was tells more.
    let resolved = similar.iter().find(|similar| similar.get("incident").get("resolution").is_given());
    match resolved.map(|similar| similar.get("incident")) {
        Some(incident) => resolution(draft, &incident),
        None => draft.say_apart(RecallMessage::NotResolved {
            incident: plain(&incident, "id"),
            state: incident.get("state").fact(Format::Word),
        }),
    }
    let columns = [
        (label(RecallLabel::Incident), "incident/id", Format::Plain),
        (Label::State, "incident/state", Format::Word),
        (label(RecallLabel::Opened), "incident/opened_at", Format::Time),
        (label(RecallLabel::Likeness), "likeness", Format::Percent),
        (label(RecallLabel::Resolution), "incident/resolution/text", Format::Plain),
        (label(RecallLabel::ResolvedBy), "incident/resolution/by", Format::Plain),
        (label(RecallLabel::Worked), "incident/worked_count", Format::Number),
        (label(RecallLabel::DidNotWork), "incident/failed_count", Format::Number),
    ];
    draft.table(label(RecallLabel::Incidents), &columns, &similar, similar.len() as u64);
}

fn resolution(draft: &mut Draft, incident: &At) {
    let resolution = incident.get("resolution");
    let confirmed = resolution.get("confirmed_by");
    draft.say_apart(RecallMessage::ResolvedBy {
        incident: plain(incident, "id"),
        text: plain(&resolution, "text"),
        by: plain(&resolution, "by"),
        at: resolution.get("at").fact(Format::Time),
        confirmed: (!confirmed.text().is_empty()).then(|| confirmed.fact(Format::Plain)),
    });
    if incident.get("worked_count").count() + incident.get("failed_count").count() > 0 {
        draft.say(RecallMessage::Reported {
            worked: number(incident, "worked_count"),
            failed: number(incident, "failed_count"),
        });
    }
}

fn open_incidents(draft: &mut Draft, report: &At) {
    let incidents = report.get("incidents").items();
    if incidents.is_empty() {
        draft.say(RecallMessage::NoOpenIncident { count: number(report, "incident_count") });
        return;
    }
    draft.say(RecallMessage::OpenIncidents {
        count: number(report, "incident_count"),
        failing: number(report, "failing_count"),
        more: report.get("more").is_true(),
    });
    let columns = [
        (label(RecallLabel::Incident), "id", Format::Plain),
        (Label::State, "state", Format::Word),
        (Label::Graph(crate::phrases::GraphLabel::Cause), "cause/object/key", Format::Plain),
        (Label::Field(Field::Status), "cause/kind", Format::Word),
        (label(RecallLabel::FailingJobs), "failing_count", Format::Number),
        (label(RecallLabel::Failures), "failure_count", Format::Number),
        (label(RecallLabel::Opened), "opened_at", Format::Time),
        (label(RecallLabel::LastFailure), "last_failed_at", Format::Time),
    ];
    draft.table(label(RecallLabel::Incidents), &columns, &incidents, incidents.len() as u64);
}

fn unusual(draft: &mut Draft, report: &At) {
    let job = || plain(&report.get("job"), "key");
    let (duration, start) = (report.get("duration"), report.get("start"));
    match duration.get("verdict").text() {
        verdict @ ("USUAL" | "UNUSUAL") => {
            draft.say(RecallMessage::RunTime {
                job: job(),
                unusual: verdict == "UNUSUAL",
                goes_on: duration.get("growing").is_true(),
                earlier: duration.get("earlier_run").is_true(),
                seconds: duration.get("seconds").fact(Format::Duration),
                usual: duration.get("usual_seconds").fact(Format::Duration),
            });
            compared(draft, &duration);
        }
        "NOT_ENOUGH_RUNS" => draft.say(RecallMessage::TooFewRuns {
            job: job(),
            runs: number(&duration, "runs"),
            needed: number(&duration, "runs_needed"),
        }),
        _ => draft.say(RecallMessage::NothingToCompare { job: job() }),
    }
    let due = !start.get("growing").is_true()
        || start.get("seconds").value().as_f64().is_some_and(|seconds| seconds >= 0.0);
    if let verdict @ ("USUAL" | "UNUSUAL") = start.get("verdict").text()
        && due
    {
        draft.say_apart(RecallMessage::StartTime {
            job: job(),
            unusual: verdict == "UNUSUAL",
            waits: start.get("growing").is_true(),
            seconds: start.get("seconds").fact(Format::Duration),
            usual: start.get("usual_seconds").fact(Format::Duration),
        });
        compared(draft, &start);
    }
}

fn compared(draft: &mut Draft, check: &At) {
    draft.say(RecallMessage::ComparedWith {
        runs: number(check, "runs"),
        which: check.get("compared_with").fact(Format::Word),
        share: given(&check.get("quantile"), Format::Percent),
        limit: given(&check.get("limit_seconds"), Format::Duration),
    });
}

fn usual(draft: &mut Draft, report: &At) {
    let job = plain(report, "job");
    if report.get("runs").count() == 0 {
        draft.kind = AnswerKind::NotFound;
        draft.say(RecallMessage::NoRuns { job, runs: number(report, "runs") });
        return;
    }
    draft.say(RecallMessage::Runs {
        job,
        latest: report.get("truncated").is_true(),
        runs: number(report, "runs"),
        failed: number(report, "failed_runs"),
        rate: given(&report.get("failure_rate"), Format::Percent),
    });
    let seconds = |member: &str| given(&report.get(member), Format::Duration);
    if let (Some(usual), Some(short), Some(long)) =
        (seconds("usual_seconds"), seconds("short_seconds"), seconds("long_seconds"))
    {
        draft.say(RecallMessage::UsuallyTakes { usual, short, long });
    }
    for start in report.get("starts").items() {
        draft.say(RecallMessage::UsuallyStarts {
            at: plain(&start, "usual_start"),
            early: plain(&start, "early_start"),
            late: plain(&start, "late_start"),
            zone: plain(report, "time_zone"),
        });
    }
    if let (Some(first), Some(last)) =
        (given(&report.get("first_end"), Format::Time), given(&report.get("last_end"), Format::Time))
    {
        draft.say_apart(RecallMessage::Since { first, last });
    }
    let columns = [
        (label(RecallLabel::Weekday), "weekday", Format::Word),
        (Label::Runs, "durations/runs", Format::Number),
        (label(RecallLabel::UsualTime), "durations/mean_seconds", Format::Duration),
        (label(RecallLabel::Longest), "durations/longest_seconds", Format::Duration),
    ];
    let weekdays = report.get("weekdays").items();
    draft.table(label(RecallLabel::ByWeekday), &columns, &weekdays, weekdays.len() as u64);
}

fn label(label: RecallLabel) -> Label {
    Label::Recall(label)
}

fn plain(at: &At, member: &str) -> Fact {
    at.get(member).fact(Format::Plain)
}

fn number(at: &At, member: &str) -> Fact {
    at.get(member).fact(Format::Number)
}
