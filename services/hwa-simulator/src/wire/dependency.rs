//! `DependencyInPlanV2` in all its kinds, and the counts that lists carry instead.

use serde::Serialize;
use serde_json::{Value, json};

use super::View;
use super::actions::OF_ASKED_PROMPT;
use super::job::CompositeStatus;
use super::time::Stamp;
use crate::plan::dependency::{AbsentPredecessor, Condition, Dependency, DependencyKind, Node, Verdict};
use crate::plan::dice::{Identifiers, Kind};
use crate::plan::{FileStatus, JobIndex, Plan, PromptStatus, StreamIndex};

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stats {
    pub(crate) number_of_dependencies: u32,
    pub(crate) number_of_job_dependencies: u32,
    pub(crate) number_of_job_stream_dependencies: u32,
    pub(crate) number_of_internetwork_dependencies: u32,
    pub(crate) number_of_prompt_dependencies: u32,
    pub(crate) number_of_resource_dependencies: u32,
    pub(crate) number_of_file_dependencies: u32,
    pub(crate) number_of_unresolved_dependencies: u32,
    pub(crate) number_of_non_resource_unresolved_dependencies: u32,
}

impl Stats {
    pub(crate) fn new(plan: &Plan, node: Node) -> Self {
        let mut stats = Self::default();
        for dependency in plan.dependencies(node) {
            stats.number_of_dependencies += 1;
            let resource = matches!(dependency.kind, DependencyKind::Resource { .. });
            *(match &dependency.kind {
                DependencyKind::Job { .. } => &mut stats.number_of_job_dependencies,
                DependencyKind::Absent(absent) if absent.job.is_some() => {
                    &mut stats.number_of_job_dependencies
                }
                DependencyKind::Stream { .. } | DependencyKind::Absent(_) | DependencyKind::Join(_) => {
                    &mut stats.number_of_job_stream_dependencies
                }
                DependencyKind::Internetwork(_) => &mut stats.number_of_internetwork_dependencies,
                DependencyKind::Prompt(_) => &mut stats.number_of_prompt_dependencies,
                DependencyKind::Resource { .. } => &mut stats.number_of_resource_dependencies,
                DependencyKind::File(_) => &mut stats.number_of_file_dependencies,
            }) += 1;
            if plan.verdict_for(node, dependency) != Verdict::Satisfied {
                stats.number_of_unresolved_dependencies += 1;
                stats.number_of_non_resource_unresolved_dependencies += u32::from(!resource);
            }
        }
        stats
    }
}

pub(crate) fn dependencies(view: View<'_>, node: Node) -> Vec<Value> {
    let list = view.plan.dependencies(node);
    list.iter().zip(1..).map(|(dependency, number)| one(view, node, dependency, number)).collect()
}

fn one(view: View<'_>, node: Node, dependency: &Dependency, number: u32) -> Value {
    let plan = view.plan;
    let mut value = match &dependency.kind {
        DependencyKind::Job { job, when } => on_job(view, node, *job, *when),
        DependencyKind::Stream { stream, when } => on_stream(view, *stream, *when),
        DependencyKind::Absent(absent) => on_absent(plan, absent),
        DependencyKind::Join(join) => {
            let members: Vec<Value> = join
                .members
                .iter()
                .zip(1..)
                .map(|(member, number)| one(view, node, member, number))
                .collect();
            json!({
                "dependencyType": "JOIN",
                "id": Identifiers::new(plan.seed, plan.start).make(Kind::Join, origin(node) + u64::from(number)),
                "joinName": join.name,
                "joinQuantity": join.need.unwrap_or(0),
                "criteria": if join.need.is_some() { "AT_LEAST" } else { "ALL" },
                "members": members,
            })
        }
        DependencyKind::File(file) => {
            let file = &plan[*file];
            json!({
                "dependencyType": "FILE",
                "id": file.id,
                "file": {
                    "id": file.id,
                    "name": &*file.name,
                    "workstation": plan[file.workstation].key(),
                    "workstationId": plan[file.workstation].id,
                    "planId": plan.id,
                    "qualifier": file.qualifier,
                    "status": <&str>::from(file.status),
                },
                "timeLastChecked": (file.status != FileStatus::NotChecked).then_some(Stamp(view.now)),
            })
        }
        DependencyKind::Resource { resource, quantity } => {
            let record = &plan[*resource];
            let held: u32 = match node {
                Node::Job(job) => {
                    record.holders.iter().filter(|(holder, _)| *holder == job).map(|(_, n)| n).sum()
                }
                Node::Stream(_) => 0,
            };
            json!({
                "dependencyType": "RESOURCE",
                "id": record.id,
                "folder": "/",
                "name": &*record.name,
                "workstation": plan[record.workstation].key(),
                "workstationId": plan[record.workstation].id,
                "quantity": quantity,
                "quantityHeld": held,
                "available": record.available(),
                "totalQuantity": record.quantity,
                "actionOnComplete": "DEFAULT",
            })
        }
        DependencyKind::Prompt(prompt) => {
            let prompt = &plan[*prompt];
            json!({
                "dependencyType": "PROMPT",
                "id": prompt.id,
                "folder": "/",
                "promptName": &*prompt.name,
                "text": &*prompt.text,
                "promptStatus": <&str>::from(prompt.status),
                "promptType": <&str>::from(prompt.kind),
                "number": prompt.number,
                "actions": if prompt.status == PromptStatus::Asked { OF_ASKED_PROMPT } else { &[] },
            })
        }
        DependencyKind::Internetwork(remote) => json!({
            "dependencyType": "INTERNETWORK",
            "id": Identifiers::new(plan.seed, plan.start).make(Kind::Internetwork, origin(node) + u64::from(number)),
            "networkAgent": plan[remote.agent].key(),
            "networkAgentId": plan[remote.agent].id,
            "dependency": remote.remote,
            "jobInPlanCompositeStatus": { "status": "EXTRN", "canceled": false, "error": false, "started": false },
        }),
    };
    let verdict = plan.verdict_for(node, dependency);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("dependencyStatus".to_owned(), json!(verdict.name()));
        fields.insert("satisfied".to_owned(), json!(verdict == Verdict::Satisfied));
        fields.insert("depSequence".to_owned(), json!(number * 1_000));
        fields.retain(|_, value| !value.is_null());
    }
    value
}

/// A number of its own for each node's derived identifiers.
fn origin(node: Node) -> u64 {
    match node {
        Node::Job(job) => u64::from(job.0) << 20,
        Node::Stream(stream) => u64::from(stream.0) << 20 | 1 << 60,
    }
}

fn on_job(view: View<'_>, node: Node, job: JobIndex, when: Condition) -> Value {
    let plan = view.plan;
    let record = &plan[job];
    let stream = &plan[record.stream];
    let internal = matches!(node, Node::Job(own) if plan[own].stream == record.stream);
    let conditions = when.is_conditional().then(|| when.names());
    let (job_successor, stream_successor) = match node {
        Node::Job(own) => (Some(plan[own].id), None),
        Node::Stream(own) => (None, Some(plan[own].id)),
    };
    let mut value = json!({
        "dependencyType": if internal { "INTERNAL" } else { "EXTERNAL_JOB" },
        "id": record.id,
        "jobId": record.id,
        "jobName": &*record.name,
        "conditional": when.is_conditional(),
        "statusConditions": conditions,
        "critical": record.critical_start.is_some(),
        "jobStreamName": &*stream.name,
        "jobStreamWorkstation": plan[stream.workstation].key(),
        "jobStreamFolder": &*plan[stream.folder].path,
        "jobStreamSchedTime": Stamp(stream.sched_time),
        "jobSuccId": job_successor,
        "predecessorStatus": CompositeStatus::of_job(View { dependencies: false, ..view }, job),
    });
    if let (false, Some(fields)) = (internal, value.as_object_mut()) {
        fields.insert("jobStreamId".to_owned(), json!(stream.id));
        fields.insert("jobStreamSuccId".to_owned(), json!(stream_successor));
        fields.insert("jobWorkstationName".to_owned(), json!(plan[record.workstation].key()));
        fields.insert("pending".to_owned(), json!(false));
        fields.insert("zombie".to_owned(), json!(false));
    }
    value
}

fn on_stream(view: View<'_>, stream: StreamIndex, when: Condition) -> Value {
    let plan = view.plan;
    let record = &plan[stream];
    json!({
        "dependencyType": "EXTERNAL_JOBSTREAM",
        "id": record.id,
        "conditional": when.is_conditional(),
        "jobStreamId": record.id,
        "jobStreamName": &*record.name,
        "jobStreamWorkstation": plan[record.workstation].key(),
        "jobStreamSchedTime": Stamp(record.sched_time),
        "jobStreamFolder": &*plan[record.folder].path,
        "pending": false,
        "zombie": false,
        "predecessorStatus": {
            "cancelPending": false,
            "canceled": record.canceled,
            "started": record.started.is_some(),
            "error": record.tally.abend + record.tally.fail > 0,
            "dontRun": false,
            "status": record.status.name(),
        },
    })
}

fn on_absent(plan: &Plan, absent: &AbsentPredecessor) -> Value {
    let number =
        absent.key().bytes().fold(7u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(u64::from(byte)));
    let id = Identifiers::new(plan.seed, plan.start).make(Kind::Job, number | 1 << 63);
    json!({
        "dependencyType": if absent.job.is_some() { "EXTERNAL_JOB" } else { "EXTERNAL_JOBSTREAM" },
        "id": id,
        "conditional": false,
        "jobName": absent.job,
        "jobStreamName": absent.stream,
        "jobStreamWorkstation": absent.workstation,
        "jobStreamFolder": absent.folder,
        "jobStreamSchedTime": Stamp(absent.sched_time),
        "pending": absent.pending,
        "zombie": !absent.pending,
    })
}
