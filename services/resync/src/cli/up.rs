//! `resync up`: everything in one process, with a simulated engine when none is configured, and a word on where to go.

mod suggestions;

use super::Shared;
use super::session::Session;
use crate::failure::{Outcome, Result};
use crate::host::{Audience, Host};
use crate::roles::{self, Reach, Role, SimulatedEngine};
use crate::settings::{self, REGISTRY};
use crate::terminal::{Style, Terminal};
use clap::Args;
use resync_service_kit::settings::Flag;
use secrecy::ExposeSecret as _;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};
use url::Url;

/// The plan of a real engine may take minutes to read; nobody waits for suggestions that long.
const SUGGESTIONS_WITHIN: Duration = Duration::from_secs(60);

/// Flags of `resync up`.
#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Address of REST, gRPC and the console [default: 127.0.0.1:8000]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Jobs in the simulated plan [default: 2000]
    #[arg(long, value_name = "N")]
    jobs: Option<u32>,
    /// Seed of the simulated night [default: 1]
    #[arg(long, value_name = "N")]
    seed: Option<u32>,
}

impl UpArgs {
    fn flags(&self) -> Vec<Flag> {
        let flag = |flag: &str, path: &str, value: Option<String>| {
            value.map(|value| Flag { flag: flag.to_owned(), path: path.to_owned(), value })
        };
        [
            flag("--listen", "gateway.listen", self.listen.clone()),
            flag("--jobs", "simulator.jobs", self.jobs.map(|jobs| jobs.to_string())),
            flag("--seed", "simulator.seed", self.seed.map(|seed| seed.to_string())),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

pub(crate) async fn run(args: UpArgs, shared: &Shared) -> Result<Outcome> {
    let begun = Instant::now();
    let audience = if std::io::stderr().is_terminal() { Audience::Person } else { Audience::Operators };
    let settings = shared.settings.load(&REGISTRY, args.flags())?;
    let mut host = Host::start(settings, audience, roles::service_name(&Role::all())).await?;
    let starting = host.readiness.latch("roles");
    host.serve_operations()?;
    let mut engines = settings::engines(&host.settings)?;
    let simulated = engines.is_empty();
    if simulated {
        engines.push(SimulatedEngine::start(&host).await?.config());
    }
    let names: Vec<_> = engines.iter().map(|engine| engine.name.clone()).collect();
    let started = roles::start(&Role::all(), &host, engines, Reach::ThisProcess).await?;
    if let Some(url) = started.gateway {
        host.installation.publish_address(url.as_str())?;
        welcome(&host, &url, &names, simulated, begun.elapsed())?;
        suggest_later(&host, url)?;
    }
    drop(starting);
    host.finish().await?;
    Ok(Outcome::Done)
}

fn welcome(host: &Host, url: &Url, engines: &[String], simulated: bool, took: Duration) -> Result<()> {
    let terminal = Terminal::detect();
    let row = |name: &str, text: String| {
        terminal.line(format!("  {}  {text}", terminal.paint(Style::Dim, &format!("{name:<8}"))));
    };
    let ready = format!("Resync is ready ({} ms).", took.as_millis());
    terminal.line(terminal.paint(Style::Bold, &ready));
    terminal.line("");
    row("console", terminal.paint(Style::Name, url.as_str().trim_end_matches('/')));
    row("user", host.settings.text("auth.admin_username").to_owned());
    row("password", password(host)?);
    row(
        "engine",
        if simulated {
            "simulated, in the middle of a batch night (set TWS_HOST to use your own)".to_owned()
        } else {
            engines.join(", ")
        },
    );
    row("data", host.installation.path().display().to_string());
    terminal.line("");
    Ok(())
}

/// A person at a terminal is shown the generated password; a log file is told where it lies.
fn password(host: &Host) -> Result<String> {
    if host.settings.is_set("auth.admin_password") {
        return Ok("as in the settings".to_owned());
    }
    let password = host.installation.admin_password()?;
    let file = host.installation.admin_password_file();
    Ok(if std::io::stdout().is_terminal() {
        format!("{}  (kept in {})", password.expose_secret(), file.display())
    } else {
        format!("in the file {}", file.display())
    })
}

/// Five questions that fit the plan, as soon as it has been read.
fn suggest_later(host: &Host, url: Url) -> Result<()> {
    let token = host.installation.local_token()?;
    host.optional("suggestions", async move {
        let found = tokio::time::timeout(SUGGESTIONS_WITHIN, async {
            let session = Session::local(&url, &token).await?;
            suggestions::from_plan(&session).await
        });
        let questions = match found.await {
            Ok(Ok(questions)) => questions,
            Ok(Err(failure)) => {
                tracing::debug!(?failure, "no suggestions");
                suggestions::general()
            }
            Err(_late) => suggestions::general(),
        };
        let terminal = Terminal::detect();
        terminal.line("Try, in another terminal:");
        for question in questions {
            terminal.line(format!("  resync ask \"{question}\""));
        }
    });
    Ok(())
}
