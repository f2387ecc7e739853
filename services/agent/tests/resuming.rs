//! Conversations that are kept elsewhere: a process that was not there goes on with them, deletions are noticed, and a
//! keeper that is out costs nobody an answer. What is under way and remembered is among the held resources.

#[path = "support/night.rs"]
#[expect(dead_code, reason = "agents of these tests are made here")]
mod night;

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::Utc;
use futures::StreamExt as _;
use night::Night;
use resync_agent::{Agent, Asker, Config, Knowledge};
use resync_api::agent::model::{Answer, AnswerKind, Question, Span};
use resync_api::channel::Channel;
use resync_api::conversations::client::ConversationClient;
use resync_api::conversations::model::{AppendTurn, ConversationTurn, GetConversation};
use resync_knowledge_graph::audit::AuditLog;
use resync_knowledge_graph::conversations::{Conversations, Limits, grpc};
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_service_kit::identity::{Caller, Permission, Principal, PrincipalKind};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::vitals::Vitals;
use resync_testkit::eventually;
use serde_json::{Map, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;

const BOUND: Duration = Duration::from_secs(30);

/// Where conversations are kept, for everybody.
struct Keeper {
    client: ConversationClient,
    _folder: TempDir,
}

impl Keeper {
    async fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let store = Arc::new(SqliteStore::open(&folder.path().join("knowledge.db")).await?);
        let log = AuditLog::new(store, "main", Arc::new(Utc::now));
        let conversations = Conversations::new(log, Arc::new(Utc::now), Limits::default());
        let client = ConversationClient::new(Channel::new(grpc::service(conversations)));
        Ok(Self { client, _folder: folder })
    }

    fn of(&self, subject: &str) -> ConversationClient {
        self.client.with(caller(subject))
    }
}

fn caller(subject: &str) -> Caller {
    Caller::new(Principal {
        subject: subject.to_owned(),
        display: subject.to_owned(),
        kind: PrincipalKind::Person,
        permissions: vec![Permission::everywhere("*")],
    })
}

/// A process of the agent.
struct Process {
    agent: Agent,
    shutdown: Shutdown,
    work: JoinHandle<()>,
}

impl Process {
    fn start() -> Self {
        let (agent, shutdown) = (Agent::new(Config::default()), Shutdown::new());
        let (running, drain) = (agent.clone(), shutdown.drain());
        let work = tokio::spawn(async move { running.run(drain).await });
        Self { agent, shutdown, work }
    }

    async fn ask(&self, asker: &Asker, conversation: &str, message: &str) -> anyhow::Result<Answer> {
        let question = Question {
            message: message.to_owned(),
            conversation_id: conversation.to_owned(),
            ..Question::default()
        };
        Ok(self.agent.answer(question, asker.clone()).await?)
    }

    async fn end(self) -> anyhow::Result<()> {
        self.shutdown.begin();
        Ok(self.work.await?)
    }
}

fn asker(night: &Night, subject: &str, conversations: ConversationClient) -> Asker {
    Asker {
        subject: subject.to_owned(),
        plan: night.plan.clone(),
        knowledge: Knowledge { conversations: Some(conversations), ..Knowledge::default() },
    }
}

fn text(answer: &Answer) -> String {
    let texts = answer.spans.iter().map(|span| match span {
        Span::Text(text) | Span::Fact { value: text, .. } => text.as_str(),
    });
    texts.collect()
}

fn failed(night: &Night) -> anyhow::Result<String> {
    let incidents = night.incidents();
    let failed = incidents.iter().find(|incident| incident.return_code == Some(2)).context("planted")?;
    Ok(failed.symptom.key.clone())
}

fn get(id: &str) -> GetConversation {
    GetConversation { conversation_id: id.to_owned(), ..GetConversation::default() }
}

#[tokio::test]
async fn a_process_that_was_not_there_goes_on_with_a_conversation() -> anyhow::Result<()> {
    let (night, keeper) = (Night::start(5).await?, Keeper::start().await?);
    let ana = asker(&night, "ana", keeper.of("ana"));
    let process = Process::start();
    let question = format!("por que {} falhou?", failed(&night)?);
    let first = process.ask(&ana, "", &question).await?;
    let id = first.conversation_id.as_str();
    // What was answered before the end is kept before the process ends.
    process.end().await?;
    let kept = keeper.of("ana").get(get(id)).await?;
    ensure!(kept.turns.len() == 1, "{kept:?}");
    let turn = &kept.turns[0];
    ensure!(turn.question == question && turn.markdown == first.markdown, "{turn:?}");
    ensure!(turn.citations == first.citations && turn.interpretation == first.interpretation, "{turn:?}");
    ensure!(turn.data_age == first.data_age && turn.language == first.language, "{turn:?}");

    let (one, other) = (Process::start(), Process::start());
    // Somebody else's name for it is nobody's.
    let bob = asker(&night, "bob", keeper.of("bob"));
    let stranger = one.ask(&bob, id, "e os sucessores?").await?;
    ensure!(stranger.interpretation == "ask_back", "{}", stranger.interpretation);
    let next = one.ask(&ana, id, "e os sucessores?").await?;
    ensure!(next.interpretation.starts_with("successors"), "{}", next.interpretation);
    ensure!(next.conversation_id == id && !text(&next).contains("não é mais conhecido"), "{}", text(&next));
    let turns = |number: usize| {
        let keeper = keeper.of("ana");
        async move { Some(keeper.get(get(id)).await.ok()?.turns).filter(|turns| turns.len() == number) }
    };
    eventually("both turns are kept", BOUND, || turns(2)).await?;
    // The second replica adds a turn, and the first one knows of it.
    let count = other.ask(&ana, id, "quantos jobs em erro?").await?;
    ensure!(count.interpretation.starts_with("count"), "{}", count.interpretation);
    eventually("three turns are kept", BOUND, || turns(3)).await?;
    let grouped = one.ask(&ana, id, "por workstation?").await?;
    ensure!(
        grouped.interpretation.starts_with("count") && grouped.interpretation.contains("workstation"),
        "{}",
        grouped.interpretation
    );
    let numbers = eventually("four turns are kept", BOUND, || turns(4)).await?;
    ensure!(numbers.iter().map(|turn| turn.number).eq(1..=4), "{numbers:?}");

    // What is deleted is not remembered either.
    keeper.of("ana").delete(id).await?;
    let after = one.ask(&ana, id, "e os sucessores?").await?;
    ensure!(after.interpretation == "ask_back", "{}", after.interpretation);
    one.end().await?;
    other.end().await
}

#[tokio::test]
async fn a_turn_of_another_version_is_said_to_be_unknown() -> anyhow::Result<()> {
    let (night, keeper) = (Night::start(5).await?, Keeper::start().await?);
    let ana = asker(&night, "ana", keeper.of("ana"));
    let process = Process::start();
    let first = process.ask(&ana, "", "how is the plan?").await?;
    let id = first.conversation_id.as_str();
    let kept = eventually("the turn is kept", BOUND, || async { keeper.of("ana").get(get(id)).await.ok() });
    let kept = kept.await?;
    let newer = AppendTurn {
        conversation_id: id.to_owned(),
        turn: ConversationTurn { id: "newer".to_owned(), ..kept.turns[0].clone() },
        context: Map::from_iter([("version".to_owned(), json!(99))]),
        follows: 1,
    };
    keeper.of("ana").append(newer).await?;
    let next = process.ask(&ana, id, "how many jobs are in error?").await?;
    ensure!(text(&next).contains("is not known here any more"), "{}", text(&next));
    ensure!(next.kind == AnswerKind::Answer && next.conversation_id == id, "{next:?}");
    eventually("the next turn is kept", BOUND, || async {
        Some(keeper.of("ana").get(get(id)).await.ok()?).filter(|text| text.turns.len() == 3).map(drop)
    })
    .await?;
    let grouped = process.ask(&ana, id, "by workstation?").await?;
    ensure!(!text(&grouped).contains("is not known here any more"), "{}", text(&grouped));
    ensure!(grouped.interpretation.contains("workstation"), "{}", grouped.interpretation);
    process.end().await
}

#[tokio::test]
async fn a_keeper_that_is_out_costs_no_answer_and_no_memory() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let nobody = tower::service_fn(|_: http::Request<tonic::body::Body>| {
        std::future::ready(Err::<http::Response<tonic::body::Body>, _>(tonic::Status::unavailable("out")))
    });
    let ana = asker(&night, "ana", ConversationClient::new(Channel::new(nobody)));
    let process = Process::start();
    let first = process.ask(&ana, "", &format!("why did {} fail?", failed(&night)?)).await?;
    ensure!(first.kind == AnswerKind::Answer, "{first:?}");
    let next = process.ask(&ana, &first.conversation_id, "and its successors?").await?;
    ensure!(next.interpretation.starts_with("successors"), "{}", next.interpretation);
    let unknown = process.ask(&ana, "a-conversation-of-before", "how is the plan?").await?;
    ensure!(text(&unknown).contains("is not known here any more"), "{}", text(&unknown));
    process.end().await
}

#[tokio::test]
async fn a_question_is_held_until_it_is_answered_dropped_or_cancelled() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let vitals = Vitals::new();
    let agent = Agent::reporting_to(Config::default(), &vitals);
    let active = |kind: &str| {
        let kinds = vitals.resources().read().kinds;
        kinds.iter().find(|found| found.kind == kind).map(|found| found.active)
    };
    let question = || Question { message: "how is the plan?".to_owned(), ..Question::default() };
    assert_eq!((active("question"), active("conversation")), (Some(0), Some(0)));
    // Never begun.
    let begun = agent.ask(question(), night.asker())?;
    assert_eq!(active("question"), Some(1));
    assert_eq!(&*vitals.resources().read().oldest[0].owner, "test");
    drop(begun);
    assert_eq!(active("question"), Some(0));
    // In the middle.
    let mut begun = agent.ask(question(), night.asker())?;
    ensure!(begun.next().await.is_some(), "something happens");
    drop(begun);
    assert_eq!(active("question"), Some(0));
    // A task that is cancelled.
    let mut begun = agent.ask(question(), night.asker())?;
    let task = tokio::spawn(async move {
        begun.next().await;
        std::future::pending::<()>().await;
    });
    assert_eq!(active("question"), Some(1));
    task.abort();
    ensure!(task.await.is_err_and(|error| error.is_cancelled()), "cancelled");
    assert_eq!(active("question"), Some(0));
    // Answered: the question is over, the conversation is remembered until the agent is gone.
    let before = active("conversation").context("declared")?;
    agent.answer(question(), night.asker()).await?;
    assert_eq!((active("question"), active("conversation")), (Some(0), Some(before + 1)));
    drop(agent);
    assert_eq!(active("conversation"), Some(0));
    Ok(())
}
