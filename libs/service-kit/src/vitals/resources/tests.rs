//! Scopes, batches, leaks and bounds of tracked resources.

use super::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

const LEASE: Kind = Kind::leaking_after("lease", Duration::from_secs(60)).limited(8);

fn active(resources: &Resources, kind: &str) -> u64 {
    resources.read().kinds.iter().find(|k| k.kind == kind).map_or(0, |k| k.active)
}

#[tokio::test]
async fn dropping_panicking_and_cancelling_all_release() {
    let resources = Resources::default();
    {
        let _held = resources.acquire(LEASE, "block");
        assert_eq!(active(&resources, "lease"), 1);
    }
    assert_eq!(active(&resources, "lease"), 0);

    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _held = resources.acquire(LEASE, "panics");
        panic!("a defect");
    }));
    assert!(panicked.is_err());
    assert_eq!(active(&resources, "lease"), 0);

    let (holds, is_held) = tokio::sync::oneshot::channel();
    let inside = resources.clone();
    let task = tokio::spawn(async move {
        let mut batch = Batch::new();
        batch.acquire(&inside, LEASE, "cancelled");
        batch.acquire(&inside, Kind::FILE, "cancelled");
        holds.send(()).unwrap();
        std::future::pending::<()>().await;
    });
    is_held.await.unwrap();
    assert_eq!((active(&resources, "lease"), active(&resources, "file")), (1, 1));
    task.abort();
    assert!(task.await.unwrap_err().is_cancelled());
    assert_eq!((active(&resources, "lease"), active(&resources, "file")), (0, 0));

    let lease = resources.read().kinds.into_iter().find(|k| k.kind == "lease").unwrap();
    assert_eq!((lease.acquired, lease.released, lease.limit), (3, 3, Some(8)));
}

/// Says in which order it went.
struct Noted(&'static str, Arc<Mutex<Vec<&'static str>>>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

#[test]
fn a_batch_releases_together_in_reverse_order_even_when_its_holder_panics() {
    let order = Arc::new(Mutex::new(Vec::new()));
    let fill = || {
        let mut batch = Batch::new();
        for name in ["lease", "file", "stream"] {
            batch.hold(Noted(name, Arc::clone(&order)));
        }
        batch
    };
    drop(fill());
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _batch = fill();
        panic!("a defect");
    }));
    assert!(panicked.is_err());
    assert_eq!(*order.lock().unwrap(), ["stream", "file", "lease", "stream", "file", "lease"]);
}

#[tokio::test(start_paused = true)]
async fn a_leak_is_what_its_kind_calls_too_old() {
    let resources = Resources::default();
    let _watcher = resources.acquire(Kind::STREAM, "WatchPlan");
    let leaked = resources.acquire(LEASE, "poller");
    tokio::time::advance(Duration::from_secs(50)).await;
    let _young = resources.acquire(LEASE, "other");
    assert!(resources.leaks().is_empty());
    tokio::time::advance(Duration::from_secs(11)).await;
    let leaks = resources.leaks();
    assert_eq!(leaks.len(), 1);
    assert_eq!((leaks[0].kind, &*leaks[0].owner, leaks[0].age.as_secs()), ("lease", "poller", 61));
    let read = resources.read();
    assert_eq!(read.oldest.iter().map(|r| &*r.owner).collect::<Vec<_>>(), ["WatchPlan", "poller", "other"]);
    assert_eq!(
        read.kinds.iter().map(|k| (k.kind, k.leaked)).collect::<Vec<_>>(),
        [("lease", 1), ("stream", 0)]
    );
    drop(leaked);
    assert!(resources.leaks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_full_registry_still_hands_out_and_says_what_it_does_not_list() {
    let resources = Resources::default();
    let mut held: Vec<_> = (0..MAX_TRACKED).map(|_| resources.acquire(Kind::STREAM, "watcher")).collect();
    let untracked = resources.acquire(LEASE, "late");
    let of = |kind: &str| resources.read().kinds.into_iter().find(|k| k.kind == kind).unwrap();
    assert_eq!((of("lease").active, of("lease").untracked, of("lease").oldest_age), (1, 1, None));
    drop(untracked);
    assert_eq!((of("lease").active, of("lease").untracked), (0, 0));

    held.pop();
    let _leak = resources.acquire(LEASE, "leaks");
    tokio::time::advance(Duration::from_secs(61)).await;
    let listed = resources.read().oldest;
    assert_eq!(listed.len(), MAX_LISTED);
    assert!(
        listed.iter().any(|r| r.kind == "lease"),
        "a leak is listed before older ones that may live long"
    );
}
