//! Pools: too small, too large, or failing.

use super::*;
use resync_api::perf::model::Standing;

/// Share of the maximum that should be in use.
const AIM: f64 = 0.70;
/// A pool is called too large only over at least this time.
const LONG_ENOUGH: Duration = Duration::from_secs(10 * 60);

pub(super) fn of(report: &PoolReport, thresholds: &Thresholds, window: Window) -> Vec<Recommendation> {
    let draft = Draft {
        area: Area::Pool,
        subject: &report.label,
        severity: Severity::Ok,
        window,
        covered: report.covered,
    };
    let mut made = Vec::new();
    if report.standing != Standing::Idle {
        made.extend(too_small(report, thresholds, draft));
        made.extend(failing(report, thresholds, draft));
    }
    if made.is_empty() {
        made.extend(too_large(report, thresholds, draft));
    }
    made
}

fn numbers(report: &PoolReport) -> Vec<Evidence> {
    vec![
        evidence("utilization", report.utilization.unwrap_or(0.0), "ratio"),
        evidence("peak_utilization", report.peak_utilization.unwrap_or(0.0), "ratio"),
        evidence("average_wait", report.average_wait_seconds.unwrap_or(0.0), "seconds"),
        evidence("acquired", report.acquired as f64, "count"),
        evidence("exhausted", report.exhausted as f64, "count"),
        evidence("timed_out", report.timed_out as f64, "count"),
        evidence("waiting", report.waiting as f64, "count"),
    ]
}

fn too_small(report: &PoolReport, thresholds: &Thresholds, draft: Draft<'_>) -> Option<Recommendation> {
    let utilization = report.utilization.unwrap_or(0.0);
    let wait = report.average_wait_seconds.unwrap_or(0.0);
    let busy = thresholds.pool_utilization.above(utilization).0;
    let slow = thresholds.pool_wait.above(wait).0;
    let gave_up = if report.timed_out > 0 { Severity::Critical } else { Severity::Ok };
    let severity = busy.max(slow).max(gave_up);
    if severity == Severity::Ok {
        return None;
    }
    let reason = if gave_up > Severity::Ok {
        format!("{} callers gave up waiting for pool {}", report.timed_out, report.label)
    } else if slow >= busy {
        format!("a connection of pool {} is waited for {}", report.label, shown(wait, "seconds"))
    } else {
        format!("{} of pool {} is in use", shown(utilization, "ratio"), report.label)
    };
    if report.peak_utilization.unwrap_or(0.0) < AIM && report.exhausted == 0 {
        // Callers wait although connections are free: more of them would not help.
        return Some(Draft { severity, ..draft }.made(
            format!("{reason} although it is not full: look at how long opening a connection takes"),
            Change::none(),
            "connections are there when they are asked for".to_owned(),
            numbers(report),
        ));
    }
    let demand = report.max as f64 * utilization.max(report.peak_utilization.unwrap_or(0.0));
    let fitting = ((demand + report.waiting as f64) / AIM).ceil() as u64;
    let suggested = fitting.max(report.max + report.max.div_ceil(2));
    let setting = &report.settings.max;
    Some(Draft { severity, ..draft }.made(
        format!("{reason}: raise {} from {} to {suggested}", named(setting, "its maximum"), report.max),
        Change::of(setting, report.max, suggested),
        format!("about {} in use, and nobody waits, if the other side takes that many", shown(AIM, "ratio")),
        numbers(report),
    ))
}

fn failing(report: &PoolReport, thresholds: &Thresholds, draft: Draft<'_>) -> Option<Recommendation> {
    let rate = report.error_rate?;
    let severity = thresholds.pool_error_rate.above(rate).0;
    (severity > Severity::Ok && report.errors > 0).then(|| {
        let mut evidence_of = numbers(report);
        evidence_of.push(evidence("error_rate", rate, "ratio"));
        evidence_of.push(evidence("errors", report.errors as f64, "count"));
        Draft { severity, ..draft }.made(
            format!(
                "{} of the connections of pool {} fail: check that the other side is up and the network between",
                shown(rate, "ratio"),
                report.label,
            ),
            Change::none(),
            "calls stop failing; no size of the pool changes that".to_owned(),
            evidence_of,
        )
    })
}

/// Connections are kept open that even the busiest moment did not need.
fn too_large(report: &PoolReport, thresholds: &Thresholds, draft: Draft<'_>) -> Option<Recommendation> {
    let peak = report.peak_utilization?;
    if report.covered < LONG_ENOUGH || report.min == 0 || peak >= thresholds.pool_utilization_low {
        return None;
    }
    let suggested = ((report.max as f64 * peak / AIM).ceil() as u64).max(1);
    let setting = &report.settings.min;
    (suggested < report.min && !setting.is_empty()).then(|| {
        draft.made(
            format!(
                "pool {} keeps {} connections open and used at most {}: lower {setting} to {suggested}",
                report.label,
                report.min,
                shown(peak * report.max as f64, "count"),
            ),
            Change::of(setting, report.min, suggested),
            "the other side holds fewer idle connections".to_owned(),
            numbers(report),
        )
    })
}
