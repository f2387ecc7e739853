//! Whether an answer names what was planted as the cause, whichever way it came.

use anyhow::{Context as _, ensure};
use hwa_simulator::IncidentTruth;
use prost_reflect::DynamicMessage;
use serde_json::Value;

use super::text_at;

/// What somebody was told: the text, and what it rests on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// The answer as Markdown.
    pub text: String,
    /// Resource and value of every citation.
    pub cited: Vec<(String, String)>,
}

impl Told {
    /// From an answer of `POST /api/chat`.
    ///
    /// # Errors
    /// When it is no answer.
    pub fn by_chat(answer: &Value) -> anyhow::Result<Self> {
        ensure!(answer["kind"] == "answer", "it did not answer: {answer:#}");
        Ok(Self {
            text: answer["answer"].as_str().context("an answer has a text")?.to_owned(),
            cited: cited(answer)?,
        })
    }

    /// From what `resync ask --output json` prints.
    ///
    /// # Errors
    /// When it is no answer.
    pub fn by_command(answer: &Value) -> anyhow::Result<Self> {
        ensure!(answer["kind"] == "answer", "it did not answer: {answer:#}");
        Ok(Self {
            text: answer["markdown"].as_str().context("an answer has a text")?.to_owned(),
            cited: cited(answer)?,
        })
    }

    /// From an `AskResponse` of a client that knows no contract.
    ///
    /// # Errors
    /// When it is no answer.
    pub fn by_grpc(response: &DynamicMessage) -> anyhow::Result<Self> {
        let answer = response.get_field_by_name("answer").context("a response has an answer")?;
        let answer = answer.as_message().context("an answer is a message")?;
        let kind = answer.get_field_by_name("kind").and_then(|kind| kind.as_enum_number());
        ensure!(kind == Some(1), "it did not answer: {answer}");
        let citations = answer.get_field_by_name("citations").context("an answer has citations")?;
        let citations = citations.as_list().context("citations are a list")?;
        let pair = |citation: &DynamicMessage| (text_at(citation, "resource"), text_at(citation, "value"));
        let cited = citations.iter().filter_map(|citation| citation.as_message()).map(pair).collect();
        Ok(Self { text: text_at(answer, "markdown"), cited })
    }
}

fn cited(answer: &Value) -> anyhow::Result<Vec<(String, String)>> {
    let citations = answer["citations"].as_array().context("an answer has citations")?;
    let text = |citation: &Value, field: &str| citation[field].as_str().unwrap_or_default().to_owned();
    Ok(citations.iter().map(|citation| (text(citation, "resource"), text(citation, "value"))).collect())
}

/// Checks that the planted root cause is cited, shown and explained.
///
/// # Errors
/// What is missing.
pub fn explains(told: &Told, incident: &IncidentTruth) -> anyhow::Result<()> {
    let cited = incident.root_causes.iter().find(|root| {
        told.cited.iter().any(|(resource, value)| {
            (!root.id.is_empty() && resource.ends_with(&format!("/{}", root.id)))
                || (!root.name.is_empty() && value.contains(&root.name))
        })
    });
    let root = cited.with_context(|| format!("{:?} is not cited: {told:#?}", incident.root_causes))?;
    let text = told.text.to_lowercase();
    let bare = root.name.trim_start_matches('/').to_lowercase();
    ensure!(text.contains(&bare), "{bare} is not shown: {}", told.text);
    let explained = |words: &String| words.split('|').any(|word| text.contains(word.trim()));
    let words = &incident.cause_words;
    ensure!(words.iter().all(explained), "not explained with {words:?}: {}", told.text);
    Ok(())
}
