//! The list behind the scopes.

use super::{Kind, KindVitals, MAX_KINDS, MAX_LISTED, MAX_TRACKED, ResourceVitals, TrackedResource};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

#[derive(Debug, Default)]
pub(super) struct Registry {
    /// By id, which is by age.
    held: BTreeMap<u64, Held>,
    kinds: BTreeMap<&'static str, Count>,
    last_id: u64,
}

#[derive(Debug)]
struct Held {
    kind: &'static str,
    owner: Arc<str>,
    since: Instant,
    acquired_at: SystemTime,
}

#[derive(Debug)]
struct Count {
    kind: Kind,
    acquired: u64,
    released: u64,
    untracked: u64,
}

impl Registry {
    pub(super) fn declare(&mut self, kind: Kind) -> bool {
        if self.kinds.contains_key(kind.name) {
            return true;
        }
        let room = self.kinds.len() < MAX_KINDS;
        if room {
            self.kinds.insert(kind.name, Count { kind, acquired: 0, released: 0, untracked: 0 });
        }
        room
    }

    pub(super) fn acquire(&mut self, kind: Kind, owner: Arc<str>) -> u64 {
        self.last_id += 1;
        let id = self.last_id;
        if !self.declare(kind) {
            return id;
        }
        let full = self.held.len() >= MAX_TRACKED;
        if let Some(count) = self.kinds.get_mut(kind.name) {
            count.acquired += 1;
            count.untracked += u64::from(full);
        }
        if !full {
            let (since, acquired_at) = (Instant::now(), SystemTime::now());
            self.held.insert(id, Held { kind: kind.name, owner, since, acquired_at });
        }
        id
    }

    pub(super) fn release(&mut self, id: u64, kind: &'static str) {
        let tracked = self.held.remove(&id).is_some();
        if let Some(count) = self.kinds.get_mut(kind) {
            count.released += 1;
            count.untracked -= u64::from(!tracked);
        }
    }

    pub(super) fn read(&self) -> ResourceVitals {
        let now = Instant::now();
        let mut kinds: BTreeMap<_, _> =
            self.kinds.iter().map(|(name, count)| (*name, count.vitals())).collect();
        for held in self.held.values() {
            let Some(kind) = kinds.get_mut(held.kind) else { continue };
            let age = now - held.since;
            kind.oldest_age.get_or_insert(age);
            kind.leaked += u64::from(kind.leak_after.is_some_and(|limit| age > limit));
        }
        ResourceVitals { kinds: kinds.into_values().collect(), oldest: self.oldest(now) }
    }

    /// Leaks first when there is not room for all, oldest first in the end.
    fn oldest(&self, now: Instant) -> Vec<TrackedResource> {
        let leaks = self.held.iter().filter(|(_, held)| self.is_leak(held, now));
        let others = self.held.iter().filter(|(_, held)| !self.is_leak(held, now));
        let mut listed: Vec<_> =
            leaks.chain(others).take(MAX_LISTED).map(|(id, held)| held.tracked(*id, now)).collect();
        listed.sort_by_key(|resource| resource.id);
        listed
    }

    pub(super) fn leaks(&self) -> Vec<TrackedResource> {
        let now = Instant::now();
        let leaks = self.held.iter().filter(|(_, held)| self.is_leak(held, now));
        leaks.map(|(id, held)| held.tracked(*id, now)).collect()
    }

    fn is_leak(&self, held: &Held, now: Instant) -> bool {
        let limit = self.kinds.get(held.kind).and_then(|count| count.kind.leak_after);
        limit.is_some_and(|limit: Duration| now - held.since > limit)
    }

    /// Resources of one kind by owner.
    pub(super) fn owners(&self, kind: &str) -> BTreeMap<Arc<str>, u64> {
        let mut owners = BTreeMap::new();
        for held in self.held.values().filter(|held| held.kind == kind) {
            *owners.entry(Arc::clone(&held.owner)).or_default() += 1;
        }
        owners
    }
}

impl Held {
    fn tracked(&self, id: u64, now: Instant) -> TrackedResource {
        TrackedResource {
            id,
            kind: self.kind,
            owner: Arc::clone(&self.owner),
            age: now - self.since,
            acquired_at: self.acquired_at,
        }
    }
}

impl Count {
    fn vitals(&self) -> KindVitals {
        KindVitals {
            kind: self.kind.name,
            active: self.acquired - self.released,
            acquired: self.acquired,
            released: self.released,
            untracked: self.untracked,
            leaked: 0,
            limit: self.kind.limit,
            leak_after: self.kind.leak_after,
            oldest_age: None,
        }
    }
}
