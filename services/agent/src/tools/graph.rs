//! The dependency graph as tools see it: one engine, errors of this crate, and results whose objects carry the resource
//! names that citations need.

mod assess_risk;
mod critical_path;
mod dependency_path;
mod forecast_job;
mod forecast_plan;
mod impact;
mod root_cause;
mod topology_health;
mod what_if;

pub(crate) use assess_risk::AssessRisk;
pub(crate) use critical_path::CriticalPathTo;
pub(crate) use dependency_path::FindDependencyPath;
pub(crate) use forecast_job::ForecastJob;
pub(crate) use forecast_plan::ForecastPlan;
pub(crate) use impact::GetImpact;
pub(crate) use root_cause::FindRootCause;
pub(crate) use topology_health::ReadTopologyHealth;
pub(crate) use what_if::SimulateChange;

use resync_api::graph::client::GraphClient;
use resync_api::graph::model::{GraphObject, GraphObjectKind};
use resync_api::tws::model::ObjectKind;
use serde::ser::Error as _;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::PlanReader;
use crate::error::Error;
use crate::query::Object;

/// Rows of a list in a result; totals are given beside it.
const MAX_SHOWN: u32 = 60;

/// The client of the graph, when there is one.
fn graph(plan: &PlanReader) -> Result<&GraphClient, Error> {
    plan.knowledge().graph.as_ref().ok_or(Error::NoGraph)
}

/// An object as arguments name it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Named {
    /// What it is.
    pub(crate) kind: ObjectKind,
    /// Plan id.
    pub(crate) id: String,
    /// Key as shown to people.
    pub(crate) key: String,
    /// How the graph finds it.
    pub(crate) reference: String,
}

impl From<&Object> for Named {
    fn from(object: &Object) -> Self {
        let reference = match object.kind {
            ObjectKind::Workstation => format!("workstation:{}", object.object_name),
            ObjectKind::Resource => format!("resource:{}", object.key),
            ObjectKind::Prompt => format!("prompt:{}", object.object_name),
            ObjectKind::Job | ObjectKind::JobStream | ObjectKind::Folder | ObjectKind::User => {
                object.id.clone()
            }
        };
        Self { kind: object.kind, id: object.id.clone(), key: object.key.clone(), reference }
    }
}

impl Named {
    /// A job or job stream that an answer of the graph named.
    pub(crate) fn of_graph(object: &GraphObject) -> Self {
        let kind =
            if object.kind == GraphObjectKind::JobStream { ObjectKind::JobStream } else { ObjectKind::Job };
        Self { kind, id: object.id.clone(), key: object.key.clone(), reference: object.id.clone() }
    }
}

/// An answer of the graph about one engine. As JSON each job and job stream in it carries its resource name, each path
/// the keys on it, and each coverage the share of the plan it stands for.
#[derive(Debug)]
pub(crate) struct OfGraph<T> {
    engine: String,
    pub(crate) answer: T,
}

impl<T> OfGraph<T> {
    fn new(plan: &PlanReader, answer: T) -> Self {
        Self { engine: plan.engine().to_owned(), answer }
    }
}

impl<T: Serialize> Serialize for OfGraph<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut value = serde_json::to_value(&self.answer).map_err(S::Error::custom)?;
        enrich(&mut value, &self.engine);
        value.serialize(serializer)
    }
}

fn enrich(value: &mut Value, engine: &str) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| enrich(item, engine)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| enrich(member, engine));
            if let Some(name) = resource_name(members, engine) {
                members.insert("name".to_owned(), Value::String(name));
            }
            if let Some(Value::Array(steps)) = members.get("path") {
                let keys = steps.iter().filter_map(|step| step.pointer("/object/key")).cloned().collect();
                members.insert("way".to_owned(), Value::Array(keys));
            }
            if let Some(share) = plan_share(members) {
                members.insert("plan_share".to_owned(), json!(share));
            }
        }
        _ => {}
    }
}

fn resource_name(members: &Map<String, Value>, engine: &str) -> Option<String> {
    let collection = match members.get("kind")?.as_str()? {
        "JOB" => "jobs",
        "JOB_STREAM" => "jobStreams",
        _ => return None,
    };
    let id = members.get("id")?.as_str().filter(|id| !id.is_empty())?;
    members.contains_key("key").then(|| format!("engines/{engine}/{collection}/{id}"))
}

/// Share of the plan's jobs whose dependencies were read from the plan itself.
fn plan_share(members: &Map<String, Value>) -> Option<f64> {
    let known = members.get("plan_from_plan")?.as_f64()?;
    let jobs = members.get("plan_jobs")?.as_f64().filter(|jobs| *jobs > 0.0)?;
    Some(known / jobs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_named_and_ways_are_told() {
        let step = |key: &str| json!({"object": {"kind": "JOB", "id": key, "key": key, "status": null}});
        let mut value = json!({
            "subject": {"kind": "JOB_STREAM", "id": "S1", "key": "A#S", "status": "READY"},
            "causes": [{"kind": "FAILED", "object": {"kind": "PROMPT", "id": "", "key": "P"}, "path": [step("A"), step("B")]}],
            "coverage": {"plan_jobs": 4, "plan_from_plan": 3},
        });
        enrich(&mut value, "prod");
        assert_eq!(value["subject"]["name"], "engines/prod/jobStreams/S1");
        assert_eq!(value["causes"][0]["way"], json!(["A", "B"]));
        assert_eq!(value["causes"][0]["object"].get("name"), None);
        assert_eq!(value["causes"][0]["path"][1]["object"]["name"], "engines/prod/jobs/B");
        assert_eq!(value["coverage"]["plan_share"], 0.75);
    }
}
