//! How long a job's end takes to reach a subscriber, at the settings a real engine is read with. The budget leaves the poll
//! interval plus 50 ms; ends are spread over the interval, so that the worst one counts.

use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use hwa_simulator::{Command, Config, Simulator};
use resync_api::tws::model::{PlanUpdate, WatchRequest};
use resync_fault::FaultBody;
use resync_hwa::Auth;
use resync_tests::night::Night;
use resync_tws_bridge::engine::Pace;
use tokio::time::{Instant, sleep, timeout};

use super::sync::read_whole;
use super::table::{Amount, Row, Table, percentile};

const ALLOWED: Duration = Duration::from_millis(50);
const CHANGES: u32 = 12;
const PATIENCE: Duration = Duration::from_secs(30);
/// A job that would end on its own before it is told to would blur the figure.
const RUNS_ON: i64 = 60;

pub(crate) async fn measure(table: &Table) -> anyhow::Result<()> {
    let config = Config::default();
    let (user, password) = (config.user.clone(), config.password.clone());
    let simulator = Simulator::start(config).await?;
    let pace = Pace::default();
    let interval = pace.changes;
    let night = Night::over(simulator, Auth::Basic { user, password }, pace).await?;
    timeout(PATIENCE, read_whole(&night)).await?;
    let request = WatchRequest { engine: String::new(), resume_token: String::new() };
    let mut updates = night.plan.watch(request).await.map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
    let mut times = Vec::new();
    for step in 0..CHANGES {
        // The last event came right after a poll; from there, another part of the interval each time.
        sleep(interval * step / CHANGES).await;
        let job = end_one(&night)?;
        let began = Instant::now();
        timeout(PATIENCE, told(&mut updates, &format!("engines/default/jobs/{job}"))).await??;
        times.push(began.elapsed());
    }
    night.end().await;
    times.sort_unstable();
    let budget = Some(Amount::Time(interval + ALLOWED));
    for (name, percent) in [("median", 50), ("worst", 100)] {
        table.row(Row {
            path: &format!("a job's end to its event at a subscriber, {name} of {CHANGES}"),
            figure: percentile(&times, percent),
            budget,
            baseline: None,
        });
    }
    Ok(())
}

/// Ends a running job.
fn end_one(night: &Night) -> anyhow::Result<String> {
    let control = night.control();
    let job = control
        .jobs()
        .into_iter()
        .find(|job| {
            job.status == "EXEC" && job.estimated_seconds - job.elapsed_seconds.unwrap_or(0) > RUNS_ON
        })
        .context("no job runs")?;
    control.perform(&Command::FinishJob { id: job.id.clone(), return_code: 0 })?;
    Ok(job.id)
}

async fn told(
    updates: &mut BoxStream<'static, Result<PlanUpdate, FaultBody>>,
    object: &str,
) -> anyhow::Result<()> {
    while let Some(update) = updates.next().await {
        let update = update.map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
        if update.changes.iter().any(|change| change.object == object) {
            return Ok(());
        }
    }
    bail!("the subscription ended")
}
