//! Lists: what to ask for, one page of the answer, and the objects that come in lists.
//!
//! The `next` address of a page is never followed: it carries the engine's own idea of its host. The next page is
//! asked for by offset instead.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::oql::Oql;
use crate::wire::dependency::FileInPlan;
use crate::wire::job::JobInPlan;
use crate::wire::model::{JobDefinition, JobStreamDefinition, ModelObject};
use crate::wire::object::{PromptInPlan, ResourceInPlan, WorkstationInPlan};
use crate::wire::stream::JobStreamInPlan;

/// An object that the engine lists.
pub trait Listed: DeserializeOwned + Send + 'static {
    /// Path below `/twsd/api/v2/`.
    const PATH: &'static str;
    /// Name of the selection parameter.
    const SELECTION: &'static str = "plan_filter";
}

impl Listed for JobInPlan {
    const PATH: &'static str = "plan/job";
}
impl Listed for JobStreamInPlan {
    const PATH: &'static str = "plan/jobstream";
}
impl Listed for WorkstationInPlan {
    const PATH: &'static str = "plan/workstation";
}
impl Listed for ResourceInPlan {
    const PATH: &'static str = "plan/resource";
}
impl Listed for PromptInPlan {
    const PATH: &'static str = "plan/prompt";
}
impl Listed for FileInPlan {
    const PATH: &'static str = "plan/file";
}
impl Listed for ModelObject<JobStreamDefinition> {
    const PATH: &'static str = "model/jobstream";
    const SELECTION: &'static str = "model_filter";
}
impl Listed for ModelObject<JobDefinition> {
    const PATH: &'static str = "model/jobdefinition";
    const SELECTION: &'static str = "model_filter";
}

/// Which objects, and how many of them at a time.
#[derive(Debug, Clone)]
pub struct Query {
    /// Filter and order.
    pub oql: Oql,
    /// Selection in the command line's syntax, e.g. `/@/@#/@/@.@`.
    pub selection: Option<String>,
    /// Objects a page.
    pub limit: u32,
    /// Objects to skip.
    pub offset: u64,
    /// How much of each object.
    pub scope: Option<Scope>,
    /// Let the engine count all that match, which costs it time.
    pub include_count: bool,
    /// An archived plan instead of the current one.
    pub plan_id: Option<String>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            oql: Oql::all(),
            selection: None,
            limit: 500,
            offset: 0,
            scope: None,
            include_count: true,
            plan_id: None,
        }
    }
}

impl From<Oql> for Query {
    fn from(oql: Oql) -> Self {
        Self { oql, ..Self::default() }
    }
}

/// How much of each object a list carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All of it.
    Whole,
    /// Without the definition of each job.
    WithoutJobDefinitions,
    /// Without dependencies.
    WithoutDependencies,
    /// Without either.
    WithoutJobDefinitionsAndDependencies,
}

impl Scope {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "WHOLE",
            Self::WithoutJobDefinitions => "WHOLE_NO_JOB_DEFINITIONS",
            Self::WithoutDependencies => "WHOLE_NO_DEPENDENCIES",
            Self::WithoutJobDefinitionsAndDependencies => "WHOLE_NO_JOB_DEFINITIONS_AND_NO_DEPENDENCIES",
        }
    }
}

/// One page of a list.
#[derive(Debug, Clone)]
pub struct Page<T> {
    /// Objects that match in all, when the engine counted them.
    pub total: Option<u64>,
    /// Objects of this page, in the engine's order.
    pub items: Vec<T>,
    /// Objects of this page whose shape could not be read. They exist; treating them as absent would be wrong.
    pub unreadable: Vec<Unreadable>,
    /// Objects before this page.
    pub offset: u64,
    /// Offset of the next page; none after the last.
    pub next_offset: Option<u64>,
}

/// A listed object that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// Its identifier, when at least that could be read.
    pub id: Option<String>,
    /// Why.
    pub detail: String,
}

#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Envelope<T> {
    #[serde(default, deserialize_with = "crate::wire::scalar::int::deserialize")]
    count: Option<u64>,
    #[serde(deserialize_with = "crate::wire::scalar::list::deserialize")]
    results: Vec<T>,
    #[serde(default)]
    next: Option<String>,
}

impl<T: DeserializeOwned> Page<T> {
    /// Reads a page; when the fast way fails, object by object, so that one odd object does not hide the others.
    pub(crate) fn read(body: &[u8], offset: u64) -> Result<Self, serde_json::Error> {
        let first_try = match serde_json::from_slice::<Envelope<T>>(body) {
            Ok(envelope) => return Ok(Self::from_envelope(envelope, Vec::new(), offset)),
            Err(error) => error,
        };
        let Ok(loose) = serde_json::from_slice::<Envelope<Value>>(body) else {
            return Err(first_try);
        };
        let mut items = Vec::with_capacity(loose.results.len());
        let mut unreadable = Vec::new();
        for value in loose.results {
            let id = value.get("id").and_then(Value::as_str).map(str::to_owned);
            match T::deserialize(value) {
                Ok(item) => items.push(item),
                Err(error) => unreadable.push(Unreadable { id, detail: error.to_string() }),
            }
        }
        if items.is_empty() {
            return Err(first_try);
        }
        let envelope = Envelope { count: loose.count, results: items, next: loose.next };
        Ok(Self::from_envelope(envelope, unreadable, offset))
    }

    fn from_envelope(envelope: Envelope<T>, unreadable: Vec<Unreadable>, offset: u64) -> Self {
        let seen = (envelope.results.len() + unreadable.len()) as u64;
        let end = offset + seen;
        let more = envelope.next.is_some() || envelope.count.is_some_and(|total| total > end);
        Self {
            total: envelope.count,
            items: envelope.results,
            unreadable,
            offset,
            // A page without objects ends the list whatever `next` says, or a broken engine would be asked for ever.
            next_offset: (more && seen > 0).then_some(end),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_follows_from_the_offset_not_from_the_address() {
        let body =
            br#"{"count":5,"results":[{"name":"A"},{"name":"B"}],"next":"https://inside:31116/x?offset=99"}"#;
        let page: Page<JobInPlan> = Page::read(body, 2).unwrap();
        assert_eq!((page.total, page.items.len(), page.next_offset), (Some(5), 2, Some(4)));
        let last: Page<JobInPlan> = Page::read(br#"{"count":5,"results":[{"name":"E"}]}"#, 4).unwrap();
        assert_eq!(last.next_offset, None);
        let uncounted: Page<JobInPlan> = Page::read(br#"{"results":[{}],"next":"?offset=1"}"#, 0).unwrap();
        assert_eq!(uncounted.next_offset, Some(1));
        let empty: Page<JobInPlan> = Page::read(br#"{"count":7,"results":[],"next":"x"}"#, 5).unwrap();
        assert_eq!(empty.next_offset, None);
        assert!(Page::<JobInPlan>::read(b"{\"messages\":[]}", 0).is_err());
    }

    #[test]
    fn one_odd_object_does_not_hide_the_others() {
        let body =
            br#"{"count":2,"results":[{"id":"x","lastRunCommonStatus":[1]},{"id":"y","priority":"10"}]}"#;
        let page: Page<JobInPlan> = Page::read(body, 0).unwrap();
        assert_eq!(page.items[0].priority, Some(10));
        assert_eq!(page.unreadable[0].id.as_deref(), Some("x"));
        assert_eq!(page.next_offset, None);
    }
}
