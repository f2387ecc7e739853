//! What an idempotency key answers. Pure: the store brings the clock, and creates or completes records atomically.
//!
//! A key is granted to one attempt. An attempt that never completes keeps it until its end: whether the operation was
//! executed is not known, so it is never executed again under that key.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use chrono::{DateTime, Utc};
use resync_api::cache::model::{Claim, ClaimRequest, IdempotencyKey, StoredResponse};
use sha2::{Digest as _, Sha256};

const VERSION: u8 = 1;
/// Between the record's name and the attempt in a token.
const SEPARATOR: char = '.';

/// What a store keeps under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Record {
    /// Of the request the key belongs to.
    pub request_hash: String,
    /// The attempt that was granted the key.
    pub attempt: String,
    /// When it was, in milliseconds since 1970.
    pub since_ms: u64,
    /// How long it may take, in milliseconds.
    pub patience_ms: u64,
    /// When the key is forgotten, in milliseconds since 1970.
    pub expires_ms: u64,
    /// The response, encoded, once there is one.
    pub response: Option<Bytes>,
}

/// The name of a key's record: fixed in length, and telling nothing of the key.
#[must_use]
pub(crate) fn record_name(key: &IdempotencyKey) -> String {
    let mut hash = Sha256::new();
    for part in [&key.principal, &key.route, &key.key] {
        // With its length, so that no two keys run together into the same bytes.
        hash.update(part.len().to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What a granted attempt completes or releases with.
#[must_use]
pub(crate) fn token(record_name: &str, attempt: &str) -> String {
    format!("{record_name}{SEPARATOR}{attempt}")
}

/// The record's name and the attempt of a token.
#[must_use]
pub(crate) fn parse_token(token: &str) -> Option<(&str, &str)> {
    token.split_once(SEPARATOR).filter(|(name, attempt)| !name.is_empty() && !attempt.is_empty())
}

/// What a claim is told, given the record that is kept now; none when that record does not parse.
#[must_use]
pub(crate) fn decide(record: Record, request: &ClaimRequest, now_ms: u64) -> Option<Claim> {
    if record.request_hash != request.request_hash {
        return Some(Claim::Mismatch);
    }
    let (since, expires_at) = (time(record.since_ms), time(record.expires_ms));
    Some(match record.response {
        Some(response) => Claim::Finished { response: decode(response)?, expires_at },
        None if record.attempt == request.attempt => {
            Claim::Granted { token: token(&record_name(&request.key), &record.attempt), expires_at }
        }
        None if now_ms < record.since_ms.saturating_add(record.patience_ms) => Claim::InProgress { since },
        None => Claim::OutcomeUnknown { since, expires_at },
    })
}

/// A time of the record as callers are told it.
#[must_use]
pub(crate) fn time(ms: u64) -> DateTime<Utc> {
    i64::try_from(ms).ok().and_then(DateTime::from_timestamp_millis).unwrap_or(DateTime::<Utc>::MAX_UTC)
}

/// The bytes of a response in a store.
#[must_use]
pub(crate) fn encode(response: &StoredResponse) -> Bytes {
    let headers: usize = response.headers.iter().map(|(name, value)| 4 + name.len() + value.len()).sum();
    let mut bytes = BytesMut::with_capacity(4 + headers + response.body.len());
    bytes.put_u8(VERSION);
    bytes.put_u16(response.status);
    let start = bytes.len();
    bytes.put_u8(0);
    for (name, value) in &response.headers {
        // The limits of the contract are far below what the lengths hold.
        let (Ok(name_length), Ok(value_length)) = (u16::try_from(name.len()), u16::try_from(value.len()))
        else {
            continue;
        };
        bytes[start] = bytes[start].saturating_add(1);
        bytes.put_u16(name_length);
        bytes.put_slice(name.as_bytes());
        bytes.put_u16(value_length);
        bytes.put_slice(value);
    }
    bytes.put_slice(&response.body);
    bytes.freeze()
}

fn decode(mut bytes: Bytes) -> Option<StoredResponse> {
    if bytes.try_get_u8().ok()? != VERSION {
        return None;
    }
    let status = bytes.try_get_u16().ok()?;
    let mut headers = Vec::new();
    for _ in 0..bytes.try_get_u8().ok()? {
        let name = String::from_utf8(part(&mut bytes)?.to_vec()).ok()?;
        headers.push((name, part(&mut bytes)?));
    }
    Some(StoredResponse { status, headers, body: bytes })
}

fn part(bytes: &mut Bytes) -> Option<Bytes> {
    let length = usize::from(bytes.try_get_u16().ok()?);
    (length <= bytes.len()).then(|| bytes.split_to(length))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_response_survives_its_bytes(
            status: u16, headers in vec((".{0,20}", vec(any::<u8>(), 0..20)), 0..5), body in vec(any::<u8>(), 0..40),
        ) {
            let headers = headers.into_iter().map(|(name, value)| (name, value.into())).collect();
            let response = StoredResponse { status, headers, body: body.into() };
            prop_assert_eq!(decode(encode(&response)), Some(response));
        }

        #[test]
        fn bytes_of_others_never_panic(bytes in vec(any::<u8>(), 0..40)) {
            let _ = decode([&[VERSION], bytes.as_slice()].concat().into());
        }
    }

    fn request(hash: &str, attempt: &str) -> ClaimRequest {
        let key =
            IdempotencyKey { principal: "ana".to_owned(), route: "POST /x".to_owned(), key: "k".to_owned() };
        ClaimRequest::new(key, hash, attempt)
    }

    fn record(response: Option<Bytes>) -> Record {
        Record {
            request_hash: "h".to_owned(),
            attempt: "first".to_owned(),
            since_ms: 1_000,
            patience_ms: 500,
            expires_ms: 9_000,
            response,
        }
    }

    #[test]
    fn only_the_attempt_that_was_granted_goes_on() {
        let asked = |hash, attempt, now| decide(record(None), &request(hash, attempt), now).expect("parses");
        assert!(matches!(asked("h", "first", 1_400), Claim::Granted { .. }));
        assert!(matches!(asked("h", "first", 8_000), Claim::Granted { .. }), "it may come back late");
        assert_eq!(asked("h", "second", 1_499), Claim::InProgress { since: time(1_000) });
        let unknown = Claim::OutcomeUnknown { since: time(1_000), expires_at: time(9_000) };
        assert_eq!(asked("h", "second", 1_500), unknown);
        assert_eq!(asked("other", "first", 1_400), Claim::Mismatch);
    }

    #[test]
    fn a_finished_operation_is_replayed_to_everybody_with_the_same_request() {
        let response = StoredResponse { status: 500, ..StoredResponse::default() };
        let kept = record(Some(encode(&response)));
        for attempt in ["first", "second"] {
            let claim = decide(kept.clone(), &request("h", attempt), 8_000);
            assert_eq!(claim, Some(Claim::Finished { response: response.clone(), expires_at: time(9_000) }));
        }
        assert_eq!(decide(kept, &request("other", "first"), 8_000), Some(Claim::Mismatch));
    }

    #[test]
    fn keys_of_other_people_and_routes_are_other_keys() {
        let name = |principal: &str, route: &str, key: &str| {
            record_name(&IdempotencyKey {
                principal: principal.to_owned(),
                route: route.to_owned(),
                key: key.to_owned(),
            })
        };
        let same = name("ana", "POST /x", "k");
        assert_eq!(same, name("ana", "POST /x", "k"));
        assert_eq!(same.len(), 64);
        for other in [name("bea", "POST /x", "k"), name("ana", "POST /y", "k"), name("anaP", "OST /x", "k")] {
            assert_ne!(same, other);
        }
        assert_eq!(parse_token(&token(&same, "a.b")), Some((same.as_str(), "a.b")));
        assert_eq!(parse_token("nonsense"), None);
    }
}
