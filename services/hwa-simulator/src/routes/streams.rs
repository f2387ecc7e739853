//! Job streams in the plan.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use http::HeaderMap;
use serde_json::json;

use super::jobs::{Group, counted};
use super::listing::{Listing, Parameters};
use super::{blocking, json};
use crate::census::Census;
use crate::oql::fields::STREAM;
use crate::plan::StreamIndex;
use crate::planfilter::PlanFilter;
use crate::problem::Problem;
use crate::shared::Shared;
use crate::wire::View;
use crate::wire::stream::JobStreamInPlan;

pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let listing = Listing::new("/plan/jobstream", &Parameters::new(query.as_deref())?, &headers, STREAM)?;
    blocking(move || {
        let engine = shared.engine();
        let (plan, now) = (&engine.plan, engine.now);
        let selected = select(&engine, &listing);
        let view = listing.view(&shared, plan, now);
        json(&listing.page(&selected, |stream| JobStreamInPlan::new(view, stream)))
    })
    .await
}

fn select(engine: &crate::engine::Engine, listing: &Listing<StreamIndex>) -> Vec<StreamIndex> {
    let (plan, now, directory) = (&engine.plan, engine.now, &engine.directory);
    let accepts = |filter: &PlanFilter, stream| filter.accepts_stream(plan, now, stream);
    if let Some(ids) = listing.query.only_ids() {
        let named = ids.iter().filter_map(|id| directory.streams.get(id).copied());
        let named: std::collections::BTreeSet<StreamIndex> = named.collect();
        return listing.select(plan, now, named.into_iter(), false, accepts);
    }
    if listing.query.is_ordered_by_id() {
        return listing.select(plan, now, directory.streams_by_id.iter().copied(), true, accepts);
    }
    listing.select(plan, now, Census { engine }.every_stream(), false, accepts)
}

pub(super) fn find(engine: &crate::engine::Engine, id: &str) -> Result<StreamIndex, Problem> {
    Census { engine }.find_stream(id).ok_or_else(|| Problem::no_object(&format!("jobstream={id}")))
}

pub(super) async fn one(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let engine = shared.engine();
    let stream = find(&engine, &id)?;
    let view = View { plan: &engine.plan, now: engine.now, definitions: true, dependencies: true };
    json(&JobStreamInPlan::new(view, stream))
}

pub(super) async fn count(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::new(query.as_deref())?;
    let filter =
        parameters.get("plan_filter").filter(|text| !text.is_empty()).map(PlanFilter::parse).transpose()?;
    let groups = Group::parse(parameters.get("grouping_filters").unwrap_or_default())?;
    let engine = shared.engine();
    let (plan, now) = (&engine.plan, engine.now);
    let mut count = 0u64;
    let mut grouped: BTreeMap<String, u64> = BTreeMap::new();
    for stream in (Census { engine: &engine }).every_stream() {
        if filter.as_ref().is_none_or(|filter| filter.accepts_stream(plan, now, stream)) {
            count += 1;
            let record = &plan[stream];
            let key = groups.iter().map(|group| match group {
                Group::Workstation => plan[record.workstation].key(),
                Group::Status => record.status.common(record.priority).name().to_owned(),
                Group::Folder => plan[record.folder].path.to_string(),
            });
            *grouped.entry(key.collect::<Vec<_>>().join(",")).or_default() += 1;
        }
    }
    counted(count, &groups, &grouped)
}

/// Job streams counted by folder and status.
pub(super) async fn count_by_folder(
    State(shared): State<Arc<Shared>>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let parameters = Parameters::new(query.as_deref())?;
    match parameters.get("object_type") {
        None | Some("JOBSTREAM_IN_PLAN") => {}
        Some(other) => {
            return Err(Problem::bad_request(format!("AWSJCS002E \"{other}\" cannot be counted by folder")));
        }
    }
    let engine = shared.engine();
    let plan = &engine.plan;
    let mut counts: Vec<BTreeMap<&str, u32>> = vec![BTreeMap::new(); plan.folders.len()];
    for stream in &plan.streams {
        *counts[stream.folder.position()].entry(stream.status.common(stream.priority).name()).or_default() +=
            1;
    }
    let answer: Vec<_> = plan
        .folders
        .iter()
        .zip(counts)
        .filter(|(_, counts)| !counts.is_empty())
        .map(|(folder, counts)| {
            json!({
                "folder": &*folder.path,
                "folderId": folder.id,
                "totalCount": counts.values().sum::<u32>(),
                "commonStatus": counts,
            })
        })
        .collect();
    json(&answer)
}
