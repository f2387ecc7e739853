//! Between domain and Protobuf, for everything of the audit log.

mod event;
mod search;

use super::model::{ActorKind, AuditCategory, AuditResult, BreakKind};
use crate::proto::audit::v1 as proto;
use crate::wire::same_enumeration;

same_enumeration!(AuditCategory {
    Authentication,
    Authorization,
    Command,
    Proposal,
    Knowledge,
    Conversation,
    Administration,
    Security,
});
same_enumeration!(AuditResult { Intended, Succeeded, Failed, Refused, Unknown });
same_enumeration!(ActorKind { Person, Service, Anonymous });
same_enumeration!(BreakKind {
    Missing,
    Altered,
    Mislabelled,
    Replaced,
    Truncated,
    Rewritten,
    BehindHead,
    CheckpointForged,
});
