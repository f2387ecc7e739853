//! What is held: tracked resources by kind, those held for too long, and queues.

use std::collections::BTreeMap;
use std::time::Duration;

use resync_api::perf::model::{Leak, Leaks, ResourceKind, ResourceStats, Severity, TrackedResource};

use super::{Context, Judge, Labels, share};
use crate::check::{Check, Rule, Subject, evidence};
use crate::clock::Moment;
use crate::intake::{Intake, Process};

/// Most leaks listed; the oldest are.
const LISTED: usize = 500;

pub(super) fn check(context: &Context<'_>, processes: &[&Process], checks: &mut Vec<Check>) {
    let kinds =
        Labels::of(processes, |process| process.report.resources.kinds.iter().map(|kind| kind.kind.as_str()));
    let queues =
        Labels::of(processes, |process| process.report.queues.iter().map(|queue| queue.name.as_str()));
    let limits = context.thresholds;
    for process in processes {
        let subject = |name: String| Subject {
            area: Rule::ResourceLeak.area(),
            name,
            roles: process.report.roles.clone(),
        };
        for kind in &process.report.resources.kinds {
            let oldest = kind.oldest_age.unwrap_or_default().as_secs_f64();
            let mut judge = Judge {
                subject: subject(kind.kind.clone()),
                label: kinds.row(&kind.kind, process),
                group: kinds.group(&kind.kind, process),
                evidence: vec![
                    evidence("active", kind.active as f64, "count"),
                    evidence("oldest_age", oldest, "seconds"),
                ],
                worst: Severity::Ok,
                checks,
            };
            if kind.leak_after.is_some() {
                let leaking = if kind.leaked > 0 { Severity::Critical } else { Severity::Ok };
                judge.rule(Rule::ResourceLeak, kind.leaked as f64, (leaking, 0.0));
            }
            if let Some(used) = kind.limit.and_then(|limit| share(kind.active, limit)) {
                judge.rule(Rule::ResourceUtilizationHigh, used, limits.resource_utilization.above(used));
            }
        }
        for queue in &process.report.queues {
            let Some(fill) = share(queue.depth, queue.capacity) else { continue };
            let mut judge = Judge {
                subject: subject(format!("queue {}", queue.name)),
                label: queues.row(&queue.name, process),
                group: queues.group(&queue.name, process),
                evidence: vec![evidence("depth", queue.depth as f64, "count")],
                worst: Severity::Ok,
                checks,
            };
            judge.rule(Rule::QueueNearlyFull, fill, limits.queue_fill.above(fill));
        }
    }
}

pub(super) fn stats(processes: &[&Process], now: Moment) -> ResourceStats {
    let mut kinds: BTreeMap<&str, ResourceKind> = BTreeMap::new();
    let mut utilization = 0.0_f64;
    for vitals in processes.iter().flat_map(|process| &process.report.resources.kinds) {
        let used = vitals.limit.and_then(|limit| share(vitals.active, limit));
        utilization = utilization.max(used.unwrap_or(0.0));
        let kind = kinds.entry(&vitals.kind).or_insert_with(|| ResourceKind {
            kind: vitals.kind.clone(),
            active: 0,
            acquired: 0,
            released: 0,
            limit: None,
            leak_after: vitals.leak_after,
            oldest_age: None,
            leaked: 0,
            untracked: 0,
        });
        kind.active = kind.active.saturating_add(vitals.active);
        kind.acquired = kind.acquired.saturating_add(vitals.acquired);
        kind.released = kind.released.saturating_add(vitals.released);
        kind.leaked = kind.leaked.saturating_add(vitals.leaked);
        kind.untracked = kind.untracked.saturating_add(vitals.untracked);
        kind.oldest_age = kind.oldest_age.max(vitals.oldest_age);
        if let Some(limit) = vitals.limit {
            kind.limit = Some(kind.limit.unwrap_or(0).saturating_add(limit));
        }
    }
    let kinds: Vec<ResourceKind> = kinds.into_values().collect();
    ResourceStats {
        active: kinds.iter().map(|kind| kind.active).fold(0, u64::saturating_add),
        limit: kinds.iter().filter_map(|kind| kind.limit).fold(0, u64::saturating_add),
        utilization,
        kinds,
        generated_at: now.wall,
    }
}

/// Held for longer than their kind allows.
pub(super) fn leaks(processes: &[&Process]) -> Leaks {
    list(processes.iter().copied(), |process, held| {
        leak_after(process, held).is_some_and(|allowed| held.age > allowed)
    })
}

/// Held for longer than `max_lifetime`, of the kinds whose age proves something.
pub(crate) fn leaks_older_than(intake: &Intake, max_lifetime: Duration) -> Leaks {
    list(intake.reporting(), |process, held| leak_after(process, held).is_some() && held.age > max_lifetime)
}

fn leak_after(process: &Process, held: &TrackedResource) -> Option<Duration> {
    let kinds = &process.report.resources.kinds;
    kinds.iter().find(|kind| kind.kind == held.kind).and_then(|kind| kind.leak_after)
}

fn list<'p>(
    processes: impl Iterator<Item = &'p Process>,
    leaks: impl Fn(&Process, &TrackedResource) -> bool,
) -> Leaks {
    let mut found = Leaks::default();
    for process in processes {
        let report = &process.report;
        let before = found.leaks.len();
        let leaking = report.resources.oldest.iter().filter(|held| leaks(process, held));
        found.leaks.extend(leaking.map(|held| Leak {
            id: held.id.clone(),
            kind: held.kind.clone(),
            owner: held.owner.clone(),
            age: held.age,
            acquired_at: held.acquired_at,
            instance: report.instance.clone(),
            roles: report.roles.clone(),
        }));
        // When even the youngest of those listed leaks, there may be others behind it.
        let listed = report.resources.oldest.len();
        let active: u64 = report.resources.kinds.iter().map(|kind| kind.active).fold(0, u64::saturating_add);
        found.truncated |= listed > 0 && found.leaks.len() - before == listed && active > listed as u64;
    }
    found.leaks.sort_by(|a, b| b.age.cmp(&a.age).then_with(|| a.id.cmp(&b.id)));
    found.truncated |= found.leaks.len() > LISTED;
    found.leaks.truncate(LISTED);
    found
}
