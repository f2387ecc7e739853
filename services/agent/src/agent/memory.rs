//! What an answer listed, for the conversation's memory: "the second one" and "its successors" mean these.

use resync_api::tws::model::ObjectKind;

use crate::evidence::At;
use crate::findings::{Findings, GraphFindings, RecallFindings};
use crate::query::{Object, Structure};

/// Objects listed by an answer, in its order.
pub(super) fn listed(findings: &Findings) -> Vec<Object> {
    match findings {
        Findings::Overview(report) => objects(&report.get("attention"), ObjectKind::Job),
        Findings::Rows(rows) | Findings::AtRisk { rows, .. } | Findings::ProposalForAll { rows, .. } => {
            objects(&rows.report.get("items"), rows.noun.0)
        }
        Findings::Walk(report) => flow_objects(&report.get("nodes")),
        Findings::StreamFailure { progress, .. } => objects(&progress.get("failed"), ObjectKind::Job),
        Findings::Progress(report) => objects(&report.get("failed"), ObjectKind::Job),
        Findings::Failure { report, .. } => flow_objects(&report.get("waiting")),
        Findings::Waiting { report, .. } => {
            let steps = report.get("steps").items();
            let roots = steps.iter().filter(|step| step.get("root").is_true());
            roots.filter_map(|root| flow_object(&root.get("cause"))).collect()
        }
        Findings::Health { report, .. } => objects(&report.get("workstations"), ObjectKind::Workstation),
        Findings::Resource(report) | Findings::Holders(report) => {
            objects(&report.get("resources"), ObjectKind::Resource)
        }
        Findings::OpenPrompts(report) => objects(&report.get("prompts"), ObjectKind::Prompt),
        Findings::Prompt(report) => objects(&report.get("items"), ObjectKind::Prompt),
        Findings::Graph(found) => of_graph(found),
        Findings::Recall(RecallFindings::Unusual(report)) => {
            graph_object(&report.get("job")).into_iter().collect()
        }
        Findings::Recall(_) => Vec::new(),
        Findings::Counts(_)
        | Findings::Job(_)
        | Findings::JobStream(_)
        | Findings::Group { .. }
        | Findings::Changes(_)
        | Findings::Meaning(_)
        | Findings::Log(_)
        | Findings::NoLog(_)
        | Findings::Help
        | Findings::Learned(_)
        | Findings::Remembered(_)
        | Findings::NoMemories
        | Findings::Proposal { .. }
        | Findings::WhichOne { .. }
        | Findings::NoSuchName { .. }
        | Findings::AskBack(_)
        | Findings::OutOfScope(_) => Vec::new(),
    }
}

fn objects(rows: &At, kind: ObjectKind) -> Vec<Object> {
    rows.items().iter().filter_map(|row| object(row, kind)).collect()
}

fn object(row: &At, kind: ObjectKind) -> Option<Object> {
    let name = match kind {
        ObjectKind::Job | ObjectKind::Folder | ObjectKind::User => row.get("job_name"),
        ObjectKind::JobStream => row.get("job_stream_name"),
        ObjectKind::Workstation => row.get("workstation_name"),
        ObjectKind::Resource => row.get("resource_name"),
        ObjectKind::Prompt => row.get("prompt_name"),
    };
    let key = row.get("key");
    let key = if key.is_given() { key } else { name.clone() };
    let kind = match kind {
        ObjectKind::Folder | ObjectKind::User => ObjectKind::Job,
        other => other,
    };
    let id = row.get("id").text().to_owned();
    (!id.is_empty()).then(|| Object {
        kind,
        id,
        key: key.text().to_owned(),
        object_name: name.text().to_owned(),
    })
}

fn flow_objects(rows: &At) -> Vec<Object> {
    rows.items().iter().filter_map(flow_object).collect()
}

/// An object as explanations and walks name it; what is not in the plan cannot be referred to.
fn flow_object(row: &At) -> Option<Object> {
    let kind = match row.get("sort").text() {
        "JOB" => ObjectKind::Job,
        "JOB_STREAM" => ObjectKind::JobStream,
        "WORKSTATION" => ObjectKind::Workstation,
        "RESOURCE" => ObjectKind::Resource,
        _ => return None,
    };
    let (id, key) = (row.get("id").text().to_owned(), row.get("key").text().to_owned());
    let object_name = key.rsplit(['.', '#', '/']).next().unwrap_or_default().to_owned();
    (!id.is_empty()).then_some(Object { kind, id, key, object_name })
}

/// Objects an answer of the dependency graph listed.
fn of_graph(found: &GraphFindings) -> Vec<Object> {
    let listed = |report: &At, list: &str, member: &str| {
        let rows = report.get(list).items();
        rows.iter().filter_map(|row| graph_object(&row.get(member))).collect()
    };
    match found {
        GraphFindings::Impact(report)
        | GraphFindings::PlanForecast(report)
        | GraphFindings::WhatIf(report) => listed(report, "jobs", "job"),
        GraphFindings::RootCause { report, .. } => listed(report, "causes", "object"),
        GraphFindings::CriticalPath { report, .. } | GraphFindings::Path(report) => {
            listed(report, "steps", "object")
        }
        GraphFindings::Forecast(report) => listed(report, "critical_path", "object"),
        GraphFindings::Risk { report, .. } => listed(report, "deadlines", "object"),
        GraphFindings::Structure { report, which } => match which {
            Structure::Fragile => listed(report, "fragile", "job"),
            Structure::Orphans => report.get("orphans").items().iter().filter_map(graph_object).collect(),
            Structure::Dangling => listed(report, "dangling", "object"),
            Structure::Cycles => Vec::new(),
        },
        GraphFindings::Unavailable { instead, .. } => {
            instead.as_deref().map(self::listed).unwrap_or_default()
        }
    }
}

/// An object as the graph names it; what is no row of the plan cannot be referred to.
fn graph_object(row: &At) -> Option<Object> {
    let kind = match row.get("kind").text() {
        "JOB" => ObjectKind::Job,
        "JOB_STREAM" => ObjectKind::JobStream,
        _ => return None,
    };
    let (id, key) = (row.get("id").text().to_owned(), row.get("key").text().to_owned());
    let object_name = key.rsplit(['.', '#', '/']).next().unwrap_or_default().to_owned();
    (!id.is_empty()).then_some(Object { kind, id, key, object_name })
}
