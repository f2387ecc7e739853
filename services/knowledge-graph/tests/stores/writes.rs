//! Every kind of write there is, by name: how it is made, what it acknowledges, and what must stand once it was
//! acknowledged. The cases that kill processes and servers go through this list; a new kind of write is a line in it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, anyhow, ensure};
use chrono_tz::Tz;
use futures::future::BoxFuture;
use resync_api::conversations::model::GetConversation;
use resync_api::documents::model::{DocumentHeader, ListDocuments, SearchRequest};
use resync_api::journal::model::{CommandState, ProposalDecision, ProposalState};
use resync_api::memories::model::{MemoryProposal, MemoryState};
use resync_fault::{ErrorKind, Fault};
use resync_knowledge_graph::audit::{AuditLog, Checkpoints, Spool, verify};
use resync_knowledge_graph::documents::reader::ReaderConfig;
use resync_knowledge_graph::documents::store::files::{Bounds, FileStore};
use resync_knowledge_graph::documents::{self, Handle, Limits};
use resync_knowledge_graph::history::RunStore;
use resync_knowledge_graph::incidents::failure::Failure;
use resync_knowledge_graph::incidents::symptom::LogRead;
use resync_knowledge_graph::journal::Journal;
use resync_knowledge_graph::memories::Memories;
use resync_knowledge_graph::plan_copy::PlanCopy;
use resync_knowledge_graph::store::schema::{
    AUDIT_EVENT, COMMAND, INCIDENT, INCIDENT_MEMBER, PLAN_COPY, PROPOSAL, RUN,
};
use resync_knowledge_graph::store::{Batch, Collection, Query, Store, Value};
use resync_service_kit::shutdown::Shutdown;
use serde_json::Map;
use tokio::sync::{Mutex, OnceCell};

use crate::commands::{granted, outcome, person, rerun, service};
use crate::conversations::{append as append_turn, conversations};
use crate::copies::{holds_plan, versioned};
use crate::events::{clock, event, key};
use crate::history::finished;
use crate::incidents::{failure, incidents, resolution};
use crate::proposals::proposed;

/// Jobs of a copied plan, roughly: few, because a server that starts again plans each kind of statement anew.
const PLAN: usize = 6;

/// A kind of write.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    /// It goes into the store; otherwise into files beside it.
    pub(crate) in_store: bool,
    /// Writes something of this name, and says what it is acknowledged as.
    pub(crate) write: for<'a> fn(&'a Desk, &'a str) -> BoxFuture<'a, anyhow::Result<String>>,
    /// Looks for everything that was acknowledged.
    pub(crate) stands: for<'a> fn(&'a Desk, &'a [String]) -> BoxFuture<'a, anyhow::Result<()>>,
}

macro_rules! kinds {
    ($($name:literal $place:ident $write:ident $stands:ident;)*) => {
        &[$(Kind {
            name: $name,
            in_store: stringify!($place).as_bytes()[0] == b's',
            write: |desk, name| Box::pin($write(desk, name)),
            stands: |desk, acknowledged| Box::pin($stands(desk, acknowledged)),
        }),*]
    };
}

pub(crate) const KINDS: &[Kind] = kinds![
    "claim" store claim claims_stand;
    "advance" store advance advances_stand;
    "finish" store finish outcomes_stand;
    "resolve" store resolve resolutions_stand;
    "propose" store propose proposals_stand;
    "decide" store decide decisions_stand;
    "audit_event" store append events_stand;
    "checkpoint" store checkpoint checkpoints_stand;
    "plan_copy" store copy_plan plan_copies_stand;
    "run" store keep_runs runs_stand;
    "turn" store keep_turn turns_stand;
    "incident" store resolve_incident resolved_incidents_stand;
    "memory" store propose_memory memories_stand;
    "spool" file spool spooled_events_stand;
    "document" file import documents_stand;
    "forgotten_document" file forget documents_are_forgotten;
];

/// The store did not answer, which is no fault of what was written.
#[derive(Debug, thiserror::Error)]
#[error("the store is out: {0}")]
pub(crate) struct Outage(String);

/// Tells outages apart.
fn told<T, E: Fault>(outcome: Result<T, E>) -> anyhow::Result<T> {
    outcome.map_err(|error| match error.kind() {
        ErrorKind::Unavailable => Outage(error.to_string()).into(),
        _ => anyhow!("{}: {error}", error.reason()),
    })
}

/// Everything that writes, on one store and one folder.
pub(crate) struct Desk {
    pub(crate) store: Arc<dyn Store>,
    folder: PathBuf,
    log: AuditLog,
    journal: Journal,
    checkpoints: Checkpoints,
    spool: Spool,
    library: OnceCell<Handle>,
    plans: Mutex<PlanCopy>,
}

impl Desk {
    pub(crate) async fn open(store: Arc<dyn Store>, folder: &Path) -> anyhow::Result<Self> {
        let log = AuditLog::new(Arc::clone(&store), "main", clock());
        Ok(Self {
            journal: Journal::new(log.clone(), clock()),
            // As the role calls its files, so that it goes on with them.
            checkpoints: Checkpoints::open(&folder.join("audit.checkpoints"), key()).await?,
            spool: Spool::open(&folder.join("audit.spool"), 1 << 24).await?,
            library: OnceCell::new(),
            plans: Mutex::new(PlanCopy::new(Arc::clone(&store), "prod".to_owned(), "writer".to_owned())),
            folder: folder.to_owned(),
            store,
            log,
        })
    }

    /// The documents, looked after until the process ends.
    async fn library(&self) -> anyhow::Result<&Handle> {
        let open = || async {
            let program = env!("CARGO_BIN_EXE_resync-document-reader").into();
            let config = documents::Config {
                data_folder: self.folder.join("documents"),
                folder: None,
                reader: ReaderConfig::new(program, Vec::new()),
                limits: Limits::default(),
            };
            let files = FileStore::open(self.folder.join("originals"), Bounds::default())?;
            let library = config.build(Arc::new(files), None).await?;
            let handle = library.handle();
            let shutdown = Shutdown::new();
            let drain = shutdown.drain();
            tokio::spawn(async move {
                library.run(drain).await;
                drop(shutdown);
            });
            anyhow::Ok(handle)
        };
        self.library.get_or_try_init(open).await
    }

    /// What the audit log says of commands and proposals is what became of them, no more and no less, and the chain is
    /// sound.
    pub(crate) async fn is_consistent(&self) -> anyhow::Result<()> {
        let checkpoints = self.checkpoints.all().await;
        let verdict = verify(self.store.as_ref(), "main", &checkpoints, &key(), |_| ()).await?;
        let events = self.all(AUDIT_EVENT).await?;
        ensure!(verdict.first_break.is_none(), "{verdict:?}");
        ensure!(verdict.sound == events.len() as u64, "{} events, {verdict:?}", events.len());
        let mut expected = BTreeSet::new();
        for record in self.all(COMMAND).await? {
            let id = record.text("command_id").context("an id")?.to_owned();
            let command = self.journal.command(&id).await?;
            expected.insert(format!("{id}:claimed"));
            if !command.state.is_open() {
                expected.insert(format!("{id}:ended"));
            }
            if command.resolution.is_some() {
                expected.insert(format!("{id}:resolved"));
            }
        }
        for record in self.all(PROPOSAL).await? {
            expected.insert(format!("{}:proposed", record.key));
            if record.text("state") == Some("approved") {
                expected.insert(format!("{}:approved", record.key));
            }
        }
        let told: BTreeSet<String> =
            events.into_iter().map(|record| record.key).filter(|id| of_journal(id)).collect();
        let differ: Vec<_> = told.symmetric_difference(&expected).collect();
        ensure!(differ.is_empty(), "log and journal differ: {differ:?}");
        Ok(())
    }

    async fn all(
        &self,
        collection: Collection,
    ) -> anyhow::Result<Vec<resync_knowledge_graph::store::Record>> {
        let (mut all, mut cursor) = (Vec::new(), None);
        loop {
            let query = Query::of(collection).limit(1_000).after(cursor.take());
            let page = self.store.find(query.clone()).await?;
            let Some(last) = page.last() else { return Ok(all) };
            cursor = Some(query.cursor(last));
            all.extend(page);
        }
    }
}

/// Whether an event tells of a command or a proposal.
fn of_journal(id: &str) -> bool {
    id.contains(':') && !id.starts_with("incident:") && !id.starts_with("memory:")
}

async fn claim(desk: &Desk, name: &str) -> anyhow::Result<String> {
    granted(told(desk.journal.claim(rerun(name, name, name)).await)?)?;
    Ok(name.to_owned())
}

async fn claims_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    for id in acknowledged {
        ensure!(desk.journal.command(id).await?.state == CommandState::Claimed, "{id}");
    }
    Ok(())
}

async fn advance(desk: &Desk, name: &str) -> anyhow::Result<String> {
    claim(desk, name).await?;
    told(desk.journal.advance(name, "dispatched", Map::new(), true).await)?;
    Ok(name.to_owned())
}

async fn advances_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let (open, _) = desk.journal.open_commands("", 1_000, "").await?;
    for id in acknowledged {
        let command = desk.journal.command(id).await?;
        ensure!(command.state == CommandState::Dispatched && command.steps.len() == 1, "{command:?}");
        let found = open.iter().any(|open| open.request.command_id == *id);
        ensure!(found || open.len() == 1_000, "{id} is not found by recovery");
    }
    Ok(())
}

async fn finish(desk: &Desk, name: &str) -> anyhow::Result<String> {
    advance(desk, name).await?;
    told(desk.journal.finish(name, outcome(CommandState::Unknown), &service()).await)?;
    Ok(name.to_owned())
}

async fn outcomes_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    for id in acknowledged {
        ensure!(desk.journal.command(id).await?.state == CommandState::Unknown, "{id}");
        let again = desk.journal.claim(rerun(&format!("again-{id}"), &format!("again-{id}"), id)).await;
        let refused = again.err().with_context(|| format!("the target of {id} is not blocked"))?;
        ensure!(refused.reason() == "TARGET_BLOCKED", "{refused}");
    }
    Ok(())
}

async fn resolve(desk: &Desk, name: &str) -> anyhow::Result<String> {
    finish(desk, name).await?;
    told(desk.journal.resolve(name, true, "it runs", &person("bob")).await)?;
    Ok(name.to_owned())
}

async fn resolutions_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    for id in acknowledged {
        let command = desk.journal.command(id).await?;
        ensure!(command.state == CommandState::Succeeded && command.resolution.is_some(), "{command:?}");
    }
    Ok(())
}

async fn propose(desk: &Desk, name: &str) -> anyhow::Result<String> {
    told(desk.journal.propose(proposed(name)).await)?;
    Ok(name.to_owned())
}

async fn proposals_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    for id in acknowledged {
        ensure!(desk.journal.proposal(id).await?.state == ProposalState::Pending, "{id}");
    }
    Ok(())
}

async fn decide(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let proposal = told(desk.journal.propose(proposed(name)).await)?;
    let decision = ProposalDecision {
        proposal_id: name.to_owned(),
        parameters_hash: proposal.parameters_hash,
        approve: true,
        reason: String::new(),
        acting: person("bob"),
    };
    told(desk.journal.decide(&decision).await)?;
    Ok(name.to_owned())
}

async fn decisions_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    for id in acknowledged {
        ensure!(desk.journal.proposal(id).await?.state == ProposalState::Approved, "{id}");
    }
    Ok(())
}

async fn append(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let mut event = event(1);
    name.clone_into(&mut event.id);
    told(desk.log.append(event, Batch::new()).await)?;
    Ok(name.to_owned())
}

async fn events_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    for id in acknowledged {
        ensure!(desk.store.get(AUDIT_EVENT, id).await?.is_some(), "{id}");
    }
    Ok(())
}

/// Acknowledged as the place in the chain up to which the head was stated.
async fn checkpoint(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let mut event = event(1);
    name.clone_into(&mut event.id);
    let entry = told(desk.log.append(event, Batch::new()).await)?;
    told(desk.checkpoints.state_now(&desk.log, &clock()).await)?;
    Ok(entry.sequence.to_string())
}

async fn checkpoints_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let stated = desk.checkpoints.all().await;
    let furthest = stated.iter().map(|checkpoint| checkpoint.sequence).max().unwrap_or(0);
    for sequence in acknowledged {
        let sequence: u64 = sequence.parse()?;
        ensure!(sequence <= furthest, "{sequence} was stated, {furthest} is kept");
    }
    Ok(())
}

/// Acknowledged as the version that was copied, each another plan.
async fn copy_plan(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let seed = name.bytes().fold(7_u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(byte.into())) >> 2;
    let (_, graph) = versioned(seed, PLAN);
    ensure!(told(desk.plans.lock().await.bring_up_to(&graph).await)?, "nobody else copies");
    Ok(seed.to_string())
}

/// What is called complete is; and whatever a kill left is brought to the next version.
async fn plan_copies_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let nothing = BTreeSet::new();
    let marker = desk.store.get(PLAN_COPY, "prod").await?.context("a marker")?;
    if let (Some("complete"), Some(Value::Integer(version))) =
        (marker.text("state"), marker.fields.get("plan_version"))
    {
        let (plan, _) = versioned(u64::try_from(*version)?, PLAN);
        holds_plan(&desk.store, "prod", &plan, &nothing).await?;
    } else {
        ensure!(marker.text("state") == Some("copying"), "{marker:?}");
    }
    ensure!(!acknowledged.is_empty(), "copies were made");
    let (plan, graph) = versioned(99, PLAN);
    ensure!(desk.plans.lock().await.bring_up_to(&graph).await?, "nobody else copies");
    holds_plan(&desk.store, "prod", &plan, &nothing).await
}

/// Three that come together: more than one write of the store would be kept in parts.
async fn keep_runs(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let runs: Vec<_> = (0..3).map(|part| finished(name, part, 60)).collect();
    told(RunStore::new(Arc::clone(&desk.store)).keep("prod", Tz::UTC, &runs).await)?;
    Ok(name.to_owned())
}

async fn runs_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    for name in acknowledged {
        let job = finished(name, 0, 60).job;
        let kept = desk.store.find(Query::of(RUN).is("engine", "prod").is("job", job.as_ref())).await?;
        ensure!(kept.len() == 3, "{name} has {} runs", kept.len());
    }
    Ok(())
}

/// Each is somebody else's, because what one person may keep is bounded.
async fn keep_turn(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let turn = append_turn("c", name, "what is late?");
    let number = told(conversations(&desk.store).append(name, turn).await)?;
    ensure!(number == 1, "{name} was not kept");
    Ok(name.to_owned())
}

async fn turns_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let all = conversations(&desk.store);
    let page = GetConversation { conversation_id: "c".to_owned(), ..GetConversation::default() };
    for name in acknowledged {
        let text = all.get(name, &page).await?;
        ensure!(text.turns.len() == 1 && text.turns[0].id == *name, "{name}: {text:?}");
    }
    Ok(())
}

async fn resolve_incident(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let incidents = incidents(&desk.store);
    let failed = Failure { job_id: name.to_owned(), job: format!("M#/F/S.{name}"), ..failure("A", 0) };
    told(incidents.take_in("prod", &[(failed, LogRead::Off)]).await)?;
    let id = told(incidents.of_job("prod", name).await)?;
    told(incidents.resolve(&resolution(&id), &person("ana")).await)?;
    Ok(name.to_owned())
}

async fn resolved_incidents_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let noted = incidents(&desk.store);
    for job in acknowledged {
        let incident = noted.incident(&noted.of_job("prod", job).await?).await?;
        let said = incident.resolution.with_context(|| format!("{job} was acknowledged"))?;
        ensure!(said.text == resolution("").resolution && incident.member_count == 1, "{job}");
    }
    // An incident has its member or is not there.
    let (kept, members) = (desk.all(INCIDENT).await?, desk.all(INCIDENT_MEMBER).await?);
    ensure!(kept.len() == members.len(), "{} incidents, {} members", kept.len(), members.len());
    Ok(())
}

async fn propose_memory(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let memories = Memories::new(desk.log.clone(), clock());
    let proposal =
        MemoryProposal { text: format!("The window of {name} closes late"), ..MemoryProposal::default() };
    Ok(told(memories.propose(proposal, &person(name)).await)?.memory.id)
}

async fn memories_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let memories = Memories::new(desk.log.clone(), clock());
    for id in acknowledged {
        ensure!(memories.get(id).await?.state == MemoryState::Proposed, "{id}");
    }
    Ok(())
}

async fn spool(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let mut event = event(1);
    name.clone_into(&mut event.id);
    told(desk.spool.push(&[event]).await)?;
    Ok(name.to_owned())
}

/// In the file, or already shipped.
async fn spooled_events_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(desk.folder.join("audit.spool"))?;
    for id in acknowledged {
        let waits = text.contains(&format!("\"{id}\""));
        ensure!(waits || desk.store.get(AUDIT_EVENT, id).await?.is_some(), "{id}");
    }
    Ok(())
}

async fn import(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let header = DocumentHeader { name: format!("{name}.md"), title: String::new() };
    let mut upload = told(desk.library().await?.upload(header))?;
    told(upload.push(format!("# Runbook\n\nWhat to do about {name}.\n").as_bytes()))?;
    Ok(told(upload.finish("ana").await)?.document.id)
}

async fn documents_stand(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let library = desk.library().await?;
    let kept = kept_documents(library)?;
    for id in acknowledged {
        ensure!(kept.contains(id), "{id} is not kept");
    }
    let indexed = || async { (library.status().pending_documents == 0).then_some(()) };
    resync_testkit::eventually("the index", crate::BOUND, indexed).await?;
    let request = SearchRequest { query: "runbook".to_owned(), ..SearchRequest::default() };
    ensure!(acknowledged.is_empty() || !library.search(request).await?.hits.is_empty(), "nothing is found");
    Ok(())
}

async fn forget(desk: &Desk, name: &str) -> anyhow::Result<String> {
    let id = import(desk, name).await?;
    told(desk.library().await?.delete(&id).await)?;
    Ok(id)
}

async fn documents_are_forgotten(desk: &Desk, acknowledged: &[String]) -> anyhow::Result<()> {
    let kept = kept_documents(desk.library().await?)?;
    for id in acknowledged {
        ensure!(!kept.contains(id), "{id} is back");
    }
    Ok(())
}

fn kept_documents(library: &Handle) -> anyhow::Result<BTreeSet<String>> {
    let (mut kept, mut page_token) = (BTreeSet::new(), String::new());
    loop {
        let page = library.list(&ListDocuments { page_token, ..ListDocuments::default() })?;
        kept.extend(page.documents.into_iter().map(|document| document.id));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(kept);
        }
    }
}
