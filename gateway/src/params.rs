//! The parameters of a request, read strictly: from a query, a form or a JSON object.
//!
//! One reader for all, so that an unknown, repeated or ill-typed parameter is told in the same words everywhere,
//! with the nearest known name. Nothing here knows what a parameter means.

use crate::error::Error;
use axum::body::Body;
use bytes::Bytes;
use chrono::{DateTime, Utc};
use http::{HeaderMap, Request, header};
use http_body::Body as _;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::error::Category;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// Most bytes of a refused body that are read and thrown away, beyond what would have been accepted.
const MAX_SKIPPED_BYTES: usize = 1024 * 1024;

/// Named values, each taken at most once.
#[derive(Debug)]
pub(crate) struct Params(Vec<(&'static str, String)>);

impl Params {
    /// From the query of a URL.
    pub(crate) fn from_query(query: Option<&str>, known: &[&'static str]) -> Result<Self, Error> {
        Self::collect(pairs(query.unwrap_or_default().as_bytes()), known)
    }

    /// From the body of a form, at most `limit` bytes.
    pub(crate) async fn from_form(
        request: Request<Body>,
        known: &[&'static str],
        limit: usize,
    ) -> Result<Self, Error> {
        require_media_type(request.headers(), FORM)?;
        Self::collect(pairs(&read_body(request, limit).await?), known)
    }

    /// From a JSON object whose values are strings or null, at most `limit` bytes.
    pub(crate) async fn from_json(
        request: Request<Body>,
        known: &[&'static str],
        limit: usize,
    ) -> Result<Self, Error> {
        require_media_type(request.headers(), JSON)?;
        let body = read_body(request, limit).await?;
        let value: Value = serde_json::from_slice(&body)
            .map_err(|error| Error::JsonMalformed { detail: error.to_string() })?;
        let Value::Object(members) = value else {
            return Err(Error::JsonMalformed { detail: "an object was expected".to_owned() });
        };
        let mut pairs = Vec::with_capacity(members.len());
        for (name, value) in members {
            match value {
                Value::String(text) => pairs.push((name, text)),
                Value::Null if known.contains(&name.as_str()) => {}
                other => {
                    known_name(&name, known)?;
                    return Err(Error::field(name, format!("a string is needed, not {}", kind_of(&other))));
                }
            }
        }
        Self::collect(pairs.into_iter(), known)
    }

    fn collect(pairs: impl Iterator<Item = (String, String)>, known: &[&'static str]) -> Result<Self, Error> {
        let mut values: Vec<(&'static str, String)> = Vec::new();
        for (name, value) in pairs {
            let name = known_name(&name, known)?;
            if values.iter().any(|(seen, _)| *seen == name) {
                return Err(Error::field(name, "given more than once"));
            }
            values.push((name, value));
        }
        Ok(Self(values))
    }

    /// The value, when there is one.
    pub(crate) fn take(&mut self, name: &'static str) -> Option<String> {
        let at = self.0.iter().position(|(seen, _)| *seen == name)?;
        Some(self.0.swap_remove(at).1)
    }

    /// The value, or the empty string, which the contract takes for unset.
    pub(crate) fn text(&mut self, name: &'static str) -> String {
        self.take(name).unwrap_or_default()
    }

    /// A whole number that is not negative; 0 when unset.
    pub(crate) fn number(&mut self, name: &'static str) -> Result<u32, Error> {
        match self.take(name) {
            None => Ok(0),
            Some(text) => text.parse().map_err(|_| Error::field(name, "a whole number from 0 is needed")),
        }
    }
}

impl Params {
    /// A time as RFC 3339 writes it.
    pub(crate) fn time(&mut self, name: &'static str) -> Result<Option<DateTime<Utc>>, Error> {
        let Some(text) = self.take(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        match DateTime::parse_from_rfc3339(&text) {
            Ok(time) => Ok(Some(time.to_utc())),
            Err(_) => Err(Error::field(name, "a time such as 2026-03-01T06:00:00Z is needed")),
        }
    }

    /// One of the words that `T` is written as.
    pub(crate) fn word<T: DeserializeOwned>(&mut self, name: &'static str) -> Result<Option<T>, Error> {
        let Some(text) = self.take(name).filter(|text| !text.is_empty()) else { return Ok(None) };
        let word = serde_json::from_value(Value::String(text));
        // The parser lists the words.
        word.map(Some).map_err(|error| {
            Error::field(name, crate::context::inert(&error.to_string(), 300).replace('`', ""))
        })
    }
}

/// A JSON object of a fixed shape, at most `limit` bytes. A type that wants strangers' fields refused says
/// `deny_unknown_fields`.
pub(crate) async fn typed<T: DeserializeOwned>(request: Request<Body>, limit: usize) -> Result<T, Error> {
    require_media_type(request.headers(), JSON)?;
    let body = read_body(request, limit).await?;
    serde_json::from_slice(&body).map_err(|error| match error.classify() {
        Category::Data => ill_typed(&error),
        Category::Syntax | Category::Eof | Category::Io => Error::JsonMalformed { detail: error.to_string() },
    })
}

/// Like [`typed`], for a body that may be left out.
pub(crate) async fn typed_or_default<T: DeserializeOwned + Default>(
    request: Request<Body>,
    limit: usize,
) -> Result<T, Error> {
    if request.body().is_end_stream() { Ok(T::default()) } else { typed(request, limit).await }
}

/// What the parser says about a field; its name stands in backquotes.
fn ill_typed(error: &serde_json::Error) -> Error {
    let problem = error.to_string();
    let mut quoted = problem.split('`').skip(1).step_by(2);
    let Some(name) = quoted.next() else { return Error::field("body", problem) };
    let field = crate::context::inert(name, 64);
    if problem.starts_with("unknown field") {
        let nearest = nearest(name, quoted).map(str::to_owned);
        return Error::Field { field, problem: "unknown".to_owned(), nearest };
    }
    if problem.starts_with("missing field") {
        return Error::field(field, "required");
    }
    // A stranger's text may be in it.
    Error::field("body", crate::context::inert(&problem, 200))
}

fn known_name(name: &str, known: &[&'static str]) -> Result<&'static str, Error> {
    known.iter().find(|candidate| **candidate == name).copied().ok_or_else(|| {
        let nearest = nearest(name, known.iter().copied());
        Error::Field {
            field: crate::context::inert(name, 64),
            problem: match (&nearest, known.is_empty()) {
                (_, true) => "no parameter is known here".to_owned(),
                (Some(_), _) => "unknown".to_owned(),
                (None, _) => format!("unknown; known are {}", known.join(", ")),
            },
            nearest: nearest.map(str::to_owned),
        }
    })
}

/// The candidate most like `name`, when one is near enough to be meant.
pub(crate) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    const NEAR_ENOUGH: f64 = 0.7;
    candidates
        .map(|candidate| (strsim::jaro_winkler(name, candidate), candidate))
        .filter(|(score, _)| *score >= NEAR_ENOUGH)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, candidate)| candidate)
}

fn pairs(encoded: &[u8]) -> impl Iterator<Item = (String, String)> {
    url::form_urlencoded::parse(encoded).map(|(name, value)| (name.into_owned(), value.into_owned()))
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

fn require_media_type(headers: &HeaderMap, expected: &'static str) -> Result<(), Error> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = sent.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case(expected) { Ok(()) } else { Err(Error::MediaType { expected }) }
}

/// The whole body, refused as soon as it is known to be larger than `limit`.
pub(crate) async fn read_body(request: Request<Body>, limit: usize) -> Result<Bytes, Error> {
    let too_large = || Error::BodyTooLarge { limit };
    let announced = request
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.parse::<usize>().ok());
    let mut body = request.into_body();
    if announced.is_some_and(|length| length > limit) {
        skip(&mut body, limit).await;
        return Err(too_large());
    }
    match Limited::new(&mut body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            skip(&mut body, limit).await;
            Err(too_large())
        }
        Err(_) => Err(Error::BodyUnreadable),
    }
}

/// Reads on without keeping anything: who still sends when the connection closes sees it broken, not the refusal.
async fn skip(body: &mut Body, limit: usize) {
    let mut left = limit.saturating_add(MAX_SKIPPED_BYTES);
    while let Some(Ok(frame)) = body.frame().await {
        left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if left == 0 {
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KNOWN: &[&str] = &["filter", "page_size", "page_token"];

    proptest! {
        #[test]
        fn what_was_encoded_is_read_back(filter in ".*", size in any::<u32>()) {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("filter", &filter)
                .append_pair("page_size", &size.to_string())
                .finish();
            let mut params = Params::from_query(Some(&query), KNOWN).unwrap();
            prop_assert_eq!(params.text("filter"), filter);
            prop_assert_eq!(params.number("page_size"), Ok(size));
            prop_assert_eq!(params.take("page_token"), None);
        }

        #[test]
        fn any_text_is_read_or_refused_with_the_name_of_the_field(query in "[ -~é%&=+]{0,60}") {
            if let Err(Error::Field { field, .. }) = Params::from_query(Some(&query), KNOWN) {
                prop_assert!(field.is_ascii() && !field.contains('\n'), "{:?}", field);
            }
        }
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[expect(dead_code, reason = "only whether it parses is looked at")]
        comment: String,
        #[expect(dead_code, reason = "only whether it parses is looked at")]
        seconds: u64,
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_field_of_an_object_is_told_by_its_name() {
        for (body, field, suggested) in [
            (r#"{"comment":"a"}"#, "seconds", None),
            (r#"{"coment":"a"}"#, "coment", Some("comment")),
            (r#"{"comment":"a","seconds":"x\n"}"#, "body", None),
            ("[]", "body", None),
        ] {
            let request = Request::builder().header("content-type", JSON).body(Body::from(body)).unwrap();
            let refused = typed::<Sample>(request, 100).await.unwrap_err();
            let Error::Field { field: told, nearest, problem } = refused else { panic!("{refused:?}") };
            assert_eq!((told.as_str(), nearest.as_deref()), (field, suggested), "{body}: {problem}");
            assert!(!problem.contains('\n'), "{problem}");
        }
    }

    #[test]
    fn a_suggestion_is_made_only_when_it_is_near() {
        let known = || KNOWN.iter().copied();
        for (typed, meant) in [
            ("page_sise", Some("page_size")),
            ("filtr", Some("filter")),
            ("pagetoken", Some("page_token")),
            ("x", None),
        ] {
            assert_eq!(nearest(typed, known()), meant, "{typed}");
        }
    }
}
