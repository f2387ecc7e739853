//! What the parts of the library share: the catalogue, the index, the vectors, and reading a document into passages.
//!
//! Only the writer changes the store, the index and the catalogue. Locks are held for moments and never across an await.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use bytes::Bytes;
use resync_api::documents::model::{Document, DocumentFormat, DocumentIndex};

use crate::documents::embed::Embedder;
use crate::documents::error::Error;
use crate::documents::index::Index;
use crate::documents::library::Limits;
use crate::documents::reader::Reader;
use crate::documents::split::{Piece, split};
use crate::documents::store::DocumentStore;
use crate::documents::vectors::Vectors;

/// Titles are shown in lists and citations.
const MAX_TITLE: usize = 200;

/// Likeness of meaning, when it is configured.
#[derive(Debug)]
pub(crate) struct Meaning {
    pub(crate) embedder: Arc<dyn Embedder>,
    pub(crate) vectors: RwLock<Vectors>,
}

/// Shared by handle, writer and importer.
#[derive(Debug)]
pub(crate) struct Shelf {
    pub(crate) limits: Limits,
    pub(crate) store: Arc<dyn DocumentStore>,
    pub(crate) index: Index,
    pub(crate) reader: Reader,
    pub(crate) meaning: Option<Meaning>,
    catalogue: RwLock<BTreeMap<String, Document>>,
    pending: AtomicUsize,
    folder_problem: Mutex<Option<String>>,
}

/// What a document was read into.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) title: Option<String>,
    pub(crate) pages: u32,
    pub(crate) pieces: Vec<Piece>,
}

impl Shelf {
    pub(crate) fn new(
        limits: Limits,
        store: Arc<dyn DocumentStore>,
        index: Index,
        reader: Reader,
        meaning: Option<Meaning>,
        documents: Vec<Document>,
    ) -> Self {
        let catalogue = documents.into_iter().map(|document| (document.id.clone(), document)).collect();
        Self {
            limits,
            store,
            index,
            reader,
            meaning,
            catalogue: RwLock::new(catalogue),
            pending: AtomicUsize::new(0),
            folder_problem: Mutex::new(None),
        }
    }

    /// Looks into the catalogue.
    pub(crate) fn catalogue<T>(&self, look: impl FnOnce(&BTreeMap<String, Document>) -> T) -> T {
        look(&self.catalogue.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn document(&self, id: &str) -> Option<Document> {
        self.catalogue(|all| all.get(id).cloned())
    }

    /// For the writer, after store and index.
    pub(crate) fn change_catalogue(&self, change: impl FnOnce(&mut BTreeMap<String, Document>)) {
        change(&mut self.catalogue.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn set_pending(&self, count: usize) {
        self.pending.store(count, Ordering::Relaxed);
    }

    pub(crate) fn folder_problem(&self) -> MutexGuard<'_, Option<String>> {
        self.folder_problem.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far the index is.
    pub(crate) fn status(&self) -> DocumentIndex {
        let (documents, unreadable) = self
            .catalogue(|all| (all.len(), all.values().filter(|document| document.problem.is_some()).count()));
        let embedded = self
            .meaning
            .as_ref()
            .map_or(0, |meaning| meaning.vectors.read().unwrap_or_else(PoisonError::into_inner).len());
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        DocumentIndex {
            documents: count(documents),
            passages: u32::try_from(self.index.len()).unwrap_or(u32::MAX),
            pending_documents: count(self.pending.load(Ordering::Relaxed)),
            embedded_passages: count(embedded),
            unreadable_documents: count(unreadable),
            folder_problem: self.folder_problem().clone(),
        }
    }

    /// Whether these very bytes are kept under that identifier and can be found, as far as they can be read.
    pub(crate) async fn has_indexed(self: &Arc<Self>, id: &str, sha256: &str) -> Result<bool, Error> {
        let Some(kept) = self.document(id).filter(|kept| kept.sha256 == sha256) else { return Ok(false) };
        if kept.problem.is_some() {
            return Ok(true);
        }
        let shelf = Arc::clone(self);
        blocking(move || shelf.index.has(&kept)).await
    }

    /// Reads a document and splits it.
    pub(crate) async fn read(&self, format: DocumentFormat, content: Bytes) -> Result<Reading, Error> {
        let outline = self.reader.read(format, content).await?;
        let pieces = split(&outline, self.limits.passage_bytes);
        if pieces.is_empty() {
            return Err(Error::Empty);
        }
        let title = outline.title.map(|title| title.chars().take(MAX_TITLE).collect());
        Ok(Reading { title, pages: outline.pages, pieces })
    }
}

impl Reading {
    /// What is known about a document once it was read, or why it could not be. An error that is not about the document
    /// stays an error.
    pub(crate) fn applied(
        outcome: Result<Self, Error>,
        document: &mut Document,
    ) -> Result<Vec<Piece>, Error> {
        let reading = match outcome {
            Ok(reading) => {
                document.problem = None;
                reading
            }
            Err(error) if error.is_about_content() => {
                document.problem = Some(error.problem());
                Self::default()
            }
            Err(error) => return Err(error),
        };
        if document.title.is_empty() {
            document.title = reading.title.unwrap_or_else(|| document.name.clone());
        }
        document.pages = reading.pages;
        document.passages = u32::try_from(reading.pieces.len()).unwrap_or(u32::MAX);
        Ok(reading.pieces)
    }
}

/// Runs blocking work where it keeps nobody waiting.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Index(error.to_string()))?
}
