//! Our process killed with SIGKILL in the middle of each kind of write: what it acknowledged is there, whole, and the next
//! process goes on.
//!
//! The writer is this test program started again with two variables set. It writes without pause and prints what was
//! acknowledged; the case kills it at some line and looks at what is left.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use chrono_tz::Tz;
use resync_api::conversations::model::GetConversation;
use resync_api::journal::model::{CommandState, ProposalDecision, ProposalState};
use resync_knowledge_graph::audit::{Checkpoints, Spool, verify};
use resync_knowledge_graph::history::RunStore;
use resync_knowledge_graph::incidents::failure::Failure;
use resync_knowledge_graph::incidents::symptom::LogRead;
use resync_knowledge_graph::store::schema::{
    AUDIT_EVENT, COMMAND, COMMAND_TARGET, INCIDENT, INCIDENT_MEMBER, PROPOSAL, RUN,
};
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_knowledge_graph::store::{Batch, Query, Store};
use serde_json::Map;

use crate::commands::{granted, journal, outcome, person, rerun, service};
use crate::conversations::{append, conversations};
use crate::events::{clock, event, key, log};
use crate::history::finished;
use crate::incidents::{failure, incidents, resolution};
use crate::place::Place;
use crate::proposals::proposed;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    claims_survive_kills,
    steps_and_outcomes_survive_kills,
    decisions_survive_kills,
    audit_events_survive_kills,
    finished_runs_survive_kills,
    checkpoints_survive_kills,
    spooled_events_survive_kills,
    turns_survive_kills,
    resolutions_survive_kills,
];

/// What the writer writes, and where.
const WRITES: &str = "RESYNC_TEST_CRASH_WRITES";
const FOLDER: &str = "RESYNC_TEST_CRASH_FOLDER";
/// Lines after which a writer is killed, one after the other on the same data.
const KILLS: [usize; 5] = [1, 7, 19, 3, 31];

/// Writes until it is killed, when this process was started for that.
pub(crate) async fn writes_until_killed() -> anyhow::Result<bool> {
    let (Ok(kind), Ok(folder)) = (std::env::var(WRITES), std::env::var(FOLDER)) else { return Ok(false) };
    let folder = Path::new(&folder);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.join("knowledge.db")).await?);
    let journal = journal(&store);
    let incidents = incidents(&store);
    let spool = Spool::open(&folder.join("spool"), 1 << 24).await?;
    let checkpoints = Checkpoints::open(&folder.join("checkpoints"), key()).await?;
    let log = log(&store);
    let before = store.count(Query::of(AUDIT_EVENT), &[]).await?.first().map_or(0, |count| count.records);
    let spooled = i64::from(std::process::id()) * 100_000;
    for n in 0.. {
        let name = format!("{}-{n}", std::process::id());
        match kind.as_str() {
            "claims" => drop(granted(journal.claim(rerun(&name, &name, &name)).await?)?),
            "outcomes" => {
                granted(journal.claim(rerun(&name, &name, &name)).await?)?;
                journal.advance(&name, "dispatched", Map::new(), true).await?;
                acknowledge(&format!("dispatched {name}"));
                let state = if n % 2 == 0 { CommandState::Succeeded } else { CommandState::Unknown };
                journal.finish(&name, outcome(state), &service()).await?;
            }
            "decisions" => {
                let proposal = journal.propose(proposed(&name)).await?;
                let decision = ProposalDecision {
                    proposal_id: name.clone(),
                    parameters_hash: proposal.parameters_hash,
                    approve: true,
                    reason: String::new(),
                    acting: person("bob"),
                };
                journal.decide(&decision).await?;
            }
            "events" => {
                let mut event = event(n);
                event.id.clone_from(&name);
                log.append(event, Batch::new()).await?;
            }
            "checkpoints" => {
                let mut event = event(n);
                event.id.clone_from(&name);
                log.append(event, Batch::new()).await?;
                checkpoints.state_now(&log, &clock()).await?;
                acknowledge(&format!("{}", before + u64::try_from(n)? + 1));
                continue;
            }
            "runs" => {
                // More than one write of the store would be kept in parts; these come together.
                let runs: Vec<_> = (0..3).map(|part| finished(&name, n * 3 + part, 60)).collect();
                RunStore::new(Arc::clone(&store)).keep("prod", Tz::UTC, &runs).await?;
            }
            "turns" => {
                let turn = append("c", &name, "what is late?");
                assert!(conversations(&store).append("ana", turn).await? > 0);
            }
            "resolutions" => {
                let failed =
                    Failure { job_id: name.clone(), job: format!("M#/F/S.{name}"), ..failure("A", 0) };
                incidents.take_in("prod", &[(failed, LogRead::Off)]).await?;
                let id = incidents.of_job("prod", &name).await?;
                incidents.resolve(&resolution(&id), &person("ana")).await?;
            }
            "spool" => spool.push(&[event(spooled + n)]).await?,
            other => anyhow::bail!("nothing is called {other}"),
        }
        acknowledge(&if kind == "spool" { format!("event-{}", spooled + n) } else { name });
    }
    Ok(true)
}

/// Prints what is durable now.
fn acknowledge(line: &str) {
    let mut out = std::io::stdout().lock();
    // Nobody to tell means that the case is over.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Runs writers of one kind and kills them; gives everything they acknowledged, in order.
fn killed_while_writing(place: &Place, kind: &str) -> anyhow::Result<Vec<String>> {
    let mut acknowledged = Vec::new();
    for lines in KILLS {
        let mut writer = Command::new(std::env::current_exe()?)
            .env(WRITES, kind)
            .env(FOLDER, place.outside())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut output = BufReader::new(writer.stdout.take().context("it is piped")?).lines();
        for _ in 0..lines {
            acknowledged.push(output.next().context("it writes on")??);
        }
        writer.kill()?;
        writer.wait()?;
        // What it printed before it died was acknowledged too. A line that was cut off was not.
        acknowledged.extend(output.map_while(Result::ok).filter(|line| !line.is_empty()));
    }
    ensure!(acknowledged.len() >= KILLS.iter().sum(), "{}", acknowledged.len());
    Ok(acknowledged)
}

/// The chain is sound and holds so many events.
async fn sound(store: &Arc<dyn Store>, events: u64) -> anyhow::Result<()> {
    let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
    ensure!(verdict.first_break.is_none() && verdict.sound == events, "{events} events, {verdict:?}");
    Ok(())
}

async fn number(store: &Arc<dyn Store>, query: Query) -> anyhow::Result<u64> {
    Ok(store.count(query, &[]).await?.first().map_or(0, |count| count.records))
}

async fn claims_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "claims")?;
    let store = place.open().await?;
    let commands = journal(&store);
    for id in &acknowledged {
        ensure!(commands.command(id).await?.state == CommandState::Claimed, "{id}");
    }
    // One that was not acknowledged is there with everything, or with nothing.
    let kept = number(&store, Query::of(COMMAND)).await?;
    ensure!(kept >= acknowledged.len() as u64 && kept <= (acknowledged.len() + KILLS.len()) as u64, "{kept}");
    assert_eq!(number(&store, Query::of(COMMAND_TARGET)).await?, kept);
    sound(&store, kept).await?;
    granted(commands.claim(rerun("next", "next", "next")).await?)?;
    Ok(())
}

async fn steps_and_outcomes_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "outcomes")?;
    let store = place.open().await?;
    let commands = journal(&store);
    let mut open: BTreeSet<String> = commands
        .open_commands("", 1_000, "")
        .await?
        .0
        .into_iter()
        .map(|command| command.request.command_id)
        .collect();
    for line in &acknowledged {
        match line.strip_prefix("dispatched ") {
            Some(id) => ensure!(commands.command(id).await?.steps.len() == 1, "{line}"),
            None => ensure!(!commands.command(line).await?.state.is_open(), "{line}"),
        }
        open.remove(line);
    }
    // At most the one that each kill interrupted has no outcome, and recovery finds it.
    ensure!(open.len() <= KILLS.len(), "{open:?}");
    let unknown = number(&store, Query::of(COMMAND).is("state", "unknown")).await?;
    let blocked = number(&store, Query::of(COMMAND_TARGET).is("state", "unknown")).await?;
    let busy = number(&store, Query::of(COMMAND_TARGET).is("state", "busy")).await?;
    ensure!(unknown == blocked && busy == open.len() as u64, "{unknown} {blocked} {busy} {open:?}");
    let ended = number(&store, Query::of(COMMAND).is("open", 0)).await?;
    sound(&store, number(&store, Query::of(COMMAND)).await? + ended).await
}

async fn decisions_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "decisions")?;
    let store = place.open().await?;
    for id in &acknowledged {
        ensure!(journal(&store).proposal(id).await?.state == ProposalState::Approved, "{id}");
    }
    let kept = number(&store, Query::of(PROPOSAL)).await?;
    let approved = number(&store, Query::of(PROPOSAL).is("state", "approved")).await?;
    sound(&store, kept + approved).await
}

async fn audit_events_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "events")?;
    let store = place.open().await?;
    for id in &acknowledged {
        ensure!(store.get(AUDIT_EVENT, id).await?.is_some(), "{id}");
    }
    sound(&store, number(&store, Query::of(AUDIT_EVENT)).await?).await
}

async fn finished_runs_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "runs")?;
    let store = place.open().await?;
    let runs = RunStore::new(Arc::clone(&store));
    for job in &acknowledged {
        ensure!(runs.of_job("prod", job, None, None).await?.runs.len() == 3, "{job}");
    }
    let kept = number(&store, Query::of(RUN)).await?;
    let most = 3 * (acknowledged.len() + KILLS.len()) as u64;
    ensure!(kept.is_multiple_of(3) && kept <= most, "{kept} of {most}");
    // The next process goes on with all of them.
    assert_eq!(runs.recall("prod", Tz::UTC).await?.job_count() as u64, kept / 3);
    let again: Vec<_> = (0..3).map(|day| finished("WS#/A.B", day, 60)).collect();
    assert_eq!(runs.keep("prod", Tz::UTC, &again).await?.new, 3);
    Ok(())
}

async fn checkpoints_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "checkpoints")?;
    let store = place.open().await?;
    let checkpoints = Checkpoints::open(&place.outside().join("checkpoints"), key()).await?.all().await;
    let stated: BTreeSet<String> =
        checkpoints.iter().map(|checkpoint| checkpoint.sequence.to_string()).collect();
    for sequence in &acknowledged {
        ensure!(stated.contains(sequence), "{sequence} of {stated:?}");
    }
    let verdict = verify(store.as_ref(), "main", &checkpoints, &key(), |_| ()).await?;
    ensure!(verdict.first_break.is_none(), "{verdict:?}");
    Ok(())
}

async fn turns_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "turns")?;
    let store = place.open().await?;
    let all = conversations(&store);
    let mut page = GetConversation { conversation_id: "c".to_owned(), ..GetConversation::default() };
    let mut text = all.get("ana", &page).await?;
    while !text.next_page_token.is_empty() {
        page.page_token = text.next_page_token;
        let more = all.get("ana", &page).await?;
        text.turns.extend(more.turns);
        text.next_page_token = more.next_page_token;
    }
    // Every turn that was acknowledged is there, in its order; at most the one that each kill interrupted besides.
    let kept: Vec<_> = text.turns.iter().map(|turn| turn.id.as_str()).collect();
    let numbers: Vec<_> = text.turns.iter().map(|turn| turn.number).collect();
    ensure!(numbers.iter().copied().eq(1..=u32::try_from(kept.len())?), "{numbers:?}");
    let mut rest = kept.iter();
    for id in &acknowledged {
        ensure!(rest.any(|found| found == id), "{id} of {kept:?}");
    }
    ensure!(kept.len() <= acknowledged.len() + KILLS.len(), "{} {}", kept.len(), acknowledged.len());
    assert_eq!(text.conversation.kept_turns, u32::try_from(kept.len())?);
    assert_eq!(all.append("ana", append("c", "next", "and now?")).await?, text.conversation.turns + 1);
    Ok(())
}

async fn resolutions_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "resolutions")?;
    let store = place.open().await?;
    let noted = incidents(&store);
    for job in &acknowledged {
        let incident = noted.incident(&noted.of_job("prod", job).await?).await?;
        let said = incident.resolution.with_context(|| format!("{job} was acknowledged"))?;
        ensure!(said.text == resolution("").resolution && incident.member_count == 1, "{job}");
    }
    // An incident has its member or is not there, and a resolution its event.
    let (kept, members) = (Query::of(INCIDENT), Query::of(INCIDENT_MEMBER));
    ensure!(number(&store, kept).await? == number(&store, members).await?);
    sound(&store, number(&store, Query::of(INCIDENT).is("state", "resolved")).await?).await
}

async fn spooled_events_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, "spool")?;
    let text = std::fs::read_to_string(place.outside().join("spool"))?;
    Spool::open(&place.outside().join("spool"), 1 << 24).await?;
    for id in &acknowledged {
        ensure!(text.contains(&format!("\"{id}\"")), "{id}");
    }
    Ok(())
}
