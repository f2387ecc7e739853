//! How records are found: conditions on fields, one order, a bound.

use super::record::{Collection, Record, RelationKind, Value};

/// Most rows of one answer.
pub const MAX_PAGE: u32 = 10_000;

/// What must hold of a record. Fields are those of the schema, and `key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// The field has this value.
    Is(&'static str, Value),
    /// The field has one of these values.
    OneOf(&'static str, Vec<Value>),
    /// The field is this or more.
    AtLeast(&'static str, Value),
    /// The field is less than this.
    Below(&'static str, Value),
    /// The field's text begins so.
    Begins(&'static str, String),
}

/// In which order, by a field that every record of the collection has; equal ones by key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Smallest first.
    Up(&'static str),
    /// Biggest first.
    Down(&'static str),
}

impl Order {
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Up(field) | Self::Down(field) => field,
        }
    }
}

/// Where an answer ended: the last record's value of the order's field, and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor(pub Value, pub String);

/// A search over one collection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub(super) collection: Collection,
    pub(super) conditions: Vec<Condition>,
    pub(super) order: Order,
    pub(super) after: Option<Cursor>,
    pub(super) limit: u32,
}

impl Query {
    /// All records of a collection, by key.
    #[must_use]
    pub fn of(collection: Collection) -> Self {
        Self { collection, conditions: Vec::new(), order: Order::Up("key"), after: None, limit: MAX_PAGE }
    }

    /// Where this holds too.
    #[must_use]
    pub fn and(mut self, condition: Condition) -> Self {
        self.conditions.push(condition);
        self
    }

    /// Where the field has this value.
    #[must_use]
    pub fn is(self, field: &'static str, value: impl Into<Value>) -> Self {
        self.and(Condition::Is(field, value.into()))
    }

    /// In this order.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// After this one.
    #[must_use]
    pub fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.after = cursor;
        self
    }

    /// At most so many, and never more than [`MAX_PAGE`].
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.min(MAX_PAGE);
        self
    }

    /// Where a next search goes on after `record`.
    #[must_use]
    pub fn cursor(&self, record: &Record) -> Cursor {
        let field = self.order.field();
        let value = match record.fields.get(field) {
            Some(value) => value.clone(),
            None => Value::Text(record.key.clone()),
        };
        Cursor(value, record.key.clone())
    }
}

/// How many records share the values of some fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count {
    /// In the order of the fields asked for; unset where records have none.
    pub values: Vec<Option<Value>>,
    /// So many.
    pub records: u64,
}

/// A search for relations of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Links {
    pub(super) kind: RelationKind,
    pub(super) from: Collection,
    pub(super) prefix: String,
    pub(super) after: Option<(String, Collection, String)>,
    pub(super) limit: u32,
}

impl Links {
    /// Those that start at records of one collection whose key begins so.
    pub fn of(kind: RelationKind, from: Collection, prefix: impl Into<String>) -> Self {
        Self { kind, from, prefix: prefix.into(), after: None, limit: MAX_PAGE }
    }

    /// After the given one.
    #[must_use]
    pub fn after(mut self, link: Option<&super::Link>) -> Self {
        self.after = link.map(|link| (link.from.1.clone(), link.to.0, link.to.1.clone()));
        self
    }

    /// At most so many, and never more than [`MAX_PAGE`].
    #[must_use]
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.min(MAX_PAGE);
        self
    }
}
