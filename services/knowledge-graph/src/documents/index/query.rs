//! From a question to a query of the index, and from a passage back to the words that found it.

use std::collections::HashSet;

use resync_api::documents::model::Passage;
use tantivy::Term as IndexTerm;
use tantivy::query::{BooleanQuery, BoostQuery, DisjunctionMaxQuery, Occur, Query, TermQuery, TermSetQuery};
use tantivy::schema::{Field, IndexRecordOption};

use super::analysis::{Form, Term, terms, tokens};
use super::schema::{Fields, Forms};
use crate::documents::error::Error;

/// Longer questions are refused.
pub(super) const MAX_QUERY: usize = 1_000;
/// More terms are not searched.
const MAX_TERMS: usize = 32;

/// A word in a title or heading says more about a passage than one in its text.
const HEADING_BOOST: f32 = 1.5;
/// A name or code is what its question is about.
const NAME_BOOST: f32 = 2.0;
/// How much the other fields add, when a term is in several.
const TIE_BREAKER: f32 = 0.1;

/// A question, understood as terms.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    terms: Vec<Term>,
}

impl Question {
    /// Finds the terms of a question.
    ///
    /// # Errors
    /// When it has none, or is too long.
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        if text.chars().count() > MAX_QUERY {
            return Err(Error::QueryTooLong { limit: MAX_QUERY });
        }
        let terms = terms(text, MAX_TERMS);
        if terms.is_empty() { Err(Error::QueryEmpty) } else { Ok(Self { terms }) }
    }

    /// The terms as the person wrote them.
    pub(crate) fn shown(&self) -> Vec<String> {
        self.terms.iter().map(|term| term.shown.clone()).collect()
    }

    /// Those terms that a passage holds, in its text, headings or title.
    pub(crate) fn matched(&self, passage: &Passage) -> Vec<String> {
        let text = format!("{}\n{}\n{}", passage.document_title, passage.section.join("\n"), passage.text);
        let forms = [Form::English, Form::Portuguese, Form::Exact];
        let [english, portuguese, exact] =
            forms.map(|form| tokens(&text, form).into_iter().collect::<HashSet<_>>());
        let holds = |term: &&Term| match &term.stems {
            Some((in_english, in_portuguese)) => {
                english.contains(in_english) || portuguese.contains(in_portuguese)
            }
            None => exact.contains(&term.text),
        };
        self.terms.iter().filter(holds).map(|term| term.shown.clone()).collect()
    }

    /// Each term counts by the field where it says most; a passage by the sum over its terms.
    pub(super) fn query(&self, fields: Fields, documents: &[String]) -> BooleanQuery {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        for term in &self.terms {
            let mut places = places(term, fields.body, 1.0);
            places.extend(self::places(term, fields.heading, HEADING_BOOST));
            let anywhere = DisjunctionMaxQuery::with_tie_breaker(places, TIE_BREAKER);
            let boost = if term.is_rare() { NAME_BOOST } else { 1.0 };
            clauses.push((Occur::Should, Box::new(BoostQuery::new(Box::new(anywhere), boost))));
        }
        let wanted = BooleanQuery::new(clauses);
        if documents.is_empty() {
            return wanted;
        }
        let among = TermSetQuery::new(documents.iter().map(|id| fields.of_document(id)));
        // Being among them is no merit: it only filters.
        let filter = BoostQuery::new(Box::new(among), 0.0);
        BooleanQuery::new(vec![(Occur::Must, Box::new(wanted)), (Occur::Must, Box::new(filter))])
    }
}

fn places(term: &Term, forms: Forms, boost: f32) -> Vec<Box<dyn Query>> {
    let in_field = |field: Field, text: &str, boost: f32| -> Box<dyn Query> {
        let term = TermQuery::new(IndexTerm::from_field_text(field, text), IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(Box::new(term), boost))
    };
    match &term.stems {
        Some((english, portuguese)) => {
            vec![in_field(forms.english, english, boost), in_field(forms.portuguese, portuguese, boost)]
        }
        None => vec![in_field(forms.exact, &term.text, boost)],
    }
}
