//! One entry of the first level, and its form in the second.

use crate::settings::Settings;
use crate::value::{Cached, Life, Loaded, Source};
use crate::window::Birth;
use serde::{Deserialize, Serialize};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::time::Instant;

/// Memory of an entry beside its value, roughly.
const OVERHEAD: usize = 200;

/// A value and when it ends.
#[derive(Debug)]
pub(crate) struct Entry<V> {
    pub(crate) value: Option<Arc<V>>,
    pub(crate) tags: Box<[String]>,
    pub(crate) birth: Birth,
    pub(crate) source: Source,
    /// Time its loading began, as far back as this process can say.
    loaded_at: Instant,
    fresh_until: Instant,
    stale_until: Instant,
    bytes: u32,
    /// No invalidation up to this one named it.
    pub(crate) cleared: AtomicU64,
    renewing: AtomicBool,
}

/// What a read may do with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Usable {
    Fresh,
    Stale,
    Over,
}

/// When the parts of a life end.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    pub(crate) loaded_at: Instant,
    pub(crate) received_at: Instant,
    pub(crate) life: Life,
}

/// An entry as the second level stores it.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope<V> {
    value: Option<V>,
    #[serde(default)]
    stale_ms: u64,
}

impl<V> Entry<V> {
    pub(crate) fn new(
        value: Option<Arc<V>>,
        tags: Vec<String>,
        birth: Birth,
        source: Source,
        span: Span,
        json_bytes: usize,
    ) -> Self {
        let Span { loaded_at, received_at, life } = span;
        let fresh_until = received_at + life.ttl;
        let tag_bytes: usize = tags.iter().map(String::len).sum();
        Self {
            value,
            tags: tags.into(),
            birth,
            source,
            loaded_at,
            fresh_until,
            stale_until: fresh_until + life.stale,
            bytes: u32::try_from(json_bytes + tag_bytes + OVERHEAD).unwrap_or(u32::MAX),
            // What another process loaded is looked at once in any case.
            cleared: AtomicU64::new(if source == Source::SecondLevel { u64::MAX } else { birth.seq }),
            renewing: AtomicBool::new(false),
        }
    }

    pub(crate) fn bytes(&self) -> u32 {
        self.bytes
    }

    pub(crate) fn usable(&self, now: Instant) -> Usable {
        if now < self.fresh_until {
            Usable::Fresh
        } else if now < self.stale_until {
            Usable::Stale
        } else {
            Usable::Over
        }
    }

    /// Time until nothing can be done with it any more.
    pub(crate) fn remaining(&self, now: Instant) -> Duration {
        self.stale_until.saturating_duration_since(now)
    }

    pub(crate) fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.loaded_at)
    }

    pub(crate) fn is_younger_than(&self, most: Option<Duration>, now: Instant) -> bool {
        most.is_none_or(|most| self.age(now) < most)
    }

    pub(crate) fn cached(&self, now: Instant, source: Source, stale: bool) -> Cached<V> {
        Cached { value: self.value.clone(), age: self.age(now), source, stale }
    }

    /// True for the one reader that starts a renewal.
    pub(crate) fn claim_renewal(&self) -> bool {
        !self.renewing.swap(true, Ordering::Relaxed)
    }

    /// The renewal did not come about; another reader may try.
    pub(crate) fn give_up_renewal(&self) {
        self.renewing.store(false, Ordering::Relaxed);
    }
}

/// The life of a loaded value, shortened at random within the bounds of the settings.
pub(crate) fn life<V>(loaded: &Loaded<V>, settings: &Settings) -> Life {
    let usual = if loaded.value.is_some() { settings.ttl } else { settings.absent_ttl };
    let life = loaded.life.unwrap_or(Life::new(usual));
    if life.ttl.is_zero() {
        return Life::new(Duration::ZERO);
    }
    let kept = 1.0 - settings.jitter.clamp(0.0, 1.0) * rand::random::<f64>();
    Life { ttl: life.ttl.mul_f64(kept), ..life }
}

impl<V: Serialize> Envelope<&V> {
    pub(crate) fn encode(value: Option<&V>, stale: Duration) -> serde_json::Result<Vec<u8>> {
        let stale_ms = u64::try_from(stale.as_millis()).unwrap_or(u64::MAX);
        serde_json::to_vec(&Envelope { value, stale_ms })
    }
}

impl<V: for<'de> Deserialize<'de>> Envelope<V> {
    /// The value, and how long it may be served after its life.
    pub(crate) fn decode(bytes: &[u8]) -> serde_json::Result<(Option<V>, Duration)> {
        let Self { value, stale_ms } = serde_json::from_slice(bytes)?;
        Ok((value, Duration::from_millis(stale_ms)))
    }
}

/// Length of a value as JSON: what the bound on bytes counts. A value that cannot be written weighs as if it filled
/// everything, so that it is never kept.
pub(crate) fn json_length<V: Serialize>(value: Option<&V>) -> usize {
    let mut counter = Counter(0);
    match serde_json::to_writer(&mut counter, &value) {
        Ok(()) => counter.0,
        Err(_) => usize::MAX / 2,
    }
}

struct Counter(usize);

impl io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
