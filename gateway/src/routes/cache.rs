//! `/api/cache/…`: the shared cache, for people who look after it.

use crate::app::BODY_BYTES;
use crate::call::{Call, json};
use crate::error::Error;
use crate::params::{Params, typed_or_default};
use crate::routes::performance::percent;
use crate::security::Details;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use http::Request;
use resync_api::cache::model::ClearScope;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What `POST /api/cache/clear` drops.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Scope {
    #[default]
    All,
    Cache,
    Prefix,
    Tag,
}

/// The body of `POST /api/cache/clear`. Without one, as older scripts send it, everything is dropped.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClearBody {
    scope: Scope,
    /// Name, prefix or tag; not for everything.
    value: Option<String>,
}

impl TryFrom<&ClearBody> for ClearScope {
    type Error = Error;

    fn try_from(body: &ClearBody) -> Result<Self, Error> {
        let value = body.value.clone().filter(|value| !value.is_empty());
        let needed = |value: Option<String>| value.ok_or_else(|| Error::field("value", "required"));
        Ok(match (body.scope, value) {
            (Scope::All, None) => Self::All,
            // Whoever names something does not mean everything.
            (Scope::All, Some(_)) => return Err(Error::field("value", "must be left out when scope is all")),
            (Scope::Cache, value) => Self::Cache(needed(value)?),
            (Scope::Prefix, value) => Self::Prefix(needed(value)?),
            (Scope::Tag, value) => Self::Tag(needed(value)?),
        })
    }
}

/// `GET /api/cache/stats`
pub(crate) async fn stats(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.cache("GetCacheStats")?;
    Params::from_query(query.as_deref(), &[])?;
    let stats = client.stats().await.map_err(|fault| Error::upstream(&fault))?;
    let hits: u64 = stats.caches.iter().map(|cache| cache.memory_hits + cache.store_hits).sum();
    let misses: u64 = stats.caches.iter().map(|cache| cache.misses).sum();
    json(&json!({
        "hits": hits,
        "misses": misses,
        "hit_rate": percent(share(hits, hits + misses), 2),
        "size": stats.memory_items,
        "stats": stats,
    }))
}

/// `GET /api/cache/health`
pub(crate) async fn health(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.cache("GetCacheHealth")?;
    Params::from_query(query.as_deref(), &[])?;
    let health = client.health().await.map_err(|fault| Error::upstream(&fault))?;
    let status = match (health.serving, health.idempotency_safe) {
        (true, true) => "healthy",
        (true, false) => "degraded",
        (false, _) => "critical",
    };
    json(&json!({ "status": status, "health": health }))
}

/// `POST /api/cache/clear`
pub(crate) async fn clear(call: Call, request: Request<Body>) -> Result<Response, Error> {
    let client = call.cache("ClearCache")?;
    let asked: ClearBody = typed_or_default(request, BODY_BYTES).await?;
    let scope = ClearScope::try_from(&asked)?;
    let position = client.clear(scope).await.map_err(|fault| Error::upstream(&fault))?;
    let mut response = json(&json!({
        "status": "success",
        "scope": asked.scope,
        "value": asked.value,
        "position": position.get(),
    }))?;
    Details::put(&mut response, [("scope", json!(asked.scope)), ("value", json!(asked.value))]);
    Ok(response)
}

#[expect(clippy::cast_precision_loss, reason = "shown with two decimals")]
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
