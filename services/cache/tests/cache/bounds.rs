//! What is bounded stays so, and what is measured is described.

use bytes::Bytes;
use metrics_exporter_prometheus::PrometheusBuilder;
use resync_api::cache::model::{Claim, InvalidationScope, QuotaRequest, StoredResponse, limits};
use resync_cache::{Config, SqliteConfig, StoreConfig};

use crate::support::{MINUTE, Place, Role, claim, entry};

#[tokio::test]
async fn a_file_drops_entries_before_it_is_full_and_refuses_claims_once_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("cache.sqlite");
    let sqlite =
        SqliteConfig { max_entry_bytes: 2_000_000, max_file_bytes: 8_000_000, ..SqliteConfig::new(&path) };
    let role = Role::open(Config::new(StoreConfig::Sqlite(sqlite))).await.expect("opens");
    let stamp = role.stamp("big/0").await;
    for number in 0..40 {
        let new = entry(&format!("big/{number}"), &[], &"x".repeat(400_000), stamp);
        assert!(role.client.set(new).await.expect("older entries make room"));
    }
    let size = std::fs::metadata(&path).expect("a file").len();
    assert!(size < 5_000_000, "{size}");

    let body = Bytes::from(vec![0; limits::RESPONSE_BYTES]);
    let mut refused = None;
    for number in 0..20 {
        let claimed = role.client.claim(claim(&number.to_string(), "h", "a")).await;
        let outcome = match claimed {
            Ok(Claim::Granted { token, .. }) => {
                let response = StoredResponse { status: 200, headers: Vec::new(), body: body.clone() };
                role.client.complete(token, response, MINUTE).await.map(|_| ())
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error),
        };
        if let Err(error) = outcome {
            refused = Some(error);
            break;
        }
    }
    let error = refused.expect("it is full at some point");
    assert_eq!(error.reason, "IDEMPOTENCY_UNAVAILABLE");
    assert_eq!(error.metadata.get("cause").map(String::as_str), Some("STORE_FULL"), "{error}");
    let size = std::fs::metadata(&path).expect("a file").len();
    assert!(size <= 8_000_000, "{size}");
    role.stop().await;
}

#[test]
fn every_metric_has_a_help_and_a_name_by_convention() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    metrics::with_local_recorder(&recorder, || {
        runtime.block_on(async {
            let place = Place::redis().await;
            let role = place.open().await;
            role.load("logs/1", &[], "1").await;
            let _watch = role.client.watch(None).await.expect("watches");
            role.client.invalidate(InvalidationScope::key("logs/1")).await.expect("invalidated");
            role.client.claim(claim("k", "h", "a")).await.expect("answered");
            role.client.acquire_lease("poller", "one", MINUTE).await.expect("answered");
            let (name, key) = ("api".to_owned(), "ana".to_owned());
            let quota = QuotaRequest { name, key, limit: 1, window: MINUTE, cost: 1 };
            role.client.take_quota(quota).await.expect("answered");
            assert!(role.client.release("x.y").await.is_ok());
            role.stop().await;
        });
    });
    let text = recorder.handle().render();
    let names: Vec<_> =
        text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' ')).collect();
    assert!(names.len() > 10, "{text}");
    for (name, kind) in names {
        assert!(name.starts_with("resync_cache_"), "{name}");
        assert!(text.contains(&format!("# HELP {name} ")), "{name} has no help");
        assert_eq!(kind == "counter", name.ends_with("_total"), "{name} is a {kind}");
    }
}
