//! What an answer listed, for the conversation's memory: "the second one" and "its successors" mean these.

use resync_api::tws::model::ObjectKind;

use crate::evidence::At;
use crate::findings::Findings;
use crate::query::Object;

/// Objects listed by an answer, in its order.
pub(super) fn listed(findings: &Findings) -> Vec<Object> {
    match findings {
        Findings::Overview(report) => objects(&report.get("attention"), ObjectKind::Job),
        Findings::Rows(rows) | Findings::ProposalForAll { rows, .. } => {
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
