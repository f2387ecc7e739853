//! Workstations, resources, prompts and files in the plan.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use serde::Serialize;
use uuid::Uuid;

use super::listing::{Listing, Parameters};
use super::{Reads, json};
use crate::oql::fields::{FILE, PROMPT, RESOURCE, WORKSTATION};
use crate::oql::query::Field;
use crate::plan::{FileIndex, Plan, PromptIndex, ResourceIndex, WorkstationIndex};
use crate::planfilter::PlanFilter;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::wire::View;
use crate::wire::small::{FileInPlan, PromptInPlan, ResourceInPlan};
use crate::wire::workstation::WorkstationInPlan;

/// A kind of object that the plan holds by the hundred: its list and single reads are the same code.
pub(super) trait Listed: Copy + Send + Sync + 'static {
    const PATH: &'static str;
    type Shown<'a>: Serialize;

    fn fields() -> &'static [Field<Self>];
    fn all(plan: &Plan) -> Vec<Self>;
    fn id(self, plan: &Plan) -> Uuid;
    fn accepted(self, plan: &Plan, filter: &PlanFilter) -> bool;
    fn show(self, view: View<'_>) -> Self::Shown<'_>;
}

fn indexes<I>(count: usize, index: impl Fn(u32) -> I) -> Vec<I> {
    (0..u32::try_from(count).unwrap_or(u32::MAX)).map(index).collect()
}

impl Listed for WorkstationIndex {
    const PATH: &'static str = "/plan/workstation";
    type Shown<'a> = WorkstationInPlan<'a>;

    fn fields() -> &'static [Field<Self>] {
        WORKSTATION
    }
    fn all(plan: &Plan) -> Vec<Self> {
        indexes(plan.workstations.len(), WorkstationIndex)
    }
    fn id(self, plan: &Plan) -> Uuid {
        plan[self].id
    }
    fn accepted(self, plan: &Plan, filter: &PlanFilter) -> bool {
        filter.accepts_workstation(plan, self)
    }
    fn show(self, view: View<'_>) -> WorkstationInPlan<'_> {
        WorkstationInPlan::new(view, self)
    }
}

impl Listed for ResourceIndex {
    const PATH: &'static str = "/plan/resource";
    type Shown<'a> = ResourceInPlan<'a>;

    fn fields() -> &'static [Field<Self>] {
        RESOURCE
    }
    fn all(plan: &Plan) -> Vec<Self> {
        indexes(plan.resources.len(), ResourceIndex)
    }
    fn id(self, plan: &Plan) -> Uuid {
        plan[self].id
    }
    fn accepted(self, plan: &Plan, filter: &PlanFilter) -> bool {
        filter.accepts_named(Some(&plan[plan[self].workstation].name), "/", &plan[self].name)
    }
    fn show(self, view: View<'_>) -> ResourceInPlan<'_> {
        ResourceInPlan::new(view, self)
    }
}

impl Listed for PromptIndex {
    const PATH: &'static str = "/plan/prompt";
    type Shown<'a> = PromptInPlan<'a>;

    fn fields() -> &'static [Field<Self>] {
        PROMPT
    }
    fn all(plan: &Plan) -> Vec<Self> {
        indexes(plan.prompts.len(), PromptIndex)
    }
    fn id(self, plan: &Plan) -> Uuid {
        plan[self].id
    }
    fn accepted(self, plan: &Plan, filter: &PlanFilter) -> bool {
        filter.accepts_named(None, "/", &plan[self].name)
    }
    fn show(self, view: View<'_>) -> PromptInPlan<'_> {
        PromptInPlan::new(view, self)
    }
}

impl Listed for FileIndex {
    const PATH: &'static str = "/plan/file";
    type Shown<'a> = FileInPlan<'a>;

    fn fields() -> &'static [Field<Self>] {
        FILE
    }
    fn all(plan: &Plan) -> Vec<Self> {
        indexes(plan.files.len(), FileIndex)
    }
    fn id(self, plan: &Plan) -> Uuid {
        plan[self].id
    }
    fn accepted(self, plan: &Plan, filter: &PlanFilter) -> bool {
        filter.accepts_named(Some(&plan[plan[self].workstation].name), "/", &plan[self].name)
    }
    fn show(self, view: View<'_>) -> FileInPlan<'_> {
        FileInPlan::new(view, self)
    }
}

async fn list<I: Listed>(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let listing = Listing::new(I::PATH, &Parameters::new(query.as_deref())?, &headers, I::fields())?;
    let engine = shared.engine();
    let (plan, now) = (&engine.plan, engine.now);
    let selected = listing
        .select(plan, now, I::all(plan).into_iter(), false, |filter, object| object.accepted(plan, filter));
    let view = listing.view(&shared, plan, now);
    json(&listing.page(&selected, |object| object.show(view)))
}

async fn one<I: Listed>(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let engine = shared.engine();
    let plan = &engine.plan;
    let found = Uuid::parse_str(&id)
        .ok()
        .and_then(|id| I::all(plan).into_iter().find(|object| object.id(plan) == id));
    let object =
        found.ok_or_else(|| Problem::no_object(&format!("{}={id}", I::PATH.trim_start_matches("/plan/"))))?;
    json(&object.show(View { plan, now: engine.now, definitions: true, dependencies: true }))
}

pub(super) fn reads() -> Reads {
    vec![
        ("/plan/workstation", get(list::<WorkstationIndex>)),
        ("/plan/workstation/{id}", get(one::<WorkstationIndex>)),
        ("/plan/resource", get(list::<ResourceIndex>)),
        ("/plan/resource/{id}", get(one::<ResourceIndex>)),
        ("/plan/prompt", get(list::<PromptIndex>)),
        ("/plan/prompt/{id}", get(one::<PromptIndex>)),
        ("/plan/file", get(list::<FileIndex>)),
        ("/plan/file/{id}", get(one::<FileIndex>)),
    ]
}
