//! Our process killed with SIGKILL in the middle of each kind of write: what it acknowledged is there, whole, and the next
//! process goes on.
//!
//! The writer is this test program started again with a few variables set. It writes without pause and prints what was
//! acknowledged; the case kills it at some line and looks at what is left.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use resync_api::audit::model::Recorded;
use resync_knowledge_graph::store::neo4j::Neo4jStore;
use resync_knowledge_graph::store::schema::{COMMAND, STEPS};
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_knowledge_graph::store::{Batch, Record, Store};

use crate::events::event;
use crate::mesh::Mesh;
use crate::place::{Place, neo4j_at};
use crate::writes::{Desk, KINDS, Kind};

/// What the writer writes, and where.
const WRITES: &str = "RESYNC_TEST_CRASH_WRITES";
const FOLDER: &str = "RESYNC_TEST_CRASH_FOLDER";
/// Address of Neo4j; unset: the embedded store.
const NEO4J: &str = "RESYNC_TEST_CRASH_NEO4J";
/// The kind of write that is none of a running process.
const MIGRATE: &str = "migrate";
/// Lines after which a writer is killed, one after the other on the same data.
const KILLS: [usize; 5] = [1, 7, 19, 3, 31];
/// The same where each line takes longer.
const FEWER_KILLS: [usize; 3] = [1, 7, 3];

/// Writes until it is killed, when this process was started for that.
pub(crate) async fn writes_until_killed() -> anyhow::Result<bool> {
    let (Ok(name), Ok(folder)) = (std::env::var(WRITES), std::env::var(FOLDER)) else { return Ok(false) };
    let folder = Path::new(&folder);
    let server = std::env::var(NEO4J).ok();
    if name == MIGRATE {
        return migrate_until_killed(folder, server).await;
    }
    let kind = KINDS.iter().find(|kind| kind.name == name).context("a kind of write")?;
    let store: Arc<dyn Store> = match server {
        Some(uri) => Arc::new(Neo4jStore::new(neo4j_at(uri))?),
        None => Arc::new(SqliteStore::open(&folder.join("knowledge.db")).await?),
    };
    let desk = Desk::open(store, folder).await?;
    for n in 0.. {
        let name = format!("{}-{n}", std::process::id());
        acknowledge(&(kind.write)(&desk, &name).await?);
    }
    Ok(true)
}

/// Brings stores of the first version up to date, one after the other; one database again and again.
async fn migrate_until_killed(folder: &Path, server: Option<String>) -> anyhow::Result<bool> {
    for n in 0.. {
        let name = format!("{}-{n}", std::process::id());
        let old = Record::new(COMMAND, name.as_str(), "{}".to_owned()).with("command_id", name.as_str());
        match &server {
            None => {
                let file = folder.join(format!("{name}.db"));
                let store = SqliteStore::open_with(&file, &STEPS[..1]).await?;
                store.commit(Batch::new().insert(old)).await?;
                drop(store);
                SqliteStore::open(&file).await?;
            }
            Some(uri) => {
                unmigrate(uri).await?;
                let store = Neo4jStore::with_steps(neo4j_at(uri.clone()), &STEPS[..1])?;
                store.commit(Batch::new().insert(old)).await?;
                Neo4jStore::new(neo4j_at(uri.clone()))?.check().await?;
            }
        }
        acknowledge(&name);
    }
    Ok(true)
}

/// Takes a database back to the first version.
async fn unmigrate(uri: &str) -> anyhow::Result<()> {
    use resync_testkit::Neo4jServer;
    let graph = neo4rs::Graph::new(uri, Neo4jServer::USER, Neo4jServer::PASSWORD)?;
    for statement in [
        "MATCH (n:ResyncSchema) SET n.version = 1",
        "DROP CONSTRAINT Job_key_unique IF EXISTS",
        "DROP CONSTRAINT PlanCopy_key_unique IF EXISTS",
        "DROP INDEX Job_status IF EXISTS",
    ] {
        graph.run(statement).await?;
    }
    Ok(())
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
async fn killed_while_writing(place: &Place, kind: &str) -> anyhow::Result<Vec<String>> {
    let mut acknowledged = Vec::new();
    let kills: &[usize] = if place.neo4j_config().is_some() { &FEWER_KILLS } else { &KILLS };
    for lines in kills {
        let mut command = Command::new(std::env::current_exe()?);
        command.env(WRITES, kind).env(FOLDER, place.outside()).stdout(Stdio::piped());
        if let Some(config) = place.neo4j_config() {
            command.env(NEO4J, config.uri);
        }
        let mut writer = command.spawn()?;
        let mut output = BufReader::new(writer.stdout.take().context("it is piped")?).lines();
        for _ in 0..*lines {
            acknowledged.push(output.next().context("it writes on")??);
        }
        writer.kill()?;
        writer.wait()?;
        // What it printed before it died was acknowledged too. A line that was cut off was not.
        acknowledged.extend(output.map_while(Result::ok).filter(|line| !line.is_empty()));
    }
    ensure!(acknowledged.len() >= kills.iter().sum(), "{}", acknowledged.len());
    if place.neo4j_config().is_some() {
        settled(place).await?;
    }
    Ok(acknowledged)
}

/// Waits until the server is done with what the killed process had asked for.
async fn settled(place: &Place) -> anyhow::Result<()> {
    let config = place.neo4j_config().context("a server")?;
    let graph = neo4rs::Graph::new(config.uri, config.user, resync_testkit::Neo4jServer::PASSWORD)?;
    let alone = || async {
        let count = "SHOW TRANSACTIONS YIELD transactionId RETURN count(*) AS running";
        let mut rows = graph.execute(count).await.ok()?;
        let running: i64 = rows.next().await.ok()??.get("running").ok()?;
        (running <= 1).then_some(())
    };
    resync_testkit::eventually("the server's transactions to end", crate::BOUND, alone).await
}

/// One kind of write: killed in the middle of it, everything is there, and a process starts and serves on it.
pub(crate) async fn survives_kills(kind: &'static Kind, place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, kind.name).await?;
    whole(&place).await?;
    let desk = Desk::open(place.open().await?, place.outside()).await?;
    (kind.stands)(&desk, &acknowledged).await?;
    desk.is_consistent().await?;
    (kind.write)(&desk, "the-next").await?;
    drop(desk);
    let mesh = Mesh::start(&place).await?;
    let (audit, _) = mesh.clients();
    let recorded = audit.record(vec![event(900)]).await?;
    if kind.in_store {
        ensure!(recorded == Recorded::Chained, "{recorded:?}");
    }
    // Also what waits in files is in the chain by and by.
    let last = || async {
        let found = mesh.durable.store.get(resync_knowledge_graph::store::schema::AUDIT_EVENT, "event-900");
        found.await.ok().flatten()
    };
    resync_testkit::eventually("the event", crate::BOUND, last).await?;
    mesh.stop().await?;
    Desk::open(place.open().await?, place.outside()).await?.is_consistent().await
}

/// The file of an embedded store is no worse for it.
async fn whole(place: &Place) -> anyhow::Result<()> {
    if place.neo4j_config().is_some() {
        return Ok(());
    }
    // Opened as the product does it first: that is what recovers the file.
    drop(place.open().await?);
    intact(&place.file())
}

fn intact(file: &Path) -> anyhow::Result<()> {
    let verdict: String =
        rusqlite::Connection::open(file)?.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    ensure!(verdict == "ok", "{}: {verdict}", file.display());
    Ok(())
}

/// Killed while it brings stores up to date: each is at one version or the other, with what was in it.
pub(crate) async fn migrations_survive_kills(place: Place) -> anyhow::Result<()> {
    let acknowledged = killed_while_writing(&place, MIGRATE).await?;
    if place.neo4j_config().is_some() {
        let store = place.open().await?;
        for name in &acknowledged {
            ensure!(store.get(COMMAND, name).await?.is_some(), "{name}");
        }
        let twin =
            Batch::new().insert(Record::new(resync_knowledge_graph::store::schema::JOB, "a", "{}".into()));
        store.commit(twin.clone()).await?;
        let refused = store.commit(twin).await.err().context("the constraint is there again")?;
        ensure!(refused.is_conflict(), "{refused}");
        return Ok(());
    }
    let mut seen = 0;
    for entry in std::fs::read_dir(place.outside())? {
        let file = entry?.path();
        if file.extension().is_none_or(|extension| extension != "db") {
            continue;
        }
        let name = file.file_stem().and_then(|name| name.to_str()).context("a name")?.to_owned();
        let store = SqliteStore::open(&file).await?;
        intact(&file)?;
        let kept = store.get(COMMAND, &name).await?;
        if acknowledged.contains(&name) {
            ensure!(kept.is_some(), "{name}");
            seen += 1;
        }
        store
            .commit(Batch::new().insert(Record::new(
                resync_knowledge_graph::store::schema::JOB,
                "a",
                "{}".into(),
            )))
            .await?;
    }
    ensure!(seen == acknowledged.len(), "{seen} of {}", acknowledged.len());
    Ok(())
}
