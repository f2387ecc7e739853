//! A served monitor and processes that report to it. In stories with paused time everything runs in one process without
//! a socket, so that a step of time is a step of the whole.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures::future::{BoxFuture, ready};
use futures::stream::BoxStream;
use futures::{FutureExt as _, StreamExt as _};
use resync_api::channel::Channel;
use resync_api::perf::client::PerfClient;
use resync_api::perf::model::{Alert, AlertState, ProcessReport, ReportAnswer};
use resync_api::policy;
use resync_api::tws::client::TwsClient;
use resync_fault::{ErrorKind, FaultBody};
use resync_perf_monitor::clock::Clock;
use resync_perf_monitor::store::Store;
use resync_perf_monitor::{Config, Dependencies, grpc};
use resync_service_kit::channel::{self, LocalServices};
use resync_service_kit::identity::{Caller, Permission, Principal, PrincipalKind};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

pub(crate) const BOUND: Duration = Duration::from_secs(10);
/// Between two reports.
pub(crate) const TICK: Duration = Duration::from_secs(5);

pub(crate) fn start_of_time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("in range")
}

/// Documents that outlive a monitor.
#[derive(Clone, Debug, Default)]
pub(crate) struct MemoryStore {
    documents: Arc<Mutex<HashMap<&'static str, Bytes>>>,
    out: Arc<AtomicBool>,
}

impl MemoryStore {
    pub(crate) fn set_out(&self, out: bool) {
        self.out.store(out, Ordering::SeqCst);
    }

    fn unless_out<T>(&self, work: impl FnOnce() -> T) -> Result<T, FaultBody> {
        if self.out.load(Ordering::SeqCst) {
            return Err(FaultBody::new(ErrorKind::Unavailable, "STORE_OUT", "the store is out"));
        }
        Ok(work())
    }
}

impl Store for MemoryStore {
    fn load(&self, name: &'static str) -> BoxFuture<'_, Result<Option<Bytes>, FaultBody>> {
        ready(self.unless_out(|| self.documents.lock().expect("sound").get(name).cloned())).boxed()
    }

    fn save(&self, name: &'static str, document: Bytes) -> BoxFuture<'_, Result<(), FaultBody>> {
        ready(self.unless_out(|| {
            self.documents.lock().expect("sound").insert(name, document);
        }))
        .boxed()
    }
}

/// A served monitor.
#[derive(Debug)]
pub(crate) struct Mesh {
    channel: channel::Channel,
    shutdown: Shutdown,
    tasks: Tasks,
}

impl Mesh {
    /// With paused time.
    pub(crate) async fn stepped() -> Self {
        Self::over(MemoryStore::default(), start_of_time()).await
    }

    /// With paused time, over what an earlier one left.
    pub(crate) async fn over(store: MemoryStore, wall: DateTime<Utc>) -> Self {
        Self::start(Config::default(), store, Clock::stepped(wall), None).await
    }

    pub(crate) async fn start(
        config: Config,
        store: MemoryStore,
        clock: Clock,
        tws: Option<TwsClient>,
    ) -> Self {
        let monitor =
            config.build(Dependencies { store: Arc::new(store), tws, clock }).expect("usable settings");
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let server = server::Config::new("perf-monitor", policies(), tasks.drain())
            .build()
            .service(grpc::service(monitor.handle()))
            .finish();
        let services = LocalServices::new();
        services.add(&server.await.expect("no reflection to fail"));
        let running = monitor.run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("perf-monitor", OnError::Report, OnDrain::Finish, running);
        let own = Caller::new(Principal::role("tester"));
        let channel = channel::Config::new(own, policies()).local(&services);
        Self { channel, shutdown, tasks }
    }

    /// A client with every permission.
    pub(crate) fn client(&self) -> PerfClient {
        PerfClient::new(Channel::new(self.channel.clone()))
    }

    /// A client of Ana, who may do only this.
    pub(crate) fn client_with(&self, permission: &str) -> PerfClient {
        self.client().with(Caller::new(Principal {
            subject: "ana".to_owned(),
            display: "Ana".to_owned(),
            kind: PrincipalKind::Person,
            permissions: vec![Permission::everywhere(permission)],
        }))
    }

    /// A process that begins to report.
    pub(crate) async fn process(&self) -> Process {
        let (reports, outgoing) = mpsc::channel(1);
        let answers =
            self.client().send_reports(ReceiverStream::new(outgoing)).await.expect("it begins at once");
        Process { reports, answers }
    }

    /// Alerts that fire: rule and subject.
    pub(crate) async fn firing(&self) -> Vec<(String, String)> {
        self.alerts(AlertState::Firing).await.into_iter().map(|alert| (alert.rule, alert.subject)).collect()
    }

    pub(crate) async fn alerts(&self, state: AlertState) -> Vec<Alert> {
        let alerts = self.client().alerts().await.expect("allowed");
        alerts.into_iter().filter(|alert| alert.state == state).collect()
    }

    /// Ends everything; no task may be left over.
    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).await, Vec::<&str>::new());
    }
}

/// A process that reports.
pub(crate) struct Process {
    reports: mpsc::Sender<ProcessReport>,
    answers: BoxStream<'static, Result<ReportAnswer, FaultBody>>,
}

impl Process {
    /// Sends a report and waits for its answer.
    pub(crate) async fn send(&mut self, report: ProcessReport) -> Result<ReportAnswer, FaultBody> {
        self.reports.send(report).await.expect("the stream is open");
        self.answers.next().await.expect("every report is answered")
    }

    /// Reports every five seconds for this many ticks of paused time.
    pub(crate) async fn ticks(&mut self, ticks: u64, mut shape: impl FnMut() -> ProcessReport) {
        for _ in 0..ticks {
            tokio::time::advance(TICK).await;
            self.send(shape()).await.expect("it is taken");
        }
    }

    /// Goes away in the middle of the stream, whose other half stays open.
    pub(crate) fn break_off(self) -> mpsc::Sender<ProcessReport> {
        self.reports
    }

    /// Ends the stream and waits until the other side has seen it.
    pub(crate) async fn leave(self) {
        drop(self.reports);
        assert_eq!(self.answers.collect::<Vec<_>>().await.len(), 0);
    }
}

/// The contract's rows.
pub(crate) fn policies() -> PolicyTable {
    policy::RPCS
        .iter()
        .map(|rpc| RpcPolicy {
            path: rpc.path,
            permission: rpc.permission,
            scope_field: rpc.scope_field,
            exposure: match rpc.exposure {
                policy::Exposure::Public => Exposure::Public,
                policy::Exposure::Internal => Exposure::Internal,
            },
            idempotent: rpc.idempotent,
        })
        .collect()
}
