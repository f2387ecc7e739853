//! The audit events of what people say about incidents. Their ids follow from what happened, so that a write that is tried
//! again cannot tell it twice.

use chrono::{DateTime, Utc};
use resync_api::audit::model::{
    AuditCategory, AuditEvent, AuditOutcome, AuditResult, AuditTarget, Justification,
};
use resync_api::incidents::model::{Incident, IncidentResolution, ResolutionReport};
use resync_api::journal::model::Acting;
use serde_json::{Map, Value};

fn event(incident: &Incident, what: &str, action: &str, now: DateTime<Utc>, acting: &Acting) -> AuditEvent {
    AuditEvent {
        id: format!("incident:{}:{what}", incident.id),
        at: now,
        category: AuditCategory::Knowledge,
        action: action.to_owned(),
        actor: acting.actor.clone(),
        origin: acting.origin.clone(),
        target: Some(AuditTarget { engine: incident.engine.clone(), name: incident.name.clone() }),
        parameters: Map::new(),
        justification: Justification::default(),
        outcome: AuditOutcome {
            result: AuditResult::Succeeded,
            reason: String::new(),
            message: String::new(),
        },
        correlation_id: acting.correlation_id.clone(),
    }
}

/// A person said how it was resolved.
pub(super) fn resolved(incident: &Incident, resolution: &IncidentResolution, acting: &Acting) -> AuditEvent {
    let mut event = event(incident, "resolved", "incident.resolve", resolution.at, acting);
    event.parameters.insert("resolution".to_owned(), Value::from(resolution.text.as_str()));
    if !resolution.confirmed_by.is_empty() {
        event.parameters.insert("confirmed_by".to_owned(), Value::from(resolution.confirmed_by.as_str()));
    }
    event
}

/// A person reported whether the resolution helped another time; it is the `number`th report.
pub(super) fn reported(
    incident: &Incident,
    report: &ResolutionReport,
    number: u32,
    acting: &Acting,
) -> AuditEvent {
    let what = format!("report:{number}");
    let mut event = event(incident, &what, "incident.report_resolution", report.at, acting);
    event.parameters.insert("worked".to_owned(), Value::from(report.worked));
    for (name, text) in [("tried_on", &report.tried_on), ("note", &report.note)] {
        if !text.is_empty() {
            event.parameters.insert(name.to_owned(), Value::from(text.as_str()));
        }
    }
    event
}
