//! Searches as Cypher, and what comes back as records. Labels and property names come from the schema alone, values are
//! always parameters.

use std::collections::{BTreeMap, HashMap};

use neo4rs::{BoltList, BoltType, Query as Cypher, Row};
use serde::Deserialize;

use super::STORE;
use super::write::bolt;
use crate::store::StoreError;
use crate::store::query::{Condition, Count, Links, Order, Query};
use crate::store::record::{Collection, Link, Record, Value};
use crate::store::schema::Kind;

/// The fields of each collection.
pub(super) type Fields = BTreeMap<Collection, Vec<(&'static str, Kind)>>;

/// A property's value.
#[derive(Deserialize)]
#[serde(untagged)]
enum Property {
    Integer(i64),
    Text(String),
}

impl From<Property> for Value {
    fn from(property: Property) -> Self {
        match property {
            Property::Integer(number) => Self::Integer(number),
            Property::Text(text) => Self::Text(text),
        }
    }
}

/// A text and its parameters, put together.
struct Text {
    text: String,
    parameters: Vec<(String, BoltType)>,
}

impl Text {
    fn bind(&mut self, value: BoltType) -> String {
        let name = format!("p{}", self.parameters.len());
        let place = format!("${name}");
        self.parameters.push((name, value));
        place
    }

    fn query(self) -> Cypher {
        self.parameters
            .into_iter()
            .fold(Cypher::new(self.text), |query, (name, value)| query.param(&name, value))
    }
}

fn known(fields: &Fields, collection: Collection) -> Result<&[(&'static str, Kind)], StoreError> {
    fields
        .get(&collection)
        .map(Vec::as_slice)
        .ok_or_else(|| StoreError::Defect { store: STORE, cause: format!("no collection {}", collection.0) })
}

fn foreign(what: &str, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Foreign { store: STORE, cause: format!("{what}: {error}") }
}

/// `MATCH` and `WHERE`.
fn matching(query: &Query) -> Text {
    let mut text = Text { text: String::new(), parameters: Vec::new() };
    // Said of every record, it lets the planner take the index that has the order's field in it.
    let mut clauses = vec![format!("n.{} IS NOT NULL", query.order.field())];
    for condition in &query.conditions {
        clauses.push(match condition {
            Condition::Is(field, value) => format!("n.{field} = {}", text.bind(bolt(value))),
            Condition::OneOf(field, any) => {
                let list = BoltList { value: any.iter().map(bolt).collect() };
                format!("n.{field} IN {}", text.bind(BoltType::List(list)))
            }
            Condition::AtLeast(field, value) => format!("n.{field} >= {}", text.bind(bolt(value))),
            Condition::Below(field, value) => format!("n.{field} < {}", text.bind(bolt(value))),
            Condition::Begins(field, prefix) => {
                format!("n.{field} STARTS WITH {}", text.bind(prefix.as_str().into()))
            }
        });
    }
    if let Some(cursor) = &query.after {
        let (value, key) = (text.bind(bolt(&cursor.0)), text.bind(cursor.1.as_str().into()));
        let (field, sign) = match query.order {
            Order::Up(field) => (field, '>'),
            Order::Down(field) => (field, '<'),
        };
        // The first half is what the index can use.
        clauses
            .push(format!("n.{field} {sign}= {value} AND (n.{field} {sign} {value} OR n.key {sign} {key})"));
    }
    text.text = format!("MATCH (n:{}) WHERE {}", query.collection.0, clauses.join(" AND "));
    text
}

pub(super) fn find(query: &Query, fields: &Fields) -> Result<Cypher, StoreError> {
    let mut list = "n.key AS key, n.revision AS revision, n.body AS body".to_owned();
    for (name, _) in known(fields, query.collection)? {
        list += &format!(", n.{name} AS f_{name}");
    }
    let order = match query.order {
        Order::Up("key") => "n.key".to_owned(),
        Order::Down("key") => "n.key DESC".to_owned(),
        Order::Up(field) => format!("n.{field}, n.key"),
        Order::Down(field) => format!("n.{field} DESC, n.key DESC"),
    };
    let mut text = matching(query);
    text.text += &format!(" RETURN {list} ORDER BY {order} LIMIT {}", query.limit);
    Ok(text.query())
}

pub(super) fn record(row: &Row, collection: Collection, fields: &Fields) -> Result<Record, StoreError> {
    let wrong = |error| foreign(collection.0, &error);
    let mut record = Record {
        collection,
        key: row.get("key").map_err(wrong)?,
        revision: row.get("revision").map_err(wrong)?,
        fields: BTreeMap::new(),
        body: row.get("body").map_err(wrong)?,
    };
    for (name, _) in known(fields, collection)? {
        let property: Option<Property> = row.get(&format!("f_{name}")).map_err(wrong)?;
        if let Some(property) = property {
            record.fields.insert(name, property.into());
        }
    }
    Ok(record)
}

pub(super) fn count(query: &Query, by: &[&str], fields: &Fields) -> Result<Cypher, StoreError> {
    known(fields, query.collection)?;
    let groups: String = by.iter().map(|field| format!("n.{field} AS f_{field}, ")).collect();
    let order: String = by.iter().map(|field| format!(", f_{field}")).collect();
    let mut text = matching(query);
    text.text +=
        &format!(" RETURN {groups}count(n) AS records ORDER BY records DESC{order} LIMIT {}", query.limit);
    Ok(text.query())
}

pub(super) fn counted(row: &Row, by: &[&str]) -> Result<Count, StoreError> {
    let wrong = |error| foreign("a count", &error);
    let value = |field: &&str| -> Result<Option<Value>, StoreError> {
        let property: Option<Property> = row.get(&format!("f_{field}")).map_err(wrong)?;
        Ok(property.map(Into::into))
    };
    let records: i64 = row.get("records").map_err(wrong)?;
    Ok(Count {
        values: by.iter().map(value).collect::<Result<_, _>>()?,
        records: u64::try_from(records).unwrap_or(0),
    })
}

pub(super) fn links(links: &Links) -> Cypher {
    let mut text = Text { text: String::new(), parameters: Vec::new() };
    let prefix = text.bind(links.prefix.as_str().into());
    let mut conditions = format!("a.key STARTS WITH {prefix}");
    if let Some((from, to_collection, to)) = &links.after {
        let [from, label, to] =
            [from.as_str(), to_collection.0, to.as_str()].map(|value| text.bind(value.into()));
        conditions += &format!(
            " AND a.key >= {from} AND (a.key > {from} OR labels(b)[0] > {label} OR \
             (labels(b)[0] = {label} AND b.key > {to}))"
        );
    }
    text.text = format!(
        "MATCH (a:{})-[r:{}]->(b) WHERE {conditions} \
         RETURN a.key AS from, labels(b)[0] AS label, b.key AS to, properties(r) AS fields \
         ORDER BY a.key, labels(b)[0], b.key LIMIT {}",
        links.from.0, links.kind.0, links.limit,
    );
    text.query()
}

pub(super) fn link(row: &Row, links: &Links, fields: &Fields) -> Result<Link, StoreError> {
    let wrong = |error| foreign(links.kind.0, &error);
    let label: String = row.get("label").map_err(wrong)?;
    let collection = fields.keys().find(|known| known.0 == label).copied();
    let properties: HashMap<String, Property> = row.get("fields").map_err(wrong)?;
    Ok(Link {
        kind: links.kind,
        from: (links.from, row.get("from").map_err(wrong)?),
        to: (collection.ok_or_else(|| foreign(links.kind.0, &label))?, row.get("to").map_err(wrong)?),
        fields: properties.into_iter().map(|(name, property)| (name, property.into())).collect(),
    })
}
