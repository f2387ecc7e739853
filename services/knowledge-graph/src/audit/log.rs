//! Appending. One appender a chain and process; the head's revision keeps out appenders of other processes.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use resync_api::audit::model::{AuditEntry, AuditEvent};
use tokio::sync::{Mutex, watch};

use super::chain::{self, Chained, Head};
use super::mask::masked;
use super::{AuditError, Clock};
use crate::store::schema::{AUDIT_CHAIN, AUDIT_EVENT};
use crate::store::{Batch, Condition, Query, Store, StoreError, Write};

/// How often other appenders of the chain may come first before a caller is told to try again.
const ATTEMPTS: u32 = 32;
/// Of one report.
const MAX_EVENTS: usize = 1_000;

/// The head of a chain that was committed last, by this process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Committed {
    pub(super) sequence: u64,
    pub(super) hash: String,
}

/// Appends to one chain. Clones append to the same one.
#[derive(Clone)]
pub struct AuditLog {
    store: Arc<dyn Store>,
    chain: Arc<str>,
    clock: Clock,
    head: Arc<Mutex<Option<Head>>>,
    committed: watch::Sender<Option<Committed>>,
}

impl AuditLog {
    /// An appender of a chain; nothing is read yet.
    pub fn new(store: Arc<dyn Store>, chain: &str, clock: Clock) -> Self {
        let committed = watch::Sender::new(None);
        Self { store, chain: chain.into(), clock, head: Arc::default(), committed }
    }

    /// Name of the chain.
    #[must_use]
    pub fn chain(&self) -> &str {
        &self.chain
    }

    /// Where it is kept.
    #[must_use]
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    /// Heads as they are committed; the newest only.
    pub(super) fn committed(&self) -> watch::Receiver<Option<Committed>> {
        self.committed.subscribe()
    }

    /// Adds one event, together with writes that must happen with it or not at all.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the writes meet another state than they were made for; the chain is then as it was.
    /// An event that is in the chain already is a conflict too.
    pub async fn append(&self, event: AuditEvent, writes: Batch) -> Result<AuditEntry, AuditError> {
        let mut entries = self.add(vec![event], writes, false).await?;
        entries.pop().ok_or_else(|| StoreError::Conflict { collection: AUDIT_EVENT.0 }.into())
    }

    /// Adds events in order, leaving out those that are in the chain already. At most 1000.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn append_all(&self, events: Vec<AuditEvent>) -> Result<Vec<AuditEntry>, AuditError> {
        self.add(events, Batch::new(), true).await
    }

    async fn add(
        &self,
        mut events: Vec<AuditEvent>,
        writes: Batch,
        repeatable: bool,
    ) -> Result<Vec<AuditEntry>, AuditError> {
        events.truncate(MAX_EVENTS);
        let mut events: Vec<_> = events.into_iter().map(masked).collect();
        let mut known = self.head.lock().await;
        for _ in 0..ATTEMPTS {
            if events.is_empty() {
                return Ok(Vec::new());
            }
            let head = match known.take() {
                Some(head) => head,
                None => self.read_head().await?,
            };
            let (entries, next, batch) = self.batch(&head, &events, &writes)?;
            match self.store.commit(batch).await {
                Ok(()) => {
                    let Head { sequence, hash, .. } = next.clone();
                    self.committed.send_replace(Some(Committed { sequence, hash }));
                    *known = Some(next);
                    return Ok(entries);
                }
                Err(error) if error.is_conflict() => {
                    let now = self.read_head().await?;
                    let moved = now != head;
                    *known = Some(now);
                    let repeated = self.drop_known(&mut events).await?;
                    if (repeated && !repeatable) || (!moved && !repeated) {
                        return Err(error.into());
                    }
                }
                // Whether the head has moved is not known: it is read again next time.
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::Conflict { collection: AUDIT_CHAIN.0 }.into())
    }

    /// Entries for all events behind `head`, the head after them, and everything to write.
    fn batch(
        &self,
        head: &Head,
        events: &[AuditEvent],
        writes: &Batch,
    ) -> Result<(Vec<AuditEntry>, Head, Batch), StoreError> {
        let now = (self.clock)();
        let mut batch = writes.clone();
        let mut entries = Vec::with_capacity(events.len());
        let mut next = head.clone();
        for event in events {
            let Chained { entry, record } = chain::follow(&next, &self.chain, event.clone(), now)?;
            next = Head { sequence: entry.sequence, hash: entry.hash.clone(), ..next };
            batch.0.push(Write::Insert(record));
            entries.push(entry);
        }
        next.revision = head.revision + 1;
        let record = next.record(&self.chain);
        batch.0.push(if head.revision == 0 { Write::Insert(record) } else { Write::Replace(record) });
        Ok((entries, next, batch))
    }

    async fn read_head(&self) -> Result<Head, StoreError> {
        match self.store.get(AUDIT_CHAIN, &self.chain).await? {
            Some(record) => Head::from_record(&record),
            None => Ok(Head::none()),
        }
    }

    /// Leaves out events that are kept already, in whatever chain; tells whether there were any.
    async fn drop_known(&self, events: &mut Vec<AuditEvent>) -> Result<bool, StoreError> {
        let ids = events.iter().map(|event| event.id.as_str().into()).collect();
        let query = Query::of(AUDIT_EVENT).and(Condition::OneOf("key", ids));
        let found: HashSet<String> =
            self.store.find(query).await?.into_iter().map(|record| record.key).collect();
        // An id given twice in one report counts once.
        let mut seen = found.clone();
        let before = events.len();
        events.retain(|event| seen.insert(event.id.clone()));
        Ok(events.len() < before)
    }
}

impl fmt::Debug for AuditLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AuditLog").field("chain", &self.chain).finish_non_exhaustive()
    }
}
