//! Every role in a process of its own, over TCP: the same answers and the same errors as in one process,
//! and a role that dies is said to be gone until it is back.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use resync_fault::status::from_status;
use resync_testkit::eventually;
use resync_tests::processes::{
    ADMIN_PASSWORD, GenericGrpc, Outside, PATIENCE, Product, Reply, RoleProcess, SimulatedEngine,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tonic::Code;

/// Sees another engine than the one there is.
const ELSEWHERE: &str = "[users.elsewhere]\npassword = 'somewhere-else'\nengines = ['other']\n\
                         [users.viewer]\npassword = 'only-looking'\n";
const ASK: &str = "resync.agent.v1.AgentService/Ask";

/// All roles, each on its own.
struct Apart {
    gateway: RoleProcess,
    agent: RoleProcess,
    bridge: RoleProcess,
    _others: [RoleProcess; 3],
}

impl Apart {
    async fn start(folder: &Path, environment: &[(String, String)]) -> Result<Self> {
        let role = async |name: &str, settings: &[String]| {
            RoleProcess::start(name, folder, environment, settings).await
        };
        // Each one is told of those before it; all of them report to the monitor.
        let mut known = vec!["perf.report_interval=1s".to_owned()];
        let monitor = role("perf-monitor", &known).await?;
        known.push(format!("mesh.perf_monitor={}", monitor.url));
        let (cache, graph) = tokio::try_join!(role("cache", &known), role("knowledge-graph", &known))?;
        known.push(format!("mesh.cache={}", cache.url));
        let bridge = role("tws-bridge", &known).await?;
        known.push(format!("mesh.tws_bridge={}", bridge.url));
        known.push(format!("mesh.knowledge_graph={}", graph.url));
        let agent = role("agent", &known).await?;
        known.push(format!("mesh.agent={}", agent.url));
        let gateway = role("gateway", &known).await?;
        Ok(Self { gateway, agent, bridge, _others: [graph, cache, monitor] })
    }
}

/// Starts a role again where it was.
async fn again(
    role: &str,
    was: &RoleProcess,
    folder: &Path,
    environment: &[(String, String)],
    more: &[String],
) -> Result<RoleProcess> {
    let address = was.url.trim_start_matches("http://");
    let settings = [&[format!("mesh.listen={address}")], more].concat();
    RoleProcess::start(role, folder, environment, &settings).await
}

/// What must not depend on where the roles run: not ids, times of observation, or how long it took.
fn essence(reply: &Reply) -> Value {
    let body = &reply.body;
    let citations: Vec<_> = body["citations"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|citation| json!([citation["resource"], citation["field"], citation["value"]]))
        .collect();
    let calls: Vec<_> = body["tool_calls"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|call| json!([call["name"], call["arguments"], call["ok"]]))
        .collect();
    json!({
        "status": reply.status,
        "kind": body["kind"],
        "answer": body["answer"],
        "citations": citations,
        "tool_calls": calls,
        "problem": [body["code"], body["detail"], body["hint"], body["errors"]],
    })
}

#[tokio::test]
async fn roles_apart_answer_and_refuse_as_in_one_process() -> Result<()> {
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("settings.toml"), ELSEWHERE)?;
    // Its clock stands still, so that both products see the same plan.
    let engine = SimulatedEngine::start(folder.path(), "engine", &["--stepped", "--seed", "72"]).await?;
    let environment = engine.environment();
    let together = Product::up(folder.path(), &environment, &[]).await?;
    let apart = Apart::start(folder.path(), &environment).await?;
    let mut people = Vec::new();
    for (user, password) in
        [("admin", ADMIN_PASSWORD), ("elsewhere", "somewhere-else"), ("viewer", "only-looking")]
    {
        let one = Outside::log_in(&together.url, user, password).await?;
        let other = Outside::log_in(&apart.gateway.url, user, password).await?;
        people.push((user, one, other));
    }
    let (_, one, other) = &people[0];
    tokio::try_join!(one.plan_is_read(), other.plan_is_read())?;

    let stuck = engine.incident("resource_exhausted").await?;
    let stuck = engine.typed(&stuck.symptom).await?;
    let failed = engine.incident("disk_full").await?;
    let failed_id = failed.symptom.id.clone();
    let failed = engine.typed(&failed.symptom).await?;
    for (question, kind) in [
        ("list failed jobs".to_owned(), json!("answer")),
        (format!("why is {stuck} not running?"), json!("answer")),
        (format!("por que {failed} falhou?"), json!("answer")),
        ("failed jobs by workstation".to_owned(), json!("answer")),
        ("why is NO_SUCH_JOB_77 not running?".to_owned(), json!("not_found")),
        ("who won the world cup?".to_owned(), json!("refusal")),
        (format!("rerun {failed}"), json!("proposal")),
    ] {
        let (here, there) = tokio::try_join!(one.ask(&question), other.ask(&question))?;
        ensure!(here.body["kind"] == kind, "{question}: {here:#?}");
        assert_eq!(essence(&here), essence(&there), "{question}");
    }
    for (user, one, other) in &people {
        for path in [
            "/api/status".to_owned(),
            "/api/engines/default/jobs?filter=status%20%3D%20ERROR".to_owned(),
            "/api/engines/default/jobs/NO_SUCH_JOB".to_owned(),
            format!("/api/engines/default/jobs/{failed_id}/log"),
            "/api/engines/nowhere/jobs".to_owned(),
        ] {
            let (here, there) = tokio::try_join!(one.get(&path), other.get(&path))?;
            assert_eq!(essence(&here), essence(&there), "{user} {path}");
            ensure!(*user != "elsewhere" || here.status >= 400, "{user} {path} sees {here:#?}");
        }
        let question = "how many jobs failed?";
        let (here, there) = tokio::try_join!(one.ask(question), other.ask(question))?;
        assert_eq!(essence(&here), essence(&there), "{user} {question}");
    }

    let mut refusals = Vec::new();
    for product in [one, other] {
        let grpc = GenericGrpc::connect(&product.url, &product.token).await?;
        let mut said = Vec::new();
        // For roles of the mesh alone.
        let method = "resync.cache.v1.CacheService/GetEntry";
        let refused = grpc.call(method, &[]).await.err().context("the outside reads the cache")?;
        ensure!(refused.code() == Code::Unimplemented, "{method}: {refused:?}");
        said.push((from_status(&refused).reason, refused.message().to_owned()));
        let fields = [("engine", "default"), ("question.message", "how many jobs failed?")];
        for (user, here, there) in &people {
            let caller = if product.url == one.url { here } else { there };
            let refused = grpc.with_token(&caller.token).call(ASK, &fields).await.err();
            ensure!(refused.is_some() == (*user == "elsewhere"), "{user}: {refused:?}");
            said.extend(refused.map(|refused| (from_status(&refused).reason, refused.message().to_owned())));
        }
        refusals.push(said);
    }
    assert_eq!(refusals[0], refusals[1]);
    Ok(())
}

#[tokio::test]
async fn a_role_that_dies_is_said_to_be_gone_until_it_is_back() -> Result<()> {
    let folder = TempDir::new()?;
    let engine = SimulatedEngine::start(folder.path(), "engine", &["--seed", "73"]).await?;
    let environment = engine.environment();
    let mut apart = Apart::start(folder.path(), &environment).await?;
    let admin = Outside::log_in(&apart.gateway.url, "admin", ADMIN_PASSWORD).await?;
    let grpc = GenericGrpc::connect(&admin.url, &admin.token).await?;
    let question = "how many jobs failed?";
    let fields = [("engine", "default"), ("question.message", question)];
    admin.plan_is_read().await?;

    apart.agent.process.kill().await?;
    gone(&admin.ask(question).await?)?;
    let refused = grpc.call(ASK, &fields).await.err().context("nobody is there to answer")?;
    ensure!(refused.code() == Code::Unavailable && from_status(&refused).hint.is_some(), "{refused:?}");
    let plan = admin.get("/api/status").await?;
    ensure!(plan.status == 200, "the plan is seen without the agent: {plan:#?}");
    let health = admin.get("/api/health/full").await?;
    ensure!(health.body["status"] == "degraded" && health.body["agent"]["status"] == "down", "{health:#?}");
    let bridge_at = [format!("mesh.tws_bridge={}", apart.bridge.url)];
    apart.agent = again("agent", &apart.agent, folder.path(), &environment, &bridge_at).await?;
    answered_again(&admin, question).await?;

    apart.bridge.process.kill().await?;
    // The gateway may answer from what it fetched a moment before.
    admin.until("/api/status", |status| status.status == 503).await?;
    gone(&admin.get("/api/status").await?)?;
    gone(&admin.ask(question).await?)?;
    let health = admin.get("/api/health/tws").await?;
    ensure!(health.status == 503 && health.body["status"] == "down", "{health:#?}");
    apart.bridge = again("tws-bridge", &apart.bridge, folder.path(), &environment, &[]).await?;
    answered_again(&admin, question).await?;
    admin.until("/api/health/full", |health| health.body["status"] == "ok").await?;
    Ok(())
}

fn gone(reply: &Reply) -> Result<()> {
    ensure!(reply.status == 503 && !reply.hint().is_empty(), "no 503 with a hint: {reply:#?}");
    ensure!(reply.body["retryable"] == true, "it may be tried again: {reply:#?}");
    ensure!(!reply.body.to_string().contains("panicked"), "{reply:#?}");
    Ok(())
}

async fn answered_again(admin: &Outside, question: &str) -> Result<()> {
    let answered = async || admin.ask(question).await.ok().filter(|reply| reply.body["kind"] == "answer");
    eventually("an answer after the restart", PATIENCE, answered).await?;
    Ok(())
}

#[tokio::test]
async fn the_monitor_hears_of_every_process_and_notices_one_that_is_gone() -> Result<()> {
    let folder = TempDir::new()?;
    let engine = SimulatedEngine::start(folder.path(), "engine", &["--seed", "74"]).await?;
    let mut apart = Apart::start(folder.path(), &engine.environment()).await?;
    let admin = Outside::log_in(&apart.gateway.url, "admin", ADMIN_PASSWORD).await?;
    admin.plan_is_read().await?;
    let failed = engine.incident("disk_full").await?.symptom.id;
    for _ in 0..3 {
        let log = admin.get(&format!("/api/engines/default/jobs/{failed}/log")).await?;
        ensure!(log.status == 200, "{log:#?}");
    }

    let health = admin.until("/api/performance/health", |health| health.body["processes"] == 6).await?;
    ensure!(health.body["overall_health"] == "healthy", "{health:#?}");
    let report = admin
        .until("/api/performance/report?window=1m", |report| {
            report.body["caches"]["job_logs"]["metrics"]["total_hits"].as_u64() >= Some(2)
        })
        .await?;
    ensure!(report.body["connection_pools"]["engine:default"].is_object(), "{report:#?}");
    let metrics = admin.text("/api/metrics").await?;
    for role in ["gateway", "agent", "tws-bridge", "knowledge-graph", "cache", "perf-monitor"] {
        let label = format!("role=\"{role}\"");
        ensure!(metrics.contains(&label), "no metrics of the role {role}");
    }

    apart.agent.process.kill().await?;
    let alerts = admin
        .until("/api/alerts", |alerts| {
            let alerts = alerts.body["alerts"].as_array();
            alerts.is_some_and(|alerts| alerts.iter().any(|alert| alert["rule"] == "process_missing"))
        })
        .await?;
    ensure!(alerts.body.to_string().contains("agent"), "{alerts:#?}");
    Ok(())
}
