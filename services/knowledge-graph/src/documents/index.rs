//! The index of passages: BM25 over stems, words and names, in a folder, made from the originals and made again when it
//! is of another version or damaged.
//!
//! One writer, any number of readers. Everything here blocks; callers take it off the async threads.

mod analysis;
mod schema;
mod query;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use resync_api::documents::model::{Document, Passage};
use tantivy::collector::{Count, TopDocs};
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::TermQuery;
use tantivy::schema::IndexRecordOption;
use tantivy::{IndexReader, IndexWriter, ReloadPolicy, Searcher, TantivyDocument, TantivyError, Term};

use crate::documents::error::Error;
use crate::documents::split::Piece;
use schema::Fields;

pub(crate) use query::Question;

/// Says by what the index was made. Written last, so that a half-made index has none.
const MADE_BY: &str = "made-by";
const FILES: &str = "files";
/// The least that the library accepts. Writing is rare and one thread does it.
const WRITER_MEMORY: usize = 15_000_000;

/// What is to be changed.
#[derive(Debug)]
pub(crate) enum Change {
    /// These are all passages of the document now.
    Put { document: Box<Document>, pieces: Vec<Piece> },
    /// It has none any more.
    Delete { id: String },
}

/// An open index.
pub(crate) struct Index {
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").finish_non_exhaustive()
    }
}

impl Index {
    /// Opens the index in a folder. One that is of another version or damaged, or none, is an empty one afterwards; then
    /// the second value is true.
    pub(crate) fn open(folder: &Path) -> Result<(Self, bool), Error> {
        let made_by = fs::read_to_string(folder.join(MADE_BY)).unwrap_or_default();
        if made_by == schema::made_by() {
            match Self::open_existing(&folder.join(FILES)) {
                Ok(index) => return Ok((index, false)),
                Err(error) => tracing::warn!(%error, "the index of documents is damaged and is made again"),
            }
        } else if !made_by.is_empty() {
            tracing::info!("the index of documents is of another version and is made again");
        }
        Ok((Self::create(folder)?, true))
    }

    fn open_existing(files: &Path) -> Result<Self, Error> {
        let index = tantivy::Index::open_in_dir(files)?;
        let damaged = index.validate_checksum()?;
        if !damaged.is_empty() {
            let names: Vec<String> =
                damaged.iter().map(|path: &PathBuf| path.display().to_string()).collect();
            return Err(Error::Index(format!("damaged files: {}", names.join(", "))));
        }
        let (schema, fields) = Fields::schema();
        if index.schema() != schema {
            return Err(Error::Index("its fields are others".to_owned()));
        }
        Self::ready(index, fields)
    }

    fn create(folder: &Path) -> Result<Self, Error> {
        let failed = |error: std::io::Error| Error::Index(format!("{}: {error}", folder.display()));
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
        let files = folder.join(FILES);
        fs::create_dir_all(&files).map_err(failed)?;
        let (schema, fields) = Fields::schema();
        let index = tantivy::Index::create_in_dir(&files, schema)?;
        fs::write(folder.join(MADE_BY), schema::made_by()).map_err(failed)?;
        Self::ready(index, fields)
    }

    fn ready(mut index: tantivy::Index, fields: Fields) -> Result<Self, Error> {
        index.set_tokenizers(Fields::tokenizers());
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { index, reader, fields })
    }

    /// Makes all changes or none; they are durable and searchable when it returns. Callers do so one at a time.
    pub(crate) fn write(&self, changes: Vec<Change>) -> Result<(), Error> {
        let options = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(WRITER_MEMORY)
            .build();
        // Opened for each batch: an idle writer would hold its threads and memory for nothing.
        let mut writer: IndexWriter = self.index.writer_with_options(options)?;
        for change in changes {
            match change {
                Change::Delete { id } => {
                    writer.delete_term(self.fields.of_document(&id));
                }
                Change::Put { document, pieces } => {
                    writer.delete_term(self.fields.of_document(&document.id));
                    for (ordinal, piece) in (0..).zip(pieces) {
                        writer.add_document(self.fields.write(&document, ordinal, piece))?;
                    }
                }
            }
        }
        writer.commit()?;
        writer.wait_merging_threads()?;
        self.reader.reload()?;
        Ok(())
    }

    /// Whether the passages of exactly this state of the document can be found.
    pub(crate) fn has(&self, document: &Document) -> Result<bool, Error> {
        Ok(self.count(self.fields.of_revision(document))? > 0)
    }

    /// Removes what it holds of other documents: a crash may have come between forgetting one and its passages.
    pub(crate) fn keep_only(&self, documents: &[Document]) -> Result<(), Error> {
        let kept: BTreeSet<&str> = documents.iter().map(|document| document.id.as_str()).collect();
        let mut others = BTreeSet::new();
        for segment in self.reader.searcher().segment_readers() {
            let inverted = segment.inverted_index(self.fields.document)?;
            let mut ids = inverted.terms().stream().map_err(TantivyError::from)?;
            while ids.advance() {
                let id = String::from_utf8_lossy(ids.key());
                if !kept.contains(&*id) && self.count(self.fields.of_document(&id))? > 0 {
                    others.insert(id.into_owned());
                }
            }
        }
        if others.is_empty() {
            return Ok(());
        }
        self.write(others.into_iter().map(|id| Change::Delete { id }).collect())
    }

    /// Passages that can be found.
    pub(crate) fn len(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    /// The best passages for a question with their scores, best first.
    pub(crate) fn search(
        &self,
        question: &Question,
        documents: &[String],
        limit: usize,
    ) -> Result<Vec<(Passage, f32)>, Error> {
        let searcher = self.reader.searcher();
        let query = question.query(self.fields, documents);
        let best = searcher.search(&query, &TopDocs::with_limit(limit.max(1)).order_by_score())?;
        best.into_iter().map(|(score, address)| Ok((self.read(&searcher.doc(address)?)?, score))).collect()
    }

    /// One passage by its place; unset: there is none.
    pub(crate) fn passage(&self, document: &str, ordinal: u32) -> Result<Option<Passage>, Error> {
        self.at(&self.reader.searcher(), document, ordinal)
    }

    /// Up to `count` passages of a document in reading order, from `first`.
    pub(crate) fn passages(&self, document: &str, first: u32, count: u32) -> Result<Vec<Passage>, Error> {
        let searcher = self.reader.searcher();
        let places = first..first.saturating_add(count);
        places.map_while(|ordinal| self.at(&searcher, document, ordinal).transpose()).collect()
    }

    fn at(&self, searcher: &Searcher, document: &str, ordinal: u32) -> Result<Option<Passage>, Error> {
        let query = TermQuery::new(self.fields.of_key(document, ordinal), IndexRecordOption::Basic);
        let found = searcher.search(&query, &TopDocs::with_limit(1).order_by_score())?;
        found.first().map(|(_, address)| self.read(&searcher.doc(*address)?)).transpose()
    }

    fn count(&self, term: Term) -> Result<usize, Error> {
        Ok(self.reader.searcher().search(&TermQuery::new(term, IndexRecordOption::Basic), &Count)?)
    }

    fn read(&self, found: &TantivyDocument) -> Result<Passage, Error> {
        self.fields.read(found).ok_or_else(|| Error::Index("a passage cannot be read back".to_owned()))
    }
}

impl From<TantivyError> for Error {
    fn from(error: TantivyError) -> Self {
        Self::Index(error.to_string())
    }
}

#[cfg(test)]
mod tests;
