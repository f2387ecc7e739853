//! Finds plan objects by what a person typed: a bare name, a key, part of a key, a pattern, or something misspelt.
//!
//! Four ways, best first: exact, wildcard, prefix, fuzzy. An exact match ends the search; a text with wildcards is a
//! pattern and nothing else. Names are compared without regard to case. Every way is one pass over distinct names, so
//! the time is bounded by their number.

mod text;
mod distance;

use chrono::{DateTime, Utc};
use resync_api::tws::model::{FoundObject, MatchKind, ObjectKind};

use super::dictionary::Dictionary;
use super::edges::Node;
use super::snapshot::Snapshot;
use text::{Part, Typed, Way};

const DEFAULT_LIMIT: usize = 10;
const MAX_LIMIT: usize = 100;
/// Candidates kept for ranking; more are counted only.
const RANKED: usize = 5_000;

/// What to find.
#[derive(Clone, Copy, Debug)]
pub struct FindQuery<'a> {
    /// As typed.
    pub text: &'a str,
    /// None: every kind.
    pub kinds: &'a [ObjectKind],
    /// 0 means 10, at most 100.
    pub limit: usize,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundObjects {
    /// Best way first, then best score, then by kind and key.
    pub objects: Vec<FoundObject>,
    /// How many matched with the best way.
    pub total_size: u64,
    /// When the oldest object found was verified.
    pub oldest_observed_at: Option<DateTime<Utc>>,
}

/// Where a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Node(Node),
    Row(ObjectKind, u32),
    Symbol(ObjectKind, u32),
}

/// Candidates of one way.
#[derive(Default)]
struct Candidates {
    ranked: Vec<(f64, Place)>,
    total: u64,
}

impl Candidates {
    fn add(&mut self, score: f64, place: Place) {
        self.total += 1;
        if self.ranked.len() < RANKED {
            self.ranked.push((score, place));
        }
    }
}

impl Snapshot {
    /// Finds objects by what a person typed.
    #[must_use]
    pub fn find(&self, query: &FindQuery<'_>) -> FoundObjects {
        let limit = if query.limit == 0 { DEFAULT_LIMIT } else { query.limit.min(MAX_LIMIT) };
        let typed = Typed::read(query.text);
        let mut objects = Vec::new();
        let mut total_size = 0;
        let mut places = Vec::new();
        for way in typed.ways() {
            if objects.len() >= limit {
                break;
            }
            let mut found = Candidates::default();
            if *way == Way::Exact {
                self.find_by_id(query, &mut found);
            }
            self.find_by_name(&typed, *way, query.kinds, &mut found);
            found.ranked.retain(|(_, place)| !places.contains(place));
            let ranked = self.ranked(found.ranked, *way, limit - objects.len());
            if objects.is_empty() {
                total_size = found.total;
            }
            for (object, place) in ranked {
                objects.push(object);
                places.push(place);
            }
            if *way == Way::Exact && !objects.is_empty() {
                break;
            }
        }
        let oldest_observed_at = places.iter().filter_map(|place| self.place_stamp(*place)).min();
        FoundObjects {
            objects,
            total_size,
            oldest_observed_at: oldest_observed_at.map(|stamp| self.stamp_time(stamp)),
        }
    }

    fn find_by_id(&self, query: &FindQuery<'_>, found: &mut Candidates) {
        let id = query.text.trim();
        let wanted = |kind: ObjectKind| query.kinds.is_empty() || query.kinds.contains(&kind);
        if let Some(row) = self.find_job(id).filter(|_| wanted(ObjectKind::Job)) {
            found.add(1.0, Place::Node(Node::job(row)));
        }
        if let Some(row) = self.streams.find(id).filter(|_| wanted(ObjectKind::JobStream)) {
            found.add(1.0, Place::Node(Node::stream(row)));
        }
        for (kind, row) in [
            (ObjectKind::Workstation, self.workstations.find(id)),
            (ObjectKind::Resource, self.resources.find(id)),
            (ObjectKind::Prompt, self.prompts.find(id)),
        ] {
            if let Some(row) = row.filter(|_| wanted(kind)) {
                found.add(1.0, Place::Row(kind, row));
            }
        }
    }

    fn find_by_name(&self, typed: &Typed, way: Way, kinds: &[ObjectKind], found: &mut Candidates) {
        let wanted = |kind: ObjectKind| kinds.is_empty() || kinds.contains(&kind);
        if wanted(ObjectKind::Job) {
            self.find_jobs(typed, way, found);
        }
        if wanted(ObjectKind::JobStream)
            && let Some(name) = &typed.stream
        {
            for (row, score) in self.matching_streams(typed, name, way) {
                found.add(score, Place::Node(Node::stream(row)));
            }
        }
        if wanted(ObjectKind::Workstation)
            && let Some(name) = &typed.workstation_name
        {
            for (row, facts) in self.workstations.iter() {
                if let Some(score) = name.score(&facts.workstation_name, way) {
                    found.add(score, Place::Row(ObjectKind::Workstation, row));
                }
            }
        }
        if wanted(ObjectKind::Resource)
            && let Some(name) = &typed.object
        {
            for (row, facts) in self.resources.iter() {
                let here =
                    typed.workstation.as_ref().is_none_or(|part| part.accepts(&facts.workstation, way));
                if let Some(score) = name.score(&facts.resource_name, way).filter(|_| here) {
                    found.add(score, Place::Row(ObjectKind::Resource, row));
                }
            }
        }
        let Some(name) = typed.object.as_ref().filter(|_| typed.workstation.is_none()) else {
            return self.find_folders(typed, way, wanted(ObjectKind::Folder), found);
        };
        if wanted(ObjectKind::Prompt) {
            for (row, facts) in self.prompts.iter() {
                let number = (way == Way::Exact && facts.number != 0 && name.is(&facts.number.to_string()))
                    .then_some(1.0);
                let named =
                    (!facts.prompt_name.is_empty()).then(|| name.score(&facts.prompt_name, way)).flatten();
                if let Some(score) = number.or(named) {
                    found.add(score, Place::Row(ObjectKind::Prompt, row));
                }
            }
        }
        if wanted(ObjectKind::User) {
            for (symbol, score) in matching(&self.texts.users, name, way) {
                found.add(score, Place::Symbol(ObjectKind::User, symbol));
            }
        }
        self.find_folders(typed, way, wanted(ObjectKind::Folder), found);
    }

    fn find_folders(&self, typed: &Typed, way: Way, wanted: bool, found: &mut Candidates) {
        let Some(part) = typed.folder_name.as_ref().filter(|_| wanted) else { return };
        for (symbol, folder) in self.texts.folders.iter().skip(1) {
            let last = folder.rsplit('/').next().unwrap_or(folder);
            let score = part.score(folder, way).or_else(|| part.score(last, way));
            if let Some(score) = score {
                found.add(score, Place::Symbol(ObjectKind::Folder, symbol));
            }
        }
    }

    /// Rows of streams whose name, folder and workstation fit.
    fn matching_streams(&self, typed: &Typed, name: &Part, way: Way) -> Vec<(u32, f64)> {
        let mut rows = Vec::new();
        for (symbol, score) in matching(&self.texts.stream_names, name, way) {
            let fits =
                self.streams_by_name.rows(symbol).filter(|row| self.stream_fits(typed, *row, None, way));
            rows.extend(fits.map(|row| (row, score)));
        }
        rows
    }

    /// Folder and workstation of the stream (or workstation of its job) fit what was typed.
    fn stream_fits(&self, typed: &Typed, row: u32, job: Option<u32>, way: Way) -> bool {
        let Some(stream) = self.stream(row) else { return false };
        let workstation = typed.workstation.as_ref().is_none_or(|part| {
            let runs_on = job.map(|job| self.texts.workstations.text(self.jobs.workstation.get(job)));
            part.accepts(&stream.facts.workstation, way)
                || runs_on.is_some_and(|name| part.accepts(name, way))
        });
        workstation && typed.folder.as_ref().is_none_or(|part| part.accepts(&stream.facts.folder, way))
    }

    fn find_jobs(&self, typed: &Typed, way: Way, found: &mut Candidates) {
        let Some(name) = &typed.job else { return };
        let Some(stream) = &typed.stream_of_job else {
            for (symbol, score) in matching(&self.texts.job_names, name, way) {
                for row in self.jobs.by_name.rows(symbol) {
                    if self.stream_fits(typed, self.jobs.stream.get(row), Some(row), way) {
                        found.add(score, Place::Node(Node::job(row)));
                    }
                }
            }
            return;
        };
        // The workstation may be the job's own, so it is checked for each job.
        let anywhere = typed.on_any_workstation();
        for (stream_row, stream_score) in self.matching_streams(&anywhere, stream, way) {
            for row in self.jobs.by_stream.rows(stream_row) {
                let score = name.score(self.texts.job_names.text(self.jobs.name.get(row)), way);
                let fits = || self.stream_fits(typed, stream_row, Some(row), way);
                if let Some(score) = score.filter(|_| fits()) {
                    found.add(score.min(stream_score), Place::Node(Node::job(row)));
                }
            }
        }
    }

    fn ranked(&self, candidates: Vec<(f64, Place)>, way: Way, limit: usize) -> Vec<(FoundObject, Place)> {
        let mut ranked: Vec<_> =
            candidates.into_iter().map(|(score, place)| (score, place, self.place_key(place))).collect();
        ranked.sort_by(|(a_score, a, a_key), (b_score, b, b_key)| {
            let kinds = || kind_of(*a).cmp(&kind_of(*b));
            b_score.total_cmp(a_score).then_with(kinds).then_with(|| a_key.cmp(b_key))
        });
        ranked.dedup_by(|a, b| a.1 == b.1);
        ranked.truncate(limit);
        let found = ranked.into_iter();
        found.map(|(score, place, key)| (self.found_object(place, key, way, score), place)).collect()
    }

    fn place_key(&self, place: Place) -> (String, Option<DateTime<Utc>>) {
        match place {
            Place::Node(node) => (self.node_key(node), self.node_scheduled_time(node)),
            Place::Row(kind, row) => {
                let key = match kind {
                    ObjectKind::Workstation => {
                        self.workstations.get(row).map(|facts| facts.workstation_name.clone())
                    }
                    ObjectKind::Resource => self
                        .resources
                        .get(row)
                        .map(|facts| format!("{}#{}", facts.workstation, facts.resource_name)),
                    _ => self.prompts.get(row).map(|facts| match facts.prompt_name.as_str() {
                        "" => facts.number.to_string(),
                        name => name.to_owned(),
                    }),
                };
                (key.unwrap_or_default(), None)
            }
            Place::Symbol(ObjectKind::Folder, symbol) => (self.texts.folders.text(symbol).to_owned(), None),
            Place::Symbol(_, symbol) => (self.texts.users.text(symbol).to_owned(), None),
        }
    }

    fn found_object(
        &self,
        place: Place,
        (key, scheduled_time): (String, Option<DateTime<Utc>>),
        way: Way,
        score: f64,
    ) -> FoundObject {
        let (id, object_name, status) = match place {
            Place::Node(node) => (self.node_id(node), self.node_name(node), Some(self.node_status(node).0)),
            Place::Row(ObjectKind::Workstation, row) => (
                self.workstations.get(row).map(|facts| facts.id.clone()).unwrap_or_default(),
                key.clone(),
                None,
            ),
            Place::Row(ObjectKind::Resource, row) => {
                let facts = self.resources.get(row);
                let name = facts.map(|facts| facts.resource_name.clone()).unwrap_or_default();
                (facts.map(|facts| facts.id.clone()).unwrap_or_default(), name, None)
            }
            Place::Row(_, row) => {
                (self.prompts.get(row).map(|facts| facts.id.clone()).unwrap_or_default(), key.clone(), None)
            }
            Place::Symbol(..) => (key.clone(), key.clone(), None),
        };
        FoundObject {
            kind: kind_of(place),
            id,
            key,
            object_name,
            matched: way.kind(),
            score,
            scheduled_time,
            status,
        }
    }

    fn place_stamp(&self, place: Place) -> Option<u32> {
        use super::edges::Flow;
        match place {
            Place::Node(node) => Some(match node.flow() {
                Flow::Job(row) => self.jobs.stamp.get(row),
                Flow::Stream(row) => self.streams.stamp(row),
            }),
            Place::Row(kind, row) => Some(self.stamp(kind, row)),
            Place::Symbol(..) => None,
        }
    }
}

/// Symbols whose text matches, with scores.
fn matching(dictionary: &Dictionary, part: &Part, way: Way) -> Vec<(u32, f64)> {
    if way == Way::Exact {
        return dictionary
            .find(part.text())
            .filter(|symbol| *symbol != 0)
            .map(|symbol| (symbol, 1.0))
            .collect();
    }
    let texts = dictionary.iter().skip(1);
    texts.filter_map(|(symbol, text)| Some((symbol, part.score(text, way)?))).collect()
}

fn kind_of(place: Place) -> ObjectKind {
    use super::edges::Flow;
    match place {
        Place::Node(node) => match node.flow() {
            Flow::Job(_) => ObjectKind::Job,
            Flow::Stream(_) => ObjectKind::JobStream,
        },
        Place::Row(kind, _) | Place::Symbol(kind, _) => kind,
    }
}

impl Way {
    fn kind(self) -> MatchKind {
        match self {
            Self::Exact => MatchKind::Exact,
            Self::Wildcard => MatchKind::Wildcard,
            Self::Prefix => MatchKind::Prefix,
            Self::Fuzzy => MatchKind::Fuzzy,
        }
    }
}
