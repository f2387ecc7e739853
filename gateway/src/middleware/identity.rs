//! Who a request speaks for, from its bearer token.
//!
//! A bad token refuses nothing by itself: public routes stay public, and a route that needs a permission tells what is
//! wrong with the token. The header goes no further.

use crate::app::App;
use crate::call::Visitor;
use crate::counters;
use crate::error::Error;
use http::{HeaderMap, header};

/// Takes the credentials out of `headers` and says who they are of.
pub(crate) fn recognise(app: &App, headers: &mut HeaderMap) -> Visitor {
    let visitor = visitor(app, headers);
    headers.remove(header::AUTHORIZATION);
    headers.remove(header::COOKIE);
    visitor
}

fn visitor(app: &App, headers: &HeaderMap) -> Visitor {
    let anonymous = |refused| Visitor::Anonymous { caller: app.anonymous.clone(), refused };
    let mut sent = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = sent.next() else { return anonymous(None) };
    // Two tokens are none.
    let single = sent.next().is_none();
    let token = value.to_str().ok().filter(|_| single).and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
    });
    match token.ok_or(Error::TokenInvalid).and_then(|token| app.auth.recognise(token)) {
        Ok(caller) => Visitor::Known(caller),
        Err(error) => {
            let reason = match error {
                Error::TokenExpired => "expired",
                Error::TokenRevoked => "revoked",
                _ => "invalid",
            };
            counters::count_as(counters::TOKENS_REFUSED, "reason", reason);
            anonymous(Some(error))
        }
    }
}
