//! Seeded randomness and identifiers. Every draw is a pure function of the seed and what is drawn for, so a
//! plan does not depend on the order in which it is made, and neither does a night on how its clock moves.

use uuid::{Builder, Uuid};

/// A stream of draws that belongs to one purpose.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

/// One round of the SplitMix64 generator.
fn mix(mut state: u64) -> u64 {
    state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

impl Dice {
    pub(crate) fn new(seed: u64, purpose: u64) -> Self {
        Self(mix(seed ^ mix(purpose)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    /// A number in `low..=high`.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        debug_assert!(low <= high, "empty range {low}..={high}");
        let span = (high - low).unsigned_abs() + 1;
        low + (self.next() % span).cast_signed()
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&mut self, percent: i64) -> bool {
        self.between(0, 99) < percent
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let last = i64::try_from(from.len()).unwrap_or(i64::MAX) - 1;
        &from[usize::try_from(self.between(0, last)).unwrap_or_default()]
    }

    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let high = i64::try_from(last).unwrap_or(i64::MAX);
            items.swap(last, usize::try_from(self.between(0, high)).unwrap_or_default());
        }
    }
}

/// What an identifier is for; part of what it is derived from.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Kind {
    Plan = 1,
    Folder,
    Workstation,
    Definition,
    Model,
    AbstractModel,
    ModelJob,
    Stream,
    Job,
    Run,
    Resource,
    Prompt,
    File,
    Join,
    Calendar,
    Internetwork,
}

/// Makes identifiers that look like the engine's (version 3) and depend only on their origin.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identifiers(u64);

impl Identifiers {
    pub(crate) fn new(seed: u64, instant: i64) -> Self {
        Self(mix(seed ^ mix(instant.cast_unsigned())))
    }

    pub(crate) fn make(self, kind: Kind, number: u64) -> Uuid {
        let high = mix(self.0 ^ mix(kind as u64 ^ mix(number)));
        let low = mix(high ^ number);
        let bytes = (u128::from(high) << 64 | u128::from(low)).to_be_bytes();
        Builder::from_md5_bytes(bytes).into_uuid()
    }

    /// The sixteen characters of a job stream instance, such as `0AAAAAAAAAAAACRZ`.
    pub(crate) fn internal(number: u32) -> String {
        let mut letters = [b'A'; 15];
        let mut rest = number;
        for letter in letters.iter_mut().rev() {
            *letter = b'A' + (rest % 26) as u8;
            rest /= 26;
        }
        format!("0{}", String::from_utf8_lossy(&letters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_stable_distinct_and_look_like_the_engines() {
        let identifiers = Identifiers::new(7, 1_000);
        let job = identifiers.make(Kind::Job, 1);
        assert_eq!(job, Identifiers::new(7, 1_000).make(Kind::Job, 1));
        assert_ne!(job, identifiers.make(Kind::Stream, 1));
        assert_ne!(job, identifiers.make(Kind::Job, 2));
        assert_eq!(job.get_version_num(), 3);
        assert_eq!(Identifiers::internal(27), "0AAAAAAAAAAAAABB");
    }
}
