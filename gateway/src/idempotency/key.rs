//! What makes two requests the same: the key as it was sent, and the hash of everything the request asks for.

use super::Refusal;
use http::{HeaderMap, HeaderName, Method, Uri};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const MAX_KEY_BYTES: usize = 255;

/// The key, taken as it is: quotes, should somebody write them, are part of it.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut sent = headers.get_all(IDEMPOTENCY_KEY).iter();
    let Some(value) = sent.next() else { return Ok(None) };
    let problem = match value.as_bytes() {
        _ if sent.next().is_some() => "it was sent more than once",
        [] => "it is empty",
        bytes if bytes.len() > MAX_KEY_BYTES => "it is longer than 255 characters",
        bytes if !bytes.iter().all(u8::is_ascii_graphic) => "it holds something else than visible ASCII",
        bytes => return Ok(Some(bytes.iter().copied().map(char::from).collect())),
    };
    Err(Refusal::KeyInvalid { problem })
}

/// Over method, path, query and body, each with its length, so that nothing can move from one to the next.
pub(super) fn request_hash(method: &Method, uri: &Uri, body: &[u8]) -> String {
    let mut hash = Sha256::new();
    let query = uri.query();
    for part in
        [method.as_str().as_bytes(), uri.path().as_bytes(), query.unwrap_or_default().as_bytes(), body]
    {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.update([u8::from(query.is_some())]);
    hash.finalize().iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to memory cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;
    use proptest::prelude::*;

    fn sent(values: &[&[u8]]) -> Result<Option<String>, Refusal> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(IDEMPOTENCY_KEY, HeaderValue::from_bytes(value).unwrap());
        }
        read(&headers)
    }

    #[test]
    fn a_key_is_one_run_of_visible_ascii() {
        assert_eq!(sent(&[]), Ok(None));
        for key in ["7", "\"quoted\"", "5e0f2c1a-{~}", &"x".repeat(MAX_KEY_BYTES)] {
            assert_eq!(sent(&[key.as_bytes()]), Ok(Some(key.to_owned())));
        }
        let long = [b'x'; MAX_KEY_BYTES + 1];
        for wrong in
            [[b"".as_slice()].as_slice(), &[b"a b"], &[b"\xc3\xa9"], &[b"a", b"a"], &[&long], &[b"a\t"]]
        {
            assert!(matches!(sent(wrong), Err(Refusal::KeyInvalid { .. })), "{wrong:?}");
        }
    }

    proptest! {
        #[test]
        fn requests_that_differ_hash_differently(
            one in ("/[a-c]{0,2}", prop::option::of("[a-c]{0,2}"), "[a-c]{0,2}"),
            other in ("/[a-c]{0,2}", prop::option::of("[a-c]{0,2}"), "[a-c]{0,2}"),
        ) {
            let hash = |(path, query, body): &(String, Option<String>, String)| {
                let query = query.as_ref().map(|query| format!("?{query}")).unwrap_or_default();
                request_hash(&Method::POST, &format!("{path}{query}").parse().unwrap(), body.as_bytes())
            };
            prop_assert_eq!(hash(&one) == hash(&other), one == other);
        }
    }

    #[test]
    fn the_method_counts() {
        let uri = Uri::from_static("/a");
        assert_ne!(request_hash(&Method::POST, &uri, b""), request_hash(&Method::DELETE, &uri, b""));
    }
}
