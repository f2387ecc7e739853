//! From an interpretation to findings: makes the calls, and finds the evidence for names that are said back.

use resync_api::agent::model::{Candidate, Language};

use super::linking::PlanLinker;
use crate::error::Error;
use crate::evidence::At;
use crate::findings::{Findings, gather};
use crate::interpret::{Choice, Interpretation};
use crate::query::Object;

/// A question understood, and what was found for it.
#[derive(Debug)]
pub(super) struct Understanding {
    pub(super) findings: Findings,
    pub(super) language: Language,
    /// Canonical text.
    pub(super) interpretation: String,
    pub(super) candidates: Vec<Candidate>,
    /// Names that were taken for an object: the search and the object.
    pub(super) assumed: Vec<(At, At)>,
    /// For the conversation's memory.
    pub(super) outcome: Interpretation,
}

/// Makes the tool calls that an interpretation asks for.
pub(super) async fn understand(
    outcome: Interpretation,
    linker: &PlanLinker<'_>,
    max_rows: u32,
) -> Result<Understanding, Error> {
    let mut assumed = Vec::new();
    let mut candidates = Vec::new();
    let (findings, language, interpretation) = match &outcome {
        Interpretation::Query(understood) => {
            for assumption in &understood.assumed {
                let search = linker.made_for(&assumption.mention);
                let object = linker.place_of(&assumption.object);
                assumed.extend(search.map(|search| search.get("text")).zip(object));
            }
            let query = &understood.query;
            let findings = gather(query, linker.tools, max_rows).await?;
            (findings, query.language, query.to_string())
        }
        Interpretation::Ambiguous(ambiguity) => {
            let objects = linker.places_of(&ambiguity.candidates).await?;
            candidates.extend(ambiguity.candidates.iter().map(|choice| candidate(choice, linker)));
            let found = linker.made_for(&ambiguity.mention);
            let text = format!("ambiguous {}", ambiguity.mention);
            (Findings::WhichOne { found, objects }, ambiguity.language, text)
        }
        Interpretation::UnknownName(unknown) => {
            let found = linker.search_for(&unknown.mention, unknown.kind).await?;
            let nearest = linker.places_of(&unknown.nearest).await?;
            candidates.extend(unknown.nearest.iter().map(|choice| candidate(choice, linker)));
            let text = format!("unknown {}", unknown.mention);
            (Findings::NoSuchName { found, nearest }, unknown.language, text)
        }
        Interpretation::AskBack(ask) => {
            candidates.extend(ask.suggestions.iter().map(|suggestion| Candidate {
                message: suggestion.clone(),
                label: suggestion.clone(),
                resource: String::new(),
            }));
            (Findings::AskBack(ask.reason), ask.language, "ask_back".to_owned())
        }
        Interpretation::OutOfScope { reason, language } => {
            (Findings::OutOfScope(*reason), *language, "out_of_scope".to_owned())
        }
    };
    Ok(Understanding { findings, language, interpretation, candidates, assumed, outcome })
}

fn candidate(choice: &Choice, linker: &PlanLinker<'_>) -> Candidate {
    Candidate {
        message: choice.question.clone(),
        label: choice.label.clone(),
        resource: resource(&choice.object, linker),
    }
}

/// Resource name of an object; folders and users have none.
fn resource(object: &Object, linker: &PlanLinker<'_>) -> String {
    use resync_api::tws::model::ObjectKind;
    let collection = match object.kind {
        ObjectKind::Job => "jobs",
        ObjectKind::JobStream => "jobStreams",
        ObjectKind::Workstation => "workstations",
        ObjectKind::Resource => "resources",
        ObjectKind::Prompt => "prompts",
        ObjectKind::Folder | ObjectKind::User => return String::new(),
    };
    format!("engines/{}/{collection}/{}", linker.tools.engine(), object.id)
}
