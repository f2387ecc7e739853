//! One incident as it is kept, with its bounded timeline.

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::incidents::model::{
    Incident, IncidentEntry, IncidentEntryKind, IncidentMember, IncidentState, ResolutionReport,
};
use serde::{Deserialize, Serialize};

/// Jobs that an incident or an entry names; the others are counted.
pub const NAMED_JOBS: usize = 10;
/// Entries of one timeline. When it is full, the oldest after the first ten give way.
pub const ENTRIES: usize = 100;
/// Entries that never give way: how it began.
const FIRST_ENTRIES: usize = 10;
/// Reports of one resolution. When there are more, the oldest give way; the counts keep them.
pub const REPORTS: usize = 100;
/// Entries of one kind so close to each other become one.
const TOGETHER: TimeDelta = TimeDelta::minutes(5);

/// An incident with everything but its members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// The incident as it is shown.
    pub incident: Incident,
    /// What makes failures one: see `cause`.
    pub cause_key: String,
    /// What happened, in order.
    pub timeline: Vec<IncidentEntry>,
    /// Entries that gave way.
    pub dropped_entries: u32,
    /// What was reported of the resolution, the oldest first.
    pub reports: Vec<ResolutionReport>,
    /// Reports ever made; names their events.
    pub reports_made: u32,
}

impl Kept {
    /// Notes something about one job, or adds it to what was noted just before.
    pub(super) fn note_job(&mut self, kind: IncidentEntryKind, job: &str, at: DateTime<Utc>) {
        if let Some(last) = self.timeline.last_mut()
            && last.kind == kind
            && (at - last.at).abs() <= TOGETHER
        {
            last.job_count = last.job_count.saturating_add(1);
            if last.jobs.len() < NAMED_JOBS && !last.jobs.iter().any(|known| known == job) {
                last.jobs.push(job.to_owned());
            }
            return;
        }
        self.note(IncidentEntry {
            at,
            kind,
            jobs: vec![job.to_owned()],
            job_count: 1,
            by: String::new(),
            text: String::new(),
        });
    }

    /// Notes something about the incident as a whole.
    pub(super) fn note(&mut self, entry: IncidentEntry) {
        if self.timeline.len() >= ENTRIES {
            self.timeline.remove(FIRST_ENTRIES);
            self.dropped_entries = self.dropped_entries.saturating_add(1);
        }
        self.timeline.push(entry);
    }

    /// Notes what a person said.
    pub(super) fn note_said(&mut self, kind: IncidentEntryKind, at: DateTime<Utc>, by: &str, text: &str) {
        self.note(IncidentEntry {
            at,
            kind,
            jobs: Vec::new(),
            job_count: 0,
            by: by.to_owned(),
            text: text.to_owned(),
        });
    }

    /// A job of it has ended well, or was cancelled. When it was the last one that failed, the incident is proposed as
    /// recovered; only a person says that it is resolved.
    pub(super) fn ended(&mut self, member: &mut IncidentMember, at: DateTime<Utc>) {
        member.ended_at = Some(at);
        self.note_job(IncidentEntryKind::Ended, &member.job, at);
        let incident = &mut self.incident;
        incident.failing_count = incident.failing_count.saturating_sub(1);
        if incident.failing_count > 0 {
            return;
        }
        incident.recovered_at = Some(at);
        if incident.state == IncidentState::Open {
            incident.state = IncidentState::Recovered;
            self.note(IncidentEntry {
                at,
                kind: IncidentEntryKind::Recovered,
                jobs: Vec::new(),
                job_count: self.incident.member_count,
                by: String::new(),
                text: String::new(),
            });
        }
    }

    /// A person's last word about one incident replaces their earlier one.
    pub(super) fn reported(&mut self, report: ResolutionReport) {
        let same = |known: &ResolutionReport| known.by == report.by && known.tried_on == report.tried_on;
        if let Some(at) = self.reports.iter().position(same) {
            let earlier = self.reports.remove(at);
            let count = self.count_of(earlier.worked);
            *count = count.saturating_sub(1);
        } else if self.reports.len() >= REPORTS {
            self.reports.remove(0);
        }
        let count = self.count_of(report.worked);
        *count = count.saturating_add(1);
        self.reports_made = self.reports_made.saturating_add(1);
        self.reports.push(report);
    }

    fn count_of(&mut self, worked: bool) -> &mut u32 {
        if worked { &mut self.incident.worked_count } else { &mut self.incident.failed_count }
    }
}
