//! `resync.graph.v1.DocumentService`: parse, call the handle, encode.

use resync_api::documents::model::{GetDocument, ListDocuments, SearchRequest, UploadPart};
use resync_api::proto::graph::v1 as proto;
use resync_api::proto::graph::v1::document_service_server::{DocumentService, DocumentServiceServer};
use resync_api::protocol_error::ProtocolError;
use resync_service_kit::identity::Caller;
use tonic::{Request, Response, Status, Streaming};

use crate::documents::error::Error;
use crate::documents::library::Handle;
use crate::grpc::calling::{caller, refused, require};

const MANAGE: &str = "documents.manage";

/// Largest piece of an upload.
const MAX_MESSAGE_BYTES: usize = 4 << 20;

/// The service to add to the role's server.
#[must_use]
pub fn service(handle: Handle) -> DocumentServiceServer<Documents> {
    DocumentServiceServer::new(Documents { handle }).max_decoding_message_size(MAX_MESSAGE_BYTES)
}

/// Answers RPCs from the handle.
#[derive(Debug, Clone)]
pub struct Documents {
    handle: Handle,
}

/// Who may change documents: they are of no engine and for everybody, so the permission must hold everywhere.
fn manager<M>(request: &Request<M>) -> Result<Caller, Status> {
    let caller = caller(request)?;
    require(&caller, MANAGE, "")?;
    Ok(caller)
}

fn parsed<M, D>(request: Request<M>) -> Result<D, Status>
where
    D: TryFrom<M, Error = ProtocolError>,
{
    request.into_inner().try_into().map_err(refused)
}

fn answer<D, M: From<D>>(outcome: Result<D, Error>) -> Result<Response<M>, Status> {
    outcome.map(|answer| Response::new(answer.into())).map_err(refused)
}

async fn next_part(
    parts: &mut Streaming<proto::UploadDocumentRequest>,
) -> Result<Option<UploadPart>, Status> {
    parts.message().await?.map(UploadPart::try_from).transpose().map_err(refused)
}

#[tonic::async_trait]
impl DocumentService for Documents {
    async fn search_documents(
        &self,
        request: Request<proto::SearchDocumentsRequest>,
    ) -> Result<Response<proto::SearchDocumentsResponse>, Status> {
        let request: SearchRequest = parsed(request)?;
        answer(self.handle.search(request).await)
    }

    async fn list_documents(
        &self,
        request: Request<proto::ListDocumentsRequest>,
    ) -> Result<Response<proto::ListDocumentsResponse>, Status> {
        let request: ListDocuments = parsed(request)?;
        answer(self.handle.list(&request))
    }

    async fn get_document(
        &self,
        request: Request<proto::GetDocumentRequest>,
    ) -> Result<Response<proto::GetDocumentResponse>, Status> {
        let request: GetDocument = parsed(request)?;
        answer(self.handle.get(&request).await)
    }

    async fn upload_document(
        &self,
        request: Request<Streaming<proto::UploadDocumentRequest>>,
    ) -> Result<Response<proto::UploadDocumentResponse>, Status> {
        let caller = manager(&request)?;
        let mut parts = request.into_inner();
        let Some(UploadPart::Header(header)) = next_part(&mut parts).await? else {
            return Err(refused(Error::UploadMalformed));
        };
        let mut upload = self.handle.upload(header).map_err(refused)?;
        while let Some(part) = next_part(&mut parts).await? {
            let UploadPart::Chunk(chunk) = part else { return Err(refused(Error::UploadMalformed)) };
            upload.push(&chunk).map_err(refused)?;
        }
        answer(upload.finish(&caller.subject).await)
    }

    async fn delete_document(
        &self,
        request: Request<proto::DeleteDocumentRequest>,
    ) -> Result<Response<proto::DeleteDocumentResponse>, Status> {
        manager(&request)?;
        let id = request.into_inner().document_id;
        if id.is_empty() {
            return Err(refused(ProtocolError::Missing { field: "document_id" }));
        }
        self.handle.delete(&id).await.map_err(refused)?;
        Ok(Response::new(proto::DeleteDocumentResponse {}))
    }

    async fn reindex_documents(
        &self,
        request: Request<proto::ReindexDocumentsRequest>,
    ) -> Result<Response<proto::ReindexDocumentsResponse>, Status> {
        manager(&request)?;
        let index = Some(self.handle.reindex().into());
        Ok(Response::new(proto::ReindexDocumentsResponse { index }))
    }
}
