//! One object, in English.

use crate::phrases::object::ObjectMessage;
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for ObjectMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Status { name, status, internal } => {
                let internal = internal.map(|internal| pieces![" (", internal, ")"]);
                pieces![name, " is ", status, internal, "."]
            }
            Self::Runs { since, elapsed, expected_end } => {
                let elapsed = elapsed.map(|elapsed| pieces![", for ", elapsed]);
                let end = expected_end.map(|end| pieces![", and should end around ", end]);
                pieces!["It has been running since ", since, elapsed, end, "."]
            }
            Self::LongerThanUsual { usual } => pieces!["That is longer than its usual ", usual, "."],
            Self::Ended { at, elapsed, return_code } => {
                let elapsed = elapsed.map(|elapsed| pieces![" after ", elapsed]);
                let code = return_code.map(|code| pieces![" with return code ", code]);
                pieces!["It ended at ", at, elapsed, code, "."]
            }
            Self::Scheduled { at } => pieces!["It is scheduled for ", at, "."],
            Self::Late { deadline } => {
                let deadline = deadline.map(|deadline| pieces![": its deadline was ", deadline]);
                pieces!["It is late", deadline, "."]
            }
            Self::AtRisk { deadline } => {
                let deadline = deadline.map(|deadline| pieces![": its deadline is ", deadline]);
                pieces!["It is at risk of being late", deadline, "."]
            }
            Self::Unresolved { unresolved, all } => {
                let noun = number_of(&all, " dependency holds it back.", " dependencies hold it back.");
                pieces![unresolved, " of ", all, noun]
            }
            Self::JobsOf { name, jobs } => {
                let noun = number_of(&jobs, " job.", " jobs.");
                pieces![name, " has ", jobs, noun]
            }
            Self::Parts { parts } => {
                let parts = parts.into_iter().map(|(count, status)| pieces![count, " ", status]).collect();
                pieces!["Of these: ", Pieces::joined(parts, ", ", " and "), "."]
            }
            Self::Workstation { name, kind, healthy: true, .. } => {
                pieces![name, " (", kind, ") can run jobs."]
            }
            Self::Workstation { name, kind, problems, .. } => {
                let problems = (!problems.0.is_empty()).then(|| pieces![": ", problems]);
                pieces![name, " (", kind, ") cannot run jobs", problems, "."]
            }
            Self::Resource { name, available, quantity, in_use } => {
                pieces![name, " has ", available, " of ", quantity, " units free; ", in_use, " in use."]
            }
            Self::Prompt { text, status, number } => {
                let number = number.map(|number| pieces![" (number ", number, ")"]);
                pieces!["The prompt “", text, "”", number, " is ", status, "."]
            }
        }
    }
}
