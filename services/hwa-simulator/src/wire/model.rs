//! Model objects: the definitions behind the plan, as `{kind, key, def}`.

use serde_json::{Value, json};
use uuid::Uuid;

use super::View;
use super::job::{task, task_type};
use super::time::Span;
use crate::plan::dependency::{Condition, Dependency, DependencyKind, Node};
use crate::plan::dice::{Identifiers, Kind};
use crate::plan::{
    Calendar, DefinitionIndex, Folder, Job, JobIndex, ModelIndex, Plan, PromptIndex, ResourceIndex, Seconds,
    StreamIndex, WorkstationIndex,
};

/// The identifier of a job inside a job stream definition.
fn job_model_id(plan: &Plan, job: JobIndex) -> Uuid {
    let stream = &plan[plan[job].stream];
    let number = u64::from(stream.model.0) << 16 | u64::from(plan[job].position);
    Identifiers::new(plan.seed, plan.start).make(Kind::ModelJob, number)
}

fn without_nulls(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null() && !field.as_array().is_some_and(Vec::is_empty));
    }
    value
}

pub(crate) fn job_stream(view: View<'_>, model: ModelIndex, header_only: bool) -> Value {
    let plan = view.plan;
    let definition = &plan[model];
    let stream = &plan[definition.instance];
    let (folder, workstation) = (&plan[stream.folder], &plan[stream.workstation]);
    let key = plan.stream_key(definition.instance);
    if header_only {
        return json!({ "kind": "JobStream", "key": key, "def": {
            "id": definition.id, "abstractId": definition.abstract_id, "folder": &*folder.path, "name": &*stream.name,
            "workstation": workstation.key(),
        }});
    }
    let waits = Waits::of(view, Node::Stream(definition.instance));
    let jobs: Vec<Value> = plan.jobs_of(definition.instance).map(|job| job_in_stream(view, job)).collect();
    let mut def = json!({
        "id": definition.id,
        "abstractId": definition.abstract_id,
        "folderId": folder.id,
        "folder": &*folder.path,
        "name": &*stream.name,
        "workstationId": workstation.id,
        "workstation": workstation.key(),
        "timeZone": view.zone(),
        "options": ["carryForward"],
        "saturdayIsFree": false,
        "sundayIsFree": false,
        "runCycles": [{ "name": "DAILY", "type": "rrule", "expression": "FREQ=DAILY;INTERVAL=1" }],
        "priority": stream.original_priority,
        "limit": (stream.limit >= 0).then_some(stream.limit),
        "startTime": stream.times.at.map(|at| clock(view, at)),
        "deadlineTime": stream.times.deadline.map(|at| clock(view, at)),
        "asap": true,
        "perJobLatestStart": false,
        "matchingCriteria": { "type": "sameDay" },
        "jobs": jobs,
    });
    waits.write(&mut def);
    json!({ "kind": "JobStream", "key": key, "def": without_nulls(def) })
}

fn clock(view: View<'_>, at: Seconds) -> String {
    super::time::Stamp(at).instant().with_timezone(&view.plan.zone).format("%H:%M:%S").to_string()
}

fn job_in_stream(view: View<'_>, job: JobIndex) -> Value {
    let plan = view.plan;
    let record = &plan[job];
    let definition = &plan[record.definition];
    let times = record.times.as_deref().cloned().unwrap_or_default();
    let mut options: Vec<&str> = Vec::new();
    if record.no_operation {
        options.push("nop");
    }
    if record.requires_confirmation {
        options.push("confirmed");
    }
    if record.critical {
        options.push("critical");
    }
    let mut value = json!({
        "id": job_model_id(plan, job),
        "name": &*record.name,
        "jobDefinitionRefId": definition.id,
        "jobDefinitionRef": definition_key(plan, record.definition),
        "workstationId": plan[record.workstation].id,
        "workstation": plan[record.workstation].key(),
        "options": options,
        "priority": record.original_priority,
        "startTime": times.at.map(|at| clock(view, at)),
        "latestStartTime": times.until.map(|at| clock(view, at)),
        "deadlineTime": times.deadline.map(|at| clock(view, at)),
        "maxDuration": times.max_duration.map(Span),
        "maxDurationAction": times.max_duration.map(|_| "kill"),
        "repeatInterval": times.every.map(Span),
    });
    Waits::of(view, Node::Job(job)).write(&mut value);
    without_nulls(value)
}

fn definition_key(plan: &Plan, definition: DefinitionIndex) -> String {
    let record = &plan[definition];
    format!("{}#{}{}", plan[record.workstation].key(), plan[record.folder].path, record.name)
}

/// The dependencies of one node, sorted into the lists of the model.
#[derive(Debug, Default)]
struct Waits {
    internal: Vec<Value>,
    external: Vec<Value>,
    joins: Vec<Value>,
    files: Vec<Value>,
    resources: Vec<Value>,
    prompts: Vec<Value>,
    networks: Vec<Value>,
}

impl Waits {
    fn of(view: View<'_>, node: Node) -> Self {
        let mut waits = Self::default();
        for dependency in view.plan.dependencies(node) {
            waits.sort_in(view, node, dependency);
        }
        waits
    }

    fn sort_in(&mut self, view: View<'_>, node: Node, dependency: &Dependency) {
        let plan = view.plan;
        match &dependency.kind {
            DependencyKind::Job { job, when } if is_internal(plan, node, *job) => {
                self.internal.push(without_nulls(json!({
                    "jobId": job_model_id(plan, *job),
                    "jobName": &*plan[*job].name,
                    "statusConditions": conditions(*when),
                })))
            }
            DependencyKind::Join(join) => {
                let mut members = Self::default();
                for member in &join.members {
                    members.sort_in(view, node, member);
                }
                self.joins.push(without_nulls(json!({
                    "name": join.name,
                    "type": if join.need.is_some() { "atLeast" } else { "all" },
                    "quantity": join.need,
                    "externalPredecessors": members.external,
                    "internalPredecessors": members.internal,
                })));
            }
            DependencyKind::File(file) => self.files.push(json!({
                "workstationId": plan[plan[*file].workstation].id,
                "workstation": plan[plan[*file].workstation].key(),
                "filename": &*plan[*file].name,
                "qualifier": plan[*file].qualifier,
            })),
            DependencyKind::Resource { resource, quantity } => self.resources.push(json!({
                "resourceId": plan[*resource].id,
                "resource": format!("{}#/{}", plan[plan[*resource].workstation].key(), plan[*resource].name),
                "quantity": quantity,
            })),
            DependencyKind::Prompt(prompt) => {
                let prompt = &plan[*prompt];
                self.prompts.push(match &*prompt.name {
                    "" => json!({ "message": &*prompt.text }),
                    name => json!({ "globalPromptId": prompt.id, "globalPrompt": format!("/{name}") }),
                });
            }
            DependencyKind::Internetwork(remote) => self.networks.push(json!({
                "networkAgent": plan[remote.agent].key(),
                "dependency": remote.remote,
            })),
            other => self.external.push(external(plan, other)),
        }
    }

    fn write(self, value: &mut Value) {
        let Some(fields) = value.as_object_mut() else { return };
        for (name, list) in [
            ("internalPredecessors", self.internal),
            ("externalPredecessors", self.external),
            ("joinConditions", self.joins),
            ("interNetworkDependencies", self.networks),
            ("promptDependencies", self.prompts),
            ("fileDependencies", self.files),
            ("resourceDependencies", self.resources),
        ] {
            if !list.is_empty() {
                fields.insert(name.to_owned(), Value::Array(list));
            }
        }
    }
}

fn is_internal(plan: &Plan, node: Node, job: JobIndex) -> bool {
    matches!(node, Node::Job(own) if plan[own].stream == plan[job].stream)
}

fn conditions(when: Condition) -> Option<Vec<&'static str>> {
    when.is_conditional().then(|| when.names())
}

fn external(plan: &Plan, kind: &DependencyKind) -> Value {
    let stream_fields = |stream: StreamIndex| {
        let record = &plan[stream];
        (
            plan[record.model].abstract_id,
            plan[record.workstation].key(),
            format!("{}{}", plan[record.folder].path, record.name),
        )
    };
    without_nulls(match kind {
        DependencyKind::Job { job, when } => {
            let (id, workstation, name) = stream_fields(plan[*job].stream);
            json!({
                "jobStreamAbstractId": id,
                "jobAbstractId": job_model_id(plan, *job),
                "workstation": workstation,
                "jobStream": name,
                "jobName": &*plan[*job].name,
                "matchingCriteria": { "type": "sameDay" },
                "statusConditions": conditions(*when),
            })
        }
        DependencyKind::Stream { stream, when } => {
            let (id, workstation, name) = stream_fields(*stream);
            json!({
                "jobStreamAbstractId": id,
                "workstation": workstation,
                "jobStream": name,
                "matchingCriteria": { "type": "sameDay" },
                "statusConditions": conditions(*when),
            })
        }
        DependencyKind::Absent(absent) => json!({
            "workstation": absent.workstation,
            "jobStream": format!("{}{}", absent.folder, absent.stream),
            "jobName": absent.job,
            "matchingCriteria": { "type": "sameDay" },
        }),
        _ => Value::Null,
    })
}

pub(crate) fn job_definition(view: View<'_>, definition: DefinitionIndex, header_only: bool) -> Value {
    let plan = view.plan;
    let record = &plan[definition];
    let folder = &plan[record.folder];
    let key = definition_key(plan, definition);
    if header_only {
        return json!({ "kind": "JobDefinition", "key": key, "def": {
            "id": record.id, "folder": &*folder.path, "name": &*record.name,
            "workstation": plan[record.workstation].key(),
        }});
    }
    let recovery = &record.recovery;
    json!({ "kind": "JobDefinition", "key": key, "def": {
        "id": record.id,
        "folderId": folder.id,
        "folder": &*folder.path,
        "name": &*record.name,
        "workstationId": plan[record.workstation].id,
        "workstation": plan[record.workstation].key(),
        "description": &*record.description,
        "type": task_type(record.task),
        "userLogins": [record.user],
        "task": task(record),
        "recovery": without_nulls(json!({
            "action": <&str>::from(recovery.option),
            "repeatInterval": (recovery.interval > 0).then_some(Span(recovery.interval)),
            "repeatOccurrences": recovery.occurrences,
            "recoveryJobDefinitionId": recovery.job.map(|job| plan[job].id),
            "recoveryJobDefinitionRef": recovery.job.map(|job| definition_key(plan, job)),
            "abendPrompt": recovery.prompt.as_deref(),
        })),
    }})
}

pub(crate) fn workstation(view: View<'_>, workstation: WorkstationIndex) -> Value {
    let plan = view.plan;
    let record = &plan[workstation];
    let members: Vec<Value> = record
        .members
        .iter()
        .map(|member| json!({ "workstationId": plan[*member].id, "workstation": plan[*member].key() }))
        .collect();
    json!({ "kind": "Workstation", "key": record.key(), "def": without_nulls(json!({
        "id": record.id,
        "type": <&str>::from(record.kind),
        "folderId": plan.folders[0].id,
        "folder": "/",
        "name": &*record.name,
        "description": record.description,
        "timeZone": view.zone(),
        "os": if record.windows { "WINDOWS" } else { "UNIX" },
        "members": members,
        "hostWorkstation": record.host.map(|host| plan[host].key()),
        "domain": "MASTERDM",
        "options": ["autolink"],
    }))})
}

pub(crate) fn resource(view: View<'_>, resource: ResourceIndex) -> Value {
    let record = &view.plan[resource];
    let workstation = &view.plan[record.workstation];
    json!({ "kind": "Resource", "key": format!("{}#/{}", workstation.key(), record.name), "def": {
        "id": record.id,
        "folder": "/",
        "name": &*record.name,
        "workstationId": workstation.id,
        "workstation": workstation.key(),
        "description": record.description,
        "quantity": record.quantity,
    }})
}

pub(crate) fn prompt(view: View<'_>, prompt: PromptIndex) -> Value {
    let record = &view.plan[prompt];
    json!({ "kind": "Prompt", "key": format!("/{}", record.name), "def": {
        "id": record.id, "folder": "/", "name": &*record.name, "text": &*record.text,
    }})
}

pub(crate) fn folder(plan: &Plan, folder: &Folder) -> Value {
    let parent = folder.parent.map(|parent| &plan[parent]);
    json!({ "kind": "Folder", "key": &*folder.path, "def": without_nulls(json!({
        "id": folder.id,
        "parentId": parent.map(|parent| parent.id),
        "parent": parent.map(|parent| &*parent.path),
        "folder": parent.map(|parent| &*parent.path),
        "name": &*folder.name,
        "description": folder.description,
    }))})
}

pub(crate) fn calendar(calendar: &Calendar) -> Value {
    json!({ "kind": "Calendar", "key": format!("/{}", calendar.name), "def": {
        "id": calendar.id,
        "folder": "/",
        "name": calendar.name,
        "description": calendar.description,
        "dates": calendar.dates,
    }})
}

/// A job's documentation, as `model/description` answers it.
pub(crate) fn description(plan: &Plan, job: &Job) -> Value {
    json!({ "description": &*plan[job.definition].description })
}
