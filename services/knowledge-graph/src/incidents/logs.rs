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
    per_second: f64,
    burst: f64,
    tokens: f64,
    refilled: Instant,
}

impl Logs {
    /// At most so many a minute; 0: none.
    pub(super) fn new(tws: TwsClient, per_minute: u32) -> Self {
        let burst = (f64::from(per_minute) * BURST_SHARE).max(1.0);
        let per_second = f64::from(per_minute) / 60.0;
        Self { tws, per_second, burst, tokens: burst, refilled: Instant::now() }
    }

    /// The log of a failure that has waited since `since`.
    pub(super) async fn read(&mut self, failure: &Failure, since: Instant) -> LogRead {
        if self.per_second <= 0.0 {
            return LogRead::Off;
        }
        if !self.turn(since).await {
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
            Err(_) => LogRead::Unavailable("the bridge did not answer in time".to_owned()),
        }
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
