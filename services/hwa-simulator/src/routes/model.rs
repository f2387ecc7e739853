//! Reads of the model: job streams, job definitions, workstations, resources, prompts, folders, calendars.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::get;
use http::HeaderMap;
use serde_json::Value;
use uuid::Uuid;

use super::listing::{Listing, Parameters};
use super::{Reads, blocking, json};
use crate::oql::fields::{CALENDAR, DEFINITION, FOLDER, MODEL, PROMPT, RESOURCE, WORKSTATION};
use crate::oql::query::Field;
use crate::plan::{
    DefinitionIndex, FolderIndex, ModelIndex, Plan, PromptIndex, PromptKind, ResourceIndex, WorkstationIndex,
};
use crate::planfilter::PlanFilter;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::wire::{View, model};

/// One kind of model object.
#[derive(Debug)]
struct Shelf<I: 'static> {
    path: &'static str,
    fields: &'static [Field<I>],
    all: fn(&Plan) -> Vec<I>,
    /// Identifiers it answers to.
    ids: fn(&Plan, I) -> Vec<Uuid>,
    accepts: fn(&Plan, &PlanFilter, I) -> bool,
    show: fn(View<'_>, I, bool) -> Value,
}

fn indexes<I>(count: usize, index: impl Fn(u32) -> I) -> Vec<I> {
    (0..u32::try_from(count).unwrap_or(u32::MAX)).map(index).collect()
}

const JOB_STREAMS: Shelf<ModelIndex> = Shelf {
    path: "/model/jobstream",
    fields: MODEL,
    all: |plan| indexes(plan.models.len(), ModelIndex),
    ids: |plan, at| vec![plan[at].id, plan[at].abstract_id],
    accepts: |plan, filter, at| {
        let stream = &plan[plan[at].instance];
        filter.accepts_definition(plan, stream.workstation, stream.folder, &stream.name)
    },
    show: model::job_stream,
};

const JOB_DEFINITIONS: Shelf<DefinitionIndex> = Shelf {
    path: "/model/jobdefinition",
    fields: DEFINITION,
    all: |plan| indexes(plan.definitions.len(), DefinitionIndex),
    ids: |plan, at| vec![plan[at].id],
    accepts: |plan, filter, at| {
        let definition = &plan[at];
        filter.accepts_definition(plan, definition.workstation, definition.folder, &definition.name)
    },
    show: model::job_definition,
};

const WORKSTATIONS: Shelf<WorkstationIndex> = Shelf {
    path: "/model/workstation",
    fields: WORKSTATION,
    all: |plan| indexes(plan.workstations.len(), WorkstationIndex),
    ids: |plan, at| vec![plan[at].id],
    accepts: |plan, filter, at| filter.accepts_workstation(plan, at),
    show: |view, at, _| model::workstation(view, at),
};

const RESOURCES: Shelf<ResourceIndex> = Shelf {
    path: "/model/resource",
    fields: RESOURCE,
    all: |plan| indexes(plan.resources.len(), ResourceIndex),
    ids: |plan, at| vec![plan[at].id],
    accepts: |plan, filter, at| {
        filter.accepts_named(Some(&plan[plan[at].workstation].name), "/", &plan[at].name)
    },
    show: |view, at, _| model::resource(view, at),
};

const PROMPTS: Shelf<PromptIndex> = Shelf {
    path: "/model/prompt",
    fields: PROMPT,
    // Only predefined prompts are objects of the model.
    all: |plan| {
        let all = indexes(plan.prompts.len(), PromptIndex);
        all.into_iter().filter(|at| plan[*at].kind == PromptKind::Predefined).collect()
    },
    ids: |plan, at| vec![plan[at].id],
    accepts: |plan, filter, at| filter.accepts_named(None, "/", &plan[at].name),
    show: |view, at, _| model::prompt(view, at),
};

const FOLDERS: Shelf<FolderIndex> = Shelf {
    path: "/model/folder",
    fields: FOLDER,
    all: |plan| indexes(plan.folders.len(), FolderIndex),
    ids: |plan, at| vec![plan[at].id],
    accepts: |plan, filter, at| filter.accepts_named(None, "/", &plan[at].name),
    show: |view, at, _| model::folder(view.plan, &view.plan[at]),
};

const CALENDARS: Shelf<usize> = Shelf {
    path: "/model/calendar",
    fields: CALENDAR,
    all: |plan| (0..plan.calendars.len()).collect(),
    ids: |plan, at| vec![plan.calendars[at].id],
    accepts: |plan, filter, at| filter.accepts_named(None, "/", plan.calendars[at].name),
    show: |view, at, _| model::calendar(&view.plan.calendars[at]),
};

fn list<I: Copy + Send + Sync + 'static>(
    shelf: &'static Shelf<I>,
) -> axum::routing::MethodRouter<Arc<Shared>> {
    get(move |State(shared): State<Arc<Shared>>, RawQuery(query): RawQuery, headers: HeaderMap| async move {
        let listing = Listing::new(shelf.path, &Parameters::new(query.as_deref())?, &headers, shelf.fields)?;
        blocking(move || {
            let engine = shared.engine();
            let (plan, now) = (&engine.plan, engine.now);
            let all = (shelf.all)(plan).into_iter();
            let selected =
                listing.select(plan, now, all, false, |filter, at| (shelf.accepts)(plan, filter, at));
            let view = listing.view(&shared, plan, now);
            json(&listing.page(&selected, |at| (shelf.show)(view, at, listing.only_header)))
        })
        .await
    })
}

fn one<I: Copy + Send + Sync + 'static>(
    shelf: &'static Shelf<I>,
) -> axum::routing::MethodRouter<Arc<Shared>> {
    get(move |State(shared): State<Arc<Shared>>, Path(id): Path<String>| async move {
        let engine = shared.engine();
        let plan = &engine.plan;
        let found = Uuid::parse_str(&id)
            .ok()
            .and_then(|id| (shelf.all)(plan).into_iter().find(|at| (shelf.ids)(plan, *at).contains(&id)));
        let at = found.ok_or_else(|| Problem::no_object(&id))?;
        let view = View { plan, now: engine.now, definitions: true, dependencies: true };
        json(&(shelf.show)(view, at, false)) as Result<Response, Problem>
    })
}

pub(super) fn reads() -> Reads {
    vec![
        ("/model/jobstream", list(&JOB_STREAMS)),
        ("/model/jobstream/{id}", one(&JOB_STREAMS)),
        ("/model/jobdefinition", list(&JOB_DEFINITIONS)),
        ("/model/jobdefinition/{id}", one(&JOB_DEFINITIONS)),
        ("/model/workstation", list(&WORKSTATIONS)),
        ("/model/workstation/{id}", one(&WORKSTATIONS)),
        ("/model/resource", list(&RESOURCES)),
        ("/model/resource/{id}", one(&RESOURCES)),
        ("/model/prompt", list(&PROMPTS)),
        ("/model/prompt/{id}", one(&PROMPTS)),
        ("/model/folder", list(&FOLDERS)),
        ("/model/folder/{id}", one(&FOLDERS)),
        ("/model/calendar", list(&CALENDARS)),
        ("/model/calendar/{id}", one(&CALENDARS)),
    ]
}
