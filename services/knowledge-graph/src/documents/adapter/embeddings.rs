//! An OpenAI-compatible `/embeddings` endpoint: bounded requests, few retries, and a breaker, so that an endpoint that is
//! away costs a search nothing but its vectors.
//!
//! It is dialled directly, without the proxies of the environment, and never follows a redirection with its key.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use reqwest::{StatusCode, header};
use resync_resilience::{
    Backoff, Breaker, BreakerConfig, Deadline, RetryBudget, RetryPolicy, Verdict, retry,
};
use rustls::{ClientConfig, RootCertStore};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::documents::embed::{EmbedError, Embedder, Purpose};
use crate::documents::telemetry;

const CONNECT_TIME: Duration = Duration::from_secs(3);
/// Of an answer: 256 vectors of 4,096 numbers fit.
const MAX_ANSWER: usize = 32 << 20;
/// A vector without end is no vector.
const MAX_DIMENSIONS: usize = 16_384;
/// Failures in a row after which the endpoint is left alone for a while.
const FAILURES: u32 = 3;

/// Where the endpoint is and how it is asked.
#[derive(Clone, Debug)]
pub struct EmbeddingsConfig {
    /// Up to and including its version, such as `https://api.example.com/v1`.
    pub base_url: Url,
    /// Name of the model.
    pub model: String,
    /// Sent as bearer token; unset: none is needed.
    pub api_key: Option<SecretString>,
    /// Most texts in one request.
    pub batch: usize,
    /// Longest that a search waits.
    pub question_time: Duration,
    /// Longest that a batch of passages may take, retries included.
    pub documents_time: Duration,
}

impl EmbeddingsConfig {
    /// The usual bounds: 64 texts in a request, 2 seconds for a question, 60 for a batch.
    #[must_use]
    pub fn new(base_url: Url, model: impl Into<String>) -> Self {
        Self {
            base_url,
            model: model.into(),
            api_key: None,
            batch: 64,
            question_time: Duration::from_secs(2),
            documents_time: Duration::from_secs(60),
        }
    }
}

/// Why the endpoint cannot be used, whatever it answers.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the embeddings endpoint cannot be used: {0}")]
pub struct EmbeddingsConfigError(String);

/// A client of the endpoint.
pub struct EmbeddingsEndpoint {
    config: EmbeddingsConfig,
    address: Url,
    http: reqwest::Client,
    breaker: Breaker,
    budget: RetryBudget,
    /// Length of the first vectors; all others must have it.
    dimensions: OnceLock<usize>,
}

impl fmt::Debug for EmbeddingsEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmbeddingsEndpoint").field("config", &self.config).finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Ask<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
struct Told {
    data: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    index: usize,
    embedding: Vec<f32>,
}

/// An attempt that brought nothing.
struct Refusal {
    why: String,
    again: bool,
    pushback: Option<Duration>,
}

impl Refusal {
    fn last(why: impl Into<String>) -> Self {
        Self { why: why.into(), again: false, pushback: None }
    }
}

impl EmbeddingsEndpoint {
    /// Prepares a client; nothing is dialled yet.
    ///
    /// # Errors
    /// When the settings cannot work.
    pub fn new(config: EmbeddingsConfig) -> Result<Self, EmbeddingsConfigError> {
        let failed = |error: &dyn fmt::Display| EmbeddingsConfigError(error.to_string());
        if config.batch == 0 || config.model.is_empty() {
            return Err(failed(&"it needs a model and batches of at least one text"));
        }
        let path = format!("{}/embeddings", config.base_url.path().trim_end_matches('/'));
        let mut address = config.base_url.clone();
        address.set_path(&path);
        let mut roots = RootCertStore::empty();
        if address.scheme() == "https" {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        } else if address.scheme() != "http" {
            return Err(failed(&"its address is neither http nor https"));
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let http = reqwest::Client::builder()
            .user_agent("resync")
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT_TIME)
            .tls_backend_preconfigured(tls)
            .build()
            .map_err(|error| failed(&error))?;
        let breaker = Breaker::new(BreakerConfig {
            failures: FAILURES,
            open_for: Backoff::doubling(Duration::from_secs(5), Duration::from_secs(120)),
        });
        Ok(Self {
            config,
            address,
            http,
            breaker,
            budget: RetryBudget::default(),
            dimensions: OnceLock::new(),
        })
    }

    async fn ask(&self, texts: &[String], purpose: Purpose) -> Result<Vec<Vec<f32>>, EmbedError> {
        let permit = self.breaker.admit().map_err(|_| {
            EmbedError("the embeddings endpoint is left alone after repeated failures".to_owned())
        })?;
        let (time, max_attempts) = match purpose {
            Purpose::Question => (self.config.question_time, 2),
            Purpose::Documents => (self.config.documents_time, 4),
        };
        let deadline = Deadline::after(time);
        let policy = RetryPolicy {
            max_attempts,
            backoff: Backoff::doubling(Duration::from_millis(200), Duration::from_secs(10)),
        };
        let attempts = retry(
            &policy,
            &self.budget,
            Some(deadline),
            |_| self.attempt(texts),
            |outcome| match outcome {
                Err(refusal) if refusal.again => Verdict::Again { pushback: refusal.pushback },
                _ => Verdict::Done,
            },
        );
        let outcome = match deadline.bound(attempts).await {
            Ok(answer) => answer.value,
            Err(_expired) => Err(Refusal {
                why: "the embeddings endpoint does not answer in time".to_owned(),
                again: true,
                pushback: None,
            }),
        };
        telemetry::embedding(match &outcome {
            Ok(_) => "ok",
            Err(refusal) if refusal.again => "unavailable",
            Err(_) => "refused",
        });
        match &outcome {
            Err(refusal) if refusal.again => permit.failure(),
            _ => permit.success(),
        }
        outcome.map_err(|refusal| EmbedError(refusal.why))
    }

    async fn attempt(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, Refusal> {
        let ask = Ask { model: &self.config.model, input: texts, encoding_format: "float" };
        let mut request = self.http.post(self.address.clone()).json(&ask);
        if let Some(key) = &self.config.api_key {
            request = request.bearer_auth(key.expose_secret());
        }
        let unreachable = |error: reqwest::Error| Refusal {
            why: format!("the embeddings endpoint cannot be reached: {}", error.without_url()),
            again: true,
            pushback: None,
        };
        let mut response = request.send().await.map_err(unreachable)?;
        let status = response.status();
        if !status.is_success() {
            return Err(Refusal {
                why: format!("the embeddings endpoint answers with status {}", status.as_u16()),
                again: status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error(),
                pushback: retry_after(&response),
            });
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(Refusal::last("the embeddings endpoint answers too much"));
            }
            body.extend_from_slice(&chunk);
        }
        let told: Told = serde_json::from_slice(&body)
            .map_err(|_| Refusal::last("the embeddings endpoint does not answer in the expected form"))?;
        self.vectors(told, texts.len()).map_err(Refusal::last)
    }

    /// The vectors in the order of their texts, if they are vectors.
    fn vectors(&self, told: Told, count: usize) -> Result<Vec<Vec<f32>>, &'static str> {
        let mut rows: HashMap<usize, Vec<f32>> =
            told.data.into_iter().map(|row| (row.index, row.embedding)).collect();
        let vectors: Vec<Vec<f32>> = (0..count).filter_map(|index| rows.remove(&index)).collect();
        if vectors.len() != count || !rows.is_empty() {
            return Err("the embeddings endpoint answers for other texts than it was asked");
        }
        let length = vectors.first().map_or(0, Vec::len);
        if length == 0 || length > MAX_DIMENSIONS || vectors.iter().flatten().any(|value| !value.is_finite())
        {
            return Err("the embeddings endpoint answers with something that is no vector");
        }
        let expected = *self.dimensions.get_or_init(|| length);
        if vectors.iter().any(|vector| vector.len() != expected) {
            return Err("the embeddings endpoint answers with vectors of another length than before");
        }
        Ok(vectors)
    }
}

impl Embedder for EmbeddingsEndpoint {
    fn model(&self) -> &str {
        &self.config.model
    }

    fn batch(&self) -> usize {
        self.config.batch
    }

    fn embed(
        &self,
        texts: Vec<String>,
        purpose: Purpose,
    ) -> BoxFuture<'_, Result<Vec<Vec<f32>>, EmbedError>> {
        async move { self.ask(&texts, purpose).await }.boxed()
    }
}

/// A wait in seconds; the form with a date is not used by such endpoints.
fn retry_after(response: &reqwest::Response) -> Option<Duration> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}
