//! Proposals: made, decided by a person, executed once, or over when their time is.

use chrono::{TimeDelta, Utc};
use resync_api::audit::model::{Actor, ActorKind, AuditOrigin};
use resync_api::journal::model::{
    Acting, Decision, Proposal, ProposalDecision, ProposalRequest, ProposalSearch, ProposalState,
};

use super::claim::conflict_or;
use super::command::Page;
use super::error::JournalError;
use super::{ATTEMPTS, Journal, events, rows};
use crate::store::schema::PROPOSAL;
use crate::store::{Batch, Condition, Order, Query, Record, time_text};

/// Proposals noted as expired at once.
const EXPIRED: u32 = 100;

impl Journal {
    /// Keeps a proposal. Making the same again gives the one that is kept.
    ///
    /// # Errors
    /// When one of that name proposes something else.
    pub async fn propose(&self, request: ProposalRequest) -> Result<Proposal, JournalError> {
        for _ in 0..ATTEMPTS {
            if let Some(record) = self.store.get(PROPOSAL, &request.proposal_id).await? {
                let kept: Proposal = rows::read(&record)?;
                // How long it may wait counts from when it was made.
                if (ProposalRequest { ttl: kept.request.ttl, ..request.clone() }) != kept.request {
                    return Err(JournalError::ProposalReused(request.proposal_id));
                }
                return Ok(rows::seen(kept, (self.clock)()));
            }
            let now = (self.clock)();
            let ttl = TimeDelta::from_std(request.ttl).unwrap_or(TimeDelta::MAX);
            let proposal = Proposal {
                parameters_hash: rows::parameters_hash(
                    &request.engine,
                    &request.kind,
                    &request.target,
                    &request.target_version,
                    &request.parameters,
                ),
                request: request.clone(),
                state: ProposalState::Pending,
                created_at: now,
                expires_at: now.checked_add_signed(ttl).unwrap_or(chrono::DateTime::<Utc>::MAX_UTC),
                decision: None,
                command_id: String::new(),
            };
            let writes = Batch::new().insert(rows::proposal(&proposal, 1)?);
            match self.log.append(events::proposal(&proposal, now, &request.acting), writes).await {
                Ok(_) => return Ok(proposal),
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(JournalError::Contended)
    }

    /// A person approves or rejects. Saying the same again changes nothing.
    ///
    /// # Errors
    /// When it is decided or over, when the person saw something else than it proposes, when somebody else must decide, or
    /// when it is rejected without a reason.
    pub async fn decide(&self, decision: &ProposalDecision) -> Result<Proposal, JournalError> {
        let ProposalDecision { proposal_id, parameters_hash, approve, reason, acting } = decision;
        if acting.actor.kind != ActorKind::Person {
            return Err(JournalError::NotAPerson);
        }
        if !approve && reason.trim().is_empty() {
            return Err(JournalError::NoReason);
        }
        for _ in 0..ATTEMPTS {
            let (record, mut proposal) = self.proposal_row(proposal_id).await?;
            let subject = &acting.actor.subject;
            let said =
                |made: &Decision| made.by == *subject && made.approved == *approve && made.reason == *reason;
            let decided = matches!(proposal.state, ProposalState::Approved | ProposalState::Rejected);
            if decided && proposal.decision.as_ref().is_some_and(said) {
                return Ok(proposal);
            }
            if proposal.state != ProposalState::Pending {
                return Err(JournalError::ProposalState {
                    proposal_id: proposal_id.clone(),
                    state: proposal.state,
                    needed: ProposalState::Pending,
                });
            }
            if *parameters_hash != proposal.parameters_hash {
                return Err(JournalError::Tampered(proposal_id.clone()));
            }
            let own = proposal.request.acting.actor.subject == *subject;
            if *approve && proposal.request.needs_other_person && own {
                return Err(JournalError::OwnProposal(subject.clone()));
            }
            let now = (self.clock)();
            proposal.state = if *approve { ProposalState::Approved } else { ProposalState::Rejected };
            proposal.decision =
                Some(Decision { by: subject.clone(), at: now, approved: *approve, reason: reason.clone() });
            let writes = Batch::new().replace(rows::proposal(&proposal, record.revision)?);
            match self.log.append(events::proposal(&proposal, now, acting), writes).await {
                Ok(_) => return Ok(proposal),
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(JournalError::Contended)
    }

    /// One proposal.
    ///
    /// # Errors
    /// When there is none of that name.
    pub async fn proposal(&self, proposal_id: &str) -> Result<Proposal, JournalError> {
        self.proposal_row(proposal_id).await.map(|(_, proposal)| proposal)
    }

    /// Proposals, the newest first. A page size of 0 means 100; more than 1000 is taken as 1000. One whose time is over is
    /// found as pending or approved until that is noted, and shown as expired.
    ///
    /// # Errors
    /// When the token is not one of this list.
    pub async fn proposals(
        &self,
        search: &ProposalSearch,
        page_size: u32,
        page_token: &str,
    ) -> Result<Page<Proposal>, JournalError> {
        let ProposalSearch { engine, state, requested_by } = search;
        let state = state.as_ref().map(rows::word).unwrap_or_default();
        let texts = [("engine", engine), ("state", &state), ("requested_by", requested_by)];
        let mut query = Query::of(PROPOSAL).order(Order::Down("created_at"));
        for (field, text) in texts.into_iter().filter(|(_, text)| !text.is_empty()) {
            query = query.is(field, text.as_str());
        }
        let (proposals, next): Page<Proposal> = self.page(query, page_size, page_token).await?;
        let now = (self.clock)();
        Ok((proposals.into_iter().map(|proposal| rows::seen(proposal, now)).collect(), next))
    }

    /// Notes proposals whose time is over as expired; tells how many. To be called from time to time.
    ///
    /// # Errors
    /// When the store cannot be used.
    pub async fn expire(&self) -> Result<u64, JournalError> {
        let now = (self.clock)();
        let waiting =
            [ProposalState::Pending, ProposalState::Approved].map(|state| rows::word(&state).into());
        let query = Query::of(PROPOSAL)
            .and(Condition::OneOf("state", waiting.to_vec()))
            .and(Condition::Below("expires_at", time_text(now).into()))
            .limit(EXPIRED);
        let mut expired = 0;
        for record in self.store.find(query).await? {
            let mut proposal: Proposal = rows::read(&record)?;
            proposal.state = ProposalState::Expired;
            let writes = Batch::new().replace(rows::proposal(&proposal, record.revision)?);
            match self.log.append(events::proposal(&proposal, now, &nobody()), writes).await {
                Ok(_) => expired += 1,
                // Somebody decided at the same moment.
                Err(error) => conflict_or(error.into())?,
            }
        }
        Ok(expired)
    }

    /// A proposal as it is seen now, with the record it came from.
    pub(super) async fn proposal_row(&self, proposal_id: &str) -> Result<(Record, Proposal), JournalError> {
        let record = self.store.get(PROPOSAL, proposal_id).await?;
        let record = record.ok_or_else(|| JournalError::NoProposal(proposal_id.to_owned()))?;
        let proposal = rows::seen(rows::read(&record)?, (self.clock)());
        Ok((record, proposal))
    }
}

/// Time passes by itself.
fn nobody() -> Acting {
    Acting {
        actor: Actor { subject: "role:knowledge-graph".to_owned(), kind: ActorKind::Service },
        origin: AuditOrigin::default(),
        correlation_id: String::new(),
    }
}
