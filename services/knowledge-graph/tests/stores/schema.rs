//! The schema: older stores are brought up to date, newer ones are left alone.

use anyhow::{Context as _, ensure};
use resync_fault::Fault as _;
use resync_knowledge_graph::store::schema::{Change, Kind, Step};
use resync_knowledge_graph::store::{Batch, Collection, Query, Record, StoreError};

use crate::place::Place;
use crate::{Case, cases};

pub(crate) const CASES: &[Case] =
    cases![an_older_store_is_brought_up_to_date, a_newer_store_is_refused_and_left_as_it_is];

const THING: Collection = Collection("Thing");
const FIRST: Step = &[Change::Collection(THING, &[("name", Kind::Text)]), Change::Unique(THING, "name")];
const SECOND: Step = &[Change::Field(THING, "size", Kind::Integer), Change::Index(THING, &["size", "name"])];
const OLD: &[Step] = &[FIRST];
const NEW: &[Step] = &[FIRST, SECOND];

async fn an_older_store_is_brought_up_to_date(place: Place) -> anyhow::Result<()> {
    let old = place.open_with(OLD).await?;
    let record = Record::new(THING, "a", "{}".into()).with("name", "one");
    old.commit(Batch::new().insert(record.clone())).await?;
    drop(old);
    let new = place.open_with(NEW).await?;
    let mut kept = new.get(THING, "a").await?.context("older records stay")?;
    assert_eq!(kept, record);
    kept.fields.insert("size", 3.into());
    new.commit(Batch::new().replace(kept)).await?;
    ensure!(new.find(Query::of(THING).is("size", 3)).await?.len() == 1, "the new field is searched");
    // Opening again changes nothing.
    ensure!(place.open_with(NEW).await?.get(THING, "a").await?.is_some(), "opened again");
    Ok(())
}

async fn a_newer_store_is_refused_and_left_as_it_is(place: Place) -> anyhow::Result<()> {
    let new = place.open_with(NEW).await?;
    new.commit(Batch::new().insert(Record::new(THING, "a", "{}".into()).with("size", 1))).await?;
    let refused = place.open_with(OLD).await.err().context("refused")?;
    ensure!(matches!(refused, StoreError::Newer { found: 2, known: 1, .. }), "{refused}");
    assert_eq!(refused.reason(), "STORE_SCHEMA_NEWER");
    ensure!(new.get(THING, "a").await?.is_some(), "the newer version goes on");
    Ok(())
}
