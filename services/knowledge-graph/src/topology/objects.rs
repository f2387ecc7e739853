//! A version of the graph as plain objects with their relations, for whoever copies the plan to where people ask it with
//! queries of their own.
//!
//! Objects come by spots: a spot is one object together with the joins it owns, so that what changed between two versions
//! can be told, and drawn, without looking at the rest.

mod draw;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use super::records::{Millis, Thing};
use super::structure::Entry;

/// Longest text of a fact; what is longer is cut.
const LONGEST_TEXT: usize = 2_000;
/// Longest identifier; what is longer is told apart by a digest.
const LONGEST_ID: usize = 400;

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlanObjectKind {
    /// A job of the plan.
    Job,
    /// A job stream of the plan.
    JobStream,
    /// What a job stream waits for before its first job may start; only for streams that wait for something.
    StreamStart,
    /// A workstation.
    Workstation,
    /// A resource that something needs.
    Resource,
    /// A prompt that something waits for.
    Prompt,
    /// A file that something waits for.
    File,
    /// Some or all of several dependencies of one owner.
    Join,
    /// A job of another scheduling network.
    RemoteJob,
    /// A predecessor that the plan does not hold.
    MissingPredecessor,
}

/// How one object stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlanRelationKind {
    /// A job, to its stream.
    PartOf,
    /// A job, to its workstation.
    RunsOn,
    /// To a predecessor, or to a join of several; of a job, to the start of its stream; of a stream that something waits
    /// for, to its jobs and its start.
    DependsOn,
    /// To a resource.
    Needs,
    /// To a prompt.
    WaitsForPrompt,
    /// To a file.
    WaitsForFile,
}

/// Something known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Fact {
    /// A text.
    Text(Arc<str>),
    /// A number; 1 and 0 for yes and no.
    Number(i64),
    /// A time.
    Time(DateTime<Utc>),
}

/// What tells an object apart within its engine.
pub type ObjectId = (PlanObjectKind, Arc<str>);

/// An object with what it is related to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanObject {
    /// What it is, and which.
    pub id: ObjectId,
    /// What is known of it, by name.
    pub facts: BTreeMap<&'static str, Fact>,
    /// At most one of a kind to the same object, in order.
    pub relations: Vec<PlanRelation>,
}

/// A relation of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanRelation {
    /// What it says.
    pub kind: PlanRelationKind,
    /// Where it leads.
    pub to: ObjectId,
    /// What is known of it, by name.
    pub facts: BTreeMap<&'static str, Fact>,
}

/// A place of the graph that is drawn at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spot(Place);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Job(u32),
    Stream(u32),
    Workstation(u32),
    Thing(u32),
}

impl PlanObject {
    fn relate(&mut self, kind: PlanRelationKind, to: ObjectId) {
        self.relations.push(PlanRelation { kind, to, facts: BTreeMap::new() });
    }

    /// With a dependency that is none of the plan's own: one that is there because streams start and end.
    fn depend(&mut self, to: ObjectId, condition: &str) {
        let mut facts = Facts::default();
        facts.text("condition", &condition.into());
        facts.text("source", &"plan".into());
        self.relations.push(PlanRelation { kind: PlanRelationKind::DependsOn, to, facts: facts.0 });
    }

    /// With one more dependency. Two of a kind on the same object become one that says both.
    fn wait_for(&mut self, to: ObjectId, entry: Entry) {
        let kind = match to.0 {
            PlanObjectKind::Resource => PlanRelationKind::Needs,
            PlanObjectKind::Prompt => PlanRelationKind::WaitsForPrompt,
            PlanObjectKind::File => PlanRelationKind::WaitsForFile,
            _ => PlanRelationKind::DependsOn,
        };
        let same = self.relations.iter_mut().find(|known| known.kind == kind && known.to == to);
        let known = same.as_ref().map(|known| known.facts.clone()).unwrap_or_default();
        let mut facts = Facts(known);
        if kind == PlanRelationKind::Needs {
            let before = match facts.0.get("quantity") {
                Some(Fact::Number(quantity)) => *quantity,
                _ => 0,
            };
            facts.number("quantity", before + i64::from(entry.quantity));
        }
        if kind == PlanRelationKind::DependsOn {
            let condition = match entry.conditions.words() {
                words if words.is_empty() => Cow::Borrowed("ORDINARY"),
                words => Cow::Owned(words.join("|")),
            };
            let condition = match facts.0.get("condition") {
                Some(Fact::Text(before)) if **before != *condition => format!("{before};{condition}"),
                _ => condition.into_owned(),
            };
            facts.text("condition", &condition.into());
        }
        let in_plan = facts.0.get("source") == Some(&Fact::Text("plan".into()));
        facts.text("source", &if entry.from_plan || in_plan { "plan" } else { "model" }.into());
        match same {
            Some(known) => known.facts = facts.0,
            None => self.relations.push(PlanRelation { kind, to, facts: facts.0 }),
        }
    }
}

/// Facts under way.
#[derive(Default)]
struct Facts(BTreeMap<&'static str, Fact>);

impl Facts {
    fn text(&mut self, name: &'static str, text: &Arc<str>) {
        let text = match text.char_indices().nth(LONGEST_TEXT) {
            None => Arc::clone(text),
            Some((end, _)) => format!("{}…", &text[..end]).into(),
        };
        self.0.insert(name, Fact::Text(text));
    }

    fn number(&mut self, name: &'static str, number: i64) {
        self.0.insert(name, Fact::Number(number));
    }

    fn time(&mut self, name: &'static str, time: Millis) {
        if let Some(time) = DateTime::from_timestamp_millis(time).filter(|_| time != 0) {
            self.0.insert(name, Fact::Time(time));
        }
    }
}

fn object(kind: PlanObjectKind, id: Arc<str>, facts: Facts) -> PlanObject {
    PlanObject { id: (kind, id), facts: facts.0, relations: Vec::new() }
}

fn id_of_thing(thing: &Thing) -> ObjectId {
    let yes = |yes: bool| if yes { "1" } else { "0" };
    let (kind, id) = match thing {
        Thing::Prompt { name, number, text } => {
            (PlanObjectKind::Prompt, joined(&[name, &number.to_string(), text]))
        }
        Thing::File { path, workstation, qualifier } => {
            (PlanObjectKind::File, joined(&[workstation, path, qualifier]))
        }
        Thing::Resource { name, workstation } => (PlanObjectKind::Resource, joined(&[workstation, name])),
        Thing::Remote { agent, job } => (PlanObjectKind::RemoteJob, joined(&[agent, job])),
        Thing::Absent { key, awaited, zombie } => {
            (PlanObjectKind::MissingPredecessor, joined(&[key, yes(*awaited), yes(*zombie)]))
        }
    };
    (kind, bounded_id(&id.into()))
}

/// One text of several that is another one for every other several.
fn joined(parts: &[&str]) -> String {
    parts.iter().map(|part| part.replace('\\', "\\\\").replace('|', "\\|")).collect::<Vec<_>>().join("|")
}

fn bounded_id(id: &Arc<str>) -> Arc<str> {
    if id.len() <= LONGEST_ID {
        return Arc::clone(id);
    }
    let digest = Sha256::digest(id.as_bytes());
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let begin: String = id.chars().take(64).collect();
    format!("{begin}…{hex}").into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_of_several_parts_is_of_no_other_parts() {
        let several: [&[&str]; 5] = [&["a", "b"], &["a|b", ""], &["a", "|b"], &["a\\", "b"], &["a\\|b", ""]];
        for (at, one) in several.iter().enumerate() {
            for other in &several[at + 1..] {
                assert_ne!(joined(one), joined(other));
            }
        }
        let long = |last: char| bounded_id(&format!("{}{last}", "é".repeat(5_000)).into());
        assert!(long('a').len() < LONGEST_ID && long('a') != long('b'));
    }
}
