//! The quick means of freshness: what started or ended, what is in motion, and the few objects that are not jobs.

use std::time::Duration;

use chrono::TimeDelta;
use resync_hwa::oql::{Comparison, Condition};
use resync_hwa::wire::dependency::FileInPlan;
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::object::{PromptInPlan, ResourceInPlan, WorkstationInPlan};
use resync_hwa::wire::stream::JobStreamInPlan;
use resync_hwa::{Listed, Oql, Query};
use tokio::time::Instant;

use super::sync::run_number;
use super::timetable::Task;
use super::{Halt, Poller};
use crate::engine::calls::CallError;
use crate::engine::facts;
use crate::plan::{FlowId, RowKind, Update};

/// Words of the statuses in which something changes without starting or ending.
const ACTIVE_WORDS: [&str; 6] = ["READY", "RUNNING", "HELD", "ERROR", "BLOCKED", "UNDECIDED"];

/// News may arrive late from an agent: this much is read again each time.
const OVERLAP: TimeDelta = TimeDelta::seconds(10);

/// Identifiers in one filter; longer addresses are cut by some servers.
pub(super) const IDS_A_QUERY: usize = 40;

impl Poller {
    pub(super) fn start_timetable(&mut self, sync_started: Instant) {
        let now = Instant::now();
        self.timetable.at(Task::Changes, Some(now + self.pace.changes.min(Duration::from_millis(100))));
        self.timetable.at(Task::Touched, None);
        self.timetable.at(Task::Active, Some(now + self.pace.active));
        self.timetable.at(Task::Objects, Some(now + self.pace.objects));
        self.timetable.at(Task::Counts, Some(now + self.pace.counts));
        self.timetable.at(Task::Model, Some(now));
        self.timetable.at(Task::Dependencies, Some(now));
        self.restart_sweep(sync_started);
    }

    /// Jobs that started or ended since the last look. The mark is the latest time seen on any job, so that it moves
    /// with the engine's own record; an agent whose clock runs ahead cannot push it past the engine's present.
    pub(super) async fn read_changes(&mut self) -> Result<(), Halt> {
        self.timetable.postpone(Task::Changes, self.pace.changes);
        let engine_now = self.calls.engine_time(chrono::Utc::now());
        let mark = self.watermark.map_or(engine_now, |mark| mark.min(engine_now)) - OVERLAP;
        let started =
            Condition::compare("jobruns.timeInfo.actualStartTime", Comparison::GreaterOrEqual, mark)?;
        let ended = Condition::compare("jobruns.timeInfo.actualEndTime", Comparison::GreaterOrEqual, mark)?;
        self.read_jobs(started.or(ended).into()).await?;
        self.follow_up();
        Ok(())
    }

    /// Rows of the job streams whose jobs moved.
    pub(super) async fn read_touched(&mut self) -> Result<(), Halt> {
        self.timetable.at(Task::Touched, None);
        let ids: Vec<String> = self.touched.drain().collect();
        self.read_streams_by_id(&ids).await
    }

    /// Everything in motion; what was in motion and is not any more is read by identifier.
    pub(super) async fn read_active(&mut self) -> Result<(), Halt> {
        self.timetable.postpone(Task::Active, self.pace.active);
        let mark = Instant::now();
        let active = Condition::one_of("jobruns.commonStatus", ACTIVE_WORDS)?;
        Self::unless_refused(self.read_jobs(active.into()).await)?;
        let left = self.roster.active_jobs_unseen(mark);
        self.read_jobs_by_id(&left).await?;
        let active = Condition::one_of("commonStatus", ACTIVE_WORDS)?;
        Self::unless_refused(self.read_streams(active.into()).await)?;
        let left = self.roster.active_streams_unseen(mark);
        self.read_streams_by_id(&left).await?;
        self.follow_up();
        Ok(())
    }

    /// Workstations, resources, prompts and files.
    pub(super) async fn read_objects(&mut self) -> Result<(), Halt> {
        self.timetable.postpone(Task::Objects, self.pace.objects);
        let started = chrono::Utc::now();
        let mut batch = self.batch();
        if let Some(workstations) = self.all_if_possible::<WorkstationInPlan>().await? {
            let run = run_number(&workstations);
            if run != 0 && self.plan.run_number != 0 && run != self.plan.run_number {
                return Err(Halt::NewPlan);
            }
            batch.workstations.extend(workstations.iter().filter_map(facts::workstation));
            batch.complete_reads.push((RowKind::Workstation, started));
        }
        self.add_objects(&mut batch).await?;
        self.send(batch).await
    }

    /// Adds resources, prompts and files, as far as the engine lists them.
    pub(super) async fn add_objects(&mut self, batch: &mut Update) -> Result<(), Halt> {
        let started = chrono::Utc::now();
        if let Some(resources) = self.all_if_possible::<ResourceInPlan>().await? {
            batch.resources.extend(resources.iter().filter_map(facts::resource));
            batch.complete_reads.push((RowKind::Resource, started));
        }
        if self.capabilities.prompt_list().worth_trying()
            && let Some(prompts) = self.all_if_possible::<PromptInPlan>().await?
        {
            batch.prompts.extend(prompts.iter().filter_map(facts::prompt));
            batch.complete_reads.push((RowKind::Prompt, started));
        }
        if self.capabilities.file_list().worth_trying()
            && let Some(files) = self.all_if_possible::<FileInPlan>().await?
        {
            batch.files.extend(files.iter().filter_map(facts::file));
            batch.complete_reads.push((RowKind::File, started));
        }
        batch.observed_at = chrono::Utc::now();
        batch.engine_time = self.calls.engine_time(batch.observed_at);
        Ok(())
    }

    /// A list that the engine may not have or not allow.
    pub(super) async fn all_if_possible<T: Listed>(&self) -> Result<Option<Vec<T>>, CallError> {
        match self.all(Query::default()).await {
            Ok(items) => Ok(Some(items)),
            Err(error) if error.is_outage() => Err(error),
            Err(error) => {
                tracing::debug!(list = T::PATH, %error, "the engine does not give this list");
                Ok(None)
            }
        }
    }

    /// All jobs that a filter selects.
    pub(super) async fn read_jobs(&mut self, oql: Oql) -> Result<(), Halt> {
        let mut query = Query { oql, limit: self.pace.page_size, ..Query::default() };
        loop {
            let page = self.page::<JobInPlan>(query.clone()).await?;
            let next = page.next_offset;
            let mut batch = self.batch();
            self.take_jobs(page, &mut batch)?;
            if !batch.jobs.is_empty() {
                self.send(batch).await?;
            }
            let Some(offset) = next else { return Ok(()) };
            query.offset = offset;
        }
    }

    async fn read_streams(&mut self, oql: Oql) -> Result<(), Halt> {
        let mut query = Query { oql, limit: self.pace.page_size, ..Query::default() };
        loop {
            let page = self.page::<JobStreamInPlan>(query.clone()).await?;
            let next = page.next_offset;
            let mut batch = self.batch();
            self.take_streams(page, &mut batch)?;
            if !batch.job_streams.is_empty() {
                self.send(batch).await?;
            }
            let Some(offset) = next else { return Ok(()) };
            query.offset = offset;
        }
    }

    /// Jobs by identifier. The engine's own answer that it has no such job is the only proof that one is gone: a list
    /// that moves while it is read can miss it.
    pub(super) async fn read_jobs_by_id(&mut self, ids: &[String]) -> Result<(), Halt> {
        for some in ids.chunks(IDS_A_QUERY) {
            let oql = Condition::one_of("id", some.iter().map(String::as_str))?.into();
            let query = Query { oql, limit: self.pace.page_size, ..Query::default() };
            let mark = Instant::now();
            let page = match self.page::<JobInPlan>(query).await {
                Err(error) if !error.is_outage() => {
                    self.read_singly(some.iter().cloned().map(FlowId::Job)).await?;
                    continue;
                }
                other => other?,
            };
            let mut batch = self.batch();
            self.take_jobs(page, &mut batch)?;
            for id in some {
                if self.roster.jobs.get(id.as_str()).is_some_and(|job| job.seen < mark) {
                    self.roster.forget_job(id);
                    batch.removed.push((RowKind::Job, id.clone()));
                }
            }
            self.send(batch).await?;
        }
        Ok(())
    }

    pub(super) async fn read_streams_by_id(&mut self, ids: &[String]) -> Result<(), Halt> {
        for some in ids.chunks(IDS_A_QUERY) {
            let oql = Condition::one_of("id", some.iter().map(String::as_str))?.into();
            let query = Query { oql, limit: self.pace.page_size, ..Query::default() };
            let mark = Instant::now();
            let page = match self.page::<JobStreamInPlan>(query).await {
                Err(error) if !error.is_outage() => {
                    self.read_singly(some.iter().cloned().map(FlowId::JobStream)).await?;
                    continue;
                }
                other => other?,
            };
            let mut batch = self.batch();
            self.take_streams(page, &mut batch)?;
            for id in some {
                if self.roster.streams.get(id.as_str()).is_some_and(|stream| stream.seen < mark) {
                    self.roster.forget_stream(id);
                    batch.removed.push((RowKind::JobStream, id.clone()));
                }
            }
            self.send(batch).await?;
        }
        Ok(())
    }

    /// Puts what the last reading calls for on the timetable.
    pub(super) fn follow_up(&mut self) {
        let now = Instant::now();
        if !self.touched.is_empty() {
            self.timetable.hasten(Task::Touched, now);
        }
        if self.lacks_structure() {
            self.timetable.hasten(Task::Model, now);
        }
    }
}
