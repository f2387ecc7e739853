//! The handle on a running engine: its truth, its clock, its faults and switches. The control port offers the
//! same over HTTP, in `control/port`.

pub(crate) mod port;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::census::Census;
use crate::command::{Command, CommandError};
use crate::faults::Faults;
use crate::joblog::JobLog;
use crate::shared::{Effect, Shared, Switches};
use crate::truth::{
    IncidentTruth, JobStreamTruth, JobTruth, PromptTruth, ResourceTruth, Truth, WorkstationTruth,
};
use crate::wire::time::Stamp;

/// Moves the clock of one engine, bends it, and tells its truth. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Control {
    shared: Arc<Shared>,
}

impl Control {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The whole truth now.
    pub fn truth(&self) -> Truth {
        let engine = self.shared.engine();
        Census { engine: &engine }.truth(&self.shared.planted, self.shared.switches().variant)
    }

    /// The planted incidents now.
    pub fn incidents(&self) -> Vec<IncidentTruth> {
        let engine = self.shared.engine();
        Census { engine: &engine }.incidents(&self.shared.planted)
    }

    /// Every job, in the plan's order.
    pub fn jobs(&self) -> Vec<JobTruth> {
        let engine = self.shared.engine();
        let census = Census { engine: &engine };
        census.every_job().map(|job| census.job(job)).collect()
    }

    /// The job of that identifier.
    pub fn job(&self, id: &str) -> Option<JobTruth> {
        let engine = self.shared.engine();
        let census = Census { engine: &engine };
        census.find_job(id).map(|job| census.job(job))
    }

    /// The whole log of a job's newest run.
    pub fn job_log(&self, id: &str) -> Option<Vec<String>> {
        let engine = self.shared.engine();
        let job = Census { engine: &engine }.find_job(id)?;
        let run = engine.plan[job].runs.last()?;
        Some(JobLog::new(&engine.plan, engine.now, job, run).lines(false))
    }

    /// Every job stream, in the plan's order.
    pub fn job_streams(&self) -> Vec<JobStreamTruth> {
        let engine = self.shared.engine();
        let census = Census { engine: &engine };
        census.every_stream().map(|stream| census.stream(stream)).collect()
    }

    /// The job stream of that identifier.
    pub fn job_stream(&self, id: &str) -> Option<JobStreamTruth> {
        let engine = self.shared.engine();
        let census = Census { engine: &engine };
        census.find_stream(id).map(|stream| census.stream(stream))
    }

    /// Every workstation.
    pub fn workstations(&self) -> Vec<WorkstationTruth> {
        let engine = self.shared.engine();
        Census { engine: &engine }.workstations()
    }

    /// Every resource.
    pub fn resources(&self) -> Vec<ResourceTruth> {
        let engine = self.shared.engine();
        Census { engine: &engine }.resources()
    }

    /// Every prompt.
    pub fn prompts(&self) -> Vec<PromptTruth> {
        let engine = self.shared.engine();
        Census { engine: &engine }.prompts()
    }

    /// The engine's clock.
    pub fn now(&self) -> DateTime<Utc> {
        Stamp(self.shared.clock.now()).instant()
    }

    /// Engine seconds per wall second.
    pub fn rate(&self) -> f64 {
        self.shared.clock.rate()
    }

    /// Sets the engine seconds per wall second; 0 stands still. Negative and infinite rates count as 0.
    pub fn set_rate(&self, rate: f64) {
        let rate = if rate.is_finite() { rate.max(0.0) } else { 0.0 };
        self.shared.clock.set_rate(rate);
    }

    /// Moves the engine's clock forward and lets everything due happen before it returns.
    pub fn step(&self, by: Duration) {
        self.shared.step(by);
    }

    /// The faults in force.
    pub fn faults(&self) -> Faults {
        self.shared.faults.get()
    }

    /// Replaces the faults in force.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.faults.set(faults);
    }

    /// The switches of the REST layer.
    pub fn switches(&self) -> Switches {
        self.shared.switches()
    }

    /// Replaces the switches of the REST layer.
    pub fn set_switches(&self, switches: Switches) {
        self.shared.set_switches(switches);
    }

    /// Changing calls that came over REST, oldest first; only the newest ten thousand are kept.
    pub fn effects(&self) -> Vec<Effect> {
        self.shared.effects()
    }

    /// REST requests so far, by method and path template.
    pub fn requests(&self) -> BTreeMap<String, u64> {
        self.shared.requests()
    }

    /// Intervenes in the plan, now.
    pub fn perform(&self, command: &Command) -> Result<(), CommandError> {
        self.shared.catch_up();
        command.perform(&mut self.shared.engine_mut())
    }
}
