//! gRPC and grpc-web from outside: checked, given the caller's identity, and passed on byte for byte.
//!
//! What may pass is the contract's word: PUBLIC RPCs, with their permission; the scope inside the message is checked by
//! the role that serves it. The gateway answers health and reflection itself.

use crate::app::{App, BODY_BYTES};
use crate::call::Call;
use crate::clients::Clients;
use crate::context::{Rendering, TRACEPARENT};
use crate::ending::EndingBody;
use crate::error::Error;
use crate::{security, uploads};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, Method, Uri, Version, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use resync_api::policy::{self, Exposure, RpcPolicy};
use resync_api::proto::FILE_DESCRIPTOR_SET;
use resync_fault::status::{from_status, to_status};
use resync_resilience::Deadline;
use resync_service_kit::correlation::CORRELATION_HEADER;
use resync_service_kit::origin::ClientAddress;
use resync_service_kit::policy::PolicyTable;
use std::convert::Infallible;
use std::fmt;
use std::sync::Arc;
use tonic::Status;
use tonic::service::Routes;
use tonic_health::ServingStatus;
use tonic_health::server::HealthReporter;
use tonic_web::GrpcWebLayer;
use tower::{Layer as _, ServiceExt as _, service_fn};

type GrpcBody = tonic::body::Body;

/// Services the gateway answers itself.
pub(crate) struct OpenServices {
    routes: Routes,
    health: HealthReporter,
}

impl fmt::Debug for OpenServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenServices")
    }
}

impl OpenServices {
    /// Health of the gateway and of the services it passes on, and the contract for those who ask.
    pub(crate) async fn new(
        clients: &Clients,
        reflection: bool,
    ) -> Result<Self, tonic_reflection::server::Error> {
        let (health, service) = tonic_health::server::health_reporter();
        for name in clients.names().chain([""]) {
            health.set_service_status(name, ServingStatus::Serving).await;
        }
        let mut routes = Routes::new(service);
        if reflection {
            let contract = || {
                tonic_reflection::server::Builder::configure()
                    .register_encoded_file_descriptor_set(FILE_DESCRIPTOR_SET)
                    .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
            };
            routes = routes.add_service(contract().build_v1()?).add_service(contract().build_v1alpha()?);
        }
        Ok(Self { routes: routes.prepare(), health })
    }

    /// Tells everybody who watches health to go elsewhere.
    pub(crate) async fn leave(&self, clients: &Clients) {
        for name in clients.names().chain([""]) {
            self.health.set_service_status(name, ServingStatus::NotServing).await;
        }
    }
}

/// What no route takes: gRPC, grpc-web, or a path that does not exist.
pub(crate) async fn fallback(
    State(_): State<Arc<App>>,
    call: Call,
    request: Request,
) -> Result<Response, Error> {
    match call.context().rendering() {
        Rendering::Http => Err(crate::routes::unknown(&call)),
        _ if request.method() != Method::POST => Err(Error::MethodNotAllowed {
            path: call.context().path().to_owned(),
            method: request.method().to_string(),
        }),
        Rendering::Grpc => Ok(forward(&call, request.map(GrpcBody::new)).await?.map(Body::new)),
        Rendering::GrpcWeb(_) => {
            let inner = service_fn(move |request: http::Request<GrpcBody>| {
                let call = call.clone();
                async move {
                    let answer = forward(&call, request).await;
                    // Told inside the translation, which the edge is outside of.
                    Ok::<_, Infallible>(answer.unwrap_or_else(|error| to_status(&error).into_http()))
                }
            });
            let Ok(response) = GrpcWebLayer::new().layer(inner).oneshot(request).await;
            Ok(response.map(Body::new))
        }
    }
}

async fn forward(
    call: &Call,
    mut request: http::Request<GrpcBody>,
) -> Result<http::Response<GrpcBody>, Error> {
    let path = request.uri().path().to_owned();
    if PolicyTable::is_open(&path) {
        let Ok(response) =
            call.app().local.routes.clone().oneshot(request.map(|body| bounded(body, BODY_BYTES))).await;
        return Ok(ending(call, response));
    }
    let rpc = public_rpc(policy::RPCS, &path)?;
    call.authorise(rpc.permission, "")?;
    let service = path.split('/').nth(1).unwrap_or_default();
    let channel = call
        .app()
        .clients
        .service(service)
        .ok_or_else(|| Error::ServiceAbsent { service: service.to_owned() })?;
    prepare(call, &mut request);
    let is_upload = rpc.path == uploads::RPC;
    let _place = if is_upload {
        request.extensions_mut().insert(Deadline::after(uploads::READING));
        Some(uploads::enter(call.app())?)
    } else {
        None
    };
    let most = if is_upload { uploads::MESSAGES_BYTES } else { BODY_BYTES };
    let noted = security::begin(call, rpc.path);
    let outcome = channel.clone().oneshot(request.map(|body| bounded(body, most))).await.map_err(|error| {
        // A broken connection is told as unavailable, a status as what it says.
        Error::Upstream(from_status(&Status::from_error(error)))
    });
    noted.end_grpc(outcome.as_ref().map(http::Response::headers));
    Ok(ending(call, outcome?))
}

/// Streams of the gateway's own services end like any other; a watcher of health must not hold up the drain.
fn ending(call: &Call, response: http::Response<GrpcBody>) -> http::Response<GrpcBody> {
    response.map(|body| GrpcBody::new(EndingBody::new(body, call.clone())))
}

/// The RPC at `path`. Nobody outside can tell an INTERNAL one from none at all.
fn public_rpc<'a>(contract: &'a [RpcPolicy], path: &str) -> Result<&'a RpcPolicy, Error> {
    contract
        .iter()
        .find(|rpc| rpc.path == path && rpc.exposure == Exposure::Public)
        .ok_or_else(|| Error::RpcUnknown { path: crate::context::inert(path, 200) })
}

/// Replaces what the client said about itself by what the gateway knows.
fn prepare(call: &Call, request: &mut http::Request<GrpcBody>) {
    let context = call.context();
    if let Some(path) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = Uri::from(path);
    }
    *request.version_mut() = Version::HTTP_2;
    strip_connection_headers(request.headers_mut());
    request.headers_mut().insert(CORRELATION_HEADER, context.correlation_id().header_value());
    request.headers_mut().insert(TRACEPARENT, context.traceparent().clone());
    let extensions = request.extensions_mut();
    extensions.clear();
    extensions.insert(call.caller().clone());
    extensions.insert(context.correlation_id().clone());
    extensions.insert(ClientAddress(context.address()));
}

fn strip_connection_headers(headers: &mut HeaderMap) {
    for name in [
        header::HOST,
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
        header::ORIGIN,
        header::REFERER,
        header::CONTENT_LENGTH,
    ] {
        headers.remove(name);
    }
}

/// A body that fails as gRPC expects when it is larger than the gateway takes.
fn bounded(body: GrpcBody, limit: usize) -> GrpcBody {
    GrpcBody::new(Limited::new(body, limit).map_err(move |error| {
        if error.downcast_ref::<LengthLimitError>().is_some() {
            to_status(&Error::BodyTooLarge { limit })
        } else {
            to_status(&Error::BodyUnreadable)
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internal_rpcs_do_not_exist_for_the_outside() {
        let rpc = |path, exposure| RpcPolicy {
            path,
            permission: "plan.read",
            scope_field: "",
            exposure,
            idempotent: true,
        };
        let contract = [rpc("/a.v1.A/Read", Exposure::Public), rpc("/a.v1.A/Sync", Exposure::Internal)];
        assert!(public_rpc(&contract, "/a.v1.A/Read").is_ok());
        for path in ["/a.v1.A/Sync", "/a.v1.A/None"] {
            assert_eq!(public_rpc(&contract, path), Err(Error::RpcUnknown { path: path.to_owned() }));
        }
    }
}
