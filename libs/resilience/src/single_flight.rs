//! Many callers who want the same thing at the same time cause one piece of work.
//!
//! The work is a shared future that any waiter drives, so it survives the cancellation of the caller who began it and
//! stops when nobody waits any more. Nothing is kept after the work is done: this is not a cache.

use futures::FutureExt;
use futures::future::{BoxFuture, Shared, WeakShared};
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

type Work<V> = BoxFuture<'static, V>;

/// Work in flight, by key. Its size is bounded by the callers that wait.
pub struct SingleFlight<K, V: Clone> {
    flights: Mutex<HashMap<K, WeakShared<Work<V>>>>,
}

impl<K, V: Clone> Default for SingleFlight<K, V> {
    fn default() -> Self {
        Self { flights: Mutex::new(HashMap::new()) }
    }
}

impl<K, V: Clone> fmt::Debug for SingleFlight<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleFlight").finish_non_exhaustive()
    }
}

impl<K, V> SingleFlight<K, V>
where
    K: Eq + Hash + Clone,
    V: Clone + Send + Sync + 'static,
{
    /// The result of `work` for `key`, begun by this caller or joined when somebody else's is under way. `V` is cloned
    /// for each caller: use an `Arc`, and for fallible work a `Result` whose error can be cloned.
    pub async fn run<F>(&self, key: K, work: impl FnOnce() -> F) -> V
    where
        F: Future<Output = V> + Send + 'static,
    {
        // Declared first, dropped last: by then this caller's share of the flight is gone.
        let _sweep = Sweep { flights: self, key: &key };
        let flight = self.join(&key, work);
        flight.await
    }

    fn join<F>(&self, key: &K, work: impl FnOnce() -> F) -> Shared<Work<V>>
    where
        F: Future<Output = V> + Send + 'static,
    {
        let mut flights = self.lock();
        // A finished flight cannot be joined: `peek` answers, and the caller wants fresh work.
        let under_way =
            flights.get(key).and_then(WeakShared::upgrade).filter(|flight| flight.peek().is_none());
        under_way.unwrap_or_else(|| {
            let flight = work().boxed().shared();
            if let Some(weak) = flight.downgrade() {
                flights.insert(key.clone(), weak);
            }
            flight
        })
    }

    /// Keys in flight.
    pub fn len(&self) -> usize {
        self.lock().len()
    }

    /// Is nothing in flight?
    pub fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }
}

impl<K, V: Clone> SingleFlight<K, V> {
    fn lock(&self) -> MutexGuard<'_, HashMap<K, WeakShared<Work<V>>>> {
        // A panic of `work` under the lock leaves the map as it was.
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Removes the entry when its flight has ended or nobody waits for it.
struct Sweep<'a, K: Eq + Hash, V: Clone> {
    flights: &'a SingleFlight<K, V>,
    key: &'a K,
}

impl<K: Eq + Hash, V: Clone> Drop for Sweep<'_, K, V> {
    fn drop(&mut self) {
        let mut flights = self.flights.lock();
        let alive = flights.get(self.key).and_then(WeakShared::upgrade).is_some_and(|f| f.peek().is_none());
        if !alive {
            flights.remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::poll;
    use std::pin::pin;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Notify;

    #[tokio::test]
    async fn a_thousand_callers_cause_one_load() {
        let (flights, loads) = (Arc::new(SingleFlight::default()), Arc::new(AtomicUsize::new(0)));
        let (gate, waiting) = (Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let callers: Vec<_> = (0..1000)
            .map(|_| {
                let (flights, loads, gate) = (Arc::clone(&flights), Arc::clone(&loads), Arc::clone(&gate));
                let waiting = Arc::clone(&waiting);
                tokio::spawn(async move {
                    waiting.fetch_add(1, Ordering::Relaxed);
                    flights
                        .run("plan", || async move {
                            loads.fetch_add(1, Ordering::Relaxed);
                            gate.notified().await;
                            42
                        })
                        .await
                })
            })
            .collect();
        while waiting.load(Ordering::Relaxed) < 1000 {
            tokio::task::yield_now().await;
        }
        gate.notify_one();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), 42);
        }
        assert_eq!(loads.load(Ordering::Relaxed), 1);
        assert!(flights.is_empty());
    }

    #[tokio::test]
    async fn the_work_survives_the_caller_who_began_it() {
        let flights = SingleFlight::default();
        let gate = Arc::new(Notify::new());
        let inner = Arc::clone(&gate);
        let mut follower = {
            let mut leader = Box::pin(flights.run(1, || async move {
                inner.notified().await;
                "done"
            }));
            assert!(poll!(&mut leader).is_pending());
            let mut follower = Box::pin(flights.run(1, || async { "began again" }));
            assert!(poll!(&mut follower).is_pending());
            follower
        };
        gate.notify_one();
        assert_eq!((&mut follower).await, "done");
    }

    #[tokio::test]
    async fn nobody_waiting_means_nothing_left_behind() {
        let flights: SingleFlight<u8, ()> = SingleFlight::default();
        {
            let mut only = pin!(flights.run(1, std::future::pending));
            assert!(poll!(&mut only).is_pending());
            assert_eq!(flights.len(), 1);
        }
        assert!(flights.is_empty());
    }
}
