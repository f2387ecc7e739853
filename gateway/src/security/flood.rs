//! How many events of one kind are taken note of in a minute, where strangers or broken clients can cause any number.

use resync_api::audit::model::AuditResult;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(60);
/// Kinds that are bounded, and their most in a minute, over all clients of this gateway. All others cost whoever causes
/// them a login and a place in their rate limit.
const BOUNDS: &[(&str, u32)] =
    &[("login", 600), ("csp.violation", 60), ("permission.denied", 300), ("idempotency.conflict", 60)];

/// What was let through lately, by kind.
#[derive(Debug, Default)]
pub(super) struct Floods(Mutex<HashMap<&'static str, Window>>);

#[derive(Debug)]
struct Window {
    began: Instant,
    admitted: u32,
    left_out: u64,
}

impl Floods {
    /// Whether an event of this kind is taken note of, and how many were left out before it.
    pub(super) fn admit(&self, action: &'static str, result: AuditResult) -> Option<u64> {
        self.admit_at(action, result, Instant::now())
    }

    fn admit_at(&self, action: &'static str, result: AuditResult, now: Instant) -> Option<u64> {
        let Some((_, most)) = BOUNDS.iter().find(|(kind, _)| *kind == action) else { return Some(0) };
        // A login that succeeded is never one of too many.
        if result == AuditResult::Succeeded {
            return Some(0);
        }
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(action).or_insert(Window { began: now, admitted: 0, left_out: 0 });
        if now.duration_since(window.began) >= WINDOW {
            (window.began, window.admitted) = (now, 0);
        }
        if window.admitted == *most {
            window.left_out += 1;
            return None;
        }
        window.admitted += 1;
        Some(std::mem::take(&mut window.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_cut_and_its_size_told_with_the_next_one() {
        let floods = Floods::default();
        let now = Instant::now();
        let admit = |action, at| floods.admit_at(action, AuditResult::Refused, at);
        for _ in 0..60 {
            assert_eq!(admit("csp.violation", now), Some(0));
        }
        for _ in 0..7 {
            assert_eq!(admit("csp.violation", now + Duration::from_secs(59)), None);
        }
        assert_eq!(admit("permission.denied", now), Some(0), "another kind has its own");
        assert_eq!(admit("csp.violation", now + WINDOW), Some(7));
        assert_eq!(admit("csp.violation", now + WINDOW), Some(0));
        for _ in 0..2_000 {
            assert_eq!(floods.admit_at("login", AuditResult::Succeeded, now), Some(0));
            assert_eq!(admit("cache.clear", now), Some(0));
        }
    }
}
