//! What one process read from the engine, the next one does not read again.

use std::sync::Arc;
use std::time::Duration;

use resync_api::cache::client::CacheClient;
use resync_api::cache::model::InvalidationScope;
use resync_api::channel::Channel;
use resync_api::tws::model::EdgeSource;
use resync_cache::{Cache, SqliteConfig, StoreConfig};
use resync_near_cache::{Caches, Settings};
use resync_service_kit::shutdown::Shutdown;
use resync_service_kit::vitals::Vitals;
use resync_tws_bridge::engine::{EngineConfig, Lives, Surroundings};
use resync_tws_bridge::plan::FlowId;
use serde_json::json;

use crate::ledger::{BOUND, Ledger};
use crate::night::Night;

/// Definitions of both streams, on more than one page.
fn definitions() -> Vec<serde_json::Value> {
    let other =
        |n: u32| json!({"kind": "JobStream", "def": {"id": format!("o{n}"), "name": format!("OTHER{n}")}});
    let stream = |name: &str| {
        json!({"kind": "JobStream", "def": {"id": name, "name": name, "folder": "/FIN/", "workstation": "/AGT1",
            "jobs": [{"id": "m0", "name": "J0"}, {"id": "m1", "name": "J1", "internalPredecessors": [{"jobId": "m0"}]}]}})
    };
    [stream("PAY")].into_iter().chain((0..8).map(other)).chain([stream("DONE")]).collect()
}

/// A process that begins: its own memory, the shared cache, and the edges it knows.
async fn process(config: &EngineConfig, client: &CacheClient) -> (Ledger, Caches) {
    let caches = Caches::new(Settings::default(), Some(Arc::new(client.clone())), &Vitals::new());
    let surroundings = Surroundings::new(&caches, Lives::default(), &Vitals::new());
    let mut ledger = Ledger::start_in(config, &surroundings);
    ledger
        .until("the edges of the model", |ledger| {
            let edges = ledger.dependencies.get(&FlowId::Job("plan-1-PAY-J1".into()));
            edges.is_some_and(|edges| edges.source == EdgeSource::Model && edges.dependencies.len() == 1)
        })
        .await;
    (ledger, caches)
}

#[tokio::test]
async fn definitions_are_read_by_one_process_for_those_that_start_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = StoreConfig::Sqlite(SqliteConfig::new(folder.path().join("cache.sqlite")));
    let cache = Cache::open(resync_cache::Config::new(store)).await.unwrap();
    let shutdown = Shutdown::new();
    let role = tokio::spawn(cache.clone().run(shutdown.drain()));
    let client = CacheClient::new(Channel::new(resync_cache::grpc::service(cache)));

    let night = Night::start().await;
    night.plan().model = definitions();
    let config = night.config();
    let (_one, caches) = process(&config, &client).await;
    assert_eq!(night.count("model/jobstream"), 2, "two pages");
    let (_two, _) = process(&config, &client).await;
    assert_eq!(night.count("model/jobstream"), 2, "the second process found them");

    // A process that must not take what is older reads for itself, and so does one after a clean-up.
    let mut impatient = config.clone();
    impatient.pace.model = Duration::ZERO;
    let (_three, _) = process(&impatient, &client).await;
    assert!(night.count("model/jobstream") >= 4);
    night.plan().requests.clear();
    caches.invalidate(InvalidationScope::tag("engines/default")).await.unwrap();
    let (_four, _) = process(&config, &client).await;
    assert!(night.count("model/jobstream") >= 2);
    shutdown.begin();
    tokio::time::timeout(BOUND, role).await.unwrap().unwrap();
}

#[tokio::test]
async fn a_stream_that_the_found_definitions_lack_is_looked_for_in_the_engine() {
    let folder = tempfile::tempdir().unwrap();
    let store = StoreConfig::Sqlite(SqliteConfig::new(folder.path().join("cache.sqlite")));
    let cache = Cache::open(resync_cache::Config::new(store)).await.unwrap();
    let shutdown = Shutdown::new();
    let role = tokio::spawn(cache.clone().run(shutdown.drain()));
    let client = CacheClient::new(Channel::new(resync_cache::grpc::service(cache)));

    let night = Night::start().await;
    night.plan().model = definitions().into_iter().take(3).collect();
    let config = night.config();
    let (_one, _) = process(&config, &client).await;
    assert_eq!(night.count("model/jobstream"), 1);
    // DONE is defined now, after the first process looked.
    night.plan().model = definitions();
    let (mut two, _) = process(&config, &client).await;
    assert_eq!(night.count("model/jobstream"), 1);
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(61)).await;
    tokio::time::resume();
    two.until("its edges", |ledger| {
        ledger
            .dependencies
            .get(&FlowId::Job("plan-1-DONE-J1".into()))
            .is_some_and(|edges| !edges.dependencies.is_empty())
    })
    .await;
    assert!(night.count("model/jobstream") >= 3, "a minute later it read both pages itself");
    shutdown.begin();
    role.await.unwrap();
}
