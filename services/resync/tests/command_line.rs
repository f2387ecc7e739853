//! The binary as people and scripts use it: start, ask, stop, in one process and in several.

use anyhow::{Context as _, Result, ensure};
use resync_testkit::{Process, eventually};
use serde_json::Value;
use std::path::Path;
use std::process::Output;
use std::time::Duration;
use tempfile::TempDir;

const BOUND: Duration = Duration::from_secs(60);
const SECRET: &str = "a shared secret of more than 32 characters";

fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_resync"))
}

/// A free port, most likely still free a moment later.
fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Runs a command of the binary to its end.
async fn resync(folder: &Path, environment: &[(&str, &str)], arguments: &[&str]) -> Result<Output> {
    let mut command = tokio::process::Command::new(binary());
    command.args(arguments).current_dir(folder).env_clear().envs(environment.iter().copied());
    Ok(tokio::time::timeout(BOUND, command.output()).await.context("the command hangs")??)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What a command says to programs.
async fn json(folder: &Path, arguments: &[&str]) -> Result<Value> {
    let output = resync(folder, &[], &[arguments, &["-o", "json"]].concat()).await?;
    serde_json::from_slice(&output.stdout).with_context(|| text(&output.stderr))
}

/// Asks until the plan has been read.
async fn overview(folder: &Path) -> Result<Value> {
    eventually("an answer about the plan", BOUND, || async {
        let output = resync(folder, &[], &["ask", "-o", "json", "how is the plan doing?"]).await.ok()?;
        serde_json::from_slice::<Value>(&output.stdout).ok().filter(|answer| answer["kind"] == "answer")
    })
    .await
}

async fn stops_cleanly(process: &mut Process) -> Result<()> {
    let id = process.id().context("it runs")?.to_string();
    tokio::process::Command::new("kill").args(["-TERM", &id]).status().await?;
    let code = process.exit_code(BOUND).await?;
    ensure!(code == Some(0), "it ended with {code:?}:\n{}", process.lines().join("\n"));
    Ok(())
}

#[tokio::test]
async fn one_command_starts_everything_and_the_next_asks() -> Result<()> {
    let folder = TempDir::new()?;
    let up = ["up", "--listen", "127.0.0.1:0", "--jobs", "300", "--set", "operations.listen=127.0.0.1:0"];
    let mut process = Process::start(binary(), &up, &[], folder.path())?;
    process.line_with("Resync is ready", BOUND).await?;
    process.line_with("resync ask \"", BOUND).await?;

    let answer = overview(folder.path()).await?;
    ensure!(answer["citations"].as_array().is_some_and(|citations| !citations.is_empty()), "cited: {answer}");
    ensure!(answer["engine"] == "default");
    // The graph reads the plan on its own, and may come later than the agent.
    let history = ["jobs", "history", "NO#/SUCH.JOB"];
    eventually("the graph follows the engine", BOUND, || async {
        resync(folder.path(), &[], &history).await.ok().filter(|output| output.status.success())
    })
    .await?;

    for (arguments, code, expected) in [
        (&["ask", "who won the world cup?"][..], 3, ""),
        (&["jobs", "--limit", "3"], 0, "of 3"),
        (&["jobs", "status ="], 2, "error"),
        (&history, 0, "no run is kept"),
        (
            &["memory", "list", "--kind", "correction", "--about", "A#B.C", "--about-kind", "job"],
            0,
            "no memory",
        ),
        (&["memory", "list", "--about-kind", "job"], 2, "--about <NAME>"),
        (&["incidents", "list", "--until", "2000-01-01T00:00:00Z"], 0, "no incident matches"),
        (&["incidents", "similar", "none", "--limit", "5"], 3, "there is no incident none"),
        (&["incidents", "similar", "--job", "NO#B.C", "--engine", "default"], 3, "NO#B.C"),
        (&["incidents", "similar", "--limit", "5"], 2, "--job"),
        (&["incidents", "feedback", "none"], 2, "--worked"),
        (&["incidents", "feedback", "none", "--worked", "--failed"], 2, "--failed"),
        (&["incidents", "feedback", "none", "--failed", "--note", "it came back"], 3, "incident"),
        (&["engines", "list"], 0, "live"),
        (&["engines", "check"], 2, "TWS_HOST"),
        (&["--url", "http://127.0.0.1:1", "jobs"], 5, "resync up"),
        (&["--url", "https://127.0.0.1:1", "jobs"], 2, "--ca-file"),
        (&["--data-dir", "elsewhere", "--url", "http://127.0.0.1:1", "jobs"], 4, "resync login"),
    ] {
        let output = resync(folder.path(), &[], arguments).await?;
        let said = text(&output.stdout) + &text(&output.stderr);
        ensure!(
            output.status.code() == Some(code),
            "{arguments:?} ended with {:?}: {said}",
            output.status.code()
        );
        ensure!(said.contains(expected), "{arguments:?} said {said}");
        ensure!(!said.contains('\u{1b}'), "no colour outside a terminal");
    }
    let kept = json(folder.path(), &["conversations", "list"]).await?;
    let id = kept["conversations"][0]["id"].as_str().context("a conversation is kept")?;
    let exported = resync(folder.path(), &[], &["conversations", "export", id, "--out", "kept.md"]).await?;
    ensure!(exported.status.success(), "{}", text(&exported.stderr));
    ensure!(std::fs::read_to_string(folder.path().join("kept.md"))?.contains("who won the world cup?"));
    ensure!(
        json(folder.path(), &["conversations", "delete", id]).await? == serde_json::json!({ "deleted": id })
    );
    let second = resync(folder.path(), &[], &["up", "--listen", "127.0.0.1:0"]).await?;
    ensure!(text(&second.stderr).contains("in use by another process"), "{}", text(&second.stderr));
    stops_cleanly(&mut process).await
}

#[tokio::test]
async fn roles_in_processes_of_their_own_answer_like_one() -> Result<()> {
    let folder = TempDir::new()?;
    let port = free_port()?.to_string();
    let simulate = ["simulate-hwa", "--port", &port, "--jobs", "300", "--ca-out", "ca.pem"];
    let simulator = Process::start(binary(), &simulate, &[], folder.path())?;
    simulator.line_with("ready", BOUND).await?;

    let (bridge_port, agent_port) = (free_port()?, free_port()?);
    let start = |role: &'static str, more: &[String]| -> Result<Process> {
        let mut arguments =
            vec!["serve".to_owned(), role.to_owned(), "--data-dir".to_owned(), format!("data-{role}")];
        for setting in more
            .iter()
            .map(String::as_str)
            .chain(["operations.listen=127.0.0.1:0", "gateway.listen=127.0.0.1:0"])
        {
            arguments.extend(["--set".to_owned(), setting.to_owned()]);
        }
        let environment = [
            ("SECRET_KEY", SECRET),
            ("TWS_HOST", "localhost"),
            ("TWS_PORT", port.as_str()),
            ("TWS_USER", "wauser"),
            ("TWS_PASSWORD", "simulated"),
            ("APP_ENGINES__DEFAULT__CA_FILE", "ca.pem"),
            ("APP_ENGINES__DEFAULT__REQUESTS_PER_SECOND", "0"),
        ];
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        Process::start(binary(), &arguments, &environment, folder.path())
    };
    let bridge_at = format!("mesh.tws_bridge=http://127.0.0.1:{bridge_port}");
    let agent_at = format!("mesh.agent=http://127.0.0.1:{agent_port}");
    // The gateway first: roles may start in any order.
    let mut gateway = start("gateway", &[bridge_at.clone(), agent_at])?;
    let mut agent = start("agent", &[bridge_at, format!("mesh.listen=127.0.0.1:{agent_port}")])?;
    let mut bridge = start("tws-bridge", &[format!("mesh.listen=127.0.0.1:{bridge_port}")])?;
    for process in [&gateway, &agent, &bridge] {
        process.line_with("resync is serving", BOUND).await?;
    }

    let home = folder.path().join("data-gateway");
    let asked = folder.path().join("asked-from");
    std::fs::create_dir(&asked)?;
    std::os::unix::fs::symlink(&home, asked.join(".resync"))?;
    let answer = overview(&asked).await?;
    ensure!(answer["citations"].as_array().is_some_and(|citations| !citations.is_empty()), "cited: {answer}");

    // A role that is gone is said to be gone; its return is noticed.
    bridge.kill().await?;
    let refused = resync(&asked, &[], &["jobs"]).await?;
    ensure!(refused.status.code() == Some(5), "{}", text(&refused.stderr));
    let mut bridge = start("tws-bridge", &[format!("mesh.listen=127.0.0.1:{bridge_port}")])?;
    overview(&asked).await?;
    for process in [&mut gateway, &mut agent, &mut bridge] {
        stops_cleanly(process).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_start_that_cannot_work_says_why() -> Result<()> {
    let folder = TempDir::new()?;
    for (environment, arguments, expected) in [
        (&[("REDIS_URL", "redis://127.0.0.1:1")][..], &["up"][..], "Redis"),
        (&[("NEO4J_URI", "bolt://h")], &["up"], "neo4j.password"),
        (&[("TWS_HOST", "h")], &["up"], "engines.default.user"),
        (&[("SECRET_KEY", "short")], &["up"], "at least 32 characters"),
        (&[], &["up", "--set", "gateway.lisen=x"], "did you mean gateway.listen?"),
        (&[], &["up", "--listen", "nowhere"], "gateway.listen"),
        (&[], &["serve", "agent"], "SECRET_KEY"),
        (&[("SECRET_KEY", SECRET)], &["serve", "tws-bridge"], "TWS_HOST"),
    ] {
        let mut arguments = arguments.to_vec();
        arguments.extend(["--set", "operations.listen=127.0.0.1:0"]);
        let output = resync(folder.path(), environment, &arguments).await?;
        let said = text(&output.stderr);
        ensure!(!output.status.success() && said.contains(expected), "{arguments:?} said {said}");
        ensure!(said.contains("hint: "), "{arguments:?} gives no hint: {said}");
    }
    Ok(())
}
