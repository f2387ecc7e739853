//! What operators, and tests, do to a plan. Planned interventions, the control port and, later, the actions of
//! the REST API all come through [`Engine::intervene`].

use serde::{Deserialize, Serialize};

use super::{Engine, Event};
use crate::plan::dependency::Node;
use crate::plan::status::{JobStatus, RunKind};
use crate::plan::{
    FileIndex, FileStatus, JobIndex, PromptIndex, PromptStatus, ResourceIndex, StreamIndex, WorkstationIndex,
};

/// One intervention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Ends the running job with this return code.
    End(JobIndex, i32),
    Rerun(JobIndex),
    Cancel(JobIndex),
    Kill(JobIndex),
    /// Settles the outcome of a job that ended or waits for confirmation.
    Confirm(JobIndex, Outcome),
    /// Releases a job from all its dependencies.
    Release(JobIndex),
    SetPriority(Node, u8),
    CancelStream(StreamIndex),
    SetStreamLimit(StreamIndex, i32),
    Link(WorkstationIndex, bool),
    SetLimit(WorkstationIndex, i32),
    SetFence(WorkstationIndex, u8),
    SetReachable(WorkstationIndex, bool),
    Reply(PromptIndex, bool),
    Arrive(FileIndex),
    SetQuantity(ResourceIndex, u32),
}

/// An outcome somebody confirms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    Succ,
    Abend,
}

/// Why an intervention did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    #[error("the job is {0}, which does not allow it")]
    State(&'static str),
    #[error("the prompt is not waiting for an answer")]
    NotAsked,
}

impl Engine {
    pub(super) fn apply(&mut self, operation: &Operation) -> Result<(), Refused> {
        match *operation {
            Operation::End(job, code) => self.end_now(job, code),
            Operation::Kill(job) => self.end_now(job, super::dispatch::KILLED),
            Operation::Rerun(job) => self.rerun(job),
            Operation::Cancel(job) => {
                self.refuse_unless(job, self.is_before_run(job)).map(|()| self.cancel(job))
            }
            Operation::Confirm(job, outcome) => self.confirm(job, outcome),
            Operation::Release(job) => {
                self.refuse_unless(job, self.plan[job].status == JobStatus::Hold).map(|()| {
                    for dependency in &mut self.plan[job].dependencies {
                        dependency.released = true;
                    }
                    self.dirty.push_back(Node::Job(job));
                })
            }
            Operation::SetPriority(node, priority) => {
                self.set_priority(node, priority);
                Ok(())
            }
            Operation::CancelStream(stream) => {
                for job in self.plan.jobs_of(stream) {
                    if self.is_before_run(job) {
                        self.cancel(job);
                    }
                }
                self.plan[stream].canceled = true;
                self.roll_up(stream);
                Ok(())
            }
            Operation::SetStreamLimit(stream, limit) => {
                self.plan[stream].limit = limit;
                for job in self.plan.jobs_of(stream) {
                    if self.plan[job].status == JobStatus::Ready {
                        self.try_start(job);
                    }
                }
                Ok(())
            }
            Operation::Link(workstation, linked) => self.change(workstation, |machine| {
                machine.linked = linked;
                machine.jobman_up = linked;
            }),
            Operation::SetLimit(workstation, limit) => {
                self.change(workstation, |machine| machine.limit = limit)
            }
            Operation::SetFence(workstation, fence) => {
                self.change(workstation, |machine| machine.fence = fence)
            }
            Operation::SetReachable(workstation, reachable) => {
                self.change(workstation, |machine| machine.unreachable = !reachable)
            }
            Operation::Reply(prompt, yes) => {
                if self.plan[prompt].status != PromptStatus::Asked {
                    return Err(Refused::NotAsked);
                }
                self.reply(prompt, yes);
                Ok(())
            }
            Operation::Arrive(file) => {
                let now = self.now;
                self.plan[file].arrives = Some(now);
                self.plan[file].status = FileStatus::Exists;
                let waiters = self.plan[file].waiters.clone();
                self.dirty.extend(waiters);
                Ok(())
            }
            Operation::SetQuantity(resource, quantity) => {
                self.plan[resource].quantity = quantity;
                for job in self.plan[resource].waiters.clone() {
                    if self.plan[job].status == JobStatus::Ready {
                        self.try_start(job);
                    }
                }
                Ok(())
            }
        }
    }

    fn is_before_run(&self, job: JobIndex) -> bool {
        let status = self.plan[job].status;
        matches!(
            status,
            JobStatus::Hold | JobStatus::Ready | JobStatus::Fence | JobStatus::Abend | JobStatus::Fail
        )
    }

    fn refuse_unless(&self, job: JobIndex, allowed: bool) -> Result<(), Refused> {
        if allowed { Ok(()) } else { Err(Refused::State(self.plan[job].status.name())) }
    }

    fn change(
        &mut self,
        workstation: WorkstationIndex,
        change: impl FnOnce(&mut crate::plan::Workstation),
    ) -> Result<(), Refused> {
        change(&mut self.plan[workstation]);
        self.reconsider(workstation);
        Ok(())
    }

    fn end_now(&mut self, job: JobIndex, code: i32) -> Result<(), Refused> {
        self.refuse_unless(job, self.plan[job].status == JobStatus::Exec)?;
        let Some(position) = self.plan[job].runs.len().checked_sub(1) else {
            return Err(Refused::State("without a run"));
        };
        self.plan[job].runs[position].return_code = Some(code);
        self.end_of_run(job, position);
        Ok(())
    }

    fn rerun(&mut self, job: JobIndex) -> Result<(), Refused> {
        let status = self.plan[job].status;
        self.refuse_unless(job, status.is_error() || matches!(status, JobStatus::Succ | JobStatus::Cancl))?;
        let record = &mut self.plan[job];
        record.recovering = false;
        record.canceled = false;
        record.next_run = Some(RunKind::Rerun);
        self.make_ready(job);
        Ok(())
    }

    pub(super) fn cancel(&mut self, job: JobIndex) {
        self.leave_queue(job);
        let record = &mut self.plan[job];
        record.canceled = true;
        record.recovering = false;
        self.set_status(job, JobStatus::Cancl);
    }

    fn confirm(&mut self, job: JobIndex, outcome: Outcome) -> Result<(), Refused> {
        let status = self.plan[job].status;
        let target = match outcome {
            Outcome::Succ => JobStatus::Succ,
            Outcome::Abend => JobStatus::Abend,
        };
        match status {
            JobStatus::Exec => {
                let code = i32::from(outcome == Outcome::Abend);
                self.plan[job].requires_confirmation = false;
                return self.end_now(job, code);
            }
            JobStatus::Pend => {}
            JobStatus::Abend if outcome == Outcome::Succ => {}
            _ => return Err(Refused::State(status.name())),
        }
        if let Some(run) = self.plan[job].runs.last_mut() {
            run.confirmed = true;
            run.status = target;
        }
        self.plan[job].recovering = false;
        self.set_status(job, target);
        Ok(())
    }

    fn set_priority(&mut self, node: Node, priority: u8) {
        match node {
            Node::Stream(stream) => self.plan[stream].priority = priority,
            Node::Job(job) => {
                let waits = matches!(self.plan[job].status, JobStatus::Ready | JobStatus::Fence);
                if waits {
                    self.leave_queue(job);
                }
                self.plan[job].priority = priority;
                if waits && priority == 0 {
                    self.set_status(job, JobStatus::Hold);
                } else if waits {
                    self.make_ready(job);
                }
            }
        }
        self.dirty.push_back(node);
    }

    pub(super) fn reply(&mut self, prompt: PromptIndex, yes: bool) {
        if self.plan[prompt].status != PromptStatus::Asked {
            return;
        }
        let now = self.now;
        let record = &mut self.plan[prompt];
        record.status = if yes { PromptStatus::AnsweredYes } else { PromptStatus::AnsweredNo };
        record.answered = Some(now);
        let waiters = record.waiters.clone();
        if record.kind == crate::plan::PromptKind::Restart
            && yes
            && let Some(Node::Job(job)) = waiters.first().copied()
        {
            self.schedule(now + 1, Event::Operator(Operation::Rerun(job)));
        }
        self.dirty.extend(waiters);
    }
}
