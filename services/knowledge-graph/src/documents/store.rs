//! Where originals are kept. The index is made from them and can be made again; they cannot.

pub mod files;

use std::fmt;

use bytes::Bytes;
use futures::future::BoxFuture;
use resync_api::documents::model::Document;

use crate::documents::error::Error;

/// What is kept of every document: its original bytes, and what is known about them.
///
/// What returns is durable. A write that fails leaves the earlier state.
pub trait DocumentStore: fmt::Debug + Send + Sync + 'static {
    /// Everything that is known about every document, in any order.
    fn list(&self) -> BoxFuture<'_, Result<Vec<Document>, Error>>;

    /// The original bytes of a document; unset: it is not kept.
    fn content(&self, id: &str) -> BoxFuture<'_, Result<Option<Bytes>, Error>>;

    /// Keeps a document in place of the one with its identifier. Without content, the bytes with its hash are kept
    /// already and only what is known about them changes.
    ///
    /// Full: the document is refused with [`Error::StoreFull`]; nothing is ever dropped to make room.
    fn put(&self, document: Document, content: Option<Bytes>) -> BoxFuture<'_, Result<(), Error>>;

    /// Forgets a document; one that is not kept is forgotten already.
    fn delete(&self, id: &str) -> BoxFuture<'_, Result<(), Error>>;
}
