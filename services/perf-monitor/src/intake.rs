//! Who reports, and what each said last.
//!
//! A process is known by its instance; another start is another process. One that ends its stream is gone at once. One
//! whose reports just stop is missing after a while, until it reports again, a process of the same roles that started
//! later takes its place, or it is forgotten.
//!
//! At most [`PROCESSES`] are known. When there are that many, a missing one makes room for a newcomer; without a missing
//! one the newcomer is refused. What a report holds beyond its bounds is left out and named in the answer.

mod bounds;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use resync_api::perf::model::{ProcessMetrics, ProcessReport, ProcessSummary};

use crate::clock::Moment;
use crate::history::History;

/// Most processes known at a time.
pub(crate) const PROCESSES: usize = 64;

/// There are too many processes, and all of them report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// One process of the mesh.
#[derive(Debug)]
pub(crate) struct Process {
    /// The last report, without the metrics; roles are sorted.
    pub(crate) report: ProcessReport,
    pub(crate) history: History,
    metrics_text: Arc<str>,
    last_seen: Duration,
    pub(crate) missing: bool,
}

impl Process {
    fn begin(at: Duration) -> impl FnOnce(ProcessReport, Arc<str>) -> Self {
        move |report, metrics_text| Self {
            report,
            history: History::default(),
            metrics_text,
            last_seen: at,
            missing: false,
        }
    }

    fn age(&self, now: Moment) -> Duration {
        now.at.saturating_sub(self.last_seen)
    }

    pub(crate) fn summary(&self, now: Moment) -> ProcessSummary {
        let report = &self.report;
        ProcessSummary {
            instance: report.instance.clone(),
            roles: report.roles.clone(),
            version: report.version.clone(),
            started_at: report.started_at,
            age: self.age(now),
            missing: self.missing,
            resident_bytes: report.resident_bytes,
            queues: report.queues.clone(),
            tasks: report.tasks.clone(),
        }
    }
}

/// All processes.
#[derive(Debug)]
pub(crate) struct Intake {
    processes: BTreeMap<String, Process>,
    missing_after: Duration,
    forget_after: Duration,
}

impl Intake {
    pub(crate) fn new(missing_after: Duration, forget_after: Duration) -> Self {
        Self { processes: BTreeMap::new(), missing_after, forget_after }
    }

    /// Takes in a report and says what of it was left out.
    pub(crate) fn accept(&mut self, mut report: ProcessReport, now: Moment) -> Result<Vec<String>, Full> {
        let dropped = bounds::trim(&mut report);
        let metrics_text: Arc<str> = std::mem::take(&mut report.metrics_text).into();
        if !self.processes.contains_key(&report.instance) {
            self.make_room_for(&report)?;
        }
        let process = match self.processes.entry(report.instance.clone()) {
            std::collections::btree_map::Entry::Occupied(known) => {
                let process = known.into_mut();
                process.report = report;
                process.metrics_text = metrics_text;
                process
            }
            std::collections::btree_map::Entry::Vacant(new) => {
                new.insert(Process::begin(now.at)(report, metrics_text))
            }
        };
        process.last_seen = now.at;
        process.missing = false;
        process.history.observe(now.at, &process.report);
        Ok(dropped)
    }

    /// A newcomer takes the place of a missing process of its roles; in a full house, of any missing one.
    fn make_room_for(&mut self, newcomer: &ProcessReport) -> Result<(), Full> {
        let longest_missing = |same_roles: bool| {
            let candidates = self.processes.values().filter(|process| {
                let known = &process.report;
                let replaced = known.roles == newcomer.roles && known.started_at < newcomer.started_at;
                process.missing && (replaced || !same_roles)
            });
            candidates.min_by_key(|process| process.last_seen).map(|process| process.report.instance.clone())
        };
        let full = self.processes.len() >= PROCESSES;
        let leaver = longest_missing(true).or_else(|| full.then(|| longest_missing(false)).flatten());
        match leaver {
            Some(instance) => {
                self.processes.remove(&instance);
                Ok(())
            }
            None if full => Err(Full),
            None => Ok(()),
        }
    }

    /// The process left on purpose.
    pub(crate) fn goodbye(&mut self, instance: &str) {
        self.processes.remove(instance);
    }

    /// Notices who stopped reporting.
    pub(crate) fn settle(&mut self, now: Moment) {
        let (missing_after, forget_after) = (self.missing_after, self.forget_after);
        self.processes.retain(|_, process| process.age(now) < forget_after);
        for process in self.processes.values_mut() {
            process.missing = process.age(now) >= missing_after;
        }
    }

    /// All, by instance.
    pub(crate) fn processes(&self) -> impl Iterator<Item = &Process> {
        self.processes.values()
    }

    /// Those that report.
    pub(crate) fn reporting(&self) -> impl Iterator<Item = &Process> {
        self.processes.values().filter(|process| !process.missing)
    }

    pub(crate) fn metrics(&self, now: Moment) -> Vec<ProcessMetrics> {
        let of = |process: &Process| ProcessMetrics {
            instance: process.report.instance.clone(),
            roles: process.report.roles.clone(),
            age: process.age(now),
            text: process.metrics_text.to_string(),
        };
        self.reporting().filter(|process| !process.metrics_text.is_empty()).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{moment, report};

    fn intake() -> Intake {
        Intake::new(Duration::from_secs(30), Duration::from_secs(600))
    }

    #[test]
    fn a_process_goes_missing_comes_back_is_replaced_or_is_forgotten() {
        let mut intake = intake();
        let missing = |intake: &Intake| -> Vec<String> {
            let missing = intake.processes().filter(|process| process.missing);
            missing.map(|process| process.report.instance.clone()).collect()
        };
        intake.accept(report("a", &["agent"]), moment(0)).unwrap();
        intake.accept(report("b", &["cache"]), moment(0)).unwrap();
        intake.settle(moment(29));
        assert!(missing(&intake).is_empty());
        intake.settle(moment(30));
        assert_eq!(missing(&intake), ["a", "b"]);
        intake.accept(report("b", &["cache"]), moment(31)).unwrap();
        assert_eq!(missing(&intake), ["a"]);

        let mut restarted = report("c", &["agent"]);
        restarted.started_at += Duration::from_secs(1);
        intake.accept(restarted, moment(40)).unwrap();
        assert!(missing(&intake).is_empty(), "another start of the same roles took its place");
        intake.goodbye("c");
        assert_eq!(intake.processes().count(), 1);
        intake.settle(moment(31 + 600));
        assert_eq!(intake.processes().count(), 0, "forgotten");
    }

    #[test]
    fn a_full_house_takes_newcomers_only_in_the_place_of_missing_ones() {
        let mut intake = intake();
        for number in 0..PROCESSES {
            intake.accept(report(&format!("{number:02}"), &["agent"]), moment(0)).unwrap();
        }
        assert_eq!(intake.accept(report("new", &["cache"]), moment(1)), Err(Full));
        intake.accept(report("07", &["agent"]), moment(1)).expect("it is known");
        for number in 1..PROCESSES {
            intake.accept(report(&format!("{number:02}"), &["agent"]), moment(29)).unwrap();
        }
        intake.settle(moment(30));
        intake.accept(report("new", &["cache"]), moment(31)).expect("00 is missing");
        assert_eq!(intake.processes().count(), PROCESSES);
        assert!(intake.processes().all(|process| process.report.instance != "00"));
    }
}
