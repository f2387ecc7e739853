//! Caches: figures, score, and what the rules say.

use resync_api::perf::model::{CacheReport, CacheVitals, Standing};

use super::{Context, Judge, Labels, share};
use crate::check::{Check, Rule, Subject, evidence};
use crate::history::CacheCounts;
use crate::intake::Process;
use crate::score;

const RULES: [Rule; 2] = [Rule::CacheHitRateLow, Rule::CacheAccessSlow];

pub(super) fn survey(
    context: &Context<'_>,
    processes: &[&Process],
    checks: &mut Vec<Check>,
) -> Vec<CacheReport> {
    let labels =
        Labels::of(processes, |process| process.report.caches.iter().map(|cache| cache.name.as_str()));
    let mut reports = Vec::new();
    for process in processes {
        for cache in &process.report.caches {
            let counts = process.history.cache(&cache.name, context.window, context.now.at);
            let mut report = figures(cache, process, counts.unwrap_or_default());
            report.label = labels.row(&cache.name, process);
            let judge = Judge {
                subject: Subject {
                    area: Rule::CacheHitRateLow.area(),
                    name: cache.name.clone(),
                    roles: process.report.roles.clone(),
                },
                label: report.label.clone(),
                group: labels.group(&cache.name, process),
                evidence: vec![
                    evidence("lookups", (report.hits + report.misses) as f64, "count"),
                    evidence("evictions", report.evictions as f64, "count"),
                    evidence("expirations", report.expirations as f64, "count"),
                    evidence("items", report.items as f64, "count"),
                    evidence("bytes", report.bytes as f64, "bytes"),
                ],
                worst: resync_api::perf::model::Severity::Ok,
                checks,
            };
            report.standing = standing(context, &report, judge);
            if report.standing != Standing::Idle {
                report.efficiency_score = report.hit_rate.map(|hit_rate| {
                    let input = score::CacheInput {
                        hit_rate,
                        eviction_rate: report.eviction_rate,
                        fill: fill(&report),
                    };
                    score::cache(input)
                });
            }
            reports.push(report);
        }
    }
    reports
}

/// Share of the fuller bound in use.
pub(crate) fn fill(report: &CacheReport) -> f64 {
    let items = share(report.items, report.max_items).unwrap_or(0.0);
    items.max(share(report.bytes, report.max_bytes).unwrap_or(0.0))
}

fn standing(context: &Context<'_>, report: &CacheReport, mut judge: Judge<'_>) -> Standing {
    let limits = context.thresholds;
    if report.covered < limits.min_covered {
        return Standing::Idle;
    }
    let lookups = report.hits + report.misses;
    let (Some(hit_rate), true) = (report.hit_rate, lookups >= limits.min_lookups) else {
        return judge.idle(&RULES);
    };
    judge.rule(Rule::CacheHitRateLow, hit_rate, limits.cache_hit_rate.below(hit_rate));
    let access = report.average_access_seconds.unwrap_or(0.0);
    judge.rule(Rule::CacheAccessSlow, access, limits.cache_access.above(access));
    judge.standing()
}

fn figures(cache: &CacheVitals, process: &Process, counts: CacheCounts) -> CacheReport {
    let lookups = counts.hits + counts.misses;
    let mean = |seconds: f64, of: u64| (of > 0).then(|| seconds / of as f64);
    CacheReport {
        label: String::new(),
        name: cache.name.clone(),
        instance: process.report.instance.clone(),
        roles: process.report.roles.clone(),
        standing: Standing::Idle,
        covered: counts.covered,
        hits: counts.hits,
        misses: counts.misses,
        sets: counts.sets,
        evictions: counts.evictions,
        expirations: counts.expirations,
        invalidations: counts.invalidations,
        loads: counts.loads,
        load_failures: counts.load_failures,
        coalesced: counts.coalesced,
        stale_served: counts.stale_served,
        negative_hits: counts.negative_hits,
        hit_rate: share(counts.hits, lookups),
        miss_rate: share(counts.misses, lookups),
        eviction_rate: share(counts.evictions, counts.sets),
        average_access_seconds: mean(counts.access_seconds, counts.timed_accesses),
        average_load_seconds: mean(counts.load_seconds, counts.loads),
        efficiency_score: None,
        items: cache.items,
        bytes: cache.bytes,
        max_items: cache.max_items,
        max_bytes: cache.max_bytes,
        default_ttl: cache.default_ttl,
        total_hits: cache.hits,
        total_misses: cache.misses,
        total_sets: cache.sets,
        total_evictions: cache.evictions,
        settings: cache.settings.clone(),
    }
}
