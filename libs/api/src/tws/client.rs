//! Typed client of the bridge: domain types in, domain types out.

use futures::stream::{BoxStream, StreamExt as _};
use resync_fault::FaultBody;

use super::model::{
    CountRequest, Counts, DependencyWalk, EngineStatus, FindRequest, Found, Job, JobDetail, JobLog,
    JobLogRequest, JobStream, JobStreamDetail, ListChangesRequest, ListRequest, ObjectRef, Page, PlanChanges,
    PlanOverview, PlanUpdate, Prompt, Resource, TopologyUpdate, WalkDependenciesRequest, WatchRequest,
    Workstation,
};
use crate::call::{received, unary};
use crate::channel::{CallContext, Channel};
use crate::proto::tws::v1 as proto;
use crate::proto::tws::v1::tws_service_client::TwsServiceClient;
use crate::status::from_status;
use crate::wire::all;

/// Largest answer a client accepts, in bytes.
const MAX_MESSAGE_BYTES: usize = 32 * 1024 * 1024;

/// Client of `resync.tws.v1.TwsService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct TwsClient {
    inner: TwsServiceClient<Channel>,
    context: CallContext,
}

impl TwsClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = TwsServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    /// Engines in the settings, and how their mirrors do.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn list_engines(&self) -> Result<Vec<EngineStatus>, FaultBody> {
        let answer =
            self.inner.clone().list_engines(self.context.request(proto::ListEnginesRequest {})).await;
        received(all(answer.map_err(|status| from_status(&status))?.into_inner().engines))
    }

    /// The plan at a glance, with at most `attention_limit` jobs that need attention (0: 100).
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn overview(&self, engine: &str, attention_limit: u32) -> Result<PlanOverview, FaultBody> {
        let message = proto::GetPlanOverviewRequest {
            engine: engine.to_owned(),
            attention_limit: i32::try_from(attention_limit).unwrap_or(i32::MAX),
        };
        let answer = self.inner.clone().get_plan_overview(self.context.request(message)).await;
        received(answer.map_err(|status| from_status(&status))?.into_inner().try_into())
    }

    unary! {
        /// A page of jobs.
        list_jobs(ListRequest) -> Page<Job> = list_jobs as ListJobsRequest;
        /// One job with its runs and direct dependencies.
        get_job(ObjectRef) -> JobDetail = get_job as GetJobRequest;
        /// A bounded range of a job's log.
        job_log(JobLogRequest) -> JobLog = get_job_log as GetJobLogRequest;
        /// Predecessors or successors of a job or job stream.
        walk(WalkDependenciesRequest) -> DependencyWalk = walk_dependencies as WalkDependenciesRequest;
        /// A page of job streams.
        list_job_streams(ListRequest) -> Page<JobStream> = list_job_streams as ListJobStreamsRequest;
        /// One job stream with its direct dependencies.
        get_job_stream(ObjectRef) -> JobStreamDetail = get_job_stream as GetJobStreamRequest;
        /// A page of workstations.
        list_workstations(ListRequest) -> Page<Workstation> = list_workstations as ListWorkstationsRequest;
        /// A page of resources.
        list_resources(ListRequest) -> Page<Resource> = list_resources as ListResourcesRequest;
        /// A page of prompts.
        list_prompts(ListRequest) -> Page<Prompt> = list_prompts as ListPromptsRequest;
        /// Filter, group and count without rows.
        count(CountRequest) -> Counts = count_objects as CountObjectsRequest;
        /// Plan objects by what a person typed.
        find(FindRequest) -> Found = find_objects as FindObjectsRequest;
        /// Changes since a time, newest first.
        changes(ListChangesRequest) -> PlanChanges = list_plan_changes as ListPlanChangesRequest;
    }

    /// An overview first, then changes as they are seen. The stream ends with an error when the
    /// server drops it; go on with the last resume token.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn watch(
        &self,
        request: WatchRequest,
    ) -> Result<BoxStream<'static, Result<PlanUpdate, FaultBody>>, FaultBody> {
        let message: proto::WatchPlanRequest = request.into();
        let answer = self.inner.clone().watch_plan(self.context.request(message)).await;
        let messages = answer.map_err(|status| from_status(&status))?.into_inner();
        Ok(messages
            .map(|message| received(message.map_err(|status| from_status(&status))?.try_into()))
            .boxed())
    }

    /// The whole plan with its dependencies, then what changes.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn export_topology(
        &self,
        engine: &str,
    ) -> Result<BoxStream<'static, Result<TopologyUpdate, FaultBody>>, FaultBody> {
        let message = proto::ExportTopologyRequest { engine: engine.to_owned() };
        let answer = self.inner.clone().export_topology(self.context.request(message)).await;
        let messages = answer.map_err(|status| from_status(&status))?.into_inner();
        Ok(messages
            .map(|message| received(message.map_err(|status| from_status(&status))?.try_into()))
            .boxed())
    }
}
