//! Typed client of the performance monitor: domain types in, domain types out.

use std::time::Duration;

use futures::Stream;
use futures::stream::{BoxStream, StreamExt as _};
use resync_fault::FaultBody;

use super::model::{
    Alert, DeliveryOutcome, Leaks, NewSilence, PerformanceHealth, PerformanceReport, ProcessMetrics,
    ProcessReport, Recommendation, RecommendationQuery, ReportAnswer, ResourceStats, Silence, Window,
};
use crate::call::received;
use crate::channel::{CallContext, Channel};
use crate::proto::perf::v1 as proto;
use crate::proto::perf::v1::perf_service_client::PerfServiceClient;
use crate::status::from_status;
use crate::wire::{all, duration, required};

/// Largest answer a client accepts, in bytes: the metrics of 64 processes.
const MAX_MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// Client of `resync.perf.v1.PerfService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct PerfClient {
    inner: PerfServiceClient<Channel>,
    context: CallContext,
}

impl PerfClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = PerfServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    /// Health with reasons.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn health(&self, window: Window) -> Result<PerformanceHealth, FaultBody> {
        let message: proto::GetPerformanceHealthRequest = window.into();
        let answer = self.inner.clone().get_performance_health(self.context.request(message)).await;
        received(message_of(answer)?.try_into())
    }

    /// Everything of one window.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn report(&self, window: Window) -> Result<PerformanceReport, FaultBody> {
        let message: proto::GetPerformanceReportRequest = window.into();
        let answer = self.inner.clone().get_performance_report(self.context.request(message)).await;
        received(message_of(answer)?.try_into())
    }

    /// Settings to change, gravest first.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn recommendations(
        &self,
        query: RecommendationQuery,
    ) -> Result<Vec<Recommendation>, FaultBody> {
        let message: proto::ListRecommendationsRequest = query.into();
        let answer = self.inner.clone().list_recommendations(self.context.request(message)).await;
        received(message_of(answer)?.try_into())
    }

    /// What the mesh holds.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn resource_stats(&self) -> Result<ResourceStats, FaultBody> {
        let message = proto::GetResourceStatsRequest {};
        let answer = self.inner.clone().get_resource_stats(self.context.request(message)).await;
        received(required(message_of(answer)?.stats, "stats").and_then(ResourceStats::try_from))
    }

    /// Resources held longer than `max_lifetime`. Unset: one hour.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn leaks(&self, max_lifetime: Option<Duration>) -> Result<Leaks, FaultBody> {
        let message = proto::ListLeaksRequest { max_lifetime: max_lifetime.map(duration) };
        let answer = self.inner.clone().list_leaks(self.context.request(message)).await;
        received(required(message_of(answer)?.leaks, "leaks").and_then(Leaks::try_from))
    }

    /// Alerts that are pending, firing or lately resolved, gravest first.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn alerts(&self) -> Result<Vec<Alert>, FaultBody> {
        let answer = self.inner.clone().list_alerts(self.context.request(proto::ListAlertsRequest {})).await;
        received(all(message_of(answer)?.alerts))
    }

    /// Silences in force, next to expire first.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn silences(&self) -> Result<Vec<Silence>, FaultBody> {
        let message = proto::ListSilencesRequest {};
        let answer = self.inner.clone().list_silences(self.context.request(message)).await;
        received(all(message_of(answer)?.silences))
    }

    /// Keeps matching alerts from being sent, in the name of the caller.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn create_silence(&self, silence: NewSilence) -> Result<Silence, FaultBody> {
        let message: proto::CreateSilenceRequest = silence.into();
        let answer = self.inner.clone().create_silence(self.context.request(message)).await;
        received(message_of(answer)?.try_into())
    }

    /// Ends a silence before its time.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn delete_silence(&self, id: &str) -> Result<(), FaultBody> {
        let message = proto::DeleteSilenceRequest { id: id.to_owned() };
        let answer = self.inner.clone().delete_silence(self.context.request(message)).await;
        message_of(answer).map(|proto::DeleteSilenceResponse {}| ())
    }

    /// Sends a message that says it is a test to one destination. Unset: to all of them.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached. A destination that refuses is an outcome, no error.
    pub async fn send_test_notification(
        &self,
        destination: Option<&str>,
    ) -> Result<Vec<DeliveryOutcome>, FaultBody> {
        let message =
            proto::SendTestNotificationRequest { destination: destination.unwrap_or_default().to_owned() };
        let answer = self.inner.clone().send_test_notification(self.context.request(message)).await;
        received(all(message_of(answer)?.outcomes))
    }

    /// Metrics of every process in the Prometheus text format.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn collect_metrics(&self) -> Result<Vec<ProcessMetrics>, FaultBody> {
        let message = proto::CollectMetricsRequest {};
        let answer = self.inner.clone().collect_metrics(self.context.request(message)).await;
        received(all(message_of(answer)?.processes))
    }

    /// Sends a process's reports; each is answered. The stream of answers ends with an error when the monitor goes
    /// away: call again. Ending `reports` tells the monitor that the process leaves on purpose.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn send_reports(
        &self,
        reports: impl Stream<Item = ProcessReport> + Send + 'static,
    ) -> Result<BoxStream<'static, Result<ReportAnswer, FaultBody>>, FaultBody> {
        let messages = reports.map(proto::ReportRequest::from);
        let answer = self.inner.clone().report(self.context.request(messages)).await;
        let answers = message_of(answer)?;
        Ok(answers
            .map(|answer| answer.map(ReportAnswer::from).map_err(|status| from_status(&status)))
            .boxed())
    }
}

fn message_of<M>(answer: Result<tonic::Response<M>, tonic::Status>) -> Result<M, FaultBody> {
    answer.map(tonic::Response::into_inner).map_err(|status| from_status(&status))
}
