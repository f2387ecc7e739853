//! Effective settings as rows, for `config show`: values, origins, and what has no effect. Secrets are masked.

use super::{Entry, Kind, Registry, Status};
use serde::Serialize;
use std::collections::BTreeMap;

/// One setting as shown to people.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Its path.
    pub path: String,
    /// Its value; secrets as `***`; unset: no value.
    pub value: Option<String>,
    /// Where the value came from.
    pub origin: String,
    /// `supported`, `not_built_yet` or `not_applicable`.
    pub status: &'static str,
    /// Why it has no effect, when it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What it does.
    pub doc: &'static str,
}

pub(super) fn rows(registry: &Registry, entries: &BTreeMap<String, Entry>) -> Vec<Row> {
    let mut rows: Vec<_> = entries.iter().map(|(path, entry)| row(path, entry.key, Some(entry))).collect();
    let unset = registry.keys().filter(|key| !key.path.contains('*') && !entries.contains_key(key.path));
    rows.extend(unset.map(|key| row(key.path, key, None)));
    rows.sort_by(|a, b| a.path.cmp(&b.path));
    rows
}

fn row(path: &str, key: &'static super::Key, entry: Option<&Entry>) -> Row {
    let (status, note) = match key.status {
        Status::Supported => ("supported", None),
        Status::NotBuiltYet(part) => ("not_built_yet", Some(format!("belongs to {part}"))),
        Status::NotApplicable(why) => ("not_applicable", Some(why.to_owned())),
    };
    let shown = |entry: &Entry| {
        if key.kind == Kind::Secret { "***".to_owned() } else { masked_url(&entry.value.to_string()) }
    };
    Row {
        path: path.to_owned(),
        value: entry.map(shown),
        origin: entry.map_or_else(|| "unset".to_owned(), |entry| entry.origin.to_string()),
        status,
        note,
        doc: key.doc,
    }
}

/// An address may carry a password, whatever the setting is called.
fn masked_url(text: &str) -> String {
    crate::telemetry::redact(text).into_owned()
}
