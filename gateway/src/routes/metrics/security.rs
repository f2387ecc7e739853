//! `GET /api/metrics/security`: what the gateways of the mesh refused since they started, and who came in.
//!
//! Read from the same metrics that `/api/metrics` shows, so the two cannot disagree.

use super::collect;
use crate::call::{Call, json};
use crate::counters;
use crate::error::Error;
use crate::exposition::Exposition;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::Utc;
use serde_json::{Value, json};

/// `GET /api/metrics/security`
pub(crate) async fn security(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let mesh = collect(&call, query).await?;
    let by = |name, label| by_label(&mesh.metrics, name, label);
    let all = |name| whole(mesh.metrics.sums(name, "").values().sum());
    json(&json!({
        "timestamp": Utc::now(),
        "complete": mesh.complete,
        "logins": by(counters::LOGINS, "outcome"),
        "throttled_logins": whole(
            mesh.metrics.sums(counters::LOGINS, "outcome").get("throttled").copied().unwrap_or_default(),
        ),
        "tokens_refused": by(counters::TOKENS_REFUSED, "reason"),
        "permissions_denied": by(counters::PERMISSIONS_DENIED, "permission"),
        "rate_limited": by(counters::RATE_LIMITED, "policy"),
        "csp_violation_reports": by(counters::CSP_REPORTS, "directive"),
        "cors_refused": all(counters::CORS_REFUSED),
        "connections_refused": all(counters::CONNECTIONS_REFUSED),
        "connections_silent": all(counters::CONNECTIONS_SILENT),
        "security_events": by(counters::SECURITY_EVENTS, "outcome"),
        "idempotency": by(counters::IDEMPOTENCY, "outcome"),
        "shared_limits_unavailable": all(counters::SHARED_LIMITS_UNAVAILABLE),
    }))
}

fn by_label(metrics: &Exposition, name: &str, label: &str) -> Value {
    metrics.sums(name, label).into_iter().map(|(value, count)| (value, whole(count))).collect()
}

/// Counts are whole, and far below where a float stops being exact.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counters are whole and not negative"
)]
fn whole(count: f64) -> Value {
    Value::from(count.max(0.0) as u64)
}
