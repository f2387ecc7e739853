//! Everything known of one window at one moment: figures of every process, and every rule's word on them.

mod labels;
mod caches;
mod pools;
mod methods;
mod held;

use resync_api::perf::model::{
    CacheReport, Leaks, MethodReport, PoolReport, ProcessSummary, ResourceStats, Severity, Standing, Window,
};

use crate::check::{Check, Rule, Subject};
use crate::clock::Moment;
use crate::intake::{Intake, Process};
use crate::thresholds::Thresholds;
use labels::{Labels, joined};

pub(crate) use caches::fill;
pub(crate) use held::leaks_older_than;

/// One window at one moment.
#[derive(Clone, Debug)]
pub(crate) struct Survey {
    pub(crate) window: Window,
    pub(crate) now: Moment,
    pub(crate) processes: Vec<ProcessSummary>,
    pub(crate) caches: Vec<CacheReport>,
    pub(crate) pools: Vec<PoolReport>,
    pub(crate) methods: Vec<MethodReport>,
    pub(crate) resources: ResourceStats,
    pub(crate) leaks: Leaks,
    /// Also those that found nothing wrong. A subject of which too little is known has none.
    pub(crate) checks: Vec<Check>,
}

impl Survey {
    pub(crate) fn take(intake: &Intake, thresholds: &Thresholds, window: Window, now: Moment) -> Self {
        let processes: Vec<&Process> = intake.reporting().collect();
        let context = Context { thresholds, window, now };
        let mut checks: Vec<Check> = intake.processes().map(|process| missing(process, now)).collect();
        let caches = caches::survey(&context, &processes, &mut checks);
        let pools = pools::survey(&context, &processes, &mut checks);
        let methods = methods::survey(&context, &processes, &mut checks);
        held::check(&context, &processes, &mut checks);
        Self {
            window,
            now,
            processes: intake.processes().map(|process| process.summary(now)).collect(),
            caches,
            pools,
            methods,
            resources: held::stats(&processes, now),
            leaks: held::leaks(&processes),
            checks,
        }
    }
}

/// What every part of a survey needs.
struct Context<'c> {
    thresholds: &'c Thresholds,
    window: Window,
    now: Moment,
}

/// One subject of one process while its checks are made.
struct Judge<'j> {
    subject: Subject,
    label: String,
    group: String,
    evidence: Vec<resync_api::perf::model::Evidence>,
    worst: Severity,
    checks: &'j mut Vec<Check>,
}

impl Judge<'_> {
    fn rule(&mut self, rule: Rule, value: f64, (severity, threshold): (Severity, f64)) {
        self.worst = self.worst.max(severity);
        self.checks.push(Check {
            rule,
            subject: self.subject.clone(),
            label: self.label.clone(),
            group: self.group.clone(),
            severity,
            value,
            threshold,
            evidence: self.evidence.clone(),
        });
    }

    /// Too little happened to say more than that nothing is wrong.
    fn idle(mut self, rules: &[Rule]) -> Standing {
        for rule in rules {
            self.rule(*rule, 0.0, (Severity::Ok, 0.0));
        }
        Standing::Idle
    }

    fn standing(self) -> Standing {
        match self.worst {
            Severity::Ok => Standing::Ok,
            Severity::Warning => Standing::Warning,
            Severity::Critical => Standing::Critical,
        }
    }
}

fn missing(process: &Process, now: Moment) -> Check {
    let report = &process.report;
    let summary = process.summary(now);
    let severity = if process.missing { Severity::Critical } else { Severity::Ok };
    let name = joined(&report.roles);
    Check {
        rule: Rule::ProcessMissing,
        label: format!("{name}/{}", labels::short(&report.instance)),
        group: name.clone(),
        subject: Subject { area: Rule::ProcessMissing.area(), name, roles: report.roles.clone() },
        severity,
        value: summary.age.as_secs_f64(),
        threshold: 0.0,
        evidence: Vec::new(),
    }
}

/// `part` of `whole`; unset: there is no whole.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests;
