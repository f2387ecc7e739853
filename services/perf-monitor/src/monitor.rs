//! The running part: looks at all rules again and again, tells who is to be told, keeps what must be kept.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use resync_api::perf::model::{AlertState, Severity, Window};
use resync_api::tws::client::TwsClient;
use resync_service_kit::shutdown::Drain;
use tokio::sync::Notify;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::alert::{Book, Silences, observe};
use crate::config::{Config, Dependencies};
use crate::error::ConfigError;
use crate::handle::{Handle, Shared, State};
use crate::intake::Intake;
use crate::keeper::Keeper;
use crate::notify::Delivery;
use crate::survey::Survey;
use crate::{plan_watch, telemetry};

/// The windows that rules look at.
const WINDOWS: [Window; 2] = [Window::OneMinute, Window::FifteenMinutes];
/// How long the first look at the rules waits for the silences of an earlier run.
const PATIENCE: Duration = Duration::from_secs(30);

/// The running part. Queries go through its [`Handle`], before, while and after it runs.
#[derive(Debug)]
pub struct PerfMonitor {
    handle: Handle,
    keeper: Keeper,
    tws: Option<TwsClient>,
    evaluate_every: Duration,
}

impl PerfMonitor {
    pub(crate) fn new(config: Config, dependencies: Dependencies) -> Result<Self, ConfigError> {
        let Config { thresholds, alerts, notify, evaluate_every, missing_after, forget_after } = config;
        let Dependencies { store, tws, clock } = dependencies;
        telemetry::describe();
        let shared = Shared {
            state: Mutex::new(State {
                intake: Intake::new(missing_after, forget_after),
                book: Book::new(alerts),
                silences: Silences::default(),
            }),
            thresholds,
            clock,
            delivery: Delivery::new(notify, clock)?,
            silences_changed: Notify::new(),
        };
        let handle = Handle(Arc::new(shared));
        Ok(Self { handle, keeper: Keeper::new(store), tws, evaluate_every })
    }

    /// What callers use.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Evaluates and delivers until the drain begins.
    pub async fn run(self, drain: Drain) {
        let Self { handle, keeper, tws, evaluate_every } = self;
        let shared = &handle.0;
        let evaluating = evaluate(shared, keeper, evaluate_every, &drain);
        let watching = async {
            if let Some(tws) = tws.filter(|_| shared.delivery.wants_plan_events()) {
                plan_watch::run(tws, shared.delivery.clone(), &drain).await;
            }
        };
        tokio::join!(evaluating, shared.delivery.run(&drain), watching);
    }
}

async fn evaluate(shared: &Shared, mut keeper: Keeper, every: Duration, drain: &Drain) {
    let patience = Instant::now() + PATIENCE;
    while !keeper.load(shared).await && Instant::now() < patience {
        if !drain.sleep(every.min(Duration::from_secs(1))).await {
            return;
        }
    }
    let mut looks = interval_at(Instant::now() + every, every);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = looks.tick() => step(shared),
            // Somebody made or ended a silence, and may count on it from now on.
            () = shared.silences_changed.notified() => {}
            () = drain.begun() => break,
        }
        drain.unless_begun(keeper.keep(shared)).await;
    }
    keeper.keep(shared).await;
}

/// One look at all rules.
fn step(shared: &Shared) {
    let began = Instant::now();
    let now = shared.clock.now();
    let notices = {
        let mut state = shared.state();
        let State { intake, book, silences } = &mut *state;
        intake.settle(now);
        silences.expire(now.wall);
        let surveys = WINDOWS.map(|window| Survey::take(intake, &shared.thresholds, window, now));
        let notices = book.step(&observe(&surveys), silences, now);
        measure(intake, book, silences);
        notices
    };
    for notice in &notices {
        let alert = &notice.alert;
        tracing::info!(rule = %alert.rule, subject = %alert.subject, news = ?notice.news, text = %alert.text, "alert");
    }
    shared.delivery.tell_alerts(&notices);
    telemetry::evaluated(began.elapsed());
}

fn measure(intake: &Intake, book: &Book, silences: &Silences) {
    let missing = intake.processes().filter(|process| process.missing).count();
    telemetry::processes(intake.processes().count() - missing, missing);
    let alerts = book.alerts(silences);
    for (state, word) in [(AlertState::Pending, "pending"), (AlertState::Firing, "firing")] {
        for severity in [Severity::Warning, Severity::Critical] {
            let count =
                alerts.iter().filter(|alert| alert.state == state && alert.severity == severity).count();
            telemetry::alerts(word, severity.as_str(), count);
        }
    }
}
