//! Sends one body to one address over HTTP. It follows no redirect, keeps no cookie, uses no proxy but the configured
//! one, trusts the machine's certificate authorities, and reads nothing of the answer but its head.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

const USER_AGENT: &str = concat!("resync/", env!("CARGO_PKG_VERSION"));
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// A receiver cannot ask for a longer wait than this.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

/// What the other side said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// How long it wants to be left alone.
    pub(crate) retry_after: Option<Duration>,
}

/// Sends bodies.
#[derive(Clone, Debug)]
pub(crate) struct Poster(reqwest::Client);

impl Poster {
    pub(crate) fn new(timeout: Duration, proxy: Option<&SecretString>) -> Result<Self, String> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(timeout)
            .tls_backend_preconfigured(trust()?);
        if let Some(proxy) = proxy {
            let proxy = reqwest::Proxy::all(proxy.expose_secret())
                .map_err(|_| "the proxy's address cannot be used".to_owned())?;
            builder = builder.proxy(proxy);
        }
        builder.build().map(Self).map_err(|error| error.without_url().to_string())
    }

    /// Posts JSON; an error says in words why there was no answer, never where to.
    pub(crate) async fn post(
        &self,
        url: &Url,
        headers: &[(&'static str, String)],
        body: Bytes,
    ) -> Result<Answer, String> {
        let mut request = self.0.post(url.clone()).header(CONTENT_TYPE, "application/json").body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.send().await.map_err(|error| reason(&error))?;
        let seconds = answer.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
        Ok(Answer {
            status: answer.status().as_u16(),
            retry_after: seconds.map(|seconds| Duration::from_secs(seconds).min(LONGEST_WAIT)),
        })
    }
}

fn reason(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        "did not answer in time".to_owned()
    } else if error.is_connect() {
        "cannot be reached".to_owned()
    } else {
        "broke off".to_owned()
    }
}

fn trust() -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!(
            "this machine has no certificate authorities of its own: no https destination can be told"
        );
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_root_certificates(roots).with_no_client_auth())
        .map_err(|error| error.to_string())
}
