//! Bounds of received fields: each answers with the value, or with the field's name and its rule.

use std::time::Duration;

use super::model::{InvalidationScope, limits};
use crate::protocol_error::ProtocolError;

/// Bytes that would break logs and the key space of stores.
fn plain(text: &str) -> bool {
    !text.bytes().any(|byte| matches!(byte, 0 | b'\r' | b'\n'))
}

fn text(
    value: String,
    field: &'static str,
    most: usize,
    rule: &'static str,
) -> Result<String, ProtocolError> {
    if (1..=most).contains(&value.len()) && plain(&value) {
        Ok(value)
    } else {
        Err(ProtocolError::rule(field, rule))
    }
}

pub(crate) fn key(value: String, field: &'static str) -> Result<String, ProtocolError> {
    text(value, field, limits::KEY_BYTES, "1 to 1000 bytes without NUL, CR or LF")
}

pub(crate) fn name(value: String, field: &'static str) -> Result<String, ProtocolError> {
    text(value, field, limits::NAME_BYTES, "1 to 200 bytes without NUL, CR or LF")
}

pub(crate) fn hash(value: String, field: &'static str) -> Result<String, ProtocolError> {
    text(value, field, limits::REQUEST_HASH_BYTES, "1 to 128 bytes without NUL, CR or LF")
}

pub(crate) fn keys(values: Vec<String>, field: &'static str) -> Result<Vec<String>, ProtocolError> {
    if values.len() > limits::LOOKUP_KEYS {
        return Err(ProtocolError::rule(field, "at most 100 keys"));
    }
    values.into_iter().map(|value| key(value, field)).collect()
}

pub(crate) fn tags(values: Vec<String>, field: &'static str) -> Result<Vec<String>, ProtocolError> {
    if values.len() > limits::TAGS {
        return Err(ProtocolError::rule(field, "at most 16 tags"));
    }
    values.into_iter().map(|value| name(value, field)).collect()
}

pub(crate) fn scope(scope: InvalidationScope) -> Result<InvalidationScope, ProtocolError> {
    let InvalidationScope { keys, tags, prefixes, all } = scope;
    let names = keys.len() + tags.len() + prefixes.len();
    if names > limits::INVALIDATION_NAMES {
        return Err(ProtocolError::rule("scope", "at most 1000 keys, tags and prefixes"));
    }
    let bytes: usize = keys.iter().chain(&tags).chain(&prefixes).map(String::len).sum();
    if bytes > limits::INVALIDATION_BYTES {
        return Err(ProtocolError::rule("scope", "names of at most 64 KiB together"));
    }
    if names == 0 && !all {
        return Err(ProtocolError::rule("scope", "at least one key, tag or prefix, or all"));
    }
    Ok(InvalidationScope {
        keys: keys.into_iter().map(|value| key(value, "scope.keys")).collect::<Result<_, _>>()?,
        tags: tags.into_iter().map(|value| name(value, "scope.tags")).collect::<Result<_, _>>()?,
        prefixes: prefixes.into_iter().map(|value| key(value, "scope.prefixes")).collect::<Result<_, _>>()?,
        all,
    })
}

pub(crate) fn ttl(value: Duration, field: &'static str) -> Result<Duration, ProtocolError> {
    if value >= Duration::from_millis(1) && value <= limits::TTL {
        Ok(value)
    } else {
        Err(ProtocolError::rule(field, "1 millisecond to 7 days"))
    }
}

pub(crate) fn lease_ttl(value: Duration, field: &'static str) -> Result<Duration, ProtocolError> {
    if (limits::LEASE_TTL_MIN..=limits::LEASE_TTL_MAX).contains(&value) {
        Ok(value)
    } else {
        Err(ProtocolError::rule(field, "100 milliseconds to 1 hour"))
    }
}

pub(crate) fn window(value: Duration, field: &'static str) -> Result<Duration, ProtocolError> {
    if (limits::QUOTA_WINDOW_MIN..=limits::QUOTA_WINDOW_MAX).contains(&value) {
        Ok(value)
    } else {
        Err(ProtocolError::rule(field, "1 millisecond to 1 day"))
    }
}

pub(crate) fn size<T: AsRef<[u8]>>(
    value: T,
    field: &'static str,
    most: usize,
    rule: &'static str,
) -> Result<T, ProtocolError> {
    if value.as_ref().len() <= most { Ok(value) } else { Err(ProtocolError::rule(field, rule)) }
}
