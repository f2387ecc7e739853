//! Claiming: the one step that decides whether a command may be sent.

use chrono::{DateTime, Utc};
use resync_api::journal::model::{BlockedTarget, Command, CommandClaim, CommandRequest, ProposalState};

use super::error::JournalError;
use super::{ATTEMPTS, Journal, events, rows};
use crate::store::schema::{COMMAND, COMMAND_TARGET};
use crate::store::{Batch, Record, StoreError};

impl Journal {
    /// Claims the right to send a command, or tells what became of the one that has the key.
    ///
    /// # Errors
    /// When the key belongs to another request, the target takes no commands, or the proposal does not allow it; nothing
    /// is kept then. When the store cannot be used, nothing must be sent.
    pub async fn claim(&self, request: CommandRequest) -> Result<CommandClaim, JournalError> {
        for _ in 0..ATTEMPTS {
            if let Some(claim) = self.existing(&request).await? {
                return Ok(claim);
            }
            let now = (self.clock)();
            let command = rows::claimed(request.clone(), now);
            let writes = match self.claiming(&command, now).await {
                Ok(writes) => writes,
                // What stands in the way may be the command of this very key, claimed since it was looked for.
                Err(refusal) => return self.existing(&request).await?.ok_or(refusal),
            };
            match self.log.append(events::claimed(&command, now), writes).await {
                Ok(_) => return Ok(CommandClaim::Granted(Box::new(command))),
                // Whoever was first is found by looking again.
                Err(error) => conflict_or(error.into())?,
            }
        }
        Err(JournalError::Contended)
    }

    /// What a claim writes, when target and proposal allow it.
    async fn claiming(&self, command: &Command, now: DateTime<Utc>) -> Result<Batch, JournalError> {
        let request = &command.request;
        self.target_is_free(&request.engine, &request.target).await?;
        let taken = BlockedTarget {
            engine: request.engine.clone(),
            target: request.target.clone(),
            command_id: request.command_id.clone(),
            since: now,
            unknown: false,
        };
        let writes = Batch::new().insert(rows::command(command, 1)?).insert(rows::target(&taken, 1)?);
        if request.proposal_id.is_empty() {
            return Ok(writes);
        }
        Ok(writes.replace(self.used(request).await?))
    }

    /// The command that has the key already.
    async fn existing(&self, request: &CommandRequest) -> Result<Option<CommandClaim>, JournalError> {
        let Some(record) = self.store.get(COMMAND, &rows::claim_key(request)).await? else {
            return Ok(None);
        };
        let command: Command = rows::read(&record)?;
        if command.request.request_hash != request.request_hash {
            return Err(JournalError::KeyReused { command_id: command.request.command_id });
        }
        // The same attempt asks again because it did not hear the answer; nothing was sent before it did.
        let granted = command.request.command_id == request.command_id && command.state.is_open();
        let command = Box::new(command);
        Ok(Some(if granted && command.steps.is_empty() {
            CommandClaim::Granted(command)
        } else {
            CommandClaim::Existing(command)
        }))
    }

    async fn target_is_free(&self, engine: &str, target: &str) -> Result<(), JournalError> {
        let Some(record) = self.store.get(COMMAND_TARGET, &rows::target_key(engine, target)).await? else {
            return Ok(());
        };
        let BlockedTarget { target, command_id, since, unknown, .. } = rows::read(&record)?;
        Err(if unknown {
            JournalError::TargetBlocked { target, command_id, since }
        } else {
            JournalError::TargetBusy { target, command_id, since }
        })
    }

    /// The record of the proposal that the request executes, marked as used.
    async fn used(&self, request: &CommandRequest) -> Result<Record, JournalError> {
        let (record, mut proposal) = self.proposal_row(&request.proposal_id).await?;
        let proposed = &proposal.request;
        if proposal.state != ProposalState::Approved {
            return Err(JournalError::ProposalState {
                proposal_id: request.proposal_id.clone(),
                state: proposal.state,
                needed: ProposalState::Approved,
            });
        }
        if request.target_version != proposed.target_version {
            return Err(JournalError::Stale { target: request.target.clone() });
        }
        let hash = rows::parameters_hash(
            &request.engine,
            &request.kind,
            &request.target,
            &request.target_version,
            &request.parameters,
        );
        if hash != proposal.parameters_hash {
            return Err(JournalError::Tampered(request.proposal_id.clone()));
        }
        proposal.state = ProposalState::Used;
        proposal.command_id.clone_from(&request.command_id);
        Ok(rows::proposal(&proposal, record.revision)?)
    }
}

/// Goes on when others were first; everything else is the caller's.
pub(super) fn conflict_or(error: JournalError) -> Result<(), JournalError> {
    match error {
        JournalError::Store(StoreError::Conflict { .. }) => Ok(()),
        other => Err(other),
    }
}
