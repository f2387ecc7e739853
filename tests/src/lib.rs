//! User stories over a whole mesh, and the evaluation of the question engine.

pub mod eval;
pub mod night;
pub mod processes;

use std::path::Path;

use eval::question::load;
use eval::report::Report;
use night::Night;
use resync_api::agent::model::Language;

/// Nights the questions are asked over.
const SEEDS: [u64; 3] = [11, 23, 47];

/// Asks every question over every night.
///
/// # Errors
/// When the question files cannot be read, or a night cannot be made.
pub async fn evaluate() -> anyhow::Result<Report> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("eval");
    let mut dialogues = load(&folder.join("english.toml"), Language::English)?;
    dialogues.extend(load(&folder.join("portuguese.toml"), Language::Portuguese)?);
    let mut report = Report::default();
    for seed in SEEDS {
        let night = Night::start(seed).await?;
        report.run(seed, &dialogues, &night.agent, &night.known()).await;
        night.end().await;
    }
    Ok(report)
}
