//! Checks a finished answer against the tool results: every fact is the rendering of the value it cites, and no
//! text holds a digit or the name of an object.
//!
//! It repeats nothing of how the answer was made, so that a defect there does not hide itself. What fails is
//! withheld.

use std::collections::HashSet;
use std::sync::Arc;

use resync_api::agent::model::{Block, BlockContent, Cell, Citation, LogLine, Span};
use serde_json::Value;
use strum::IntoEnumIterator as _;

use crate::assemble::{Cited, Parts, withheld};
use crate::evidence::Entry;
use crate::render::{Format, Locale};

/// Members of tool results that hold names of objects.
const NAMES: [&str; 16] = [
    "key",
    "id",
    "job_name",
    "job_stream_name",
    "workstation",
    "workstation_name",
    "resource_name",
    "prompt_name",
    "object_name",
    "user",
    "job_key",
    "job_stream_key",
    "path",
    "join_name",
    "network_agent",
    "run_id",
];
/// Shorter names are ordinary words too often.
const SHORTEST_NAME: usize = 3;

/// A part of an answer that its evidence does not support.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Violation {
    /// A text that holds a digit.
    Digit(String),
    /// A text that holds the name of an object.
    Name(String),
    /// A value whose citation does not exist, or does not say it.
    Unsupported(String),
    /// A chart's bar or a log that differs from its source.
    Differs(String),
}

/// The checker for one answer.
#[derive(Debug)]
pub(crate) struct Checker<'a> {
    evidence: &'a [Arc<Entry>],
    locale: Locale,
    names: HashSet<&'a str>,
}

impl<'a> Checker<'a> {
    pub(crate) fn new(evidence: &'a [Arc<Entry>], locale: Locale) -> Self {
        let mut names = HashSet::new();
        for entry in evidence {
            collect_names(entry.result(), &mut names);
        }
        Self { evidence, locale, names }
    }

    /// Withholds what is not supported; returns what that was.
    pub(crate) fn enforce(&self, parts: &mut Parts) -> Vec<Violation> {
        let citations = parts.citations();
        let mut violations = Vec::new();
        for sentence in &mut parts.sentences {
            self.enforce_spans(&mut sentence.part, &citations, &mut violations);
        }
        parts.blocks.retain_mut(|block: &mut Cited<Block>| {
            let found = self.block(&block.part, &citations);
            let holds = found.is_empty();
            violations.extend(found);
            holds
        });
        violations
    }

    fn enforce_spans(&self, spans: &mut [Span], citations: &[Citation], violations: &mut Vec<Violation>) {
        for span in spans {
            if let Some(violation) = self.span(span, citations) {
                violations.push(violation);
                *span = Span::Text(withheld(self.locale.language).to_owned());
            }
        }
    }

    /// What is wrong with a span.
    pub(crate) fn span(&self, span: &Span, citations: &[Citation]) -> Option<Violation> {
        match span {
            Span::Text(text) => self.text(text),
            Span::Fact { citation_id, value } => (!self.is_supported(citation_id, value, citations))
                .then(|| Violation::Unsupported(value.clone())),
        }
    }

    fn text(&self, text: &str) -> Option<Violation> {
        if text.chars().any(char::is_numeric) {
            return Some(Violation::Digit(text.to_owned()));
        }
        let words = text.split(|c: char| c.is_whitespace() || ",;:()?!“”".contains(c));
        let mut words = words.map(|word| word.trim_matches('.'));
        words
            .find(|word| word.len() >= SHORTEST_NAME && self.names.contains(word))
            .map(|name| Violation::Name(name.to_owned()))
    }

    fn is_supported(&self, citation_id: &str, shown: &str, citations: &[Citation]) -> bool {
        let Some(value) = self.cited(citation_id, citations) else { return false };
        Format::iter().any(|format| format.show(value, &self.locale).as_deref() == Some(shown))
    }

    /// The value that a citation points at, when the citation itself tells the truth about it.
    fn cited(&self, citation_id: &str, citations: &[Citation]) -> Option<&'a Value> {
        let citation = citations.iter().find(|citation| citation.id == citation_id)?;
        let value = self.pointed(citation, &citation.field)?;
        let repeats = match value {
            Value::String(text) => *text == citation.value,
            Value::Array(_) if citation.value.is_empty() => true,
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                // As texts: reading a number back may lose its last digit.
                value.to_string().as_str() == citation.value.as_str()
            }
        };
        repeats.then_some(value)
    }

    fn pointed(&self, citation: &Citation, pointer: &str) -> Option<&'a Value> {
        let entry = self.evidence.iter().find(|entry| entry.call().id == citation.tool_call_id)?;
        entry.result().pointer(pointer)
    }

    fn block(&self, block: &Block, citations: &[Citation]) -> Vec<Violation> {
        match &block.content {
            BlockContent::Table { rows, .. } => {
                rows.iter().flatten().filter_map(|cell| self.cell(cell, citations)).collect()
            }
            BlockContent::List { items } => {
                let spans = items.iter().flat_map(|item| &item.spans);
                spans.filter_map(|span| self.span(span, citations)).collect()
            }
            BlockContent::Chart { bars, .. } => bars
                .iter()
                .filter(|bar| !self.is_bar(&bar.label, bar.value, &bar.citation_id, citations))
                .map(|bar| Violation::Differs(bar.label.clone()))
                .collect(),
            BlockContent::Log { citation_id, lines, .. } => {
                let source = self.cited(citation_id, citations);
                let read =
                    source.and_then(|value| serde_json::from_value::<Vec<LogLine>>(value.clone()).ok());
                let same = read.as_ref() == Some(lines);
                if same { Vec::new() } else { vec![Violation::Differs(citation_id.clone())] }
            }
        }
    }

    fn cell(&self, cell: &Cell, citations: &[Citation]) -> Option<Violation> {
        if cell.citation_id.is_empty() {
            return self.text(&cell.value);
        }
        let supported = self.is_supported(&cell.citation_id, &cell.value, citations);
        (!supported).then(|| Violation::Unsupported(cell.value.clone()))
    }

    /// A bar's value is the cited one, and its label stands beside that value in the tool result.
    fn is_bar(&self, label: &str, value: f64, citation_id: &str, citations: &[Citation]) -> bool {
        let Some(cited) = self.cited(citation_id, citations) else { return false };
        let Some(citation) = citations.iter().find(|citation| citation.id == citation_id) else {
            return false;
        };
        let parent = citation.field.rsplit_once('/').map_or("", |(parent, _)| parent);
        let Some(Value::Object(beside)) = self.pointed(citation, parent) else { return false };
        let labels = beside.values().flat_map(|value| match value {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        });
        let mut shown =
            labels.flat_map(|value| Format::iter().filter_map(|format| format.show(value, &self.locale)));
        cited.as_f64() == Some(value) && shown.any(|shown| shown == label)
    }
}

fn collect_names<'a>(value: &'a Value, names: &mut HashSet<&'a str>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                match value {
                    Value::String(name) if NAMES.contains(&member.as_str()) => {
                        names.insert(name);
                    }
                    other => collect_names(other, names),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_names(item, names)),
        _ => {}
    }
}

#[cfg(test)]
mod tests;
