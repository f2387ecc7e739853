//! The audit log as administrators and auditors meet it: what the gateway reports of its own accord, who may read it, what
//! an outage and a kill leave of it, and what is found out about a log that was changed.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use resync_testkit::{Process, eventually};
use resync_tests::processes::{ADMIN_PASSWORD, Ended, Outside, PATIENCE, Product, RoleProcess, resync};
use serde_json::{Value, json};
use tempfile::TempDir;

const USERS: &str = "[users.viewer]\npassword = 'only-looking'\n\
                     [users.auditor]\npassword = 'reads-everything'\nrole = 'auditor'\n";
const STORE: &str = ".resync/knowledge.sqlite";

async fn product(folder: &Path) -> Result<Product> {
    std::fs::write(folder.join("settings.toml"), USERS)?;
    Product::up(folder, &[], &[]).await
}

async fn ends(process: &mut Process) -> Result<()> {
    let id = process.id().context("it runs")?.to_string();
    tokio::process::Command::new("kill").args(["-TERM", &id]).status().await?;
    process.exit_code(PATIENCE).await.map(drop)
}

/// Waits until exactly the expected number of entries matches, and gives them.
async fn entries(reader: &Outside, query: &str, expected: usize) -> Result<Vec<Value>> {
    let path = format!("/api/audit/events?{query}");
    let listed = |body: &Value| body["entries"].as_array().cloned().unwrap_or_default();
    let reply = reader.until(&path, |reply| listed(&reply.body).len() >= expected).await?;
    let entries = listed(&reply.body);
    ensure!(entries.len() == expected, "{} instead of {expected}: {entries:#?}", entries.len());
    Ok(entries)
}

fn lines(text: &str) -> Result<Vec<Value>> {
    text.lines().map(|line| serde_json::from_str(line).context(line.to_owned())).collect()
}

#[tokio::test]
async fn what_people_do_is_told_to_those_who_may_ask() -> Result<()> {
    let folder = TempDir::new()?;
    let product = product(folder.path()).await?;
    // The name is what a spreadsheet would run.
    let formula = "=1+cmd";
    ensure!(Outside::log_in(&product.url, "%3D1%2Bcmd", "wrong-password").await.is_err());
    let admin = product.administrator().await?;
    let viewer = Outside::log_in(&product.url, "viewer", "only-looking").await?;
    let auditor = Outside::log_in(&product.url, "auditor", "reads-everything").await?;

    for path in ["events", "report", "export", "verify", "checkpoints"] {
        let refused = viewer.get(&format!("/api/audit/{path}")).await?;
        refused.expect_problem(403, "PERMISSION_DENIED", "audit.read")?;
        let stranger = Outside::stranger(&product.url)?.get(&format!("/api/audit/{path}")).await?;
        stranger.expect_problem(401, "LOGIN_REQUIRED", "login")?;
    }
    auditor.get("/api/status").await?.expect_problem(403, "PERMISSION_DENIED", "plan.read")?;
    let logs = json!({ "scope": "cache", "value": "logs" });
    for once_and_replayed in 0..2 {
        let cleared = admin.post_once("/api/cache/clear", "k", &logs).await?;
        ensure!(cleared.status == 200, "{once_and_replayed}: {cleared:#?}");
    }
    let conflict = admin.post_once("/api/cache/clear", "k", &json!({ "scope": "all" })).await?;
    conflict.expect_problem(422, "IDEMPOTENCY_MISMATCH", "key")?;
    let report =
        json!({ "csp-report": { "violated-directive": "img-src", "blocked-uri": "https://evil/?a=b" } });
    let reported = admin.post("/csp-violation-report", "application/csp-report", report.to_string()).await?;
    ensure!(reported.status == 204, "{reported:?}");

    let refused = entries(&auditor, "action=login&result=refused", 1).await?.remove(0);
    let event = &refused["event"];
    ensure!(event["actor"] == json!({ "subject": formula, "kind": "anonymous" }), "{event:#}");
    ensure!(event["origin"]["address"] == "127.0.0.1" && event["outcome"]["reason"] == "CREDENTIALS_WRONG");
    ensure!(event["correlation_id"].as_str().is_some_and(|id| !id.is_empty()), "{event:#}");
    entries(&auditor, "action=login&result=succeeded&actor=viewer", 1).await?;
    let denied = entries(&auditor, "action=permission.denied&actor=viewer", 5).await?;
    ensure!(denied.iter().all(|entry| entry["event"]["parameters"]["permission"] == "audit.read"));
    ensure!(denied[4]["event"]["target"]["name"] == "/api/audit/events", "{:#}", denied[4]);
    let clear = entries(&auditor, "category=administration&action=cache.clear", 1).await?.remove(0);
    ensure!(clear["event"]["parameters"] == json!({ "scope": "cache", "value": "logs" }), "{clear:#}");
    ensure!(
        clear["event"]["outcome"]["result"] == "succeeded" && clear["event"]["actor"]["subject"] == "admin"
    );
    entries(&auditor, "action=idempotency.conflict", 1).await?;
    let csp = entries(&auditor, "category=security&action=csp.violation", 1).await?.remove(0);
    ensure!(
        csp["event"]["parameters"]["blocked"] == "https://evil/",
        "what follows ? may be private: {csp:#}"
    );
    let whole = auditor.text("/api/audit/events?page_size=1000").await?;
    for secret in [ADMIN_PASSWORD, "only-looking", "wrong-password", auditor.token.as_str()] {
        ensure!(!whole.contains(secret), "the log holds a secret");
    }

    let wrong = auditor.get("/api/audit/events?category=nonsense").await?;
    wrong.expect_problem(400, "FIELD_INVALID", "authentication")?;
    let page = auditor.get("/api/audit/events?page_size=2").await?;
    let token = page.body["next_page_token"].as_str().context("there are more")?;
    let next = auditor.get(&format!("/api/audit/events?page_size=2&page_token={token}")).await?;
    ensure!(next.body["entries"][0] != page.body["entries"][0] && next.status == 200, "{next:#?}");
    let report = auditor.get("/api/audit/report").await?.body;
    ensure!(report["events"].as_u64().is_some_and(|events| events >= 11), "{report:#}");
    let csv = auditor.text("/api/audit/export?format=csv&category=authentication").await?;
    ensure!(csv.starts_with("chain,sequence,at,") && csv.contains(",'=1+cmd,"), "{csv}");
    let exported = lines(&auditor.text("/api/audit/export").await?)?;
    ensure!(exported.iter().all(|line| line["hash"].as_str().is_some_and(|hash| hash.len() == 64)));
    ensure!(exported.iter().any(|line| line["entry"]["event"]["action"] == "cache.clear"));
    entries(&auditor, "action=audit.export", 2).await?;

    let verdicts = lines(&auditor.text("/api/audit/verify").await?)?;
    let last = verdicts.last().context("it ends with a verdict")?;
    ensure!(last["sound"] == true && last["chains"] == 1, "{verdicts:#?}");
    let metrics = admin.get("/api/metrics/security").await?.body;
    ensure!(metrics["logins"]["refused"] == 1 && metrics["security_events"]["lost"] == 0, "{metrics:#}");

    let cli = async |arguments: &[&str]| resync(folder.path(), &[], arguments).await;
    cli(&["audit", "events", "--action", "cache.clear"]).await?.expect(0, &["admin", "succeeded"])?;
    cli(&["audit", "events", "--category", "nonsense"]).await?.expect(2, &["authentication"])?;
    cli(&["audit", "report"]).await?.expect(0, &["permission.denied", "viewer"])?;
    cli(&["audit", "export", "--format", "csv", "--out", "audit.csv"]).await?.expect(0, &[])?;
    ensure!(std::fs::read_to_string(folder.path().join("audit.csv"))?.contains("csp.violation"));
    let kept = eventually("a checkpoint", PATIENCE, async || {
        let printed = cli(&["audit", "checkpoints"]).await.ok()?;
        (printed.code == Some(0) && printed.output.contains("\"signature\"")).then_some(printed.output)
    });
    std::fs::write(folder.path().join("kept"), kept.await?)?;
    cli(&["audit", "verify", "--checkpoint", "kept"]).await?.expect(0, &["main: sound"])?;
    cli(&["audit", "verify", "--offline"]).await?.expect(0, &["main: sound"])?;
    cli(&["audit", "verify", "--checkpoint", "settings.toml"]).await?.expect(2, &["checkpoints"])?;
    Ok(())
}

#[tokio::test]
async fn the_first_record_that_was_changed_is_named() -> Result<()> {
    let folder = TempDir::new()?;
    let mut product = product(folder.path()).await?;
    for user in ["a", "b", "c", "d", "e"] {
        ensure!(Outside::log_in(&product.url, user, "wrong-password").await.is_err());
    }
    let admin = product.administrator().await?;
    entries(&admin, "action=login", 6).await?;
    ends(&mut product.process).await?;
    let verify = async |more: &[&str]| -> Result<Ended> {
        resync(folder.path(), &[], &[&["audit", "verify"], more].concat()).await
    };
    verify(&[]).await?.expect(0, &["main: sound"])?;
    let (store, checkpoints) = (folder.path().join(STORE), folder.path().join(".resync/audit.checkpoints"));
    rusqlite::Connection::open(&store)?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let whole = (std::fs::read(&store)?, std::fs::read(&checkpoints)?);
    for (change, says) in [
        (
            "UPDATE AuditEvent SET body = replace(body, 'CREDENTIALS_WRONG', 'CREDENTIALS_RIGHT') WHERE position LIKE '%3'",
            "broken at record 3 (altered)",
        ),
        ("DELETE FROM AuditEvent WHERE position LIKE '%4'", "broken at record 4 (missing)"),
        ("UPDATE AuditEvent SET actor = 'f' WHERE position LIKE '%2'", "broken at record 2 (mislabelled)"),
        (
            "DELETE FROM AuditEvent WHERE position >= 'main/00000000000000000005'",
            "broken at record 5 (truncated)",
        ),
    ] {
        let changed = rusqlite::Connection::open(&store)?.execute(change, [])?;
        ensure!(changed > 0, "{change} changes nothing");
        let ended = verify(&[]).await?;
        ended.expect(1, &[says]).with_context(|| change.to_owned())?;
        let errors = ended.errors.lines().filter(|line| line.starts_with("error: ")).count();
        ensure!(errors == 1, "not one line: {}", ended.errors);
        // The product says the same of it.
        if change.starts_with("UPDATE AuditEvent SET body") {
            let product = Product::up(folder.path(), &[], &[]).await?;
            verify(&[]).await?.expect(1, &[says])?;
            let told = product.administrator().await?.text("/api/audit/verify").await?;
            let told = lines(&told)?;
            let broken = |line: &&Value| line["verdict"]["first_break"]["sequence"] == 3;
            ensure!(told.iter().find(broken).is_some(), "{told:#?}");
            ensure!(told.last().is_some_and(|last| last["sound"] == false), "{told:#?}");
            let mut product = product;
            ends(&mut product.process).await?;
        }
        for rest in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(folder.path().join(format!("{STORE}{rest}")));
        }
        std::fs::write(&store, &whole.0)?;
        std::fs::write(&checkpoints, &whole.1)?;
    }
    Ok(())
}

#[tokio::test]
async fn people_log_in_while_the_log_is_out_and_each_event_gets_there_once() -> Result<()> {
    let folder = TempDir::new()?;
    let role =
        async |name: &str, settings: &[String]| RoleProcess::start(name, folder.path(), &[], settings).await;
    let mut graph = role("knowledge-graph", &[]).await?;
    let address = graph.url.trim_start_matches("http://").to_owned();
    let known = [format!("mesh.knowledge_graph={}", graph.url)];
    let mut gateway = role("gateway", &known).await?;
    let fails = async |gateway: &RoleProcess, user: &str| -> Result<()> {
        ensure!(Outside::log_in(&gateway.url, user, "wrong-password").await.is_err());
        Ok(())
    };
    let admin = Outside::log_in(&gateway.url, "admin", ADMIN_PASSWORD).await?;
    entries(&admin, "action=login", 1).await?;

    graph.process.kill().await?;
    let admin =
        Outside::log_in(&gateway.url, "admin", ADMIN_PASSWORD).await.context("while the log is out")?;
    fails(&gateway, "before-the-kill").await?;
    ensure!(admin.get("/api/audit/events").await?.status == 503, "nobody pretends that there is a log");
    admin.until("/api/health/full", |health| health.body["knowledge_graph"]["status"] == "down").await?;
    let spool = folder.path().join("data-gateway/security.spool");
    let spooled = async || {
        let text = std::fs::read_to_string(&spool).ok()?;
        text.contains("before-the-kill").then_some(())
    };
    eventually("the events on the disk", PATIENCE, spooled).await?;
    gateway.process.kill().await?;
    let gateway = role("gateway", &known).await?;
    fails(&gateway, "after-the-kill").await?;
    let admin = Outside::log_in(&gateway.url, "admin", ADMIN_PASSWORD).await?;

    let _graph = role("knowledge-graph", &[format!("mesh.listen={address}")]).await?;
    for user in ["before-the-kill", "after-the-kill"] {
        entries(&admin, &format!("actor={user}"), 1).await?;
    }
    entries(&admin, "action=login&result=succeeded&actor=admin", 3).await?;
    let emptied = async || (std::fs::metadata(&spool).ok()?.len() == 0).then_some(());
    eventually("the file to be emptied", PATIENCE, emptied).await?;
    let verdicts = lines(&admin.text("/api/audit/verify").await?)?;
    ensure!(verdicts.last().is_some_and(|last| last["sound"] == true), "{verdicts:#?}");
    admin.until("/api/health/full", |health| health.body["knowledge_graph"]["status"] == "ok").await?;
    Ok(())
}
