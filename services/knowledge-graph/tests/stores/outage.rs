//! A real Neo4j that is killed and comes back: nothing acknowledged is lost, nothing is done twice, and all recovers by
//! itself.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use chrono_tz::Tz;
use resync_api::audit::model::{AuditSearch, Recorded};
use resync_fault::Fault as _;
use resync_knowledge_graph::Graphs;
use resync_knowledge_graph::audit::{list, verify};
use resync_knowledge_graph::history::{History, Retention};
use resync_knowledge_graph::store::neo4j::{Neo4jConfig, Neo4jStore};
use resync_knowledge_graph::store::schema::AUDIT_CHAIN;
use resync_knowledge_graph::store::{Batch, Record, Store, StoreError};
use resync_service_kit::shutdown::Shutdown;
use resync_testkit::eventually;
use tokio::sync::{Mutex, watch};

use crate::commands::rerun;
use crate::events::{event, key, log};
use crate::history::finished;
use crate::mesh::Mesh;
use crate::place::Place;
use crate::writes::{Desk, KINDS, Kind, Outage};
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    a_wrong_password_is_told_apart_from_an_outage,
    writes_survive_a_server_that_is_killed_again_and_again,
    security_events_wait_in_a_file_and_are_shipped_once,
    finished_runs_wait_for_the_store,
];

async fn a_wrong_password_is_told_apart_from_an_outage(mut place: Place) -> anyhow::Result<()> {
    let mut config = place.neo4j_config().context("a server")?;
    config.retry_for = Duration::from_millis(300);
    let mut wrong = config.clone();
    wrong.password = "wrong".to_owned().into();
    let refused = Neo4jStore::new(wrong)?.check().await.err().context("refused")?;
    ensure!(matches!(refused, StoreError::Login { .. }), "{refused}");
    assert!(!refused.retryable());
    let store = Neo4jStore::new(config)?;
    store.check().await?;
    place.server().context("a server")?.kill()?;
    let out = store.get(AUDIT_CHAIN, "x").await.err().context("it is out")?;
    ensure!(out.is_outage() && out.retryable(), "{out}");
    place.server().context("a server")?.restart().await?;
    let back = || async { store.check().await.ok() };
    eventually("the store", crate::BOUND, back).await
}

async fn writes_survive_a_server_that_is_killed_again_and_again(mut place: Place) -> anyhow::Result<()> {
    const KILLS: usize = 3;
    let desk = Arc::new(Desk::open(place.impatient()?, place.outside()).await?);
    let kinds: Vec<&'static Kind> = KINDS.iter().filter(|kind| kind.in_store).collect();
    let acknowledged = Arc::new(Mutex::new(BTreeMap::new()));
    let (stop, stopped) = watch::channel(false);
    let writers: Vec<_> = kinds
        .iter()
        .map(|kind| {
            let (desk, acknowledged) = (Arc::clone(&desk), Arc::clone(&acknowledged));
            tokio::spawn(writes(kind, desk, acknowledged, stopped.clone()))
        })
        .collect();
    // Every kind of write goes on, before each kill and after the last.
    let progress = async |what: &str| {
        let before = numbers(&acknowledged, &kinds).await;
        let further = || async {
            let now = numbers(&acknowledged, &kinds).await;
            now.iter().zip(&before).all(|(now, before)| now > before).then_some(())
        };
        let started = Instant::now();
        let reached = eventually(what, 10 * crate::BOUND, further).await;
        println!("{what}: {:.1?}", started.elapsed());
        reached.with_context(|| format!("{before:?}"))
    };
    for kill in 1..=KILLS {
        progress(&format!("writes before kill {kill}")).await?;
        let server = place.server().context("a server")?;
        server.kill()?;
        server.restart().await?;
    }
    progress("writes after the last kill").await?;
    stop.send_replace(true);
    for writer in writers {
        writer.await??;
    }
    // Another process looks.
    let desk = Desk::open(place.open().await?, place.outside()).await?;
    desk.is_consistent().await?;
    let acknowledged = acknowledged.lock().await;
    for kind in kinds {
        let theirs = acknowledged.get(kind.name).context("some")?;
        println!("{}: {} acknowledged over {KILLS} kills", kind.name, theirs.len());
        (kind.stands)(&desk, theirs).await.with_context(|| kind.name)?;
    }
    desk.is_consistent().await
}

type Acknowledged = Arc<Mutex<BTreeMap<&'static str, Vec<String>>>>;

async fn numbers(acknowledged: &Acknowledged, kinds: &[&'static Kind]) -> Vec<usize> {
    let acknowledged = acknowledged.lock().await;
    kinds.iter().map(|kind| acknowledged.get(kind.name).map_or(0, Vec::len)).collect()
}

/// Writes one after the other; whatever is not acknowledged is left as it is.
async fn writes(
    kind: &'static Kind,
    desk: Arc<Desk>,
    acknowledged: Acknowledged,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let mut n = 0;
    while !*stopped.borrow() {
        n += 1;
        match (kind.write)(&desk, &format!("{}-{n}", kind.name)).await {
            Ok(line) => acknowledged.lock().await.entry(kind.name).or_default().push(line),
            Err(error) => ensure!(error.is::<Outage>(), "{}: {error:#}", kind.name),
        }
    }
    Ok(())
}

async fn security_events_wait_in_a_file_and_are_shipped_once(mut place: Place) -> anyhow::Result<()> {
    let mesh = Mesh::start(&place).await?;
    let (audit, commands) = mesh.clients();
    assert_eq!(audit.record(vec![event(0)]).await?, Recorded::Chained);
    let mut usable = mesh.durable.usable();
    ensure!(*usable.borrow(), "usable at first");
    place.server().context("a server")?.kill()?;
    for n in 1..6 {
        assert_eq!(audit.record(vec![event(n)]).await?, Recorded::Spooled, "event {n}");
    }
    let refused = commands.claim(rerun("a", "k", "A")).await.err().context("no command without a journal")?;
    assert_eq!(refused.kind, resync_fault::ErrorKind::Unavailable);
    tokio::time::timeout(crate::BOUND, usable.wait_for(|usable| !usable)).await??;
    // The role itself ends and starts while the store is out: what waits is not lost.
    mesh.stop().await?;
    let mesh = Mesh::start(&place).await?;
    let (audit, _) = mesh.clients();
    assert_eq!(audit.record(vec![event(6)]).await?, Recorded::Spooled);
    place.server().context("a server")?.restart().await?;
    let shipped = || async {
        let page = list(mesh.durable.store.as_ref(), &AuditSearch::default(), 0, "").await.ok()?;
        (page.entries.len() >= 7).then_some(page)
    };
    let page = eventually("the events that waited", 3 * crate::BOUND, shipped).await?;
    let mut entries: Vec<_> = page.entries.iter().map(|entry| (entry.sequence, &entry.event.id)).collect();
    entries.sort_unstable();
    let ids: Vec<_> = entries.iter().map(|(_, id)| id.as_str()).collect();
    assert_eq!(ids, ["event-0", "event-1", "event-2", "event-3", "event-4", "event-5", "event-6"]);
    let mut usable = mesh.durable.usable();
    tokio::time::timeout(crate::BOUND, usable.wait_for(|usable| *usable)).await??;
    assert_eq!(audit.record(vec![event(7)]).await?, Recorded::Chained);
    mesh.stop().await?;
    // Also a store that was open all the time goes on.
    let store = place.open().await?;
    log(&store).append_all(vec![event(8)]).await?;
    let record = Record::new(AUDIT_CHAIN, "other", "{}".into());
    store.commit(Batch::new().insert(record)).await?;
    let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
    assert_eq!((verdict.sound, verdict.first_break), (9, None));
    Ok(())
}

async fn finished_runs_wait_for_the_store(mut place: Place) -> anyhow::Result<()> {
    let config =
        Neo4jConfig { retry_for: Duration::from_millis(300), ..place.neo4j_config().context("a server")? };
    let store: Arc<dyn Store> = Arc::new(Neo4jStore::new(config)?);
    store.check().await?;
    let history = History::new(Arc::clone(&store), Retention::default());
    let (keeper, shutdown) = (history.keeper(), Shutdown::new());
    let running = tokio::spawn(history.clone().run(Graphs::keeping(history.keeper()), shutdown.drain()));
    let runs: Vec<_> = (0..900).map(|day| finished("WS#/A.B", day, 60)).collect();
    keeper.keep("prod", Tz::UTC, &runs[..300]);
    let kept = |number: usize| {
        let runs = history.runs().clone();
        move || {
            let runs = runs.clone();
            async move {
                let found = runs.of_job("prod", "WS#/A.B", None, None).await.ok()?;
                (found.runs.len() == number).then_some(())
            }
        }
    };
    eventually("the first runs", crate::BOUND, kept(300)).await?;
    place.server().context("a server")?.kill()?;
    keeper.keep("prod", Tz::UTC, &runs);
    let out = history.runs().of_job("prod", "WS#/A.B", None, None).await.err().context("it is out")?;
    ensure!(out.is_outage(), "{out}");
    place.server().context("a server")?.restart().await?;
    eventually("the runs that waited", 3 * crate::BOUND, kept(900)).await?;
    shutdown.begin();
    running.await?;
    Ok(())
}
