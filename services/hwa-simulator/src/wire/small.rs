//! `ResourceInPlanV2`, `PromptInPlanV2` and `FileInPlanV2`.

use serde::Serialize;
use uuid::Uuid;

use super::View;
use super::actions::{Action, OF_ASKED_PROMPT, OF_RESOURCE};
use super::time::Stamp;
use crate::plan::dependency::Node;
use crate::plan::{FileIndex, PromptIndex, PromptStatus, ResourceIndex};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ResourceInPlan<'a> {
    engine_id: &'static str,
    id: Uuid,
    folder_id: Uuid,
    folder: &'static str,
    name: &'a str,
    key: String,
    workstation_id: Uuid,
    workstation: String,
    quantity: u32,
    quantity_available: u32,
    description: &'a str,
    quantity_in_use: u32,
    holders: Vec<Holder<'a>>,
    actions: &'static [Action],
    archived: bool,
    status: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Holder<'a> {
    job_stream_id: Uuid,
    job_stream: String,
    job_id: Uuid,
    job: &'a str,
    job_key: String,
    quantity: u32,
    shared: bool,
}

impl<'a> ResourceInPlan<'a> {
    pub(crate) fn new(view: View<'a>, resource: ResourceIndex) -> Self {
        let plan = view.plan;
        let record = &plan[resource];
        let workstation = &plan[record.workstation];
        Self {
            engine_id: "",
            id: record.id,
            folder_id: plan.folders[0].id,
            folder: "/",
            name: &record.name,
            key: format!("{}#/{}", workstation.key(), record.name),
            workstation_id: workstation.id,
            workstation: workstation.key(),
            quantity: record.quantity,
            quantity_available: record.available(),
            description: record.description,
            quantity_in_use: record.in_use(),
            holders: record
                .holders
                .iter()
                .map(|(job, quantity)| Holder {
                    job_stream_id: plan[plan[*job].stream].id,
                    job_stream: plan.stream_key(plan[*job].stream),
                    job_id: plan[*job].id,
                    job: &plan[*job].name,
                    job_key: plan.job_key(*job),
                    quantity: *quantity,
                    shared: false,
                })
                .collect(),
            actions: OF_RESOURCE,
            archived: false,
            status: if record.available() > 0 { "AVAILABLE" } else { "NOT_AVAILABLE" },
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PromptInPlan<'a> {
    actions: &'static [Action],
    engine_id: &'static str,
    id: Uuid,
    name: &'a str,
    folder: &'static str,
    archived: bool,
    key: String,
    plan_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_key: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_stream_id: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_stream_key: Option<String>,
    text: &'a str,
    status: &'static str,
    #[serde(rename = "type")]
    prompt_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_asked: Option<Stamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time_respond: Option<Stamp>,
    number: u32,
}

impl<'a> PromptInPlan<'a> {
    pub(crate) fn new(view: View<'a>, prompt: PromptIndex) -> Self {
        let plan = view.plan;
        let record = &plan[prompt];
        let (job, stream) = match record.waiters.first() {
            Some(Node::Job(job)) => (Some(*job), Some(plan[*job].stream)),
            Some(Node::Stream(stream)) => (None, Some(*stream)),
            None => (None, None),
        };
        Self {
            actions: if record.status == PromptStatus::Asked { OF_ASKED_PROMPT } else { &[] },
            engine_id: "",
            id: record.id,
            name: &record.name,
            folder: "/",
            archived: false,
            key: format!("/{}", record.name),
            plan_id: plan.id,
            job_id: job.map(|job| plan[job].id),
            job_key: job.map(|job| plan.job_key(job)),
            job_stream_id: stream.map(|stream| plan[stream].id),
            job_stream_key: stream.map(|stream| plan.stream_key(stream)),
            text: &record.text,
            status: record.status.into(),
            prompt_type: record.kind.into(),
            time_asked: record.asked.map(Stamp),
            time_respond: record.answered.map(Stamp),
            number: record.number,
        }
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileInPlan<'a> {
    id: Uuid,
    name: &'a str,
    workstation: String,
    workstation_id: Uuid,
    plan_id: Uuid,
    qualifier: &'a str,
    status: &'static str,
}

impl<'a> FileInPlan<'a> {
    pub(crate) fn new(view: View<'a>, file: FileIndex) -> Self {
        let record = &view.plan[file];
        let workstation = &view.plan[record.workstation];
        Self {
            id: record.id,
            name: &record.name,
            workstation: workstation.key(),
            workstation_id: workstation.id,
            plan_id: view.plan.id,
            qualifier: record.qualifier,
            status: record.status.into(),
        }
    }
}
