//! Understands a question: a semantic parser from English and Brazilian Portuguese to the typed query
//! language, with every name linked to the live plan.
//!
//! Message -> tokens -> vocabulary -> slots -> decision -> links -> query. Understanding is grammar and
//! vocabulary in tables; the plan is reached only through a [`Linker`]. When names are ambiguous or
//! unknown, or the evidence is thin, the result is a question back, never a guess.

use std::future::Future;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use resync_api::agent::model::Language;
use resync_api::tws::model::{Found, ObjectKind, Status};
use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::query::{Object, Query};

mod token;
mod clauses;
mod compounds;
mod unexplained;
mod lexicon;
mod mention;
mod reading;
mod times;
mod measures;
mod slots;
mod draft;
mod decide;
mod conman;
mod follow_up;
mod link;
mod wording;
mod teach;
#[cfg(test)]
mod tests;

use lexicon::Lexicon;

/// Finds objects of the live plan by what a person typed.
pub trait Linker {
    /// Why the plan cannot be searched.
    type Error;

    /// Candidates for `text` of the given kinds (none: every kind), best first. When an exact match
    /// exists, no worse kinds of match follow.
    fn find(
        &self,
        text: &str,
        kinds: &[ObjectKind],
        limit: u32,
    ) -> impl Future<Output = Result<Found, Self::Error>> + Send;
}

/// What a message is understood against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The engine's clock.
    pub now: DateTime<Utc>,
    /// The engine's time zone: what "today" and "at 22:00" mean.
    pub time_zone: Tz,
    /// Start of the current plan day, when known; midnight otherwise.
    pub plan_day_start: Option<DateTime<Utc>>,
    /// Language to answer in; unset: that of the message.
    pub language: Option<Language>,
    /// Names of the engines in the settings, to recognise "on engine X".
    pub engines: &'a [String],
    /// What was said before.
    pub conversation: Option<&'a Conversation>,
}

/// How a message was understood.
#[derive(Clone, Debug, PartialEq)]
pub enum Interpretation {
    /// As a query, every name linked.
    Query(Understood),
    /// A name fits several objects: which one is asked back.
    Ambiguous(Ambiguity),
    /// Nothing of that name: it is said, with the nearest names.
    UnknownName(UnknownName),
    /// Not understood well enough.
    AskBack(AskBack),
    /// Not about the plan, or not allowed.
    OutOfScope {
        /// Why it is declined.
        reason: ScopeReason,
        /// Language to answer in.
        language: Language,
    },
}

/// A query and what was taken for granted to reach it.
#[derive(Clone, Debug, PartialEq)]
pub struct Understood {
    /// The query.
    pub query: Query,
    /// Names that were not typed exactly; the answer has to say them.
    pub assumed: Vec<Assumption>,
    /// Another engine than the current one was named.
    pub engine: Option<String>,
}

/// A name that was linked although it was not typed exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumption {
    /// As typed.
    pub mention: String,
    /// What it was taken for.
    pub object: Object,
}

/// A name that fits several objects.
#[derive(Clone, Debug, PartialEq)]
pub struct Ambiguity {
    /// As typed; empty when something listed before is meant.
    pub mention: String,
    /// The best candidates.
    pub candidates: Vec<Choice>,
    /// How many fit in all.
    pub total: u64,
    /// Language to ask back in.
    pub language: Language,
}

/// A name that fits nothing.
#[derive(Clone, Debug, PartialEq)]
pub struct UnknownName {
    /// As typed.
    pub mention: String,
    /// The kind that was named with it.
    pub kind: Option<ObjectKind>,
    /// The nearest names there are.
    pub nearest: Vec<Choice>,
    /// Language to answer in.
    pub language: Language,
}

/// An object to choose, with the question it completes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Choice {
    /// The object.
    pub object: Object,
    /// The question with the object's key in the place of the name, ready to send.
    pub question: String,
    /// To show on a button: kind and key, and the scheduled time where keys repeat.
    pub label: String,
    /// What the question means with this object.
    pub query: Query,
    /// For jobs and job streams.
    pub status: Option<Status>,
    /// For jobs and job streams.
    pub scheduled_time: Option<DateTime<Utc>>,
}

/// A question back because the message was not understood well enough.
#[derive(Clone, Debug, PartialEq)]
pub struct AskBack {
    /// What is missing.
    pub reason: AskBackReason,
    /// Questions that would be understood, ready to send.
    pub suggestions: Vec<String>,
    /// Language to ask back in.
    pub language: Language,
}

/// Why a question is asked back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AskBackReason {
    /// Nothing in it was recognised, or too little.
    NotUnderstood,
    /// An object has to be named.
    NeedsObject,
    /// Something listed before is meant that the conversation does not hold.
    NothingToReferTo,
    /// Alternatives over different fields cannot be combined: one at a time.
    OneAtATime,
    /// An action needs a number, such as the new priority.
    NeedsNumber,
    /// The topic is understood, but answers about it are not available.
    NotCovered,
}

/// Why a message is declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScopeReason {
    /// Not about the plan.
    Topic,
    /// It asks to change how questions are answered.
    Instructions,
    /// It asks for credentials.
    Secrets,
}

/// The parser; immutable and shared by all questions.
#[derive(Debug)]
pub struct Interpreter {
    lexicon: Lexicon,
}

impl Default for Interpreter {
    fn default() -> Self {
        Self::new()
    }
}

impl Interpreter {
    /// Builds the vocabulary.
    #[must_use]
    pub fn new() -> Self {
        Self { lexicon: Lexicon::new() }
    }

    /// Understands a message. Work is bounded by construction: tokens, corrections and searches of the
    /// plan each have a fixed maximum.
    ///
    /// # Errors
    /// When the linker cannot search the plan.
    pub async fn interpret<L: Linker>(
        &self,
        message: &str,
        context: &Context<'_>,
        linker: &L,
    ) -> Result<Interpretation, L::Error> {
        if let Some(choice) = context.conversation.and_then(|earlier| follow_up::chosen(message, earlier)) {
            return Ok(Interpretation::Query(Understood {
                query: choice.query.clone(),
                assumed: Vec::new(),
                engine: None,
            }));
        }
        if let Some(lesson) = teach::read(message) {
            return teach::link(lesson, message, context, linker).await;
        }
        if let Some(command) = conman::read(message) {
            return link::command(command, message, context, linker).await;
        }
        let mut reading = reading::Reading::new(&self.lexicon, message, context);
        if let Some(reason) = reading.outside() {
            return Ok(Interpretation::OutOfScope { reason, language: reading.answer_language });
        }
        mention::look_up(&mut reading, linker).await?;
        reading.tag(&self.lexicon);
        let mut outcome = decide::decide(&mut reading, context);
        if follow_up::lacks_object(&outcome, &reading, context)
            && mention::look_up_generic(&mut reading, &self.lexicon, linker).await?
        {
            reading.tag(&self.lexicon);
            outcome = decide::decide(&mut reading, context);
        }
        link::outcome(outcome, &reading, message, context, linker).await
    }
}
