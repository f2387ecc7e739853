//! Calls that read the engine and its current plan.

use std::collections::BTreeMap;

use futures::Stream;
use serde::de::DeserializeOwned;

use super::Client;
use super::request::Request;
use crate::error::Result;
use crate::oql::Oql;
use crate::page::{Listed, Page, Query};
use crate::wire::dependency::FileInPlan;
use crate::wire::engine::{EngineInfo, FlowNode, GroupedCount, Issue, Issues, ObjectInfo};
use crate::wire::job::JobInPlan;
use crate::wire::object::{PromptInPlan, ResourceInPlan, WorkstationInPlan};
use crate::wire::stream::JobStreamInPlan;

/// Selects every job, in the command line's syntax.
pub(crate) const ALL_JOBS: &str = "/@/@#/@/@.@";
/// Selects every job stream.
pub(crate) const ALL_JOB_STREAMS: &str = "/@/@#/@/@";

/// How counts are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grouping {
    /// By the status to show.
    Status,
    /// By workstation.
    Workstation,
    /// By folder.
    Folder,
}

impl Grouping {
    fn as_str(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Workstation => "workstation",
            Self::Folder => "folder",
        }
    }
}

impl Client {
    /// Version, time zone and licence.
    pub async fn engine_info(&self) -> Result<EngineInfo> {
        self.json(Request::get("engine/info")).await
    }

    /// Labels and actions by kind of plan object, in the engine's language.
    pub async fn objects_info(&self) -> Result<BTreeMap<String, ObjectInfo>> {
        self.json(Request::get("objects-info")).await
    }

    /// One page of any listed object.
    pub async fn list<T: Listed>(&self, query: &Query) -> Result<Page<T>> {
        let request = Request::list::<T>(query);
        let answer = self.bytes(&request).await?;
        Page::read(&answer.body, query.offset).map_err(|error| answer.shape(&request, &error))
    }

    /// All pages of any listed object, one after the other, from the query's offset.
    ///
    /// The list moves while it is read: an object can appear on two pages or on none. Order by a field that does not
    /// change, and do not take absence for deletion without asking for the object.
    pub fn pages<T: Listed>(&self, query: Query) -> impl Stream<Item = Result<Page<T>>> + Send + use<T> {
        let client = self.clone();
        futures::stream::try_unfold(Some(query), move |next| {
            let client = client.clone();
            async move {
                let Some(mut query) = next else { return Ok(None) };
                let page = client.list::<T>(&query).await?;
                let rest = page.next_offset.map(|offset| {
                    query.offset = offset;
                    query
                });
                Ok(Some((page, rest)))
            }
        })
    }

    /// A page of jobs.
    pub async fn jobs(&self, query: &Query) -> Result<Page<JobInPlan>> {
        self.list(query).await
    }

    /// One job with its dependencies and all its runs.
    pub async fn job(&self, id: &str) -> Result<JobInPlan> {
        self.one("plan/job", id).await
    }

    /// How many jobs the plan has, split as asked.
    pub async fn job_count(&self, grouping: &[Grouping]) -> Result<GroupedCount> {
        self.count("plan/job/count", ALL_JOBS, grouping).await
    }

    /// The engine's own words on why jobs do not start.
    pub async fn job_issues(&self, oql: &Oql) -> Result<Vec<Issue>> {
        let request = Request::get("plan/job/issues").parameter("oql", &oql.to_string());
        Ok(self.json::<Issues>(request).await?.issues)
    }

    /// Predecessors of a job, up to `depth` steps away. Not on every version; see [`crate::Capabilities`].
    pub async fn job_predecessors(&self, id: &str, depth: u32) -> Result<Vec<FlowNode>> {
        self.neighbours("plan/job", id, "predecessors", depth).await
    }

    /// Successors of a job, up to `depth` steps away. Not on every version; see [`crate::Capabilities`].
    pub async fn job_successors(&self, id: &str, depth: u32) -> Result<Vec<FlowNode>> {
        self.neighbours("plan/job", id, "successors", depth).await
    }

    /// A page of job streams.
    pub async fn job_streams(&self, query: &Query) -> Result<Page<JobStreamInPlan>> {
        self.list(query).await
    }

    /// One job stream with its dependencies.
    pub async fn job_stream(&self, id: &str) -> Result<JobStreamInPlan> {
        self.one("plan/jobstream", id).await
    }

    /// How many job streams the plan has, split as asked. Not on every version; see [`crate::Capabilities`].
    pub async fn job_stream_count(&self, grouping: &[Grouping]) -> Result<GroupedCount> {
        self.count("plan/jobstream/count", ALL_JOB_STREAMS, grouping).await
    }

    /// Predecessors of a job stream. Not on every version; see [`crate::Capabilities`].
    pub async fn job_stream_predecessors(&self, id: &str, depth: u32) -> Result<Vec<FlowNode>> {
        self.neighbours("plan/jobstream", id, "predecessors", depth).await
    }

    /// Successors of a job stream. Not on every version; see [`crate::Capabilities`].
    pub async fn job_stream_successors(&self, id: &str, depth: u32) -> Result<Vec<FlowNode>> {
        self.neighbours("plan/jobstream", id, "successors", depth).await
    }

    /// A page of workstations.
    pub async fn workstations(&self, query: &Query) -> Result<Page<WorkstationInPlan>> {
        self.list(query).await
    }

    /// One workstation.
    pub async fn workstation(&self, id: &str) -> Result<WorkstationInPlan> {
        self.one("plan/workstation", id).await
    }

    /// A page of resources, each with its holders.
    pub async fn resources(&self, query: &Query) -> Result<Page<ResourceInPlan>> {
        self.list(query).await
    }

    /// One resource.
    pub async fn resource(&self, id: &str) -> Result<ResourceInPlan> {
        self.one("plan/resource", id).await
    }

    /// A page of prompts. Not on every version; see [`crate::Capabilities`].
    pub async fn prompts(&self, query: &Query) -> Result<Page<PromptInPlan>> {
        self.list(query).await
    }

    /// A page of watched files. Not on every version; see [`crate::Capabilities`].
    pub async fn files(&self, query: &Query) -> Result<Page<FileInPlan>> {
        self.list(query).await
    }

    async fn one<T: DeserializeOwned>(&self, path: &str, id: &str) -> Result<T> {
        self.json(Request::get(path).segment(id)).await
    }

    async fn count(&self, path: &str, selection: &str, grouping: &[Grouping]) -> Result<GroupedCount> {
        let mut request = Request::get(path).parameter("plan_filter", selection);
        if !grouping.is_empty() {
            let groups: Vec<_> = grouping.iter().map(|group| group.as_str()).collect();
            request = request.parameter("grouping_filters", &groups.join(","));
        }
        self.json(request).await
    }

    async fn neighbours(&self, path: &str, id: &str, direction: &str, depth: u32) -> Result<Vec<FlowNode>> {
        let request = Request::get(path).segment(id).then(direction).parameter("depth", &depth.to_string());
        let answer = self.bytes(&request).await?;
        let page = Page::<FlowNode>::read(&answer.body, 0).map_err(|error| answer.shape(&request, &error))?;
        Ok(page.items)
    }
}
