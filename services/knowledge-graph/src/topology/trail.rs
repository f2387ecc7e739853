//! The way from one node to another as steps a person can follow.

use resync_api::graph::model::{PathStep, Relation};
use resync_api::tws::model::EdgeSource;

use super::graph::Graph;
use super::node::Kind;
use super::records::Thing;
use super::structure::{Entry, EntryKind};

/// Steps shown of one path; a longer one loses its middle.
const MAX_STEPS: usize = 40;

impl Graph {
    /// The path along these nodes, each waiting for the one before.
    pub(super) fn path(&self, nodes: &[u32]) -> Vec<PathStep> {
        let kept =
            |at: usize| nodes.len() <= MAX_STEPS || at < MAX_STEPS / 2 || at >= nodes.len() - MAX_STEPS / 2;
        let step = |at: usize| {
            let before = at.checked_sub(1).map(|before| nodes[before]);
            self.step(before, nodes[at])
        };
        (0..nodes.len()).filter(|at| kept(*at)).map(step).collect()
    }

    /// One step, from the node before.
    pub(super) fn step(&self, before: Option<u32>, node: u32) -> PathStep {
        let via = before.and_then(|before| {
            self.structure.entries(node).map(|(_, entry)| entry).find(|entry| entry.target == before)
        });
        let object = self.describe(node);
        let Some(entry) = via else {
            return PathStep { object, relation: None, conditions: Vec::new(), source: None };
        };
        let derived = matches!(entry.kind, EntryKind::Gate | EntryKind::Member);
        let source = if entry.from_plan { EdgeSource::Plan } else { EdgeSource::Model };
        PathStep {
            object,
            relation: Some(self.relation(node, entry)),
            conditions: entry.conditions.words().into_iter().map(str::to_owned).collect(),
            source: (!derived).then_some(source),
        }
    }

    /// How the owner of an entry hangs on its target.
    pub(super) fn relation(&self, owner: u32, entry: Entry) -> Relation {
        if matches!(self.structure.kind(owner), Kind::Join(_)) {
            return Relation::JoinMember;
        }
        match entry.kind {
            EntryKind::Gate => Relation::StartsWithJobStream,
            EntryKind::Member => Relation::EndsWithJob,
            EntryKind::Job | EntryKind::Join => Relation::Follows,
            EntryKind::Stream => Relation::FollowsJobStream,
            EntryKind::Thing => match self.thing_at(entry.target) {
                Some(Thing::Prompt { .. }) => Relation::NeedsPrompt,
                Some(Thing::File { .. }) => Relation::NeedsFile,
                Some(Thing::Resource { .. }) => Relation::NeedsResource,
                Some(Thing::Remote { .. }) => Relation::FollowsRemoteJob,
                Some(Thing::Absent { .. }) | None => Relation::FollowsAbsent,
            },
        }
    }

    fn thing_at(&self, node: u32) -> Option<&Thing> {
        match self.structure.kind(node) {
            Kind::Thing(row) => self.things.get(row).map(|record| &record.thing),
            _ => None,
        }
    }
}
