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
use crate::routes::status::StatusBodies;
use crate::routes::table::Table;
use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use resync_service_kit::identity::{Caller, Permission, Principal, PrincipalKind};
use resync_service_kit::shutdown::Shutdown;
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

/// The largest body of a route that says nothing else.
pub(crate) const BODY_BYTES: usize = 1024 * 1024;
/// A question is short.
pub(crate) const CHAT_BODY_BYTES: usize = 64 * 1024;

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
    pub(crate) local: OpenServices,
    /// What somebody without a login may do.
    pub(crate) anonymous: Caller,
    /// The gateway acting for itself.
    pub(crate) own: Caller,
    pub(crate) metrics_text: MetricsText,
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
        metrics_text: MetricsText,
        patterns: Vec<&'static str>,
    ) -> Self {
        observe::describe();
        counters::describe();
        Self {
            limits: Limits::new(config.quotas),
            console: Console::embedded(),
            observer: Observer::default(),
            status: StatusBodies::new(),
            anonymous: Caller::new(nobody(config.effective_anonymous_permissions())),
            own: Caller::new(Principal::role("gateway")),
            config,
            clients,
            auth,
            local,
            metrics_text,
            patterns,
            ending: Shutdown::new(),
        }
    }
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
