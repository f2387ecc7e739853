//! `resync.audit.v1.AuditService`.

use std::sync::Arc;

use futures::stream::{self, BoxStream, StreamExt as _, TryStreamExt as _};
use resync_api::audit::model::{AuditEvent, AuditSearch, Checkpoint, ExportFormat, Recorded};
use resync_api::proto::audit::v1 as proto;
use resync_api::proto::audit::v1::audit_service_server::{AuditService, AuditServiceServer};
use resync_api::protocol_error::ProtocolError;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status};

use super::{AuditError, Checkpoints, Recorder};
use crate::audit;
use crate::grpc::calling::{caller, page_size, refused, require};
use crate::store::Store;

const READ: &str = "audit.read";
/// Events of one report.
const EVENTS: usize = 1_000;
/// Checkpoints of one request.
const CHECKPOINTS: usize = 1_000;
/// Steps of a verification that its reader has not taken yet; further progress is not told, verdicts wait.
const STEPS: usize = 16;

/// The service to add to the role's server.
#[must_use]
pub fn service(
    store: Arc<dyn Store>,
    recorder: Recorder,
    checkpoints: Checkpoints,
) -> AuditServiceServer<Audit> {
    AuditServiceServer::new(Audit { store, recorder, checkpoints })
}

/// Answers RPCs about the audit log.
#[derive(Debug, Clone)]
pub struct Audit {
    store: Arc<dyn Store>,
    recorder: Recorder,
    checkpoints: Checkpoints,
}

fn all<P, D>(values: Vec<P>, most: usize, field: &'static str) -> Result<Vec<D>, Status>
where
    D: TryFrom<P, Error = ProtocolError>,
{
    if values.len() > most {
        return Err(refused(ProtocolError::Rule { field, rule: "at most 1000" }));
    }
    values.into_iter().map(D::try_from).collect::<Result<_, _>>().map_err(refused)
}

#[tonic::async_trait]
impl AuditService for Audit {
    async fn list_audit_events(
        &self,
        request: Request<proto::ListAuditEventsRequest>,
    ) -> Result<Response<proto::ListAuditEventsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        require(&caller, READ, &request.engine)?;
        let (size, token) = (page_size(request.page_size)?, request.page_token.clone());
        let search = AuditSearch::try_from(request).map_err(refused)?;
        let page = audit::list(self.store.as_ref(), &search, size, &token).await;
        page.map(|page| Response::new(page.into())).map_err(refused)
    }

    async fn get_audit_report(
        &self,
        request: Request<proto::GetAuditReportRequest>,
    ) -> Result<Response<proto::GetAuditReportResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        require(&caller, READ, &request.engine)?;
        let search = AuditSearch::try_from(request).map_err(refused)?;
        let report = audit::report(self.store.as_ref(), &search).await;
        report.map(|report| Response::new(report.into())).map_err(refused)
    }

    type ExportAuditEventsStream = BoxStream<'static, Result<proto::ExportAuditEventsResponse, Status>>;

    async fn export_audit_events(
        &self,
        request: Request<proto::ExportAuditEventsRequest>,
    ) -> Result<Response<Self::ExportAuditEventsStream>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        require(&caller, READ, &request.engine)?;
        let (search, format): (AuditSearch, ExportFormat) = request.try_into().map_err(refused)?;
        let parts = audit::export(Arc::clone(&self.store), &search, format);
        let parts = parts.map_ok(|chunk| proto::ExportAuditEventsResponse { chunk }).map_err(refused);
        Ok(Response::new(parts.boxed()))
    }

    type VerifyAuditStream = BoxStream<'static, Result<proto::VerifyAuditResponse, Status>>;

    async fn verify_audit(
        &self,
        request: Request<proto::VerifyAuditRequest>,
    ) -> Result<Response<Self::VerifyAuditStream>, Status> {
        let caller = caller(&request)?;
        require(&caller, READ, "")?;
        let proto::VerifyAuditRequest { chain, checkpoints } = request.into_inner();
        let mut checkpoints: Vec<Checkpoint> = all(checkpoints, CHECKPOINTS, "checkpoints")?;
        checkpoints.extend(self.checkpoints.all().await);
        let (steps, told) = mpsc::channel(STEPS);
        let work = verify(self.clone(), chain, checkpoints, steps);
        // The work is a stream without items, so that it goes on exactly while somebody reads.
        let work = stream::once(work).filter_map(|()| std::future::ready(None));
        Ok(Response::new(stream::select(ReceiverStream::new(told), work).boxed()))
    }

    async fn list_audit_checkpoints(
        &self,
        request: Request<proto::ListAuditCheckpointsRequest>,
    ) -> Result<Response<proto::ListAuditCheckpointsResponse>, Status> {
        require(&caller(&request)?, READ, "")?;
        let newest = self.checkpoints.newest().await;
        Ok(Response::new(proto::ListAuditCheckpointsResponse {
            checkpoints: newest.into_iter().map(Into::into).collect(),
            public_key: self.checkpoints.key().public_key(),
        }))
    }

    async fn record_audit_events(
        &self,
        request: Request<proto::RecordAuditEventsRequest>,
    ) -> Result<Response<proto::RecordAuditEventsResponse>, Status> {
        let proto::RecordAuditEventsRequest { events, refuse_spooling } = request.into_inner();
        if events.is_empty() {
            return Err(refused(ProtocolError::Missing { field: "events" }));
        }
        let events: Vec<AuditEvent> = all(events, EVENTS, "events")?;
        let recorded = if refuse_spooling {
            self.recorder.record_chained(events).await
        } else {
            self.recorder.record(events).await
        };
        let spooled = recorded.map_err(refused)? == Recorded::Spooled;
        Ok(Response::new(proto::RecordAuditEventsResponse { spooled }))
    }
}

type Steps = mpsc::Sender<Result<proto::VerifyAuditResponse, Status>>;

/// Verifies chain after chain and tells; ends early when nobody listens.
async fn verify(audit: Audit, chain: String, checkpoints: Vec<Checkpoint>, steps: Steps) {
    if let Err(error) = verdicts(&audit, chain, &checkpoints, &steps).await {
        let _ = steps.send(Err(refused(error))).await;
    }
}

async fn verdicts(
    audit: &Audit,
    chain: String,
    checkpoints: &[Checkpoint],
    steps: &Steps,
) -> Result<(), AuditError> {
    use proto::verify_audit_response::Step;
    let store = audit.store.as_ref();
    let chains = if chain.is_empty() { audit::chains(store, checkpoints).await? } else { vec![chain] };
    let mut before = 0;
    for chain in chains {
        let mut read = 0;
        let progress = |entries| {
            read = entries;
            let step = Some(Step::EntriesRead(before + entries));
            // Progress that nobody takes in time is old news.
            let _ = steps.try_send(Ok(proto::VerifyAuditResponse { step }));
        };
        let verdict = audit::verify(store, &chain, checkpoints, audit.checkpoints.key(), progress).await?;
        before += read;
        let step = Some(Step::Verdict(verdict.into()));
        if steps.send(Ok(proto::VerifyAuditResponse { step })).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}
