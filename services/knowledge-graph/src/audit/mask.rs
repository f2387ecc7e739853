//! Masks secrets in an event before anything of it is kept: values of parameters whose name says secret, and credentials
//! inside texts.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use resync_api::audit::model::AuditEvent;
use resync_service_kit::telemetry::redact;
use serde_json::{Map, Value};

const MASK: &str = "***";
/// Parts of a name that make its value a secret, lower case, without separators.
const SECRET_NAMES: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "authorization",
    "credential",
    "cookie",
    "senha",
];

/// `token=…`, `senha: …` inside a text: names that a log line may hold and that people write.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"(?i)\b((?:token|pwd|pass|passphrase|senha|credential)s?"?\s*[=:]\s*)(?:"[^"]*"|[^\s,;&}"]+)"#,
    )
    .expect("the pattern is a constant")
});

/// The event without secrets.
pub(super) fn masked(mut event: AuditEvent) -> AuditEvent {
    mask_map(&mut event.parameters);
    let texts = [
        &mut event.origin.client,
        &mut event.justification.text,
        &mut event.justification.ticket,
        &mut event.outcome.message,
    ];
    for text in texts {
        mask_text(text);
    }
    event
}

fn mask_map(map: &mut Map<String, Value>) {
    for (name, value) in map.iter_mut() {
        if says_secret(name) && !value.is_null() {
            *value = MASK.into();
        } else {
            mask_value(value);
        }
    }
}

fn mask_value(value: &mut Value) {
    match value {
        Value::String(text) => mask_text(text),
        Value::Array(values) => values.iter_mut().for_each(mask_value),
        Value::Object(map) => {
            mask_map(map);
            mask_pair(map);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// `{"name": "DB_PASSWORD", "value": "…"}`, as variables are passed to jobs.
fn mask_pair(map: &mut Map<String, Value>) {
    let names_secret =
        ["name", "key"].iter().any(|field| map.get(*field).and_then(Value::as_str).is_some_and(says_secret));
    if names_secret && let Some(value) = map.get_mut("value") {
        *value = MASK.into();
    }
}

/// Masks credentials inside a text.
pub(crate) fn mask_text(text: &mut String) {
    if let Cow::Owned(masked) = redact(text) {
        *text = masked;
    }
    if let Cow::Owned(masked) = ASSIGNED.replace_all(text, format!("${{1}}{MASK}")) {
        *text = masked;
    }
}

fn says_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    SECRET_NAMES.iter().any(|secret| plain.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_under_secret_names_and_credentials_in_texts_are_masked() {
        let given = r#"{
            "user": "ana", "Db-Password": "x", "nested": {"apiKey": 7, "list": ["Bearer abcdef123456", "plain"]},
            "variables": [{"name": "DB_PASSWD", "value": "hunter2"}, {"name": "DAY", "value": "monday"}],
            "url": "redis://app:s3cret@host/0", "senha_antiga": ["a"], "token": null
        }"#;
        let mut map: Map<String, Value> = serde_json::from_str(given).unwrap();
        mask_map(&mut map);
        let masked = Value::from(map);
        let expected: Value = serde_json::from_str(
            r#"{
            "user": "ana", "Db-Password": "***", "nested": {"apiKey": "***", "list": ["Bearer ***", "plain"]},
            "variables": [{"name": "DB_PASSWD", "value": "***"}, {"name": "DAY", "value": "monday"}],
            "url": "redis://app:***@host/0", "senha_antiga": "***", "token": null
        }"#,
        )
        .unwrap();
        assert_eq!(masked, expected);
    }
}
