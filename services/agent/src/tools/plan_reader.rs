//! The bridge and the knowledge graph as tools see them: one engine, domain types, errors of this crate.

use resync_api::memories::client::MemoryClient;
use resync_api::tws::client::TwsClient;
use resync_api::tws::model::{
    CountRequest, Counts, DependencyWalk, EngineStatus, FindRequest, Found, Job, JobDetail, JobLog,
    JobLogRequest, JobStream, JobStreamDetail, ListChangesRequest, ListRequest, ObjectRef, Page, PlanChanges,
    PlanOverview, Prompt, Resource, WalkDependenciesRequest, Workstation,
};

use crate::error::Error;
use crate::knowledge::Knowledge;

/// Reads the plan of one engine.
#[derive(Clone, Debug)]
pub(crate) struct PlanReader {
    client: TwsClient,
    knowledge: Knowledge,
    engine: String,
}

/// A page by filter and order; the engine is the reader's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows<'a> {
    /// Filter text; empty: everything.
    pub(crate) filter: &'a str,
    /// Order text; empty: by key.
    pub(crate) order_by: &'a str,
    /// Most rows.
    pub(crate) limit: u32,
}

impl PlanReader {
    /// An empty engine name is the bridge's default.
    pub(crate) fn new(client: TwsClient, knowledge: Knowledge, engine: String) -> Self {
        Self { client, knowledge, engine }
    }

    /// The same reader for another engine.
    pub(crate) fn on(&self, engine: &str) -> Self {
        Self::new(self.client.clone(), self.knowledge.clone(), engine.to_owned())
    }

    /// What is known beyond the plan.
    pub(super) fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// Name of the engine.
    pub(crate) fn engine(&self) -> &str {
        &self.engine
    }

    /// Who keeps memories.
    pub(crate) fn memories(&self) -> Result<&MemoryClient, Error> {
        self.knowledge.memories.as_ref().ok_or(Error::MemoriesSilent)
    }

    pub(crate) async fn engines(&self) -> Result<Vec<EngineStatus>, Error> {
        self.client.list_engines().await.map_err(Error::Plan)
    }

    pub(crate) async fn overview(&self, attention_limit: u32) -> Result<PlanOverview, Error> {
        let overview = self.client.overview(&self.engine, attention_limit).await;
        overview.map_err(Error::Plan)
    }

    pub(crate) async fn jobs(&self, rows: Rows<'_>) -> Result<Page<Job>, Error> {
        self.client.list_jobs(self.page(rows)).await.map_err(Error::Plan)
    }

    pub(crate) async fn job_streams(&self, rows: Rows<'_>) -> Result<Page<JobStream>, Error> {
        self.client.list_job_streams(self.page(rows)).await.map_err(Error::Plan)
    }

    pub(crate) async fn workstations(&self, rows: Rows<'_>) -> Result<Page<Workstation>, Error> {
        self.client.list_workstations(self.page(rows)).await.map_err(Error::Plan)
    }

    pub(crate) async fn resources(&self, rows: Rows<'_>) -> Result<Page<Resource>, Error> {
        self.client.list_resources(self.page(rows)).await.map_err(Error::Plan)
    }

    pub(crate) async fn prompts(&self, rows: Rows<'_>) -> Result<Page<Prompt>, Error> {
        self.client.list_prompts(self.page(rows)).await.map_err(Error::Plan)
    }

    pub(crate) async fn job(&self, object: &str) -> Result<JobDetail, Error> {
        self.client.get_job(self.object(object)).await.map_err(Error::Plan)
    }

    pub(crate) async fn job_stream(&self, object: &str) -> Result<JobStreamDetail, Error> {
        self.client.get_job_stream(self.object(object)).await.map_err(Error::Plan)
    }

    pub(crate) async fn log_tail(&self, job: &str, tail_lines: u32) -> Result<JobLog, Error> {
        let request = JobLogRequest {
            engine: self.engine.clone(),
            job: job.to_owned(),
            tail_lines,
            ..JobLogRequest::default()
        };
        self.client.job_log(request).await.map_err(Error::Plan)
    }

    pub(crate) async fn walk(&self, request: WalkDependenciesRequest) -> Result<DependencyWalk, Error> {
        let request = WalkDependenciesRequest { engine: self.engine.clone(), ..request };
        self.client.walk(request).await.map_err(Error::Plan)
    }

    pub(crate) async fn count(&self, request: CountRequest) -> Result<Counts, Error> {
        let request = CountRequest { engine: self.engine.clone(), ..request };
        self.client.count(request).await.map_err(Error::Plan)
    }

    pub(crate) async fn find(&self, request: FindRequest) -> Result<Found, Error> {
        let request = FindRequest { engine: self.engine.clone(), ..request };
        self.client.find(request).await.map_err(Error::Plan)
    }

    pub(crate) async fn changes(&self, request: ListChangesRequest) -> Result<PlanChanges, Error> {
        let request = ListChangesRequest { engine: self.engine.clone(), ..request };
        self.client.changes(request).await.map_err(Error::Plan)
    }

    fn page(&self, rows: Rows<'_>) -> ListRequest {
        ListRequest {
            engine: self.engine.clone(),
            filter: rows.filter.to_owned(),
            order_by: rows.order_by.to_owned(),
            page_size: rows.limit,
            page_token: String::new(),
        }
    }

    fn object(&self, object: &str) -> ObjectRef {
        ObjectRef { engine: self.engine.clone(), object: object.to_owned() }
    }
}
