//! Typed client of the agent: domain types in, domain types out.

use futures::stream::{BoxStream, StreamExt as _};
use resync_fault::FaultBody;

use super::convert::split_question;
use super::model::{Agent, Answer, AnswerEvent, Question};
use crate::call::received;
use crate::channel::{CallContext, Channel};
use crate::proto::agent::v1 as proto;
use crate::proto::agent::v1::agent_service_client::AgentServiceClient;
use crate::status::from_status;
use crate::wire::{all, required};

/// Client of `resync.agent.v1.AgentService`.
///
/// Every call fails with what the server said, or with kind `Unavailable` when it could not be reached.
#[derive(Clone, Debug)]
pub struct AgentClient {
    inner: AgentServiceClient<Channel>,
    context: CallContext,
}

impl AgentClient {
    /// A client that calls through `channel`.
    #[must_use]
    pub fn new(channel: Channel) -> Self {
        Self { inner: AgentServiceClient::new(channel), context: CallContext::default() }
    }

    /// The same client with a value for the channel's layers, such as the caller's identity.
    #[must_use]
    pub fn with<E: Clone + Send + Sync + 'static>(&self, extension: E) -> Self {
        let mut client = self.clone();
        client.context.insert(extension);
        client
    }

    /// Answers at once.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn ask(&self, question: Question) -> Result<Answer, FaultBody> {
        let (engine, question) = split_question(question);
        let message = proto::AskRequest { engine, question: Some(question) };
        let answer = self.inner.clone().ask(self.context.request(message)).await;
        let answer = answer.map_err(|status| from_status(&status))?.into_inner().answer;
        received(required(answer, "answer").and_then(Answer::try_from))
    }

    /// Answers as it goes; the last event is the whole answer.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn stream_ask(
        &self,
        question: Question,
    ) -> Result<BoxStream<'static, Result<AnswerEvent, FaultBody>>, FaultBody> {
        let (engine, question) = split_question(question);
        let message = proto::StreamAskRequest { engine, question: Some(question) };
        let answer = self.inner.clone().stream_ask(self.context.request(message)).await;
        let messages = answer.map_err(|status| from_status(&status))?.into_inner();
        Ok(messages
            .map(|message| received(message.map_err(|status| from_status(&status))?.try_into()))
            .boxed())
    }

    /// Every agent that can be asked.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn list_agents(&self) -> Result<Vec<Agent>, FaultBody> {
        let mut agents = Vec::new();
        let mut page_token = String::new();
        loop {
            let message = proto::ListAgentsRequest { page_size: 0, page_token };
            let answer = self.inner.clone().list_agents(self.context.request(message)).await;
            let page = answer.map_err(|status| from_status(&status))?.into_inner();
            agents.extend(received::<Vec<Agent>>(all(page.agents))?);
            if page.next_page_token.is_empty() {
                return Ok(agents);
            }
            page_token = page.next_page_token;
        }
    }

    /// One agent by its id.
    ///
    /// # Errors
    /// What the server answered, or that it could not be reached.
    pub async fn get_agent(&self, agent: &str) -> Result<Agent, FaultBody> {
        let message = proto::GetAgentRequest { agent: agent.to_owned() };
        let answer = self.inner.clone().get_agent(self.context.request(message)).await;
        let agent = answer.map_err(|status| from_status(&status))?.into_inner().agent;
        received(required(agent, "agent").and_then(Agent::try_from))
    }
}
