//! What a comparison supposes: a delay, an end, or that something does not come at all.

use std::time::Duration;

use resync_api::tws::model::Status;

use super::tense::words;
use crate::interpret::lexicon::{Meaning, State};
use crate::interpret::measures::amount_at;
use crate::interpret::reading::Reading;
use crate::query::{Change, Field, Verb};

/// What is supposed to happen.
pub(super) enum Supposed {
    Change(Change),
    /// A delay without its length, or a limit without its number.
    Amount,
    /// That it ends badly, or does not come at all.
    Absence,
    Nothing,
}

/// Reads it; the pieces of an amount are taken.
pub(super) fn supposed(reading: &mut Reading) -> Supposed {
    let limit = reading.positions(|meaning| meaning == Meaning::Column(Field::Limit)).first().copied();
    let sets_limit = !reading.positions(|meaning| meaning == Meaning::Verb(Verb::SetLimit)).is_empty();
    if limit.is_some() || sets_limit {
        let number = (0..reading.pieces.len()).rev().find_map(|position| reading.number(position));
        return match number.and_then(|number| u32::try_from(number).ok()) {
            Some(limit) => Supposed::Change(Change::Limit(limit)),
            None => Supposed::Amount,
        };
    }
    let amount = (0..reading.pieces.len())
        .find_map(|position| amount_at(reading, position).map(|(seconds, end)| (seconds, position, end)));
    if let Some((seconds, start, end)) = amount
        && let Ok(seconds) = u64::try_from(seconds)
    {
        (start..end).for_each(|taken| reading.take(taken));
        return Supposed::Change(Change::Delay(Duration::from_secs(seconds)));
    }
    let state = |state: State| reading.has_state(state);
    // A slip of the finger that was read as a verb supposes nothing.
    let as_typed = |position: &usize| {
        let piece = &reading.pieces[*position];
        reading.tokens[piece.start].word == reading.word(piece.start)
    };
    let verb = |verb: Verb| reading.positions(|meaning| meaning == Meaning::Verb(verb)).iter().any(as_typed);
    if state(State::Is(Status::Canceled)) || verb(Verb::Cancel) {
        return Supposed::Change(Change::Cancel);
    }
    if state(State::Is(Status::Held)) || state(State::Internal("HOLD")) || verb(Verb::Hold) {
        return Supposed::Change(Change::Hold);
    }
    if state(State::Flag(Field::Late, true))
        || state(State::Flag(Field::AtRisk, true))
        || words(reading).any(is_delay)
    {
        return Supposed::Amount;
    }
    if state(State::Is(Status::Error))
        || state(State::Internal("ABEND"))
        || state(State::Internal("FAIL"))
        || verb(Verb::Kill)
        || words(reading).any(is_failure)
    {
        return Supposed::Change(Change::Fail);
    }
    let absent = state(State::Down) || state(State::Flag(Field::Linked, false)) || denied(reading);
    if absent { Supposed::Absence } else { Supposed::Nothing }
}

fn is_delay(word: &str) -> bool {
    word.starts_with("delay") || word.starts_with("atras") || matches!(word, "slips" | "slip" | "demorar")
}

fn is_failure(word: &str) -> bool {
    word.starts_with("falh")
        || word.starts_with("fail")
        || word.starts_with("abend")
        || matches!(
            word,
            "crashes" | "breaks" | "dies" | "quebrar" | "quebra" | "cair" | "morrer" | "erro" | "pau"
        )
}

/// "does not run", "never ends".
pub(super) fn denied(reading: &Reading) -> bool {
    !reading.positions(|meaning| meaning == Meaning::Not).is_empty()
}
