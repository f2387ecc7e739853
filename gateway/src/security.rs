//! Security events: what the gateway tells the audit log about logins, refusals and what administrators did.
//!
//! Nobody waits for the audit log. An event goes into a bounded queue, from there onto the disk, and from there to the
//! role that keeps the log, again after an outage or a crash; the log knows an event by its id, so that it is kept once.
//! What a stranger can cause without end is bounded by kind, and how much was left out is told with the next one.

mod flood;
mod keeper;
mod refusals;
mod actions;

pub(crate) use actions::{Details, begin};
pub(crate) use keeper::Keeper;
pub(crate) use refusals::{login, login_refused_by_limit, refused, token_reused};

use crate::context::{RequestContext, inert};
use crate::counters;
use chrono::Utc;
use flood::Floods;
use resync_api::audit::model::{
    Actor, ActorKind, AuditCategory, AuditEvent, AuditOrigin, AuditOutcome, AuditResult, AuditTarget,
    Justification,
};
use resync_service_kit::identity::{Caller, PrincipalKind};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Events between a handler and the disk.
const WAITING: usize = 4_096;
/// Of names in an event, in bytes.
const NAME_BYTES: usize = 200;
/// Of the name of what an event is about, in bytes.
const TARGET_BYTES: usize = 1_000;
/// Of text for people in an event.
const TEXT_CHARS: usize = 300;

/// Takes note of events. Clones are the same one.
#[derive(Debug, Clone)]
pub(crate) struct Witness {
    queue: mpsc::Sender<AuditEvent>,
    lost: Arc<AtomicU64>,
    floods: Arc<Floods>,
}

/// Something that happened, without where it came from.
#[derive(Debug)]
pub(crate) struct Happening {
    pub(crate) category: AuditCategory,
    pub(crate) action: &'static str,
    pub(crate) actor: Actor,
    pub(crate) target: Option<AuditTarget>,
    pub(crate) parameters: Map<String, Value>,
    pub(crate) result: AuditResult,
    /// Stable code; empty: none.
    pub(crate) reason: String,
    /// For people; empty: none.
    pub(crate) message: String,
}

impl Happening {
    /// With nothing said but this.
    pub(crate) fn new(
        category: AuditCategory,
        action: &'static str,
        actor: Actor,
        result: AuditResult,
    ) -> Self {
        Self {
            category,
            action,
            actor,
            target: None,
            parameters: Map::new(),
            result,
            reason: String::new(),
            message: String::new(),
        }
    }
}

impl Witness {
    /// A witness, the queue that its keeper empties, and how many events did not fit.
    fn new() -> (Self, mpsc::Receiver<AuditEvent>, Arc<AtomicU64>) {
        let (queue, waiting) = mpsc::channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let witness = Self { queue, lost: Arc::clone(&lost), floods: Arc::default() };
        (witness, waiting, lost)
    }

    /// Takes note of what happened in the request of `context`.
    pub(crate) fn note(&self, context: &RequestContext, happening: Happening) {
        let Happening { category, action, actor, target, mut parameters, result, reason, message } =
            happening;
        let Some(left_out) = self.floods.admit(action, result) else {
            counters::count_as(counters::SECURITY_EVENTS, "outcome", "left_out");
            return;
        };
        if left_out > 0 {
            parameters.insert("left_out_before".to_owned(), left_out.into());
        }
        let origin = AuditOrigin {
            address: context.address().to_string(),
            client: at_most(context.client(), NAME_BYTES),
            session: String::new(),
            role: "gateway".to_owned(),
        };
        let event = AuditEvent {
            id: uuid::Uuid::new_v4().to_string(),
            at: Utc::now(),
            category,
            action: action.to_owned(),
            actor: Actor { subject: at_most(actor.subject, NAME_BYTES), ..actor },
            origin,
            target: target.map(|target| AuditTarget {
                engine: at_most(target.engine, NAME_BYTES),
                name: at_most(target.name, TARGET_BYTES),
            }),
            parameters,
            justification: Justification::default(),
            outcome: AuditOutcome {
                result,
                reason: at_most(reason, NAME_BYTES),
                message: inert(&message, TEXT_CHARS),
            },
            correlation_id: context.request_id().to_owned(),
        };
        if self.queue.try_send(event).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
            counters::count_as(counters::SECURITY_EVENTS, "outcome", "lost");
        }
    }
}

/// Who it was.
pub(crate) fn actor(caller: &Caller) -> Actor {
    let kind = match caller.kind {
        PrincipalKind::Person => ActorKind::Person,
        PrincipalKind::Service => ActorKind::Service,
    };
    Actor { subject: caller.subject.clone(), kind }
}

/// Somebody of whom nothing is known but what they claim.
pub(crate) fn nobody(claimed: &str) -> Actor {
    Actor { subject: inert(claimed, 64), kind: ActorKind::Anonymous }
}

/// What is asked for by a path.
fn path_of(context: &RequestContext, engine: &str) -> AuditTarget {
    AuditTarget { engine: engine.to_owned(), name: inert(context.path(), TARGET_BYTES) }
}

fn at_most(mut text: String, bytes: usize) -> String {
    if text.len() > bytes {
        let end = (0..=bytes).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
    }
    text
}
