//! A performance monitor that does as it is told: the comment of a silence says how the call for it ends. It counts what
//! it carried out, which is what stories about repeated requests are about.

use futures::future::BoxFuture;
use futures::stream::BoxStream;
use resync_api::perf::model::{self, NewSilence, Silence};
use resync_api::proto::perf::v1::perf_service_server::PerfService;
use resync_api::proto::perf::v1::*;
use resync_fault::status::to_status;
use resync_fault::{ErrorKind, FaultBody};
use resync_service_kit::context::CallContext;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;
use tonic::{Request, Response, Status};

/// What happened there.
#[derive(Debug)]
pub(crate) struct Work {
    /// Calls for a silence that came in.
    pub(crate) asked: AtomicUsize,
    /// Silences that were created.
    pub(crate) done: AtomicUsize,
    /// A call with the comment `wait` takes one.
    pub(crate) gate: Semaphore,
}

impl Default for Work {
    fn default() -> Self {
        Self { asked: AtomicUsize::new(0), done: AtomicUsize::new(0), gate: Semaphore::new(0) }
    }
}

impl Work {
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) fn done(&self) -> usize {
        self.done.load(Ordering::SeqCst)
    }
}

/// The service.
#[derive(Debug, Clone)]
pub(crate) struct Monitor(pub(crate) Arc<Work>);

fn refused(kind: ErrorKind, reason: &str) -> Status {
    to_status(&FaultBody::new(kind, reason, "as the story wants it"))
}

/// Calls that no story makes.
macro_rules! unused {
    ($($name:ident($request:ty) -> $response:ty;)+) => {$(
        fn $name<'a, 'b>(
            &'a self,
            _: Request<$request>,
        ) -> BoxFuture<'b, Result<Response<$response>, Status>>
        where
            'a: 'b,
            Self: 'b,
        {
            Box::pin(std::future::ready(Err(Status::unimplemented("not part of the story"))))
        }
    )+};
}

#[tonic::async_trait]
impl PerfService for Monitor {
    async fn create_silence(
        &self,
        request: Request<CreateSilenceRequest>,
    ) -> Result<Response<CreateSilenceResponse>, Status> {
        let new = NewSilence::try_from(request.into_inner()).unwrap();
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        match new.comment.as_str() {
            "endless" => pending().await,
            "wait" => self.0.gate.acquire().await.unwrap().forget(),
            "invalid" => return Err(refused(ErrorKind::InvalidArgument, "SILENCE_TOO_LONG")),
            "away" => return Err(refused(ErrorKind::Unavailable, "STORE_AWAY")),
            "conflict" => return Err(refused(ErrorKind::FailedPrecondition, "TOO_MANY_SILENCES")),
            _ => {}
        }
        let number = self.0.done.fetch_add(1, Ordering::SeqCst) + 1;
        let created_at = chrono::Utc::now();
        let silence = Silence {
            id: number.to_string(),
            matcher: new.matcher,
            comment: new.comment,
            author: CallContext::current().unwrap().caller.unwrap().subject.clone(),
            created_at,
            expires_at: created_at + new.duration,
        };
        Ok(Response::new(CreateSilenceResponse { silence: Some(silence.into()) }))
    }

    async fn get_performance_health(
        &self,
        _: Request<GetPerformanceHealthRequest>,
    ) -> Result<Response<GetPerformanceHealthResponse>, Status> {
        let well = model::PerformanceHealth {
            overall_health: model::OverallHealth::Healthy,
            severity: model::Severity::Ok,
            areas: Vec::new(),
            resource_utilization: 0.0,
            generated_at: chrono::Utc::now(),
            window: model::Window::default(),
            processes: 1,
        };
        Ok(Response::new(GetPerformanceHealthResponse { health: Some(well.into()) }))
    }

    type ReportStream = BoxStream<'static, Result<ReportResponse, Status>>;

    async fn report(
        &self,
        _: Request<tonic::Streaming<ReportRequest>>,
    ) -> Result<Response<Self::ReportStream>, Status> {
        Err(Status::unimplemented("not part of the story"))
    }

    unused! {
        get_performance_report(GetPerformanceReportRequest) -> GetPerformanceReportResponse;
        list_recommendations(ListRecommendationsRequest) -> ListRecommendationsResponse;
        get_resource_stats(GetResourceStatsRequest) -> GetResourceStatsResponse;
        list_leaks(ListLeaksRequest) -> ListLeaksResponse;
        list_alerts(ListAlertsRequest) -> ListAlertsResponse;
        list_silences(ListSilencesRequest) -> ListSilencesResponse;
        delete_silence(DeleteSilenceRequest) -> DeleteSilenceResponse;
        send_test_notification(SendTestNotificationRequest) -> SendTestNotificationResponse;
        collect_metrics(CollectMetricsRequest) -> CollectMetricsResponse;
    }
}
