//! Drawing: from the rows and the structure of a version to objects.

use std::sync::Arc;

use resync_api::tws::model::{EdgeKnowledge, PromptStatus, Status};

use super::{
    Facts, Place, PlanObject, PlanObjectKind, PlanRelationKind, Spot, bounded_id, id_of_thing, object,
};
use crate::topology::graph::Graph;
use crate::topology::node::Kind;
use crate::topology::records::{Internal, JobRecord, StreamRecord, Thing, ThingRecord, ThingState, flag};

/// Condition of a job, or of a stream, on the start of the stream.
const START: &str = "START";
/// Condition of a stream's end on one of its jobs.
const MEMBER: &str = "MEMBER";
/// Holders of a resource that are named.
const HOLDERS: usize = 20;

impl Graph {
    /// Everything that the plan holds now.
    #[must_use]
    pub fn spots(&self) -> Vec<Spot> {
        let mut busy = vec![false; self.workstations.end() as usize];
        for (_, job) in self.jobs.iter() {
            busy[job.workstation as usize] = true;
        }
        let workstations = self.workstations.iter();
        let workstations = workstations.filter(|(row, record)| record.state.is_some() || busy[*row as usize]);
        let things = self.things.iter().map(|(row, _)| row).filter(|row| self.is_waited_for(*row));
        let rest = workstations.map(|(row, _)| Place::Workstation(row)).chain(things.map(Place::Thing));
        let streams = self.streams.iter().map(|(row, _)| Place::Stream(row));
        let jobs = self.jobs.iter().map(|(row, _)| Place::Job(row));
        rest.chain(streams).chain(jobs).map(Spot).collect()
    }

    /// What may be drawn otherwise than in an earlier version of the same plan. Unset: anything, and something may have
    /// gone.
    #[must_use]
    pub fn spots_changed_since(&self, earlier: &Self) -> Option<Vec<Spot>> {
        if !Arc::ptr_eq(&self.structure, &earlier.structure) {
            return None;
        }
        let streams = self.streams.changed_since(&earlier.streams);
        let key = |graph: &Self, row| graph.streams.get(row).map(|stream| Arc::clone(&stream.key));
        // Jobs are called after their streams.
        if streams.iter().any(|row| key(self, *row) != key(earlier, *row)) {
            return None;
        }
        let jobs = self.jobs.changed_since(&earlier.jobs).into_iter().map(Place::Job);
        let workstations = self.workstations.changed_since(&earlier.workstations);
        let things = self.things.changed_since(&earlier.things).into_iter();
        let things = things.filter(|row| self.is_waited_for(*row)).map(Place::Thing);
        let all = workstations.into_iter().map(Place::Workstation).chain(things);
        let all = all.chain(streams.into_iter().map(Place::Stream)).chain(jobs);
        Some(all.map(Spot).collect())
    }

    fn is_waited_for(&self, thing: u32) -> bool {
        self.structure.thing(thing).is_some_and(|node| !self.structure.dependents(node).is_empty())
    }

    /// The object at a spot, and the joins it owns.
    #[must_use]
    pub fn objects_at(&self, spot: Spot) -> Vec<PlanObject> {
        let mut objects = Vec::with_capacity(1);
        match spot.0 {
            Place::Job(row) => {
                let Some(job) = self.jobs.get(row) else { return objects };
                let mut object = self.draw_job(job);
                self.draw_needs(self.structure.job(row), "job", &mut object, &mut objects);
                objects.push(object);
            }
            Place::Stream(row) => {
                let Some(stream) = self.streams.get(row) else { return objects };
                let mut drawn = draw_stream(stream);
                if let Some(gate) = self.structure.gate(row).filter(|gate| self.waits(*gate)) {
                    let mut facts = Facts::default();
                    facts.text("stream_key", &stream.key);
                    let mut start = object(PlanObjectKind::StreamStart, bounded_id(&stream.id), facts);
                    self.draw_needs(Some(gate), "stream", &mut start, &mut objects);
                    drawn.depend(start.id.clone(), START);
                    objects.push(start);
                }
                self.draw_members(row, &mut drawn);
                objects.push(drawn);
            }
            Place::Workstation(row) => {
                let Some(record) = self.workstations.get(row) else { return objects };
                let mut facts = Facts::default();
                facts.text("name", &record.name);
                if let Some(state) = record.state {
                    facts.number("up", state.up.into());
                    facts.number("fence", state.fence.into());
                    if state.limit >= 0 {
                        facts.number("limit", state.limit.into());
                    }
                }
                objects.push(object(PlanObjectKind::Workstation, bounded_id(&record.name), facts));
            }
            Place::Thing(row) => objects.extend(self.things.get(row).map(draw_thing)),
        }
        objects
    }

    fn draw_job(&self, job: &JobRecord) -> PlanObject {
        let stream = self.streams.get(job.stream);
        let workstation = self.workstations.get(job.workstation);
        let stream_key = stream.map_or("", |stream| &stream.key);
        let mut facts = Facts::default();
        facts.text("id", &job.id);
        facts.text("name", &job.name);
        facts.text("job_key", &format!("{stream_key}.{}", job.name).into());
        facts.text("stream_key", &stream_key.into());
        if let Some(workstation) = workstation {
            facts.text("workstation", &workstation.name);
        }
        facts.text("status", &status(job.status).into());
        match job.internal {
            Internal::Plain => {}
            Internal::Failed => facts.text("detail", &"not_launched".into()),
            Internal::Fenced => facts.text("detail", &"fenced".into()),
            Internal::Unconfirmed => facts.text("detail", &"unconfirmed".into()),
        }
        facts.number("priority", job.priority.into());
        for (name, bit) in [
            ("critical", flag::CRITICAL),
            ("cancel_pending", flag::CANCEL_PENDING),
            ("continues_after_failure", flag::CONTINUES),
            ("every", flag::EVERY),
        ] {
            facts.number(name, job.has(bit).into());
        }
        for (name, time) in [
            ("earliest_start", job.earliest_start),
            ("latest_start", job.latest_start),
            ("deadline", job.deadline),
            ("started", job.started),
            ("ended", job.ended),
        ] {
            facts.time(name, time);
        }
        if job.estimate > 0 {
            facts.number("estimate_seconds", i64::from(job.estimate.div_ceil(1_000)));
        }
        facts.text("dependencies_known", &knowledge(job.edges).into());
        let mut drawn = object(PlanObjectKind::Job, bounded_id(&job.id), facts);
        if let Some(stream) = stream {
            drawn.relate(PlanRelationKind::PartOf, (PlanObjectKind::JobStream, bounded_id(&stream.id)));
        }
        if let Some(workstation) = workstation {
            let to = (PlanObjectKind::Workstation, bounded_id(&workstation.name));
            drawn.relate(PlanRelationKind::RunsOn, to);
        }
        drawn
    }

    fn waits(&self, node: u32) -> bool {
        self.structure.entries(node).next().is_some()
    }

    /// A stream that nobody waits for needs no way from it to its jobs.
    fn draw_members(&self, stream: u32, drawn: &mut PlanObject) {
        let Some(end) = self.structure.end(stream) else { return };
        if self.structure.dependents(end).is_empty() {
            return;
        }
        for (_, entry) in self.structure.entries(end) {
            if let Some(job) = self.job_at(entry.target) {
                drawn.depend((PlanObjectKind::Job, bounded_id(&job.id)), MEMBER);
            }
        }
        drawn.relations.sort_by(|one, two| (one.kind, &one.to).cmp(&(two.kind, &two.to)));
    }

    /// Adds what a node waits for to its object; its joins, and theirs, become objects of their own.
    fn draw_needs(
        &self,
        node: Option<u32>,
        owner: &str,
        object: &mut PlanObject,
        joins: &mut Vec<PlanObject>,
    ) {
        let Some(node) = node else { return };
        let of_joins = format!("{owner}|{}", object.id.1);
        for (place, (_, entry)) in self.structure.entries(node).enumerate() {
            let to = match self.structure.kind(entry.target) {
                Kind::Gate(row) => {
                    if let Some(stream) = self.streams.get(row).filter(|_| self.waits(entry.target)) {
                        object.depend((PlanObjectKind::StreamStart, bounded_id(&stream.id)), START);
                    }
                    continue;
                }
                Kind::Job(row) => self.jobs.get(row).map(|job| (PlanObjectKind::Job, bounded_id(&job.id))),
                Kind::End(row) => {
                    self.streams.get(row).map(|stream| (PlanObjectKind::JobStream, bounded_id(&stream.id)))
                }
                Kind::Thing(row) => self.things.get(row).map(|record| id_of_thing(&record.thing)),
                Kind::Join(row) => {
                    let id = bounded_id(&format!("{of_joins}|{place}").into());
                    let join = self.draw_join(entry.target, row, id, joins);
                    let to = join.id.clone();
                    joins.push(join);
                    Some(to)
                }
            };
            if let Some(to) = to {
                object.wait_for(to, entry);
            }
        }
        object.relations.sort_by(|one, two| (one.kind, &one.to).cmp(&(two.kind, &two.to)));
    }

    fn draw_join(&self, node: u32, row: u32, id: Arc<str>, joins: &mut Vec<PlanObject>) -> PlanObject {
        let mut facts = Facts::default();
        let all = self.structure.entries(node).count();
        if let Some(join) = self.structure.joins.get(row as usize) {
            facts.text("name", &join.name);
            let needed = if join.quorum == 0 { all as i64 } else { join.quorum.into() };
            facts.number("needed", needed);
        }
        let mut drawn = object(PlanObjectKind::Join, id, facts);
        self.draw_needs(Some(node), "join", &mut drawn, joins);
        drawn
    }
}

fn draw_stream(stream: &StreamRecord) -> PlanObject {
    let mut facts = Facts::default();
    facts.text("id", &stream.id);
    facts.text("stream_key", &stream.key);
    facts.text("status", &status(stream.status).into());
    facts.number("priority", stream.priority.into());
    if stream.limit >= 0 {
        facts.number("limit", stream.limit.into());
    }
    facts.time("earliest_start", stream.earliest_start);
    facts.time("deadline", stream.deadline);
    facts.time("started", stream.started);
    facts.text("dependencies_known", &knowledge(stream.edges).into());
    object(PlanObjectKind::JobStream, bounded_id(&stream.id), facts)
}

fn draw_thing(record: &ThingRecord) -> PlanObject {
    let mut facts = Facts::default();
    match &record.thing {
        Thing::Prompt { name, number, text } => {
            facts.text("name", name);
            facts.number("number", *number);
            facts.text("text", text);
        }
        Thing::File { path, workstation, qualifier } => {
            facts.text("path", path);
            facts.text("workstation", workstation);
            facts.text("qualifier", qualifier);
        }
        Thing::Resource { name, workstation } => {
            facts.text("name", name);
            facts.text("workstation", workstation);
        }
        Thing::Remote { agent, job } => {
            facts.text("agent", agent);
            facts.text("job", job);
        }
        Thing::Absent { key, awaited, zombie } => {
            facts.text("name", key);
            facts.number("awaited", (*awaited).into());
            facts.number("zombie", (*zombie).into());
        }
    }
    match &record.state {
        ThingState::Prompt(status) => facts.text("status", &prompt(*status).into()),
        ThingState::File(there) => facts.text("status", &if *there { "exists" } else { "missing" }.into()),
        ThingState::Resource { available, holders } => {
            facts.number("available", (*available).into());
            let named: Vec<&str> = holders.iter().take(HOLDERS).map(|holder| &**holder).collect();
            facts.text("holders", &named.join(", ").into());
        }
        ThingState::Unknown => {}
    }
    let (kind, id) = id_of_thing(&record.thing);
    object(kind, id, facts)
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Waiting => "waiting",
        Status::Ready => "ready",
        Status::Running => "running",
        Status::Successful => "successful",
        Status::Error => "error",
        Status::Canceled => "canceled",
        Status::Held => "held",
        Status::Undecided => "undecided",
        Status::Blocked => "blocked",
        Status::Suppressed => "suppressed",
    }
}

fn knowledge(edges: EdgeKnowledge) -> &'static str {
    match edges {
        EdgeKnowledge::Plan => "plan",
        EdgeKnowledge::Model => "model",
        EdgeKnowledge::Unknown => "unknown",
    }
}

fn prompt(status: PromptStatus) -> &'static str {
    match status {
        PromptStatus::NotAsked => "not_asked",
        PromptStatus::Asked => "asked",
        PromptStatus::AnsweredYes => "yes",
        PromptStatus::AnsweredNo => "no",
    }
}
