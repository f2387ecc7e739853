//! What a status, message code or return code means.

use resync_api::agent::model::Language;
use serde::{Deserialize, Serialize};

use super::{PlanReader, Tool};
use crate::catalogue::{self, Meaning};
use crate::error::Error;
use crate::query::Term;

/// Explain a word of the scheduler.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ExplainTerm {
    /// The status or code.
    pub(crate) term: String,
    /// It is a number.
    pub(crate) sort: TermSort,
    /// Language of the meaning where the catalogue has several.
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
        let meanings = match self.sort {
            TermSort::Status => catalogue::status(&self.term, self.language).into_iter().collect(),
            TermSort::MessageCode => match catalogue::message(&self.term) {
                Some(meaning) => vec![meaning],
                None => catalogue::by_code(&self.term),
            },
            TermSort::ReturnCode => self.term.parse().map(catalogue::by_number).unwrap_or_default(),
        };
        Ok(TermReport { term: self.term.clone(), sort: self.sort, meaning_count: meanings.len(), meanings })
    }

    fn summary(report: &TermReport) -> String {
        match report.meaning_count {
            0 => "not in the catalogue".to_owned(),
            count => format!("{count} meanings"),
        }
    }
}
