//! Between the pure decisions and the store: what is looked at, and what is written at once.

use chrono::{DateTime, TimeDelta, Utc};
use resync_api::incidents::model::IncidentState;

use super::book::{Book, Taken};
use super::error::IncidentError;
use super::failure::Failure;
use super::rows::{self, MemberBody};
use super::symptom::{LogRead, symptom};
use super::{ATTEMPTS, Incidents, UNRESOLVED};
use crate::store::schema::{INCIDENT, INCIDENT_MEMBER, INCIDENT_TRAIT};
use crate::store::{Batch, Condition, MAX_PAGE, Order, Query, Write};

/// Unresolved incidents that failures are compared with; the ones that failed last.
const COMPARED: u32 = 1_000;
/// Incidents removed at once.
const RETIRED: u32 = 50;

/// A failing job, and whose plan it is of.
pub(super) type Failing = (String, String);

/// Members with these plan ids.
fn of_jobs(engine: &str, jobs: &[&str]) -> Query {
    let ids = jobs.iter().map(|job| (*job).into()).collect();
    Query::of(INCIDENT_MEMBER).is("engine", engine).and(Condition::OneOf("job_id", ids))
}

impl Incidents {
    /// Everything these failures could have to do with.
    pub(super) async fn book_of(&self, engine: &str, failures: &[Failure]) -> Result<Book, IncidentError> {
        let window = TimeDelta::from_std(self.config.window).unwrap_or(TimeDelta::MAX);
        let jobs: Vec<&str> = failures.iter().map(|failure| failure.job_id.as_str()).collect();
        let unresolved = || {
            let states =
                [IncidentState::Open, IncidentState::Recovered].map(|state| rows::word(state).into());
            Query::of(INCIDENT).is("engine", engine).and(Condition::OneOf("state", states.to_vec()))
        };
        let counts = self.store.count(unresolved(), &[]).await?;
        let there: u64 = counts.iter().map(|count| count.records).sum();
        let mut book = Book::new(window, UNRESOLVED.saturating_sub(there));
        let first = failures.iter().map(|failure| failure.at).min();
        if let Some(since) = first.and_then(|first| first.checked_sub_signed(window)) {
            let recent = unresolved()
                .and(Condition::AtLeast("last_failed_at", since.into()))
                .order(Order::Down("last_failed_at"))
                .limit(COMPARED);
            for record in self.store.find(recent).await? {
                book.add(rows::read(&record)?, record.revision);
            }
        }
        self.add_members(&mut book, of_jobs(engine, &jobs)).await?;
        // An extended plan gives instances other ids: their runs are found by the job and its time.
        let timed: Vec<&Failure> = failures.iter().filter(|failure| failure.timed).collect();
        if !timed.is_empty() {
            let names = timed.iter().map(|failure| failure.job.as_str().into()).collect();
            let times = timed.iter().map(|failure| failure.at.into()).collect();
            let same_runs = Query::of(INCIDENT_MEMBER)
                .is("engine", engine)
                .and(Condition::OneOf("job", names))
                .and(Condition::OneOf("failed_at", times));
            self.add_members(&mut book, same_runs).await?;
        }
        Ok(book)
    }

    /// Adds the members that are found so, with the incidents they are part of.
    async fn add_members(&self, book: &mut Book, members: Query) -> Result<(), IncidentError> {
        let mut incidents: Vec<String> = Vec::new();
        for record in self.store.find(members).await? {
            let MemberBody { incident, member } = rows::read(&record)?;
            book.add_member(&incident, member, record.revision);
            incidents.push(incident);
        }
        incidents.sort();
        incidents.dedup();
        if incidents.is_empty() {
            return Ok(());
        }
        let ids = incidents.iter().map(|id| id.as_str().into()).collect();
        for record in self.store.find(Query::of(INCIDENT).and(Condition::OneOf("key", ids))).await? {
            book.add(rows::read(&record)?, record.revision);
        }
        Ok(())
    }

    /// Writes what changed in a book, all of it or nothing.
    async fn write(&self, engine: &str, book: &Book, with_traits: bool) -> Result<(), IncidentError> {
        let mut batch = Batch::new();
        for entry in book.changed() {
            let record = rows::incident(&entry.value, entry.revision)?;
            batch = if entry.revision == 0 { batch.insert(record) } else { batch.replace(record) };
            if with_traits {
                let traits = rows::traits(&entry.value);
                let records = traits.iter().map(|name| rows::trait_record(&entry.value, name));
                batch.0.extend(records.map(Write::Put));
            }
        }
        for (incident, entry) in book.changed_members() {
            let record = rows::member(engine, incident, &entry.value, entry.revision)?;
            batch = if entry.revision == 0 { batch.insert(record) } else { batch.replace(record) };
        }
        let moved = book.moved().map(|(incident, id)| rows::member_key(incident, id));
        batch.0.extend(moved.map(|key| Write::Delete(INCIDENT_MEMBER, key)));
        if batch.0.is_empty() {
            return Ok(());
        }
        Ok(self.store.commit(batch).await?)
    }

    /// Notes failures of one engine with what was read of their logs. `book` holds them already, over what was read before;
    /// when others were first, it is made anew. Says what became of each.
    ///
    /// # Errors
    /// When the store cannot be used; nothing is noted then.
    pub(super) async fn note(
        &self,
        engine: &str,
        mut book: Book,
        mut taken: Vec<Taken>,
        seen: &[(Failure, LogRead)],
    ) -> Result<Vec<Taken>, IncidentError> {
        for _ in 0..ATTEMPTS {
            match self.write(engine, &book, true).await {
                Ok(()) => return Ok(taken),
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
            let failures: Vec<Failure> = seen.iter().map(|(failure, _)| failure.clone()).collect();
            book = self.book_of(engine, &failures).await?;
            let again = seen.iter().map(|(failure, log)| book.take_in(failure, symptom(failure, log)));
            taken = again.collect();
        }
        Err(IncidentError::Contended)
    }

    /// Failures noted at once, for whoever has them with their logs.
    ///
    /// # Errors
    /// When the store cannot be used; nothing is noted then.
    pub async fn take_in(
        &self,
        engine: &str,
        seen: &[(Failure, LogRead)],
    ) -> Result<Vec<Taken>, IncidentError> {
        let failures: Vec<Failure> = seen.iter().map(|(failure, _)| failure.clone()).collect();
        let mut book = self.book_of(engine, &failures).await?;
        let taken = seen.iter().map(|(failure, log)| book.take_in(failure, symptom(failure, log))).collect();
        self.note(engine, book, taken, seen).await
    }

    /// Jobs of one engine have ended well, were cancelled or have left the plan. Says which of them fail in no incident
    /// now, whoever noted their end; the others have failed since.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn end(
        &self,
        engine: &str,
        ended: &[(String, DateTime<Utc>)],
    ) -> Result<Vec<String>, IncidentError> {
        let jobs: Vec<&str> = ended.iter().map(|(job, _)| job.as_str()).collect();
        for _ in 0..ATTEMPTS {
            let mut book = Book::new(TimeDelta::zero(), 0);
            self.add_members(&mut book, of_jobs(engine, &jobs)).await?;
            for (job, at) in ended {
                book.end(job, *at);
            }
            match self.write(engine, &book, false).await {
                Ok(()) => {
                    let settled = ended.iter().filter(|(job, _)| !book.fails(job));
                    return Ok(settled.map(|(job, _)| job.clone()).collect());
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => return Err(error),
            }
        }
        Err(IncidentError::Contended)
    }

    /// Jobs that are failing, at most so many.
    pub(super) async fn failing(&self, most: usize) -> Result<Vec<Failing>, IncidentError> {
        let mut query = Query::of(INCIDENT_MEMBER).is("failing", 1);
        let mut failing = Vec::new();
        loop {
            let records = self.store.find(query.clone()).await?;
            for record in &records {
                if let (Some(engine), Some(job)) = (record.text("engine"), record.text("job_id")) {
                    failing.push((engine.to_owned(), job.to_owned()));
                }
            }
            let Some(last) = records.last().filter(|_| records.len() == MAX_PAGE as usize) else { break };
            if failing.len() >= most {
                break;
            }
            query = query.clone().after(Some(query.cursor(last)));
        }
        failing.truncate(most);
        Ok(failing)
    }

    /// Removes resolved incidents whose time is over, with everything of them. Says how many.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn retire(&self) -> Result<u64, IncidentError> {
        let retention = TimeDelta::from_std(self.config.retention).unwrap_or(TimeDelta::MAX);
        let Some(limit) = (self.clock)().checked_sub_signed(retention) else { return Ok(0) };
        let over = Query::of(INCIDENT)
            .is("state", rows::word(IncidentState::Resolved))
            .and(Condition::Below("resolved_at", limit.into()))
            .limit(RETIRED);
        let mut removed = 0;
        for record in self.store.find(over).await? {
            let id = record.key.as_str();
            let mut batch = Batch::new().with(Write::Delete(INCIDENT, id.to_owned()));
            for collection in [INCIDENT_MEMBER, INCIDENT_TRAIT] {
                let own = self.store.find(Query::of(collection).is("incident", id)).await?;
                batch.0.extend(own.into_iter().map(|record| Write::Delete(collection, record.key)));
            }
            self.store.commit(batch).await?;
            removed += 1;
        }
        Ok(removed)
    }
}
