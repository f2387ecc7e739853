//! Events about what administrators did, whichever way the call came in.

use super::{Happening, actor, path_of};
use crate::call::Call;
use crate::error::Error;
use crate::idempotency::{Outcome, outcome_of};
use crate::problem::Failure;
use axum::response::Response;
use http::HeaderMap;
use resync_api::audit::model::{AuditCategory, AuditResult};
use resync_fault::status::from_status;
use resync_fault::{ErrorKind, Fault as _, FaultBody};
use serde_json::{Map, Value};
use tonic::Status;

/// RPCs that are an administrator's doing, and what that is called.
const ACTIONS: &[(&str, &str)] = &[
    ("/resync.cache.v1.CacheService/ClearCache", "cache.clear"),
    ("/resync.perf.v1.PerfService/CreateSilence", "silence.create"),
    ("/resync.perf.v1.PerfService/DeleteSilence", "silence.delete"),
    ("/resync.perf.v1.PerfService/SendTestNotification", "alert.test"),
    ("/resync.graph.v1.DocumentService/UploadDocument", "document.upload"),
    ("/resync.graph.v1.DocumentService/DeleteDocument", "document.delete"),
    ("/resync.graph.v1.DocumentService/ReindexDocuments", "document.reindex"),
    ("/resync.audit.v1.AuditService/ExportAuditEvents", "audit.export"),
];

/// What a handler adds to the event about its response: the parameters that matter, without secrets.
#[derive(Debug, Clone)]
pub(crate) struct Details(Map<String, Value>);

impl Details {
    /// Puts them on a response.
    pub(crate) fn put<const N: usize>(response: &mut Response, details: [(&str, Value); N]) {
        let details = details.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        response.extensions_mut().insert(Self(details));
    }
}

/// An action under way. One that is never ended, because its client left, has an unknown outcome.
#[derive(Debug)]
pub(crate) struct Pending(Option<(Call, &'static str)>);

/// Begins to take note of what `rpc` does for `call`, if it is an administrator's doing.
pub(crate) fn begin(call: &Call, rpc: &str) -> Pending {
    let action = ACTIONS.iter().find(|(path, _)| *path == rpc).map(|(_, action)| *action);
    Pending(action.map(|action| (call.clone(), action)))
}

impl Pending {
    /// It ended with this response.
    pub(crate) fn end(mut self, response: &Response) {
        let failure = response.extensions().get::<Failure>().map(|failure| &*failure.0);
        let details = response.extensions().get::<Details>().map(|details| details.0.clone());
        match failure {
            None => self.note(AuditResult::Succeeded, None, details.unwrap_or_default()),
            Some(error) => self.failed(error, outcome_of(response) == Outcome::Unknown),
        }
    }

    /// It ended with this head of a gRPC response; one without a status in its head went well so far.
    pub(crate) fn end_grpc(mut self, outcome: Result<&HeaderMap, &Error>) {
        let headers = match outcome {
            Ok(headers) => headers,
            Err(error) => return self.failed(error, true),
        };
        let status = headers.get("grpc-status").and_then(|_| Status::from_header_map(headers));
        match status.filter(|status| status.code() != tonic::Code::Ok) {
            None => self.note(AuditResult::Succeeded, None, Map::new()),
            Some(status) => {
                let fault = from_status(&status);
                let unknown = matches!(
                    fault.kind,
                    ErrorKind::Unavailable | ErrorKind::DeadlineExceeded | ErrorKind::Internal
                );
                self.failed(&Error::Upstream(fault), unknown);
            }
        }
    }

    fn failed(&mut self, error: &Error, unknown: bool) {
        // Noted as what it is, by whoever sees every response.
        if error.kind() == ErrorKind::PermissionDenied {
            self.0 = None;
            return;
        }
        let result = if unknown { AuditResult::Unknown } else { AuditResult::Failed };
        self.note(result, Some(FaultBody::from(error)), Map::new());
    }

    fn note(&mut self, result: AuditResult, fault: Option<FaultBody>, parameters: Map<String, Value>) {
        let Some((call, action)) = self.0.take() else { return };
        let happening = Happening::new(AuditCategory::Administration, action, actor(call.caller()), result);
        let (reason, message) = fault.map(|fault| (fault.reason, fault.message)).unwrap_or_default();
        let target = Some(path_of(call.context(), ""));
        let happening = Happening { target, parameters, reason, message, ..happening };
        call.app().witness.note(call.context(), happening);
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.note(AuditResult::Unknown, None, Map::new());
    }
}
