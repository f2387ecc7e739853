//! Who may go on: dependencies, start times, prompts that are asked and files that are looked for.

use super::{Engine, Event};
use crate::plan::dependency::{Dependency, DependencyKind, Node, Verdict};
use crate::plan::status::{JobStatus, StreamStatus};
use crate::plan::{FileStatus, JobIndex, LateStart, Plan, PromptStatus, RecoveryOption, StreamIndex};

impl Plan {
    /// How a dependency stands now. Resources are not part of it: they are taken at launch.
    pub(crate) fn verdict(&self, dependency: &Dependency) -> Verdict {
        if dependency.released {
            return Verdict::Satisfied;
        }
        let yes = |satisfied| if satisfied { Verdict::Satisfied } else { Verdict::Unsatisfied };
        match &dependency.kind {
            DependencyKind::Job { job, when } => {
                let predecessor = &self[*job];
                if predecessor.canceled || when.accepts(predecessor.status) {
                    return Verdict::Satisfied;
                }
                let goes_on = self[predecessor.definition].recovery.option == RecoveryOption::Continue;
                let over = match predecessor.status {
                    JobStatus::Succ | JobStatus::Suppr => true,
                    JobStatus::Abend | JobStatus::Fail => !predecessor.recovering,
                    _ => false,
                };
                match (when.is_conditional(), over) {
                    (true, true) => Verdict::Impossible,
                    (false, true) => yes(goes_on && predecessor.status == JobStatus::Abend),
                    (_, false) => Verdict::Unsatisfied,
                }
            }
            DependencyKind::Stream { stream, .. } => yes(self[*stream].status.is_over()),
            DependencyKind::Absent(_) => Verdict::Undecided,
            DependencyKind::Internetwork(_) => Verdict::Undecided,
            DependencyKind::Join(join) => {
                let met =
                    join.members.iter().filter(|member| self.verdict(member) == Verdict::Satisfied).count();
                yes(met >= join.need.map_or(join.members.len(), usize::from))
            }
            DependencyKind::File(file) => yes(self[*file].status == FileStatus::Exists),
            DependencyKind::Resource { resource, quantity } => yes(self[*resource].available() >= *quantity),
            DependencyKind::Prompt(prompt) => yes(self[*prompt].status == PromptStatus::AnsweredYes),
        }
    }

    /// Verdict as seen by the job that has the dependency: a held resource counts for its holder.
    pub(crate) fn verdict_for(&self, node: Node, dependency: &Dependency) -> Verdict {
        match (&dependency.kind, node) {
            (DependencyKind::Resource { .. }, Node::Job(job)) if self[job].status >= JobStatus::Intro => {
                Verdict::Satisfied
            }
            _ => self.verdict(dependency),
        }
    }

    pub(crate) fn dependencies(&self, node: Node) -> &[Dependency] {
        match node {
            Node::Job(job) => &self[job].dependencies,
            Node::Stream(stream) => &self[stream].dependencies,
        }
    }

    /// Why a job is on hold, in the words of the REST API.
    pub(crate) fn hold_reason(&self, job: JobIndex, now: i64) -> Option<&'static str> {
        let record = &self[job];
        if record.status != JobStatus::Hold {
            return None;
        }
        if record.priority == 0 {
            return Some("HOLD_PRIORITY_ZERO");
        }
        let own = self.first_obstacle(Node::Job(job));
        if own.is_some() {
            return own;
        }
        if record.at().max(record.not_before).is_some_and(|at| at > now) {
            return Some("HOLD_WAITING_FOR_TIME");
        }
        let stream = &self[record.stream];
        if stream.released {
            return None;
        }
        let inherited = self.first_obstacle(Node::Stream(record.stream));
        if inherited.is_some() {
            return inherited;
        }
        stream.times.at.is_some_and(|at| at > now).then_some("HOLD_WAITING_FOR_TIME")
    }

    fn first_obstacle(&self, node: Node) -> Option<&'static str> {
        let unmet = |wanted: fn(&DependencyKind) -> bool| {
            self.dependencies(node)
                .iter()
                .any(|dependency| wanted(&dependency.kind) && self.verdict(dependency) != Verdict::Satisfied)
        };
        if unmet(is_predecessor) {
            Some("HOLD_WAITING_FOR_PREDECESSOR")
        } else if unmet(|kind| matches!(kind, DependencyKind::Prompt(_))) {
            Some("HOLD_WAITING_FOR_PROMPT")
        } else if unmet(|kind| matches!(kind, DependencyKind::File(_))) {
            Some("HOLD_WAITING_FOR_FILE")
        } else {
            None
        }
    }
}

fn is_predecessor(kind: &DependencyKind) -> bool {
    !matches!(kind, DependencyKind::File(_) | DependencyKind::Prompt(_) | DependencyKind::Resource { .. })
}

/// What looking at a node's dependencies showed.
enum Outlook {
    Free,
    Waits,
    Suppressed,
}

impl Engine {
    /// Asks prompts and looks for files once everything else is met, then says whether the node may go on.
    fn outlook(&mut self, node: Node) -> Outlook {
        let mut waits = false;
        let mut suppressed = false;
        for dependency in self.plan.dependencies(node) {
            let asked_last = matches!(dependency.kind, DependencyKind::Prompt(_) | DependencyKind::File(_));
            if asked_last || matches!(dependency.kind, DependencyKind::Resource { .. }) {
                continue;
            }
            match self.plan.verdict(dependency) {
                Verdict::Satisfied => {}
                Verdict::Impossible => suppressed = true,
                Verdict::Unsatisfied | Verdict::Undecided => waits = true,
            }
        }
        if suppressed {
            return Outlook::Suppressed;
        }
        if waits {
            return Outlook::Waits;
        }
        for position in 0..self.plan.dependencies(node).len() {
            match self.plan.dependencies(node)[position].kind {
                DependencyKind::Prompt(prompt) if self.plan[prompt].status == PromptStatus::NotAsked => {
                    let now = self.now;
                    let record = &mut self.plan[prompt];
                    record.status = PromptStatus::Asked;
                    record.asked = Some(now);
                    if let Some((delay, yes)) = record.reply {
                        self.schedule(now + delay, Event::Reply(prompt, yes));
                    }
                }
                DependencyKind::File(file) if self.plan[file].status == FileStatus::NotChecked => {
                    let there = self.plan[file].arrives.is_some_and(|at| at <= self.now);
                    self.plan[file].status = if there { FileStatus::Exists } else { FileStatus::Unavailable };
                }
                _ => {}
            }
        }
        let free = self.plan.dependencies(node).iter().all(|dependency| {
            matches!(dependency.kind, DependencyKind::Resource { .. })
                || self.plan.verdict(dependency) == Verdict::Satisfied
        });
        if free { Outlook::Free } else { Outlook::Waits }
    }

    pub(super) fn look_at_stream(&mut self, stream: StreamIndex) {
        let record = &self.plan[stream];
        if record.released || record.canceled || record.priority == 0 {
            return;
        }
        if record.times.at.is_some_and(|at| at > self.now) {
            return;
        }
        match self.outlook(Node::Stream(stream)) {
            Outlook::Waits => {}
            Outlook::Suppressed => self.suppress_stream(stream),
            Outlook::Free => {
                self.plan[stream].released = true;
                self.dirty.extend(self.plan.jobs_of(stream).map(Node::Job));
                self.roll_up(stream);
            }
        }
    }

    pub(super) fn look_at_job(&mut self, job: JobIndex) {
        let record = &self.plan[job];
        if record.status != JobStatus::Hold || record.priority == 0 || !self.plan[record.stream].released {
            return;
        }
        if record.at().max(record.not_before).is_some_and(|at| at > self.now) {
            return;
        }
        match self.outlook(Node::Job(job)) {
            Outlook::Waits => {}
            Outlook::Suppressed => self.set_status(job, JobStatus::Suppr),
            Outlook::Free if self.plan[job].no_operation => self.set_status(job, JobStatus::Succ),
            Outlook::Free => self.make_ready(job),
        }
    }

    pub(super) fn latest_start_passed(&mut self, node: Node) {
        match node {
            Node::Stream(stream) => {
                if self.plan[stream].started.is_none() {
                    self.suppress_stream(stream);
                }
            }
            Node::Job(job) => {
                if matches!(self.plan[job].status, JobStatus::Hold | JobStatus::Ready | JobStatus::Fence) {
                    self.plan[job].until_gone = true;
                    let action = self.plan[job].times.as_ref().and_then(|times| times.on_until);
                    match action {
                        Some(LateStart::Cancel) => self.cancel(job),
                        Some(LateStart::DoNotRun) | None => {
                            self.leave_queue(job);
                            self.set_status(job, JobStatus::Suppr);
                        }
                    }
                }
            }
        }
    }

    fn suppress_stream(&mut self, stream: StreamIndex) {
        for job in self.plan.jobs_of(stream) {
            if matches!(self.plan[job].status, JobStatus::Hold | JobStatus::Ready | JobStatus::Fence) {
                self.leave_queue(job);
                self.plan[job].until_gone = true;
                self.set_status(job, JobStatus::Suppr);
            }
        }
        if self.plan[stream].status != StreamStatus::Suppr {
            self.roll_up(stream);
        }
    }
}
