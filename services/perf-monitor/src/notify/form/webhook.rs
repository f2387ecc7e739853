//! For programs: everything in one JSON object.

use serde_json::{Value, json};

use crate::notify::message::Message;
use crate::plan_event::PlanEventKind;

/// Most alerts and most plan events in one message; the counts are of all.
const LISTED: usize = 100;

pub(super) fn of(destination: &str, message: &Message) -> Value {
    json!({
        "version": 1,
        "id": message.id,
        "sent_at": message.made_at,
        "source": "resync",
        "destination": destination,
        "summary": message.summary(),
        "test": !message.tests.is_empty(),
        "counts": {
            "alerts_firing": message.alerts(false),
            "alerts_resolved": message.alerts(true),
            "jobs_failed": message.jobs(PlanEventKind::Failed),
            "jobs_late": message.jobs(PlanEventKind::Late),
            "left_out": message.dropped,
        },
        "alerts": message.notices.iter().take(LISTED).collect::<Vec<_>>(),
        "plan_events": message.plan_events.iter().take(LISTED).collect::<Vec<_>>(),
        "truncated": message.notices.len() > LISTED || message.plan_events.len() > LISTED,
    })
}
