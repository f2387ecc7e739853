//! A plan of an engine elsewhere, over TLS with the engine's own authority: why a stuck job does not run is
//! answered the same way, with evidence, through every door.

use anyhow::{Context as _, Result, ensure};
use resync_tests::processes::{GenericGrpc, Product, SimulatedEngine, Told, explains, resync};
use serde_json::Value;
use tempfile::TempDir;

/// An agent, a resource, an operator, another job stream: causes of different sorts.
const STUCK: [&str; 4] = ["agent_unlinked", "resource_exhausted", "prompt_unanswered", "upstream_abend"];

#[tokio::test]
async fn a_stuck_job_of_an_engine_of_variant_a_is_explained_through_every_door() -> Result<()> {
    stuck_jobs_are_explained("A").await
}

#[tokio::test]
async fn a_stuck_job_of_an_engine_of_variant_b_is_explained_through_every_door() -> Result<()> {
    stuck_jobs_are_explained("B").await
}

async fn stuck_jobs_are_explained(variant: &str) -> Result<()> {
    let folder = TempDir::new()?;
    let engine =
        SimulatedEngine::start(folder.path(), "engine", &["--variant", variant, "--seed", "71"]).await?;
    let product = Product::up(folder.path(), &engine.environment(), &[]).await?;
    let admin = product.administrator().await?;
    let grpc = GenericGrpc::connect(&admin.url, &admin.token).await?;
    admin.plan_is_read().await?;

    for kind in STUCK {
        let incident = engine.incident(kind).await?;
        let question = format!("why is {} not running?", engine.typed(&incident.symptom).await?);
        let asked = || format!("variant {variant}, {kind}: {question}");

        let reply = admin.ask(&question).await?;
        let at_once = Told::by_chat(&reply.body).with_context(asked)?;
        explains(&at_once, &incident).context("POST /api/chat").with_context(asked)?;

        let events = admin.stream_ask(&question).await?;
        let (last, done) = events.last().context("events")?;
        ensure!(last == "done", "{}: the last event is {last}", asked());
        let streamed = Told::by_chat(done).with_context(asked)?;
        explains(&streamed, &incident).context("server-sent events").with_context(asked)?;
        let cited: Vec<_> = events.iter().filter(|(event, _)| event == "citation").collect();
        ensure!(cited.len() == streamed.cited.len(), "{}: {} citations streamed", asked(), cited.len());

        let fields = [("engine", "default"), ("question.message", question.as_str())];
        let response = grpc.call("resync.agent.v1.AgentService/Ask", &fields).await?;
        explains(&Told::by_grpc(&response)?, &incident).context("generic gRPC").with_context(asked)?;

        let printed = resync(folder.path(), &[], &["ask", "--output", "json", &question]).await?;
        printed.expect(0, &[]).with_context(asked)?;
        let answer: Value = serde_json::from_str(&printed.output)?;
        explains(&Told::by_command(&answer)?, &incident).context("resync ask").with_context(asked)?;
    }
    Ok(())
}
