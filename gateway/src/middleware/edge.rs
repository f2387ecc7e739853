//! The outermost layer: names the request, renders errors in its protocol, and sees to it that every response, refusals
//! and preflights included, carries its ids and the security headers and has its line in the log.

use crate::app::App;
use crate::context::{REQUEST_ID, RequestContext};
use crate::middleware::cors::CrossOrigin;
use crate::middleware::{observe, security_headers};
use crate::problem::{Failure, render};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, StatusCode};
use resync_service_kit::correlation::CORRELATION_HEADER;
use std::sync::Arc;
use std::time::Instant;

const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

pub(crate) async fn edge(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map(MatchedPath::as_str);
    let span = observe::begin(&mut request, route);
    let context = RequestContext::read(&mut request, &app.config.trusted_proxies);
    let cross_origin = CrossOrigin::of(&request, &app.config);
    request.extensions_mut().insert(context.clone());
    let mut response = match &cross_origin {
        // Carries no token and needs none.
        Some(asking) if asking.is_preflight() => StatusCode::NO_CONTENT.into_response(),
        _ => observe::within(&span, &context, next.run(request)).await,
    };
    let failure = response.extensions_mut().remove::<Failure>();
    if let Some(Failure(error)) = &failure {
        let headers = std::mem::take(response.headers_mut());
        response = render(error, &context, headers);
    }
    let headers = response.headers_mut();
    security_headers::apply(&app.config, headers);
    if let Some(cross_origin) = cross_origin {
        cross_origin.apply(headers);
    }
    let id = context.correlation_id().header_value();
    headers.insert(HeaderName::from_static(REQUEST_ID), id.clone());
    headers.insert(HeaderName::from_static(CORRELATION_HEADER), id);
    if let Ok(trace) = HeaderValue::from_str(context.trace_id()) {
        headers.insert(TRACE_ID, trace);
    }
    app.observer.request_ended(&span, &context, route, &response, failure.as_ref(), began.elapsed());
    response
}
