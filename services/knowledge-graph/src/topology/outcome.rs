//! How everything will end if nobody interferes, and what changes when something ends differently.
//!
//! Rules. A job runs once its stream may start and every dependency is met; then it is assumed to end well. An ordinary
//! dependency is met by a predecessor that ended well, by one that was cancelled (cancelling releases what waits) and by
//! a failed one whose recovery option is to continue. A conditional one is met by the states it names; once the
//! predecessor is over in another state the owner is suppressed. A condition on output is assumed to come true when the
//! predecessor ends. A join is met by enough of its members. A stream is over when all its jobs are. What can never be
//! met, or waits for itself, stops its owner: only a person can bring it on.
//!
//! The outcome of a node depends on what it waits for alone, so one pass in the structure's order settles everything;
//! inside a cycle the least solution is taken: what is not forced to happen does not.

use super::needs::Conditions;
use super::node::{Kind, NodeSet};
use super::structure::{Entry, EntryKind, Structure};

/// How a node ends. For a stream's start and for what is not a job: whether it lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Not decided; inside the rules only.
    Open,
    /// It ends well.
    Success,
    /// It runs and ends with an error.
    Abend,
    /// It could not be launched.
    Fail,
    /// It does not run because its conditions did not come true or its latest start has passed.
    Suppressed,
    /// It was cancelled; what waited for it goes on.
    Canceled,
    /// It does not end, and does not start, unless somebody acts.
    Stopped,
}

impl Outcome {
    /// It ran to an end of whatever kind.
    #[must_use]
    pub fn runs(self) -> bool {
        matches!(self, Self::Success | Self::Abend)
    }
}

/// What the state of a node itself says of its outcome, whatever it waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seed {
    /// `Open`: it follows from what the node waits for.
    pub(super) outcome: Outcome,
    /// Its failure does not hold back what follows.
    pub(super) continues: bool,
    /// Instead of running it is cancelled.
    pub(super) cancels: bool,
}

impl Seed {
    pub(super) const DERIVED: Self = Self { outcome: Outcome::Open, continues: false, cancels: false };

    pub(super) fn fixed(outcome: Outcome) -> Self {
        Self { outcome, ..Self::DERIVED }
    }
}

/// Entries that count as met, a bit each.
pub(super) type Released = [u64];

pub(super) fn is_released(released: &Released, entry: usize) -> bool {
    released.get(entry / 64).is_some_and(|word| word & (1 << (entry % 64)) != 0)
}

/// Whether one dependency can be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Open,
    Met,
    Never,
    /// Never, and the owner is suppressed for it.
    Impossible,
}

/// How one entry stands when what it points to ends like this.
pub(super) fn verdict(entry: Entry, outcome: Outcome, target: Seed) -> Verdict {
    match outcome {
        Outcome::Open => Verdict::Open,
        Outcome::Canceled => Verdict::Met,
        Outcome::Stopped => Verdict::Never,
        _ if entry.conditions.is_plain() => {
            let met = match outcome {
                Outcome::Success => true,
                Outcome::Suppressed => entry.kind == EntryKind::Stream,
                Outcome::Abend => target.continues,
                _ => false,
            };
            if met { Verdict::Met } else { Verdict::Never }
        }
        _ => {
            let bit = match outcome {
                Outcome::Success => Conditions::SUCC,
                Outcome::Abend => Conditions::ABEND,
                Outcome::Fail => Conditions::FAIL,
                _ => Conditions::SUPPR,
            };
            let output = entry.conditions.has(Conditions::OUTPUT) && outcome.runs();
            if entry.conditions.has(bit) || output { Verdict::Met } else { Verdict::Impossible }
        }
    }
}

/// The rules over one structure in one state.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) structure: &'a Structure,
    pub(super) seeds: &'a [Seed],
    pub(super) released: &'a Released,
}

impl Rules<'_> {
    /// How the entry stands, given all outcomes.
    pub(super) fn verdict(&self, at: usize, entry: Entry, outcomes: &[Outcome]) -> Verdict {
        if is_released(self.released, at) {
            return Verdict::Met;
        }
        let target = entry.target as usize;
        verdict(entry, outcomes[target], self.seeds[target])
    }

    /// How the node ends, given the outcomes of what it waits for.
    fn judge(&self, node: u32, outcomes: &[Outcome]) -> Outcome {
        let seed = self.seeds[node as usize];
        if seed.outcome != Outcome::Open {
            return seed.outcome;
        }
        match self.structure.kind(node) {
            Kind::Job(_) | Kind::Gate(_) => self.all(node, seed, outcomes),
            Kind::End(_) => self.end(node, outcomes),
            Kind::Join(join) => self.quorum(node, self.structure.joins[join as usize].quorum, outcomes),
            Kind::Thing(_) => Outcome::Success,
        }
    }

    fn all(&self, node: u32, seed: Seed, outcomes: &[Outcome]) -> Outcome {
        let (mut open, mut never) = (false, false);
        for (at, entry) in self.structure.entries(node) {
            if entry.kind == EntryKind::Gate {
                match outcomes[entry.target as usize] {
                    Outcome::Success => {}
                    Outcome::Open => open = true,
                    Outcome::Stopped => never = true,
                    whole => return whole,
                }
                continue;
            }
            match self.verdict(at, entry, outcomes) {
                Verdict::Met => {}
                Verdict::Open => open = true,
                Verdict::Never => never = true,
                Verdict::Impossible => return Outcome::Suppressed,
            }
        }
        match (open, never) {
            (true, _) => Outcome::Open,
            (_, true) => Outcome::Stopped,
            _ if seed.cancels => Outcome::Canceled,
            _ => Outcome::Success,
        }
    }

    fn end(&self, node: u32, outcomes: &[Outcome]) -> Outcome {
        let (mut open, mut failed) = (false, false);
        for (_, entry) in self.structure.entries(node) {
            match outcomes[entry.target as usize] {
                Outcome::Stopped => return Outcome::Stopped,
                Outcome::Open => open = true,
                Outcome::Abend | Outcome::Fail => failed = true,
                Outcome::Success | Outcome::Suppressed | Outcome::Canceled => {}
            }
        }
        match (open, failed) {
            (true, _) => Outcome::Open,
            (_, true) => Outcome::Abend,
            _ => Outcome::Success,
        }
    }

    fn quorum(&self, node: u32, quorum: u32, outcomes: &[Outcome]) -> Outcome {
        let (mut all, mut met, mut open) = (0, 0, 0);
        for (at, entry) in self.structure.entries(node) {
            all += 1;
            match self.verdict(at, entry, outcomes) {
                Verdict::Met => met += 1,
                Verdict::Open => open += 1,
                Verdict::Never | Verdict::Impossible => {}
            }
        }
        let needed = if quorum == 0 { all } else { quorum };
        match (met >= needed, met + open >= needed) {
            (true, _) => Outcome::Success,
            (_, true) => Outcome::Open,
            _ => Outcome::Stopped,
        }
    }

    /// Works out every outcome.
    pub(super) fn settle_all(&self) -> Vec<Outcome> {
        let mut outcomes = vec![Outcome::Open; self.structure.len()];
        let mut cycles = self.structure.cycles.iter();
        let mut cycle = cycles.next();
        let mut node = 0;
        while (node as usize) < outcomes.len() {
            if let Some(range) = cycle.filter(|range| range.start == node) {
                self.settle_cycle(range.clone(), &mut outcomes);
                node = range.end;
                cycle = cycles.next();
                continue;
            }
            outcomes[node as usize] = self.judge(node, &outcomes);
            node += 1;
        }
        outcomes
    }

    /// Works out anew what may differ because of the `dirty` nodes; returns those whose outcome does.
    pub(super) fn settle(&self, outcomes: &mut [Outcome], mut dirty: NodeSet) -> NodeSet {
        let mut changed = NodeSet::new(outcomes.len());
        let mut from = 0;
        while let Some(node) = dirty.next(from) {
            if let Some(range) = self.structure.cycle_of(node) {
                let before = outcomes[range.start as usize..range.end as usize].to_vec();
                self.settle_cycle(range.clone(), outcomes);
                for (member, old) in range.clone().zip(before) {
                    if outcomes[member as usize] != old {
                        changed.insert(member);
                        self.mark_dependents(member, &mut dirty);
                    }
                }
                from = range.end;
                continue;
            }
            let new = self.judge(node, outcomes);
            if new != outcomes[node as usize] {
                outcomes[node as usize] = new;
                changed.insert(node);
                self.mark_dependents(node, &mut dirty);
            }
            from = node + 1;
        }
        changed
    }

    fn mark_dependents(&self, node: u32, dirty: &mut NodeSet) {
        for dependent in self.structure.dependents(node) {
            dirty.insert(*dependent);
        }
    }

    /// The least solution inside a cycle: what nothing forces stays undecided, and that means stopped.
    fn settle_cycle(&self, range: std::ops::Range<u32>, outcomes: &mut [Outcome]) {
        // What a node's own state fixes holds from the beginning, so that the order of judging does not matter.
        for node in range.clone() {
            outcomes[node as usize] = self.seeds[node as usize].outcome;
        }
        let mut waiting: Vec<u32> = range.clone().rev().collect();
        while let Some(node) = waiting.pop() {
            if outcomes[node as usize] != Outcome::Open {
                continue;
            }
            let new = self.judge(node, outcomes);
            if new != Outcome::Open {
                outcomes[node as usize] = new;
                waiting.extend(self.structure.dependents(node).iter().filter(|next| range.contains(next)));
            }
        }
        for outcome in &mut outcomes[range.start as usize..range.end as usize] {
            if *outcome == Outcome::Open {
                *outcome = Outcome::Stopped;
            }
        }
    }
}
