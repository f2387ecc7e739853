//! A gateway with a real store for idempotency keys, and a monitor behind it that does as it is told.

use crate::mesh::{Mesh, dial, root_key, serve_role};
use crate::monitor::{Monitor, Work};
use crate::store::{Store, serve};
use reqwest::{Method, Response};
use resync_api::proto::perf::v1::perf_service_server::PerfServiceServer;
use resync_cache::StoreConfig;
use resync_gateway::{CACHE_SERVICE, Config, PERF_SERVICE};
use resync_service_kit::identity::RootKey;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::Tasks;
use resync_testkit::ChaosProxy;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

pub(crate) const SILENCES: &str = "/api/alerts/silences";

/// Ends with its value.
pub(crate) struct Once {
    pub(crate) mesh: Mesh,
    pub(crate) work: Arc<Work>,
    /// In front of the store.
    pub(crate) wire: ChaosProxy,
    _store: Option<Store>,
    behind: Shutdown,
}

impl Drop for Once {
    fn drop(&mut self) {
        self.behind.begin();
    }
}

impl Once {
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// Over a file, with settings changed by `change`.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (root, behind) = (root_key(), Shutdown::new());
        let store = Store::start(&root, &Tasks::new(behind.clone())).await;
        let mut once = Self::before(&root, behind, store.address, change).await;
        once._store = Some(store);
        once
    }

    /// Over `store`.
    pub(crate) async fn over(store: StoreConfig) -> Self {
        let (root, behind) = (root_key(), Shutdown::new());
        let address = serve(&root, &Tasks::new(behind.clone()), store).await;
        Self::before(&root, behind, address, |_| {}).await
    }

    async fn before(
        root: &RootKey,
        behind: Shutdown,
        store: SocketAddr,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let (tasks, work) = (Tasks::new(behind.clone()), Arc::new(Work::default()));
        let monitor = Monitor(Arc::clone(&work));
        let monitor =
            serve_role(root, &tasks, |server| server.service(PerfServiceServer::new(monitor))).await;
        let wire = ChaosProxy::start(store).await.unwrap();
        let further = BTreeMap::from([
            (PERF_SERVICE.to_owned(), dial(root, &tasks, monitor)),
            (CACHE_SERVICE.to_owned(), dial(root, &tasks, wire.address())),
        ]);
        Self { mesh: Mesh::over(further, change).await, work, wire, _store: None, behind }
    }

    /// Asks for a silence whose comment says how that ends.
    pub(crate) async fn silence(&self, token: &str, key: Option<&str>, comment: &str) -> Response {
        self.send(Method::POST, SILENCES, token, key, &body(comment)).await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        token: &str,
        key: Option<&str>,
        body: &Value,
    ) -> Response {
        let mut request = self
            .mesh
            .http
            .request(method, format!("{}{path}", self.mesh.url))
            .bearer_auth(token)
            .header("content-type", "application/json")
            .body(body.to_string());
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        request.send().await.unwrap()
    }
}

pub(crate) fn body(comment: &str) -> Value {
    json!({ "matcher": { "rule": "cache_hit_rate_low" }, "comment": comment, "duration_seconds": 3600 })
}

/// Status and code of an answer.
pub(crate) async fn code(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let problem: Value = response.json().await.unwrap();
    (status, problem["code"].as_str().unwrap_or_default().to_owned())
}

pub(crate) fn told(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

/// Repeats a request under the key `k` until its status and code are as wanted.
pub(crate) async fn poll(
    once: &Once,
    token: &str,
    comment: &str,
    wanted: impl Fn(&(u16, String)) -> bool,
) -> (u16, String) {
    let polling = async {
        loop {
            let seen = code(once.silence(token, Some("k"), comment).await).await;
            if wanted(&seen) {
                return seen;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(crate::mesh::PATIENCE, polling).await.expect("the answer comes in time")
}
