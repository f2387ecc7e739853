//! `POST /csp-violation-report`: what browsers say about broken content policies.
//!
//! Anybody may send here, so a report is bounded, read leniently, logged as inert text and counted. A bounded number of
//! violations goes into the audit log.

use crate::call::Call;
use crate::context::inert;
use crate::counters;
use crate::error::Error;
use crate::params::read_body;
use crate::security::{Happening, nobody};
use axum::body::Body;
use http::{Request, StatusCode, header};
use resync_api::audit::model::{AuditCategory, AuditResult};
use serde_json::Value;

const MAX_REPORT_BYTES: usize = 16 * 1024;
const MAX_REPORTS: usize = 20;
const MAX_LOGGED_CHARS: usize = 300;
const ACCEPTED: &str = "application/csp-report or application/reports+json";
/// Directives that may become a metric label.
const DIRECTIVES: &[&str] = &[
    "default-src",
    "script-src",
    "script-src-elem",
    "script-src-attr",
    "style-src",
    "style-src-elem",
    "style-src-attr",
    "img-src",
    "connect-src",
    "font-src",
    "object-src",
    "frame-src",
    "frame-ancestors",
    "form-action",
    "base-uri",
    "require-trusted-types-for",
    "trusted-types",
];

/// `POST /csp-violation-report`
pub(crate) async fn csp_violation(call: Call, request: Request<Body>) -> Result<StatusCode, Error> {
    let sent =
        request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !matches!(essence.as_str(), "application/csp-report" | "application/reports+json" | "application/json")
    {
        return Err(Error::MediaType { expected: ACCEPTED });
    }
    let body = read_body(request, MAX_REPORT_BYTES).await?;
    let report: Value =
        serde_json::from_slice(&body).map_err(|error| Error::JsonMalformed { detail: error.to_string() })?;
    for violation in violations(&report).into_iter().take(MAX_REPORTS) {
        record(&call, violation);
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The violations of a report in the old form (`{"csp-report": …}`) or of the Reporting API (a list).
fn violations(report: &Value) -> Vec<&Value> {
    match report {
        Value::Array(reports) => reports
            .iter()
            .filter(|report| report["type"] == "csp-violation")
            .map(|report| &report["body"])
            .collect(),
        other => other.get("csp-report").into_iter().collect(),
    }
}

fn record(call: &Call, violation: &Value) {
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| violation[*name].as_str()).unwrap_or_default();
        // What follows `?` or `#` in an address may be private.
        inert(found.split(['?', '#']).next().unwrap_or_default(), MAX_LOGGED_CHARS)
    };
    let directive = text(&["effective-directive", "effectiveDirective", "violated-directive"]);
    let name = directive.split(' ').next().unwrap_or_default();
    let label = DIRECTIVES.iter().find(|known| **known == name).copied().unwrap_or("other");
    counters::count_as(counters::CSP_REPORTS, "directive", label);
    let document = text(&["document-uri", "documentURL"]);
    let blocked = text(&["blocked-uri", "blockedURL"]);
    let source = text(&["source-file", "sourceFile"]);
    tracing::warn!(
        csp.directive = directive,
        csp.document = document,
        csp.blocked = blocked,
        csp.source = source,
        "browser reported a content policy violation"
    );
    let mut happening =
        Happening::new(AuditCategory::Security, "csp.violation", nobody(""), AuditResult::Refused);
    happening.parameters.extend(
        [("directive", directive), ("document", document), ("blocked", blocked), ("source", source)]
            .map(|(name, value)| (name.to_owned(), Value::from(value))),
    );
    call.app().witness.note(call.context(), happening);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_report_formats_are_read() {
        let old = json!({"csp-report": {"violated-directive": "img-src"}});
        let new = json!([
            {"type": "csp-violation", "body": {"effectiveDirective": "img-src"}},
            {"type": "deprecation", "body": {}},
        ]);
        assert_eq!(violations(&old).len(), 1);
        assert_eq!(violations(&new), [&json!({"effectiveDirective": "img-src"})]);
        assert!(violations(&json!("text")).is_empty());
    }
}
