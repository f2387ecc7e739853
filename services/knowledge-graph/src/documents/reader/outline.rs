//! What every format is read into: headings and blocks of plain text in reading order.

use serde::{Deserialize, Serialize};

use super::charset::clean;

/// What a block of text was in its document; decides where it may be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// Opens a section; 1 is the outermost level, 6 the innermost.
    Heading(u8),
    /// Sentences.
    Paragraph,
    /// One item a line, deeper ones indented.
    List,
    /// One row a line, cells separated by a bar.
    Table,
    /// Lines that mean something as they stand.
    Code,
}

/// A piece of a document that belongs together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// What it was.
    pub kind: BlockKind,
    /// Plain text without control characters; never empty.
    pub text: String,
    /// From 1; unset: a format without pages.
    pub page: Option<u32>,
}

/// A document as its reader understood it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// What the document calls itself.
    pub title: Option<String>,
    /// In reading order.
    pub blocks: Vec<Block>,
    /// 0: a format without pages.
    pub pages: u32,
}

/// Why a document has no outline. Crosses from the reading process to the one that asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Failure {
    /// It is not what its name says, or broken.
    #[error("{0}")]
    Unreadable(String),
    /// It needs a password.
    #[error("it needs a password")]
    Encrypted,
    /// It holds more text than is kept of one document.
    #[error("it holds more than {limit} bytes of text")]
    TooMuchText {
        /// Most bytes of text.
        limit: usize,
    },
}

/// Counted for each block beside its text, so that a million empty-looking blocks are no cheap way to fill memory.
const BLOCK_COST: usize = 16;

/// Collects an outline and stops at its bound.
#[derive(Debug)]
pub(crate) struct Sheet {
    outline: Outline,
    limit: usize,
    used: usize,
}

impl Sheet {
    pub(crate) fn new(limit: usize) -> Self {
        Self { outline: Outline::default(), limit, used: 0 }
    }

    /// Adds a block; text that is empty once cleaned is no block.
    pub(crate) fn push(&mut self, kind: BlockKind, text: &str, page: Option<u32>) -> Result<(), Failure> {
        let text = clean(text);
        let text = text.trim_matches('\n').trim_end();
        if text.trim().is_empty() {
            return Ok(());
        }
        self.used = self.used.saturating_add(text.len() + BLOCK_COST);
        if self.used > self.limit {
            return Err(Failure::TooMuchText { limit: self.limit });
        }
        let text = match kind {
            BlockKind::Heading(_) => text.split_whitespace().collect::<Vec<_>>().join(" "),
            _ => text.to_owned(),
        };
        self.outline.blocks.push(Block { kind, text, page });
        Ok(())
    }

    /// Names the document, unless it has a name.
    pub(crate) fn title(&mut self, title: &str) {
        let title = clean(title).split_whitespace().collect::<Vec<_>>().join(" ");
        if self.outline.title.is_none() && !title.is_empty() {
            self.outline.title = Some(title);
        }
    }

    pub(crate) fn pages(&mut self, pages: u32) {
        self.outline.pages = pages;
    }

    /// The outline; a document without a title of its own is named by its first outermost heading.
    pub(crate) fn finish(mut self) -> Outline {
        let first = self.outline.blocks.iter().find(|block| block.kind == BlockKind::Heading(1));
        if let Some(first) = first.map(|block| block.text.clone()) {
            self.title(&first);
        }
        self.outline
    }
}
