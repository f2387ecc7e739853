//! Writing: whole or not at all, only over what was read, and byte for byte.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use resync_knowledge_graph::store::schema::{AUDIT_CHAIN, COMMAND, COMMAND_TARGET};
use resync_knowledge_graph::store::{
    Batch, Collection, Link, Links, Record, RelationKind, Store, StoreError, Write,
};

use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] = cases![
    a_batch_is_kept_whole_or_not_at_all,
    a_changed_record_is_replaced_only_by_who_read_it,
    no_increment_is_lost_among_many_writers,
    unique_fields_are_unique,
    a_body_comes_back_byte_for_byte,
    a_field_that_is_not_in_the_schema_is_a_defect,
    relations_need_both_ends_and_go_with_them,
    many_writes_fit_into_one_batch,
];

fn command(key: &str, id: &str) -> Record {
    Record::new(COMMAND, key, format!("{{\"id\":\"{id}\"}}")).with("command_id", id).with("open", 1)
}

async fn a_batch_is_kept_whole_or_not_at_all(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    store.commit(Batch::new().insert(command("a", "1"))).await?;
    let mixed = Batch::new()
        .insert(command("b", "2"))
        .with(Write::Put(Record::new(AUDIT_CHAIN, "chain", "{}".into())))
        .insert(command("a", "3"));
    assert_eq!(store.commit(mixed).await, Err(StoreError::Conflict { collection: "Command" }));
    assert_eq!(store.get(COMMAND, "b").await?, None);
    assert_eq!(store.get(AUDIT_CHAIN, "chain").await?, None);
    assert_eq!(store.get(COMMAND, "a").await?, Some(command("a", "1")));
    // Another store on the same place sees the same.
    assert_eq!(place.open().await?.get(COMMAND, "a").await?, Some(command("a", "1")));
    Ok(())
}

async fn a_changed_record_is_replaced_only_by_who_read_it(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    store.commit(Batch::new().insert(command("a", "1"))).await?;
    let read = store.get(COMMAND, "a").await?.context("it is there")?;
    let mut ours = read.clone();
    ours.body = "{\"ours\":true}".into();
    ours.fields.remove("open");
    store.commit(Batch::new().replace(ours.clone())).await?;
    let mut theirs = read;
    theirs.body = "{\"theirs\":true}".into();
    let late = store.commit(Batch::new().replace(theirs)).await;
    assert_eq!(late, Err(StoreError::Conflict { collection: "Command" }));
    assert_eq!(store.get(COMMAND, "a").await?, Some(Record { revision: 2, ..ours }));
    let missing = store.commit(Batch::new().replace(command("none", "9"))).await;
    assert_eq!(missing, Err(StoreError::Conflict { collection: "Command" }));
    // Whatever stood there, with a revision that tells that it changed.
    store.commit(Batch::new().with(Write::Put(command("a", "7")))).await?;
    let put = store.get(COMMAND, "a").await?.context("it is there")?;
    assert_eq!((put.revision, put.text("command_id")), (3, Some("7")));
    Ok(())
}

async fn no_increment_is_lost_among_many_writers(place: Place) -> anyhow::Result<()> {
    const WRITERS: usize = 8;
    const EACH: usize = 12;
    let stores = [place.open().await?, place.open().await?];
    stores[0].commit(Batch::new().insert(Record::new(AUDIT_CHAIN, "n", "0".into()))).await?;
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&stores[writer % 2]);
            tokio::spawn(async move {
                for _ in 0..EACH {
                    increment(store.as_ref()).await?;
                }
                anyhow::Ok(())
            })
        })
        .collect();
    for writer in writers {
        writer.await??;
    }
    let end = stores[0].get(AUDIT_CHAIN, "n").await?.context("it is there")?;
    assert_eq!(end.body, (WRITERS * EACH).to_string());
    Ok(())
}

async fn increment(store: &dyn Store) -> anyhow::Result<()> {
    loop {
        let mut record = store.get(AUDIT_CHAIN, "n").await?.context("it is there")?;
        record.body = (record.body.parse::<u64>()? + 1).to_string();
        match store.commit(Batch::new().replace(record)).await {
            Err(error) if error.is_conflict() => {}
            outcome => return Ok(outcome?),
        }
    }
}

async fn unique_fields_are_unique(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    store.commit(Batch::new().insert(command("a", "1")).insert(command("b", "2"))).await?;
    for twin in [Write::Insert(command("c", "2")), Write::Put(command("c", "2"))] {
        let refused = store.commit(Batch::new().with(twin)).await;
        assert_eq!(refused, Err(StoreError::Conflict { collection: "Command" }));
    }
    let mut second = store.get(COMMAND, "b").await?.context("it is there")?;
    second.fields.insert("command_id", "1".into());
    let refused = store.commit(Batch::new().replace(second)).await;
    assert_eq!(refused, Err(StoreError::Conflict { collection: "Command" }));
    Ok(())
}

async fn a_body_comes_back_byte_for_byte(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let bodies = [
        String::new(),
        "{ \"b\":1,  \"a\":2.50,\n\"a\":\"\\u00e9\" }".to_owned(),
        "ção € 🦀 \u{1} \u{7f} 'quoted' \"too\" $rows `n` \\".to_owned(),
        "x".repeat(1 << 20),
    ];
    for (number, body) in bodies.iter().enumerate() {
        let record = Record::new(AUDIT_CHAIN, format!("clé/{number} '\"`"), body.clone());
        store.commit(Batch::new().insert(record.clone())).await?;
        ensure!(store.get(AUDIT_CHAIN, &record.key).await? == Some(record), "body {number}");
    }
    Ok(())
}

async fn a_field_that_is_not_in_the_schema_is_a_defect(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    for stray in [
        Record::new(AUDIT_CHAIN, "a", "{}".into()).with("colour", "red"),
        Record::new(Collection("NoSuch"), "a", "{}".into()).with("colour", "red"),
    ] {
        let refused = store.commit(Batch::new().insert(stray)).await;
        ensure!(matches!(refused, Err(StoreError::Defect { .. })), "{refused:?}");
    }
    Ok(())
}

const BLOCKS: RelationKind = RelationKind("BLOCKS");

fn blocks(from: &str, to: &str, why: &str) -> Link {
    Link {
        kind: BLOCKS,
        from: (COMMAND, from.to_owned()),
        to: (COMMAND_TARGET, to.to_owned()),
        fields: BTreeMap::from([("why".to_owned(), why.into()), ("n".to_owned(), 7.into())]),
    }
}

async fn relations_need_both_ends_and_go_with_them(place: Place) -> anyhow::Result<()> {
    let store = place.open().await?;
    let target = |key: &str| Record::new(COMMAND_TARGET, key, "{}".into());
    let ends = Batch::new()
        .insert(command("e/a", "1"))
        .insert(command("e/b", "2"))
        .insert(target("x"))
        .insert(target("y"))
        .with(Write::Relate(blocks("e/a", "x", "first")))
        .with(Write::Relate(blocks("e/a", "y", "first")))
        .with(Write::Relate(blocks("e/b", "x", "first")));
    store.commit(ends).await?;
    let dangling = store.commit(Batch::new().with(Write::Relate(blocks("e/a", "none", "")))).await;
    assert_eq!(dangling, Err(StoreError::Conflict { collection: "BLOCKS" }));

    store.commit(Batch::new().with(Write::Relate(blocks("e/a", "x", "again")))).await?;
    let all = [blocks("e/a", "x", "again"), blocks("e/a", "y", "first"), blocks("e/b", "x", "first")];
    assert_eq!(store.links(Links::of(BLOCKS, COMMAND, "e/")).await?, all);
    assert_eq!(store.links(Links::of(BLOCKS, COMMAND, "e/b")).await?, all[2..]);
    assert_eq!(store.links(Links::of(BLOCKS, COMMAND, "f/")).await?, []);
    let mut paged = Vec::new();
    loop {
        let page = store.links(Links::of(BLOCKS, COMMAND, "e/").limit(1).after(paged.last())).await?;
        match page.into_iter().next() {
            Some(link) => paged.push(link),
            None => break,
        }
    }
    assert_eq!(paged, all);

    let gone = Batch::new()
        .with(Write::Delete(COMMAND_TARGET, "x".to_owned()))
        .with(Write::Delete(COMMAND_TARGET, "never there".to_owned()))
        .with(Write::Unrelate(BLOCKS, (COMMAND, "e/b".into()), (COMMAND_TARGET, "y".into())));
    store.commit(gone).await?;
    assert_eq!(store.links(Links::of(BLOCKS, COMMAND, "")).await?, all[1..2]);
    let last =
        Batch::new().with(Write::Unrelate(BLOCKS, (COMMAND, "e/a".into()), (COMMAND_TARGET, "y".into())));
    store.commit(last).await?;
    assert_eq!(store.links(Links::of(BLOCKS, COMMAND, "")).await?, []);
    Ok(())
}

async fn many_writes_fit_into_one_batch(place: Place) -> anyhow::Result<()> {
    const MANY: usize = 12_000;
    let store = place.open().await?;
    let batch = (0..MANY).fold(Batch::new(), |batch, number| {
        batch.insert(command(&format!("{number:06}"), &number.to_string()))
    });
    store.commit(batch).await?;
    let query = resync_knowledge_graph::store::Query::of(COMMAND);
    let count = store.count(query, &[]).await?;
    assert_eq!(count.iter().map(|count| count.records).collect::<Vec<_>>(), [MANY as u64]);
    Ok(())
}
