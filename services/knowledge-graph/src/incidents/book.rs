//! Which incident a failure belongs to: pure decisions over the incidents that are looked at.
//!
//! In order: a run that is noted already is nothing new; when the plan was extended and its instance has another id, the
//! member takes that id. A job that fails again joins its own unresolved incident, unless
//! that is a workstation's and the job now fails for another reason. Else it joins the unresolved incident with the same
//! cause that failed last, when that was within the window. Else it opens an incident.

use std::collections::{HashMap, hash_map};

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::graph::model::CauseKind;
use resync_api::incidents::model::{
    Incident, IncidentEntry, IncidentEntryKind, IncidentGrouping, IncidentMember, IncidentState,
    IncidentSymptom,
};
use sha2::{Digest as _, Sha256};

use super::cause::{self, Cause};
use super::failure::Failure;
use super::kept::{Kept, NAMED_JOBS};

/// Jobs of one incident that are kept; further ones are not, and their failures are counted alone.
pub const MEMBERS: u32 = 5_000;
/// A workstation's incident with so many jobs needs no further log to be believed.
const BELIEVED: u32 = 3;

/// What became of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is noted already.
    Known,
    /// It opened an incident.
    Opened,
    /// It joined one.
    Joined,
    /// A job of an incident failed again.
    Again,
    /// It would open one, and there is no room for it.
    NoRoom,
}

/// An incident or member as it was read, and whether it changed since.
#[derive(Clone, Debug)]
pub struct Entry<T> {
    /// It.
    pub value: T,
    /// As it was read; 0: new.
    pub revision: i64,
    /// It differs from what was read.
    pub changed: bool,
}

/// The incidents of one engine that failures are compared with.
#[derive(Debug)]
pub struct Book {
    window: TimeDelta,
    room: u64,
    incidents: Vec<Entry<Kept>>,
    by_id: HashMap<String, usize>,
    /// By plan id of the job, then by incident.
    members: HashMap<String, HashMap<String, Entry<IncidentMember>>>,
    /// Members that stand under another plan id now: the incident, and the id they were read with.
    moved: Vec<(String, String)>,
}

impl Book {
    /// An empty book; failures join what failed within `window`, and `room` incidents may be opened.
    #[must_use]
    pub fn new(window: TimeDelta, room: u64) -> Self {
        Self {
            window,
            room,
            incidents: Vec::new(),
            by_id: HashMap::new(),
            members: HashMap::new(),
            moved: Vec::new(),
        }
    }

    /// Adds an incident as it was read; the first reading stays when it is read again.
    pub fn add(&mut self, kept: Kept, revision: i64) {
        if let hash_map::Entry::Vacant(place) = self.by_id.entry(kept.incident.id.clone()) {
            place.insert(self.incidents.len());
            self.incidents.push(Entry { value: kept, revision, changed: false });
        }
    }

    /// Adds a member as it was read.
    pub fn add_member(&mut self, incident: &str, member: IncidentMember, revision: i64) {
        let of_job = self.members.entry(member.job_id.clone()).or_default();
        of_job.insert(incident.to_owned(), Entry { value: member, revision, changed: false });
    }

    /// The run is noted already.
    #[must_use]
    pub fn knows(&self, failure: &Failure) -> bool {
        self.members.get(&failure.job_id).is_some_and(|incidents| {
            incidents.values().any(|member| {
                let member = &member.value;
                let same_number = member.job_number == failure.job_number;
                let same_run = same_number && failure.job_number != 0;
                // Without a time of its own it is the run that is noted, until that has ended well.
                let same_untimed = same_number && !failure.timed && member.ended_at.is_none();
                same_run || same_untimed || member.last_failed_at >= failure.at
            })
        })
    }

    /// The failure needs no log: its run is noted with another plan id, or an unresolved incident of the workstation
    /// explains it well enough.
    #[must_use]
    pub fn explains(&self, failure: &Failure) -> bool {
        if !self.carried(failure).is_empty() {
            return true;
        }
        let key = cause::workstation_key(&failure.workstation);
        failure.was_not_launched()
            && self.joinable(&key, failure.at).is_some_and(|at| {
                let incident = &self.incidents[at].value.incident;
                incident.cause.kind == CauseKind::WorkstationDown && incident.member_count >= BELIEVED
            })
    }

    /// Takes in a failure.
    pub fn take_in(&mut self, failure: &Failure, symptom: IncidentSymptom) -> Taken {
        if self.knows(failure) {
            return Taken::Known;
        }
        let carried = self.carried(failure);
        if !carried.is_empty() {
            for (incident, id) in carried {
                self.carry(&incident, &id, failure);
            }
            return Taken::Known;
        }
        let cause = cause::cause(failure, &symptom);
        if let Some(at) = self.own(failure, &cause) {
            self.fail_again(at, failure, &symptom);
            return Taken::Again;
        }
        if let Some(at) = self.joinable(&cause.key, failure.at) {
            self.join(at, failure, &cause, &symptom);
            return Taken::Joined;
        }
        if self.room == 0 {
            return Taken::NoRoom;
        }
        self.room -= 1;
        self.open(failure, cause, symptom);
        Taken::Opened
    }

    /// A job has ended well, or was cancelled: in every incident where it was still failing.
    pub fn end(&mut self, job_id: &str, at: DateTime<Utc>) -> bool {
        let mut any = false;
        for (id, member) in self.members.get_mut(job_id).into_iter().flatten() {
            let failing = member.value.ended_at.is_none() && member.value.last_failed_at <= at;
            let Some(row) = self.by_id.get(id).filter(|_| failing) else { continue };
            let Entry { value, changed, .. } = &mut self.incidents[*row];
            value.ended(&mut member.value, at);
            (*changed, member.changed, any) = (true, true, true);
        }
        any
    }

    /// A job is still failing in one of these incidents.
    #[must_use]
    pub fn fails(&self, job_id: &str) -> bool {
        self.members
            .get(job_id)
            .into_iter()
            .flatten()
            .any(|(incident, member)| member.value.ended_at.is_none() && self.by_id.contains_key(incident))
    }

    /// The incidents that changed.
    pub fn changed(&self) -> impl Iterator<Item = &Entry<Kept>> {
        self.incidents.iter().filter(|entry| entry.changed)
    }

    /// The members that changed, with the incident each belongs to.
    pub fn changed_members(&self) -> impl Iterator<Item = (&str, &Entry<IncidentMember>)> {
        let all = self.members.values().flatten();
        all.filter(|(_, entry)| entry.changed).map(|(incident, entry)| (incident.as_str(), entry))
    }

    /// Members that were read with a plan id and have another now: the incident, and the former id.
    pub fn moved(&self) -> impl Iterator<Item = (&str, &str)> {
        self.moved.iter().map(|(incident, id)| (incident.as_str(), id.as_str()))
    }

    /// Where the run is noted with another plan id: the incident, and that id. A run without number or time cannot be
    /// told from one of another day.
    fn carried(&self, failure: &Failure) -> Vec<(String, String)> {
        if failure.job_number == 0 || !failure.timed {
            return Vec::new();
        }
        let same_run = |member: &IncidentMember| {
            member.job_id != failure.job_id
                && member.job_number == failure.job_number
                && member.last_failed_at == failure.at
                && member.job == failure.job
        };
        let all = self.members.values().flatten();
        let there = all.filter(|(incident, member)| {
            same_run(&member.value) && self.by_id.contains_key(incident.as_str())
        });
        there.map(|(incident, member)| (incident.clone(), member.value.job_id.clone())).collect()
    }

    /// The plan was extended and its instances have other ids: what was noted as ended with the former one goes on.
    fn carry(&mut self, incident: &str, id: &str, failure: &Failure) {
        let Some(Entry { value: mut member, revision, .. }) =
            self.members.get_mut(id).and_then(|of_job| of_job.remove(incident))
        else {
            return;
        };
        if revision != 0 {
            self.moved.push((incident.to_owned(), id.to_owned()));
        }
        if let Some(at) = self.by_id.get(incident) {
            let Entry { value: kept, changed, .. } = &mut self.incidents[*at];
            // Who moves the same member at the same time must not overwrite it.
            *changed = true;
            if member.ended_at.take().is_some() {
                kept.incident.failing_count += 1;
                kept.incident.recovered_at = None;
                if kept.incident.state == IncidentState::Recovered {
                    kept.incident.state = IncidentState::Open;
                }
                kept.note_job(IncidentEntryKind::FailedAgain, &failure.job, failure.at);
            }
        }
        member.job_id.clone_from(&failure.job_id);
        let entry = Entry { value: member, revision: 0, changed: true };
        self.members.entry(failure.job_id.clone()).or_default().insert(incident.to_owned(), entry);
    }

    /// The unresolved incident that the job itself is part of.
    fn own(&self, failure: &Failure, cause: &Cause) -> Option<usize> {
        let of_job = self.members.get(&failure.job_id)?;
        let rows = of_job.keys().filter_map(|id| self.by_id.get(id).copied());
        rows.filter(|at| {
            let kept = &self.incidents[*at].value;
            let grouping = kept.incident.cause.grouping;
            kept.incident.state != IncidentState::Resolved
                && (kept.cause_key == cause.key || grouping != IncidentGrouping::Workstation)
        })
        .max_by_key(|at| self.incidents[*at].value.incident.last_failed_at)
    }

    fn joinable(&self, key: &str, at: DateTime<Utc>) -> Option<usize> {
        let near = |incident: &Incident| {
            at <= incident.last_failed_at + self.window && at >= incident.opened_at - self.window
        };
        let rows = self.incidents.iter().enumerate().filter(|(_, entry)| {
            let Kept { incident, cause_key, .. } = &entry.value;
            cause_key == key && incident.state != IncidentState::Resolved && near(incident)
        });
        rows.max_by_key(|(_, entry)| entry.value.incident.last_failed_at).map(|(at, _)| at)
    }

    fn fail_again(&mut self, at: usize, failure: &Failure, symptom: &IncidentSymptom) {
        let Entry { value: kept, changed, .. } = &mut self.incidents[at];
        *changed = true;
        let entry =
            self.members.get_mut(&failure.job_id).and_then(|of_job| of_job.get_mut(&kept.incident.id));
        let Some(entry) = entry else { return };
        let member = &mut entry.value;
        entry.changed = true;
        kept.incident.failing_count += u32::from(member.ended_at.is_some());
        member.failures = member.failures.saturating_add(1);
        member.ended_at = None;
        member.last_failed_at = failure.at;
        member.job_number = failure.job_number;
        member.return_code = failure.return_code;
        member.internal_status.clone_from(&failure.internal_status);
        member.log = symptom.log;
        failed(kept, failure, IncidentEntryKind::FailedAgain);
    }

    fn join(&mut self, at: usize, failure: &Failure, cause: &Cause, symptom: &IncidentSymptom) {
        let Entry { value: kept, changed, .. } = &mut self.incidents[at];
        *changed = true;
        let incident = &mut kept.incident;
        // What one log did not tell another does.
        if incident.cause.kind == CauseKind::CouldNotLaunch
            && cause.shown.kind == CauseKind::WorkstationDown
            && incident.cause.grouping == IncidentGrouping::Workstation
        {
            incident.cause = cause.shown.clone();
            incident.symptom = symptom.clone();
        }
        if incident.member_count < MEMBERS {
            incident.member_count += 1;
            incident.failing_count += 1;
            if incident.jobs.len() < NAMED_JOBS && !incident.jobs.contains(&failure.job) {
                incident.jobs.push(failure.job.clone());
            }
            let entry = Entry { value: member(failure, symptom), revision: 0, changed: true };
            let of_job = self.members.entry(failure.job_id.clone()).or_default();
            of_job.insert(incident.id.clone(), entry);
        }
        failed(kept, failure, IncidentEntryKind::Joined);
    }

    fn open(&mut self, failure: &Failure, cause: Cause, symptom: IncidentSymptom) {
        let id = incident_id(failure);
        let first = IncidentEntry {
            at: failure.at,
            kind: IncidentEntryKind::Opened,
            jobs: vec![failure.job.clone()],
            job_count: 1,
            by: String::new(),
            text: String::new(),
        };
        let entry = Entry { value: member(failure, &symptom), revision: 0, changed: true };
        self.members.entry(failure.job_id.clone()).or_default().insert(id.clone(), entry);
        let incident = Incident {
            name: format!("incidents/{id}"),
            id: id.clone(),
            engine: failure.engine.clone(),
            state: IncidentState::Open,
            cause: cause.shown,
            symptom,
            opened_at: failure.at,
            last_failed_at: failure.at,
            recovered_at: None,
            member_count: 1,
            failing_count: 1,
            failure_count: 1,
            jobs: vec![failure.job.clone()],
            resolution: None,
            worked_count: 0,
            failed_count: 0,
        };
        let kept = Kept {
            incident,
            cause_key: cause.key,
            timeline: vec![first],
            dropped_entries: 0,
            reports: Vec::new(),
            reports_made: 0,
        };
        self.by_id.insert(id, self.incidents.len());
        self.incidents.push(Entry { value: kept, revision: 0, changed: true });
    }
}

/// Notes a further failure; what was recovered is open again.
fn failed(kept: &mut Kept, failure: &Failure, kind: IncidentEntryKind) {
    let incident = &mut kept.incident;
    incident.failure_count = incident.failure_count.saturating_add(1);
    incident.last_failed_at = incident.last_failed_at.max(failure.at);
    incident.opened_at = incident.opened_at.min(failure.at);
    incident.state = IncidentState::Open;
    incident.recovered_at = None;
    kept.note_job(kind, &failure.job, failure.at);
}

fn member(failure: &Failure, symptom: &IncidentSymptom) -> IncidentMember {
    IncidentMember {
        job_id: failure.job_id.clone(),
        job: failure.job.clone(),
        workstation: failure.workstation.clone(),
        first_failed_at: failure.at,
        last_failed_at: failure.at,
        failures: 1,
        job_number: failure.job_number,
        return_code: failure.return_code,
        internal_status: failure.internal_status.clone(),
        ended_at: None,
        log: symptom.log,
    }
}

/// Follows from the first failure, so that two who see it at once cannot open two.
fn incident_id(failure: &Failure) -> String {
    let text =
        serde_json::json!([failure.engine, failure.job_id, failure.job_number, failure.at]).to_string();
    let digest = Sha256::new().chain_update(b"resync incident v1\n").chain_update(text).finalize();
    digest.iter().take(10).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
