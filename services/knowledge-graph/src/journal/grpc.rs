//! `resync.graph.v1.JournalService`.

use resync_api::journal::model::{
    Acting, Command, CommandClaim, CommandOutcome, CommandRequest, CommandSearch, Proposal, ProposalDecision,
    ProposalRequest, ProposalSearch,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::proto::graph::v1::journal_service_server::{JournalService, JournalServiceServer};
use resync_api::protocol_error::ProtocolError;
use resync_service_kit::identity::Caller;
use serde_json::{Map, Value};
use tonic::{Request, Response, Status};

use super::{Journal, JournalError};
use crate::grpc::calling::{acting, caller, page_size, refused, require};

const READ: &str = "journal.read";
const WRITE: &str = "journal.write";
/// Of a step's details, in bytes.
const DETAILS: usize = 64 * 1024;

/// The service to add to the role's server.
#[must_use]
pub fn service(journal: Journal) -> JournalServiceServer<Commands> {
    JournalServiceServer::new(Commands { journal })
}

/// Answers RPCs about commands and proposals.
#[derive(Debug, Clone)]
pub struct Commands {
    journal: Journal,
}

impl Commands {
    /// The command, once the caller may write to its engine.
    async fn command(&self, caller: &Caller, command_id: &str) -> Result<Command, Status> {
        let command = self.journal.command(command_id).await.map_err(refused)?;
        require(caller, WRITE, &command.request.engine)?;
        Ok(command)
    }
}

fn missing(field: &'static str) -> Status {
    refused(ProtocolError::Missing { field })
}

fn acted(caller: &Caller, said: Option<proto::Acting>) -> Result<Acting, Status> {
    let said =
        said.ok_or_else(|| missing("acting"))?.try_into().map_err(|error: ProtocolError| refused(error))?;
    Ok(acting(caller, said))
}

fn details(json: &str) -> Result<Map<String, Value>, Status> {
    let rule = || ProtocolError::Rule { field: "details_json", rule: "a JSON object of at most 64 KiB" };
    if json.is_empty() {
        return Ok(Map::new());
    }
    let read = (json.len() <= DETAILS).then(|| serde_json::from_str(json).ok()).flatten();
    read.ok_or_else(|| refused(rule()))
}

fn one<M>(
    command: Result<Command, JournalError>,
    answer: impl FnOnce(Option<proto::Command>) -> M,
) -> Result<Response<M>, Status> {
    command.map(|command| Response::new(answer(Some(command.into())))).map_err(refused)
}

#[tonic::async_trait]
impl JournalService for Commands {
    async fn claim_command(
        &self,
        request: Request<proto::ClaimCommandRequest>,
    ) -> Result<Response<proto::ClaimCommandResponse>, Status> {
        let caller = caller(&request)?;
        let command = request.into_inner().command.ok_or_else(|| missing("command"))?;
        let mut command = CommandRequest::try_from(command).map_err(refused)?;
        require(&caller, WRITE, &command.engine)?;
        command.acting = acting(&caller, command.acting);
        let (granted, command) = match self.journal.claim(command).await.map_err(refused)? {
            CommandClaim::Granted(command) => (true, command),
            CommandClaim::Existing(command) => (false, command),
        };
        Ok(Response::new(proto::ClaimCommandResponse { granted, command: Some((*command).into()) }))
    }

    async fn advance_command(
        &self,
        request: Request<proto::AdvanceCommandRequest>,
    ) -> Result<Response<proto::AdvanceCommandResponse>, Status> {
        let caller = caller(&request)?;
        let proto::AdvanceCommandRequest { command_id, name, details_json, sent } = request.into_inner();
        if name.is_empty() || name.len() > 100 {
            return Err(refused(ProtocolError::Rule { field: "name", rule: "1 to 100 bytes" }));
        }
        let details = details(&details_json)?;
        self.command(&caller, &command_id).await?;
        let command = self.journal.advance(&command_id, &name, details, sent).await;
        one(command, |command| proto::AdvanceCommandResponse { command })
    }

    async fn finish_command(
        &self,
        request: Request<proto::FinishCommandRequest>,
    ) -> Result<Response<proto::FinishCommandResponse>, Status> {
        let caller = caller(&request)?;
        let proto::FinishCommandRequest { command_id, outcome, acting } = request.into_inner();
        let outcome = outcome.ok_or_else(|| missing("outcome"))?;
        let outcome = CommandOutcome::try_from(outcome).map_err(refused)?;
        let acting = acted(&caller, acting)?;
        self.command(&caller, &command_id).await?;
        let command = self.journal.finish(&command_id, outcome, &acting).await;
        one(command, |command| proto::FinishCommandResponse { command })
    }

    async fn resolve_command(
        &self,
        request: Request<proto::ResolveCommandRequest>,
    ) -> Result<Response<proto::ResolveCommandResponse>, Status> {
        let caller = caller(&request)?;
        let proto::ResolveCommandRequest { command_id, took_effect, reason, acting } = request.into_inner();
        if reason.len() > 4_000 {
            return Err(refused(ProtocolError::Rule { field: "reason", rule: "at most 4000 bytes" }));
        }
        let acting = acted(&caller, acting)?;
        self.command(&caller, &command_id).await?;
        let command = self.journal.resolve(&command_id, took_effect, &reason, &acting).await;
        one(command, |command| proto::ResolveCommandResponse { command })
    }

    async fn get_command(
        &self,
        request: Request<proto::GetCommandRequest>,
    ) -> Result<Response<proto::GetCommandResponse>, Status> {
        let caller = caller(&request)?;
        let command = self.journal.command(&request.into_inner().command_id).await;
        if let Ok(command) = &command {
            require(&caller, READ, &command.request.engine)?;
        }
        one(command, |command| proto::GetCommandResponse { command })
    }

    async fn list_commands(
        &self,
        request: Request<proto::ListCommandsRequest>,
    ) -> Result<Response<proto::ListCommandsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        require(&caller, READ, &request.engine)?;
        let (size, token) = (page_size(request.page_size)?, request.page_token.clone());
        let search = CommandSearch::try_from(request).map_err(refused)?;
        let (commands, next_page_token) =
            self.journal.commands(&search, size, &token).await.map_err(refused)?;
        let commands = commands.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListCommandsResponse { commands, next_page_token }))
    }

    async fn list_open_commands(
        &self,
        request: Request<proto::ListOpenCommandsRequest>,
    ) -> Result<Response<proto::ListOpenCommandsResponse>, Status> {
        let caller = caller(&request)?;
        let proto::ListOpenCommandsRequest { engine, page_size: size, page_token } = request.into_inner();
        require(&caller, READ, &engine)?;
        let page = self.journal.open_commands(&engine, page_size(size)?, &page_token).await;
        let (commands, next_page_token) = page.map_err(refused)?;
        let commands = commands.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListOpenCommandsResponse { commands, next_page_token }))
    }

    async fn list_blocked_targets(
        &self,
        request: Request<proto::ListBlockedTargetsRequest>,
    ) -> Result<Response<proto::ListBlockedTargetsResponse>, Status> {
        let caller = caller(&request)?;
        let proto::ListBlockedTargetsRequest { engine, page_size: size, page_token } = request.into_inner();
        require(&caller, READ, &engine)?;
        let page = self.journal.blocked_targets(&engine, page_size(size)?, &page_token).await;
        let (targets, next_page_token) = page.map_err(refused)?;
        let targets = targets.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListBlockedTargetsResponse { targets, next_page_token }))
    }

    async fn create_proposal(
        &self,
        request: Request<proto::CreateProposalRequest>,
    ) -> Result<Response<proto::CreateProposalResponse>, Status> {
        let caller = caller(&request)?;
        let proposal = request.into_inner().proposal.ok_or_else(|| missing("proposal"))?;
        let mut proposal = ProposalRequest::try_from(proposal).map_err(refused)?;
        require(&caller, WRITE, &proposal.engine)?;
        proposal.acting = acting(&caller, proposal.acting);
        let proposal = self.journal.propose(proposal).await.map_err(refused)?;
        Ok(Response::new(proto::CreateProposalResponse { proposal: Some(proposal.into()) }))
    }

    async fn decide_proposal(
        &self,
        request: Request<proto::DecideProposalRequest>,
    ) -> Result<Response<proto::DecideProposalResponse>, Status> {
        let caller = caller(&request)?;
        let mut decision = ProposalDecision::try_from(request.into_inner()).map_err(refused)?;
        let kept = self.journal.proposal(&decision.proposal_id).await.map_err(refused)?;
        require(&caller, WRITE, &kept.request.engine)?;
        decision.acting = acting(&caller, decision.acting);
        let proposal = self.journal.decide(&decision).await.map_err(refused)?;
        Ok(Response::new(proto::DecideProposalResponse { proposal: Some(proposal.into()) }))
    }

    async fn get_proposal(
        &self,
        request: Request<proto::GetProposalRequest>,
    ) -> Result<Response<proto::GetProposalResponse>, Status> {
        let caller = caller(&request)?;
        let proposal: Proposal =
            self.journal.proposal(&request.into_inner().proposal_id).await.map_err(refused)?;
        require(&caller, READ, &proposal.request.engine)?;
        Ok(Response::new(proto::GetProposalResponse { proposal: Some(proposal.into()) }))
    }

    async fn list_proposals(
        &self,
        request: Request<proto::ListProposalsRequest>,
    ) -> Result<Response<proto::ListProposalsResponse>, Status> {
        let caller = caller(&request)?;
        let request = request.into_inner();
        require(&caller, READ, &request.engine)?;
        let (size, token) = (page_size(request.page_size)?, request.page_token.clone());
        let search = ProposalSearch::try_from(request).map_err(refused)?;
        let (proposals, next_page_token) =
            self.journal.proposals(&search, size, &token).await.map_err(refused)?;
        let proposals = proposals.into_iter().map(Into::into).collect();
        Ok(Response::new(proto::ListProposalsResponse { proposals, next_page_token }))
    }
}
