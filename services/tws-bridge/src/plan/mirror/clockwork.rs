//! Changes that time alone brings: jobs become late or run long without any row being read.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{ChangeKind, PlanChange};

use super::Mirror;
use super::differences::Differences;
use crate::plan::snapshot::Snapshot;

/// Rows that are late, and rows that run long.
fn overdue(plan: &Snapshot, now: i64) -> (Vec<u32>, Vec<u32>) {
    let (mut late, mut long) = (Vec::new(), Vec::new());
    for row in plan.jobs.rows() {
        let timing = plan.timing(row);
        if timing.late(now) {
            late.push(row);
        }
        if timing.long_running(now) {
            long.push(row);
        }
    }
    (late, long)
}

impl Mirror {
    /// Reports jobs that became late or long-running by `engine_time`. Call it about once a second.
    pub fn tick(&mut self, engine_time: DateTime<Utc>) -> usize {
        if !self.current.plan.complete {
            return 0;
        }
        let plan = &self.current.plan;
        let (late, long) = overdue(plan, engine_time.timestamp_millis());
        let mut found: Vec<PlanChange> = Vec::new();
        let mut differences = Differences { found: &mut found, time: engine_time };
        for row in &late {
            if !self.late.contains(row) {
                let words = (String::new(), "late".to_owned());
                differences.push_job(plan, *row, ChangeKind::JobLate, 0, words);
            }
        }
        for row in &long {
            if !self.long_running.contains(row) {
                let words = (String::new(), "long-running".to_owned());
                differences.push_job(plan, *row, ChangeKind::JobLongRunning, 0, words);
            }
        }
        self.late = late.into_iter().collect();
        self.long_running = long.into_iter().collect();
        let changes = found.len();
        if changes > 0 {
            self.publish(found);
        }
        changes
    }

    /// What is late or long already when a plan is taken over is no news.
    pub(super) fn remember_clockwork(&mut self, engine_time: DateTime<Utc>) {
        let (late, long) = overdue(&self.current.plan, engine_time.timestamp_millis());
        self.late = late.into_iter().collect();
        self.long_running = long.into_iter().collect();
    }
}
