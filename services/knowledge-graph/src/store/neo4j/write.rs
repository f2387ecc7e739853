//! A batch as Cypher statements of one transaction. Writes of the same shape that follow each other become one statement.

use std::collections::BTreeMap;

use neo4rs::{BoltList, BoltMap, BoltType, Graph, Query, Txn};

use super::STORE;
use super::failure::Failure;
use super::read::Fields;
use crate::store::StoreError;
use crate::store::record::{Collection, Link, Record, RelationKind, Value, Write};

/// Rows of one statement; more become several statements of the same transaction.
const ROWS: usize = 5_000;

/// What writes of one statement have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Insert(Collection),
    Replace(Collection),
    Put(Collection),
    Delete(Collection),
    Relate(RelationKind, Collection, Collection),
    Unrelate(RelationKind, Collection, Collection),
}

/// One or two statements over the same rows.
#[derive(Debug)]
pub(super) struct Statement {
    /// Takes the locks that the next one needs before it reads.
    lock: Option<Query>,
    query: Query,
    collection: &'static str,
    /// Rows it must touch; unset: any number.
    rows: Option<i64>,
}

/// # Errors
/// When a record has a field that the schema does not know.
pub(super) fn statements(writes: &[Write], fields: &Fields) -> Result<Vec<Statement>, StoreError> {
    let mut statements = Vec::new();
    for group in writes.chunk_by(|one, next| shape(one) == shape(next)) {
        for rows in group.chunks(ROWS) {
            let shape = shape(&rows[0]);
            let list = rows.iter().map(|write| row(write, fields)).collect::<Result<Vec<_>, _>>()?;
            statements.push(statement(shape, list));
        }
    }
    Ok(statements)
}

/// Runs all in one transaction.
pub(super) async fn run(graph: &Graph, statements: &[Statement]) -> Result<(), Failure> {
    let mut transaction = graph.start_txn().await.map_err(Failure::before)?;
    for statement in statements {
        if let Err(failure) = statement.run(&mut transaction).await {
            // A transaction that failed is gone already; one that conflicts is given up here.
            let _ = transaction.rollback().await;
            return Err(failure);
        }
    }
    transaction.commit().await.map_err(Failure::committing)
}

impl Statement {
    async fn run(&self, transaction: &mut Txn) -> Result<(), Failure> {
        let failed = |error| Failure::writing(error, self.collection);
        if let Some(lock) = &self.lock {
            transaction.run(lock.clone()).await.map_err(failed)?;
        }
        let Some(expected) = self.rows else {
            return transaction.run(self.query.clone()).await.map_err(failed);
        };
        let mut rows = transaction.execute(self.query.clone()).await.map_err(failed)?;
        let row = rows.next(&mut *transaction).await.map_err(failed)?;
        let touched = row.and_then(|row| row.get::<i64>("touched").ok());
        while rows.next(&mut *transaction).await.map_err(failed)?.is_some() {}
        if touched == Some(expected) { Ok(()) } else { Err(Failure::conflict(self.collection)) }
    }
}

fn shape(write: &Write) -> Shape {
    match write {
        Write::Insert(record) => Shape::Insert(record.collection),
        Write::Replace(record) => Shape::Replace(record.collection),
        Write::Put(record) => Shape::Put(record.collection),
        Write::Delete(collection, _) => Shape::Delete(*collection),
        Write::Relate(link) => Shape::Relate(link.kind, link.from.0, link.to.0),
        Write::Unrelate(kind, from, to) => Shape::Unrelate(*kind, from.0, to.0),
    }
}

fn statement(shape: Shape, rows: Vec<BoltType>) -> Statement {
    let number = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let rows = BoltType::List(BoltList { value: rows });
    let query = |text: String| Query::new(format!("UNWIND $rows AS row {text}")).param("rows", rows.clone());
    let plain = |text, collection| Statement { lock: None, query: query(text), collection, rows: None };
    match shape {
        Shape::Insert(Collection(label)) => plain(format!("CREATE (n:{label}) SET n = row"), label),
        Shape::Replace(Collection(label)) => Statement {
            // Nodes are locked when they are written, not when they are read: without this, two writers would read the
            // same revision. The property goes away with the replacement.
            lock: Some(query(format!("MATCH (n:{label} {{key: row.key}}) SET n.locked = true"))),
            query: query(format!(
                "MATCH (n:{label} {{key: row.key}}) WHERE n.revision = row.revision - 1 SET n = row RETURN count(n) AS touched"
            )),
            collection: label,
            rows: Some(number),
        },
        Shape::Put(Collection(label)) => plain(
            format!(
                "MERGE (n:{label} {{key: row.key}}) WITH n, row, coalesce(n.revision, 0) + 1 AS revision \
                 SET n = row SET n.revision = revision"
            ),
            label,
        ),
        Shape::Delete(Collection(label)) => {
            plain(format!("MATCH (n:{label} {{key: row.key}}) DETACH DELETE n"), label)
        }
        Shape::Relate(RelationKind(kind), Collection(from), Collection(to)) => Statement {
            lock: None,
            query: query(format!(
                "MATCH (a:{from} {{key: row.from}}) MATCH (b:{to} {{key: row.to}}) MERGE (a)-[r:{kind}]->(b) \
                 SET r = row.fields RETURN count(r) AS touched"
            )),
            collection: kind,
            rows: Some(number),
        },
        Shape::Unrelate(RelationKind(kind), Collection(from), Collection(to)) => plain(
            format!("MATCH (:{from} {{key: row.from}})-[r:{kind}]->(:{to} {{key: row.to}}) DELETE r"),
            kind,
        ),
    }
}

fn row(write: &Write, fields: &Fields) -> Result<BoltType, StoreError> {
    Ok(BoltType::Map(match write {
        Write::Insert(record) | Write::Replace(record) | Write::Put(record) => properties(record, fields)?,
        Write::Delete(_, key) => map([("key", key.as_str().into())]),
        Write::Relate(link) => relation(link),
        Write::Unrelate(_, from, to) => map([("from", from.1.as_str().into()), ("to", to.1.as_str().into())]),
    }))
}

fn properties(record: &Record, fields: &Fields) -> Result<BoltMap, StoreError> {
    let known = fields.get(&record.collection).map(Vec::as_slice).unwrap_or_default();
    if let Some(stray) = record.fields.keys().find(|name| !known.iter().any(|(field, _)| field == *name)) {
        let cause = format!("{} has no field {stray}", record.collection.0);
        return Err(StoreError::Defect { store: STORE, cause });
    }
    let fixed = [
        ("key", record.key.as_str().into()),
        ("revision", record.revision.into()),
        ("body", record.body.as_str().into()),
    ];
    Ok(map(fixed.into_iter().chain(record.fields.iter().map(|(name, value)| (*name, bolt(value))))))
}

fn relation(link: &Link) -> BoltMap {
    let Link { kind: _, from, to, fields } = link;
    map([
        ("from", from.1.as_str().into()),
        ("to", to.1.as_str().into()),
        ("fields", BoltType::Map(field_map(fields))),
    ])
}

fn field_map(fields: &BTreeMap<String, Value>) -> BoltMap {
    map(fields.iter().map(|(name, value)| (name.as_str(), bolt(value))))
}

fn map<'a>(entries: impl IntoIterator<Item = (&'a str, BoltType)>) -> BoltMap {
    entries.into_iter().map(|(name, value)| (name.into(), value)).collect()
}

/// A value as the driver sends it.
pub(super) fn bolt(value: &Value) -> BoltType {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
    }
}
