//! The part of a plan that is still to come, as a compact problem that can be played through many times: in each night
//! every job takes a duration drawn from what is known of it, and starts when what it waits for is done.
//!
//! A draw depends on the job and the number of the night alone, so that the same night is played with and without a
//! change.

use super::graph::Graph;
use super::history::{DurationHistory, Durations, PROBABILITIES};
use super::node::{Kind, NodeSet};
use super::outcome::{Outcome, Seed, Verdict, is_released, verdict};
use super::records::{Internal, JobRecord, StreamRecord};
use super::structure::EntryKind;
use chrono::NaiveDate;
use resync_api::graph::model::Basis;
use resync_api::tws::model::Status;

/// Seconds from the engine's present; long ago for what is done.
pub(super) type Seconds = f32;

const PAST: Seconds = f32::NEG_INFINITY;

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) node: u32,
    /// Not before this.
    pub(super) floor: Seconds,
    /// Of a running job: for how long already; negative: it is not running.
    elapsed: Seconds,
    /// Later by so much than it would be.
    pub(super) delay: Seconds,
    first: u32,
    end: u32,
    /// It waits for the so-manieth of its sources; 0: for the last.
    quorum: u32,
    /// Number of its durations; none for what is no job.
    durations: u32,
    /// Tells its draws from those of others.
    salt: u64,
}

const NONE: u32 = u32::MAX;

/// How whole nights differ from the usual one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Logarithm of tonight's pace, as far as its finished jobs show.
    pub(super) mean: f32,
    /// How uncertain that is.
    pub(super) sigma: f32,
    /// How much nights differ.
    pub(super) nights: f32,
}

/// What is still to come.
pub(super) struct Schedule {
    pub(super) items: Vec<Item>,
    sources: Vec<u32>,
    pub(super) durations: Vec<Durations>,
    pub(super) bases: Vec<Basis>,
    pub(super) pace: Pace,
}

/// What to leave aside when a part of the plan is looked at, and how everything ends.
pub(super) struct Scope<'a> {
    pub(super) outcomes: &'a [Outcome],
    pub(super) seeds: &'a [Seed],
    /// The nodes that matter. Unset: all.
    pub(super) only: Option<&'a NodeSet>,
}

impl Graph {
    /// Everything unfinished that the nodes wait for, they themselves included.
    pub(super) fn upstream(&self, nodes: &[u32]) -> NodeSet {
        let mut met = NodeSet::new(self.structure.len());
        let mut waiting: Vec<u32> = nodes.to_vec();
        nodes.iter().for_each(|node| {
            met.insert(*node);
        });
        while let Some(node) = waiting.pop() {
            if self.is_settled(node) {
                continue;
            }
            for (_, entry) in self.structure.entries(node) {
                if met.insert(entry.target) {
                    waiting.push(entry.target);
                }
            }
        }
        met
    }

    /// What the node waits for no longer matters: it is over, it runs, or it may.
    fn is_settled(&self, node: u32) -> bool {
        match self.structure.kind(node) {
            Kind::Job(row) => self.jobs.get(row).is_none_or(|job| {
                job.is_over()
                    || job.internal == Internal::Unconfirmed
                    || matches!(job.status, Status::Running | Status::Ready)
            }),
            Kind::Gate(row) => self.streams.get(row).is_none_or(StreamRecord::is_decided),
            Kind::End(_) | Kind::Join(_) => false,
            Kind::Thing(_) => true,
        }
    }

    /// `WORKSTATION#/FOLDER/STREAM.JOB`, under which runs are remembered.
    pub(super) fn key_of(&self, job: &JobRecord) -> String {
        let stream = self.streams.get(job.stream).map(|stream| &*stream.key).unwrap_or_default();
        let mut key = String::with_capacity(stream.len() + job.name.len() + 1);
        key.push_str(stream);
        key.push('.');
        key.push_str(&job.name);
        key
    }

    /// How long the job takes on the day of this plan, and what that rests on.
    pub(super) fn durations_of(
        &self,
        job: &JobRecord,
        history: &dyn DurationHistory,
        day: NaiveDate,
    ) -> (Durations, Basis) {
        let estimate = (job.estimate > 0).then(|| job.estimate as f32 / 1000.0);
        match (history.durations(&self.key_of(job), day, estimate), estimate) {
            (Some(durations), _) => (durations, Basis::History),
            (None, Some(estimate)) => (Durations::around(estimate), Basis::PlanEstimate),
            (None, None) => (Durations::around(GUESS), Basis::Guess),
        }
    }

    pub(super) fn schedule(&self, scope: &Scope<'_>, history: &dyn DurationHistory) -> Schedule {
        let day = self.plan_day();
        let pace = self.pace(history, day);
        let mut schedule = Schedule {
            items: Vec::new(),
            sources: Vec::new(),
            durations: Vec::new(),
            bases: Vec::new(),
            pace,
        };
        let mut local = vec![NONE; self.structure.len()];
        let mut put = |node: u32| {
            if let Some(item) = self.item(node, scope, &local, &mut schedule.sources) {
                local[node as usize] = schedule.items.len() as u32;
                schedule.items.push(item);
            }
        };
        match scope.only {
            Some(nodes) => nodes.iter().for_each(&mut put),
            None => (0..self.structure.len() as u32).for_each(&mut put),
        }
        schedule.know_durations(self, history, day);
        schedule
    }

    /// The plan day in the engine's zone.
    pub(super) fn plan_day(&self) -> NaiveDate {
        let zone: chrono_tz::Tz = self.freshness.time_zone.parse().unwrap_or(chrono_tz::Tz::UTC);
        let begin = self.freshness.plan_day_start.unwrap_or(self.freshness.engine_time);
        begin.with_timezone(&zone).date_naive()
    }

    fn item(&self, node: u32, scope: &Scope<'_>, local: &[u32], sources: &mut Vec<u32>) -> Option<Item> {
        let now = self.now();
        let seconds = |time: i64| if time == 0 { PAST } else { (time - now) as f32 / 1000.0 };
        let mut item = Item {
            node,
            floor: PAST,
            elapsed: -1.0,
            delay: 0.0,
            first: sources.len() as u32,
            end: 0,
            quorum: 0,
            durations: NONE,
            salt: 0,
        };
        let outcome = scope.outcomes[node as usize];
        match self.structure.kind(node) {
            Kind::Thing(_) => return None,
            Kind::Job(row) => {
                let job = self.jobs.get(row).filter(|job| !job.is_over())?;
                if outcome == Outcome::Stopped {
                    return None;
                }
                // A job that waits for its confirmation has run; it is over when somebody says so, at once at best.
                let runs = outcome.runs() && job.internal != Internal::Unconfirmed;
                item.salt = salt(&job.id);
                item.floor = if runs { seconds(job.earliest_start).max(0.0) } else { PAST };
                if job.status == Status::Running {
                    item.elapsed = (-seconds(job.started)).max(0.0);
                    if job.started == 0 {
                        item.elapsed = 0.0;
                    }
                }
                item.durations = if runs { 0 } else { NONE };
            }
            Kind::Gate(row) => {
                let stream = self.streams.get(row)?;
                if stream.is_decided() || outcome == Outcome::Stopped {
                    return None;
                }
                item.floor = if outcome == Outcome::Canceled { PAST } else { seconds(stream.earliest_start) };
            }
            Kind::End(_) => {
                if outcome == Outcome::Stopped {
                    return None;
                }
            }
            Kind::Join(row) => {
                if outcome != Outcome::Success {
                    return None;
                }
                item.quorum = self.structure.joins.get(row as usize).map_or(0, |join| join.quorum);
            }
        }
        // What is cancelled, itself or with its stream, releases what waits for it at once, unless it is to be cancelled in
        // its turn.
        let in_turn = scope.seeds[node as usize].cancels && !self.gate_is(node, Outcome::Canceled, scope);
        let at_once = outcome == Outcome::Canceled && !in_turn;
        if item.elapsed < 0.0 && !at_once && !self.is_settled(node) {
            self.wait_for(&mut item, outcome, scope, local, sources);
        }
        item.end = sources.len() as u32;
        if item.quorum as usize >= (item.end - item.first) as usize {
            item.quorum = 0;
        }
        Some(item)
    }

    /// The stream of a job lets nothing through, and its jobs end with it.
    fn gate_is(&self, node: u32, outcome: Outcome, scope: &Scope<'_>) -> bool {
        let mut entries = self.structure.entries(node);
        entries.any(|(_, entry)| {
            entry.kind == EntryKind::Gate && scope.outcomes[entry.target as usize] == outcome
        })
    }

    /// Lists what the item waits for and is still to come. What of a join's quorum is there already counts. What is never
    /// met does not: only a job that is assumed to run all the same has it.
    fn wait_for(
        &self,
        item: &mut Item,
        outcome: Outcome,
        scope: &Scope<'_>,
        local: &[u32],
        sources: &mut Vec<u32>,
    ) {
        let (mut there, mut all) = (0, 0);
        for (at, entry) in self.structure.entries(item.node) {
            all += 1;
            let target = entry.target as usize;
            let how = if is_released(&self.released, at) {
                there += u32::from(outcome != Outcome::Suppressed);
                continue;
            } else {
                verdict(entry, scope.outcomes[target], scope.seeds[target])
            };
            let decides = match outcome {
                // The first that shows that a condition does not come true decides that the job is skipped.
                Outcome::Suppressed => {
                    how == Verdict::Impossible
                        || entry.kind == EntryKind::Gate && scope.outcomes[target] == Outcome::Suppressed
                }
                _ => how == Verdict::Met || matches!(self.structure.kind(item.node), Kind::End(_)),
            };
            if !decides {
                continue;
            }
            match local[target] {
                // Over, there, or behind it in a cycle that something else opens.
                NONE => there += 1,
                source => sources.push(source),
            }
        }
        if outcome == Outcome::Suppressed {
            item.quorum = 1;
            if there > 0 {
                sources.truncate(item.first as usize);
            }
        } else if let Kind::Join(_) = self.structure.kind(item.node) {
            let needed = if item.quorum == 0 { all } else { item.quorum };
            if needed <= there {
                sources.truncate(item.first as usize);
                item.quorum = 0;
            } else {
                item.quorum = needed - there;
            }
        }
    }

    /// How fast tonight is, from the jobs that have ended, as far as they are known to history.
    fn pace(&self, history: &dyn DurationHistory, day: NaiveDate) -> Pace {
        const LOOKED_AT: usize = 400;
        let nights = history.night_sigma().max(0.01);
        let begin = self.freshness.plan_day_start.map_or(0, |time| time.timestamp_millis());
        let ended = |job: &&JobRecord| {
            job.status == Status::Successful
                && job.ended > job.started
                && job.started >= begin
                && job.started != 0
        };
        let finished: Vec<&JobRecord> = self.jobs.iter().map(|(_, job)| job).filter(ended).collect();
        let (mut weight, mut sum) = (nights.powi(-2), 0.0);
        for job in finished.iter().step_by(finished.len() / LOOKED_AT + 1) {
            let (durations, basis) = self.durations_of(job, history, day);
            if basis != Basis::History || durations.runs < 4 {
                continue;
            }
            let took = ((job.ended - job.started) as f32 / 1000.0).max(0.5);
            let sigma = durations.sigma();
            let above = (took / durations.median()).ln().clamp(-2.0 * sigma, 2.0 * sigma);
            // Neighbours in a plan are alike, so that each says less than it would alone.
            let own = 0.5 / sigma.powi(2);
            weight += own;
            sum += above * own;
        }
        Pace { mean: sum / weight, sigma: weight.powf(-0.5), nights }
    }
}

/// Seconds a job is taken to run of which nothing is known.
const GUESS: f32 = 60.0;

fn salt(id: &str) -> u64 {
    id.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Between 0 and 1, from a job and a night.
fn draw(salt: u64, night: u32) -> f32 {
    let mut mixed = salt ^ u64::from(night).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
}

/// From two draws, a standard normal.
fn normal(night: u32) -> f32 {
    let (one, two) = (draw(1, night).max(1e-6), draw(2, night));
    (-2.0 * one.ln()).sqrt() * (std::f32::consts::TAU * two).cos()
}

/// Seconds at `probability`, between and beyond the stated quantiles.
fn at_probability(quantiles: &[f32; 9], probability: f32) -> f32 {
    let above = PROBABILITIES.partition_point(|known| *known < probability);
    let between = |low: usize, high: usize| {
        let part = (probability - PROBABILITIES[low]) / (PROBABILITIES[high] - PROBABILITIES[low]);
        quantiles[low] + (quantiles[high] - quantiles[low]) * part
    };
    match above {
        0 => (quantiles[0] * (0.8 + 10.0 * probability)).max(0.0),
        9 => between(7, 8).max(quantiles[8]),
        above => between(above - 1, above),
    }
}

/// The probability that a run takes at most so many seconds.
fn probability_of(quantiles: &[f32; 9], seconds: f32) -> f32 {
    let above = quantiles.partition_point(|known| *known < seconds);
    match above {
        0 => PROBABILITIES[0] * seconds / quantiles[0].max(0.001),
        9 => 1.0,
        above => {
            let (low, high) = (quantiles[above - 1], quantiles[above]);
            let part = if high > low { (seconds - low) / (high - low) } else { 0.0 };
            PROBABILITIES[above - 1] + (PROBABILITIES[above] - PROBABILITIES[above - 1]) * part
        }
    }
}

/// Start and end of every item in one night.
#[derive(Default)]
pub(super) struct Night {
    pub(super) starts: Vec<Seconds>,
    pub(super) ends: Vec<Seconds>,
}

impl Schedule {
    fn know_durations(&mut self, graph: &Graph, history: &dyn DurationHistory, day: NaiveDate) {
        for item in &mut self.items {
            if item.durations == NONE {
                continue;
            }
            let Some(job) = graph.job_at(item.node) else { continue };
            let (mut durations, basis) = graph.durations_of(job, history, day);
            if basis == Basis::History {
                // The night's own part is drawn once for all jobs; what is left to the job is narrower.
                let sigma = durations.sigma();
                let own = (sigma.powi(2) - self.pace.nights.powi(2)).max(sigma.powi(2) / 2.0).sqrt() / sigma;
                let median = durations.median();
                for seconds in &mut durations.quantiles {
                    *seconds = median * (*seconds / median).powf(own);
                }
            }
            item.durations = self.durations.len() as u32;
            self.durations.push(durations);
            self.bases.push(basis);
        }
    }

    /// The item of a node.
    pub(super) fn of(&self, node: u32) -> Option<usize> {
        self.items.binary_search_by_key(&node, |item| item.node).ok()
    }

    pub(super) fn sources(&self, item: usize) -> &[u32] {
        let item = &self.items[item];
        &self.sources[item.first as usize..item.end as usize]
    }

    pub(super) fn basis(&self, item: usize) -> Basis {
        self.bases.get(self.items[item].durations as usize).copied().unwrap_or(Basis::Actual)
    }

    /// Its own duration is drawn: it is a job that runs.
    pub(super) fn is_run(&self, item: usize) -> bool {
        self.items[item].durations != NONE
    }

    pub(super) fn is_running(&self, item: usize) -> bool {
        self.items[item].elapsed >= 0.0
    }

    pub(super) fn quorum(&self, item: usize) -> usize {
        self.items[item].quorum as usize
    }

    /// Plays one night through; `None`: with usual durations.
    pub(super) fn play(&self, night: Option<u32>, played: &mut Night) {
        let pace = self.pace.mean + night.map_or(0.0, |night| self.pace.sigma * normal(night));
        let pace = pace.exp();
        played.starts.resize(self.items.len(), PAST);
        played.ends.resize(self.items.len(), PAST);
        let mut several = Vec::new();
        for (at, item) in self.items.iter().enumerate() {
            let sources = &self.sources[item.first as usize..item.end as usize];
            let mut start = item.floor;
            if item.quorum == 0 {
                for source in sources {
                    start = start.max(played.ends[*source as usize]);
                }
            } else {
                several.clear();
                several.extend(sources.iter().map(|source| played.ends[*source as usize]));
                several.sort_unstable_by(f32::total_cmp);
                start = start.max(several[item.quorum as usize - 1]);
            }
            start += item.delay;
            let (start, end) = match self.durations.get(item.durations as usize) {
                None => (start, start),
                Some(durations) => {
                    let chance = night.map_or(0.5, |night| draw(item.salt, night));
                    run(item, start, durations, chance, pace)
                }
            };
            played.starts[at] = start;
            played.ends[at] = end;
        }
    }

    /// Start and end of an item that starts at a moment and takes as long as usual.
    pub(super) fn usual(&self, item: usize, start: Seconds) -> (Seconds, Seconds) {
        let item = &self.items[item];
        match self.durations.get(item.durations as usize) {
            None => (start, start),
            Some(durations) => run(item, start, durations, 0.5, self.pace.mean.exp()),
        }
    }
}

fn run(item: &Item, start: Seconds, durations: &Durations, chance: f32, pace: f32) -> (Seconds, Seconds) {
    if item.elapsed < 0.0 {
        let start = start.max(0.0);
        return (start, start + at_probability(&durations.quantiles, chance) * pace);
    }
    // It runs longer than so far: what is left is drawn from the durations that are still possible.
    let so_far = probability_of(&durations.quantiles, item.elapsed / pace);
    let total = if so_far < PROBABILITIES[8] {
        at_probability(&durations.quantiles, so_far + (1.0 - so_far) * chance) * pace
    } else {
        // Beyond everything seen: the longer it has run, the longer it may.
        item.elapsed * (1.0 + 0.3 * chance / (1.05 - chance))
    };
    (-item.elapsed, total.max(item.elapsed) - item.elapsed + item.delay)
}
