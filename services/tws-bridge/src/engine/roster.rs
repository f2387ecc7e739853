//! What the poller itself remembers of the plan: enough to notice drift, to know what to read next, and to match
//! definitions to instances. Everything else is the mirror's.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::tws::model::Status;
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::stream::JobStreamInPlan;
use tokio::time::Instant;

use crate::engine::names;
use crate::plan::{FlowId, JobFacts, JobStreamFacts};

/// Statuses in which something can change without a start or an end.
const ACTIVE: [Status; 6] =
    [Status::Ready, Status::Running, Status::Held, Status::Error, Status::Blocked, Status::Undecided];

/// Instances of one plan.
#[derive(Debug, Default)]
pub(crate) struct Roster {
    pub(crate) jobs: HashMap<Arc<str>, JobEntry>,
    pub(crate) streams: HashMap<Arc<str>, StreamEntry>,
}

/// What a row said beside what was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// Not seen before.
    New,
    /// In another status.
    Moved,
    /// In the same status.
    Same,
}

/// A job instance.
#[derive(Debug)]
pub(crate) struct JobEntry {
    pub(crate) stream: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) status: Status,
    waits: Waits,
    /// When a list or single read last showed it.
    pub(crate) seen: Instant,
}

/// A job stream instance.
#[derive(Debug)]
pub(crate) struct StreamEntry {
    pub(crate) name: String,
    /// Name of the definition; differs for aliases.
    pub(crate) original: String,
    pub(crate) folder: String,
    pub(crate) workstation: String,
    pub(crate) model_id: Option<String>,
    pub(crate) scheduled: Option<DateTime<Utc>>,
    pub(crate) carried_forward: bool,
    pub(crate) status: Status,
    waits: Waits,
    pub(crate) seen: Instant,
    /// Jobs by name.
    pub(crate) jobs: HashMap<Arc<str>, Arc<str>>,
    /// Structure from the model was told, and no job came since.
    pub(crate) structured: bool,
    /// It has no definition in the model.
    pub(crate) ad_hoc: bool,
}

/// What is known of an instance's own dependencies.
#[derive(Debug, Default)]
struct Waits {
    unresolved: u32,
    /// Count of unresolved ones when they were last read, and when that was.
    read: Option<(u32, Instant)>,
    /// Their state changes without the count changing.
    prompts: bool,
    critical: bool,
    late: bool,
    /// When it should start.
    due: Option<DateTime<Utc>>,
    deadline: Option<DateTime<Utc>>,
}

impl Roster {
    /// Takes a job row into account.
    pub(crate) fn note_job(&mut self, wire: &JobInPlan, facts: &JobFacts, now: Instant) -> Noted {
        let stream: Arc<str> = match self.streams.get_key_value(facts.job_stream_id.as_str()) {
            Some((id, _)) => id.clone(),
            None => facts.job_stream_id.as_str().into(),
        };
        let finished = is_finished(facts.status);
        let stats = wire.dependencies_stats.as_ref();
        let waits = |read| Waits {
            unresolved: if finished { 0 } else { facts.unresolved_dependency_count.unwrap_or(0) },
            read: if wire.dependencies.is_empty() {
                read
            } else {
                Some((facts.unresolved_dependency_count.unwrap_or(0), now))
            },
            prompts: stats.and_then(|stats| stats.number_of_prompt_dependencies).unwrap_or(0) > 0,
            critical: facts.critical,
            late: facts.late_by_engine,
            due: facts.earliest_start.or(facts.scheduled_time),
            deadline: facts.deadline,
        };
        if let Some(entry) = self.jobs.get_mut(facts.id.as_str()) {
            let before = std::mem::replace(&mut entry.status, facts.status);
            entry.waits = waits(entry.waits.read);
            entry.seen = now;
            return if before == facts.status { Noted::Same } else { Noted::Moved };
        }
        let id: Arc<str> = facts.id.as_str().into();
        let name: Arc<str> = facts.job_name.as_str().into();
        if let Some(owner) = self.streams.get_mut(&stream) {
            owner.jobs.insert(name.clone(), id.clone());
            owner.structured = false;
        }
        self.jobs.insert(id, JobEntry { stream, name, status: facts.status, waits: waits(None), seen: now });
        Noted::New
    }

    /// Takes a job stream row into account. True when the stream is new.
    pub(crate) fn note_stream(
        &mut self,
        wire: &JobStreamInPlan,
        facts: &JobStreamFacts,
        now: Instant,
    ) -> bool {
        let finished = is_finished(facts.status);
        let unresolved = facts.unresolved_dependency_count.unwrap_or(0);
        let known = self.streams.get_mut(facts.id.as_str());
        let read = known.as_ref().and_then(|entry| entry.waits.read);
        let waits = Waits {
            unresolved: if finished { 0 } else { unresolved },
            read: if wire.dependencies.is_empty() { read } else { Some((unresolved, now)) },
            prompts: wire
                .dependencies_stats
                .as_ref()
                .and_then(|stats| stats.number_of_prompt_dependencies)
                .unwrap_or(0)
                > 0,
            critical: false,
            late: facts.deadline.is_some_and(|deadline| deadline < Utc::now()),
            due: facts.earliest_start.or(facts.scheduled_time),
            deadline: facts.deadline,
        };
        if let Some(entry) = known {
            entry.status = facts.status;
            entry.waits = waits;
            entry.seen = now;
            return false;
        }
        let id: Arc<str> = facts.id.as_str().into();
        self.streams.insert(
            id.clone(),
            StreamEntry {
                name: facts.job_stream_name.clone(),
                original: wire
                    .original_job_stream_name
                    .clone()
                    .unwrap_or_else(|| facts.job_stream_name.clone()),
                folder: facts.folder.clone(),
                workstation: facts.workstation.clone(),
                model_id: wire.job_stream_model_id.clone(),
                scheduled: facts.scheduled_time,
                carried_forward: facts.carried_forward,
                status: facts.status,
                waits,
                seen: now,
                jobs: HashMap::new(),
                structured: false,
                ad_hoc: false,
            },
        );
        // Jobs of a stream can be listed before it.
        let early: Vec<_> = self
            .jobs
            .iter()
            .filter(|(_, job)| job.stream == id)
            .map(|(job_id, job)| (job.name.clone(), job_id.clone()))
            .collect();
        if let Some(entry) = self.streams.get_mut(&id) {
            entry.jobs.extend(early);
        }
        true
    }

    /// Notes that an instance's dependencies were just read.
    pub(crate) fn note_dependencies(&mut self, flow: &FlowId, now: Instant) {
        let waits = match flow {
            FlowId::Job(id) => self.jobs.get_mut(id.as_str()).map(|entry| &mut entry.waits),
            FlowId::JobStream(id) => self.streams.get_mut(id.as_str()).map(|entry| &mut entry.waits),
        };
        if let Some(waits) = waits {
            waits.read = Some((waits.unresolved, now));
        }
    }

    pub(crate) fn forget_job(&mut self, id: &str) {
        if let Some(entry) = self.jobs.remove(id)
            && let Some(stream) = self.streams.get_mut(&entry.stream)
        {
            stream.jobs.remove(&entry.name);
        }
    }

    pub(crate) fn forget_stream(&mut self, id: &str) {
        if let Some(stream) = self.streams.remove(id) {
            for job in stream.jobs.values() {
                self.jobs.remove(job);
            }
        }
    }

    /// Jobs by status.
    pub(crate) fn counts(&self) -> BTreeMap<Status, u64> {
        let mut counts = BTreeMap::new();
        for job in self.jobs.values() {
            *counts.entry(job.status).or_default() += 1;
        }
        counts
    }

    /// Jobs in a changing status that no row showed since.
    pub(crate) fn active_jobs_unseen(&self, since: Instant) -> Vec<String> {
        let active = self.jobs.iter().filter(|(_, job)| ACTIVE.contains(&job.status) && job.seen < since);
        active.map(|(id, _)| id.to_string()).collect()
    }

    /// Job streams in a changing status that no row showed since.
    pub(crate) fn active_streams_unseen(&self, since: Instant) -> Vec<String> {
        let active = self.streams.iter().filter(|(_, one)| ACTIVE.contains(&one.status) && one.seen < since);
        active.map(|(id, _)| id.to_string()).collect()
    }

    /// An object that exists though it could not be read.
    pub(crate) fn touch(&mut self, id: &str, now: Instant) {
        if let Some(job) = self.jobs.get_mut(id) {
            job.seen = now;
        } else if let Some(stream) = self.streams.get_mut(id) {
            stream.seen = now;
        }
    }

    /// Jobs that no row showed since.
    pub(crate) fn unseen_jobs(&self, since: Instant) -> Vec<String> {
        self.jobs.iter().filter(|(_, job)| job.seen < since).map(|(id, _)| id.to_string()).collect()
    }

    /// Job streams that no row showed since.
    pub(crate) fn unseen_streams(&self, since: Instant) -> Vec<String> {
        self.streams.iter().filter(|(_, stream)| stream.seen < since).map(|(id, _)| id.to_string()).collect()
    }

    /// Job streams whose structure was not told yet.
    pub(crate) fn unstructured(&self) -> HashSet<Arc<str>> {
        self.streams.iter().filter(|(_, stream)| !stream.structured).map(|(id, _)| id.clone()).collect()
    }

    /// The instances whose own dependencies are most worth reading, most urgent first: those never read or changed
    /// since, then those read longest ago; among them critical, late and overdue ones, then the nearest deadline.
    pub(crate) fn worth_reading(
        &self,
        most: usize,
        engine_now: DateTime<Utc>,
        max_age: Duration,
    ) -> Vec<FlowId> {
        let jobs = self.jobs.iter().map(|(id, job)| (&job.waits, id, false));
        let streams = self.streams.iter().map(|(id, stream)| (&stream.waits, id, true));
        let mut found: Vec<_> = jobs
            .chain(streams)
            .filter_map(|(waits, id, is_stream)| Some((waits.urgency(engine_now, max_age)?, is_stream, id)))
            .collect();
        if found.len() > most {
            found.select_nth_unstable(most);
            found.truncate(most);
        }
        found.sort_unstable();
        found
            .into_iter()
            .map(
                |(_, is_stream, id)| {
                    if is_stream { FlowId::JobStream(id.to_string()) } else { FlowId::Job(id.to_string()) }
                },
            )
            .collect()
    }

    /// Key of a job as people write it, with the key of its stream.
    pub(crate) fn keys(facts: &JobFacts) -> (String, String) {
        let stream = names::stream_key(&facts.job_stream_workstation, &facts.folder, &facts.job_stream_name);
        (format!("{stream}.{}", facts.job_name), stream)
    }
}

/// Smaller is more urgent.
type Urgency = (bool, bool, bool, DateTime<Utc>, DateTime<Utc>);

impl Waits {
    fn urgency(&self, engine_now: DateTime<Utc>, max_age: Duration) -> Option<Urgency> {
        if self.unresolved == 0 {
            return None;
        }
        let stale = match self.read {
            None => false,
            Some((unresolved, _)) if unresolved != self.unresolved => false,
            // A prompt is answered without the count changing until the job goes on.
            Some((_, at)) if at.elapsed() >= if self.prompts { max_age / 4 } else { max_age } => true,
            Some(_) => return None,
        };
        let far = DateTime::<Utc>::MAX_UTC;
        let due = self.due.unwrap_or(far);
        let pressing = self.late || due <= engine_now;
        Some((stale, !self.critical, !pressing, self.deadline.unwrap_or(far), due))
    }
}

fn is_finished(status: Status) -> bool {
    matches!(status, Status::Successful | Status::Canceled | Status::Suppressed)
}

#[cfg(test)]
mod tests;
