//! The plan as a whole, in English.

use crate::phrases::plan::PlanMessage;
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for PlanMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Trouble { failed, stuck, late, long_running } => {
                let (jobs, streams) = (
                    number_of(&failed, " job is in error, ", " jobs are in error, "),
                    number_of(&stuck, " job stream is stuck, ", " job streams are stuck, "),
                );
                let late_jobs = number_of(&late, " job is late and ", " jobs are late and ");
                let long =
                    number_of(&long_running, " job runs longer than usual.", " jobs run longer than usual.");
                pieces![failed, jobs, stuck, streams, late, late_jobs, long_running, long]
            }
            Self::Calm { failed, stuck, late } => pieces![
                "Nothing needs attention: ",
                failed,
                " jobs in error, ",
                stuck,
                " job streams stuck, ",
                late,
                " jobs late."
            ],
            Self::Extent { jobs, job_streams, successful, share, running } => pieces![
                "The plan has ",
                jobs,
                " jobs in ",
                job_streams,
                " job streams; ",
                successful,
                " jobs (",
                share,
                ") ended well and ",
                running,
                " are running."
            ],
            Self::Surroundings { at_risk, open_prompts, unhealthy, workstations } => {
                let prompts = number_of(
                    &open_prompts,
                    " prompt waits for an answer, and ",
                    " prompts wait for an answer, and ",
                );
                pieces![
                    "Jobs at risk of being late: ",
                    at_risk,
                    ". ",
                    open_prompts,
                    prompts,
                    unhealthy,
                    " of ",
                    workstations,
                    " workstations cannot run jobs."
                ]
            }
            Self::AskWhyFailed => {
                "Ask why one of them failed, or why one has not started, to see its root cause.".into()
            }
            Self::AskProgress => "Ask how far a job stream is, or what runs longest, to look closer.".into(),
            Self::Stale { engine, since } => pieces![
                "Engine ",
                engine,
                " has not answered since ",
                since,
                ": everything below is as of then."
            ],
            Self::StaleReason { reason } => pieces!["The reason given: ", reason, "."],
            Self::Zone { zone } => pieces!["Times are in ", zone, "."],
            Self::EngineZone { zone } => pieces!["Times are in the engine's zone, ", zone, "."],
        }
    }
}
