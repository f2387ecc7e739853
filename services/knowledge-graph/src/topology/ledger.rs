//! The one writer of a plan's graph: takes in what the bridge exports and makes versions of the graph from it.
//!
//! What changes states alone costs what it changes: rows, seeds and outcomes are patched. What changes who waits for whom
//! makes the structure be built anew with the next version.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use resync_api::tws::model::{
    DependencyOwner, Freshness, Status, TopologyDependencies, TopologyJob, TopologyJobStream,
    TopologyObjects, TopologyUpdate,
};

use super::graph::{
    Graph, coverage_of_plan, marks_of, seed_of_end, seed_of_gate, seed_of_job, seed_of_thing,
};
use super::index::Index;
use super::intake::{Interner, Wanted};
use super::needs::{Need, Target, same_edges};
use super::nights::Kept;
use super::node::{Kind, NodeSet};
use super::outcome::{Rules, Seed};
use super::records::{
    JobRecord, Rows, StreamRecord, ThingRecord, ThingState, WorkstationRecord, WorkstationState,
};
use super::structure::{Source, Structure};

/// A run that was seen to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinishedRun {
    /// `WORKSTATION#/FOLDER/STREAM.JOB`, the same every day.
    pub job: String,
    /// Plan id of the instance.
    pub job_id: String,
    /// Number of the run. 0: unknown.
    pub job_number: i64,
    /// How often the instance had run then, this run included.
    pub run_count: u32,
    /// Without folder.
    pub workstation: String,
    /// Scheduled time of the instance.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// Real start.
    pub started: DateTime<Utc>,
    /// Real end.
    pub ended: DateTime<Utc>,
    /// It ended well.
    pub succeeded: bool,
    /// Engine's internal status.
    pub internal_status: String,
    /// Exit code, when there is one.
    pub return_code: Option<i32>,
}

/// The writer of one engine's graph.
#[derive(Debug, Default)]
pub struct Ledger {
    index: Arc<Index>,
    interner: Interner,
    jobs: Rows<JobRecord>,
    streams: Rows<StreamRecord>,
    workstations: Rows<WorkstationRecord>,
    things: Rows<ThingRecord>,
    needs_of_jobs: Vec<Vec<Need>>,
    needs_of_streams: Vec<Vec<Need>>,
    freshness: Option<Freshness>,
    dirty: Dirty,
    latest: Option<Graph>,
}

/// What differs from the latest version.
#[derive(Debug, Default)]
struct Dirty {
    structure: bool,
    jobs: BTreeSet<u32>,
    streams: BTreeSet<u32>,
    things: BTreeSet<u32>,
    workstations: BTreeSet<u32>,
    /// Owners whose dependencies were released, or are no longer.
    released: BTreeSet<(bool, u32)>,
}

impl Ledger {
    /// Takes in one message; returns the runs it shows to have ended, those included that had ended when the plan was
    /// first seen: nobody may have been there to see them end. Messages of one plan come in order.
    pub fn apply(&mut self, update: TopologyUpdate) -> Vec<FinishedRun> {
        let TopologyUpdate {
            begins,
            completes: _,
            job_streams,
            jobs,
            dependencies,
            objects,
            removed_jobs,
            removed_job_streams,
            freshness,
        } = update;
        if begins {
            *self = Self::default();
        }
        let mut finished = Vec::new();
        for stream in job_streams {
            self.put_stream(&stream);
        }
        for job in jobs {
            finished.extend(self.put_job(&job));
        }
        // Before the dependencies: they refer to prompts and files whose state is known from here on.
        if let Some(objects) = objects {
            self.put_objects(&objects);
        }
        for list in dependencies {
            self.put_dependencies(&list);
        }
        for id in removed_jobs {
            self.remove_job(&id);
        }
        for id in removed_job_streams {
            self.remove_stream(&id);
        }
        if freshness.is_some() {
            self.freshness = freshness;
        }
        finished
    }

    /// Who waits for whom has changed since the latest version: the next one costs a rebuild.
    #[must_use]
    pub fn needs_rebuild(&self) -> bool {
        self.dirty.structure || self.latest.is_none()
    }

    fn put_stream(&mut self, stream: &TopologyJobStream) {
        let known = self.index.streams.get(stream.id.as_str()).copied();
        if let Some(row) = known {
            let old = self.streams.get(row);
            let id = old.map_or_else(|| stream.id.as_str().into(), |old| Arc::clone(&old.id));
            let record = StreamRecord::new(stream, id);
            if old == Some(&record) {
                return;
            }
            let (new, renamed) = (old.is_none(), old.is_none_or(|old| old.key != record.key));
            if renamed {
                self.name_stream(Arc::clone(&record.key), row);
            }
            self.dirty.structure |= new;
            self.streams.set(row, Some(record));
            self.dirty.streams.insert(row);
            return;
        }
        let id: Arc<str> = stream.id.as_str().into();
        let record = StreamRecord::new(stream, Arc::clone(&id));
        let key = Arc::clone(&record.key);
        let row = self.streams.push(record);
        self.needs_of_streams.push(Vec::new());
        Arc::make_mut(&mut self.index).streams.insert(id, row);
        self.name_stream(key, row);
        self.dirty.structure = true;
    }

    fn name_stream(&mut self, key: Arc<str>, row: u32) {
        let rows = Arc::make_mut(&mut self.index).streams_by_key.entry(key).or_default();
        if !rows.contains(&row) {
            rows.push(row);
        }
    }

    fn put_job(&mut self, job: &TopologyJob) -> Option<FinishedRun> {
        let stream = self.stream_row(&job.job_stream_id);
        let workstation = self.workstation_row(&job.workstation);
        let name = self.interner.text(&job.job_name);
        let known = self.index.jobs.get(job.id.as_str()).copied();
        let Some(row) = known else {
            let id: Arc<str> = job.id.as_str().into();
            let record = JobRecord::new(job, Arc::clone(&id), name, stream, workstation);
            let ended = record.has_run();
            let row = self.jobs.push(record);
            self.needs_of_jobs.push(Vec::new());
            Arc::make_mut(&mut self.index).jobs.insert(id, row);
            self.dirty.structure = true;
            return if ended { self.finished(job, stream) } else { None };
        };
        let old = self.jobs.get(row).cloned();
        let id = old.as_ref().map_or_else(|| job.id.as_str().into(), |old| Arc::clone(&old.id));
        let record = JobRecord::new(job, id, name, stream, workstation);
        if old.as_ref() == Some(&record) {
            return None;
        }
        let ended =
            record.has_run() && old.as_ref().is_some_and(|old| old.ended != record.ended || !old.is_over());
        self.dirty.structure |= old.is_none_or(|old| old.stream != record.stream);
        self.jobs.set(row, Some(record));
        self.dirty.jobs.insert(row);
        if ended { self.finished(job, stream) } else { None }
    }

    fn finished(&self, job: &TopologyJob, stream: u32) -> Option<FinishedRun> {
        Some(FinishedRun {
            job: format!("{}.{}", self.streams.get(stream)?.key, job.job_name),
            job_id: job.id.clone(),
            job_number: job.job_number,
            run_count: job.run_count,
            workstation: job.workstation.clone(),
            scheduled_time: job.scheduled_time,
            started: job.start_time?,
            ended: job.end_time?,
            succeeded: job.status == Status::Successful,
            internal_status: job.internal_status.clone(),
            return_code: job.return_code,
        })
    }

    /// The row of a stream, made up when it was not received yet.
    fn stream_row(&mut self, id: &str) -> u32 {
        if let Some(row) = self.index.streams.get(id) {
            return *row;
        }
        self.put_stream(&Interner::unlisted_stream(id));
        self.streams.end() - 1
    }

    fn workstation_row(&mut self, name: &str) -> u32 {
        if let Some(row) = self.index.workstations.get(name) {
            return *row;
        }
        let name = self.interner.text(name);
        let row = self.workstations.push(WorkstationRecord { name: Arc::clone(&name), state: None });
        Arc::make_mut(&mut self.index).workstations.insert(name, row);
        row
    }

    fn put_objects(&mut self, objects: &TopologyObjects) {
        for workstation in &objects.workstations {
            let row = self.workstation_row(&workstation.workstation_name);
            let state = Some(WorkstationState::new(workstation));
            if let Some(record) = self.workstations.get(row).filter(|record| record.state != state).cloned() {
                self.workstations.set(row, Some(WorkstationRecord { state, ..record }));
                self.dirty.workstations.insert(row);
            }
        }
        self.interner.remember(objects);
        let states: Vec<(u32, ThingState)> =
            self.things.iter().map(|(row, record)| (row, self.interner.state(&record.thing))).collect();
        for (row, state) in states {
            self.set_thing_state(row, state);
        }
    }

    fn set_thing_state(&mut self, row: u32, state: ThingState) {
        let differs = |record: &&ThingRecord| state != ThingState::Unknown && record.state != state;
        if let Some(record) = self.things.get(row).filter(differs).cloned() {
            self.things.set(row, Some(ThingRecord { state, ..record }));
            self.dirty.things.insert(row);
        }
    }

    fn put_dependencies(&mut self, list: &TopologyDependencies) {
        let of_job = list.owner == DependencyOwner::Job;
        let rows = if of_job { &self.index.jobs } else { &self.index.streams };
        let Some(row) = rows.get(list.owner_id.as_str()).copied() else { return };
        let wanted: Vec<Wanted> =
            list.dependencies.iter().map(|dependency| self.interner.want(dependency, &self.index)).collect();
        let needs: Vec<Need> = wanted.into_iter().map(|wanted| self.need(wanted)).collect();
        let lists = if of_job { &mut self.needs_of_jobs } else { &mut self.needs_of_streams };
        let Some(known) = lists.get_mut(row as usize) else { return };
        if *known == needs {
            return;
        }
        if same_edges(known, &needs) {
            self.dirty.released.insert((of_job, row));
        } else {
            self.dirty.structure = true;
        }
        *known = needs;
    }

    /// Gives things their rows.
    fn need(&mut self, wanted: Wanted) -> Need {
        match wanted {
            Wanted::Need(need) => need,
            Wanted::Thing { thing, state, mut need } => {
                let row = match self.index.things.get(&thing) {
                    Some(row) => *row,
                    None => {
                        let record = ThingRecord { thing: thing.clone(), state: state.clone() };
                        let row = self.things.push(record);
                        Arc::make_mut(&mut self.index).things.insert(thing, row);
                        self.dirty.structure = true;
                        row
                    }
                };
                self.set_thing_state(row, state);
                need.target = Target::Thing(row);
                need
            }
            Wanted::Join { mut join, members, mut need } => {
                join.members = members.into_iter().map(|member| self.need(member)).collect();
                need.target = Target::Join(Box::new(join));
                need
            }
        }
    }

    fn remove_job(&mut self, id: &str) {
        if let Some(row) = Arc::make_mut(&mut self.index).jobs.remove(id) {
            self.jobs.set(row, None);
            self.needs_of_jobs[row as usize] = Vec::new();
            self.dirty.structure = true;
        }
    }

    fn remove_stream(&mut self, id: &str) {
        if let Some(row) = Arc::make_mut(&mut self.index).streams.remove(id) {
            let jobs: Vec<Arc<str>> = self
                .jobs
                .iter()
                .filter(|(_, job)| job.stream == row)
                .map(|(_, job)| Arc::clone(&job.id))
                .collect();
            jobs.iter().for_each(|job| self.remove_job(job));
            self.streams.set(row, None);
            self.needs_of_streams[row as usize] = Vec::new();
            self.dirty.structure = true;
        }
    }

    /// The version of the graph that shows everything taken in so far. Unset: the plan was not received yet.
    pub fn publish(&mut self) -> Option<Graph> {
        let freshness = self.freshness.clone()?;
        let dirty = std::mem::take(&mut self.dirty);
        let graph = match self.latest.take() {
            Some(latest) if !dirty.structure => self.patched(latest, &dirty, freshness),
            _ => self.built(freshness),
        };
        self.latest = Some(graph.clone());
        Some(graph)
    }

    fn built(&self, freshness: Freshness) -> Graph {
        let (structure, released) = Structure::build(&Source {
            jobs: &self.jobs,
            streams: &self.streams,
            things: self.things.end(),
            needs_of_jobs: &self.needs_of_jobs,
            needs_of_streams: &self.needs_of_streams,
        });
        let nodes = 0..structure.len() as u32;
        let seeds: Vec<Seed> = nodes.clone().map(|node| self.seed(&structure, node)).collect();
        let marks: Vec<u8> = nodes.map(|node| self.marks(&structure, node)).collect();
        let rules = Rules { structure: &structure, seeds: &seeds, released: &released };
        let outcomes = rules.settle_all();
        Graph {
            plan_coverage: coverage_of_plan(&marks),
            structure: Arc::new(structure),
            index: Arc::clone(&self.index),
            jobs: self.jobs.clone(),
            streams: self.streams.clone(),
            workstations: self.workstations.clone(),
            things: self.things.clone(),
            seeds: Arc::new(seeds),
            released: Arc::new(released),
            marks: Arc::new(marks),
            outcomes: Arc::new(outcomes),
            freshness,
            kept: Kept::default(),
        }
    }

    fn seed(&self, structure: &Structure, node: u32) -> Seed {
        match structure.kind(node) {
            Kind::Job(row) => self
                .jobs
                .get(row)
                .map_or(Seed::DERIVED, |job| seed_of_job(job, self.workstations.get(job.workstation))),
            Kind::Gate(row) => self.streams.get(row).map_or(Seed::DERIVED, seed_of_gate),
            Kind::End(row) => self.streams.get(row).map_or(Seed::DERIVED, |stream| {
                seed_of_end(stream, structure.entries(node).next().is_some())
            }),
            Kind::Thing(row) => self.things.get(row).map_or(Seed::DERIVED, seed_of_thing),
            Kind::Join(_) => Seed::DERIVED,
        }
    }

    fn marks(&self, structure: &Structure, node: u32) -> u8 {
        match structure.kind(node) {
            Kind::Job(row) => self.jobs.get(row).map_or(0, marks_of),
            _ => 0,
        }
    }

    /// The latest version with the rows that changed, and what follows from them.
    fn patched(&self, mut graph: Graph, dirty: &Dirty, freshness: Freshness) -> Graph {
        let structure = Arc::clone(&graph.structure);
        let mut nodes: BTreeSet<u32> = BTreeSet::new();
        nodes.extend(dirty.jobs.iter().filter_map(|row| structure.job(*row)));
        for row in &dirty.streams {
            nodes.extend(structure.gate(*row).into_iter().chain(structure.end(*row)));
        }
        nodes.extend(dirty.things.iter().filter_map(|row| structure.thing(*row)));
        if !dirty.workstations.is_empty() {
            let there = |job: &JobRecord| dirty.workstations.contains(&job.workstation);
            let rows = self.jobs.iter().filter(|(_, job)| there(job)).map(|(row, _)| row);
            nodes.extend(rows.filter_map(|row| structure.job(row)));
        }
        graph.jobs = self.jobs.clone();
        graph.streams = self.streams.clone();
        graph.workstations = self.workstations.clone();
        graph.things = self.things.clone();
        graph.index = Arc::clone(&self.index);
        graph.freshness = freshness;
        graph.kept = Kept::default();
        let mut unsettled = NodeSet::new(structure.len());
        for node in nodes {
            let (seed, marks) = (self.seed(&structure, node), self.marks(&structure, node));
            let at = node as usize;
            if graph.seeds[at] != seed {
                // What follows a failed job may depend on its recovery option as well as on its outcome.
                if graph.seeds[at].continues != seed.continues {
                    structure.dependents(node).iter().for_each(|dependent| {
                        unsettled.insert(*dependent);
                    });
                }
                Arc::make_mut(&mut graph.seeds)[at] = seed;
                unsettled.insert(node);
            }
            if graph.marks[at] != marks {
                Arc::make_mut(&mut graph.marks)[at] = marks;
            }
        }
        for (of_job, row) in &dirty.released {
            self.release(&structure, &mut graph, *of_job, *row, &mut unsettled);
        }
        if !dirty.jobs.is_empty() {
            graph.plan_coverage = coverage_of_plan(&graph.marks);
        }
        if !unsettled.is_empty() {
            let outcomes = Arc::make_mut(&mut graph.outcomes);
            let rules = Rules { structure: &structure, seeds: &graph.seeds, released: &graph.released };
            rules.settle(outcomes, unsettled);
        }
        graph
    }

    /// Brings the released bits of one owner's entries, and of its joins' members, up to date.
    fn release(
        &self,
        structure: &Structure,
        graph: &mut Graph,
        of_job: bool,
        row: u32,
        unsettled: &mut NodeSet,
    ) {
        let (node, needs) = if of_job {
            (structure.job(row), self.needs_of_jobs.get(row as usize))
        } else {
            (structure.gate(row), self.needs_of_streams.get(row as usize))
        };
        let (Some(node), Some(needs)) = (node, needs) else { return };
        let mut owners = vec![(node, needs.as_slice())];
        while let Some((owner, needs)) = owners.pop() {
            unsettled.insert(owner);
            let live = |need: &&Need| match need.target {
                Target::Job(row) => self.jobs.get(row).is_some(),
                Target::Stream(row) => self.streams.get(row).is_some(),
                Target::Thing(_) | Target::Join(_) => true,
            };
            let entries =
                structure.entries(owner).filter(|(_, entry)| entry.kind != super::structure::EntryKind::Gate);
            for ((at, entry), need) in entries.zip(needs.iter().filter(live)) {
                let released = Arc::make_mut(&mut graph.released);
                let (word, bit) = (&mut released[at / 64], 1 << (at % 64));
                *word = if need.released { *word | bit } else { *word & !bit };
                if let Target::Join(join) = &need.target {
                    owners.push((entry.target, &join.members));
                }
            }
        }
    }
}
