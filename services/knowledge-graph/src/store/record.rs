//! What a store holds and how it is written.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, Utc};

/// A kind of record: a table there, a label here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Collection(pub &'static str);

/// A kind of relation between records, such as `DEPENDS_ON`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RelationKind(pub &'static str);

/// A value to search by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A text; times are texts too, see [`time_text`].
    Text(String),
    /// A number.
    Integer(i64),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<DateTime<Utc>> for Value {
    fn from(time: DateTime<Utc>) -> Self {
        Self::Text(time_text(time))
    }
}

/// A time as text of fixed width, which sorts as time does: UTC, microseconds.
#[must_use]
pub fn time_text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// One thing that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is.
    pub collection: Collection,
    /// Unique in its collection.
    pub key: String,
    /// 1 when new, one more with each change.
    pub revision: i64,
    /// What it can be found by; only fields of the schema.
    pub fields: BTreeMap<&'static str, Value>,
    /// Everything, as JSON. Kept byte for byte.
    pub body: String,
}

impl Record {
    /// A new record without fields.
    pub fn new(collection: Collection, key: impl Into<String>, body: String) -> Self {
        Self { collection, key: key.into(), revision: 1, fields: BTreeMap::new(), body }
    }

    /// With a field to search by.
    #[must_use]
    pub fn with(mut self, field: &'static str, value: impl Into<Value>) -> Self {
        self.fields.insert(field, value.into());
        self
    }

    /// With a field to search by, when there is a value.
    #[must_use]
    pub fn with_some(self, field: &'static str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(field, value),
            None => self,
        }
    }

    /// The text of a field; unset when it has none.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        match self.fields.get(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// A relation between two records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub kind: RelationKind,
    /// Where it starts.
    pub from: (Collection, String),
    /// Where it ends.
    pub to: (Collection, String),
    /// What is known of it.
    pub fields: BTreeMap<String, Value>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// A record that must not exist yet, neither its key nor another record's unique field.
    Insert(Record),
    /// A record that must stand at the revision before the given one's.
    Replace(Record),
    /// A record, whatever stood there.
    Put(Record),
    /// No such record, whatever stood there; its relations go with it.
    Delete(Collection, String),
    /// A relation between records that exist, whatever relation of that kind stood between them. An end that does not
    /// exist fails the batch.
    Relate(Link),
    /// No such relation.
    Unrelate(RelationKind, (Collection, String), (Collection, String)),
}

/// Writes that happen together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch(pub Vec<Write>);

impl Batch {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With one more write.
    #[must_use]
    pub fn with(mut self, write: Write) -> Self {
        self.0.push(write);
        self
    }

    /// With a record that must not exist yet.
    #[must_use]
    pub fn insert(self, record: Record) -> Self {
        self.with(Write::Insert(record))
    }

    /// With a changed record; it must not have been changed by others since it was read.
    #[must_use]
    pub fn replace(self, mut record: Record) -> Self {
        record.revision += 1;
        self.with(Write::Replace(record))
    }
}
