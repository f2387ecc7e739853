//! Questions about what a word of the scheduler means: codes, statuses, return codes.

use crate::interpret::lexicon::{Cue, Meaning, State};
use crate::interpret::reading::{Reading, Unit};
use crate::interpret::slots::{states::internal, status_value};
use crate::interpret::token::Shape;
use crate::query::{Field, Operator, Term};

/// The term that is asked about, if the message asks about one.
pub(super) fn read(reading: &Reading) -> Option<Term> {
    let code = reading.pieces.iter().find(|piece| piece.unit == Unit::Shape(Shape::Code));
    let several = (0..reading.pieces.len())
        .any(|position| matches!(reading.meaning(position), Some(Meaning::Kind { plural: true, .. })));
    if let Some(code) = code.filter(|_| !several) {
        return Some(Term::MessageCode(code.raw.to_uppercase()));
    }
    let asks = reading.has(Cue::Meaning);
    if let Some(substatus) = substatus(reading).filter(|_| !several) {
        return Some(Term::Status(substatus));
    }
    let defines = is_definition(reading);
    if !asks && !defines && !is_bare_return_code(reading) {
        return None;
    }
    if let Some(number) = return_code(reading) {
        return Some(Term::ReturnCode(number));
    }
    if !asks && !defines {
        return None;
    }
    let named = (0..reading.pieces.len()).any(|position| {
        reading.name(position).is_some_and(|mention| !reading.mentions[mention].objects.is_empty())
    });
    if named {
        return None;
    }
    (0..reading.pieces.len()).find_map(|position| status_word(reading, position)).map(Term::Status)
}

/// "what is STUCK", "o que é fence": a definition, not "what is stuck".
fn is_definition(reading: &Reading) -> bool {
    let content: Vec<usize> = (0..reading.pieces.len())
        .filter(|position| {
            !reading.is_weak(*position) && reading.meaning(*position) != Some(Meaning::Cue(Cue::Detail))
        })
        .collect();
    let [what, term] = content[..] else { return false };
    if reading.meaning(what) != Some(Meaning::Cue(Cue::What)) {
        return false;
    }
    // In Portuguese "é" defines and "está" describes; in English only capitals or a noun tell.
    let defining_verb = (what..term)
        .any(|position| reading.pieces[position].raw == "é" || reading.pieces[position].word == "eh");
    // "what is an abend"
    let defining_verb = defining_verb
        || (what..term)
            .any(|position| matches!(reading.pieces[position].word.as_str(), "a" | "an" | "um" | "uma"));
    let noun = matches!(reading.meaning(term), Some(Meaning::Column(Field::Fence | Field::Limit)));
    let shouted = reading.pieces[term].shouted || reading.pieces[term].raw.chars().all(char::is_uppercase);
    (shouted || defining_verb || noun) && status_word(reading, term).is_some()
}

fn is_bare_return_code(reading: &Reading) -> bool {
    let several = (0..reading.pieces.len()).any(|position| {
        matches!(
            reading.meaning(position),
            Some(Meaning::Kind { .. } | Meaning::State(_) | Meaning::Cue(Cue::List | Cue::Count | Cue::Why))
        ) || reading.name(position).is_some()
            || matches!(
                reading.pieces[position].unit,
                Unit::Shape(Shape::Symbol('>' | '<' | '≥' | '≤' | '≠'))
            )
            || matches!(
                reading.meaning(position),
                Some(Meaning::Compare(_) | Meaning::Role(crate::interpret::lexicon::Role::With))
            )
    });
    !several && return_code(reading).is_some()
}

fn return_code(reading: &Reading) -> Option<i32> {
    let column = (0..reading.pieces.len())
        .find(|position| reading.meaning(*position) == Some(Meaning::Column(Field::ReturnCode)))?;
    let near = column.saturating_sub(3)..(column + 5).min(reading.pieces.len());
    near.clone()
        .filter(|position| *position > column)
        .chain(near.filter(|position| *position < column))
        .find_map(|position| reading.number(position))
        .and_then(|number| i32::try_from(number).ok())
}

/// The status a piece names, as the engine writes it.
fn status_word(reading: &Reading, position: usize) -> Option<String> {
    let piece = &reading.pieces[position];
    let raw = piece.raw.to_uppercase();
    if let Some(internal) = internal(&raw) {
        return Some(internal.to_owned());
    }
    let engine_word = matches!(
        raw.as_str(),
        "STUCK"
            | "READY"
            | "RUNNING"
            | "WAITING"
            | "ERROR"
            | "HELD"
            | "BLOCKED"
            | "SUPPRESSED"
            | "SUPPRESS"
            | "UNDECIDED"
            | "SUCCESSFUL"
            | "CANCELED"
            | "CANCELLED"
            | "DONE"
            | "RJOB"
            | "ABENP"
            | "SUCCP"
            | "WAITD"
            | "ADD"
            | "LATE"
            | "USER"
    );
    if engine_word {
        return Some(raw);
    }
    match reading.meaning(position)? {
        Meaning::State(State::Is(status)) => Some(status_value(Operator::Is, [status]).values[0].to_string()),
        Meaning::State(State::Internal(status)) => Some(status.to_owned()),
        Meaning::State(State::Waits(substatus)) => Some(substatus.to_owned()),
        Meaning::State(State::Flag(field, _)) => Some(field.to_string().to_uppercase()),
        Meaning::Column(field @ (Field::Fence | Field::Limit)) => Some(field.to_string().to_uppercase()),
        _ if piece.shouted && piece.unit == Unit::Unknown => Some(raw),
        _ => None,
    }
}

/// A substatus in full: it looks like a name, but nothing of the plan is called so.
fn substatus(reading: &Reading) -> Option<String> {
    (0..reading.pieces.len()).find_map(|position| {
        let mention = reading.name(position)?;
        let text = reading.pieces[position].raw.to_uppercase();
        let known = ["HOLD_", "READY_", "SUPPR_", "SUCC_"].iter().any(|start| text.starts_with(start));
        (known && reading.mentions[mention].objects.is_empty()).then_some(text)
    })
}
