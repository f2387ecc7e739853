//! The library of documents: takes them in, keeps them, finds passages in them.
//!
//! [`Config::build`] makes it, [`Library::run`] does its background work, and everybody calls its [`Handle`].

mod shelf;
mod writer;
mod importer;
mod embedding;
mod handle;
mod upload;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use resync_api::documents::model::Document;
use resync_service_kit::shutdown::Drain;

use crate::documents::embed::Embedder;
use crate::documents::error::Error;
use crate::documents::index::Index;
use crate::documents::reader::{Reader, ReaderConfig};
use crate::documents::store::DocumentStore;
use crate::documents::telemetry;
use crate::documents::vectors::Vectors;
use importer::{Bell, Importer};
use shelf::{Meaning, Shelf, blocking};
use writer::Writer;

pub use handle::Handle;
pub use upload::Upload;

const INDEX: &str = "index";
const VECTORS: &str = "vectors";

/// How much of everything.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Of an original; larger ones are refused.
    pub document_bytes: u64,
    /// Of a passage; longer texts are split.
    pub passage_bytes: usize,
    /// Files of the watched folder; further ones are named as a problem and not taken in.
    pub folder_files: usize,
    /// Uploads under way; further ones are refused with a retry hint.
    pub uploads: usize,
    /// Passages with vectors; documents beyond are found by their words only.
    pub vectors: usize,
    /// Passages that are less like the question are not found by meaning.
    pub similarity: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document_bytes: 32 << 20,
            passage_bytes: 1_600,
            folder_files: 5_000,
            uploads: 4,
            vectors: 20_000,
            similarity: 0.3,
        }
    }
}

/// A folder whose files are documents.
#[derive(Clone, Debug)]
pub struct FolderConfig {
    /// Where it is.
    pub path: PathBuf,
    /// How often it is looked at.
    pub every: Duration,
}

/// What a library is made of.
#[derive(Clone, Debug)]
pub struct Config {
    /// For the index and the vectors, which can be made again. It belongs to one process.
    pub data_folder: PathBuf,
    /// The watched folder, if any.
    pub folder: Option<FolderConfig>,
    /// How documents are read.
    pub reader: ReaderConfig,
    /// Bounds.
    pub limits: Limits,
}

impl Config {
    /// Opens the library over a store of originals. With an embedder, passages are found by meaning too.
    ///
    /// # Errors
    /// When the store or the data folder cannot be used.
    pub async fn build(
        self,
        store: Arc<dyn DocumentStore>,
        embedder: Option<Arc<dyn Embedder>>,
    ) -> Result<Library, Error> {
        telemetry::describe();
        let documents = store.list().await?;
        let (data, limits, listed) = (self.data_folder, self.limits, documents.clone());
        let (index, meaning, missing) = blocking(move || {
            let (index, fresh) = Index::open(&data.join(INDEX))?;
            let missing = missing(&index, fresh, &listed)?;
            let meaning = match embedder {
                Some(embedder) => {
                    // Vectors depend on how texts are split, too.
                    let model = format!("{} {}", embedder.model(), limits.passage_bytes);
                    let vectors = Vectors::open(&data.join(VECTORS), &model, limits.vectors, &listed)?;
                    Some(Meaning { embedder, vectors: vectors.into() })
                }
                None => None,
            };
            Ok((index, meaning, missing))
        })
        .await?;
        let reader = Reader::new(self.reader);
        let shelf = Arc::new(Shelf::new(limits, store, index, reader, meaning, documents));
        shelf.set_pending(missing.len());
        let (writer, orders) = Writer::new(Arc::clone(&shelf));
        let bell = Arc::new(Bell::default());
        let folder = self.folder.as_ref().map(|folder| folder.path.clone());
        let handle = Handle::new(Arc::clone(&shelf), orders.clone(), Arc::clone(&bell), folder);
        let importer = Importer { shelf, orders, bell, folder: self.folder, missing };
        Ok(Library { writer, importer, handle })
    }
}

/// Kept documents that the index lacks. What it holds of documents that are not kept is removed.
fn missing(index: &Index, fresh: bool, documents: &[Document]) -> Result<Vec<String>, Error> {
    let mut missing = Vec::new();
    for document in documents {
        // What could not be read by the earlier version perhaps can be now.
        let lacks = if document.problem.is_some() { fresh } else { fresh || !index.has(document)? };
        if lacks {
            missing.push(document.id.clone());
        }
    }
    index.keep_only(documents)?;
    Ok(missing)
}

/// The library's background work.
#[derive(Debug)]
pub struct Library {
    writer: Writer,
    importer: Importer,
    handle: Handle,
}

impl Library {
    /// Where everybody calls.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Works until the drain begins. Nothing is taken in unless this runs.
    pub async fn run(self, drain: Drain) {
        let Self { writer, importer, handle: _ } = self;
        tokio::join!(writer.run(drain.clone()), importer.run(drain));
    }
}
