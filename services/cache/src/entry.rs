//! How an entry looks in a store: a small header, then the value as it came.
//!
//! Bytes that do not parse are nobody's error: whoever reads them goes to the origin.

use std::time::Duration;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use resync_api::cache::model::{Entry, NewEntry, Position};

/// Other versions are not read, so that two versions of the product can share a store while one replaces the other.
const VERSION: u8 = 1;
const FIXED_BYTES: usize = 1 + 8 + 8 + 8 + 1;

/// An entry without its key, with times by the clock instead of ages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    /// Position that was current before its loading began.
    pub stamp: Position,
    /// When its value was loaded, in milliseconds since 1970.
    pub loaded_ms: u64,
    /// When it expires, in milliseconds since 1970.
    pub expires_ms: u64,
    /// Names by which it can be invalidated.
    pub tags: Vec<String>,
    /// What was stored.
    pub value: Bytes,
}

impl Stored {
    /// An entry that is stored at `now_ms`.
    #[must_use]
    pub(crate) fn new(entry: NewEntry, now_ms: u64) -> Self {
        Self {
            stamp: entry.stamp,
            loaded_ms: now_ms.saturating_sub(millis(entry.age)),
            expires_ms: now_ms.saturating_add(millis(entry.ttl)),
            tags: entry.tags,
            value: entry.value,
        }
    }

    /// What a caller gets at `now_ms`; none when it has expired.
    #[must_use]
    pub(crate) fn at(&self, key: &str, now_ms: u64) -> Option<Entry> {
        let ttl = self.expires_ms.checked_sub(now_ms).filter(|left| *left > 0)?;
        Some(Entry {
            key: key.to_owned(),
            value: self.value.clone(),
            tags: self.tags.clone(),
            stamp: self.stamp,
            age: Duration::from_millis(now_ms.saturating_sub(self.loaded_ms)),
            ttl: Duration::from_millis(ttl),
        })
    }

    /// Its bytes in a store.
    #[must_use]
    pub(crate) fn encode(&self) -> Bytes {
        let tags: usize = self.tags.iter().map(|tag| 1 + tag.len()).sum();
        let mut bytes = BytesMut::with_capacity(FIXED_BYTES + tags + self.value.len());
        bytes.put_u8(VERSION);
        bytes.put_u64(self.stamp.get());
        bytes.put_u64(self.loaded_ms);
        bytes.put_u64(self.expires_ms);
        let start = bytes.len();
        bytes.put_u8(0);
        for tag in &self.tags {
            // Both fit: tags are at most 16 of at most 200 bytes; one that would not is left out of the header.
            let Ok(length) = u8::try_from(tag.len()) else { continue };
            bytes[start] = bytes[start].saturating_add(1);
            bytes.put_u8(length);
            bytes.put_slice(tag.as_bytes());
        }
        bytes.put_slice(&self.value);
        bytes.freeze()
    }

    /// The entry of its bytes; none when they are not such.
    #[must_use]
    pub(crate) fn decode(mut bytes: Bytes) -> Option<Self> {
        if bytes.len() < FIXED_BYTES || bytes.get_u8() != VERSION {
            return None;
        }
        let stamp = Position::new(bytes.get_u64())?;
        let (loaded_ms, expires_ms, count) = (bytes.get_u64(), bytes.get_u64(), bytes.get_u8());
        let mut tags = Vec::with_capacity(usize::from(count));
        for _ in 0..count {
            let length = usize::from(bytes.try_get_u8().ok()?);
            if bytes.len() < length {
                return None;
            }
            tags.push(String::from_utf8(bytes.split_to(length).to_vec()).ok()?);
        }
        Some(Self { stamp, loaded_ms, expires_ms, tags, value: bytes })
    }

    /// Its size in memory, roughly.
    #[must_use]
    pub(crate) fn weight(&self) -> usize {
        let tags: usize = self.tags.iter().map(|tag| tag.len() + size_of::<String>()).sum();
        size_of::<Self>() + tags + self.value.len()
    }
}

/// Milliseconds of a duration, at most what fits.
#[must_use]
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_entry_survives_its_bytes(
            stamp in 1_u64.., loaded_ms: u64, expires_ms: u64,
            tags in vec(".{0,40}", 0..16), value in vec(any::<u8>(), 0..64),
        ) {
            let stamp = Position::new(stamp).expect("not zero");
            let stored = Stored { stamp, loaded_ms, expires_ms, tags, value: value.into() };
            prop_assert_eq!(Stored::decode(stored.encode()), Some(stored));
        }

        #[test]
        fn bytes_of_others_never_panic(bytes in vec(any::<u8>(), 0..80), version in 0_u8..3) {
            let mut bytes = bytes;
            if let Some(first) = bytes.first_mut() {
                *first = version;
            }
            let _ = Stored::decode(bytes.into());
        }
    }

    #[test]
    fn ages_and_lives_are_told_by_the_clock() {
        let entry = NewEntry {
            key: "logs/1".to_owned(),
            value: Bytes::from_static(b"text"),
            ttl: Duration::from_secs(30),
            tags: Vec::new(),
            stamp: Position::new(1).expect("not zero"),
            age: Duration::from_secs(2),
        };
        let stored = Stored::new(entry, 100_000);
        let read = stored.at("logs/1", 105_000).expect("lives");
        assert_eq!((read.age, read.ttl), (Duration::from_secs(7), Duration::from_secs(25)));
        assert_eq!(stored.at("logs/1", 130_000), None);
    }
}
