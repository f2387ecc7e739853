//! What a status, message code or return code means.

use resync_api::agent::model::Language;
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::catalogue::{self, Component, Meaning};
use crate::error::Error;
use crate::query::Term;

/// Explain a word of the scheduler.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExplainTerm {
    /// The status or code.
    pub(crate) term: String,
    /// It is a number.
    pub(crate) sort: TermSort,
    /// Language of the meaning.
    pub(crate) language: Language,
}

/// What sort of word it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum TermSort {
    Status,
    MessageCode,
    ReturnCode,
}

/// What it means.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct TermReport {
    pub(crate) term: String,
    pub(crate) sort: TermSort,
    /// None: not in the catalogue.
    pub(crate) meanings: Vec<Meaning>,
    pub(crate) meaning_count: usize,
    /// What the letters of an unknown message code name.
    pub(crate) component: Option<Component>,
}

impl ExplainTerm {
    pub(crate) fn of(term: &Term, language: Language) -> Self {
        let (term, sort) = match term {
            Term::Status(status) => (status.clone(), TermSort::Status),
            Term::MessageCode(code) => (code.clone(), TermSort::MessageCode),
            Term::ReturnCode(code) => (code.to_string(), TermSort::ReturnCode),
        };
        Self { term, sort, language }
    }
}

impl Tool for ExplainTerm {
    const NAME: &'static str = "explain_term";
    const DESCRIPTION: &'static str =
        "What a status, a message code or a return code means and what to do about it.";
    type Output = TermReport;

    async fn run(&self, _plan: &PlanReader) -> Result<TermReport, Error> {
        let (term, language) = (self.term.as_str(), self.language);
        let meanings: Vec<_> = match self.sort {
            TermSort::Status => catalogue::status(term, language).into_iter().collect(),
            TermSort::MessageCode => match catalogue::message(term, language) {
                Some(meaning) => vec![meaning],
                None => catalogue::by_code(term, language),
            },
            TermSort::ReturnCode => {
                term.parse().map(|code| catalogue::by_number(code, language)).unwrap_or_default()
            }
        };
        let unknown = self.sort == TermSort::MessageCode && meanings.is_empty();
        Ok(TermReport {
            term: term.to_owned(),
            sort: self.sort,
            meaning_count: meanings.len(),
            meanings,
            component: unknown.then(|| catalogue::component(term, language)).flatten(),
        })
    }

    fn summary(report: &TermReport) -> String {
        match report.meaning_count {
            0 => "not in the catalogue".to_owned(),
            count => format!("{count} meanings"),
        }
    }
}
