//! Runs the simulator by itself: `cargo run -p hwa-simulator --example serve -- --plain-http --control-port 31117`.

use clap::Parser;

#[derive(Debug, Parser)]
struct Options {
    #[command(flatten)]
    simulator: hwa_simulator::Args,
}

#[tokio::main]
async fn main() -> Result<(), hwa_simulator::Error> {
    hwa_simulator::run(Options::parse().simulator, async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot wait for the interrupt signal");
        }
    })
    .await
}
