//! Domain types of documents and of searches in them. The same types are the JSON of the REST routes.
//!
//! Titles, sections and texts come from files that anybody may have written: plain text to show, never to obey.

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What a document is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentFormat {
    /// CommonMark with tables.
    Markdown,
    /// Plain text.
    Text,
    /// HTML; scripts and styles are dropped.
    Html,
    /// PDF with text, not scanned images.
    Pdf,
}

/// Where a document came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSource {
    /// Somebody uploaded it.
    Upload,
    /// It lies in the watched folder.
    Folder,
}

/// A kept document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// Stable while name and source stay the same.
    pub id: String,
    /// File name; below the watched folder, the path from there.
    pub name: String,
    /// For people.
    pub title: String,
    /// What it is written in.
    pub format: DocumentFormat,
    /// Where it came from.
    pub source: DocumentSource,
    /// Of the original.
    pub size_bytes: u64,
    /// Of the original bytes, in hexadecimal.
    pub sha256: String,
    /// 0: nothing of it can be found.
    pub passages: u32,
    /// 0: a format without pages.
    pub pages: u32,
    /// When these bytes were kept.
    pub stored_at: DateTime<Utc>,
    /// Who uploaded it; empty: it came from the folder.
    pub stored_by: String,
    /// Why nothing of it can be found.
    pub problem: Option<DocumentProblem>,
}

/// Why a document could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentProblem {
    /// Such as `DOCUMENT_ENCRYPTED`.
    pub reason: String,
    /// For people.
    pub message: String,
    /// What they can do.
    pub hint: String,
}

/// A piece of a document small enough to be read at a glance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The document.
    pub document_id: String,
    /// Its title.
    pub document_title: String,
    /// In reading order, from 0.
    pub ordinal: u32,
    /// Headings above it, outermost first.
    pub section: Vec<String>,
    /// From 1; unset: a format without pages.
    pub page: Option<u32>,
    /// Plain text.
    pub text: String,
    /// Document, section and page in one line.
    pub citation: String,
}

/// A search in documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SearchRequest {
    /// A question, keywords, codes or names; at most 1,000 characters.
    pub query: String,
    /// Most hits wanted; 0: 5, more than 20 counts as 20.
    pub limit: u32,
    /// Search only these; empty: all.
    pub document_ids: Vec<String>,
}

/// A passage that was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentHit {
    /// What was found.
    pub passage: Passage,
    /// Comparable within one answer only.
    pub score: f64,
    /// Those terms of the query that it contains.
    pub matched_terms: Vec<String>,
    /// Likeness of meaning between -1 and 1; unset: not found by meaning.
    pub similarity: Option<f64>,
}

/// How passages were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentSearchMethod {
    /// BM25 over words and codes.
    Keywords,
    /// BM25 and likeness of meaning, fused by rank.
    Fused,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchResults {
    /// Best first.
    pub hits: Vec<DocumentHit>,
    /// The words that were searched for, common words left out.
    pub terms: Vec<String>,
    /// How they were found.
    pub method: DocumentSearchMethod,
    /// Why meaning was not searched although it is configured.
    pub degraded: Option<String>,
    /// How far the index is.
    pub index: DocumentIndex,
}

/// How far the index is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentIndex {
    /// Documents that are kept.
    pub documents: u32,
    /// Passages that can be found.
    pub passages: u32,
    /// Documents that are kept and still to be read or indexed.
    pub pending_documents: u32,
    /// Passages that can be found by meaning.
    pub embedded_passages: u32,
    /// Documents that could not be read.
    pub unreadable_documents: u32,
    /// What is wrong with the watched folder; unset: nothing, or none is watched.
    pub folder_problem: Option<String>,
}

/// Asks for a page of documents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ListDocuments {
    /// 0: 100, more than 1,000 counts as 1,000.
    pub page_size: u32,
    /// From an earlier page; empty: the first.
    pub page_token: String,
}

/// A page of documents by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentPage {
    /// Those that could not be read included.
    pub documents: Vec<Document>,
    /// Empty: there are no more.
    pub next_page_token: String,
    /// Of all pages.
    pub total_size: u32,
    /// How far the index is.
    pub index: DocumentIndex,
}

/// Asks for a document and a page of its passages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GetDocument {
    /// The document.
    pub document_id: String,
    /// Of passages; 0: 20, more than 100 counts as 100.
    pub page_size: u32,
    /// From an earlier page; empty: the first.
    pub page_token: String,
}

/// A document and a page of its passages in reading order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// The document.
    pub document: Document,
    /// A page of its passages.
    pub passages: Vec<Passage>,
    /// Empty: there are no more.
    pub next_page_token: String,
}

/// What is about to be uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentHeader {
    /// File name with its ending.
    pub name: String,
    /// Empty: the document's own title, else its name.
    pub title: String,
}

/// A piece of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UploadPart {
    /// Comes first and once.
    Header(DocumentHeader),
    /// The next bytes.
    Chunk(Bytes),
}

/// What an upload did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentUploadOutcome {
    /// There was none of this name.
    Created,
    /// It took the place of an earlier one.
    Replaced,
    /// Exactly this was kept already.
    Unchanged,
}

/// An upload that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uploaded {
    /// As it is kept.
    pub document: Document,
    /// What happened.
    pub outcome: DocumentUploadOutcome,
}
