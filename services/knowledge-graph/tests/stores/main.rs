//! One suite, run over both stores: each case gets a place that holds nothing and opens stores there.
//!
//! The cases of Neo4j share one real server and take turns; without one (`cargo xtask neo4j` fetches it) they are
//! reported as ignored.

mod place;
mod records;
mod searches;
mod schema;
mod embedded;
mod events;
mod audit;
mod tampering;
mod commands;
mod proposals;

use std::process::ExitCode;
use std::sync::Arc;

use futures::future::BoxFuture;
use libtest_mimic::{Arguments, Trial};
use resync_testkit::Neo4jServer;
use tokio::runtime::Runtime;

use place::{Place, Shared};

/// A behaviour, by name.
type Case = (&'static str, fn(Place) -> BoxFuture<'static, anyhow::Result<()>>);

/// Names functions as cases.
macro_rules! cases {
    ($($case:ident),* $(,)?) => {
        &[$((stringify!($case), |place| Box::pin($case(place)))),*]
    };
}
pub(crate) use cases;

/// The parts of the suite that hold for every store.
const SUITE: &[(&str, &[Case])] = &[
    ("records", records::CASES),
    ("searches", searches::CASES),
    ("schema", schema::CASES),
    ("audit", audit::CASES),
    ("tampering", tampering::CASES),
    ("commands", commands::CASES),
    ("proposals", proposals::CASES),
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    let neo4j = Arc::new(Shared::default());
    let mut trials = Vec::new();
    for (part, cases) in SUITE {
        for (name, case) in *cases {
            let (runtime, server) = (Arc::clone(&runtime), Arc::clone(&neo4j));
            trials.push(trial(format!("sqlite::{part}::{name}"), &runtime, *case, || Ok(Place::sqlite())));
            let there = Neo4jServer::installation().is_some();
            let place = {
                let runtime = Arc::clone(&runtime);
                move || runtime.block_on(Place::neo4j(&server))
            };
            trials.push(
                trial(format!("neo4j::{part}::{name}"), &runtime, *case, place).with_ignored_flag(!there),
            );
        }
    }
    for (name, case) in embedded::CASES {
        trials.push(trial(format!("sqlite::embedded::{name}"), &runtime, *case, || Ok(Place::sqlite())));
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(
    name: String,
    runtime: &Arc<Runtime>,
    case: fn(Place) -> BoxFuture<'static, anyhow::Result<()>>,
    place: impl FnOnce() -> anyhow::Result<Place> + Send + 'static,
) -> Trial {
    let runtime = Arc::clone(runtime);
    Trial::test(name, move || {
        let place = place().map_err(|error| format!("{error:#}"))?;
        runtime.block_on(case(place)).map_err(|error| format!("{error:#}").into())
    })
}
