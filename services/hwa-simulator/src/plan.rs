//! The plan: every object of one production day, as plain data addressed by small indexes.
//!
//! Half a million jobs must fit and be scanned quickly, so objects sit in vectors and point to each other by
//! index. What happens to them is the business of `engine`; how they look on the wire, of `wire`.

pub(crate) mod dice;
pub(crate) mod status;
pub(crate) mod dependency;
pub(crate) mod names;
pub(crate) mod workstations;
pub(crate) mod builder;
mod estimates;
pub(crate) mod shapes;
pub(crate) mod calendar;
pub(crate) mod generate;
mod job;

use std::collections::HashMap;
use std::sync::Arc;

use chrono_tz::Tz;
use uuid::Uuid;

use self::dependency::{Dependency, Node};
pub(crate) use self::job::{
    Behaviour, Definition, End, Job, Outcome, Recovery, RecoveryOption, Run, TaskKind,
};
use self::status::{JobStatus, StreamStatus};

/// A point of the engine's clock, in seconds since the epoch.
pub(crate) type Seconds = i64;

macro_rules! indexes {
    ($($index:ident => $field:ident: $object:ty;)+) => {$(
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) struct $index(pub(crate) u32);

        impl $index {
            pub(crate) fn position(self) -> usize {
                self.0 as usize
            }
        }

        impl std::ops::Index<$index> for Plan {
            type Output = $object;
            fn index(&self, index: $index) -> &$object {
                &self.$field[index.position()]
            }
        }

        impl std::ops::IndexMut<$index> for Plan {
            fn index_mut(&mut self, index: $index) -> &mut $object {
                &mut self.$field[index.position()]
            }
        }
    )+};
}

indexes! {
    FolderIndex => folders: Folder;
    WorkstationIndex => workstations: Workstation;
    StreamIndex => streams: Stream;
    JobIndex => jobs: Job;
    DefinitionIndex => definitions: Definition;
    ModelIndex => models: StreamModel;
    ResourceIndex => resources: Resource;
    PromptIndex => prompts: Prompt;
    FileIndex => files: File;
}

/// One production day.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) start: Seconds,
    pub(crate) end: Seconds,
    /// The engine's clock when the simulator starts.
    pub(crate) opening: Seconds,
    pub(crate) zone: Tz,
    pub(crate) id: Uuid,
    pub(crate) run_number: u32,
    pub(crate) master: WorkstationIndex,
    pub(crate) folders: Vec<Folder>,
    pub(crate) workstations: Vec<Workstation>,
    pub(crate) definitions: Vec<Definition>,
    pub(crate) models: Vec<StreamModel>,
    pub(crate) streams: Vec<Stream>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) prompts: Vec<Prompt>,
    pub(crate) files: Vec<File>,
    pub(crate) calendars: Vec<Calendar>,
    /// Operator interventions that happen by themselves.
    pub(crate) diary: Vec<(Seconds, crate::engine::Operation)>,
}

impl Plan {
    /// Finds jobs and streams by identifier; built once, since a plan only ever grows.
    pub(crate) fn directory(&self) -> Directory {
        let mut directory = Directory::default();
        directory.jobs.extend(self.jobs.iter().zip(0..).map(|(job, at)| (job.id, JobIndex(at))));
        directory
            .streams
            .extend(self.streams.iter().zip(0..).map(|(stream, at)| (stream.id, StreamIndex(at))));
        directory.jobs_by_id = directory.jobs.values().copied().collect();
        directory.jobs_by_id.sort_unstable_by_key(|job| self[*job].id);
        directory.streams_by_id = directory.streams.values().copied().collect();
        directory.streams_by_id.sort_unstable_by_key(|stream| self[*stream].id);
        directory
    }

    pub(crate) fn stream_key(&self, stream: StreamIndex) -> String {
        let stream = &self[stream];
        format!("{}#{}{}", self[stream.workstation].key(), self[stream.folder].path, stream.name)
    }

    pub(crate) fn job_key(&self, job: JobIndex) -> String {
        format!("{}.{}", self.stream_key(self[job].stream), self[job].name)
    }

    /// Jobs of a stream, in order.
    pub(crate) fn jobs_of(&self, stream: StreamIndex) -> impl Iterator<Item = JobIndex> + use<> {
        let stream = &self[stream];
        (stream.first_job..stream.first_job + u32::from(stream.job_count)).map(JobIndex)
    }
}

/// Identifier look-up for the kinds of object that come by the hundred thousand.
#[derive(Debug, Default)]
pub(crate) struct Directory {
    pub(crate) jobs: HashMap<Uuid, JobIndex>,
    pub(crate) streams: HashMap<Uuid, StreamIndex>,
    /// Jobs by the identifiers of their runs.
    pub(crate) runs: HashMap<Uuid, JobIndex>,
    /// In the order of their identifiers, which is how careful clients page.
    pub(crate) jobs_by_id: Vec<JobIndex>,
    pub(crate) streams_by_id: Vec<StreamIndex>,
}

#[derive(Debug)]
pub(crate) struct Folder {
    pub(crate) id: Uuid,
    /// With slashes at both ends.
    pub(crate) path: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) parent: Option<FolderIndex>,
    pub(crate) description: &'static str,
}

/// What a workstation is, as the REST API spells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub(crate) enum WorkstationKind {
    #[strum(serialize = "MANAGER")]
    Manager,
    #[strum(serialize = "FTA")]
    FaultTolerant,
    #[strum(serialize = "S-AGENT")]
    Standard,
    #[strum(serialize = "X-AGENT")]
    Extended,
    #[strum(serialize = "WORKLOAD_BROKER")]
    Broker,
    #[strum(serialize = "AGENT")]
    Agent,
    #[strum(serialize = "POOL")]
    Pool,
    #[strum(serialize = "D-POOL")]
    DynamicPool,
    #[strum(serialize = "REM-ENG")]
    RemoteEngine,
}

#[derive(Debug)]
pub(crate) struct Workstation {
    pub(crate) id: Uuid,
    pub(crate) name: Arc<str>,
    pub(crate) kind: WorkstationKind,
    pub(crate) windows: bool,
    pub(crate) description: &'static str,
    pub(crate) host: Option<WorkstationIndex>,
    pub(crate) members: Vec<WorkstationIndex>,
    pub(crate) limit: i32,
    pub(crate) fence: u8,
    pub(crate) linked: bool,
    pub(crate) jobman_up: bool,
    /// Linked, but calls of the broker to the agent fail.
    pub(crate) unreachable: bool,
    pub(crate) started: Seconds,
    /// Jobs running now.
    pub(crate) running: i32,
}

impl Workstation {
    pub(crate) fn key(&self) -> String {
        format!("/{}", self.name)
    }

    pub(crate) fn is_pool(&self) -> bool {
        matches!(self.kind, WorkstationKind::Pool | WorkstationKind::DynamicPool)
    }
}

/// A job stream of the model. Its jobs and dependencies are those of its first instance in the plan.
#[derive(Debug)]
pub(crate) struct StreamModel {
    pub(crate) id: Uuid,
    pub(crate) abstract_id: Uuid,
    pub(crate) instance: StreamIndex,
}

#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) id: Uuid,
    pub(crate) model: ModelIndex,
    pub(crate) folder: FolderIndex,
    pub(crate) workstation: WorkstationIndex,
    pub(crate) name: Arc<str>,
    pub(crate) internal_identifier: Arc<str>,
    pub(crate) sched_time: Seconds,
    pub(crate) first_job: u32,
    pub(crate) job_count: u16,
    pub(crate) priority: u8,
    pub(crate) original_priority: u8,
    /// -1 is none.
    pub(crate) limit: i32,
    pub(crate) carried_forward: bool,
    pub(crate) times: TimeRestrictions,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) followers: Vec<Node>,
    pub(crate) estimated: Seconds,
    pub(crate) status: StreamStatus,
    pub(crate) canceled: bool,
    /// Its own dependencies and start time are met, so its jobs may go on.
    pub(crate) released: bool,
    pub(crate) started: Option<Seconds>,
    pub(crate) ended: Option<Seconds>,
    pub(crate) tally: Tally,
}

/// How many jobs of a stream are in which state.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) hold: u16,
    pub(crate) ready: u16,
    pub(crate) active: u16,
    pub(crate) succ: u16,
    pub(crate) abend: u16,
    pub(crate) fail: u16,
    pub(crate) suppressed: u16,
    pub(crate) pending: u16,
    pub(crate) canceled: u16,
}

impl Tally {
    pub(crate) fn slot(&mut self, status: JobStatus) -> &mut u16 {
        match status {
            JobStatus::Hold => &mut self.hold,
            JobStatus::Ready | JobStatus::Fence => &mut self.ready,
            JobStatus::Intro | JobStatus::Exec => &mut self.active,
            JobStatus::Succ => &mut self.succ,
            JobStatus::Abend => &mut self.abend,
            JobStatus::Fail => &mut self.fail,
            JobStatus::Suppr => &mut self.suppressed,
            JobStatus::Pend => &mut self.pending,
            JobStatus::Cancl => &mut self.canceled,
        }
    }
}

/// What happens when the latest start time passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "camelCase")]
pub(crate) enum LateStart {
    DoNotRun,
    Cancel,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TimeRestrictions {
    /// Earliest start (AT).
    pub(crate) at: Option<Seconds>,
    /// Latest start (UNTIL).
    pub(crate) until: Option<Seconds>,
    pub(crate) on_until: Option<LateStart>,
    pub(crate) deadline: Option<Seconds>,
    /// Longer runs are killed.
    pub(crate) max_duration: Option<Seconds>,
    /// Repeats at this distance…
    pub(crate) every: Option<Seconds>,
    /// …until here.
    pub(crate) every_until: Option<Seconds>,
}

#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) id: Uuid,
    pub(crate) name: Arc<str>,
    pub(crate) workstation: WorkstationIndex,
    pub(crate) description: &'static str,
    pub(crate) quantity: u32,
    pub(crate) holders: Vec<(JobIndex, u32)>,
    pub(crate) waiters: Vec<JobIndex>,
}

impl Resource {
    pub(crate) fn in_use(&self) -> u32 {
        self.holders.iter().map(|(_, quantity)| quantity).sum()
    }

    pub(crate) fn available(&self) -> u32 {
        self.quantity.saturating_sub(self.in_use())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub(crate) enum PromptKind {
    #[strum(serialize = "Ad Hoc Prompt")]
    AdHoc,
    #[strum(serialize = "Predefined Prompt")]
    Predefined,
    #[strum(serialize = "Restart Prompt")]
    Restart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum PromptStatus {
    NotAsked,
    Asked,
    AnsweredYes,
    AnsweredNo,
}

#[derive(Debug)]
pub(crate) struct Prompt {
    pub(crate) id: Uuid,
    /// Empty for an ad hoc prompt.
    pub(crate) name: Arc<str>,
    pub(crate) text: Arc<str>,
    pub(crate) kind: PromptKind,
    pub(crate) status: PromptStatus,
    pub(crate) number: u32,
    pub(crate) asked: Option<Seconds>,
    pub(crate) answered: Option<Seconds>,
    /// Somebody answers so many seconds after it is asked.
    pub(crate) reply: Option<(Seconds, bool)>,
    /// Who waits; the first one is shown as its owner.
    pub(crate) waiters: Vec<Node>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub(crate) enum FileStatus {
    #[strum(serialize = "Not Checked")]
    NotChecked,
    #[strum(serialize = "Exists")]
    Exists,
    #[strum(serialize = "Unavailable")]
    Unavailable,
}

#[derive(Debug)]
pub(crate) struct File {
    pub(crate) id: Uuid,
    pub(crate) name: Arc<str>,
    pub(crate) workstation: WorkstationIndex,
    pub(crate) qualifier: &'static str,
    pub(crate) status: FileStatus,
    /// When it comes, unless somebody makes it come.
    pub(crate) arrives: Option<Seconds>,
    pub(crate) waiters: Vec<Node>,
}

#[derive(Debug)]
pub(crate) struct Calendar {
    pub(crate) id: Uuid,
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    pub(crate) dates: Vec<chrono::NaiveDate>,
}
