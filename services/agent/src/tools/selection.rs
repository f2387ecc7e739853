//! Conditions on plan rows as tools take them, and the filter text they become.
//!
//! The conditions are echoed in the results of the tools that use them: an answer that says which rows it is
//! about says so with facts.

use resync_api::filter::quote;
use resync_api::tws::model::Freshness;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::query::{Condition, Field, Operator, Order, Selection, Value};

/// Which rows, in which order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Criteria {
    /// All must hold.
    pub(crate) conditions: Vec<ConditionEcho>,
    /// `field` or `field desc`; empty: the natural order.
    pub(crate) order_by: String,
    /// Most rows.
    pub(crate) limit: u32,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct ConditionEcho {
    /// Name of the field in the filter language.
    pub(crate) field: String,
    /// `IS`, `IS_NOT`, `ABOVE` or `BELOW`.
    pub(crate) operator: String,
    /// Texts, numbers, flags, RFC 3339 times; durations in seconds.
    pub(crate) values: Vec<Json>,
    /// How the values are written in the filter language.
    filter_values: Vec<String>,
}

/// What was asked for, as results echo it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Echo {
    /// The conditions.
    pub(crate) conditions: Vec<ConditionEcho>,
    /// The order.
    pub(crate) order_by: String,
}

/// Rows with what was asked for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Listed<T> {
    /// What was asked for.
    #[serde(flatten)]
    pub(crate) echo: Echo,
    /// The rows.
    pub(crate) items: Vec<T>,
    /// Number of rows shown.
    pub(crate) shown: usize,
    /// Rows that match in all.
    pub(crate) total_size: u64,
    /// Rows that match and are not shown.
    pub(crate) not_shown: u64,
    /// How fresh the rows are.
    pub(crate) freshness: Freshness,
}

impl Criteria {
    /// The tool's form of a selection; `max_rows` bounds it.
    pub(crate) fn of(selection: &Selection, max_rows: u32) -> Self {
        Self {
            conditions: selection.conditions.iter().map(ConditionEcho::from).collect(),
            order_by: selection.order.map(order_by).unwrap_or_default(),
            limit: selection.limit.unwrap_or(max_rows).clamp(1, max_rows),
        }
    }

    /// The one row of an id.
    pub(crate) fn by_id(id: &str) -> Self {
        let condition = ConditionEcho {
            field: "id".to_owned(),
            operator: "IS".to_owned(),
            values: vec![Json::from(id)],
            filter_values: vec![quote(id)],
        };
        Self { conditions: vec![condition], order_by: String::new(), limit: 1 }
    }

    /// The filter text.
    pub(crate) fn filter(&self) -> String {
        let conditions: Vec<_> = self.conditions.iter().map(ConditionEcho::filter).collect();
        conditions.join(" AND ")
    }

    /// For results.
    pub(crate) fn echo(&self) -> Echo {
        Echo { conditions: self.conditions.clone(), order_by: self.order_by.clone() }
    }
}

impl From<&Condition> for ConditionEcho {
    fn from(condition: &Condition) -> Self {
        Self {
            field: condition.field.to_string(),
            operator: match condition.operator {
                Operator::Is => "IS",
                Operator::IsNot => "IS_NOT",
                Operator::Above => "ABOVE",
                Operator::Below => "BELOW",
            }
            .to_owned(),
            values: condition.values.iter().map(json).collect(),
            filter_values: condition
                .values
                .iter()
                .flat_map(|value| literals(condition.field, value))
                .collect(),
        }
    }
}

impl ConditionEcho {
    fn filter(&self) -> String {
        let (comparison, negated) = match self.operator.as_str() {
            "ABOVE" => (">", false),
            "BELOW" => ("<", false),
            "IS_NOT" => ("=", true),
            _ => ("=", false),
        };
        let any: Vec<_> =
            self.filter_values.iter().map(|value| format!("{} {comparison} {value}", self.field)).collect();
        match (any.as_slice(), negated) {
            ([one], false) => one.clone(),
            (_, false) => format!("({})", any.join(" OR ")),
            (_, true) => format!("NOT ({})", any.join(" OR ")),
        }
    }
}

/// `field = "text"`.
pub(crate) fn equals(field: &str, text: &str) -> String {
    format!("{field} = {}", quote(text))
}

/// A quoted text whose `*` and `?` stay wildcards.
fn pattern(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn order_by(order: Order) -> String {
    if order.descending { format!("{} desc", order.field) } else { order.field.to_string() }
}

fn json(value: &Value) -> Json {
    match value {
        Value::Status(status) => serde_json::to_value(status).unwrap_or_default(),
        Value::Text(text) => Json::from(text.as_str()),
        Value::Number(number) => Json::from(*number),
        Value::Flag(flag) => Json::from(*flag),
        Value::Time(time) => serde_json::to_value(time).unwrap_or_default(),
        Value::Duration(duration) => Json::from(duration.as_secs_f64()),
    }
}

/// `/A/*` means the folder and those within; rows hold folders without a slash at the end.
fn literals(field: Field, value: &Value) -> Vec<String> {
    match value {
        Value::Text(folder) if field == Field::Folder => match folder.strip_suffix("/*") {
            Some(parent) if !parent.is_empty() => vec![pattern(parent), pattern(folder)],
            _ => vec![pattern(folder)],
        },
        _ => vec![literal(value)],
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Status(_) | Value::Time(_) => quote(json(value).as_str().unwrap_or_default()),
        Value::Text(text) => pattern(text),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Duration(duration) => format!("{}s", duration.as_secs()),
    }
}
