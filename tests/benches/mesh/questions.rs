//! How long the question engine takes: the questions of the evaluation over one night, streamed; beside a service that
//! streams a recorded answer of median size. Time the engine took for a job's log does not count.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use futures::stream::BoxStream;
use futures::{StreamExt as _, stream};
use resync_api::agent::client::AgentClient;
use resync_api::agent::model::{Answer, AnswerEvent, Language, Question};
use resync_api::channel::Channel;
use resync_api::proto::agent::v1 as proto;
use resync_api::proto::agent::v1::agent_service_server::{AgentService, AgentServiceServer};
use resync_tests::eval::placeholder::fill;
use resync_tests::eval::question::load;
use resync_tests::night::Night;
use tokio::time::Instant;
use tonic::{Request, Response, Status};

use super::table::{Amount, Row, Table, percentile};

const FIRST_EVENT: Amount = Amount::Time(Duration::from_millis(20));
const FULL_ANSWER: Amount = Amount::Time(Duration::from_millis(100));
const SEED: u64 = 11;
const QUESTIONS: usize = 300;

/// Times of many answers.
#[derive(Debug, Default)]
struct Times {
    first: Vec<Duration>,
    full: Vec<Duration>,
}

impl Times {
    fn sort(&mut self) {
        self.first.sort_unstable();
        self.full.sort_unstable();
    }
}

pub(crate) async fn measure(table: &Table) -> anyhow::Result<()> {
    let night = Night::start(SEED).await?;
    let known = night.known();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("eval");
    let english = load(&folder.join("english.toml"), Language::English)?;
    let portuguese = load(&folder.join("portuguese.toml"), Language::Portuguese)?;
    let (mut times, mut answers, mut slowest) =
        (Times::default(), Vec::new(), (Duration::ZERO, String::new()));
    for dialogue in stream::select(stream::iter(english), stream::iter(portuguese)).collect::<Vec<_>>().await
    {
        let mut conversation_id = String::new();
        for turn in dialogue.turns {
            if answers.len() == QUESTIONS {
                break;
            }
            let message = fill(&turn.ask, &known)?;
            let question = Question {
                message: message.clone(),
                conversation_id: conversation_id.clone(),
                ..Question::default()
            };
            let asked = ask(&night.agent, question).await.with_context(|| message.clone())?;
            let full = asked.full.saturating_sub(log_time(&asked.answer));
            if full > slowest.0 {
                slowest = (full, message);
            }
            times.first.push(asked.first);
            times.full.push(full);
            conversation_id.clone_from(&asked.answer.conversation_id);
            answers.push(asked.events);
        }
    }
    night.end().await;
    times.sort();
    let asked = answers.len();
    let mut echo = echo(answers).await?;
    echo.sort();

    let what = "bare tonic service, recorded answer";
    for (name, percent) in [("p50", 50), ("p99", 99)] {
        table.row(Row {
            path: &format!("question to first event, {name} of {asked}"),
            figure: percentile(&times.first, percent),
            budget: Some(FIRST_EVENT),
            baseline: Some((percentile(&echo.first, percent), what)),
        });
        table.row(Row {
            path: &format!("question to full answer, {name} of {asked}"),
            figure: percentile(&times.full, percent),
            budget: Some(FULL_ANSWER),
            baseline: Some((percentile(&echo.full, percent), what)),
        });
    }
    table.note("slowest question", &format!("{:.1?} \"{}\"", slowest.0, slowest.1));
    Ok(())
}

struct Asked {
    first: Duration,
    full: Duration,
    events: Vec<AnswerEvent>,
    answer: Answer,
}

async fn ask(agent: &AgentClient, question: Question) -> anyhow::Result<Asked> {
    let began = Instant::now();
    let mut events = agent.stream_ask(question).await.map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
    let (mut first, mut seen) = (None, Vec::new());
    while let Some(event) = events.next().await {
        let event = event.map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
        let first = *first.get_or_insert_with(|| began.elapsed());
        seen.push(event.clone());
        if let AnswerEvent::Done(answer) = event {
            return Ok(Asked { first, full: began.elapsed(), events: seen, answer: *answer });
        }
    }
    bail!("the answer broke off")
}

/// The tool that reads a log does little else.
fn log_time(answer: &Answer) -> Duration {
    answer.tool_calls.iter().filter(|call| call.name == "job_log").map(|call| call.duration).sum()
}

/// As many calls of a service that has its answer ready.
async fn echo(mut answers: Vec<Vec<AnswerEvent>>) -> anyhow::Result<Times> {
    let calls = answers.len();
    answers.sort_by_key(|events| match events.last() {
        Some(AnswerEvent::Done(answer)) => answer.markdown.len() + answer.citations.len(),
        _ => 0,
    });
    let median = answers.into_iter().nth(calls / 2).context("nothing was answered")?;
    let recorded = median.into_iter().map(Into::into).collect();
    let client = AgentClient::new(Channel::new(AgentServiceServer::new(Echo(recorded))));
    let mut times = Times::default();
    for _ in 0..calls {
        let asked = ask(&client, Question { message: "anything".to_owned(), ..Question::default() }).await?;
        times.first.push(asked.first);
        times.full.push(asked.full);
    }
    Ok(times)
}

/// Streams one answer, whatever is asked.
struct Echo(Vec<proto::StreamAskResponse>);

#[tonic::async_trait]
impl AgentService for Echo {
    type StreamAskStream = BoxStream<'static, Result<proto::StreamAskResponse, Status>>;

    async fn stream_ask(
        &self,
        _: Request<proto::StreamAskRequest>,
    ) -> Result<Response<Self::StreamAskStream>, Status> {
        Ok(Response::new(stream::iter(self.0.clone()).map(Ok).boxed()))
    }

    async fn ask(&self, _: Request<proto::AskRequest>) -> Result<Response<proto::AskResponse>, Status> {
        Err(Status::unimplemented("only streams"))
    }

    async fn list_agents(
        &self,
        _: Request<proto::ListAgentsRequest>,
    ) -> Result<Response<proto::ListAgentsResponse>, Status> {
        Err(Status::unimplemented("only streams"))
    }

    async fn get_agent(
        &self,
        _: Request<proto::GetAgentRequest>,
    ) -> Result<Response<proto::GetAgentResponse>, Status> {
        Err(Status::unimplemented("only streams"))
    }
}
