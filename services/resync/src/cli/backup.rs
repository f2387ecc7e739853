//! `resync backup` and `resync restore`.

use super::{Format, Shared};
use crate::backup::{Put, put, take};
use crate::failure::{Failure, Outcome, Result};
use crate::settings::{Process, REGISTRY};
use crate::terminal::{Style, Terminal, clean};
use crate::trail;
use clap::Args;
use resync_service_kit::data_dir::DataDir;
use resync_service_kit::settings::Settings;
use serde_json::{Value, json};
use std::path::PathBuf;

/// Flags of `resync backup`.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// Folder to make
    to: PathBuf,
    /// Leave out the root key and the administrator's password; a restore then needs them from elsewhere
    #[arg(long)]
    without_keys: bool,
}

/// Flags of `resync restore`.
#[derive(Debug, Args)]
pub(crate) struct RestoreArgs {
    /// Folder that "resync backup" made
    from: PathBuf,
    /// Move what is in the data folder aside
    #[arg(long)]
    replace: bool,
}

/// Stores that are elsewhere, in the words of the settings.
fn elsewhere(settings: &Settings) -> Vec<&'static str> {
    let neo4j = settings.optional_text("neo4j.uri").map(|_| "Neo4j");
    let redis = settings.secret("redis.url").map(|_| "Redis");
    neo4j.into_iter().chain(redis).collect()
}

fn print(shared: &Shared, document: &Value, lines: &[String]) -> Result<()> {
    let terminal = Terminal::detect();
    if shared.output == Format::Json {
        let text =
            serde_json::to_string_pretty(document).map_err(|error| Failure::io("JSON", &error.into()))?;
        terminal.line(text);
    } else {
        lines.iter().for_each(|line| terminal.line(clean(line)));
    }
    Ok(())
}

pub(crate) async fn backup(args: BackupArgs, shared: &Shared) -> Result<Outcome> {
    let settings = shared.settings.load(&REGISTRY, Vec::new())?;
    let process = Process::read(&settings, "resync".to_owned())?;
    let manifest = take(&process.data_dir, &args.to, !args.without_keys).await?;
    let (place, elsewhere) = (args.to.display(), elsewhere(&settings));
    let mut lines =
        vec![format!("{} files, {} bytes are in {place}", manifest.files.len(), manifest.bytes())];
    if !args.without_keys {
        lines.push("the root key and the administrator's password are among them: keep it secret".to_owned());
    }
    lines.extend(elsewhere.iter().map(|store| format!("{store} is not in it: use its own backup")));
    let document = json!({ "backup": args.to, "manifest": manifest, "not_included": elsewhere });
    print(shared, &document, &lines)?;
    Ok(Outcome::Done)
}

pub(crate) async fn restore(args: RestoreArgs, shared: &Shared) -> Result<Outcome> {
    let settings = shared.settings.load(&REGISTRY, Vec::new())?;
    let process = Process::read(&settings, "resync".to_owned())?;
    let folder = DataDir::open(&process.data_dir)?;
    let Put { manifest, verdicts, aside } =
        put(&args.from, &folder, process.secret_key.as_ref(), args.replace).await?;
    let made = manifest.made_at.format("%Y-%m-%d %H:%M:%S UTC");
    let mut lines = vec![format!("the backup of {made} is in {}", folder.path().display())];
    lines.extend(aside.iter().map(|aside| format!("what was there before is in {}", aside.display())));
    lines.extend(verdicts.iter().map(|verdict| format!("audit chain {}", trail::line(verdict))));
    let document = json!({
        "folder": folder.path(), "manifest": manifest, "replaced": aside, "verdicts": verdicts,
    });
    print(shared, &document, &lines)?;
    if shared.output == Format::Text {
        let terminal = Terminal::detect();
        let text = "documents are read again when Resync starts";
        terminal.line(terminal.paint(Style::Dim, text));
    }
    trail::conclude(&verdicts)?;
    Ok(Outcome::Done)
}
