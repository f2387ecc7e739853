//! What one job or job stream waits for, as the ledger keeps it.

use std::sync::Arc;

/// A dependency of one owner.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Need {
    pub(super) target: Target,
    pub(super) conditions: Conditions,
    pub(super) from_plan: bool,
    /// The plan itself calls it satisfied: an operator may have released it.
    pub(super) released: bool,
    /// Units of a resource, up to 255.
    pub(super) quantity: u8,
}

/// What is waited for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Target {
    Job(u32),
    Stream(u32),
    Thing(u32),
    Join(Box<JoinNeed>),
}

/// Some or all of several dependencies.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct JoinNeed {
    pub(super) name: Arc<str>,
    /// Members needed; 0: all.
    pub(super) quorum: u32,
    pub(super) members: Vec<Need>,
}

/// How a predecessor must have ended. None at all: well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Conditions(u8);

impl Conditions {
    pub(super) const SUCC: u8 = 1;
    pub(super) const ABEND: u8 = 1 << 1;
    pub(super) const FAIL: u8 = 1 << 2;
    pub(super) const SUPPR: u8 = 1 << 3;
    /// A condition on the predecessor's output, which only the engine can judge.
    pub(super) const OUTPUT: u8 = 1 << 4;

    pub(super) fn parse(words: &[String]) -> Self {
        let bit = |word: &String| match word.to_ascii_uppercase().as_str() {
            "SUCC" => Self::SUCC,
            "ABEND" => Self::ABEND,
            "FAIL" => Self::FAIL,
            "SUPPR" => Self::SUPPR,
            _ => Self::OUTPUT,
        };
        Self(words.iter().map(bit).fold(0, |bits, bit| bits | bit))
    }

    pub(super) fn is_plain(self) -> bool {
        self.0 == 0
    }

    pub(super) fn has(self, bit: u8) -> bool {
        self.0 & bit != 0
    }

    /// The words it was made of; output conditions under one name.
    pub(super) fn words(self) -> Vec<&'static str> {
        let all = [
            (Self::SUCC, "SUCC"),
            (Self::ABEND, "ABEND"),
            (Self::FAIL, "FAIL"),
            (Self::SUPPR, "SUPPR"),
            (Self::OUTPUT, "OUTPUT"),
        ];
        all.into_iter().filter(|(bit, _)| self.has(*bit)).map(|(_, word)| word).collect()
    }
}

impl Need {
    /// The same dependency, whatever is known of its state and source.
    pub(super) fn same_edge(&self, other: &Self) -> bool {
        self.conditions == other.conditions
            && match (&self.target, &other.target) {
                (Target::Join(one), Target::Join(two)) => {
                    one.quorum == two.quorum && one.name == two.name && same_edges(&one.members, &two.members)
                }
                (one, two) => one == two,
            }
    }
}

/// Whether two lists draw the same edges in the same order.
pub(super) fn same_edges(one: &[Need], two: &[Need]) -> bool {
    one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.same_edge(two))
}
