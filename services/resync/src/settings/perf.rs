//! Settings of the performance monitor: how often processes report, when figures are bad, and who is told.

use super::{UnusableSetting, key};
use resync_api::perf::model::Severity;
use resync_perf_monitor::Config;
use resync_perf_monitor::alert;
use resync_perf_monitor::check::Rule;
use resync_perf_monitor::notify::{self, Destination, DestinationKind, PlanFilter};
use resync_perf_monitor::plan_event::PlanEventKind;
use resync_perf_monitor::thresholds::{Limit, Thresholds};
use resync_service_kit::settings::{Key, Kind, Settings};

/// Reports that may be late or lost before a process counts as missing.
const REPORTS_MISSED: u32 = 6;

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
        None,
        "How long a figure must be bad before its alert fires; unset: each rule has its own time",
    ),
    key(
        "alerts.disabled_rules",
        Kind::List,
        None,
        "Rules that make no alerts, by name; health and recommendations go on knowing them",
    ),
    key(
        "alerts.allowed_hosts",
        Kind::List,
        None,
        "Hosts that notifications may be sent to; none are sent elsewhere",
    ),
    key(
        "alerts.proxy",
        Kind::Secret,
        None,
        "HTTP proxy for notifications, with its credentials if it wants some; none when unset, whatever the environment says",
    ),
    key(
        "alerts.group_wait",
        Kind::Duration,
        Some("10s"),
        "How long a message waits for more events, so that two hundred failures are one message",
    ),
    key("alerts.timeout", Kind::Duration, Some("10s"), "Time for one try to deliver a message"),
    key(
        "alerts.attempts",
        Kind::Integer(1, 20),
        Some("5"),
        "Tries to deliver a message before it is given up",
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
        Kind::Choice(&["none", "warning", "critical"]),
        Some("warning"),
        "From which severity on alerts about Resync itself are sent",
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

/// The monitor's configuration.
pub(crate) fn monitor(settings: &Settings) -> Result<Config, UnusableSetting> {
    Ok(Config {
        thresholds: thresholds(settings),
        alerts: alerts(settings)?,
        notify: notify::Config {
            destinations: settings
                .names("alerts.destinations")
                .into_iter()
                .map(|name| destination(settings, name))
                .collect::<Result<_, _>>()?,
            allowed_hosts: settings.list("alerts.allowed_hosts"),
            proxy: settings.secret("alerts.proxy"),
            group_wait: settings.duration("alerts.group_wait"),
            attempts: settings.integer("alerts.attempts"),
            timeout: settings.duration("alerts.timeout"),
            ..notify::Config::default()
        },
        missing_after: settings.duration("perf.report_interval") * REPORTS_MISSED,
        ..Config::default()
    })
}

fn thresholds(settings: &Settings) -> Thresholds {
    let limit = |warning: &str, critical: &str, scale: f64| {
        let read = |leaf: &str| settings.number(&format!("perf.{leaf}")) / scale;
        Limit::new(read(warning), read(critical))
    };
    Thresholds {
        cache_hit_rate: limit("cache_hit_rate_target", "cache_hit_rate_critical", 100.0),
        pool_utilization: limit("pool_utilization_target", "pool_utilization_critical", 100.0),
        pool_wait: limit("wait_target_ms", "wait_critical_ms", 1_000.0),
        api_p95: limit("response_target_ms", "response_critical_ms", 1_000.0),
        ..Thresholds::default()
    }
}

fn alerts(settings: &Settings) -> Result<alert::Config, UnusableSetting> {
    let rule = |name: String| {
        Rule::from_name(&name).ok_or_else(|| {
            let known: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
            UnusableSetting::new(
                "alerts.disabled_rules",
                format!("no rule is called {name}; there are {}", known.join(", ")),
            )
        })
    };
    let hold = settings.optional_duration("alerts.pending_for");
    Ok(alert::Config {
        holds: hold.map(|hold| Rule::ALL.map(|rule| (rule, hold)).into()).unwrap_or_default(),
        disabled: settings.list("alerts.disabled_rules").into_iter().map(rule).collect::<Result<_, _>>()?,
        ..alert::Config::default()
    })
}

fn destination(settings: &Settings, name: String) -> Result<Destination, UnusableSetting> {
    let path = |leaf: &str| format!("alerts.destinations.{name}.{leaf}");
    let url = settings
        .secret(&path("url"))
        .ok_or_else(|| UnusableSetting::new(path("url"), "the destination has no address"))?;
    let kind = |word: String| match word.as_str() {
        "failed" => Ok(PlanEventKind::Failed),
        "late" => Ok(PlanEventKind::Late),
        other => {
            let problem = format!("{other} is no event; there are failed and late");
            Err(UnusableSetting::new(path("plan_events"), problem))
        }
    };
    let kinds: Vec<_> =
        settings.list(&path("plan_events")).into_iter().map(kind).collect::<Result<_, _>>()?;
    let filter = settings.optional_text(&path("filter")).unwrap_or_default();
    let wanted = PlanFilter::new(kinds.clone(), filter)
        .map_err(|error| UnusableSetting::new(path("filter"), error))?;
    Ok(Destination {
        kind: match settings.text(&path("kind")) {
            "teams" => DestinationKind::Teams,
            "slack" => DestinationKind::Slack,
            _ => DestinationKind::Webhook,
        },
        url,
        signing_secret: settings.secret(&path("signing_secret")),
        alerts: match settings.text(&path("mesh_alerts")) {
            "none" => None,
            "critical" => Some(Severity::Critical),
            _ => Some(Severity::Warning),
        },
        plan_events: (!kinds.is_empty()).then_some(wanted),
        name,
    })
}
