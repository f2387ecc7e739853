//! The algorithms over the graph of a plan, each beside an independent way to the same answer that looks at the plan as
//! written down, without the graph: slow, and simple enough to be believed.

mod plan;
mod brute;
mod outcomes;
mod causes;
mod paths;
mod times;
mod oddities;
mod nights;

use proptest::test_runner::Config;

/// Random plans, other ones in every run: so many, or as many as `PROPTEST_CASES` says.
fn plans(usual: u32) -> Config {
    let config = Config { failure_persistence: None, ..Config::default() };
    let told = std::env::var_os("PROPTEST_CASES").is_some();
    Config { cases: if told { config.cases } else { usual }, ..config }
}
