//! Turns a draft into the spans, citations and blocks of an answer.
//!
//! A value that cannot be shown in its form is withheld and counted; it is never replaced by something near it.

use indexmap::IndexMap;
use resync_api::agent::model::{Bar, Block, BlockContent, Cell, Citation, Language, ListItem, LogLine, Span};
use serde_json::Value;

use crate::compose::{Draft, DraftBlock, DraftCell};
use crate::evidence::{At, Fact};
use crate::phrases::{Piece, Pieces};
use crate::render::Locale;

/// The parts of an answer that come from its draft.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    /// In reading order, each with what it cites for the first time.
    pub(crate) sentences: Vec<Cited<Vec<Span>>>,
    /// After the text, each with what it cites for the first time.
    pub(crate) blocks: Vec<Cited<Block>>,
    /// Values that could not be shown.
    pub(crate) withheld: usize,
}

/// A part with the citations it brings.
#[derive(Debug)]
pub(crate) struct Cited<T> {
    pub(crate) citations: Vec<Citation>,
    pub(crate) part: T,
}

impl Parts {
    pub(crate) fn spans(&self) -> Vec<Span> {
        self.sentences.iter().flat_map(|sentence| sentence.part.iter().cloned()).collect()
    }

    pub(crate) fn citations(&self) -> Vec<Citation> {
        let of_text = self.sentences.iter().flat_map(|sentence| &sentence.citations);
        let of_blocks = self.blocks.iter().flat_map(|block| &block.citations);
        of_text.chain(of_blocks).cloned().collect()
    }
}

/// What stands in the place of a value that cannot be shown.
pub(crate) fn withheld(language: Language) -> &'static str {
    match language {
        Language::English => "(withheld)",
        Language::Portuguese => "(não mostrado)",
    }
}

/// Renders a draft.
pub(crate) fn assemble(draft: &Draft) -> Parts {
    let mut assembly =
        Assembly { locale: draft.locale, citations: IndexMap::new(), handed_out: 0, withheld: 0 };
    let mut parts = Parts::default();
    for (number, paragraph) in draft.paragraphs.iter().enumerate() {
        for (place, sentence) in paragraph.iter().enumerate() {
            let separator = match (number, place) {
                (0, 0) => "",
                (_, 0) => "\n\n",
                _ => " ",
            };
            let spans = assembly.spans(separator, sentence);
            parts.sentences.push(assembly.cited(spans));
        }
    }
    for (index, block) in draft.blocks.iter().enumerate() {
        let block = assembly.block(format!("b{}", index + 1), block);
        parts.blocks.push(assembly.cited(block));
    }
    parts.withheld = assembly.withheld;
    parts
}

struct Assembly {
    locale: Locale,
    /// By tool call and pointer: a value is cited once, however often it is shown.
    citations: IndexMap<(String, String), Citation>,
    handed_out: usize,
    withheld: usize,
}

impl Assembly {
    fn cited<T>(&mut self, part: T) -> Cited<T> {
        let citations = self.citations.values().skip(self.handed_out).cloned().collect();
        self.handed_out = self.citations.len();
        Cited { citations, part }
    }

    fn spans(&mut self, separator: &'static str, pieces: &Pieces) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut text = separator.to_owned();
        for piece in &pieces.0 {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Fact(fact) => match self.shown(fact) {
                    Some((citation_id, value)) => {
                        if !text.is_empty() {
                            spans.push(Span::Text(std::mem::take(&mut text)));
                        }
                        spans.push(Span::Fact { citation_id, value });
                    }
                    None => text.push_str(withheld(self.locale.language)),
                },
            }
        }
        if !text.is_empty() {
            spans.push(Span::Text(text));
        }
        spans
    }

    fn shown(&mut self, fact: &Fact) -> Option<(String, String)> {
        let Some(value) = fact.format().show(fact.at().value(), &self.locale) else {
            tracing::error!(pointer = fact.at().pointer(), "a value cannot be shown in its form");
            self.withheld += 1;
            return None;
        };
        Some((self.cite(fact.at()), value))
    }

    fn cite(&mut self, at: &At) -> String {
        let next = self.citations.len() + 1;
        let key = (at.call_id().to_owned(), at.pointer().to_owned());
        let citation = self.citations.entry(key).or_insert_with(|| Citation {
            id: format!("c{next}"),
            tool_call_id: at.call_id().to_owned(),
            resource: at.resource(),
            field: at.pointer().to_owned(),
            value: raw(at.value()),
            observed_at: at.observed_at(),
        });
        citation.id.clone()
    }

    fn cell(&mut self, cell: &DraftCell) -> Cell {
        let (value, citation_id) = match cell {
            DraftCell::Fact(fact) => match self.shown(fact) {
                Some((citation_id, value)) => (value, citation_id),
                None => (withheld(self.locale.language).to_owned(), String::new()),
            },
            DraftCell::Label(label) => ((*label).to_owned(), String::new()),
            DraftCell::Empty => (String::new(), String::new()),
        };
        Cell { value, citation_id }
    }

    fn block(&mut self, id: String, block: &DraftBlock) -> Block {
        let (title, content) = match block {
            DraftBlock::Table { title, columns, rows, total_rows } => {
                let rows = rows.iter().map(|row| row.iter().map(|cell| self.cell(cell)).collect());
                let content = BlockContent::Table {
                    columns: columns.iter().map(|&column| column.to_owned()).collect(),
                    rows: rows.collect(),
                    total_rows: *total_rows,
                };
                (*title, content)
            }
            DraftBlock::List { title, items } => {
                let items = items
                    .iter()
                    .map(|(level, pieces)| ListItem { spans: self.spans("", pieces), level: *level });
                let items = items.collect();
                (*title, BlockContent::List { items })
            }
            DraftBlock::Chart { title, bars } => {
                let bars = bars.iter().filter_map(|(label, value)| self.bar(label, value));
                let bars = bars.collect();
                let unit = String::new();
                (*title, BlockContent::Chart { bars, unit })
            }
            DraftBlock::Log { title, job, lines, truncated } => {
                let content = BlockContent::Log {
                    job: job.text().to_owned(),
                    citation_id: self.cite_log(lines),
                    lines: serde_json::from_value::<Vec<LogLine>>(lines.value().clone()).unwrap_or_default(),
                    truncated: *truncated,
                };
                (*title, content)
            }
        };
        Block { id, title: title.to_owned(), content }
    }

    fn bar(&mut self, label: &Fact, value: &At) -> Option<Bar> {
        let label = label.format().show(label.at().value(), &self.locale)?;
        Some(Bar { label, value: value.value().as_f64()?, citation_id: self.cite(value) })
    }

    /// The lines are in the block: the citation need not repeat them.
    fn cite_log(&mut self, lines: &At) -> String {
        let id = self.cite(lines);
        if let Some(citation) = self.citations.values_mut().find(|citation| citation.id == id) {
            citation.value.clear();
        }
        id
    }
}

/// A value as it stands in the tool's result.
fn raw(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
