//! Typed client of the incidents: domain types in, domain types out.

use resync_fault::FaultBody;

use super::model::{
    FindSimilar, Incident, IncidentDetail, IncidentPage, IncidentSearch, NewResolution, NewResolutionReport,
    SimilarIncidents,
};
use crate::call::received;
use crate::channel::{CallContext, Channel};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::incident_service_client::IncidentServiceClient;
use crate::status::from_status;
use crate::wire::required;

/// Largest answer a client accepts, in bytes.
const MAX_MESSAGE_BYTES: usize = 16 * 1024 * 1024;

/// Client of `resync.graph.v1.IncidentService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct IncidentsClient {
    inner: IncidentServiceClient<Channel>,
    context: CallContext,
}

impl IncidentsClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = IncidentServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    /// A page of incidents, the one that failed last first. A page size of 0 means 100.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn list(
        &self,
        search: IncidentSearch,
        page_size: u32,
        page_token: String,
    ) -> Result<IncidentPage, FaultBody> {
        let request = self.context.request(search.page(page_size, page_token));
        let answer = self.inner.clone().list_incidents(request).await;
        received(answer.map_err(|status| from_status(&status))?.into_inner().try_into())
    }

    /// One incident with its jobs, its timeline and what is said of its resolution.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn get(&self, incident_id: &str) -> Result<IncidentDetail, FaultBody> {
        let request = proto::GetIncidentRequest { incident_id: incident_id.to_owned() };
        let answer = self.inner.clone().get_incident(self.context.request(request)).await;
        received(answer.map_err(|status| from_status(&status))?.into_inner().try_into())
    }

    /// Says how an incident was resolved.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn resolve(&self, resolution: NewResolution) -> Result<Incident, FaultBody> {
        let request = self.context.request(proto::ResolveIncidentRequest::from(resolution));
        let answer = self.inner.clone().resolve_incident(request).await;
        let incident = answer.map_err(|status| from_status(&status))?.into_inner().incident;
        received(required(incident, "incident").and_then(TryInto::try_into))
    }

    /// Says whether the resolution of a past incident helped.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn report(&self, report: NewResolutionReport) -> Result<Incident, FaultBody> {
        let request = self.context.request(proto::ReportResolutionRequest::from(report));
        let answer = self.inner.clone().report_resolution(request).await;
        let incident = answer.map_err(|status| from_status(&status))?.into_inner().incident;
        received(required(incident, "incident").and_then(TryInto::try_into))
    }

    /// Incidents that look like one, or like the failure of a job.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn similar(&self, request: FindSimilar) -> Result<SimilarIncidents, FaultBody> {
        let request = self.context.request(proto::FindSimilarIncidentsRequest::from(request));
        let answer = self.inner.clone().find_similar_incidents(request).await;
        received(answer.map_err(|status| from_status(&status))?.into_inner().try_into())
    }
}
