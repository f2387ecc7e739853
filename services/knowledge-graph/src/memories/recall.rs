//! Recalling: only what is approved and has not expired, by the objects and the question of an answer.

use chrono::{DateTime, Utc};
use resync_api::filter::Pattern;
use resync_api::memories::model::{
    Memory, MemoryKind, MemoryObject, MemoryState, RecallRequest, Recalled, RecalledObject,
};

use super::Memories;
use super::error::MemoryError;
use super::rows::{self, ANY_ENGINE};
use crate::store::schema::MEMORY;
use crate::store::{Condition, Order, Query, Value};

const DEFAULT_LIMIT: u32 = 10;
const MAX_LIMIT: u32 = 50;
/// Patterns that objects are compared with: the newest.
const PATTERNS: u32 = 2_000;
/// What nobody reviewed marks no answer.
const APPROVED: &[MemoryState] = &[MemoryState::Approved];
/// Corrections of one question.
const CORRECTIONS: u32 = 10;

impl Memories {
    /// What is remembered of some objects, and the corrections of a question.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn recall(&self, request: &RecallRequest) -> Result<Recalled, MemoryError> {
        let RecallRequest { engine, objects, general, question, limit } = request;
        let now = (self.clock)();
        let limit = if *limit == 0 { DEFAULT_LIMIT } else { (*limit).min(MAX_LIMIT) };
        let engines = [engine.as_str(), ""];
        // One more than wanted tells that there are more.
        let enough = limit + 1;
        let exact = engines.iter().flat_map(|engine| {
            objects.iter().flat_map(move |object| {
                [&object.key, &object.object_name].map(|name| rows::object_scope(engine, object.kind, name))
            })
        });
        let mut memories = self.in_scopes(exact.collect(), enough, now).await?;
        if !objects.is_empty() {
            memories.extend(self.by_pattern(engine, objects, now).await?);
        }
        if *general {
            let scopes = engines.map(rows::general_scope).to_vec();
            memories.extend(self.in_scopes(scopes, enough, now).await?);
        }
        memories.retain(|memory| memory.kind == MemoryKind::Fact);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let truncated = memories.len() > limit;
        memories.truncate(limit);
        self.flag(&mut memories, APPROVED).await?;
        let corrections = self.corrections(engine, question, now).await?;
        Ok(Recalled { memories, truncated, corrections })
    }

    /// Corrections of the engine; of any engine when it has none of its own.
    async fn corrections(
        &self,
        engine: &str,
        question: &str,
        now: DateTime<Utc>,
    ) -> Result<Vec<Memory>, MemoryError> {
        if question.trim().is_empty() {
            return Ok(Vec::new());
        }
        for engine in [engine, ""] {
            let scope = rows::question_scope(engine, question);
            let mut found = self.in_scopes(vec![scope], CORRECTIONS, now).await?;
            if !found.is_empty() {
                self.flag(&mut found, APPROVED).await?;
                return Ok(found);
            }
        }
        Ok(Vec::new())
    }

    async fn in_scopes(
        &self,
        mut scopes: Vec<String>,
        limit: u32,
        now: DateTime<Utc>,
    ) -> Result<Vec<Memory>, MemoryError> {
        if scopes.is_empty() {
            return Ok(Vec::new());
        }
        scopes.sort();
        scopes.dedup();
        let scopes: Vec<Value> = scopes.into_iter().map(Value::from).collect();
        let query = holding(now).and(Condition::OneOf("scope", scopes)).limit(limit);
        let found = self.store.find(query).await?;
        Ok(found.iter().map(|record| rows::read(record, now)).collect::<Result<_, _>>()?)
    }

    async fn by_pattern(
        &self,
        engine: &str,
        objects: &[RecalledObject],
        now: DateTime<Utc>,
    ) -> Result<Vec<Memory>, MemoryError> {
        let engines = vec![Value::from(engine), Value::from(ANY_ENGINE)];
        let query =
            holding(now).is("pattern", 1_i64).and(Condition::OneOf("engine", engines)).limit(PATTERNS);
        let found = self.store.find(query).await?;
        let mut memories = Vec::new();
        for record in &found {
            let memory = rows::read(record, now)?;
            if memory.scope.about.as_ref().is_some_and(|about| covers(about, objects)) {
                memories.push(memory);
            }
        }
        Ok(memories)
    }
}

/// Whatever is approved at a time and has not expired, the newest first.
fn holding(now: DateTime<Utc>) -> Query {
    Query::of(MEMORY)
        .is("state", rows::word(&MemoryState::Approved))
        .and(Condition::AtLeast("expires_at", rows::after(now).into()))
        .order(Order::Down("created_at"))
}

fn covers(about: &MemoryObject, objects: &[RecalledObject]) -> bool {
    let pattern = Pattern::wildcards(&about.name);
    let mut of_kind = objects.iter().filter(|object| object.kind == about.kind);
    of_kind.any(|object| pattern.matches(&object.key) || pattern.matches(&object.object_name))
}
