//! Reads what an engine says in the body of a refusal.
//!
//! The shape of these bodies is not documented: JSON with `messages`, plain text and web pages have all been met. So
//! the text is taken from wherever it is, and the message codes are searched in it.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

/// Message codes of the product family: component letters, number, severity.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:AWS|AWK|EQQ|EEL)[A-Z]{2,3}\d{3,4}[EWI]\b")
        .unwrap_or_else(|error| unreachable!("the pattern is a constant that a test compiles: {error}"))
});
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?is)<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>")
        .unwrap_or_else(|error| unreachable!("the pattern is a constant that a test compiles: {error}"))
});

/// Longest text kept from a body; the rest never says more.
const TEXT_LIMIT: usize = 2_000;

/// The token with which an engine refuses a filter.
const FILTER_SYNTAX: &str = "OQL_FILTER_SYNTAX_ERROR";

/// Codes that a 500 carries when the database behind the engine, not the request, is at fault.
const DATABASE_CODES: [&str; 3] = ["AWSJDB801E", "AWSJDB802E", "AWSJDB803E"];

/// How the body was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyFormat {
    /// Nothing in it.
    Empty,
    /// JSON.
    Json,
    /// A web page.
    Html,
    /// Anything else.
    Text,
}

/// The readable text of a refusal and the message codes in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EngineMessages {
    format: BodyFormat,
    text: String,
    codes: Vec<String>,
}

impl EngineMessages {
    /// Reads a body of any kind.
    #[must_use]
    pub fn parse(body: &str) -> Self {
        let body = body.trim();
        let (format, text) = if body.is_empty() {
            (BodyFormat::Empty, String::new())
        } else if let Ok(value) = serde_json::from_str::<Value>(body) {
            (BodyFormat::Json, json_text(&value))
        } else if looks_like_html(body) {
            (BodyFormat::Html, html_text(body))
        } else {
            (BodyFormat::Text, squeeze(body))
        };
        let mut codes: Vec<String> = Vec::new();
        for found in CODE.find_iter(&text) {
            if !codes.iter().any(|code| code == found.as_str()) {
                codes.push(found.as_str().to_owned());
            }
        }
        Self { format, text: shortened(text), codes }
    }

    /// How the body was written.
    #[must_use]
    pub fn format(&self) -> BodyFormat {
        self.format
    }

    /// The text, without mark-up.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Message codes, outermost first.
    #[must_use]
    pub fn codes(&self) -> &[String] {
        &self.codes
    }

    /// The innermost message code, which names the cause.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.codes.last().map(String::as_str)
    }

    /// The engine could not read the filter.
    #[must_use]
    pub fn is_filter_syntax(&self) -> bool {
        self.text.contains(FILTER_SYNTAX)
    }

    /// A 500 with these messages is the engine's decision rather than its breakdown.
    pub(crate) fn is_business_refusal(&self) -> bool {
        self.cause().is_some_and(|cause| !DATABASE_CODES.contains(&cause))
    }
}

pub(crate) fn looks_like_html(body: &str) -> bool {
    let head = body.trim_start().as_bytes();
    let starts = |word: &[u8]| head.len() >= word.len() && head[..word.len()].eq_ignore_ascii_case(word);
    starts(b"<!doctype") || starts(b"<html") || starts(b"<head") || starts(b"<body")
}

pub(crate) fn html_title(body: &str) -> Option<String> {
    let lower = body.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = squeeze(&body[start..end]);
    (!title.is_empty()).then_some(title)
}

/// The messages of a JSON body; without any of the known fields, the JSON itself.
fn json_text(value: &Value) -> String {
    let mut parts = Vec::new();
    match value {
        Value::String(text) => parts.push(text.clone()),
        Value::Object(fields) => {
            if let Some(Value::Array(messages)) = fields.get("messages") {
                parts.extend(messages.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            for name in ["message", "errorMessage", "error", "detail"] {
                if let Some(text) = fields.get(name).and_then(Value::as_str) {
                    parts.push(text.to_owned());
                }
            }
            if parts.is_empty()
                && let Some(name) = fields.get("exceptionName").and_then(Value::as_str)
            {
                parts.push(name.to_owned());
            }
        }
        _ => {}
    }
    if parts.is_empty() { value.to_string() } else { squeeze(&parts.join(" ")) }
}

fn html_text(body: &str) -> String {
    let text = TAG.replace_all(body, " ");
    let text = text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ");
    squeeze(&text.replace("&amp;", "&"))
}

fn squeeze(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shortened(mut text: String) -> String {
    if text.len() > TEXT_LIMIT {
        let end = (0..=TEXT_LIMIT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const WRAPPED: &str = "AWSJSY404E The Symphony plan operation \\\"confirmJob\\\" could not be completed. The internal \
         error message is: \\\"AWSBIN076E The operation cannot be performed.\\\"";

    #[test]
    fn codes_are_found_outermost_to_innermost_in_every_kind_of_body() {
        let json =
            EngineMessages::parse(&format!("{{\"messages\":[\"{WRAPPED}\"],\"exceptionName\":\"x.Y\"}}"));
        let text = EngineMessages::parse(&WRAPPED.replace("\\\"", "\""));
        let html = EngineMessages::parse(&format!(
            "<!DOCTYPE html><html><head><title>Error 500</title><style>AWSXXX999E</style></head><body><p>{}</p></body></html>",
            WRAPPED.replace("\\\"", "&quot;")
        ));
        assert_eq!(
            [json.format(), text.format(), html.format()],
            [BodyFormat::Json, BodyFormat::Text, BodyFormat::Html]
        );
        for messages in [json, text, html] {
            assert_eq!(messages.codes(), ["AWSJSY404E", "AWSBIN076E"]);
            assert_eq!(messages.cause(), Some("AWSBIN076E"));
            assert!(messages.text().contains("\"confirmJob\""), "{}", messages.text());
            assert!(messages.is_business_refusal());
        }
    }

    #[test]
    fn other_shapes_of_json_still_give_their_text() {
        for (body, text) in [
            (r#"{"message":"AWSJDB817E no"}"#, "AWSJDB817E no"),
            (r#"{"error":"nope"}"#, "nope"),
            (r#""just text""#, "just text"),
            (r#"{"exceptionName":"com.example.Broken"}"#, "com.example.Broken"),
            (r#"{"unheard":1}"#, r#"{"unheard":1}"#),
            ("", ""),
        ] {
            assert_eq!(EngineMessages::parse(body).text(), text, "{body}");
        }
        assert!(EngineMessages::parse(r#"{"messages":["OQL_FILTER_SYNTAX_ERROR"]}"#).is_filter_syntax());
        assert!(!EngineMessages::parse(r#"{"messages":["AWSJDB801E deadlock"]}"#).is_business_refusal());
    }

    #[test]
    fn a_long_body_is_cut_at_a_character() {
        let messages = EngineMessages::parse(&"ç".repeat(5_000));
        assert!(messages.text().len() <= TEXT_LIMIT + '…'.len_utf8());
        assert!(messages.text().ends_with('…'));
    }

    #[test]
    fn a_page_has_a_title() {
        assert_eq!(html_title("<HTML><TITLE lang=en> Log\n in </TITLE>").as_deref(), Some("Log in"));
        assert_eq!(html_title("<html></html>"), None);
    }
}
