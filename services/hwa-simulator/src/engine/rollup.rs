//! The state of a job stream follows from its jobs. Every change of a job's status goes through here.

use std::collections::BTreeSet;

use super::Engine;
use crate::plan::dependency::{DependencyKind, Node, Verdict};
use crate::plan::status::{JobStatus, StreamStatus};
use crate::plan::{JobIndex, Plan, StreamIndex};

impl Engine {
    pub(super) fn set_status(&mut self, job: JobIndex, status: JobStatus) {
        let record = &mut self.plan[job];
        let before = std::mem::replace(&mut record.status, status);
        if status != JobStatus::Ready {
            record.ready_reason = record.ready_reason.filter(|_| status == JobStatus::Fence);
        }
        if let Some(run) = record.runs.last_mut()
            && run.ended.is_none()
            && matches!(status, JobStatus::Intro | JobStatus::Exec)
        {
            run.status = status;
        }
        let followers = record.followers.clone();
        let stream = record.stream;
        let now = self.now;
        let record = &mut self.plan[stream];
        *record.tally.slot(before) -= 1;
        *record.tally.slot(status) += 1;
        if status == JobStatus::Exec && record.started.is_none() {
            record.started = Some(now);
        }
        self.dirty.extend(followers);
        self.roll_up(stream);
    }

    /// Works out a stream's status from its jobs and wakes who follows it.
    pub(super) fn roll_up(&mut self, stream: StreamIndex) {
        let status = self.plan.stream_status(stream);
        let now = self.now;
        let record = &mut self.plan[stream];
        if record.status == status {
            return;
        }
        record.status = status;
        let over = status.is_over() || status == StreamStatus::Abend;
        record.ended = over.then_some(now);
        let followers = record.followers.clone();
        self.dirty.extend(followers);
    }
}

impl Plan {
    fn stream_status(&self, stream: StreamIndex) -> StreamStatus {
        let record = &self[stream];
        if record.canceled {
            return StreamStatus::Cancl;
        }
        let tally = record.tally;
        let done = tally.succ + tally.suppressed + tally.canceled;
        if done == record.job_count && record.job_count > 0 {
            return if tally.suppressed == record.job_count {
                StreamStatus::Suppr
            } else {
                StreamStatus::Succ
            };
        }
        if tally.active > 0 {
            return StreamStatus::Exec;
        }
        let errors = tally.abend + tally.fail;
        let open = tally.hold + tally.ready + tally.pending;
        if errors > 0 && open == 0 {
            return if self.recovers(stream) { StreamStatus::Exec } else { StreamStatus::Abend };
        }
        if errors > 0 {
            return if self.can_go_on(stream) { StreamStatus::Exec } else { StreamStatus::Stuck };
        }
        if record.started.is_some() || tally.succ > 0 {
            StreamStatus::Exec
        } else if record.released {
            StreamStatus::Ready
        } else {
            StreamStatus::Hold
        }
    }

    fn recovers(&self, stream: StreamIndex) -> bool {
        self.jobs_of(stream).any(|job| self[job].recovering)
    }

    /// Whether some job can still run without an operator: one that is not behind a failed job of its stream.
    fn can_go_on(&self, stream: StreamIndex) -> bool {
        let first = self[stream].first_job;
        let mut blocked = vec![false; usize::from(self[stream].job_count)];
        for job in self.jobs_of(stream) {
            let record = &self[job];
            let at = (job.0 - first) as usize;
            match record.status {
                JobStatus::Abend | JobStatus::Fail => {
                    if record.recovering {
                        return true;
                    }
                    blocked[at] = true;
                }
                JobStatus::Ready | JobStatus::Fence | JobStatus::Pend => return true,
                JobStatus::Hold => {
                    let behind = record.dependencies.iter().any(|dependency| match dependency.kind {
                        DependencyKind::Job { job: before, .. } if before.0 >= first => {
                            let inside =
                                blocked.get((before.0 - first) as usize).copied().unwrap_or_default();
                            inside && self.verdict(dependency) != Verdict::Satisfied
                        }
                        _ => false,
                    });
                    if !behind {
                        return true;
                    }
                    blocked[at] = true;
                }
                _ => {}
            }
        }
        false
    }

    /// Every job on hold, directly or through others, because `from` has not ended well.
    pub(crate) fn held_up_by(&self, from: &[Node]) -> BTreeSet<JobIndex> {
        let mut held = BTreeSet::new();
        let mut seen: BTreeSet<Node> = BTreeSet::new();
        let mut open: Vec<Node> = from.to_vec();
        while let Some(node) = open.pop() {
            if !seen.insert(node) {
                continue;
            }
            let mut next: Vec<Node> = Vec::new();
            match node {
                Node::Job(job) => {
                    next.extend(&self[job].followers);
                    // Its stream cannot end, so whoever follows the stream waits as well.
                    let stream = &self[self[job].stream];
                    if !stream.status.is_over() {
                        next.extend(&stream.followers);
                    }
                }
                Node::Stream(stream) => {
                    next.extend(self.jobs_of(stream).map(Node::Job));
                    next.extend(&self[stream].followers);
                }
            }
            for follower in next {
                match follower {
                    Node::Job(job) if self[job].status == JobStatus::Hold => {
                        held.insert(job);
                        open.push(follower);
                    }
                    Node::Stream(stream) if !self[stream].released => open.push(follower),
                    _ => {}
                }
            }
        }
        held
    }
}
