//! Every planted incident of a simulated night is explained by its planted root cause.

#[path = "support/night.rs"]
mod night;

use anyhow::{Context as _, ensure};
use hwa_simulator::{IncidentKind, IncidentTruth, ObjectRef, ObjectType};
use night::Night;
use resync_api::agent::model::{Answer, AnswerKind, BlockContent, Span};

/// Kinds of trouble that a night holds at the least.
const KINDS: usize = 36;

#[tokio::test]
async fn every_planted_incident_is_explained_by_its_root_cause() -> anyhow::Result<()> {
    for seed in [1, 20] {
        let night = Night::start(seed).await?;
        let mut wrong = Vec::new();
        let incidents = night.incidents();
        let open: Vec<_> = incidents.iter().filter(|incident| incident.open).collect();
        ensure!(open.len() >= KINDS, "only {} incidents stand", open.len());
        for incident in open {
            for question in questions(incident) {
                if let Err(problem) = explained(&night, incident, &question).await {
                    wrong.push(format!("{:?}, {question}\n{problem:?}", incident.kind));
                }
            }
        }
        ensure!(wrong.is_empty(), "seed {seed}: {} wrong\n\n{}", wrong.len(), wrong.join("\n\n"));
    }
    Ok(())
}

/// A person may ask either way; a job that failed is "not running" as well.
fn questions(incident: &IncidentTruth) -> Vec<String> {
    let key = &incident.symptom.key;
    let english = format!("why is {key} not running?");
    let portuguese = format!("por que {key} não iniciou?");
    match incident.return_code {
        Some(_) if incident.chain.len() == 1 => vec![format!("why did {key} fail?"), english],
        _ => vec![english, portuguese],
    }
}

async fn explained(night: &Night, incident: &IncidentTruth, question: &str) -> anyhow::Result<()> {
    let answer = night.ask(question).await?;
    let said = text(&answer.spans);
    ensure!(answer.kind == AnswerKind::Answer, "{said}");
    let (first, others) = incident.root_causes.split_first().context("a root cause")?;
    ensure!(names(&answer.spans, first) || others.iter().any(|root| names(&answer.spans, root)), "{said}");
    let everything =
        answer.blocks.iter().flat_map(list_spans).chain(answer.spans.clone()).collect::<Vec<_>>();
    for root in &incident.root_causes {
        ensure!(names(&everything, root), "{} is missing:\n{said}", root.key);
    }
    if question.is_ascii() {
        let lower = answer.markdown.to_lowercase();
        for alternatives in &incident.cause_words {
            ensure!(alternatives.split('|').any(|word| lower.contains(word)), "no {alternatives}:\n{said}");
        }
    }
    let failed_itself = incident.symptom == *first && incident.return_code.is_some();
    if failed_itself && incident.kind != IncidentKind::LongRunning {
        let log = answer.blocks.iter().find_map(marked_lines).context("a log excerpt")?;
        let line = incident.log_lines.first().context("a log line")?;
        ensure!(log.iter().any(|marked| marked.contains(line.as_str())), "{log:?}");
    }
    Ok(())
}

/// Whether a fact names an object: by its key, or by the parts that the plan's own rows have.
fn names(spans: &[Span], object: &ObjectRef) -> bool {
    let key = object.key.trim_start_matches('/');
    let wanted: Vec<&str> = match object.object_type {
        ObjectType::File => key.split('#').collect(),
        ObjectType::Absent => key.split("::").collect(),
        // A prompt of a recovery has no name; that one waits is what matters.
        ObjectType::Prompt if key.is_empty() => return text(spans).contains("prompt"),
        ObjectType::Resource => vec![key.rsplit(['#', '/']).next().unwrap_or(key)],
        _ => vec![key],
    };
    let facts: Vec<&str> = spans.iter().filter_map(fact).collect();
    wanted.iter().all(|part| facts.iter().any(|fact| fact == part || fact.ends_with(&format!("#{part}"))))
}

fn fact(span: &Span) -> Option<&str> {
    match span {
        Span::Fact { value, .. } => Some(value),
        Span::Text(_) => None,
    }
}

fn text(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Fact { value: text, .. } | Span::Text(text) => text.as_str(),
        })
        .collect()
}

fn list_spans(block: &resync_api::agent::model::Block) -> Vec<Span> {
    match &block.content {
        BlockContent::List { items } => items.iter().flat_map(|item| item.spans.clone()).collect(),
        _ => Vec::new(),
    }
}

fn marked_lines(block: &resync_api::agent::model::Block) -> Option<Vec<String>> {
    match &block.content {
        BlockContent::Log { lines, .. } => {
            Some(lines.iter().filter(|line| line.matters).map(|line| line.text.clone()).collect())
        }
        _ => None,
    }
}

#[tokio::test]
async fn an_answer_is_proved_by_what_it_cites() -> anyhow::Result<()> {
    let night = Night::start(3).await?;
    let incidents = night.incidents();
    let upstream = incidents.iter().find(|incident| incident.kind == IncidentKind::UpstreamAbend);
    let key = &upstream.context("planted")?.symptom.key;
    let answer: Answer = night.ask(&format!("why has {key} not started?")).await?;
    for span in &answer.spans {
        match span {
            Span::Text(text) => ensure!(!text.contains(|c: char| c.is_numeric()), "{text}"),
            Span::Fact { citation_id, .. } => {
                let cited = answer.citations.iter().find(|citation| citation.id == *citation_id);
                let cited = cited.context("every fact cites")?;
                ensure!(answer.tool_calls.iter().any(|call| call.id == cited.tool_call_id && call.ok));
            }
        }
    }
    ensure!(answer.citations.iter().any(|citation| citation.resource.starts_with("engines/default/jobs/")));
    ensure!(answer.data_age.is_some() && answer.stale_since.is_none());
    Ok(())
}
