//! What a query finds: chooses and makes the tool calls, and keeps what the answer is composed from.

mod graph;
mod recall;

pub(crate) use graph::{GraphFindings, Lack};
pub(crate) use recall::RecallFindings;

use resync_api::agent::model::Language;
use resync_api::memories::model::{MemoryObject, RecalledObject};
use resync_api::tws::model::{ObjectKind, Status};

use crate::error::Error;
use crate::evidence::At;
use crate::interpret::{AskBackReason, ScopeReason};
use crate::phrases::Noun;
use crate::query::{Condition, Field, Intent, Object, Operator, Query, Selection, Value, Verb};
use crate::tools::{
    CountObjects, Criteria, ExplainFailure, ExplainTerm, ExplainWaiting, GetJob, GetJobStream,
    ListJobStreams, ListJobs, ListMemories, ListPrompts, ListResources, ListWorkstations, OpenPrompts,
    ProposeAction, ProposeMemory, ReadJobLog, ReadPlanChanges, ReadPlanOverview, RecallMemories,
    ResourceHolders, StreamProgress, Toolbox, WalkDependencies, WorkstationHealth,
};

/// Jobs that need attention, in an overview.
const ATTENTION: u32 = 10;
/// Lines of a log, when nobody says how many.
const LOG_LINES: u32 = 40;
/// Lines of a log at most.
const MAX_LOG_LINES: u32 = 400;
/// Memories that are listed.
const MAX_MEMORIES: u32 = 50;
/// Groups of a count.
const MAX_GROUPS: u32 = 30;

/// What was found, by what was asked. Each `At` is the root of a tool's result.
#[derive(Debug)]
pub(crate) enum Findings {
    Overview(At),
    Rows(Rows),
    /// Jobs at risk by the plan's own marks, and deadlines by the forecast.
    AtRisk {
        rows: Rows,
        risks: At,
    },
    Counts(At),
    Job(At),
    JobStream(At),
    Resource(At),
    Prompt(At),
    /// Jobs of a folder or user, counted by status.
    Group {
        counted: At,
        name: At,
    },
    Waiting {
        report: At,
        failure: Option<At>,
    },
    Failure {
        report: At,
        waiting: Option<At>,
    },
    StreamFailure {
        progress: At,
        failure: Option<At>,
    },
    Walk(At),
    Progress(At),
    Health {
        report: At,
        one: bool,
    },
    Holders(At),
    OpenPrompts(At),
    Changes(At),
    Meaning(At),
    Log(At),
    NoLog(At),
    Graph(GraphFindings),
    Recall(RecallFindings),
    Help,
    /// What was taught and approved.
    Learned(At),
    /// What became of what is to be remembered.
    Remembered(At),
    /// Memories cannot be asked.
    NoMemories,
    Proposal {
        preview: At,
        verb: Verb,
    },
    ProposalForAll {
        rows: Rows,
        verb: Verb,
    },
    /// Several objects match what was typed.
    WhichOne {
        found: Option<At>,
        objects: Vec<At>,
    },
    /// None does; these are nearest.
    NoSuchName {
        found: At,
        nearest: Vec<At>,
    },
    AskBack(AskBackReason),
    OutOfScope(ScopeReason),
}

/// Rows of one kind.
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) report: At,
    pub(crate) noun: Noun,
}

/// Makes the calls for a query.
pub(crate) async fn gather(query: &Query, tools: &Toolbox, max_rows: u32) -> Result<Findings, Error> {
    Ok(match &query.intent {
        Intent::Overview => {
            Findings::Overview(tools.call(ReadPlanOverview { attention_limit: ATTENTION }).await?.at())
        }
        Intent::List(selection) if is_unhealthy_workstations(selection) => {
            let health = WorkstationHealth { workstation: String::new() };
            Findings::Health { report: tools.call(health).await?.at(), one: false }
        }
        Intent::List(selection) if graph::asks_for_risk(selection) => {
            let rows = rows(selection, tools, max_rows).await?;
            match graph::risks(tools).await? {
                Some(risks) => Findings::AtRisk { rows, risks },
                None => Findings::Rows(rows),
            }
        }
        Intent::List(selection) => Findings::Rows(rows(selection, tools, max_rows).await?),
        Intent::Count { selection, group_by } => {
            let count = CountObjects {
                kind: selection.kind,
                criteria: Criteria::of(selection, MAX_GROUPS),
                group_by: group_by.iter().map(Field::to_string).collect(),
            };
            Findings::Counts(tools.call(count).await?.at())
        }
        Intent::Detail(object) => detail(object, tools).await?,
        Intent::WhyWaiting(object) => why_waiting(object, query.language, tools).await?,
        Intent::WhyFailed(object) => why_failed(object, query.language, tools).await?,
        Intent::Dependencies { object, direction, transitive } => {
            let walk = WalkDependencies {
                kind: object.kind,
                object: object.id.clone(),
                direction: *direction,
                transitive: *transitive,
            };
            Findings::Walk(tools.call(walk).await?.at())
        }
        Intent::Progress(object) => Findings::Progress(progress(&object.id, tools).await?),
        Intent::WorkstationHealth(object) => {
            let health = WorkstationHealth { workstation: id_of(object.as_ref()) };
            Findings::Health { report: tools.call(health).await?.at(), one: object.is_some() }
        }
        Intent::ResourceHolders(object) => {
            let one = object.is_some();
            let holders = ResourceHolders { resource: id_of(object.as_ref()) };
            let report = tools.call(holders).await?.at();
            if one { Findings::Resource(report) } else { Findings::Holders(report) }
        }
        Intent::OpenPrompts(object) => {
            let prompts = OpenPrompts { key: key_of(object.as_ref()) };
            Findings::OpenPrompts(tools.call(prompts).await?.at())
        }
        Intent::Changes { since, object } => {
            let changes = ReadPlanChanges { since: *since, key: key_of(object.as_ref()) };
            Findings::Changes(tools.call(changes).await?.at())
        }
        Intent::Meaning(term) => {
            let explain = ExplainTerm::of(term, query.language);
            Findings::Meaning(tools.call(explain).await?.at())
        }
        Intent::Log { object, tail_lines } => log(object, *tail_lines, tools).await?,
        Intent::Graph(question) => graph::gather(question, query.language, tools, max_rows).await?,
        Intent::Recall(question) => Findings::Recall(recall::gather(question, query.language, tools).await?),
        Intent::Help => Findings::Help,
        Intent::Learned(object) => learned(object.as_ref(), tools).await?,
        Intent::Remember { text, about } => remember(text, about.as_ref(), tools).await?,
        Intent::Act { verb, object, argument } => {
            let propose = ProposeAction::of(*verb, object.kind, &object.id, *argument);
            Findings::Proposal { preview: tools.call(propose).await?.at(), verb: *verb }
        }
        Intent::ActAll { verb, selection, .. } => {
            Findings::ProposalForAll { rows: rows(selection, tools, max_rows).await?, verb: *verb }
        }
    })
}

/// Workstations that cannot run jobs are asked about to learn why.
fn is_unhealthy_workstations(selection: &Selection) -> bool {
    let [condition] = selection.conditions.as_slice() else { return false };
    let unhealthy = match condition.operator {
        Operator::Is => Value::Flag(false),
        Operator::IsNot => Value::Flag(true),
        Operator::Above | Operator::Below => return false,
    };
    selection.kind == ObjectKind::Workstation
        && condition.field == Field::Healthy
        && condition.values == [unhealthy]
        && selection.order.is_none()
        && selection.limit.is_none()
}

async fn rows(selection: &Selection, tools: &Toolbox, max_rows: u32) -> Result<Rows, Error> {
    let criteria = Criteria::of(selection, max_rows);
    let report = match selection.kind {
        ObjectKind::JobStream => tools.call(ListJobStreams { criteria }).await?.at(),
        ObjectKind::Workstation => tools.call(ListWorkstations { criteria }).await?.at(),
        ObjectKind::Resource => tools.call(ListResources { criteria }).await?.at(),
        ObjectKind::Prompt => tools.call(ListPrompts { criteria }).await?.at(),
        // Folders and users have no rows of their own; their jobs do.
        ObjectKind::Job | ObjectKind::Folder | ObjectKind::User => {
            tools.call(ListJobs { criteria }).await?.at()
        }
    };
    Ok(Rows { report, noun: Noun(selection.kind) })
}

async fn detail(object: &Object, tools: &Toolbox) -> Result<Findings, Error> {
    let id = object.id.clone();
    Ok(match object.kind {
        ObjectKind::Job => Findings::Job(tools.call(GetJob { job: id }).await?.at()),
        ObjectKind::JobStream => Findings::JobStream(tools.call(GetJobStream { job_stream: id }).await?.at()),
        ObjectKind::Workstation => Findings::Health {
            report: tools.call(WorkstationHealth { workstation: id }).await?.at(),
            one: true,
        },
        ObjectKind::Resource => Findings::Resource(tools.call(ResourceHolders { resource: id }).await?.at()),
        ObjectKind::Prompt => {
            let criteria = Criteria::by_id(&id);
            Findings::Prompt(tools.call(ListPrompts { criteria }).await?.at())
        }
        ObjectKind::Folder => group(Field::Folder, object, tools).await?,
        ObjectKind::User => group(Field::User, object, tools).await?,
    })
}

async fn group(field: Field, object: &Object, tools: &Toolbox) -> Result<Findings, Error> {
    let count = CountObjects {
        kind: ObjectKind::Job,
        criteria: Criteria::of(&only(ObjectKind::Job, field, object.object_name.clone()), MAX_GROUPS),
        group_by: vec![Field::Status.to_string()],
    };
    let counted = tools.call(count).await?.at();
    let name = counted.get("conditions").item(0).get("values").item(0);
    Ok(Findings::Group { counted, name })
}

fn only(kind: ObjectKind, field: Field, value: String) -> Selection {
    Selection {
        kind,
        conditions: vec![Condition { field, operator: Operator::Is, values: vec![Value::Text(value)] }],
        order: None,
        limit: None,
    }
}

/// What a workstation holds up: the jobs on it that have not ended.
fn unfinished_on(workstation: &str) -> Selection {
    let mut selection = only(ObjectKind::Job, Field::Workstation, workstation.to_owned());
    let ended = [Status::Successful, Status::Error, Status::Canceled];
    selection.conditions.push(Condition {
        field: Field::Status,
        operator: Operator::IsNot,
        values: ended.into_iter().map(Value::Status).collect(),
    });
    selection
}

async fn why_waiting(object: &Object, language: Language, tools: &Toolbox) -> Result<Findings, Error> {
    let explain = ExplainWaiting { kind: object.kind, object: object.id.clone() };
    let recorded = tools.call(explain).await?;
    let failed = recorded.output.subject.status == Some(Status::Error) && object.kind == ObjectKind::Job;
    let failure = if failed {
        let explain = ExplainFailure { job: object.id.clone(), language };
        Some(tools.call(explain).await?.at())
    } else {
        None
    };
    Ok(Findings::Waiting { report: recorded.at(), failure })
}

async fn why_failed(object: &Object, language: Language, tools: &Toolbox) -> Result<Findings, Error> {
    if object.kind == ObjectKind::JobStream {
        let progress = StreamProgress { job_stream: object.id.clone() };
        let recorded = tools.call(progress).await?;
        let failure = match recorded.output.failed.first() {
            Some(job) => {
                let explain = ExplainFailure { job: job.id.clone(), language };
                Some(tools.call(explain).await?.at())
            }
            None => None,
        };
        return Ok(Findings::StreamFailure { progress: recorded.at(), failure });
    }
    let explain = ExplainFailure { job: object.id.clone(), language };
    let recorded = tools.call(explain).await?;
    let waits = !recorded.output.failed;
    let waiting = if waits {
        let explain = ExplainWaiting { kind: object.kind, object: object.id.clone() };
        Some(tools.call(explain).await?.at())
    } else {
        None
    };
    Ok(Findings::Failure { report: recorded.at(), waiting })
}

async fn progress(job_stream: &str, tools: &Toolbox) -> Result<At, Error> {
    let progress = StreamProgress { job_stream: job_stream.to_owned() };
    Ok(tools.call(progress).await?.at())
}

/// A job that has not run has no log: that is an answer, not an error.
async fn log(object: &Object, tail_lines: Option<u32>, tools: &Toolbox) -> Result<Findings, Error> {
    let job = tools.call(GetJob { job: object.id.clone() }).await?;
    if job.output.detail.runs.is_empty() && job.output.detail.job.start_time.is_none() {
        return Ok(Findings::NoLog(job.at()));
    }
    let read = ReadJobLog {
        job: object.id.clone(),
        tail_lines: tail_lines.unwrap_or(LOG_LINES).clamp(1, MAX_LOG_LINES),
    };
    Ok(Findings::Log(tools.call(read).await?.at()))
}

/// What was taught of an object, or at all.
async fn learned(object: Option<&Object>, tools: &Toolbox) -> Result<Findings, Error> {
    if !tools.can_recall() {
        return Ok(Findings::NoMemories);
    }
    let report = match object {
        Some(object) => {
            let object = RecalledObject {
                kind: object.kind,
                key: object.key.clone(),
                object_name: object.object_name.clone(),
            };
            let recall = RecallMemories { objects: vec![object], limit: MAX_MEMORIES };
            tools.call(recall).await.map(|recorded| recorded.at())
        }
        None => tools.call(ListMemories { limit: MAX_MEMORIES }).await.map(|recorded| recorded.at()),
    };
    match report {
        Ok(report) => Ok(Findings::Learned(report)),
        Err(error) if error.is_outage_of_memories() => Ok(Findings::NoMemories),
        Err(error) => Err(error),
    }
}

/// Proposes to remember a text.
async fn remember(text: &str, about: Option<&Object>, tools: &Toolbox) -> Result<Findings, Error> {
    if !tools.can_recall() {
        return Ok(Findings::NoMemories);
    }
    let about = about.map(|object| MemoryObject { kind: object.kind, name: object.key.clone() });
    let propose =
        ProposeMemory { text: text.to_owned(), about, conversation_id: tools.conversation_id().to_owned() };
    match tools.call(propose).await {
        Ok(recorded) => Ok(Findings::Remembered(recorded.at())),
        Err(error) if error.is_outage_of_memories() => Ok(Findings::NoMemories),
        Err(error) => Err(error),
    }
}

fn id_of(object: Option<&Object>) -> String {
    object.map(|object| object.id.clone()).unwrap_or_default()
}

fn key_of(object: Option<&Object>) -> String {
    object.map(|object| object.key.clone()).unwrap_or_default()
}
