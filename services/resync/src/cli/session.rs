//! The way from a command to a running Resync: where it is, who asks, and typed clients that carry the token.
//!
//! The address is that of `--url`, else what the product with the same data folder published, else the setting. Commands
//! log in with what `resync login` remembered for that address, else, on the same machine, with the token file of the
//! data folder.

mod credentials;

pub(crate) use credentials::Remembered;

use super::Shared;
use crate::failure::{Failure, Result};
use crate::installation::Running;
use crate::settings::REGISTRY;
use http::HeaderValue;
use http::header::AUTHORIZATION;
use resync_api::agent::client::AgentClient;
use resync_api::audit::client::AuditClient;
use resync_api::channel::Channel;
use resync_api::conversations::client::ConversationClient;
use resync_api::documents::client::DocumentsClient;
use resync_api::graph::client::GraphClient;
use resync_api::history::client::HistoryClient;
use resync_api::incidents::client::IncidentsClient;
use resync_api::memories::client::MemoryClient;
use resync_api::tws::client::TwsClient;
use resync_fault::ErrorKind;
use resync_service_kit::settings::Settings;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;
use tonic::body::Body;
use tonic::transport::{Certificate, ClientTlsConfig, Endpoint};
use tower::ServiceExt as _;
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const LOGIN_TIMEOUT: Duration = Duration::from_secs(15);

/// What a login gives.
#[derive(Debug)]
pub(crate) struct Tokens {
    pub(crate) access_token: SecretString,
    pub(crate) expires_in: u64,
    pub(crate) refresh_token: SecretString,
}

/// The same as `POST /token` answers it.
#[derive(Deserialize)]
struct Grant {
    access_token: String,
    expires_in: u64,
    refresh_token: String,
}

#[derive(Deserialize)]
struct OauthError {
    error: String,
    #[serde(default)]
    error_description: String,
}

/// Where Resync is.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) url: Url,
    /// Authority to trust, PEM.
    ca: Option<String>,
    local_token: Option<SecretString>,
}

impl Place {
    /// Finds out from flags, data folder and settings.
    pub(crate) fn find(shared: &Shared) -> Result<Self> {
        let settings = shared.settings.load(&REGISTRY, Vec::new())?;
        let running = Running::read(Path::new(settings.text("data_dir")))?;
        let text = shared.url.clone().or(running.url).unwrap_or_else(|| listening(&settings));
        let url: Url = text.parse().map_err(|error| {
            Failure::new(ErrorKind::InvalidArgument, "URL_INVALID", format!("{text}: {error}"))
                .hint("write it like http://127.0.0.1:8000")
        })?;
        let loopback = match url.host() {
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            Some(url::Host::Domain(name)) => name == "localhost",
            None => false,
        };
        let ca = match &shared.ca_file {
            None if url.scheme() == "https" => {
                let text = "over HTTPS the authority that signed Resync's certificate must be named";
                return Err(Failure::new(ErrorKind::InvalidArgument, "CA_FILE_NEEDED", text)
                    .hint("give its PEM file with --ca-file"));
            }
            None => None,
            Some(file) => Some(
                std::fs::read_to_string(file)
                    .map_err(|error| Failure::io(&format!("cannot read {}", file.display()), &error))?,
            ),
        };
        Ok(Self { url, ca, local_token: running.token.filter(|_| loopback) })
    }

    /// Asks for tokens.
    pub(crate) async fn tokens(&self, form: &[(&str, &str)]) -> Result<Tokens> {
        let mut client = reqwest::Client::builder().connect_timeout(CONNECT_TIMEOUT).timeout(LOGIN_TIMEOUT);
        if let Some(ca) = &self.ca {
            let ca =
                reqwest::Certificate::from_pem(ca.as_bytes()).map_err(|error| self.unreachable(&error))?;
            client = client.tls_certs_only([ca]);
        }
        let client = client.build().map_err(|error| self.unreachable(&error))?;
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let answer = client
            .post(self.url.join("/token").map_err(|error| self.unreachable(&error))?)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .send()
            .await
            .map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let text = answer.text().await.map_err(|error| self.unreachable(&error))?;
        if status.is_success() {
            let grant: Grant = serde_json::from_str(&text).map_err(|_| self.not_resync())?;
            let Grant { access_token, expires_in, refresh_token } = grant;
            return Ok(Tokens {
                access_token: access_token.into(),
                expires_in,
                refresh_token: refresh_token.into(),
            });
        }
        let Ok(refusal) = serde_json::from_str::<OauthError>(&text) else { return Err(self.not_resync()) };
        let kind =
            if status.as_u16() == 429 { ErrorKind::ResourceExhausted } else { ErrorKind::Unauthenticated };
        let said =
            if refusal.error_description.is_empty() { refusal.error } else { refusal.error_description };
        Err(Failure::new(kind, "LOGIN_REFUSED", format!("login refused: {said}")))
    }

    fn unreachable(&self, error: &dyn std::fmt::Display) -> Failure {
        tracing::debug!(%error, "login did not reach the gateway");
        Failure::new(
            ErrorKind::Unavailable,
            "RESYNC_UNREACHABLE",
            format!("Resync does not answer at {}", self.url),
        )
        .hint("start it with \"resync up\", or say where it is with --url or --data-dir")
    }

    fn not_resync(&self) -> Failure {
        Failure::new(
            ErrorKind::Unavailable,
            "NOT_RESYNC",
            format!("what answers at {} is not Resync", self.url),
        )
        .hint("check the address given with --url")
    }

    async fn access_token(&self) -> Result<SecretString> {
        if let Some(token) = Remembered::access_token(self).await? {
            return Ok(token);
        }
        let Some(local) = &self.local_token else {
            return Err(Failure::new(
                ErrorKind::Unauthenticated,
                "NOT_LOGGED_IN",
                format!("nobody is logged in at {}", self.url),
            )
            .hint("log in with \"resync login\", or use --data-dir of the product on this machine"));
        };
        let form = [
            ("grant_type", "password"),
            ("username", resync_gateway::LOCAL_USER),
            ("password", local.expose_secret()),
        ];
        Ok(self.tokens(&form).await?.access_token)
    }
}

/// Clients of a running Resync, logged in.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) agent: AgentClient,
    pub(crate) tws: TwsClient,
    pub(crate) graph: GraphClient,
    pub(crate) history: HistoryClient,
    pub(crate) conversations: ConversationClient,
    pub(crate) audit: AuditClient,
    pub(crate) documents: DocumentsClient,
    pub(crate) memories: MemoryClient,
    pub(crate) incidents: IncidentsClient,
}

impl Session {
    /// Connects and logs in.
    pub(crate) async fn open(shared: &Shared) -> Result<Self> {
        let place = Place::find(shared)?;
        let token = place.access_token().await?;
        Self::with_token(&place, &token)
    }

    fn with_token(place: &Place, token: &SecretString) -> Result<Self> {
        let endpoint = Endpoint::from_shared(place.url.to_string())
            .map_err(|error| place.unreachable(&error))?
            .connect_timeout(CONNECT_TIMEOUT);
        let endpoint = match &place.ca {
            Some(ca) => endpoint
                .tls_config(ClientTlsConfig::new().ca_certificate(Certificate::from_pem(ca)))
                .map_err(|error| place.unreachable(&error))?,
            None => endpoint,
        };
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret()))
            .map_err(|_| place.not_resync())?;
        value.set_sensitive(true);
        let authorized = endpoint.connect_lazy().map_request(move |mut request: http::Request<Body>| {
            request.headers_mut().insert(AUTHORIZATION, value.clone());
            request
        });
        let channel = Channel::new(authorized);
        Ok(Self {
            agent: AgentClient::new(channel.clone()),
            tws: TwsClient::new(channel.clone()),
            graph: GraphClient::new(channel.clone()),
            history: HistoryClient::new(channel.clone()),
            conversations: ConversationClient::new(channel.clone()),
            audit: AuditClient::new(channel.clone()),
            documents: DocumentsClient::new(channel.clone()),
            memories: MemoryClient::new(channel.clone()),
            incidents: IncidentsClient::new(channel),
        })
    }

    /// A session with the product of this process.
    pub(crate) async fn local(url: &Url, token: &SecretString) -> Result<Self> {
        let place = Place { url: url.clone(), ca: None, local_token: Some(token.clone()) };
        let token = place.access_token().await?;
        Self::with_token(&place, &token)
    }
}

fn listening(settings: &Settings) -> String {
    let address = settings.text("gateway.listen");
    format!("http://{}", address.replace("0.0.0.0", "127.0.0.1"))
}
