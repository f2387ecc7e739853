//! What the cache says on the wire is what was meant, and requests beyond the limits are refused by the name of the field.

use std::time::Duration;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::cache::model::{
    Claim, ClaimRequest, ClearScope, Entry, IdempotencyKey, Invalidation, InvalidationScope, Lookup, Miss,
    NewEntry, Position, QuotaRequest, StoredResponse, WatchEvent, limits,
};
use resync_api::proto::cache::v1 as proto;
use resync_api::protocol_error::ProtocolError;

fn position() -> impl Strategy<Value = Position> {
    (1..=u64::MAX).prop_map(|number| Position::new(number).expect("not zero"))
}

fn length() -> impl Strategy<Value = Duration> {
    (0_u64..600_000, 1_000_000_u32..1_000_000_000).prop_map(|(seconds, nanos)| Duration::new(seconds, nanos))
}

fn bytes() -> impl Strategy<Value = Bytes> {
    vec(any::<u8>(), 0..40).prop_map(Bytes::from)
}

fn scope() -> impl Strategy<Value = InvalidationScope> {
    let names = || vec("[a-zé/:]{1,12}", 0..4);
    (names(), names(), names(), any::<bool>()).prop_map(|(keys, tags, prefixes, all)| InvalidationScope {
        all: all || keys.len() + tags.len() + prefixes.len() == 0,
        keys,
        tags,
        prefixes,
    })
}

fn claim() -> impl Strategy<Value = Claim> {
    let time =
        || (0_i64..4_000_000_000).prop_map(|at| chrono::DateTime::from_timestamp(at, 5).expect("in range"));
    prop_oneof![
        (".+", time()).prop_map(|(token, expires_at)| Claim::Granted { token, expires_at }),
        time().prop_map(|since| Claim::InProgress { since }),
        (time(), time()).prop_map(|(since, expires_at)| Claim::OutcomeUnknown { since, expires_at }),
        (100_u16..600, bytes(), bytes(), time()).prop_map(|(status, header, body, expires_at)| {
            let headers = vec![("content-type".to_owned(), header)];
            Claim::Finished { response: StoredResponse { status, headers, body }, expires_at }
        }),
        Just(Claim::Mismatch),
    ]
}

proptest! {
    #[test]
    fn entries_and_lookups_survive_the_wire(
        key in "[a-zé/]{1,30}", value in bytes(), tags in vec("[a-z:]{1,9}", 0..4), stamp in position(),
        age in length(), ttl in length(), missed in option::of(position()), store_unavailable in any::<bool>(),
    ) {
        let new = NewEntry { key: key.clone(), value: value.clone(), ttl, tags: tags.clone(), stamp, age };
        prop_assert_eq!(NewEntry::try_from(proto::SetEntryRequest::from(new.clone())), Ok(new));
        let miss = Lookup::Miss(Miss { stamp: missed, store_unavailable });
        for lookup in [Lookup::Hit(Entry { key, value, tags, stamp, age, ttl }), miss] {
            prop_assert_eq!(Lookup::try_from(proto::GetEntryResponse::from(lookup.clone())), Ok(lookup));
        }
    }

    #[test]
    fn invalidations_survive_the_wire(position in position(), scope in scope(), flag in any::<bool>()) {
        for event in [
            WatchEvent::Started { position, continuous: flag },
            WatchEvent::Invalidated(Invalidation { position, scope }),
            WatchEvent::Heartbeat { position, live: flag },
        ] {
            let message = proto::WatchInvalidationsResponse::from(event.clone());
            prop_assert_eq!(WatchEvent::try_from(message), Ok(event));
        }
    }

    #[test]
    fn claims_survive_the_wire(claim in claim()) {
        prop_assert_eq!(Claim::try_from(proto::ClaimIdempotencyKeyResponse::from(claim.clone())), Ok(claim));
    }

    #[test]
    fn a_scope_covers_what_it_names(scope in scope(), key in "[a-z/]{1,4}", tags in vec("[a-z]{1,2}", 0..3)) {
        let named = scope.keys.contains(&key) || tags.iter().any(|tag| scope.tags.contains(tag));
        let begins = (0..=key.len()).any(|end| scope.prefixes.contains(&key[..end].to_owned()));
        prop_assert_eq!(scope.covers(&key, &tags), scope.all || named || begins);
    }
}

fn field<T: std::fmt::Debug>(result: Result<T, ProtocolError>) -> &'static str {
    result.expect_err("it is beyond the limits").field()
}

#[test]
fn requests_beyond_the_limits_name_the_field() {
    let sound = || {
        proto::SetEntryRequest::from(NewEntry {
            key: "logs/1".to_owned(),
            value: Bytes::from_static(b"text"),
            ttl: Duration::from_secs(30),
            tags: vec!["engine:default".to_owned()],
            stamp: Position::new(7).expect("not zero"),
            age: Duration::ZERO,
        })
    };
    let set = |change: &dyn Fn(&mut proto::SetEntryRequest)| {
        let mut message = sound();
        change(&mut message);
        field(NewEntry::try_from(message))
    };
    assert_eq!(set(&|message| message.key = "k".repeat(limits::KEY_BYTES + 1)), "key");
    for key in ["", "a\0b", "a\rb", "a\nb"] {
        assert_eq!(set(&|message| message.key = key.to_owned()), "key");
    }
    assert_eq!(set(&|message| message.value = vec![0; limits::VALUE_BYTES + 1].into()), "value");
    assert_eq!(set(&|message| message.ttl = None), "ttl");
    assert_eq!(set(&|message| message.ttl.get_or_insert_default().seconds = 8 * 24 * 3600), "ttl");
    assert_eq!(
        set(&|message| *message.ttl.get_or_insert_default() = prost_types::Duration::default()),
        "ttl"
    );
    assert_eq!(set(&|message| message.tags = vec!["t".to_owned(); limits::TAGS + 1]), "tags");
    assert_eq!(set(&|message| message.stamp = 0), "stamp");

    let nothing = proto::InvalidationScope::default();
    assert_eq!(field(InvalidationScope::try_from(nothing)), "scope");
    let not_all = proto::ClearCacheRequest { scope: Some(proto::clear_cache_request::Scope::All(false)) };
    assert_eq!(field(ClearScope::try_from(not_all)), "all");

    let key = IdempotencyKey { principal: String::new(), route: "POST /x".to_owned(), key: "k".to_owned() };
    let claim = proto::ClaimIdempotencyKeyRequest::from(ClaimRequest::new(key, "hash", "attempt"));
    assert_eq!(field(ClaimRequest::try_from(claim)), "key.principal");

    let quota = QuotaRequest {
        name: "api".to_owned(),
        key: "ana".to_owned(),
        limit: 0,
        window: Duration::from_secs(60),
        cost: 1,
    };
    assert_eq!(field(QuotaRequest::try_from(proto::TakeQuotaRequest::from(quota))), "limit");
}
