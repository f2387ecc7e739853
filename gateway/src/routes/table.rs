//! How the table of routes is written: a line a route, with its method, its pattern and who serves it.
//!
//! The patterns are kept beside the router, so that a hint can never name a route that does not exist, nor miss one.

use crate::app::App;
use axum::Router;
use axum::handler::Handler;
use axum::routing::{get, post};
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

    /// A call that is sent with a body and changes nothing that would have to be kept from happening twice.
    pub(super) fn post<H, T>(mut self, pattern: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<App>>,
        T: 'static,
    {
        self.routes = self.routes.route(pattern, post(handler));
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
