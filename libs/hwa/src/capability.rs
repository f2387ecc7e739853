//! Which operations an engine has.
//!
//! Two generations of the specification are in the field and differ by some sixty operations, so nothing is taken for
//! granted: the specification that the engine itself serves says which paths exist.

use std::collections::HashSet;

use serde_json::Value;

/// Whether an engine has an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Its specification has it.
    Yes,
    /// Its specification lacks it.
    No,
    /// It serves no readable specification; only trying tells.
    Unknown,
}

impl Support {
    /// True unless the engine is known to lack it.
    #[must_use]
    pub fn worth_trying(self) -> bool {
        self != Self::No
    }
}

/// The operations of one engine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    version: Option<String>,
    /// `GET plan/job/{}`; empty when nothing is known.
    operations: HashSet<String>,
}

impl Capabilities {
    /// Nothing is known.
    #[must_use]
    pub fn unknown() -> Self {
        Self::default()
    }

    /// Reads an OpenAPI document; anything else leaves everything unknown.
    #[must_use]
    pub fn from_specification(specification: &Value) -> Self {
        let version = specification.pointer("/info/version").and_then(Value::as_str).map(str::to_owned);
        let mut operations = HashSet::new();
        let paths = specification.get("paths").and_then(Value::as_object);
        for (path, methods) in paths.into_iter().flatten() {
            for method in methods.as_object().into_iter().flat_map(serde_json::Map::keys) {
                operations.insert(operation(method, path));
            }
        }
        Self { version, operations }
    }

    /// Version of the specification, e.g. `10.1.0.1`.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Number of operations known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.operations.len()
    }

    /// True when nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }

    /// Whether there is an operation, by method and path below the API's root; placeholders may have any name.
    #[must_use]
    pub fn has(&self, method: &str, path: &str) -> Support {
        if self.is_empty() {
            Support::Unknown
        } else if self.operations.contains(&operation(method, path)) {
            Support::Yes
        } else {
            Support::No
        }
    }

    /// Prompts can be listed.
    #[must_use]
    pub fn prompt_list(&self) -> Support {
        self.has("GET", "plan/prompt")
    }

    /// Watched files can be listed.
    #[must_use]
    pub fn file_list(&self) -> Support {
        self.has("GET", "plan/file")
    }

    /// Job streams can be counted.
    #[must_use]
    pub fn job_stream_count(&self) -> Support {
        self.has("GET", "plan/jobstream/count")
    }

    /// Predecessors and successors can be asked for directly.
    #[must_use]
    pub fn neighbours(&self) -> Support {
        self.has("GET", "plan/job/{job_id}/predecessors")
    }
}

/// One spelling for an operation: method in capitals, path below the API's root, placeholders without names.
fn operation(method: &str, path: &str) -> String {
    let path = path.split_once("/api/v2/").map_or(path, |(_, rest)| rest).trim_matches('/');
    let mut text = method.to_ascii_uppercase();
    text.push(' ');
    let mut inside = false;
    for character in path.chars() {
        match character {
            '{' => {
                inside = true;
                text.push_str("{}");
            }
            '}' => inside = false,
            other if !inside => text.push(other),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_generations_are_told_apart_and_nonsense_is_unknown() {
        let older = Capabilities::from_specification(&json!({
            "info": {"version": "10.1.0.1"},
            "paths": {"/twsd/api/v2/plan/job/{id}/predecessors": {"get": {}}, "/twsd/api/v2/plan/job": {"get": {}, "patch": {}}}
        }));
        assert_eq!((older.version(), older.len()), (Some("10.1.0.1"), 3));
        assert_eq!((older.neighbours(), older.prompt_list()), (Support::Yes, Support::No));
        let newer = Capabilities::from_specification(&json!({"paths": {"/plan/prompt": {"get": {}}}}));
        assert_eq!((newer.neighbours(), newer.prompt_list()), (Support::No, Support::Yes));
        for nonsense in [json!([]), json!({"paths": 3}), json!("x"), json!({"paths": {"/a": []}})] {
            let nothing = Capabilities::from_specification(&nonsense);
            assert_eq!(nothing.prompt_list(), Support::Unknown);
            assert!(nothing.file_list().worth_trying());
        }
    }
}
