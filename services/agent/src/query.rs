//! The small typed language a question is understood as: what is wanted, of which objects, under
//! which conditions. Its canonical text is what tests and people read, and what corrections hold; nothing here calls a
//! tool.
//!
//! Queries are kept with conversations: a change of their JSON needs a new version in `conversation/stored.rs`.

mod graph;
mod recall;
mod text;
mod parse;

pub use graph::{Change, GraphQuestion, Structure};
pub use parse::{ParseError, parse};
pub use recall::RecallQuestion;
pub use text::{kind_name, status_name};

use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::agent::model::Language;
use resync_api::tws::model::{Direction, ObjectKind, Status};
use serde::{Deserialize, Serialize};

/// A question understood, every name linked to the live plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// What is wanted.
    pub intent: Intent,
    /// Language to answer in.
    pub language: Language,
}

/// An object of the plan that a name was linked to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Plan id; for folders and users the name itself.
    pub id: String,
    /// Key as shown to people.
    pub key: String,
    /// The bare name.
    pub object_name: String,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Intent {
    /// The plan at a glance.
    Overview,
    /// Rows: list, filter, top-k.
    List(Selection),
    /// How many, by group when asked.
    Count {
        /// Which objects; its order and limit apply to groups.
        selection: Selection,
        /// At most three.
        group_by: Vec<Field>,
    },
    /// Everything about one object.
    Detail(Object),
    /// Why a job or job stream has not started, down to the root.
    WhyWaiting(Object),
    /// Why a job or job stream failed: status, return code, the lines that matter.
    WhyFailed(Object),
    /// What an object waits for, or what waits for it.
    Dependencies {
        /// Job or job stream.
        object: Object,
        /// Which way.
        direction: Direction,
        /// All the way instead of direct neighbours.
        transitive: bool,
    },
    /// How far a job stream is.
    Progress(Object),
    /// Health of one workstation, or of all.
    WorkstationHealth(Option<Object>),
    /// Who holds a resource, or all that are in use.
    ResourceHolders(Option<Object>),
    /// Prompts that wait for an answer (of one object, if given).
    OpenPrompts(Option<Object>),
    /// What changed since a time, of one object if given.
    Changes {
        /// Since when; unset: as far back as is remembered.
        since: Option<DateTime<Utc>>,
        /// Only of this object.
        object: Option<Object>,
    },
    /// What a status, substatus, message code or return code means.
    Meaning(Term),
    /// A job's log.
    Log {
        /// The job.
        object: Object,
        /// Last lines wanted; unset: the usual number.
        tail_lines: Option<u32>,
    },
    /// What the dependency graph answers.
    Graph(GraphQuestion),
    /// What was kept: documents, incidents, runs.
    Recall(RecallQuestion),
    /// What can be asked.
    Help,
    /// What people taught, of one object if given.
    Learned(Option<Object>),
    /// Something is to be remembered: it is proposed to a reviewer.
    Remember {
        /// As it was typed.
        text: String,
        /// What it is about, by the name or pattern that was typed.
        about: Option<Object>,
    },
    /// A request to act: answered with a preview, nothing is done.
    Act {
        /// What to do.
        verb: Verb,
        /// To what.
        object: Object,
        /// What the verb needs besides its object, when it was said.
        argument: Option<Argument>,
    },
    /// A request to act on every object of a selection: answered with a preview, nothing is done.
    ActAll {
        /// What to do.
        verb: Verb,
        /// To which objects.
        selection: Selection,
        /// What the verb needs besides its objects, when it was said.
        argument: Option<Argument>,
    },
}

/// What an action needs besides its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Argument {
    /// The new priority, limit or fence.
    Number(i64),
    /// Answer a prompt with yes.
    Yes,
    /// Answer a prompt with no.
    No,
    /// Confirm as successful.
    Successful,
    /// Confirm as abended.
    Abended,
}

/// A word of the scheduler to explain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Term {
    /// A status such as `STUCK`, `FENCE` or `HOLD_WAITING_FOR_FILE`, upper case.
    Status(String),
    /// A message code such as `AWSBDW009E`, upper case.
    MessageCode(String),
    /// A return code.
    ReturnCode(i32),
}

/// Operator actions people ask for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "snake_case")]
pub enum Verb {
    /// Run again.
    Rerun,
    /// Cancel.
    Cancel,
    /// Kill a running job.
    Kill,
    /// Hold.
    Hold,
    /// Release from its holds or dependencies.
    Release,
    /// Confirm the outcome.
    Confirm,
    /// Change the priority.
    SetPriority,
    /// Change a limit.
    SetLimit,
    /// Change a fence.
    SetFence,
    /// Submit a new instance.
    Submit,
    /// Answer a prompt.
    Reply,
    /// Link a workstation.
    Link,
    /// Unlink a workstation.
    Unlink,
    /// Start a workstation.
    Start,
    /// Stop a workstation.
    Stop,
}

/// Objects of one kind under conditions that must all hold.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Selection {
    /// Which kind of objects.
    pub kind: ObjectKind,
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// Unset: the natural order of the tool.
    pub order: Option<Order>,
    /// Unset: as many as fit an answer.
    pub limit: Option<u32>,
}

/// A condition on one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The field.
    pub field: Field,
    /// How it is compared.
    pub operator: Operator,
    /// Any of these; one for comparisons.
    pub values: Vec<Value>,
}

/// How a field is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Operator {
    /// Equals any of the values; patterns match.
    Is,
    /// Equals none of the values.
    IsNot,
    /// Greater, or later.
    Above,
    /// Less, or earlier.
    Below,
}

/// A value of a condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A status.
    Status(Status),
    /// A name, or a pattern with `*` and `?`.
    Text(String),
    /// A number.
    Number(i64),
    /// A yes or no.
    Flag(bool),
    /// An instant.
    Time(DateTime<Utc>),
    /// A length of time.
    Duration(Duration),
}

/// Fields of plan rows; the names are those of the filter language.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    /// Common status; for prompts whether they were asked and answered.
    Status,
    /// Internal status.
    InternalStatus,
    /// Why it waits.
    Substatus,
    /// Bare name of the job.
    JobName,
    /// Bare name of the job stream.
    JobStreamName,
    /// Plan id of the job stream.
    JobStreamId,
    /// Workstation (of a job: where it runs).
    Workstation,
    /// Bare name of a workstation row.
    WorkstationName,
    /// Type of a workstation.
    Type,
    /// Folder, sub-folders included when it ends in `*`.
    Folder,
    /// User of a job.
    User,
    /// Priority.
    Priority,
    /// Return code of the last run.
    ReturnCode,
    /// Start of the last run.
    StartTime,
    /// End of the last run.
    EndTime,
    /// Scheduled time.
    ScheduledTime,
    /// Deadline.
    Deadline,
    /// Run time of the last run.
    Elapsed,
    /// Expected run time.
    EstimatedDuration,
    /// Past its deadline.
    Late,
    /// Will be late.
    AtRisk,
    /// Runs clearly longer than estimated.
    LongRunning,
    /// Marked critical.
    Critical,
    /// Repeats.
    Every,
    /// Carried over from an earlier plan.
    CarriedForward,
    /// Needs confirmation.
    RequiresConfirmation,
    /// Number of runs.
    RunCount,
    /// Workstation can run jobs now.
    Healthy,
    /// Workstation is linked.
    Linked,
    /// Limit.
    Limit,
    /// Fence.
    Fence,
    /// Units free.
    Available,
    /// Units held.
    InUse,
    /// Number of jobs of a stream.
    JobCount,
    /// Bare name of a resource.
    ResourceName,
    /// Cancelled once its dependencies resolve.
    CancelPending,
    /// Workstation of the job stream a job belongs to.
    JobStreamWorkstation,
}

/// An order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// By this field.
    pub field: Field,
    /// Largest first.
    pub descending: bool,
}
