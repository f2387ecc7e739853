//! A small service without a contract of its own: strings in, strings out, written against tonic directly.
#![expect(clippy::unwrap_used, reason = "test support: a failed step is a failed test")]

use futures::StreamExt as _;
use futures::stream::BoxStream;
use http::{Request as HttpRequest, Response as HttpResponse};
use resync_fault::status::{from_status, to_status};
use resync_fault::{ErrorKind, FaultBody};
use resync_service_kit::channel::Channel;
use resync_service_kit::context::CallContext;
use resync_service_kit::identity::Caller;
use resync_service_kit::policy::{Exposure, RpcPolicy};
use std::convert::Infallible;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use tokio::sync::Notify;
use tonic::body::Body;
use tonic::client::GrpcService;
use tonic::codegen::{BoxFuture, Service};
use tonic::server::{Grpc, NamedService, ServerStreamingService, UnaryService};
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;

const fn row(path: &'static str, permission: &'static str, idempotent: bool) -> RpcPolicy {
    RpcPolicy { path, permission, scope_field: "", exposure: Exposure::Internal, idempotent }
}

pub(crate) const POLICIES: [RpcPolicy; 3] = [
    row("/test.Echo/Say", "echo.read", true),
    row("/test.Echo/Act", "echo.write", false),
    row("/test.Echo/Watch", "echo.read", true),
];

/// What tests see and steer of the service.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) attempts: AtomicU32,
    pub(crate) arrived: Notify,
    pub(crate) gate: Notify,
    pub(crate) own_channel: OnceLock<Channel>,
}

#[derive(Clone, Default)]
pub(crate) struct Echo(pub(crate) Arc<State>);

impl NamedService for Echo {
    const NAME: &'static str = "test.Echo";
}

impl Service<HttpRequest<Body>> for Echo {
    type Response = HttpResponse<Body>;
    type Error = Infallible;
    type Future = BoxFuture<HttpResponse<Body>, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: HttpRequest<Body>) -> Self::Future {
        let echo = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::<String, String>::default());
            Ok(match request.uri().path() {
                "/test.Echo/Watch" => grpc.server_streaming(echo, request).await,
                _ => grpc.unary(echo, request).await,
            })
        })
    }
}

impl UnaryService<String> for Echo {
    type Response = String;
    type Future = BoxFuture<Response<String>, Status>;

    fn call(&mut self, request: Request<String>) -> Self::Future {
        let state = Arc::clone(&self.0);
        Box::pin(async move { answer(&state, &request).await.map(Response::new) })
    }
}

impl ServerStreamingService<String> for Echo {
    type Response = String;
    type ResponseStream = BoxStream<'static, Result<String, Status>>;
    type Future = BoxFuture<Response<Self::ResponseStream>, Status>;

    fn call(&mut self, _: Request<String>) -> Self::Future {
        let endless = futures::stream::iter([Ok("first".to_owned())]).chain(futures::stream::pending());
        Box::pin(async move { Ok(Response::new(endless.boxed())) })
    }
}

async fn answer(state: &State, request: &Request<String>) -> Result<String, Status> {
    let context = || request.extensions().get::<CallContext>().expect("the gate sets it");
    match request.get_ref().as_str() {
        "caller" => {
            let caller = request.extensions().get::<Caller>().expect("the gate sets it");
            Ok(format!("{} {}", caller.subject, context().correlation_id))
        }
        "relay" => {
            let channel = state.own_channel.get().expect("set at start");
            call(channel, "Say", Request::new("caller".to_owned())).await.map_err(|fault| to_status(&fault))
        }
        "deadline" => Ok(context().deadline.expect("always one").remaining().as_millis().to_string()),
        "fail" => Err(to_status(
            &FaultBody::new(ErrorKind::FailedPrecondition, "ECHO_BROKEN", "broken").with_hint("mend it"),
        )),
        "panic" => panic!("a defect"),
        "hang" => std::future::pending().await,
        "gate" => {
            state.arrived.notify_one();
            state.gate.notified().await;
            Ok("through the gate".to_owned())
        }
        // Like a proxy whose backend is away: no details.
        "flaky" => match state.attempts.fetch_add(1, Ordering::Relaxed) + 1 {
            3 => Ok("attempt 3".to_owned()),
            _ => Err(Status::unavailable("no backend")),
        },
        other => Ok(other.to_owned()),
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub(crate) fn path(method: &str) -> http::uri::PathAndQuery {
    format!("/test.Echo/{method}").parse().unwrap()
}

pub(crate) async fn call<C>(channel: &C, method: &str, request: Request<String>) -> Result<String, FaultBody>
where
    C: GrpcService<Body> + Clone,
    C::Error: Into<BoxError>,
    C::ResponseBody: http_body::Body<Data = bytes::Bytes> + Send + 'static,
    <C::ResponseBody as http_body::Body>::Error: Into<BoxError>,
{
    let mut grpc = tonic::client::Grpc::new(channel.clone());
    grpc.ready()
        .await
        .map_err(|error| FaultBody::new(ErrorKind::Unavailable, "NOT_READY", error.into().to_string()))?;
    let answer = grpc.unary(request, path(method), ProstCodec::<String, String>::default()).await;
    answer.map(Response::into_inner).map_err(|status| from_status(&status))
}
