//! `cargo xtask eval [FOLDER [SEED…]]`: prints the evaluation table by category, and what went wrong.
#![expect(clippy::print_stdout, reason = "the table is this program's purpose")]

use std::path::PathBuf;

use anyhow::Context as _;
use resync_tests::{SEEDS, evaluate, questions};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().map_or_else(questions, PathBuf::from);
    let mut seeds = arguments
        .map(|seed| seed.parse().with_context(|| format!("{seed:?} is no seed")))
        .collect::<anyhow::Result<Vec<u64>>>()?;
    if seeds.is_empty() {
        seeds.extend(SEEDS);
    }
    let report = evaluate(&folder, &seeds).await?;
    for failure in report.failures.iter().chain(&report.wrong_facts) {
        println!("seed {:>3}  {}\n          {}", failure.seed, failure.asked, failure.reason);
    }
    println!("\n{report}");
    Ok(())
}
