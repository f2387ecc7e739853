//! Keeps turns behind the answers: in order within a conversation, without making anybody wait.
//!
//! Turns wait in a few bounded lanes; those of one conversation in the same. A turn that finds its lane full, or whose
//! keeper cannot be reached, is not kept: that is counted and told in the log, and the conversation goes on in the memory
//! of this process.

use std::future::Future;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::Utc;
use futures::future::{self, FutureExt as _};
use resync_api::agent::model::{Answer, Question};
use resync_api::conversations::client::ConversationClient;
use resync_api::conversations::model::{AppendTurn, ConversationTurn};
use resync_fault::{ErrorKind, FaultBody};
use tokio::sync::mpsc;

use super::Asker;
use crate::conversation::{Conversations, Ledger, Turn, to_context};
use crate::figures::TURNS_NOT_KEPT;

/// Lanes: conversations whose turns are kept at once.
const LANES: usize = 4;
/// Turns that wait in a lane; further ones are not kept.
const LANE: usize = 64;
/// Time for keeping one turn.
const TIMEOUT: Duration = Duration::from_secs(5);

/// A turn on its way.
#[derive(Debug)]
struct Sent {
    client: ConversationClient,
    owner: String,
    turn: AppendTurn,
    ledger: Arc<Ledger>,
}

/// The lanes.
#[derive(Debug)]
pub(super) struct Keeper {
    lanes: Vec<mpsc::Sender<Sent>>,
    /// Their ends, until somebody works on them.
    ends: Mutex<Vec<mpsc::Receiver<Sent>>>,
}

impl Keeper {
    pub(super) fn new() -> Self {
        let (lanes, ends) = (0..LANES).map(|_| mpsc::channel(LANE)).unzip();
        Self { lanes, ends: Mutex::new(ends) }
    }

    /// Remembers what an answer was about, and sends it to be kept.
    pub(super) fn remember(
        &self,
        conversations: &Conversations,
        asker: &Asker,
        question: &Question,
        answer: &Answer,
        turn: Turn,
    ) {
        let context = asker.knowledge.conversations.as_ref().map(|client| (client, to_context(&turn)));
        let ledger = conversations.record(&asker.subject, &answer.conversation_id, turn);
        let Some((client, context)) = context else { return };
        ledger.sent();
        let turn = AppendTurn {
            conversation_id: answer.conversation_id.clone(),
            turn: told(question, answer),
            context,
            follows: 0,
        };
        let sent = Sent { client: client.clone(), owner: asker.subject.clone(), turn, ledger };
        if self.lane(&sent).try_send(sent).is_err() {
            metrics::counter!(TURNS_NOT_KEPT, "reason" => "queue_full").increment(1);
            tracing::warn!("a turn of a conversation is not kept: too many are waiting");
        }
    }

    fn lane(&self, sent: &Sent) -> &mpsc::Sender<Sent> {
        let mut hasher = DefaultHasher::new();
        (&sent.owner, &sent.turn.conversation_id).hash(&mut hasher);
        // A remainder of the number of lanes is no more than that.
        &self.lanes[usize::try_from(hasher.finish() % LANES as u64).unwrap_or_default()]
    }

    /// Keeps what is sent, until the end of `answered` and whatever was sent before it.
    pub(super) async fn run(&self, conversations: &Conversations, answered: impl Future<Output = ()>) {
        let ends = std::mem::take(&mut *self.ends.lock().unwrap_or_else(PoisonError::into_inner));
        let answered = answered.shared();
        future::join_all(ends.into_iter().map(|lane| work(lane, conversations, answered.clone()))).await;
    }
}

async fn work(
    mut lane: mpsc::Receiver<Sent>,
    conversations: &Conversations,
    answered: impl Future<Output = ()>,
) {
    tokio::pin!(answered);
    loop {
        tokio::select! {
            // What was sent before the end goes first.
            biased;
            Some(sent) = lane.recv() => keep(sent, conversations).await,
            () = &mut answered => return,
        }
    }
}

async fn keep(sent: Sent, conversations: &Conversations) {
    let Sent { client, owner, mut turn, ledger } = sent;
    turn.follows = ledger.last_kept();
    let conversation_id = turn.conversation_id.clone();
    let kept = tokio::time::timeout(TIMEOUT, client.append(turn)).await;
    let late = || FaultBody::new(ErrorKind::DeadlineExceeded, "TURN_TIMED_OUT", "it took too long");
    match kept.unwrap_or_else(|_| Err(late())) {
        Ok(number) => ledger.kept(number),
        // Its owner deleted it: nothing of it is kept or remembered.
        Err(fault) if fault.reason == "CONVERSATION_UNKNOWN" => {
            conversations.forget(&owner, &conversation_id)
        }
        Err(fault) => {
            metrics::counter!(TURNS_NOT_KEPT, "reason" => "refused").increment(1);
            tracing::warn!(%fault, "a turn of a conversation is not kept");
        }
    }
}

/// A question and its answer as they were given.
fn told(question: &Question, answer: &Answer) -> ConversationTurn {
    ConversationTurn {
        id: uuid::Uuid::new_v4().to_string(),
        number: 0,
        at: Utc::now(),
        question: question.message.clone(),
        kind: answer.kind,
        markdown: answer.markdown.clone(),
        citations: answer.citations.clone(),
        interpretation: answer.interpretation.clone(),
        data_age: answer.data_age,
        stale_since: answer.stale_since,
        engine: answer.engine.clone(),
        mode: answer.mode.clone(),
        language: answer.language,
        shortened: false,
    }
}
