//! Who holds a lease. Pure: the store brings the clock and keeps one record a name.
//!
//! Tokens are times by the store's clock, raised where that clock would repeat itself: they go on growing even when the
//! store has lost its records.

/// What a store keeps of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Held {
    /// Who holds or held it.
    pub holder: String,
    /// The holder's token.
    pub token: u64,
    /// Until when it holds, in microseconds since 1970.
    pub until: u64,
}

/// Decides who holds the lease once `holder` has asked for it; the answer is the record to keep.
#[must_use]
pub(crate) fn acquire(kept: Option<Held>, holder: &str, now: u64, ttl: u64) -> Held {
    let until = now.saturating_add(ttl);
    match kept {
        Some(held) if held.until > now && held.holder == holder => {
            Held { until: held.until.max(until), ..held }
        }
        Some(held) if held.until > now => held,
        kept => {
            let last = kept.map_or(0, |held| held.token);
            Held { holder: holder.to_owned(), token: now.max(last.saturating_add(1)), until }
        }
    }
}

/// The record to keep when `holder` renews; none when the lease is no longer its own.
#[must_use]
pub(crate) fn renew(kept: Option<Held>, holder: &str, token: u64, now: u64, ttl: u64) -> Option<Held> {
    kept.filter(|held| held.until > now && held.holder == holder && held.token == token)
        .map(|held| Held { until: now.saturating_add(ttl), ..held })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nobody_shares_a_lease_and_tokens_only_grow(steps in vec((0_u64..30, 0_usize..3, any::<bool>()), 1..80)) {
            let names = ["ana", "bea", "caio"];
            let (mut now, mut kept, mut last): (u64, Option<Held>, Option<Held>) = (100, None, None);
            for (pause, who, clock_back) in steps {
                now = if clock_back { now.saturating_sub(pause / 3) } else { now + pause };
                let before = kept.clone();
                let held = acquire(kept, names[who], now, 20);
                if let Some(before) = before.filter(|before| before.until > now) {
                    prop_assert_eq!(&held.holder, &before.holder);
                    prop_assert_eq!(held.token, before.token);
                } else {
                    prop_assert_eq!(&held.holder, names[who]);
                }
                if let Some(last) = last.filter(|last| last.holder != held.holder) {
                    prop_assert!(held.token > last.token);
                }
                last = Some(held.clone());
                kept = Some(held);
            }
        }
    }

    #[test]
    fn only_the_present_holder_renews() {
        let held = acquire(None, "ana", 100, 20);
        assert_eq!(held.token, 100);
        assert_eq!(renew(Some(held.clone()), "ana", 100, 110, 20).map(|held| held.until), Some(130));
        assert_eq!(renew(Some(held.clone()), "bea", 100, 110, 20), None);
        assert_eq!(renew(Some(held.clone()), "ana", 99, 110, 20), None);
        assert_eq!(renew(Some(held.clone()), "ana", 100, 120, 20), None, "it has ended");
        let next = acquire(Some(Held { token: 500, ..held }), "bea", 120, 20);
        assert_eq!((next.token, next.until), (501, 140), "the clock went back, the token did not");
    }
}
