//! The log as a file: JSON lines that others can verify, or a table for spreadsheets.

use bytes::Bytes;
use futures::stream::{self, Stream};
use resync_api::audit::model::{AuditEntry, AuditSearch, ExportFormat};
use std::sync::Arc;

use super::chain::{self, word};
use super::{AuditError, search};
use crate::store::{Cursor, Order, Record, Store, StoreError};

/// Entries of one part.
const PAGE: u32 = 500;

const COLUMNS: [&str; 20] = [
    "chain",
    "sequence",
    "at",
    "recorded_at",
    "category",
    "action",
    "actor",
    "actor_kind",
    "address",
    "client",
    "engine",
    "target",
    "parameters",
    "justification_category",
    "ticket",
    "justification",
    "result",
    "reason",
    "correlation_id",
    "hash",
];

/// Everything that matches, in the order of the events, in parts of whole lines. Entries that are added meanwhile may or
/// may not be in it.
pub fn export(
    store: Arc<dyn Store>,
    search: &AuditSearch,
    format: ExportFormat,
) -> impl Stream<Item = Result<Bytes, AuditError>> + Send + use<> {
    let query = search::query(search).order(Order::Up("at")).limit(PAGE);
    let begin: Option<(Option<Cursor>, bool)> = Some((None, true));
    stream::try_unfold(begin, move |state| {
        let (store, query) = (Arc::clone(&store), query.clone());
        async move {
            let Some((after, first)) = state else { return Ok(None) };
            let records = store.find(query.clone().after(after)).await?;
            let full = records.len() == PAGE as usize;
            let next = records.last().filter(|_| full).map(|last| (Some(query.cursor(last)), false));
            let part = match format {
                ExportFormat::JsonLines => json_lines(&records),
                ExportFormat::Csv => csv(&records, first)?,
            };
            Ok(Some((part, next)))
        }
    })
}

/// The canonical text goes out as it is kept: SHA-256 over `resync audit entry v1`, a line feed and the text is its hash.
fn json_lines(records: &[Record]) -> Bytes {
    let lines: String = records
        .iter()
        .map(|record| {
            let hash = record.text("hash").unwrap_or_default();
            format!("{{\"hash\":\"{hash}\",\"entry\":{}}}\n", record.body)
        })
        .collect();
    lines.into()
}

fn csv(records: &[Record], first: bool) -> Result<Bytes, AuditError> {
    let mut table = ::csv::Writer::from_writer(Vec::new());
    let broken = |error: &dyn std::fmt::Display| -> AuditError {
        StoreError::Defect { store: "audit", cause: error.to_string() }.into()
    };
    if first {
        table.write_record(COLUMNS).map_err(|error| broken(&error))?;
    }
    for record in records {
        let entry = chain::read(record)?;
        table.write_record(cells(&entry).map(inert)).map_err(|error| broken(&error))?;
    }
    Ok(table.into_inner().map_err(|error| broken(&error))?.into())
}

fn cells(entry: &AuditEntry) -> [String; 20] {
    let AuditEntry { chain, sequence, recorded_at, previous_hash: _, event, hash } = entry;
    let target = event.target.as_ref();
    let parameters = if event.parameters.is_empty() {
        String::new()
    } else {
        serde_json::Value::from(event.parameters.clone()).to_string()
    };
    [
        chain.clone(),
        sequence.to_string(),
        event.at.to_rfc3339(),
        recorded_at.to_rfc3339(),
        word(&event.category),
        event.action.clone(),
        event.actor.subject.clone(),
        word(&event.actor.kind),
        event.origin.address.clone(),
        event.origin.client.clone(),
        target.map(|target| target.engine.clone()).unwrap_or_default(),
        target.map(|target| target.name.clone()).unwrap_or_default(),
        parameters,
        event.justification.category.clone(),
        event.justification.ticket.clone(),
        event.justification.text.clone(),
        word(&event.outcome.result),
        event.outcome.reason.clone(),
        event.correlation_id.clone(),
        hash.clone(),
    ]
}

/// A cell that a spreadsheet would take for a formula, spaces before it or its wide forms included, begins with an
/// apostrophe.
fn inert(cell: String) -> String {
    const FORMULA: [char; 8] = ['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    let begins_like_one = cell.starts_with(['\t', '\r', '\n']) || cell.trim_start().starts_with(FORMULA);
    if begins_like_one { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "  =cmd", "\u{ff1d}1", "\u{a0}=1"] {
            assert_eq!(inert(formula.to_owned()), format!("'{formula}"));
        }
        for plain in ["", "login", "a=b", "2026-11-27T00:00:00+00:00", "{\"a\":\"=1\"}"] {
            assert_eq!(inert(plain.to_owned()), plain);
        }
    }
}
