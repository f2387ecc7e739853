//! Finished runs as records.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use resync_api::history::model::FinishedRun;
use resync_api::tws::model::Status;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::store::schema::RUN;
use crate::store::{Record, StoreError, Value};
use crate::topology;

/// Characters of a run's id.
const ID: usize = 32;

/// What is kept of a run.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row {
    pub(super) run: FinishedRun,
    /// IANA name of the engine's, when the run was seen.
    time_zone: String,
}

impl Row {
    pub(super) fn zone(&self) -> Tz {
        self.time_zone.parse().unwrap_or(Tz::UTC)
    }
}

/// The same for the same run, also when the plan it is in has other ids after it was extended.
fn run_id(engine: &str, run: &topology::FinishedRun) -> String {
    let scheduled = run.scheduled_time.map(|time| time.timestamp_millis());
    let name =
        serde_json::json!([engine, run.job, scheduled, run.started.timestamp_millis(), run.job_number]);
    let digest = Sha256::digest(name.to_string());
    let mut text: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    text.truncate(ID);
    text
}

/// A run as it was seen, made one to keep.
pub(super) fn seen(engine: &str, zone: Tz, run: &topology::FinishedRun) -> Row {
    let day = run.scheduled_time.unwrap_or(run.started).with_timezone(&zone).date_naive();
    Row {
        run: FinishedRun {
            run_id: run_id(engine, run),
            engine: engine.to_owned(),
            job: run.job.clone(),
            job_id: run.job_id.clone(),
            job_number: run.job_number,
            run_count: i32::try_from(run.run_count).unwrap_or(i32::MAX),
            workstation: run.workstation.clone(),
            scheduled_time: run.scheduled_time,
            plan_day: day,
            start_time: run.started,
            end_time: run.ended,
            duration_seconds: (run.ended - run.started).num_milliseconds() as f64 / 1000.0,
            status: if run.succeeded { Status::Successful } else { Status::Error },
            internal_status: run.internal_status.clone(),
            return_code: run.return_code,
        },
        time_zone: zone.name().to_owned(),
    }
}

/// A kept run as it was seen.
pub(super) fn as_seen(run: FinishedRun) -> topology::FinishedRun {
    topology::FinishedRun {
        job: run.job,
        job_id: run.job_id,
        job_number: run.job_number,
        run_count: u32::try_from(run.run_count).unwrap_or(0),
        workstation: run.workstation,
        scheduled_time: run.scheduled_time,
        started: run.start_time,
        ended: run.end_time,
        succeeded: run.status == Status::Successful,
        internal_status: run.internal_status,
        return_code: run.return_code,
    }
}

/// The day of an end, by which runs are counted.
pub(super) fn ended_on(time: DateTime<Utc>) -> String {
    time.date_naive().to_string()
}

/// A status as it is searched for.
pub(super) fn word(status: Status) -> &'static str {
    if status == Status::Successful { "SUCCESSFUL" } else { "ERROR" }
}

pub(super) fn write(row: &Row) -> Result<Record, StoreError> {
    let body = serde_json::to_string(row)
        .map_err(|error| StoreError::Defect { store: "history", cause: error.to_string() })?;
    let run = &row.run;
    Ok(Record::new(RUN, run.run_id.as_str(), body)
        .with("engine", run.engine.as_str())
        .with("job", run.job.as_str())
        .with("status", word(run.status))
        .with("ended_at", Value::from(run.end_time))
        .with("ended_on", ended_on(run.end_time)))
}

pub(super) fn read(record: &Record) -> Result<Row, StoreError> {
    serde_json::from_str(&record.body).map_err(|error| StoreError::Foreign {
        store: "history",
        cause: format!("{} {}: {error}", record.collection.0, record.key),
    })
}
