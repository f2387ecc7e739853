//! A real Neo4j that is killed and comes back: nothing acknowledged is lost, nothing is done twice, and all recovers by
//! itself.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use resync_api::audit::model::{AuditSearch, Recorded};
use resync_fault::Fault as _;
use resync_knowledge_graph::audit::{list, verify};
use resync_knowledge_graph::store::neo4j::Neo4jStore;
use resync_knowledge_graph::store::schema::{AUDIT_CHAIN, COMMAND};
use resync_knowledge_graph::store::{Batch, Query, Record, Store, StoreError};
use resync_testkit::eventually;
use tokio::sync::Mutex;

use crate::commands::{granted, journal, rerun};
use crate::events::{event, key, log};
use crate::mesh::Mesh;
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    a_wrong_password_is_told_apart_from_an_outage,
    writes_survive_a_server_that_is_killed_again_and_again,
    security_events_wait_in_a_file_and_are_shipped_once,
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
    let store = place.open().await?;
    let journal = journal(&store);
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let writer = {
        let (acknowledged, journal, stopped) = (Arc::clone(&acknowledged), journal.clone(), stopped.clone());
        tokio::spawn(async move {
            let mut n = 0;
            while !*stopped.borrow() {
                n += 1;
                let request = rerun(&format!("command-{n}"), &format!("key-{n}"), &format!("JOB{n}"));
                match journal.claim(request).await {
                    Ok(claim) => {
                        let command = granted(claim)?;
                        acknowledged.lock().await.insert(command.request.command_id);
                    }
                    Err(error) => ensure!(error.kind() == resync_fault::ErrorKind::Unavailable, "{error}"),
                }
            }
            anyhow::Ok(())
        })
    };
    for kill in 1..=KILLS {
        let before = acknowledged.lock().await.len();
        let progress = || async { (acknowledged.lock().await.len() >= before + 10).then_some(()) };
        eventually(&format!("writes before kill {kill}"), 3 * crate::BOUND, progress).await?;
        let server = place.server().context("a server")?;
        server.kill()?;
        server.restart().await?;
    }
    let before = acknowledged.lock().await.len();
    let progress = || async { (acknowledged.lock().await.len() > before).then_some(()) };
    eventually("writes after the last kill", 3 * crate::BOUND, progress).await?;
    stop.send_replace(true);
    writer.await??;
    // Another process looks.
    let store = place.open().await?;
    for id in acknowledged.lock().await.iter() {
        let kept = store.find(Query::of(COMMAND).is("command_id", id.as_str())).await?;
        ensure!(kept.len() == 1, "{id} was acknowledged and is there {} times", kept.len());
    }
    let verdict = verify(store.as_ref(), "main", &[], &key(), |_| ()).await?;
    let kept = store.count(Query::of(COMMAND), &[]).await?[0].records;
    ensure!(verdict.first_break.is_none() && verdict.sound == kept, "{verdict:?}, {kept} commands");
    println!("{} claims acknowledged over {KILLS} kills, {kept} kept", acknowledged.lock().await.len());
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
