//! Edges from the model, matched to the instances of the plan.
//!
//! Lists of the plan do not say what waits for what; definitions do, and they are read once for everybody. A follows
//! dependency names a stream of the model; which instance of it is meant depends on its matching criteria. Edges found
//! this way say so ([`EdgeSource::Model`]) and give way to edges read from the plan.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeSource, Predecessor, PromptStatus,
};
use resync_hwa::wire::enums::MatchingCriteria;
use resync_hwa::wire::model::{
    ExternalPredecessor, FileDependency, InterNetworkDependency, JobInStream, JobStreamDefinition,
    JoinCondition, Matching, PromptDependency, ResourceDependency,
};
use tokio::time::Instant;

use crate::engine::names;
use crate::engine::roster::{Roster, StreamEntry};
use crate::plan::{DependencyList, FlowId};

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
    read_at: Option<Instant>,
}

impl Model {
    pub(crate) fn new(streams: Vec<JobStreamDefinition>) -> Self {
        let mut model = Self { read_at: Some(Instant::now()), ..Self::default() };
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

    /// When the definitions were read; unset: never.
    pub(crate) fn read_at(&self) -> Option<Instant> {
        self.read_at
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

/// Scheduled time and identifier of a stream instance.
type Instance<'a> = (Option<DateTime<Utc>>, &'a Arc<str>);

/// Stream instances by the path of their definition, by scheduled time.
struct Instances<'a> {
    by_path: HashMap<Path, Vec<Instance<'a>>>,
    zone: Tz,
}

impl<'a> Instances<'a> {
    fn new(roster: &'a Roster, zone: Tz) -> Self {
        let mut by_path: HashMap<Path, Vec<_>> = HashMap::new();
        for (id, stream) in &roster.streams {
            by_path.entry(path_of_instance(stream)).or_default().push((stream.scheduled, id));
        }
        for list in by_path.values_mut() {
            list.sort();
        }
        Self { by_path, zone }
    }

    /// The instance that a dependency of a stream scheduled at `own` means; `not` is that stream itself.
    fn pick(
        &self,
        path: &Path,
        criteria: &MatchingCriteria,
        own: Option<DateTime<Utc>>,
        not: &str,
    ) -> Option<&'a Arc<str>> {
        let candidates = self.by_path.get(path)?;
        let others = || candidates.iter().filter(|(_, id)| &***id != not);
        let Some(own) = own else { return others().next_back().map(|(_, id)| *id) };
        let before = |strictly: bool| {
            others().rfind(move |(at, _)| at.is_some_and(|at| if strictly { at < own } else { at <= own }))
        };
        let found = match criteria {
            MatchingCriteria::Previous => before(true),
            MatchingCriteria::SameDay => {
                let day = |at: DateTime<Utc>| at.with_timezone(&self.zone).date_naive();
                let same = |candidate: &&Instance<'_>| candidate.0.is_some_and(|at| day(at) == day(own));
                // Same day: the closest one before, else the first one after.
                before(false).filter(same).or_else(|| others().find(same))
            }
            // Intervals relative to or on fixed times: the closest preceding instance is nearly always the one
            // inside, and an edge read from the plan corrects the rest.
            _ => before(false).or_else(|| others().next()),
        };
        found.map(|(_, id)| *id)
    }
}

/// Matches the definition of one stream to one of its instances.
struct Matcher<'a> {
    model: &'a Model,
    roster: &'a Roster,
    instances: &'a Instances<'a>,
    id: &'a str,
    stream: &'a StreamEntry,
    definition: &'a JobStreamDefinition,
}

impl Matcher<'_> {
    fn of_stream(&self) -> Vec<Dependency> {
        let definition = self.definition;
        let mut edges = self.common(
            DependencyOwner::JobStream,
            &definition.prompt_dependencies,
            &definition.file_dependencies,
            &definition.resource_dependencies,
            &definition.inter_network_dependencies,
        );
        edges.extend(self.externals(&definition.external_predecessors, DependencyOwner::JobStream));
        edges.extend(
            definition.join_conditions.iter().map(|join| self.join(join, DependencyOwner::JobStream)),
        );
        edges
    }

    fn of_job(&self, job: &JobInStream) -> Vec<Dependency> {
        let mut edges = self.common(
            DependencyOwner::Job,
            &job.prompt_dependencies,
            &job.file_dependencies,
            &job.resource_dependencies,
            &job.inter_network_dependencies,
        );
        for predecessor in &job.internal_predecessors {
            let conditions = conditions(&predecessor.status_conditions, &predecessor.output_conditions);
            edges.extend(self.internal(
                predecessor.job_id.as_deref(),
                predecessor.job_name.as_deref(),
                conditions,
            ));
        }
        edges.extend(self.externals(&job.external_predecessors, DependencyOwner::Job));
        edges.extend(job.join_conditions.iter().map(|join| self.join(join, DependencyOwner::Job)));
        edges
    }

    fn common(
        &self,
        owner: DependencyOwner,
        prompts: &[PromptDependency],
        files: &[FileDependency],
        resources: &[ResourceDependency],
        networks: &[InterNetworkDependency],
    ) -> Vec<Dependency> {
        let prompts = prompts.iter().map(|prompt| DependencyTarget::Prompt {
            prompt_name: names::bare(prompt.global_prompt.as_deref().unwrap_or_default()).to_owned(),
            number: 0,
            text: prompt.message.clone().unwrap_or_default(),
            status: PromptStatus::NotAsked,
        });
        let files = files.iter().map(|file| DependencyTarget::File {
            path: file.filename.clone().unwrap_or_default(),
            workstation: names::bare(file.workstation.as_deref().unwrap_or(&self.stream.workstation))
                .to_owned(),
            qualifier: file.qualifier.clone().unwrap_or_default(),
            status: String::new(),
        });
        let resources = resources.iter().map(|resource| {
            let (workstation, path) =
                names::split_workstation(resource.resource.as_deref().unwrap_or_default());
            DependencyTarget::Resource {
                resource_name: names::bare(path).to_owned(),
                workstation: workstation.unwrap_or(&self.stream.workstation).to_owned(),
                quantity: resource.quantity.and_then(|quantity| i32::try_from(quantity).ok()).unwrap_or(1),
            }
        });
        let networks = networks.iter().map(|network| DependencyTarget::Internetwork {
            network_agent: names::bare(network.network_agent.as_deref().unwrap_or_default()).to_owned(),
            remote_dependency: network.dependency.clone().unwrap_or_default(),
        });
        prompts.chain(files).chain(resources).chain(networks).map(|target| edge(owner, target)).collect()
    }

    fn externals(&self, wires: &[ExternalPredecessor], owner: DependencyOwner) -> Vec<Dependency> {
        wires.iter().filter_map(|wire| self.external(wire, owner)).collect()
    }

    fn external(&self, wire: &ExternalPredecessor, owner: DependencyOwner) -> Option<Dependency> {
        let target = self.model.target(wire)?;
        let criteria = self.criteria(wire.matching_criteria.as_ref());
        let found = self.instances.pick(&target.path, criteria, self.stream.scheduled, self.id);
        let (workstation, folder, stream) = &target.path;
        let conditions = conditions(&wire.status_conditions, &wire.output_conditions);
        let (id, key) = match &target.job {
            None => (found.map(ToString::to_string), names::stream_key(workstation, folder, stream)),
            Some(job) => (
                found
                    .and_then(|id| self.roster.streams.get(id))
                    .and_then(|entry| entry.jobs.get(job.as_str()))
                    .map(ToString::to_string),
                names::job_key(workstation, folder, stream, job),
            ),
        };
        let predecessor = unread(id, key, conditions);
        let pending = predecessor.pending;
        let target = match target.job {
            None => DependencyTarget::ExternalJobStream(predecessor),
            Some(_) => DependencyTarget::ExternalJob(predecessor),
        };
        let state = if pending { DependencyState::Unbound } else { DependencyState::Undecided };
        Some(Dependency { state, ..edge(owner, target) })
    }

    fn internal(
        &self,
        job_id: Option<&str>,
        job_name: Option<&str>,
        conditions: Vec<String>,
    ) -> Option<Dependency> {
        let by_id = || {
            let id = job_id?;
            let job = self
                .definition
                .jobs
                .iter()
                .find(|job| job.id.as_deref() == Some(id) || job.abstract_id.as_deref() == Some(id));
            job?.name.as_deref()
        };
        let name = job_name.or_else(by_id)?;
        let key = names::job_key(&self.stream.workstation, &self.stream.folder, &self.stream.name, name);
        let id = self.stream.jobs.get(name).map(ToString::to_string);
        Some(edge(DependencyOwner::Job, DependencyTarget::Internal(unread(id, key, conditions))))
    }

    fn join(&self, join: &JoinCondition, owner: DependencyOwner) -> Dependency {
        let mut members = self.externals(&join.external_predecessors, owner);
        for predecessor in &join.internal_predecessors {
            let conditions = conditions(&predecessor.status_conditions, &predecessor.output_conditions);
            members.extend(self.internal(
                predecessor.job_id.as_deref(),
                predecessor.job_name.as_deref(),
                conditions,
            ));
        }
        let target = DependencyTarget::Join {
            join_name: join.name.clone().unwrap_or_default(),
            quantity: join.how_many.and_then(|quantity| u32::try_from(quantity).ok()).unwrap_or(0),
            members,
        };
        edge(owner, target)
    }

    /// The dependency's own criteria, else the stream's, else the product's default.
    fn criteria<'c>(&'c self, own: Option<&'c Matching>) -> &'c MatchingCriteria {
        let kind = |matching: &'c Matching| {
            matching.kind.as_ref().filter(|kind| **kind != MatchingCriteria::UseDefault)
        };
        own.and_then(kind)
            .or_else(|| self.definition.matching_criteria.as_ref().and_then(kind))
            .unwrap_or(&MatchingCriteria::SameDay)
    }
}

fn conditions(status: &[String], output: &[String]) -> Vec<String> {
    status.iter().chain(output).cloned().collect()
}

fn unread(id: Option<String>, key: String, conditions: Vec<String>) -> Predecessor {
    let pending = id.is_none();
    Predecessor {
        id: id.unwrap_or_default(),
        key,
        status: None,
        internal_status: String::new(),
        conditions,
        zombie: false,
        pending,
    }
}

fn edge(owner: DependencyOwner, target: DependencyTarget) -> Dependency {
    Dependency {
        id: String::new(),
        state: DependencyState::Undecided,
        source: EdgeSource::Model,
        owner,
        target,
    }
}

#[cfg(test)]
mod tests;
