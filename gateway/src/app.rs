//! The gateway as one service: state, routes, and the layers around them in their order.

use crate::auth::Auth;
use crate::clients::Clients;
use crate::config::Config;
use crate::console::Console;
use crate::counters;
use crate::error::Error;
use crate::middleware::observe::{self, Observer};
use crate::middleware::rate_limit::Limits;
use crate::middleware::{admission, edge};
use crate::proxy::OpenServices;
use crate::routes::health::parts::Parts;
use crate::routes::status::StatusBodies;
use crate::routes::table::Table;
use crate::security::Witness;
use crate::uploads;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use resync_service_kit::identity::{Caller, Permission, Principal, PrincipalKind};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use resync_service_kit::vitals::Vitals;
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest body of a route that says nothing else.
pub(crate) const BODY_BYTES: usize = 1024 * 1024;
/// A question is short.
pub(crate) const CHAT_BODY_BYTES: usize = 64 * 1024;

/// The process the gateway runs in, as it reports about itself.
#[derive(Clone)]
pub(crate) struct Process {
    /// Differs from every other process and every other start.
    pub(crate) instance: String,
    /// Its roles, separated by commas.
    pub(crate) roles: String,
    pub(crate) vitals: Vitals,
    pub(crate) metrics_text: MetricsText,
}

/// Renders this process's metrics.
pub type MetricsText = Arc<dyn Fn() -> String + Send + Sync>;

/// Everything a request may need.
pub(crate) struct App {
    pub(crate) config: Config,
    pub(crate) clients: Clients,
    pub(crate) auth: Auth,
    pub(crate) limits: Limits,
    pub(crate) console: Console,
    pub(crate) observer: Observer,
    pub(crate) status: StatusBodies,
    pub(crate) parts: Parts,
    pub(crate) local: OpenServices,
    /// What somebody without a login may do.
    pub(crate) anonymous: Caller,
    /// The gateway acting for itself.
    pub(crate) own: Caller,
    pub(crate) process: Process,
    /// Work that goes on when the client leaves.
    pub(crate) executions: Tasks,
    /// Tells the audit log.
    pub(crate) witness: Witness,
    /// Places for uploads.
    pub(crate) uploads: Arc<Semaphore>,
    /// Of the routes, for hints.
    pub(crate) patterns: Vec<&'static str>,
    /// Ends the streams when the gateway drains.
    pub(crate) ending: Shutdown,
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App").field("config", &self.config).finish_non_exhaustive()
    }
}

impl App {
    pub(crate) fn new(
        config: Config,
        clients: Clients,
        auth: Auth,
        local: OpenServices,
        process: Process,
        witness: Witness,
        patterns: Vec<&'static str>,
    ) -> Self {
        observe::describe();
        counters::describe();
        let ending = Shutdown::new();
        let own = own();
        let shared = clients.cache().filter(|_| config.shared_limits).map(|cache| cache.with(own.clone()));
        Self {
            limits: Limits::new(config.quotas, shared),
            console: Console::embedded(),
            observer: Observer::new(process.vitals.clone()),
            status: StatusBodies::new(),
            parts: Parts::new(),
            anonymous: Caller::new(nobody(config.effective_anonymous_permissions())),
            own,
            config,
            clients,
            auth,
            local,
            executions: Tasks::new(ending.clone()).counted_in(process.vitals.resources()),
            process,
            witness,
            uploads: uploads::places(),
            patterns,
            ending,
        }
    }
}

/// The gateway as a caller.
pub(crate) fn own() -> Caller {
    Caller::new(Principal::role("gateway"))
}

fn nobody(permissions: &[String]) -> Principal {
    Principal {
        subject: "anonymous".to_owned(),
        display: "nobody logged in".to_owned(),
        kind: PrincipalKind::Person,
        permissions: permissions.iter().map(Permission::everywhere).collect(),
    }
}

/// The whole gateway as a router.
pub(crate) fn app(state: Arc<App>, routes: Table) -> Router {
    let layers = ServiceBuilder::new()
        // First in, last out: every response gets its ids, its headers, its error body and its line in the log.
        .layer(from_fn_with_state(Arc::clone(&state), edge::edge))
        // Below what makes a panic presentable, above what may panic.
        .layer(CatchPanicLayer::custom(panicked))
        // Limits and identity, before any handler.
        .layer(from_fn_with_state(Arc::clone(&state), admission::admission));
    routes.router().fallback(crate::proxy::fallback).layer(layers).with_state(state)
}

fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(panic = text, "a request handler panicked");
    Error::Panicked.into_response()
}
