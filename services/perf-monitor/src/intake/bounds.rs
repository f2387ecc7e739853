//! How much of one report is taken. Lists are cut at their end, names that occur twice or are too long are left out;
//! the answer to the report says so, so that nothing disappears silently.

use std::collections::BTreeSet;

use resync_api::perf::model::ProcessReport;

const CACHES: usize = 64;
const POOLS: usize = 64;
const METHODS: usize = 256;
const KINDS: usize = 32;
const HELD: usize = 200;
const QUEUES: usize = 64;
const TASKS: usize = 128;
const ROLES: usize = 16;
const BUCKETS: usize = 32;
/// Longest name, in bytes.
const NAME_BYTES: usize = 200;
/// Largest metrics text, in bytes; a longer one is left out as a whole, because half a family is a lie.
const METRICS_BYTES: usize = 512 * 1024;

/// Brings a report within the bounds and says in words what was left out.
pub(super) fn trim(report: &mut ProcessReport) -> Vec<String> {
    let mut dropped = Vec::new();
    report.roles.sort();
    report.roles.dedup();
    keep(&mut report.roles, ROLES, "roles", &mut dropped, |role| (role, true));
    keep(&mut report.caches, CACHES, "caches", &mut dropped, |cache| (&cache.name, true));
    keep(&mut report.pools, POOLS, "pools", &mut dropped, |pool| {
        (&pool.name, pool.wait.counts.len() <= BUCKETS)
    });
    keep(&mut report.rpcs, METHODS, "methods", &mut dropped, |rpc| {
        (&rpc.method, rpc.latency.counts.len() <= BUCKETS)
    });
    keep(&mut report.resources.kinds, KINDS, "kinds of resources", &mut dropped, |kind| (&kind.kind, true));
    keep(&mut report.resources.oldest, HELD, "held resources", &mut dropped, |held| {
        (&held.id, held.owner.len() <= NAME_BYTES && held.kind.len() <= NAME_BYTES)
    });
    keep(&mut report.queues, QUEUES, "queues", &mut dropped, |queue| (&queue.name, true));
    keep(&mut report.tasks, TASKS, "tasks", &mut dropped, |task| (&task.name, true));
    if report.metrics_text.len() > METRICS_BYTES {
        dropped.push(format!("metrics of {} bytes, more than {METRICS_BYTES}", report.metrics_text.len()));
        report.metrics_text.clear();
    }
    dropped
}

/// Keeps the first of each name, up to `most`; `look` gives the name and whether the rest is within its bounds.
fn keep<T>(
    list: &mut Vec<T>,
    most: usize,
    what: &str,
    dropped: &mut Vec<String>,
    look: impl Fn(&T) -> (&String, bool),
) {
    let before = list.len();
    let mut names = BTreeSet::new();
    list.retain(|item| {
        let (name, sound) = look(item);
        let fits = sound && !name.is_empty() && name.len() <= NAME_BYTES && names.len() < most;
        fits && names.insert(name.clone())
    });
    if list.len() < before {
        dropped.push(format!("{} of {before} {what}", before - list.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{cache, report};

    #[test]
    fn what_is_too_much_is_left_out_and_named() {
        let mut sound = report("a", &["gateway", "agent"]);
        sound.caches = vec![cache("jobs")];
        assert!(trim(&mut sound).is_empty());
        assert_eq!(sound.roles, ["agent", "gateway"], "in one order, to compare");

        let mut greedy = report("a", &["agent"]);
        greedy.caches = (0..70).map(|number| cache(&format!("cache {number}"))).collect();
        greedy.caches.push(cache("cache 0"));
        greedy.queues = vec![resync_api::perf::model::QueueVitals {
            name: "x".repeat(NAME_BYTES + 1),
            depth: 0,
            capacity: 1,
        }];
        greedy.metrics_text = "x".repeat(METRICS_BYTES + 1);
        let dropped = trim(&mut greedy);
        assert_eq!(greedy.caches.len(), CACHES);
        assert!(greedy.queues.is_empty() && greedy.metrics_text.is_empty());
        assert_eq!(dropped[0], "7 of 71 caches");
        assert_eq!(dropped[1], "1 of 1 queues");
        assert_eq!(dropped.len(), 3);
    }
}
