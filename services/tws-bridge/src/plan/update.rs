//! What the engine side tells the mirror: raw facts as read, nothing derived.
//!
//! Lateness, risk, health, elapsed times and counts are computed by the mirror from the engine's clock when somebody
//! asks. Names come bare (`AGT1`, not `/AGT1`), folders absolute (`/FIN`; a trailing slash does not matter, `/` is the
//! root), ids as the engine spells them.

use std::time::Duration;

use chrono::{DateTime, NaiveTime, Utc};
use resync_api::tws::model::{Dependency, EdgeSource, PromptStatus, ResourceHolder, Status};

/// One batch, applied as a whole: readers see all of it or nothing.
///
/// A row that says nothing new only has its verified-at stamp moved. Order inside a batch does not matter: a
/// dependency on a row that comes later (or in a later batch) is bound when the row arrives.
#[derive(Clone, Debug)]
pub struct Update {
    /// This process's clock when the engine answered: rows of this batch were verified then.
    pub observed_at: DateTime<Utc>,
    /// The engine's clock at the same moment.
    pub engine_time: DateTime<Utc>,
    /// Starts a new plan beside the current one. This batch and those after it fill the new plan; readers go on
    /// seeing the old one until a batch with `completes_plan`.
    pub begins_plan: Option<PlanIdentity>,
    /// The plan begun by `begins_plan` is complete after this batch and takes the place of the old one.
    pub completes_plan: bool,
    /// New or re-read job streams.
    pub job_streams: Vec<JobStreamFacts>,
    /// New or re-read jobs.
    pub jobs: Vec<JobFacts>,
    /// New or re-read workstations.
    pub workstations: Vec<WorkstationFacts>,
    /// New or re-read resources.
    pub resources: Vec<ResourceFacts>,
    /// New or re-read prompts.
    pub prompts: Vec<PromptFacts>,
    /// New or re-read files.
    pub files: Vec<FileFacts>,
    /// Replaces all dependencies of each owner named.
    pub dependencies: Vec<DependencyList>,
    /// Rows known to be unchanged at `observed_at`, by kind and id. Unknown ids are ignored.
    pub verified: Vec<(RowKind, String)>,
    /// Rows that are gone. Unknown ids are ignored. A job stream takes its jobs with it.
    pub removed: Vec<(RowKind, String)>,
    /// A complete read of a kind began at this time (this process's clock): rows of the kind verified before it are
    /// gone and are removed after everything else of the batch was applied.
    pub complete_reads: Vec<(RowKind, DateTime<Utc>)>,
}

impl Update {
    /// A batch with nothing in it yet.
    #[must_use]
    pub fn new(observed_at: DateTime<Utc>, engine_time: DateTime<Utc>) -> Self {
        Self {
            observed_at,
            engine_time,
            begins_plan: None,
            completes_plan: false,
            job_streams: Vec::new(),
            jobs: Vec::new(),
            workstations: Vec::new(),
            resources: Vec::new(),
            prompts: Vec::new(),
            files: Vec::new(),
            dependencies: Vec::new(),
            verified: Vec::new(),
            removed: Vec::new(),
            complete_reads: Vec::new(),
        }
    }
}

/// Kinds of rows that an engine lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowKind {
    /// Jobs.
    Job,
    /// Job streams.
    JobStream,
    /// Workstations.
    Workstation,
    /// Resources.
    Resource,
    /// Prompts.
    Prompt,
    /// Files.
    File,
}

/// Which plan the rows belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanIdentity {
    /// The engine's identifier of the plan; empty when it gives none.
    pub plan_id: String,
    /// Run number of the plan; 0: unknown.
    pub run_number: i32,
}

/// A job or a job stream, by plan id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FlowId {
    /// A job.
    Job(String),
    /// A job stream.
    JobStream(String),
}

/// Everything one job or job stream itself waits for (not what its stream waits for).
///
/// `Predecessor::id` is matched to mirrored rows; with an empty or unknown id the edge is kept unbound under its key.
/// State and status of bound edges follow the predecessor's row from then on.
#[derive(Clone, Debug, PartialEq)]
pub struct DependencyList {
    /// Who waits.
    pub owner: FlowId,
    /// Where the list was read. A list from the model never replaces one from the plan.
    pub source: EdgeSource,
    /// The dependencies; empty: it waits for nothing.
    pub dependencies: Vec<Dependency>,
}

/// A job as a list or single read shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobFacts {
    /// Plan id.
    pub id: String,
    /// Bare name.
    pub job_name: String,
    /// Workstation the job runs on.
    pub workstation: String,
    /// Plan id of its job stream. A job whose stream is not mirrored yet gets a stream row from the next three fields.
    pub job_stream_id: String,
    /// Bare name of the job stream.
    pub job_stream_name: String,
    /// Workstation of the job stream.
    pub job_stream_workstation: String,
    /// Folder of the job stream.
    pub folder: String,
    /// Status to show.
    pub status: Status,
    /// Internal status.
    pub internal_status: String,
    /// Why it waits; empty when not given.
    pub substatus: String,
    /// Cancelled once its dependencies resolve.
    pub cancel_pending: bool,
    /// 0 to 99, 100 = hi, 101 = go.
    pub priority: i32,
    /// User it runs as; empty when unknown.
    pub user: String,
    /// Scheduled time.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// AT restriction.
    pub earliest_start: Option<DateTime<Utc>>,
    /// UNTIL restriction.
    pub latest_start: Option<DateTime<Utc>>,
    /// Deadline.
    pub deadline: Option<DateTime<Utc>>,
    /// Latest start for the critical job downstream.
    pub critical_start: Option<DateTime<Utc>>,
    /// From run statistics.
    pub estimated_duration: Option<Duration>,
    /// Marked critical.
    pub critical: bool,
    /// The engine itself calls it late (late or deadline-passed flag).
    pub late_by_engine: bool,
    /// Ends only when an operator confirms.
    pub requires_confirmation: bool,
    /// Repeats at a rate.
    pub every: bool,
    /// Carried over from an earlier plan.
    pub carried_forward: bool,
    /// STOP, CONTINUE, RERUN…; empty when unknown.
    pub recovery_option: String,
    /// Position in the job stream, from 1. 0: unknown.
    pub position: u32,
    /// The engine's count of all dependencies; unset: not given.
    pub dependency_count: Option<u32>,
    /// The engine's count of unresolved dependencies; unset: not given.
    pub unresolved_dependency_count: Option<u32>,
    /// Script or command; empty when not given.
    pub task: String,
    /// From the definition; empty when there is none.
    pub description: String,
    /// Runs in this plan, oldest first; the last one is the current run.
    pub runs: Vec<RunFacts>,
}

/// One run of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunFacts {
    /// The engine's identifier of the run.
    pub id: String,
    /// Number of the run.
    pub job_number: i64,
    /// REGULAR, RERUN, RECOVERY…
    pub run_type: String,
    /// Status to show.
    pub status: Status,
    /// Internal status.
    pub internal_status: String,
    /// Exit code; unset: none yet.
    pub return_code: Option<i32>,
    /// Start; unset: not started.
    pub start_time: Option<DateTime<Utc>>,
    /// End; unset: not ended.
    pub end_time: Option<DateTime<Utc>>,
    /// Where it really ran; empty when not given.
    pub actual_workstation: String,
}

/// A job stream as a list or single read shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobStreamFacts {
    /// Plan id.
    pub id: String,
    /// Bare name.
    pub job_stream_name: String,
    /// Folder.
    pub folder: String,
    /// Workstation.
    pub workstation: String,
    /// Status to show.
    pub status: Status,
    /// Internal status.
    pub internal_status: String,
    /// Jobs at once; unset: no limit.
    pub limit: Option<i32>,
    /// 0 to 99, 100 = hi, 101 = go.
    pub priority: i32,
    /// Scheduled time.
    pub scheduled_time: Option<DateTime<Utc>>,
    /// AT restriction.
    pub earliest_start: Option<DateTime<Utc>>,
    /// UNTIL restriction.
    pub latest_start: Option<DateTime<Utc>>,
    /// Deadline.
    pub deadline: Option<DateTime<Utc>>,
    /// Real start.
    pub start_time: Option<DateTime<Utc>>,
    /// Real end.
    pub end_time: Option<DateTime<Utc>>,
    /// From run statistics.
    pub estimated_duration: Option<Duration>,
    /// Carried over from an earlier plan.
    pub carried_forward: bool,
    /// The engine's count of all dependencies; unset: not given.
    pub dependency_count: Option<u32>,
    /// The engine's count of unresolved dependencies; unset: not given.
    pub unresolved_dependency_count: Option<u32>,
}

/// A workstation as the engine shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkstationFacts {
    /// The engine's identifier.
    pub id: String,
    /// Bare name.
    pub workstation_name: String,
    /// Folder.
    pub folder: String,
    /// AGENT, POOL, FTA, X-AGENT…
    pub kind: String,
    /// The link to it is up.
    pub linked: bool,
    /// Its job process runs.
    pub jobman_up: bool,
    /// It received the plan.
    pub initialized: bool,
    /// Engine's own words.
    pub active_states: Vec<String>,
    /// Jobs at once; unset: no limit.
    pub limit: Option<i32>,
    /// Fence.
    pub fence: i32,
    /// Domain.
    pub domain: String,
    /// Host workstation; empty: none.
    pub host: String,
    /// Operating system.
    pub os: String,
    /// Node name or address.
    pub node: String,
    /// Version of the agent.
    pub version: String,
    /// Run number of the plan it holds.
    pub run_number: i32,
    /// Left out of the plan.
    pub ignored: bool,
}

/// A resource as the engine shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ResourceFacts {
    /// The engine's identifier.
    pub id: String,
    /// Bare name.
    pub resource_name: String,
    /// Folder.
    pub folder: String,
    /// Workstation.
    pub workstation: String,
    /// Units.
    pub quantity: i32,
    /// Units free.
    pub available: i32,
    /// Units held.
    pub in_use: i32,
    /// Who holds them.
    pub holders: Vec<ResourceHolder>,
}

/// A prompt as the engine shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptFacts {
    /// The engine's identifier.
    pub id: String,
    /// Empty for ad hoc prompts.
    pub prompt_name: String,
    /// Number to reply to; 0: not asked yet.
    pub number: i64,
    /// The question.
    pub text: String,
    /// Whether it was asked and answered.
    pub status: PromptStatus,
    /// Ad Hoc Prompt, Predefined Prompt, Restart Prompt.
    pub kind: String,
    /// Key of the job; empty: none.
    pub job_key: String,
    /// Key of the job stream; empty: none.
    pub job_stream_key: String,
    /// When it was asked.
    pub asked_time: Option<DateTime<Utc>>,
}

/// A file that something waits for, as the engine's file list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// The engine's identifier.
    pub id: String,
    /// Path on the workstation.
    pub path: String,
    /// Workstation.
    pub workstation: String,
    /// Test it must pass; empty: it exists.
    pub qualifier: String,
    /// Not Checked, Checking, Exists, Unavailable, Resync.
    pub status: String,
}

/// What is known of the engine itself, whether it answers or not.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineState {
    /// Name in the settings.
    pub engine: String,
    /// The address in use, without credentials.
    pub url: String,
    /// The last contact worked.
    pub reachable: bool,
    /// Since when it does not; unset while it does.
    pub unreachable_since: Option<DateTime<Utc>>,
    /// Version text; empty until first contact.
    pub version: String,
    /// IANA name of its time zone; empty until first contact.
    pub time_zone: String,
    /// Start of the plan day in that zone.
    pub start_of_day: NaiveTime,
    /// Engine clock minus this process's clock.
    pub clock_skew: chrono::TimeDelta,
    /// Every job is verified at least this often while the engine answers.
    pub sweep_period: Duration,
    /// Error code of the last failed contact; empty while it works.
    pub last_error: String,
    /// What happened and what to do about it; empty while it works.
    pub last_error_hint: String,
    /// Requests sent since start.
    pub requests_sent: u64,
    /// Found in the engine's own specification.
    pub capabilities: Vec<String>,
}

impl EngineState {
    /// An engine that was not contacted yet.
    #[must_use]
    pub fn new(engine: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            engine: engine.into(),
            url: url.into(),
            reachable: false,
            unreachable_since: None,
            version: String::new(),
            time_zone: String::new(),
            start_of_day: NaiveTime::MIN,
            clock_skew: chrono::TimeDelta::zero(),
            sweep_period: Duration::ZERO,
            last_error: String::new(),
            last_error_hint: String::new(),
            requests_sent: 0,
            capabilities: Vec::new(),
        }
    }

    /// The engine's clock when this process's clock says `now`.
    #[must_use]
    pub fn engine_time(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.clock_skew
    }
}
