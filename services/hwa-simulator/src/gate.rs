//! What every request of the REST API passes: counting, faults, authentication, the log of effects, and the
//! headers and error bodies of the answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use secrecy::ExposeSecret;
use subtle::ConstantTimeEq;

use crate::faults::Fault;
use crate::problem::Problem;
use crate::routes::{Served, served};
use crate::shared::{Credentials, Effect, Shared};
use crate::wire::time::Stamp;

/// Bodies of changing calls are kept in the log of effects up to this size; larger ones are refused.
const LARGEST_BODY: usize = 1 << 20;

/// Faults that struck this request, put there by the listener.
#[derive(Debug, Clone, Default)]
pub(crate) struct Struck(pub(crate) Vec<Fault>);

pub(crate) async fn pass(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let struck = request.extensions().get::<Struck>().cloned().unwrap_or_default().0;
    for fault in &struck {
        if let Fault::LatencyMs(milliseconds) = fault {
            tokio::time::sleep(Duration::from_millis(*milliseconds)).await;
        }
    }
    let forced = struck.iter().find_map(|fault| match fault {
        Fault::Status(status) => StatusCode::from_u16(*status).ok(),
        Fault::Unauthorized => Some(StatusCode::UNAUTHORIZED),
        _ => None,
    });
    let response = match forced {
        Some(status) => Problem::new(status, forced_message(status)).into_response(),
        None if struck.contains(&Fault::HtmlBody) => {
            let page = "<html><body><h1>Service gateway</h1><p>Please try again later.</p></body></html>";
            ([(header::CONTENT_TYPE, "text/html")], page).into_response()
        }
        None => answer(&shared, request, next).await,
    };
    finish(&shared, response, &struck)
}

fn forced_message(status: StatusCode) -> String {
    match status {
        StatusCode::UNAUTHORIZED => "SRVE0295E: Error reported: 401".to_owned(),
        StatusCode::FORBIDDEN => {
            "AWSJDB817E The user is not authorized to perform the action on the object.".to_owned()
        }
        other => format!("AWSJCS001E The server answered {other} because a fault was injected."),
    }
}

async fn answer(shared: &Arc<Shared>, request: Request, next: Next) -> Response {
    let template = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    shared.count_request(request.method().as_str(), template.as_deref().unwrap_or("(unknown)"));
    let open = matches!(request.uri().path(), "/twsd/" | "/twsd" | "/metrics");
    if !open && !shared.credentials.admit(request.headers()) {
        return Problem::new(StatusCode::UNAUTHORIZED, forced_message(StatusCode::UNAUTHORIZED))
            .into_response();
    }
    let here = match template.as_deref().map(served) {
        Some(Served::Only(variant)) => variant == shared.switches().variant,
        Some(Served::Both) | None => true,
    };
    if !here {
        return Problem::no_path().into_response();
    }
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        return next.run(request).await;
    }
    changing(shared, request, next).await
}

/// Keeps a record of a call that wants to change something.
async fn changing(shared: &Arc<Shared>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, LARGEST_BODY).await else {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "the body is too large").into_response();
    };
    let justification = parts.headers.iter().filter(|(name, _)| name.as_str().starts_with("justification-"));
    let justification: BTreeMap<String, String> = justification
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let mut effect = Effect {
        number: 0,
        at: Stamp(shared.clock.now()).instant(),
        method: parts.method.to_string(),
        path: parts.uri.path_and_query().map(ToString::to_string).unwrap_or_default(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
        justification,
        status: 0,
    };
    let response = next.run(Request::from_parts(parts, Body::from(bytes))).await;
    effect.status = response.status().as_u16();
    shared.record(effect);
    response
}

fn finish(shared: &Shared, response: Response, struck: &[Fault]) -> Response {
    let shape = shared.switches().error_bodies;
    let status = response.status();
    let noted = response.extensions().get::<Problem>().cloned();
    let mut response = match noted {
        Some(problem) => {
            let mut rendered = problem.render(shape);
            rendered.headers_mut().extend(
                response
                    .headers()
                    .clone()
                    .into_iter()
                    .filter(|(name, _)| name.as_ref().is_some_and(|name| *name == header::ALLOW)),
            );
            rendered
        }
        None => response,
    };
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Basic realm=\"defaultRealm\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    let date = Stamp(shared.clock.now() + shared.faults.skew_seconds()).instant();
    if let Ok(date) = HeaderValue::from_str(&date.format("%a, %d %b %Y %H:%M:%S GMT").to_string()) {
        response.headers_mut().insert(header::DATE, date);
    }
    struck.iter().fold(response, |response, fault| match fault {
        Fault::SlowBodyMs(milliseconds) => slowly(response, Duration::from_millis(*milliseconds)),
        Fault::TruncatedBody => truncated(response),
        _ => response,
    })
}

/// Sends the body in small pieces.
fn slowly(response: Response, pause: Duration) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let pieces = body.into_data_stream().flat_map(|chunk| {
        let pieces: Vec<Result<Bytes, axum::Error>> = match chunk {
            Ok(bytes) => bytes.chunks(512).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect(),
            Err(error) => vec![Err(error)],
        };
        futures::stream::iter(pieces)
    });
    let paced = pieces.then(move |piece| async move {
        tokio::time::sleep(pause).await;
        piece
    });
    Response::from_parts(parts, Body::from_stream(paced))
}

/// Breaks the connection half-way through the body.
fn truncated(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    let halves = body.into_data_stream().map(|chunk| chunk.map(|bytes| bytes.slice(..bytes.len() / 2)));
    let broken = futures::stream::once(async {
        // The first half must have left before the connection breaks.
        tokio::time::sleep(Duration::from_millis(20)).await;
        Err(axum::Error::new(std::io::Error::other("truncated by a fault")))
    });
    Response::from_parts(parts, Body::from_stream(halves.chain(broken)))
}

impl Credentials {
    fn admit(&self, headers: &HeaderMap) -> bool {
        let Some(value) = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()) else {
            return false;
        };
        let Some((scheme, given)) = value.split_once(' ') else { return false };
        let same = |left: &str, right: &str| bool::from(left.as_bytes().ct_eq(right.as_bytes()));
        if scheme.eq_ignore_ascii_case("Bearer") {
            return self.tokens.iter().any(|token| same(token.expose_secret(), given.trim()));
        }
        if !scheme.eq_ignore_ascii_case("Basic") {
            return false;
        }
        let decoded = STANDARD.decode(given.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded.as_deref().and_then(|pair| pair.split_once(':')).is_some_and(|(user, password)| {
            same(user, &self.user) & same(password, self.password.expose_secret())
        })
    }
}
