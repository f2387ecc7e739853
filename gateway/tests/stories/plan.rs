//! The role behind the gateway in these stories: both contracts over a plan of one job. The engine's name says how it
//! behaves: `down` cannot be reached, `slow` never answers, `broken` fails after a first message.

use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use futures::stream::{self, BoxStream};
use resync_api::agent::model::{
    Answer, AnswerEvent, AnswerKind, Citation, Language, Question, Span, ToolCall, ToolResult,
};
use resync_api::proto::agent::v1::agent_service_server::AgentService;
use resync_api::proto::agent::v1::{
    AskRequest, AskResponse, GetAgentRequest, GetAgentResponse, ListAgentsRequest, ListAgentsResponse,
    StreamAskRequest, StreamAskResponse,
};
use resync_api::proto::tws::v1::tws_service_server::TwsService;
use resync_api::proto::tws::v1::*;
use resync_api::tws::model as plan;
use resync_fault::status::to_status;
use resync_fault::{ErrorKind, FaultBody, FieldViolation};
use resync_service_kit::context::CallContext;
use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tonic::{Request, Response, Status};

pub(crate) const JOB_KEY: &str = "MASTER#/FIN/CLOSE.POST";

/// What reached the role.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Subject and correlation id of the last call.
    pub(crate) caller: Mutex<(String, String)>,
    /// Trace the last call belongs to.
    pub(crate) trace: Mutex<String>,
    /// Object or filter of the last call.
    pub(crate) asked: Mutex<String>,
    pub(crate) overviews: AtomicUsize,
    pub(crate) streams_dropped: AtomicUsize,
}

impl Seen {
    fn call(&self, engine: &str, asked: &str) -> Result<(), Status> {
        let context = CallContext::current().expect("every call has a context");
        let trace = context.traceparent.as_ref().and_then(|value| value.to_str().ok()).unwrap_or_default();
        *self.trace.lock().unwrap() = trace.to_owned();
        let subject = context.caller.map(|caller| caller.subject.clone()).unwrap_or_default();
        *self.caller.lock().unwrap() = (subject, context.correlation_id.to_string());
        *self.asked.lock().unwrap() = asked.to_owned();
        if engine == "down" {
            let fault =
                FaultBody::new(ErrorKind::Unavailable, "ENGINE_UNREACHABLE", "the engine does not answer")
                    .with_hint("check it with resync engines check");
            return Err(to_status(&fault));
        }
        Ok(())
    }
}

/// Counts the end of a stream, however it comes.
struct CountsDrop(Arc<Seen>);

impl Drop for CountsDrop {
    fn drop(&mut self) {
        self.0.streams_dropped.fetch_add(1, Ordering::Relaxed);
    }
}

fn time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn freshness() -> plan::Freshness {
    plan::Freshness {
        plan_version: 7,
        oldest_observed_at: Some(time()),
        engine_time: time(),
        time_zone: "Europe/Rome".into(),
        stale_since: None,
        stale_reason: String::new(),
        plan_day_start: None,
    }
}

pub(crate) fn overview() -> plan::PlanOverview {
    plan::PlanOverview {
        jobs_by_status: vec![plan::StatusCount { status: plan::Status::Error, count: 3 }],
        job_streams_by_status: Vec::new(),
        workstations: Vec::new(),
        attention: Vec::new(),
        truncated: false,
        freshness: freshness(),
        late_jobs: 1,
        long_running_jobs: 0,
        at_risk_jobs: 0,
        open_prompts: 0,
        unhealthy_workstations: 0,
    }
}

fn update(number: u64) -> plan::PlanUpdate {
    plan::PlanUpdate {
        overview: (number == 1).then(overview),
        changes: vec![plan::PlanChange {
            kind: plan::ChangeKind::JobFailed,
            plan_version: number,
            time: time(),
            object: "engines/default/jobs/1".into(),
            key: JOB_KEY.into(),
            before: "EXEC".into(),
            after: "ABEND".into(),
        }],
        resume_token: format!("token-{number}"),
        gap: false,
    }
}

fn page<T>() -> plan::Page<T> {
    plan::Page { items: Vec::new(), next_page_token: "next".into(), total_size: 0, freshness: freshness() }
}

/// `TwsService` over that plan.
pub(crate) struct Plan(Arc<Seen>);

impl Plan {
    pub(crate) fn new(seen: Arc<Seen>) -> Self {
        Self(seen)
    }
}

type Answered<T> = Result<Response<T>, Status>;

#[tonic::async_trait]
impl TwsService for Plan {
    type WatchPlanStream = BoxStream<'static, Result<WatchPlanResponse, Status>>;
    type ExportTopologyStream = BoxStream<'static, Result<ExportTopologyResponse, Status>>;

    async fn list_engines(&self, _: Request<ListEnginesRequest>) -> Answered<ListEnginesResponse> {
        self.0.call("", "")?;
        let engine = plan::EngineStatus {
            engine: "default".into(),
            url: "https://engine:31116".into(),
            reachable: true,
            version: "10.2".into(),
            time_zone: "Europe/Rome".into(),
            clock_skew_seconds: 0.0,
            freshness: Some(freshness()),
            synced: true,
            job_count: 1,
            job_stream_count: 1,
            workstation_count: 1,
            plan_edge_coverage: 1.0,
            sweep_period: Duration::from_secs(60),
            last_error: String::new(),
            last_error_hint: String::new(),
            requests_sent: 1,
            capabilities: Vec::new(),
        };
        Ok(Response::new(ListEnginesResponse { engines: vec![engine.into()] }))
    }

    async fn get_plan_overview(
        &self,
        request: Request<GetPlanOverviewRequest>,
    ) -> Answered<GetPlanOverviewResponse> {
        self.0.call(&request.get_ref().engine, "")?;
        self.0.overviews.fetch_add(1, Ordering::Relaxed);
        Ok(Response::new(overview().into()))
    }

    async fn list_jobs(&self, request: Request<ListJobsRequest>) -> Answered<ListJobsResponse> {
        let request = request.into_inner();
        self.0.call(&request.engine, &request.filter)?;
        match (request.engine.as_str(), request.filter.as_str()) {
            ("slow", _) => pending().await,
            (_, "bad(") => {
                let mut fault =
                    FaultBody::new(ErrorKind::InvalidArgument, "FILTER_INVALID", "the filter does not parse")
                        .with_hint("write it like status = \"ERROR\"");
                fault.violations = vec![FieldViolation::new("filter", "unexpected end at 4")];
                Err(to_status(&fault))
            }
            _ => Ok(Response::new(page::<plan::Job>().into())),
        }
    }

    async fn get_job(&self, request: Request<GetJobRequest>) -> Answered<GetJobResponse> {
        self.0.call(&request.get_ref().engine, &request.get_ref().job)?;
        let fault = FaultBody::new(ErrorKind::NotFound, "JOB_UNKNOWN", "there is no such job");
        Err(to_status(&fault))
    }

    async fn get_job_log(&self, request: Request<GetJobLogRequest>) -> Answered<GetJobLogResponse> {
        self.0.call(&request.get_ref().engine, &request.get_ref().job)?;
        let log = plan::JobLog {
            run_id: "1".into(),
            first_line: 1,
            lines: vec!["done".into()],
            truncated: false,
            observed_at: time(),
        };
        Ok(Response::new(log.into()))
    }

    async fn walk_dependencies(
        &self,
        request: Request<WalkDependenciesRequest>,
    ) -> Answered<WalkDependenciesResponse> {
        let request = plan::WalkDependenciesRequest::try_from(request.into_inner())
            .map_err(|error| to_status(&error))?;
        self.0.call(&request.engine, &format!("{:?} {}", request.direction, request.max_depth))?;
        let walk = plan::DependencyWalk {
            nodes: Vec::new(),
            truncated: false,
            plan_edge_coverage: 1.0,
            freshness: freshness(),
            other_dependencies: Vec::new(),
        };
        Ok(Response::new(walk.into()))
    }

    async fn list_job_streams(&self, _: Request<ListJobStreamsRequest>) -> Answered<ListJobStreamsResponse> {
        Ok(Response::new(page::<plan::JobStream>().into()))
    }

    async fn get_job_stream(&self, _: Request<GetJobStreamRequest>) -> Answered<GetJobStreamResponse> {
        Err(Status::not_found("none"))
    }

    async fn list_workstations(
        &self,
        _: Request<ListWorkstationsRequest>,
    ) -> Answered<ListWorkstationsResponse> {
        Ok(Response::new(page::<plan::Workstation>().into()))
    }

    async fn list_resources(&self, _: Request<ListResourcesRequest>) -> Answered<ListResourcesResponse> {
        Ok(Response::new(page::<plan::Resource>().into()))
    }

    async fn list_prompts(&self, _: Request<ListPromptsRequest>) -> Answered<ListPromptsResponse> {
        Ok(Response::new(page::<plan::Prompt>().into()))
    }

    async fn count_objects(&self, _: Request<CountObjectsRequest>) -> Answered<CountObjectsResponse> {
        Err(Status::unimplemented("not part of these stories"))
    }

    async fn find_objects(&self, _: Request<FindObjectsRequest>) -> Answered<FindObjectsResponse> {
        Err(Status::unimplemented("not part of these stories"))
    }

    async fn list_plan_changes(
        &self,
        _: Request<ListPlanChangesRequest>,
    ) -> Answered<ListPlanChangesResponse> {
        Err(Status::unimplemented("not part of these stories"))
    }

    async fn export_topology(
        &self,
        _: Request<ExportTopologyRequest>,
    ) -> Answered<Self::ExportTopologyStream> {
        Err(Status::unimplemented("not part of these stories"))
    }

    /// Two updates, or one after a resumption, then quiet.
    async fn watch_plan(&self, request: Request<WatchPlanRequest>) -> Answered<Self::WatchPlanStream> {
        let request = request.into_inner();
        self.0.call(&request.engine, &request.resume_token)?;
        let first = if request.resume_token.is_empty() { 1 } else { 2 };
        let dropped = CountsDrop(Arc::clone(&self.0));
        let updates = stream::iter((first..=2).map(|number| Ok(update(number).into())))
            .chain(stream::pending())
            .inspect(move |_| {
                let _ = &dropped;
            });
        Ok(Response::new(updates.boxed()))
    }
}

/// `AgentService` with one answer.
pub(crate) struct Agents(Arc<Seen>);

impl Agents {
    pub(crate) fn new(seen: Arc<Seen>) -> Self {
        Self(seen)
    }

    fn question(&self, question: &Question) -> Result<(), Status> {
        self.0.call(&question.engine, &question.message)
    }
}

fn tool_call() -> ToolCall {
    ToolCall {
        id: "t1".into(),
        name: "get_job".into(),
        arguments: serde_json::json!({"job": JOB_KEY}),
        ok: true,
        duration: Duration::from_micros(1_500),
    }
}

fn citation() -> Citation {
    Citation {
        id: "c1".into(),
        tool_call_id: "t1".into(),
        resource: "engines/default/jobs/1".into(),
        field: "/job/status".into(),
        value: "ERROR".into(),
        observed_at: Some(time()),
    }
}

fn spans() -> Vec<Span> {
    vec![Span::Text("It is in ".into()), Span::Fact { citation_id: "c1".into(), value: "ERROR".into() }]
}

fn answer() -> Answer {
    Answer {
        conversation_id: "conversation-1".into(),
        kind: AnswerKind::Answer,
        spans: spans(),
        markdown: "It is in **ERROR**".into(),
        citations: vec![citation()],
        blocks: Vec::new(),
        tool_calls: vec![tool_call()],
        data_age: Some(Duration::from_millis(2_500)),
        mode: "engine".into(),
        language: Language::English,
        candidates: Vec::new(),
        engine: "default".into(),
        stale_since: None,
        interpretation: "status of job".into(),
    }
}

#[tonic::async_trait]
impl AgentService for Agents {
    type StreamAskStream = BoxStream<'static, Result<StreamAskResponse, Status>>;

    async fn ask(&self, request: Request<AskRequest>) -> Answered<AskResponse> {
        let question = Question::try_from(request.into_inner()).map_err(|error| to_status(&error))?;
        self.question(&question)?;
        Ok(Response::new(AskResponse { answer: Some(answer().into()) }))
    }

    async fn stream_ask(&self, request: Request<StreamAskRequest>) -> Answered<Self::StreamAskStream> {
        let question = Question::try_from(request.into_inner()).map_err(|error| to_status(&error))?;
        self.question(&question)?;
        let dropped = CountsDrop(Arc::clone(&self.0));
        let result = ToolResult {
            tool_call_id: "t1".into(),
            ok: true,
            summary: "one job".into(),
            duration: Duration::from_micros(1_500),
        };
        let status = AnswerEvent::Status("looking".into());
        let events: Vec<Result<AnswerEvent, Status>> = match question.engine.as_str() {
            "broken" => {
                let fault = FaultBody::new(ErrorKind::Unavailable, "ENGINE_LOST", "the engine went away");
                vec![Ok(status), Err(to_status(&fault))]
            }
            "slow" => vec![Ok(status)],
            _ => vec![
                Ok(status),
                Ok(AnswerEvent::ToolCall(tool_call())),
                Ok(AnswerEvent::ToolResult(result)),
                Ok(AnswerEvent::Citation(citation())),
                Ok(AnswerEvent::Text(spans())),
                Ok(AnswerEvent::Done(Box::new(answer()))),
            ],
        };
        let never_ends = question.engine == "slow";
        let events =
            stream::iter(events).chain(stream::pending().take(usize::from(never_ends))).map(move |event| {
                let _ = &dropped;
                event.map(StreamAskResponse::from)
            });
        Ok(Response::new(events.boxed()))
    }

    async fn list_agents(&self, _: Request<ListAgentsRequest>) -> Answered<ListAgentsResponse> {
        Ok(Response::new(ListAgentsResponse { agents: Vec::new(), next_page_token: String::new() }))
    }

    async fn get_agent(&self, request: Request<GetAgentRequest>) -> Answered<GetAgentResponse> {
        let text = format!("there is no agent {}", request.into_inner().agent);
        Err(to_status(&FaultBody::new(ErrorKind::NotFound, "AGENT_UNKNOWN", text)))
    }
}
