//! Typed client of the run history: domain types in, domain types out.

use resync_fault::FaultBody;

use super::model::{RunPage, RunSearch, RunStatistics, StatisticsRequest, Unusual, UnusualRequest};
use crate::call::{received, unary};
use crate::channel::{CallContext, Channel};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::history_service_client::HistoryServiceClient;
use crate::status::from_status;

/// Client of `resync.graph.v1.HistoryService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct HistoryClient {
    inner: HistoryServiceClient<Channel>,
    context: CallContext,
}

impl HistoryClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self { inner: HistoryServiceClient::new(channel), context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    unary! {
        /// Kept runs of a job or of a whole engine, latest end first.
        list(RunSearch) -> RunPage = list_runs as ListRunsRequest;
        /// How long a job takes, how often it fails, and when it usually starts.
        statistics(StatisticsRequest) -> RunStatistics = get_run_statistics as GetRunStatisticsRequest;
        /// Whether a job of the present plan takes unusually long or starts unusually late.
        unusual(UnusualRequest) -> Unusual = check_unusual as CheckUnusualRequest;
    }
}
