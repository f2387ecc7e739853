//! What of a message found no place in a selection. Rows and counts under fewer conditions than were
//! asked for look right and are wrong: words nobody can explain make the answer a question back.

use resync_api::tws::model::ObjectKind;

use super::clauses;
use super::draft::{Draft, Wanted};
use super::follow_up;
use super::lexicon::{Compare, Cue, Meaning, Outside};
use super::reading::{Reading, Unit};

/// Shortest word that is taken to say something.
const SHORTEST: usize = 3;

/// Words of courtesy that still describe rows when nothing else does: "which jobs are big".
const DESCRIBING: &[&str] = &[
    "usual",
    "usually",
    "normal",
    "normally",
    "expected",
    "good",
    "bad",
    "new",
    "old",
    "long",
    "short",
    "big",
    "small",
    "wrong",
    "main",
    "correct",
    "proper",
    "properly",
    "correctly",
    "bem",
    "mal",
    "novo",
    "nova",
    "novos",
    "novas",
    "antigo",
    "grande",
    "grandes",
    "pequeno",
    "pequenos",
    "errado",
    "cedo",
];

/// Whether a selection leaves out something that was said.
pub(super) fn leaves_out(draft: &Draft, reading: &Reading) -> bool {
    if !matches!(draft.wanted, Wanted::Rows | Wanted::Count) {
        return false;
    }
    let selected = &draft.selection;
    let everything = selected.conditions.is_empty()
        && selected.scopes.is_empty()
        && selected.group_by.is_empty()
        && selected.order.is_none();
    // Only work happens at a time: when an agent went down nobody recorded.
    let untimed = matches!(selected.kind, Some(ObjectKind::Workstation | ObjectKind::Resource))
        && selected.conditions.iter().any(|condition| follow_up::is_time(condition.field));
    if untimed {
        return true;
    }
    (0..reading.pieces.len()).any(|position| {
        let piece = &reading.pieces[position];
        if piece.used || !is_about_plan(reading, position) {
            return false;
        }
        // A part of known phrases is often only the turn of a sentence; beside a condition it may pass.
        // "the finance folder /FIN": the name says it.
        let adjective = matches!(reading.meaning(position + 1), Some(Meaning::Kind { plural: false, .. }))
            && reading.name(position + 2).is_some();
        let unknown = piece.loose && !adjective && (everything || piece.unit == Unit::Unknown);
        let long_enough = piece.word.chars().count() >= SHORTEST;
        let compares = matches!(
            reading.meaning(position),
            Some(Meaning::Compare(Compare::More | Compare::Less | Compare::AtLeast | Compare::AtMost))
        );
        (unknown && long_enough) || compares || (everything && describes(reading, position))
    })
}

/// Whether the clause of a piece says anything else about the plan; small talk beside the question
/// explains itself.
fn is_about_plan(reading: &Reading, position: usize) -> bool {
    let clause = reading.tokens[reading.pieces[position].start].clause;
    clauses::pieces(reading, clause).any(|other| {
        matches!(
            reading.pieces[other].unit,
            Unit::Name(_)
                | Unit::Known(
                    Meaning::Kind { .. }
                        | Meaning::State(_)
                        | Meaning::Cue(_)
                        | Meaning::Column(_)
                        | Meaning::Rank(_)
                        | Meaning::Pattern(_)
                )
        )
    })
}

/// Whether a piece of the vocabulary would have been a condition, had it been understood.
fn describes(reading: &Reading, position: usize) -> bool {
    match reading.meaning(position) {
        Some(
            Meaning::State(_)
            | Meaning::Verb(_)
            | Meaning::Compare(_)
            | Meaning::Rank(_)
            | Meaning::Column(_)
            | Meaning::Not
            | Meaning::Unit(_)
            | Meaning::Cue(Cue::Group)
            | Meaning::Except
            | Meaning::Pattern(_)
            | Meaning::Outside(Outside::Topic | Outside::Secrets | Outside::Instructions)
            | Meaning::Cue(
                Cue::Blocking
                | Cue::Holding
                | Cue::Depends
                | Cue::Meaning
                | Cue::Log
                | Cue::Why
                | Cue::Health
                | Cue::Overview
                | Cue::Changes
                | Cue::Happened
                | Cue::NotCovered
                | Cue::Successors
                | Cue::Predecessors
                | Cue::Impact,
            ),
        ) => true,
        Some(Meaning::Filler) => DESCRIBING.contains(&reading.pieces[position].word.as_str()),
        _ => false,
    }
}
