//! Reading the end of a failed job's log through the bridge: seldom enough to spare the engine, and never waited for long.

use std::time::{Duration, Instant};

use resync_api::tws::client::TwsClient;
use resync_api::tws::model::JobLogRequest;

use super::failure::Failure;
use super::symptom::LogRead;

/// Lines asked for, from the end.
const TAIL: u32 = 200;
/// How long one answer is waited for.
const PATIENCE: Duration = Duration::from_secs(15);
/// A failure waits so long for its turn before it is noted without its log.
const TURN: Duration = Duration::from_secs(60);
/// Logs that may be read at once after a quiet time, as a share of a minute's.
const BURST_SHARE: f64 = 0.5;

/// Reads logs at a bounded rate.
#[derive(Debug)]
pub(super) struct Logs {
    tws: TwsClient,
    turns: Turns,
}

/// Whose turn it is: so many a minute.
#[derive(Debug)]
struct Turns {
    per_second: f64,
    burst: f64,
    tokens: f64,
    refilled: Instant,
}

impl Logs {
    /// At most so many a minute; 0: none.
    pub(super) fn new(tws: TwsClient, per_minute: u32) -> Self {
        Self { tws, turns: Turns::new(per_minute) }
    }

    /// The log of a failure that was reported at `since`.
    pub(super) async fn read(&mut self, failure: &Failure, since: Instant) -> LogRead {
        if self.turns.per_second <= 0.0 {
            return LogRead::Off;
        }
        if !self.turns.turn(since).await {
            return LogRead::Spared;
        }
        let request = JobLogRequest {
            engine: failure.engine.clone(),
            job: failure.job_id.clone(),
            run_id: String::new(),
            from_line: 0,
            max_lines: 0,
            tail_lines: TAIL,
        };
        match tokio::time::timeout(PATIENCE, self.tws.job_log(request)).await {
            Ok(Ok(log)) => LogRead::Lines(log.lines),
            Ok(Err(fault)) => LogRead::Unavailable(format!("{}: {}", fault.reason, fault.message)),
            Err(_) => {
                self.turns.forfeit();
                LogRead::Unavailable("the bridge did not answer in time".to_owned())
            }
        }
    }
}

impl Turns {
    fn new(per_minute: u32) -> Self {
        let burst = (f64::from(per_minute) * BURST_SHARE).max(1.0);
        Self { per_second: f64::from(per_minute) / 60.0, burst, tokens: burst, refilled: Instant::now() }
    }

    /// None is left: waiting for a bridge that does not answer earns no turn, or every failure would wait for it.
    fn forfeit(&mut self) {
        (self.tokens, self.refilled) = (0.0, Instant::now());
    }

    /// Waits for a turn, as long as the failure may wait.
    async fn turn(&mut self, since: Instant) -> bool {
        let now = Instant::now();
        let passed = now.duration_since(self.refilled).as_secs_f64();
        self.tokens = (self.tokens + passed * self.per_second).min(self.burst);
        self.refilled = now;
        if self.tokens < 1.0 {
            let wait = Duration::from_secs_f64((1.0 - self.tokens) / self.per_second);
            if since.elapsed() + wait > TURN {
                return false;
            }
            tokio::time::sleep(wait).await;
            self.tokens = 1.0;
            self.refilled = Instant::now();
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_has_waited_too_long_gets_no_turn_once_there_is_none_left() {
        let mut turns = Turns::new(2);
        let now = Instant::now();
        let since = now.checked_sub(TURN).expect("the machine runs for a minute");
        assert!(turns.turn(since).await, "there is one");
        assert!(!turns.turn(since).await && now.elapsed() < TURN / 4, "the next one comes in half a minute");
        let mut turns = Turns::new(60);
        turns.forfeit();
        assert!(!turns.turn(since).await, "nothing was earned");
    }
}
