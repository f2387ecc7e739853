//! How runs end: success, failure, confirmation, recovery, repetition, and what that frees.

use super::{Engine, Event};
use crate::plan::status::{JobStatus, RunKind};
use crate::plan::{End, JobIndex, Outcome, RecoveryOption, Seconds};

impl Engine {
    /// The planned end of a run has come.
    pub(super) fn end_of_run(&mut self, job: JobIndex, position: usize) {
        let record = &self.plan[job];
        if record.status != JobStatus::Exec || position + 1 != record.runs.len() {
            return;
        }
        let code = record.runs[position].return_code.unwrap_or_default();
        let status = match code {
            0 if record.requires_confirmation => JobStatus::Pend,
            0 => JobStatus::Succ,
            _ => JobStatus::Abend,
        };
        self.finish_run(job, position, status, Some(code));
    }

    /// Ends a run with `status` and frees what it held.
    pub(super) fn finish_run(
        &mut self,
        job: JobIndex,
        position: usize,
        status: JobStatus,
        code: Option<i32>,
    ) {
        let now = self.now;
        let run = &mut self.plan[job].runs[position];
        run.ended = Some(now);
        run.status = status;
        run.return_code = code;
        let machine = run.workstation;
        self.occupy(job, machine, -1);
        let freed = self.needs(job);
        for (resource, _) in &freed {
            self.plan[*resource].holders.retain(|(holder, _)| *holder != job);
        }
        let recovers = status.is_error() && self.begin_recovery(job);
        self.plan[job].recovering = recovers;
        self.set_status(job, status);
        if let Some(delay) = self.plan[job].behaviour.as_ref().and_then(|behaviour| behaviour.rerun_after)
            && status.is_error()
            && self.plan[job].runs.len() == 1
        {
            self.schedule(now + delay, Event::Operator(super::Operation::Rerun(job)));
        }
        self.repeat(job, status);
        self.hand_on(job, machine, &freed);
    }

    /// Offers what a run held to others.
    fn hand_on(
        &mut self,
        job: JobIndex,
        machine: crate::plan::WorkstationIndex,
        freed: &[(crate::plan::ResourceIndex, u32)],
    ) {
        for (resource, _) in freed {
            for waiting in self.plan[*resource].waiters.clone() {
                self.retry(waiting);
            }
        }
        let stream = self.plan[job].stream;
        if self.plan[stream].limit >= 0 {
            for waiting in self.plan.jobs_of(stream) {
                self.retry(waiting);
            }
        }
        self.serve(machine);
        for pool in 0..self.plan.workstations.len() {
            if self.plan.workstations[pool].members.contains(&machine) {
                self.serve(crate::plan::WorkstationIndex(u32::try_from(pool).unwrap_or(u32::MAX)));
            }
        }
    }

    fn retry(&mut self, job: JobIndex) {
        if self.plan[job].status == JobStatus::Ready {
            self.try_start(job);
        }
    }

    /// Starts what the recovery option asks for; true when something will still happen by itself or by a prompt.
    fn begin_recovery(&mut self, job: JobIndex) -> bool {
        let record = &self.plan[job];
        let recovery = self.plan[record.definition].recovery.clone();
        let reruns =
            record.runs.iter().filter(|run| matches!(run.kind, RunKind::Recovery | RunKind::RecoveryRerun));
        let used = reruns.filter(|run| run.definition == record.definition).count();
        match recovery.option {
            RecoveryOption::Stop | RecoveryOption::Continue => false,
            RecoveryOption::Rerun => {
                if used >= usize::from(recovery.occurrences) {
                    return false;
                }
                self.schedule(self.now + recovery.interval.max(1), Event::Recover(job));
                true
            }
            RecoveryOption::RerunPrompt => {
                let prompt = self.plan.prompts.iter().position(|prompt| {
                    prompt.kind == crate::plan::PromptKind::Restart
                        && prompt.waiters.first() == Some(&crate::plan::dependency::Node::Job(job))
                });
                let Some(prompt) = prompt else { return false };
                let now = self.now;
                let prompt = &mut self.plan.prompts[prompt];
                prompt.status = crate::plan::PromptStatus::Asked;
                prompt.asked = Some(now);
                false
            }
        }
    }

    /// The recovery interval is over: the recovery job runs, or the parent does again.
    pub(super) fn recover(&mut self, job: JobIndex) {
        if !self.plan[job].recovering {
            return;
        }
        let recovery = self.plan[self.plan[job].definition].recovery.clone();
        let Some(definition) = recovery.job else {
            self.run_again(job, RunKind::Recovery);
            return;
        };
        let machine = self.plan[job].workstation;
        self.add_run(job, machine, RunKind::Recovery);
        let planned = self.plan[job].behaviour.as_ref().and_then(|behaviour| behaviour.recovery.clone());
        let outcome = planned.unwrap_or_default();
        let (now, position) = (self.now, self.plan[job].runs.len() - 1);
        let run = &mut self.plan[job].runs[position];
        run.definition = definition;
        run.status = JobStatus::Exec;
        run.started = Some(now);
        run.lines = (!outcome.lines.is_empty()).then(|| outcome.lines.clone().into());
        self.schedule(now + outcome.seconds.unwrap_or(40), Event::RecoveryEnd(job, position));
    }

    pub(super) fn end_of_recovery_job(&mut self, job: JobIndex, position: usize) {
        let planned = self.plan[job].behaviour.as_ref().and_then(|behaviour| behaviour.recovery.clone());
        let Outcome { end, .. } = planned.unwrap_or_default();
        let (status, code) = match end {
            End::Success => (JobStatus::Succ, Some(0)),
            End::ReturnCode(code) => (JobStatus::Abend, Some(code)),
            End::NotLaunched => (JobStatus::Fail, None),
        };
        let now = self.now;
        let run = &mut self.plan[job].runs[position];
        run.ended = Some(now);
        run.status = status;
        run.return_code = code;
        if !self.plan[job].recovering {
            return;
        }
        if status == JobStatus::Succ {
            self.run_again(job, RunKind::RecoveryRerun);
        } else {
            self.plan[job].recovering = false;
            let stream = self.plan[job].stream;
            self.roll_up(stream);
        }
    }

    fn run_again(&mut self, job: JobIndex, kind: RunKind) {
        self.plan[job].recovering = false;
        self.plan[job].next_run = Some(kind);
        self.make_ready(job);
    }

    /// Puts a job that repeats back on hold until its next repetition.
    fn repeat(&mut self, job: JobIndex, status: JobStatus) {
        if status == JobStatus::Pend {
            return;
        }
        let record = &self.plan[job];
        let Some((every, until)) =
            record.times.as_ref().and_then(|times| Some((times.every?, times.every_until?)))
        else {
            return;
        };
        let started = record.current_run().and_then(|run| run.started).unwrap_or(self.now);
        let next: Seconds = (started + every).max(self.now + 1);
        if next > until || record.canceled {
            return;
        }
        self.plan[job].not_before = Some(next);
        self.plan[job].next_run = Some(RunKind::RerunEvery);
        self.plan[job].recovering = false;
        self.set_status(job, JobStatus::Hold);
        self.schedule(next, Event::Wake(crate::plan::dependency::Node::Job(job)));
    }
}
