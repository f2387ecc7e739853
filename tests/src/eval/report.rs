//! Runs the questions over a night and adds up the results by category and language.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::Context as _;
use resync_api::agent::client::AgentClient;
use resync_api::agent::model::{Language, Question as Asked};

use super::judge::judge;
use super::known::Known;
use super::placeholder::fill;
use super::question::Dialogue;
use super::wrong_facts::wrong_facts;

/// One question that was not answered right.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Seed of the night.
    pub seed: u64,
    /// As it was asked.
    pub asked: String,
    /// What was wrong.
    pub reason: String,
}

/// Results so far.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Right answers and questions, by category and language.
    pub rows: BTreeMap<(String, &'static str), (usize, usize)>,
    /// Everything that was not answered right.
    pub failures: Vec<Failure>,
    /// Cited values that are not true.
    pub wrong_facts: Vec<Failure>,
}

impl Report {
    /// Asks every dialogue and judges every answer.
    pub async fn run(&mut self, seed: u64, dialogues: &[Dialogue], agent: &AgentClient, known: &Known) {
        for dialogue in dialogues {
            let mut conversation_id = String::new();
            for turn in &dialogue.turns {
                let outcome = async {
                    let message = fill(&turn.ask, known)?;
                    let asked = Asked {
                        message: message.clone(),
                        conversation_id: conversation_id.clone(),
                        ..Asked::default()
                    };
                    let answer = agent.ask(asked).await.map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
                    anyhow::Ok((message, answer))
                }
                .await;
                let (asked, verdict) = match outcome {
                    Ok((message, answer)) => {
                        conversation_id.clone_from(&answer.conversation_id);
                        let wrong = wrong_facts(&answer, known);
                        let asked = message.clone();
                        self.wrong_facts.extend(wrong.into_iter().map(|reason| Failure {
                            seed,
                            asked: asked.clone(),
                            reason,
                        }));
                        let verdict = judge(turn, &answer, dialogue.language, known);
                        (
                            message,
                            verdict
                                .with_context(|| format!("{}: {}", answer.interpretation, answer.markdown)),
                        )
                    }
                    Err(error) => (turn.ask.clone(), Err(error)),
                };
                let row = self.rows.entry((turn.category.clone(), dialogue.language.tag())).or_default();
                row.1 += 1;
                match verdict {
                    Ok(()) => row.0 += 1,
                    Err(error) => self.failures.push(Failure { seed, asked, reason: format!("{error:#}") }),
                }
            }
        }
    }

    /// Right answers and questions in all, or of one language.
    #[must_use]
    pub fn totals(&self, language: Option<Language>) -> (usize, usize) {
        let chosen = |tag: &str| language.is_none_or(|language| language.tag() == tag);
        self.rows
            .iter()
            .filter(|((_, tag), _)| chosen(tag))
            .fold((0, 0), |sum, (_, row)| (sum.0 + row.0, sum.1 + row.1))
    }

    /// Share of right answers, 0 to 1.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "some thousand questions")]
    pub fn score(&self) -> f64 {
        let (right, all) = self.totals(None);
        if all == 0 { 0.0 } else { right as f64 / all as f64 }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<14} {:<6} {:>6} {:>6} {:>7}", "category", "lang", "right", "asked", "share")?;
        let mut line = |name: &str, language: &str, (right, all): (usize, usize)| {
            let percent = (right * 1000).checked_div(all).unwrap_or(0);
            writeln!(
                formatter,
                "{name:<14} {language:<6} {right:>6} {all:>6} {:>5}.{} %",
                percent / 10,
                percent % 10
            )
        };
        for ((category, language), row) in &self.rows {
            line(category, language, *row)?;
        }
        for language in [Language::English, Language::Portuguese] {
            line("all", language.tag(), self.totals(Some(language)))?;
        }
        line("all", "", self.totals(None))?;
        writeln!(formatter, "wrong facts: {}", self.wrong_facts.len())
    }
}
