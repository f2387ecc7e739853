//! Typed client of the documents: domain types in, domain types out.

use std::time::Duration;

use bytes::Bytes;
use resync_fault::FaultBody;

use super::model::{
    DocumentHeader, DocumentIndex, DocumentPage, DocumentText, GetDocument, ListDocuments, SearchRequest,
    SearchResults, UploadPart, Uploaded,
};
use crate::call::{received, unary};
use crate::channel::{CallContext, Channel};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::document_service_client::DocumentServiceClient;
use crate::status::from_status;
use crate::wire::required;

/// Largest answer a client accepts, in bytes.
const MAX_MESSAGE_BYTES: usize = 8 * 1024 * 1024;
/// Longest that an upload takes, unless somebody waits for less: the usual time of a call is too short for reading a PDF.
const UPLOAD_TIME: Duration = Duration::from_secs(90);
/// Of an upload's messages.
const CHUNK_BYTES: usize = 256 * 1024;

/// Client of `resync.graph.v1.DocumentService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct DocumentsClient {
    inner: DocumentServiceClient<Channel>,
    context: CallContext,
}

impl DocumentsClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        let inner = DocumentServiceClient::new(channel).max_decoding_message_size(MAX_MESSAGE_BYTES);
        Self { inner, context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    unary! {
        /// Passages that answer a question best.
        search(SearchRequest) -> SearchResults = search_documents as SearchDocumentsRequest;
        /// A page of documents by name.
        list(ListDocuments) -> DocumentPage = list_documents as ListDocumentsRequest;
        /// A document and a page of its passages.
        get(GetDocument) -> DocumentText = get_document as GetDocumentRequest;
    }

    /// Keeps a document, in place of an earlier upload of the same name.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn upload(&self, header: DocumentHeader, content: Bytes) -> Result<Uploaded, FaultBody> {
        let mut rest = content;
        let chunks = std::iter::from_fn(move || {
            let next = rest.split_to(rest.len().min(CHUNK_BYTES));
            (!next.is_empty()).then(|| proto::UploadDocumentRequest::from(UploadPart::Chunk(next)))
        });
        let header = proto::UploadDocumentRequest::from(UploadPart::Header(header));
        let parts = futures::stream::iter(std::iter::once(header).chain(chunks));
        let mut request = self.context.request(parts);
        request.set_timeout(UPLOAD_TIME);
        let answer = self.inner.clone().upload_document(request).await;
        received(answer.map_err(|status| from_status(&status))?.into_inner().try_into())
    }

    /// Forgets an uploaded document.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn delete(&self, document_id: &str) -> Result<(), FaultBody> {
        let message = proto::DeleteDocumentRequest { document_id: document_id.to_owned() };
        let answer = self.inner.clone().delete_document(self.context.request(message)).await;
        answer.map(|_| ()).map_err(|status| from_status(&status))
    }

    /// Begins to read every document again and to rebuild the index; says where it stands.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn reindex(&self) -> Result<DocumentIndex, FaultBody> {
        let request = self.context.request(proto::ReindexDocumentsRequest {});
        let answer = self.inner.clone().reindex_documents(request).await;
        let index = answer.map_err(|status| from_status(&status))?.into_inner().index;
        received(required(index, "index").and_then(TryInto::try_into))
    }
}
