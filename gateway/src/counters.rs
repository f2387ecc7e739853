//! What the gateway counts, each with its meaning: the names of its metrics are written here and nowhere else.
//!
//! The metrics are the only place where the numbers are kept; `/api/metrics/security` reads them from there. Known
//! label values begin at zero, so that a rate can be drawn from the first event on. Request durations are the
//! observer's.

use metrics::{counter, describe_counter};

/// Logins, by outcome.
pub(crate) const LOGINS: &str = "resync_gateway_logins_total";
/// Access tokens that were sent and not accepted, by reason.
pub(crate) const TOKENS_REFUSED: &str = "resync_gateway_tokens_refused_total";
/// Requests of known people without the right, by permission.
pub(crate) const PERMISSIONS_DENIED: &str = "resync_gateway_permissions_denied_total";
/// Requests refused by a rate limit, by policy.
pub(crate) const RATE_LIMITED: &str = "resync_gateway_rate_limited_total";
/// Browsers told not to call from another origin.
pub(crate) const CORS_REFUSED: &str = "resync_gateway_cors_refused_total";
/// Reports of browsers about broken content policies, by directive.
pub(crate) const CSP_REPORTS: &str = "resync_gateway_csp_violation_reports_total";
/// Connections closed because too many were open.
pub(crate) const CONNECTIONS_REFUSED: &str = "resync_gateway_connections_refused_total";
/// Connections closed because no request came.
pub(crate) const CONNECTIONS_SILENT: &str = "resync_gateway_connections_silent_total";
/// Requests with an idempotency key, by outcome.
pub(crate) const IDEMPOTENCY: &str = "resync_gateway_idempotency_total";
/// Quotas that were decided by this process alone although they are shared.
pub(crate) const SHARED_LIMITS_UNAVAILABLE: &str = "resync_gateway_shared_limits_unavailable_total";

/// Security events on their way to the audit log, by what became of them.
pub(crate) const SECURITY_EVENTS: &str = "resync_gateway_security_events_total";

/// What can become of a security event: on disk; in the audit log; left out of a flood of its kind; lost, because neither
/// queue nor disk took it; refused by the audit log.
pub(crate) const EVENT_OUTCOMES: [&str; 5] = ["kept", "shipped", "left_out", "lost", "refused"];
/// How a login can end.
pub(crate) const LOGIN_OUTCOMES: [&str; 4] = ["accepted", "refused", "throttled", "refresh_token_reused"];
/// Why a token is not accepted.
pub(crate) const TOKEN_REASONS: [&str; 3] = ["invalid", "expired", "revoked"];
/// Rate limits.
pub(crate) const POLICIES: [&str; 3] = ["address", "principal", "login"];
/// How a request with a key can end.
pub(crate) const IDEMPOTENCY_OUTCOMES: [&str; 8] = [
    "executed",
    "released",
    "unknown",
    "replayed",
    "in_progress",
    "outcome_unknown",
    "mismatch",
    "unavailable",
];

/// Tells the exporter what they mean.
pub(crate) fn describe() {
    for (name, text) in [
        (LOGINS, "Logins by outcome"),
        (TOKENS_REFUSED, "Access tokens that were not accepted, by reason"),
        (PERMISSIONS_DENIED, "Requests of known callers that lacked a permission, by permission"),
        (RATE_LIMITED, "Requests refused by a rate limit, by policy"),
        (CORS_REFUSED, "Preflights of other origins that are not in the settings"),
        (CSP_REPORTS, "Content policy violations reported by browsers, by directive"),
        (CONNECTIONS_REFUSED, "Connections closed because too many were open"),
        (CONNECTIONS_SILENT, "Connections closed because no request came in time"),
        (IDEMPOTENCY, "Requests with an idempotency key, by outcome"),
        (SECURITY_EVENTS, "Security events on their way to the audit log, by what became of them"),
        (SHARED_LIMITS_UNAVAILABLE, "Shared quotas decided locally because the cache was not reached"),
    ] {
        describe_counter!(name, text);
    }
    for (name, label, values) in [
        (LOGINS, "outcome", LOGIN_OUTCOMES.as_slice()),
        (TOKENS_REFUSED, "reason", TOKEN_REASONS.as_slice()),
        (RATE_LIMITED, "policy", POLICIES.as_slice()),
        (IDEMPOTENCY, "outcome", IDEMPOTENCY_OUTCOMES.as_slice()),
        (SECURITY_EVENTS, "outcome", EVENT_OUTCOMES.as_slice()),
    ] {
        for value in values {
            counter!(name, label => *value).absolute(0);
        }
    }
    for name in [CORS_REFUSED, CONNECTIONS_REFUSED, CONNECTIONS_SILENT, SHARED_LIMITS_UNAVAILABLE] {
        counter!(name).absolute(0);
    }
}

/// Counts one event.
pub(crate) fn count(name: &'static str) {
    counter!(name).increment(1);
}

/// Counts several events of a kind at once.
pub(crate) fn add_as(name: &'static str, label: &'static str, value: &'static str, events: usize) {
    counter!(name, label => value).increment(u64::try_from(events).unwrap_or(u64::MAX));
}

/// Counts one event of a kind; `value` comes from a closed set.
pub(crate) fn count_as(name: &'static str, label: &'static str, value: &'static str) {
    counter!(name, label => value).increment(1);
}
