//! The only conversions between memory types and Protobuf.

mod memory;
mod request;

use super::model::{MemoryAction, MemoryConflict, MemoryKind, MemorySourceKind, MemoryState};
use crate::proto::graph::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::same_enumeration;

same_enumeration!(MemoryKind { Fact, Correction });
same_enumeration!(MemoryState { Proposed, Approved, Rejected, Expired, Quarantined });
same_enumeration!(MemoryAction { Approve, Edit, Reject, Expire, Quarantine });
same_enumeration!(MemorySourceKind { Person, Conversation, Answer });
same_enumeration!(MemoryConflict { Negation, Value, Opposite, Intent });

/// Characters of a text, a question or a reason.
const TEXT_CHARS: usize = 1_000;

/// A text that people will read: not long, and nothing in it that moves a cursor or turns the direction of writing.
fn statement(value: String, field: &'static str) -> Result<String, ProtocolError> {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let value = value.trim();
    if value.chars().count() > TEXT_CHARS {
        return Err(ProtocolError::rule(field, "at most 1000 characters"));
    }
    if value.chars().any(hidden) {
        return Err(ProtocolError::rule(field, "one line of text without control characters"));
    }
    Ok(value.to_owned())
}

/// A [`statement`] that says something.
fn required_statement(value: String, field: &'static str) -> Result<String, ProtocolError> {
    crate::wire::non_empty(statement(value, field)?, field)
}
