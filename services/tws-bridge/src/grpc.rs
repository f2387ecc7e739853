//! `resync.tws.v1.TwsService`: parse, authorise, call the handle, encode. No decisions about the plan.
//!
//! Permission for the engine named is checked before anything is said about whether it exists, and lists of engines
//! hold only those the caller may see.

use std::pin::Pin;

use futures::{Stream, StreamExt};
use resync_api::proto::tws::v1 as proto;
use resync_api::proto::tws::v1::tws_service_server::{TwsService, TwsServiceServer};
use resync_api::status::to_status;
use resync_api::tws::model::{
    CountRequest, FindRequest, JobLogRequest, ListChangesRequest, ListRequest, ObjectRef,
    WalkDependenciesRequest, WatchRequest,
};
use resync_fault::Fault;
use resync_service_kit::identity::{Caller, IdentityError};
use tonic::{Request, Response, Status};

use crate::bridge::{Handle, PlanView};

const READ_PLAN: &str = "plan.read";
const READ_LOG: &str = "log.read";

/// The service to add to the role's server.
#[must_use]
pub fn service(handle: Handle) -> TwsServiceServer<Tws> {
    TwsServiceServer::new(Tws { handle })
}

/// Answers RPCs from the handle.
#[derive(Debug, Clone)]
pub struct Tws {
    handle: Handle,
}

fn refused(fault: impl Fault) -> Status {
    to_status(&fault)
}

/// The request's caller, put there by the server's gate.
fn caller<T>(request: &Request<T>) -> Result<Caller, Status> {
    request.extensions().get::<Caller>().cloned().ok_or_else(|| refused(IdentityError::Missing))
}

impl Tws {
    /// The engine, once the caller is known to have the permission there.
    fn plan(&self, caller: &Caller, permission: &str, engine: &str) -> Result<&PlanView, Status> {
        let may_see = |name: &str| caller.may(permission, name);
        let name = self.handle.name(engine, may_see).map_err(refused)?;
        caller.require(permission, name).map_err(refused)?;
        self.handle.engine(name, may_see).map_err(refused)
    }

    /// A request of the contract as domain type, and the engine it is about.
    fn parsed<M, D>(&self, request: Request<M>, engine: fn(&D) -> &str) -> Result<(D, &PlanView), Status>
    where
        M: TryInto<D>,
        M::Error: Fault,
    {
        let caller = caller(&request)?;
        let request: D = request.into_inner().try_into().map_err(refused)?;
        let plan = self.plan(&caller, READ_PLAN, engine(&request))?;
        Ok((request, plan))
    }
}

fn answer<D, M: From<D>>(outcome: Result<D, crate::Error>) -> Result<Response<M>, Status> {
    outcome.map(|answer| Response::new(answer.into())).map_err(refused)
}

#[tonic::async_trait]
impl TwsService for Tws {
    async fn list_engines(
        &self,
        request: Request<proto::ListEnginesRequest>,
    ) -> Result<Response<proto::ListEnginesResponse>, Status> {
        let caller = caller(&request)?;
        let visible = self.handle.engines().filter(|view| caller.may(READ_PLAN, view.engine()));
        Ok(Response::new(proto::ListEnginesResponse {
            engines: visible.map(|view| view.status().into()).collect(),
        }))
    }

    async fn get_plan_overview(
        &self,
        request: Request<proto::GetPlanOverviewRequest>,
    ) -> Result<Response<proto::GetPlanOverviewResponse>, Status> {
        let caller = caller(&request)?;
        let proto::GetPlanOverviewRequest { engine, attention_limit } = request.into_inner();
        let plan = self.plan(&caller, READ_PLAN, &engine)?;
        let limit = u32::try_from(attention_limit).map_err(|_| refused(negative("attention_limit")))?;
        answer(plan.overview(limit).map(std::sync::Arc::unwrap_or_clone))
    }

    async fn list_jobs(
        &self,
        request: Request<proto::ListJobsRequest>,
    ) -> Result<Response<proto::ListJobsResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ListRequest| &request.engine)?;
        answer(plan.jobs(&request))
    }

    async fn get_job(
        &self,
        request: Request<proto::GetJobRequest>,
    ) -> Result<Response<proto::GetJobResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ObjectRef| &request.engine)?;
        answer(plan.job(&request.object).await)
    }

    async fn get_job_log(
        &self,
        request: Request<proto::GetJobLogRequest>,
    ) -> Result<Response<proto::GetJobLogResponse>, Status> {
        let caller = caller(&request)?;
        let request: JobLogRequest = request.into_inner().try_into().map_err(refused)?;
        let plan = self.plan(&caller, READ_LOG, &request.engine)?;
        answer(plan.job_log(&request).await)
    }

    async fn walk_dependencies(
        &self,
        request: Request<proto::WalkDependenciesRequest>,
    ) -> Result<Response<proto::WalkDependenciesResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &WalkDependenciesRequest| &request.engine)?;
        answer(plan.walk(&request))
    }

    async fn list_job_streams(
        &self,
        request: Request<proto::ListJobStreamsRequest>,
    ) -> Result<Response<proto::ListJobStreamsResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ListRequest| &request.engine)?;
        answer(plan.job_streams(&request))
    }

    async fn get_job_stream(
        &self,
        request: Request<proto::GetJobStreamRequest>,
    ) -> Result<Response<proto::GetJobStreamResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ObjectRef| &request.engine)?;
        answer(plan.job_stream(&request.object))
    }

    async fn list_workstations(
        &self,
        request: Request<proto::ListWorkstationsRequest>,
    ) -> Result<Response<proto::ListWorkstationsResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ListRequest| &request.engine)?;
        answer(plan.workstations(&request))
    }

    async fn list_resources(
        &self,
        request: Request<proto::ListResourcesRequest>,
    ) -> Result<Response<proto::ListResourcesResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ListRequest| &request.engine)?;
        answer(plan.resources(&request))
    }

    async fn list_prompts(
        &self,
        request: Request<proto::ListPromptsRequest>,
    ) -> Result<Response<proto::ListPromptsResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ListRequest| &request.engine)?;
        answer(plan.prompts(&request))
    }

    async fn count_objects(
        &self,
        request: Request<proto::CountObjectsRequest>,
    ) -> Result<Response<proto::CountObjectsResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &CountRequest| &request.engine)?;
        answer(plan.count(&request))
    }

    async fn find_objects(
        &self,
        request: Request<proto::FindObjectsRequest>,
    ) -> Result<Response<proto::FindObjectsResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &FindRequest| &request.engine)?;
        answer(plan.find(&request))
    }

    async fn list_plan_changes(
        &self,
        request: Request<proto::ListPlanChangesRequest>,
    ) -> Result<Response<proto::ListPlanChangesResponse>, Status> {
        let (request, plan) = self.parsed(request, |request: &ListChangesRequest| &request.engine)?;
        answer(plan.changes(&request))
    }

    type WatchPlanStream = Pin<Box<dyn Stream<Item = Result<proto::WatchPlanResponse, Status>> + Send>>;

    async fn watch_plan(
        &self,
        request: Request<proto::WatchPlanRequest>,
    ) -> Result<Response<Self::WatchPlanStream>, Status> {
        let caller = caller(&request)?;
        let request: WatchRequest = request.into_inner().into();
        let updates = self.plan(&caller, READ_PLAN, &request.engine)?.watch(&request).map_err(refused)?;
        Ok(Response::new(updates.map(|update| update.map(Into::into).map_err(refused)).boxed()))
    }

    type ExportTopologyStream =
        Pin<Box<dyn Stream<Item = Result<proto::ExportTopologyResponse, Status>> + Send>>;

    async fn export_topology(
        &self,
        request: Request<proto::ExportTopologyRequest>,
    ) -> Result<Response<Self::ExportTopologyStream>, Status> {
        let caller = caller(&request)?;
        let proto::ExportTopologyRequest { engine } = request.into_inner();
        let updates = self.plan(&caller, READ_PLAN, &engine)?.export().map_err(refused)?;
        Ok(Response::new(updates.map(|update| update.map(Into::into).map_err(refused)).boxed()))
    }
}

fn negative(field: &'static str) -> resync_api::protocol_error::ProtocolError {
    resync_api::protocol_error::ProtocolError::Invalid { field, value: "a negative number".to_owned() }
}
