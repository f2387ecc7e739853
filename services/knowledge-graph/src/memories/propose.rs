//! Proposing: what is proposed waits for a person; the same is kept once.

use chrono::{DateTime, Utc};
use resync_api::journal::model::Acting;
use resync_api::memories::model::{
    CorrectionProposal, DEFAULT_CONFIDENCE, Memory, MemoryCorrection, MemoryKind, MemoryProposal,
    MemoryScope, MemoryState, Proposed,
};

use super::error::MemoryError;
use super::{ATTEMPTS, Memories, events, rows};
use crate::audit::masked_text;
use crate::store::schema::MEMORY;
use crate::store::{Batch, Query, StoreError};

/// Proposals of one person that may wait for a reviewer. Nothing is deleted, so it is who decides that makes room.
const WAITING: u64 = 500;

impl Memories {
    /// Proposes to remember a text.
    ///
    /// # Errors
    /// When its time is over already, or the store cannot be used.
    pub async fn propose(&self, proposal: MemoryProposal, acting: &Acting) -> Result<Proposed, MemoryError> {
        let MemoryProposal { text, scope, source, confidence, expires_at } = proposal;
        self.keep(acting, |proposed_by, created_at| Memory {
            id: String::new(),
            kind: MemoryKind::Fact,
            text: masked_text(text.clone()),
            correction: None,
            scope: scope.clone(),
            source: source.clone(),
            confidence: confidence.unwrap_or(DEFAULT_CONFIDENCE),
            state: MemoryState::Proposed,
            revision: 1,
            proposed_by,
            created_at,
            expires_at,
            reviews: Vec::new(),
            contradictions: Vec::new(),
        })
        .await
    }

    /// Proposes how a question is to be understood.
    ///
    /// # Errors
    /// When its time is over already, or the store cannot be used.
    pub async fn correct(
        &self,
        proposal: CorrectionProposal,
        acting: &Acting,
    ) -> Result<Proposed, MemoryError> {
        let CorrectionProposal { correction, engine, source, confidence, expires_at } = proposal;
        let MemoryCorrection { question, language, intended_query, note } = correction;
        let correction = MemoryCorrection {
            question: masked_text(question),
            language,
            intended_query: masked_text(intended_query),
            note: masked_text(note),
        };
        self.keep(acting, |proposed_by, created_at| Memory {
            id: String::new(),
            kind: MemoryKind::Correction,
            text: String::new(),
            correction: Some(correction.clone()),
            scope: MemoryScope { engine: engine.clone(), about: None },
            source: source.clone(),
            confidence: confidence.unwrap_or(DEFAULT_CONFIDENCE),
            state: MemoryState::Proposed,
            revision: 1,
            proposed_by,
            created_at,
            expires_at,
            reviews: Vec::new(),
            contradictions: Vec::new(),
        })
        .await
    }

    async fn keep(
        &self,
        acting: &Acting,
        memory: impl Fn(String, DateTime<Utc>) -> Memory,
    ) -> Result<Proposed, MemoryError> {
        for _ in 0..ATTEMPTS {
            let now = (self.clock)();
            let mut memory = memory(acting.actor.subject.clone(), now);
            if memory.expires_at.is_some_and(|end| end <= now) {
                return Err(MemoryError::ExpiryPast);
            }
            memory.id = rows::key(&memory);
            if let Some(kept) = self.kept(&memory, now).await? {
                return Ok(Proposed { memory: self.with_contradictions(kept).await?, created: false });
            }
            self.has_room(&memory.proposed_by).await?;
            let writes = Batch::new().insert(rows::record(&memory)?);
            match self.log.append(events::proposed(&memory, now, acting), writes).await {
                Ok(_) => {
                    return Ok(Proposed { memory: self.with_contradictions(memory).await?, created: true });
                }
                // Whoever was first is found by looking again.
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(MemoryError::Contended)
    }

    /// Several proposals at once may each find the last place; the bound is against floods and need not be exact.
    async fn has_room(&self, proposer: &str) -> Result<(), MemoryError> {
        let waiting = Query::of(MEMORY).is("state", "proposed").is("proposed_by", proposer).limit(1);
        let counts = self.store.count(waiting, &["proposed_by"]).await?;
        if counts.first().is_some_and(|count| count.records >= WAITING) {
            return Err(MemoryError::TooMany { limit: WAITING });
        }
        Ok(())
    }

    /// What was proposed as the same, or says the same after an edit.
    async fn kept(&self, memory: &Memory, now: DateTime<Utc>) -> Result<Option<Memory>, StoreError> {
        if let Some(record) = self.store.get(MEMORY, &memory.id).await? {
            return rows::read(&record, now).map(Some);
        }
        let same = Query::of(MEMORY).is("says", rows::says(memory)).limit(1);
        let found = self.store.find(same).await?;
        found.first().map(|record| rows::read(record, now)).transpose()
    }
}

/// Goes on when others were first; everything else is the caller's.
pub(super) fn conflict_or(error: MemoryError) -> Result<(), MemoryError> {
    match error {
        MemoryError::Store(StoreError::Conflict { .. }) => Ok(()),
        other => Err(other),
    }
}
