//! Workstations, resources and prompts, in English.

use crate::phrases::estate::EstateMessage;
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for EstateMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::AllHealthy { healthy, total } => {
                pieces!["All workstations can run jobs: ", healthy, " of ", total, "."]
            }
            Self::SomeUnhealthy { unhealthy, total } => {
                pieces![unhealthy, " of ", total, " workstations cannot run jobs."]
            }
            Self::Allows { limit, fence } => match limit {
                Some(limit) => pieces!["Its job limit is ", limit, " and its fence is ", fence, "."],
                None => pieces!["It has no job limit, and its fence is ", fence, "."],
            },
            Self::HeldThere { held, running, failed } => {
                pieces!["Jobs there: ", held, " waiting, ", running, " running, ", failed, " in error."]
            }
            Self::Holder { job, units } => {
                let noun = number_of(&units, " unit.", " units.");
                pieces![job, " holds ", units, noun]
            }
            Self::NobodyHolds { resource, in_use } => {
                pieces!["Nobody holds ", resource, " (", in_use, " units in use)."]
            }
            Self::InUse { count } => {
                let noun = number_of(&count, " resource is in use.", " resources are in use.");
                pieces![count, noun]
            }
            Self::NoneInUse { count } => pieces!["No resource is in use (", count, ")."],
            Self::OpenPrompts { count, of } => {
                let noun = number_of(&count, " prompt waits for an answer", " prompts wait for an answer");
                let of = of.map(|of| pieces![" (of ", of, ")"]);
                pieces![count, noun, of, "."]
            }
            Self::NoOpenPrompts { count, of } => {
                let of = of.map(|of| pieces![" for ", of]);
                pieces!["No prompt waits for an answer", of, " (", count, ")."]
            }
            Self::FirstPrompt { text, number, belongs_to } => {
                let number = number.map(|number| pieces![" (number ", number, ")"]);
                let of = belongs_to.map(|of| pieces![" of ", of]);
                pieces!["The prompt", number, of, " asks: “", text, "”."]
            }
            Self::AnswerThem => "What waits behind a prompt goes on once it is answered yes.".into(),
            Self::FixWorkstations => {
                "Next: check the machines and their agents, link them, and raise limits that are zero.".into()
            }
            Self::MoreThanShown => "There are more than shown.".into(),
        }
    }
}
