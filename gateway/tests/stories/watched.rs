//! A gateway with the real performance monitor behind it, and processes that report to that as a story wants.

use crate::mesh::{Mesh, dial, root_key, serve_role};
use crate::store::Store;
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use futures::channel::mpsc;
use futures::stream::BoxStream;
use resync_api::cache::client::CacheClient;
use resync_api::perf::client::PerfClient;
use resync_api::perf::model::{CacheSettingNames, CacheVitals, ProcessReport, ReportAnswer, ResourceVitals};
use resync_fault::FaultBody;
use resync_gateway::{CACHE_SERVICE, PERF_SERVICE};
use resync_perf_monitor::clock::Clock;
use resync_perf_monitor::thresholds::Thresholds;
use resync_perf_monitor::{Config, Dependencies, grpc};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_testkit::ChaosProxy;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

/// Ends with its value.
pub(crate) struct Watched {
    pub(crate) mesh: Mesh,
    /// In front of the monitor.
    pub(crate) wire: ChaosProxy,
    monitor: PerfClient,
    _store: Store,
    behind: Shutdown,
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.behind.begin();
    }
}

impl Watched {
    pub(crate) async fn start() -> Self {
        let (root, behind) = (root_key(), Shutdown::new());
        let tasks = Tasks::new(behind.clone());
        let store = Store::start(&root, &tasks).await;
        let cache = dial(&root, &tasks, store.address);
        // Stories do not last long.
        let mut config = Config { evaluate_every: Duration::from_millis(50), ..Config::default() };
        config.thresholds = Thresholds { min_covered: Duration::ZERO, ..Thresholds::default() };
        let documents = Arc::new(CacheClient::new(cache.clone()));
        let monitor =
            config.build(Dependencies { store: documents, tws: None, clock: Clock::system() }).unwrap();
        let service = grpc::service(monitor.handle());
        let drain = tasks.drain();
        tasks.spawn("perf-monitor", OnError::Report, OnDrain::Finish, async move {
            monitor.run(drain).await;
            Ok::<_, Infallible>(())
        });
        let address = serve_role(&root, &tasks, |server| server.service(service)).await;
        let wire = ChaosProxy::start(address).await.unwrap();
        let further = BTreeMap::from([
            (CACHE_SERVICE.to_owned(), cache),
            (PERF_SERVICE.to_owned(), dial(&root, &tasks, wire.address())),
        ]);
        let monitor = PerfClient::new(dial(&root, &tasks, address));
        Self { mesh: Mesh::over(further, |_| {}).await, wire, monitor, _store: store, behind }
    }

    /// A process that begins to report.
    pub(crate) async fn process(&self) -> Process {
        let (reports, outgoing) = mpsc::channel(1);
        let answers = self.monitor.send_reports(outgoing).await.unwrap();
        Process { reports, answers }
    }
}

/// A process that reports.
pub(crate) struct Process {
    reports: mpsc::Sender<ProcessReport>,
    answers: BoxStream<'static, Result<ReportAnswer, FaultBody>>,
}

impl Process {
    /// Sends a report and waits until it was taken.
    pub(crate) async fn report(&mut self, report: ProcessReport) {
        self.reports.try_send(report).unwrap();
        assert!(self.answers.next().await.unwrap().unwrap().dropped.is_empty());
    }
}

/// What a process says that has nothing to say.
pub(crate) fn quiet(instance: &str, role: &str) -> ProcessReport {
    ProcessReport {
        instance: instance.to_owned(),
        roles: vec![role.to_owned()],
        version: "1.0.0".to_owned(),
        started_at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
        sent_at: Utc::now(),
        caches: Vec::new(),
        pools: Vec::new(),
        rpcs: Vec::new(),
        resources: ResourceVitals::default(),
        queues: Vec::new(),
        tasks: Vec::new(),
        resident_bytes: Some(50_000_000),
        metrics_text: String::new(),
    }
}

/// The cache `jobs` after so many lookups in all.
pub(crate) fn cache(hits: u64, misses: u64) -> CacheVitals {
    CacheVitals {
        name: "jobs".to_owned(),
        max_items: 1_000,
        max_bytes: 1_000_000,
        default_ttl: Duration::from_secs(60),
        items: 1_000,
        bytes: 40_000,
        hits,
        misses,
        sets: misses,
        evictions: misses,
        settings: CacheSettingNames {
            ttl: "cache.jobs.ttl".to_owned(),
            max_items: "cache.jobs.max_items".to_owned(),
            max_bytes: "cache.jobs.max_bytes".to_owned(),
        },
        ..CacheVitals::default()
    }
}
