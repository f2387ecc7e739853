//! What people taught: cited as memory, with who reviewed it and when.

use resync_api::agent::model::AnswerKind;

use super::Draft;
use super::draft::{DraftBlock, given};
use crate::evidence::At;
use crate::phrases::{Label, MemoryMessage};
use crate::render::Format;

/// What became of what was to be remembered.
pub(super) fn proposed(draft: &mut Draft, report: &At) {
    draft.kind = AnswerKind::Proposal;
    let memory = report.get("memory");
    let text = memory.get("text").fact(Format::Plain);
    if report.get("created").is_true() {
        draft.say(MemoryMessage::Proposed { text });
    } else if memory.get("state").text() == "APPROVED" {
        draft.say(MemoryMessage::KnownAlready {
            text,
            by: memory.get("reviewed_by").fact(Format::Plain),
            at: memory.get("reviewed_at").fact(Format::Time),
        });
    } else {
        draft.say(MemoryMessage::ProposedBefore { text, state: memory.get("state").fact(Format::Word) });
    }
    if let Some(about) = given(&memory.get("about"), Format::Plain) {
        draft.say(MemoryMessage::IsAbout { about });
    }
    if memory.get("contradicted").is_true() {
        draft.say(MemoryMessage::IsContradicted);
    }
}

/// Everything that was learned, of one object or at all.
pub(super) fn learned(draft: &mut Draft, report: &At) {
    draft.say(MemoryMessage::Learned { count: report.get("memory_count").fact(Format::Number) });
    if report.get("truncated").is_true() {
        draft.say(MemoryMessage::More);
    }
    block(draft, &report.get("memories").items());
}

/// Nobody could be asked.
pub(super) fn unavailable(draft: &mut Draft) {
    draft.kind = AnswerKind::Refusal;
    draft.say(MemoryMessage::LookUpFailed);
}

/// Memories as a block of their own: inert text.
pub(crate) fn block(draft: &mut Draft, memories: &[At]) {
    if memories.is_empty() {
        return;
    }
    let items = memories.iter().map(|memory| {
        let words = draft.words(MemoryMessage::Reviewed {
            text: memory.get("text").fact(Format::Plain),
            about: given(&memory.get("about"), Format::Plain),
            by: memory.get("reviewed_by").fact(Format::Plain),
            at: memory.get("reviewed_at").fact(Format::Time),
            contradicted: memory.get("contradicted").is_true(),
        });
        (0, words)
    });
    let items = items.collect();
    draft.blocks.push(DraftBlock::List { title: draft.label(Label::Memories), items });
}

/// The question was understood as a reviewer said.
pub(crate) fn corrected(draft: &mut Draft, correction: &At) {
    draft.say_apart(MemoryMessage::CorrectionApplied {
        query: correction.get("intended_query").fact(Format::Plain),
        by: correction.get("reviewed_by").fact(Format::Plain),
        at: correction.get("reviewed_at").fact(Format::Time),
    });
}

/// The correction of the question does not fit the plan.
pub(crate) fn not_corrected(draft: &mut Draft, correction: &At) {
    draft.say_apart(MemoryMessage::CorrectionUnusable {
        query: correction.get("intended_query").fact(Format::Plain),
        by: correction.get("reviewed_by").fact(Format::Plain),
        at: correction.get("reviewed_at").fact(Format::Time),
    });
}

/// The corrections of the question contradict each other.
pub(crate) fn contradictory(draft: &mut Draft, count: &At) {
    draft.say_apart(MemoryMessage::CorrectionsContradict { count: count.fact(Format::Number) });
}

/// The answer came without what memories may say.
pub(crate) fn not_looked_up(draft: &mut Draft) {
    draft.say_apart(MemoryMessage::LookUpFailed);
}
