//! What is said of failures and logs.

use crate::evidence::Fact;

#[derive(Clone, Debug)]
pub(crate) enum FailureMessage {
    /// What went wrong.
    Failed {
        job: Fact,
        class: Fact,
        return_code: Option<Fact>,
        at: Option<Fact>,
    },
    /// It never started.
    LaunchFailed {
        job: Fact,
        class: Option<Fact>,
        at: Option<Fact>,
    },
    /// It did not fail.
    NotFailed {
        job: Fact,
        status: Fact,
    },
    /// The line of the log that says it.
    LogSays {
        line: Fact,
        text: Fact,
    },
    /// What a code in that line means.
    CodeMeans {
        code: Fact,
        meaning: Fact,
    },
    /// Usual cause and first thing to do.
    Usually {
        cause: Fact,
    },
    FirstCheck {
        check: Fact,
    },
    /// What the return code usually means.
    ReturnCodeMeans {
        code: Fact,
        meaning: Fact,
    },
    /// What the program did last.
    LastPrinted {
        line: Fact,
        text: Fact,
    },
    /// The log says nothing that the catalogue knows.
    LogSilent,
    /// The log cannot be read.
    LogUnreadable {
        code: Fact,
    },
    /// How often it ran.
    Runs {
        runs: Fact,
        failed: Fact,
    },
    /// Its recovery option.
    Recovery {
        option: Fact,
    },
    /// Its workstation cannot run jobs now.
    Workstation {
        workstation: Fact,
    },
    /// The recovery job failed too.
    RecoveryRun {
        run_type: Fact,
        return_code: Option<Fact>,
    },
    /// The workstation to look at.
    LookAtWorkstation {
        workstation: Fact,
    },
    /// A prompt of its recovery waits.
    Prompt {
        text: Fact,
        number: Option<Fact>,
    },
    /// It ran without what a canceled predecessor makes.
    CanceledPredecessor {
        predecessor: Fact,
    },
    /// What waits for it.
    Waiting {
        count: Fact,
        at_least: bool,
    },
    /// Nothing waits for it.
    NobodyWaits {
        count: Fact,
    },
    /// Next steps.
    FixAndRerun,
    RerunOnly,
    AnswerPrompt,
    /// No job of the stream failed.
    NoFailedJob {
        stream: Fact,
        status: Fact,
        count: Fact,
    },
    /// Jobs of the stream failed; the first is explained.
    StreamFailed {
        stream: Fact,
        status: Fact,
        count: Fact,
    },
    /// The end of the log.
    Log {
        job: Fact,
        lines: Fact,
    },
    /// There is more before.
    LogTruncated,
    /// Nothing in it.
    LogEmpty {
        job: Fact,
        lines: Fact,
    },
    /// It has not run.
    NoLog {
        job: Fact,
        status: Fact,
    },
}
