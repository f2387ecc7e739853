//! Audit events for tests.

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::audit::model::{
    Actor, ActorKind, AuditCategory, AuditEvent, AuditOrigin, AuditOutcome, AuditResult, AuditTarget,
    Justification,
};
use resync_knowledge_graph::audit::{AuditLog, CheckpointKey, Clock};
use std::sync::Arc;

use resync_knowledge_graph::store::Store;

/// A time that never moves.
pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 123_456_789).expect("in range")
}

pub(crate) fn clock() -> Clock {
    Arc::new(noon)
}

pub(crate) fn log(store: &Arc<dyn Store>) -> AuditLog {
    AuditLog::new(Arc::clone(store), "main", clock())
}

pub(crate) fn key() -> CheckpointKey {
    CheckpointKey::from_seed(&[7; 32])
}

/// The n-th of many events that differ.
pub(crate) fn event(n: i64) -> AuditEvent {
    let (category, action) = match n % 3 {
        0 => (AuditCategory::Authentication, "login"),
        1 => (AuditCategory::Command, "job.rerun"),
        _ => (AuditCategory::Command, "job.hold"),
    };
    AuditEvent {
        id: format!("event-{n}"),
        at: noon() + TimeDelta::seconds(n),
        category,
        action: action.to_owned(),
        actor: Actor { subject: format!("user{}", n % 4), kind: ActorKind::Person },
        origin: AuditOrigin { address: "10.0.0.7".to_owned(), ..AuditOrigin::default() },
        target: (n % 3 != 0)
            .then(|| AuditTarget { engine: "prod".to_owned(), name: format!("engines/prod/jobs/JOB{n}") }),
        parameters: serde_json::Map::new(),
        justification: Justification::default(),
        outcome: AuditOutcome {
            result: if n % 5 == 0 { AuditResult::Refused } else { AuditResult::Succeeded },
            reason: String::new(),
            message: String::new(),
        },
        correlation_id: format!("request-{}", n / 2),
    }
}
