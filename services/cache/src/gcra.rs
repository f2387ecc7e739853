//! The generic cell rate algorithm over whole microseconds. Pure: the store brings the clock and keeps one number.
//!
//! The number is the theoretical arrival time: until when the units taken so far are spread out at the limit's rate.
//! It may run ahead of the clock by at most one window, which is the burst.

use std::time::Duration;

use resync_api::cache::model::{Quota, QuotaRequest};

/// A request in the numbers of the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Terms {
    /// The window, in microseconds.
    pub window: u64,
    /// What the units asked for take of the window, in microseconds.
    pub share: u64,
    limit: u64,
    /// They are not more than the limit.
    pub possible: bool,
}

/// State after a request was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The units were taken.
    pub allowed: bool,
    /// The clock of the decision, in microseconds.
    pub now: u64,
    /// Theoretical arrival time to keep.
    pub arrival: u64,
}

impl From<&QuotaRequest> for Terms {
    fn from(request: &QuotaRequest) -> Self {
        let window = u64::try_from(request.window.as_micros()).unwrap_or(u64::MAX).max(1);
        let limit = u64::from(request.limit.max(1));
        let share = u128::from(window) * u128::from(request.cost) / u128::from(limit);
        // Rounding down keeps `limit` single units within one window.
        let share = u64::try_from(share).unwrap_or(u64::MAX).max(1);
        Self { window, share, limit, possible: u64::from(request.cost) <= limit }
    }
}

/// Decides, given the number that was kept.
#[must_use]
pub(crate) fn take(terms: Terms, now: u64, kept: Option<u64>) -> Taken {
    let base = kept.unwrap_or(now).max(now);
    let next = base.saturating_add(terms.share);
    let allowed = terms.possible && next <= now.saturating_add(terms.window);
    Taken { allowed, now, arrival: if allowed { next } else { base } }
}

/// What the caller is told.
#[must_use]
pub(crate) fn answer(terms: Terms, taken: Taken) -> Quota {
    let ahead = taken.arrival.saturating_sub(taken.now);
    let free = terms.window.saturating_sub(ahead);
    let remaining = u128::from(free) * u128::from(terms.limit) / u128::from(terms.window);
    let wait = (ahead + terms.share).saturating_sub(terms.window);
    Quota {
        allowed: taken.allowed,
        remaining: u32::try_from(remaining).unwrap_or(u32::MAX),
        reset_after: Duration::from_micros(ahead),
        retry_after: (!taken.allowed && terms.possible).then(|| Duration::from_micros(wait.max(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn terms(limit: u32, window: Duration, cost: u32) -> Terms {
        Terms::from(&QuotaRequest { name: String::new(), key: String::new(), limit, window, cost })
    }

    proptest! {
        /// In any window at most the burst and what flows in meanwhile, give or take the rounding of each unit.
        #[test]
        fn no_span_takes_more_than_the_limit_allows(
            limit in 1_u32..50, window_ms in 1_u64..2_000, steps in vec((0_u64..400_000, 1_u32..5), 1..120),
        ) {
            let window = Duration::from_millis(window_ms);
            let (mut now, mut kept, mut granted) = (1_000_000, None, Vec::new());
            for (pause, cost) in steps {
                now += pause;
                let taken = take(terms(limit, window, cost), now, kept);
                kept = Some(taken.arrival);
                if taken.allowed {
                    granted.push((now, u64::from(cost)));
                }
            }
            let micros = window_ms * 1000;
            for (first, (start, _)) in granted.iter().enumerate() {
                let mut units = 0;
                for (at, cost) in &granted[first..] {
                    units += cost;
                    let flowed = u128::from(at - start) * u128::from(limit) / u128::from(micros);
                    let rounding = u128::from(units) * u128::from(limit) / u128::from(micros);
                    prop_assert!(u128::from(units) <= u128::from(limit) + flowed + rounding + 1);
                }
            }
        }

        #[test]
        fn after_the_wait_it_is_granted_and_not_before(limit in 1_u32..100, cost in 1_u32..100, used in 0_u64..2_000_000) {
            let terms = terms(limit, Duration::from_secs(1), cost);
            let taken = take(terms, 5_000_000, Some(5_000_000 + used.min(1_000_000)));
            match answer(terms, taken).retry_after {
                Some(wait) => {
                    let wait = u64::try_from(wait.as_micros()).expect("small");
                    prop_assert!(take(terms, taken.now + wait, Some(taken.arrival)).allowed);
                    prop_assert!(!take(terms, taken.now + wait - 1, Some(taken.arrival)).allowed);
                }
                None => prop_assert!(taken.allowed || cost > limit),
            }
        }
    }

    #[test]
    fn a_burst_of_the_whole_limit_fits_and_then_units_drip_in() {
        let terms = terms(7, Duration::from_secs(1), 1);
        let (now, mut kept) = (50, None);
        for left in (0..7).rev() {
            let taken = take(terms, now, kept);
            assert_eq!((taken.allowed, answer(terms, taken).remaining), (true, left));
            kept = Some(taken.arrival);
        }
        let refused = answer(terms, take(terms, now, kept));
        assert!(!refused.allowed);
        assert_eq!(refused.remaining, 0);
        assert_eq!(refused.retry_after.map(|wait| wait.as_millis()), Some(142));
        assert_eq!(refused.reset_after.as_millis(), 999);
    }

    #[test]
    fn more_than_the_limit_is_never_granted_and_no_wait_helps() {
        let terms = terms(5, Duration::from_secs(1), 6);
        let answer = answer(terms, take(terms, 1, None));
        assert_eq!((answer.allowed, answer.retry_after, answer.remaining), (false, None, 5));
    }
}
