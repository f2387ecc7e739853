//! The rolling sweep: every job stream and every job is read again within a stated period, a page at a time.
//!
//! Steps are spread evenly over what is left of the period, so the engine sees a steady trickle; after an outage the
//! sweep hurries, within the cap. Rows that a whole sweep did not show are asked for by identifier before they count
//! as gone.

use std::time::Duration;

use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::stream::JobStreamInPlan;
use tokio::time::Instant;

use super::timetable::Task;
use super::{Halt, Poller};

/// Part of the period that the pages are spread over; the rest is for asking about missing rows.
const SPREAD: f64 = 0.9;

/// Share of the rate cap that a sweep may use before the published period grows instead.
const SHARE: f64 = 0.5;

/// Where the sweep is.
#[derive(Debug)]
pub(super) struct Sweep {
    /// Rows not seen since then are missing from this round.
    started: Instant,
    /// When the last page should be read.
    deadline: Instant,
    next: Part,
    pub(super) rounds: u64,
}

#[derive(Debug, Clone, Copy)]
enum Part {
    Streams(u64),
    Jobs(u64),
    Missing,
}

impl Sweep {
    pub(super) fn new(now: Instant) -> Self {
        Self { started: now, deadline: now, next: Part::Streams(0), rounds: 0 }
    }
}

impl Poller {
    /// Begins a round. Rows are as old as `rows_since` at most, and the period runs from there.
    pub(super) fn restart_sweep(&mut self, rows_since: Instant) {
        let period = self.sweep_period();
        self.calls.publish_sweep_period(period);
        self.sweep.next = Part::Streams(0);
        self.sweep.started = Instant::now();
        self.sweep.deadline = rows_since + period.mul_f64(SPREAD);
        self.timetable.postpone(Task::Sweep, self.pause_before(Part::Streams(0)));
    }

    pub(super) async fn sweep_step(&mut self) -> Result<(), Halt> {
        let part = self.sweep.next;
        let next = match part {
            Part::Streams(offset) => {
                let page = self.page::<JobStreamInPlan>(self.in_order(offset)).await?;
                let next = page.next_offset.map_or(Part::Jobs(0), Part::Streams);
                let mut batch = self.batch();
                self.take_streams(page, &mut batch)?;
                self.send(batch).await?;
                next
            }
            Part::Jobs(offset) => {
                let page = self.page::<JobInPlan>(self.in_order(offset)).await?;
                let next = page.next_offset.map_or(Part::Missing, Part::Jobs);
                let mut batch = self.batch();
                self.take_jobs(page, &mut batch)?;
                self.send(batch).await?;
                next
            }
            Part::Missing => {
                self.ask_for_missing().await?;
                self.sweep.rounds += 1;
                self.restart_sweep(Instant::now());
                self.follow_up();
                return Ok(());
            }
        };
        self.sweep.next = next;
        let pause = match next {
            Part::Missing => Duration::ZERO,
            part => self.pause_before(part),
        };
        self.timetable.postpone(Task::Sweep, pause);
        self.follow_up();
        Ok(())
    }

    /// Sweeps at full speed, once.
    pub(super) fn sweep_at_once(&mut self) {
        let now = Instant::now();
        self.sweep = Sweep { rounds: self.sweep.rounds, ..Sweep::new(now) };
        self.timetable.at(Task::Sweep, Some(now));
    }

    async fn ask_for_missing(&mut self) -> Result<(), Halt> {
        let streams = self.roster.unseen_streams(self.sweep.started);
        self.read_streams_by_id(&streams).await?;
        let jobs = self.roster.unseen_jobs(self.sweep.started);
        self.read_jobs_by_id(&jobs).await
    }

    fn pause_before(&self, part: Part) -> Duration {
        let left = self.sweep.deadline.saturating_duration_since(Instant::now());
        left / u32::try_from(self.pages_left(part)).unwrap_or(u32::MAX).max(1)
    }

    fn pages_left(&self, part: Part) -> u64 {
        let size = u64::from(self.pace.page_size.max(1));
        let (streams, jobs) = (self.roster.streams.len() as u64, self.roster.jobs.len() as u64);
        let pages = |rows: u64, offset: u64| rows.saturating_sub(offset).div_ceil(size).max(1);
        match part {
            Part::Streams(offset) => pages(streams, offset) + pages(jobs, 0),
            Part::Jobs(offset) => pages(jobs, offset),
            Part::Missing => 1,
        }
    }

    /// The period that is kept: the one configured, or the time that this many pages need under the cap.
    fn sweep_period(&self) -> Duration {
        let pages = self.pages_left(Part::Streams(0));
        let needed = match self.calls.rate() {
            #[expect(clippy::cast_precision_loss, reason = "a number of pages")]
            Some(rate) => Duration::from_secs_f64(pages as f64 / (rate * SHARE)),
            None => Duration::ZERO,
        };
        self.pace.sweep.max(needed)
    }
}
