//! `POST /token`: the OAuth2 token endpoint, grants `password` and `refresh_token`.
//!
//! Errors have the form of RFC 6749 section 5.2, not of problem documents, because OAuth clients read that one.

use crate::auth::{Grant, LoginError};
use crate::call::Call;
use crate::error::{Error, whole_seconds};
use crate::params::Params;
use crate::security;
use axum::body::Body;
use axum::response::Response;
use http::{HeaderValue, Request, StatusCode, header};
use resync_fault::Fault;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::time::Duration;

const FIELDS: &[&str] =
    &["grant_type", "username", "password", "refresh_token", "scope", "client_id", "client_secret"];
const MAX_FORM_BYTES: usize = 8 * 1024;
const BUSY_RETRY: Duration = Duration::from_secs(1);

/// `POST /token`
pub(crate) async fn token(call: Call, request: Request<Body>) -> Result<Response, Error> {
    let witness = &call.app().witness;
    if let Err(wait) = call.app().limits.admit_login(call.context().address()).await {
        security::login_refused_by_limit(witness, call.context());
        return Ok(refusal(&LoginError::Throttled(wait)));
    }
    let mut form = match Params::from_form(request, FIELDS, MAX_FORM_BYTES).await {
        Ok(form) => form,
        // The client's library reads an OAuth error; the two that concern the transport stay what they are.
        Err(error @ (Error::MediaType { .. } | Error::BodyTooLarge { .. })) => return Err(error),
        Err(error) => return Ok(invalid_request(&error.public_message())),
    };
    let address = call.context().address();
    let auth = &call.app().auth;
    let outcome = match form.take("grant_type").as_deref() {
        Some("password") => match (form.take("username"), form.take("password")) {
            (Some(user), Some(password)) => {
                let outcome = auth.login(&user, password.into(), address).await;
                security::login(witness, call.context(), &user, &outcome);
                outcome
            }
            _ => return Ok(invalid_request("username and password are required")),
        },
        Some("refresh_token") => match form.take("refresh_token") {
            Some(token) => {
                let outcome = auth.refresh(&SecretString::from(token), address);
                if let Err(LoginError::Reused { user }) = &outcome {
                    security::token_reused(witness, call.context(), user);
                }
                outcome
            }
            None => return Ok(invalid_request("refresh_token is required")),
        },
        Some(_) => {
            return Ok(answer(
                StatusCode::BAD_REQUEST,
                oauth_error("unsupported_grant_type", "password and refresh_token are supported"),
            ));
        }
        None => return Ok(invalid_request("grant_type is required")),
    };
    Ok(match outcome {
        Ok(grant) => answer(StatusCode::OK, grant_body(&grant)),
        Err(LoginError::Unsigned) => return Err(Error::Panicked),
        Err(error) => refusal(&error),
    })
}

fn grant_body(grant: &Grant) -> Value {
    json!({
        "access_token": grant.access_token.expose_secret(),
        "token_type": "Bearer",
        "expires_in": grant.expires_in.as_secs(),
        "refresh_token": grant.refresh_token.expose_secret(),
    })
}

fn refusal(error: &LoginError) -> Response {
    let (status, code, text, wait) = match error {
        LoginError::Throttled(wait) => (
            StatusCode::TOO_MANY_REQUESTS,
            "temporarily_unavailable",
            "too many attempts; wait before the next one",
            Some(*wait),
        ),
        LoginError::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "temporarily_unavailable",
            "too many logins at once",
            Some(BUSY_RETRY),
        ),
        LoginError::Wrong | LoginError::Reused { .. } | LoginError::Unsigned => {
            (StatusCode::BAD_REQUEST, "invalid_grant", "the credentials are not valid", None)
        }
    };
    let mut response = answer(status, oauth_error(code, text));
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(whole_seconds(wait)));
    }
    response
}

fn invalid_request(text: &str) -> Response {
    answer(StatusCode::BAD_REQUEST, oauth_error("invalid_request", text))
}

fn oauth_error(code: &str, text: &str) -> Value {
    json!({ "error": code, "error_description": text })
}

fn answer(status: StatusCode, body: Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    // RFC 6749 section 5.1: tokens are never cached.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
