//! From dependencies as the bridge exports them to the ledger's own, and what is known of the things they name.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use resync_api::tws::model::{
    Dependency, DependencyState, DependencyTarget, EdgeKnowledge, EdgeSource, Predecessor, PromptStatus,
    Status, TopologyJobStream, TopologyObjects,
};

use super::index::Index;
use super::needs::{Conditions, JoinNeed, Need, Target};
use super::records::{Thing, ThingState};

/// A dependency whose thing has no row yet.
pub(super) enum Wanted {
    Need(Need),
    Thing { thing: Thing, state: ThingState, need: Need },
    Join { join: JoinNeed, members: Vec<Wanted>, need: Need },
}

/// Shared texts, and the last known state of prompts, files and resources.
#[derive(Debug, Default)]
pub(super) struct Interner {
    texts: HashSet<Arc<str>>,
    prompts_by_number: HashMap<i64, PromptStatus>,
    prompts_by_name: HashMap<String, PromptStatus>,
    files: HashMap<(String, String, String), bool>,
    resources: HashMap<(String, String), (i32, Arc<[Arc<str>]>)>,
}

/// Case does not tell names apart, nor does a workstation that is not given.
fn folded(text: &str) -> String {
    text.to_ascii_uppercase()
}

impl Interner {
    pub(super) fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(Arc::clone(&new));
        new
    }

    /// What is known of a stream that jobs name before it is received.
    pub(super) fn unlisted_stream(id: &str) -> TopologyJobStream {
        TopologyJobStream {
            id: id.to_owned(),
            key: id.to_owned(),
            status: Status::Undecided,
            limit: None,
            priority: 10,
            scheduled_time: None,
            earliest_start: None,
            latest_start: None,
            deadline: None,
            start_time: None,
            end_time: None,
            edges: EdgeKnowledge::Unknown,
        }
    }

    /// Replaces what is known of prompts, files and resources.
    pub(super) fn remember(&mut self, objects: &TopologyObjects) {
        let numbered = objects.prompts.iter().filter(|prompt| prompt.number != 0);
        self.prompts_by_number = numbered.map(|prompt| (prompt.number, prompt.status)).collect();
        let named = objects.prompts.iter().filter(|prompt| !prompt.prompt_name.is_empty());
        self.prompts_by_name = named.map(|prompt| (folded(&prompt.prompt_name), prompt.status)).collect();
        self.files.clear();
        for file in &objects.files {
            let there = file.status.eq_ignore_ascii_case("Exists");
            for workstation in [folded(&file.workstation), String::new()] {
                self.files.insert((file.path.clone(), workstation, file.qualifier.clone()), there);
            }
        }
        self.resources.clear();
        for resource in &objects.resources {
            let holders = resource.holders.iter().map(|holder| holder.job_key.as_str().into()).collect();
            let key = (folded(&resource.resource_name), folded(&resource.workstation));
            self.resources.insert(key, (resource.available, holders));
        }
    }

    /// How a thing stands as far as the engine's lists say.
    pub(super) fn state(&self, thing: &Thing) -> ThingState {
        match thing {
            Thing::Prompt { name, number, .. } => {
                let known = match number {
                    0 => self.prompts_by_name.get(&folded(name)),
                    number => self.prompts_by_number.get(number),
                };
                known.map_or(ThingState::Unknown, |status| ThingState::Prompt(*status))
            }
            Thing::File { path, workstation, qualifier } => {
                let key = (path.to_string(), folded(workstation), qualifier.to_string());
                self.files.get(&key).map_or(ThingState::Unknown, |there| ThingState::File(*there))
            }
            Thing::Resource { name, workstation } => self
                .resources
                .get(&(folded(name), folded(workstation)))
                .map_or(ThingState::Unknown, |(available, holders)| ThingState::Resource {
                    available: *available,
                    holders: Arc::clone(holders),
                }),
            Thing::Remote { .. } | Thing::Absent { .. } => ThingState::Unknown,
        }
    }

    /// The ledger's own form of one dependency.
    pub(super) fn want(&mut self, dependency: &Dependency, index: &Index) -> Wanted {
        let from_plan = dependency.source == EdgeSource::Plan;
        let mut need = Need {
            target: Target::Thing(0),
            conditions: Conditions::default(),
            from_plan,
            released: from_plan && dependency.state == DependencyState::Satisfied,
            quantity: 0,
        };
        match &dependency.target {
            DependencyTarget::Internal(predecessor) | DependencyTarget::ExternalJob(predecessor) => {
                need.conditions = Conditions::parse(&predecessor.conditions);
                match index.jobs.get(predecessor.id.as_str()) {
                    Some(row) => Wanted::Need(Need { target: Target::Job(*row), ..need }),
                    None => self.absent(predecessor, need),
                }
            }
            DependencyTarget::ExternalJobStream(predecessor) => {
                need.conditions = Conditions::parse(&predecessor.conditions);
                match index.streams.get(predecessor.id.as_str()) {
                    Some(row) => Wanted::Need(Need { target: Target::Stream(*row), ..need }),
                    None => self.absent(predecessor, need),
                }
            }
            DependencyTarget::Join { join_name, quantity, members } => {
                let join = JoinNeed { name: self.text(join_name), quorum: *quantity, members: Vec::new() };
                let members = members.iter().map(|member| self.want(member, index)).collect();
                Wanted::Join { join, members, need }
            }
            DependencyTarget::File { path, workstation, qualifier, status } => {
                let thing = Thing::File {
                    path: self.text(path),
                    workstation: self.text(workstation),
                    qualifier: self.text(qualifier),
                };
                self.thing(thing, ThingState::File(status.eq_ignore_ascii_case("Exists")), need)
            }
            DependencyTarget::Resource { resource_name, workstation, quantity } => {
                let thing =
                    Thing::Resource { name: self.text(resource_name), workstation: self.text(workstation) };
                need.quantity = u8::try_from(*quantity).unwrap_or(if *quantity < 0 { 0 } else { u8::MAX });
                self.thing(thing, ThingState::Unknown, need)
            }
            DependencyTarget::Prompt { prompt_name, number, text, status } => {
                // Named or numbered prompts are one question to all who wait; ad hoc ones differ by their text.
                let unnamed = prompt_name.is_empty() && *number == 0;
                let thing = Thing::Prompt {
                    name: self.text(prompt_name),
                    number: *number,
                    text: self.text(if unnamed { text } else { "" }),
                };
                self.thing(thing, ThingState::Prompt(*status), need)
            }
            DependencyTarget::Internetwork { network_agent, remote_dependency } => {
                let thing =
                    Thing::Remote { agent: self.text(network_agent), job: self.text(remote_dependency) };
                self.thing(thing, ThingState::Unknown, need)
            }
        }
    }

    /// What the engine's lists say counts more than what was read with the edge.
    fn thing(&self, thing: Thing, read: ThingState, need: Need) -> Wanted {
        let listed = self.state(&thing);
        let state = if listed == ThingState::Unknown { read } else { listed };
        Wanted::Thing { thing, state, need }
    }

    fn absent(&mut self, predecessor: &Predecessor, need: Need) -> Wanted {
        let name = if predecessor.key.is_empty() { &predecessor.id } else { &predecessor.key };
        let thing = Thing::Absent {
            key: self.text(name),
            awaited: need.from_plan,
            zombie: predecessor.zombie && !predecessor.pending,
        };
        Wanted::Thing { thing, state: ThingState::Unknown, need }
    }
}
