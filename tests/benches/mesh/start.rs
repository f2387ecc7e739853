//! From nothing to ready: `resync up` in an empty folder, with its built-in simulator.

use std::time::Duration;

use super::bare;
use super::server::{Server, free_port};
use super::table::{Amount, Row, Table, percentile};

const BUDGET: Duration = Duration::from_secs(1);
const ROUNDS: usize = 7;

pub(crate) async fn measure(table: &Table) -> anyhow::Result<()> {
    let (mut ready, mut read, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (gateway, operations) = (free_port()?, free_port()?);
        let listen = format!("127.0.0.1:{gateway}");
        let set = format!("operations.listen=127.0.0.1:{operations}");
        let product = Server::resync(&["up", "--listen", &listen, "--set", &set])?;
        ready.push(product.until_ready(&format!("http://127.0.0.1:{operations}/readyz")).await?);
        let well = |answer: &serde_json::Value| answer["status"] == "ok";
        read.push(product.until_json(&format!("http://{listen}/api/health/tws"), "", well).await?);
        drop(product);
        bare.push(bare_start().await?);
    }
    for times in [&mut ready, &mut read, &mut bare] {
        times.sort_unstable();
    }
    let least = Some((percentile(&bare, 50), "bare axum process, start to first answer"));
    table.row(Row {
        path: "resync up to ready, new data folder, median",
        figure: percentile(&ready, 50),
        budget: Some(Amount::Time(BUDGET)),
        baseline: least,
    });
    table.row(Row {
        path: "resync up to its simulated plan read, median",
        figure: percentile(&read, 50),
        budget: None,
        baseline: least,
    });
    Ok(())
}

async fn bare_start() -> anyhow::Result<Duration> {
    let port = free_port()?;
    let server = Server::start(&std::env::current_exe()?, &[bare::WORD, &port.to_string()])?;
    server.until_ready(&format!("http://127.0.0.1:{port}/readyz")).await
}
