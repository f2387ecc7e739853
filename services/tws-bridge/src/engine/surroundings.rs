//! What the process gives to the engine side: caches, and somewhere to report.

use std::sync::Arc;
use std::time::Duration;

use resync_api::tws::model::JobLog;
use resync_fault::FaultBody;
use resync_hwa::wire::model::JobStreamDefinition;
use resync_near_cache::{Caches, Life, Loaded, NearCache};
use resync_service_kit::vitals::{PoolKind, PoolSettingNames, PoolVitals, Registration, Vitals};
use serde::{Deserialize, Serialize};

use crate::engine::calls::{CallError, Calls};
use crate::engine::{LogLines, LogRange, RunStage};

/// How long what was read from an engine is used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lives {
    /// Logs of jobs that run, or that ended a moment ago.
    pub running_logs: Duration,
    /// Logs of runs that have ended.
    pub finished_logs: Duration,
    /// Definitions of job streams.
    pub definitions: Duration,
}

impl Default for Lives {
    fn default() -> Self {
        Self {
            running_logs: Duration::from_secs(30),
            finished_logs: Duration::from_secs(24 * 3_600),
            definitions: Duration::from_secs(3_600),
        }
    }
}

/// Caches and vitals of the process, as the engines use them. The default keeps caches of its own and reports to nobody.
#[derive(Debug, Clone)]
pub struct Surroundings {
    lives: Lives,
    logs: NearCache<JobLog>,
    definitions: NearCache<DefinitionPage, CallError>,
    vitals: Vitals,
}

/// A page of the engine's list of definitions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DefinitionPage {
    /// Pages of one reading have the same; the list may have changed between two readings.
    pub(crate) reading: String,
    pub(crate) definitions: Vec<JobStreamDefinition>,
    pub(crate) next_offset: Option<u64>,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self::new(&Caches::default(), Lives::default(), &Vitals::new())
    }
}

impl Surroundings {
    /// What is read from engines goes through `caches`, and connections are reported in `vitals`.
    #[must_use]
    pub fn new(caches: &Caches, lives: Lives, vitals: &Vitals) -> Self {
        Self {
            lives,
            logs: caches.cache("job_logs"),
            // The model holds them in a form of its own.
            definitions: caches.shared_only("definitions"),
            vitals: vitals.clone(),
        }
    }

    /// Reports the connections to one engine.
    pub(crate) fn report(&self, calls: &Calls) -> Registration {
        let calls = calls.clone();
        let engine = calls.engine().to_owned();
        self.vitals.register_pool(move || {
            let settings = PoolSettingNames {
                min: "".into(),
                max: format!("engines.{engine}.max_connections").into(),
                connect_timeout: format!("engines.{engine}.connect_timeout").into(),
            };
            PoolVitals::of_permits(format!("engine:{engine}"), PoolKind::Http, settings, calls.connections())
        })
    }

    /// A range of a log, as it was read before or as `read` reads it now. Its `observed_at` tells when that was.
    pub(crate) async fn log<F>(
        &self,
        calls: &Calls,
        range: &LogRange,
        read: impl Fn() -> F + Clone + Send + 'static,
    ) -> Result<JobLog, FaultBody>
    where
        F: Future<Output = Result<JobLog, FaultBody>> + Send + 'static,
    {
        let (lives, stage, tag) = (self.lives, range.stage, tag(calls));
        let first = read.clone();
        let load = move || async move {
            let log = first().await?;
            let life = if stage == RunStage::Settled && !log.lines.is_empty() {
                // It does not change any more, so it may be served while it is looked at once more.
                Life::new(lives.finished_logs).then_stale(lives.finished_logs)
            } else {
                Life::new(lives.running_logs)
            };
            Ok(Loaded::found(log).living(life).tagged(tag))
        };
        let cached = self.logs.read(&log_key(calls, range), load).await?;
        match cached.value {
            Some(log) => Ok(Arc::unwrap_or_clone(log)),
            // Nobody here says that there is no log; another version of this product may.
            None => read().await,
        }
    }

    /// A page of definitions that is younger than `most_age`, and its age; `None`: another version of this product says
    /// that there is none.
    pub(crate) async fn definitions<F>(
        &self,
        calls: &Calls,
        (page_size, offset): (u32, u64),
        most_age: Duration,
        read: impl FnOnce() -> F + Send + 'static,
    ) -> Result<Option<(DefinitionPage, Duration)>, CallError>
    where
        F: Future<Output = Result<DefinitionPage, CallError>> + Send + 'static,
    {
        let (life, tag) = (Life::new(self.lives.definitions), tag(calls));
        let load = move || async move { Ok(Loaded::found(read().await?).living(life).tagged(tag)) };
        let key = format!("{}/{page_size}/{offset}", calls.identity());
        let cached = self.definitions.read_younger(most_age, &key, load).await?;
        Ok(cached.value.map(|page| (Arc::unwrap_or_clone(page), cached.age)))
    }
}

/// Everything that was read from one engine goes with this.
fn tag(calls: &Calls) -> String {
    format!("engines/{}", calls.engine())
}

/// The stage is part of the key: what was read while a job ran must not be shown once it is known to have ended, nor what
/// was read at its end once the log is complete. So is the start, because engines number their runs anew with each plan.
fn log_key(calls: &Calls, range: &LogRange) -> String {
    let LogRange { job_id, run_id, started, stage, lines } = range;
    let started = started.map_or(0, |at| at.timestamp());
    let stage = match stage {
        RunStage::Open => "open",
        RunStage::Ended => "ended",
        RunStage::Settled => "settled",
    };
    let lines = match lines {
        LogLines::From { line, count } => format!("{line}+{count}"),
        LogLines::Tail(count) => format!("tail {count}"),
    };
    format!("{}/{job_id}/{run_id}/{started}/{stage}/{lines}", calls.identity())
}
