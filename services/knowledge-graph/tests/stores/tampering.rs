//! What somebody does who can write to the store, and what verification says about it. The first broken entry is named.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use futures::future::BoxFuture;
use resync_api::audit::model::{BreakKind, ChainVerdict, Checkpoint};
use resync_knowledge_graph::audit::{Checkpoints, chains, verify};
use resync_knowledge_graph::store::schema::{AUDIT_CHAIN, AUDIT_EVENT};
use resync_knowledge_graph::store::{Batch, Order, Query, Record, Store, Write};
use sha2::{Digest as _, Sha256};

use crate::events::{clock, event, key, log};
use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    the_first_broken_entry_is_named,
    a_chain_that_was_rewritten_as_a_whole_is_found_by_a_checkpoint,
    an_older_copy_of_the_store_is_found_by_a_checkpoint,
    a_forged_checkpoint_is_told,
];

const ENTRIES: i64 = 12;

/// The records of a chain, in order.
async fn records(store: &dyn Store) -> anyhow::Result<Vec<Record>> {
    Ok(store.find(Query::of(AUDIT_EVENT).order(Order::Up("position"))).await?)
}

async fn put(store: &dyn Store, records: impl IntoIterator<Item = Record>) -> anyhow::Result<()> {
    Ok(store.commit(Batch(records.into_iter().map(Write::Put).collect())).await?)
}

async fn delete(store: &dyn Store, records: &[Record]) -> anyhow::Result<()> {
    let delete = |record: &Record| Write::Delete(record.collection, record.key.clone());
    Ok(store.commit(Batch(records.iter().map(delete).collect())).await?)
}

async fn verdict(store: &dyn Store, checkpoints: &[Checkpoint]) -> anyhow::Result<ChainVerdict> {
    Ok(verify(store, "main", checkpoints, &key(), |_| ()).await?)
}

fn hash(body: &str) -> String {
    let digest = Sha256::digest(format!("resync audit entry v1\n{body}"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a person with access to the store does to a chain of twelve entries.
type Tampering = fn(Arc<dyn Store>, Vec<Record>) -> BoxFuture<'static, anyhow::Result<()>>;

fn tamperings() -> Vec<(&'static str, Tampering, u64, BreakKind)> {
    vec![
        (
            "edits a text",
            |store, mut records| {
                Box::pin(async move {
                    records[4].body = records[4].body.replace("user0", "user9");
                    put(store.as_ref(), records).await
                })
            },
            5,
            BreakKind::Altered,
        ),
        (
            "edits a text and hashes it again",
            |store, mut records| {
                Box::pin(async move {
                    records[4].body = records[4].body.replace("10.0.0.7", "10.0.0.8");
                    let hash = hash(&records[4].body);
                    records[4].fields.insert("hash", hash.into());
                    put(store.as_ref(), records).await
                })
            },
            5,
            BreakKind::Replaced,
        ),
        (
            "edits the first and hashes it again",
            |store, mut records| {
                Box::pin(async move {
                    records[0].body = records[0].body.replace("10.0.0.7", "10.0.0.8");
                    let hash = hash(&records[0].body);
                    records[0].fields.insert("hash", hash.into());
                    put(store.as_ref(), records).await
                })
            },
            1,
            BreakKind::Replaced,
        ),
        (
            "hides an entry from a search",
            |store, mut records| {
                Box::pin(async move {
                    records[6].fields.insert("actor", "somebody else".into());
                    put(store.as_ref(), records).await
                })
            },
            7,
            BreakKind::Mislabelled,
        ),
        (
            "moves an entry to another chain",
            |store, mut records| {
                Box::pin(async move {
                    records[6].fields.insert("chain", "other".into());
                    put(store.as_ref(), records).await
                })
            },
            7,
            BreakKind::Missing,
        ),
        (
            "deletes one",
            |store, records| Box::pin(async move { delete(store.as_ref(), &records[2..3]).await }),
            3,
            BreakKind::Missing,
        ),
        (
            "deletes the first",
            |store, records| Box::pin(async move { delete(store.as_ref(), &records[..1]).await }),
            1,
            BreakKind::Missing,
        ),
        (
            "cuts the end off",
            |store, records| Box::pin(async move { delete(store.as_ref(), &records[9..]).await }),
            10,
            BreakKind::Truncated,
        ),
        (
            "deletes all",
            |store, records| Box::pin(async move { delete(store.as_ref(), &records).await }),
            1,
            BreakKind::Truncated,
        ),
        (
            "swaps two",
            |store, mut records| {
                Box::pin(async move {
                    delete(store.as_ref(), &records[5..7]).await?;
                    let positions =
                        [&records[5], &records[6]].map(|record| record.fields["position"].clone());
                    let [first, second] = positions;
                    records[5].fields.insert("position", second);
                    records[6].fields.insert("position", first);
                    put(store.as_ref(), records).await
                })
            },
            5,
            BreakKind::Replaced,
        ),
        (
            "moves the head back",
            |store, records| {
                Box::pin(async move {
                    let hash = records[9].text("hash").context("a hash")?;
                    let body = format!("{{\"sequence\":10,\"hash\":\"{hash}\"}}");
                    put(store.as_ref(), [Record::new(AUDIT_CHAIN, "main", body)]).await
                })
            },
            11,
            BreakKind::BehindHead,
        ),
        (
            "deletes the head",
            |store, _| {
                Box::pin(async move {
                    delete(store.as_ref(), &[Record::new(AUDIT_CHAIN, "main", String::new())]).await
                })
            },
            1,
            BreakKind::BehindHead,
        ),
    ]
}

async fn the_first_broken_entry_is_named(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    for (what, tamper, sequence, kind) in tamperings() {
        let old = records(store.as_ref()).await?;
        delete(store.as_ref(), &old).await?;
        delete(store.as_ref(), &[Record::new(AUDIT_CHAIN, "main", String::new())]).await?;
        log(&store).append_all((0..ENTRIES).map(event).collect()).await?;
        ensure!(verdict(store.as_ref(), &[]).await?.first_break.is_none(), "sound before: {what}");
        tamper(Arc::clone(&store), records(store.as_ref()).await?).await?;
        let verdict = verdict(store.as_ref(), &[]).await?;
        let found = verdict.first_break.with_context(|| format!("who {what} is found out"))?;
        ensure!((found.sequence, found.kind) == (sequence, kind), "{what}: {found:?}");
        if kind != BreakKind::BehindHead {
            ensure!(verdict.sound == sequence - 1, "{what}: {} sound", verdict.sound);
        }
    }
    Ok(())
}

/// Appends twice six entries, each followed by a checkpoint in a file outside the store.
async fn stated(place: &Place, store: &Arc<dyn Store>) -> anyhow::Result<Vec<Checkpoint>> {
    let path = place.outside().join("checkpoints");
    let file = Checkpoints::open(&path, key()).await?;
    let log = log(store);
    for half in 0..2 {
        log.append_all((half * 6..(half + 1) * 6).map(event).collect()).await?;
        file.state_now(&log, &clock()).await?;
    }
    let checkpoints = Checkpoints::open(&path, key()).await?.all().await;
    assert_eq!(checkpoints.iter().map(|checkpoint| checkpoint.sequence).collect::<Vec<_>>(), [6, 12]);
    let verdict = verdict(store.as_ref(), &checkpoints).await?;
    assert_eq!((verdict.sound, verdict.checkpoints, verdict.first_break), (12, 2, None));
    Ok(checkpoints)
}

async fn a_chain_that_was_rewritten_as_a_whole_is_found_by_a_checkpoint(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let checkpoints = stated(&place, &store).await?;
    // Everything from entry 8 on is made anew, with true hashes and a true head.
    let mut events: Vec<_> = (0..ENTRIES).map(event).collect();
    events[7].actor.subject = "somebody else".to_owned();
    delete(store.as_ref(), &records(store.as_ref()).await?).await?;
    delete(store.as_ref(), &[Record::new(AUDIT_CHAIN, "main", String::new())]).await?;
    log(&store).append_all(events).await?;
    ensure!(verdict(store.as_ref(), &[]).await?.first_break.is_none(), "alone it looks sound");
    let found = verdict(store.as_ref(), &checkpoints).await?.first_break.context("found out")?;
    assert_eq!((found.sequence, found.kind), (7, BreakKind::Rewritten), "{found:?}");
    Ok(())
}

async fn an_older_copy_of_the_store_is_found_by_a_checkpoint(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let checkpoints = stated(&place, &store).await?;
    // What a copy of the store from before the second half holds: the first half, with its head.
    let all = records(store.as_ref()).await?;
    delete(store.as_ref(), &all[6..]).await?;
    let hash = all[5].text("hash").context("a hash")?;
    let head = format!("{{\"sequence\":6,\"hash\":\"{hash}\"}}");
    put(store.as_ref(), [Record::new(AUDIT_CHAIN, "main", head)]).await?;
    ensure!(verdict(store.as_ref(), &[]).await?.first_break.is_none(), "alone it looks sound");
    let found = verdict(store.as_ref(), &checkpoints).await?.first_break.context("found out")?;
    assert_eq!((found.sequence, found.kind), (7, BreakKind::Truncated), "{found:?}");
    // Also when nothing is left that names the chain.
    delete(store.as_ref(), &all[..6]).await?;
    delete(store.as_ref(), &[Record::new(AUDIT_CHAIN, "main", String::new())]).await?;
    assert_eq!(chains(store.as_ref(), &checkpoints).await?, ["main"]);
    let found = verdict(store.as_ref(), &checkpoints).await?.first_break.context("found out")?;
    assert_eq!((found.sequence, found.kind), (1, BreakKind::Truncated), "{found:?}");
    Ok(())
}

async fn a_forged_checkpoint_is_told(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let mut checkpoints = stated(&place, &store).await?;
    checkpoints[1].hash = checkpoints[0].hash.clone();
    let verdict = verdict(store.as_ref(), &checkpoints).await?;
    let found = verdict.first_break.context("found out")?;
    assert_eq!((found.sequence, found.kind, verdict.sound), (12, BreakKind::CheckpointForged, 0));
    Ok(())
}
