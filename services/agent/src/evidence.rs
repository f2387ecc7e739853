//! What proves an answer: results of its tool calls, addressed by JSON pointer.
//!
//! An [`Entry`] is made by the toolbox alone, an [`At`] comes only from an entry, and a [`Fact`] only from an
//! `At`. So a fact without a tool result behind it cannot be written down; what a fact says is a function of
//! the value it points to (see `render`).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use resync_api::agent::model::ToolCall;
use serde_json::Value;

use crate::render::Format;

/// A tool call with its result.
#[derive(Debug)]
pub(crate) struct Entry {
    call: ToolCall,
    result: Value,
}

impl Entry {
    /// Only the toolbox records entries.
    pub(crate) fn record(call: ToolCall, result: Value) -> Arc<Self> {
        Arc::new(Self { call, result })
    }

    /// The call.
    pub(crate) fn call(&self) -> &ToolCall {
        &self.call
    }

    /// The result.
    pub(crate) fn result(&self) -> &Value {
        &self.result
    }
}

/// A place in a tool result. It may be absent: then its value is null.
#[derive(Clone, Debug)]
pub(crate) struct At {
    entry: Arc<Entry>,
    pointer: String,
}

const NULL: &Value = &Value::Null;

impl At {
    /// The whole result.
    pub(crate) fn root(entry: &Arc<Entry>) -> Self {
        Self { entry: Arc::clone(entry), pointer: String::new() }
    }

    /// A member of this object.
    pub(crate) fn get(&self, member: &str) -> Self {
        let member = member.replace('~', "~0").replace('/', "~1");
        self.child(&member)
    }

    /// An item of this array.
    pub(crate) fn item(&self, index: usize) -> Self {
        self.child(&index.to_string())
    }

    /// Every item of this array; none when it is no array.
    pub(crate) fn items(&self) -> Vec<Self> {
        (0..self.len()).map(|index| self.item(index)).collect()
    }

    /// Number of items of this array.
    pub(crate) fn len(&self) -> usize {
        self.value().as_array().map_or(0, Vec::len)
    }

    /// What stands here.
    pub(crate) fn value(&self) -> &Value {
        self.entry.result.pointer(&self.pointer).unwrap_or(NULL)
    }

    /// The text here; empty when there is none.
    pub(crate) fn text(&self) -> &str {
        self.value().as_str().unwrap_or_default()
    }

    /// The count here; zero when there is none.
    pub(crate) fn count(&self) -> u64 {
        self.value().as_u64().unwrap_or_default()
    }

    /// Whether `true` stands here.
    pub(crate) fn is_true(&self) -> bool {
        self.value().as_bool().unwrap_or_default()
    }

    /// Whether a value stands here that says something: not null, not an empty text or list.
    pub(crate) fn is_given(&self) -> bool {
        match self.value() {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
        }
    }

    /// The value here as a fact, shown in the given form.
    pub(crate) fn fact(&self, format: Format) -> Fact {
        Fact { at: self.clone(), format }
    }

    /// Id of the tool call.
    pub(crate) fn call_id(&self) -> &str {
        &self.entry.call.id
    }

    /// The JSON pointer.
    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Resource name of the nearest plan object or memory around this place; empty for totals.
    pub(crate) fn resource(&self) -> String {
        self.around()
            .find_map(|object| {
                let name = object.get("name")?.as_str()?;
                (name.starts_with("engines/") || name.starts_with("memories/")).then(|| name.to_owned())
            })
            .unwrap_or_default()
    }

    /// When the nearest plan object around this place was last verified with the engine.
    pub(crate) fn observed_at(&self) -> Option<DateTime<Utc>> {
        self.around().find_map(|object| {
            let own = object.get("observed_at");
            let oldest = || object.get("freshness")?.get("oldest_observed_at");
            own.or_else(oldest)?.as_str()?.parse().ok()
        })
    }

    fn around(&self) -> impl Iterator<Item = &Value> {
        let ends = std::iter::successors(Some(self.pointer.len()), |end| self.pointer[..*end].rfind('/'));
        ends.filter_map(|end| self.entry.result.pointer(&self.pointer[..end]))
    }

    fn child(&self, token: &str) -> Self {
        Self { entry: Arc::clone(&self.entry), pointer: format!("{}/{token}", self.pointer) }
    }
}

/// A value of a tool result, to be shown.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    at: At,
    format: Format,
}

impl Fact {
    /// Where it stands.
    pub(crate) fn at(&self) -> &At {
        &self.at
    }

    /// How it is shown.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether grammar treats it as one.
    pub(crate) fn is_one(&self) -> bool {
        self.at.value().as_u64() == Some(1)
    }

    /// Whether it is the number zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.at.value().as_u64() == Some(0)
    }
}
