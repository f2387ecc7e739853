//! From an outline to passages: pieces small enough to be read at a glance, that keep together what belongs together.
//!
//! A passage never crosses a heading or a page. Within them paragraphs, lists, tables and code are kept whole as long as
//! they fit; what does not is cut between sentences or lines, and only then between words or letters. No text is lost.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::documents::reader::outline::{Block, BlockKind, Outline};

/// A longer heading is text: it is no name of a section that anybody would cite.
const MAX_HEADING: usize = 200;
/// A smaller bound on passages counts as this.
const MIN_PASSAGE: usize = 64;
/// Between blocks of one passage.
const GAP: &str = "\n\n";

/// A passage before it belongs to a kept document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Headings above it, outermost first.
    pub section: Vec<String>,
    /// From 1; unset: a format without pages.
    pub page: Option<u32>,
    /// Plain text, at most so many bytes as were asked for.
    pub text: String,
}

/// Splits an outline into pieces of at most `limit` bytes, in reading order.
#[must_use]
pub fn split(outline: &Outline, limit: usize) -> Vec<Piece> {
    let mut splitter = Splitter {
        limit: limit.max(MIN_PASSAGE),
        path: Vec::new(),
        lonely: None,
        open: None,
        pieces: Vec::new(),
    };
    for block in &outline.blocks {
        match block.kind {
            BlockKind::Heading(level) if block.text.len() <= MAX_HEADING => splitter.heading(level, block),
            _ => splitter.body(block),
        }
    }
    splitter.close();
    splitter.lonely_heading();
    splitter.pieces
}

struct Splitter {
    limit: usize,
    /// Open sections, outermost first.
    path: Vec<(u8, String)>,
    /// The page of the innermost heading, while nothing stands below it.
    lonely: Option<Option<u32>>,
    open: Option<Piece>,
    pieces: Vec<Piece>,
}

impl Splitter {
    fn heading(&mut self, level: u8, block: &Block) {
        self.close();
        if self.path.last().is_some_and(|(above, _)| *above >= level) {
            self.lonely_heading();
        }
        while self.path.last().is_some_and(|(above, _)| *above >= level) {
            self.path.pop();
        }
        self.path.push((level, block.text.clone()));
        self.lonely = Some(block.page);
    }

    /// A heading with nothing below it is a passage of its own; a parent of other headings is named in theirs.
    fn lonely_heading(&mut self) {
        let Some(page) = self.lonely.take() else { return };
        let Some((_, title)) = self.path.last() else { return };
        let text = title.clone();
        for text in cut(&text, self.limit, &[Cut::Words, Cut::Letters]) {
            self.pieces.push(Piece { section: self.section(), page, text: text.to_owned() });
        }
    }

    fn body(&mut self, block: &Block) {
        self.lonely = None;
        let by: &[Cut] = match block.kind {
            BlockKind::List | BlockKind::Table | BlockKind::Code => &[Cut::Lines, Cut::Words, Cut::Letters],
            _ => &[Cut::Sentences, Cut::Words, Cut::Letters],
        };
        for part in cut(&block.text, self.limit, by) {
            self.add(part, block.page);
        }
    }

    fn add(&mut self, part: &str, page: Option<u32>) {
        if let Some(open) = &mut self.open
            && open.page == page
            && open.text.len() + GAP.len() + part.len() <= self.limit
        {
            open.text.push_str(GAP);
            open.text.push_str(part);
            return;
        }
        self.close();
        self.open = Some(Piece { section: self.section(), page, text: part.to_owned() });
    }

    fn section(&self) -> Vec<String> {
        self.path.iter().map(|(_, title)| title.clone()).collect()
    }

    fn close(&mut self) {
        self.pieces.extend(self.open.take());
    }
}

/// Where a text may be cut, from the best place to the worst.
#[derive(Clone, Copy, Debug)]
enum Cut {
    Lines,
    Sentences,
    Words,
    Letters,
}

impl Cut {
    /// Pieces that together are the whole text.
    fn units(self, text: &str, limit: usize) -> Vec<&str> {
        match self {
            Self::Lines => text.split_inclusive('\n').collect(),
            Self::Sentences => text.split_sentence_bounds().collect(),
            Self::Words => text.split_inclusive(char::is_whitespace).collect(),
            Self::Letters => {
                let mut units = Vec::new();
                let mut rest = text;
                while !rest.is_empty() {
                    let (unit, after) = rest.split_at(rest.floor_char_boundary(limit));
                    units.push(unit);
                    rest = after;
                }
                units
            }
        }
    }
}

/// The text in parts of at most `limit` bytes, cut at the best places that make them fit.
fn cut<'t>(text: &'t str, limit: usize, by: &[Cut]) -> Vec<&'t str> {
    let (true, Some((best, worse))) = (text.len() > limit, by.split_first()) else {
        return Some(text.trim_end()).filter(|text| !text.trim().is_empty()).into_iter().collect();
    };
    let mut parts = Vec::new();
    let (mut begin, mut end) = (0, 0);
    for unit in best.units(text, limit) {
        if end - begin + unit.len() > limit {
            parts.extend(cut(&text[begin..end], limit, &[]));
            begin = end;
        }
        end += unit.len();
        if unit.len() > limit {
            parts.extend(cut(unit, limit, worse));
            begin = end;
        }
    }
    parts.extend(cut(&text[begin..end], limit, &[]));
    parts
}

#[cfg(test)]
mod tests;
