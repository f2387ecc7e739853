//! Questions that what was kept answers, over the whole product: the runbook, incidents and what helped, how a job runs.

use anyhow::{Context as _, Result, ensure};
use resync_tests::processes::{Outside, Product, Reply, SimulatedEngine};
use serde_json::json;
use tempfile::TempDir;

const PEOPLE: &str = "[users.night]\npassword = 'runs-the-plan'\nrole = 'operator'\n";

fn answer(reply: &Reply) -> &str {
    reply.body["answer"].as_str().unwrap_or_default()
}

/// The answer, which is one, says this, and has a citation for everything it tells.
fn says(reply: &Reply, text: &str) -> Result<()> {
    ensure!(reply.body["kind"] == "answer", "{reply:#?}");
    ensure!(answer(reply).contains(text), "{text:?} is not in {reply:#?}");
    let citations = reply.body["citations"].as_array().context("citations")?;
    ensure!(!citations.is_empty(), "nothing is cited: {reply:#?}");
    Ok(())
}

fn ids(page: &Reply) -> Vec<&str> {
    let incidents = page.body["incidents"].as_array().map(Vec::as_slice).unwrap_or_default();
    incidents.iter().filter_map(|incident| incident["id"].as_str()).collect()
}

#[tokio::test]
async fn documents_incidents_and_runs_answer_questions() -> Result<()> {
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("settings.toml"), PEOPLE)?;
    let flags = ["--stepped", "--start", "2026-03-11T04:30:00Z", "--seed", "75"];
    let engine = SimulatedEngine::start(folder.path(), "engine", &flags).await?;
    let product = Product::up(folder.path(), &engine.environment(), &[]).await?;
    let admin = product.administrator().await?;
    let night = Outside::log_in(&product.url, "night", "runs-the-plan").await?;
    night.plan_is_read().await?;
    let failed = engine.incident("disk_full").await?;
    let job = engine.typed(&failed.symptom).await?;

    // Nothing is there to be cited yet, and that is said.
    let nothing = night.ask("what does the runbook say about mirrors?").await?;
    ensure!(nothing.body["kind"] == "not_found" && answer(&nothing).contains("mirrors"), "{nothing:#?}");
    let runbook = format!(
        "# Storage\n\n## Full file systems\n\nRemove old stdlist folders before {job} is rerun.\n\n## Mirrors\n\nCall the \
         storage team.\n"
    );
    let stored = admin.post("/api/documents?name=storage.md", "text/markdown", runbook).await?;
    ensure!(stored.status == 201, "{stored:#?}");
    let found = |reply: &Reply| reply.body["hits"].as_array().is_some_and(|hits| !hits.is_empty());
    night.until("/api/documents/search?q=mirrors", found).await?;
    says(&night.ask("what does the runbook say about mirrors?").await?, "Call the storage team.")?;
    says(&night.ask("o que o manual diz sobre mirrors?").await?, "Call the storage team.")?;
    let fix = night.ask(&format!("how do I fix {job}?")).await?;
    says(&fix, "Remove old stdlist folders")?;
    ensure!(answer(&fix).contains("Storage"), "where it stands is told: {fix:#?}");

    // Incidents as the plan shows them, and as the conversation tells them.
    let of_job = |reply: &Reply| {
        let members = reply.body["incidents"].as_array().map(Vec::as_slice).unwrap_or_default();
        members.iter().any(|incident| incident["jobs"].to_string().contains(&job))
    };
    let open = night.until("/api/incidents?engine=default&state=open", of_job).await?;
    let told = night.ask("which incidents are open?").await?;
    says(&told, "unresolved")?;
    for id in ids(&open) {
        ensure!(told.body["blocks"].to_string().contains(id), "{id} is not in {told:#?}");
    }
    let before = night.ask(&format!("has {job} happened before?")).await?;
    ensure!(before.body["kind"] == "answer", "{before:#?}");
    let mut listed = open.body["incidents"].as_array().context("a list")?.iter();
    let incident = listed
        .find(|incident| incident["jobs"].to_string().contains(&job))
        .and_then(|incident| incident["id"].as_str())
        .context("the incident of the job")?;
    let resolve = json!({ "resolution": "freed 2 GB and reran it" });
    let resolved =
        night.post_once(&format!("/api/incidents/{incident}/resolve"), "resolve-1", &resolve).await?;
    ensure!(resolved.status == 200 && resolved.body["state"] == "resolved", "{resolved:#?}");
    ensure!(!answer(&night.ask("which incidents are open?").await?).contains(incident), "it is resolved");

    // Too few runs to call one unusual: that is an answer.
    let unusual = night.ask(&format!("is the run time of {job} unusual?")).await?;
    says(&unusual, "too little to tell")?;
    let runs = night.ask(&format!("how often does {job} fail?")).await?;
    says(&runs, "failed")?;
    let follow = json!({ "message": "is that unusual?", "conversation_id": runs.body["conversation_id"] });
    let follow = night.post("/api/chat", "application/json", follow.to_string()).await?;
    says(&follow, "too little to tell")?;
    let stated = night.get(&format!("/api/engines/default/jobs/{}/statistics", failed.symptom.id)).await?;
    let kept = stated.body["runs"].as_u64().context("a number of runs")?;
    ensure!(kept > 0 && answer(&runs).contains(&kept.to_string()), "{stated:#?} and {runs:#?}");
    Ok(())
}
