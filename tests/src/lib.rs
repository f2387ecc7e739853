//! User stories over a whole mesh, and the evaluation of the question engine.

pub mod eval;
pub mod night;
pub mod processes;

use std::path::{Path, PathBuf};

use eval::question::load_all;
use eval::report::Report;
use night::Night;

/// Nights the questions are asked over.
pub const SEEDS: [u64; 3] = [11, 23, 47];

/// Where the question files lie.
#[must_use]
pub fn questions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("eval")
}

/// Asks every question of a folder over the nights of the seeds.
///
/// # Errors
/// When the question files cannot be read, or a night cannot be made.
pub async fn evaluate(questions: &Path, seeds: &[u64]) -> anyhow::Result<Report> {
    let dialogues = load_all(questions)?;
    let mut report = Report::default();
    for seed in seeds {
        let night = Night::start(*seed).await?;
        report.run(*seed, &dialogues, &night.agent, &night.known()).await;
        night.end().await;
    }
    Ok(report)
}
