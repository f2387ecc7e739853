//! Who a request speaks for, from its bearer token.
//!
//! A bad token refuses nothing by itself: public routes stay public, and a route that needs a permission tells what is
//! wrong with the token. The header goes no further.

use crate::app::App;
use crate::call::Visitor;
use crate::error::Error;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, header};
use std::sync::Arc;

pub(crate) async fn identity(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let visitor = visitor(&app, request.headers());
    request.headers_mut().remove(header::AUTHORIZATION);
    request.headers_mut().remove(header::COOKIE);
    request.extensions_mut().insert(visitor);
    next.run(request).await
}

fn visitor(app: &App, headers: &HeaderMap) -> Visitor {
    let anonymous = |refused| Visitor::Anonymous { caller: app.anonymous.clone(), refused };
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = sent.next() else { return anonymous(None) };
    if sent.next().is_some() {
        return anonymous(Some(Error::TokenInvalid));
    }
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    match token.ok_or(Error::TokenInvalid).and_then(|token| app.auth.recognise(token)) {
        Ok(caller) => Visitor::Known(caller),
        Err(error) => anonymous(Some(error)),
    }
}
