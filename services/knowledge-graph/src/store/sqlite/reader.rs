//! Readers: a few connections that only read, each used by one search at a time.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params_from_iter};
use tokio::sync::Semaphore;

use crate::store::StoreError;
use crate::store::query::{Count, Links, Query};
use crate::store::record::{Collection, Link, Record, Value};
use crate::store::schema::Kind;

use super::statement::{begins, column_list, columns, matching, order};
use super::{Columns, STORE, blocking, connect, refused, unavailable};

/// Searches at the same time; more wait.
const READERS: usize = 4;

/// The connections. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    free: Arc<Semaphore>,
    columns: Arc<Columns>,
}

impl Readers {
    pub(super) fn open(path: &Path, columns: Arc<Columns>) -> Result<Self, StoreError> {
        Self::over(columns, || {
            let connection = connect(path)?;
            connection.pragma_update(None, "query_only", true).map_err(|error| refused(&error))?;
            Ok(connection)
        })
    }

    /// Over connections that `open` makes.
    pub(super) fn over(
        columns: Arc<Columns>,
        open: impl Fn() -> Result<Connection, StoreError>,
    ) -> Result<Self, StoreError> {
        let idle = (0..READERS).map(|_| open()).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { idle: Arc::new(Mutex::new(idle)), free: Arc::new(Semaphore::new(READERS)), columns })
    }

    pub(super) async fn run<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &Columns) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = self.clone();
        let permit = Arc::clone(&self.free).acquire_owned().await.map_err(|error| unavailable(&error))?;
        blocking(move || {
            let _permit = permit;
            let take = || readers.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = take().ok_or_else(|| unavailable(&"a reader was lost"))?;
            let outcome = read(&connection, &readers.columns);
            readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            outcome
        })
        .await
    }
}

pub(super) fn find(connection: &Connection, all: &Columns, query: &Query) -> Result<Vec<Record>, StoreError> {
    let fields = columns(all, query.collection)?;
    let (conditions, values) = matching(query);
    let text = format!(
        "SELECT {} FROM \"{}\" WHERE {conditions} ORDER BY {} LIMIT {}",
        column_list(fields),
        query.collection.0,
        order(query),
        query.limit,
    );
    let read = || {
        let mut statement = connection.prepare_cached(&text)?;
        let rows =
            statement.query_map(params_from_iter(values), |row| record(row, query.collection, fields))?;
        rows.collect::<Result<Vec<_>, _>>()
    };
    read().map_err(|error: rusqlite::Error| refused(&error))
}

fn record(
    row: &Row<'_>,
    collection: Collection,
    fields: &[(&'static str, Kind)],
) -> rusqlite::Result<Record> {
    let mut record = Record {
        collection,
        key: row.get(0)?,
        revision: row.get(1)?,
        fields: BTreeMap::new(),
        body: row.get(2)?,
    };
    for ((name, _), place) in fields.iter().zip(3..) {
        if let Some(value) = value(row, place)? {
            record.fields.insert(name, value);
        }
    }
    Ok(record)
}

fn value(row: &Row<'_>, place: usize) -> rusqlite::Result<Option<Value>> {
    Ok(match row.get_ref(place)? {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(Value::Integer(number)),
        other => Some(Value::Text(other.as_str()?.to_owned())),
    })
}

pub(super) fn count(
    connection: &Connection,
    all: &Columns,
    query: &Query,
    by: &[&str],
) -> Result<Vec<Count>, StoreError> {
    columns(all, query.collection)?;
    let (conditions, values) = matching(query);
    let mut list = by.iter().map(|field| format!("\"{field}\"")).collect::<Vec<_>>().join(", ");
    let group = if by.is_empty() { String::new() } else { format!("GROUP BY {list}") };
    if !by.is_empty() {
        list.push_str(", ");
    }
    let text = format!(
        "SELECT {list}count(*) AS records FROM \"{}\" WHERE {conditions} {group} ORDER BY records DESC{} LIMIT {}",
        query.collection.0,
        by.iter().map(|field| format!(", \"{field}\" NULLS LAST")).collect::<String>(),
        query.limit,
    );
    let read = || {
        let mut statement = connection.prepare_cached(&text)?;
        let rows = statement.query_map(params_from_iter(values), |row| {
            let values = (0..by.len()).map(|place| value(row, place)).collect::<Result<_, _>>()?;
            let records: i64 = row.get(by.len())?;
            Ok(Count { values, records: u64::try_from(records).unwrap_or(0) })
        })?;
        rows.collect::<Result<Vec<_>, _>>()
    };
    read().map_err(|error: rusqlite::Error| refused(&error))
}

pub(super) fn links(connection: &Connection, all: &Columns, links: &Links) -> Result<Vec<Link>, StoreError> {
    let mut values = vec![Value::from(links.kind.0), Value::from(links.from.0)];
    let mut bind = |value: &Value| {
        values.push(value.clone());
        format!("?{}", values.len())
    };
    let mut conditions = begins("from_key", &links.prefix, &mut bind);
    if let Some((from, to_collection, to)) = &links.after {
        let places = [from.as_str(), to_collection.0, to.as_str()].map(|text| bind(&text.into()));
        conditions += &format!(" AND (from_key, to_collection, to_key) > ({})", places.join(", "));
    }
    let text = format!(
        "SELECT from_key, to_collection, to_key, fields FROM relation WHERE kind = ?1 AND from_collection = ?2 AND \
         {conditions} ORDER BY from_key, to_collection, to_key LIMIT {}",
        links.limit,
    );
    let read = || {
        let mut statement = connection.prepare_cached(&text)?;
        let rows = statement.query_map(params_from_iter(values), |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get::<_, String>(3)?))
        })?;
        rows.collect::<Result<Vec<(String, String, String, String)>, _>>()
    };
    let rows = read().map_err(|error: rusqlite::Error| refused(&error))?;
    rows.into_iter()
        .map(|(from, collection, to, fields)| {
            let foreign = || StoreError::Foreign { store: STORE, cause: format!("a relation of {from}") };
            let collection = all.keys().find(|known| known.0 == collection).ok_or_else(foreign)?;
            let fields = fields_of(&fields).ok_or_else(foreign)?;
            Ok(Link { kind: links.kind, from: (links.from, from), to: (*collection, to), fields })
        })
        .collect()
}

fn fields_of(text: &str) -> Option<BTreeMap<String, Value>> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    object
        .into_iter()
        .map(|(name, value)| match value {
            serde_json::Value::String(text) => Some((name, Value::Text(text))),
            serde_json::Value::Number(number) => Some((name, Value::Integer(number.as_i64()?))),
            _ => None,
        })
        .collect()
}
