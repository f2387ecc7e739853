//! From READY to EXEC: queues, limits, fences, agents, pools and resources.

use std::cmp::Reverse;

use super::{Engine, Event};
use crate::plan::dependency::DependencyKind;
use crate::plan::dice::{Dice, Kind};
use crate::plan::status::{JobStatus, ReadyReason, RunKind};
use crate::plan::{End, JobIndex, Outcome, Run, Seconds, TaskKind, WorkstationIndex};

/// Jobs of this priority ("hi") and above ignore the workstation's limit while it is not 0.
const HIGH: u8 = 100;
/// Return code of a run that was killed.
pub(super) const KILLED: i32 = 143;

impl Engine {
    pub(super) fn make_ready(&mut self, job: JobIndex) {
        self.set_status(job, JobStatus::Ready);
        let entry = (Reverse(self.plan[job].priority), self.now, job);
        let workstation = self.plan[job].workstation;
        self.queues[workstation.position()].insert(entry);
        self.try_start(job);
    }

    pub(super) fn leave_queue(&mut self, job: JobIndex) {
        let workstation = self.plan[job].workstation;
        self.queues[workstation.position()].retain(|(_, _, waiting)| *waiting != job);
        self.plan[job].ready_reason = None;
    }

    /// Offers freed capacity to those who wait for a workstation, best first.
    pub(super) fn serve(&mut self, workstation: WorkstationIndex) {
        let waiting: Vec<JobIndex> =
            self.queues[workstation.position()].iter().map(|(.., job)| *job).collect();
        let full = |engine: &Self| {
            let machine = &engine.plan[workstation];
            machine.running >= machine.limit && machine.limit > 0
        };
        for job in waiting {
            // Everybody behind a full workstation waits for the limit already and keeps doing so.
            if full(self)
                && self.plan[job].ready_reason == Some(ReadyReason::Limit)
                && self.plan[job].priority < HIGH
            {
                break;
            }
            self.try_start(job);
        }
    }

    /// Like `serve`, for every reason to wait: used when a workstation changed.
    pub(super) fn reconsider(&mut self, workstation: WorkstationIndex) {
        let mut affected = vec![workstation];
        for (machine, at) in self.plan.workstations.iter().zip(0..) {
            if machine.members.contains(&workstation) || machine.host == Some(workstation) {
                affected.push(WorkstationIndex(at));
            }
        }
        for workstation in affected {
            let waiting: Vec<JobIndex> =
                self.queues[workstation.position()].iter().map(|(.., job)| *job).collect();
            for job in waiting {
                self.try_start(job);
            }
        }
    }

    pub(super) fn try_start(&mut self, job: JobIndex) {
        match self.obstacle(job) {
            Ok(machine) => {
                self.leave_queue(job);
                self.submit(job, machine);
            }
            Err(reason) => {
                let status = if reason == ReadyReason::Fence { JobStatus::Fence } else { JobStatus::Ready };
                self.plan[job].ready_reason = Some(reason);
                if self.plan[job].status != status {
                    self.set_status(job, status);
                }
                if reason == ReadyReason::Resources {
                    self.wait_for_resources(job);
                }
            }
        }
    }

    /// The machine a READY job would run on now, or why it cannot.
    fn obstacle(&self, job: JobIndex) -> Result<WorkstationIndex, ReadyReason> {
        let record = &self.plan[job];
        let target = &self.plan[record.workstation];
        if record.priority <= target.fence {
            return Err(ReadyReason::Fence);
        }
        if !target.linked || !target.jobman_up {
            return Err(ReadyReason::Agent);
        }
        let has_room = |at: WorkstationIndex| {
            let machine = &self.plan[at];
            machine.limit > 0 && (machine.running < machine.limit || record.priority >= HIGH)
        };
        let machine = if target.is_pool() {
            let up = |at: &&WorkstationIndex| self.plan[**at].linked && self.plan[**at].jobman_up;
            if !target.members.iter().any(|at| up(&at)) {
                return Err(ReadyReason::Agent);
            }
            let free = target.members.iter().filter(up).filter(|at| has_room(**at));
            *free.min_by_key(|at| (self.plan[**at].running, at.0)).ok_or(ReadyReason::Limit)?
        } else {
            record.workstation
        };
        if !has_room(record.workstation) {
            return Err(ReadyReason::Limit);
        }
        let stream = &self.plan[record.stream];
        if stream.limit >= 0 && i32::from(stream.tally.active) >= stream.limit {
            return Err(ReadyReason::Limit);
        }
        let enough = record.dependencies.iter().all(|dependency| match dependency.kind {
            DependencyKind::Resource { resource, quantity } => {
                dependency.released || self.plan[resource].available() >= quantity
            }
            _ => true,
        });
        if enough { Ok(machine) } else { Err(ReadyReason::Resources) }
    }

    fn wait_for_resources(&mut self, job: JobIndex) {
        for (resource, _) in self.needs(job) {
            let waiters = &mut self.plan[resource].waiters;
            if !waiters.contains(&job) {
                waiters.push(job);
            }
        }
    }

    pub(super) fn needs(&self, job: JobIndex) -> Vec<(crate::plan::ResourceIndex, u32)> {
        let needs = self.plan[job].dependencies.iter().filter(|dependency| !dependency.released);
        needs
            .filter_map(|dependency| match dependency.kind {
                DependencyKind::Resource { resource, quantity } => Some((resource, quantity)),
                _ => None,
            })
            .collect()
    }

    fn submit(&mut self, job: JobIndex, machine: WorkstationIndex) {
        for (resource, quantity) in self.needs(job) {
            let resource = &mut self.plan[resource];
            resource.waiters.retain(|waiting| *waiting != job);
            resource.holders.push((job, quantity));
        }
        self.occupy(job, machine, 1);
        let kind = self.plan[job].next_run.take().unwrap_or(RunKind::Regular);
        self.add_run(job, machine, kind);
        self.set_status(job, JobStatus::Intro);
        self.schedule(self.now + 1 + i64::from(job.0 % 2), Event::Launch(job));
    }

    pub(super) fn add_run(&mut self, job: JobIndex, machine: WorkstationIndex, kind: RunKind) {
        self.runs_made += 1;
        let number = 870_000_000 + self.runs_made;
        let id = self.identifiers.make(Kind::Run, u64::from(self.runs_made));
        self.directory.runs.insert(id, job);
        let (now, definition) = (self.now, self.plan[job].definition);
        let runs = &mut self.plan[job].runs;
        let attempt = u16::try_from(runs.len() + 1).unwrap_or(u16::MAX);
        runs.push(Run {
            id,
            number,
            kind,
            attempt,
            definition,
            workstation: machine,
            status: JobStatus::Intro,
            submitted: now,
            started: None,
            ended: None,
            return_code: None,
            max_duration_gone: false,
            confirmed: false,
            lines: None,
        });
    }

    /// Takes or gives back one place on the machine, and on the pool that dispatched to it.
    pub(super) fn occupy(&mut self, job: JobIndex, machine: WorkstationIndex, places: i32) {
        let target = self.plan[job].workstation;
        self.plan[machine].running += places;
        if target != machine {
            self.plan[target].running += places;
        }
    }

    pub(super) fn launch(&mut self, job: JobIndex) {
        if self.plan[job].status != JobStatus::Intro {
            return;
        }
        let Some(position) = self.plan[job].runs.len().checked_sub(1) else { return };
        let machine = self.plan[job].runs[position].workstation;
        let outcome = self.outcome(job);
        let broken = self.plan[machine].unreachable;
        if outcome.end == End::NotLaunched || broken {
            let run = &mut self.plan[job].runs[position];
            let lines = if broken { unreachable_lines() } else { outcome.lines };
            run.lines = Some(lines.into());
            self.finish_run(job, position, JobStatus::Fail, None);
            return;
        }
        let seconds = outcome.seconds.unwrap_or_else(|| self.usual_duration(job)).max(1);
        let most = self.plan[job].times.as_ref().and_then(|times| times.max_duration);
        let (seconds, killed) = match most {
            Some(most) if seconds > most => (most, true),
            _ => (seconds, false),
        };
        let now = self.now;
        let run = &mut self.plan[job].runs[position];
        run.started = Some(now);
        run.max_duration_gone = killed;
        run.lines = (!outcome.lines.is_empty()).then(|| outcome.lines.into());
        run.return_code = match outcome.end {
            _ if killed => Some(KILLED),
            End::ReturnCode(code) => Some(code),
            End::Success | End::NotLaunched => Some(0),
        };
        self.set_status(job, JobStatus::Exec);
        self.schedule(now + seconds, Event::End(job, position));
    }

    /// How the run that starts now is going to go.
    fn outcome(&self, job: JobIndex) -> Outcome {
        let record = &self.plan[job];
        let Some(behaviour) = record.behaviour.as_ref() else { return Outcome::default() };
        let regular = record.runs.iter().filter(|run| run.definition == record.definition);
        let attempt = regular.count().saturating_sub(1);
        let attempts = &behaviour.attempts;
        attempts.get(attempt).or(attempts.last()).cloned().unwrap_or_default()
    }

    /// Around the estimate: mostly a little less or more, seldom much more.
    fn usual_duration(&self, job: JobIndex) -> Seconds {
        let record = &self.plan[job];
        let estimate = Seconds::from(record.estimated);
        if self.plan[record.definition].task == TaskKind::Shadow {
            return 60;
        }
        let mut dice = Dice::new(self.plan.seed, u64::from(job.0) << 16 | record.runs.len() as u64);
        let percent = if dice.chance(3) { dice.between(135, 210) } else { dice.between(72, 124) };
        estimate * percent / 100
    }
}

fn unreachable_lines() -> Vec<String> {
    vec![
        "AWSITA245E An error occurred getting the HTTP response from the agent. CURL error 35: SSL connect error"
            .to_owned(),
        "AWSITA320E The gateway cannot reach the broker of the agent; the job was not submitted.".to_owned(),
    ]
}
