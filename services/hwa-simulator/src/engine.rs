//! The discrete event engine: what a master domain manager, its agents and its operators do to a plan as time
//! passes. Events happen at exact seconds whatever the size of the steps in which the clock moves, so a night
//! is the same at real speed, sped up, or stepped by a test.
//!
//! It knows nothing of HTTP; reads go straight to [`Plan`], changes come as [`Operation`]s.

mod dependencies;
mod dispatch;
mod ending;
mod operation;
mod rollup;

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, BinaryHeap, VecDeque};

pub(crate) use self::operation::{Operation, Outcome, Refused};
use crate::plan::dependency::Node;
use crate::plan::dice::Identifiers;
use crate::plan::{
    Directory, FileIndex, FileStatus, JobIndex, Plan, PromptIndex, Seconds, StreamIndex, TimeRestrictions,
};

/// Something that happens by itself.
#[derive(Debug, Clone)]
enum Event {
    /// A start time has come.
    Wake(Node),
    /// The latest start has passed.
    Until(Node),
    /// A run reaches its machine.
    Launch(JobIndex),
    /// The run of that position ends, unless something else ended it before.
    End(JobIndex, usize),
    FileArrives(FileIndex),
    Reply(PromptIndex, bool),
    /// The recovery of a failed job is due.
    Recover(JobIndex),
    /// The recovery job's run of that position ends.
    RecoveryEnd(JobIndex, usize),
    Operator(Operation),
}

#[derive(Debug)]
struct Due {
    at: Seconds,
    /// Equal times keep the order in which they were scheduled.
    order: u64,
    event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Who waits for capacity, best first: priority, then the one who has waited longest.
type Queue = BTreeSet<(Reverse<u8>, Seconds, JobIndex)>;

/// A plan that lives.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) plan: Plan,
    pub(crate) directory: Directory,
    pub(crate) now: Seconds,
    identifiers: Identifiers,
    agenda: BinaryHeap<Reverse<Due>>,
    scheduled: u64,
    runs_made: u32,
    /// One a workstation.
    queues: Vec<Queue>,
    /// Nodes whose dependencies are looked at again before the next event.
    dirty: VecDeque<Node>,
}

impl Engine {
    /// Begins the plan's day and lives it up to its opening instant.
    pub(crate) fn new(plan: Plan) -> Self {
        let mut engine = Self {
            now: plan.start,
            identifiers: Identifiers::new(plan.seed, plan.start),
            directory: plan.directory(),
            agenda: BinaryHeap::new(),
            scheduled: 0,
            runs_made: 0,
            queues: plan.workstations.iter().map(|_| Queue::new()).collect(),
            dirty: VecDeque::new(),
            plan,
        };
        engine.begin_day();
        engine.advance(engine.plan.opening);
        engine
    }

    fn begin_day(&mut self) {
        for number in 0..u32::try_from(self.plan.streams.len()).unwrap_or(u32::MAX) {
            let stream = StreamIndex(number);
            let times = self.plan[stream].times.clone();
            let at = times.at.unwrap_or(self.plan.start).max(self.plan.start);
            self.schedule(at, Event::Wake(Node::Stream(stream)));
            self.schedule_until(Node::Stream(stream), &times);
        }
        for number in 0..u32::try_from(self.plan.jobs.len()).unwrap_or(u32::MAX) {
            let job = JobIndex(number);
            if let Some(times) = self.plan[job].times.as_deref().cloned() {
                if let Some(at) = times.at {
                    self.schedule(at, Event::Wake(Node::Job(job)));
                }
                self.schedule_until(Node::Job(job), &times);
            }
        }
        for number in 0..u32::try_from(self.plan.files.len()).unwrap_or(u32::MAX) {
            if let Some(at) = self.plan[FileIndex(number)].arrives {
                self.schedule(at, Event::FileArrives(FileIndex(number)));
            }
        }
        for (at, operation) in std::mem::take(&mut self.plan.diary) {
            self.schedule(at, Event::Operator(operation));
        }
    }

    fn schedule_until(&mut self, node: Node, times: &TimeRestrictions) {
        if let Some(until) = times.until {
            self.schedule(until, Event::Until(node));
        }
    }

    fn schedule(&mut self, at: Seconds, event: Event) {
        self.scheduled += 1;
        self.agenda.push(Reverse(Due { at: at.max(self.now), order: self.scheduled, event }));
    }

    /// Lets everything happen that is due up to and including `to`.
    pub(crate) fn advance(&mut self, to: Seconds) {
        while let Some(Reverse(due)) = self.agenda.peek() {
            if due.at > to {
                break;
            }
            let Some(Reverse(due)) = self.agenda.pop() else { break };
            self.now = self.now.max(due.at);
            self.happen(due.event);
            self.settle();
        }
        self.now = self.now.max(to);
    }

    /// An intervention from outside, now.
    pub(crate) fn intervene(&mut self, operation: &Operation) -> Result<(), Refused> {
        let outcome = self.apply(operation);
        self.settle();
        outcome
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Wake(node) => self.dirty.push_back(node),
            Event::Until(node) => self.latest_start_passed(node),
            Event::Launch(job) => self.launch(job),
            Event::End(job, run) => self.end_of_run(job, run),
            Event::FileArrives(file) => {
                // An unchecked file shows its state only when somebody looks.
                if self.plan[file].status != FileStatus::NotChecked {
                    self.plan[file].status = FileStatus::Exists;
                }
                let waiters = self.plan[file].waiters.clone();
                self.dirty.extend(waiters);
            }
            Event::Reply(prompt, yes) => self.reply(prompt, yes),
            Event::Recover(job) => self.recover(job),
            Event::RecoveryEnd(job, run) => self.end_of_recovery_job(job, run),
            Event::Operator(operation) => {
                if let Err(refused) = self.apply(&operation) {
                    tracing::debug!(?operation, %refused, "a planned intervention came too late");
                }
            }
        }
    }

    fn settle(&mut self) {
        while let Some(node) = self.dirty.pop_front() {
            match node {
                Node::Job(job) => self.look_at_job(job),
                Node::Stream(stream) => self.look_at_stream(stream),
            }
        }
    }
}
