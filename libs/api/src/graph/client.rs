//! Typed client of the knowledge graph: domain types in, domain types out.

use resync_fault::FaultBody;

use super::model::{
    CriticalPath, ForecastRequest, HealthRequest, Impact, ImpactRequest, ObjectForecast, PathBetween,
    PathRequest, PlanForecast, RiskRequest, Risks, RootCauseRequest, RootCauses, Simulation,
    SimulationRequest, TopologyHealth,
};
use crate::call::{received, unary};
use crate::channel::{CallContext, Channel};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::graph_service_client::GraphServiceClient;
use crate::status::from_status;

/// Largest answer a client accepts, in bytes.
const MAX_MESSAGE_BYTES: usize = 32 * 1024 * 1024;

/// Client of `resync.graph.v1.GraphService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct GraphClient {
    inner: GraphServiceClient<Channel>,
    context: CallContext,
}

impl GraphClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = GraphServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    unary! {
        /// What will not run if an object ends badly.
        impact(ImpactRequest) -> Impact = get_impact as GetImpactRequest;
        /// What holds an object back, at its root.
        root_cause(RootCauseRequest) -> RootCauses = find_root_cause as FindRootCauseRequest;
        /// The shortest way from one object to another.
        path(PathRequest) -> PathBetween = find_path as FindPathRequest;
        /// What decides when an object ends.
        critical_path(ForecastRequest) -> CriticalPath = get_critical_path as GetCriticalPathRequest;
        /// When one job or job stream starts and ends.
        forecast(ForecastRequest) -> ObjectForecast = forecast_job as ForecastJobRequest;
        /// When the plan ends, and its jobs that matter.
        forecast_plan(ForecastRequest) -> PlanForecast = forecast_plan as ForecastPlanRequest;
        /// How likely deadlines are to be missed.
        risk(RiskRequest) -> Risks = assess_risk as AssessRiskRequest;
        /// What would be different if something else happened.
        simulate(SimulationRequest) -> Simulation = simulate_change as SimulateChangeRequest;
        /// Cycles, orphans, fragile jobs and coverage.
        health(HealthRequest) -> TopologyHealth = get_topology_health as GetTopologyHealthRequest;
    }
}
