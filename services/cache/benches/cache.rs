//! What the cache costs: a hit over gRPC, a read from the store, an invalidation on its way to a watcher, a claim.
//! Each figure stands beside a baseline of the same run (a raw client of Redis, a bare cache) and its budget.
//!
//! Rounds alternate between the sides, so that a noisy neighbour hits both.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use futures::StreamExt as _;
use redis::aio::MultiplexedConnection;
use redis::streams::StreamReadReply;
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{
    Claim, ClaimRequest, IdempotencyKey, InvalidationScope, Lookup, NewEntry, Position, WatchEvent,
};
use resync_api::channel::Channel;
use resync_api::policy;
use resync_cache::{Cache, Config, MemoryConfig, RedisConfig, SqliteConfig, StoreConfig};
use resync_service_kit::channel::{self, LocalServices};
use resync_service_kit::identity::{Caller, MESH, Minter, Principal, RootKey, Verifier};
use resync_service_kit::policy::{Exposure, PolicyTable, RpcPolicy};
use resync_service_kit::server;
use resync_service_kit::shutdown::Shutdown;
use resync_testkit::RedisServer;
use tokio::task::JoinHandle;

const ROUNDS: usize = 5;
const READS: usize = 2_000;
const EVENTS: usize = 200;
const VALUE: &[u8] = &[b'x'; 1024];

struct Role {
    cache: Cache,
    client: CacheClient,
    shutdown: Shutdown,
    running: JoinHandle<()>,
    _services: LocalServices,
}

impl Role {
    /// Behind the mesh's own channel and gate, in this process.
    async fn open(config: Config) -> Result<Self> {
        let shutdown = Shutdown::new();
        let cache = Cache::open(config).await?;
        let running = tokio::spawn(cache.clone().run(shutdown.drain()));
        let key = RootKey::from_secret(&"k".repeat(40).into())?.signing_key("mesh")?;
        let config = server::Config {
            verifier: Some(Arc::new(Verifier::new(key.clone(), MESH))),
            ..server::Config::new("cache", policies(), shutdown.drain())
        };
        let server = config.build().service(resync_cache::grpc::service(cache.clone())).finish().await?;
        let services = LocalServices::new();
        services.add(&server);
        let config = channel::Config {
            minter: Some(Minter::new(key)),
            ..channel::Config::new(Caller::new(Principal::role("bench")), policies())
        };
        let client = CacheClient::new(Channel::new(config.local(&services)));
        Ok(Self { cache, client, shutdown, running, _services: services })
    }

    async fn fill(&self) -> Result<()> {
        let Lookup::Miss(miss) = self.client.get(key(0)).await? else { bail!("it is empty") };
        let stamp = miss.stamp.context("the store works")?;
        for number in 0..READS {
            self.client.set(entry(number, stamp)).await?;
        }
        Ok(())
    }

    async fn stop(self) -> Result<()> {
        self.shutdown.begin();
        Ok(self.running.await?)
    }
}

fn policies() -> PolicyTable {
    let row = |rpc: &policy::RpcPolicy| RpcPolicy {
        path: rpc.path,
        permission: rpc.permission,
        scope_field: rpc.scope_field,
        exposure: match rpc.exposure {
            policy::Exposure::Public => Exposure::Public,
            policy::Exposure::Internal => Exposure::Internal,
        },
        idempotent: rpc.idempotent,
    };
    policy::RPCS.iter().map(row).collect()
}

fn key(number: usize) -> String {
    format!("bench/{number}")
}

fn entry(number: usize, stamp: Position) -> NewEntry {
    NewEntry {
        key: key(number),
        value: Bytes::from_static(VALUE),
        ttl: Duration::from_secs(3600),
        tags: vec!["engine:default".to_owned()],
        stamp,
        age: Duration::ZERO,
    }
}

fn over_redis(server: &RedisServer) -> Config {
    let urls = vec![server.url().into()];
    Config::new(StoreConfig::Redis(Box::new(RedisConfig { urls, ..RedisConfig::default() })))
}

#[tokio::main]
async fn main() -> Result<()> {
    let server = RedisServer::start(&["--appendonly", "yes", "--appendfsync", "always"]).await?;
    let mut raw = redis::Client::open(server.url())?.get_multiplexed_async_connection().await?;
    let folder = tempfile::tempdir()?;
    let over_file =
        |name: &str| Config::new(StoreConfig::Sqlite(SqliteConfig::new(folder.path().join(name))));

    memory_hits(&server).await?;
    store_reads("Redis", over_redis(&server), Some(&mut raw)).await?;
    store_reads("a file", over_file("reads"), None).await?;
    let pair = (Role::open(over_redis(&server)).await?, Role::open(over_redis(&server)).await?);
    invalidations("two roles over Redis", &pair.0, &pair.1).await?;
    raw_stream(&server, &mut raw).await?;
    claims("Redis, appendfsync always", &pair.0).await?;
    raw_writes(&mut raw).await?;
    pair.0.stop().await?;
    pair.1.stop().await?;
    let role = Role::open(over_file("claims")).await?;
    invalidations("one role over a file", &role, &role).await?;
    claims("a file, synchronous full", &role).await?;
    role.stop().await
}

async fn memory_hits(server: &RedisServer) -> Result<()> {
    let role = Role::open(over_redis(server)).await?;
    role.fill().await?;
    let bare = moka::sync::Cache::new(READS as u64 * 2);
    for number in 0..READS {
        bare.insert(key(number), Bytes::from_static(VALUE));
    }
    let (mut called, mut handled, mut plain) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for number in 0..READS {
            let name = key(number);
            let begun = Instant::now();
            let found = role.client.get(name).await?;
            called.push(begun.elapsed());
            hit(&found)?;
        }
        for number in 0..READS {
            let name = key(number);
            let begun = Instant::now();
            let found = role.cache.get(name).await;
            handled.push(begun.elapsed());
            hit(&found)?;
        }
        for number in 0..READS {
            let name = key(number);
            let begun = Instant::now();
            let found = bare.get(&name);
            plain.push(begun.elapsed());
            found.context("it is there")?;
        }
    }
    println!("hit in the role's memory, 1 KiB, one caller");
    print("over gRPC in process, channel and gate", called, "budget p50 10 us");
    print("the handle alone", handled, "");
    print("bare moka", plain, "");
    role.stop().await
}

/// Reads that find nothing in memory, because it holds next to nothing.
async fn store_reads(name: &str, mut config: Config, raw: Option<&mut MultiplexedConnection>) -> Result<()> {
    config.memory = MemoryConfig { max_items: 1, max_bytes: 1 };
    let role = Role::open(config).await?;
    role.fill().await?;
    let mut baseline = raw;
    let (mut ours, mut plain, mut tested) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for number in 0..READS {
            let name = key(number);
            let begun = Instant::now();
            let found = role.client.get(name).await?;
            ours.push(begun.elapsed());
            hit(&found)?;
        }
        let Some(raw) = baseline.as_deref_mut() else { continue };
        for number in 0..READS {
            let get = redis::cmd("GET").arg(format!("resync:e:{}", key(number))).to_owned();
            let begun = Instant::now();
            let _: Vec<u8> = get.query_async(raw).await?;
            plain.push(begun.elapsed());
        }
        for number in 0..READS {
            let get = redis::cmd("GET").arg(format!("resync:e:{}", key(number))).to_owned();
            let begun = Instant::now();
            redis::cmd("PING").query_async::<()>(raw).await?;
            let _: Vec<u8> = get.query_async(raw).await?;
            tested.push(begun.elapsed());
        }
    }
    println!("read from the store, {name}, 1 KiB, one caller");
    print("over gRPC in process", ours, "");
    print("raw client, GET", plain, "");
    print("raw client, PING and GET as on check-out", tested, "");
    role.stop().await
}

fn hit(found: &Lookup) -> Result<()> {
    match found {
        Lookup::Hit(_) => Ok(()),
        Lookup::Miss(_) => bail!("it was to be there"),
    }
}

/// From the call that invalidates at one role to the watcher at another.
async fn invalidations(name: &str, writer: &Role, watched: &Role) -> Result<()> {
    let mut events = watched.client.watch(None).await?;
    let mut taken = Vec::new();
    for number in 0..EVENTS {
        let begun = Instant::now();
        let position = writer.client.invalidate(InvalidationScope::key(key(number))).await?;
        loop {
            match events.next().await.context("goes on")?? {
                WatchEvent::Invalidated(event) if event.position == position => break,
                _ => {}
            }
        }
        taken.push(begun.elapsed());
    }
    println!("invalidation, from the writer's call to a watcher, {name}");
    print("over gRPC in process", taken, "budget p99 50 ms");
    Ok(())
}

/// The same way with nothing but the client of Redis.
async fn raw_stream(server: &RedisServer, writer: &mut MultiplexedConnection) -> Result<()> {
    let config = redis::AsyncConnectionConfig::new().set_response_timeout(None);
    let client = redis::Client::open(server.url())?;
    let mut reader = client.get_multiplexed_async_connection_with_config(&config).await?;
    let (seen, mut saw) = tokio::sync::mpsc::channel(1);
    let reading = tokio::spawn(async move {
        let mut last = "0".to_owned();
        loop {
            let mut read = redis::cmd("XREAD");
            read.arg("BLOCK").arg(0).arg("STREAMS").arg("bench-stream").arg(&last);
            let answer: StreamReadReply = read.query_async(&mut reader).await?;
            for entry in answer.keys.into_iter().flat_map(|key| key.ids) {
                last = entry.id.clone();
                if seen.send(entry.id).await.is_err() {
                    return Ok::<_, redis::RedisError>(());
                }
            }
        }
    });
    let mut taken = Vec::new();
    for number in 0..EVENTS {
        let begun = Instant::now();
        let mut add = redis::cmd("XADD");
        add.arg("bench-stream").arg("*").arg("scope").arg(key(number));
        let id: String = add.query_async(writer).await?;
        while saw.recv().await.context("goes on")? != id {}
        taken.push(begun.elapsed());
    }
    reading.abort();
    print("raw client, XADD to XREAD", taken, "");
    Ok(())
}

async fn claims(name: &str, role: &Role) -> Result<()> {
    let mut taken = Vec::new();
    for number in 0..EVENTS {
        let key = IdempotencyKey {
            principal: "ana".to_owned(),
            route: "POST /api/commands".to_owned(),
            key: number.to_string(),
        };
        let begun = Instant::now();
        let claim = role.client.claim(ClaimRequest::new(key, "hash", "attempt")).await?;
        taken.push(begun.elapsed());
        if !matches!(claim, Claim::Granted { .. }) {
            bail!("nobody else claims");
        }
    }
    println!("claim of an idempotency key, {name}");
    print("over gRPC in process", taken, "");
    Ok(())
}

async fn raw_writes(raw: &mut MultiplexedConnection) -> Result<()> {
    let mut taken = Vec::new();
    for number in 0..EVENTS {
        let mut set = redis::cmd("SET");
        set.arg(format!("bench-{number}")).arg("1").arg("NX").arg("PX").arg(60_000);
        let begun = Instant::now();
        set.query_async::<()>(raw).await?;
        taken.push(begun.elapsed());
    }
    print("raw client, SET NX PX", taken, "");
    Ok(())
}

fn print(what: &str, mut taken: Vec<Duration>, budget: &str) {
    if taken.is_empty() {
        return;
    }
    taken.sort_unstable();
    let at = |share: usize| taken[taken.len() * share / 100].as_nanos() as f64 / 1_000.0;
    println!("  {what:<42} p50 {:>8.1} us   p99 {:>8.1} us   {budget}", at(50), at(99));
}
