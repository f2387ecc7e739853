//! Objects of the plan as records, their relations as links.

use std::collections::BTreeMap;

use crate::store::schema::{
    FILE, JOB, JOB_STREAM, JOIN, MISSING_PREDECESSOR, PROMPT, REMOTE_JOB, RESOURCE, STREAM_START, WORKSTATION,
};
use crate::store::{Collection, Link, Record, RelationKind, Value};
use crate::topology::{Fact, ObjectId, PlanObject, PlanObjectKind, PlanRelation, PlanRelationKind};

/// What is copied of objects stands in their fields.
const BODY: &str = "{}";

/// Every kind of object.
pub(super) const OBJECTS: [PlanObjectKind; 10] = [
    PlanObjectKind::Workstation,
    PlanObjectKind::Resource,
    PlanObjectKind::Prompt,
    PlanObjectKind::File,
    PlanObjectKind::RemoteJob,
    PlanObjectKind::MissingPredecessor,
    PlanObjectKind::JobStream,
    PlanObjectKind::StreamStart,
    PlanObjectKind::Job,
    PlanObjectKind::Join,
];

/// Every kind of relation.
pub(super) const RELATIONS: [PlanRelationKind; 6] = [
    PlanRelationKind::PartOf,
    PlanRelationKind::RunsOn,
    PlanRelationKind::DependsOn,
    PlanRelationKind::Needs,
    PlanRelationKind::WaitsForPrompt,
    PlanRelationKind::WaitsForFile,
];

/// Whether objects of a kind start relations of a kind.
pub(super) fn relates(from: PlanObjectKind, kind: PlanRelationKind) -> bool {
    match kind {
        PlanRelationKind::PartOf | PlanRelationKind::RunsOn => from == PlanObjectKind::Job,
        PlanRelationKind::DependsOn if from == PlanObjectKind::JobStream => true,
        _ => matches!(from, PlanObjectKind::Job | PlanObjectKind::StreamStart | PlanObjectKind::Join),
    }
}

pub(super) fn collection(kind: PlanObjectKind) -> Collection {
    match kind {
        PlanObjectKind::Job => JOB,
        PlanObjectKind::JobStream => JOB_STREAM,
        PlanObjectKind::StreamStart => STREAM_START,
        PlanObjectKind::Workstation => WORKSTATION,
        PlanObjectKind::Resource => RESOURCE,
        PlanObjectKind::Prompt => PROMPT,
        PlanObjectKind::File => FILE,
        PlanObjectKind::Join => JOIN,
        PlanObjectKind::RemoteJob => REMOTE_JOB,
        PlanObjectKind::MissingPredecessor => MISSING_PREDECESSOR,
    }
}

pub(super) fn object_kind(collection: Collection) -> Option<PlanObjectKind> {
    OBJECTS.into_iter().find(|kind| self::collection(*kind) == collection)
}

pub(super) fn relation(kind: PlanRelationKind) -> RelationKind {
    RelationKind(match kind {
        PlanRelationKind::PartOf => "PART_OF",
        PlanRelationKind::RunsOn => "RUNS_ON",
        PlanRelationKind::DependsOn => "DEPENDS_ON",
        PlanRelationKind::Needs => "NEEDS",
        PlanRelationKind::WaitsForPrompt => "WAITS_FOR_PROMPT",
        PlanRelationKind::WaitsForFile => "WAITS_FOR_FILE",
    })
}

/// What the keys of an engine's objects begin with.
pub(super) fn prefix(engine: &str) -> String {
    format!("{engine}/")
}

pub(super) fn end(engine: &str, id: &ObjectId) -> (Collection, String) {
    (collection(id.0), format!("{engine}/{}", id.1))
}

fn value(fact: &Fact) -> Value {
    match fact {
        Fact::Text(text) => (**text).into(),
        Fact::Number(number) => (*number).into(),
        Fact::Time(time) => (*time).into(),
    }
}

/// What is found of an object in the store.
pub(super) fn record(engine: &str, object: &PlanObject) -> Record {
    let (collection, key) = end(engine, &object.id);
    let facts = object.facts.iter().map(|(name, fact)| (*name, value(fact)));
    let fields = facts.chain([("engine", engine.into())]).collect();
    Record { fields, ..Record::new(collection, key, BODY.to_owned()) }
}

/// What is found of a relation in the store.
pub(super) fn link(engine: &str, from: &ObjectId, related: &PlanRelation) -> Link {
    let facts = related.facts.iter();
    let fields: BTreeMap<String, Value> =
        facts.map(|(name, fact)| ((*name).to_owned(), value(fact))).collect();
    Link { kind: relation(related.kind), from: end(engine, from), to: end(engine, &related.to), fields }
}
