//! A real bridge whose plan the test feeds, reached through a typed client.

use std::convert::Infallible;
use std::future::ready;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use futures::FutureExt as _;
use futures::future::BoxFuture;
use resync_api::channel::Channel;
use resync_api::tws::client::TwsClient;
use resync_api::tws::model::{JobLog, Status};
use resync_fault::{ErrorKind, FaultBody};
use resync_service_kit::channel::{self, LocalServices};
use resync_service_kit::identity::{Caller, Principal};
use resync_service_kit::server;
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::tasks::{OnDrain, OnError, Tasks};
use resync_testkit::eventually;
use resync_tws_bridge::Bridge;
use resync_tws_bridge::engine::{EngineFeed, EngineReader, JobReading, LogRange};
use resync_tws_bridge::plan::{EngineState, JobFacts, PlanIdentity, RunFacts, Update};
use tokio::sync::{mpsc, watch};

use crate::mesh::{BOUND, policies};

/// A served bridge of one engine.
#[derive(Debug)]
pub(crate) struct FedBridge {
    updates: mpsc::Sender<Update>,
    _state: watch::Sender<EngineState>,
    shutdown: Shutdown,
    tasks: Tasks,
}

impl FedBridge {
    /// Serves among `services`, in the place of an earlier one, with a plan of these jobs.
    pub(crate) async fn start(services: &LocalServices, jobs: Vec<JobFacts>) -> Self {
        let (updates, received) = mpsc::channel(8);
        let known =
            EngineState { reachable: true, ..EngineState::new("default", "https://engine.example.com") };
        let (state, states) = watch::channel(known);
        let mut bridge = Bridge::default();
        let feed = EngineFeed { updates: received, state: states, reader: Arc::new(Mute) };
        bridge.add(feed, None).expect("the only one");
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(shutdown.clone());
        let server = server::Config::new("tws-bridge", policies(), tasks.drain())
            .build()
            .service(resync_tws_bridge::grpc::service(bridge.handle()))
            .finish();
        services.add(&server.await.expect("no reflection to fail"));
        let running = bridge.run(tasks.drain()).map(Ok::<_, Infallible>);
        tasks.spawn("bridge", OnError::Report, OnDrain::Finish, running);
        let plan = Update {
            begins_plan: Some(PlanIdentity { plan_id: "plan".to_owned(), run_number: 1 }),
            completes_plan: true,
            jobs,
            ..Update::new(Utc::now(), Utc::now())
        };
        updates.send(plan).await.expect("it runs");
        let client = client(services);
        eventually("the plan", BOUND, || async {
            client.list_engines().await.ok()?.iter().all(|engine| engine.synced).then_some(())
        })
        .await
        .expect("it is read");
        Self { updates, _state: state, shutdown, tasks }
    }

    pub(crate) async fn feed(&self, jobs: Vec<JobFacts>) {
        self.updates.send(Update { jobs, ..Update::new(Utc::now(), Utc::now()) }).await.expect("it runs");
    }

    pub(crate) async fn stop(self) {
        self.shutdown.begin();
        assert_eq!(self.tasks.finish(BOUND).await, Vec::<&str>::new());
    }
}

/// The monitor's way to whatever bridge serves now.
pub(crate) fn client(services: &LocalServices) -> TwsClient {
    let own = Caller::new(Principal::role("perf-monitor"));
    TwsClient::new(Channel::new(channel::Config::new(own, policies()).local(services)))
}

/// A job that waits.
pub(crate) fn waiting(number: u64) -> JobFacts {
    JobFacts {
        id: format!("00000001-0000-4000-8000-{number:012x}"),
        job_name: format!("JOB{number}"),
        workstation: "NY1".to_owned(),
        job_stream_id: "00000002-0000-4000-8000-000000000001".to_owned(),
        job_stream_name: "PAYROLL".to_owned(),
        job_stream_workstation: "MASTER".to_owned(),
        folder: "/FIN".to_owned(),
        status: Status::Waiting,
        internal_status: "HOLD".to_owned(),
        substatus: String::new(),
        cancel_pending: false,
        priority: 10,
        user: "batch".to_owned(),
        scheduled_time: None,
        earliest_start: None,
        latest_start: None,
        deadline: None,
        critical_start: None,
        estimated_duration: None,
        critical: number == 7,
        late_by_engine: false,
        requires_confirmation: false,
        every: false,
        carried_forward: false,
        recovery_option: "STOP".to_owned(),
        position: 1,
        dependency_count: None,
        unresolved_dependency_count: None,
        task: String::new(),
        description: String::new(),
        runs: Vec::new(),
    }
}

/// The same job after a run that ended badly at this time.
pub(crate) fn failed(number: u64, ended: DateTime<Utc>) -> JobFacts {
    let job = waiting(number);
    let run = RunFacts {
        id: format!("{}-{}", job.id, ended.timestamp_millis()),
        job_number: ended.timestamp(),
        run_type: "REGULAR".to_owned(),
        status: Status::Error,
        internal_status: "ABEND".to_owned(),
        return_code: Some(12),
        start_time: Some(ended),
        end_time: Some(ended),
        actual_workstation: job.workstation.clone(),
    };
    JobFacts { status: Status::Error, internal_status: "ABEND".to_owned(), runs: vec![run], ..job }
}

/// An engine of which nothing is read directly.
#[derive(Debug)]
struct Mute;

fn nothing<T: Send + 'static>() -> BoxFuture<'static, Result<T, FaultBody>> {
    ready(Err(FaultBody::new(ErrorKind::Unavailable, "ENGINE_UNREACHABLE", "nobody answers"))).boxed()
}

impl EngineReader for Mute {
    fn job_log(&self, _: LogRange) -> BoxFuture<'_, Result<JobLog, FaultBody>> {
        nothing()
    }

    fn job(&self, _: String) -> BoxFuture<'_, Result<JobReading, FaultBody>> {
        nothing()
    }
}
