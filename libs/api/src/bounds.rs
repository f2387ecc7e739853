//! Bounds of texts that arrive: each answers with the value, or with the field's name and its rule.

use serde_json::{Map, Value};

use crate::protocol_error::ProtocolError;

/// Of names: actors, addresses, reasons.
pub(crate) const NAME_BYTES: usize = 200;
/// Of texts that people write or read.
pub(crate) const TEXT_BYTES: usize = 4_000;
/// Of resource names.
pub(crate) const RESOURCE_BYTES: usize = 1_000;
/// Of values given as JSON.
const JSON_BYTES: usize = 64 * 1024;

fn at_most(
    value: String,
    most: usize,
    field: &'static str,
    rule: &'static str,
) -> Result<String, ProtocolError> {
    if value.len() <= most { Ok(value) } else { Err(ProtocolError::rule(field, rule)) }
}

/// At most 200 bytes; may be empty.
pub(crate) fn name(value: String, field: &'static str) -> Result<String, ProtocolError> {
    at_most(value, NAME_BYTES, field, "at most 200 bytes")
}

/// 1 to 200 bytes.
pub(crate) fn required_name(value: String, field: &'static str) -> Result<String, ProtocolError> {
    name(crate::wire::non_empty(value, field)?, field)
}

/// 1 to 64 bytes: names that callers make up for what they report or ask for.
pub(crate) fn id(value: String, field: &'static str) -> Result<String, ProtocolError> {
    at_most(crate::wire::non_empty(value, field)?, 64, field, "1 to 64 bytes")
}

/// 1 to 48 bytes: names of what others are named after.
pub(crate) fn short_id(value: String, field: &'static str) -> Result<String, ProtocolError> {
    at_most(crate::wire::non_empty(value, field)?, 48, field, "1 to 48 bytes")
}

/// At most 1000 bytes; may be empty.
pub(crate) fn resource(value: String, field: &'static str) -> Result<String, ProtocolError> {
    at_most(value, RESOURCE_BYTES, field, "at most 1000 bytes")
}

/// At most 4000 bytes; may be empty.
pub(crate) fn text(value: String, field: &'static str) -> Result<String, ProtocolError> {
    at_most(value, TEXT_BYTES, field, "at most 4000 bytes")
}

/// A JSON object of at most 64 KiB; an empty text is an empty object.
pub(crate) fn object(json: &str, field: &'static str) -> Result<Map<String, Value>, ProtocolError> {
    if json.is_empty() {
        return Ok(Map::new());
    }
    let rule = || ProtocolError::rule(field, "a JSON object of at most 64 KiB");
    if json.len() > JSON_BYTES {
        return Err(rule());
    }
    serde_json::from_str(json).map_err(|_| rule())
}

/// An object as text; an empty one is an empty text.
pub(crate) fn object_text(object: Map<String, Value>) -> String {
    if object.is_empty() { String::new() } else { Value::from(object).to_string() }
}
