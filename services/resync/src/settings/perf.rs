//! Settings of the performance monitor: how often processes report, when figures are bad, and who is told.

use super::key;
use resync_service_kit::settings::{Key, Kind};

const PER_CENT: Kind = Kind::Number(0.0, 100.0);
const MILLISECONDS: Kind = Kind::Number(0.0, 600_000.0);

pub(super) const KEYS: &[Key] = &[
    key("perf.report_interval", Kind::Duration, Some("5s"), "Between two reports of a process about itself"),
    key(
        "perf.cache_hit_rate_target",
        PER_CENT,
        Some("70"),
        "Hit rate of a cache, in per cent, below which it warns",
    ),
    key(
        "perf.cache_hit_rate_critical",
        PER_CENT,
        Some("50"),
        "Hit rate of a cache, in per cent, that is critical",
    ),
    key(
        "perf.pool_utilization_target",
        PER_CENT,
        Some("80"),
        "Use of a pool, in per cent, above which it warns",
    ),
    key(
        "perf.pool_utilization_critical",
        PER_CENT,
        Some("90"),
        "Use of a pool, in per cent, that is critical",
    ),
    key(
        "perf.wait_target_ms",
        MILLISECONDS,
        Some("100"),
        "Wait for a connection, in milliseconds, above which it warns",
    ),
    key(
        "perf.wait_critical_ms",
        MILLISECONDS,
        Some("200"),
        "Wait for a connection, in milliseconds, that is critical",
    ),
    key(
        "perf.response_target_ms",
        MILLISECONDS,
        Some("50"),
        "95th percentile of answers, in milliseconds, above which it warns",
    ),
    key(
        "perf.response_critical_ms",
        MILLISECONDS,
        Some("200"),
        "95th percentile of answers, in milliseconds, that is critical",
    ),
    key(
        "alerts.pending_for",
        Kind::Duration,
        Some("1m"),
        "How long a figure must be bad before its alert fires",
    ),
    key(
        "alerts.allowed_hosts",
        Kind::List,
        None,
        "Hosts that notifications may be sent to; none are sent elsewhere",
    ),
    key(
        "alerts.destinations.*.kind",
        Kind::Choice(&["webhook", "teams", "slack"]),
        Some("webhook"),
        "Form of the notifications",
    ),
    key("alerts.destinations.*.url", Kind::Secret, None, "Where they are sent; https, or http on loopback"),
    key(
        "alerts.destinations.*.signing_secret",
        Kind::Secret,
        None,
        "Signs webhook notifications, so that the receiver can tell they are from here",
    ),
    key(
        "alerts.destinations.*.mesh_alerts",
        Kind::Choice(&["none", "critical", "all"]),
        Some("all"),
        "Which alerts about Resync itself are sent",
    ),
    key(
        "alerts.destinations.*.plan_events",
        Kind::List,
        None,
        "Which events of the plan are sent: failed, late; none when unset",
    ),
    key(
        "alerts.destinations.*.filter",
        Kind::Text,
        None,
        "Jobs whose events are sent, as a filter such as workstation = \"FIN*\"; all when unset",
    ),
];
