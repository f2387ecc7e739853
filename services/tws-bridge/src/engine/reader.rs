//! Direct reads for what the mirror does not keep: job logs, and one job as it is now.
//!
//! Logs come from the cache when they were read a moment ago, or do not change any more. People share the cap on requests with the poller and must not starve it: few read at once, a few more wait, everybody
//! else is told to come back; and all of them together get a share of the rate, the rest stays for polls.

use std::time::Duration;

use chrono::Utc;
use futures::FutureExt;
use futures::future::BoxFuture;
use resync_api::tws::model::{DependencyOwner, JobLog};
use resync_fault::{ErrorKind, FaultBody};
use resync_hwa::oql::Condition;
use resync_hwa::{Client, LogExcerpt, Oql};
use resync_resilience::{Bulkhead, Slot};

use crate::engine::calls::{CallError, Calls};
use crate::engine::config::Pace;
use crate::engine::{EngineReader, JobReading, LogLines, LogRange, RateCap, Surroundings, facts};

/// Lines read at once while looking for the end of a log, and most lines that a caller may ask for.
const BLOCK: u32 = 2_000;
/// Bytes of one piece of a log; a line of a megabyte must not fill the memory of whoever reads it.
const MAX_BYTES: usize = 512 * 1024;
/// Looks for the end of a log stop here: beyond 2000 x 2^20 lines nobody reads tails.
const MOST_PROBES: u32 = 20;
/// Reads at one time.
const PLACES: usize = 4;
/// Reads in line for a place; further ones are refused.
const LINE: usize = 16;
/// Part of the rate that people may use while they ask without pause.
const SHARE: f64 = 0.4;
/// When a refused reader should come back.
const BUSY_RETRY: Duration = Duration::from_secs(2);

/// Reads one engine on behalf of people.
#[derive(Debug, Clone)]
pub(crate) struct DirectReader {
    calls: Calls,
    places: Bulkhead,
    share: RateCap,
    surroundings: Surroundings,
}

impl DirectReader {
    pub(crate) fn new(calls: Calls, pace: &Pace, surroundings: Surroundings) -> Self {
        let share = RateCap::new(pace.requests_per_second.map(|rate| rate * SHARE), pace.burst / 2);
        Self { calls, places: Bulkhead::new(PLACES, LINE), share, surroundings }
    }

    async fn enter(&self) -> Result<Slot, FaultBody> {
        self.places.enter().await.map_err(|_| {
            let mut busy = FaultBody::new(
                ErrorKind::ResourceExhausted,
                "ENGINE_READS_BUSY",
                "too many people read logs or jobs straight from the engine",
            )
            .with_hint("ask again in a moment; lists and counts are answered meanwhile");
            busy.retryable = true;
            busy.retry_after_ms = u64::try_from(BUSY_RETRY.as_millis()).ok();
            busy
        })
    }

    /// One request within the share of the rate.
    async fn call<T, F>(&self, request: impl FnOnce(Client) -> F) -> Result<T, CallError>
    where
        F: Future<Output = resync_hwa::Result<T>>,
    {
        self.share.take().await;
        self.calls.call(request).await
    }

    async fn read_job(&self, id: String) -> Result<JobReading, FaultBody> {
        let _place = self.enter().await?;
        let wire = self.call(|client| async move { client.job(&id).await }).await.map_err(fault)?;
        let dependencies = facts::dependencies(&wire.dependencies, DependencyOwner::Job);
        let job = facts::job(&wire, false).ok_or_else(|| {
            FaultBody::new(
                ErrorKind::Internal,
                "ENGINE_PROTOCOL",
                "the engine answered with a job without identifier",
            )
        })?;
        Ok(JobReading { job, dependencies })
    }

    async fn read_log(&self, range: &LogRange) -> Result<JobLog, FaultBody> {
        let _place = self.enter().await?;
        match range.lines {
            LogLines::From { line, count } => {
                let first = line.max(1);
                let last = first.saturating_add(count.clamp(1, BLOCK) - 1);
                // One line more than asked for tells whether there is more.
                let piece = self.piece(range, first, last.saturating_add(1)).await.map_err(fault)?;
                Ok(piece.take(&range.run_id, count.clamp(1, BLOCK) as usize))
            }
            LogLines::Tail(count) => self.tail(range, count.clamp(1, BLOCK)).await.map_err(fault),
        }
    }

    /// The last lines. The API does not tell how long a log is, so its end is found by doubling, then by halving, a
    /// line at a time; most logs end within the first block.
    async fn tail(&self, range: &LogRange, count: u32) -> Result<JobLog, CallError> {
        let head = self.piece(range, 1, BLOCK).await?;
        if !head.cut && head.lines.len() < BLOCK as usize {
            return Ok(head.last(&range.run_id, count as usize));
        }
        let (mut exists, mut missing) = (BLOCK, None);
        for _ in 0..MOST_PROBES {
            let probe = match missing {
                None => exists.saturating_mul(2),
                Some(end) if end - exists > BLOCK => exists + (end - exists) / 2,
                Some(_) => break,
            };
            if self.piece(range, probe, probe).await?.lines.is_empty() {
                missing = Some(probe);
            } else {
                exists = probe;
            }
        }
        let first = exists.saturating_sub(count).max(1);
        let last = missing.unwrap_or(exists.saturating_add(BLOCK));
        Ok(self.piece(range, first, last).await?.last(&range.run_id, count as usize))
    }

    async fn piece(&self, range: &LogRange, first: u32, last: u32) -> Result<Piece, CallError> {
        let lines = resync_hwa::LogRange {
            from_line: first,
            to_line: last,
            max_bytes: MAX_BYTES,
            content_only: false,
        };
        let excerpt = if range.run_id.is_empty() {
            let oql = Oql::from(Condition::equal("id", range.job_id.as_str())?);
            self.call(|client| async move { client.job_log(&oql, lines).await }).await?
        } else {
            let run = range.run_id.clone();
            self.call(|client| async move { client.run_log(&run, lines).await }).await?
        };
        Ok(Piece::new(first, excerpt))
    }
}

impl EngineReader for DirectReader {
    fn job_log(&self, range: LogRange) -> BoxFuture<'_, Result<JobLog, FaultBody>> {
        let read = {
            let (reader, range) = (self.clone(), range.clone());
            move || {
                let (reader, range) = (reader.clone(), range.clone());
                async move { reader.read_log(&range).await }
            }
        };
        async move { self.surroundings.log(&self.calls, &range, read).await }.boxed()
    }

    fn job(&self, id: String) -> BoxFuture<'_, Result<JobReading, FaultBody>> {
        self.read_job(id).boxed()
    }
}

fn fault(error: CallError) -> FaultBody {
    FaultBody::from(&error)
}

/// Consecutive lines of a log.
struct Piece {
    first: u32,
    lines: Vec<String>,
    cut: bool,
}

impl Piece {
    fn new(first: u32, excerpt: LogExcerpt) -> Self {
        Self { first, lines: excerpt.text.lines().map(str::to_owned).collect(), cut: excerpt.cut }
    }

    /// The first `count` lines.
    fn take(mut self, run_id: &str, count: usize) -> JobLog {
        let more = self.cut || self.lines.len() > count;
        self.lines.truncate(count);
        self.log(run_id, more)
    }

    /// The last `count` lines.
    fn last(mut self, run_id: &str, count: usize) -> JobLog {
        let before = self.lines.len().saturating_sub(count);
        self.lines.drain(..before);
        self.first = self.first.saturating_add(u32::try_from(before).unwrap_or(u32::MAX));
        let more = self.cut || self.first > 1;
        self.log(run_id, more)
    }

    fn log(self, run_id: &str, truncated: bool) -> JobLog {
        JobLog {
            run_id: run_id.to_owned(),
            first_line: self.first,
            lines: self.lines,
            truncated,
            observed_at: Utc::now(),
        }
    }
}
