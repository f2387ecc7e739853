//! What answers say, as typed messages with a wording in each language.
//!
//! A wording is made of text known at compile time and of facts; nothing else can become part of a sentence.

mod plan;
mod rows;
mod object;
mod waiting;
mod failure;
mod flow;
mod graph;
mod recall;
mod estate;
mod dialogue;
mod memory;
mod label;
mod english;
mod portuguese;

pub(crate) use dialogue::{DialogueMessage, Example};
pub(crate) use estate::EstateMessage;
pub(crate) use failure::FailureMessage;
pub(crate) use flow::FlowMessage;
pub(crate) use graph::{Follow, GraphMessage, Supposition};
pub(crate) use label::{GraphLabel, Label, RecallLabel};
pub(crate) use memory::MemoryMessage;
pub(crate) use object::ObjectMessage;
pub(crate) use plan::PlanMessage;
pub(crate) use recall::RecallMessage;
pub(crate) use rows::{Comparison, Flag, Noun, Qualifier, RowsMessage};
pub(crate) use waiting::{Advice, Clause, WaitingMessage};

use resync_api::agent::model::Language;

use crate::evidence::Fact;

/// A part of a sentence.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Words of ours.
    Text(&'static str),
    /// A value of a tool result.
    Fact(Fact),
}

/// A sentence, or a part of one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pieces(pub(crate) Vec<Piece>);

impl Pieces {
    pub(crate) fn add(&mut self, part: impl Into<Self>) {
        self.0.extend(part.into().0);
    }

    /// Parts with something between them, and something else before the last.
    pub(crate) fn joined(parts: Vec<Self>, between: &'static str, last: &'static str) -> Self {
        let mut all = Self::default();
        let count = parts.len();
        for (index, part) in parts.into_iter().enumerate() {
            if index > 0 {
                all.add(if index + 1 == count { last } else { between });
            }
            all.add(part);
        }
        all
    }
}

impl From<&'static str> for Pieces {
    fn from(text: &'static str) -> Self {
        Self(vec![Piece::Text(text)])
    }
}

impl From<Fact> for Pieces {
    fn from(fact: Fact) -> Self {
        Self(vec![Piece::Fact(fact)])
    }
}

impl<P: Into<Self>> From<Option<P>> for Pieces {
    fn from(part: Option<P>) -> Self {
        part.map(Into::into).unwrap_or_default()
    }
}

/// A sentence from its parts.
macro_rules! pieces {
    ($($part:expr),* $(,)?) => {{
        let mut all = $crate::phrases::Pieces::default();
        $(all.add($part);)*
        all
    }};
}
pub(crate) use pieces;

/// A message that can be said in English.
pub(crate) trait InEnglish {
    fn in_english(self) -> Pieces;
}

/// A message that can be said in Portuguese.
pub(crate) trait InPortuguese {
    fn in_portuguese(self) -> Pieces;
}

/// The message in the reader's language.
pub(crate) fn say<M: InEnglish + InPortuguese>(message: M, language: Language) -> Pieces {
    match language {
        Language::English => message.in_english(),
        Language::Portuguese => message.in_portuguese(),
    }
}

/// The word that goes with a number.
fn number_of(count: &Fact, one: &'static str, many: &'static str) -> &'static str {
    if count.is_one() { one } else { many }
}
