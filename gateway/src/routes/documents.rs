//! `/api/documents…`: runbooks and manuals, found, shown, uploaded and removed.

use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::{Params, read_body};
use crate::security::{Details, begin};
use crate::uploads::{self, DOCUMENT_BYTES, RPC};
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use http::{HeaderMap, HeaderValue, Request, StatusCode, header};
use resync_api::documents::model::{
    DocumentHeader, DocumentUploadOutcome, GetDocument, ListDocuments, SearchRequest,
};
use serde_json::json;

/// What a document may be sent as. Which of them it is, its name and its bytes say.
const ACCEPTED: &str =
    "text/markdown, text/plain, text/html, application/pdf or application/octet-stream, the file as it is";
const MEDIA_TYPES: [&str; 5] =
    ["text/markdown", "text/plain", "text/html", "application/pdf", "application/octet-stream"];

/// `GET /api/documents`
pub(crate) async fn documents(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.documents("ListDocuments")?;
    let mut params = Params::from_query(query.as_deref(), &["page_size", "page_token"])?;
    let request =
        ListDocuments { page_size: params.number("page_size")?, page_token: params.text("page_token") };
    json(&client.list(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/documents/{document}`, by identifier or name.
pub(crate) async fn document(
    call: Call,
    Segments(document): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.documents("GetDocument")?;
    let mut params = Params::from_query(query.as_deref(), &["page_size", "page_token"])?;
    let request = GetDocument {
        document_id: document,
        page_size: params.number("page_size")?,
        page_token: params.text("page_token"),
    };
    json(&client.get(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/documents/search`
pub(crate) async fn search(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.documents("SearchDocuments")?;
    let mut params = Params::from_query(query.as_deref(), &["q", "limit", "document_id"])?;
    let request = SearchRequest {
        query: params.take("q").ok_or_else(|| Error::field("q", "required"))?,
        limit: params.number("limit")?,
        document_ids: params.take("document_id").into_iter().collect(),
    };
    json(&client.search(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `POST /api/documents?name=…`: the body is the file.
pub(crate) async fn upload(
    call: Call,
    RawQuery(query): RawQuery,
    request: Request<Body>,
) -> Result<Response, Error> {
    call.documents("UploadDocument")?;
    let mut params = Params::from_query(query.as_deref(), &["name", "title"])?;
    let name = params.text("name");
    if name.is_empty() {
        return Err(Error::field("name", "required: the file's name with its ending, such as agents.md"));
    }
    acceptable(request.headers())?;
    let _place = uploads::enter(call.app())?;
    let content = read_body(request, DOCUMENT_BYTES).await?;
    let header = DocumentHeader { name, title: params.text("title") };
    let noted = begin(&call, RPC);
    // Anew: its time begins when the bytes are here.
    let uploaded = call.documents("UploadDocument")?.upload(header, content).await;
    let answer = uploaded.map_err(|fault| Error::upstream(&fault)).and_then(|uploaded| {
        let mut response = json(&uploaded)?;
        if uploaded.outcome == DocumentUploadOutcome::Created {
            *response.status_mut() = StatusCode::CREATED;
        }
        let document = &uploaded.document;
        if let Ok(place) = HeaderValue::try_from(format!("{}/{}", uploads::ROUTE, document.id)) {
            response.headers_mut().insert(header::LOCATION, place);
        }
        let details = [
            ("name", json!(document.name)),
            ("sha256", json!(document.sha256)),
            ("outcome", json!(uploaded.outcome)),
        ];
        Details::put(&mut response, details);
        Ok(response)
    });
    let response = axum::response::IntoResponse::into_response(answer);
    noted.end(&response);
    Ok(response)
}

/// A form would be kept with what is around the file in it.
fn acceptable(headers: &HeaderMap) -> Result<(), Error> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    let known = MEDIA_TYPES.iter().any(|known| essence.eq_ignore_ascii_case(known));
    if known { Ok(()) } else { Err(Error::MediaType { expected: ACCEPTED }) }
}

/// `DELETE /api/documents/{document}`, by identifier or name.
pub(crate) async fn delete(call: Call, Segments(document): Segments<String>) -> Result<StatusCode, Error> {
    let client = call.documents("DeleteDocument")?;
    client.delete(&document).await.map_err(|fault| Error::upstream(&fault))?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/documents/reindex`: begun, not done, when it answers.
pub(crate) async fn reindex(call: Call) -> Result<Response, Error> {
    let client = call.documents("ReindexDocuments")?;
    let mut response = json(&client.reindex().await.map_err(|fault| Error::upstream(&fault))?)?;
    *response.status_mut() = StatusCode::ACCEPTED;
    Ok(response)
}
