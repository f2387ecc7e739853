//! Workstations, resources, prompts and files.

use resync_api::tws::model::{PromptStatus, ResourceHolder};
use resync_hwa::wire::dependency::FileInPlan;
use resync_hwa::wire::enums::{self, WorkstationState};
use resync_hwa::wire::object::{PromptInPlan, ResourceInPlan, WorkstationInPlan};

use super::{named, small, word};
use crate::engine::names;
use crate::plan::{FileFacts, PromptFacts, ResourceFacts, WorkstationFacts};

pub(crate) fn workstation(wire: &WorkstationInPlan) -> Option<WorkstationFacts> {
    let has = |state: &WorkstationState| wire.active_states.contains(state);
    Some(WorkstationFacts {
        id: wire.id.clone()?,
        workstation_name: wire.name.clone().unwrap_or_default(),
        folder: names::folder(wire.folder.as_deref().unwrap_or_default()),
        kind: wire.kind.as_ref().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        linked: wire.active_states.iter().any(WorkstationState::is_link),
        jobman_up: has(&WorkstationState::JobmanUp),
        initialized: has(&WorkstationState::Initialised),
        active_states: wire.active_states.iter().map(|state| state.as_str().to_owned()).collect(),
        limit: wire.limit.filter(|limit| *limit >= 0).map(|limit| small(Some(limit))),
        fence: small(wire.fence),
        domain: word(wire.domain_name.as_ref()),
        host: named(wire.host_workstation.as_deref()),
        os: word(wire.os.as_ref()),
        node: word(wire.node_name.as_ref()),
        version: word(wire.version.as_ref()),
        run_number: small(wire.run_number),
        ignored: wire.ignore.unwrap_or(false),
    })
}

pub(crate) fn resource(wire: &ResourceInPlan) -> Option<ResourceFacts> {
    let quantity = small(wire.quantity);
    let in_use = wire.quantity_in_use.map_or_else(
        || wire.quantity_available.map_or(0, |free| quantity - small(Some(free))),
        |used| small(Some(used)),
    );
    Some(ResourceFacts {
        id: wire.id.clone()?,
        resource_name: wire.name.clone().unwrap_or_default(),
        folder: names::folder(wire.folder.as_deref().unwrap_or_default()),
        workstation: named(wire.workstation.as_deref()),
        quantity,
        available: wire.quantity_available.map_or(quantity - in_use, |free| small(Some(free))),
        in_use,
        holders: wire
            .holders
            .iter()
            .map(|holder| ResourceHolder {
                job_name: named(holder.job.as_deref()),
                job_stream_name: named(
                    holder.job_stream.as_deref().map(|path| names::split_workstation(path).1),
                ),
                job_key: plain_key(holder.job_key.as_deref()),
                job_id: word(holder.job_id.as_ref()),
                quantity: small(holder.quantity),
            })
            .collect(),
    })
}

pub(crate) fn prompt(wire: &PromptInPlan) -> Option<PromptFacts> {
    Some(PromptFacts {
        id: wire.id.clone()?,
        prompt_name: word(wire.name.as_ref()),
        number: wire.number.unwrap_or(0),
        text: word(wire.text.as_ref()),
        status: prompt_status(wire.status.as_ref()),
        kind: wire.kind.as_ref().map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
        job_key: plain_key(wire.job_key.as_deref()),
        job_stream_key: plain_key(wire.job_stream_key.as_deref()),
        asked_time: wire.time_asked,
    })
}

pub(super) fn prompt_status(status: Option<&enums::PromptStatus>) -> PromptStatus {
    match status {
        Some(enums::PromptStatus::Asked) => PromptStatus::Asked,
        Some(enums::PromptStatus::AnsweredYes) => PromptStatus::AnsweredYes,
        Some(enums::PromptStatus::AnsweredNo) => PromptStatus::AnsweredNo,
        Some(enums::PromptStatus::NotAsked | enums::PromptStatus::Other(_)) | None => PromptStatus::NotAsked,
    }
}

pub(crate) fn file(wire: &FileInPlan) -> Option<FileFacts> {
    let path = wire.name.clone()?;
    let workstation = named(wire.workstation.as_deref());
    // Some engines list files without identifiers; workstation and path name one as well.
    let id = wire.id.clone().unwrap_or_else(|| format!("{workstation}#{path}"));
    Some(FileFacts {
        id,
        path,
        workstation,
        qualifier: word(wire.qualifier.as_ref()),
        status: wire.status.as_ref().map(|status| status.as_str().to_owned()).unwrap_or_default(),
    })
}

/// A key with a bare workstation: `/F/WS#/A/JS.J` is `WS#/A/JS.J`.
fn plain_key(key: Option<&str>) -> String {
    match key.map(names::split_workstation) {
        Some((Some(workstation), rest)) => format!("{workstation}#{rest}"),
        Some((None, rest)) => rest.to_owned(),
        None => String::new(),
    }
}
