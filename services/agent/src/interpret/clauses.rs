//! Clauses of a message: small talk beside a question is set aside, so that "went for coffee, what
//! changed?" is answered. A message that is nothing but small talk is still declined as a whole.

use super::lexicon::{Cue, Meaning, Outside};
use super::reading::{Reading, Unit};
use super::token::Shape;

/// The clauses that are only small talk, when another clause asks about the plan.
pub(super) fn small_talk(reading: &Reading) -> Vec<usize> {
    let mut clauses: Vec<usize> = reading.tokens.iter().map(|token| token.clause).collect();
    clauses.dedup();
    let (idle, rest): (Vec<usize>, Vec<usize>) =
        clauses.into_iter().partition(|clause| is_idle(reading, *clause));
    if rest.into_iter().any(|clause| asks(reading, clause)) { idle } else { Vec::new() }
}

/// The pieces of a clause.
pub(super) fn pieces(reading: &Reading, clause: usize) -> impl Iterator<Item = usize> {
    (0..reading.pieces.len())
        .filter(move |position| reading.tokens[reading.pieces[*position].start].clause == clause)
}

fn is_idle(reading: &Reading, clause: usize) -> bool {
    let outside = |wanted: Outside| {
        pieces(reading, clause).any(|position| reading.meaning(position) == Some(Meaning::Outside(wanted)))
    };
    outside(Outside::Topic)
        && !outside(Outside::Instructions)
        && !outside(Outside::Secrets)
        && !pieces(reading, clause).any(|position| {
            matches!(reading.pieces[position].unit, Unit::Shape(Shape::Name))
                || matches!(reading.meaning(position), Some(Meaning::Kind { .. } | Meaning::Verb(_)))
        })
}

/// A clause that stands alone as a question about the plan, or a request to act on an object.
fn asks(reading: &Reading, clause: usize) -> bool {
    let any = |fits: &dyn Fn(usize) -> bool| pieces(reading, clause).any(fits);
    let question =
        any(&|position| matches!(reading.meaning(position), Some(Meaning::Cue(_) | Meaning::Verb(_))));
    let name = any(&|position| matches!(reading.pieces[position].unit, Unit::Shape(Shape::Name)));
    let domain = any(&|position| {
        matches!(
            reading.meaning(position),
            Some(
                Meaning::Kind { .. }
                    | Meaning::State(_)
                    | Meaning::Cue(
                        Cue::Changes
                            | Cue::Overview
                            | Cue::Log
                            | Cue::Successors
                            | Cue::Predecessors
                            | Cue::Impact
                            | Cue::Plan
                    )
            )
        )
    });
    question && (name || domain)
}
