//! A request on its way through a handler: who asks, what may be asked of whom, and how answers are encoded.
//!
//! A client for another role can only be had through [`Call::tws`] and its like, which check the permission that the
//! contract demands of that RPC; so no handler can forget it.

use crate::app::App;
use crate::clients::{
    AGENT_SERVICE, AUDIT_SERVICE, CACHE_SERVICE, CONVERSATION_SERVICE, DOCUMENT_SERVICE, GRAPH_SERVICE,
    HISTORY_SERVICE, INCIDENT_SERVICE, MEMORY_SERVICE, PERF_SERVICE, TWS_SERVICE,
};
use crate::context::RequestContext;
use crate::counters;
use crate::error::Error;
use crate::uploads;
use axum::body::Body;
use axum::extract::{FromRequestParts, Path};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderValue, header};
use resync_api::agent::client::AgentClient;
use resync_api::audit::client::AuditClient;
use resync_api::cache::client::CacheClient;
use resync_api::conversations::client::ConversationClient;
use resync_api::documents::client::DocumentsClient;
use resync_api::graph::client::GraphClient;
use resync_api::history::client::HistoryClient;
use resync_api::incidents::client::IncidentsClient;
use resync_api::memories::client::MemoryClient;
use resync_api::perf::client::PerfClient;
use resync_api::policy;
use resync_api::tws::client::TwsClient;
use resync_resilience::Deadline;
use resync_service_kit::identity::{Caller, Principal};
use resync_service_kit::origin::ClientAddress;
use resync_service_kit::vitals::{Kind, Scope};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// Who a request speaks for, put there by the identity layer.
#[derive(Debug, Clone)]
pub(crate) enum Visitor {
    /// Somebody with a valid token.
    Known(Caller),
    /// Nobody.
    Anonymous {
        /// Has the few permissions that nobody needs a login for.
        caller: Caller,
        /// What was wrong with the token, when there was one.
        refused: Option<Error>,
    },
}

impl Visitor {
    /// Who it is, when somebody logged in.
    pub(crate) fn known(&self) -> Result<&Caller, Error> {
        match self {
            Self::Known(caller) => Ok(caller),
            Self::Anonymous { refused, .. } => Err(refused.clone().unwrap_or(Error::LoginRequired)),
        }
    }

    pub(crate) fn caller(&self) -> &Caller {
        match self {
            Self::Known(caller) | Self::Anonymous { caller, .. } => caller,
        }
    }

    /// Whether this visitor may use `permission` for `scope`; an empty scope is settled by the role that serves the call.
    pub(crate) fn authorise(&self, permission: &'static str, scope: &str) -> Result<(), Error> {
        let principal: &Principal = self.caller();
        let allowed =
            if scope.is_empty() { principal.has(permission) } else { principal.may(permission, scope) };
        if allowed {
            return Ok(());
        }
        self.known()?;
        counters::count_as(counters::PERMISSIONS_DENIED, "permission", permission);
        Err(Error::PermissionDenied {
            subject: principal.subject.clone(),
            permission,
            scope: scope.to_owned(),
        })
    }
}

/// One request, as handlers see it.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    app: Arc<App>,
    context: RequestContext,
    visitor: Visitor,
}

impl FromRequestParts<Arc<App>> for Call {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Error> {
        // Both were inserted by the middleware around every route.
        let context = parts.extensions.get::<RequestContext>().cloned().ok_or(Error::Panicked)?;
        let visitor = parts.extensions.get::<Visitor>().cloned().ok_or(Error::Panicked)?;
        Ok(Self { app: Arc::clone(app), context, visitor })
    }
}

impl Call {
    pub(crate) fn app(&self) -> &App {
        &self.app
    }

    pub(crate) fn context(&self) -> &RequestContext {
        &self.context
    }

    pub(crate) fn caller(&self) -> &Caller {
        self.visitor.caller()
    }

    /// Demands a login.
    pub(crate) fn known(&self) -> Result<&Caller, Error> {
        self.visitor.known()
    }

    /// Demands a permission that belongs to no RPC.
    pub(crate) fn authorise(&self, permission: &'static str, scope: &str) -> Result<(), Error> {
        self.visitor.authorise(permission, scope)
    }

    /// Demands what the contract demands of an RPC, for the engine `scope` (empty: the default one).
    pub(crate) fn authorise_rpc(&self, path: &str, scope: &str) -> Result<(), Error> {
        let policy = policy::find(path).ok_or_else(|| Error::RpcUnknown { path: path.to_owned() })?;
        self.authorise(policy.permission, scope)
    }

    /// Counts a stream among what the process holds, for as long as the scope is kept.
    pub(crate) fn stream(&self) -> Scope {
        self.app.process.vitals.resources().acquire(Kind::STREAM, self.caller().subject.as_str())
    }

    /// When a call must be answered; streams of a plan have no end.
    fn deadline_of(&self, rpc: &str) -> Option<Deadline> {
        match rpc {
            "WatchPlan" => None,
            "UploadDocument" => Some(Deadline::after(uploads::READING)),
            _ => Some(Deadline::after(self.app.config.request_timeout)),
        }
    }
}

/// Calls that are about no engine have an empty scope.
macro_rules! scope_of {
    () => {
        ""
    };
    ($scope:ident) => {
        $scope
    };
}

/// A method for each service whose calls are about an engine, `scope`, or about none: it demands what the contract demands
/// of the RPC, and hands the caller's identity, the correlation id and the deadline on.
macro_rules! reached {
    ($($(#[$doc:meta])* $name:ident($($scope:ident)?) -> $client:ty, $service:ident;)+) => {
        impl Call {
            $($(#[$doc])*
            pub(crate) fn $name(&self, rpc: &str $(, $scope: &str)?) -> Result<$client, Error> {
                self.authorise_rpc(&format!("/{}/{rpc}", $service), scope_of!($($scope)?))?;
                let client = self.app.clients.$name().ok_or_else(|| absent($service))?;
                let client = client
                    .with(self.caller().clone())
                    .with(self.context.correlation_id().clone())
                    .with(ClientAddress(self.context.address()));
                Ok(match self.deadline_of(rpc) {
                    Some(deadline) => client.with(deadline),
                    None => client,
                })
            })+
        }
    };
}

reached! {
    /// The bridge, to call `rpc` about the engine `scope`.
    tws(scope) -> TwsClient, TWS_SERVICE;
    /// The agent, to call `rpc` about the engine `scope`.
    agent(scope) -> AgentClient, AGENT_SERVICE;
    /// The shared cache, to call `rpc`.
    cache() -> CacheClient, CACHE_SERVICE;
    /// The performance monitor, to call `rpc`.
    perf() -> PerfClient, PERF_SERVICE;
    /// The dependency graph, to call `rpc` about the engine `scope`.
    graph(scope) -> GraphClient, GRAPH_SERVICE;
    /// The run history, to call `rpc` about the engine `scope`.
    history(scope) -> HistoryClient, HISTORY_SERVICE;
    /// The incidents, to call `rpc` about the engine `scope`.
    incidents(scope) -> IncidentsClient, INCIDENT_SERVICE;
    /// The memories, to call `rpc` about the engine `scope`.
    memories(scope) -> MemoryClient, MEMORY_SERVICE;
    /// The documents, to call `rpc`.
    documents() -> DocumentsClient, DOCUMENT_SERVICE;
    /// The caller's kept conversations, to call `rpc`.
    conversations() -> ConversationClient, CONVERSATION_SERVICE;
    /// The audit log, to call `rpc` about the engine `scope`.
    audit(scope) -> AuditClient, AUDIT_SERVICE;
}

fn absent(service: &str) -> Error {
    Error::ServiceAbsent { service: service.to_owned() }
}

/// Segments of the path, percent-decoded.
#[derive(Debug)]
pub(crate) struct Segments<T>(pub(crate) T);

impl<T, S> FromRequestParts<S> for Segments<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        match Path::from_request_parts(parts, state).await {
            Ok(Path(segments)) => Ok(Self(segments)),
            Err(_) => Err(Error::field("path", "a segment is not UTF-8 in percent-encoding")),
        }
    }
}

/// A JSON answer.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<Response, Error> {
    let body = serde_json::to_vec(value).map_err(not_json)?;
    Ok(json_body(Body::from(body)))
}

/// A JSON answer that is already encoded.
pub(crate) fn json_body(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Our own types always encode; should one not, that is a defect to report and not to show.
pub(crate) fn not_json(error: serde_json::Error) -> Error {
    tracing::error!(%error, "an answer could not be encoded");
    Error::Panicked
}
