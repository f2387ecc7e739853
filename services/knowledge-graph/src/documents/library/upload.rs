//! An upload: pieces of content under a header, refused as soon as they are too many, read and written when complete.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use chrono::Utc;
use resync_api::documents::model::{
    Document, DocumentHeader, DocumentSource, DocumentUploadOutcome, Uploaded,
};
use tokio::sync::OwnedSemaphorePermit;

use crate::documents::error::Error;
use crate::documents::library::importer::Bell;
use crate::documents::library::shelf::{Reading, Shelf};
use crate::documents::library::writer::{Entry, Orders};
use crate::documents::name;
use crate::documents::reader::clean;
use crate::documents::store::files::hash;

const MAX_TITLE: usize = 200;

/// An upload under way. Dropping it forgets it.
#[derive(Debug)]
pub struct Upload {
    shelf: Arc<Shelf>,
    orders: Orders,
    bell: Arc<Bell>,
    header: DocumentHeader,
    content: BytesMut,
    _place: OwnedSemaphorePermit,
}

impl Upload {
    pub(super) fn begin(
        shelf: Arc<Shelf>,
        orders: Orders,
        bell: Arc<Bell>,
        mut header: DocumentHeader,
        place: OwnedSemaphorePermit,
    ) -> Result<Self, Error> {
        name::checked(&header.name, DocumentSource::Upload)?;
        let title = clean(&header.title).split_whitespace().collect::<Vec<_>>().join(" ");
        header.title = title.chars().take(MAX_TITLE).collect();
        Ok(Self { shelf, orders, bell, header, content: BytesMut::new(), _place: place })
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// When it is one too many.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), Error> {
        let limit = self.shelf.limits.document_bytes;
        let length = self.content.len() as u64 + chunk.len() as u64;
        if length > limit {
            return Err(Error::TooLarge { limit });
        }
        self.content.extend_from_slice(chunk);
        Ok(())
    }

    /// Reads the document and keeps it for `subject`, in place of an earlier upload of its name. Nothing is kept of a
    /// document that cannot be read.
    ///
    /// # Errors
    /// When it cannot be read or kept.
    pub async fn finish(self, subject: &str) -> Result<Uploaded, Error> {
        let Self { shelf, orders, bell, header, content, _place } = self;
        let content: Bytes = content.freeze();
        let DocumentHeader { name, title } = header;
        let format = name::format_of(&name, &content)?;
        let (id, sha256) = (name::id(&name, DocumentSource::Upload), hash(&content));
        let before = shelf.document(&id);
        if let Some(before) = &before
            && (title.is_empty() || title == before.title)
            && before.problem.is_none()
            && shelf.has_indexed(&id, &sha256).await?
        {
            return Ok(Uploaded { document: before.clone(), outcome: DocumentUploadOutcome::Unchanged });
        }
        let reading = shelf.read(format, content.clone()).await?;
        let mut document = Document {
            id,
            name,
            title,
            format,
            source: DocumentSource::Upload,
            size_bytes: content.len() as u64,
            sha256,
            passages: 0,
            pages: 0,
            stored_at: Utc::now(),
            stored_by: subject.to_owned(),
            problem: None,
        };
        let pieces = Reading::applied(Ok(reading), &mut document)?;
        orders.put_now(Entry { document: document.clone(), content: Some(content), pieces }).await?;
        bell.written();
        let outcome = match before {
            Some(_) => DocumentUploadOutcome::Replaced,
            None => DocumentUploadOutcome::Created,
        };
        Ok(Uploaded { document, outcome })
    }
}
