//! Events about who came in, who did not, and who asked for what they may not.

use super::{Happening, Witness, actor, nobody, path_of};
use crate::auth::{Grant, LoginError};
use crate::call::Visitor;
use crate::context::RequestContext;
use crate::error::Error;
use crate::idempotency::Refusal;
use crate::problem::Failure;
use axum::response::Response;
use resync_api::audit::model::{Actor, ActorKind, AuditCategory, AuditResult};
use resync_fault::status::from_status;
use resync_fault::{ErrorKind, Fault as _};
use serde_json::Value;
use tonic::Status;

/// A login with a password ended.
pub(crate) fn login(
    witness: &Witness,
    context: &RequestContext,
    user: &str,
    outcome: &Result<Grant, LoginError>,
) {
    let (result, reason) = match outcome {
        Ok(_) => (AuditResult::Succeeded, ""),
        Err(LoginError::Wrong | LoginError::Reused { .. }) => (AuditResult::Refused, "CREDENTIALS_WRONG"),
        Err(LoginError::Throttled(_)) => (AuditResult::Refused, "LOGIN_THROTTLED"),
        Err(LoginError::Busy) => (AuditResult::Failed, "LOGINS_BUSY"),
        Err(LoginError::Unsigned) => (AuditResult::Failed, "TOKEN_UNSIGNED"),
    };
    let actor = match outcome {
        Ok(_) => Actor { subject: user.to_owned(), kind: ActorKind::Person },
        // A stranger's text.
        Err(_) => nobody(user),
    };
    note_login(witness, context, actor, result, reason);
}

/// An address asked for too many logins; whose, was not looked at.
pub(crate) fn login_refused_by_limit(witness: &Witness, context: &RequestContext) {
    note_login(witness, context, nobody(""), AuditResult::Refused, "LOGIN_LIMIT");
}

fn note_login(witness: &Witness, context: &RequestContext, actor: Actor, result: AuditResult, reason: &str) {
    let happening = Happening::new(AuditCategory::Authentication, "login", actor, result);
    witness.note(context, Happening { reason: reason.to_owned(), ..happening });
}

/// A refresh token was used a second time; its session was ended.
pub(crate) fn token_reused(witness: &Witness, context: &RequestContext, user: &str) {
    let actor = Actor { subject: user.to_owned(), kind: ActorKind::Person };
    let happening =
        Happening::new(AuditCategory::Authentication, "token.refresh", actor, AuditResult::Refused);
    let message = "a refresh token was used a second time; the session was ended";
    witness.note(
        context,
        Happening { reason: "REFRESH_TOKEN_REUSED".to_owned(), message: message.to_owned(), ..happening },
    );
}

/// Takes note of a response that says that its caller may not, or used one idempotency key for two requests.
pub(crate) fn refused(witness: &Witness, context: &RequestContext, visitor: &Visitor, response: &Response) {
    let Ok(caller) = visitor.known() else { return };
    let denied = |permission: &str, engine: &str, reason: &str, message: String| {
        let mut happening = Happening::new(
            AuditCategory::Authorization,
            "permission.denied",
            actor(caller),
            AuditResult::Refused,
        );
        happening.target = Some(path_of(context, engine));
        if !permission.is_empty() {
            happening.parameters.insert("permission".to_owned(), Value::from(permission));
        }
        witness.note(context, Happening { reason: reason.to_owned(), message, ..happening });
    };
    let failure = response.extensions().get::<Failure>();
    match failure.map(|failure| &*failure.0) {
        Some(error @ Error::PermissionDenied { permission, scope, .. }) => {
            denied(permission, scope, error.reason(), error.to_string());
        }
        Some(Error::Upstream(fault)) if fault.kind == ErrorKind::PermissionDenied => {
            let said = |name: &str| fault.metadata.get(name).map(String::as_str).unwrap_or_default();
            denied(said("permission"), said("scope"), &fault.reason, fault.message.clone());
        }
        Some(error @ Error::Idempotency(Refusal::Mismatch)) => {
            let happening = Happening::new(
                AuditCategory::Security,
                "idempotency.conflict",
                actor(caller),
                AuditResult::Refused,
            );
            let target = Some(path_of(context, ""));
            let reason = error.reason().to_owned();
            witness.note(context, Happening { target, reason, ..happening });
        }
        Some(_) => {}
        None if response.headers().get("grpc-status").is_some_and(|code| code == "7") => {
            let fault = Status::from_header_map(response.headers()).map(|status| from_status(&status));
            let Some(fault) = fault else { return };
            let said = |name: &str| fault.metadata.get(name).map(String::as_str).unwrap_or_default();
            denied(said("permission"), said("scope"), &fault.reason, fault.message.clone());
        }
        None => {}
    }
}
