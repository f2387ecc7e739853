//! The one writer: groups what waits into one commit, each batch in a savepoint of its own.

use std::collections::BTreeMap;

use rusqlite::{CachedStatement, Connection, ErrorCode, TransactionBehavior, params};
use tokio::sync::{mpsc, oneshot};

use crate::store::StoreError;
use crate::store::record::{Batch, Collection, Link, Record, Value, Write};

use super::statement::{column_list, columns, places};
use super::{Columns, refused};

/// Batches of one commit.
const GROUP: usize = 64;

/// A batch, and who waits for it.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) batch: Batch,
    pub(super) answer: oneshot::Sender<Result<(), StoreError>>,
}

/// Writes until nobody can ask any more.
pub(super) fn run(mut connection: Connection, columns: &Columns, mut jobs: mpsc::Receiver<Job>) {
    let mut group = Vec::with_capacity(GROUP);
    while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
        let outcome = write(&mut connection, columns, &group);
        let outcomes = outcome.unwrap_or_else(|error| vec![Err(refused(&error)); group.len()]);
        for (job, outcome) in group.drain(..).zip(outcomes) {
            // Who no longer waits finds it written all the same.
            let _ = job.answer.send(outcome);
        }
    }
}

fn write(
    connection: &mut Connection,
    columns: &Columns,
    group: &[Job],
) -> rusqlite::Result<Vec<Result<(), StoreError>>> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut outcomes = Vec::with_capacity(group.len());
    for job in group {
        let savepoint = transaction.savepoint()?;
        let outcome = job.batch.0.iter().try_for_each(|write| apply(&savepoint, columns, write));
        match outcome {
            Ok(()) => savepoint.commit()?,
            Err(_) => savepoint.finish()?,
        }
        outcomes.push(outcome);
    }
    match transaction.commit() {
        Ok(()) => Ok(outcomes),
        // What the disk kept of it shows only when the file is opened again.
        Err(error) => {
            let unknown = StoreError::Unknown { store: super::STORE, cause: error.to_string() };
            Ok(vec![Err(unknown); group.len()])
        }
    }
}

fn apply(connection: &Connection, columns: &Columns, write: &Write) -> Result<(), StoreError> {
    match write {
        Write::Insert(record) => {
            let mut statement = record_statement(connection, columns, record, "INSERT INTO", "")?;
            bind(columns, record, &mut statement)?;
            statement.raw_execute().map(drop).map_err(|error| conflicting(&error, record.collection))
        }
        Write::Replace(record) => replace(connection, columns, record),
        Write::Put(record) => {
            let sets = assignments(columns, record.collection)?;
            let upsert = format!("ON CONFLICT (key) DO UPDATE SET {sets}, revision = revision + 1");
            let mut statement = record_statement(connection, columns, record, "INSERT INTO", &upsert)?;
            bind(columns, record, &mut statement)?;
            statement.raw_execute().map(drop).map_err(|error| conflicting(&error, record.collection))
        }
        Write::Delete(collection, key) => delete(connection, *collection, key),
        Write::Relate(link) => relate(connection, link),
        Write::Unrelate(kind, from, to) => prepared(
            connection,
            "DELETE FROM relation WHERE kind = ?1 AND from_collection = ?2 AND from_key = ?3 AND to_collection = ?4 AND to_key = ?5",
        )?
        .execute(params![kind.0, from.0.0, from.1, to.0.0, to.1])
        .map(drop)
        .map_err(|error| refused(&error)),
    }
}

fn prepared<'a>(connection: &'a Connection, text: &str) -> Result<CachedStatement<'a>, StoreError> {
    connection.prepare_cached(text).map_err(|error| refused(&error))
}

fn record_statement<'a>(
    connection: &'a Connection,
    all: &Columns,
    record: &Record,
    verb: &str,
    ending: &str,
) -> Result<CachedStatement<'a>, StoreError> {
    let fields = columns(all, record.collection)?;
    let (list, places) = (column_list(fields), places(1, fields.len() + 3));
    prepared(connection, &format!("{verb} \"{}\" ({list}) VALUES ({places}) {ending}", record.collection.0))
}

/// `body = excluded.body, …` for all but key and revision.
fn assignments(all: &Columns, collection: Collection) -> Result<String, StoreError> {
    let fields = columns(all, collection)?.iter().map(|(name, _)| *name);
    Ok(std::iter::once("body")
        .chain(fields)
        .map(|name| format!("\"{name}\" = excluded.\"{name}\""))
        .collect::<Vec<_>>()
        .join(", "))
}

/// Binds key, revision, body and the fields in the order of the columns; a field that is no column is a defect.
fn bind(all: &Columns, record: &Record, statement: &mut CachedStatement<'_>) -> Result<(), StoreError> {
    let fields = columns(all, record.collection)?;
    if let Some(stray) = record.fields.keys().find(|name| !fields.iter().any(|(field, _)| field == *name)) {
        let cause = format!("{} has no field {stray}", record.collection.0);
        return Err(StoreError::Defect { store: super::STORE, cause });
    }
    let mut place = 0;
    let mut put = |value: &dyn rusqlite::ToSql| {
        place += 1;
        statement.raw_bind_parameter(place, value)
    };
    let mut all = || {
        put(&record.key)?;
        put(&record.revision)?;
        put(&record.body)?;
        fields.iter().try_for_each(|(name, _)| put(&record.fields.get(name)))
    };
    all().map_err(|error: rusqlite::Error| refused(&error))
}

fn replace(connection: &Connection, all: &Columns, record: &Record) -> Result<(), StoreError> {
    let fields = columns(all, record.collection)?;
    let sets: String = std::iter::once("revision")
        .chain(std::iter::once("body"))
        .chain(fields.iter().map(|(name, _)| *name))
        .zip(2..)
        .map(|(name, place)| format!("\"{name}\" = ?{place}"))
        .collect::<Vec<_>>()
        .join(", ");
    let mut statement = prepared(
        connection,
        &format!("UPDATE \"{}\" SET {sets} WHERE key = ?1 AND revision = ?2 - 1", record.collection.0),
    )?;
    bind(all, record, &mut statement)?;
    match statement.raw_execute() {
        Ok(1) => Ok(()),
        Ok(_) => Err(StoreError::Conflict { collection: record.collection.0 }),
        Err(error) => Err(conflicting(&error, record.collection)),
    }
}

fn delete(connection: &Connection, collection: Collection, key: &str) -> Result<(), StoreError> {
    let all = || {
        let delete = format!("DELETE FROM \"{}\" WHERE key = ?1", collection.0);
        connection.prepare_cached(&delete)?.execute([key])?;
        for end in ["from", "to"] {
            let detach = format!("DELETE FROM relation WHERE {end}_collection = ?1 AND {end}_key = ?2");
            connection.prepare_cached(&detach)?.execute([collection.0, key])?;
        }
        Ok(())
    };
    all().map_err(|error: rusqlite::Error| refused(&error))
}

fn relate(connection: &Connection, link: &Link) -> Result<(), StoreError> {
    let (from, to) = (&link.from, &link.to);
    let text = format!(
        "INSERT INTO relation SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE EXISTS (SELECT 1 FROM \"{}\" WHERE key = ?3) AND \
         EXISTS (SELECT 1 FROM \"{}\" WHERE key = ?5) \
         ON CONFLICT DO UPDATE SET fields = excluded.fields",
        from.0.0, to.0.0,
    );
    let fields = fields_text(&link.fields);
    let related =
        prepared(connection, &text)?.execute(params![link.kind.0, from.0.0, from.1, to.0.0, to.1, fields]);
    match related {
        Ok(0) => Err(StoreError::Conflict { collection: link.kind.0 }),
        Ok(_) => Ok(()),
        Err(error) => Err(refused(&error)),
    }
}

/// A relation's fields as JSON.
fn fields_text(fields: &BTreeMap<String, Value>) -> String {
    let object: serde_json::Map<String, serde_json::Value> = fields
        .iter()
        .map(|(name, value)| {
            let value = match value {
                Value::Text(text) => text.as_str().into(),
                Value::Integer(number) => (*number).into(),
            };
            (name.clone(), value)
        })
        .collect();
    serde_json::Value::Object(object).to_string()
}

/// A key or unique field that is taken is a conflict; everything else is an error of the store.
fn conflicting(error: &rusqlite::Error, collection: Collection) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => StoreError::Conflict { collection: collection.0 },
        _ => refused(error),
    }
}
