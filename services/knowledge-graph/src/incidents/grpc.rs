//! `resync.graph.v1.IncidentService`.
//!
//! Lines of job logs leave only to callers who may read logs of that engine.

use resync_api::incidents::model::{
    FindSimilar, Incident, IncidentSearch, LikenessKind, NewResolution, NewResolutionReport, SimilarTo,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::proto::graph::v1::incident_service_server::{IncidentService, IncidentServiceServer};
use resync_service_kit::identity::Caller;
use tonic::{Request, Response, Status};

use super::{Incidents, Page};
use crate::graphs::Graphs;
use crate::grpc::calling::{caller, in_person, page_size, refused, require};

const READ: &str = "incidents.read";
const MANAGE: &str = "incidents.manage";
const READ_LOG: &str = "log.read";
const EVERYWHERE: &str = "*";

/// The service to add to the role's server.
#[must_use]
pub fn service(incidents: Incidents, graphs: Graphs) -> IncidentServiceServer<IncidentServer> {
    IncidentServiceServer::new(IncidentServer { incidents, graphs })
}

/// Answers RPCs about incidents.
#[derive(Clone, Debug)]
pub struct IncidentServer {
    incidents: Incidents,
    graphs: Graphs,
}

impl IncidentServer {
    /// The incident, once the caller has the permission for its engine.
    async fn allowed(&self, caller: &Caller, permission: &str, id: &str) -> Result<Incident, Status> {
        let incident = self.incidents.incident(id).await.map_err(refused)?;
        require(caller, permission, &incident.engine)?;
        Ok(incident)
    }

    /// The engines of a list: the one that is named, or those the caller may see; unset: all.
    async fn engines(&self, caller: &Caller, named: &str) -> Result<Option<Vec<String>>, Status> {
        if !named.is_empty() {
            require(caller, READ, named)?;
            return Ok(Some(vec![named.to_owned()]));
        }
        if caller.may(READ, EVERYWHERE) {
            return Ok(None);
        }
        let mut engines = self.incidents.engines().await.map_err(refused)?;
        engines.retain(|engine| caller.may(READ, engine));
        Ok(Some(engines))
    }
}

/// The incident as the caller may see it.
fn shown(caller: &Caller, mut incident: Incident) -> Incident {
    if !caller.may(READ_LOG, &incident.engine) && !incident.symptom.lines.is_empty() {
        incident.symptom.lines.clear();
        incident.symptom.lines_withheld = true;
    }
    incident
}

#[tonic::async_trait]
impl IncidentService for IncidentServer {
    async fn list_incidents(
        &self,
        request: Request<proto::ListIncidentsRequest>,
    ) -> Result<Response<proto::ListIncidentsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        let page = Page { size: page_size(request.page_size)?, token: request.page_token.clone() };
        let search = IncidentSearch::try_from(request).map_err(refused)?;
        let engines = self.engines(&caller, &search.engine).await?;
        let mut found = self.incidents.list(&search, engines, &page).await.map_err(refused)?;
        found.incidents = found.incidents.into_iter().map(|incident| shown(&caller, incident)).collect();
        Ok(Response::new(found.into()))
    }

    async fn get_incident(
        &self,
        request: Request<proto::GetIncidentRequest>,
    ) -> Result<Response<proto::GetIncidentResponse>, Status> {
        let caller = caller(&request)?;
        let id = request.into_inner().incident_id;
        let mut detail = self.incidents.detail(&id).await.map_err(refused)?;
        require(&caller, READ, &detail.incident.engine)?;
        detail.incident = shown(&caller, detail.incident);
        Ok(Response::new(detail.into()))
    }

    async fn resolve_incident(
        &self,
        request: Request<proto::ResolveIncidentRequest>,
    ) -> Result<Response<proto::ResolveIncidentResponse>, Status> {
        let caller = caller(&request)?;
        let acting = in_person(&request)?;
        let said = NewResolution::try_from(request.into_inner()).map_err(refused)?;
        self.allowed(&caller, MANAGE, &said.incident_id).await?;
        let incident = self.incidents.resolve(&said, &acting).await.map_err(refused)?;
        let incident = Some(shown(&caller, incident).into());
        Ok(Response::new(proto::ResolveIncidentResponse { incident }))
    }

    async fn report_resolution(
        &self,
        request: Request<proto::ReportResolutionRequest>,
    ) -> Result<Response<proto::ReportResolutionResponse>, Status> {
        let caller = caller(&request)?;
        let acting = in_person(&request)?;
        let said = NewResolutionReport::try_from(request.into_inner()).map_err(refused)?;
        self.allowed(&caller, MANAGE, &said.incident_id).await?;
        if !said.tried_on.is_empty() {
            self.allowed(&caller, READ, &said.tried_on).await?;
        }
        let incident = self.incidents.report(&said, &acting).await.map_err(refused)?;
        let incident = Some(shown(&caller, incident).into());
        Ok(Response::new(proto::ReportResolutionResponse { incident }))
    }

    async fn find_similar_incidents(
        &self,
        request: Request<proto::FindSimilarIncidentsRequest>,
    ) -> Result<Response<proto::FindSimilarIncidentsResponse>, Status> {
        let caller = caller(&request)?;
        let FindSimilar { to, limit } = request.into_inner().try_into().map_err(refused)?;
        let may_see = |engine: &str| caller.may(READ, engine);
        let id = match to {
            SimilarTo::Incident(id) => id,
            SimilarTo::Job { engine, job } => {
                let engine = self.graphs.engine(&engine, may_see).map_err(refused)?;
                require(&caller, READ, &engine)?;
                self.incidents.of_job(&engine, &job).await.map_err(refused)?
            }
        };
        self.allowed(&caller, READ, &id).await?;
        let mut found = self.incidents.similar(&id, limit, may_see).await.map_err(refused)?;
        let own_log = caller.may(READ_LOG, &found.incident.engine);
        found.incident = shown(&caller, found.incident);
        for similar in &mut found.similar {
            similar.incident = shown(&caller, similar.incident.clone());
            if !own_log || similar.incident.symptom.lines_withheld {
                let lines = similar.reasons.iter_mut().filter(|reason| reason.kind == LikenessKind::Lines);
                lines.for_each(|reason| reason.shared.clear());
            }
        }
        Ok(Response::new(found.into()))
    }
}
