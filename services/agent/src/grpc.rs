//! The agent as a gRPC service: parse, call, encode.

use std::pin::Pin;

use futures::{Stream, StreamExt as _};
use resync_api::agent::model::Question;
use resync_api::proto::agent::v1 as proto;
use resync_api::proto::agent::v1::agent_service_server::{AgentService, AgentServiceServer};
use resync_api::status::to_status;
use resync_api::tws::client::TwsClient;
use resync_service_kit::context::CallContext;
use tonic::{Extensions, Request, Response, Status};

use crate::agent::{Agent, Asker};
use crate::knowledge::Knowledge;

/// Pages of agents: there is one agent.
const NO_MORE: String = String::new();

/// Serves [`Agent`] as `resync.agent.v1.AgentService`.
#[derive(Debug)]
pub struct AgentServer {
    agent: Agent,
    plan: TwsClient,
    knowledge: Knowledge,
}

/// The service, reading plans through `plan`, and what is known beyond them through `knowledge`, on behalf of each
/// caller.
#[must_use]
pub fn service(agent: Agent, plan: TwsClient, knowledge: Knowledge) -> AgentServiceServer<AgentServer> {
    AgentServiceServer::new(AgentServer { agent, plan, knowledge })
}

impl AgentServer {
    /// Streams outlive the handler, so that what the call hands on is put on the client itself.
    fn asker(&self, extensions: &Extensions) -> Asker {
        let mut asker =
            Asker { subject: String::new(), plan: self.plan.clone(), knowledge: self.knowledge.clone() };
        let Some(context) = extensions.get::<CallContext>() else { return asker };
        asker.hand_on(&context.correlation_id);
        if let Some(address) = &context.client_address {
            asker.hand_on(address);
        }
        if let Some(deadline) = &context.deadline {
            asker.answer_within(deadline);
        }
        if let Some(caller) = &context.caller {
            asker.subject.clone_from(&caller.subject);
            asker.hand_on(caller);
        }
        asker
    }
}

#[tonic::async_trait]
impl AgentService for AgentServer {
    async fn ask(&self, request: Request<proto::AskRequest>) -> Result<Response<proto::AskResponse>, Status> {
        let asker = self.asker(request.extensions());
        let question = Question::try_from(request.into_inner()).map_err(|error| to_status(&error))?;
        let answer = self.agent.answer(question, asker).await.map_err(|error| to_status(&error))?;
        Ok(Response::new(proto::AskResponse { answer: Some(answer.into()) }))
    }

    type StreamAskStream = Pin<Box<dyn Stream<Item = Result<proto::StreamAskResponse, Status>> + Send>>;

    async fn stream_ask(
        &self,
        request: Request<proto::StreamAskRequest>,
    ) -> Result<Response<Self::StreamAskStream>, Status> {
        let asker = self.asker(request.extensions());
        let question = Question::try_from(request.into_inner()).map_err(|error| to_status(&error))?;
        let events = self.agent.ask(question, asker).map_err(|error| to_status(&error))?;
        let messages = events.map(|event| match event {
            Ok(event) => Ok(event.into()),
            Err(error) => Err(to_status(&error)),
        });
        Ok(Response::new(messages.boxed()))
    }

    async fn list_agents(
        &self,
        _request: Request<proto::ListAgentsRequest>,
    ) -> Result<Response<proto::ListAgentsResponse>, Status> {
        Ok(Response::new(proto::ListAgentsResponse {
            agents: self.agent.descriptions().into_iter().map(Into::into).collect(),
            next_page_token: NO_MORE,
        }))
    }

    async fn get_agent(
        &self,
        request: Request<proto::GetAgentRequest>,
    ) -> Result<Response<proto::GetAgentResponse>, Status> {
        let agent = self.agent.description(&request.into_inner().agent).map_err(|error| to_status(&error))?;
        Ok(Response::new(proto::GetAgentResponse { agent: Some(agent.into()) }))
    }
}
