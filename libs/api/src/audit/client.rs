//! Typed client of the audit log: domain types in, domain types out.

use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _, TryStreamExt as _};
use resync_fault::FaultBody;
use tonic::{Response, Status};

use super::model::{
    AuditEvent, AuditPage, AuditReport, AuditSearch, ChainVerdict, Checkpoint, ExportFormat, Recorded,
};
use crate::call::received;
use crate::channel::{CallContext, Channel};
use crate::proto::audit::v1 as proto;
use crate::proto::audit::v1::audit_service_client::AuditServiceClient;
use crate::status::from_status;
use crate::wire::{all, into_all};

/// Largest answer a client accepts, in bytes: a page of the longest events.
const MAX_MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// Client of `resync.audit.v1.AuditService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct AuditClient {
    inner: AuditServiceClient<Channel>,
    context: CallContext,
}

/// What a running verification tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VerifyStep {
    /// Entries read so far, of all chains.
    Read(u64),
    /// What was found about one chain.
    Verdict(ChainVerdict),
}

impl AuditClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = AuditServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    /// A page of entries, the newest event first. A page size of 0 means 100.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn list(
        &self,
        search: AuditSearch,
        page_size: u32,
        page_token: String,
    ) -> Result<AuditPage, FaultBody> {
        let request = self.context.request(search.page(page_size, page_token));
        received(message(self.inner.clone().list_audit_events(request).await)?.try_into())
    }

    /// Events counted; of the search only engine and times are looked at.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn report(&self, search: AuditSearch) -> Result<AuditReport, FaultBody> {
        let AuditSearch { engine, from, until, .. } = search;
        let request = self.context.request(proto::GetAuditReportRequest {
            engine,
            from: from.map(crate::wire::timestamp),
            until: until.map(crate::wire::timestamp),
        });
        Ok(message(self.inner.clone().get_audit_report(request).await)?.into())
    }

    /// All entries that match as parts of a file; of the search engine, actor, category and times are looked at.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn export(
        &self,
        search: AuditSearch,
        format: ExportFormat,
    ) -> Result<BoxStream<'static, Result<Bytes, FaultBody>>, FaultBody> {
        let request = self.context.request(search.export(format));
        let parts = message(self.inner.clone().export_audit_events(request).await)?;
        Ok(parts.map_ok(|part| part.chunk).map_err(|status| from_status(&status)).boxed())
    }

    /// Verifies one chain, or all of them when it is empty.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn verify(
        &self,
        chain: String,
        checkpoints: Vec<Checkpoint>,
    ) -> Result<BoxStream<'static, Result<VerifyStep, FaultBody>>, FaultBody> {
        let request =
            self.context.request(proto::VerifyAuditRequest { chain, checkpoints: into_all(checkpoints) });
        let steps = message(self.inner.clone().verify_audit(request).await)?;
        let step = |step: proto::VerifyAuditResponse| {
            use proto::verify_audit_response::Step;
            Ok(match received(crate::wire::required(step.step, "step"))? {
                Step::EntriesRead(entries) => VerifyStep::Read(entries),
                Step::Verdict(verdict) => VerifyStep::Verdict(received(verdict.try_into())?),
            })
        };
        Ok(steps.map(move |answer| step(answer.map_err(|status| from_status(&status))?)).boxed())
    }

    /// The newest checkpoint of each chain, and the public key that belongs to their signatures.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn checkpoints(&self) -> Result<(Vec<Checkpoint>, String), FaultBody> {
        let request = self.context.request(proto::ListAuditCheckpointsRequest {});
        let answer = message(self.inner.clone().list_audit_checkpoints(request).await)?;
        Ok((received(all(answer.checkpoints))?, answer.public_key))
    }

    /// Reports events, in order. Reporting an event again changes nothing.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn record(&self, events: Vec<AuditEvent>) -> Result<Recorded, FaultBody> {
        let request = proto::RecordAuditEventsRequest { events: into_all(events), refuse_spooling: false };
        let request = self.context.request(request);
        let answer = message(self.inner.clone().record_audit_events(request).await)?;
        Ok(if answer.spooled { Recorded::Spooled } else { Recorded::Chained })
    }
}

fn message<M>(answer: Result<Response<M>, Status>) -> Result<M, FaultBody> {
    answer.map(Response::into_inner).map_err(|status| from_status(&status))
}
