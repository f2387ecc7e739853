//! When jobs start and end: many nights played through, the middle and the range of what came out.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::graph::model::{
    Basis, ForecastAssumptions, ForecastRequest, JobForecast, ObjectForecast, PlanForecast, Prospect,
    TimeRange,
};
use resync_api::tws::model::Status;

use super::error::TopologyError;
use super::graph::{Graph, mark};
use super::history::DurationHistory;
use super::index::Subject;
use super::limits::bounded;
use super::nights::Nights;
use super::node::{Kind, NodeSet};
use super::outcome::Outcome;
use super::records::Internal;
use super::root_cause::time;
use super::schedule::{Night, Schedule, Scope, Seconds};
use super::structure::EntryKind;

/// Items played in all nights of one answer, so that a large plan is played in fewer nights.
const ITEMS_PLAYED: usize = 12_000_000;
const MOST_NIGHTS: usize = 400;
const LEAST_NIGHTS: usize = 40;
/// Causes told with a forecast.
pub(super) const CAUSES: usize = 5;

/// Starts and ends of the watched items, one of each a night.
pub(super) struct Played {
    pub(super) nights: u32,
    starts: Vec<Vec<Seconds>>,
    ends: Vec<Vec<Seconds>>,
    /// When the last of those that may come last was done, one a night.
    latest: Vec<Seconds>,
}

impl Schedule {
    /// Plays many nights and keeps what the watched items did, and when the last of `last` was done.
    pub(super) fn play_many(&self, watched: &[usize], last: &[usize]) -> Played {
        let nights = (ITEMS_PLAYED / self.items.len().max(1)).clamp(LEAST_NIGHTS, MOST_NIGHTS);
        let empty = || vec![Vec::with_capacity(nights); watched.len()];
        let mut played = Played {
            nights: nights as u32,
            starts: empty(),
            ends: empty(),
            latest: Vec::with_capacity(nights),
        };
        let mut night = Night::default();
        for number in 0..nights as u32 {
            self.play(Some(number), &mut night);
            for (slot, item) in watched.iter().enumerate() {
                played.starts[slot].push(night.starts[*item]);
                played.ends[slot].push(night.ends[*item]);
            }
            let latest = last.iter().map(|item| night.ends[*item]).fold(f32::NEG_INFINITY, f32::max);
            if latest.is_finite() {
                played.latest.push(latest);
            }
        }
        let lists = played.starts.iter_mut().chain(&mut played.ends).chain([&mut played.latest]);
        lists.for_each(|list| list.sort_unstable_by(f32::total_cmp));
        played
    }
}

impl Played {
    fn at(sorted: &[Seconds], share: f32) -> Seconds {
        let place = share * (sorted.len() as f32 - 1.0);
        let (low, part) = (place.floor() as usize, place.fract());
        let high = (low + 1).min(sorted.len() - 1);
        sorted[low] + (sorted[high] - sorted[low]) * part
    }

    fn range(sorted: &[Seconds], now: DateTime<Utc>) -> Option<TimeRange> {
        if sorted.is_empty() {
            return None;
        }
        let moment = |share| after(now, Self::at(sorted, share));
        Some(TimeRange { low: moment(0.1)?, expected: moment(0.5)?, high: moment(0.9)? })
    }

    pub(super) fn start(&self, slot: usize, now: DateTime<Utc>) -> Option<TimeRange> {
        Self::range(&self.starts[slot], now)
    }

    pub(super) fn end(&self, slot: usize, now: DateTime<Utc>) -> Option<TimeRange> {
        Self::range(&self.ends[slot], now)
    }

    /// Share of the nights in which it ends after so many seconds.
    pub(super) fn late(&self, slot: usize, seconds: Seconds) -> f64 {
        let ends = &self.ends[slot];
        let in_time = ends.partition_point(|end| *end <= seconds);
        (ends.len() - in_time) as f64 / ends.len().max(1) as f64
    }
}

/// So many seconds from now; none for what is long past.
pub(super) fn after(now: DateTime<Utc>, seconds: Seconds) -> Option<DateTime<Utc>> {
    if !seconds.is_finite() {
        return None;
    }
    now.checked_add_signed(TimeDelta::milliseconds((f64::from(seconds) * 1000.0) as i64))
}

fn exactly(time: DateTime<Utc>) -> TimeRange {
    TimeRange { low: time, expected: time, high: time }
}

impl Graph {
    /// When one job or job stream will be done.
    ///
    /// # Errors
    /// When nothing, or more than one object, is called so.
    pub fn forecast_object(
        &self,
        request: &ForecastRequest,
        history: &dyn DurationHistory,
    ) -> Result<ObjectForecast, TopologyError> {
        let (subject, node) = self.find_flow(&request.object)?;
        let now = self.freshness.engine_time;
        let upstream = self.upstream(&[node]);
        let scope = Scope { outcomes: &self.outcomes, seeds: &self.seeds, only: Some(&upstream) };
        let schedule = self.schedule(&scope, history);
        let item = schedule.of(node);
        let played = schedule.play_many(item.as_slice(), &[]);
        let prospect = self.prospect(node, self.outcomes[node as usize]);
        let blocked = prospect == Prospect::Blocked;
        let runs = !blocked && item.is_some();
        let (start, end) = match (subject, runs) {
            _ if prospect == Prospect::Over => self.real_times(node),
            (Subject::Job(_), true) => (played.start(0, now), played.end(0, now)),
            (_, true) => (self.stream_start(&schedule, subject, now), played.end(0, now)),
            _ => (None, None),
        };
        let deadline = self.deadline(node);
        let late = deadline.filter(|_| runs).map(|deadline| played.late(0, seconds_to(now, deadline)));
        let most = bounded(request.max_results, 100, 2000);
        let path = if runs { self.critical_steps(&schedule, node, most).0 } else { Vec::new() };
        Ok(ObjectForecast {
            subject: self.describe_subject(subject),
            prospect,
            start,
            end,
            basis: self.basis_of(&schedule, node, prospect),
            deadline,
            late_probability: late,
            critical_path: path,
            causes: if blocked { self.causes_of(node, CAUSES) } else { Vec::new() },
            assumptions: self.assumptions(&schedule, played.nights),
            coverage: self.coverage_of(&upstream),
            freshness: self.freshness.clone(),
        })
    }

    /// When the whole plan will be done, with the jobs that matter.
    #[must_use]
    pub fn forecast_plan(&self, request: &ForecastRequest, history: &dyn DurationHistory) -> PlanForecast {
        let most = bounded(request.max_results, 100, 2000);
        let nights = self.nights(history);
        let blocked = (0..self.structure.len() as u32).filter(|node| {
            self.mark(*node, mark::JOB | mark::UNFINISHED)
                && self.outcomes[*node as usize] == Outcome::Stopped
        });
        let blocked_jobs = blocked.count() as u64;
        let mut nodes = nights.watched.clone();
        nodes.sort_by_cached_key(|node| self.endangered(&nights, *node));
        nodes.truncate(most);
        let chosen: BTreeSet<u32> = nodes.iter().copied().collect();
        nodes.extend(nights.last.iter().filter(|node| !chosen.contains(node)));
        nodes.truncate(most);
        let jobs = nodes.iter().map(|node| self.job_forecast(&nights, *node));
        PlanForecast {
            end: Played::range(&nights.played.latest, nights.now),
            jobs: jobs.collect(),
            watched_jobs: nights.watched.len() as u64,
            jobs_to_run: nights.jobs_to_run,
            blocked_jobs,
            truncated: nights.watched.len() > most,
            assumptions: self.assumptions(&nights.schedule, nights.played.nights),
            coverage: self
                .coverage((0..self.structure.len() as u32).filter(|node| self.mark(*node, mark::UNFINISHED))),
            freshness: self.freshness.clone(),
        }
    }

    fn job_forecast(&self, nights: &Nights, node: u32) -> JobForecast {
        let (played, now) = (&nights.played, nights.now);
        let prospect = self.prospect(node, self.outcomes[node as usize]);
        let runs = matches!(prospect, Prospect::Running | Prospect::WillRun);
        let slot = nights.slot(node).filter(|_| runs);
        let deadline = self.deadline(node);
        JobForecast {
            job: self.describe(node),
            prospect,
            start: slot.and_then(|slot| played.start(slot, now)),
            end: slot.and_then(|slot| played.end(slot, now)),
            basis: self.basis_of(&nights.schedule, node, prospect),
            deadline,
            late_probability: slot
                .zip(deadline)
                .map(|(slot, deadline)| played.late(slot, seconds_to(now, deadline))),
            critical: self.mark(node, mark::CRITICAL),
        }
    }

    /// An unfinished job that is critical or has a deadline.
    pub(super) fn is_watched(&self, node: u32) -> bool {
        self.mark(node, mark::UNFINISHED)
            && (self.mark(node, mark::CRITICAL) || self.mark(node, mark::DEADLINE))
    }

    /// Blocked jobs with a deadline first, then by how little time is left between end and deadline.
    fn endangered(&self, nights: &Nights, node: u32) -> (bool, i64, u32) {
        let deadline = self.deadline(node);
        let slack = match (deadline, nights.schedule.of(node)) {
            (Some(deadline), Some(item)) => {
                (f64::from(seconds_to(nights.now, deadline) - nights.usual.ends[item]) * 1000.0) as i64
            }
            (Some(_), None) => i64::MIN,
            (None, _) => i64::MAX,
        };
        (deadline.is_none(), slack, node)
    }

    /// What the node is going to do.
    pub(super) fn prospect(&self, node: u32, outcome: Outcome) -> Prospect {
        let (over, running) = match self.structure.kind(node) {
            Kind::Job(row) => self.jobs.get(row).map_or((true, false), |job| {
                (job.is_over(), job.status == Status::Running || job.internal == Internal::Unconfirmed)
            }),
            Kind::Gate(row) | Kind::End(row) => {
                let done =
                    self.structure.entries(node).all(|(_, entry)| !self.mark(entry.target, mark::UNFINISHED));
                (done, self.streams.get(row).is_some_and(super::records::StreamRecord::is_open))
            }
            Kind::Join(_) | Kind::Thing(_) => (false, false),
        };
        match outcome {
            _ if over => Prospect::Over,
            Outcome::Stopped | Outcome::Open | Outcome::Fail => Prospect::Blocked,
            Outcome::Suppressed | Outcome::Canceled => Prospect::WillBeSkipped,
            Outcome::Success | Outcome::Abend if running => Prospect::Running,
            Outcome::Success | Outcome::Abend => Prospect::WillRun,
        }
    }

    pub(super) fn deadline(&self, node: u32) -> Option<DateTime<Utc>> {
        match self.structure.kind(node) {
            Kind::Job(row) => time(self.jobs.get(row)?.deadline),
            Kind::Gate(row) | Kind::End(row) => time(self.streams.get(row)?.deadline),
            Kind::Join(_) | Kind::Thing(_) => None,
        }
    }

    fn real_times(&self, node: u32) -> (Option<TimeRange>, Option<TimeRange>) {
        match self.structure.kind(node) {
            Kind::Job(row) => self
                .jobs
                .get(row)
                .map_or((None, None), |job| (time(job.started).map(exactly), time(job.ended).map(exactly))),
            Kind::End(row) => {
                let ended = self.structure.entries(node).filter_map(|(_, entry)| self.job_at(entry.target));
                let last = ended.map(|job| job.ended).max().and_then(time);
                let started = self.streams.get(row).and_then(|stream| time(stream.started));
                (started.map(exactly), last.map(exactly))
            }
            _ => (None, None),
        }
    }

    /// A stream starts with its first job.
    fn stream_start(&self, schedule: &Schedule, subject: Subject, now: DateTime<Utc>) -> Option<TimeRange> {
        let Subject::Stream(row) = subject else { return None };
        if let Some(started) = self.streams.get(row).and_then(|stream| time(stream.started)) {
            return Some(exactly(started));
        }
        let end = self.structure.end(row)?;
        let jobs = self.structure.entries(end).filter_map(|(_, entry)| schedule.of(entry.target));
        let jobs: Vec<usize> = jobs.filter(|item| schedule.is_run(*item)).collect();
        let played = schedule.play_many(&jobs, &[]);
        let ranges = (0..jobs.len()).filter_map(|slot| played.start(slot, now));
        ranges.min_by_key(|range| range.expected)
    }

    fn basis_of(&self, schedule: &Schedule, node: u32, prospect: Prospect) -> Basis {
        if prospect == Prospect::Over {
            return Basis::Actual;
        }
        if let Some(item) = schedule.of(node).filter(|item| schedule.is_run(*item)) {
            return schedule.basis(item);
        }
        let count = |basis: Basis| schedule.bases.iter().filter(|known| **known == basis).count();
        let most = [Basis::History, Basis::PlanEstimate, Basis::Guess].map(|basis| (count(basis), basis));
        most.into_iter().max_by_key(|(count, _)| *count).map_or(Basis::Guess, |(_, basis)| basis)
    }

    pub(super) fn assumptions(&self, schedule: &Schedule, nights: u32) -> ForecastAssumptions {
        self.assumptions_of(schedule, nights, |_| true)
    }

    /// What was assumed for some of the nodes.
    pub(super) fn assumptions_of(
        &self,
        schedule: &Schedule,
        nights: u32,
        about: impl Fn(u32) -> bool,
    ) -> ForecastAssumptions {
        const TOLD: usize = 10;
        let mut bases: [u64; 3] = [0; 3];
        let mut open = NodeSet::new(self.structure.len());
        let mut limited: BTreeSet<&str> = BTreeSet::new();
        for (number, item) in schedule.items.iter().enumerate().filter(|(_, item)| about(item.node)) {
            match schedule.basis(number) {
                Basis::History => bases[0] += 1,
                Basis::PlanEstimate => bases[1] += 1,
                Basis::Guess => bases[2] += 1,
                Basis::Actual => {}
            }
            for (at, entry) in self.structure.entries(item.node) {
                if entry.kind == EntryKind::Thing && !self.is_met_now(at, entry) {
                    open.insert(entry.target);
                }
            }
            let workstation = self.job_at(item.node).and_then(|job| self.workstations.get(job.workstation));
            if let Some(workstation) = workstation
                && workstation.state.is_some_and(|state| state.limit > 0)
            {
                limited.insert(&workstation.name);
            }
        }
        let [from_history, from_estimates, guessed] = bases;
        ForecastAssumptions {
            samples: nights,
            from_history,
            from_estimates,
            guessed,
            pace: f64::from(schedule.pace.mean.exp()),
            taken_as_met: open.iter().take(TOLD).map(|node| self.describe(node)).collect(),
            taken_as_met_total: open.len() as u64,
            limits_ignored: limited.iter().take(TOLD).map(|name| (*name).to_owned()).collect(),
            limits_ignored_total: limited.len() as u64,
        }
    }
}

/// Seconds from now to a time.
pub(super) fn seconds_to(now: DateTime<Utc>, time: DateTime<Utc>) -> Seconds {
    ((time - now).num_milliseconds() as f64 / 1000.0) as Seconds
}
