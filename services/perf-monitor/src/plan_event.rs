//! A job that failed or is late, as a message tells of it.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{ChangeKind, Job, PlanChange};
use serde::Serialize;

/// What happened to the job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanEventKind {
    /// It ended in error.
    Failed,
    /// Its deadline passed and it has not ended well.
    Late,
}

impl PlanEventKind {
    /// As it is written in filters and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Late => "late",
        }
    }

    /// The kind of a plan's change; unset: nobody is told of it.
    pub(crate) fn of(change: ChangeKind) -> Option<Self> {
        match change {
            ChangeKind::JobFailed => Some(Self::Failed),
            ChangeKind::JobLate => Some(Self::Late),
            _ => None,
        }
    }
}

/// A job that failed or is late. All texts come from the scheduler and are not to be trusted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct PlanEvent {
    pub(crate) kind: PlanEventKind,
    pub(crate) engine: String,
    /// `engines/{engine}/jobs/{id}`.
    pub(crate) object: String,
    /// `WORKSTATION#/FOLDER/STREAM.JOB`.
    pub(crate) key: String,
    pub(crate) workstation: String,
    pub(crate) folder: String,
    pub(crate) job_stream: String,
    pub(crate) job: String,
    /// State in words of the plan.
    pub(crate) state: String,
    /// Unset: unknown.
    pub(crate) return_code: Option<i32>,
    pub(crate) critical: bool,
    /// By the engine's clock.
    pub(crate) time: DateTime<Utc>,
}

impl PlanEvent {
    /// From the change alone; names are taken from the key.
    pub(crate) fn of(change: &PlanChange, engine: &str) -> Option<Self> {
        let names = Names::of(&change.key);
        Some(Self {
            kind: PlanEventKind::of(change.kind)?,
            engine: engine.to_owned(),
            object: change.object.clone(),
            key: change.key.clone(),
            workstation: names.workstation.to_owned(),
            folder: names.folder.to_owned(),
            job_stream: names.job_stream.to_owned(),
            job: names.job.to_owned(),
            state: change.after.clone(),
            return_code: None,
            critical: false,
            time: change.time,
        })
    }

    /// Adds what only the job's row knows.
    pub(crate) fn complete(&mut self, job: &Job) {
        self.workstation.clone_from(&job.workstation);
        self.folder.clone_from(&job.folder);
        self.job_stream.clone_from(&job.job_stream_name);
        self.job.clone_from(&job.job_name);
        self.return_code = job.return_code;
        self.critical = job.critical;
    }

    /// The engine's identifier of the job.
    pub(crate) fn job_id(&self) -> &str {
        self.object.rsplit('/').next().unwrap_or_default()
    }

    /// One line for people.
    pub(crate) fn text(&self) -> String {
        let critical = if self.critical { "critical job " } else { "job " };
        let what = match self.kind {
            PlanEventKind::Failed => "failed",
            PlanEventKind::Late => "is late",
        };
        let code = self.return_code.filter(|_| self.kind == PlanEventKind::Failed);
        let code = code.map(|code| format!(" with return code {code}")).unwrap_or_default();
        format!("{critical}{} {what}{code} on engine {}", self.key, self.engine)
    }
}

/// The parts of a key.
struct Names<'k> {
    workstation: &'k str,
    folder: &'k str,
    job_stream: &'k str,
    job: &'k str,
}

impl<'k> Names<'k> {
    fn of(key: &'k str) -> Self {
        let (workstation, path) = key.split_once('#').unwrap_or(("", key));
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let (job_stream, job) = name.split_once('.').unwrap_or(("", name));
        let folder = if folder.is_empty() { "/" } else { folder };
        Self { workstation, folder, job_stream, job }
    }
}

#[cfg(test)]
pub(crate) fn fixture(kind: PlanEventKind, key: &str) -> PlanEvent {
    let change = PlanChange {
        kind: match kind {
            PlanEventKind::Failed => ChangeKind::JobFailed,
            PlanEventKind::Late => ChangeKind::JobLate,
        },
        plan_version: 1,
        time: crate::fixture::wall(0),
        object: format!("engines/default/jobs/{key}"),
        key: key.to_owned(),
        before: "RUNNING EXEC".to_owned(),
        after: "ERROR ABEND".to_owned(),
    };
    PlanEvent::of(&change, "default").expect("it is of interest")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_the_names_a_filter_asks_for() {
        let event = fixture(PlanEventKind::Failed, "NY1#/FIN/DAILY/PAYROLL.EXTRACT");
        let names = [&event.workstation, &event.folder, &event.job_stream, &event.job];
        assert_eq!(names, ["NY1", "/FIN/DAILY", "PAYROLL", "EXTRACT"]);
        assert_eq!(fixture(PlanEventKind::Late, "NY1#/PAYROLL.EXTRACT").folder, "/");
        let odd = fixture(PlanEventKind::Late, "odd");
        assert_eq!((odd.job.as_str(), odd.workstation.as_str()), ("odd", ""));
        let coded = PlanEvent { return_code: Some(12), critical: true, ..event };
        assert_eq!(
            coded.text(),
            "critical job NY1#/FIN/DAILY/PAYROLL.EXTRACT failed with return code 12 on engine default"
        );
    }
}
