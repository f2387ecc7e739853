//! The agent: takes a question, streams what happens while it is answered, ends with the whole answer.
//!
//! Nothing is spawned: a reader that leaves takes its question with it. A question has a bounded number of tool
//! calls and a bounded time, and only so many are answered at once. Turns are kept behind the answers, in [`Agent::run`].

mod asking;
mod keeping;
mod linking;
mod memory;
mod recalling;
mod resuming;
mod understanding;

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use resync_api::agent::model::{Agent as AgentDescription, Answer, AnswerEvent, Language, Question};
use resync_api::tws::client::TwsClient;
use resync_service_kit::shutdown::Drain;
use resync_service_kit::vitals::{Kind, Resources, Vitals};
use tokio::sync::{Semaphore, mpsc};

use crate::config::Config;
use crate::conversation::{Conversations, Limits};
use crate::error::Error;
use crate::figures;
use crate::interpret::Interpreter;
use crate::knowledge::Knowledge;
use crate::phrases::{DialogueMessage, Example, Piece, say};
use crate::tools;
use keeping::Keeper;

/// The one agent there is.
const OPERATIONS: &str = "operations";
/// Events between the work on a question and its reader; a slow reader slows its own question down.
const EVENT_QUEUE: usize = 32;

/// What happens while a question is answered; ends with [`AnswerEvent::Done`] or an error.
pub type AnswerStream = BoxStream<'static, Result<AnswerEvent, Error>>;

/// Who asks: whose conversations are followed up, and through which clients everything is read.
#[derive(Clone, Debug)]
pub struct Asker {
    /// Subject of the caller; conversations are found only by those who hold them.
    pub subject: String,
    /// Client that carries the caller's identity.
    pub plan: TwsClient,
    /// The same for what is known beyond the plan.
    pub knowledge: Knowledge,
}

impl Asker {
    /// Puts a value for the channels' layers on every client.
    pub(crate) fn hand_on<E: Clone + Send + Sync + 'static>(&mut self, extension: &E) {
        self.plan = self.plan.with(extension.clone());
        self.knowledge = self.knowledge.with(extension);
    }

    /// Bounds every call in time but those that keep the conversation: a turn is kept after its answer.
    pub(crate) fn answer_within<D: Clone + Send + Sync + 'static>(&mut self, deadline: &D) {
        let conversations = self.knowledge.conversations.take();
        self.hand_on(deadline);
        self.knowledge.conversations = conversations;
    }
}

/// Answers questions. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Agent {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    config: Config,
    interpreter: Interpreter,
    conversations: Conversations,
    keeper: Keeper,
    places: Arc<Semaphore>,
    resources: Resources,
    live: Kind,
}

impl Agent {
    /// An agent within the bounds of `config`, which reports to nobody.
    #[must_use]
    pub fn new(config: Config) -> Self {
        Self::reporting_to(config, &Vitals::default())
    }

    /// An agent within the bounds of `config`, whose questions and conversations are among the resources of the process.
    #[must_use]
    pub fn reporting_to(config: Config, vitals: &Vitals) -> Self {
        figures::describe();
        let resources = vitals.resources().clone();
        // One whose reader is slow lives longer than its answer takes, but not for long.
        let live = Kind { leak_after: Some(config.question_timeout * 4), ..Kind::long_lived("question") };
        let live = live.limited(config.max_concurrent_questions as u64);
        resources.declare(live);
        let places = Arc::new(Semaphore::new(config.max_concurrent_questions));
        Self {
            shared: Arc::new(Shared {
                config,
                interpreter: Interpreter::new(),
                conversations: Conversations::new(Limits::default(), &resources),
                keeper: Keeper::new(),
                places,
                resources,
                live,
            }),
        }
    }

    /// Answers a question as it goes.
    ///
    /// # Errors
    /// When the question is not acceptable, or too many are being answered.
    pub fn ask(&self, question: Question, asker: Asker) -> Result<AnswerStream, Error> {
        self.accept(&question)?;
        let place = Arc::clone(&self.shared.places).try_acquire_owned().map_err(|_| {
            metrics::counter!(figures::QUESTIONS_REFUSED).increment(1);
            Error::Busy
        })?;
        let held = self.shared.resources.acquire(self.shared.live, asker.subject.as_str());
        let shared = Arc::clone(&self.shared);
        let limit = shared.config.question_timeout;
        let (sender, mut receiver) = mpsc::channel(EVENT_QUEUE);
        let work = async move { asking::answer(&shared, question, asker, sender).await };
        let stream = async_stream::stream! {
            let _place = (place, held);
            let work = tokio::time::timeout(limit, work);
            tokio::pin!(work);
            let outcome = loop {
                tokio::select! {
                    biased;
                    Some(event) = receiver.recv() => yield Ok(event),
                    outcome = &mut work => break outcome,
                }
            };
            // What was said before the end is still in the queue.
            while let Ok(event) = receiver.try_recv() {
                yield Ok(event);
            }
            yield match outcome {
                Ok(Ok(answer)) => Ok(AnswerEvent::Done(Box::new(answer))),
                Ok(Err(error)) => Err(error),
                Err(_) => Err(Error::TimedOut { limit }),
            };
        };
        Ok(stream.boxed())
    }

    /// Keeps the turns of conversations, in the order of the answers, until the drain has begun and the last answer under
    /// way was given.
    pub async fn run(&self, drain: Drain) {
        let Shared { keeper, conversations, places, config, .. } = &*self.shared;
        let all = u32::try_from(config.max_concurrent_questions).unwrap_or(u32::MAX);
        let answered = async {
            drain.begun().await;
            let last = tokio::time::timeout(config.question_timeout, places.acquire_many(all)).await;
            drop(last);
        };
        keeper.run(conversations, answered).await;
    }

    /// Answers a question at once.
    ///
    /// # Errors
    /// When the question is not acceptable or cannot be answered.
    pub async fn answer(&self, question: Question, asker: Asker) -> Result<Answer, Error> {
        let mut events = self.ask(question, asker)?;
        while let Some(event) = events.next().await {
            if let AnswerEvent::Done(answer) = event? {
                return Ok(*answer);
            }
        }
        Err(Error::TimedOut { limit: self.shared.config.question_timeout })
    }

    /// Every agent that can be asked.
    #[must_use]
    pub fn descriptions(&self) -> Vec<AgentDescription> {
        vec![AgentDescription {
            id: OPERATIONS.to_owned(),
            display_name: "Operations".to_owned(),
            description: "Answers questions about the live plan and what follows from it, from what its tools read, with evidence for every value."
                .to_owned(),
            tools: tools::descriptions(),
            languages: vec![Language::English, Language::Portuguese],
            example_questions: examples(),
        }]
    }

    /// One agent by its id.
    ///
    /// # Errors
    /// When there is none.
    pub fn description(&self, id: &str) -> Result<AgentDescription, Error> {
        let mut agents = self.descriptions().into_iter();
        agents.find(|agent| agent.id == id).ok_or_else(|| Error::UnknownAgent(id.to_owned()))
    }

    fn accept(&self, question: &Question) -> Result<(), Error> {
        let length = question.message.chars().count();
        let limit = self.shared.config.max_message_chars;
        if question.message.trim().is_empty() {
            return Err(Error::EmptyMessage);
        }
        if length > limit {
            return Err(Error::MessageTooLong { length, limit });
        }
        if !question.agent_id.is_empty() && question.agent_id != OPERATIONS {
            return Err(Error::UnknownAgent(question.agent_id.clone()));
        }
        if !question.time_zone.is_empty() && question.time_zone.parse::<chrono_tz::Tz>().is_err() {
            return Err(Error::UnknownTimeZone(question.time_zone.clone()));
        }
        Ok(())
    }
}

fn examples() -> Vec<String> {
    let texts = |language| {
        [Example::Overview, Example::InError, Example::Longest, Example::Forecast, Example::Fragile]
            .into_iter()
            .map(move |example| text_of(example, language))
    };
    texts(Language::English).chain(texts(Language::Portuguese)).collect()
}

fn text_of(example: Example, language: Language) -> String {
    let pieces = say(DialogueMessage::Example(example), language);
    let texts = pieces.0.into_iter().map(|piece| match piece {
        Piece::Text(text) => text,
        Piece::Fact(_) => "",
    });
    texts.collect()
}
