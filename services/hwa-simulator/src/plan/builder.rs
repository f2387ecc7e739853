//! Puts a plan together piece by piece. It knows how the pieces fit, not what a good night looks like: that is
//! `generate` for the ordinary part and `incidents` for the trouble.

use std::collections::HashMap;
use std::sync::Arc;

use chrono_tz::Tz;

use super::dependency::{Condition, Dependency, DependencyKind, Node};
use super::dice::{Dice, Identifiers, Kind};
use super::estimates;
use super::names::{AREAS, Blueprint};
use super::status::{JobStatus, StreamStatus};
use super::workstations::Machines;
use super::{
    Behaviour, Definition, DefinitionIndex, File, FileIndex, FileStatus, Folder, FolderIndex, Job, JobIndex,
    ModelIndex, Plan, Prompt, PromptIndex, PromptKind, PromptStatus, Recovery, Resource, ResourceIndex,
    Seconds, Stream, StreamIndex, StreamModel, TaskKind, TimeRestrictions, WorkstationIndex,
};
use crate::engine::Operation;

/// Default priority of jobs and job streams.
pub(crate) const PRIORITY: u8 = 10;

#[derive(Debug)]
pub(crate) struct Builder {
    pub(crate) start: Seconds,
    pub(crate) opening: Seconds,
    pub(crate) dice: Dice,
    pub(crate) machines: Machines,
    pub(crate) diary: Vec<(Seconds, Operation)>,
    seed: u64,
    zone: Tz,
    identifiers: Identifiers,
    folders: Vec<Folder>,
    definitions: Vec<Definition>,
    definition_names: HashMap<(FolderIndex, WorkstationIndex, Arc<str>), DefinitionIndex>,
    models: Vec<StreamModel>,
    model_names: HashMap<(FolderIndex, Arc<str>), ModelIndex>,
    streams: Vec<Stream>,
    jobs: Vec<Job>,
    resources: Vec<Resource>,
    prompts: Vec<Prompt>,
    files: Vec<File>,
}

impl Builder {
    pub(crate) fn new(seed: u64, opening: Seconds, zone: Tz, jobs: usize) -> Self {
        // The night began between six and seven hours ago, on the hour.
        let start = (opening - 6 * 3_600).div_euclid(3_600) * 3_600;
        let identifiers = Identifiers::new(seed, start);
        let folder = |number: usize, path: String, name: &str, parent, description| Folder {
            id: identifiers.make(Kind::Folder, number as u64),
            path: Arc::from(path),
            name: Arc::from(name),
            parent,
            description,
        };
        let mut folders = vec![folder(0, "/".to_owned(), "/", None, "Root folder")];
        for (number, area) in AREAS.iter().enumerate() {
            let path = format!("/{}/", area.folder);
            folders.push(folder(number + 1, path, area.folder, Some(FolderIndex(0)), area.description));
        }
        Self {
            start,
            opening,
            dice: Dice::new(seed, start.cast_unsigned()),
            machines: Machines::new(identifiers, jobs, start),
            diary: Vec::new(),
            seed,
            zone,
            identifiers,
            folders,
            definitions: Vec::new(),
            definition_names: HashMap::new(),
            models: Vec::new(),
            model_names: HashMap::new(),
            streams: Vec::new(),
            jobs: Vec::new(),
            resources: Vec::new(),
            prompts: Vec::new(),
            files: Vec::new(),
        }
    }

    pub(crate) fn job_count(&self) -> usize {
        self.jobs.len()
    }

    pub(crate) fn stream_count(&self) -> usize {
        self.streams.len()
    }

    pub(crate) fn job(&self, job: JobIndex) -> &Job {
        &self.jobs[job.position()]
    }

    pub(crate) fn job_mut(&mut self, job: JobIndex) -> &mut Job {
        &mut self.jobs[job.position()]
    }

    pub(crate) fn stream(&self, stream: StreamIndex) -> &Stream {
        &self.streams[stream.position()]
    }

    pub(crate) fn stream_mut(&mut self, stream: StreamIndex) -> &mut Stream {
        &mut self.streams[stream.position()]
    }

    pub(crate) fn last_job(&self, stream: StreamIndex) -> JobIndex {
        let stream = self.stream(stream);
        JobIndex(stream.first_job + u32::from(stream.job_count).saturating_sub(1))
    }

    /// The folder of an area; the root for the engine's own streams.
    pub(crate) fn folder_of(area: Option<usize>) -> FolderIndex {
        FolderIndex(area.map_or(0, |area| u32::try_from(area).unwrap_or_default() + 1))
    }

    /// Begins a job stream; its jobs must be added before the next stream begins.
    pub(crate) fn begin(
        &mut self,
        folder: FolderIndex,
        name: &str,
        workstation: WorkstationIndex,
        sched_time: Seconds,
    ) -> StreamIndex {
        let at = StreamIndex(u32::try_from(self.streams.len()).unwrap_or(u32::MAX));
        let known = self.model_names.get(&(folder, Arc::from(name))).copied();
        let model = known.unwrap_or_else(|| {
            let model = ModelIndex(u32::try_from(self.models.len()).unwrap_or(u32::MAX));
            self.models.push(StreamModel {
                id: self.identifiers.make(Kind::Model, u64::from(model.0)),
                abstract_id: self.identifiers.make(Kind::AbstractModel, u64::from(model.0)),
                instance: at,
            });
            self.model_names.insert((folder, Arc::from(name)), model);
            model
        });
        self.streams.push(Stream {
            id: self.identifiers.make(Kind::Stream, u64::from(at.0)),
            model,
            folder,
            workstation,
            name: self.streams[..]
                .get(self.models[model.position()].instance.position())
                .map_or_else(|| Arc::from(name), |first| first.name.clone()),
            internal_identifier: Arc::from(Identifiers::internal(at.0 + 1)),
            sched_time,
            first_job: u32::try_from(self.jobs.len()).unwrap_or(u32::MAX),
            job_count: 0,
            priority: PRIORITY,
            original_priority: PRIORITY,
            limit: -1,
            carried_forward: sched_time < self.start,
            times: TimeRestrictions { at: Some(sched_time), ..TimeRestrictions::default() },
            dependencies: Vec::new(),
            followers: Vec::new(),
            estimated: 0,
            status: StreamStatus::Hold,
            canceled: false,
            released: false,
            started: None,
            ended: None,
            tally: super::Tally::default(),
        });
        at
    }

    /// Begins the stream of a blueprint on a workstation of its area.
    pub(crate) fn begin_from(&mut self, blueprint: &Blueprint, sched_time: Seconds) -> StreamIndex {
        let workstation = self.workstation_for(blueprint);
        self.begin(Self::folder_of(Some(blueprint.area)), &blueprint.name, workstation, sched_time)
    }

    fn workstation_for(&mut self, blueprint: &Blueprint) -> WorkstationIndex {
        let candidates = self.machines.at(blueprint.area().site);
        *self.dice.pick(candidates)
    }

    /// Adds a job at the end of the stream begun last.
    pub(crate) fn add_job(&mut self, stream: StreamIndex, name: &str, estimated: Seconds) -> JobIndex {
        debug_assert_eq!(stream.position() + 1, self.streams.len(), "jobs of a stream are contiguous");
        let at = JobIndex(u32::try_from(self.jobs.len()).unwrap_or(u32::MAX));
        let (folder, workstation) = (self.stream(stream).folder, self.stream(stream).workstation);
        let definition = self.definition(folder, workstation, name);
        let record = &mut self.streams[stream.position()];
        record.job_count += 1;
        record.tally.hold += 1;
        let position = record.job_count;
        self.jobs.push(Job {
            id: self.identifiers.make(Kind::Job, u64::from(at.0)),
            stream,
            definition,
            workstation,
            name: self.definitions[definition.position()].name.clone(),
            position,
            priority: PRIORITY,
            original_priority: PRIORITY,
            estimated: u32::try_from(estimated).unwrap_or(1),
            status: JobStatus::Hold,
            ready_reason: None,
            canceled: false,
            until_gone: false,
            recovering: false,
            critical: false,
            requires_confirmation: false,
            no_operation: false,
            critical_start: None,
            not_before: None,
            next_run: None,
            times: None,
            behaviour: None,
            dependencies: Vec::new(),
            followers: Vec::new(),
            runs: Vec::new(),
        });
        at
    }

    /// Finds or makes the job definition of that name.
    pub(crate) fn definition(
        &mut self,
        folder: FolderIndex,
        workstation: WorkstationIndex,
        name: &str,
    ) -> DefinitionIndex {
        let key = (folder, workstation, Arc::from(name));
        if let Some(known) = self.definition_names.get(&key) {
            return *known;
        }
        let at = DefinitionIndex(u32::try_from(self.definitions.len()).unwrap_or(u32::MAX));
        let area = (folder.0 > 0).then(|| &AREAS[folder.position() - 1]);
        let lower = name.to_lowercase();
        let place = area.map_or_else(|| "wa".to_owned(), |area| area.folder.to_lowercase());
        let machine = &self.machines.all[workstation.position()];
        let (task, text) = if machine.windows {
            (TaskKind::Windows, format!("D:\\batch\\{place}\\{lower}.cmd"))
        } else if machine.kind == super::WorkstationKind::RemoteEngine {
            (TaskKind::Shadow, format!("CLEAR#SETTLEMENT.{name}"))
        } else if name.ends_with("_STATS") || name.ends_with("_INDEX") {
            (TaskKind::Database, format!("begin {place}.{lower}; end;"))
        } else if name.ends_with("_DELIVER") || name.ends_with("_SEND") || name.ends_with("_DOWNLOAD") {
            (TaskKind::FileTransfer, format!("/data/{place}/out/{lower}.dat"))
        } else if name.starts_with("CHECK_") || name.starts_with("CLEANUP_") {
            (TaskKind::Command, format!("/opt/batch/bin/{lower} --area {place}"))
        } else {
            (TaskKind::Script, format!("/opt/batch/{place}/{lower}.sh"))
        };
        let words = name.replace('_', " ").to_lowercase();
        let description = area.map_or_else(|| words.clone(), |area| format!("{}: {words}", area.description));
        self.definitions.push(Definition {
            id: self.identifiers.make(Kind::Definition, u64::from(at.0)),
            name: Arc::from(name),
            folder,
            workstation,
            user: area.map_or("wauser", |area| area.user),
            task,
            text: Arc::from(text),
            description: Arc::from(description),
            recovery: Recovery::STOP,
        });
        self.definition_names.insert(key, at);
        at
    }

    /// Gives a job a definition of its own with this recovery and returns the definition.
    pub(crate) fn recovery(&mut self, job: JobIndex, recovery: Recovery) {
        let definition = self.job(job).definition;
        self.definitions[definition.position()].recovery = recovery;
    }

    /// Replaces the command of a job's definition.
    pub(crate) fn command(&mut self, job: JobIndex, text: &str) {
        let definition = self.job(job).definition;
        self.definitions[definition.position()].text = Arc::from(text);
    }

    pub(crate) fn definition_of(&self, job: JobIndex) -> &Definition {
        &self.definitions[self.job(job).definition.position()]
    }

    /// Moves a job to another workstation than its stream's.
    pub(crate) fn run_on(&mut self, job: JobIndex, workstation: WorkstationIndex) {
        let stream = self.job(job).stream;
        let (folder, name) = (self.stream(stream).folder, self.job(job).name.clone());
        let definition = self.definition(folder, workstation, &name);
        let job = self.job_mut(job);
        job.workstation = workstation;
        job.definition = definition;
    }

    pub(crate) fn times(&mut self, job: JobIndex) -> &mut TimeRestrictions {
        self.job_mut(job).times.get_or_insert_default()
    }

    pub(crate) fn behaviour(&mut self, job: JobIndex) -> &mut Behaviour {
        self.job_mut(job).behaviour.get_or_insert_default()
    }

    /// Makes `node` wait.
    pub(crate) fn depend(&mut self, node: Node, kind: DependencyKind) {
        self.remember_follower(node, &kind);
        let dependencies = match node {
            Node::Job(job) => &mut self.jobs[job.position()].dependencies,
            Node::Stream(stream) => &mut self.streams[stream.position()].dependencies,
        };
        dependencies.push(Dependency::from(kind));
    }

    fn remember_follower(&mut self, node: Node, kind: &DependencyKind) {
        match kind {
            DependencyKind::Job { job, .. } => self.jobs[job.position()].followers.push(node),
            DependencyKind::Stream { stream, .. } => self.streams[stream.position()].followers.push(node),
            DependencyKind::File(file) => self.files[file.position()].waiters.push(node),
            DependencyKind::Prompt(prompt) => self.prompts[prompt.position()].waiters.push(node),
            DependencyKind::Join(join) => {
                for member in &join.members {
                    self.remember_follower(node, &member.kind);
                }
            }
            DependencyKind::Absent(_) | DependencyKind::Internetwork(_) | DependencyKind::Resource { .. } => {
            }
        }
    }

    /// `job` follows `predecessor`, which must succeed.
    pub(crate) fn follow(&mut self, job: JobIndex, predecessor: JobIndex) {
        self.depend(Node::Job(job), DependencyKind::Job { job: predecessor, when: Condition::SUCCESS });
    }

    /// `node` follows a whole job stream.
    pub(crate) fn follow_stream(&mut self, node: Node, predecessor: StreamIndex) {
        self.depend(node, DependencyKind::Stream { stream: predecessor, when: Condition::SUCCESS });
    }

    pub(crate) fn add_resource(
        &mut self,
        name: &str,
        workstation: WorkstationIndex,
        description: &'static str,
        quantity: u32,
    ) -> ResourceIndex {
        let at = ResourceIndex(u32::try_from(self.resources.len()).unwrap_or(u32::MAX));
        self.resources.push(Resource {
            id: self.identifiers.make(Kind::Resource, u64::from(at.0)),
            name: Arc::from(name),
            workstation,
            description,
            quantity,
            holders: Vec::new(),
            waiters: Vec::new(),
        });
        at
    }

    pub(crate) fn add_prompt(&mut self, kind: PromptKind, name: &str, text: &str) -> PromptIndex {
        let at = PromptIndex(u32::try_from(self.prompts.len()).unwrap_or(u32::MAX));
        self.prompts.push(Prompt {
            id: self.identifiers.make(Kind::Prompt, u64::from(at.0)),
            name: Arc::from(name),
            text: Arc::from(text),
            kind,
            status: PromptStatus::NotAsked,
            number: at.0 + 1,
            asked: None,
            answered: None,
            reply: None,
            waiters: Vec::new(),
        });
        at
    }

    pub(crate) fn prompt_mut(&mut self, prompt: PromptIndex) -> &mut Prompt {
        &mut self.prompts[prompt.position()]
    }

    pub(crate) fn add_file(
        &mut self,
        name: &str,
        workstation: WorkstationIndex,
        arrives: Option<Seconds>,
    ) -> FileIndex {
        let at = FileIndex(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(File {
            id: self.identifiers.make(Kind::File, u64::from(at.0)),
            name: Arc::from(name),
            workstation,
            qualifier: "-s %p",
            status: FileStatus::NotChecked,
            arrives,
            waiters: Vec::new(),
        });
        at
    }

    /// The plan, complete with what follows from its parts.
    pub(crate) fn finish(self, run_number: u32) -> Plan {
        let day = chrono::DateTime::from_timestamp(self.start, 0)
            .map(|start| start.with_timezone(&self.zone).date_naive())
            .unwrap_or_default();
        let mut plan = Plan {
            seed: self.seed,
            start: self.start,
            end: self.start + 24 * 3_600,
            opening: self.opening,
            zone: self.zone,
            id: self.identifiers.make(Kind::Plan, 0),
            run_number,
            master: self.machines.master,
            folders: self.folders,
            workstations: self.machines.all,
            definitions: self.definitions,
            models: self.models,
            streams: self.streams,
            jobs: self.jobs,
            resources: self.resources,
            prompts: self.prompts,
            files: self.files,
            calendars: super::calendar::calendars(self.identifiers, day),
            diary: self.diary,
        };
        estimates::complete(&mut plan);
        plan
    }
}
