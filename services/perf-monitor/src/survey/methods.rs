//! Methods: latencies and errors over all processes that serve them.

use std::collections::BTreeMap;
use std::time::Duration;

use resync_api::perf::model::{MethodReport, Severity, Standing};

use super::{Context, Judge, share};
use crate::check::{Check, Rule, Subject, evidence};
use crate::intake::Process;

const RULES: [Rule; 2] = [Rule::ApiLatencyHigh, Rule::ApiErrorRateHigh];

/// One method, summed over processes.
#[derive(Default)]
struct Sum<'p> {
    covered: Duration,
    calls: u64,
    errors: u64,
    seconds: f64,
    /// Of the first process; histograms with other bounds add to calls and times only.
    bounds: &'p [f64],
    latencies: Vec<u64>,
}

pub(super) fn survey(
    context: &Context<'_>,
    processes: &[&Process],
    checks: &mut Vec<Check>,
) -> Vec<MethodReport> {
    let mut sums: BTreeMap<&str, Sum<'_>> = BTreeMap::new();
    for process in processes {
        for rpc in &process.report.rpcs {
            let sum = sums.entry(&rpc.method).or_default();
            let Some(counts) = process.history.method(&rpc.method, context.window, context.now.at) else {
                continue;
            };
            sum.covered = sum.covered.max(counts.covered);
            sum.calls += counts.calls;
            sum.errors += counts.errors;
            sum.seconds += counts.seconds;
            if sum.latencies.is_empty() {
                sum.bounds = &rpc.latency.bounds_seconds;
                sum.latencies = counts.latencies;
            } else if sum.bounds == rpc.latency.bounds_seconds.as_slice() {
                for (total, more) in sum.latencies.iter_mut().zip(counts.latencies) {
                    *total += more;
                }
            }
        }
    }
    let mut reports: Vec<_> =
        sums.into_iter().map(|(method, sum)| report(context, method, &sum, checks)).collect();
    reports.sort_by(|a, b| b.p95_seconds.unwrap_or(-1.0).total_cmp(&a.p95_seconds.unwrap_or(-1.0)));
    reports
}

fn report(context: &Context<'_>, method: &str, sum: &Sum<'_>, checks: &mut Vec<Check>) -> MethodReport {
    let at = |share: f64| quantile(sum.bounds, &sum.latencies, share);
    let covered = sum.covered.as_secs_f64();
    let mut report = MethodReport {
        method: method.to_owned(),
        standing: Standing::Idle,
        covered: sum.covered,
        calls: sum.calls,
        errors: sum.errors,
        error_rate: share(sum.errors, sum.calls),
        calls_per_second: if covered > 0.0 { sum.calls as f64 / covered } else { 0.0 },
        average_seconds: (sum.calls > 0).then(|| sum.seconds / sum.calls as f64),
        p50_seconds: at(0.50),
        p95_seconds: at(0.95),
        p99_seconds: at(0.99),
    };
    let judge = Judge {
        subject: Subject { area: Rule::ApiLatencyHigh.area(), name: method.to_owned(), roles: Vec::new() },
        label: method.to_owned(),
        group: method.to_owned(),
        evidence: vec![evidence("calls", sum.calls as f64, "count")],
        worst: Severity::Ok,
        checks,
    };
    report.standing = standing(context, &report, judge);
    report
}

fn standing(context: &Context<'_>, report: &MethodReport, mut judge: Judge<'_>) -> Standing {
    let limits = context.thresholds;
    if report.covered < limits.min_covered {
        return Standing::Idle;
    }
    if report.calls < limits.min_calls {
        return judge.idle(&RULES);
    }
    let judged = !limits.is_slow_by_nature(&report.method);
    let p95 = report.p95_seconds.filter(|_| judged).unwrap_or(0.0);
    judge.rule(Rule::ApiLatencyHigh, p95, limits.api_p95.above(p95));
    let errors = report.error_rate.unwrap_or(0.0);
    judge.rule(Rule::ApiErrorRateHigh, errors, limits.api_error_rate.above(errors));
    judge.standing()
}

/// The time within which `share` of the counted ones are, in a straight line within its bucket. Beyond the last bound
/// nothing more is known: the bound is given. Unset: nothing was counted.
pub(super) fn quantile(bounds: &[f64], counts: &[u64], share: f64) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    if total == 0 || bounds.is_empty() {
        return None;
    }
    let rank = share * total as f64;
    let mut below = 0.0;
    let mut lower = 0.0;
    for (upper, count) in bounds.iter().zip(counts) {
        let inside = *count as f64;
        if inside > 0.0 && below + inside >= rank {
            return Some(lower + (upper - lower) * (rank - below) / inside);
        }
        below += inside;
        lower = *upper;
    }
    Some(lower)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_quantile_lies_in_its_bucket() {
        let bounds = [0.01, 0.05, 0.1];
        assert_eq!(quantile(&bounds, &[0, 0, 0, 0], 0.95), None);
        assert_eq!(quantile(&[], &[7], 0.95), None);
        assert_eq!(quantile(&bounds, &[100, 0, 0, 0], 0.5), Some(0.005));
        let p95 = quantile(&bounds, &[90, 10, 0, 0], 0.95).expect("counted");
        assert!((p95 - 0.03).abs() < 1e-9, "{p95}");
        assert_eq!(quantile(&bounds, &[0, 0, 0, 5], 0.5), Some(0.1), "beyond the last bound");
    }

    proptest! {
        #[test]
        fn quantiles_rise_with_the_share(counts in proptest::collection::vec(0_u64..1000, 4), a in 0.0..1.0, b in 0.0..1.0) {
            let at = |share: f64| quantile(&[0.01, 0.05, 0.1], &counts, share);
            if let (Some(low), Some(high)) = (at(f64::min(a, b)), at(f64::max(a, b))) {
                prop_assert!(low <= high + 1e-12 && (0.0..=0.1).contains(&low));
            }
        }
    }
}
