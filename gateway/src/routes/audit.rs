//! `/api/audit/…`: who did what, for those who look after that, and whether the log is what it was.

use crate::app::BODY_BYTES;
use crate::call::{Call, json, not_json};
use crate::error::Error;
use crate::params::{Params, typed};
use crate::problem::Problem;
use crate::security::{Details, begin};
use axum::body::Body;
use axum::extract::RawQuery;
use axum::response::Response;
use bytes::Bytes;
use futures::stream::{BoxStream, StreamExt as _};
use http::{HeaderValue, Request, header};
use resync_api::audit::client::VerifyStep;
use resync_api::audit::model::{AuditSearch, Checkpoint, ExportFormat};
use resync_fault::FaultBody;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::convert::Infallible;

const EXPORT: &str = "/resync.audit.v1.AuditService/ExportAuditEvents";
const JSON_LINES: HeaderValue = HeaderValue::from_static("application/jsonl");

/// The forms of `GET /api/audit/export`.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Jsonl,
    Csv,
}

/// The body of `POST /api/audit/verify`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VerifyBody {
    #[serde(default)]
    chain: String,
    /// Kept elsewhere.
    checkpoints: Vec<Checkpoint>,
}

/// `GET /api/audit/events`
pub(crate) async fn events(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    const FIELDS: &[&str] = &[
        "engine",
        "actor",
        "category",
        "action",
        "target",
        "result",
        "correlation_id",
        "from",
        "until",
        "page_size",
        "page_token",
    ];
    call.audit("ListAuditEvents", "")?;
    let mut params = Params::from_query(query.as_deref(), FIELDS)?;
    let search = search(&mut params)?;
    let (size, token) = (params.number("page_size")?, params.text("page_token"));
    let client = call.audit("ListAuditEvents", &search.engine)?;
    let page = client.list(search, size, token).await.map_err(|fault| Error::upstream(&fault))?;
    json(&page)
}

/// `GET /api/audit/report`
pub(crate) async fn report(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    call.audit("GetAuditReport", "")?;
    let mut params = Params::from_query(query.as_deref(), &["engine", "from", "until"])?;
    let search = search(&mut params)?;
    let client = call.audit("GetAuditReport", &search.engine)?;
    json(&client.report(search).await.map_err(|fault| Error::upstream(&fault))?)
}

/// Everything that a query says about events; what a route does not take was refused before.
fn search(params: &mut Params) -> Result<AuditSearch, Error> {
    Ok(AuditSearch {
        engine: params.text("engine"),
        actor: params.text("actor"),
        category: params.word("category")?,
        action: params.text("action"),
        target: params.text("target"),
        result: params.word("result")?,
        correlation_id: params.text("correlation_id"),
        from: params.time("from")?,
        until: params.time("until")?,
    })
}

/// `GET /api/audit/export`: the file as it is read, however long it is. One that cannot be read to its end breaks off, so
/// that nobody takes it for whole.
pub(crate) async fn export(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    const FIELDS: &[&str] = &["format", "engine", "actor", "category", "from", "until"];
    call.audit("ExportAuditEvents", "")?;
    let mut params = Params::from_query(query.as_deref(), FIELDS)?;
    let format: Format = params.word("format")?.unwrap_or_default();
    let search = search(&mut params)?;
    let (form, content_type, disposition) = match format {
        Format::Jsonl => (ExportFormat::JsonLines, JSON_LINES, "attachment; filename=\"audit.jsonl\""),
        Format::Csv => (
            ExportFormat::Csv,
            HeaderValue::from_static("text/csv; charset=utf-8"),
            "attachment; filename=\"audit.csv\"",
        ),
    };
    let client = call.audit("ExportAuditEvents", &search.engine)?;
    let noted = begin(&call, EXPORT);
    let details = [("format", json!(format)), ("search", json!(search))];
    let mut parts = client.export(search, form).await.map_err(|fault| Error::upstream(&fault))?;
    // A store that is out is an answer of its own, not an empty file.
    let first = parts.next().await.transpose().map_err(|fault| Error::upstream(&fault))?;
    let first = futures::stream::iter(first.map(Ok::<_, FaultBody>));
    let open = call.stream();
    let body = first.chain(parts).map(move |part| {
        let _open = &open;
        part.map_err(|fault| std::io::Error::other(fault.message))
    });
    let mut response = download(Body::from_stream(body), content_type);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    Details::put(&mut response, details);
    noted.end(&response);
    Ok(response)
}

fn download(body: Body, content_type: HeaderValue) -> Response {
    let mut response = Response::new(body);
    response.headers_mut().insert(header::CONTENT_TYPE, content_type);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// `GET /api/audit/checkpoints`
pub(crate) async fn checkpoints(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.audit("ListAuditCheckpoints", "")?;
    Params::from_query(query.as_deref(), &[])?;
    let (checkpoints, public_key) = client.checkpoints().await.map_err(|fault| Error::upstream(&fault))?;
    json(&json!({ "checkpoints": checkpoints, "public_key": public_key }))
}

/// `GET /api/audit/verify`: against the checkpoints of this installation.
pub(crate) async fn verify(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    call.audit("VerifyAudit", "")?;
    let mut params = Params::from_query(query.as_deref(), &["chain"])?;
    verdicts(&call, params.text("chain"), Vec::new()).await
}

/// `POST /api/audit/verify`: also against checkpoints that were kept elsewhere.
pub(crate) async fn verify_against(call: Call, request: Request<Body>) -> Result<Response, Error> {
    call.audit("VerifyAudit", "")?;
    let VerifyBody { chain, checkpoints } = typed(request, BODY_BYTES).await?;
    verdicts(&call, chain, checkpoints).await
}

/// A line for each step, since a long chain takes longer than a response may take to begin; the last one says whether
/// everything is sound, and is missing when that was not found out.
async fn verdicts(call: &Call, chain: String, checkpoints: Vec<Checkpoint>) -> Result<Response, Error> {
    let client = call.audit("VerifyAudit", "")?;
    let steps = client.verify(chain, checkpoints).await.map_err(|fault| Error::upstream(&fault))?;
    Ok(download(Body::from_stream(lines(call.clone(), steps)), JSON_LINES))
}

fn lines(
    call: Call,
    mut steps: BoxStream<'static, Result<VerifyStep, FaultBody>>,
) -> impl futures::Stream<Item = Result<Bytes, Infallible>> + Send {
    async_stream::stream! {
        let _open = call.stream();
        let (mut chains, mut broken) = (0_u32, 0_u32);
        while let Some(step) = steps.next().await {
            match step {
                Ok(VerifyStep::Read(entries)) => yield Ok(line(&json!({ "entries_read": entries }))),
                Ok(VerifyStep::Verdict(verdict)) => {
                    chains += 1;
                    broken += u32::from(verdict.first_break.is_some());
                    yield Ok(line(&json!({ "verdict": verdict })));
                }
                Err(fault) => {
                    let error = Error::upstream(&fault);
                    yield Ok(line(&json!({ "error": Problem::new(&error, call.context()) })));
                    return;
                }
            }
        }
        yield Ok(line(&json!({ "sound": broken == 0, "chains": chains, "broken": broken })));
    }
}

fn line(value: &impl Serialize) -> Bytes {
    match serde_json::to_vec(value) {
        Ok(mut line) => {
            line.push(b'\n');
            line.into()
        }
        Err(error) => {
            not_json(error);
            Bytes::new()
        }
    }
}
