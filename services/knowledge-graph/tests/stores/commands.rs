//! The journal: a command is granted once, one command a target, and nothing is forgotten.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use resync_api::audit::model::{Actor, ActorKind, AuditOrigin, AuditResult, AuditSearch, Justification};
use resync_api::journal::model::{
    Acting, Command, CommandClaim, CommandNature, CommandOutcome, CommandRequest, CommandSearch, CommandState,
};
use resync_fault::Fault as _;
use resync_knowledge_graph::audit::{list, verify};
use resync_knowledge_graph::journal::{Journal, JournalError};
use resync_knowledge_graph::store::Store;
use serde_json::{Map, json};

use crate::events::{clock, key, log};
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    of_many_claims_of_one_key_one_is_granted,
    an_attempt_that_did_not_hear_the_answer_may_ask_again,
    a_key_that_was_used_for_something_else_is_refused,
    two_operators_on_one_target_come_one_after_the_other,
    an_unknown_outcome_blocks_its_target_until_a_person_decides,
    a_command_that_was_sent_cannot_be_cancelled,
    an_outcome_is_said_once,
    what_has_no_outcome_is_found_after_a_crash,
    every_step_is_in_the_audit_log,
];

pub(crate) fn person(name: &str) -> Acting {
    Acting {
        actor: Actor { subject: name.to_owned(), kind: ActorKind::Person },
        origin: AuditOrigin { address: "10.0.0.7".to_owned(), ..AuditOrigin::default() },
        correlation_id: "request-1".to_owned(),
    }
}

pub(crate) fn service() -> Acting {
    let actor = Actor { subject: "role:tws-bridge".to_owned(), kind: ActorKind::Service };
    Acting { actor, ..person("") }
}

pub(crate) fn journal(store: &Arc<dyn Store>) -> Journal {
    Journal::new(log(store), clock())
}

/// Ana reruns a job, by key.
pub(crate) fn rerun(command_id: &str, key: &str, target: &str) -> CommandRequest {
    CommandRequest {
        command_id: command_id.to_owned(),
        key: key.to_owned(),
        request_hash: format!("hash of {target}"),
        engine: "prod".to_owned(),
        kind: "job.rerun".to_owned(),
        nature: CommandNature::Creating,
        target: format!("engines/prod/jobs/{target}"),
        target_version: String::new(),
        parameters: json!({"from_step": 2}).as_object().cloned().unwrap_or_default(),
        justification: Justification { ticket: "INC1".to_owned(), ..Justification::default() },
        proposal_id: String::new(),
        acting: person("ana"),
    }
}

pub(crate) fn outcome(state: CommandState) -> CommandOutcome {
    CommandOutcome { state, reason: String::new(), message: String::new(), details: Map::new() }
}

pub(crate) fn granted(claim: CommandClaim) -> anyhow::Result<Command> {
    match claim {
        CommandClaim::Granted(command) => Ok(*command),
        CommandClaim::Existing(command) => anyhow::bail!("not granted: {command:?}"),
    }
}

fn existing(claim: CommandClaim) -> anyhow::Result<Command> {
    match claim {
        CommandClaim::Existing(command) => Ok(*command),
        CommandClaim::Granted(command) => anyhow::bail!("granted: {command:?}"),
    }
}

pub(crate) fn reason<T: std::fmt::Debug>(refused: Result<T, JournalError>) -> anyhow::Result<String> {
    Ok(refused.err().context("refused")?.reason().to_owned())
}

/// Nothing but this many commands and events is kept, and the chain is sound.
pub(crate) async fn holds(store: &Arc<dyn Store>, commands: usize, events: usize) -> anyhow::Result<()> {
    let (kept, _) = journal(store).commands(&CommandSearch::default(), 0, "").await?;
    ensure!(kept.len() == commands, "commands: {kept:?}");
    let page = list(store.as_ref(), &AuditSearch::default(), 0, "").await?;
    ensure!(page.entries.len() == events, "events: {:?}", page.entries);
    let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
    ensure!(verdict.first_break.is_none(), "{verdict:?}");
    Ok(())
}

async fn of_many_claims_of_one_key_one_is_granted(place: Place) -> anyhow::Result<()> {
    let stores = [place.open().await?, place.open().await?];
    let claims: Vec<_> = (0..10)
        .map(|n| {
            let journal = journal(&stores[n % 2]);
            tokio::spawn(async move { journal.claim(rerun(&format!("attempt-{n}"), "k", "A")).await })
        })
        .collect();
    let (mut winners, mut seen) = (Vec::new(), HashSet::new());
    for claim in claims {
        match claim.await?? {
            CommandClaim::Granted(command) => winners.push(command.request.command_id),
            CommandClaim::Existing(command) => {
                seen.insert(command.request.command_id);
            }
        }
    }
    ensure!(winners.len() == 1, "{winners:?}");
    assert_eq!(seen, HashSet::from([winners[0].clone()]), "all others see the winner");
    holds(&stores[0], 1, 1).await
}

async fn an_attempt_that_did_not_hear_the_answer_may_ask_again(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    let command = granted(journal.claim(rerun("a", "k", "A")).await?)?;
    assert_eq!(granted(journal.claim(rerun("a", "k", "A")).await?)?, command);
    // Another attempt with the same key is told, also by another process.
    assert_eq!(existing(journal.claim(rerun("b", "k", "A")).await?)?, command);
    // Once anything happened, asking again grants nothing.
    let sent = journal.advance("a", "dispatched", Map::new(), true).await?;
    assert_eq!((sent.state, sent.steps.len()), (CommandState::Dispatched, 1));
    assert_eq!(journal.advance("a", "dispatched", Map::new(), true).await?, sent);
    assert_eq!(existing(journal.claim(rerun("a", "k", "A")).await?)?, sent);
    // The same key of somebody else, or on another engine, is another key.
    let mut theirs = rerun("c", "k", "B");
    theirs.acting = person("bob");
    granted(journal.claim(theirs).await?)?;
    let mut elsewhere = rerun("d", "k", "A");
    elsewhere.engine = "test".to_owned();
    granted(journal.claim(elsewhere).await?)?;
    holds(&store, 3, 3).await
}

async fn a_key_that_was_used_for_something_else_is_refused(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    granted(journal.claim(rerun("a", "k", "A")).await?)?;
    assert_eq!(reason(journal.claim(rerun("b", "k", "B")).await)?, "IDEMPOTENCY_MISMATCH");
    holds(&store, 1, 1).await
}

async fn two_operators_on_one_target_come_one_after_the_other(place: Place) -> anyhow::Result<()> {
    let stores = [place.open().await?, place.open().await?];
    let claims: Vec<_> = (0..6)
        .map(|n| {
            let journal = journal(&stores[n % 2]);
            tokio::spawn(async move {
                journal.claim(rerun(&format!("attempt-{n}"), &format!("key-{n}"), "A")).await
            })
        })
        .collect();
    let mut winners = Vec::new();
    for claim in claims {
        match claim.await? {
            Ok(claim) => winners.push(granted(claim)?.request.command_id),
            refused => assert_eq!(reason(refused)?, "TARGET_BUSY"),
        }
    }
    ensure!(winners.len() == 1, "{winners:?}");
    holds(&stores[0], 1, 1).await?;
    let journal = journal(&stores[0]);
    let (busy, _) = journal.blocked_targets("prod", 0, "").await?;
    assert_eq!((busy.len(), busy[0].unknown, &busy[0].command_id), (1, false, &winners[0]));
    journal.finish(&winners[0], outcome(CommandState::Failed), &service()).await?;
    assert_eq!(journal.blocked_targets("", 0, "").await?.0, []);
    granted(journal.claim(rerun("next", "next", "A")).await?)?;
    Ok(())
}

async fn an_unknown_outcome_blocks_its_target_until_a_person_decides(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    granted(journal.claim(rerun("a", "k", "A")).await?)?;
    journal.advance("a", "dispatched", Map::new(), true).await?;
    assert_eq!(reason(journal.resolve("a", true, "seen", &person("bob")).await)?, "COMMAND_NOT_UNKNOWN");
    journal.finish("a", outcome(CommandState::Unknown), &service()).await?;
    let refused = journal.claim(rerun("b", "k2", "A")).await.err().context("refused")?;
    assert_eq!(refused.reason(), "TARGET_BLOCKED");
    assert_eq!(refused.metadata()["command_id"], "a");
    let (blocked, _) = journal.blocked_targets("prod", 0, "").await?;
    assert_eq!((blocked.len(), blocked[0].unknown), (1, true));
    // Nobody but a person decides, and not without a reason.
    assert_eq!(reason(journal.resolve("a", true, "seen", &service()).await)?, "NEEDS_A_PERSON");
    assert_eq!(reason(journal.resolve("a", true, " ", &person("bob")).await)?, "REASON_MISSING");
    let resolved = journal.resolve("a", true, "instance 2 runs", &person("bob")).await?;
    assert_eq!(resolved.state, CommandState::Succeeded);
    assert_eq!(resolved.resolution.as_ref().map(|r| r.by.as_str()), Some("bob"));
    assert_eq!(journal.resolve("a", true, "instance 2 runs", &person("bob")).await?, resolved);
    assert_eq!(reason(journal.resolve("a", false, "no", &person("eve")).await)?, "COMMAND_NOT_UNKNOWN");
    granted(journal.claim(rerun("b", "k2", "A")).await?)?;
    holds(&store, 2, 4).await
}

async fn a_command_that_was_sent_cannot_be_cancelled(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    granted(journal.claim(rerun("a", "k", "A")).await?)?;
    granted(journal.claim(rerun("b", "k2", "B")).await?)?;
    journal.advance("a", "prepared", Map::new(), false).await?;
    let cancelled = journal.finish("a", outcome(CommandState::Cancelled), &person("ana")).await?;
    assert_eq!(cancelled.state, CommandState::Cancelled);
    journal.advance("b", "dispatched", Map::new(), true).await?;
    let refused = journal.finish("b", outcome(CommandState::Cancelled), &person("ana")).await;
    assert_eq!(reason(refused)?, "COMMAND_SENT");
    assert_eq!(reason(journal.advance("a", "dispatched", Map::new(), true).await)?, "COMMAND_ENDED");
    let refused = journal.finish("b", outcome(CommandState::Dispatched), &service()).await;
    assert_eq!(reason(refused)?, "NOT_AN_OUTCOME");
    assert_eq!(reason(journal.command("none").await)?, "COMMAND_UNKNOWN");
    Ok(())
}

async fn an_outcome_is_said_once(place: Place) -> anyhow::Result<()> {
    let stores = [place.open().await?, place.open().await?];
    granted(journal(&stores[0]).claim(rerun("a", "k", "A")).await?)?;
    // Two processes say different things at the same moment.
    let says = |n: usize, state| {
        let journal = journal(&stores[n]);
        tokio::spawn(async move { journal.finish("a", outcome(state), &service()).await })
    };
    let (one, other) = (says(0, CommandState::Succeeded), says(1, CommandState::Failed));
    let (one, other) = (one.await?, other.await?);
    ensure!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let kept = one.or(other)?;
    let journal = journal(&stores[0]);
    assert_eq!(journal.command("a").await?, kept);
    assert_eq!(journal.finish("a", outcome(kept.state), &service()).await?, kept);
    holds(&stores[0], 1, 2).await
}

async fn what_has_no_outcome_is_found_after_a_crash(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let before = journal(&store);
    for n in 0..9 {
        granted(before.claim(rerun(&format!("c{n}"), &format!("k{n}"), &format!("J{n}"))).await?)?;
    }
    before
        .advance("c4", "dispatched", json!({"alias": "X"}).as_object().cloned().unwrap_or_default(), true)
        .await?;
    for (n, state) in [(1, CommandState::Succeeded), (2, CommandState::Unknown), (3, CommandState::Cancelled)]
    {
        before.finish(&format!("c{n}"), outcome(state), &service()).await?;
    }
    drop((before, store));
    let store = place.open().await?;
    let after = journal(&store);
    let (mut open, mut token) = (Vec::new(), String::new());
    loop {
        let (page, next) = after.open_commands("prod", 2, &token).await?;
        open.extend(page);
        if next.is_empty() {
            break;
        }
        token = next;
    }
    let ids: Vec<_> = open.iter().map(|command| command.request.command_id.as_str()).collect();
    assert_eq!(ids, ["c0", "c4", "c5", "c6", "c7", "c8"]);
    assert_eq!(open[1].steps[0].details["alias"], "X");
    assert_eq!(after.open_commands("test", 0, "").await?.0, []);
    let unknown = CommandSearch { states: vec![CommandState::Unknown], ..CommandSearch::default() };
    let (unknown, _) = after.commands(&unknown, 0, "").await?;
    assert_eq!(unknown.len(), 1);
    assert_eq!(reason(after.commands(&CommandSearch::default(), 0, "?").await)?, "PAGE_TOKEN_INVALID");
    Ok(())
}

async fn every_step_is_in_the_audit_log(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    let mut request = rerun("a", "k", "A");
    request.parameters.insert("db_password".to_owned(), "hunter2".into());
    granted(journal.claim(request).await?)?;
    let mut failed = outcome(CommandState::Failed);
    failed.reason = "AWSJCO005E".to_owned();
    failed.message = "incorrect state".to_owned();
    journal.finish("a", failed, &service()).await?;
    let page = list(store.as_ref(), &AuditSearch::default(), 0, "").await?;
    let events: Vec<_> = page.entries.iter().rev().map(|entry| &entry.event).collect();
    assert_eq!(events[0].outcome.result, AuditResult::Intended);
    assert_eq!(events[0].actor.subject, "ana");
    assert_eq!(events[0].origin.address, "10.0.0.7");
    assert_eq!(events[0].justification.ticket, "INC1");
    assert_eq!(events[0].parameters["parameters"], json!({"from_step": 2, "db_password": "***"}));
    assert_eq!(events[0].target.as_ref().map(|target| target.name.as_str()), Some("engines/prod/jobs/A"));
    assert_eq!(
        (events[1].outcome.result, events[1].outcome.reason.as_str()),
        (AuditResult::Failed, "AWSJCO005E")
    );
    assert_eq!(events[1].actor.subject, "role:tws-bridge");
    Ok(())
}
