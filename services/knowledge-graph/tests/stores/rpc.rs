//! The audit log and the journal as other roles meet them: typed clients over TCP.

use anyhow::{Context as _, ensure};
use futures::TryStreamExt as _;
use resync_api::audit::client::VerifyStep;
use resync_api::audit::model::{AuditSearch, ExportFormat, Recorded};
use resync_api::journal::model::{
    CommandClaim, CommandSearch, CommandState, ProposalDecision, ProposalSearch, ProposalState,
};
use resync_api::memories::model::{
    ListMemories, MemoryAction, MemoryDecision, MemoryProposal, MemoryScope, RecallRequest,
};
use resync_fault::{ErrorKind, http_status};
use resync_service_kit::identity::Permission;
use resync_service_kit::vitals::{PoolKind, PoolSettingNames, Vitals};
use serde_json::Map;

use crate::commands::{outcome, person, rerun, service};
use crate::events::event;
use crate::mesh::Mesh;
use crate::place::Place;
use crate::proposals::proposed;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    the_audit_log_is_read_with_the_permission_and_verified,
    a_command_goes_its_way_and_refusals_say_why,
    a_person_acts_in_their_own_name_only,
    memories_are_for_those_of_their_engine_and_reviewed_with_the_permission,
    the_connections_are_among_the_vitals,
];

async fn the_audit_log_is_read_with_the_permission_and_verified(place: Place) -> anyhow::Result<()> {
    let mesh = Mesh::start(&place).await?;
    let (audit, _) = mesh.clients();
    assert_eq!(audit.record((0..30).map(event).collect()).await?, Recorded::Chained);
    assert_eq!(audit.record(vec![event(3)]).await?, Recorded::Chained, "reporting again changes nothing");
    let none = audit.record(Vec::new()).await.err().context("refused")?;
    assert_eq!(none.reason, "FIELD_MISSING");

    let (reader, _) = mesh.clients_of(&[Permission::everywhere("audit.read")]);
    let page = reader.list(AuditSearch::default(), 20, String::new()).await?;
    assert_eq!((page.entries.len(), page.entries[0].event.id.as_str()), (20, "event-29"));
    let rest = reader.list(AuditSearch::default(), 20, page.next_page_token).await?;
    assert_eq!((rest.entries.len(), rest.next_page_token.as_str()), (10, ""));
    assert_eq!(reader.report(AuditSearch::default()).await?.events, 30);
    let parts = reader.export(AuditSearch::default(), ExportFormat::Csv).await?;
    let table = parts.try_collect::<Vec<_>>().await?.concat();
    assert_eq!(String::from_utf8(table)?.lines().count(), 31);

    // The checkpoint comes from the work in the background.
    let stated = || async { Some(reader.checkpoints().await.ok()?.0).filter(|stated| !stated.is_empty()) };
    let checkpoints = resync_testkit::eventually("a checkpoint", crate::BOUND, stated).await?;
    let steps: Vec<_> = reader.verify(String::new(), checkpoints.clone()).await?.try_collect().await?;
    let Some(VerifyStep::Verdict(verdict)) = steps.last() else { anyhow::bail!("{steps:?}") };
    assert_eq!((verdict.sound, &verdict.first_break, verdict.chain.as_str()), (30, &None, "main"));
    ensure!(verdict.checkpoints >= 2, "ours and the one given: {verdict:?}");
    ensure!(steps.contains(&VerifyStep::Read(30)), "{steps:?}");

    // Scopes hold.
    let (scoped, _) = mesh.clients_of(&[Permission::within("audit.read", "prod")]);
    let all = scoped.list(AuditSearch::default(), 0, String::new()).await.err().context("refused")?;
    assert_eq!(all.kind, ErrorKind::PermissionDenied);
    let theirs = AuditSearch { engine: "prod".to_owned(), ..AuditSearch::default() };
    assert_eq!(scoped.list(theirs.clone(), 0, String::new()).await?.entries.len(), 20);
    let other = AuditSearch { engine: "test".to_owned(), ..AuditSearch::default() };
    assert_eq!(scoped.report(other).await.err().context("refused")?.kind, ErrorKind::PermissionDenied);
    let (stranger, _) = mesh.clients_of(&[Permission::everywhere("plan.read")]);
    let refused = stranger.list(theirs, 0, String::new()).await.err().context("refused")?;
    assert_eq!(refused.kind, ErrorKind::PermissionDenied);
    mesh.stop().await
}

async fn a_command_goes_its_way_and_refusals_say_why(place: Place) -> anyhow::Result<()> {
    let mesh = Mesh::start(&place).await?;
    let (_, journal) = mesh.clients();
    let CommandClaim::Granted(command) = journal.claim(rerun("a", "k", "A")).await? else {
        anyhow::bail!("granted")
    };
    assert_eq!(*command, journal.command("a").await?);
    ensure!(matches!(journal.claim(rerun("b", "k", "A")).await?, CommandClaim::Existing(_)), "existing");
    let reused = journal.claim(rerun("b", "k", "B")).await.err().context("refused")?;
    assert_eq!(http_status(reused.kind, &reused.reason), 422);
    let busy = journal.claim(rerun("b", "k2", "A")).await.err().context("refused")?;
    assert_eq!(
        (busy.reason.as_str(), busy.retryable, busy.metadata["command_id"].as_str()),
        ("TARGET_BUSY", true, "a")
    );
    assert_eq!(journal.open_commands("prod", 0, String::new()).await?.0.len(), 1);
    let details = Map::from_iter([("alias".to_owned(), "X".into())]);
    assert_eq!(journal.advance("a", "dispatched", details, true).await?.state, CommandState::Dispatched);
    journal.finish("a", outcome(CommandState::Unknown), service()).await?;
    let blocked = journal.blocked_targets("", 0, String::new()).await?.0;
    assert_eq!((blocked.len(), blocked[0].unknown), (1, true));
    let refused = journal.claim(rerun("b", "k2", "A")).await.err().context("refused")?;
    ensure!(refused.reason == "TARGET_BLOCKED" && refused.hint.is_some(), "{refused:?}");
    let resolved = journal.resolve("a", false, "no new instance", person("bob")).await?;
    assert_eq!(resolved.state, CommandState::Failed);
    let search = CommandSearch { states: vec![CommandState::Failed], ..CommandSearch::default() };
    assert_eq!(journal.commands(search, 0, String::new()).await?.0, [resolved]);
    let none = journal.command("none").await.err().context("refused")?;
    assert_eq!((none.kind, none.reason.as_str()), (ErrorKind::NotFound, "COMMAND_UNKNOWN"));

    let proposal = journal.propose(proposed("p")).await?;
    assert_eq!(journal.proposal("p").await?, proposal);
    let decision = ProposalDecision {
        proposal_id: "p".to_owned(),
        parameters_hash: proposal.parameters_hash,
        approve: true,
        reason: String::new(),
        acting: person("bob"),
    };
    assert_eq!(journal.decide(decision).await?.state, ProposalState::Approved);
    assert_eq!(journal.proposals(ProposalSearch::default(), 0, String::new()).await?.0.len(), 1);
    mesh.stop().await
}

async fn a_person_acts_in_their_own_name_only(place: Place) -> anyhow::Result<()> {
    let mesh = Mesh::start(&place).await?;
    let permissions =
        [Permission::within("journal.write", "prod"), Permission::within("journal.read", "prod")];
    let (_, journal) = mesh.clients_of(&permissions);
    let mut request = rerun("a", "k", "A");
    request.acting = person("the boss");
    let CommandClaim::Granted(command) = journal.claim(request).await? else { anyhow::bail!("granted") };
    assert_eq!(command.request.acting.actor.subject, "ana");
    let mut elsewhere = rerun("b", "k", "B");
    elsewhere.engine = "test".to_owned();
    let refused = journal.claim(elsewhere).await.err().context("refused")?;
    assert_eq!(refused.kind, ErrorKind::PermissionDenied);
    let all = journal.commands(CommandSearch::default(), 0, String::new()).await;
    assert_eq!(all.err().context("refused")?.kind, ErrorKind::PermissionDenied);
    let finished = journal.finish("a", outcome(CommandState::Succeeded), service()).await?;
    assert_eq!(finished.state, CommandState::Succeeded);
    mesh.stop().await
}

async fn memories_are_for_those_of_their_engine_and_reviewed_with_the_permission(
    place: Place,
) -> anyhow::Result<()> {
    let mesh = Mesh::start(&place).await?;
    let within = |name: &str, engine: &str| Permission::within(format!("memories.{name}"), engine);
    let ana = mesh.memories_of("ana", &[within("read", "prod"), within("propose", "prod")]);
    let rita = mesh.memories_of("rita", &[within("read", "prod"), within("review", "prod")]);
    let eva = mesh.memories_of("eva", &[within("read", "test"), within("review", "test")]);
    let root = mesh.memories_of("root", &[Permission::everywhere("memories.*")]);
    let said = |text: &str, engine: &str| MemoryProposal {
        text: text.to_owned(),
        scope: MemoryScope { engine: engine.to_owned(), about: None },
        ..MemoryProposal::default()
    };
    let memory = ana.propose(said("The window closes at 6", "prod")).await?.memory;
    assert_eq!(memory.proposed_by, "ana");
    for engine in ["test", ""] {
        let refused = ana.propose(said("The window closes at 6", engine)).await.err().context("refused")?;
        assert_eq!(refused.kind, ErrorKind::PermissionDenied, "{engine:?}");
    }
    let decision = |revision| MemoryDecision {
        memory_id: memory.id.clone(),
        action: MemoryAction::Approve,
        reason: String::new(),
        expected_revision: revision,
        text: String::new(),
        intended_query: String::new(),
        expires_at: None,
    };
    for client in [&ana, &eva] {
        let refused = client.review(decision(1)).await.err().context("refused")?;
        assert_eq!(refused.kind, ErrorKind::PermissionDenied);
    }
    let approved = rita.review(decision(1)).await?;
    assert_eq!(approved.reviews[0].by, "rita");
    let late = root.review(decision(1)).await.err().context("refused")?;
    assert_eq!((late.reason.as_str(), http_status(late.kind, &late.reason)), ("MEMORY_CHANGED", 409));
    assert_eq!(late.metadata["revision"], "2");

    // What is of no engine is for everybody to read.
    let general = root.propose(said("Ask the operator on duty", "")).await?.memory;
    let seen = async |client: &resync_api::memories::client::MemoryClient| {
        let page = client.list(ListMemories::default()).await?;
        anyhow::Ok(page.memories.into_iter().map(|memory| memory.id).collect::<Vec<_>>())
    };
    assert_eq!(seen(&eva).await?, std::slice::from_ref(&general.id));
    assert_eq!(seen(&ana).await?, [general.id.clone(), memory.id.clone()]);
    assert_eq!(eva.get(&memory.id).await.err().context("refused")?.kind, ErrorKind::PermissionDenied);
    assert_eq!(eva.get(&general.id).await?.id, general.id);
    let prod = RecallRequest { engine: "prod".to_owned(), general: true, ..RecallRequest::default() };
    assert_eq!(ana.recall(prod.clone()).await?.memories, [approved]);
    assert_eq!(eva.recall(prod).await.err().context("refused")?.kind, ErrorKind::PermissionDenied);
    let long = ana.propose(said(&"x".repeat(1_001), "prod")).await.err().context("refused")?;
    assert_eq!((long.kind, long.reason.as_str()), (ErrorKind::InvalidArgument, "FIELD_INVALID"));
    mesh.stop().await
}

async fn the_connections_are_among_the_vitals(place: Place) -> anyhow::Result<()> {
    let mesh = Mesh::start(&place).await?;
    let vitals = Vitals::new();
    let names = PoolSettingNames { max: "pool.max".into(), ..PoolSettingNames::default() };
    let reported = mesh.durable.report_to(&vitals, names);
    let (audit, _) = mesh.clients();
    audit.record(vec![event(0)]).await?;
    let pools = vitals.snapshot().pools;
    if place.neo4j_config().is_some() {
        let [pool] = &pools[..] else { anyhow::bail!("one pool: {pools:?}") };
        assert_eq!((pool.name.as_ref(), pool.kind, pool.min, pool.max), ("neo4j", PoolKind::Database, 1, 8));
        ensure!(pool.acquired > 0 && pool.peak_in_use > 0 && pool.settings.max == "pool.max", "{pool:?}");
        ensure!(pool.wait.count() > 0, "{pool:?}");
    } else {
        ensure!(pools.is_empty() && reported.is_none(), "a file has no connections: {pools:?}");
    }
    drop(reported);
    ensure!(vitals.snapshot().pools.is_empty(), "reported only as long as it is held");
    mesh.stop().await
}
