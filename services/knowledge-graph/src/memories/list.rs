//! Looking at memories, whatever their state, with what contradicts them.

use std::collections::BTreeMap;

use resync_api::memories::model::{ListMemories, Memory, MemoryPage, MemoryState};

use super::Memories;
use super::contradict::contradiction;
use super::error::MemoryError;
use super::rows::{self, ANY_ENGINE};
use crate::page_token;
use crate::store::schema::MEMORY;
use crate::store::{Condition, Order, Query, time_text};

const DEFAULT_PAGE: u32 = 50;
const MAX_PAGE: u32 = 200;
/// Memories of one scope that are compared with each other: the newest.
const COMPARED: u32 = 200;
/// Contradictions shown with one memory.
const SHOWN: usize = 20;
/// What a reviewer has to know of: what may become a memory, and what is one.
const PENDING: &[MemoryState] = &[MemoryState::Proposed, MemoryState::Approved];

impl Memories {
    /// One memory.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn get(&self, memory_id: &str) -> Result<Memory, MemoryError> {
        self.with_contradictions(self.memory(memory_id).await?).await
    }

    /// One memory, without what contradicts it.
    pub(super) async fn memory(&self, memory_id: &str) -> Result<Memory, MemoryError> {
        let record = self.store.get(MEMORY, memory_id).await?;
        let record = record.ok_or_else(|| MemoryError::Unknown(memory_id.to_owned()))?;
        Ok(rows::read(&record, (self.clock)())?)
    }

    /// A page of memories, the newest first. Those of engines that `may_see` refuses are left out, so that a page may be
    /// shorter than asked for.
    ///
    /// # Errors
    /// When the token is not one of this list.
    pub async fn list(
        &self,
        request: &ListMemories,
        may_see: impl Fn(&str) -> bool,
    ) -> Result<MemoryPage, MemoryError> {
        let ListMemories { engine, state, kind, about, page_size, page_token } = request;
        let now = (self.clock)();
        let size = if *page_size == 0 { DEFAULT_PAGE } else { (*page_size).min(MAX_PAGE) };
        let after = page_token::parse(page_token).ok_or(MemoryError::PageToken)?;
        let mut query = Query::of(MEMORY).order(Order::Down("created_at")).limit(size).after(after);
        if let Some(about) = about {
            query = query.is("about", rows::about_field(about));
        }
        if !engine.is_empty() {
            query = query.and(Condition::OneOf("engine", vec![engine.as_str().into(), ANY_ENGINE.into()]));
        }
        if let Some(kind) = kind {
            query = query.is("kind", rows::word(kind));
        }
        query = match state {
            None => query,
            // An end is kept as a time, so that nobody needs to note that it came.
            Some(MemoryState::Approved) => query
                .is("state", rows::word(&MemoryState::Approved))
                .and(Condition::AtLeast("expires_at", rows::after(now).into())),
            Some(MemoryState::Expired) => query
                .is("state", rows::word(&MemoryState::Approved))
                .and(Condition::Below("expires_at", rows::after(now).into())),
            Some(state) => query.is("state", rows::word(state)),
        };
        let records = self.store.find(query.clone()).await?;
        let full = records.len() == usize::try_from(size).unwrap_or(usize::MAX);
        let next = records.last().filter(|_| full).map(|last| page_token::write(&query.cursor(last)));
        let mut memories = Vec::with_capacity(records.len());
        for record in &records {
            let memory = rows::read(record, now)?;
            if memory.scope.engine.is_empty() || may_see(&memory.scope.engine) {
                memories.push(memory);
            }
        }
        self.flag(&mut memories, PENDING).await?;
        Ok(MemoryPage { memories, next_page_token: next.unwrap_or_default() })
    }

    /// The memory with what contradicts it.
    pub(super) async fn with_contradictions(&self, memory: Memory) -> Result<Memory, MemoryError> {
        let mut one = [memory];
        self.flag(&mut one, PENDING).await?;
        let [memory] = one;
        Ok(memory)
    }

    /// Flags what contradicts each memory, of those that are in one of `states` now.
    pub(super) async fn flag(
        &self,
        memories: &mut [Memory],
        states: &[MemoryState],
    ) -> Result<(), MemoryError> {
        let now = (self.clock)();
        let counts = |state| states.contains(&state);
        let mut scopes: BTreeMap<String, Vec<Memory>> = BTreeMap::new();
        for memory in memories.iter_mut().filter(|memory| counts(memory.state)) {
            let scope = rows::scope(memory);
            if !scopes.contains_key(&scope) {
                let words = states.iter().map(|state| rows::word(state).into()).collect();
                let query = Query::of(MEMORY)
                    .is("scope", scope.as_str())
                    .and(Condition::OneOf("state", words))
                    .and(Condition::AtLeast("expires_at", time_text(now).into()))
                    .order(Order::Down("created_at"))
                    .limit(COMPARED);
                let others = self.store.find(query).await?;
                let others = others.iter().map(|record| rows::read(record, now)).collect::<Result<_, _>>()?;
                scopes.insert(scope.clone(), others);
            }
            let others = scopes.get(&scope).into_iter().flatten();
            let others = others.filter(|other| other.id != memory.id && counts(other.state));
            let found: Vec<_> = others.filter_map(|other| contradiction(memory, other)).take(SHOWN).collect();
            memory.contradictions = found;
        }
        Ok(())
    }
}
