//! From plan ids and names to rows.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::TopologyError;
use super::node::Kind;
use super::records::{JobRecord, Rows, StreamRecord, Thing, ThingRecord, WorkstationRecord};
use super::structure::Structure;

/// Rows by what they are called. Shared by all versions until an object comes or goes.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) jobs: HashMap<Arc<str>, u32>,
    pub(super) streams: HashMap<Arc<str>, u32>,
    pub(super) streams_by_key: HashMap<Arc<str>, Vec<u32>>,
    pub(super) workstations: HashMap<Arc<str>, u32>,
    pub(super) things: HashMap<Thing, u32>,
}

/// What a caller asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Job(u32),
    Stream(u32),
    Thing(u32),
    Workstation(u32),
}

/// Rows a name is looked up in.
pub(super) struct Named<'a> {
    pub(super) index: &'a Index,
    pub(super) structure: &'a Structure,
    pub(super) jobs: &'a Rows<JobRecord>,
    pub(super) streams: &'a Rows<StreamRecord>,
    pub(super) workstations: &'a Rows<WorkstationRecord>,
    pub(super) things: &'a Rows<ThingRecord>,
}

impl Named<'_> {
    /// The object of that id or key; or of `prompt:`, `file:`, `resource:`, `workstation:` and a name.
    pub(super) fn find(&self, text: &str) -> Result<Subject, TopologyError> {
        let unknown = || TopologyError::UnknownObject { object: text.to_owned() };
        if text.is_empty() {
            return Err(TopologyError::ObjectNotNamed);
        }
        if let Some(row) = self.index.jobs.get(text) {
            return Ok(Subject::Job(*row));
        }
        if let Some(row) = self.index.streams.get(text) {
            return Ok(Subject::Stream(*row));
        }
        if let Some((kind, name)) = text.split_once(':')
            && let Some(found) = self.of_kind(kind, name)
        {
            return one(text, found);
        }
        let streams = self.streams_of_key(text);
        if !streams.is_empty() {
            return one(text, streams.into_iter().map(Subject::Stream).collect());
        }
        let (stream, job) = text.rsplit_once('.').ok_or_else(unknown)?;
        let named = |row: u32| {
            let end = self.structure.end(row)?;
            Some(self.structure.entries(end).filter_map(
                |(_, entry)| match self.structure.kind(entry.target) {
                    Kind::Job(row) => {
                        let same =
                            self.jobs.get(row).is_some_and(|record| record.name.eq_ignore_ascii_case(job));
                        same.then_some(Subject::Job(row))
                    }
                    _ => None,
                },
            ))
        };
        let jobs: Vec<Subject> =
            self.streams_of_key(stream).into_iter().filter_map(named).flatten().collect();
        if jobs.is_empty() { Err(unknown()) } else { one(text, jobs) }
    }

    fn streams_of_key(&self, key: &str) -> Vec<u32> {
        let exact = self.index.streams_by_key.get(key);
        let rows = exact.or_else(|| self.index.streams_by_key.get(key.to_ascii_uppercase().as_str()));
        let live = |row: &&u32| self.streams.get(**row).is_some();
        rows.into_iter().flatten().filter(live).copied().collect()
    }

    fn of_kind(&self, kind: &str, name: &str) -> Option<Vec<Subject>> {
        let is = |text: &str| text.eq_ignore_ascii_case(name);
        let things = |wanted: &dyn Fn(&Thing) -> bool| {
            let found = self.things.iter().filter(|(_, record)| wanted(&record.thing));
            Some(found.map(|(row, _)| Subject::Thing(row)).collect())
        };
        match kind {
            "workstation" => {
                let found = self.workstations.iter().filter(|(_, record)| is(&record.name));
                Some(found.map(|(row, _)| Subject::Workstation(row)).collect())
            }
            "prompt" => things(&|thing| match thing {
                Thing::Prompt { name, number, .. } => is(name) || *number != 0 && is(&number.to_string()),
                _ => false,
            }),
            "file" => things(&|thing| matches!(thing, Thing::File { path, .. } if is(path))),
            "resource" => things(&|thing| match thing {
                Thing::Resource { name, workstation } => is(name) || is(&format!("{workstation}#{name}")),
                _ => false,
            }),
            _ => None,
        }
    }
}

fn one(text: &str, mut found: Vec<Subject>) -> Result<Subject, TopologyError> {
    match (found.pop(), found.len()) {
        (Some(subject), 0) => Ok(subject),
        (None, _) => Err(TopologyError::UnknownObject { object: text.to_owned() }),
        (Some(_), others) => {
            Err(TopologyError::AmbiguousObject { object: text.to_owned(), matches: others + 1 })
        }
    }
}
