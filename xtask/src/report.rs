//! What became of each step of a run, and the summary at its end.

use std::time::{Duration, Instant};

use anyhow::Result;

use crate::process::TestCount;

/// How a step that did not fail ended.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Everything the step checks holds.
    Passed,
    /// The step ran tests and all of them passed.
    Tested(TestCount),
    /// The step could not run here; the text names what is missing.
    Skipped(String),
}

#[derive(Debug)]
struct Entry {
    name: &'static str,
    took: Duration,
    outcome: Result<Outcome, Failure>,
}

/// A step that failed, and how many of its tests did.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: anyhow::Error,
    pub(crate) tests: TestCount,
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self { error, tests: TestCount::default() }
    }
}

/// The steps of one run, in order.
#[derive(Debug, Default)]
pub(crate) struct Report {
    entries: Vec<Entry>,
}

impl Report {
    /// Runs one step and keeps what became of it; a failure does not stop the run.
    pub(crate) fn step(&mut self, name: &'static str, step: impl FnOnce() -> Result<Outcome, Failure>) {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = step();
        match &outcome {
            Ok(Outcome::Passed | Outcome::Tested(_)) => println!("== {name}: passed"),
            Ok(Outcome::Skipped(reason)) => println!("== {name}: skipped: {reason}"),
            Err(failure) => println!("== {name}: FAILED: {:#}", failure.error),
        }
        self.entries.push(Entry { name, took: start.elapsed(), outcome });
    }

    /// Prints one line a step and the closing counts, and says whether the run as a whole succeeded.
    ///
    /// `strict` makes a skipped step a failed one: a gate must not pass because a tool was missing.
    pub(crate) fn close(&self, strict: bool) -> bool {
        println!("\nsummary");
        let (mut passed, mut failed, mut skipped) = (0_u32, 0_u32, 0_u32);
        for Entry { name, took, outcome } in &self.entries {
            let (mark, note) = match outcome {
                Ok(Outcome::Passed) => ("passed ", String::new()),
                Ok(Outcome::Tested(tests)) => ("passed ", tests.to_string()),
                Ok(Outcome::Skipped(reason)) => ("skipped", reason.clone()),
                Err(Failure { error, tests }) if *tests == TestCount::default() => {
                    ("FAILED ", format!("{error:#}"))
                }
                Err(Failure { error, tests }) => ("FAILED ", format!("{tests}; {error:#}")),
            };
            match outcome {
                Ok(Outcome::Skipped(_)) => skipped += 1,
                Ok(_) => passed += 1,
                Err(_) => failed += 1,
            }
            println!("  {mark}  {name:<9} {:>6.1} s  {note}", took.as_secs_f64());
        }
        if strict && skipped > 0 {
            println!("CI=true: a skipped step counts as a failure");
        }
        println!("steps: {passed} passed, {failed} failed, {skipped} skipped");
        failed == 0 && !(strict && skipped > 0)
    }
}

impl std::fmt::Display for TestCount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} tests passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skip_fails_only_a_strict_run_and_a_failure_fails_both() {
        let mut report = Report::default();
        report.step("one", || Ok(Outcome::Passed));
        assert!(report.close(true));
        report.step("two", || Ok(Outcome::Skipped("no browser".into())));
        assert!(report.close(false));
        assert!(!report.close(true));
        report.step("three", || Err(anyhow::anyhow!("broken").into()));
        assert!(!report.close(false));
    }
}
