//! `resync.graph.v1.GraphService`: parse, authorise, compute over the newest graph, encode.
//!
//! Permission for the engine named is checked before anything is said about whether its graph exists.

pub(crate) mod calling;

use resync_api::graph::model::{
    ForecastRequest, HealthRequest, ImpactRequest, PathRequest, RiskRequest, RootCauseRequest,
    SimulationRequest,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::proto::graph::v1::graph_service_server::{GraphService, GraphServiceServer};
use resync_api::status::to_status;
use resync_fault::Fault;
use resync_service_kit::identity::{Caller, IdentityError};
use tonic::{Request, Response, Status};

use crate::error::Error;
use crate::graphs::Graphs;
use crate::topology::{DurationHistory, Graph};

const READ_GRAPH: &str = "graph.read";

/// The service to add to the role's server.
#[must_use]
pub fn service(graphs: Graphs) -> GraphServiceServer<GraphServer> {
    GraphServiceServer::new(GraphServer { graphs })
}

/// Answers RPCs from the graphs.
#[derive(Clone, Debug)]
pub struct GraphServer {
    graphs: Graphs,
}

fn refused(fault: impl Fault) -> Status {
    to_status(&fault)
}

impl GraphServer {
    async fn answer<M, D, A, R>(
        &self,
        request: Request<M>,
        engine: fn(&D) -> &str,
        compute: fn(&Graph, &D, &dyn DurationHistory) -> Result<A, Error>,
    ) -> Result<Response<R>, Status>
    where
        M: TryInto<D>,
        M::Error: Fault,
        D: Send + 'static,
        A: Send + 'static,
        R: From<A>,
    {
        let caller = request.extensions().get::<Caller>().cloned();
        let caller = caller.ok_or_else(|| refused(IdentityError::Missing))?;
        let request: D = request.into_inner().try_into().map_err(refused)?;
        let may_see = |name: &str| caller.may(READ_GRAPH, name);
        let name = self.graphs.engine(engine(&request), may_see).map_err(refused)?;
        caller.require(READ_GRAPH, &name).map_err(refused)?;
        let work = self.graphs.ask(&name, move |graph, history| compute(graph, &request, history));
        Ok(Response::new(work.await.map_err(refused)?.into()))
    }
}

#[tonic::async_trait]
impl GraphService for GraphServer {
    async fn get_impact(
        &self,
        request: Request<proto::GetImpactRequest>,
    ) -> Result<Response<proto::GetImpactResponse>, Status> {
        self.answer(
            request,
            |request: &ImpactRequest| &request.engine,
            |graph, request, _| Ok(graph.impact(request)?),
        )
        .await
    }

    async fn find_root_cause(
        &self,
        request: Request<proto::FindRootCauseRequest>,
    ) -> Result<Response<proto::FindRootCauseResponse>, Status> {
        self.answer(
            request,
            |request: &RootCauseRequest| &request.engine,
            |graph, request, _| Ok(graph.root_causes(request)?),
        )
        .await
    }

    async fn find_path(
        &self,
        request: Request<proto::FindPathRequest>,
    ) -> Result<Response<proto::FindPathResponse>, Status> {
        self.answer(
            request,
            |request: &PathRequest| &request.engine,
            |graph, request, _| Ok(graph.path_between(request)?),
        )
        .await
    }

    async fn get_critical_path(
        &self,
        request: Request<proto::GetCriticalPathRequest>,
    ) -> Result<Response<proto::GetCriticalPathResponse>, Status> {
        self.answer(
            request,
            |request: &ForecastRequest| &request.engine,
            |graph, request, history| Ok(graph.critical_path(request, history)?),
        )
        .await
    }

    async fn forecast_job(
        &self,
        request: Request<proto::ForecastJobRequest>,
    ) -> Result<Response<proto::ForecastJobResponse>, Status> {
        self.answer(
            request,
            |request: &ForecastRequest| &request.engine,
            |graph, request, history| Ok(graph.forecast_object(request, history)?),
        )
        .await
    }

    async fn forecast_plan(
        &self,
        request: Request<proto::ForecastPlanRequest>,
    ) -> Result<Response<proto::ForecastPlanResponse>, Status> {
        self.answer(
            request,
            |request: &ForecastRequest| &request.engine,
            |graph, request, history| Ok(graph.forecast_plan(request, history)),
        )
        .await
    }

    async fn assess_risk(
        &self,
        request: Request<proto::AssessRiskRequest>,
    ) -> Result<Response<proto::AssessRiskResponse>, Status> {
        self.answer(
            request,
            |request: &RiskRequest| &request.engine,
            |graph, request, history| Ok(graph.risks(request, history)?),
        )
        .await
    }

    async fn simulate_change(
        &self,
        request: Request<proto::SimulateChangeRequest>,
    ) -> Result<Response<proto::SimulateChangeResponse>, Status> {
        self.answer(
            request,
            |request: &SimulationRequest| &request.engine,
            |graph, request, history| Ok(graph.simulate(request, history)?),
        )
        .await
    }

    async fn get_topology_health(
        &self,
        request: Request<proto::GetTopologyHealthRequest>,
    ) -> Result<Response<proto::GetTopologyHealthResponse>, Status> {
        self.answer(
            request,
            |request: &HealthRequest| &request.engine,
            |graph, request, history| Ok(graph.health(request, history)),
        )
        .await
    }
}
