//! Meanings, help, asking back, declining, proposals.

use resync_api::agent::model::AnswerKind;
use strum::IntoEnumIterator as _;

use super::Draft;
use super::draft::{DraftBlock, given};
use crate::evidence::At;
use crate::findings::Rows;
use crate::interpret::{AskBackReason, ScopeReason};
use crate::phrases::{DialogueMessage, Example, Label, RowsMessage};
use crate::query::{Field, Verb};
use crate::render::Format;

pub(super) fn meaning(draft: &mut Draft, report: &At) {
    let term = report.get("term").fact(Format::Plain);
    let meanings = report.get("meanings").items();
    let Some(first) = meanings.first() else {
        draft.kind = AnswerKind::NotFound;
        draft.say(DialogueMessage::NotInCatalogue {
            term,
            count: report.get("meaning_count").fact(Format::Number),
        });
        let component = report.get("component");
        if component.is_given() {
            draft.say(DialogueMessage::LettersOf {
                letters: component.get("letters").fact(Format::Plain),
                component: component.get("component").fact(Format::Plain),
            });
        }
        return;
    };
    let sort = report.get("sort");
    let of_return_code = sort.text() == "RETURN_CODE";
    if of_return_code {
        for meaning in &meanings {
            draft.say(DialogueMessage::MeansIn {
                term: term.clone(),
                family: meaning.get("source").fact(Format::Plain),
                meaning: meaning.get("meaning").fact(Format::Plain),
            });
        }
    } else {
        draft.say(DialogueMessage::Means {
            term: first.get("code").fact(Format::Plain),
            meaning: first.get("meaning").fact(Format::Plain),
        });
    }
    if let Some(cause) = given(&first.get("usual_cause"), Format::Plain) {
        draft.say(DialogueMessage::UsualCause { cause });
    }
    if let Some(advice) = given(&first.get("what_to_do"), Format::Plain) {
        draft.say_apart(DialogueMessage::WhatToDo { advice });
    }
    if of_return_code {
        draft.say(DialogueMessage::ProgramsDiffer);
    }
    draft.say_apart(DialogueMessage::Confidence { confidence: first.get("confidence").fact(Format::Word) });
}

pub(super) fn help(draft: &mut Draft) {
    draft.say(DialogueMessage::CanAsk);
    let items = Example::iter().map(|example| (0, draft.words(DialogueMessage::Example(example)))).collect();
    let title = draft.label(Label::Examples);
    draft.blocks.push(DraftBlock::List { title, items });
}

pub(super) fn proposal(draft: &mut Draft, preview: &At, verb: Verb) {
    draft.kind = AnswerKind::Proposal;
    let target = preview.get("target");
    let verb_words = preview.get("verb").fact(Format::Word);
    let name = target.get("key").fact(Format::Plain);
    let allowed = preview.get("allowed").is_true();
    if allowed {
        draft.say(DialogueMessage::Would {
            verb: verb_words,
            target: name,
            number: given(&preview.get("number"), Format::Number),
            choice: given(&preview.get("choice"), Format::Word),
        });
    } else {
        draft.say(DialogueMessage::NotPossible {
            verb: verb_words,
            target: name,
            reason: preview.get("refusal").fact(Format::Word),
        });
    }
    if target.get("status").is_given() {
        draft.say(DialogueMessage::StateNow {
            status: target.get("status").fact(Format::Word),
            internal: target.get("internal_status").fact(Format::Plain),
        });
    }
    let count = preview.get("affected_count");
    if allowed && count.count() > 0 {
        draft.say(DialogueMessage::WaitsForIt { count: count.fact(Format::Number) });
    }
    if allowed {
        draft.say_apart(DialogueMessage::Caution(verb));
    }
    draft.say_apart(DialogueMessage::NotAvailableYet);
    let columns = [
        (Label::Kind, "sort", Format::Word),
        (Label::Key, "key", Format::Plain),
        (Label::Field(Field::Status), "status", Format::Word),
    ];
    draft.table(Label::Waiting, &columns, &preview.get("affected").items(), count.count());
}

pub(super) fn proposal_for_all(draft: &mut Draft, rows: &Rows, verb: Verb) {
    draft.kind = AnswerKind::Proposal;
    draft.say(DialogueMessage::WouldForAll { count: rows.report.get("total_size").fact(Format::Number) });
    super::rows::how_many(draft, &rows.report, "total_size", rows.noun);
    draft.say_apart(DialogueMessage::Caution(verb));
    draft.say_apart(DialogueMessage::NotAvailableYet);
    super::rows::table(draft, rows, None, &rows.report.get("items").items());
}

pub(super) fn which_one(draft: &mut Draft, found: Option<&At>, objects: &[At]) {
    draft.kind = AnswerKind::Clarification;
    match found {
        Some(found) => draft.say(DialogueMessage::WhichOne {
            text: found.get("text").fact(Format::Plain),
            count: found.get("total_size").fact(Format::Number),
        }),
        None => draft.say(DialogueMessage::WhichOfThese),
    }
    candidates(draft, objects);
}

pub(super) fn no_such_name(draft: &mut Draft, found: &At, nearest: &[At]) {
    draft.kind = AnswerKind::NotFound;
    draft.say(DialogueMessage::NoSuchName {
        text: found.get("text").fact(Format::Plain),
        count: found.get("exact_count").fact(Format::Number),
    });
    if !nearest.is_empty() {
        let names = nearest.iter().map(|object| {
            draft.words(RowsMessage::Named { name: object.get("key").fact(Format::Plain), status: None })
        });
        let names = names.collect();
        draft.say(DialogueMessage::Nearest { names });
    }
    candidates(draft, nearest);
}

fn candidates(draft: &mut Draft, objects: &[At]) {
    let columns = [
        (Label::Kind, "kind", Format::Word),
        (Label::Key, "key", Format::Plain),
        (Label::Field(Field::Status), "status", Format::Word),
        (Label::Field(Field::ScheduledTime), "scheduled_time", Format::Time),
    ];
    draft.table(Label::Candidates, &columns, objects, objects.len() as u64);
}

pub(super) fn ask_back(draft: &mut Draft, reason: AskBackReason) {
    draft.kind = match reason {
        AskBackReason::NotCovered => AnswerKind::Refusal,
        _ => AnswerKind::Clarification,
    };
    draft.say(DialogueMessage::AskBack(reason));
}

pub(super) fn out_of_scope(draft: &mut Draft, reason: ScopeReason) {
    draft.kind = AnswerKind::Refusal;
    draft.say(DialogueMessage::OutOfScope(reason));
}
