//! How the table of routes is written: a line a route, with its method, its pattern and who serves it.
//!
//! The patterns are kept beside the router, so that a hint can never name a route that does not exist, nor miss one.

use crate::app::App;
use crate::call::Call;
use crate::idempotency::{self, Policy};
use crate::security;
use axum::Router;
use axum::extract::{Request, State};
use axum::handler::Handler;
use axum::routing::{MethodFilter, get, on};
use std::sync::Arc;

/// Routes in the order of the table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(super) routes: Router<Arc<App>>,
    patterns: Vec<&'static str>,
}

impl Table {
    /// Something for browsers: nobody who mistypes a path of the API means it.
    pub(super) fn page<H, T>(mut self, pattern: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.routes = self.routes.route(pattern, get(handler));
        self
    }

    /// A read.
    pub(super) fn get<H, T>(mut self, pattern: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.routes = self.routes.route(pattern, get(handler));
        self.named(pattern)
    }

    /// A call that may change something; `keys` says what it thinks of idempotency keys.
    pub(super) fn post<H, T>(self, pattern: &'static str, keys: Policy, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.change(MethodFilter::POST, pattern, keys, handler)
    }

    /// The same, for taking something away.
    pub(super) fn delete<H, T>(self, pattern: &'static str, keys: Policy, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.change(MethodFilter::DELETE, pattern, keys, handler)
    }

    fn change<H, T>(mut self, method: MethodFilter, pattern: &'static str, keys: Policy, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        let once = async move |State(app): State<Arc<App>>, call: Call, request: Request| {
            let told = call.clone();
            idempotency::once(keys, call, request, move |request| {
                // Noted with the work itself, which goes on when the client of a keyed request leaves.
                let noted = security::begin(&told, keys.rpc().unwrap_or_default());
                let running = handler.call(request, app);
                async move {
                    let response = running.await;
                    noted.end(&response);
                    response
                }
            })
            .await
        };
        self.routes = self.routes.route(pattern, on(method, once));
        self.named(pattern)
    }

    fn named(mut self, pattern: &'static str) -> Self {
        if !self.patterns.contains(&pattern) {
            self.patterns.push(pattern);
        }
        self
    }

    /// What people may have meant when a path is unknown.
    pub(crate) fn patterns(&self) -> Vec<&'static str> {
        self.patterns.clone()
    }
}
