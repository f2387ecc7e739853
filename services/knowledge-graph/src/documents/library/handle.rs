//! What callers can ask of the library.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use resync_api::documents::model::{
    Document, DocumentHeader, DocumentHit, DocumentIndex, DocumentPage, DocumentSearchMethod, DocumentSource,
    DocumentText, GetDocument, ListDocuments, Passage, SearchRequest, SearchResults,
};
use tokio::sync::Semaphore;

use crate::documents::embed::Purpose;
use crate::documents::error::Error;
use crate::documents::fusion::fuse;
use crate::documents::index::Question;
use crate::documents::library::importer::Bell;
use crate::documents::library::shelf::{Shelf, blocking};
use crate::documents::library::upload::Upload;
use crate::documents::library::writer::Orders;
use crate::documents::name;
use crate::documents::vectors::Near;

const HITS: (u32, u32) = (5, 20);
const DOCUMENTS: (u32, u32) = (100, 1_000);
const PASSAGES: (u32, u32) = (20, 100);
/// Of each order that is fused.
const DEPTH: usize = 50;

/// A cheap handle to the library.
#[derive(Clone, Debug)]
pub struct Handle {
    shelf: Arc<Shelf>,
    orders: Orders,
    bell: Arc<Bell>,
    folder: Option<PathBuf>,
    uploads: Arc<Semaphore>,
}

/// The usual number when none is wanted, at most the largest.
fn bounded(wanted: u32, (usual, largest): (u32, u32)) -> u32 {
    if wanted == 0 { usual } else { wanted.min(largest) }
}

impl Handle {
    pub(super) fn new(shelf: Arc<Shelf>, orders: Orders, bell: Arc<Bell>, folder: Option<PathBuf>) -> Self {
        let uploads = Arc::new(Semaphore::new(shelf.limits.uploads));
        Self { shelf, orders, bell, folder, uploads }
    }

    /// How far the index is.
    #[must_use]
    pub fn status(&self) -> DocumentIndex {
        self.shelf.status()
    }

    /// Passages that answer a question best: by words, and by meaning when that is configured and answers.
    ///
    /// # Errors
    /// When the question has no words, or the index fails.
    pub async fn search(&self, request: SearchRequest) -> Result<SearchResults, Error> {
        let question = Question::parse(&request.query)?;
        let limit = bounded(request.limit, HITS) as usize;
        let (near, degraded) = match self.near(&request).await {
            Ok(near) => (near, None),
            Err(why) => (None, Some(why)),
        };
        let (shelf, terms) = (Arc::clone(&self.shelf), question.shown());
        let method = match near {
            Some(_) => DocumentSearchMethod::Fused,
            None => DocumentSearchMethod::Keywords,
        };
        let hits = blocking(move || {
            let depth = if near.is_some() { DEPTH.max(limit) } else { limit };
            let by_words = shelf.index.search(&question, &request.document_ids, depth)?;
            let hits = match near {
                Some(near) => fused(&shelf, by_words, &near, limit)?,
                None => {
                    by_words.into_iter().map(|(passage, score)| (passage, f64::from(score), None)).collect()
                }
            };
            let hit = |(passage, score, similarity): (Passage, f64, Option<f64>)| {
                let matched_terms = question.matched(&passage);
                DocumentHit { passage, score, matched_terms, similarity }
            };
            Ok(hits.into_iter().map(hit).collect())
        })
        .await?;
        Ok(SearchResults { hits, terms, method, degraded, index: self.status() })
    }

    /// Passages near in meaning. `Ok(None)`: that is not configured; an error says why there are none although it is.
    async fn near(&self, request: &SearchRequest) -> Result<Option<Vec<Near>>, String> {
        let Some(meaning) = &self.shelf.meaning else { return Ok(None) };
        let asked = meaning.embedder.embed(vec![request.query.clone()], Purpose::Question).await;
        let vector = asked.map_err(|error| error.to_string())?.into_iter().next().unwrap_or_default();
        let (shelf, among) = (Arc::clone(&self.shelf), request.document_ids.clone());
        let near = blocking(move || {
            let Some(meaning) = &shelf.meaning else { return Ok(Vec::new()) };
            let vectors = meaning.vectors.read().unwrap_or_else(PoisonError::into_inner);
            Ok(vectors.search(&vector, &among, shelf.limits.similarity, DEPTH))
        });
        near.await.map(Some).map_err(|error| error.to_string())
    }

    /// A page of documents by name.
    ///
    /// # Errors
    /// When the page token is not ours.
    pub fn list(&self, request: &ListDocuments) -> Result<DocumentPage, Error> {
        let after = match request.page_token.as_str() {
            "" => None,
            token => Some(place(token)?),
        };
        let size = bounded(request.page_size, DOCUMENTS) as usize;
        let mut all: Vec<Document> = self.shelf.catalogue(|all| all.values().cloned().collect());
        all.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
        let total_size = u32::try_from(all.len()).unwrap_or(u32::MAX);
        let begin = after.map_or(0, |(name, id)| {
            all.partition_point(|document| (&document.name, &document.id) <= (&name, &id))
        });
        let end = all.len().min(begin + size);
        let next_page_token = match all[begin..end].last() {
            Some(last) if end < all.len() => URL_SAFE_NO_PAD.encode(format!("{}\n{}", last.name, last.id)),
            _ => String::new(),
        };
        let documents = all.drain(begin..end).collect();
        Ok(DocumentPage { documents, next_page_token, total_size, index: self.status() })
    }

    /// A document and a page of its passages.
    ///
    /// # Errors
    /// When there is none, the page token is not ours, or the index fails.
    pub async fn get(&self, request: &GetDocument) -> Result<DocumentText, Error> {
        let document = self.kept(&request.document_id)?;
        let first: u32 = match request.page_token.as_str() {
            "" => 0,
            token => token.parse().map_err(|_| Error::PageTokenInvalid)?,
        };
        let size = bounded(request.page_size, PASSAGES);
        let (shelf, id) = (Arc::clone(&self.shelf), document.id.clone());
        let passages = blocking(move || shelf.index.passages(&id, first, size)).await?;
        let next = first.saturating_add(size);
        let next_page_token = if next < document.passages { next.to_string() } else { String::new() };
        Ok(DocumentText { document, passages, next_page_token })
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// When its name is none, or too many uploads are under way.
    pub fn upload(&self, header: DocumentHeader) -> Result<Upload, Error> {
        let place = Arc::clone(&self.uploads).try_acquire_owned().map_err(|_| Error::Busy)?;
        Upload::begin(Arc::clone(&self.shelf), self.orders.clone(), Arc::clone(&self.bell), header, place)
    }

    /// Forgets a document.
    ///
    /// # Errors
    /// When there is none, or its file still lies in the watched folder.
    pub async fn delete(&self, id: &str) -> Result<(), Error> {
        let document = self.kept(id)?;
        if document.source == DocumentSource::Folder
            && let Some(folder) = &self.folder
            && tokio::fs::try_exists(folder.join(&document.name)).await.unwrap_or(true)
        {
            return Err(Error::FromFolder { name: document.name });
        }
        self.orders.delete(vec![document.id]).await
    }

    /// Has every document read again, in the background.
    pub fn reindex(&self) -> DocumentIndex {
        self.bell.read_everything();
        let mut index = self.status();
        index.pending_documents = index.pending_documents.max(index.documents);
        index
    }

    /// The document of an identifier or a name; of two with one name, the uploaded one.
    fn kept(&self, id: &str) -> Result<Document, Error> {
        let by_name = || {
            [DocumentSource::Upload, DocumentSource::Folder]
                .into_iter()
                .find_map(|source| self.shelf.document(&name::id(id, source)))
        };
        self.shelf.document(id).or_else(by_name).ok_or_else(|| Error::NotFound { id: id.to_owned() })
    }
}

/// Name and identifier of the last document of a page.
fn place(token: &str) -> Result<(String, String), Error> {
    let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_| Error::PageTokenInvalid)?;
    let text = String::from_utf8(bytes).map_err(|_| Error::PageTokenInvalid)?;
    let (name, id) = text.split_once('\n').ok_or(Error::PageTokenInvalid)?;
    Ok((name.to_owned(), id.to_owned()))
}

/// Both orders as one, with the passages that only meaning found read from the index.
fn fused(
    shelf: &Shelf,
    by_words: Vec<(Passage, f32)>,
    near: &[Near],
    limit: usize,
) -> Result<Vec<(Passage, f64, Option<f64>)>, Error> {
    type Key = (String, u32);
    let words: Vec<Key> =
        by_words.iter().map(|(passage, _)| (passage.document_id.clone(), passage.ordinal)).collect();
    let meaning: Vec<Key> = near.iter().map(|near| (near.document.clone(), near.ordinal)).collect();
    let similarity: HashMap<&Key, f64> =
        meaning.iter().zip(near).map(|(key, near)| (key, near.similarity)).collect();
    let mut read: HashMap<Key, Passage> =
        words.iter().cloned().zip(by_words.into_iter().map(|(passage, _)| passage)).collect();
    let mut hits = Vec::with_capacity(limit);
    for (key, score) in fuse(&words, &meaning) {
        if hits.len() == limit {
            break;
        }
        let passage = match read.remove(&key) {
            Some(passage) => Some(passage),
            // It may have been replaced since.
            None => shelf.index.passage(&key.0, key.1)?,
        };
        hits.extend(passage.map(|passage| (passage, score, similarity.get(&key).copied())));
    }
    Ok(hits)
}
