//! Efficiency scores from 0 to 100, over a window. An idle cache or pool has none.
//!
//! Cache: `60 * hit rate + 20 * (1 - eviction rate) + memory`, where the eviction rate is evictions per set, at most 1,
//! and memory is 20 while the fuller of its two bounds (items, bytes) is filled to at most nine tenths, 10 when it is
//! full, and falls in a straight line between and beyond.
//!
//! Pool: `utilization + wait + errors`. Utilization is 40 between 60 % and 80 % in use; below it is proportional, above it
//! falls to 0 at 100 %. Wait is `30 - 0.1 * mean wait in milliseconds`, at least 0. Errors is `30 * (1 - error rate)`.

/// What a cache's score is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CacheInput {
    pub(crate) hit_rate: f64,
    /// Unset: nothing was set, so nothing had to go.
    pub(crate) eviction_rate: Option<f64>,
    /// Share of the fuller bound in use.
    pub(crate) fill: f64,
}

pub(crate) fn cache(input: CacheInput) -> f64 {
    let eviction_rate = input.eviction_rate.unwrap_or(0.0).min(1.0);
    let memory = (20.0 - 100.0 * (input.fill - 0.9)).clamp(0.0, 20.0);
    60.0 * input.hit_rate + 20.0 * (1.0 - eviction_rate) + memory
}

/// What a pool's score is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PoolInput {
    pub(crate) utilization: f64,
    pub(crate) wait_seconds: f64,
    pub(crate) error_rate: f64,
}

pub(crate) fn pool(input: PoolInput) -> f64 {
    let utilization = match input.utilization {
        low if low < 0.6 => 40.0 * low / 0.6,
        high if high > 0.8 => (40.0 * (1.0 - high) / 0.2).max(0.0),
        _ => 40.0,
    };
    let wait = (30.0 - input.wait_seconds * 1000.0 / 10.0).max(0.0);
    utilization + wait + 30.0 * (1.0 - input.error_rate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_formulas_give_the_documented_numbers() {
        let close =
            |score: f64, expected: f64| assert!((score - expected).abs() < 1e-9, "{score}, not {expected}");
        let good = CacheInput { hit_rate: 0.9, eviction_rate: Some(0.1), fill: 0.5 };
        close(cache(good), 54.0 + 18.0 + 20.0);
        close(cache(CacheInput { fill: 1.0, ..good }), 54.0 + 18.0 + 10.0);
        close(cache(CacheInput { hit_rate: 0.0, eviction_rate: Some(7.0), fill: 1.3 }), 0.0);
        close(cache(CacheInput { hit_rate: 1.0, eviction_rate: None, fill: 0.0 }), 100.0);

        let good = PoolInput { utilization: 0.7, wait_seconds: 0.0, error_rate: 0.0 };
        close(pool(good), 100.0);
        close(pool(PoolInput { utilization: 0.3, ..good }), 80.0);
        close(pool(PoolInput { utilization: 0.9, ..good }), 80.0);
        close(pool(PoolInput { utilization: 1.0, wait_seconds: 0.2, error_rate: 0.5 }), 10.0 + 15.0);
    }

    proptest! {
        #[test]
        fn a_score_stays_in_its_range_and_falls_as_things_get_worse(
            share in 0.0..=1.0_f64, evictions in 0.0..50.0_f64, fill in 0.0..3.0_f64, wait in 0.0..60.0_f64, more in 0.0..1.0_f64,
        ) {
            let base = CacheInput { hit_rate: share, eviction_rate: Some(evictions), fill };
            let score = cache(base);
            prop_assert!((0.0..=100.0).contains(&score));
            let worse = [
                CacheInput { hit_rate: share * more, ..base },
                CacheInput { eviction_rate: Some(evictions + more), ..base },
                CacheInput { fill: fill + more, ..base },
            ];
            prop_assert!(worse.into_iter().all(|input| cache(input) <= score));

            let base = PoolInput { utilization: share, wait_seconds: wait, error_rate: more };
            let score = pool(base);
            prop_assert!((0.0..=100.0 + 1e-9).contains(&score));
            let worse = [
                PoolInput { wait_seconds: wait + more, ..base },
                PoolInput { error_rate: 1.0, ..base },
            ];
            prop_assert!(worse.into_iter().all(|input| pool(input) <= score));
        }
    }
}
