//! The second level, as one cache uses it: asked before a load, told after it, never waited for longer than a little.

use super::{Flight, Inner, Levels};
use crate::caches::SECOND_LEVEL;
use crate::entry::{Entry, Envelope, Span};
use crate::second_level::SecondLevel;
use crate::value::{Life, Source};
use crate::window::Birth;
use resync_api::cache::model::{Lookup, NewEntry, Position, limits};
use resync_fault::{ErrorKind, FaultBody};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

impl<V, E> Inner<V, E>
where
    V: Serialize + DeserializeOwned + Send + Sync + 'static,
    E: Clone + Send + Sync + 'static,
{
    fn outcome(&self, outcome: &'static str) {
        metrics::counter!(SECOND_LEVEL, "cache" => self.table.name, "outcome" => outcome).increment(1);
    }

    /// The answer to a call of the second level, if it came.
    async fn answer<T>(&self, call: impl Future<Output = Result<T, FaultBody>>) -> Option<T> {
        let answer = match tokio::time::timeout(self.shared.settings.second_level_patience, call).await {
            Ok(answer) => answer,
            Err(_) => Err(FaultBody::new(
                ErrorKind::DeadlineExceeded,
                "CACHE_SLOW",
                "the shared cache did not answer in time",
            )),
        };
        self.shared.second_level_answers(answer.as_ref().err());
        if answer.is_err() {
            self.outcome("failed");
        }
        answer.ok()
    }

    fn second_level(&self) -> Option<&dyn SecondLevel> {
        self.shared.second.as_deref().filter(|_| self.levels != Levels::First)
    }

    /// A key as the second level takes it; `None` when it would not.
    fn shared_key(&self, key: &str) -> Option<String> {
        let fits = self.table.name.len() + 1 + key.len() <= limits::KEY_BYTES
            && !key.bytes().any(|byte| matches!(byte, 0 | b'\r' | b'\n'));
        fits.then(|| format!("{}/{key}", self.table.name))
    }

    /// An entry that another process loaded, or the stamp for what is loaded now.
    pub(super) async fn ask_second_level(&self, flight: &Flight) -> (Option<Entry<V>>, Option<Position>) {
        let (Some(second), Some(key)) = (self.second_level(), self.shared_key(&flight.key)) else {
            return (None, None);
        };
        let entry = match self.answer(second.get(key)).await {
            Some(Lookup::Hit(entry)) => entry,
            Some(Lookup::Miss(miss)) => {
                self.outcome(if miss.store_unavailable { "failed" } else { "miss" });
                return (None, miss.stamp);
            }
            None => return (None, None),
        };
        // Nothing named the old entry up to now, so its stamp serves for the new one; a later one stays alive longer.
        let stamp = Some(entry.stamp).max(self.shared.window.position());
        if flight.most_age.is_some_and(|most| entry.age >= most) {
            self.outcome("too_old");
            return (None, stamp);
        }
        let Ok((value, stale)) = Envelope::<V>::decode(&entry.value) else {
            // Written by another version of this product.
            self.outcome("unreadable");
            return (None, stamp);
        };
        let now = Instant::now();
        let span = Span {
            loaded_at: now.checked_sub(entry.age).unwrap_or(now),
            received_at: now,
            life: Life::new(entry.ttl).then_stale(stale),
        };
        let birth = Birth { seq: flight.seq, position: Some(entry.stamp) };
        let bytes = entry.value.len() + flight.key.len();
        let found = Entry::new(value.map(Arc::new), entry.tags, birth, Source::SecondLevel, span, bytes);
        if !self.is_alive(&flight.key, &found) {
            self.outcome("invalidated");
            return (None, stamp);
        }
        self.outcome("hit");
        (Some(found), stamp)
    }

    /// Stores what was loaded; gives its length, if it was written down.
    pub(super) async fn tell_second_level(
        &self,
        key: &str,
        value: Option<&V>,
        tags: &[String],
        life: Life,
        stamp: Position,
        age: Duration,
    ) -> Option<usize> {
        let (second, key) = (self.second_level()?, self.shared_key(key)?);
        let value = Envelope::encode(value, life.stale).ok()?;
        let length = value.len();
        if length > limits::VALUE_BYTES {
            self.outcome("too_large");
            return Some(length);
        }
        let ttl = life.ttl.clamp(Duration::from_millis(1), limits::TTL);
        let entry = NewEntry { key, value: value.into(), ttl, tags: tags.to_vec(), stamp, age };
        if let Some(stored) = self.answer(second.set(entry)).await {
            self.outcome(if stored { "stored" } else { "invalidated" });
        }
        Some(length)
    }
}
