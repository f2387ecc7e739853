//! Edges from the model, matched to the instances of the plan.
//!
//! Lists of the plan do not say what waits for what; definitions do, and they are read once for everybody. A follows
//! dependency names a stream of the model; which instance of it is meant depends on its matching criteria. Edges found
//! this way say so ([`EdgeSource::Model`]) and give way to edges read from the plan.

mod instances;
mod matcher;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use chrono_tz::Tz;
use resync_api::tws::model::EdgeSource;
use resync_hwa::wire::model::{ExternalPredecessor, JobStreamDefinition};
use tokio::time::Instant;

use crate::engine::names;
use crate::engine::roster::{Roster, StreamEntry};
use crate::plan::{DependencyList, FlowId};
use instances::Instances;
use matcher::Matcher;

/// Workstation, folder and name of a job stream, all bare.
type Path = (String, String, String);

/// Job stream definitions, findable by all the names that refer to them.
#[derive(Debug, Default)]
pub(crate) struct Model {
    streams: Vec<JobStreamDefinition>,
    by_id: HashMap<String, usize>,
    by_path: HashMap<Path, usize>,
    by_abstract_id: HashMap<String, usize>,
    job_by_abstract_id: HashMap<String, (usize, usize)>,
    got_at: Option<Instant>,
    /// How old the definitions were by then.
    were: Duration,
}

impl Model {
    /// Definitions that were read so long ago.
    pub(crate) fn new(streams: Vec<JobStreamDefinition>, age: Duration) -> Self {
        let mut model = Self { got_at: Some(Instant::now()), were: age, ..Self::default() };
        for (index, stream) in streams.iter().enumerate() {
            if let Some(id) = &stream.id {
                model.by_id.insert(id.clone(), index);
            }
            if let Some(id) = &stream.abstract_id {
                model.by_abstract_id.insert(id.clone(), index);
            }
            model.by_path.insert(path_of(stream), index);
            for (position, job) in stream.jobs.iter().enumerate() {
                if let Some(id) = &job.abstract_id {
                    model.job_by_abstract_id.insert(id.clone(), (index, position));
                }
            }
        }
        model.streams = streams;
        model
    }

    /// Time since the definitions were read from the engine; unset: never.
    pub(crate) fn age(&self) -> Option<Duration> {
        self.held_for().map(|held| held + self.were)
    }

    /// Time since this process got them; unset: never.
    pub(crate) fn held_for(&self) -> Option<Duration> {
        self.got_at.map(|at| at.elapsed())
    }

    /// The definitions could not be read; those known stay in use.
    pub(crate) fn try_later(&mut self) {
        (self.got_at, self.were) = (Some(Instant::now()), Duration::ZERO);
    }

    /// True when the instance has a definition here.
    pub(crate) fn defines(&self, roster: &Roster, id: &str) -> bool {
        roster.streams.get(id).is_some_and(|stream| self.definition_of(stream).is_some())
    }

    fn definition_of(&self, stream: &StreamEntry) -> Option<&JobStreamDefinition> {
        let by_id = stream.model_id.as_ref().and_then(|id| self.by_id.get(id));
        let found = by_id.or_else(|| self.by_path.get(&path_of_instance(stream)));
        found.map(|index| &self.streams[*index])
    }

    /// Edges of the stream instances named, and of their jobs. Instances without a definition are left out: they may
    /// have been submitted ad hoc.
    pub(crate) fn edges<'a>(
        &self,
        roster: &Roster,
        zone: Tz,
        wanted: impl IntoIterator<Item = &'a Arc<str>>,
    ) -> Vec<DependencyList> {
        let instances = Instances::new(roster, zone);
        let mut lists = Vec::new();
        for id in wanted {
            let Some(stream) = roster.streams.get(id) else { continue };
            let Some(definition) = self.definition_of(stream) else { continue };
            let matcher = Matcher { model: self, roster, instances: &instances, id, stream, definition };
            lists.push(DependencyList {
                owner: FlowId::JobStream(id.to_string()),
                source: EdgeSource::Model,
                dependencies: matcher.of_stream(),
            });
            for job in &definition.jobs {
                if let Some(job_id) = job.name.as_deref().and_then(|name| stream.jobs.get(name)) {
                    lists.push(DependencyList {
                        owner: FlowId::Job(job_id.to_string()),
                        source: EdgeSource::Model,
                        dependencies: matcher.of_job(job),
                    });
                }
            }
        }
        lists
    }

    /// The stream and, when meant, the job that a follows dependency names.
    fn target(&self, wire: &ExternalPredecessor) -> Option<Target> {
        let job_by_id = wire.job_abstract_id.as_ref().and_then(|id| self.job_by_abstract_id.get(id));
        if let Some((stream, job)) = job_by_id {
            let definition = &self.streams[*stream];
            return Some(Target { path: path_of(definition), job: definition.jobs[*job].name.clone() });
        }
        if let Some(stream) = wire.job_stream_abstract_id.as_ref().and_then(|id| self.by_abstract_id.get(id))
        {
            return Some(Target { path: path_of(&self.streams[*stream]), job: wire.job_name.clone() });
        }
        let stream = wire.job_stream.as_deref()?;
        let (inline, stream) = names::split_workstation(stream);
        let workstation =
            inline.unwrap_or_else(|| names::bare(wire.workstation.as_deref().unwrap_or_default()));
        let path = (workstation.to_owned(), names::folder_of(stream), names::bare(stream).to_owned());
        Some(Target { path, job: wire.job_name.clone() })
    }
}

struct Target {
    path: Path,
    job: Option<String>,
}

fn path_of(definition: &JobStreamDefinition) -> Path {
    (
        names::bare(definition.workstation.as_deref().unwrap_or_default()).to_owned(),
        names::folder(definition.folder.as_deref().unwrap_or_default()),
        definition.name.clone().unwrap_or_default(),
    )
}

fn path_of_instance(stream: &StreamEntry) -> Path {
    (stream.workstation.clone(), stream.folder.clone(), stream.original.clone())
}

#[cfg(test)]
mod tests;
