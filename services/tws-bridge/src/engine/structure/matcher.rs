//! Turns one definition into the edges of one instance.

use resync_api::tws::model::{
    Dependency, DependencyOwner, DependencyState, DependencyTarget, EdgeSource, Predecessor, PromptStatus,
};
use resync_hwa::wire::enums::MatchingCriteria;
use resync_hwa::wire::model::{
    ExternalPredecessor, FileDependency, InterNetworkDependency, JobInStream, JobStreamDefinition,
    JoinCondition, Matching, PromptDependency, ResourceDependency,
};

use super::Model;
use super::instances::Instances;
use crate::engine::names;
use crate::engine::roster::{Roster, StreamEntry};

/// Matches the definition of one stream to one of its instances.
pub(super) struct Matcher<'a> {
    pub(super) model: &'a Model,
    pub(super) roster: &'a Roster,
    pub(super) instances: &'a Instances<'a>,
    pub(super) id: &'a str,
    pub(super) stream: &'a StreamEntry,
    pub(super) definition: &'a JobStreamDefinition,
}

impl Matcher<'_> {
    pub(super) fn of_stream(&self) -> Vec<Dependency> {
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

    pub(super) fn of_job(&self, job: &JobInStream) -> Vec<Dependency> {
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
