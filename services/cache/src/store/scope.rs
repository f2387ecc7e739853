//! An invalidation's scope as bytes in a store.

use resync_api::cache::model::InvalidationScope;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Stored {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    prefixes: Vec<String>,
    #[serde(default)]
    all: bool,
}

pub(crate) fn encode(scope: &InvalidationScope) -> Vec<u8> {
    let InvalidationScope { keys, tags, prefixes, all } = scope.clone();
    // Strings and a flag always serialise; an empty text would read as everything.
    serde_json::to_vec(&Stored { keys, tags, prefixes, all }).unwrap_or_default()
}

/// A scope that does not parse was written by somebody who knows more: to be safe it names everything.
pub(crate) fn decode(bytes: &[u8]) -> InvalidationScope {
    match serde_json::from_slice(bytes) {
        Ok(Stored { keys, tags, prefixes, all }) => InvalidationScope { keys, tags, prefixes, all },
        Err(_) => InvalidationScope::everything(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_survives_its_bytes_and_what_does_not_parse_names_everything() {
        let scope = InvalidationScope { tags: vec!["engine:é".to_owned()], ..InvalidationScope::key("a/b") };
        assert_eq!(decode(&encode(&scope)), scope);
        assert_eq!(decode(b"?"), InvalidationScope::everything());
        assert_eq!(decode(b""), InvalidationScope::everything());
    }
}
