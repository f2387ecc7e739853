//! Loading 100,000 nodes and 300,000 relations into each store, and one-row commits, each beside the least that the same
//! database takes for it in the same run: one prepared statement in one transaction of rusqlite, one `UNWIND` of neo4rs.
//!
//! Prints a table, fails on nothing. Without a fetched Neo4j (`cargo xtask neo4j`) only the embedded store is measured.

#![expect(clippy::print_stdout, reason = "a benchmark prints what it measures")]

#[path = "graph/large.rs"]
#[allow(dead_code, reason = "what the benchmark of the graph needs of it")]
mod large;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use neo4rs::{BoltList, BoltMap, BoltType};
use resync_knowledge_graph::plan_copy::PlanCopy;
use resync_knowledge_graph::store::neo4j::{Neo4jConfig, Neo4jStore, PoolConfig};
use resync_knowledge_graph::store::schema::{COMMAND, JOB};
use resync_knowledge_graph::store::sqlite::SqliteStore;
use resync_knowledge_graph::store::{Batch, Link, Record, RelationKind, Store, Write};
use resync_knowledge_graph::topology::Ledger;
use resync_testkit::Neo4jServer;

use large::{Reach, mixed};

const NODES: u64 = 100_000;
const RELATIONS: u64 = 300_000;
/// As the copy of the plan writes.
const BATCH: usize = 1_000;
/// One-row commits.
const CLAIMS: u64 = 300;

fn main() -> Result<()> {
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    println!("{:<64} {:>9} {:>10} {:>12} {:>7}", "", "seconds", "rows/s", "baseline s", "ratio");
    tokio::runtime::Runtime::new()?.block_on(async {
        let folder = tempfile::tempdir()?;
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("ours.db")).await?);
        let plain = plain_sqlite(&folder.path().join("plain.db"))?;
        measure("SQLite", &store, &plain).await?;
        if Neo4jServer::installation().is_none() {
            println!("Neo4j is not here: `cargo xtask neo4j` fetches it");
            return Ok(());
        }
        let server = Neo4jServer::start_at_full_speed(600).await?;
        let store: Arc<dyn Store> = Arc::new(Neo4jStore::new(config(&server))?);
        store.check().await?;
        let plain = plain_neo4j(&server).await?;
        measure("Neo4j", &store, &plain).await
    })
}

/// What the database alone takes.
struct Plain {
    nodes: Duration,
    relations: Duration,
    commits: Vec<Duration>,
}

fn config(server: &Neo4jServer) -> Neo4jConfig {
    Neo4jConfig {
        uri: server.uri(),
        user: Neo4jServer::USER.to_owned(),
        password: Neo4jServer::PASSWORD.into(),
        database: None,
        pool: PoolConfig { min_size: 1, max_size: 8, ..PoolConfig::default() },
        retry_for: Duration::from_secs(20),
    }
}

fn key(number: u64) -> String {
    format!("bench/{}", large::id(number))
}

fn name(number: u64) -> String {
    format!("JOB_{number:06}")
}

fn relations() -> impl Iterator<Item = (u64, u64)> {
    // Three from each to others before it, all different.
    (0..RELATIONS)
        .map(|number| (number / 3, (number / 3 + 1 + mixed(number) % 30_000 * 3 + number % 3) % NODES))
}

fn node(number: u64) -> Write {
    let record = Record::new(JOB, key(number), "{}".to_owned()).with("engine", "bench");
    let record = record.with("id", large::id(number)).with("name", name(number));
    Write::Put(record.with("job_key", format!("WS#/F/S.{}", name(number))).with("status", "waiting"))
}

fn relation((from, to): (u64, u64)) -> Write {
    let fields = [("condition", "ORDINARY"), ("source", "plan")];
    Write::Relate(Link {
        kind: RelationKind("DEPENDS_ON"),
        from: (JOB, key(from)),
        to: (JOB, key(to)),
        fields: fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect::<BTreeMap<_, _>>(),
    })
}

async fn load(store: &Arc<dyn Store>, writes: impl Iterator<Item = Write>) -> Result<Duration> {
    let started = Instant::now();
    let mut batch = Batch::new();
    for write in writes {
        batch = batch.with(write);
        if batch.0.len() == BATCH {
            store.commit(std::mem::take(&mut batch)).await?;
        }
    }
    store.commit(batch).await?;
    Ok(started.elapsed())
}

fn row(what: &str, took: Duration, rows: u64, plain: Duration) {
    let seconds = took.as_secs_f64();
    println!(
        "{what:<64} {seconds:>9.2} {:>10.0} {:>12.2} {:>6.1}x",
        rows as f64 / seconds,
        plain.as_secs_f64(),
        seconds / plain.as_secs_f64()
    );
}

fn percentile(times: &mut [Duration], percent: usize) -> Duration {
    times.sort_unstable();
    times[(times.len() - 1) * percent / 100]
}

async fn measure(what: &str, store: &Arc<dyn Store>, plain: &Plain) -> Result<()> {
    let took = load(store, (0..NODES).map(node)).await?;
    row(&format!("{what}: {NODES} nodes, batches of {BATCH}"), took, NODES, plain.nodes);
    let took = load(store, relations().map(relation)).await?;
    row(&format!("{what}: {RELATIONS} relations, batches of {BATCH}"), took, RELATIONS, plain.relations);
    let mut times = Vec::new();
    for number in 0..CLAIMS {
        let id = format!("claim-{number}");
        let claim = Record::new(COMMAND, id.as_str(), "{}".to_owned()).with("command_id", id).with("open", 1);
        let started = Instant::now();
        store.commit(Batch::new().insert(claim)).await?;
        times.push(started.elapsed());
    }
    let mut commits = plain.commits.clone();
    for percent in [50, 99] {
        let (ours, theirs) = (percentile(&mut times, percent), percentile(&mut commits, percent));
        println!(
            "{:<64} {:>9.2?} {:>10} {:>12.2?} {:>6.1}x",
            format!("{what}: commit of one claim, p{percent} of {CLAIMS}"),
            ours,
            "",
            theirs,
            ours.as_secs_f64() / theirs.as_secs_f64()
        );
    }
    let mut ledger = Ledger::default();
    ledger.apply(large::export(NODES, Reach::Neighbours));
    let graph = ledger.publish().expect("complete");
    let mut copy = PlanCopy::new(Arc::clone(store), "night".to_owned(), "bench".to_owned());
    let started = Instant::now();
    copy.bring_up_to(&graph).await?;
    println!(
        "{:<64} {:>9.2}",
        format!("{what}: first copy of a plan of {NODES} jobs, pauses included"),
        started.elapsed().as_secs_f64()
    );
    ledger.apply(large::changes(NODES, 1_000));
    let graph = ledger.publish().expect("complete");
    let started = Instant::now();
    copy.bring_up_to(&graph).await?;
    println!(
        "{:<64} {:>9.2}",
        format!("{what}: the same after 1,000 jobs changed"),
        started.elapsed().as_secs_f64()
    );
    Ok(())
}

/// One statement and one transaction for nodes, one for relations, into tables with nothing but their keys.
fn plain_sqlite(path: &Path) -> Result<Plain> {
    let mut connection = rusqlite::Connection::open(path)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.execute_batch(
        "CREATE TABLE node (key TEXT PRIMARY KEY, id TEXT, name TEXT, status TEXT) STRICT; \
         CREATE TABLE edge (a TEXT, b TEXT, condition TEXT, PRIMARY KEY (a, b)) STRICT, WITHOUT ROWID;",
    )?;
    let started = Instant::now();
    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare("INSERT INTO node VALUES (?1, ?2, ?3, 'waiting')")?;
    for number in 0..NODES {
        insert.execute([key(number), large::id(number), name(number)])?;
    }
    drop(insert);
    transaction.commit()?;
    let nodes = started.elapsed();
    let started = Instant::now();
    let transaction = connection.transaction()?;
    let mut insert = transaction.prepare("INSERT OR REPLACE INTO edge VALUES (?1, ?2, 'ORDINARY')")?;
    for (from, to) in relations() {
        insert.execute([key(from), key(to)])?;
    }
    drop(insert);
    transaction.commit()?;
    let relations = started.elapsed();
    // What one large transaction left in the log is not for the first small ones to carry over.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let mut commits = Vec::new();
    for number in 0..CLAIMS {
        let started = Instant::now();
        connection.execute("INSERT INTO node VALUES (?1, '', '', '')", [format!("claim-{number}")])?;
        commits.push(started.elapsed());
    }
    Ok(Plain { nodes, relations, commits })
}

/// One `UNWIND` after the other, 10,000 rows each, over labels of its own with nothing but a key.
async fn plain_neo4j(server: &Neo4jServer) -> Result<Plain> {
    const ROWS: usize = 10_000;
    let graph = neo4rs::Graph::new(server.uri(), Neo4jServer::USER, Neo4jServer::PASSWORD)?;
    graph.run("CREATE CONSTRAINT plain IF NOT EXISTS FOR (n:Plain) REQUIRE n.key IS UNIQUE").await?;
    let unwind = async |text: &str, rows: &[BoltType]| {
        let rows = BoltType::List(BoltList { value: rows.to_vec() });
        graph.run(neo4rs::Query::new(format!("UNWIND $rows AS row {text}")).param("rows", rows)).await
    };
    let map = |pairs: Vec<(&str, String)>| {
        let pairs = pairs.into_iter().map(|(name, value)| (name.into(), BoltType::from(value)));
        BoltType::Map(pairs.collect::<BoltMap>())
    };
    let started = Instant::now();
    let all: Vec<BoltType> = (0..NODES)
        .map(|number| map(vec![("key", key(number)), ("id", large::id(number)), ("name", name(number))]))
        .collect();
    for rows in all.chunks(ROWS) {
        unwind("CREATE (n:Plain) SET n = row", rows).await?;
    }
    let nodes = started.elapsed();
    let started = Instant::now();
    let all: Vec<BoltType> =
        relations().map(|(from, to)| map(vec![("a", key(from)), ("b", key(to))])).collect();
    for rows in all.chunks(ROWS) {
        let text = "MATCH (a:Plain {key: row.a}) MATCH (b:Plain {key: row.b}) CREATE (a)-[:NEXT]->(b)";
        unwind(text, rows).await?;
    }
    let relations = started.elapsed();
    let mut commits = Vec::new();
    for number in 0..CLAIMS {
        let started = Instant::now();
        graph
            .run(neo4rs::query("CREATE (:Plain {key: $key})").param("key", format!("claim-{number}")))
            .await?;
        commits.push(started.elapsed());
    }
    Ok(Plain { nodes, relations, commits })
}
