//! The performance monitor: meant to own metrics of caches, pools and resources of every role, scores, recommendations and alerts.
//!
//! None of that is built yet. The role starts, reports health and answers every call with UNIMPLEMENTED, so that the mesh
//! has its final shape; it keeps no state and pretends nothing.

use resync_api::proto::perf::v1 as proto;
use resync_api::proto::perf::v1::perf_service_server::{PerfService, PerfServiceServer};
use resync_api::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status};

/// The role's gRPC service.
#[derive(Debug, Clone, Copy, Default)]
pub struct Role;

/// The service to add to the role's server.
#[must_use]
pub fn service() -> PerfServiceServer<Role> {
    PerfServiceServer::new(Role)
}

fn not_built<T>() -> Result<Response<T>, Status> {
    let fault = FaultBody::new(
        ErrorKind::Unimplemented,
        "NOT_BUILT_YET",
        "the role perf-monitor is not built in this version",
    );
    Err(to_status(&fault))
}

macro_rules! not_built {
    ($($name:ident($request:ident) -> $response:ident;)+) => {
        #[tonic::async_trait]
        impl PerfService for Role {
            type ReportStream = BoxStream<proto::ReportResponse>;

            async fn report(
                &self,
                _: Request<tonic::Streaming<proto::ReportRequest>>,
            ) -> Result<Response<Self::ReportStream>, Status> {
                not_built()
            }

            $(async fn $name(&self, _: Request<proto::$request>) -> Result<Response<proto::$response>, Status> {
                not_built()
            })+
        }
    };
}

not_built! {
    get_performance_health(GetPerformanceHealthRequest) -> GetPerformanceHealthResponse;
    get_performance_report(GetPerformanceReportRequest) -> GetPerformanceReportResponse;
    list_recommendations(ListRecommendationsRequest) -> ListRecommendationsResponse;
    get_resource_stats(GetResourceStatsRequest) -> GetResourceStatsResponse;
    list_leaks(ListLeaksRequest) -> ListLeaksResponse;
    list_alerts(ListAlertsRequest) -> ListAlertsResponse;
    list_silences(ListSilencesRequest) -> ListSilencesResponse;
    create_silence(CreateSilenceRequest) -> CreateSilenceResponse;
    delete_silence(DeleteSilenceRequest) -> DeleteSilenceResponse;
    send_test_notification(SendTestNotificationRequest) -> SendTestNotificationResponse;
    collect_metrics(CollectMetricsRequest) -> CollectMetricsResponse;
}
