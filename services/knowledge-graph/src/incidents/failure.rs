//! Runs that failed, as the plan's export shows them.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use resync_api::tws::model::{Status, TopologyJob, TopologyUpdate};

/// A run that was seen to have failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Whose plan it is.
    pub engine: String,
    /// Plan id of the instance.
    pub job_id: String,
    /// `WORKSTATION#/FOLDER/STREAM.JOB`.
    pub job: String,
    /// Where it runs.
    pub workstation: String,
    /// The workstation could not run jobs when it was seen.
    pub workstation_down: bool,
    /// The status a person is shown.
    pub status: Status,
    /// Engine's internal status such as `ABEND`.
    pub internal_status: String,
    /// Unset: the run has none.
    pub return_code: Option<i32>,
    /// Number of the run. 0: unknown.
    pub job_number: i64,
    /// When it ended, by the engine's clock.
    pub at: DateTime<Utc>,
    /// The engine says when it ended or started; else `at` is when it was seen, which is another time with every export.
    pub timed: bool,
}

impl Failure {
    /// It was never started.
    #[must_use]
    pub fn was_not_launched(&self) -> bool {
        matches!(self.internal_status.as_str(), "FAIL" | "FAILED")
    }
}

/// Watches the export of one engine for runs that failed.
///
/// What it holds is bounded by the plan: the keys of its job streams, and its jobs that are in error.
#[derive(Debug, Default)]
pub struct Sightings {
    streams: HashMap<String, String>,
    down: HashMap<String, bool>,
    in_error: HashMap<String, Run>,
    /// Seen in a round that is not complete yet.
    fresh: Vec<TopologyJob>,
}

/// What tells one run of a job from another.
type Run = (i64, u32, Option<DateTime<Utc>>);

impl Sightings {
    /// Takes in one message of the export; returns the runs it shows to have failed, once each and the earliest first.
    pub fn see(&mut self, engine: &str, update: &TopologyUpdate) -> Vec<Failure> {
        if update.begins {
            *self = Self::default();
        }
        for stream in &update.job_streams {
            self.streams.insert(stream.id.clone(), stream.key.clone());
        }
        if let Some(objects) = &update.objects {
            let rows = objects.workstations.iter();
            self.down = rows.map(|row| (row.workstation_name.clone(), !row.healthy)).collect();
        }
        for job in &update.jobs {
            if job.status == Status::Error {
                let run = (job.job_number, job.run_count, job.end_time);
                if self.in_error.insert(job.id.clone(), run) != Some(run) {
                    self.fresh.push(job.clone());
                }
            } else {
                self.in_error.remove(&job.id);
            }
        }
        for id in &update.removed_jobs {
            self.in_error.remove(id);
        }
        for id in &update.removed_job_streams {
            self.streams.remove(id);
        }
        if !update.completes {
            return Vec::new();
        }
        let now = update.freshness.as_ref().map(|freshness| freshness.engine_time);
        let mut failures: Vec<Failure> =
            std::mem::take(&mut self.fresh).iter().filter_map(|job| self.failure(engine, job, now)).collect();
        failures.sort_by(|one, other| (one.at, &one.job_id).cmp(&(other.at, &other.job_id)));
        failures
    }

    fn failure(&self, engine: &str, job: &TopologyJob, now: Option<DateTime<Utc>>) -> Option<Failure> {
        let stream = self.streams.get(&job.job_stream_id)?;
        let said = job.end_time.or(job.start_time);
        Some(Failure {
            engine: engine.to_owned(),
            job_id: job.id.clone(),
            job: format!("{stream}.{}", job.job_name),
            workstation: job.workstation.clone(),
            workstation_down: self.down.get(&job.workstation).copied().unwrap_or(false),
            status: job.status,
            internal_status: job.internal_status.clone(),
            return_code: job.return_code,
            job_number: job.job_number,
            at: said.or(now)?,
            timed: said.is_some(),
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use resync_api::tws::model::{EdgeKnowledge, Freshness, TopologyJobStream};

    /// The failure of a job at a minute.
    pub(in super::super) fn failure(job: &str, minute: i64) -> Failure {
        Failure {
            engine: "default".to_owned(),
            job_id: format!("id-{job}"),
            job: format!("M#/F/S.{job}"),
            workstation: "AGT1".to_owned(),
            workstation_down: false,
            status: Status::Error,
            internal_status: "ABEND".to_owned(),
            return_code: Some(5),
            job_number: minute,
            at: DateTime::from_timestamp(1_772_420_400 + minute * 60, 0).expect("in range"),
            timed: true,
        }
    }

    /// A job of an export, in its `run`.
    pub(in super::super) fn job(id: &str, status: Status, run: i64) -> TopologyJob {
        TopologyJob {
            id: id.to_owned(),
            job_name: id.to_uppercase(),
            job_stream_id: "s".to_owned(),
            workstation: "AGT1".to_owned(),
            status,
            internal_status: "ABEND".to_owned(),
            cancel_pending: false,
            priority: 10,
            return_code: Some(1),
            job_number: run,
            run_count: 1,
            scheduled_time: None,
            earliest_start: None,
            latest_start: None,
            deadline: None,
            start_time: None,
            end_time: DateTime::from_timestamp(1_000 + run, 0),
            estimated_duration: None,
            critical: false,
            requires_confirmation: false,
            every: false,
            recovery_option: String::new(),
            edges: EdgeKnowledge::Unknown,
        }
    }

    /// A message of an export.
    pub(in super::super) fn round(jobs: Vec<TopologyJob>, completes: bool) -> TopologyUpdate {
        let freshness = Freshness {
            plan_version: 1,
            oldest_observed_at: None,
            engine_time: DateTime::UNIX_EPOCH,
            time_zone: "UTC".to_owned(),
            stale_since: None,
            stale_reason: String::new(),
            plan_day_start: None,
        };
        let freshness = completes.then_some(freshness);
        TopologyUpdate { completes, jobs, freshness, ..TopologyUpdate::default() }
    }

    /// The first message of an export: a job stream with these jobs.
    pub(in super::super) fn whole(jobs: Vec<TopologyJob>, completes: bool) -> TopologyUpdate {
        let stream = TopologyJobStream {
            id: "s".to_owned(),
            key: "M#/F/S".to_owned(),
            status: Status::Running,
            limit: None,
            priority: 10,
            scheduled_time: None,
            earliest_start: None,
            latest_start: None,
            deadline: None,
            start_time: None,
            end_time: None,
            edges: EdgeKnowledge::Unknown,
        };
        TopologyUpdate { begins: true, job_streams: vec![stream], ..round(jobs, completes) }
    }

    #[test]
    fn each_failed_run_is_seen_once_with_its_key() {
        let mut sightings = Sightings::default();
        let jobs = vec![job("a", Status::Error, 1), job("b", Status::Running, 1)];
        assert!(sightings.see("e", &whole(jobs, false)).is_empty(), "the round is not complete");
        let seen = sightings.see("e", &round(Vec::new(), true));
        assert_eq!(seen.iter().map(|seen| seen.job.as_str()).collect::<Vec<_>>(), ["M#/F/S.A"]);
        // The same run again, a further run, and one that ended well in between.
        assert!(sightings.see("e", &round(vec![job("a", Status::Error, 1)], true)).is_empty());
        let seen =
            sightings.see("e", &round(vec![job("b", Status::Error, 3), job("a", Status::Error, 2)], true));
        assert_eq!(seen.iter().map(|seen| seen.job_number).collect::<Vec<_>>(), [2, 3]);
        sightings.see("e", &round(vec![job("a", Status::Successful, 2)], true));
        let seen = sightings.see("e", &round(vec![job("a", Status::Error, 2)], true));
        assert!(seen.len() == 1 && seen[0].timed);
        // One that was never launched has no time of its own.
        let untimed = TopologyJob { end_time: None, ..job("b", Status::Error, 0) };
        let seen = sightings.see("e", &round(vec![untimed], true));
        assert_eq!(
            seen.iter().map(|seen| (seen.at, seen.timed)).collect::<Vec<_>>(),
            [(DateTime::UNIX_EPOCH, false)]
        );
    }
}
