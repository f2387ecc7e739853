//! `GET /api/events`: changes of a plan as server-sent events.
//!
//! `overview` comes first and whenever counts changed, `change` for each change; after `gap` the reader should read
//! afresh. The id of an event is the resume token, which comes back as `Last-Event-ID`.

use crate::call::Call;
use crate::error::Error;
use crate::params::Params;
use crate::problem::Problem;
use crate::sse::{self, Event};
use axum::extract::RawQuery;
use axum::response::Response;
use futures::stream::{self, StreamExt as _};
use http::HeaderMap;
use resync_api::tws::model::{PlanUpdate, WatchRequest};
use serde_json::json;

/// `GET /api/events`
pub(crate) async fn events(
    call: Call,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    call.tws("WatchPlan", "")?;
    let mut params = Params::from_query(query.as_deref(), &["engine", "last_event_id"])?;
    let engine = params.text("engine");
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let resume_token = last.unwrap_or_else(|| params.text("last_event_id"));
    let client = call.tws("WatchPlan", &engine)?;
    let updates =
        client.watch(WatchRequest { engine, resume_token }).await.map_err(|fault| Error::upstream(&fault))?;
    let events = updates.flat_map(|update| {
        stream::iter(match update {
            Ok(update) => encode(&update).into_iter().map(Ok).collect(),
            Err(fault) => vec![Err(Error::upstream(&fault))],
        })
    });
    let context = call.context().clone();
    sse::response(events, call.app().ending.drain(), call.stream(), move |error| {
        Event::new("error", &Problem::new(error, &context))
    })
    .await
}

/// Only the last event of an update carries the token: whoever resumes after an earlier one gets the update again.
fn encode(update: &PlanUpdate) -> Vec<Event> {
    let parts = usize::from(update.gap) + usize::from(update.overview.is_some()) + update.changes.len();
    let mut left = parts;
    let mut id = || {
        left -= 1;
        if left == 0 { update.resume_token.as_str() } else { "" }
    };
    let mut events = Vec::with_capacity(parts);
    if update.gap {
        events.push(Event::with_id("gap", id(), &json!({})));
    }
    if let Some(overview) = &update.overview {
        events.push(Event::with_id("overview", id(), overview));
    }
    for change in &update.changes {
        events.push(Event::with_id("change", id(), change));
    }
    events
}
