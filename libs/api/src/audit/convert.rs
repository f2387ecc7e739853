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

/// Of parameters as JSON, in bytes.
const PARAMETERS_BYTES: usize = 64 * 1024;
/// Of names: actors, addresses, reasons.
const NAME_BYTES: usize = 200;
/// Of texts that people write or read.
const TEXT_BYTES: usize = 4_000;
/// Of the name of a target.
const TARGET_BYTES: usize = 1_000;
