//! The tools an answer is made with: typed functions over the bridge and the knowledge graph, one a file.
//!
//! A tool's arguments are its type; its result is JSON, kept for citations. Every derived value (sum, share,
//! expected end) is computed in here and stands in a result, so that nothing after this computes. No tool
//! writes, but one may propose to a reviewer what is to be remembered.

mod catalogue_lookup;
mod count_objects;
mod engine_status;
pub(crate) mod explain_failure;
pub(crate) mod explain_waiting;
mod find_objects;
mod get_job;
mod get_job_stream;
mod graph;
mod job_log;
mod list_memories;
mod list_objects;
mod open_prompts;
mod plan_changes;
mod plan_object;
mod plan_overview;
mod plan_reader;
mod propose_action;
mod recall;
mod propose_memory;
mod recall_corrections;
mod recall_memories;
mod remembered;
mod resource_holders;
mod selection;
mod stream_progress;
mod walk_dependencies;
mod workstation_health;
mod workstation_problem;

pub(crate) use catalogue_lookup::ExplainTerm;
pub(crate) use count_objects::CountObjects;
pub(crate) use engine_status::{EngineReport, ReadEngineStatus};
pub(crate) use explain_failure::ExplainFailure;
pub(crate) use explain_waiting::ExplainWaiting;
pub(crate) use find_objects::FindObjects;
pub(crate) use get_job::GetJob;
pub(crate) use get_job_stream::GetJobStream;
pub(crate) use graph::{
    AssessRisk, CriticalPathTo, FindDependencyPath, FindRootCause, ForecastJob, ForecastPlan, GetImpact,
    Named, ReadTopologyHealth, SimulateChange,
};
pub(crate) use job_log::ReadJobLog;
pub(crate) use list_memories::ListMemories;
pub(crate) use list_objects::{ListJobStreams, ListJobs, ListPrompts, ListResources, ListWorkstations};
pub(crate) use open_prompts::OpenPrompts;
pub(crate) use plan_changes::ReadPlanChanges;
pub(crate) use plan_overview::ReadPlanOverview;
pub(crate) use plan_reader::{PlanReader, Rows};
pub(crate) use propose_action::ProposeAction;
pub(crate) use propose_memory::ProposeMemory;
pub(crate) use recall::{
    CheckUnusual, FindPassages, FindSimilarIncidents, ListOpenIncidents, ReadRunStatistics,
};
pub(crate) use recall_corrections::RecallCorrections;
pub(crate) use recall_memories::RecallMemories;
pub(crate) use resource_holders::ResourceHolders;
pub(crate) use selection::Criteria;
pub(crate) use stream_progress::StreamProgress;
pub(crate) use walk_dependencies::WalkDependencies;
pub(crate) use workstation_health::WorkstationHealth;

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use resync_api::agent::model::{AnswerEvent, Tool as ToolDescription, ToolCall, ToolClass, ToolResult};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;
use tracing::Instrument as _;

use crate::error::Error;
use crate::evidence::{At, Entry};
use crate::figures::TOOL_DURATION;

/// A tool; the value of the type holds the arguments of one call.
pub(crate) trait Tool: Serialize + DeserializeOwned + Send + Sync {
    /// Such as `list_jobs`.
    const NAME: &'static str;
    /// What it does, for people and language models.
    const DESCRIPTION: &'static str;
    /// What it may do.
    const CLASS: ToolClass = ToolClass::Read;
    /// What it finds out.
    type Output: Serialize + Send;

    /// Makes the call.
    fn run(&self, plan: &PlanReader) -> impl Future<Output = Result<Self::Output, Error>> + Send;

    /// The outcome in one line.
    fn summary(output: &Self::Output) -> String;
}

/// A tool's typed result, and its place in the evidence.
#[derive(Debug)]
pub(crate) struct Recorded<T> {
    /// Typed, to decide what to say.
    pub(crate) output: T,
    /// The same as JSON, to take facts from.
    pub(crate) entry: Arc<Entry>,
}

impl<T> Recorded<T> {
    /// The whole result as evidence.
    pub(crate) fn at(&self) -> At {
        At::root(&self.entry)
    }
}

/// Makes the tool calls of one question, within its budget, and records each.
#[derive(Debug)]
pub(crate) struct Toolbox {
    plan: PlanReader,
    max_calls: u32,
    conversation_id: String,
    events: mpsc::Sender<AnswerEvent>,
    calls: Mutex<Calls>,
}

#[derive(Debug, Default)]
struct Calls {
    started: u32,
    made: Vec<ToolCall>,
    entries: Vec<Arc<Entry>>,
}

impl Toolbox {
    /// Events go to a bounded queue: a slow reader slows its own question down, nothing else.
    pub(crate) fn new(plan: PlanReader, max_calls: u32, events: mpsc::Sender<AnswerEvent>) -> Self {
        Self { plan, max_calls, conversation_id: String::new(), events, calls: Mutex::default() }
    }

    /// The calls belong to this conversation.
    pub(crate) fn in_conversation(self, id: &str) -> Self {
        Self { conversation_id: id.to_owned(), ..self }
    }

    /// Id of the conversation.
    pub(crate) fn conversation_id(&self) -> &str {
        &self.conversation_id
    }

    /// Whether there is somebody to ask for memories.
    pub(crate) fn can_recall(&self) -> bool {
        self.plan.memories().is_ok()
    }

    /// From now on the tools read the engine of this name.
    pub(crate) fn read_engine(&mut self, engine: &str) {
        self.plan = self.plan.on(engine);
    }

    /// Name of the engine that is read; empty: the bridge's default.
    pub(crate) fn engine(&self) -> &str {
        self.plan.engine()
    }

    /// Calls a tool.
    pub(crate) async fn call<T: Tool>(&self, tool: T) -> Result<Recorded<T::Output>, Error> {
        let number = self.take_number()?;
        let mut call = ToolCall {
            id: format!("t{number}"),
            name: T::NAME.to_owned(),
            arguments: serde_json::to_value(&tool).map_err(|_| Error::Result)?,
            ok: false,
            duration: std::time::Duration::ZERO,
        };
        self.tell(AnswerEvent::ToolCall(call.clone())).await;
        let started = Instant::now();
        let outcome = tool.run(&self.plan).instrument(span_of(T::NAME)).await;
        call.duration = started.elapsed();
        call.ok = outcome.is_ok();
        metrics::histogram!(TOOL_DURATION, "tool" => T::NAME).record(call.duration.as_secs_f64());
        let summary = match &outcome {
            Ok(output) => T::summary(output),
            Err(error) => error.to_string(),
        };
        self.tell(AnswerEvent::ToolResult(ToolResult {
            tool_call_id: call.id.clone(),
            ok: call.ok,
            summary,
            duration: call.duration,
        }))
        .await;
        let recorded = match outcome {
            Ok(output) => {
                let result = serde_json::to_value(&output).map_err(|_| Error::Result)?;
                let entry = Entry::record(call.clone(), result);
                Ok(Recorded { output, entry })
            }
            Err(error) => Err(error),
        };
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.made.push(call);
        if let Ok(recorded) = &recorded {
            calls.entries.push(Arc::clone(&recorded.entry));
        }
        recorded
    }

    /// Every call made so far, in the order of their ids.
    pub(crate) fn calls(&self) -> Vec<ToolCall> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let mut made = calls.made.clone();
        made.sort_by_key(|call| call.id.trim_start_matches('t').parse::<u32>().unwrap_or_default());
        made
    }

    /// Every result so far.
    pub(crate) fn entries(&self) -> Vec<Arc<Entry>> {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.entries.clone()
    }

    /// Tells the person what is being done.
    pub(crate) async fn tell(&self, event: AnswerEvent) {
        // The reader left: the question is about to be dropped as a whole.
        let _ = self.events.send(event).await;
    }

    fn take_number(&self) -> Result<u32, Error> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        if calls.started >= self.max_calls {
            return Err(Error::TooManyToolCalls { limit: self.max_calls });
        }
        calls.started += 1;
        Ok(calls.started)
    }
}

/// The span of a tool's call, by OpenTelemetry's conventions for agents. Arguments and results stay out of it.
fn span_of(tool: &'static str) -> tracing::Span {
    tracing::info_span!(
        "tool",
        otel.name = format!("execute_tool {tool}"),
        gen_ai.operation.name = "execute_tool",
        gen_ai.tool.name = tool,
    )
}

/// Every tool, for people who ask what the agent can use.
pub(crate) fn descriptions() -> Vec<ToolDescription> {
    fn of<T: Tool>() -> ToolDescription {
        ToolDescription { name: T::NAME.to_owned(), description: T::DESCRIPTION.to_owned(), class: T::CLASS }
    }
    vec![
        of::<ReadEngineStatus>(),
        of::<ReadPlanOverview>(),
        of::<ListJobs>(),
        of::<ListJobStreams>(),
        of::<ListWorkstations>(),
        of::<ListResources>(),
        of::<ListPrompts>(),
        of::<CountObjects>(),
        of::<FindObjects>(),
        of::<GetJob>(),
        of::<GetJobStream>(),
        of::<ReadJobLog>(),
        of::<WalkDependencies>(),
        of::<ExplainWaiting>(),
        of::<ExplainFailure>(),
        of::<StreamProgress>(),
        of::<WorkstationHealth>(),
        of::<ResourceHolders>(),
        of::<OpenPrompts>(),
        of::<ReadPlanChanges>(),
        of::<ExplainTerm>(),
        of::<ProposeAction>(),
        of::<GetImpact>(),
        of::<FindRootCause>(),
        of::<FindDependencyPath>(),
        of::<CriticalPathTo>(),
        of::<ForecastJob>(),
        of::<ForecastPlan>(),
        of::<AssessRisk>(),
        of::<SimulateChange>(),
        of::<ReadTopologyHealth>(),
        of::<FindPassages>(),
        of::<FindSimilarIncidents>(),
        of::<ListOpenIncidents>(),
        of::<CheckUnusual>(),
        of::<ReadRunStatistics>(),
        of::<RecallMemories>(),
        of::<RecallCorrections>(),
        of::<ListMemories>(),
        of::<ProposeMemory>(),
    ]
}
