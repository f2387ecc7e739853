//! Writes the answer: chooses what to say about the findings, in which order, and which blocks to show.
//!
//! Nothing is computed and no text is made here: sentences come from the phrase catalogue, values from tool
//! results. The direct answer comes first, then what proves it, then what to do next.

mod dialogue;
mod draft;
mod estate;
mod failure;
mod flow;
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
    match findings {
        Findings::Overview(report) => overview::overview(&mut draft, report),
        Findings::Rows(rows) => rows::list(&mut draft, rows),
        Findings::Counts(counted) => rows::counts(&mut draft, counted),
        Findings::Job(report) => object::job(&mut draft, report),
        Findings::JobStream(report) => object::job_stream(&mut draft, report),
        Findings::Resource(report) => estate::resource(&mut draft, report),
        Findings::Prompt(report) => object::prompt(&mut draft, report),
        Findings::Group { counted, name } => object::group(&mut draft, counted, name),
        Findings::Waiting { report, failure } => {
            waiting::waiting(&mut draft, report);
            if let Some(failure) = failure {
                failure::failure(&mut draft, failure);
            }
        }
        Findings::Failure { report, waiting } => match waiting {
            Some(waiting) => {
                failure::not_failed(&mut draft, report);
                waiting::waiting(&mut draft, waiting);
            }
            None => failure::failure(&mut draft, report),
        },
        Findings::StreamFailure { progress, failure } => {
            failure::stream(&mut draft, progress, failure.as_ref());
        }
        Findings::Walk(report) => flow::walk(&mut draft, report),
        Findings::Progress(report) => flow::progress(&mut draft, report),
        Findings::Health { report, one } => estate::health(&mut draft, report, *one),
        Findings::Holders(report) => estate::holders(&mut draft, report),
        Findings::OpenPrompts(report) => estate::prompts(&mut draft, report),
        Findings::Changes(report) => flow::changes(&mut draft, report),
        Findings::Meaning(report) => dialogue::meaning(&mut draft, report),
        Findings::Log(report) => failure::log(&mut draft, report),
        Findings::NoLog(report) => failure::no_log(&mut draft, report),
        Findings::Help => dialogue::help(&mut draft),
        Findings::Learned(report) => memory::learned(&mut draft, report),
        Findings::Remembered(report) => memory::proposed(&mut draft, report),
        Findings::NoMemories => memory::unavailable(&mut draft),
        Findings::Proposal { preview, verb } => dialogue::proposal(&mut draft, preview, *verb),
        Findings::ProposalForAll { rows, verb } => dialogue::proposal_for_all(&mut draft, rows, *verb),
        Findings::WhichOne { found, objects } => dialogue::which_one(&mut draft, found.as_ref(), objects),
        Findings::NoSuchName { found, nearest } => dialogue::no_such_name(&mut draft, found, nearest),
        Findings::AskBack(reason) => dialogue::ask_back(&mut draft, *reason),
        Findings::OutOfScope(reason) => dialogue::out_of_scope(&mut draft, *reason),
    }
    draft
}

/// Kinds of answers that say something about the plan carry how fresh it is.
pub(crate) fn is_about_the_plan(kind: AnswerKind) -> bool {
    matches!(kind, AnswerKind::Answer | AnswerKind::Proposal | AnswerKind::NotFound)
}

#[cfg(test)]
mod tests;
