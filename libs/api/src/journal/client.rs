//! Typed client of the command journal: domain types in, domain types out.

use resync_fault::FaultBody;
use serde_json::{Map, Value};
use tonic::{Response, Status};

use super::model::{
    Acting, BlockedTarget, Command, CommandClaim, CommandOutcome, CommandRequest, CommandSearch, Proposal,
    ProposalDecision, ProposalRequest, ProposalSearch,
};
use crate::bounds;
use crate::call::received;
use crate::channel::{CallContext, Channel};
use crate::proto::graph::v1 as proto;
use crate::proto::graph::v1::journal_service_client::JournalServiceClient;
use crate::status::from_status;
use crate::wire::{all, required, to_i32};

/// Rows of a page, and the token of the next one; empty at the end.
pub type Rows<T> = (Vec<T>, String);

/// Client of `resync.graph.v1.JournalService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached. In lists, a page
/// size of 0 means 100.
#[derive(Clone, Debug)]
pub struct JournalClient {
    inner: JournalServiceClient<Channel>,
    context: CallContext,
}

impl JournalClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self { inner: JournalServiceClient::new(channel), context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    /// Claims the right to send a command. Without an answer, nothing may be sent.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn claim(&self, request: CommandRequest) -> Result<CommandClaim, FaultBody> {
        let request = proto::ClaimCommandRequest { command: Some(request.into()) };
        let answer = message(self.inner.clone().claim_command(self.context.request(request)).await)?;
        let command = Box::new(command(answer.command)?);
        Ok(if answer.granted { CommandClaim::Granted(command) } else { CommandClaim::Existing(command) })
    }

    /// Notes what happened to an open command; with `sent`, the engine may see it from now on.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn advance(
        &self,
        command_id: &str,
        name: &str,
        details: Map<String, Value>,
        sent: bool,
    ) -> Result<Command, FaultBody> {
        let request = proto::AdvanceCommandRequest {
            command_id: command_id.to_owned(),
            name: name.to_owned(),
            details_json: bounds::object_text(details),
            sent,
        };
        command(message(self.inner.clone().advance_command(self.context.request(request)).await)?.command)
    }

    /// Says how an open command ended.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn finish(
        &self,
        command_id: &str,
        outcome: CommandOutcome,
        acting: Acting,
    ) -> Result<Command, FaultBody> {
        let request = proto::FinishCommandRequest {
            command_id: command_id.to_owned(),
            outcome: Some(outcome.into()),
            acting: Some(acting.into()),
        };
        command(message(self.inner.clone().finish_command(self.context.request(request)).await)?.command)
    }

    /// Says, as a person, what became of a command whose outcome is unknown.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn resolve(
        &self,
        command_id: &str,
        took_effect: bool,
        reason: &str,
        acting: Acting,
    ) -> Result<Command, FaultBody> {
        let request = proto::ResolveCommandRequest {
            command_id: command_id.to_owned(),
            took_effect,
            reason: reason.to_owned(),
            acting: Some(acting.into()),
        };
        command(message(self.inner.clone().resolve_command(self.context.request(request)).await)?.command)
    }

    /// One command.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn command(&self, command_id: &str) -> Result<Command, FaultBody> {
        let request = proto::GetCommandRequest { command_id: command_id.to_owned() };
        command(message(self.inner.clone().get_command(self.context.request(request)).await)?.command)
    }

    /// Commands, the newest first.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn commands(
        &self,
        search: CommandSearch,
        page_size: u32,
        page_token: String,
    ) -> Result<Rows<Command>, FaultBody> {
        let request = self.context.request(search.page(page_size, page_token));
        let answer = message(self.inner.clone().list_commands(request).await)?;
        Ok((received(all(answer.commands))?, answer.next_page_token))
    }

    /// Commands without outcome, the oldest first.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn open_commands(
        &self,
        engine: &str,
        page_size: u32,
        page_token: String,
    ) -> Result<Rows<Command>, FaultBody> {
        let (engine, page_size) = (engine.to_owned(), to_i32(page_size));
        let request = self.context.request(proto::ListOpenCommandsRequest { engine, page_size, page_token });
        let answer = message(self.inner.clone().list_open_commands(request).await)?;
        Ok((received(all(answer.commands))?, answer.next_page_token))
    }

    /// Targets that take no commands now, those that wait for a person first.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn blocked_targets(
        &self,
        engine: &str,
        page_size: u32,
        page_token: String,
    ) -> Result<Rows<BlockedTarget>, FaultBody> {
        let (engine, page_size) = (engine.to_owned(), to_i32(page_size));
        let request =
            self.context.request(proto::ListBlockedTargetsRequest { engine, page_size, page_token });
        let answer = message(self.inner.clone().list_blocked_targets(request).await)?;
        Ok((received(all(answer.targets))?, answer.next_page_token))
    }

    /// Keeps a proposal.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn propose(&self, request: ProposalRequest) -> Result<Proposal, FaultBody> {
        let request = proto::CreateProposalRequest { proposal: Some(request.into()) };
        proposal(message(self.inner.clone().create_proposal(self.context.request(request)).await)?.proposal)
    }

    /// Approves or rejects, as a person.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn decide(&self, decision: ProposalDecision) -> Result<Proposal, FaultBody> {
        let request = self.context.request(decision.into());
        proposal(message(self.inner.clone().decide_proposal(request).await)?.proposal)
    }

    /// One proposal.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn proposal(&self, proposal_id: &str) -> Result<Proposal, FaultBody> {
        let request = proto::GetProposalRequest { proposal_id: proposal_id.to_owned() };
        proposal(message(self.inner.clone().get_proposal(self.context.request(request)).await)?.proposal)
    }

    /// Proposals, the newest first.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn proposals(
        &self,
        search: ProposalSearch,
        page_size: u32,
        page_token: String,
    ) -> Result<Rows<Proposal>, FaultBody> {
        let request = self.context.request(search.page(page_size, page_token));
        let answer = message(self.inner.clone().list_proposals(request).await)?;
        Ok((received(all(answer.proposals))?, answer.next_page_token))
    }
}

fn command(command: Option<proto::Command>) -> Result<Command, FaultBody> {
    received(required(command, "command").and_then(TryInto::try_into))
}

fn proposal(proposal: Option<proto::Proposal>) -> Result<Proposal, FaultBody> {
    received(required(proposal, "proposal").and_then(TryInto::try_into))
}

fn message<M>(answer: Result<Response<M>, Status>) -> Result<M, FaultBody> {
    answer.map(Response::into_inner).map_err(|status| from_status(&status))
}
