//! `resync.perf.v1.PerfService`: parse, call the handle, encode. Permissions are the server gate's business.

use std::time::Duration;

use futures::StreamExt as _;
use resync_api::perf::model::{NewSilence, ProcessReport, RecommendationQuery, Window};
use resync_api::proto::perf::v1 as proto;
use resync_api::proto::perf::v1::perf_service_server::{PerfService, PerfServiceServer};
use resync_api::status::to_status;
use resync_fault::Fault;
use resync_service_kit::identity::{Caller, IdentityError};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming};

use crate::handle::Handle;

/// The service to add to the role's server.
#[must_use]
pub fn service(handle: Handle) -> PerfServiceServer<Perf> {
    PerfServiceServer::new(Perf { handle })
}

/// Answers RPCs from the handle.
#[derive(Debug, Clone)]
pub struct Perf {
    handle: Handle,
}

fn refused(fault: impl Fault) -> Status {
    to_status(&fault)
}

/// The request as domain type.
fn parsed<M: TryInto<D>, D>(request: Request<M>) -> Result<D, Status>
where
    M::Error: Fault,
{
    request.into_inner().try_into().map_err(refused)
}

/// Who calls, as silences and test messages name them.
fn author<M>(request: &Request<M>) -> Result<String, Status> {
    let caller = request.extensions().get::<Caller>().ok_or_else(|| refused(IdentityError::Missing))?;
    Ok(caller.principal().display.clone())
}

fn all<D, M: From<D>>(values: Vec<D>) -> Vec<M> {
    values.into_iter().map(M::from).collect()
}

#[tonic::async_trait]
impl PerfService for Perf {
    async fn get_performance_health(
        &self,
        request: Request<proto::GetPerformanceHealthRequest>,
    ) -> Result<Response<proto::GetPerformanceHealthResponse>, Status> {
        let window: Window = parsed(request)?;
        Ok(Response::new(self.handle.health(window).into()))
    }

    async fn get_performance_report(
        &self,
        request: Request<proto::GetPerformanceReportRequest>,
    ) -> Result<Response<proto::GetPerformanceReportResponse>, Status> {
        let window: Window = parsed(request)?;
        Ok(Response::new(self.handle.report(window).into()))
    }

    async fn list_recommendations(
        &self,
        request: Request<proto::ListRecommendationsRequest>,
    ) -> Result<Response<proto::ListRecommendationsResponse>, Status> {
        let query: RecommendationQuery = parsed(request)?;
        Ok(Response::new(self.handle.recommendations(query).into()))
    }

    async fn get_resource_stats(
        &self,
        _: Request<proto::GetResourceStatsRequest>,
    ) -> Result<Response<proto::GetResourceStatsResponse>, Status> {
        let stats = Some(self.handle.resource_stats().into());
        Ok(Response::new(proto::GetResourceStatsResponse { stats }))
    }

    async fn list_leaks(
        &self,
        request: Request<proto::ListLeaksRequest>,
    ) -> Result<Response<proto::ListLeaksResponse>, Status> {
        let max_lifetime: Duration = parsed(request)?;
        let leaks = Some(self.handle.leaks(max_lifetime).into());
        Ok(Response::new(proto::ListLeaksResponse { leaks }))
    }

    async fn list_alerts(
        &self,
        _: Request<proto::ListAlertsRequest>,
    ) -> Result<Response<proto::ListAlertsResponse>, Status> {
        Ok(Response::new(proto::ListAlertsResponse { alerts: all(self.handle.alerts()) }))
    }

    async fn list_silences(
        &self,
        _: Request<proto::ListSilencesRequest>,
    ) -> Result<Response<proto::ListSilencesResponse>, Status> {
        Ok(Response::new(proto::ListSilencesResponse { silences: all(self.handle.silences()) }))
    }

    async fn create_silence(
        &self,
        request: Request<proto::CreateSilenceRequest>,
    ) -> Result<Response<proto::CreateSilenceResponse>, Status> {
        let author = author(&request)?;
        let silence: NewSilence = parsed(request)?;
        let made = self.handle.create_silence(silence, &author).map_err(refused)?;
        Ok(Response::new(made.into()))
    }

    async fn delete_silence(
        &self,
        request: Request<proto::DeleteSilenceRequest>,
    ) -> Result<Response<proto::DeleteSilenceResponse>, Status> {
        let author = author(&request)?;
        self.handle.delete_silence(&request.into_inner().id, &author).map_err(refused)?;
        Ok(Response::new(proto::DeleteSilenceResponse {}))
    }

    async fn send_test_notification(
        &self,
        request: Request<proto::SendTestNotificationRequest>,
    ) -> Result<Response<proto::SendTestNotificationResponse>, Status> {
        let author = author(&request)?;
        let destination = request.into_inner().destination;
        let outcomes = self.handle.send_test(&destination, &author).await.map_err(refused)?;
        Ok(Response::new(proto::SendTestNotificationResponse { outcomes: all(outcomes) }))
    }

    async fn collect_metrics(
        &self,
        _: Request<proto::CollectMetricsRequest>,
    ) -> Result<Response<proto::CollectMetricsResponse>, Status> {
        Ok(Response::new(proto::CollectMetricsResponse { processes: all(self.handle.metrics()) }))
    }

    type ReportStream = BoxStream<proto::ReportResponse>;

    async fn report(
        &self,
        request: Request<Streaming<proto::ReportRequest>>,
    ) -> Result<Response<Self::ReportStream>, Status> {
        let handle = self.handle.clone();
        let mut reports = request.into_inner();
        let answers = async_stream::stream! {
            let mut instance = String::new();
            loop {
                let message = match reports.message().await {
                    Ok(Some(message)) => message,
                    // The process ended its stream: it leaves on purpose. One that broke off is found missing.
                    Ok(None) => return handle.goodbye(&instance),
                    Err(_) => return,
                };
                let taken = ProcessReport::try_from(message).map_err(refused).and_then(|report| {
                    instance.clone_from(&report.instance);
                    handle.accept(report).map_err(refused)
                });
                let ended = taken.is_err();
                yield taken.map(Into::into);
                if ended {
                    return;
                }
            }
        };
        Ok(Response::new(answers.boxed()))
    }
}
