//! What holds for the embedded store alone: its file.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use anyhow::ensure;
use resync_knowledge_graph::store::schema::AUDIT_CHAIN;
use resync_knowledge_graph::store::sqlite::{SqliteStore, backup, restore};
use resync_knowledge_graph::store::{Batch, Record, Store as _, StoreError};

use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    a_file_of_something_else_is_refused_untouched,
    a_backup_of_a_store_in_use_can_be_put_back,
    a_damaged_backup_is_not_put_back,
    who_only_reads_leaves_the_file_alone,
];

fn chain(key: &str) -> Batch {
    Batch::new().insert(Record::new(AUDIT_CHAIN, key, "{}".into()))
}

async fn a_file_of_something_else_is_refused_untouched(place: Place) -> anyhow::Result<()> {
    let other = rusqlite::Connection::open(place.file())?;
    other.execute_batch("CREATE TABLE theirs (x)")?;
    drop(other);
    let text = place.file().with_extension("txt");
    fs::write(&text, "no database at all, but long enough to look like a file with content".repeat(20))?;
    for path in [place.file(), text] {
        let before = fs::read(&path)?;
        let refused = SqliteStore::open(&path).await;
        ensure!(matches!(refused, Err(StoreError::Foreign { .. })), "{refused:?}");
        ensure!(fs::read(&path)? == before, "{} was changed", path.display());
    }
    Ok(())
}

async fn a_backup_of_a_store_in_use_can_be_put_back(place: Place) -> anyhow::Result<()> {
    let (file, copy) = (place.file(), place.file().with_extension("backup"));
    let store = SqliteStore::open(&file).await?;
    store.commit(chain("before")).await?;
    backup(&file, &copy).await?;
    store.commit(chain("after")).await?;
    ensure!(backup(&file, &copy).await.is_err(), "an older backup is not overwritten");
    for path in [&file, &copy] {
        assert_eq!(fs::metadata(path)?.permissions().mode() & 0o777, 0o600);
    }
    drop(store);
    restore(&copy, &file).await?;
    let store = SqliteStore::open(&file).await?;
    ensure!(store.get(AUDIT_CHAIN, "before").await?.is_some(), "what was there at the backup");
    ensure!(store.get(AUDIT_CHAIN, "after").await?.is_none(), "and nothing since");
    store.commit(chain("again")).await?;
    Ok(())
}

async fn a_damaged_backup_is_not_put_back(place: Place) -> anyhow::Result<()> {
    let (file, copy) = (place.file(), place.file().with_extension("backup"));
    let store = SqliteStore::open(&file).await?;
    let body = "x".repeat(3_000);
    for key in 0..200 {
        let record = Record::new(AUDIT_CHAIN, key.to_string(), body.clone());
        store.commit(Batch::new().insert(record)).await?;
    }
    backup(&file, &copy).await?;
    let mut bytes = fs::read(&copy)?;
    let half = bytes.len() / 2;
    bytes[half..half + 20_000].fill(0x5a);
    fs::write(&copy, bytes)?;
    let refused = restore(&copy, &file).await;
    ensure!(matches!(refused, Err(StoreError::Foreign { .. })), "{refused:?}");
    fs::write(&copy, b"")?;
    ensure!(matches!(restore(&copy, &file).await, Err(StoreError::Foreign { .. })), "an empty file");
    ensure!(store.get(AUDIT_CHAIN, "199").await?.is_some(), "the store is as it was");
    Ok(())
}

async fn who_only_reads_leaves_the_file_alone(place: Place) -> anyhow::Result<()> {
    let none = SqliteStore::open_to_read(&place.file()).await;
    ensure!(none.is_err() && !place.file().exists(), "no file is made: {none:?}");
    let store = SqliteStore::open(&place.file()).await?;
    store.commit(chain("a")).await?;
    let reader = SqliteStore::open_to_read(&place.file()).await?;
    ensure!(reader.get(AUDIT_CHAIN, "a").await?.is_some(), "what the other one wrote is there");
    store.commit(chain("b")).await?;
    ensure!(reader.get(AUDIT_CHAIN, "b").await?.is_some(), "also what it writes meanwhile");
    ensure!(reader.commit(chain("c")).await.is_err(), "nothing is written through it");
    ensure!(store.get(AUDIT_CHAIN, "c").await?.is_none());
    Ok(())
}
