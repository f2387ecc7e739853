//! Writes the answer: chooses what to say about the findings, in which order, and which blocks to show.
//!
//! Nothing is computed and no text is made here: sentences come from the phrase catalogue, values from tool
//! results. The direct answer comes first, then what proves it, then what to do next.

mod dialogue;
mod draft;
mod estate;
mod failure;
mod flow;
mod graph;
mod recall;
pub(crate) mod memory;
mod object;
mod overview;
mod rows;
mod waiting;

pub(crate) use draft::{Draft, DraftBlock, DraftCell};

use resync_api::agent::model::AnswerKind;

use crate::findings::Findings;
use crate::render::Locale;

/// The answer to what was found.
pub(crate) fn compose(findings: &Findings, locale: &Locale) -> Draft {
    let mut draft = Draft::new(*locale);
    self::findings(&mut draft, findings);
    draft
}

/// Says what was found at the end of a draft.
fn findings(draft: &mut Draft, findings: &Findings) {
    match findings {
        Findings::Overview(report) => overview::overview(draft, report),
        Findings::Rows(rows) => rows::list(draft, rows),
        Findings::AtRisk { rows, risks } => {
            rows::list(draft, rows);
            graph::risks(draft, risks);
        }
        Findings::Graph(found) => graph::graph(draft, found),
        Findings::Recall(found) => recall::recall(draft, found),
        Findings::Counts(counted) => rows::counts(draft, counted),
        Findings::Job(report) => object::job(draft, report),
        Findings::JobStream(report) => object::job_stream(draft, report),
        Findings::Resource(report) => estate::resource(draft, report),
        Findings::Prompt(report) => object::prompt(draft, report),
        Findings::Group { counted, name } => object::group(draft, counted, name),
        Findings::Waiting { report, failure } => {
            waiting::waiting(draft, report);
            if let Some(failure) = failure {
                failure::failure(draft, failure);
            }
        }
        Findings::Failure { report, waiting } => match waiting {
            Some(waiting) => {
                failure::not_failed(draft, report);
                waiting::waiting(draft, waiting);
            }
            None => failure::failure(draft, report),
        },
        Findings::StreamFailure { progress, failure } => {
            failure::stream(draft, progress, failure.as_ref());
        }
        Findings::Walk(report) => flow::walk(draft, report),
        Findings::Progress(report) => flow::progress(draft, report),
        Findings::Health { report, one } => estate::health(draft, report, *one),
        Findings::Holders(report) => estate::holders(draft, report),
        Findings::OpenPrompts(report) => estate::prompts(draft, report),
        Findings::Changes(report) => flow::changes(draft, report),
        Findings::Meaning(report) => dialogue::meaning(draft, report),
        Findings::Log(report) => failure::log(draft, report),
        Findings::NoLog(report) => failure::no_log(draft, report),
        Findings::Help => dialogue::help(draft),
        Findings::Learned(report) => memory::learned(draft, report),
        Findings::Remembered(report) => memory::proposed(draft, report),
        Findings::NoMemories => memory::unavailable(draft),
        Findings::Proposal { preview, verb } => dialogue::proposal(draft, preview, *verb),
        Findings::ProposalForAll { rows, verb } => dialogue::proposal_for_all(draft, rows, *verb),
        Findings::WhichOne { found, objects } => dialogue::which_one(draft, found.as_ref(), objects),
        Findings::NoSuchName { found, nearest } => dialogue::no_such_name(draft, found, nearest),
        Findings::AskBack(reason) => dialogue::ask_back(draft, *reason),
        Findings::OutOfScope(reason) => dialogue::out_of_scope(draft, *reason),
    }
}

/// Kinds of answers that say something about the plan carry how fresh it is.
pub(crate) fn is_about_the_plan(kind: AnswerKind) -> bool {
    matches!(kind, AnswerKind::Answer | AnswerKind::Proposal | AnswerKind::NotFound)
}

#[cfg(test)]
mod tests;
