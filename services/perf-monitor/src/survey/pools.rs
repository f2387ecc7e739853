//! Pools: figures, score, and what the rules say.

use resync_api::perf::model::{PoolReport, PoolVitals, Severity, Standing};

use super::methods::quantile;
use super::{Context, Judge, Labels, share};
use crate::check::{Check, Rule, Subject, evidence};
use crate::history::PoolCounts;
use crate::intake::Process;
use crate::score;

const RULES: [Rule; 4] =
    [Rule::PoolUtilizationHigh, Rule::PoolWaitHigh, Rule::PoolErrorRateHigh, Rule::PoolTimeouts];

pub(super) fn survey(
    context: &Context<'_>,
    processes: &[&Process],
    checks: &mut Vec<Check>,
) -> Vec<PoolReport> {
    let labels = Labels::of(processes, |process| process.report.pools.iter().map(|pool| pool.name.as_str()));
    let mut reports = Vec::new();
    for process in processes {
        for pool in &process.report.pools {
            let counts = process.history.pool(&pool.name, context.window, context.now.at);
            let mut report = figures(pool, process, counts.unwrap_or_default());
            report.label = labels.row(&pool.name, process);
            let judge = Judge {
                subject: Subject {
                    area: Rule::PoolWaitHigh.area(),
                    name: pool.name.clone(),
                    roles: process.report.roles.clone(),
                },
                label: report.label.clone(),
                group: labels.group(&pool.name, process),
                evidence: vec![
                    evidence("acquired", report.acquired as f64, "count"),
                    evidence("waited", report.waited as f64, "count"),
                    evidence("waiting", report.waiting as f64, "count"),
                    evidence("max", report.max as f64, "count"),
                ],
                worst: Severity::Ok,
                checks,
            };
            report.standing = standing(context, &report, judge);
            if report.standing != Standing::Idle {
                report.efficiency_score = Some(score::pool(score::PoolInput {
                    utilization: report.utilization.unwrap_or(0.0).min(1.0),
                    wait_seconds: report.average_wait_seconds.unwrap_or(0.0),
                    error_rate: report.error_rate.unwrap_or(0.0),
                }));
            }
            reports.push(report);
        }
    }
    reports
}

fn standing(context: &Context<'_>, report: &PoolReport, mut judge: Judge<'_>) -> Standing {
    let limits = context.thresholds;
    if report.covered < limits.min_covered {
        return Standing::Idle;
    }
    let utilization = report.utilization.unwrap_or(0.0);
    let attempts = report.acquired + report.timed_out;
    // A pool that is stuck hands nothing out: that is no idleness.
    let stuck = report.waiting > 0 || report.timed_out > 0 || utilization > limits.pool_utilization.warning;
    if attempts < limits.min_acquisitions && !stuck {
        return judge.idle(&RULES);
    }
    judge.rule(Rule::PoolUtilizationHigh, utilization, limits.pool_utilization.above(utilization));
    let wait = report.average_wait_seconds.unwrap_or(0.0);
    judge.rule(Rule::PoolWaitHigh, wait, limits.pool_wait.above(wait));
    let errors = report.error_rate.unwrap_or(0.0);
    judge.rule(Rule::PoolErrorRateHigh, errors, limits.pool_error_rate.above(errors));
    let gave_up = if report.timed_out > 0 { Severity::Critical } else { Severity::Ok };
    judge.rule(Rule::PoolTimeouts, report.timed_out as f64, (gave_up, 0.0));
    judge.standing()
}

fn figures(pool: &PoolVitals, process: &Process, counts: PoolCounts) -> PoolReport {
    let failed = counts.errors + counts.timed_out;
    let attempts = (counts.acquired + counts.timed_out).max(failed);
    let of_max = |in_use: f64| (pool.max > 0).then(|| in_use / pool.max as f64);
    PoolReport {
        label: String::new(),
        name: pool.name.clone(),
        kind: pool.kind,
        instance: process.report.instance.clone(),
        roles: process.report.roles.clone(),
        standing: Standing::Idle,
        covered: counts.covered,
        acquired: counts.acquired,
        waited: counts.waited,
        exhausted: counts.exhausted,
        timed_out: counts.timed_out,
        errors: counts.errors,
        opened: pool.opened.map(|_| counts.opened),
        closed: pool.closed.map(|_| counts.closed),
        error_rate: share(failed, attempts),
        average_wait_seconds: (counts.acquired > 0).then(|| counts.wait_seconds / counts.acquired as f64),
        p95_wait_seconds: quantile(&pool.wait.bounds_seconds, &counts.waits, 0.95),
        utilization: counts.mean_in_use.and_then(of_max),
        peak_utilization: counts.mean_in_use.and_then(|_| of_max(counts.peak_in_use as f64)),
        efficiency_score: None,
        min: pool.min,
        max: pool.max,
        active: pool.in_use,
        idle: pool.idle,
        open: pool.open,
        waiting: pool.waiting,
        peak_active: pool.peak_in_use,
        total_acquired: pool.acquired,
        total_hits: pool.acquired.saturating_sub(pool.waited),
        total_misses: pool.waited.saturating_add(pool.timed_out),
        total_exhausted: pool.exhausted,
        total_errors: pool.errors.saturating_add(pool.timed_out),
        total_opened: pool.opened,
        total_closed: pool.closed,
        settings: pool.settings.clone(),
    }
}
