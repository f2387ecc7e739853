//! What the index holds of a passage, and how it is written and read back.

use resync_api::documents::model::{Document, Passage};
use serde::{Deserialize, Serialize};
use tantivy::schema::{
    Field, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions, Value as _,
};
use tantivy::tokenizer::{TextAnalyzer, TokenizerManager};
use tantivy::{TantivyDocument, Term};

use super::analysis::{Form, FormTokenizer};
use crate::documents::split::Piece;

/// Changes with every change of schema, analysis or reading; an index of another one is made again.
const VERSION: u32 = 1;

const FORMS: [(Form, &str); 3] =
    [(Form::English, "english"), (Form::Portuguese, "portuguese"), (Form::Exact, "exact")];

/// What an index was made by. The product's version is part of it: its libraries may stem otherwise.
pub(super) fn made_by() -> String {
    format!("{VERSION} {}", env!("CARGO_PKG_VERSION"))
}

/// The same text in its three forms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Forms {
    pub(super) english: Field,
    pub(super) portuguese: Field,
    pub(super) exact: Field,
}

impl Forms {
    fn all(self) -> [Field; 3] {
        [self.english, self.portuguese, self.exact]
    }
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Identifier of the document.
    pub(super) document: Field,
    /// Which state of the document it was made from.
    pub(super) revision: Field,
    /// Document and ordinal.
    pub(super) key: Field,
    /// The passage, as JSON.
    stored: Field,
    /// Title and headings.
    pub(super) heading: Forms,
    /// Text.
    pub(super) body: Forms,
}

impl Fields {
    pub(super) fn schema() -> (Schema, Self) {
        let mut schema = Schema::builder();
        let mut forms = |name: &str| {
            let [english, portuguese, exact] = FORMS.map(|(_, form)| {
                let indexing = TextFieldIndexing::default()
                    .set_tokenizer(form)
                    .set_index_option(IndexRecordOption::WithFreqs);
                schema.add_text_field(
                    &format!("{name}_{form}"),
                    TextOptions::default().set_indexing_options(indexing),
                )
            });
            Forms { english, portuguese, exact }
        };
        let (heading, body) = (forms("heading"), forms("body"));
        let fields = Self {
            document: schema.add_text_field("document", STRING),
            revision: schema.add_text_field("revision", STRING),
            key: schema.add_text_field("key", STRING),
            stored: schema.add_bytes_field("stored", STORED),
            heading,
            body,
        };
        (schema.build(), fields)
    }

    pub(super) fn tokenizers() -> TokenizerManager {
        let manager = TokenizerManager::default();
        for (form, name) in FORMS {
            manager.register(name, TextAnalyzer::from(FormTokenizer(form)));
        }
        manager
    }

    pub(super) fn of_document(self, id: &str) -> Term {
        Term::from_field_text(self.document, id)
    }

    pub(super) fn of_revision(self, document: &Document) -> Term {
        Term::from_field_text(self.revision, &revision(document))
    }

    pub(super) fn of_key(self, id: &str, ordinal: u32) -> Term {
        Term::from_field_text(self.key, &key(id, ordinal))
    }

    pub(super) fn write(self, document: &Document, ordinal: u32, piece: Piece) -> TantivyDocument {
        let mut written = TantivyDocument::default();
        written.add_text(self.document, &document.id);
        written.add_text(self.revision, revision(document));
        written.add_text(self.key, key(&document.id, ordinal));
        let heading = format!("{}\n{}", document.title, piece.section.join("\n"));
        for field in self.heading.all() {
            written.add_text(field, &heading);
        }
        for field in self.body.all() {
            written.add_text(field, &piece.text);
        }
        let stored = Stored {
            document: document.id.clone(),
            title: document.title.clone(),
            ordinal,
            section: piece.section,
            page: piece.page,
            text: piece.text,
        };
        // A structure of texts and numbers is always JSON.
        written.add_bytes(self.stored, &serde_json::to_vec(&stored).unwrap_or_default());
        written
    }

    /// Unset: the index is damaged.
    pub(super) fn read(self, found: &TantivyDocument) -> Option<Passage> {
        let stored: Stored = serde_json::from_slice(found.get_first(self.stored)?.as_bytes()?).ok()?;
        let Stored { document, title, ordinal, section, page, text } = stored;
        let citation = citation(&title, &section, page);
        Some(Passage { document_id: document, document_title: title, ordinal, section, page, text, citation })
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    document: String,
    title: String,
    ordinal: u32,
    section: Vec<String>,
    page: Option<u32>,
    text: String,
}

fn key(id: &str, ordinal: u32) -> String {
    format!("{id}/{ordinal}")
}

fn revision(document: &Document) -> String {
    format!("{} {} {}", document.id, document.sha256, document.title)
}

/// Document, section and page in one line.
fn citation(title: &str, section: &[String], page: Option<u32>) -> String {
    // The first heading is often the title itself.
    let section = if section.first().is_some_and(|first| first == title) { &section[1..] } else { section };
    let mut citation = title.to_owned();
    if !section.is_empty() {
        citation.push_str(", ");
        citation.push_str(&section.join(" › "));
    }
    if let Some(page) = page {
        citation.push_str(&format!(", p. {page}"));
    }
    citation
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_citation_names_document_section_and_page() {
        let section = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            citation("Agents", &section(&["Agents", "Unlinked", "Steps"]), None),
            "Agents, Unlinked › Steps"
        );
        assert_eq!(citation("Manual", &section(&["Limits"]), Some(12)), "Manual, Limits, p. 12");
        assert_eq!(citation("Manual", &[], Some(3)), "Manual, p. 3");
    }
}
