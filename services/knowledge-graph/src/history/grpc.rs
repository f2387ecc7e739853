//! `resync.graph.v1.HistoryService`.
//!
//! Permission for the engine named is checked before anything is said about it.

use resync_api::history::model::{RunSearch, StatisticsRequest, UnusualRequest};
use resync_api::proto::graph::v1 as proto;
use resync_api::proto::graph::v1::history_service_server::{HistoryService, HistoryServiceServer};
use resync_service_kit::identity::Caller;
use tonic::{Request, Response, Status};

use super::{RunStore, check, statistics};
use crate::graphs::Graphs;
use crate::grpc::calling::{caller, refused, require};
use crate::topology::Instance;

const READ: &str = "graph.read";

/// The service to add to the role's server.
#[must_use]
pub fn service(runs: RunStore, graphs: Graphs) -> HistoryServiceServer<Runs> {
    HistoryServiceServer::new(Runs { runs, graphs })
}

/// Answers RPCs about kept runs.
#[derive(Clone, Debug)]
pub struct Runs {
    runs: RunStore,
    graphs: Graphs,
}

impl Runs {
    /// The engine that is meant, once the caller may read it.
    fn engine(&self, caller: &Caller, name: &str) -> Result<String, Status> {
        let name = self.graphs.engine(name, |name| caller.may(READ, name)).map_err(refused)?;
        require(caller, READ, &name)?;
        Ok(name)
    }

    async fn instance(&self, engine: &str, job: &str) -> Result<Instance, crate::Error> {
        let job = job.to_owned();
        self.graphs.ask(engine, move |graph, _| Ok(graph.instance(&job)?)).await
    }

    /// The key of a job named by its plan id or key. What the plan does not hold now can have run before, so that it is a
    /// key as it stands; while no plan was received, only what looks like a key is one.
    async fn key(&self, engine: &str, job: String) -> Result<String, Status> {
        if job.is_empty() {
            return Ok(job);
        }
        match self.instance(engine, &job).await {
            Ok(instance) => Ok(instance.job.key),
            Err(error @ crate::Error::NotReceived { .. }) if !job.contains('#') => Err(refused(error)),
            Err(_) => Ok(job),
        }
    }
}

#[tonic::async_trait]
impl HistoryService for Runs {
    async fn list_runs(
        &self,
        request: Request<proto::ListRunsRequest>,
    ) -> Result<Response<proto::ListRunsResponse>, Status> {
        let caller = caller(&request)?;
        let search = RunSearch::try_from(request.into_inner()).map_err(refused)?;
        let engine = self.engine(&caller, &search.engine)?;
        let job = self.key(&engine, search.job).await?;
        let page = self.runs.list(&RunSearch { engine, job, ..search }).await.map_err(refused)?;
        Ok(Response::new(page.into()))
    }

    async fn get_run_statistics(
        &self,
        request: Request<proto::GetRunStatisticsRequest>,
    ) -> Result<Response<proto::GetRunStatisticsResponse>, Status> {
        let caller = caller(&request)?;
        let request = StatisticsRequest::try_from(request.into_inner()).map_err(refused)?;
        let engine = self.engine(&caller, &request.engine)?;
        let job = self.key(&engine, request.job).await?;
        let found = self.runs.of_job(&engine, &job, request.from, request.until).await.map_err(refused)?;
        Ok(Response::new(statistics(&engine, &job, &found).into()))
    }

    async fn check_unusual(
        &self,
        request: Request<proto::CheckUnusualRequest>,
    ) -> Result<Response<proto::CheckUnusualResponse>, Status> {
        let caller = caller(&request)?;
        let request = UnusualRequest::try_from(request.into_inner()).map_err(refused)?;
        let engine = self.engine(&caller, &request.engine)?;
        let instance = self.instance(&engine, &request.job).await.map_err(refused)?;
        let found = self.runs.of_job(&engine, &instance.job.key, None, None).await.map_err(refused)?;
        Ok(Response::new(check(&instance, &found.runs).into()))
    }
}
