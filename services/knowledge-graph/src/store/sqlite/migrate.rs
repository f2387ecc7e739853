//! Brings a file's schema from whatever step it stands at to the newest.

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::store::StoreError;
use crate::store::schema::{Change, Kind, Step, version};

use super::{APPLICATION_ID, STORE, refused};

/// Relations are not part of the steps: they need no fields of their own to be found by.
const RELATIONS: &str = r"
CREATE TABLE relation (
    kind TEXT NOT NULL,
    from_collection TEXT NOT NULL,
    from_key TEXT NOT NULL,
    to_collection TEXT NOT NULL,
    to_key TEXT NOT NULL,
    fields TEXT NOT NULL,
    PRIMARY KEY (kind, from_collection, from_key, to_collection, to_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX relation_from ON relation (from_collection, from_key);
CREATE INDEX relation_to ON relation (to_collection, to_key);
";

/// Takes the steps that are missing, all or none.
pub(super) fn run(connection: &mut Connection, steps: &[Step]) -> Result<(), StoreError> {
    let taken = taken(connection)?;
    let known = version(steps);
    if taken > known {
        return Err(StoreError::Newer { store: STORE, found: taken, known });
    }
    if taken == known {
        return Ok(());
    }
    let mut migrate = || {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if taken == 0 {
            transaction.execute_batch(RELATIONS)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        }
        for step in steps.iter().skip(usize::try_from(taken).unwrap_or(0)) {
            for change in *step {
                apply(&transaction, change)?;
            }
        }
        transaction.pragma_update(None, "user_version", known)?;
        transaction.commit()
    };
    migrate().map_err(|error: rusqlite::Error| refused(&error))
}

/// How many steps the file has taken; refuses files of others.
pub(super) fn taken(connection: &Connection) -> Result<i64, StoreError> {
    let number = |pragma: &str| {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, i64>(0))
            .map_err(|error| refused(&error))
    };
    let tables: i64 = connection
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(|error| refused(&error))?;
    if tables > 0 && number("application_id")? != APPLICATION_ID {
        let cause = "the file is a database of something else".to_owned();
        return Err(StoreError::Foreign { store: STORE, cause });
    }
    number("user_version")
}

fn apply(transaction: &Transaction<'_>, change: &Change) -> rusqlite::Result<()> {
    let column = |(name, kind): &(&str, Kind)| {
        let kind = match kind {
            Kind::Text => "TEXT",
            Kind::Integer => "INTEGER",
        };
        format!(", \"{name}\" {kind}")
    };
    transaction.execute_batch(&match change {
        Change::Collection(collection, fields) => format!(
            "CREATE TABLE \"{}\" (key TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL, body TEXT NOT NULL{}) STRICT",
            collection.0,
            fields.iter().map(column).collect::<String>(),
        ),
        Change::Field(collection, name, kind) => {
            format!("ALTER TABLE \"{}\" ADD COLUMN {}", collection.0, &column(&(*name, *kind))[2..])
        }
        Change::Unique(collection, field) => {
            format!("CREATE UNIQUE INDEX \"{0}_{field}\" ON \"{0}\" (\"{field}\")", collection.0)
        }
        Change::Index(collection, fields) => format!(
            "CREATE INDEX \"{0}_{1}\" ON \"{0}\" (\"{2}\")",
            collection.0,
            fields.join("_"),
            fields.join("\", \""),
        ),
    })
}
