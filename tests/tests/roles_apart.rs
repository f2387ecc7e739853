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
    _unbuilt: [RoleProcess; 3],
}

impl Apart {
    async fn start(folder: &Path, environment: &[(String, String)]) -> Result<Self> {
        let role = async |name: &str, settings: &[String]| {
            RoleProcess::start(name, folder, environment, settings).await
        };
        let bridge = role("tws-bridge", &[]).await?;
        let bridge_at = format!("mesh.tws_bridge={}", bridge.url);
        let agent = role("agent", std::slice::from_ref(&bridge_at)).await?;
        let (graph, cache, perf) =
            tokio::try_join!(role("knowledge-graph", &[]), role("cache", &[]), role("perf-monitor", &[]))?;
        let addresses = [
            bridge_at,
            format!("mesh.agent={}", agent.url),
            format!("mesh.knowledge_graph={}", graph.url),
            format!("mesh.cache={}", cache.url),
            format!("mesh.perf_monitor={}", perf.url),
        ];
        let gateway = role("gateway", &addresses).await?;
        Ok(Self { gateway, agent, bridge, _unbuilt: [graph, cache, perf] })
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
            "/api/engines/default/jobs?filter=status%20%3D%3D%20ERROR".to_owned(),
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
        for method in [
            "resync.graph.v1.GraphService/GetTopology",
            "resync.cache.v1.CacheService/GetCacheStats",
            "resync.perf.v1.PerfService/GetHealthScores",
        ] {
            ensure!(grpc.services.iter().any(|service| method.starts_with(service.as_str())), "{method}");
            if let Some(refused) = grpc.refusal(method).await? {
                ensure!(refused.code() == Code::Unimplemented, "{method}: {refused:?}");
                said.push((method, from_status(&refused).reason, refused.message().to_owned()));
            }
        }
        let fields = [("engine", "default"), ("question.message", "how many jobs failed?")];
        for (user, here, there) in &people {
            let caller = if product.url == one.url { here } else { there };
            let answer = grpc.with_token(&caller.token).call(ASK, &fields).await;
            let code = answer.map_or_else(|refused| refused.code(), |_| Code::Ok);
            let expected = if *user == "elsewhere" { Code::PermissionDenied } else { Code::Ok };
            ensure!(code == expected, "{user} is answered with {code:?}");
        }
        refusals.push(said);
    }
    assert_eq!(refusals[0], refusals[1]);
    Ok(())
}
