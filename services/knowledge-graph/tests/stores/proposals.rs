//! Proposals: only what a person saw and approved is executed, once, in time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::ensure;
use chrono::TimeDelta;
use resync_api::audit::model::{AuditSearch, Justification};
use resync_api::journal::model::{
    CommandClaim, CommandNature, CommandRequest, Proposal, ProposalDecision, ProposalRequest, ProposalSearch,
    ProposalState,
};
use resync_knowledge_graph::audit::{AuditLog, Clock, list};
use resync_knowledge_graph::journal::Journal;
use resync_knowledge_graph::store::Store;
use serde_json::json;

use crate::commands::{granted, holds, journal, person, reason, rerun, service};
use crate::events::noon;
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    what_was_approved_is_executed_once,
    what_is_not_as_approved_is_refused_and_leaves_nothing,
    nobody_approves_what_they_did_not_see,
    who_asked_may_not_decide_where_another_person_must,
    a_proposal_is_decided_once,
    time_passes_over_proposals,
    many_executions_at_once_are_one,
];

pub(crate) fn proposed(id: &str) -> ProposalRequest {
    ProposalRequest {
        proposal_id: id.to_owned(),
        engine: "prod".to_owned(),
        kind: "job.rerun".to_owned(),
        nature: CommandNature::Creating,
        target: "engines/prod/jobs/A".to_owned(),
        target_version: "7".to_owned(),
        parameters: json!({"from_step": 2, "with": {"b": 1, "a": 2}})
            .as_object()
            .cloned()
            .unwrap_or_default(),
        effects: json!({"successors": 12}).as_object().cloned().unwrap_or_default(),
        justification: Justification::default(),
        needs_other_person: false,
        ttl: Duration::from_secs(600),
        acting: person("ana"),
    }
}

fn decision(proposal: &Proposal, by: &str, approve: bool) -> ProposalDecision {
    ProposalDecision {
        proposal_id: proposal.request.proposal_id.clone(),
        parameters_hash: proposal.parameters_hash.clone(),
        approve,
        reason: "looks right".to_owned(),
        acting: person(by),
    }
}

/// The command that executes it, by key.
fn executing(proposal: &Proposal, key: &str) -> CommandRequest {
    let request = &proposal.request;
    CommandRequest {
        proposal_id: request.proposal_id.clone(),
        target_version: request.target_version.clone(),
        // The same in another order.
        parameters: json!({"with": {"a": 2, "b": 1}, "from_step": 2})
            .as_object()
            .cloned()
            .unwrap_or_default(),
        ..rerun(&format!("command {key}"), key, "A")
    }
}

async fn what_was_approved_is_executed_once(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    let proposal = journal.propose(proposed("p")).await?;
    assert_eq!(
        (proposal.state, proposal.expires_at),
        (ProposalState::Pending, noon() + TimeDelta::seconds(600))
    );
    assert_eq!(journal.propose(proposed("p")).await?, proposal, "asking again makes no second one");
    let approved = journal.decide(&decision(&proposal, "bob", true)).await?;
    assert_eq!(
        (approved.state, approved.decision.as_ref().map(|d| d.by.as_str())),
        (ProposalState::Approved, Some("bob"))
    );
    assert_eq!(journal.decide(&decision(&proposal, "bob", true)).await?, approved);
    let command = granted(journal.claim(executing(&approved, "k")).await?)?;
    let used = journal.proposal("p").await?;
    assert_eq!((used.state, &used.command_id), (ProposalState::Used, &command.request.command_id));
    // The second tab: the same key shows the command, another one is refused.
    ensure!(
        matches!(journal.claim(executing(&approved, "k")).await?, CommandClaim::Granted(_)),
        "asked again"
    );
    journal
        .finish(
            &command.request.command_id,
            crate::commands::outcome(resync_api::journal::model::CommandState::Succeeded),
            &service(),
        )
        .await?;
    assert_eq!(reason(journal.claim(executing(&approved, "k2")).await)?, "PROPOSAL_USED");
    holds(&store, 1, 4).await?;
    let page = list(store.as_ref(), &AuditSearch::default(), 0, "").await?;
    let mut actions: Vec<_> =
        page.entries.iter().map(|entry| (entry.sequence, entry.event.action.clone())).collect();
    actions.sort_unstable();
    let actions: Vec<_> = actions.into_iter().map(|(_, action)| action).collect();
    assert_eq!(actions, ["job.rerun.proposed", "job.rerun.approved", "job.rerun", "job.rerun"]);
    Ok(())
}

async fn what_is_not_as_approved_is_refused_and_leaves_nothing(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    let proposal = journal.propose(proposed("p")).await?;
    assert_eq!(reason(journal.claim(executing(&proposal, "k")).await)?, "PROPOSAL_NOT_DECIDED");
    journal.decide(&decision(&proposal, "bob", true)).await?;
    let good = executing(&proposal, "k");
    let mut parameters = good.clone();
    parameters.parameters.insert("from_step".to_owned(), 3.into());
    let mut kind = good.clone();
    kind.kind = "job.kill".to_owned();
    let mut target = good.clone();
    target.target = "engines/prod/jobs/B".to_owned();
    for tampered in [parameters, kind, target] {
        assert_eq!(reason(journal.claim(tampered).await)?, "PROPOSAL_TAMPERED");
    }
    let mut stale = good.clone();
    stale.target_version = "8".to_owned();
    assert_eq!(reason(journal.claim(stale).await)?, "STALE_TARGET");
    let mut none = good.clone();
    none.proposal_id = "none".to_owned();
    assert_eq!(reason(journal.claim(none).await)?, "PROPOSAL_UNKNOWN");
    holds(&store, 0, 2).await?;
    granted(journal.claim(good).await?)?;
    Ok(())
}

async fn nobody_approves_what_they_did_not_see(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    let proposal = journal.propose(proposed("p")).await?;
    let mut other = proposed("p");
    other.parameters.insert("from_step".to_owned(), 9.into());
    assert_eq!(reason(journal.propose(other).await)?, "PROPOSAL_REUSED");
    let mut unseen = decision(&proposal, "bob", true);
    unseen.parameters_hash = "0".repeat(64);
    assert_eq!(reason(journal.decide(&unseen).await)?, "PROPOSAL_TAMPERED");
    let mut program = decision(&proposal, "", true);
    program.acting = service();
    assert_eq!(reason(journal.decide(&program).await)?, "NEEDS_A_PERSON");
    let mut silent = decision(&proposal, "bob", false);
    silent.reason.clear();
    assert_eq!(reason(journal.decide(&silent).await)?, "REASON_MISSING");
    assert_eq!(journal.proposal("p").await?, proposal);
    holds(&store, 0, 1).await
}

async fn who_asked_may_not_decide_where_another_person_must(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let journal = journal(&store);
    let mut request = proposed("p");
    request.needs_other_person = true;
    let proposal = journal.propose(request).await?;
    assert_eq!(reason(journal.decide(&decision(&proposal, "ana", true)).await)?, "PROPOSAL_OWN");
    journal.decide(&decision(&proposal, "bob", true)).await?;
    // Taking one's own back is always allowed.
    let mut request = proposed("q");
    request.needs_other_person = true;
    let proposal = journal.propose(request).await?;
    let rejected = journal.decide(&decision(&proposal, "ana", false)).await?;
    assert_eq!(rejected.state, ProposalState::Rejected);
    Ok(())
}

async fn a_proposal_is_decided_once(place: Place) -> anyhow::Result<()> {
    let stores = [place.open().await?, place.open().await?];
    let proposal = journal(&stores[0]).propose(proposed("p")).await?;
    let decide = |n: usize, by: &str, approve| {
        let (journal, decision) = (journal(&stores[n]), decision(&proposal, by, approve));
        tokio::spawn(async move { journal.decide(&decision).await })
    };
    let (yes, no) = (decide(0, "bob", true), decide(1, "eve", false));
    let (yes, no) = (yes.await?, no.await?);
    ensure!(yes.is_ok() != no.is_ok(), "{yes:?} {no:?}");
    let kept = yes.or(no)?;
    let journal = journal(&stores[0]);
    assert_eq!(journal.proposal("p").await?, kept);
    let again = journal.decide(&decision(&proposal, "joe", true)).await;
    ensure!(matches!(reason(again)?.as_str(), "PROPOSAL_APPROVED" | "PROPOSAL_REJECTED"), "decided");
    if kept.state == ProposalState::Rejected {
        assert_eq!(reason(journal.claim(executing(&kept, "k")).await)?, "PROPOSAL_REJECTED");
    }
    holds(&stores[0], 0, 2).await
}

async fn time_passes_over_proposals(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let passed = Arc::new(AtomicI64::new(0));
    let journal = timed(&store, &passed);
    let (waiting, approved) = (journal.propose(proposed("p")).await?, journal.propose(proposed("q")).await?);
    journal.decide(&decision(&approved, "bob", true)).await?;
    assert_eq!(journal.expire().await?, 0);
    passed.store(600, Ordering::Relaxed);
    // Also before anybody noted it.
    assert_eq!(journal.proposal("p").await?.state, ProposalState::Expired);
    assert_eq!(reason(journal.decide(&decision(&waiting, "bob", true)).await)?, "PROPOSAL_EXPIRED");
    assert_eq!(reason(journal.claim(executing(&approved, "k")).await)?, "PROPOSAL_EXPIRED");
    passed.store(601, Ordering::Relaxed);
    assert_eq!((journal.expire().await?, journal.expire().await?), (2, 0));
    let expired = ProposalSearch { state: Some(ProposalState::Expired), ..ProposalSearch::default() };
    assert_eq!(journal.proposals(&expired, 0, "").await?.0.len(), 2);
    let hers =
        ProposalSearch { requested_by: "ana".into(), engine: "prod".into(), ..ProposalSearch::default() };
    assert_eq!(journal.proposals(&hers, 1, "").await?.0.len(), 1);
    holds(&store, 0, 5).await
}

fn timed(store: &Arc<dyn Store>, passed: &Arc<AtomicI64>) -> Journal {
    let passed = Arc::clone(passed);
    let clock: Clock = Arc::new(move || noon() + TimeDelta::seconds(passed.load(Ordering::Relaxed)));
    Journal::new(AuditLog::new(Arc::clone(store), "main", Arc::clone(&clock)), clock)
}

async fn many_executions_at_once_are_one(place: Place) -> anyhow::Result<()> {
    let stores = [place.open().await?, place.open().await?];
    let proposal = journal(&stores[0]).propose(proposed("p")).await?;
    journal(&stores[0]).decide(&decision(&proposal, "bob", true)).await?;
    let claims: Vec<_> = (0..6)
        .map(|n| {
            let (journal, request) = (journal(&stores[n % 2]), executing(&proposal, &format!("key {n}")));
            tokio::spawn(async move { journal.claim(request).await })
        })
        .collect();
    let mut winners = 0;
    for claim in claims {
        match claim.await? {
            Ok(CommandClaim::Granted(_)) => winners += 1,
            refused => {
                let reason = reason(refused)?;
                ensure!(matches!(reason.as_str(), "TARGET_BUSY" | "PROPOSAL_USED"), "{reason}");
            }
        }
    }
    assert_eq!(winners, 1);
    holds(&stores[0], 1, 3).await
}
