//! A person or a program outside, in front of one gateway's REST routes.

use anyhow::{Context as _, bail, ensure};
use reqwest::{Method, StatusCode};
use resync_testkit::eventually;
use serde_json::{Value, json};

use super::PATIENCE;

/// What a route answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub content_type: String,
    /// The body; null when it is no JSON.
    pub body: Value,
}

impl Reply {
    /// Checks that it is a problem document with this status and code, a hint, and `says` in its text.
    ///
    /// # Errors
    /// What is different.
    pub fn expect_problem(&self, status: u16, code: &str, says: &str) -> anyhow::Result<()> {
        ensure!(self.status == status && self.body["code"] == code, "not {status} {code}: {self:#?}");
        ensure!(self.content_type == "application/problem+json", "no problem document: {self:#?}");
        ensure!(self.body["request_id"].is_string(), "no request id: {self:#?}");
        let text = serde_json::to_string(&self.body)?;
        ensure!(text.to_lowercase().contains(&says.to_lowercase()), "it does not say {says:?}: {self:#?}");
        Ok(())
    }

    /// The hint of a problem document.
    #[must_use]
    pub fn hint(&self) -> &str {
        self.body["hint"].as_str().unwrap_or_default()
    }
}

/// Somebody who may have logged in.
#[derive(Debug, Clone)]
pub struct Outside {
    /// Base address of the gateway.
    pub url: String,
    /// Sent as bearer token unless empty.
    pub token: String,
    http: reqwest::Client,
}

impl Outside {
    /// Somebody without a login.
    ///
    /// # Errors
    /// When this machine has no TLS.
    pub fn stranger(url: &str) -> anyhow::Result<Self> {
        Ok(Self { url: url.trim_end_matches('/').to_owned(), token: String::new(), http: http_client()? })
    }

    /// Somebody with a login.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn log_in(url: &str, user: &str, password: &str) -> anyhow::Result<Self> {
        let stranger = Self::stranger(url)?;
        let form = [("grant_type", "password"), ("username", user), ("password", password)];
        let form: Vec<_> = form.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = stranger
            .http
            .post(format!("{}/token", stranger.url))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.join("&"));
        let answer: Value = request.send().await?.json().await?;
        let token = answer["access_token"].as_str().with_context(|| format!("no login: {answer}"))?;
        Ok(stranger.with_token(token))
    }

    /// The same with another token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// `GET path`.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        reply(self.request(Method::GET, path).send().await?).await
    }

    /// `GET path`, as text.
    ///
    /// # Errors
    /// When there is no answer, or it is an error.
    pub async fn text(&self, path: &str) -> anyhow::Result<String> {
        Ok(self.request(Method::GET, path).send().await?.error_for_status()?.text().await?)
    }

    /// `POST path` with a body of a type.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post(&self, path: &str, content_type: &str, body: String) -> anyhow::Result<Reply> {
        let request = self.request(Method::POST, path).header("content-type", content_type);
        reply(request.body(body).send().await?).await
    }

    /// `DELETE path`.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn delete(&self, path: &str) -> anyhow::Result<Reply> {
        reply(self.request(Method::DELETE, path).send().await?).await
    }

    /// `POST path` with a JSON body, to be carried out once under an idempotency key.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> anyhow::Result<Reply> {
        reply(self.request(Method::POST, path).header("idempotency-key", key).json(body).send().await?).await
    }

    /// Asks a question; the answer comes at once.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn ask(&self, question: &str) -> anyhow::Result<Reply> {
        self.post("/api/chat", "application/json", json!({ "message": question }).to_string()).await
    }

    /// Asks a question; gives the names and data of the events of the answer.
    ///
    /// # Errors
    /// When there is no stream of events.
    pub async fn stream_ask(&self, question: &str) -> anyhow::Result<Vec<(String, Value)>> {
        let request = self
            .request(Method::POST, "/api/chat")
            .header("accept", "text/event-stream")
            .json(&json!({ "message": question }));
        let response = request.send().await?;
        ensure!(response.status() == StatusCode::OK, "{}", response.text().await?);
        let mut events = Vec::new();
        for block in response.text().await?.split("\n\n") {
            let field =
                |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::trim_start);
            if let (Some(event), Some(data)) = (field("event:"), field("data:")) {
                events.push((event.to_owned(), serde_json::from_str(data)?));
            }
        }
        Ok(events)
    }

    /// Waits until every engine has been read completely, dependencies included.
    ///
    /// # Errors
    /// When that takes too long; says what the engines are like.
    pub async fn plan_is_read(&self) -> anyhow::Result<()> {
        let read = async || {
            let engines = self.get("/api/engines").await.ok()?;
            let engines = engines.body["engines"].as_array()?.clone();
            let done = |engine: &Value| {
                engine["synced"] == true && engine["plan_edge_coverage"].as_f64().is_some_and(|c| c >= 1.0)
            };
            engines.iter().all(done).then_some(())
        };
        match eventually("the whole plan", PATIENCE, read).await {
            Ok(()) => Ok(()),
            Err(error) => bail!("{error}: {:#?}", self.get("/api/engines").await),
        }
    }

    /// Waits until `GET path` answers as wanted, and gives that answer.
    ///
    /// # Errors
    /// When that takes too long; says what it answered last.
    pub async fn until(&self, path: &str, wanted: impl Fn(&Reply) -> bool) -> anyhow::Result<Reply> {
        let look = async || self.get(path).await.ok().filter(&wanted);
        match eventually(path, PATIENCE, look).await {
            Ok(reply) => Ok(reply),
            Err(error) => bail!("{error}: {:#?}", self.get(path).await),
        }
    }

    fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        if self.token.is_empty() { request } else { request.bearer_auth(&self.token) }
    }
}

async fn reply(response: reqwest::Response) -> anyhow::Result<Reply> {
    let status = response.status().as_u16();
    let content_type = response.headers().get("content-type").and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let body = serde_json::from_slice(&response.bytes().await?).unwrap_or_default();
    Ok(Reply { status, content_type, body })
}

/// The client wants a TLS provider even where it speaks plain HTTP.
pub(super) fn http_client() -> anyhow::Result<reqwest::Client> {
    // Whoever was first has installed the same one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().timeout(PATIENCE).build()?)
}
