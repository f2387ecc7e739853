//! A role's gRPC server: its services, health, reflection, and the gate every call passes, in process or over TCP.

mod gate;
mod permission;
mod ending;
mod listen;

pub use gate::{Gate, Gated};
pub(crate) use listen::{KEEPALIVE_INTERVAL, KEEPALIVE_TIMEOUT};
pub use listen::{ListenConfig, ServeError, ServerTls, serve};

use crate::identity::Verifier;
use crate::policy::PolicyTable;
use crate::shutdown::Drain;
use crate::vitals::Vitals;
use resync_fault::{ErrorKind, Fault};
use resync_resilience::Bulkhead;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::server::NamedService;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;

/// Calls a role works on at once; further ones are refused, not queued.
const DEFAULT_CONCURRENCY: usize = 4_096;
/// Longest a call may take when its caller set no deadline of its own.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(60);

/// How a role's server treats its callers.
#[derive(Debug, Clone)]
pub struct Config {
    /// Name of the role, for logs.
    pub role: &'static str,
    /// What each RPC needs.
    pub policies: PolicyTable,
    /// Checks the tokens of callers from other processes; without it only callers of this process pass.
    pub verifier: Option<Arc<Verifier>>,
    /// Calls worked on at once.
    pub concurrency: usize,
    /// Bound for calls without a deadline.
    pub timeout: Duration,
    /// Descriptor sets to serve by reflection; empty: no reflection.
    pub reflection: Vec<&'static [u8]>,
    /// Ends streams when the process drains.
    pub drain: Drain,
    /// Where latencies and open streams are reported.
    pub vitals: Vitals,
}

impl Config {
    /// Usual limits.
    #[must_use]
    pub fn new(role: &'static str, policies: PolicyTable, drain: Drain) -> Self {
        Self {
            role,
            policies,
            verifier: None,
            concurrency: DEFAULT_CONCURRENCY,
            timeout: DEFAULT_TIMEOUT,
            reflection: Vec::new(),
            drain,
            vitals: Vitals::new(),
        }
    }

    /// A server without services yet.
    #[must_use]
    pub fn build(self) -> Builder {
        let (health, health_service) = tonic_health::server::health_reporter();
        Builder { routes: Routes::new(health_service), health, names: Vec::new(), config: self }
    }
}

/// Why a server cannot be put together.
#[derive(Debug, thiserror::Error)]
#[error("reflection cannot be served: {0}")]
pub struct ReflectionError(#[from] tonic_reflection::server::Error);

impl Fault for ReflectionError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Internal
    }
    fn reason(&self) -> &'static str {
        "REFLECTION_UNUSABLE"
    }
}

/// Collects services.
#[derive(Debug)]
pub struct Builder {
    config: Config,
    routes: Routes,
    health: HealthReporter,
    names: Vec<&'static str>,
}

impl Builder {
    /// Adds a service; it reports SERVING unless its owner says otherwise through [`Builder::health`].
    #[must_use]
    pub fn service<S>(mut self, service: S) -> Self
    where
        S: Service<http::Request<Body>, Error = Infallible> + NamedService + Clone + Send + Sync + 'static,
        S::Response: axum::response::IntoResponse,
        S::Future: Send + 'static,
    {
        self.routes = self.routes.add_service(service);
        self.names.push(S::NAME);
        self
    }

    /// Reports the health of single services.
    #[must_use]
    pub fn health(&self) -> HealthReporter {
        self.health.clone()
    }

    /// Closes the list and puts the gate in front.
    ///
    /// # Errors
    /// When the descriptors for reflection do not decode.
    pub async fn finish(self) -> Result<RoleServer, ReflectionError> {
        let Self { config, mut routes, health, names } = self;
        if !config.reflection.is_empty() {
            let builder = |version: &'static str| {
                let set = config
                    .reflection
                    .iter()
                    .fold(tonic_reflection::server::Builder::configure(), |builder, encoded| {
                        builder.register_encoded_file_descriptor_set(encoded)
                    });
                tracing::debug!(version, "serving reflection");
                set.register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            };
            routes = routes
                .add_service(builder("v1").build_v1()?)
                .add_service(builder("v1alpha").build_v1alpha()?);
        }
        for name in &names {
            health.set_service_status(*name, ServingStatus::Serving).await;
        }
        health.set_service_status("", ServingStatus::Serving).await;
        let gate = Gate {
            role: config.role,
            policies: config.policies,
            verifier: config.verifier,
            places: Bulkhead::new(config.concurrency, 0),
            timeout: config.timeout,
            drain: config.drain,
            vitals: config.vitals,
        };
        Ok(RoleServer { service: Gated::new(routes.prepare(), gate), health, names })
    }
}

/// A complete server, not bound to any socket: call it in process, or [`serve`] it.
#[derive(Debug, Clone)]
pub struct RoleServer {
    service: Gated<Routes>,
    health: HealthReporter,
    names: Vec<&'static str>,
}

impl RoleServer {
    /// The service behind its gate.
    #[must_use]
    pub fn service(&self) -> Gated<Routes> {
        self.service.clone()
    }

    /// Full names of the services it answers for.
    #[must_use]
    pub fn names(&self) -> &[&'static str] {
        &self.names
    }

    /// Reports the health of single services.
    #[must_use]
    pub fn health(&self) -> HealthReporter {
        self.health.clone()
    }

    /// Tells everybody who watches health to go elsewhere.
    pub async fn leave(&self) {
        for name in self.names.iter().copied().chain([""]) {
            self.health.set_service_status(name, ServingStatus::NotServing).await;
        }
    }
}
