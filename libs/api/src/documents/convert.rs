//! The only conversions between document types and Protobuf.

use crate::proto::graph::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{
    all, enumeration, into_all, non_empty, required, required_time, same_enumeration, timestamp, to_i32,
    to_u32,
};

use super::model::{
    Document, DocumentFormat, DocumentHeader, DocumentHit, DocumentIndex, DocumentPage, DocumentProblem,
    DocumentSearchMethod, DocumentSource, DocumentText, DocumentUploadOutcome, GetDocument, ListDocuments,
    Passage, SearchRequest, SearchResults, UploadPart, Uploaded,
};

same_enumeration!(DocumentFormat { Markdown, Text, Html, Pdf });
same_enumeration!(DocumentSource { Upload, Folder });
same_enumeration!(DocumentSearchMethod { Keywords, Fused });
same_enumeration!(DocumentUploadOutcome { Created, Replaced, Unchanged });

impl From<SearchRequest> for proto::SearchDocumentsRequest {
    fn from(value: SearchRequest) -> Self {
        let SearchRequest { query, limit, document_ids } = value;
        Self { query, limit: to_i32(limit), document_ids }
    }
}

impl TryFrom<proto::SearchDocumentsRequest> for SearchRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::SearchDocumentsRequest) -> Result<Self, ProtocolError> {
        let proto::SearchDocumentsRequest { query, limit, document_ids } = value;
        Ok(Self { query: non_empty(query, "query")?, limit: to_u32(limit, "limit")?, document_ids })
    }
}

impl From<SearchResults> for proto::SearchDocumentsResponse {
    fn from(value: SearchResults) -> Self {
        let SearchResults { hits, terms, method, degraded, index } = value;
        Self {
            hits: into_all(hits),
            terms,
            method: proto::DocumentSearchMethod::from(method).into(),
            degraded,
            index: Some(index.into()),
        }
    }
}

impl TryFrom<proto::SearchDocumentsResponse> for SearchResults {
    type Error = ProtocolError;

    fn try_from(value: proto::SearchDocumentsResponse) -> Result<Self, ProtocolError> {
        let proto::SearchDocumentsResponse { hits, terms, method, degraded, index } = value;
        Ok(Self {
            hits: all(hits)?,
            terms,
            method: enumeration::<proto::DocumentSearchMethod, DocumentSearchMethod>(method, "method")?,
            degraded,
            index: required(index, "index")?.try_into()?,
        })
    }
}

impl From<ListDocuments> for proto::ListDocumentsRequest {
    fn from(value: ListDocuments) -> Self {
        let ListDocuments { page_size, page_token } = value;
        Self { page_size: to_i32(page_size), page_token }
    }
}

impl TryFrom<proto::ListDocumentsRequest> for ListDocuments {
    type Error = ProtocolError;

    fn try_from(value: proto::ListDocumentsRequest) -> Result<Self, ProtocolError> {
        let proto::ListDocumentsRequest { page_size, page_token } = value;
        Ok(Self { page_size: to_u32(page_size, "page_size")?, page_token })
    }
}

impl From<DocumentPage> for proto::ListDocumentsResponse {
    fn from(value: DocumentPage) -> Self {
        let DocumentPage { documents, next_page_token, total_size, index } = value;
        Self {
            documents: into_all(documents),
            next_page_token,
            total_size: to_i32(total_size),
            index: Some(index.into()),
        }
    }
}

impl TryFrom<proto::ListDocumentsResponse> for DocumentPage {
    type Error = ProtocolError;

    fn try_from(value: proto::ListDocumentsResponse) -> Result<Self, ProtocolError> {
        let proto::ListDocumentsResponse { documents, next_page_token, total_size, index } = value;
        Ok(Self {
            documents: all(documents)?,
            next_page_token,
            total_size: to_u32(total_size, "total_size")?,
            index: required(index, "index")?.try_into()?,
        })
    }
}

impl From<GetDocument> for proto::GetDocumentRequest {
    fn from(value: GetDocument) -> Self {
        let GetDocument { document_id, page_size, page_token } = value;
        Self { document_id, page_size: to_i32(page_size), page_token }
    }
}

impl TryFrom<proto::GetDocumentRequest> for GetDocument {
    type Error = ProtocolError;

    fn try_from(value: proto::GetDocumentRequest) -> Result<Self, ProtocolError> {
        let proto::GetDocumentRequest { document_id, page_size, page_token } = value;
        let document_id = non_empty(document_id, "document_id")?;
        Ok(Self { document_id, page_size: to_u32(page_size, "page_size")?, page_token })
    }
}

impl From<DocumentText> for proto::GetDocumentResponse {
    fn from(value: DocumentText) -> Self {
        let DocumentText { document, passages, next_page_token } = value;
        Self { document: Some(document.into()), passages: into_all(passages), next_page_token }
    }
}

impl TryFrom<proto::GetDocumentResponse> for DocumentText {
    type Error = ProtocolError;

    fn try_from(value: proto::GetDocumentResponse) -> Result<Self, ProtocolError> {
        let proto::GetDocumentResponse { document, passages, next_page_token } = value;
        let document = required(document, "document")?.try_into()?;
        Ok(Self { document, passages: all(passages)?, next_page_token })
    }
}

impl From<UploadPart> for proto::UploadDocumentRequest {
    fn from(value: UploadPart) -> Self {
        use proto::upload_document_request::Part;
        let part = match value {
            UploadPart::Header(DocumentHeader { name, title }) => {
                Part::Header(proto::DocumentHeader { name, title })
            }
            UploadPart::Chunk(bytes) => Part::Chunk(bytes),
        };
        Self { part: Some(part) }
    }
}

impl TryFrom<proto::UploadDocumentRequest> for UploadPart {
    type Error = ProtocolError;

    fn try_from(value: proto::UploadDocumentRequest) -> Result<Self, ProtocolError> {
        use proto::upload_document_request::Part;
        Ok(match required(value.part, "part")? {
            Part::Header(proto::DocumentHeader { name, title }) => {
                Self::Header(DocumentHeader { name: non_empty(name, "header.name")?, title })
            }
            Part::Chunk(bytes) => Self::Chunk(bytes),
        })
    }
}

impl From<Uploaded> for proto::UploadDocumentResponse {
    fn from(value: Uploaded) -> Self {
        let Uploaded { document, outcome } = value;
        Self { document: Some(document.into()), outcome: proto::DocumentUploadOutcome::from(outcome).into() }
    }
}

impl TryFrom<proto::UploadDocumentResponse> for Uploaded {
    type Error = ProtocolError;

    fn try_from(value: proto::UploadDocumentResponse) -> Result<Self, ProtocolError> {
        let proto::UploadDocumentResponse { document, outcome } = value;
        let outcome = enumeration::<proto::DocumentUploadOutcome, DocumentUploadOutcome>(outcome, "outcome")?;
        Ok(Self { document: required(document, "document")?.try_into()?, outcome })
    }
}

impl From<Document> for proto::Document {
    fn from(value: Document) -> Self {
        let Document {
            id,
            name,
            title,
            format,
            source,
            size_bytes,
            sha256,
            passages,
            pages,
            stored_at,
            stored_by,
            problem,
        } = value;
        Self {
            id,
            name,
            title,
            format: proto::DocumentFormat::from(format).into(),
            source: proto::DocumentSource::from(source).into(),
            size_bytes: i64::try_from(size_bytes).unwrap_or(i64::MAX),
            sha256,
            passages: to_i32(passages),
            pages: to_i32(pages),
            stored_at: Some(timestamp(stored_at)),
            stored_by,
            problem: problem.map(Into::into),
        }
    }
}

impl TryFrom<proto::Document> for Document {
    type Error = ProtocolError;

    fn try_from(value: proto::Document) -> Result<Self, ProtocolError> {
        let proto::Document {
            id,
            name,
            title,
            format,
            source,
            size_bytes,
            sha256,
            passages,
            pages,
            stored_at,
            stored_by,
            problem,
        } = value;
        Ok(Self {
            id: non_empty(id, "id")?,
            name,
            title,
            format: enumeration::<proto::DocumentFormat, DocumentFormat>(format, "format")?,
            source: enumeration::<proto::DocumentSource, DocumentSource>(source, "source")?,
            size_bytes: u64::try_from(size_bytes)
                .map_err(|_| ProtocolError::invalid("size_bytes", size_bytes))?,
            sha256,
            passages: to_u32(passages, "passages")?,
            pages: to_u32(pages, "pages")?,
            stored_at: required_time(stored_at, "stored_at")?,
            stored_by,
            problem: problem.map(Into::into),
        })
    }
}

impl From<DocumentProblem> for proto::DocumentProblem {
    fn from(value: DocumentProblem) -> Self {
        let DocumentProblem { reason, message, hint } = value;
        Self { reason, message, hint }
    }
}

impl From<proto::DocumentProblem> for DocumentProblem {
    fn from(value: proto::DocumentProblem) -> Self {
        let proto::DocumentProblem { reason, message, hint } = value;
        Self { reason, message, hint }
    }
}

impl From<Passage> for proto::DocumentPassage {
    fn from(value: Passage) -> Self {
        let Passage { document_id, document_title, ordinal, section, page, text, citation } = value;
        let page = page.map(to_i32);
        Self { document_id, document_title, ordinal: to_i32(ordinal), section, page, text, citation }
    }
}

impl TryFrom<proto::DocumentPassage> for Passage {
    type Error = ProtocolError;

    fn try_from(value: proto::DocumentPassage) -> Result<Self, ProtocolError> {
        let proto::DocumentPassage { document_id, document_title, ordinal, section, page, text, citation } =
            value;
        let ordinal = to_u32(ordinal, "ordinal")?;
        let page = page.map(|page| to_u32(page, "page")).transpose()?;
        Ok(Self { document_id, document_title, ordinal, section, page, text, citation })
    }
}

impl From<DocumentHit> for proto::DocumentHit {
    fn from(value: DocumentHit) -> Self {
        let DocumentHit { passage, score, matched_terms, similarity } = value;
        Self { passage: Some(passage.into()), score, matched_terms, similarity }
    }
}

impl TryFrom<proto::DocumentHit> for DocumentHit {
    type Error = ProtocolError;

    fn try_from(value: proto::DocumentHit) -> Result<Self, ProtocolError> {
        let proto::DocumentHit { passage, score, matched_terms, similarity } = value;
        Ok(Self { passage: required(passage, "passage")?.try_into()?, score, matched_terms, similarity })
    }
}

impl From<DocumentIndex> for proto::DocumentIndex {
    fn from(value: DocumentIndex) -> Self {
        let DocumentIndex {
            documents,
            passages,
            pending_documents,
            embedded_passages,
            unreadable_documents,
            folder_problem,
        } = value;
        Self {
            documents: to_i32(documents),
            passages: to_i32(passages),
            pending_documents: to_i32(pending_documents),
            embedded_passages: to_i32(embedded_passages),
            unreadable_documents: to_i32(unreadable_documents),
            folder_problem,
        }
    }
}

impl TryFrom<proto::DocumentIndex> for DocumentIndex {
    type Error = ProtocolError;

    fn try_from(value: proto::DocumentIndex) -> Result<Self, ProtocolError> {
        let proto::DocumentIndex {
            documents,
            passages,
            pending_documents,
            embedded_passages,
            unreadable_documents,
            folder_problem,
        } = value;
        Ok(Self {
            documents: to_u32(documents, "documents")?,
            passages: to_u32(passages, "passages")?,
            pending_documents: to_u32(pending_documents, "pending_documents")?,
            embedded_passages: to_u32(embedded_passages, "embedded_passages")?,
            unreadable_documents: to_u32(unreadable_documents, "unreadable_documents")?,
            folder_problem,
        })
    }
}
