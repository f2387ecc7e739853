//! What people taught, in English.

use crate::phrases::memory::MemoryMessage;
use crate::phrases::{InEnglish, Pieces, number_of, pieces};

impl InEnglish for MemoryMessage {
    fn in_english(self) -> Pieces {
        match self {
            Self::Proposed { text } => pieces![
                "I have proposed to remember: ",
                text,
                ". It will be used once a reviewer has approved it."
            ],
            Self::KnownAlready { text, by, at } => {
                pieces!["I remember that already: ", text, " (reviewed by ", by, ", ", at, ")."]
            }
            Self::ProposedBefore { text, state } => {
                pieces!["That was proposed before and is ", state, ": ", text, "."]
            }
            Self::IsAbout { about } => pieces!["It is about ", about, "."],
            Self::IsContradicted => "Another memory says the opposite; the reviewer will see both.".into(),
            Self::Learned { count } if count.is_zero() => {
                pieces!["Nothing that was taught about that has been approved (", count, " memories)."]
            }
            Self::Learned { count } => {
                let noun = number_of(&count, " approved memory.", " approved memories.");
                pieces!["What I have learned: ", count, noun]
            }
            Self::More => "There are more than are shown here.".into(),
            Self::Reviewed { text, about, by, at, contradicted } => {
                let about = about.map(|about| pieces![", about ", about]);
                let contradicted = contradicted.then_some("; another memory says the opposite");
                pieces![text, " (memory", about, ", reviewed by ", by, ", ", at, contradicted, ")"]
            }
            Self::CorrectionApplied { query, by, at } => pieces![
                "A reviewed correction was applied: this question is understood as ",
                query,
                " (reviewed by ",
                by,
                ", ",
                at,
                "). The facts are of now."
            ],
            Self::CorrectionUnusable { query, by, at } => pieces![
                "There is a reviewed correction of this question, ",
                query,
                " (reviewed by ",
                by,
                ", ",
                at,
                "), which could not be applied to the plan as it is."
            ],
            Self::CorrectionsContradict { count } => pieces![
                count,
                " reviewed corrections of this question contradict each other; none was applied."
            ],
            Self::LookUpFailed => "Memories could not be looked up just now.".into(),
        }
    }
}
