//! Caches: which bound or lifetime costs hits.

use super::*;
use crate::survey::fill;
use resync_api::perf::model::Standing;

/// Entries that expire or are invalidated make up more than this share of what is set before that is blamed.
const MOST: f64 = 0.3;
/// A cache that serves this share of its lookups is large enough, whatever it evicts.
const ENOUGH: f64 = 0.9;
/// A cache filled to more than this works at its bound.
const FULL: f64 = 0.9;

pub(super) fn of(report: &CacheReport, thresholds: &Thresholds, window: Window) -> Vec<Recommendation> {
    let (Some(hit_rate), false) = (report.hit_rate, report.standing == Standing::Idle) else {
        return Vec::new();
    };
    let draft = Draft {
        area: Area::Cache,
        subject: &report.label,
        severity: thresholds.cache_hit_rate.below(hit_rate).0,
        window,
        covered: report.covered,
    };
    let mut made = Vec::new();
    let eviction_rate = report.eviction_rate.unwrap_or(0.0);
    let evicts = report.sets >= thresholds.min_lookups
        && eviction_rate > thresholds.cache_eviction_rate
        && hit_rate < ENOUGH;
    if evicts {
        made.push(larger(report, draft, hit_rate, eviction_rate));
    }
    if draft.severity > Severity::Ok && !evicts {
        made.push(few_hits(report, draft, hit_rate));
    }
    if let Some(access) = report.average_access_seconds
        && thresholds.cache_access.above(access).0 > Severity::Ok
    {
        made.push(Draft { severity: Severity::Warning, ..draft }.made(
            format!(
                "an access to cache {} takes {}: look for a busy machine or very large values",
                report.label,
                shown(access, "seconds")
            ),
            Change::none(),
            "answers from the cache begin sooner".to_owned(),
            vec![evidence("average_access", access, "seconds")],
        ));
    }
    made
}

fn numbers(report: &CacheReport, hit_rate: f64) -> Vec<Evidence> {
    vec![
        evidence("hit_rate", hit_rate, "ratio"),
        evidence("lookups", (report.hits + report.misses) as f64, "count"),
        evidence("evictions", report.evictions as f64, "count"),
        evidence("expirations", report.expirations as f64, "count"),
        evidence("invalidations", report.invalidations as f64, "count"),
        evidence("fill", fill(report), "ratio"),
    ]
}

/// Entries go because there is no room for them.
fn larger(report: &CacheReport, draft: Draft<'_>, hit_rate: f64, eviction_rate: f64) -> Recommendation {
    let by_bytes = report.max_items == 0
        || (report.max_bytes > 0
            && report.bytes as f64 / report.max_bytes as f64 > report.items as f64 / report.max_items as f64);
    let (setting, what, present) = if by_bytes {
        (&report.settings.max_bytes, "the bound in bytes", report.max_bytes)
    } else {
        (&report.settings.max_items, "the bound in items", report.max_items)
    };
    let suggested = if draft.severity > Severity::Ok {
        present.saturating_mul(2)
    } else {
        present.saturating_add(present / 2)
    };
    draft.made(
        format!(
            "cache {} evicts {} of what is set: raise {} from {present} to {suggested}",
            report.label,
            shown(eviction_rate, "ratio"),
            named(setting, what),
        ),
        Change::of(setting, present, suggested),
        format!("entries live until they expire; the hit rate rises from {}", shown(hit_rate, "ratio")),
        numbers(report, hit_rate),
    )
}

/// There is room, and still few lookups find anything.
fn few_hits(report: &CacheReport, draft: Draft<'_>, hit_rate: f64) -> Recommendation {
    let of_sets = |count: u64| if report.sets > 0 { count as f64 / report.sets as f64 } else { 0.0 };
    let shown_rate = shown(hit_rate, "ratio");
    if of_sets(report.invalidations) > MOST && report.invalidations >= report.expirations {
        return draft.made(
            format!(
                "hit rate of cache {} is {shown_rate} because {} of its entries are invalidated: neither size nor \
                 lifetime will help",
                report.label,
                shown(of_sets(report.invalidations), "ratio"),
            ),
            Change::none(),
            "fewer invalidations, or none of this cache, save the loads".to_owned(),
            numbers(report, hit_rate),
        );
    }
    if of_sets(report.expirations) > MOST {
        let (present, suggested) = (report.default_ttl.as_secs(), report.default_ttl.as_secs().max(1) * 2);
        let setting = &report.settings.ttl;
        return draft.made(
            format!(
                "hit rate of cache {} is {shown_rate} because {} of its entries expire: raise {} from {present}s to \
                 {suggested}s if its users can take values that old",
                report.label,
                shown(of_sets(report.expirations), "ratio"),
                named(setting, "the time to live"),
            ),
            Change::of(setting, format!("{present}s"), format!("{suggested}s")),
            "entries are found again before they expire".to_owned(),
            numbers(report, hit_rate),
        );
    }
    let text = if fill(report) > FULL {
        "its bounds are reached, and what is kept is not what is asked for"
    } else {
        "it is neither full nor are its entries too short-lived: most keys are asked for once"
    };
    draft.made(
        format!("hit rate of cache {} is {shown_rate}: {text}", report.label),
        Change::none(),
        "without it the same loads would be made, and its memory would be free".to_owned(),
        numbers(report, hit_rate),
    )
}
