//! `/api/alerts`: what is wrong with the mesh now, and who asked not to be told about it.

use crate::app::BODY_BYTES;
use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::{Params, typed, typed_or_default};
use crate::security::Details;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};
use resync_api::perf::model::{NewSilence, Severity, SilenceMatcher};
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// The body of `POST /api/alerts/silences`; empty members of the matcher stand for anything.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SilenceBody {
    matcher: MatcherBody,
    comment: String,
    duration_seconds: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MatcherBody {
    #[serde(default)]
    rule: String,
    #[serde(default)]
    subject: String,
    severity: Option<Severity>,
}

impl From<SilenceBody> for NewSilence {
    fn from(body: SilenceBody) -> Self {
        let SilenceBody { matcher: MatcherBody { rule, subject, severity }, comment, duration_seconds } =
            body;
        Self {
            matcher: SilenceMatcher { rule, subject, severity },
            comment,
            duration: Duration::from_secs(duration_seconds),
        }
    }
}

/// The body of `POST /api/alerts/test`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TestBody {
    /// Unset: every destination.
    destination: Option<String>,
}

/// `GET /api/alerts`
pub(crate) async fn alerts(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.perf("ListAlerts")?;
    Params::from_query(query.as_deref(), &[])?;
    let alerts = client.alerts().await.map_err(|fault| Error::upstream(&fault))?;
    json(&json!({ "alerts": alerts }))
}

/// `GET /api/alerts/silences`
pub(crate) async fn silences(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.perf("ListSilences")?;
    Params::from_query(query.as_deref(), &[])?;
    let silences = client.silences().await.map_err(|fault| Error::upstream(&fault))?;
    json(&json!({ "silences": silences }))
}

/// `POST /api/alerts/silences`
pub(crate) async fn silence(call: Call, request: Request<Body>) -> Result<Response, Error> {
    let client = call.perf("CreateSilence")?;
    let asked: SilenceBody = typed(request, BODY_BYTES).await?;
    let silence = client.create_silence(asked.into()).await.map_err(|fault| Error::upstream(&fault))?;
    let mut response = json(&silence)?;
    *response.status_mut() = StatusCode::CREATED;
    Details::put(&mut response, [("silence", json!(silence))]);
    if let Ok(place) = HeaderValue::try_from(format!("/api/alerts/silences/{}", silence.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// `DELETE /api/alerts/silences/{silence}`
pub(crate) async fn end_silence(call: Call, Segments(id): Segments<String>) -> Result<StatusCode, Error> {
    let client = call.perf("DeleteSilence")?;
    client.delete_silence(&id).await.map_err(|fault| Error::upstream(&fault))?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/alerts/test`
pub(crate) async fn test(call: Call, request: Request<Body>) -> Result<Response, Error> {
    let client = call.perf("SendTestNotification")?;
    let TestBody { destination } = typed_or_default(request, BODY_BYTES).await?;
    let outcomes = client.send_test_notification(destination.as_deref()).await;
    json(&json!({ "outcomes": outcomes.map_err(|fault| Error::upstream(&fault))? }))
}
