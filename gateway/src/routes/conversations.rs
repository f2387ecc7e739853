//! `/api/conversations`: what the caller asked and was answered. There is no way to another person's.

use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::Params;
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use futures::TryStreamExt as _;
use http::{HeaderValue, StatusCode, header};
use resync_api::conversations::model::{
    ConversationExportFormat, ExportConversation, GetConversation, ListConversations,
};

const PAGE: &[&str] = &["page_size", "page_token"];

/// `GET /api/conversations`
pub(crate) async fn conversations(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.conversations("ListConversations")?;
    let mut params = Params::from_query(query.as_deref(), PAGE)?;
    let request =
        ListConversations { page_size: params.number("page_size")?, page_token: params.text("page_token") };
    json(&client.list(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/conversations/{conversation}`
pub(crate) async fn conversation(
    call: Call,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.conversations("GetConversation")?;
    let mut params = Params::from_query(query.as_deref(), PAGE)?;
    let request = GetConversation {
        conversation_id: id,
        page_size: params.number("page_size")?,
        page_token: params.text("page_token"),
    };
    json(&client.get(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `GET /api/conversations/{conversation}/export`
pub(crate) async fn export(
    call: Call,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.conversations("ExportConversation")?;
    let mut params = Params::from_query(query.as_deref(), &["format"])?;
    let (format, media_type, file) = match params.text("format").as_str() {
        "" | "markdown" => {
            (ConversationExportFormat::Markdown, "text/markdown; charset=utf-8", "conversation.md")
        }
        "jsonl" => (ConversationExportFormat::JsonLines, "application/jsonl", "conversation.jsonl"),
        _ => return Err(Error::field("format", "markdown or jsonl is needed")),
    };
    let parts = client.export(ExportConversation { conversation_id: id, format }).await;
    let parts = parts.map_err(|fault| Error::upstream(&fault))?;
    let held = call.stream();
    let parts = parts.inspect_ok(move |_| {
        let _held = &held;
    });
    let mut response = Response::new(Body::from_stream(parts));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(name) = HeaderValue::try_from(format!("attachment; filename=\"{file}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// `DELETE /api/conversations/{conversation}`
pub(crate) async fn delete(call: Call, Segments(id): Segments<String>) -> Result<StatusCode, Error> {
    let client = call.conversations("DeleteConversation")?;
    client.delete(&id).await.map_err(|fault| Error::upstream(&fault))?;
    Ok(StatusCode::NO_CONTENT)
}
