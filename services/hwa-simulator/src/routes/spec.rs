//! The served specification: an OpenAPI document of exactly the paths that can be called here.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde_json::{Map, Value, json};

use super::{PREFIX, Served, json, reads, served};
use crate::config::SpecVariant;
use crate::problem::Problem;
use crate::shared::Shared;

pub(super) async fn document(State(shared): State<Arc<Shared>>) -> Result<Response, Problem> {
    let variant = shared.switches().variant;
    let version = match variant {
        SpecVariant::A => "10.1.0.1",
        SpecVariant::B => "2.1.6.0",
    };
    let paths: Map<String, Value> = reads()
        .into_iter()
        .filter(|(path, _)| match served(path) {
            Served::Both => true,
            Served::Only(only) => only == variant,
        })
        .map(|(path, _)| (format!("{PREFIX}{}", published(path)), json!({ "get": operation(path) })))
        .collect();
    json(&json!({
        "openapi": "3.0.1",
        "info": { "title": "HCL Workload Automation", "description": "HCL Workload Automation REST API V2", "version": version },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": { "securitySchemes": {
            "Basic": { "type": "http", "scheme": "basic" },
            "JWT": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
        }},
    }))
}

/// Path parameters under the names of the published document.
fn published(path: &str) -> String {
    let kind = path.split('/').nth(2).unwrap_or_default();
    let name = match kind {
        "jobdefinition" => "jobDefinition_id",
        "jobstream" if path.starts_with("/model") => "jobStream_id",
        "jobstream" => "jobstream_id",
        other => return path.replace("{id}", &format!("{{{other}_id}}")).replace("{run}", "{run_id}"),
    };
    path.replace("{id}", &format!("{{{name}}}"))
}

fn operation(path: &str) -> Value {
    let is_list = !path.contains('{') && (path.starts_with("/plan/") || path.starts_with("/model/"));
    let names: &[&str] = match path {
        _ if path.ends_with("/joblog") => &["contentOnly", "follow", "from_line", "to_line"],
        _ if path.ends_with("/count") => &["grouping_filters", "plan_filter", "plan_id"],
        _ if path.ends_with("cessors") => &["depth", "plan_id"],
        "/objects-info" => &["object_type"],
        _ if is_list && path.starts_with("/model/") => &["limit", "offset", "oql", "model_filter"],
        _ if is_list => &["limit", "offset", "oql", "plan_filter", "plan_id"],
        _ => &[],
    };
    let parameters: Vec<Value> = names
        .iter()
        .map(|name| json!({ "name": name, "in": "query", "schema": { "type": "string" } }))
        .collect();
    json!({
        "parameters": parameters,
        "responses": { "200": { "description": "OK" }, "401": { "description": "Not Authorized" }, "403": { "description": "Not Allowed" } },
    })
}
