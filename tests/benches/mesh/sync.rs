//! How long a plan of 100,000 jobs takes to be read whole, without a rate cap; beside fetching the same pages and dropping
//! them, which is what the engine and the wire take.

use std::time::Duration;

use anyhow::ensure;
use futures::{StreamExt as _, TryStreamExt as _};
use hwa_simulator::{Config, Incidents, Simulator};
use reqwest::Client;
use resync_hwa::oql::Order;
use resync_hwa::{Auth, Oql};
use resync_tests::night::Night;
use resync_tws_bridge::engine::Pace;
use secrecy::ExposeSecret as _;
use tokio::time::{Instant, sleep, timeout};

use super::table::{Amount, Row, Table, percentile};

const BUDGET: Duration = Duration::from_secs(5);
const JOBS: usize = 100_000;
const ROUNDS: usize = 3;
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) async fn measure(table: &Table) -> anyhow::Result<()> {
    let (mut synced, mut raw) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let config = Config { jobs: JOBS, incidents: Incidents::None, ..Config::default() };
        let (user, password) = (config.user.clone(), config.password.clone());
        let simulator = Simulator::start(config).await?;
        let pace = Pace { requests_per_second: None, ..Pace::default() };
        raw.push(fetch(&simulator, &user, password.expose_secret(), &pace).await?);
        let began = Instant::now();
        let night = Night::over(simulator, Auth::Basic { user, password }, pace).await?;
        timeout(PATIENCE, read_whole(&night)).await?;
        synced.push(began.elapsed());
        night.end().await;
    }
    synced.sort_unstable();
    raw.sort_unstable();
    table.row(Row {
        path: "full sync of 100,000 jobs, no rate cap, median",
        figure: percentile(&synced, 50),
        budget: Some(Amount::Time(BUDGET)),
        baseline: Some((percentile(&raw, 50), "the same pages fetched and dropped")),
    });
    Ok(())
}

/// Waits until every job was read; dependencies follow at leisure.
pub(crate) async fn read_whole(night: &Night) {
    let whole = async || {
        let engines = night.plan.list_engines().await.unwrap_or_default();
        !engines.is_empty() && engines.iter().all(|engine| engine.synced)
    };
    while !whole().await {
        sleep(Duration::from_millis(5)).await;
    }
}

async fn fetch(simulator: &Simulator, user: &str, password: &str, pace: &Pace) -> anyhow::Result<Duration> {
    let http = Client::new();
    let size = usize::try_from(pace.page_size)?;
    let oql = Oql::all().order_by("id", Order::Ascending)?.to_string();
    let began = Instant::now();
    let bytes: usize = futures::stream::iter((0..JOBS).step_by(size))
        .map(|offset| {
            let page = [("oql", oql.clone()), ("limit", size.to_string()), ("offset", offset.to_string())];
            let query = serde_urlencoded::to_string(page);
            let (http, base) = (http.clone(), simulator.base_url());
            async move {
                let url = format!("{base}/twsd/api/v2/plan/job?{}", query?);
                let answer = http.get(url).basic_auth(user, Some(password)).send().await?;
                anyhow::Ok(answer.error_for_status()?.bytes().await?.len())
            }
        })
        .buffered(pace.concurrency)
        .try_fold(0, |sum, bytes| async move { Ok(sum + bytes) })
        .await?;
    ensure!(bytes > JOBS, "the pages are empty");
    Ok(began.elapsed())
}
