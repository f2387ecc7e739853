//! The plan at a glance, and what deserves attention first.

use std::cmp::Reverse;

use chrono::{DateTime, Utc};
use resync_api::tws::model::{Job, ObjectKind, PromptStatus, Status, StatusCount, Workstation};

use crate::plan::derive::healthy;
use crate::plan::edges::Node;
use crate::plan::jobs::flag;
use crate::plan::packed::pack_status;
use crate::plan::rows::{Tally, status_counts};
use crate::plan::snapshot::Snapshot;

/// The plan at a glance.
#[derive(Clone, Debug, PartialEq)]
pub struct Overview {
    /// Every status that occurs.
    pub jobs_by_status: Vec<StatusCount>,
    /// Every status that occurs.
    pub job_streams_by_status: Vec<StatusCount>,
    /// All workstations, by name.
    pub workstations: Vec<Workstation>,
    /// Failed, blocked, late and long-running jobs, worst first.
    pub attention: Vec<Job>,
    /// There were more.
    pub truncated: bool,
    /// Jobs past their deadline.
    pub late_jobs: u64,
    /// Jobs that run clearly longer than estimated.
    pub long_running_jobs: u64,
    /// Jobs that will be late.
    pub at_risk_jobs: u64,
    /// Prompts that wait for an answer.
    pub open_prompts: u64,
    /// Workstations that cannot run jobs now.
    pub unhealthy_workstations: u64,
    /// When the oldest row was verified.
    pub oldest_observed_at: Option<DateTime<Utc>>,
}

/// Why a job deserves attention, worst first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trouble {
    Failed,
    Blocked,
    Late,
    LongRunning,
}

impl Snapshot {
    /// The plan at a glance, with at most so many jobs that need attention.
    ///
    /// Within one sort of trouble critical jobs come first, then those that most objects wait for, then the newest.
    #[must_use]
    pub fn overview(&self, attention_limit: usize, now: DateTime<Utc>) -> Overview {
        let millis = now.timestamp_millis();
        let mut tally = Tally::default();
        let (mut late_jobs, mut long_running_jobs, mut at_risk_jobs) = (0, 0, 0);
        let mut troubled = Vec::new();
        let (failed, blocked) = (pack_status(Status::Error), pack_status(Status::Blocked));
        let running = pack_status(Status::Running);
        for row in self.jobs.rows() {
            let status = self.jobs.status.get(row);
            tally[usize::from(status)] += 1;
            let timed = self.jobs.deadline.get(row) != 0
                || self.jobs.critical_start.get(row) != 0
                || self.jobs.has(row, flag::LATE_BY_ENGINE);
            // Most jobs of a plan are none of these; the rest is looked at closely.
            if !timed && status != failed && status != blocked && status != running {
                continue;
            }
            let timing = self.timing(row);
            let (late, long) = (timing.late(millis), timing.long_running(millis));
            late_jobs += u64::from(late);
            long_running_jobs += u64::from(long);
            at_risk_jobs += u64::from(timing.at_risk(millis));
            let trouble = match (status == failed, status == blocked, late, long) {
                (true, ..) => Trouble::Failed,
                (_, true, ..) => Trouble::Blocked,
                // What ended well in spite of its deadline needs nobody any more.
                (_, _, true, _) if timing.status != Status::Successful => Trouble::Late,
                (.., true) => Trouble::LongRunning,
                _ => continue,
            };
            let newest = Reverse(timing.end.max(timing.start));
            let uncritical = !self.jobs.has(row, flag::CRITICAL);
            let waiting = Reverse(self.edges.dependents(Node::job(row)).len());
            troubled.push(((trouble, uncritical, waiting, newest, self.jobs.id.get(row)), row));
        }
        let truncated = troubled.len() > attention_limit;
        if truncated {
            troubled.select_nth_unstable(attention_limit);
            troubled.truncate(attention_limit);
        }
        troubled.sort_unstable();
        let tallies = self.workstation_tallies();
        let mut workstations: Vec<_> =
            self.workstations.iter().filter_map(|(row, _)| self.workstation(row, &tallies)).collect();
        workstations.sort_by(|a, b| (&a.workstation_name, &a.folder).cmp(&(&b.workstation_name, &b.folder)));
        let asked = |status: PromptStatus| status == PromptStatus::Asked;
        let kinds = [ObjectKind::Job, ObjectKind::JobStream, ObjectKind::Workstation];
        Overview {
            jobs_by_status: status_counts(&tally),
            job_streams_by_status: status_counts(&self.stream_status_tally()),
            attention: troubled.into_iter().map(|(_, row)| self.job(row, now)).collect(),
            truncated,
            late_jobs,
            long_running_jobs,
            at_risk_jobs,
            open_prompts: self.prompts.iter().filter(|(_, prompt)| asked(prompt.status)).count() as u64,
            unhealthy_workstations: self.workstations.iter().filter(|(_, facts)| !healthy(facts)).count()
                as u64,
            workstations,
            oldest_observed_at: kinds.iter().filter_map(|kind| self.oldest(*kind, std::iter::empty())).min(),
        }
    }
}
