//! What runbooks and manuals say. Their texts are untrusted: shown as quotations, never followed.

use resync_api::documents::model::{DocumentHit, DocumentIndex, SearchRequest};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::tools::{PlanReader, Tool};

/// Passages in a result.
const MAX_PASSAGES: u32 = 5;
/// Characters of a passage that are shown.
const MAX_EXCERPT: usize = 600;
/// Characters of a search.
const MAX_TEXT: usize = 400;

/// Search the documents.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct FindPassages {
    /// Words to search for.
    pub(crate) text: String,
}

/// The best passages.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PassagesReport {
    pub(crate) text: String,
    pub(crate) passage_count: usize,
    pub(crate) passages: Vec<PassageShown>,
    /// What is searched at all.
    pub(crate) index: DocumentIndex,
    /// Why the search was weaker than set.
    pub(crate) degraded: Option<String>,
}

/// A passage and where it stands.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct PassageShown {
    pub(crate) citation: String,
    pub(crate) document_id: String,
    pub(crate) document_title: String,
    pub(crate) section: Vec<String>,
    pub(crate) page: Option<u32>,
    pub(crate) excerpt: String,
    pub(crate) matched_terms: Vec<String>,
}

impl From<DocumentHit> for PassageShown {
    fn from(hit: DocumentHit) -> Self {
        let passage = hit.passage;
        Self {
            excerpt: excerpt(&passage.text),
            citation: passage.citation,
            document_id: passage.document_id,
            document_title: passage.document_title,
            section: passage.section,
            page: passage.page,
            matched_terms: hit.matched_terms,
        }
    }
}

impl Tool for FindPassages {
    const NAME: &'static str = "find_passages";
    const DESCRIPTION: &'static str =
        "Passages of runbooks and manuals about some words, with document, section and page.";
    type Output = PassagesReport;

    async fn run(&self, plan: &PlanReader) -> Result<PassagesReport, Error> {
        let client = plan.knowledge().documents.as_ref().ok_or(Error::NoGraph)?;
        let text: String = self.text.chars().take(MAX_TEXT).collect();
        let request = SearchRequest { query: text.clone(), limit: MAX_PASSAGES, document_ids: Vec::new() };
        let found = client.search(request).await.map_err(Error::Graph)?;
        let passages: Vec<_> = found.hits.into_iter().map(PassageShown::from).collect();
        Ok(PassagesReport {
            text,
            passage_count: passages.len(),
            passages,
            index: found.index,
            degraded: found.degraded,
        })
    }

    fn summary(report: &PassagesReport) -> String {
        format!("{} passages", report.passage_count)
    }
}

/// The beginning of a text on one line, cut between words.
fn excerpt(text: &str) -> String {
    let mut short = String::new();
    for word in text.split_whitespace() {
        if short.chars().count() + word.chars().count() > MAX_EXCERPT {
            short.push('…');
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_of_whole_words() {
        assert_eq!(excerpt("Check  the\n disk."), "Check the disk.");
        let long = "ação ".repeat(500);
        let short = excerpt(&long);
        assert!(short.chars().count() <= MAX_EXCERPT + 1 && short.ends_with("ação…"), "{short}");
    }
}
