//! What all roles in one process hold of a plan of 10,000 jobs. The simulator is a process of its own, so that its memory
//! does not count.

use std::time::Duration;

use anyhow::Context as _;
use reqwest::Client;
use serde_json::Value;
use tokio::time::sleep;

use super::bare;
use super::server::{Server, free_port};
use super::table::{Amount, Row, Table};

const BUDGET: Amount = Amount::Bytes(120_000_000);
const JOBS: &str = "10000";
/// After the plan was read, dependencies and all.
const IDLE_AFTER: Duration = Duration::from_secs(10);
const PASSWORD: &str = "a password of this bench";

pub(crate) async fn measure(table: &Table) -> anyhow::Result<()> {
    let (engine, gateway, operations, plain) = (free_port()?, free_port()?, free_port()?, free_port()?);
    let port = engine.to_string();
    let simulator = Server::resync(&["simulate-hwa", "--plain-http", "--port", &port, "--jobs", JOBS])?;
    simulator.until_ready(&format!("http://127.0.0.1:{engine}/twsd/")).await?;

    let url = format!("http://127.0.0.1:{gateway}");
    let settings = [
        format!("gateway.listen=127.0.0.1:{gateway}"),
        format!("operations.listen=127.0.0.1:{operations}"),
        format!("auth.admin_password={PASSWORD}"),
        format!("engines.default.urls=http://127.0.0.1:{engine}"),
        "engines.default.user=wauser".to_owned(),
        "engines.default.password=simulated".to_owned(),
        // So that everything there is to hold is held soon.
        "engines.default.requests_per_second=0".to_owned(),
    ];
    let words = settings.iter().flat_map(|setting| ["--set", setting.as_str()]);
    let words: Vec<&str> = std::iter::once("up").chain(words).collect();
    let product = Server::resync(&words)?;
    product.until_ready(&format!("{url}/api/health/app")).await?;
    let token = login(&url).await?;
    product.until_json(&format!("{url}/api/engines"), &token, whole).await?;
    sleep(IDLE_AFTER).await;
    let (idle, peak) = product.memory()?;

    let bare = Server::start(&std::env::current_exe()?, &[bare::WORD, &plain.to_string()])?;
    bare.until_ready(&format!("http://127.0.0.1:{plain}/readyz")).await?;
    let (least, _) = bare.memory()?;
    let baseline = Some((least, "bare axum process, resident"));
    table.row(Row {
        path: "idle memory of all roles, 10,000 jobs",
        figure: idle,
        budget: Some(BUDGET),
        baseline,
    });
    table.row(Row { path: "peak memory of all roles until then", figure: peak, budget: None, baseline });
    Ok(())
}

async fn login(url: &str) -> anyhow::Result<String> {
    let form = [("grant_type", "password"), ("username", "admin"), ("password", PASSWORD)];
    let body = serde_urlencoded::to_string(form)?;
    let request = Client::new()
        .post(format!("{url}/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    let answer: Value = request.send().await?.error_for_status()?.json().await?;
    Ok(answer["access_token"].as_str().context("no token")?.to_owned())
}

/// The plan was read with every dependency.
fn whole(engines: &Value) -> bool {
    let engines = engines["engines"].as_array().or(engines.as_array());
    engines.is_some_and(|engines| {
        !engines.is_empty()
            && engines.iter().all(|engine| {
                engine["synced"] == true
                    && engine["plan_edge_coverage"].as_f64().is_some_and(|part| part >= 1.0)
            })
    })
}
