//! The kinds of trouble a night can hold.

use serde::{Deserialize, Serialize};

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
