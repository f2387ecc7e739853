//! One round: what is to be written so that the store holds a version of the plan, in bounded parts.
//!
//! Objects come first, then relations, because these need both of their ends; what is gone comes last. Each part is drawn
//! when it is needed, so that a round never holds the whole plan a second time.

use std::collections::BTreeMap;

use super::known::{Held, HeldRelation, Known, digest};
use super::records::{collection, end, link, record, relation};
use crate::store::{Value, Write};
use crate::topology::{Graph, ObjectId, PlanObject, Spot};

/// Writes of one part, unless a single object has more relations.
const PART: usize = 1_000;

#[derive(Debug)]
pub(super) struct Round {
    engine: String,
    graph: Graph,
    spots: Vec<Spot>,
    /// All spots of the plan: what is not met is gone.
    whole: bool,
    step: Step,
    gone: Vec<ObjectId>,
}

/// What the next part holds; the number is the next spot.
#[derive(Debug, Clone, Copy)]
enum Step {
    Objects(usize),
    Relations(usize),
    Gone,
}

impl Round {
    /// From what `copied` left in the store to `graph`; without it, from what is known alone.
    pub(super) fn new(engine: &str, graph: &Graph, copied: Option<&Graph>, known: &mut Known) -> Self {
        let changed = copied.and_then(|copied| graph.spots_changed_since(copied));
        let whole = changed.is_none();
        if whole {
            known.round += 1;
        }
        Self {
            engine: engine.to_owned(),
            graph: graph.clone(),
            spots: changed.unwrap_or_else(|| graph.spots()),
            whole,
            step: Step::Objects(0),
            gone: Vec::new(),
        }
    }

    /// The next writes; none: the round is over. What is known counts as written with this.
    pub(super) fn next(&mut self, known: &mut Known) -> Vec<Write> {
        let mut writes = Vec::new();
        while writes.len() < PART {
            match self.step {
                Step::Objects(at) => match self.spots.get(at) {
                    Some(spot) => {
                        for object in self.graph.objects_at(*spot) {
                            put(&self.engine, &object, known, &mut writes);
                        }
                        self.step = Step::Objects(at + 1);
                    }
                    None => self.step = Step::Relations(0),
                },
                Step::Relations(at) => match self.spots.get(at) {
                    Some(spot) => {
                        for object in self.graph.objects_at(*spot) {
                            relate(&self.engine, &object, known, &mut writes);
                        }
                        self.step = Step::Relations(at + 1);
                    }
                    None => {
                        self.step = Step::Gone;
                        if self.whole {
                            let missing = known.objects.iter().filter(|(_, held)| held.seen != known.round);
                            self.gone = missing.map(|(id, _)| id.clone()).collect();
                        }
                    }
                },
                Step::Gone => {
                    let Some(id) = self.gone.pop() else { break };
                    let (collection, key) = end(&self.engine, &id);
                    writes.push(Write::Delete(collection, key));
                    known.objects.remove(&id);
                }
            }
        }
        // Writes of a shape that follow each other are one statement of Neo4j.
        writes.sort_by_key(shape);
        writes
    }
}

fn shape(write: &Write) -> (u8, &'static str, &'static str, &'static str) {
    match write {
        Write::Insert(record) => (0, record.collection.0, "", ""),
        Write::Replace(record) => (1, record.collection.0, "", ""),
        Write::Put(record) => (2, record.collection.0, "", ""),
        Write::Relate(link) => (3, link.kind.0, link.from.0.0, link.to.0.0),
        Write::Unrelate(kind, from, to) => (4, kind.0, from.0.0, to.0.0),
        Write::Delete(collection, _) => (5, collection.0, "", ""),
    }
}

fn put(engine: &str, object: &PlanObject, known: &mut Known, writes: &mut Vec<Write>) {
    let record = record(engine, object);
    let facts = digest(record.fields.iter().map(|(name, value)| (*name, value)));
    let round = known.round;
    match known.objects.get_mut(&object.id) {
        Some(held) => {
            held.seen = round;
            if held.facts == facts {
                return;
            }
            held.facts = facts;
        }
        None => {
            let held = Held { facts, seen: round, relations: Vec::new() };
            known.objects.insert(object.id.clone(), held);
        }
    }
    writes.push(Write::Put(record));
}

fn relate(engine: &str, object: &PlanObject, known: &mut Known, writes: &mut Vec<Write>) {
    let Some(held) = known.objects.get_mut(&object.id) else { return };
    let before = std::mem::take(&mut held.relations);
    let mut gone: BTreeMap<_, u64> =
        before.into_iter().map(|held| ((held.kind, held.to), held.facts)).collect();
    for related in &object.relations {
        let link = link(engine, &object.id, related);
        let facts = digest(link.fields.iter().map(|(name, value): (&String, &Value)| (name.as_str(), value)));
        if gone.remove(&(related.kind, related.to.clone())) != Some(facts) {
            writes.push(Write::Relate(link));
        }
        held.relations.push(HeldRelation { kind: related.kind, to: related.to.clone(), facts });
    }
    held.relations.shrink_to_fit();
    let from = || (collection(object.id.0), format!("{engine}/{}", object.id.1));
    writes
        .extend(gone.into_keys().map(|(kind, to)| Write::Unrelate(relation(kind), from(), end(engine, &to))));
}
