//! One suite, run over both stores: each case gets a place that holds nothing and opens stores there.
//!
//! The cases of Neo4j share one real server and take turns; without one (`cargo xtask neo4j` fetches it) they are
//! reported as ignored.
#![expect(clippy::print_stdout, reason = "a few cases tell counts that nobody asserts exactly")]

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
mod history;
mod conversations;
mod memories;
mod incidents;
mod mesh;
mod rpc;
mod outage;
mod writes;
mod crash;
mod copies;
#[path = "../topology/plan.rs"]
#[allow(dead_code, reason = "what the cases of the graph need of it")]
mod plan;
#[path = "../rpc/mesh.rs"]
#[allow(dead_code, reason = "what the cases of the answers need of it")]
mod night;
mod queries;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use futures::future::BoxFuture;
use libtest_mimic::{Arguments, Trial};
use resync_testkit::Neo4jServer;
use tokio::runtime::Runtime;

use place::{Place, Shared};

/// What something in the background may take on a busy machine.
const BOUND: Duration = Duration::from_secs(30);

/// How a case ends.
type Outcome = BoxFuture<'static, anyhow::Result<()>>;

/// A behaviour, by name.
type Case = (&'static str, fn(Place) -> Outcome);

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
    ("history", history::CASES),
    ("conversations", conversations::CASES),
    ("memories", memories::CASES),
    ("incidents", incidents::CASES),
    ("rpc", rpc::CASES),
    ("copies", copies::CASES),
];

const MIGRATION: Case =
    ("migrations_survive_kills", |place| Box::pin(crash::migrations_survive_kills(place)));

fn main() -> ExitCode {
    let runtime = Arc::new(Runtime::new().expect("a runtime"));
    match runtime.block_on(crash::writes_until_killed()) {
        Ok(false) => {}
        ended => panic!("a writer ends by being killed: {ended:?}"),
    }
    let arguments = Arguments::from_args();
    let neo4j = Arc::new(Shared::default());
    let mut trials = Vec::new();
    let there = Neo4jServer::installation().is_some();
    let in_server = || {
        let (runtime, server) = (Arc::clone(&runtime), Arc::clone(&neo4j));
        move || runtime.block_on(Place::neo4j(&server))
    };
    let in_neo4j = |part: &str, (name, case): Case| {
        trial(format!("neo4j::{part}::{name}"), &runtime, case, in_server()).with_ignored_flag(!there)
    };
    let in_sqlite = |part: &str, (name, case): Case| {
        trial(format!("sqlite::{part}::{name}"), &runtime, case, || Ok(Place::sqlite()))
    };
    for (part, cases) in SUITE {
        trials.extend(cases.iter().map(|case| in_sqlite(part, *case)));
        trials.extend(cases.iter().map(|case| in_neo4j(part, *case)));
    }
    trials.extend(embedded::CASES.iter().map(|case| in_sqlite("embedded", *case)));
    for kind in writes::KINDS {
        let killed = move |place| -> Outcome { Box::pin(crash::survives_kills(kind, place)) };
        let name = format!("crash::{}_survives_kills", kind.name);
        trials.push(trial(format!("sqlite::{name}"), &runtime, killed, || Ok(Place::sqlite())));
        if kind.in_store {
            let place = in_server();
            trials.push(trial(format!("neo4j::{name}"), &runtime, killed, place).with_ignored_flag(!there));
        }
    }
    trials.push(in_sqlite("crash", MIGRATION));
    trials.push(in_neo4j("crash", MIGRATION));
    trials.extend(queries::CASES.iter().map(|case| in_neo4j("queries", *case)));
    trials.extend(outage::CASES.iter().map(|case| in_neo4j("outage", *case)));
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn trial(
    name: String,
    runtime: &Arc<Runtime>,
    case: impl FnOnce(Place) -> Outcome + Send + 'static,
    place: impl FnOnce() -> anyhow::Result<Place> + Send + 'static,
) -> Trial {
    let runtime = Arc::clone(runtime);
    Trial::test(name, move || {
        let place = place().map_err(|error| format!("{error:#}"))?;
        runtime.block_on(case(place)).map_err(|error| format!("{error:#}").into())
    })
}
