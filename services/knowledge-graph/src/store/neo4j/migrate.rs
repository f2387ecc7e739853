//! Brings a database's schema from whatever step it stands at to the newest.
//!
//! Changes of the schema cannot be undone together; each is made so that it may be repeated, and the step is noted last.

use neo4rs::{Graph, Query};

use super::STORE;
use super::failure::Failure;
use crate::store::StoreError;
use crate::store::schema::{Change, Step, version};

pub(super) async fn run(graph: &Graph, steps: &[Step]) -> Result<(), Failure> {
    apply(
        graph,
        "CREATE CONSTRAINT resync_schema IF NOT EXISTS FOR (n:ResyncSchema) REQUIRE n.key IS UNIQUE",
    )
    .await?;
    let (taken, known) = (taken(graph).await?, version(steps));
    if taken > known {
        return Err(Failure::lasting(StoreError::Newer { store: STORE, found: taken, known }));
    }
    for step in steps.iter().skip(usize::try_from(taken).unwrap_or(0)) {
        for change in *step {
            if let Some(text) = statement(change) {
                apply(graph, &text).await?;
            }
        }
    }
    if taken < known {
        apply(graph, "CALL db.awaitIndexes(300)").await?;
        // Another replica may have noted a later step meanwhile.
        let note = "MERGE (n:ResyncSchema {key: 'schema'}) \
                    SET n.version = CASE WHEN coalesce(n.version, 0) > $version THEN n.version ELSE $version END";
        let note = Query::new(note.to_owned()).param("version", known);
        graph.run(note).await.map_err(Failure::before)?;
    }
    Ok(())
}

async fn taken(graph: &Graph) -> Result<i64, Failure> {
    let ask = Query::new("MATCH (n:ResyncSchema {key: 'schema'}) RETURN n.version AS version".to_owned());
    let mut rows = graph.execute_read(ask).await.map_err(Failure::before)?;
    match rows.next().await.map_err(Failure::before)? {
        None => Ok(0),
        Some(row) => row.get("version").map_err(|error| {
            Failure::lasting(StoreError::Foreign { store: STORE, cause: format!("schema version: {error}") })
        }),
    }
}

async fn apply(graph: &Graph, text: &str) -> Result<(), Failure> {
    graph.run(Query::new(text.to_owned())).await.map_err(Failure::before)
}

/// Nodes need no columns, so only uniqueness and indexes have a statement.
fn statement(change: &Change) -> Option<String> {
    Some(match change {
        Change::Collection(collection, _) => unique(collection.0, "key"),
        Change::Field(..) => return None,
        Change::Unique(collection, field) => unique(collection.0, field),
        Change::Index(collection, fields) => format!(
            "CREATE INDEX {0}_{1} IF NOT EXISTS FOR (n:{0}) ON (n.{2})",
            collection.0,
            fields.join("_"),
            fields.join(", n."),
        ),
    })
}

fn unique(label: &str, field: &str) -> String {
    format!(
        "CREATE CONSTRAINT {label}_{field}_unique IF NOT EXISTS FOR (n:{label}) REQUIRE n.{field} IS UNIQUE"
    )
}
