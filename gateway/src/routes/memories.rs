//! `/api/memories` and `/api/corrections`: what people taught, and what a reviewer decided about it.

use crate::app::BODY_BYTES;
use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::{Params, typed};
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use chrono::{DateTime, Utc};
use http::{HeaderValue, Request, StatusCode, header};
use resync_api::agent::model::Language;
use resync_api::memories::model::{
    CorrectionProposal, ListMemories, MemoryAction, MemoryCorrection, MemoryDecision, MemoryObject,
    MemoryProposal, MemoryScope, MemorySource, MemorySourceKind, Proposed,
};
use resync_api::tws::model::ObjectKind;
use serde::Deserialize;

/// The body of `POST /api/memories`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProposalBody {
    text: String,
    #[serde(default)]
    scope: ScopeBody,
    confidence: Option<f64>,
    expires_at: Option<DateTime<Utc>>,
}

/// Empty: everything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScopeBody {
    #[serde(default)]
    engine: String,
    about: Option<AboutBody>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct AboutBody {
    kind: ObjectKind,
    name: String,
}

impl From<ProposalBody> for MemoryProposal {
    fn from(body: ProposalBody) -> Self {
        let ProposalBody { text, scope: ScopeBody { engine, about }, confidence, expires_at } = body;
        let about = about.map(|AboutBody { kind, name }| MemoryObject { kind, name });
        let scope = MemoryScope { engine, about };
        Self { text, scope, source: MemorySource::default(), confidence, expires_at }
    }
}

/// The body of `POST /api/corrections`: an intended query, a note, or both.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CorrectionBody {
    question: String,
    #[serde(default)]
    language: Language,
    #[serde(default)]
    intended_query: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    engine: String,
    #[serde(default)]
    conversation_id: String,
    confidence: Option<f64>,
    expires_at: Option<DateTime<Utc>>,
}

impl From<CorrectionBody> for CorrectionProposal {
    fn from(body: CorrectionBody) -> Self {
        let CorrectionBody {
            question,
            language,
            intended_query,
            note,
            engine,
            conversation_id,
            confidence,
            expires_at,
        } = body;
        let source = MemorySource { kind: MemorySourceKind::Answer, conversation_id };
        let correction = MemoryCorrection { question, language, intended_query, note };
        Self { correction, engine, source, confidence, expires_at }
    }
}

/// The body of `POST /api/memories/{memory}/review`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ReviewBody {
    action: MemoryAction,
    expected_revision: u64,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    intended_query: String,
    expires_at: Option<DateTime<Utc>>,
}

/// `GET /api/memories`
pub(crate) async fn memories(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let known = ["engine", "state", "kind", "about_kind", "about", "page_size", "page_token"];
    let mut params = Params::from_query(query.as_deref(), &known)?;
    let engine = params.text("engine");
    let client = call.memories("ListMemories", &engine)?;
    let about = match (params.word("about_kind")?, params.take("about").filter(|name| !name.is_empty())) {
        (Some(kind), Some(name)) => Some(MemoryObject { kind, name }),
        (None, None) => None,
        (Some(_), None) => return Err(Error::field("about", "goes with about_kind")),
        (None, Some(_)) => return Err(Error::field("about_kind", "goes with about")),
    };
    let request = ListMemories {
        engine,
        state: params.word("state")?,
        kind: params.word("kind")?,
        about,
        page_size: params.number("page_size")?,
        page_token: params.text("page_token"),
    };
    json(&client.list(request).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `POST /api/memories`
pub(crate) async fn propose(call: Call, request: Request<Body>) -> Result<Response, Error> {
    let client = call.memories("ProposeMemory", "")?;
    let asked: ProposalBody = typed(request, BODY_BYTES).await?;
    proposed(&client.propose(asked.into()).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `POST /api/corrections`
pub(crate) async fn correct(call: Call, request: Request<Body>) -> Result<Response, Error> {
    let client = call.memories("ProposeCorrection", "")?;
    let asked: CorrectionBody = typed(request, BODY_BYTES).await?;
    proposed(&client.correct(asked.into()).await.map_err(|fault| Error::upstream(&fault))?)
}

/// What was kept already is no new thing.
fn proposed(proposed: &Proposed) -> Result<Response, Error> {
    let mut response = json(&proposed.memory)?;
    if proposed.created {
        *response.status_mut() = StatusCode::CREATED;
    }
    if let Ok(place) = HeaderValue::try_from(format!("/api/memories/{}", proposed.memory.id)) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// `GET /api/memories/{memory}`
pub(crate) async fn memory(
    call: Call,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.memories("GetMemory", "")?;
    Params::from_query(query.as_deref(), &[])?;
    json(&client.get(&id).await.map_err(|fault| Error::upstream(&fault))?)
}

/// `POST /api/memories/{memory}/review`
pub(crate) async fn review(
    call: Call,
    Segments(memory_id): Segments<String>,
    request: Request<Body>,
) -> Result<Response, Error> {
    let client = call.memories("ReviewMemory", "")?;
    let ReviewBody { action, expected_revision, reason, text, intended_query, expires_at } =
        typed(request, BODY_BYTES).await?;
    let decision =
        MemoryDecision { memory_id, action, reason, expected_revision, text, intended_query, expires_at };
    json(&client.review(decision).await.map_err(|fault| Error::upstream(&fault))?)
}
