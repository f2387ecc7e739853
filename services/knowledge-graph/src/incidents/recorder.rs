//! Notes failures as incidents as they are seen, notices which jobs have ended well since, and removes what is over.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::tws::client::TwsClient;
use resync_service_kit::shutdown::Drain;

use super::Incidents;
use super::book::Taken;
use super::error::IncidentError;
use super::failure::Failure;
use super::inbox::Reported;
use super::logs::Logs;
use super::symptom::{LogRead, symptom};
use crate::figures;
use crate::graphs::Graphs;
use crate::topology::Graph;

/// Failures noted at once.
const AT_ONCE: usize = 64;
/// What is read already is noted when reading logs takes so long.
const READING: Duration = Duration::from_secs(5);
/// Between two looks at the jobs that were failing.
const LOOK: Duration = Duration::from_secs(2);
/// Between two attempts while the store is out.
const RECOVERY: Duration = Duration::from_secs(2);
/// Between two removals of incidents whose time is over.
const RETIRE: Duration = Duration::from_secs(3_600);
/// Failing jobs that are looked at; the end of further ones is noticed after the next start.
const WATCHED: usize = 50_000;
/// A failure is in a version of the graph within this after it is noted.
const PUBLISHED: Duration = Duration::from_secs(600);
/// A job that has left the plan ended so long before, so that what another replica has noted just now is not ended.
const LEFT: TimeDelta = TimeDelta::minutes(10);

/// Keeps the incidents up to date until the drain begins.
#[derive(Debug)]
pub struct Recorder {
    incidents: Incidents,
    graphs: Graphs,
    logs: Logs,
    /// Failing jobs by engine; with when they were noted, while no version of the graph that was asked held them.
    watched: HashMap<String, BTreeMap<String, Option<Instant>>>,
    /// The store did not work when it was last used.
    out: bool,
}

impl Recorder {
    /// Reads logs through `tws`, and states of jobs in `graphs`.
    #[must_use]
    pub fn new(incidents: Incidents, graphs: Graphs, tws: TwsClient) -> Self {
        figures::describe_incidents();
        let logs = Logs::new(tws, incidents.config.logs_per_minute);
        Self { incidents, graphs, logs, watched: HashMap::new(), out: false }
    }

    /// Works until the drain begins.
    pub async fn run(mut self, drain: Drain) {
        drain.unless_begun(self.work()).await;
    }

    async fn work(&mut self) {
        while let Err(error) = self.load().await {
            self.put_off(&error, "incidents cannot be read yet");
            tokio::time::sleep(RECOVERY).await;
        }
        self.out = false;
        let (mut looked, mut retired) = (Instant::now(), None::<Instant>);
        loop {
            let news = self.incidents.inbox.news();
            let _either = tokio::time::timeout(LOOK.saturating_sub(looked.elapsed()), news).await;
            let reported = self.incidents.inbox.take(AT_ONCE);
            if !reported.is_empty()
                && let Err(error) = self.note_all(reported).await
            {
                self.put_off(&error, "failures are noted as incidents later");
                tokio::time::sleep(RECOVERY).await;
            }
            if looked.elapsed() >= LOOK {
                looked = Instant::now();
                if let Err(error) = self.settle().await {
                    self.put_off(&error, "ends of failed jobs are noted later");
                }
            }
            if retired.is_none_or(|at| at.elapsed() >= RETIRE) {
                retired = Some(Instant::now());
                match self.incidents.retire().await {
                    Ok(0) => {}
                    Ok(removed) => {
                        tracing::info!(removed, "resolved incidents were removed, as their time was over")
                    }
                    Err(error) => self.put_off(&error, "incidents whose time is over are removed later"),
                }
            }
        }
    }

    async fn load(&mut self) -> Result<(), IncidentError> {
        for (engine, job) in self.incidents.failing(WATCHED).await? {
            self.watched.entry(engine).or_default().insert(job, None);
        }
        Ok(())
    }

    /// Says that something is done later: aloud the first time.
    fn put_off(&mut self, error: &IncidentError, what: &str) {
        if std::mem::replace(&mut self.out, true) {
            tracing::debug!(%error, "{what}");
        } else {
            tracing::warn!(%error, "{what}");
        }
    }

    /// Notes failures of one engine, or gives them back when the store does not work. One that cannot be noted at all is
    /// dropped, so that it does not keep others waiting.
    async fn note_all(&mut self, reported: Vec<Reported>) -> Result<(), IncidentError> {
        let mut batches = VecDeque::from([reported]);
        let mut refused = 0_u64;
        let mut result = Ok(());
        while let Some(batch) = batches.pop_front() {
            match self.note(&batch).await {
                Ok(rest) => {
                    self.out = false;
                    self.incidents.inbox.put_back(rest);
                }
                Err(error) if !error.is_refusal() => {
                    // What was noted before the error is known when it comes again.
                    batches.push_front(batch);
                    self.incidents.inbox.put_back(batches.drain(..).flatten().collect());
                    result = Err(error);
                }
                Err(error) if batch.len() == 1 => {
                    let job = batch.first().map(|one| one.failure.job.as_str());
                    tracing::error!(%error, job, "a failure cannot be noted as an incident and is dropped");
                    refused += 1;
                }
                Err(_) => batches.extend(batch.into_iter().map(|one| vec![one])),
            }
        }
        if refused > 0 {
            metrics::counter!(figures::FAILURES_DROPPED, "reason" => "refused").increment(refused);
        }
        result
    }

    /// Notes failures of one engine; returns those for which reading logs took too long.
    async fn note(&mut self, reported: &[Reported]) -> Result<Vec<Reported>, IncidentError> {
        let mut rest = Vec::new();
        let Some(engine) = reported.first().map(|one| one.failure.engine.clone()) else { return Ok(rest) };
        let failures: Vec<Failure> = reported.iter().map(|one| one.failure.clone()).collect();
        let mut book = self.incidents.book_of(&engine, &failures).await?;
        let started = Instant::now();
        let (mut seen, mut taken): (Vec<(Failure, LogRead)>, Vec<Taken>) = (Vec::new(), Vec::new());
        for (at, Reported { failure, since }) in reported.iter().enumerate() {
            if started.elapsed() > READING && !seen.is_empty() {
                rest = reported[at..].to_vec();
                break;
            }
            if book.knows(failure) {
                continue;
            }
            let read =
                if book.explains(failure) { LogRead::Spared } else { self.logs.read(failure, *since).await };
            taken.push(book.take_in(failure, symptom(failure, &read)));
            seen.push((failure.clone(), read));
        }
        if seen.is_empty() {
            return Ok(rest);
        }
        let taken = self.incidents.note(&engine, book, taken, &seen).await?;
        let no_room = taken.iter().filter(|taken| **taken == Taken::NoRoom).count();
        if no_room > 0 {
            metrics::counter!(figures::FAILURES_DROPPED, "reason" => "unresolved").increment(no_room as u64);
            tracing::warn!(engine, no_room, "too many incidents are not resolved: failures were not noted");
        }
        let opened = taken.iter().filter(|taken| **taken == Taken::Opened).count();
        metrics::counter!(figures::INCIDENTS_OPENED, "engine" => engine.clone()).increment(opened as u64);
        let room = WATCHED.saturating_sub(self.watched.values().map(BTreeMap::len).sum());
        let now = Some(Instant::now());
        let jobs = seen.into_iter().map(|(failure, _)| (failure.job_id, now));
        self.watched.entry(engine).or_default().extend(jobs.take(room));
        Ok(rest)
    }

    /// Notes which failing jobs have ended well, were cancelled or have left the plan, by the newest graphs.
    async fn settle(&mut self) -> Result<(), IncidentError> {
        for (engine, jobs) in &mut self.watched {
            if jobs.is_empty() {
                continue;
            }
            let asked = jobs.clone();
            let looked = self.graphs.ask(engine, move |graph, _| Ok(look(graph, &asked)));
            // Without a graph nothing is known of how they do.
            let Ok(Looked { over, held }) = looked.await else { continue };
            for job in held {
                jobs.insert(job, None);
            }
            let mut batches: VecDeque<&[(String, DateTime<Utc>)]> = over.chunks(AT_ONCE).collect();
            while let Some(some) = batches.pop_front() {
                match self.incidents.end(engine, some).await {
                    Ok(settled) => {
                        for job in &settled {
                            jobs.remove(job);
                        }
                    }
                    Err(error) if !error.is_refusal() => return Err(error),
                    Err(error) if some.len() == 1 => {
                        tracing::error!(%error, engine, job = some[0].0, "the end of a failed job cannot be noted");
                        jobs.remove(&some[0].0);
                    }
                    Err(_) => batches.extend(some.chunks(1)),
                }
            }
        }
        Ok(())
    }
}

/// How jobs do by one version of a graph.
struct Looked {
    /// No longer failing, and since when.
    over: Vec<(String, DateTime<Utc>)>,
    /// In the plan, for the first time.
    held: Vec<String>,
}

fn look(graph: &Graph, jobs: &BTreeMap<String, Option<Instant>>) -> Looked {
    let mut over = graph.over(jobs.keys().map(String::as_str));
    let mut held = Vec::new();
    let left = graph.freshness().engine_time - LEFT;
    for (job, noted) in jobs {
        match noted {
            Some(_) if graph.holds(job) => held.push(job.clone()),
            // It is newer than this version.
            Some(noted) if noted.elapsed() < PUBLISHED => {}
            _ if !graph.holds(job) => over.push((job.clone(), left)),
            _ => {}
        }
    }
    Looked { over, held }
}

#[cfg(test)]
mod tests;
