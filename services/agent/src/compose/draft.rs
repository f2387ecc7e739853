//! An answer before its values are rendered.

use resync_api::agent::model::AnswerKind;

use crate::evidence::{At, Fact};
use crate::phrases::{InEnglish, InPortuguese, Label, Piece, Pieces, say};
use crate::render::{Format, Locale};

/// An answer in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) kind: AnswerKind,
    pub(crate) locale: Locale,
    /// Sentences by paragraph.
    pub(crate) paragraphs: Vec<Vec<Pieces>>,
    pub(crate) blocks: Vec<DraftBlock>,
}

/// A block before its values are rendered.
#[derive(Debug)]
pub(crate) enum DraftBlock {
    Table {
        title: &'static str,
        columns: Vec<&'static str>,
        rows: Vec<Vec<DraftCell>>,
        total_rows: u64,
    },
    List {
        title: &'static str,
        /// Indentation and text.
        items: Vec<(u32, Pieces)>,
    },
    Chart {
        title: &'static str,
        /// Label and value.
        bars: Vec<(Fact, At)>,
    },
    Log {
        title: &'static str,
        job: At,
        /// The array of lines.
        lines: At,
        truncated: bool,
    },
}

/// A cell of a table.
#[derive(Debug)]
pub(crate) enum DraftCell {
    Fact(Fact),
    Label(&'static str),
    Empty,
}

impl Draft {
    pub(crate) fn new(locale: Locale) -> Self {
        Self { kind: AnswerKind::Answer, locale, paragraphs: Vec::new(), blocks: Vec::new() }
    }

    /// Says a message at the end of the current paragraph.
    pub(crate) fn say(&mut self, message: impl InEnglish + InPortuguese) {
        let sentence = self.words(message);
        match self.paragraphs.last_mut() {
            Some(paragraph) => paragraph.push(sentence),
            None => self.paragraphs.push(vec![sentence]),
        }
    }

    /// Says a message in a new paragraph.
    pub(crate) fn say_apart(&mut self, message: impl InEnglish + InPortuguese) {
        let sentence = self.words(message);
        self.paragraphs.push(vec![sentence]);
    }

    /// The forms of the values in its blocks.
    pub(crate) fn block_formats(&self) -> impl Iterator<Item = Format> {
        self.blocks.iter().flat_map(DraftBlock::formats)
    }

    /// A message's words, to be part of another or of a block.
    pub(crate) fn words(&self, message: impl InEnglish + InPortuguese) -> Pieces {
        say(message, self.locale.language)
    }

    /// A label in the reader's language.
    pub(crate) fn label(&self, label: Label) -> &'static str {
        label.text(self.locale.language)
    }

    /// Adds a table of rows, with a column for each label, member and form.
    pub(crate) fn table(
        &mut self,
        title: Label,
        columns: &[(Label, &str, Format)],
        rows: &[At],
        total_rows: u64,
    ) {
        if rows.is_empty() {
            return;
        }
        let cell = |row: &At, path: &str, format: Format| {
            let at = path.split('/').fold(row.clone(), |at, member| at.get(member));
            DraftCell::of(&at, format)
        };
        let rows = rows
            .iter()
            .map(|row| columns.iter().map(|(_, path, format)| cell(row, path, *format)).collect())
            .collect();
        self.blocks.push(DraftBlock::Table {
            title: self.label(title),
            columns: columns.iter().map(|(label, ..)| self.label(*label)).collect(),
            rows,
            total_rows,
        });
    }

    /// Adds a table of the fields of one object; those without a value are left out.
    pub(crate) fn details(&mut self, object: &At, fields: &[(Label, &str, Format)]) {
        let rows: Vec<_> = fields
            .iter()
            .filter_map(|(label, path, format)| {
                let at = path.split('/').fold(object.clone(), |at, member| at.get(member));
                at.is_given()
                    .then(|| vec![DraftCell::Label(self.label(*label)), DraftCell::Fact(at.fact(*format))])
            })
            .collect();
        let total_rows = rows.len() as u64;
        self.blocks.push(DraftBlock::Table {
            title: self.label(Label::Details),
            columns: vec![self.label(Label::Key), self.label(Label::Value)],
            rows,
            total_rows,
        });
    }

    /// Adds bars of a list of groups.
    pub(crate) fn chart(&mut self, title: Label, groups: &[At], label: &str, format: Format, value: &str) {
        if groups.len() < 2 {
            return;
        }
        let bars = groups
            .iter()
            .map(|group| {
                let at = label.split('/').fold(group.clone(), |at, member| at.get(member));
                (at.fact(format), group.get(value))
            })
            .collect();
        self.blocks.push(DraftBlock::Chart { title: self.label(title), bars });
    }
}

impl DraftBlock {
    fn formats(&self) -> Vec<Format> {
        let of_pieces = |pieces: &Pieces| -> Vec<Format> {
            let facts = pieces.0.iter().filter_map(|piece| match piece {
                Piece::Fact(fact) => Some(fact.format()),
                Piece::Text(_) => None,
            });
            facts.collect()
        };
        match self {
            Self::Table { rows, .. } => {
                let cells = rows.iter().flatten().filter_map(|cell| match cell {
                    DraftCell::Fact(fact) => Some(fact.format()),
                    DraftCell::Label(_) | DraftCell::Empty => None,
                });
                cells.collect()
            }
            Self::List { items, .. } => items.iter().flat_map(|(_, pieces)| of_pieces(pieces)).collect(),
            Self::Chart { .. } | Self::Log { .. } => Vec::new(),
        }
    }
}

impl DraftCell {
    /// The value at a place; an empty cell when there is none.
    pub(crate) fn of(at: &At, format: Format) -> Self {
        if at.is_given() { Self::Fact(at.fact(format)) } else { Self::Empty }
    }
}

/// The fact at a place, when there is a value.
pub(crate) fn given(at: &At, format: Format) -> Option<Fact> {
    at.is_given().then(|| at.fact(format))
}
