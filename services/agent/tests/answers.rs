//! Questions of every kind, in both languages, over a whole simulated night: what kind of answer they get, and
//! that a stream of events tells the same as the answer.

#[path = "support/night.rs"]
mod night;
#[path = "support/memories.rs"]
mod memories;

use std::collections::HashSet;

use anyhow::{Context as _, ensure};
use futures::StreamExt as _;
use hwa_simulator::{Fault, FaultRule};
use night::Night;
use resync_agent::{Agent, Config, Error, Knowledge};
use resync_api::agent::model::{Answer, AnswerEvent, AnswerKind, Language, Question, Span};
use resync_api::channel::Channel;
use resync_api::tws::client::TwsClient;
use resync_fault::{ErrorKind, Fault as _};

fn question(message: &str) -> Question {
    Question { message: message.to_owned(), ..Question::default() }
}

fn text(answer: &Answer) -> String {
    let texts = answer.spans.iter().map(|span| match span {
        Span::Text(text) | Span::Fact { value: text, .. } => text.as_str(),
    });
    texts.collect()
}

#[tokio::test]
async fn every_kind_of_question_gets_its_kind_of_answer() -> anyhow::Result<()> {
    use AnswerKind as K;
    let night = Night::start(5).await?;
    let rows = [
        ("how is the plan?", K::Answer, "ended well"),
        ("como está o plano?", K::Answer, "terminaram bem"),
        ("which jobs are in error?", K::Answer, "jobs in error"),
        ("quantos jobs em erro por workstation?", K::Answer, "O maior grupo é"),
        ("what has been running longest?", K::Answer, "First comes"),
        ("quais agentes caídos?", K::Answer, "não podem rodar jobs"),
        ("who holds LEDGER_LOCK?", K::Answer, "holds 1 unit"),
        ("quem segura LEDGER_LOCK?", K::Answer, "segura 1 unidade"),
        ("which prompts are open?", K::Answer, "wait for an answer"),
        ("what changed in the last hour?", K::Answer, "since"),
        ("what does AWSBDW009E mean?", K::Answer, "AWSBDW009E means"),
        ("o que significa STUCK?", K::Answer, "interrompida"),
        ("what does return code 127 mean?", K::Answer, "Command not found"),
        ("help", K::Answer, "in your own words"),
        ("ajuda", K::Answer, "com suas palavras"),
        ("status of FTA_BR07", K::Answer, "cannot run jobs: not linked"),
        ("what is the weather in Lisbon?", K::Refusal, "only answer questions"),
        ("why did QWXYZZY fail?", K::NotFound, "Nothing in the plan is named"),
        ("por que QWXYZZY falhou?", K::NotFound, "Nada no plano tem o nome"),
    ];
    for (message, kind, part) in rows {
        let answer = night.ask(message).await.with_context(|| message.to_owned())?;
        ensure!(
            answer.kind == kind && text(&answer).contains(part),
            "{message}: {:?} {}",
            answer.kind,
            text(&answer)
        );
        ensure!(answer.mode == "engine" && answer.engine == "default", "{message}");
    }
    Ok(())
}

#[tokio::test]
async fn without_the_knowledge_graph_the_plan_answers_what_it_can() -> anyhow::Result<()> {
    use AnswerKind as K;
    let night = Night::start(5).await?;
    let incidents = night.incidents();
    let failed = incidents.iter().find(|incident| incident.return_code == Some(2)).context("planted")?;
    let job = &failed.symptom.key;
    let rows = [
        // The walk, the reason and the details stand in, and it is said that they do.
        (format!("what is the impact of {job}?"), K::Answer, "so this is what the plan alone tells"),
        (format!("qual o impacto de {job}?"), K::Answer, "isto é o que o plano sozinho diz"),
        (format!("root cause of {job}"), K::Answer, "so this is what the plan alone tells"),
        (format!("when will {job} end?"), K::Answer, "so this is what the plan alone tells"),
        // Nothing can stand in for a comparison.
        (format!("what if {job} fails?"), K::Refusal, "and this question needs it"),
        ("caminho crítico do plano".to_owned(), K::Refusal, "esta pergunta precisa dele"),
        ("are there any cycles?".to_owned(), K::Refusal, "Questions about the plan itself work as usual"),
        // Lists go on without the forecast.
        ("which jobs are at risk?".to_owned(), K::Answer, "at risk"),
    ];
    for (message, kind, part) in rows {
        let answer = night.ask(&message).await.with_context(|| message.clone())?;
        ensure!(
            answer.kind == kind && text(&answer).contains(part),
            "{message}: {:?} {} {}",
            answer.kind,
            answer.interpretation,
            text(&answer)
        );
    }
    let answer = night.ask(&format!("what is the impact of {job}?")).await?;
    ensure!(
        answer.interpretation == format!("impact job {}", job.trim_start_matches('/')),
        "{}",
        answer.interpretation
    );
    ensure!(answer.tool_calls.iter().any(|call| call.name == "get_impact" && !call.ok));
    Ok(())
}

#[tokio::test]
async fn requests_to_act_are_previewed_and_change_nothing() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let incidents = night.incidents();
    let failed = incidents.iter().find(|incident| incident.return_code == Some(2)).context("planted")?;
    for message in [format!("rerun {}", failed.symptom.key), format!("reexecutar {}", failed.symptom.key)] {
        let answer = night.ask(&message).await?;
        ensure!(answer.kind == AnswerKind::Proposal, "{}", text(&answer));
        ensure!(text(&answer).contains("Nothing was done") || text(&answer).contains("Nada foi feito"));
    }
    ensure!(night.control().effects().is_empty(), "no changing call reached the engine");
    Ok(())
}

#[tokio::test]
async fn a_conversation_goes_on_and_keeps_its_language() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let incidents = night.incidents();
    let failed = incidents.iter().find(|incident| incident.return_code == Some(2)).context("planted")?;
    let first = night.ask(&format!("por que {} falhou?", failed.symptom.key)).await?;
    ensure!(first.language == Language::Portuguese);
    let next = night.ask_in(&first.conversation_id, "e os sucessores?").await?;
    ensure!(next.conversation_id == first.conversation_id);
    ensure!(next.interpretation.starts_with("successors"), "{}", next.interpretation);
    Ok(())
}

#[tokio::test]
async fn events_tell_the_answer_with_each_citation_before_its_use() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let mut events = night.agent.ask(question("which jobs are in error?"), night.asker())?;
    let (mut cited, mut called, mut ended) = (HashSet::new(), HashSet::new(), HashSet::new());
    let (mut spans, mut blocks, mut done) = (Vec::new(), Vec::new(), None);
    while let Some(event) = events.next().await {
        ensure!(done.is_none(), "the whole answer is the last event");
        match event? {
            AnswerEvent::ToolCall(call) => ensure!(called.insert(call.id)),
            AnswerEvent::ToolResult(result) => {
                ensure!(called.contains(&result.tool_call_id) && ended.insert(result.tool_call_id))
            }
            AnswerEvent::Citation(citation) => ensure!(cited.insert(citation.id), "a citation comes once"),
            AnswerEvent::Text(part) => {
                for span in &part {
                    if let Span::Fact { citation_id, .. } = span {
                        ensure!(cited.contains(citation_id), "{citation_id} comes before its use");
                    }
                }
                spans.extend(part);
            }
            AnswerEvent::Block(block) => blocks.push(block),
            AnswerEvent::Status(_) => {}
            AnswerEvent::Done(answer) => done = Some(answer),
        }
    }
    let answer = done.context("an answer")?;
    ensure!(answer.spans == spans && answer.blocks == blocks && called == ended);
    ensure!(answer.citations.len() == cited.len());
    Ok(())
}

#[tokio::test]
async fn times_are_in_the_zone_that_was_asked_for() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let asked = Question { time_zone: "Asia/Tokyo".to_owned(), ..question("which jobs are in error?") };
    let answer = night.agent.answer(asked, night.asker()).await?;
    ensure!(answer.markdown.contains("JST") && answer.markdown.contains("Asia/Tokyo"), "{}", answer.markdown);
    Ok(())
}

#[tokio::test]
async fn an_engine_that_stops_answering_is_said_with_its_time() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let Night { simulator, plan, agent, .. } = &night;
    let mut faults = simulator.control().faults();
    faults.rules.push(FaultRule { path_prefix: String::new(), count: None, fault: Fault::Drop });
    simulator.control().set_faults(faults);
    resync_testkit::eventually("the engine is stale", std::time::Duration::from_secs(60), || async {
        let status = plan.list_engines().await.ok()?.into_iter().next()?;
        status.freshness?.stale_since.map(drop)
    })
    .await?;
    let answer = agent.answer(question("how many jobs are in error?"), night.asker()).await?;
    ensure!(
        answer.stale_since.is_some() && text(&answer).contains("has not answered since"),
        "{}",
        text(&answer)
    );
    Ok(())
}

#[tokio::test]
async fn bad_questions_are_refused_with_a_hint() {
    let agent = Agent::new(Config::default());
    let plan = TwsClient::new(Channel::new(unreachable_mesh()));
    let asker = || resync_agent::Asker {
        subject: String::new(),
        plan: plan.clone(),
        knowledge: Knowledge::default(),
    };
    let rows = [
        (question("  "), "MESSAGE_EMPTY", ErrorKind::InvalidArgument),
        (question(&"x".repeat(4_001)), "MESSAGE_TOO_LONG", ErrorKind::InvalidArgument),
        (Question { agent_id: "poet".to_owned(), ..question("hi") }, "AGENT_UNKNOWN", ErrorKind::NotFound),
        (
            Question { time_zone: "Mars/Base".to_owned(), ..question("hi") },
            "TIME_ZONE_UNKNOWN",
            ErrorKind::InvalidArgument,
        ),
        (question("how is the plan?"), "UNAVAILABLE", ErrorKind::Unavailable),
    ];
    for (question, reason, kind) in rows {
        let error = agent.answer(question, asker()).await.unwrap_err();
        assert_eq!((error.reason(), error.kind()), (reason, kind));
    }
}

#[tokio::test]
async fn more_questions_than_places_are_refused_and_places_come_back() -> anyhow::Result<()> {
    let night = Night::start(5).await?;
    let agent = Agent::new(Config { max_concurrent_questions: 1, ..Config::default() });
    let first = agent.ask(question("how is the plan?"), night.asker())?;
    let second = agent.ask(question("how is the plan?"), night.asker());
    ensure!(matches!(second.map(drop), Err(Error::Busy)));
    drop(first);
    agent.answer(question("how is the plan?"), night.asker()).await?;
    let frugal = Agent::new(Config { max_tool_calls: 1, ..Config::default() });
    let error = frugal.answer(question("how is the plan?"), night.asker()).await.map(drop);
    ensure!(matches!(error, Err(Error::TooManyToolCalls { limit: 1 })));
    Ok(())
}

/// A mesh nobody answers in.
fn unreachable_mesh() -> impl tower::Service<
    http::Request<tonic::body::Body>,
    Response = http::Response<tonic::body::Body>,
    Error = tonic::Status,
    Future = std::future::Ready<Result<http::Response<tonic::body::Body>, tonic::Status>>,
> + Clone
+ Send
+ Sync
+ 'static {
    tower::service_fn(|_| std::future::ready(Err(tonic::Status::unavailable("nobody is there"))))
}
