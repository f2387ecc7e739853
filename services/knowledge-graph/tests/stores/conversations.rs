//! Conversations: kept for their owner only, in order, within bounds, and gone when they are deleted.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use chrono::TimeDelta;
use futures::TryStreamExt as _;
use resync_api::agent::model::{AnswerKind, Citation, Language};
use resync_api::audit::model::{ActorKind, AuditSearch};
use resync_api::conversations::client::ConversationClient;
use resync_api::conversations::model::{
    AppendTurn, ConversationExportFormat, ConversationTurn, ExportConversation, GetConversation,
    ListConversations, LoadTurns,
};
use resync_fault::{ErrorKind, Fault as _};
use resync_knowledge_graph::audit::{Clock, list};
use resync_knowledge_graph::conversations::{ConversationError, Conversations, Limits};
use resync_knowledge_graph::store::schema::{CONVERSATION, CONVERSATION_TURN};
use resync_knowledge_graph::store::{Query, Store};
use resync_service_kit::identity::Permission;
use serde_json::{Map, json};

use crate::commands::person;
use crate::events::{clock, log, noon};
use crate::mesh::Mesh;
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    turns_are_kept_in_order_once_and_read_in_pages,
    a_deletion_leaves_nothing_but_its_event,
    a_deletion_beside_appends_leaves_no_turn_behind,
    what_is_too_much_makes_room,
    what_is_older_than_the_retention_goes_in_bounded_batches,
    no_secret_reaches_the_store,
    an_owner_exports_and_deletes_and_nobody_else_sees_anything,
];

pub(crate) fn conversations(store: &Arc<dyn Store>) -> Conversations {
    Conversations::new(log(store), clock(), Limits::default())
}

pub(crate) fn turn(id: &str, question: &str) -> ConversationTurn {
    let citation = Citation {
        id: "c1".to_owned(),
        tool_call_id: "t1".to_owned(),
        resource: "engines/default/jobs/1".to_owned(),
        field: "/job/status".to_owned(),
        value: "ERROR".to_owned(),
        observed_at: Some(noon()),
    };
    ConversationTurn {
        id: id.to_owned(),
        number: 0,
        at: noon(),
        question: question.to_owned(),
        kind: AnswerKind::Answer,
        markdown: "It is in **ERROR**".to_owned(),
        citations: vec![citation],
        interpretation: "detail job FTA#PAY.CALC".to_owned(),
        data_age: Some(Duration::from_millis(2_500)),
        stale_since: None,
        engine: "default".to_owned(),
        mode: "engine".to_owned(),
        language: Language::English,
        shortened: false,
    }
}

pub(crate) fn append(conversation: &str, id: &str, question: &str) -> AppendTurn {
    AppendTurn {
        conversation_id: conversation.to_owned(),
        turn: turn(id, question),
        context: Map::from_iter([("version".to_owned(), json!(1)), ("turn".to_owned(), json!(id))]),
        follows: 0,
    }
}

fn get(conversation: &str, page_size: u32, page_token: &str) -> GetConversation {
    GetConversation { conversation_id: conversation.to_owned(), page_size, page_token: page_token.to_owned() }
}

fn load(conversation: &str, limit: u32) -> LoadTurns {
    LoadTurns { conversation_id: conversation.to_owned(), limit }
}

async fn number(store: &Arc<dyn Store>, query: Query) -> anyhow::Result<u64> {
    Ok(store.count(query, &[]).await?.first().map_or(0, |count| count.records))
}

async fn turns_are_kept_in_order_once_and_read_in_pages(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let all = conversations(&store);
    for n in 1..=5 {
        let id = format!("t{n}");
        assert_eq!(all.append("ana", append("c", &id, &format!("question {n}"))).await?, n);
        assert_eq!(all.append("ana", append("c", &id, "the same again")).await?, n);
    }
    let first = all.get("ana", &get("c", 3, "")).await?;
    let rest = all.get("ana", &get("c", 3, &first.next_page_token)).await?;
    let questions: Vec<_> =
        first.turns.iter().chain(&rest.turns).map(|turn| (turn.number, turn.question.clone())).collect();
    assert_eq!(questions, (1..=5).map(|n| (n, format!("question {n}"))).collect::<Vec<_>>());
    assert_eq!(rest.next_page_token, "");
    let conversation = first.conversation;
    assert_eq!(
        (conversation.title.as_str(), conversation.turns, conversation.kept_turns),
        ("question 1", 5, 5)
    );

    let remembered = all.load("ana", &load("c", 2)).await?;
    let words: Vec<_> = remembered.iter().map(|turn| (turn.number, turn.context["turn"].clone())).collect();
    assert_eq!(words, [(4, json!("t4")), (5, json!("t5"))]);
    assert!(all.load("ana", &load("none", 0)).await?.is_empty());
    let bad = all.get("ana", &get("c", 3, "nonsense")).await.err().context("refused")?;
    assert_eq!(bad.reason(), "PAGE_TOKEN_INVALID");

    // A store opened again has all of it.
    drop((all, store));
    let all = conversations(&place.open().await?);
    assert_eq!(all.get("ana", &get("c", 0, "")).await?.turns.len(), 5);
    assert_eq!(all.append("ana", append("c", "t6", "and then?")).await?, 6);
    Ok(())
}

async fn a_deletion_leaves_nothing_but_its_event(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let all = conversations(&store);
    for n in 0..3 {
        all.append("ana", append("c", &format!("t{n}"), "why did the secret project fail?")).await?;
    }
    all.append("bob", append("c", "b", "what is late?")).await?;
    let unknown = all.delete("carl", "c", &person("carl")).await.err().context("refused")?;
    assert_eq!((unknown.kind(), unknown.reason()), (ErrorKind::NotFound, "CONVERSATION_UNKNOWN"));
    all.delete("ana", "c", &person("ana")).await?;
    ensure!(matches!(all.get("ana", &get("c", 0, "")).await, Err(ConversationError::Unknown(_))), "gone");
    assert!(all.load("ana", &load("c", 0)).await?.is_empty());
    assert_eq!(number(&store, Query::of(CONVERSATION)).await?, 1);
    assert_eq!(number(&store, Query::of(CONVERSATION_TURN)).await?, 1, "bob's");

    let events = list(store.as_ref(), &AuditSearch::default(), 0, "").await?.entries;
    ensure!(events.len() == 1, "{events:?}");
    let event = &events[0].event;
    assert_eq!((event.action.as_str(), event.actor.kind), ("conversation.delete", ActorKind::Person));
    assert_eq!(event.target.as_ref().map(|target| target.name.as_str()), Some("conversations/c"));
    ensure!(!serde_json::to_string(event)?.contains("project"), "{event:?}");

    // A turn that was under way to what was deleted is not kept; a new beginning under the name is.
    let late = AppendTurn { follows: 3, ..append("c", "late", "and its successors?") };
    ensure!(matches!(all.append("ana", late).await, Err(ConversationError::Unknown(_))), "not kept");
    assert_eq!(all.append("ana", append("c", "new", "hello")).await?, 1);
    all.delete("ana", "c", &person("ana")).await?;
    assert_eq!(list(store.as_ref(), &AuditSearch::default(), 0, "").await?.entries.len(), 2);
    Ok(())
}

async fn a_deletion_beside_appends_leaves_no_turn_behind(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let all = conversations(&store);
    for round in 0..6 {
        all.append("ana", append("c", &format!("{round}-0"), "first")).await?;
        let (others, owner) = (all.clone(), person("ana"));
        let appends = async {
            let mut kept = 0;
            for n in 1..6 {
                let more = AppendTurn { follows: 1, ..append("c", &format!("{round}-{n}"), "more") };
                match others.append("ana", more).await {
                    Ok(_) => kept += 1,
                    Err(ConversationError::Unknown(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(kept)
        };
        let deleted = async {
            tokio::time::sleep(Duration::from_millis(round * 3)).await;
            all.delete("ana", "c", &owner).await
        };
        let (kept, deleted) = tokio::join!(appends, deleted);
        deleted?;
        println!("{} of 5 turns were kept before the deletion", kept?);
        assert_eq!(number(&store, Query::of(CONVERSATION)).await?, 0);
        assert_eq!(number(&store, Query::of(CONVERSATION_TURN)).await?, 0);
    }
    Ok(())
}

async fn what_is_too_much_makes_room(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let (clock, now) = moving();
    let limits = Limits { conversations: 2, turns: 3, turn_bytes: 90, ..Limits::default() };
    let all = Conversations::new(log(&store), clock, limits);
    for n in 0..5 {
        all.append("ana", append("a", &format!("a{n}"), "how is the plan?")).await?;
    }
    let kept = all.get("ana", &get("a", 0, "")).await?;
    assert_eq!((kept.conversation.turns, kept.conversation.kept_turns), (5, 3));
    assert_eq!(kept.turns.iter().map(|turn| turn.number).collect::<Vec<_>>(), [3, 4, 5]);
    let turn = &kept.turns[0];
    ensure!(turn.shortened && turn.citations.is_empty() && turn.markdown == "It is in **ERROR**", "{turn:?}");

    for (seconds, conversation) in [(1, "b"), (2, "a"), (3, "c")] {
        now.store(seconds, Ordering::SeqCst);
        all.append("ana", append(conversation, &format!("{seconds}"), "and now?")).await?;
        all.append("bob", append(conversation, &format!("{seconds}"), "and now?")).await?;
    }
    let page = all.list("ana", &ListConversations::default()).await?.conversations;
    assert_eq!(page.iter().map(|conversation| conversation.id.as_str()).collect::<Vec<_>>(), ["c", "a"]);
    let first = all.list("ana", &ListConversations { page_size: 1, ..ListConversations::default() }).await?;
    let next = ListConversations { page_size: 1, page_token: first.next_page_token };
    assert_eq!(all.list("ana", &next).await?.conversations, page[1..]);
    assert_eq!(number(&store, Query::of(CONVERSATION).is("owner", "bob")).await?, 2);
    let events = list(store.as_ref(), &AuditSearch::default(), 0, "").await?.entries;
    ensure!(events.iter().all(|entry| entry.event.parameters["cause"] == "room"), "{events:?}");
    Ok(())
}

async fn what_is_older_than_the_retention_goes_in_bounded_batches(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let (clock, now) = moving();
    let limits = Limits { retention: Duration::from_secs(100), ..Limits::default() };
    let all = Conversations::new(log(&store), clock, limits);
    for n in 0..60 {
        all.append(&format!("user{}", n % 7), append(&format!("c{n}"), "t", "what is late?")).await?;
    }
    now.store(90, Ordering::SeqCst);
    all.append("user0", append("c0", "t2", "and now?")).await?;
    assert_eq!(all.prune().await?, 0, "nothing is old enough");
    now.store(150, Ordering::SeqCst);
    assert_eq!(all.prune().await?, 50);
    assert_eq!(all.prune().await?, 9);
    assert_eq!(all.prune().await?, 0);
    assert_eq!(all.get("user0", &get("c0", 0, "")).await?.turns.len(), 2);
    assert_eq!(number(&store, Query::of(CONVERSATION)).await?, 1);
    assert_eq!(number(&store, Query::of(CONVERSATION_TURN)).await?, 2);
    Ok(())
}

async fn no_secret_reaches_the_store(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let all = conversations(&store);
    let mut said = append("c", "t", "the login fails with password=hunter2, why?");
    said.turn.markdown = "The log says `token: hunter2`".to_owned();
    said.turn.citations[0].value = "senha=hunter2".to_owned();
    said.context = Map::from_iter([("question".to_owned(), json!("pwd=hunter2"))]);
    all.append("ana", said).await?;
    for collection in [CONVERSATION, CONVERSATION_TURN] {
        for record in store.find(Query::of(collection)).await? {
            ensure!(!record.body.contains("hunter2") && record.body.contains("***"), "{}", record.body);
        }
    }
    Ok(())
}

async fn exported(client: &ConversationClient, format: ConversationExportFormat) -> anyhow::Result<String> {
    let request = ExportConversation { conversation_id: "c".to_owned(), format };
    let parts = client.export(request).await?.try_collect::<Vec<_>>().await?;
    Ok(String::from_utf8(parts.concat())?)
}

async fn an_owner_exports_and_deletes_and_nobody_else_sees_anything(place: Place) -> anyhow::Result<()> {
    let mesh = Mesh::start(&place).await?;
    let own = [Permission::everywhere("conversations.own")];
    let ana = mesh.conversations_of("ana", &own);
    for n in 0..70 {
        let question = format!("question {n}\nwith <b>two</b> lines");
        assert_eq!(ana.append(append("c", &format!("t{n}"), &question)).await?, n + 1);
    }
    let mut request = get("c", 0, "");
    let mut whole = Vec::new();
    loop {
        let page = ana.get(request.clone()).await?;
        whole.extend(page.turns);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let lines = exported(&ana, ConversationExportFormat::JsonLines).await?;
    let read: Vec<ConversationTurn> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    ensure!(read == whole && read.len() == 70, "{} and {}", read.len(), whole.len());
    let page = exported(&ana, ConversationExportFormat::Markdown).await?;
    assert_eq!(page.matches("\n## ").count(), 70);
    ensure!(
        page.contains("> question 69\n> with \\<b\\>two") && page.contains("It is in **ERROR**"),
        "{page}"
    );

    // Neither another person nor somebody who may do everything else.
    for other in
        [mesh.conversations_of("bob", &own), mesh.conversations_of("root", &[Permission::everywhere("*")])]
    {
        assert!(other.list(ListConversations::default()).await?.conversations.is_empty());
        assert!(other.load(load("c", 0)).await?.is_empty());
        let format = ConversationExportFormat::JsonLines;
        let export = ExportConversation { conversation_id: "c".to_owned(), format };
        for refused in [
            other.get(get("c", 0, "")).await.err(),
            other.export(export).await.err(),
            other.delete("c").await.err(),
        ] {
            let refused = refused.context("refused")?;
            assert_eq!(
                (refused.kind, refused.reason.as_str()),
                (ErrorKind::NotFound, "CONVERSATION_UNKNOWN")
            );
        }
    }
    let stranger = mesh.conversations_of("ana", &[Permission::everywhere("agent.ask")]);
    let refused = stranger.list(ListConversations::default()).await.err().context("refused")?;
    assert_eq!(refused.kind, ErrorKind::PermissionDenied);

    ana.delete("c").await?;
    assert_eq!(ana.delete("c").await.err().context("refused")?.reason, "CONVERSATION_UNKNOWN");
    assert_eq!(number(&mesh.durable.store, Query::of(CONVERSATION_TURN)).await?, 0);
    mesh.stop().await
}

/// A clock that is moved by hand, in seconds.
fn moving() -> (Clock, Arc<AtomicI64>) {
    let now = Arc::new(AtomicI64::new(0));
    let read = Arc::clone(&now);
    (Arc::new(move || noon() + TimeDelta::seconds(read.load(Ordering::SeqCst))), now)
}
