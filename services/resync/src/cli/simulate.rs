//! `resync simulate-hwa`: a simulated engine as a program of its own. It knows nothing of Resync.

use super::Shared;
use crate::failure::{Failure, Outcome, Result};
use crate::settings::{self, REGISTRY};
use clap::Args;
use resync_fault::ErrorKind;
use resync_service_kit::shutdown::Shutdown;

/// Flags of `resync simulate-hwa`.
#[derive(Debug, Args)]
pub(crate) struct SimulateArgs {
    #[command(flatten)]
    simulator: hwa_simulator::Args,
}

pub(crate) async fn run(args: SimulateArgs, shared: &Shared) -> Result<Outcome> {
    let process = settings::Process::read(
        &shared.settings.load(&REGISTRY, Vec::new())?,
        "resync-simulator".to_owned(),
    )?;
    process
        .telemetry
        .install()
        .map_err(|error| Failure::new(ErrorKind::InvalidArgument, "TELEMETRY", error.to_string()))?;
    let shutdown = Shutdown::new();
    let signals = shutdown.on_signals().map_err(|error| Failure::io("signals cannot be handled", &error))?;
    let drain = shutdown.drain();
    let simulator = hwa_simulator::run(args.simulator, async move { drain.begun().await });
    tokio::select! {
        result = simulator => result.map_err(|error| {
            Failure::new(ErrorKind::FailedPrecondition, "SIMULATOR_FAILED", error.to_string())
        })?,
        () = signals => {}
    }
    Ok(Outcome::Done)
}
