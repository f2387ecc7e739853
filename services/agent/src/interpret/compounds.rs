//! Meanings that several words have only together, wherever other words stand between them: "taking way
//! longer than they usually do", "ran ok", and the "ok" a sentence begins with.

use super::lexicon::{Compare, Cue, Meaning, State};
use super::reading::{Reading, Unit};
use crate::query::Field;
use resync_api::tws::model::Status;

/// How many words may stand between a comparison and the habit it is compared with.
const REACH: usize = 6;

/// Joins them.
pub(super) fn join(reading: &mut Reading) {
    for position in 0..reading.pieces.len() {
        opening(reading, position);
        longer_than_usual(reading, position);
        ended_well(reading, position);
    }
}

fn become_weak(reading: &mut Reading, position: usize) {
    reading.pieces[position].unit = Unit::Known(Meaning::Filler);
    reading.pieces[position].loose = false;
}

/// "ok and what is after it", "beleza, roda de novo": assent that only opens the sentence.
fn opening(reading: &mut Reading, position: usize) {
    let assent = matches!(
        reading.pieces[position].word.as_str(),
        "ok" | "okay"
            | "alright"
            | "fine"
            | "well"
            | "cool"
            | "great"
            | "beleza"
            | "blz"
            | "bem"
            | "certo"
            | "tranquilo"
    );
    let first = (0..position).all(|earlier| {
        reading.is_weak(earlier) || matches!(reading.meaning(earlier), Some(Meaning::Outside(_)))
    });
    let length_one = reading.pieces[position].length == 1;
    let rest = (position + 1..reading.pieces.len()).any(|later| {
        !reading.is_weak(later)
            && !matches!(reading.meaning(later), Some(Meaning::Kind { .. } | Meaning::Role(_)))
    });
    if assent && length_one && first && rest && !reading.is_weak(position) {
        become_weak(reading, position);
    }
}

/// "longer than they usually do", "mais tempo do que costuma": a comparison with the habit.
fn longer_than_usual(reading: &mut Reading, position: usize) {
    let slow =
        matches!(reading.pieces[position].word.as_str(), "longer" | "slower" | "mais" | "alem" | "acima");
    let compares = matches!(
        reading.meaning(position),
        Some(
            Meaning::Compare(Compare::More)
                | Meaning::Rank(_)
                | Meaning::State(State::Flag(Field::LongRunning, true))
        )
    );
    if !slow || !compares {
        return;
    }
    let start = reading.pieces[position].start;
    let end = (start + REACH + reading.pieces[position].length).min(reading.tokens.len());
    let Some(habit) = (start + 1..end).find(|token| is_habit(reading.word(*token))) else { return };
    let Some(last) = reading.piece_of(habit) else { return };
    let measured =
        (position..=last).any(|piece| reading.number(piece).is_some() || reading.name(piece).is_some());
    if measured {
        return;
    }
    reading.pieces[position].unit = Unit::Known(Meaning::State(State::Flag(Field::LongRunning, true)));
    for piece in position + 1..=last {
        become_weak(reading, piece);
    }
    // "than they usually do", "than they normally take"
    for piece in last + 1..(last + 3).min(reading.pieces.len()) {
        if matches!(
            reading.pieces[piece].word.as_str(),
            "do" | "does" | "take" | "takes" | "run" | "runs" | "did" | "levar" | "demorar" | "rodar"
        ) {
            become_weak(reading, piece);
        }
    }
}

fn is_habit(word: &str) -> bool {
    matches!(
        word,
        "usual"
            | "usually"
            | "normal"
            | "normally"
            | "typical"
            | "typically"
            | "average"
            | "ordinary"
            | "ordinarily"
            | "expected"
            | "estimated"
            | "planned"
            | "habitual"
            | "normalmente"
            | "geralmente"
            | "costume"
            | "costuma"
            | "costumam"
            | "esperado"
            | "previsto"
            | "estimado"
            | "comum"
            | "media"
            | "sempre"
    )
}

/// "ran ok", "terminaram bem": an end and a word for well.
fn ended_well(reading: &mut Reading, position: usize) {
    let ended = matches!(
        reading.meaning(position),
        Some(Meaning::Cue(Cue::Ran) | Meaning::State(State::Finished | State::Completed))
    );
    let Some(next) = reading.after(position).filter(|_| ended) else { return };
    // "well" may also have been read as a word of courtesy.
    let well = |at: usize| {
        matches!(
            reading.pieces[at].word.as_str(),
            "ok" | "okay"
                | "fine"
                | "well"
                | "alright"
                | "cleanly"
                | "clean"
                | "bem"
                | "certo"
                | "certinho"
                | "direito"
                | "beleza"
        )
    };
    let Some(at) = (position + 1..=next).find(|at| well(*at)) else { return };
    reading.pieces[position].unit = Unit::Known(Meaning::State(State::Is(Status::Successful)));
    become_weak(reading, at);
}
