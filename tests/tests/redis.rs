//! The mesh over a real Redis: what is shared between gateways, what is refused while Redis is away, how it comes back,
//! and starts that must not succeed.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use resync_testkit::{RedisServer, eventually};
use resync_tests::processes::{ADMIN_PASSWORD, Outside, PATIENCE, RoleProcess, SimulatedEngine, resync};
use serde_json::{Value, json};
use tempfile::TempDir;

const CLEAR: &str = "/api/cache/clear";
const SECRET_KEY: &str = "another secret of more than thirty-two characters";

/// Two gateways over one cache role, and one engine behind.
struct Pair {
    first: Outside,
    second: Outside,
    /// Address of the first one's port for orchestrators.
    readiness: String,
    _processes: Vec<RoleProcess>,
}

impl Pair {
    async fn start(folder: &Path, redis: &RedisServer) -> Result<Self> {
        let engine = SimulatedEngine::start(folder, "engine", &["--stepped"]).await?;
        let mut environment = engine.environment();
        environment.push(("REDIS_URL".to_owned(), redis.url()));
        let elsewhere = folder.join("elsewhere");
        std::fs::create_dir(&elsewhere)?;
        let role = async |name: &str, folder: &Path, settings: &[String]| {
            RoleProcess::start(name, folder, &environment, settings).await
        };
        let cache = role("cache", folder, &[]).await?;
        let bridge = role("tws-bridge", folder, &[]).await?;
        let monitor = role("perf-monitor", folder, &[]).await?;
        let addresses = [
            format!("mesh.cache={}", cache.url),
            format!("mesh.tws_bridge={}", bridge.url),
            format!("mesh.perf_monitor={}", monitor.url),
            "gateway.shared_limits=true".to_owned(),
        ];
        let first = role("gateway", folder, &addresses).await?;
        let second = role("gateway", &elsewhere, &addresses).await?;
        let operations = first.process.line_with("operators' port is open", PATIENCE).await?;
        let (_, port) = operations.rsplit_once(':').context("the line ends with an address")?;
        let readiness = format!("http://127.0.0.1:{}", port.trim());
        Ok(Self {
            first: Outside::log_in(&first.url, "admin", ADMIN_PASSWORD).await?,
            second: Outside::log_in(&second.url, "admin", ADMIN_PASSWORD).await?,
            readiness,
            _processes: vec![cache, bridge, monitor, first, second],
        })
    }

    async fn ready(&self) -> Result<u16> {
        Ok(Outside::stranger(&self.readiness)?.get("/readyz").await?.status)
    }
}

fn everything() -> Value {
    json!({ "scope": "all" })
}

#[tokio::test]
async fn gateways_share_keys_over_redis_and_refuse_what_needs_it_while_it_is_away() -> Result<()> {
    let folder = TempDir::new()?;
    let mut redis = RedisServer::start(&["--appendonly", "yes"]).await?;
    let pair = Pair::start(folder.path(), &redis).await?;

    let done = pair.first.post_once(CLEAR, "monday", &everything()).await?;
    ensure!(done.status == 200, "{done:#?}");
    let replayed = pair.second.post_once(CLEAR, "monday", &everything()).await?;
    ensure!(replayed.body == done.body, "another gateway does not know the answer: {replayed:#?}");
    let other = json!({ "scope": "cache", "value": "logs" });
    pair.second.post_once(CLEAR, "monday", &other).await?.expect_problem(
        422,
        "IDEMPOTENCY_MISMATCH",
        "key",
    )?;
    let bare = pair.first.post(CLEAR, "text/plain", String::new()).await?;
    ensure!(bare.status == 200 && bare.body["scope"] == "all", "older scripts send no body: {bare:#?}");
    pair.first.until("/api/health/redis", |health| health.body["idempotency_safe"] == true).await?;

    redis.kill().await?;
    let health = pair.first.until("/api/health/redis", |health| health.body["status"] == "critical").await?;
    ensure!(
        health.body["idempotency_safe"] == false && health.body["redis"]["hint"].is_string(),
        "{health:#?}"
    );
    pair.first.post_once(CLEAR, "tuesday", &everything()).await?.expect_problem(
        503,
        "IDEMPOTENCY_UNAVAILABLE",
        "not",
    )?;
    let full = pair.first.get("/api/health/full").await?;
    ensure!(full.status == 200 && full.body["status"] == "degraded", "{full:#?}");
    ensure!(pair.ready().await? == 200, "an orchestrator would restart what Redis cannot mend");
    let plan = pair.first.get("/api/status").await?;
    ensure!(plan.status == 200, "the plan does not need Redis: {plan:#?}");

    redis.restart().await?;
    pair.second.until("/api/health/redis", |health| health.body["status"] == "healthy").await?;
    let cleared = async || {
        let reply = pair.second.post_once(CLEAR, "tuesday", &everything()).await.ok()?;
        (reply.status == 200).then_some(())
    };
    eventually("the refused request to be carried out", PATIENCE, cleared).await?;
    let kept = pair.first.post_once(CLEAR, "monday", &everything()).await?;
    ensure!(kept.body == done.body, "the restart lost an answer: {kept:#?}");
    Ok(())
}

#[tokio::test]
async fn a_redis_that_cannot_be_used_ends_the_start_with_one_line() -> Result<()> {
    let evicting = RedisServer::start(&["--maxmemory-policy", "allkeys-lru"]).await?;
    let forgetful = RedisServer::start(&[]).await?;
    let locked = RedisServer::start(&[]).await?;
    locked.set("requirepass", "geheim").await?;
    let production = [("APP_ENVIRONMENT", "production")];
    let folder = TempDir::new()?;
    for (url, environment, says) in [
        (evicting.url(), &production[..], "maxmemory-policy"),
        (forgetful.url(), &production[..], "appendonly"),
        (locked.url(), &[][..], "password"),
        ("redis://127.0.0.1:1".to_owned(), &[][..], "127.0.0.1:1"),
        ("http://127.0.0.1:1".to_owned(), &[][..], "redis://"),
    ] {
        let mut variables = vec![("REDIS_URL", url.as_str()), ("SECRET_KEY", SECRET_KEY)];
        variables.extend(environment);
        let ended = resync(folder.path(), &variables, &["serve", "cache"]).await?;
        ended.expect(1, &[says, "hint: "]).with_context(|| format!("{url} {environment:?}"))?;
        let lines = ended.errors.lines().filter(|line| line.starts_with("error: ")).count();
        ensure!(lines == 1, "not one line: {}", ended.errors);
    }
    Ok(())
}
