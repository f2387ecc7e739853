//! The outermost layer: names the request, renders errors in its protocol, returns its ids, and has it observed.

use crate::app::App;
use crate::context::{REQUEST_ID, RequestContext};
use crate::problem::{Failure, render};
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use resync_service_kit::correlation::CORRELATION_HEADER;
use std::sync::Arc;
use std::time::Instant;

const TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

pub(crate) async fn edge(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let context = RequestContext::read(&mut request, &app.config.trusted_proxies);
    let route = request.extensions().get::<MatchedPath>().cloned();
    request.extensions_mut().insert(context.clone());
    let mut response = next.run(request).await;
    let failure = response.extensions_mut().remove::<Failure>();
    if let Some(Failure(error)) = &failure {
        let headers = std::mem::take(response.headers_mut());
        response = render(error, &context, headers);
    }
    let id = context.correlation_id().header_value();
    let headers = response.headers_mut();
    headers.insert(HeaderName::from_static(REQUEST_ID), id.clone());
    headers.insert(HeaderName::from_static(CORRELATION_HEADER), id);
    if let Ok(trace) = HeaderValue::from_str(context.trace_id()) {
        headers.insert(TRACE_ID, trace);
    }
    let route = route.as_ref().map(MatchedPath::as_str);
    app.observer.request_ended(&context, route, &response, failure.as_ref(), began.elapsed());
    response
}
