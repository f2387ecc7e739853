//! `cargo xtask eval`: prints the evaluation table by category, and what went wrong.
#![expect(clippy::print_stdout, reason = "the table is this program's purpose")]

use resync_tests::evaluate;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let report = evaluate().await?;
    for failure in report.failures.iter().chain(&report.wrong_facts) {
        println!("seed {:>3}  {}\n          {}", failure.seed, failure.asked, failure.reason);
    }
    println!("\n{report}");
    Ok(())
}
