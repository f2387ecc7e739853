//! Finds rows or symbols by the hash of something stored elsewhere: four bytes a slot, shared shards, copied when written.
//!
//! It holds no keys; callers check candidates against their own columns.

use std::sync::Arc;

const SHARDS: usize = 256;
const EMPTY: u32 = u32::MAX;
/// A slot whose value was removed; probing goes on behind it.
const GONE: u32 = u32::MAX - 1;

/// Values below `u32::MAX - 1` by 64-bit hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct HashIndex {
    /// None until the first value, so that an index can be taken out of its owner and put back at no cost.
    shards: Arc<Vec<Arc<Shard>>>,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    /// A power of two, or none.
    slots: Vec<u32>,
    /// Slots that are not empty, removed ones included.
    used: usize,
}

impl HashIndex {
    /// Values that may have this hash.
    pub(crate) fn candidates(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let slots = self.shards.get(shard_of(hash)).map_or(&[][..], |shard| &shard.slots[..]);
        let mask = slots.len().wrapping_sub(1);
        (0..slots.len())
            .map(move |step| slots[(hash as usize).wrapping_add(step) & mask])
            .take_while(|value| *value != EMPTY)
            .filter(|value| *value != GONE)
    }

    /// Adds a value. `hash_of` gives the hash of values added before, for when a shard grows.
    pub(crate) fn insert(&mut self, hash: u64, value: u32, hash_of: impl Fn(u32) -> u64) {
        let shards = Arc::make_mut(&mut self.shards);
        if shards.is_empty() {
            shards.resize(SHARDS, Arc::default());
        }
        let shard = Arc::make_mut(&mut shards[shard_of(hash)]);
        if (shard.used + 1) * 4 > shard.slots.len() * 3 {
            let live: Vec<u32> = shard.slots.iter().copied().filter(|value| *value < GONE).collect();
            let size = ((live.len() + 1) * 3 / 2).next_power_of_two().max(8);
            *shard = Shard { slots: vec![EMPTY; size], used: 0 };
            for value in live {
                shard.place(hash_of(value), value);
            }
        }
        shard.place(hash, value);
    }

    /// Removes a value.
    pub(crate) fn remove(&mut self, hash: u64, value: u32) {
        let Some(shard) = Arc::make_mut(&mut self.shards).get_mut(shard_of(hash)) else { return };
        let shard = Arc::make_mut(shard);
        if let Some(slot) = shard.slots.iter_mut().find(|slot| **slot == value) {
            *slot = GONE;
        }
    }

    /// Bytes held.
    pub(crate) fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.slots.capacity() * 4 + size_of::<Shard>() + 24).sum()
    }
}

impl Shard {
    fn place(&mut self, hash: u64, value: u32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != EMPTY {
            at = (at + 1) & mask;
        }
        self.slots[at] = value;
        self.used += 1;
    }
}

fn shard_of(hash: u64) -> usize {
    (hash >> 56) as usize
}

/// Hash of a text, ASCII case aside.
pub(crate) fn hash_text(text: &str) -> u64 {
    let folded = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_uppercase())).wrapping_mul(0x0100_0000_01b3)
    });
    mix(folded)
}

/// Hash of a 128-bit number.
pub(crate) fn hash_id(id: u128) -> u64 {
    mix((id as u64) ^ mix((id >> 64) as u64))
}

/// Spreads entropy over all bits, so that both ends of the hash can be used.
pub(crate) fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash ^ (hash >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_until_removed_also_in_older_copies() {
        let hash_of = |value: u32| mix(u64::from(value));
        let has =
            |index: &HashIndex, value: u32| index.candidates(hash_of(value)).any(|found| found == value);
        let mut index = HashIndex::default();
        for value in 0..20_000 {
            index.insert(hash_of(value), value, hash_of);
        }
        let before = index.clone();
        for value in (0..20_000).step_by(2) {
            index.remove(hash_of(value), value);
        }
        for value in 20_000..25_000 {
            index.insert(hash_of(value), value, hash_of);
        }
        assert!((0..20_000).all(|value| has(&before, value)));
        assert!((0..20_000).all(|value| has(&index, value) == (value % 2 == 1)));
        assert!((20_000..25_000).all(|value| has(&index, value) && !has(&before, value)));
    }
}
