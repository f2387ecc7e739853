//! Structure: definitions once for everybody, and the dependencies of single instances where it matters most.

use std::sync::Arc;
use std::time::Duration;

use resync_api::tws::model::EdgeSource;
use resync_hwa::Page;
use resync_hwa::wire::job::JobInPlan;
use resync_hwa::wire::stream::JobStreamInPlan;
use tokio::time::Instant;

use super::timetable::Task;
use super::{Halt, Poller};
use crate::engine::calls::CallError;
use crate::engine::structure::Model;
use crate::plan::{DependencyList, FlowId, RowKind};

/// Lists of edges in one batch.
const LISTS_A_BATCH: usize = 4_000;

/// Single reads between two looks at what is most urgent.
const READS_A_ROUND: usize = 8;

/// Definitions that were missing are looked for again after this, not sooner.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

impl Poller {
    /// True when instances came whose structure was not told yet.
    pub(super) fn lacks_structure(&self) -> bool {
        self.roster.streams.values().any(|stream| !stream.structured)
    }

    /// Tells the structure of instances that came since; reads the definitions when that is due.
    pub(super) async fn read_model(&mut self) -> Result<(), Halt> {
        let looks_again =
            self.lacks_definition && self.model.held_for().is_some_and(|held| held >= LOOK_AGAIN);
        let due = looks_again || self.model.age().is_none_or(|age| age >= self.pace.model);
        let mut just_read = false;
        if due {
            self.timetable.postpone(Task::Model, self.pace.model);
            // What somebody read before this instance came cannot hold its definition.
            let most_age = if looks_again { Duration::ZERO } else { self.pace.model };
            match self.definitions(most_age).await {
                Ok(read) => {
                    just_read = read.just_read;
                    self.model = Model::new(read.definitions, read.age);
                }
                Err(error) if !error.is_outage() => {
                    tracing::warn!(%error, "definitions cannot be read; edges come from the plan alone");
                    self.model.try_later();
                    just_read = true;
                }
                Err(error) => return Err(error.into()),
            }
            for stream in self.roster.streams.values_mut() {
                stream.structured = false;
            }
        }
        self.tell_structure(just_read).await?;
        let until =
            |since: Option<Duration>, period: Duration| period.saturating_sub(since.unwrap_or_default());
        let mut next = until(self.model.age(), self.pace.model);
        if self.lacks_definition {
            next = next.min(until(self.model.held_for(), LOOK_AGAIN));
        }
        self.timetable.postpone(Task::Model, next.max(Duration::from_millis(100)));
        Ok(())
    }

    /// With definitions just read, an instance without one was submitted ad hoc, and looking again would not help.
    async fn tell_structure(&mut self, just_read: bool) -> Result<(), Halt> {
        let wanted = self.roster.unstructured();
        if wanted.is_empty() {
            return Ok(());
        }
        let lacking: Vec<_> =
            wanted.iter().filter(|id| !self.model.defines(&self.roster, id)).cloned().collect();
        self.lacks_definition = false;
        for id in lacking {
            if let Some(stream) = self.roster.streams.get_mut(&id) {
                stream.ad_hoc |= just_read;
                self.lacks_definition |= !stream.ad_hoc;
            }
        }
        let mut lists = self.model.edges(&self.roster, self.zone, &wanted);
        self.mark_structured(&wanted);
        while !lists.is_empty() {
            let rest = lists.split_off(lists.len().min(LISTS_A_BATCH));
            let mut batch = self.batch();
            batch.dependencies = std::mem::replace(&mut lists, rest);
            self.send(batch).await?;
        }
        Ok(())
    }

    fn mark_structured<'a>(&mut self, ids: impl IntoIterator<Item = &'a Arc<str>>) {
        for id in ids {
            if let Some(stream) = self.roster.streams.get_mut(id) {
                stream.structured = true;
            }
        }
    }

    /// Reads the own dependencies of the instances where they matter most, as long as the cap leaves room.
    pub(super) async fn read_dependencies(&mut self) -> Result<(), Halt> {
        let engine_now = self.calls.engine_time(chrono::Utc::now());
        let urgent = self.roster.worth_reading(READS_A_ROUND, engine_now, self.pace.dependencies);
        if urgent.is_empty() {
            self.timetable.postpone(Task::Dependencies, self.pace.active);
            return Ok(());
        }
        self.timetable.at(Task::Dependencies, Some(Instant::now()));
        for flow in urgent {
            if let Err(wait) = self.calls.spare(super::RESERVE) {
                self.timetable.postpone(Task::Dependencies, wait);
                break;
            }
            self.read_own_dependencies(flow).await?;
        }
        self.follow_up();
        Ok(())
    }

    /// Instances one by one, where the engine takes no list of identifiers.
    pub(super) async fn read_singly(&mut self, flows: impl IntoIterator<Item = FlowId>) -> Result<(), Halt> {
        for flow in flows {
            self.read_own_dependencies(flow).await?;
        }
        Ok(())
    }

    async fn read_own_dependencies(&mut self, flow: FlowId) -> Result<(), Halt> {
        let mut batch = self.batch();
        let outcome = match &flow {
            FlowId::Job(id) => {
                self.calls.call(|client| async move { client.job(id).await }).await.map(Read::Job)
            }
            FlowId::JobStream(id) => self
                .calls
                .call(|client| async move { client.job_stream(id).await })
                .await
                .map(Read::JobStream),
        };
        let now = chrono::Utc::now();
        (batch.observed_at, batch.engine_time) = (now, self.calls.engine_time(now));
        match outcome {
            Ok(read) => {
                let free = match read {
                    Read::Job(wire) => {
                        let free = wire.dependencies.is_empty();
                        self.take_jobs(single(wire), &mut batch)?;
                        free
                    }
                    Read::JobStream(wire) => {
                        let free = wire.dependencies.is_empty();
                        self.take_streams(single(wire), &mut batch)?;
                        free
                    }
                };
                if free {
                    // It waits for nothing of its own: that must replace what the model says, too.
                    let (owner, source) = (flow.clone(), EdgeSource::Plan);
                    batch.dependencies.push(DependencyList { owner, source, dependencies: Vec::new() });
                }
            }
            Err(CallError::Engine(resync_hwa::Error::NotFound(_))) => match &flow {
                FlowId::Job(id) => {
                    self.roster.forget_job(id);
                    batch.removed.push((RowKind::Job, id.clone()));
                }
                FlowId::JobStream(id) => {
                    self.roster.forget_stream(id);
                    batch.removed.push((RowKind::JobStream, id.clone()));
                }
            },
            Err(error) => return Err(error.into()),
        }
        self.roster.note_dependencies(&flow, Instant::now());
        self.send(batch).await
    }
}

/// What a single read brought.
enum Read {
    Job(JobInPlan),
    JobStream(JobStreamInPlan),
}

fn single<T>(item: T) -> Page<T> {
    Page { total: None, items: vec![item], unreadable: Vec::new(), offset: 0, next_offset: None }
}
