//! The inner layer: who may come in at all, in whose name, and for how long.

use crate::app::App;
use crate::context::RequestContext;
use crate::error::Error;
use crate::middleware::identity;
use crate::{security, uploads};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use resync_service_kit::context::CallContext;
use resync_service_kit::origin::ClientAddress;
use std::sync::Arc;

pub(crate) async fn admission(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    admitted(&app, request, next).await.unwrap_or_else(|refusal| refusal)
}

async fn admitted(app: &App, mut request: Request, next: Next) -> Result<Response, Response> {
    // Put there by the edge.
    let context = request
        .extensions()
        .get::<RequestContext>()
        .cloned()
        .ok_or_else(|| Error::Panicked.into_response())?;
    let address = context.address();
    // Before signatures are checked.
    app.limits.admit_address(address)?;
    let visitor = identity::recognise(app, request.headers_mut());
    // Needs to know who it is.
    let remaining = app.limits.admit(&visitor, address).await?;
    // Calls made for this request belong to its trace.
    let calls = CallContext {
        caller: Some(visitor.caller().clone()),
        deadline: None,
        correlation_id: context.correlation_id().clone(),
        client_address: Some(ClientAddress(context.address())),
        traceparent: Some(context.traceparent().clone()),
    };
    request.extensions_mut().insert(visitor.clone());
    // A stream only has to begin in time. Dropping the handler drops the call it waits for.
    let limit = uploads::time_limit(app, &request);
    let mut response = tokio::time::timeout(limit, calls.scope(next.run(request)))
        .await
        .unwrap_or_else(|_| Error::TimedOut { limit }.into_response());
    security::refused(&app.witness, &context, &visitor, &response);
    app.limits.announce(remaining, &mut response);
    Ok(response)
}
