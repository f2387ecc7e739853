//! What the gateway is told at start, in precise types, and how it is put together from that.

use crate::app::{App, MetricsText, Process, app, own};
use crate::auth::{Auth, Lifetimes, PasswordError, UserAccount};
use crate::clients::Clients;
use crate::gateway::Gateway;
use crate::idempotency::KeyLifetimes;
use crate::middleware::rate_limit::Quotas;
use crate::proxy::OpenServices;
use crate::security::Keeper;
use ipnet::IpNet;
use resync_fault::{ErrorKind, Fault};
use resync_service_kit::identity::SigningKey;
use resync_service_kit::spool::SpoolError;
use resync_service_kit::vitals::Vitals;
use secrecy::SecretString;
use std::borrow::Cow;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Settings of the gateway.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// In production browsers are told to insist on HTTPS, and nobody may do anything without a login.
    pub production: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins of other sites that may call, such as `https://ops.example.com`.
    pub cors_origins: Vec<String>,
    /// What callers without a login may do; holds only on a loopback address and not in production.
    pub anonymous_permissions: Vec<String>,
    /// Lets generic gRPC clients ask for the contract.
    pub reflection: bool,
    /// Rate limits.
    pub quotas: Quotas,
    /// Whether all gateways count principals and logins together, at the cache role.
    pub shared_limits: bool,
    /// How long tokens live.
    pub lifetimes: Lifetimes,
    /// How long idempotency keys are kept.
    pub keys: KeyLifetimes,
    /// A response must begin within this time.
    pub request_timeout: Duration,
    /// A new connection must bring its first request within this time; silent ones would fill the places of others.
    pub first_request_timeout: Duration,
    /// Connections open at once; further ones are closed.
    pub max_connections: usize,
    /// Requests under way when the drain begins have this long to finish.
    pub grace: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8_000)),
            production: false,
            trusted_proxies: Vec::new(),
            cors_origins: Vec::new(),
            anonymous_permissions: ["performance.read", "metrics.read", "health.read"]
                .map(str::to_owned)
                .to_vec(),
            reflection: true,
            quotas: Quotas::default(),
            shared_limits: false,
            lifetimes: Lifetimes::default(),
            keys: KeyLifetimes::default(),
            request_timeout: Duration::from_secs(30),
            first_request_timeout: Duration::from_secs(30),
            max_connections: 4_096,
            grace: Duration::from_secs(20),
        }
    }
}

/// What the gateway is given by whoever composes the process.
pub struct Dependencies {
    /// The roles it can reach.
    pub clients: Clients,
    /// Who may log in with a password.
    pub accounts: Vec<UserAccount>,
    /// Content of the token file with which the local CLI logs in as [`crate::LOCAL_USER`]; unset: it cannot.
    pub local_token: Option<SecretString>,
    /// Signs access tokens; replicas must agree on it.
    pub access_key: SigningKey,
    /// Renders this process's metrics.
    pub metrics_text: MetricsText,
    /// What this process reports about itself: latencies by route and open streams are added to it.
    pub vitals: Vitals,
    /// Id of this process, the same as in its reports to the performance monitor.
    pub instance: String,
    /// Names of the roles that run in this process.
    pub roles: Vec<String>,
    /// File in which security events wait for the audit log; it belongs to this gateway alone.
    pub events_file: PathBuf,
}

impl fmt::Debug for Dependencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dependencies").field("clients", &self.clients).finish_non_exhaustive()
    }
}

/// Why the gateway cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address of the settings.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// A password cannot be stored.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The file for security events cannot be used.
    #[error("security events cannot be kept in {}: {source}", path.display())]
    Events {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: SpoolError,
    },
    /// The contract cannot be served by reflection.
    #[error("reflection cannot be served: {0}")]
    Reflection(#[from] tonic_reflection::server::Error),
    /// A setting cannot be used.
    #[error("{setting} cannot be {value:?}: {problem}")]
    Setting {
        /// Name of the setting.
        setting: &'static str,
        /// Its value.
        value: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Fault for StartError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Listen { .. } | Self::Setting { .. } | Self::Events { .. } => ErrorKind::FailedPrecondition,
            Self::Password(_) | Self::Reflection(_) => ErrorKind::Internal,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Listen { .. } => "LISTEN_FAILED",
            Self::Events { .. } => "SECURITY_EVENTS_UNUSABLE",
            Self::Password(_) => "PASSWORD_UNUSABLE",
            Self::Reflection(_) => "REFLECTION_UNUSABLE",
            Self::Setting { .. } => "SETTING_INVALID",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Listen { address, .. } => Some(
                format!(
                    "Is another Resync running? Stop it, or choose a port other than {}.",
                    address.port()
                )
                .into(),
            ),
            Self::Events { .. } => Some(
                "Check the folder's permissions and space. A damaged file holds events that the audit log may lack: move it \
                 aside and keep it."
                    .into(),
            ),
            Self::Setting { setting: "cors_origins", .. } => {
                Some("Write scheme, host and port only, such as https://ops.example.com.".into())
            }
            _ => None,
        }
    }
}

impl Config {
    /// The permissions of callers without a login, where these may have any.
    pub(crate) fn effective_anonymous_permissions(&self) -> &[String] {
        if self.listen.ip().is_loopback() && !self.production { &self.anonymous_permissions } else { &[] }
    }

    /// Puts the gateway together and binds its address.
    ///
    /// # Errors
    /// When a setting cannot be used or the address is taken.
    pub async fn build(self, dependencies: Dependencies) -> Result<Gateway, StartError> {
        self.validate(&dependencies.clients)?;
        let Dependencies {
            clients,
            accounts,
            local_token,
            access_key,
            metrics_text,
            vitals,
            instance,
            roles,
            events_file,
        } = dependencies;
        let process = Process { instance, roles: roles.join(","), vitals, metrics_text };
        let lifetimes = self.lifetimes;
        // Hashing is slow on purpose.
        let auth =
            tokio::task::spawn_blocking(move || Auth::new(accounts, local_token, access_key, lifetimes))
                .await
                .map_err(|_| PasswordError {
                    user: "all users".into(),
                    reason: "hashing panicked".into(),
                })??;
        let local = OpenServices::new(&clients, self.reflection).await?;
        let (witness, keeper) = Keeper::open(&events_file, clients.audit(), own())
            .await
            .map_err(|source| StartError::Events { path: events_file, source })?;
        let address = self.listen;
        let listener =
            TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })?;
        let routes = crate::routes::table();
        let state = Arc::new(App::new(self, clients, auth, local, process, witness, routes.patterns()));
        Ok(Gateway::new(listener, app(Arc::clone(&state), routes), state, keeper))
    }

    fn validate(&self, clients: &Clients) -> Result<(), StartError> {
        if self.shared_limits && clients.cache().is_none() {
            return Err(StartError::Setting {
                setting: "shared_limits",
                value: "true".to_owned(),
                problem: "this gateway knows no cache role",
            });
        }
        if self.keys.patience <= self.request_timeout {
            return Err(StartError::Setting {
                setting: "idempotency.patience",
                value: format!("{:?}", self.keys.patience),
                problem: "it must be longer than a request may take (gateway.request_timeout)",
            });
        }
        for origin in &self.cors_origins {
            let parsed = url::Url::parse(origin).ok();
            if parsed.is_none_or(|url| url.origin().ascii_serialization() != *origin) {
                return Err(StartError::Setting {
                    setting: "cors_origins",
                    value: origin.clone(),
                    problem: "that is no origin",
                });
            }
        }
        Ok(())
    }
}
