//! `resync serve ROLE…`: some roles in this process, the others at the addresses under `[mesh]`.

use super::Shared;
use crate::failure::{Failure, Outcome, Result};
use crate::host::{Audience, Host};
use crate::roles::{self, Reach, Role};
use crate::settings::{self, REGISTRY};
use crate::terminal::Terminal;
use clap::Args;
use resync_fault::ErrorKind;
use std::collections::BTreeSet;

/// Flags of `resync serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Roles to run
    #[arg(required = true, value_enum)]
    roles: Vec<Role>,
}

pub(crate) async fn run(args: ServeArgs, shared: &Shared) -> Result<Outcome> {
    let wanted: BTreeSet<_> = args.roles.into_iter().collect();
    let settings = shared.settings.load(&REGISTRY, Vec::new())?;
    let mut host = Host::start(settings, Audience::Operators, roles::service_name(&wanted)).await?;
    let starting = host.readiness.latch("roles");
    let engines = settings::engines(&host.settings)?;
    if wanted.contains(&Role::TwsBridge) && engines.is_empty() {
        let text = "the role tws-bridge needs an engine";
        return Err(Failure::new(ErrorKind::InvalidArgument, "NO_ENGINE", text).hint(
            "set TWS_HOST, TWS_USER and TWS_PASSWORD, or [engines.NAME]; only \"resync up\" simulates one",
        ));
    }
    if wanted != Role::all() && host.process.secret_key.is_none() {
        let text = "roles in several processes need a common SECRET_KEY to recognise each other's calls";
        return Err(Failure::new(ErrorKind::InvalidArgument, "SECRET_KEY_NEEDED", text)
            .hint("set SECRET_KEY to the same random text of at least 32 characters in every process"));
    }
    host.serve_operations()?;
    let started = roles::start(&wanted, &host, engines, Reach::Mesh).await?;
    let terminal = Terminal::detect();
    let names: Vec<_> = wanted.iter().map(|role| role.name()).collect();
    terminal.line(format!("resync is serving {}", names.join(", ")));
    if let Some(url) = &started.gateway {
        host.installation.publish_address(url.as_str())?;
        terminal.line(format!("  gateway  {url}"));
    }
    if let Some(address) = started.mesh {
        terminal.line(format!("  mesh     {address}"));
    }
    drop(starting);
    host.finish().await?;
    Ok(Outcome::Done)
}
