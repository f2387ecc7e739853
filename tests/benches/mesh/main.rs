//! The whole mesh against its budgets: how long it takes to start, what it weighs, how fast a plan is read, a question is
//! answered and a change is told. One table: each figure beside its budget and beside a baseline of the same run.
//!
//! Prints and never fails on a figure: what a shared machine measures is for people to judge. Names of parts as
//! arguments (`start memory sync questions changes`) measure only these.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

mod bare;
mod changes;
mod memory;
mod questions;
mod server;
mod start;
mod sync;
mod table;

use table::Table;

const PARTS: [&str; 5] = ["start", "memory", "sync", "questions", "changes"];

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    // Cargo adds `--bench`; of what a person adds, flags are criterion's business in the other benches.
    let named: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    if let [word, port] = &named[..]
        && word == bare::WORD
    {
        return bare::serve(port.parse()?).await;
    }
    // A second installation fails, and the first does as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let table = Table::begin();
    for part in PARTS.iter().filter(|part| named.is_empty() || named.iter().any(|name| name == *part)) {
        let outcome = match *part {
            "start" => start::measure(&table).await,
            "memory" => memory::measure(&table).await,
            "sync" => sync::measure(&table).await,
            "questions" => questions::measure(&table).await,
            _ => changes::measure(&table).await,
        };
        if let Err(error) = outcome {
            table.note(part, &format!("not measured: {error:#}"));
        }
    }
    Ok(())
}
