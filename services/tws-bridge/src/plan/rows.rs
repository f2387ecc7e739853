//! From columns and records to the rows of an answer, at an instant of the engine's clock.

use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::tws::model::{Job, JobRun, JobStream, Prompt, Resource, Status, StatusCount, Workstation};

use super::derive::{Timing, healthy};
use super::edges::Node;
use super::jobs::flag;
use super::packed::{STATUSES, pack_status, unpack_count, unpack_millis, unpack_time};
use super::snapshot::Snapshot;
use super::update::RunFacts;

/// Counts by status code.
pub(crate) type Tally = [u32; STATUSES.len() + 1];

/// Every status that occurs, in the order of codes.
pub(crate) fn status_counts(tally: &Tally) -> Vec<StatusCount> {
    let counts = STATUSES.into_iter().zip(&tally[1..]);
    let occurring = counts.filter(|(_, count)| **count > 0);
    occurring.map(|(status, count)| StatusCount { status, count: u64::from(*count) }).collect()
}

fn duration(millis: i64) -> Duration {
    Duration::from_millis(millis.max(0).unsigned_abs())
}

impl Snapshot {
    /// What lateness of a job depends on.
    pub(crate) fn timing(&self, row: u32) -> Timing {
        let jobs = &self.jobs;
        Timing {
            status: jobs.status(row),
            late_by_engine: jobs.has(row, flag::LATE_BY_ENGINE),
            deadline: jobs.deadline.get(row),
            critical_start: jobs.critical_start.get(row),
            start: jobs.start_time.get(row),
            end: jobs.end_time.get(row),
            estimate: unpack_millis(jobs.estimated_duration.get(row)),
        }
    }

    /// What lateness of a job stream depends on.
    pub(crate) fn stream_timing(&self, row: u32) -> Option<Timing> {
        let facts = &self.stream(row)?.facts;
        let millis = |time: Option<DateTime<Utc>>| time.map_or(0, |time| time.timestamp_millis());
        Some(Timing {
            status: facts.status,
            late_by_engine: false,
            deadline: millis(facts.deadline),
            critical_start: 0,
            start: millis(facts.start_time),
            end: millis(facts.end_time),
            estimate: facts.estimated_duration.and_then(|value| i64::try_from(value.as_millis()).ok()),
        })
    }

    /// All and unresolved dependencies: as the engine counts them, else as the edges say.
    pub(crate) fn job_dependency_counts(&self, row: u32) -> (u32, u32) {
        let all = unpack_count(self.jobs.dependency_count.get(row));
        let unresolved = unpack_count(self.jobs.unresolved_dependency_count.get(row));
        match (all, unresolved) {
            (Some(all), Some(unresolved)) => (all, unresolved),
            _ => {
                let counted = self.count_dependencies(Node::job(row));
                (all.unwrap_or(counted.0), unresolved.unwrap_or(counted.1))
            }
        }
    }

    /// A job as of `now` by the engine's clock.
    #[must_use]
    pub fn job(&self, row: u32, now: DateTime<Utc>) -> Job {
        let (jobs, texts) = (&self.jobs, &self.texts);
        let timing = self.timing(row);
        let millis = now.timestamp_millis();
        let id = self.job_id(row);
        let stream = self.stream(jobs.stream.get(row)).map(|stream| &stream.facts);
        let (dependency_count, unresolved_dependency_count) = self.job_dependency_counts(row);
        let has = |bit| jobs.has(row, bit);
        Job {
            name: format!("engines/{}/jobs/{id}", self.engine),
            id,
            key: self.job_key(row),
            job_name: texts.job_names.text(jobs.name.get(row)).to_owned(),
            folder: stream.map(|stream| stream.folder.clone()).unwrap_or_default(),
            workstation: texts.workstations.text(jobs.workstation.get(row)).to_owned(),
            job_stream_id: stream.map(|stream| stream.id.clone()).unwrap_or_default(),
            job_stream_name: stream.map(|stream| stream.job_stream_name.clone()).unwrap_or_default(),
            job_stream_workstation: stream.map(|stream| stream.workstation.clone()).unwrap_or_default(),
            status: timing.status,
            internal_status: texts.word_text(jobs.internal_status.get(row)).to_owned(),
            substatus: texts.word_text(jobs.substatus.get(row)).to_owned(),
            cancel_pending: has(flag::CANCEL_PENDING),
            priority: i32::from(jobs.priority.get(row)),
            return_code: has(flag::HAS_RETURN_CODE).then(|| jobs.return_code.get(row)),
            user: texts.users.text(jobs.user.get(row)).to_owned(),
            scheduled_time: unpack_time(jobs.scheduled_time.get(row)),
            earliest_start: unpack_time(jobs.earliest_start.get(row)),
            latest_start: unpack_time(jobs.latest_start.get(row)),
            deadline: unpack_time(timing.deadline),
            critical_start: unpack_time(timing.critical_start),
            start_time: unpack_time(timing.start),
            end_time: unpack_time(timing.end),
            estimated_duration: timing.estimate.map(duration),
            elapsed: timing.elapsed(millis).map(duration),
            run_count: u32::from(jobs.run_count.get(row)),
            job_number: jobs.job_number.get(row),
            critical: has(flag::CRITICAL),
            late: timing.late(millis),
            at_risk: timing.at_risk(millis),
            long_running: timing.long_running(millis),
            requires_confirmation: has(flag::REQUIRES_CONFIRMATION),
            every: has(flag::EVERY),
            recovery_option: texts.word_text(jobs.recovery_option.get(row)).to_owned(),
            dependency_count,
            unresolved_dependency_count,
            observed_at: self.stamp_time(jobs.stamp.get(row)),
            position: u32::from(jobs.position.get(row)),
            carried_forward: has(flag::CARRIED_FORWARD),
        }
    }

    /// Runs of a job, oldest first.
    pub(crate) fn job_runs(&self, row: u32, now: DateTime<Utc>) -> Vec<JobRun> {
        let (jobs, texts) = (&self.jobs, &self.texts);
        let earlier = jobs.earlier_runs.stored(row).and_then(|runs| runs.as_deref());
        let mut runs: Vec<JobRun> = earlier.into_iter().flatten().map(|run| earlier_run(run, now)).collect();
        if jobs.run_count.get(row) > 0 {
            let timing = self.timing(row);
            runs.push(JobRun {
                id: self.last_run_id(row),
                job_number: jobs.job_number.get(row),
                run_type: texts.word_text(jobs.last_run_type.get(row)).to_owned(),
                status: timing.status,
                internal_status: texts.word_text(jobs.internal_status.get(row)).to_owned(),
                return_code: jobs.has(row, flag::HAS_RETURN_CODE).then(|| jobs.return_code.get(row)),
                start_time: unpack_time(timing.start),
                end_time: unpack_time(timing.end),
                elapsed: timing.elapsed(now.timestamp_millis()).map(duration),
                actual_workstation: texts.workstations.text(jobs.actual_workstation.get(row)).to_owned(),
                last: true,
            });
        }
        runs
    }

    /// Identifier of the current run; empty: none.
    pub(crate) fn last_run_id(&self, row: u32) -> String {
        self.texts.ids.text(self.jobs.last_run_id.get(row))
    }

    /// Job counts of a stream by status code.
    pub(crate) fn stream_tally(&self, row: u32) -> Tally {
        let mut tally = Tally::default();
        for job in self.jobs.by_stream.rows(row) {
            tally[usize::from(self.jobs.status.get(job))] += 1;
        }
        tally
    }

    /// A job stream as of `now`.
    #[must_use]
    pub fn job_stream(&self, row: u32, now: DateTime<Utc>) -> Option<JobStream> {
        let facts = &self.stream(row)?.facts;
        let timing = self.stream_timing(row)?;
        let millis = now.timestamp_millis();
        let counted = self.count_dependencies(Node::stream(row));
        let late = timing.late(millis);
        Some(JobStream {
            name: format!("engines/{}/jobStreams/{}", self.engine, facts.id),
            id: facts.id.clone(),
            key: self.stream(row)?.key.clone(),
            job_stream_name: facts.job_stream_name.clone(),
            folder: facts.folder.clone(),
            workstation: facts.workstation.clone(),
            status: facts.status,
            internal_status: facts.internal_status.clone(),
            limit: facts.limit,
            priority: facts.priority,
            scheduled_time: facts.scheduled_time,
            earliest_start: facts.earliest_start,
            latest_start: facts.latest_start,
            deadline: facts.deadline,
            start_time: facts.start_time,
            end_time: facts.end_time,
            estimated_duration: facts.estimated_duration,
            late,
            at_risk: timing.at_risk(millis),
            carried_forward: facts.carried_forward,
            jobs_by_status: status_counts(&self.stream_tally(row)),
            job_count: self.jobs.by_stream.count(row),
            dependency_count: facts.dependency_count.unwrap_or(counted.0),
            unresolved_dependency_count: facts.unresolved_dependency_count.unwrap_or(counted.1),
            observed_at: self.stamp_time(self.streams.stamp(row)),
        })
    }

    /// Job counts by status code for every workstation symbol, in one pass over the jobs.
    pub(crate) fn workstation_tallies(&self) -> Vec<Tally> {
        let mut tallies = vec![Tally::default(); self.texts.workstations.len()];
        for row in self.jobs.rows() {
            let symbol = self.jobs.workstation.get(row) as usize;
            tallies[symbol][usize::from(self.jobs.status.get(row))] += 1;
        }
        tallies
    }

    /// A workstation, with the tallies of [`Self::workstation_tallies`].
    pub(crate) fn workstation(&self, row: u32, tallies: &[Tally]) -> Option<Workstation> {
        let facts = self.workstations.get(row)?;
        let mut tally = Tally::default();
        for symbol in self.texts.workstations.find(&facts.workstation_name) {
            for (sum, count) in
                tally.iter_mut().zip(tallies.get(symbol as usize).unwrap_or(&Tally::default()))
            {
                *sum += count;
            }
        }
        Some(Workstation {
            name: format!("engines/{}/workstations/{}", self.engine, facts.id),
            id: facts.id.clone(),
            workstation_name: facts.workstation_name.clone(),
            folder: facts.folder.clone(),
            kind: facts.kind.clone(),
            linked: facts.linked,
            jobman_up: facts.jobman_up,
            initialized: facts.initialized,
            active_states: facts.active_states.clone(),
            limit: facts.limit,
            fence: facts.fence,
            domain: facts.domain.clone(),
            host: facts.host.clone(),
            os: facts.os.clone(),
            node: facts.node.clone(),
            version: facts.version.clone(),
            run_number: facts.run_number,
            ignored: facts.ignored,
            healthy: healthy(facts),
            jobs_by_status: status_counts(&tally),
            observed_at: self.stamp_time(self.workstations.stamp(row)),
        })
    }

    /// A resource.
    #[must_use]
    pub fn resource(&self, row: u32) -> Option<Resource> {
        let facts = self.resources.get(row)?;
        Some(Resource {
            name: format!("engines/{}/resources/{}", self.engine, facts.id),
            id: facts.id.clone(),
            resource_name: facts.resource_name.clone(),
            folder: facts.folder.clone(),
            workstation: facts.workstation.clone(),
            quantity: facts.quantity,
            available: facts.available,
            in_use: facts.in_use,
            holders: facts.holders.clone(),
            observed_at: self.stamp_time(self.resources.stamp(row)),
        })
    }

    /// A prompt.
    #[must_use]
    pub fn prompt(&self, row: u32) -> Option<Prompt> {
        let facts = self.prompts.get(row)?;
        Some(Prompt {
            name: format!("engines/{}/prompts/{}", self.engine, facts.id),
            id: facts.id.clone(),
            prompt_name: facts.prompt_name.clone(),
            number: facts.number,
            text: facts.text.clone(),
            status: facts.status,
            kind: facts.kind.clone(),
            job_key: facts.job_key.clone(),
            job_stream_key: facts.job_stream_key.clone(),
            asked_time: facts.asked_time,
            observed_at: self.stamp_time(self.prompts.stamp(row)),
        })
    }

    /// Builds workstations by row number; jobs are counted once for all of them.
    pub fn workstation_rows(&self) -> impl Fn(u32) -> Option<Workstation> + '_ {
        let tallies = self.workstation_tallies();
        move |row| self.workstation(row, &tallies)
    }

    /// Job streams by status code.
    pub(crate) fn stream_status_tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (_, stream) in self.streams.iter() {
            tally[usize::from(pack_status(stream.facts.status))] += 1;
        }
        tally
    }
}

fn earlier_run(run: &RunFacts, now: DateTime<Utc>) -> JobRun {
    let until = run.end_time.or((run.status == Status::Running).then_some(now));
    JobRun {
        id: run.id.clone(),
        job_number: run.job_number,
        run_type: run.run_type.clone(),
        status: run.status,
        internal_status: run.internal_status.clone(),
        return_code: run.return_code,
        start_time: run.start_time,
        end_time: run.end_time,
        elapsed: run.start_time.zip(until).and_then(|(start, end)| (end - start).to_std().ok()),
        actual_workstation: run.actual_workstation.clone(),
        last: false,
    }
}
