//! Follows the bridge's export of every engine and keeps the graphs up to date.
//!
//! Structure is rebuilt at most as often as costs a small share of one core; until then new objects are not seen, states
//! of known ones are.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use futures::StreamExt as _;
use futures::future::{BoxFuture, FutureExt as _};
use futures::stream::FuturesUnordered;
use resync_api::tws::client::TwsClient;
use resync_api::tws::model::TopologyUpdate;
use resync_fault::FaultBody;
use resync_service_kit::shutdown::Drain;

use crate::figures;
use crate::graphs::Graphs;
use crate::incidents::Inbox;
use crate::incidents::failure::Sightings;
use crate::topology::{FinishedRun, Ledger};

/// How often engines are listed, and how long a follower waits before it comes back.
const PAUSE: Duration = Duration::from_secs(2);
/// The next rebuild waits so many times as long as the last one took.
const REBUILD_SHARE: u32 = 10;
/// Fewest runs that wait for the next version before the oldest are let go: a whole plan may have ended when it is first
/// received.
const FINISHED_RUNS: usize = 100_000;

/// Keeps the graphs up to date until the drain begins.
#[derive(Debug)]
pub struct Follower {
    tws: TwsClient,
    graphs: Graphs,
    failures: Option<Inbox>,
}

impl Follower {
    /// Reads through `tws`, publishes to `graphs`.
    #[must_use]
    pub fn new(tws: TwsClient, graphs: Graphs) -> Self {
        figures::describe();
        Self { tws, graphs, failures: None }
    }

    /// Reports runs that failed, too.
    #[must_use]
    pub fn reporting(self, failures: Inbox) -> Self {
        Self { failures: Some(failures), ..self }
    }

    /// Follows all engines; those that come or go in the settings of the bridge are noticed.
    pub async fn run(self, drain: Drain) {
        drain.unless_begun(self.follow_all()).await;
    }

    async fn follow_all(&self) {
        let mut followed: BTreeMap<String, ()> = BTreeMap::new();
        let mut work: FuturesUnordered<BoxFuture<'_, String>> = FuturesUnordered::new();
        loop {
            match self.tws.list_engines().await {
                Ok(engines) => {
                    let names: Vec<String> = engines.into_iter().map(|engine| engine.engine).collect();
                    self.graphs.keep_only(&names);
                    for name in names {
                        if followed.insert(name.clone(), ()).is_none() {
                            work.push(self.follow(name).boxed());
                        }
                    }
                }
                Err(fault) => tracing::debug!(reason = %fault.reason, "engines cannot be listed"),
            }
            let listed = tokio::time::sleep(PAUSE);
            tokio::pin!(listed);
            loop {
                tokio::select! {
                    () = &mut listed => break,
                    Some(ended) = work.next(), if !work.is_empty() => {
                        followed.remove(&ended);
                    }
                }
            }
        }
    }

    /// Follows one engine until its export ends; says which one it was.
    async fn follow(&self, engine: String) -> String {
        let fault = match self.tws.export_topology(&engine).await {
            Ok(updates) => self.take_in(&engine, updates).await,
            Err(fault) => fault,
        };
        tracing::info!(engine, reason = %fault.reason, "the export of the plan ended");
        self.graphs.lost(&engine, &fault.message);
        tokio::time::sleep(PAUSE).await;
        engine
    }

    /// Takes in rounds until the stream fails; returns how.
    async fn take_in(
        &self,
        engine: &str,
        mut updates: impl futures::Stream<Item = Result<TopologyUpdate, FaultBody>> + Unpin,
    ) -> FaultBody {
        let (mut desk, mut sightings) = (Desk::default(), Sightings::default());
        loop {
            let update = match updates.next().await {
                Some(Ok(update)) => update,
                Some(Err(fault)) => return fault,
                None => {
                    return FaultBody::new(
                        resync_fault::ErrorKind::Unavailable,
                        "EXPORT_ENDED",
                        "the bridge ended the export",
                    );
                }
            };
            let completes = update.completes;
            if let Some(failures) = &self.failures {
                failures.put(sightings.see(engine, &update));
            }
            desk.note(update);
            if !completes || desk.ledger.needs_rebuild() && !desk.may_rebuild() {
                continue;
            }
            // Building over half a million jobs takes a while: not on the runtime's threads.
            let (graphs, name) = (self.graphs.clone(), engine.to_owned());
            let worked = tokio::task::spawn_blocking(move || {
                desk.publish(&graphs, &name);
                desk
            });
            desk = match worked.await {
                Ok(desk) => desk,
                Err(error) => {
                    let message = format!("the graph could not be built: {error}");
                    return FaultBody::new(resync_fault::ErrorKind::Internal, "GRAPH_BUILD", message);
                }
            };
        }
    }
}

/// The ledger of one engine with what is still to be published.
#[derive(Debug, Default)]
struct Desk {
    ledger: Ledger,
    finished: Vec<FinishedRun>,
    /// When the last rebuild ended, and how long it took.
    rebuilt: Option<(Instant, Duration)>,
}

impl Desk {
    /// Takes in one message. Of runs that ended, the latest wait for the next version.
    fn note(&mut self, update: TopologyUpdate) {
        self.finished.extend(self.ledger.apply(update));
        if self.finished.len() >= 2 * FINISHED_RUNS {
            self.finished.sort_by_key(|run| run.ended);
            self.finished.drain(..FINISHED_RUNS);
        }
    }

    fn may_rebuild(&self) -> bool {
        self.rebuilt.is_none_or(|(at, took)| at.elapsed() >= took * REBUILD_SHARE)
    }

    fn publish(&mut self, graphs: &Graphs, engine: &str) {
        let (started, rebuilds) = (Instant::now(), self.ledger.needs_rebuild());
        let Some(graph) = self.ledger.publish() else { return };
        if rebuilds {
            self.rebuilt = Some((Instant::now(), started.elapsed()));
        }
        metrics::histogram!(figures::PUBLISH_DURATION, "engine" => engine.to_owned())
            .record(started.elapsed().as_secs_f64());
        metrics::gauge!(figures::JOBS, "engine" => engine.to_owned()).set(graph.job_count() as f64);
        graphs.publish(engine, graph, std::mem::take(&mut self.finished));
    }
}
