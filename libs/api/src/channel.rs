//! What a typed client sends its calls through: any tower service that speaks gRPC over HTTP,
//! in process or across the network. Deadlines, retries and identity are layers of that service.

use std::error::Error;
use std::fmt;

use http::{Extensions, Request, Response};
use tonic::body::Body;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

type BoxError = Box<dyn Error + Send + Sync>;

/// A cheap handle to one service of the mesh.
#[derive(Clone)]
pub struct Channel(BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>);

impl Channel {
    /// A channel over any service that answers gRPC requests.
    pub fn new<S>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<Body>> + Clone + Send + Sync + 'static,
        S::Error: Into<BoxError> + 'static,
        S::Future: Send + 'static,
    {
        Self(BoxCloneSyncService::new(service.map_err(Into::into)))
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Channel")
    }
}

impl Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future =
        <BoxCloneSyncService<Request<Body>, Response<Body>, BoxError> as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, context: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), BoxError>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        self.0.call(request)
    }
}

/// What goes with every call of one client: values that the channel's layers look for.
#[derive(Clone, Debug, Default)]
pub(crate) struct CallContext(Extensions);

impl CallContext {
    pub(crate) fn insert<E: Clone + Send + Sync + 'static>(&mut self, value: E) {
        self.0.insert(value);
    }

    pub(crate) fn request<M>(&self, message: M) -> tonic::Request<M> {
        let mut request = tonic::Request::new(message);
        request.extensions_mut().extend(self.0.clone());
        request
    }
}
