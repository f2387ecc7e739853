//! Retries as gRFC A6 numbers them: few attempts, jittered waits, a token bucket that stops retry storms, and the
//! server's own pushback. Whether an answer may be retried at all is the caller's verdict, attempt by attempt.

use crate::{Backoff, Deadline};
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often and how patiently.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    /// All attempts together, the first included; values above five count as five.
    pub max_attempts: u32,
    /// Waits between them.
    pub backoff: Backoff,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: 3, backoff: Backoff::default() }
    }
}

/// The token bucket of A6: each failure takes a token, each success gives back a fraction of one, and no retry happens
/// while the bucket is at most half full. One bucket per peer, shared by all its calls.
#[derive(Debug)]
pub struct RetryBudget {
    max_millitokens: u32,
    refill_millitokens: u32,
    millitokens: AtomicU32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(100, 0.1)
    }
}

impl RetryBudget {
    /// A full bucket of `max_tokens`; every success gives back `token_ratio` of a token.
    #[must_use]
    pub fn new(max_tokens: u16, token_ratio: f64) -> Self {
        let max_millitokens = u32::from(max_tokens) * 1000;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=1000")]
        let refill_millitokens = (token_ratio.clamp(0.0, 1.0) * 1000.0) as u32;
        Self { max_millitokens, refill_millitokens, millitokens: AtomicU32::new(max_millitokens) }
    }

    fn succeeded(&self) {
        self.update(|tokens| tokens.saturating_add(self.refill_millitokens).min(self.max_millitokens));
    }

    /// Takes a token; says whether a retry is still affordable.
    fn failed(&self) -> bool {
        self.update(|tokens| tokens.saturating_sub(1000)) > self.max_millitokens / 2
    }

    fn update(&self, change: impl Fn(u32) -> u32) -> u32 {
        let previous = self
            .millitokens
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| Some(change(tokens)))
            .unwrap_or_else(|unchanged| unchanged);
        change(previous)
    }
}

/// What the caller thinks of one attempt's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Fine, or a failure that another attempt cannot change and that says nothing about the peer's health.
    Done,
    /// Failed; another attempt may help. `pushback` is the server's wish: wait so long.
    Again {
        /// The server's own idea of the wait, if it gave one.
        pushback: Option<Duration>,
    },
    /// Failed in a way that drains the budget, but must not be retried (the server said so, or it is not safe).
    Stop,
}

/// The last attempt's answer and how many attempts it took.
#[derive(Debug)]
pub struct Answer<T> {
    /// What the last attempt returned, good or bad.
    pub value: T,
    /// 1 when the first attempt was the last.
    pub attempts: u32,
}

/// Runs `attempt` (given the number of previous attempts) until `judge` is content, attempts or budget are used up, or
/// the next wait would outlast the deadline. Always returns the last answer: the caller never gets a "gave up" error
/// that hides the real one.
pub async fn retry<T, F, Fut>(
    policy: &RetryPolicy,
    budget: &RetryBudget,
    deadline: Option<Deadline>,
    mut attempt: F,
    judge: impl Fn(&T) -> Verdict,
) -> Answer<T>
where
    F: FnMut(u32) -> Fut,
    Fut: Future<Output = T>,
{
    let max_attempts = policy.max_attempts.clamp(1, 5);
    let mut attempts = 0;
    loop {
        let value = attempt(attempts).await;
        attempts += 1;
        let pushback = match judge(&value) {
            Verdict::Done => {
                budget.succeeded();
                return Answer { value, attempts };
            }
            Verdict::Stop => {
                budget.failed();
                return Answer { value, attempts };
            }
            Verdict::Again { pushback } => pushback,
        };
        let affordable = budget.failed();
        let wait = pushback.unwrap_or_else(|| policy.backoff.delay(attempts));
        let too_late = deadline.is_some_and(|deadline| deadline.remaining() <= wait);
        if attempts >= max_attempts || !affordable || too_late {
            return Answer { value, attempts };
        }
        tokio::time::sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use tokio::time::Instant;

    const AGAIN: Verdict = Verdict::Again { pushback: None };

    async fn always_failing(policy: &RetryPolicy, budget: &RetryBudget, deadline: Option<Deadline>) -> u32 {
        retry(policy, budget, deadline, |_| async {}, |()| AGAIN).await.attempts
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_stop_at_the_policy_and_never_exceed_five() {
        let budget = RetryBudget::default();
        assert_eq!(always_failing(&RetryPolicy::default(), &budget, None).await, 3);
        let eager = RetryPolicy { max_attempts: 50, ..RetryPolicy::default() };
        assert_eq!(always_failing(&eager, &budget, None).await, 5);
    }

    #[tokio::test(start_paused = true)]
    async fn the_previous_attempts_are_counted_for_the_caller() {
        let seen = Cell::new(0);
        let answer = retry(
            &RetryPolicy::default(),
            &RetryBudget::default(),
            None,
            |previous| {
                seen.set(previous);
                async move { previous }
            },
            |previous| if *previous < 1 { AGAIN } else { Verdict::Done },
        )
        .await;
        assert_eq!((answer.value, answer.attempts, seen.get()), (1, 2, 1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_drained_budget_stops_retries_and_successes_refill_it() {
        let budget = RetryBudget::new(4, 0.5);
        let policy = RetryPolicy::default();
        // 4 tokens, threshold 2: the first failure leaves 3 (retry), the second 2 (stop).
        assert_eq!(always_failing(&policy, &budget, None).await, 2);
        assert_eq!(always_failing(&policy, &budget, None).await, 1);
        for _ in 0..8 {
            retry(&policy, &budget, None, |_| async {}, |()| Verdict::Done).await;
        }
        assert_eq!(always_failing(&policy, &budget, None).await, 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_servers_pushback_replaces_the_backoff() {
        let started = Instant::now();
        let pushback = Some(Duration::from_secs(7));
        let policy = RetryPolicy { max_attempts: 2, ..RetryPolicy::default() };
        retry(&policy, &RetryBudget::default(), None, |_| async {}, |()| Verdict::Again { pushback }).await;
        assert_eq!(started.elapsed(), Duration::from_secs(7));
    }

    #[tokio::test(start_paused = true)]
    async fn no_wait_outlasts_the_deadline() {
        let deadline = Some(Deadline::after(Duration::from_millis(10)));
        assert_eq!(always_failing(&RetryPolicy::default(), &RetryBudget::default(), deadline).await, 1);
    }
}
