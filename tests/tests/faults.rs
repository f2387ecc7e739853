//! Engines that are down, die, or are not what the settings say: the product goes on, says what is wrong
//! and since when, and what to do.

use anyhow::{Context as _, Result, ensure};
use resync_testkit::{ChaosProxy, eventually};
use resync_tests::processes::{Outside, PATIENCE, Product, Reply, SimulatedEngine, resync};
use serde_json::Value;
use tempfile::TempDir;

/// The only engine of an answer of `/api/health/tws`.
fn engine(health: &Reply) -> &Value {
    &health.body["engines"][0]
}

/// Asks until the answer is as wanted.
async fn answer_until(admin: &Outside, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let look = async || Some(admin.ask("how many jobs failed?").await.ok()?.body).filter(&wanted);
    eventually(what, PATIENCE, look).await
}

#[tokio::test]
async fn an_engine_that_is_down_at_the_start_or_dies_is_told_and_waited_for() -> Result<()> {
    let folder = TempDir::new()?;
    let simulated = SimulatedEngine::start(folder.path(), "engine", &["--seed", "74"]).await?;
    let proxy = ChaosProxy::start(simulated.address).await?;
    proxy.cut();
    let settings = simulated.settings("default", proxy.address(), &[]);
    std::fs::write(folder.path().join("settings.toml"), settings)?;
    let product = Product::up(folder.path(), &[], &[]).await?;
    let admin = product.administrator().await?;

    // Down at the start: there is no plan, and everybody is told so.
    let health = admin.until("/api/health/tws", |health| engine(health)["last_error"] != "").await?;
    ensure!(health.body["status"] == "degraded" && engine(&health)["reachable"] == false, "{health:#?}");
    ensure!(engine(&health)["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{health:#?}");
    admin.get("/api/status").await?.expect_problem(503, "PLAN_NOT_READ", "resync engines check default")?;
    admin.ask("how many jobs failed?").await?.expect_problem(
        503,
        "PLAN_NOT_READ",
        "cannot reach the engine",
    )?;
    resync(folder.path(), &[], &["engines", "check"]).await?.expect(5, &["failed"])?;

    // It comes up.
    proxy.restore();
    let fresh = answer_until(&admin, "a first answer", |answer| answer["kind"] == "answer").await?;
    let stale_words = "has not answered since";
    let text = |answer: &Value| answer["answer"].as_str().unwrap_or_default().to_owned();
    ensure!(!text(&fresh).contains(stale_words), "{fresh:#}");
    let health = admin.until("/api/health/tws", |health| health.body["status"] == "ok").await?;
    ensure!(engine(&health)["stale_since"].is_null(), "{health:#?}");
    resync(folder.path(), &[], &["engines", "check"]).await?.expect(0, &["ok"])?;

    // It dies: answers go on from the last plan, and say since when.
    proxy.cut();
    let health = admin.until("/api/health/tws", |health| engine(health)["reachable"] == false).await?;
    ensure!(health.status == 200 && health.body["status"] == "degraded", "{health:#?}");
    ensure!(engine(&health)["stale_since"].is_string(), "{health:#?}");
    let stale = admin.ask("how many jobs failed?").await?.body;
    ensure!(stale["kind"] == "answer" && text(&stale).contains(stale_words), "{stale:#}");
    let cited = stale["citations"].as_array().context("citations")?;
    let since = cited
        .iter()
        .find(|citation| citation["field"].as_str().is_some_and(|field| field.ends_with("stale_since")));
    ensure!(since.is_some(), "since when is a fact as any other: {stale:#}");
    let plan = admin.get("/api/status").await?;
    ensure!(plan.status == 200 && plan.body["freshness"]["stale_since"].is_string(), "{plan:#?}");
    resync(folder.path(), &[], &["ask", "how many jobs failed?"])
        .await?
        .expect(0, &["engine unreachable since"])?;

    // It is back.
    proxy.restore();
    answer_until(&admin, "a fresh answer", |answer| {
        answer["kind"] == "answer" && !text(answer).contains(stale_words)
    })
    .await?;
    admin.until("/api/health/tws", |health| health.body["status"] == "ok").await?;
    Ok(())
}

/// An engine whose settings are wrong in one way.
struct Wrong {
    name: &'static str,
    settings: &'static [(&'static str, &'static str)],
    /// What the hint says, on the health route and in `resync engines check`.
    hint: &'static str,
    /// The step of `resync engines check` that fails.
    step: &'static str,
}

const WRONG: &[Wrong] = &[
    Wrong { name: "password", settings: &[("password", "guess")], hint: "user registry", step: "login" },
    Wrong {
        name: "name",
        settings: &[("host_name", "tws.example.com")],
        hint: "dial the engine by a name in its certificate",
        step: "tls",
    },
    Wrong { name: "authority", settings: &[("ca_file", "")], hint: "engine's CA file", step: "tls" },
    Wrong {
        name: "netman",
        settings: &[("urls", "https://127.0.0.1:31111")],
        hint: "port 31111 belongs to netman",
        step: "port",
    },
    Wrong {
        name: "nowhere",
        settings: &[("urls", "https://no-such-host.invalid:31116")],
        hint: "check the spelling of the host name",
        step: "name",
    },
];

#[tokio::test]
async fn engines_with_wrong_settings_say_what_to_do_and_do_not_harm_the_right_one() -> Result<()> {
    let folder = TempDir::new()?;
    let simulated = SimulatedEngine::start(folder.path(), "engine", &["--seed", "75"]).await?;
    let portal = SimulatedEngine::start(folder.path(), "portal", &["--no-incidents"]).await?;
    portal.answer_html().await?;
    let html =
        Wrong { name: "html", settings: &[], hint: "a web console, a login page or a proxy", step: "" };
    let mut settings = simulated.settings("right", simulated.address, &[]);
    settings += &portal.settings("html", portal.address, &[]);
    for wrong in WRONG {
        settings += &simulated.settings(wrong.name, simulated.address, wrong.settings);
    }
    std::fs::write(folder.path().join("settings.toml"), settings)?;
    let product = Product::up(folder.path(), &[], &[]).await?;
    let admin = product.administrator().await?;

    let told = |health: &Reply, name: &str, text: &str| {
        let engines = health.body["engines"].as_array().cloned().unwrap_or_default();
        engines.iter().any(|engine| {
            engine["engine"] == name && engine["hint"].as_str().is_some_and(|hint| hint.contains(text))
        })
    };
    for wrong in WRONG.iter().chain([&html]) {
        admin
            .until("/api/health/tws", |health| told(health, wrong.name, wrong.hint))
            .await
            .with_context(|| format!("engine {}", wrong.name))?;
        let refused = admin.get(&format!("/api/status?engine={}", wrong.name)).await?;
        refused.expect_problem(503, "PLAN_NOT_READ", "resync engines check")?;
        let check = resync(folder.path(), &[], &["--output", "json", "engines", "check", wrong.name]).await?;
        check.expect(5, &[wrong.hint]).with_context(|| format!("engine {}", wrong.name))?;
        let reports: Value = serde_json::from_str(&check.output)?;
        let steps = reports[0]["steps"].as_array().context("steps")?;
        let failed = steps.iter().find(|step| step["outcome"] == "failed").context("a failed step")?;
        ensure!(wrong.step.is_empty() || failed["name"] == wrong.step, "{}: {failed:#}", wrong.name);
        ensure!(!check.output.contains("guess"), "a password is shown: {}", check.output);
    }
    admin
        .until("/api/status?engine=right", |plan| {
            plan.status == 200 && plan.body["freshness"]["stale_since"].is_null()
        })
        .await?;
    Ok(())
}

#[tokio::test]
async fn a_start_that_cannot_work_ends_at_once_and_names_what_is_wrong() -> Result<()> {
    let file = |text: &str| -> Result<TempDir> {
        let folder = TempDir::new()?;
        std::fs::write(folder.path().join("settings.toml"), text)?;
        Ok(folder)
    };
    for (text, environment, code, says) in [
        ("", &[("REDIS_URL", "redis://user:secret@127.0.0.1:1")][..], 1, &["Redis", "127.0.0.1:1"][..]),
        (
            "",
            &[("LLM_ENDPOINT", "http://host")],
            2,
            &["LLM_ENDPOINT", "a language model, which this version does not have yet"],
        ),
        ("[gateway]\nlisen = 'x'", &[], 2, &["gateway.lisen", "did you mean gateway.listen?"]),
        ("[engines.prod]\nurl = 'https://host'", &[], 2, &["engines.prod.url", "engines.prod.urls"]),
        ("[gateway]\nmax_connections = 'many'", &[], 2, &["gateway.max_connections", "whole number"]),
        ("[gateway", &[], 2, &["settings.toml", "line 1"]),
        ("", &[("TWS_HOST", "host")], 2, &["engines.default.user"]),
    ] {
        let folder = file(text)?;
        let ended = resync(folder.path(), environment, &["up"]).await?;
        ended.expect(code, says).with_context(|| format!("{text:?} {environment:?}"))?;
        ended.expect(code, &["hint: "]).with_context(|| format!("{text:?} {environment:?}"))?;
        ensure!(!ended.errors.contains("secret@"), "a secret is shown: {}", ended.errors);
    }
    Ok(())
}
