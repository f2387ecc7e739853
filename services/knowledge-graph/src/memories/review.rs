//! Reviewing: a person decides about a memory as it was seen.

use chrono::{DateTime, Utc};
use resync_api::audit::model::ActorKind;
use resync_api::journal::model::Acting;
use resync_api::memories::model::{Memory, MemoryAction, MemoryDecision, MemoryReview, MemoryState};

use super::error::MemoryError;
use super::propose::conflict_or;
use super::{ATTEMPTS, Memories, events, rows};
use crate::audit::masked_text;
use crate::store::{Batch, Write};

/// Decisions kept with a memory; the audit log has all.
const REVIEWS: usize = 50;

impl Memories {
    /// A person decides. Deciding the same again changes nothing.
    ///
    /// # Errors
    /// When it was changed since it was looked at, stands otherwise than this needs, or nothing is said in its place.
    pub async fn review(&self, decision: MemoryDecision, acting: &Acting) -> Result<Memory, MemoryError> {
        if acting.actor.kind != ActorKind::Person {
            return Err(MemoryError::NotAPerson);
        }
        let decision = MemoryDecision {
            reason: masked_text(decision.reason),
            text: masked_text(decision.text),
            intended_query: masked_text(decision.intended_query),
            ..decision
        };
        for _ in 0..ATTEMPTS {
            let memory = self.memory(&decision.memory_id).await?;
            if memory.revision != decision.expected_revision {
                if repeats(&memory, &decision, acting) {
                    return self.with_contradictions(memory).await;
                }
                return Err(MemoryError::Changed {
                    memory_id: memory.id,
                    expected: decision.expected_revision,
                    revision: memory.revision,
                });
            }
            let now = (self.clock)();
            let (changed, review) = decided(memory, &decision, now, acting)?;
            // The record is already at the revision after the one that was looked at.
            let writes = Batch::new().with(Write::Replace(rows::record(&changed)?));
            let shown = rows::seen(changed, now);
            match self.log.append(events::reviewed(&shown, &review, acting), writes).await {
                Ok(_) => return self.with_contradictions(shown).await,
                // Another reviewer was first, or another chain of events: looking again tells.
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(MemoryError::Contended)
    }
}

/// Whether just this decision was made already: its answer was lost.
fn repeats(memory: &Memory, decision: &MemoryDecision, acting: &Acting) -> bool {
    memory.revision == decision.expected_revision + 1
        && memory.reviews.last().is_some_and(|last| {
            last.by == acting.actor.subject
                && last.action == decision.action
                && last.reason == decision.reason
                && (decision.action != MemoryAction::Edit || says_so(memory, decision))
        })
}

fn says_so(memory: &Memory, decision: &MemoryDecision) -> bool {
    let query = memory.correction.as_ref().map_or("", |correction| &correction.intended_query);
    memory.words() == decision.text && query == decision.intended_query
}

/// The memory after the decision.
fn decided(
    mut memory: Memory,
    decision: &MemoryDecision,
    now: DateTime<Utc>,
    acting: &Acting,
) -> Result<(Memory, MemoryReview), MemoryError> {
    use MemoryState::{Approved, Expired, Proposed, Quarantined};
    let action = decision.action;
    if decision.expires_at.is_some_and(|end| end <= now) {
        return Err(MemoryError::ExpiryPast);
    }
    let possible = match action {
        // What is approved already can be given another end.
        MemoryAction::Approve => memory.state != Approved || decision.expires_at.is_some(),
        MemoryAction::Edit => true,
        MemoryAction::Reject => matches!(memory.state, Proposed | Quarantined),
        MemoryAction::Expire => memory.state == Approved,
        MemoryAction::Quarantine => matches!(memory.state, Proposed | Approved | Expired),
    };
    if !possible {
        return Err(MemoryError::State { memory_id: memory.id, state: memory.state, action });
    }
    let mut before = String::new();
    match action {
        MemoryAction::Approve | MemoryAction::Edit => {
            if action == MemoryAction::Edit {
                before = edit(&mut memory, decision)?;
            }
            memory.state = Approved;
            memory.expires_at = decision.expires_at.or(memory.expires_at.filter(|end| *end > now));
        }
        MemoryAction::Reject => memory.state = MemoryState::Rejected,
        // One that has expired is one that was approved until then.
        MemoryAction::Expire => memory.expires_at = Some(now),
        MemoryAction::Quarantine => memory.state = Quarantined,
    }
    memory.revision += 1;
    let reason = decision.reason.clone();
    let review = MemoryReview { by: acting.actor.subject.clone(), at: now, action, reason, before };
    if memory.reviews.len() >= REVIEWS {
        memory.reviews.remove(0);
    }
    memory.reviews.push(review.clone());
    Ok((memory, review))
}

/// Says what the decision says from now on; answers with what was said before.
fn edit(memory: &mut Memory, decision: &MemoryDecision) -> Result<String, MemoryError> {
    let MemoryDecision { text, intended_query, .. } = decision;
    let Some(correction) = &mut memory.correction else {
        if !intended_query.is_empty() {
            return Err(MemoryError::NoQuery);
        }
        if text.is_empty() {
            return Err(MemoryError::NoText);
        }
        return Ok(std::mem::replace(&mut memory.text, text.clone()));
    };
    if text.is_empty() && intended_query.is_empty() {
        return Err(MemoryError::NoText);
    }
    let query = std::mem::replace(&mut correction.intended_query, intended_query.clone());
    let note = std::mem::replace(&mut correction.note, text.clone());
    let parts = [query, note];
    Ok(parts.iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join("; "))
}
