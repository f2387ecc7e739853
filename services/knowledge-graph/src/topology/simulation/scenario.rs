//! From what a person says might happen to what it means for nodes.

use std::time::Duration;

use resync_api::graph::model::{Assumption, WhatIf};
use resync_api::tws::model::Status;

use crate::topology::error::TopologyError;
use crate::topology::graph::{Graph, seed_of_job};
use crate::topology::impact::Forced;
use crate::topology::index::Subject;
use crate::topology::queue::Limits;
use crate::topology::records::{WorkstationRecord, WorkstationState};

/// What is different.
pub(super) struct Scenario {
    /// Nodes that end in a certain way.
    pub(super) forced: Vec<Forced>,
    /// Nodes that start later, by seconds.
    pub(super) delays: Vec<(u32, f32)>,
    /// Limits of all workstations.
    pub(super) limits: Limits,
    /// What changed, to begin paths with.
    pub(super) subjects: Vec<Subject>,
}

impl Graph {
    pub(super) fn scenario(&self, changes: &[WhatIf]) -> Result<Scenario, TopologyError> {
        let mut scenario =
            Scenario { forced: Vec::new(), delays: Vec::new(), limits: self.limits(), subjects: Vec::new() };
        for change in changes {
            match change {
                WhatIf::Delay { object, by } => self.delays(&mut scenario, object, *by)?,
                WhatIf::Fail { object } => {
                    let (subject, _) = self.find_flow(object)?;
                    let Subject::Job(_) = subject else {
                        return Err(TopologyError::NotAJob { object: object.clone() });
                    };
                    self.forces(&mut scenario, subject, Assumption::Fails);
                }
                WhatIf::Cancel { object } => {
                    let (subject, _) = self.find_flow(object)?;
                    self.forces(&mut scenario, subject, Assumption::Canceled);
                }
                WhatIf::Hold { object } => {
                    let (subject, _) = self.find_flow(object)?;
                    self.forces(&mut scenario, subject, Assumption::Stops);
                }
                WhatIf::SetLimit { workstation, limit } => {
                    self.limits_to(&mut scenario, workstation, *limit)?;
                }
            }
        }
        Ok(scenario)
    }

    fn delays(&self, scenario: &mut Scenario, object: &str, by: Duration) -> Result<(), TopologyError> {
        let (subject, node) = self.find_flow(object)?;
        let node = match subject {
            Subject::Stream(row) => self.structure.gate(row).unwrap_or(node),
            _ => node,
        };
        scenario.delays.push((node, by.as_secs_f32()));
        scenario.subjects.push(subject);
        Ok(())
    }

    /// What is over stays as it is, and a hold does not stop what is running.
    fn forces(&self, scenario: &mut Scenario, subject: Subject, assumption: Assumption) {
        scenario.subjects.push(subject);
        let unchanged = match subject {
            Subject::Job(row) => self.jobs.get(row).is_none_or(|job| {
                job.is_over() || assumption == Assumption::Stops && job.status == Status::Running
            }),
            Subject::Stream(row) => {
                assumption == Assumption::Stops && self.streams.get(row).is_none_or(|stream| stream.is_open())
            }
            Subject::Thing(_) | Subject::Workstation(_) => false,
        };
        match subject {
            // Of a stream under way, what has not started is held.
            Subject::Stream(row) if unchanged => {
                let Some(end) = self.structure.end(row) else { return };
                for (_, entry) in self.structure.entries(end) {
                    if let crate::topology::node::Kind::Job(row) = self.structure.kind(entry.target) {
                        let waits = |status| !matches!(status, Status::Running);
                        if self.jobs.get(row).is_some_and(|job| !job.is_over() && waits(job.status)) {
                            scenario.forced.extend(self.cases(Subject::Job(row), assumption).1);
                        }
                    }
                }
            }
            _ if unchanged => {}
            _ => scenario.forced.extend(self.cases(subject, assumption).1),
        }
    }

    /// A limit lets jobs through that a limit of zero held back, or holds them back.
    fn limits_to(&self, scenario: &mut Scenario, name: &str, limit: u32) -> Result<(), TopologyError> {
        let subject = self.find(&format!("workstation:{name}"))?;
        let Subject::Workstation(row) = subject else {
            return Err(TopologyError::UnknownObject { object: name.to_owned() });
        };
        scenario.subjects.push(subject);
        scenario.limits.insert(row, limit as usize);
        let Some(record) = self.workstations.get(row) else { return Ok(()) };
        let limit = i32::try_from(limit).unwrap_or(i32::MAX);
        let state = record.state.unwrap_or(WorkstationState { up: true, limit, fence: 0 });
        let changed =
            WorkstationRecord { name: record.name.clone(), state: Some(WorkstationState { limit, ..state }) };
        for node in self.unfinished_jobs_on(row) {
            let Some(job) = self.job_at(node) else { continue };
            let seed = seed_of_job(job, Some(&changed));
            if seed != self.seeds[node as usize] {
                scenario.forced.push((node, seed));
            }
        }
        Ok(())
    }
}
