//! Failures and logs, in English.

use crate::phrases::failure::FailureMessage;
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for FailureMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Failed { job, class, return_code, at } => {
                let code = return_code.map(|code| pieces![" (return code ", code, ")"]);
                let at = at.map(|at| pieces![" at ", at]);
                pieces![job, " failed", at, " because ", class, code, "."]
            }
            Self::LaunchFailed { job, class, at } => {
                let at = at.map(|at| pieces![" at ", at]);
                let class = class.map(|class| pieces![": ", class]);
                pieces![job, " could not even be started", at, class, "."]
            }
            Self::NotFailed { job, status } => pieces![job, " has not failed: it is ", status, "."],
            Self::LogSays { line, text } => pieces!["Line ", line, " of its log says: “", text, "”."],
            Self::CodeMeans { code, meaning } => pieces![code, " means: ", meaning],
            Self::Usually { cause } => pieces!["Usual cause: ", cause],
            Self::FirstCheck { check } => pieces!["First check: ", check],
            Self::ReturnCodeMeans { code, meaning } => {
                pieces!["Return code ", code, " usually means: ", meaning]
            }
            Self::LastPrinted { line, text } => {
                pieces!["The last thing it printed, in line ", line, ": “", text, "”."]
            }
            Self::LogSilent => "No line of its log says why.".into(),
            Self::LogUnreadable { code } => {
                pieces![
                    "Its log could not be read (",
                    code,
                    "), so this rests on its status and return code alone."
                ]
            }
            Self::Runs { runs, failed } => {
                let noun = number_of(&runs, " time in this plan, ", " times in this plan, ");
                pieces!["It ran ", runs, noun, failed, " of them in error."]
            }
            Self::Recovery { option } => pieces!["Its recovery option is ", option, "."],
            Self::Workstation { workstation } => {
                pieces!["Its workstation ", workstation, " cannot run jobs at the moment."]
            }
            Self::LookAtWorkstation { workstation } => {
                pieces!["The workstation to look at is ", workstation, "."]
            }
            Self::RecoveryRun { run_type, return_code } => {
                let code = return_code.map(|code| pieces![" with return code ", code]);
                pieces![
                    "Its recovery job (run type ",
                    run_type,
                    ") failed too",
                    code,
                    ", so it was not rerun."
                ]
            }
            Self::Prompt { text, number } => {
                let number = number.map(|number| pieces![" (number ", number, ")"]);
                pieces!["A recovery prompt", number, " waits for an answer: “", text, "”."]
            }
            Self::CanceledPredecessor { predecessor } => pieces![
                "Its predecessor ",
                predecessor,
                " was canceled, which let this job run without what that one makes."
            ],
            Self::Waiting { count, at_least } => {
                let noun = number_of(&count, " object waits for it now.", " objects wait for it now.");
                pieces![at_least.then_some("At least "), count, noun]
            }
            Self::NobodyWaits { count } => pieces!["Nothing waits for it (", count, " objects)."],
            Self::FixAndRerun => {
                "Next: fix the cause, then rerun the job; what waits for it goes on by itself.".into()
            }
            Self::RerunOnly => {
                "Next: fix the cause, then rerun or cancel it; a job that never started cannot be confirmed."
                    .into()
            }
            Self::AnswerPrompt => {
                "Next: fix the cause and answer the prompt; its recovery waits for that.".into()
            }
            Self::NoFailedJob { stream, status, count } => {
                pieces![stream, " is ", status, "; ", count, " of its jobs are in error."]
            }
            Self::StreamFailed { stream, status, count } => {
                let noun = number_of(&count, " job of it is in error.", " jobs of it are in error.");
                pieces![stream, " is ", status, ": ", count, noun]
            }
            Self::Log { job, lines } => {
                let noun = number_of(&lines, " line", " lines");
                pieces!["The last ", lines, noun, " of the log of ", job, " are below."]
            }
            Self::LogTruncated => "The log has earlier lines.".into(),
            Self::LogEmpty { job, lines } => pieces!["The log of ", job, " is empty (", lines, " lines)."],
            Self::NoLog { job, status } => pieces![job, " has no log yet: it is ", status, "."],
        }
    }
}
