//! The copy of one engine's plan: whose turn it is to write it, and how far it is.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};

use super::known::Known;
use super::round::Round;
use crate::figures;
use crate::store::schema::PLAN_COPY;
use crate::store::{Batch, Record, Store, StoreError, Write, time_text};
use crate::topology::Graph;

/// Whoever wrote the copy and was not heard of for so long has lost its turn.
const TURN: TimeDelta = TimeDelta::seconds(60);
/// The turn is renewed after so long without a write.
const RENEWAL: Duration = Duration::from_secs(20);
/// Writes of one batch.
const BATCH: usize = 1_000;

/// The copy of one engine's plan.
#[derive(Debug)]
pub struct PlanCopy {
    store: Arc<dyn Store>,
    engine: String,
    writer: String,
    /// Our marker as it stands in the store; unset: it is not our turn.
    marker: Option<Record>,
    renewed: Instant,
    /// What the store holds; unset: not read, or in doubt.
    known: Option<Known>,
    /// The version it was brought to.
    copied: Option<Graph>,
}

impl PlanCopy {
    /// Of an engine, written by a process of that name; nothing is read yet.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, engine: String, writer: String) -> Self {
        Self { store, engine, writer, marker: None, renewed: Instant::now(), known: None, copied: None }
    }

    /// Brings the copy to a version of the plan. False: it is another process's turn.
    ///
    /// # Errors
    /// When the store fails. Then the next call reads what the store holds before it goes on.
    pub async fn bring_up_to(&mut self, graph: &Graph) -> Result<bool, StoreError> {
        let started = Instant::now();
        let outcome = self.try_to_bring_up_to(graph).await;
        if !matches!(outcome, Ok(true)) {
            self.forget();
        }
        metrics::histogram!(figures::COPY_DURATION, "engine" => self.engine.clone())
            .record(started.elapsed().as_secs_f64());
        outcome
    }

    /// Says again that this process writes the copy, when that was not said for a while. False: it does not.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn renew(&mut self) -> Result<bool, StoreError> {
        if self.marker.is_none() || self.renewed.elapsed() < RENEWAL {
            return Ok(self.marker.is_some());
        }
        let outcome = self.commit(Vec::new(), |_| ()).await;
        if outcome.is_err() {
            self.forget();
        }
        outcome.map(|()| true)
    }

    /// Leaves the turn to others at once.
    pub(super) async fn release(&mut self) {
        let leave = |marker: &mut Record| drop(marker.fields.insert("writer", "".into()));
        if self.marker.is_some()
            && let Err(error) = self.commit(Vec::new(), leave).await
        {
            tracing::debug!(engine = self.engine, %error, "the copy of the plan was not released");
        }
        self.forget();
    }

    fn forget(&mut self) {
        (self.marker, self.known, self.copied) = (None, None, None);
    }

    async fn try_to_bring_up_to(&mut self, graph: &Graph) -> Result<bool, StoreError> {
        if self.marker.is_none() && !self.take_turn().await? {
            return Ok(false);
        }
        let mut known = match self.known.take() {
            Some(known) => known,
            None => Known::read(self.store.as_ref(), &self.engine).await?,
        };
        let (engine, version, copied) = (self.engine.clone(), graph.clone(), self.copied.take());
        let (mut round, first);
        (round, known, first) = off_thread(move || {
            let mut round = Round::new(&engine, &version, copied.as_ref(), &mut known);
            let first = round.next(&mut known);
            (round, known, first)
        })
        .await?;
        let mut part = first;
        loop {
            let following;
            (round, known, following) = off_thread(move || {
                let following = round.next(&mut known);
                (round, known, following)
            })
            .await?;
            let last = following.is_empty();
            self.write(part, graph, last).await?;
            if last {
                break;
            }
            part = following;
        }
        (self.known, self.copied) = (Some(known), Some(graph.clone()));
        Ok(true)
    }

    /// Writes a part in batches, with pauses: the store is there for others too.
    async fn write(&mut self, mut part: Vec<Write>, graph: &Graph, last: bool) -> Result<(), StoreError> {
        let freshness = graph.freshness();
        let version = i64::try_from(freshness.plan_version).unwrap_or(i64::MAX);
        let engine_time = freshness.engine_time;
        let written = part.len() as u64;
        loop {
            let rest = part.split_off(part.len().min(BATCH));
            let complete = last && rest.is_empty();
            let started = Instant::now();
            self.commit(part, |marker| {
                let state = if complete { "complete" } else { "copying" };
                marker.fields.insert("state", state.into());
                if complete {
                    marker.fields.insert("plan_version", version.into());
                    marker.fields.insert("engine_time", engine_time.into());
                    marker.fields.insert("copied_at", Utc::now().into());
                }
            })
            .await?;
            if !complete {
                tokio::time::sleep(started.elapsed()).await;
            }
            if rest.is_empty() {
                break;
            }
            part = rest;
        }
        metrics::counter!(figures::COPY_WRITES, "engine" => self.engine.clone()).increment(written);
        Ok(())
    }

    /// One batch, which fails as a whole when it is not our turn any more.
    async fn commit(
        &mut self,
        writes: Vec<Write>,
        change: impl FnOnce(&mut Record),
    ) -> Result<(), StoreError> {
        let Some(mut marker) = self.marker.take() else {
            return Err(StoreError::Conflict { collection: PLAN_COPY.0 });
        };
        marker.fields.insert("renewed_at", Utc::now().into());
        change(&mut marker);
        signed(&mut marker);
        let mut batch = Batch::new().replace(marker.clone());
        batch.0.extend(writes);
        self.store.commit(batch).await?;
        marker.revision += 1;
        (self.marker, self.renewed) = (Some(marker), Instant::now());
        Ok(())
    }

    /// Takes the turn when it is nobody's, or its holder was not heard of for long.
    async fn take_turn(&mut self) -> Result<bool, StoreError> {
        let now = Utc::now();
        let ours = |marker: Record| {
            let marker = marker.with("writer", self.writer.as_str()).with("renewed_at", now);
            let mut marker = marker.with("engine", self.engine.as_str());
            signed(&mut marker);
            marker
        };
        let found = self.store.get(PLAN_COPY, &self.engine).await?;
        let (batch, marker) = match found {
            None => {
                let marker = Record::new(PLAN_COPY, self.engine.as_str(), "{}".to_owned());
                let marker = ours(marker.with("state", "copying"));
                (Batch::new().insert(marker.clone()), marker)
            }
            Some(marker) => {
                if self.is_of_another(&marker, now) {
                    return Ok(false);
                }
                let mut marker = ours(marker);
                let batch = Batch::new().replace(marker.clone());
                marker.revision += 1;
                (batch, marker)
            }
        };
        match self.store.commit(batch).await {
            Ok(()) => {
                (self.marker, self.renewed) = (Some(marker), Instant::now());
                Ok(true)
            }
            // Somebody else was first.
            Err(error) if error.is_conflict() => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn is_of_another(&self, marker: &Record, now: DateTime<Utc>) -> bool {
        let writer = marker.text("writer").unwrap_or_default();
        let fresh = time_text(now - TURN);
        !writer.is_empty()
            && writer != self.writer
            && marker.text("renewed_at").is_some_and(|renewed| renewed > fresh.as_str())
    }
}

/// A store that lost the answer to a batch tells by this whether the batch was kept, so that it must be like no other's.
fn signed(marker: &mut Record) {
    let said = ["writer", "renewed_at"].map(|field| (field, marker.text(field).unwrap_or_default()));
    marker.body = serde_json::json!(BTreeMap::from(said)).to_string();
}

/// Drawing and comparing takes a while: not on the runtime's threads.
async fn off_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreError::Defect { store: "plan copy", cause: error.to_string() })
}
