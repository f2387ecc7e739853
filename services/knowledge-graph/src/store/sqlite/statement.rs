//! The text of SQL statements. Names of tables and columns come from the schema alone, values are always bound.

use std::fmt::Write as _;

use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::store::StoreError;
use crate::store::query::{Condition, Order, Query};
use crate::store::record::{Collection, Value};
use crate::store::schema::Kind;

use super::{Columns, STORE};

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Integer(number) => ToSqlOutput::Owned(rusqlite::types::Value::Integer(*number)),
        })
    }
}

/// The columns of a collection, or that it is none of the schema.
pub(super) fn columns(all: &Columns, collection: Collection) -> Result<&[(&'static str, Kind)], StoreError> {
    all.get(&collection)
        .map(Vec::as_slice)
        .ok_or_else(|| StoreError::Defect { store: STORE, cause: format!("no collection {}", collection.0) })
}

/// `key, revision, body` and the fields, for a list of columns.
pub(super) fn column_list(fields: &[(&'static str, Kind)]) -> String {
    let mut list = "key, revision, body".to_owned();
    for (name, _) in fields {
        let _ = write!(list, ", \"{name}\"");
    }
    list
}

/// `?1, ?2, …`.
pub(super) fn places(from: usize, number: usize) -> String {
    (from..from + number).map(|place| format!("?{place}")).collect::<Vec<_>>().join(", ")
}

/// What follows `WHERE`, and the values to bind.
pub(super) fn matching(query: &Query) -> (String, Vec<Value>) {
    let mut values = Vec::new();
    let mut bind = |value: &Value| {
        values.push(value.clone());
        format!("?{}", values.len())
    };
    let mut clauses = Vec::new();
    for condition in &query.conditions {
        clauses.push(match condition {
            Condition::Is(field, value) => format!("\"{field}\" = {}", bind(value)),
            Condition::OneOf(field, any) => {
                format!("\"{field}\" IN ({})", any.iter().map(&mut bind).collect::<Vec<_>>().join(", "))
            }
            Condition::AtLeast(field, value) => format!("\"{field}\" >= {}", bind(value)),
            Condition::Below(field, value) => format!("\"{field}\" < {}", bind(value)),
            Condition::Begins(field, prefix) => begins(field, prefix, &mut bind),
        });
    }
    if let Some(cursor) = &query.after {
        let (field, sign) = match query.order {
            Order::Up(field) => (field, '>'),
            Order::Down(field) => (field, '<'),
        };
        let (value, key) = (bind(&cursor.0), bind(&Value::Text(cursor.1.clone())));
        clauses.push(format!("(\"{field}\", key) {sign} ({value}, {key})"));
    }
    if clauses.is_empty() {
        clauses.push("TRUE".to_owned());
    }
    (clauses.join(" AND "), values)
}

/// A range, because `LIKE` would not use the index of a case-sensitive column.
pub(super) fn begins(field: &str, prefix: &str, bind: &mut dyn FnMut(&Value) -> String) -> String {
    let from = bind(&Value::Text(prefix.to_owned()));
    let Some(end) = after_all_with(prefix) else { return format!("\"{field}\" >= {from}") };
    format!("\"{field}\" >= {from} AND \"{field}\" < {}", bind(&Value::Text(end)))
}

/// The smallest text that is greater than every text with this beginning; unset when there is none.
fn after_all_with(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // Between the two stand the surrogates, which are no characters.
        let next = if last == '\u{D7FF}' { Some('\u{E000}') } else { char::from_u32(last as u32 + 1) };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// What follows `ORDER BY`.
pub(super) fn order(query: &Query) -> String {
    match query.order {
        Order::Up("key") => "key".to_owned(),
        Order::Down("key") => "key DESC".to_owned(),
        Order::Up(field) => format!("\"{field}\", key"),
        Order::Down(field) => format!("\"{field}\" DESC, key DESC"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_end_of_a_prefix_lies_behind_all_that_begin_so_and_before_all_others(prefix in ".{0,5}", rest in ".{0,5}", other in ".{0,9}") {
            let Some(end) = after_all_with(&prefix) else { return Ok(()) };
            prop_assert!(prefix.clone() + &rest < end);
            prop_assert!(other.starts_with(&prefix) || other < prefix || other >= end);
        }
    }
}
