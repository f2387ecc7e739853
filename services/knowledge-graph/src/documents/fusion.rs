//! Reciprocal rank fusion: two orders of the same things become one, whatever their scores mean.

use std::collections::HashMap;
use std::hash::Hash;

/// Flattens the difference between the first ranks; the usual value.
const FLATNESS: f64 = 60.0;

/// All keys of both orders with their fused scores, best first. What is high in one order or in both comes first; what
/// ties keeps the first order's order.
pub(crate) fn fuse<K: Clone + Eq + Hash>(first: &[K], second: &[K]) -> Vec<(K, f64)> {
    let mut scores: HashMap<&K, f64> = HashMap::new();
    let mut keys: Vec<&K> = Vec::new();
    for order in [first, second] {
        for (rank, key) in (1_u32..).zip(order) {
            let score = scores.entry(key).or_insert_with(|| {
                keys.push(key);
                0.0
            });
            *score += 1.0 / (FLATNESS + f64::from(rank));
        }
    }
    let mut fused: Vec<(K, f64)> = keys.into_iter().map(|key| (key.clone(), scores[key])).collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_orders_know_comes_before_what_one_prefers() {
        let fused = fuse(&["a", "b", "c"], &["d", "b", "e"]);
        let order: Vec<_> = fused.iter().map(|(key, _)| *key).collect();
        assert_eq!(order, ["b", "a", "d", "c", "e"]);
        assert!(fused.windows(2).all(|pair| pair[0].1 >= pair[1].1));
        assert!(fuse::<&str>(&[], &[]).is_empty());
    }
}
