//! Calls that change the plan. This engine does not carry them out: they answer 501, after the checks that
//! come before any action, and every one of them is in the log of effects.

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, patch, post, put};
use http::{HeaderMap, StatusCode, header};

use crate::problem::Problem;
use crate::shared::Shared;

/// Whether a call brings a body, and therefore must name its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Body {
    Needed,
    None,
}

fn refuse(body: Body, headers: &HeaderMap) -> Problem {
    let content_type =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if body == Body::Needed && !content_type.starts_with("application/") {
        return Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "AWSJCS003E The Content-Type must be application/json.",
        );
    }
    Problem::new(StatusCode::NOT_IMPLEMENTED, "AWSJCS004E This engine does not carry out actions.")
}

async fn with_body(headers: HeaderMap) -> Problem {
    refuse(Body::Needed, &headers)
}

async fn without_body(headers: HeaderMap) -> Problem {
    refuse(Body::None, &headers)
}

/// Verbs of objects: the ones that carry a body, and the ones that do not.
const JOB_VERBS: (&[&str], &[&str]) = (
    &["confirm-succ", "confirm-abend", "add-dependencies", "release-dependencies", "remove-dependencies"],
    &["hold", "release", "cancel", "cancel-pending", "kill", "update-priority", "release-all-dependencies"],
);
const STREAM_VERBS: (&[&str], &[&str]) = (
    &["add-dependencies", "release-dependencies", "remove-dependencies"],
    &["hold", "release", "cancel", "cancel-pending", "release-all-dependencies"],
);
const WORKSTATION_VERBS: (&[&str], &[&str]) =
    (&[], &["link", "unlink", "start", "stop", "update-limit", "update-fence"]);

fn verbs(kind: &str, (with, without): (&[&str], &[&str])) -> Vec<(String, MethodRouter<Arc<Shared>>)> {
    let with = with.iter().map(|verb| (*verb, Body::Needed));
    let without = without.iter().map(|verb| (*verb, Body::None));
    with.chain(without)
        .flat_map(|(verb, body)| {
            let method = || match body {
                Body::Needed => put(with_body),
                Body::None => put(without_body),
            };
            [
                (format!("/plan/{kind}/{{id}}/action/{verb}"), method()),
                (format!("/plan/{kind}/action/{verb}"), method()),
            ]
        })
        .collect()
}

pub(super) fn add(api: Router<Arc<Shared>>) -> Router<Arc<Shared>> {
    let mut routes = verbs("job", JOB_VERBS);
    routes.extend(verbs("jobstream", STREAM_VERBS));
    routes.extend(verbs("workstation", WORKSTATION_VERBS));
    for path in [
        "/plan/job/run/{run}/action/rerun",
        "/plan/job/action/rerun",
        "/plan/prompt/{id}/action/reply",
        "/plan/prompt/action/reply",
    ] {
        routes.push((path.to_owned(), put(with_body)));
    }
    for path in ["/plan/resource/{id}/action/update-quantity", "/plan/resource/action/update-quantity"] {
        routes.push((path.to_owned(), put(without_body)));
    }
    for path in [
        "/plan/job/submit-ad-hoc-job",
        "/plan/job/submit",
        "/plan/job/{id}/submit",
        "/plan/jobstream/submit",
        "/plan/jobstream/{id}/submit",
    ] {
        routes.push((path.to_owned(), post(with_body)));
    }
    for kind in ["job", "jobstream", "workstation", "resource"] {
        for path in [format!("/plan/{kind}/{{id}}"), format!("/plan/{kind}")] {
            routes.push((path, patch(with_body)));
        }
    }
    routes.into_iter().fold(api, |api, (path, method)| api.route(&path, method))
}
