//! The agents that can be asked: `/api/agents`.

use crate::call::{Call, Segments, json};
use crate::error::Error;
use crate::params::Params;
use axum::extract::RawQuery;
use axum::response::Response;
use serde_json::json;

/// `GET /api/agents`
pub(crate) async fn agents(call: Call, RawQuery(query): RawQuery) -> Result<Response, Error> {
    let client = call.agent("ListAgents", "")?;
    Params::from_query(query.as_deref(), &[])?;
    let agents = client.list_agents().await.map_err(|fault| Error::upstream(&fault))?;
    json(&json!({ "agents": agents }))
}

/// `GET /api/agents/{agent}`
pub(crate) async fn agent(
    call: Call,
    Segments(id): Segments<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    let client = call.agent("GetAgent", "")?;
    Params::from_query(query.as_deref(), &[])?;
    json(&client.get_agent(&id).await.map_err(|fault| Error::upstream(&fault))?)
}
