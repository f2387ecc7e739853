//! The kinds of trouble a night can hold, and how they are planted: each in job streams that look like all
//! others, with what a correct diagnosis of it must find.

mod capacity;
mod failures;
mod predecessors;
mod timing;
mod waiting;

use serde::{Deserialize, Serialize};
use strum::IntoEnumIterator;

use crate::config::Incidents;
use crate::plan::builder::Builder;
use crate::plan::generate::Supply;
use crate::plan::names::Blueprint;
use crate::plan::{
    End, FileIndex, JobIndex, Outcome, PromptIndex, ResourceIndex, StreamIndex, WorkstationIndex,
};

/// One kind of planted trouble; the truth names each instance by its kind.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    strum::EnumIter,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::Display,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum IncidentKind {
    /// A program ended with return code 1.
    ApplicationError,
    /// The file system is full.
    DiskFull,
    /// An `ORA-` error from the database.
    OracleError,
    /// An input file the program opens is not there.
    InputFileNotFound,
    /// The program may not read or write a file.
    PermissionDenied,
    /// The script of the job does not exist: the job could not be launched.
    ScriptMissing,
    /// The logon user's password expired: the job could not be launched.
    UserPasswordExpired,
    /// The job ran longer than its maximum duration and was killed.
    MaxDurationKilled,
    /// The system's out-of-memory killer ended the program.
    OutOfMemory,
    /// A remote service refused the connection.
    ConnectionRefused,
    /// The program gave up waiting for a database lock.
    LockTimeout,
    /// A variable was not replaced and reached the command literally.
    VariableNotSubstituted,
    /// The recovery job failed too, so the parent was never rerun.
    RecoveryJobFailed,
    /// An ABEND several job streams upstream.
    UpstreamAbend,
    /// An ABEND leaves its job stream STUCK.
    StreamStuck,
    /// The agent is not linked.
    AgentUnlinked,
    /// The workstation's job limit is 0.
    WorkstationLimitZero,
    /// The workstation's fence is above the job's priority.
    FenceAbovePriority,
    /// The broker cannot reach the agent.
    BrokerCannotReachAgent,
    /// No member of a pool is linked.
    PoolWithoutMembers,
    /// All units of a resource are held by another job.
    ResourceExhausted,
    /// A prompt waits for an answer.
    PromptUnanswered,
    /// A prompt was answered no.
    PromptAnsweredNo,
    /// A recovery prompt waits for an answer.
    RestartPromptUnanswered,
    /// A file dependency whose file has not come.
    FileMissing,
    /// A predecessor that is not in the plan yet.
    PendingPredecessor,
    /// A predecessor that can never be resolved.
    ZombiePredecessor,
    /// The job's priority is 0.
    JobHeld,
    /// The job stream's priority is 0.
    StreamHeld,
    /// The job's start time has not come.
    StartTimeInFuture,
    /// The latest start time has passed; the job is suppressed.
    UntilPassed,
    /// A condition on a predecessor was not met; the job is suppressed.
    ConditionNotMet,
    /// The job stream's limit is 0.
    StreamLimitZero,
    /// The job runs much longer than estimated.
    LongRunning,
    /// The deadline has passed.
    LatePastDeadline,
    /// The job ended and waits for somebody to confirm the outcome.
    PendingConfirmation,
    /// A join has too few satisfied members.
    JoinUnsatisfied,
    /// The state of a job in another network is not known.
    InternetworkUndecided,
    /// A job stream of the previous day still waits.
    CarriedForwardWaiting,
    /// A predecessor was cancelled, which released its successors without their data.
    CancelledPredecessor,
}

/// An object of the plan, or one that the plan only names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Thing {
    Job(JobIndex),
    Stream(StreamIndex),
    Workstation(WorkstationIndex),
    Resource(ResourceIndex),
    Prompt(PromptIndex),
    File(FileIndex),
    Absent(String),
}

/// What was planted, in terms of the plan.
#[derive(Debug, Clone)]
pub(crate) struct Planted {
    pub(crate) kind: IncidentKind,
    pub(crate) summary: String,
    pub(crate) roots: Vec<Thing>,
    /// From the symptom to the root cause.
    pub(crate) chain: Vec<Thing>,
    pub(crate) words: Vec<&'static str>,
    pub(crate) codes: Vec<&'static str>,
    pub(crate) return_code: Option<i32>,
    pub(crate) lines: Vec<String>,
}

impl Planted {
    /// An incident whose root cause is the last link of its chain.
    fn new(kind: IncidentKind, summary: &str, chain: Vec<Thing>) -> Self {
        Self {
            kind,
            summary: summary.to_owned(),
            roots: chain.last().cloned().into_iter().collect(),
            chain,
            words: Vec::new(),
            codes: Vec::new(),
            return_code: None,
            lines: Vec::new(),
        }
    }

    fn words(mut self, words: &[&'static str]) -> Self {
        self.words = words.to_vec();
        self
    }

    fn codes(mut self, codes: &[&'static str]) -> Self {
        self.codes = codes.to_vec();
        self
    }

    fn failed(mut self, code: Option<i32>, lines: &[String]) -> Self {
        self.return_code = code;
        self.lines = lines.to_vec();
        self
    }

    fn also_caused_by(mut self, thing: Thing) -> Self {
        self.roots.push(thing);
        self
    }
}

/// Plants one incident of every selected kind.
pub(crate) fn plant(builder: &mut Builder, supply: &mut Supply, selection: &Incidents) -> Vec<Planted> {
    let mut scene = Scene { builder, supply };
    IncidentKind::iter()
        .filter(|kind| selection.includes(*kind))
        .map(|kind| {
            use IncidentKind as K;
            match kind {
                K::ApplicationError
                | K::DiskFull
                | K::OracleError
                | K::InputFileNotFound
                | K::PermissionDenied
                | K::OutOfMemory
                | K::ConnectionRefused
                | K::LockTimeout
                | K::VariableNotSubstituted
                | K::ScriptMissing
                | K::UserPasswordExpired => failures::plant(&mut scene, kind),
                K::MaxDurationKilled => failures::max_duration(&mut scene),
                K::RecoveryJobFailed => failures::recovery_job(&mut scene),
                K::RestartPromptUnanswered => failures::restart_prompt(&mut scene),
                K::CancelledPredecessor => failures::cancelled_predecessor(&mut scene),
                K::AgentUnlinked => capacity::agent_unlinked(&mut scene),
                K::WorkstationLimitZero => capacity::limit_zero(&mut scene),
                K::FenceAbovePriority => capacity::fence(&mut scene),
                K::BrokerCannotReachAgent => capacity::broker(&mut scene),
                K::PoolWithoutMembers => capacity::pool(&mut scene),
                K::ResourceExhausted => capacity::resource(&mut scene),
                K::StreamLimitZero => capacity::stream_limit(&mut scene),
                K::UpstreamAbend => predecessors::upstream_abend(&mut scene),
                K::StreamStuck => predecessors::stream_stuck(&mut scene),
                K::PendingPredecessor => predecessors::absent(&mut scene, true),
                K::ZombiePredecessor => predecessors::absent(&mut scene, false),
                K::ConditionNotMet => predecessors::condition_not_met(&mut scene),
                K::JoinUnsatisfied => predecessors::join(&mut scene),
                K::InternetworkUndecided => predecessors::internetwork(&mut scene),
                K::CarriedForwardWaiting => predecessors::carried_forward(&mut scene),
                K::PromptUnanswered => waiting::prompt(&mut scene, false),
                K::PromptAnsweredNo => waiting::prompt(&mut scene, true),
                K::FileMissing => waiting::file(&mut scene),
                K::JobHeld => waiting::job_held(&mut scene),
                K::StreamHeld => waiting::stream_held(&mut scene),
                K::PendingConfirmation => waiting::confirmation(&mut scene),
                K::StartTimeInFuture => timing::start_time(&mut scene),
                K::UntilPassed => timing::until_passed(&mut scene),
                K::LongRunning => timing::long_running(&mut scene),
                K::LatePastDeadline => timing::late(&mut scene),
            }
        })
        .collect()
}

/// Where incidents are set up: ordinary-looking streams whose timing is known.
struct Scene<'a> {
    builder: &'a mut Builder,
    supply: &'a mut Supply,
}

/// A linear job stream made for an incident.
struct Chain {
    blueprint: Blueprint,
    stream: StreamIndex,
    jobs: Vec<JobIndex>,
}

impl Scene<'_> {
    /// A chain of `count` jobs that began so many minutes before the opening.
    fn chain(&mut self, minutes_ago: i64, count: usize) -> Chain {
        let blueprint = self.supply.take_unix();
        let sched_time = (self.builder.opening - minutes_ago * 60).div_euclid(60) * 60;
        let stream = self.builder.begin_from(&blueprint, sched_time);
        self.fill(blueprint, stream, count)
    }

    /// The same on a workstation of its own.
    fn chain_on(&mut self, workstation: WorkstationIndex, minutes_ago: i64, count: usize) -> Chain {
        let blueprint = self.supply.take_unix();
        let sched_time = (self.builder.opening - minutes_ago * 60).div_euclid(60) * 60;
        let folder = Builder::folder_of(Some(blueprint.area));
        let stream = self.builder.begin(folder, &blueprint.name, workstation, sched_time);
        self.fill(blueprint, stream, count)
    }

    fn fill(&mut self, blueprint: Blueprint, stream: StreamIndex, count: usize) -> Chain {
        let steps = blueprint.area().steps;
        let mut jobs: Vec<JobIndex> = Vec::with_capacity(count);
        for (number, step) in steps.iter().cycle().take(count).enumerate() {
            let name = match number / steps.len() {
                0 => format!("{}_{step}", blueprint.prefix),
                round => format!("{}_{step}{}", blueprint.prefix, round + 1),
            };
            let seconds = self.builder.dice.between(90, 300);
            let job = self.builder.add_job(stream, &name, seconds);
            self.outcome(job, Outcome { seconds: Some(seconds), ..Outcome::default() });
            if let Some(before) = jobs.last() {
                self.builder.follow(job, *before);
            }
            jobs.push(job);
        }
        Chain { blueprint, stream, jobs }
    }

    fn outcome(&mut self, job: JobIndex, outcome: Outcome) {
        self.builder.behaviour(job).attempts = vec![outcome];
    }

    /// The job fails with this code, or cannot be launched.
    fn fails(&mut self, job: JobIndex, code: Option<i32>, lines: &[String]) {
        let end = code.map_or(End::NotLaunched, End::ReturnCode);
        let seconds = Some(self.builder.dice.between(20, 200));
        self.outcome(job, Outcome { end, seconds, lines: lines.to_vec() });
    }
}
