//! Follows the plan of every engine and tells of jobs that failed or are late.
//!
//! A watch begins with how things are, and only what changes afterwards is told: what failed before the monitor started is
//! never news. A watch that breaks goes on from its resume token. Each run of a job is told of once.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use futures::StreamExt as _;
use resync_api::filter::quote;
use resync_api::tws::client::TwsClient;
use resync_api::tws::model::{Job, ListRequest, PlanChange, WatchRequest};
use resync_fault::{ErrorKind, FaultBody};
use resync_resilience::Backoff;
use resync_service_kit::shutdown::Drain;

use crate::notify::Delivery;
use crate::plan_event::{PlanEvent, PlanEventKind};
use crate::telemetry;

/// Runs remembered of one engine; the oldest are forgotten.
const REMEMBERED: usize = 20_000;
/// Jobs whose rows are read in one call.
const ROWS: usize = 100;
/// Time for reading rows; without them an event has the names in its key.
const ROWS_TIMEOUT: Duration = Duration::from_secs(5);
const RECONNECT: Backoff = Backoff::doubling(Duration::from_millis(500), Duration::from_secs(30));

/// Watches all engines until the drain begins.
pub(crate) async fn run(tws: TwsClient, delivery: Delivery, drain: &Drain) {
    let Some(engines) = engines(&tws, drain).await else { return };
    let watches = engines.into_iter().map(|engine| {
        let watch = Watch { engine, tws: tws.clone(), delivery: delivery.clone(), told: Told::default() };
        watch.run(drain)
    });
    futures::future::join_all(watches).await;
}

/// Names of the engines; they are settings, and do not change while the mesh runs.
async fn engines(tws: &TwsClient, drain: &Drain) -> Option<Vec<String>> {
    let mut failures = 0;
    loop {
        match drain.unless_begun(tws.list_engines()).await? {
            Ok(engines) if !engines.is_empty() => {
                return Some(engines.into_iter().map(|status| status.engine).collect());
            }
            Ok(_) => {}
            Err(error) => tracing::debug!(%error, "the engines cannot be listed yet"),
        }
        failures += 1;
        if !drain.sleep(RECONNECT.delay(failures)).await {
            return None;
        }
    }
}

struct Watch {
    engine: String,
    tws: TwsClient,
    delivery: Delivery,
    told: Told,
}

impl Watch {
    async fn run(mut self, drain: &Drain) {
        let mut resume_token = String::new();
        let mut failures = 0;
        loop {
            let before = resume_token.clone();
            let broken = drain.unless_begun(self.follow(&mut resume_token)).await;
            let Some(error) = broken else { return };
            if error.kind == ErrorKind::InvalidArgument {
                // The token of another kind of mirror: begin with how things are.
                resume_token.clear();
            }
            failures = if before == resume_token { failures + 1 } else { 1 };
            tracing::debug!(engine = %self.engine, %error, "the watch of a plan broke");
            if !drain.sleep(RECONNECT.delay(failures)).await {
                return;
            }
        }
    }

    /// Follows until the stream breaks, and gives why it did.
    async fn follow(&mut self, resume_token: &mut String) -> FaultBody {
        let request = WatchRequest { engine: self.engine.clone(), resume_token: resume_token.clone() };
        let mut updates = match self.tws.watch(request).await {
            Ok(updates) => updates,
            Err(error) => return error,
        };
        loop {
            match updates.next().await {
                Some(Ok(update)) => {
                    self.tell(&update.changes).await;
                    *resume_token = update.resume_token;
                }
                Some(Err(error)) => return error,
                None => return FaultBody::new(ErrorKind::Unavailable, "STREAM_ENDED", "the stream ended"),
            }
        }
    }

    async fn tell(&mut self, changes: &[PlanChange]) {
        let engine = &self.engine;
        let events = changes.iter().filter_map(|change| PlanEvent::of(change, engine));
        let mut news: Vec<PlanEvent> = events.filter(|event| self.told.is_new(event)).collect();
        for batch in news.chunks_mut(ROWS) {
            let rows = tokio::time::timeout(ROWS_TIMEOUT, self.rows(batch)).await.unwrap_or_default();
            for event in batch {
                if let Some(job) = rows.get(event.job_id()) {
                    event.complete(job);
                }
                telemetry::plan_event(event.kind.as_str());
                self.delivery.tell_plan_event(event);
            }
        }
    }

    /// The jobs' rows by id; those that cannot be read are missing.
    async fn rows(&self, events: &[PlanEvent]) -> HashMap<String, Job> {
        let ids: Vec<String> = events.iter().map(|event| format!("id = {}", quote(event.job_id()))).collect();
        let request = ListRequest {
            engine: self.engine.clone(),
            filter: ids.join(" OR "),
            page_size: u32::try_from(events.len()).unwrap_or(u32::MAX),
            ..ListRequest::default()
        };
        match self.tws.list_jobs(request).await {
            Ok(page) => page.items.into_iter().map(|job| (job.id.clone(), job)).collect(),
            Err(error) => {
                tracing::debug!(engine = %self.engine, %error, "the rows of jobs cannot be read");
                HashMap::new()
            }
        }
    }
}

/// Of which runs somebody was told.
#[derive(Debug, Default)]
struct Told {
    runs: HashSet<String>,
    order: VecDeque<String>,
}

impl Told {
    /// A failure is one of its run, known by when it ended; a job is late once, however often it runs.
    fn is_new(&mut self, event: &PlanEvent) -> bool {
        let run = match event.kind {
            PlanEventKind::Failed => format!("failed {} {}", event.time.timestamp_millis(), event.object),
            PlanEventKind::Late => format!("late {}", event.object),
        };
        if !self.runs.insert(run.clone()) {
            return false;
        }
        self.order.push_back(run);
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.runs.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan_event::fixture;

    #[test]
    fn each_run_is_told_of_once_and_what_is_long_past_is_forgotten() {
        let mut told = Told::default();
        let failed = fixture(PlanEventKind::Failed, "NY1#/A.B");
        assert!(told.is_new(&failed));
        assert!(!told.is_new(&failed), "seen again after a reconnect");
        let rerun = PlanEvent { time: failed.time + Duration::from_secs(60), ..failed.clone() };
        assert!(told.is_new(&rerun), "another run");
        let late = fixture(PlanEventKind::Late, "NY1#/A.B");
        assert!(told.is_new(&late));
        assert!(!told.is_new(&PlanEvent { time: rerun.time, ..late }), "late stays late");
        for number in 0..REMEMBERED {
            assert!(told.is_new(&fixture(PlanEventKind::Late, &format!("NY1#/A.J{number}"))));
        }
        assert_eq!((told.runs.len(), told.order.len()), (REMEMBERED, REMEMBERED));
    }
}
