//! Memories: proposed by anybody, recalled only while a person's approval stands, never lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use anyhow::{Context as _, ensure};
use chrono::{DateTime, TimeDelta, Utc};
use resync_api::agent::model::Language;
use resync_api::audit::model::{AuditCategory, AuditSearch};
use resync_api::memories::model::{
    CorrectionProposal, ListMemories, Memory, MemoryAction, MemoryConflict, MemoryCorrection, MemoryDecision,
    MemoryObject, MemoryProposal, MemoryScope, MemorySource, MemoryState, RecallRequest, Recalled,
    RecalledObject,
};
use resync_api::tws::model::ObjectKind;
use resync_fault::Fault as _;
use resync_knowledge_graph::audit::{AuditLog, Clock, list};
use resync_knowledge_graph::memories::{Memories, MemoryError};
use resync_knowledge_graph::store::Store;

use crate::commands::{person, service};
use crate::events::noon;
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    only_what_a_person_approved_is_recalled,
    an_end_comes_by_itself_and_a_person_brings_it_back,
    the_same_proposal_is_kept_once,
    of_two_reviewers_the_second_must_look_again,
    objects_are_found_by_name_key_and_pattern,
    opposite_memories_are_flagged_and_both_stay,
    a_correction_is_found_by_its_wording,
    lists_filter_by_state_and_object_and_go_on,
    every_change_is_in_the_audit_log_without_secrets,
];

/// Memories whose clock stands at noon plus some seconds.
struct Desk {
    memories: Memories,
    seconds: Arc<AtomicI64>,
}

impl Desk {
    fn at(store: &Arc<dyn Store>) -> Self {
        let seconds = Arc::new(AtomicI64::new(0));
        let ticks = Arc::clone(&seconds);
        let clock: Clock = Arc::new(move || noon() + TimeDelta::seconds(ticks.load(Ordering::SeqCst)));
        Self {
            memories: Memories::new(AuditLog::new(Arc::clone(store), "main", Arc::clone(&clock)), clock),
            seconds,
        }
    }

    fn pass(&self, seconds: i64) -> DateTime<Utc> {
        noon() + TimeDelta::seconds(self.seconds.fetch_add(seconds, Ordering::SeqCst) + seconds)
    }

    async fn say(&self, text: &str, about: Option<&str>) -> anyhow::Result<Memory> {
        self.pass(1);
        Ok(self.memories.propose(fact(text, about), &person("ana")).await?.memory)
    }

    async fn decide(&self, memory: &Memory, action: MemoryAction) -> Result<Memory, MemoryError> {
        self.memories.review(decision(memory, action), &person("rita")).await
    }

    async fn approved(&self, text: &str, about: Option<&str>) -> anyhow::Result<Memory> {
        let memory = self.say(text, about).await?;
        Ok(self.decide(&memory, MemoryAction::Approve).await?)
    }

    async fn recall(&self, object: &str) -> anyhow::Result<Vec<String>> {
        let request = RecallRequest { objects: vec![job(object)], ..asked("prod") };
        Ok(texts(&self.memories.recall(&request).await?))
    }
}

fn fact(text: &str, about: Option<&str>) -> MemoryProposal {
    let about = about.map(|name| MemoryObject { kind: ObjectKind::Job, name: name.to_owned() });
    MemoryProposal {
        text: text.to_owned(),
        scope: MemoryScope { engine: "prod".to_owned(), about },
        ..MemoryProposal::default()
    }
}

fn decision(memory: &Memory, action: MemoryAction) -> MemoryDecision {
    MemoryDecision {
        memory_id: memory.id.clone(),
        action,
        reason: "as I know it".to_owned(),
        expected_revision: memory.revision,
        text: String::new(),
        intended_query: String::new(),
        expires_at: None,
    }
}

fn job(name: &str) -> RecalledObject {
    RecalledObject {
        kind: ObjectKind::Job,
        key: format!("CPU1#/FIN/DAILY.{name}"),
        object_name: name.to_owned(),
    }
}

fn asked(engine: &str) -> RecallRequest {
    RecallRequest { engine: engine.to_owned(), ..RecallRequest::default() }
}

fn texts(recalled: &Recalled) -> Vec<String> {
    recalled.memories.iter().map(|memory| memory.text.clone()).collect()
}

fn meant(question: &str, query: &str) -> CorrectionProposal {
    CorrectionProposal {
        correction: MemoryCorrection {
            question: question.to_owned(),
            language: Language::English,
            intended_query: query.to_owned(),
            note: String::new(),
        },
        engine: "prod".to_owned(),
        source: MemorySource::default(),
        confidence: None,
        expires_at: None,
    }
}

fn refusal<T>(outcome: Result<T, MemoryError>) -> anyhow::Result<String> {
    Ok(outcome.err().context("it is refused")?.reason().to_owned())
}

async fn only_what_a_person_approved_is_recalled(place: Place) -> anyhow::Result<()> {
    let desk = Desk::at(&place.open().await?);
    let memory = desk.say("PAYROLL may be rerun at any time", Some("PAYROLL")).await?;
    assert_eq!(
        (memory.state, memory.revision, memory.proposed_by.as_str()),
        (MemoryState::Proposed, 1, "ana")
    );
    ensure!(desk.recall("PAYROLL").await?.is_empty(), "nobody approved it");
    let machine = desk.memories.review(decision(&memory, MemoryAction::Approve), &service()).await;
    assert_eq!(refusal(machine)?, "NEEDS_A_PERSON");
    ensure!(desk.recall("PAYROLL").await?.is_empty(), "a machine cannot approve");

    let memory = desk.decide(&memory, MemoryAction::Approve).await?;
    let review = memory.reviews.last().context("a review")?;
    assert_eq!((review.by.as_str(), review.action), ("rita", MemoryAction::Approve));
    assert_eq!(desk.recall("PAYROLL").await?, ["PAYROLL may be rerun at any time"]);
    ensure!(desk.recall("BILLING").await?.is_empty(), "it is about another job");
    let elsewhere = RecallRequest { objects: vec![job("PAYROLL")], ..asked("test") };
    ensure!(desk.memories.recall(&elsewhere).await?.memories.is_empty(), "it is of another engine");

    // Each way out, and back by a person.
    let memory = desk.decide(&memory, MemoryAction::Quarantine).await?;
    ensure!(desk.recall("PAYROLL").await?.is_empty(), "it is in quarantine");
    let memory = desk.decide(&memory, MemoryAction::Approve).await?;
    assert_eq!(desk.recall("PAYROLL").await?.len(), 1);
    let memory = desk.decide(&memory, MemoryAction::Expire).await?;
    assert_eq!(memory.state, MemoryState::Expired);
    ensure!(desk.recall("PAYROLL").await?.is_empty(), "a person ended it");
    let edit = MemoryDecision {
        text: "PAYROLL may be rerun before 6".to_owned(),
        ..decision(&memory, MemoryAction::Edit)
    };
    let memory = desk.memories.review(edit, &person("rita")).await?;
    assert_eq!(desk.recall("PAYROLL").await?, ["PAYROLL may be rerun before 6"]);
    assert_eq!(memory.reviews.last().context("a review")?.before, "PAYROLL may be rerun at any time");

    let turned_down = desk.say("PAYROLL is harmless", Some("PAYROLL")).await?;
    let turned_down = desk.decide(&turned_down, MemoryAction::Reject).await?;
    assert_eq!(turned_down.state, MemoryState::Rejected);
    assert_eq!(desk.recall("PAYROLL").await?.len(), 1);
    assert_eq!(refusal(desk.decide(&turned_down, MemoryAction::Expire).await)?, "MEMORY_STATE");
    assert_eq!(refusal(desk.decide(&memory, MemoryAction::Reject).await)?, "MEMORY_STATE");
    assert_eq!(refusal(desk.decide(&memory, MemoryAction::Approve).await)?, "MEMORY_STATE");
    assert_eq!(refusal(desk.memories.get("none").await)?, "MEMORY_UNKNOWN");
    Ok(())
}

async fn an_end_comes_by_itself_and_a_person_brings_it_back(place: Place) -> anyhow::Result<()> {
    let desk = Desk::at(&place.open().await?);
    let end = noon() + TimeDelta::seconds(100);
    let proposal = MemoryProposal { expires_at: Some(end), ..fact("The bank is closed", Some("PAYROLL")) };
    let memory = desk.memories.propose(proposal, &person("ana")).await?.memory;
    let memory = desk.decide(&memory, MemoryAction::Approve).await?;
    assert_eq!(memory.expires_at, Some(end));
    desk.pass(99);
    assert_eq!(desk.recall("PAYROLL").await?.len(), 1);
    desk.pass(1);
    ensure!(desk.recall("PAYROLL").await?.is_empty(), "its time is over");
    let memory = desk.memories.get(&memory.id).await?;
    assert_eq!((memory.state, memory.revision), (MemoryState::Expired, 2), "it stays, and nobody decided");
    let of = |state| ListMemories { state: Some(state), ..ListMemories::default() };
    let count = async |state| anyhow::Ok(desk.memories.list(&of(state), |_| true).await?.memories.len());
    assert_eq!((count(MemoryState::Expired).await?, count(MemoryState::Approved).await?), (1, 0));

    let past = MemoryDecision { expires_at: Some(end), ..decision(&memory, MemoryAction::Approve) };
    assert_eq!(refusal(desk.memories.review(past, &person("rita")).await)?, "EXPIRY_PAST");
    let memory = desk.decide(&memory, MemoryAction::Approve).await?;
    assert_eq!((memory.state, memory.expires_at), (MemoryState::Approved, None));
    assert_eq!((count(MemoryState::Expired).await?, count(MemoryState::Approved).await?), (0, 1));
    // What holds for ever can be given an end.
    let later = desk.pass(0) + TimeDelta::seconds(10);
    let ends = MemoryDecision { expires_at: Some(later), ..decision(&memory, MemoryAction::Approve) };
    desk.memories.review(ends, &person("rita")).await?;
    desk.pass(10);
    ensure!(desk.recall("PAYROLL").await?.is_empty(), "the new end came");
    let late = MemoryProposal { expires_at: Some(end), ..fact("Something else", None) };
    assert_eq!(refusal(desk.memories.propose(late, &person("ana")).await)?, "EXPIRY_PAST");
    Ok(())
}

async fn the_same_proposal_is_kept_once(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let desk = Desk::at(&store);
    let proposals = (0..8).map(|number| {
        let (memories, by) = (desk.memories.clone(), person(&format!("user {number}")));
        tokio::spawn(
            async move { memories.propose(fact("PAYROLL may be  rerun", Some("payroll")), &by).await },
        )
    });
    let mut created = 0;
    let mut ids = Vec::new();
    for proposal in proposals.collect::<Vec<_>>() {
        let proposed = proposal.await??;
        created += u32::from(proposed.created);
        ids.push(proposed.memory.id);
    }
    ids.dedup();
    assert_eq!((created, ids.len()), (1, 1), "eight at once are one");
    // Case, spaces and the full stop are not another statement; another job, engine or word is.
    let again = desk.memories.propose(fact("payroll may be rerun.", Some("PAYROLL")), &person("bob")).await?;
    ensure!(!again.created && again.memory.id == ids[0], "{again:?}");
    for (text, about) in [
        ("PAYROLL may be rerun", Some("BILLING")),
        ("PAYROLL may be rerun", None),
        ("PAYROLL must be rerun", Some("PAYROLL")),
    ] {
        ensure!(desk.memories.propose(fact(text, about), &person("bob")).await?.created, "{text} {about:?}");
    }
    // After an edit the new text is known too, and the old one is not proposed behind the reviewer's back.
    let edit = MemoryDecision {
        text: "PAYROLL may be rerun once".to_owned(),
        ..decision(&again.memory, MemoryAction::Edit)
    };
    let edited = desk.memories.review(edit, &person("rita")).await?;
    for text in ["PAYROLL may be rerun once", "PAYROLL may be rerun"] {
        let known = desk.memories.propose(fact(text, Some("PAYROLL")), &person("bob")).await?;
        ensure!(!known.created && known.memory == edited, "{text}: {known:?}");
    }
    Ok(())
}

async fn of_two_reviewers_the_second_must_look_again(place: Place) -> anyhow::Result<()> {
    let desk = Desk::at(&place.open().await?);
    for round in 0..5 {
        let memory = desk.say(&format!("Statement number {round} of PAYROLL"), Some("PAYROLL")).await?;
        let decide = |by: &'static str, action| {
            let (memories, decision) = (desk.memories.clone(), decision(&memory, action));
            tokio::spawn(async move { memories.review(decision, &person(by)).await })
        };
        let (one, other) = (decide("rita", MemoryAction::Approve), decide("rui", MemoryAction::Reject));
        let (one, other) = (one.await?, other.await?);
        let (first, second) = match (one, other) {
            (Ok(first), Err(second)) | (Err(second), Ok(first)) => (first, second),
            both => anyhow::bail!("one of two decides: {both:?}"),
        };
        assert_eq!(second.reason(), "MEMORY_CHANGED");
        let kept = desk.memories.get(&memory.id).await?;
        assert_eq!((kept.revision, &kept.reviews, kept.state), (2, &first.reviews, first.state));
        // Who was first and did not hear the answer may ask again.
        let (by, action) = match first.state {
            MemoryState::Approved => ("rita", MemoryAction::Approve),
            _ => ("rui", MemoryAction::Reject),
        };
        let repeated = desk.memories.review(decision(&memory, action), &person(by)).await?;
        assert_eq!(repeated.revision, 2);
    }
    Ok(())
}

async fn objects_are_found_by_name_key_and_pattern(place: Place) -> anyhow::Result<()> {
    let desk = Desk::at(&place.open().await?);
    desk.approved("by name", Some("payroll")).await?;
    desk.approved("by key", Some("CPU1#/FIN/DAILY.PAYROLL")).await?;
    desk.approved("by pattern", Some("PAY*")).await?;
    desk.approved("by a pattern of the key", Some("CPU1#/FIN/*")).await?;
    desk.approved("of everything", None).await?;
    desk.approved("of another", Some("PAYROL")).await?;
    let stream = MemoryProposal {
        scope: MemoryScope {
            engine: String::new(),
            about: Some(MemoryObject { kind: ObjectKind::JobStream, name: "PAYROLL".to_owned() }),
        },
        ..fact("of a stream of that name, on any engine", None)
    };
    let stream = desk.memories.propose(stream, &person("ana")).await?.memory;
    desk.decide(&stream, MemoryAction::Approve).await?;

    let mut recalled = desk.recall("PAYROLL").await?;
    assert_eq!(&recalled[..2], ["by key", "by name"], "what is about one object comes first");
    recalled.sort();
    assert_eq!(recalled, ["by a pattern of the key", "by key", "by name", "by pattern"]);
    assert_eq!(desk.recall("OTHER").await?, ["by a pattern of the key"]);
    let general = RecallRequest { general: true, ..asked("prod") };
    assert_eq!(texts(&desk.memories.recall(&general).await?), ["of everything"]);
    let object = RecalledObject { kind: ObjectKind::JobStream, ..job("PAYROLL") };
    let of_stream = RecallRequest { objects: vec![object], ..asked("test") };
    assert_eq!(texts(&desk.memories.recall(&of_stream).await?), ["of a stream of that name, on any engine"]);
    let two = RecallRequest { objects: vec![job("PAYROLL")], limit: 2, ..asked("prod") };
    let two = desk.memories.recall(&two).await?;
    assert_eq!((two.memories.len(), two.truncated), (2, true));
    Ok(())
}

async fn opposite_memories_are_flagged_and_both_stay(place: Place) -> anyhow::Result<()> {
    let desk = Desk::at(&place.open().await?);
    let one = desk.approved("PAYROLL may be rerun", Some("PAYROLL")).await?;
    ensure!(one.contradictions.is_empty(), "nothing is against it yet");
    let other = desk.say("PAYROLL may not be rerun", Some("PAYROLL")).await?;
    let [found] = &other.contradictions[..] else { anyhow::bail!("{other:?}") };
    assert_eq!((found.memory_id.as_str(), found.conflict), (one.id.as_str(), MemoryConflict::Negation));
    assert_eq!((found.own_words.as_str(), found.other_words.as_str()), ("not", ""));
    let other = desk.decide(&other, MemoryAction::Approve).await?;
    // Both are recalled, and both say so.
    let request = RecallRequest { objects: vec![job("PAYROLL")], ..asked("prod") };
    let recalled = desk.memories.recall(&request).await?;
    assert_eq!(recalled.memories.len(), 2);
    ensure!(recalled.memories.iter().all(|memory| memory.contradictions.len() == 1), "{recalled:?}");
    // What is not recalled contradicts nobody; what is about something else neither.
    desk.decide(&other, MemoryAction::Quarantine).await?;
    ensure!(desk.memories.get(&one.id).await?.contradictions.is_empty(), "the other is in quarantine");
    let elsewhere = desk.say("PAYROLL may not be rerun", Some("BILLING")).await?;
    ensure!(elsewhere.contradictions.is_empty(), "{elsewhere:?}");
    let time = desk.say("PAYROLL takes 20 minutes", Some("PAYROLL")).await?;
    let longer = desk.say("PAYROLL takes 2 hours", Some("PAYROLL")).await?;
    assert_eq!(longer.contradictions[0].conflict, MemoryConflict::Value);
    assert_eq!(desk.memories.get(&time.id).await?.contradictions[0].other_words, "2 hours");
    Ok(())
}

async fn a_correction_is_found_by_its_wording(place: Place) -> anyhow::Result<()> {
    let desk = Desk::at(&place.open().await?);
    let correction = desk
        .memories
        .correct(meant("Is payroll done?", "progress job_stream A#PAYROLL"), &person("ana"))
        .await?;
    let corrections = async |engine: &str, question: &str| {
        let request = RecallRequest { question: question.to_owned(), ..asked(engine) };
        anyhow::Ok(desk.memories.recall(&request).await?.corrections)
    };
    ensure!(corrections("prod", "Is payroll done?").await?.is_empty(), "nobody approved it");
    let approved = desk.decide(&correction.memory, MemoryAction::Approve).await?;
    assert_eq!(corrections("prod", "is PAYROLL  done").await?, std::slice::from_ref(&approved));
    ensure!(corrections("prod", "is payroll done now?").await?.is_empty(), "another question");
    ensure!(corrections("test", "is payroll done").await?.is_empty(), "another engine");
    ensure!(desk.recall("PAYROLL").await?.is_empty(), "a correction is no fact");

    let other =
        desk.memories.correct(meant("is payroll done", "detail job A#PAYROLL.B"), &person("bob")).await?;
    assert_eq!(other.memory.contradictions[0].conflict, MemoryConflict::Intent);
    desk.decide(&other.memory, MemoryAction::Approve).await?;
    assert_eq!(corrections("prod", "is payroll done").await?.len(), 2);
    // An edit of a correction changes query and note.
    let edit = MemoryDecision { text: "ask the bank".to_owned(), ..decision(&approved, MemoryAction::Edit) };
    let edited = desk.memories.review(edit, &person("rita")).await?;
    let said = edited.correction.context("a correction")?;
    assert_eq!((said.intended_query.as_str(), said.note.as_str()), ("", "ask the bank"));
    assert_eq!(edited.reviews.last().context("a review")?.before, "progress job_stream A#PAYROLL");
    Ok(())
}

async fn lists_filter_by_state_and_object_and_go_on(place: Place) -> anyhow::Result<()> {
    let desk = Desk::at(&place.open().await?);
    for number in 0..7 {
        desk.say(&format!("Statement {number}"), Some("PAYROLL")).await?;
    }
    let approved = desk.approved("Statement of BILLING", Some("BILLING")).await?;
    let mut request = ListMemories { page_size: 3, engine: "prod".to_owned(), ..ListMemories::default() };
    let mut seen = Vec::new();
    loop {
        let page = desk.memories.list(&request, |_| true).await?;
        ensure!(page.memories.len() <= 3, "a page");
        seen.extend(page.memories.into_iter().map(|memory| memory.text));
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    let newest_first: Vec<_> = (0..7).rev().map(|number| format!("Statement {number}")).collect();
    assert_eq!(seen.split_first(), Some((&"Statement of BILLING".to_owned(), &newest_first[..])));
    let about = Some(MemoryObject { kind: ObjectKind::Job, name: "billing".to_owned() });
    let found = desk.memories.list(&ListMemories { about, ..ListMemories::default() }, |_| true).await?;
    assert_eq!(found.memories, [approved]);
    let waiting = ListMemories { state: Some(MemoryState::Proposed), ..ListMemories::default() };
    assert_eq!(desk.memories.list(&waiting, |_| true).await?.memories.len(), 7);
    ensure!(desk.memories.list(&waiting, |engine| engine != "prod").await?.memories.is_empty(), "not theirs");
    let strange = ListMemories { page_token: "x".to_owned(), ..ListMemories::default() };
    assert_eq!(refusal(desk.memories.list(&strange, |_| true).await)?, "PAGE_TOKEN_INVALID");
    Ok(())
}

async fn every_change_is_in_the_audit_log_without_secrets(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let desk = Desk::at(&store);
    let memory = desk.say("PAYROLL logs in with password=hunter2", Some("PAYROLL")).await?;
    assert_eq!(memory.text, "PAYROLL logs in with password=***");
    let memory = desk.decide(&memory, MemoryAction::Approve).await?;
    let refused = desk.decide(&memory, MemoryAction::Reject).await;
    assert_eq!(refusal(refused)?, "MEMORY_STATE");
    let quarantined =
        MemoryDecision { reason: "token: abc".to_owned(), ..decision(&memory, MemoryAction::Quarantine) };
    desk.memories.review(quarantined, &person("rui")).await?;
    let search = AuditSearch { category: Some(AuditCategory::Knowledge), ..AuditSearch::default() };
    let mut entries = list(store.as_ref(), &search, 0, "").await?.entries;
    entries.sort_by_key(|entry| entry.sequence);
    let told: Vec<_> = entries
        .iter()
        .map(|entry| {
            (
                entry.event.action.as_str(),
                entry.event.actor.subject.as_str(),
                entry.event.justification.text.as_str(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("memory.proposed", "ana", ""),
            ("memory.approved", "rita", "as I know it"),
            ("memory.quarantined", "rui", "token: ***"),
        ]
    );
    let target = entries[0].event.target.as_ref().context("a target")?;
    assert_eq!((target.engine.as_str(), &target.name), ("prod", &format!("memories/{}", memory.id)));
    let everything = serde_json::to_string(&entries)?;
    ensure!(!everything.contains("hunter2") && !everything.contains("abc"), "{everything}");
    Ok(())
}
