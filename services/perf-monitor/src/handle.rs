//! What callers use, before, while and after the monitor runs.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use resync_api::perf::model::{
    Alert, DeliveryOutcome, Leaks, NewSilence, PerformanceHealth, PerformanceReport, ProcessMetrics,
    ProcessReport, Recommendation, RecommendationQuery, ReportAnswer, ResourceStats, Silence, Window,
};
use tokio::sync::Notify;

use crate::alert::{Book, Silences};
use crate::clock::Clock;
use crate::error::Error;
use crate::intake::Intake;
use crate::notify::Delivery;
use crate::survey::{Survey, leaks_older_than};
use crate::thresholds::Thresholds;
use crate::{health, recommend, telemetry};

/// What is known now.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) intake: Intake,
    pub(crate) book: Book,
    pub(crate) silences: Silences,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    pub(crate) thresholds: Thresholds,
    pub(crate) clock: Clock,
    pub(crate) delivery: Delivery,
    pub(crate) silences_changed: Notify,
}

impl Shared {
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cheap handle to the monitor.
#[derive(Clone, Debug)]
pub struct Handle(pub(crate) Arc<Shared>);

impl Handle {
    fn survey(&self, window: Window) -> Survey {
        let shared = &self.0;
        let now = shared.clock.now();
        let mut state = shared.state();
        state.intake.settle(now);
        Survey::take(&state.intake, &shared.thresholds, window, now)
    }

    /// Takes in a process's report.
    ///
    /// # Errors
    /// When there are too many processes.
    pub fn accept(&self, report: ProcessReport) -> Result<ReportAnswer, Error> {
        let now = self.0.clock.now();
        let taken = self.0.state().intake.accept(report, now);
        let outcome = match &taken {
            Ok(dropped) if dropped.is_empty() => "taken",
            Ok(_) => "trimmed",
            Err(_) => "refused",
        };
        telemetry::report(outcome);
        taken.map(|dropped| ReportAnswer { dropped }).map_err(|_| Error::TooManyProcesses)
    }

    /// The process leaves on purpose.
    pub fn goodbye(&self, instance: &str) {
        self.0.state().intake.goodbye(instance);
    }

    /// Health with reasons.
    #[must_use]
    pub fn health(&self, window: Window) -> PerformanceHealth {
        health::of(&self.survey(window))
    }

    /// Everything of one window.
    #[must_use]
    pub fn report(&self, window: Window) -> PerformanceReport {
        let survey = self.survey(window);
        PerformanceReport {
            generated_at: survey.now.wall,
            window,
            health: health::of(&survey),
            recommendations: recommend::all(&survey, &self.0.thresholds),
            processes: survey.processes,
            caches: survey.caches,
            pools: survey.pools,
            methods: survey.methods,
            resources: survey.resources,
            leaks: survey.leaks,
        }
    }

    /// Settings to change, gravest first.
    #[must_use]
    pub fn recommendations(&self, query: RecommendationQuery) -> Vec<Recommendation> {
        let RecommendationQuery { window, area } = query;
        let mut made = recommend::all(&self.survey(window), &self.0.thresholds);
        made.retain(|recommendation| area.is_none_or(|area| recommendation.area == area));
        made
    }

    /// What the mesh holds.
    #[must_use]
    pub fn resource_stats(&self) -> ResourceStats {
        self.survey(Window::OneMinute).resources
    }

    /// Resources held longer than this, of the kinds whose age proves something.
    #[must_use]
    pub fn leaks(&self, max_lifetime: Duration) -> Leaks {
        leaks_older_than(&self.0.state().intake, max_lifetime)
    }

    /// Alerts that are pending, firing or lately resolved.
    #[must_use]
    pub fn alerts(&self) -> Vec<Alert> {
        let state = self.0.state();
        state.book.alerts(&state.silences)
    }

    /// Silences in force.
    #[must_use]
    pub fn silences(&self) -> Vec<Silence> {
        let now = self.0.clock.now();
        let mut state = self.0.state();
        state.silences.expire(now.wall);
        state.silences.list()
    }

    /// Makes a silence in somebody's name.
    ///
    /// # Errors
    /// When it is not sound, or there are too many.
    pub fn create_silence(&self, silence: NewSilence, author: &str) -> Result<Silence, Error> {
        let now = self.0.clock.now();
        let mut state = self.0.state();
        state.silences.expire(now.wall);
        let made = state.silences.create(silence, author, now.wall)?;
        self.0.silences_changed.notify_one();
        tracing::info!(id = %made.id, %author, until = %made.expires_at, "alerts are silenced");
        Ok(made)
    }

    /// Ends a silence before its time.
    ///
    /// # Errors
    /// When none of that id is in force.
    pub fn delete_silence(&self, id: &str, author: &str) -> Result<(), Error> {
        self.0.state().silences.delete(id)?;
        self.0.silences_changed.notify_one();
        tracing::info!(%id, %author, "a silence is ended");
        Ok(())
    }

    /// Sends a test message to one destination, or to all when `name` is empty.
    ///
    /// # Errors
    /// When there is no such destination.
    pub async fn send_test(&self, name: &str, by: &str) -> Result<Vec<DeliveryOutcome>, Error> {
        let tested = self.0.delivery.test(name, by).await;
        tested.map_err(|known| Error::UnknownDestination { name: name.to_owned(), known })
    }

    /// Metrics of every process that reports.
    #[must_use]
    pub fn metrics(&self) -> Vec<ProcessMetrics> {
        let now = self.0.clock.now();
        let mut state = self.0.state();
        state.intake.settle(now);
        state.intake.metrics(now)
    }
}
