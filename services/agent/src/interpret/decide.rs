//! Decides what a message wants from the cues and slots it holds. The rules stand from the most to the
//! least telling evidence; the first that applies wins, and nothing is guessed below the last one.

use resync_api::tws::model::ObjectKind;

use super::draft::{Draft, Marks, Outcome, Selected, Target, Wanted};
use super::lexicon::{Cue, Meaning, Outside, Pronoun, Role};
use super::reading::{Reading, Unit};
use super::slots::{self, Slots};
use super::token::Shape;
use super::{AskBackReason, Context, unexplained};

mod act;
mod names;
mod about_one;
mod about_several;
mod terms;
mod graph;
mod recall;

pub(super) use act::lacks_number;

/// What the rules look at.
struct Scene<'a> {
    reading: &'a mut Reading,
    slots: Slots,
    marks: Marks,
    /// Names that are not conditions of a selection, in order.
    names: Vec<Named>,
}

/// A mention in the message.
#[derive(Clone, Copy, Debug)]
struct Named {
    piece: usize,
    mention: usize,
    /// It stands after "in", "on", "of", "by", or "except".
    scoped: bool,
    negated: bool,
}

/// Decides.
pub(super) fn decide(reading: &mut Reading, context: &Context<'_>) -> Outcome {
    if reading.pieces.is_empty() {
        return Outcome::Ask(AskBackReason::NotUnderstood);
    }
    names::promote_unknown(reading);
    if let Some(outcome) = recall::read(reading) {
        return outcome;
    }
    if let Some(act) = act::read(reading, context) {
        return act;
    }
    if let Some(term) = terms::read(reading) {
        return Outcome::Draft(draft(Wanted::Meaning(term), Target::None));
    }
    if let Some(outcome) = graph::read(reading, context) {
        return outcome;
    }
    let marks = marks(reading);
    let tail_lines = about_one::take_tail_lines(reading);
    let slots = slots::fill(reading, context);
    let names = names::collect(reading);
    let marks = Marks { placed: !names.is_empty() && names.iter().all(|named| named.scoped), ..marks };
    let mut scene = Scene { reading, slots, marks, names };
    if scene.slots.window.is_some_and(|window| window.is_empty()) {
        // "started yesterday and failed today": one stretch of time at a time.
        return Outcome::Ask(AskBackReason::OneAtATime);
    }
    let outcome = about_one::rule(&mut scene, tail_lines)
        .or_else(|| about_several::rule(&mut scene))
        .or_else(|| about_the_plan(&scene))
        .unwrap_or_else(|| unclear(&mut scene));
    match &outcome {
        Outcome::Draft(draft) if unexplained::leaves_out(draft, reading) => {
            Outcome::Ask(AskBackReason::NotUnderstood)
        }
        _ => outcome,
    }
}

fn draft(wanted: Wanted, target: Target) -> Draft {
    Draft { wanted, target, qualifiers: Vec::new(), selection: Selected::default(), marks: Marks::default() }
}

impl Scene<'_> {
    fn has(&self, cue: Cue) -> bool {
        self.reading.has(cue)
    }

    fn kind(&self) -> Option<ObjectKind> {
        self.slots.selected.kind
    }

    /// Rows are asked for: several objects, or a question word.
    fn asks_for_several(&self) -> bool {
        let selected = &self.slots.selected;
        (selected.kind_said && !selected.vague)
            || self.has(Cue::What)
            || self.has(Cue::List)
            || self.has(Cue::Count)
            || !selected.group_by.is_empty()
            || selected.order.is_some()
            || selected.limit.is_some()
            || !self.reading.positions(|meaning| matches!(meaning, Meaning::All | Meaning::Only)).is_empty()
    }

    /// A draft about the selection.
    fn selecting(&mut self, wanted: Wanted) -> Outcome {
        let mut selection = std::mem::take(&mut self.slots.selected);
        selection.scopes = self
            .names
            .iter()
            .map(|named| super::draft::Scope { mention: named.mention, negated: named.negated })
            .collect();
        names::add_patterns(self.reading, &mut selection);
        Outcome::Draft(Draft { selection, marks: self.marks, ..draft(wanted, Target::None) })
    }

    /// A draft about one object: the one named, the one talked about, or a row of the last list.
    fn about(&self, wanted: Wanted, target: Target) -> Outcome {
        let qualifiers = match target {
            Target::Mention(own) => {
                self.names.iter().map(|named| named.mention).filter(|mention| *mention != own).collect()
            }
            Target::None | Target::Earlier | Target::Row(_) => Vec::new(),
        };
        Outcome::Draft(Draft { qualifiers, marks: self.marks, ..draft(wanted, target) })
    }
}

fn marks(reading: &Reading) -> Marks {
    let first = (0..reading.pieces.len()).find(|position| {
        !matches!(reading.meaning(*position), Some(Meaning::Filler | Meaning::Outside(Outside::Greeting)))
    });
    let any =
        |wanted: Meaning| (0..reading.pieces.len()).any(|position| reading.meaning(position) == Some(wanted));
    let question = (0..reading.pieces.len()).any(|position| {
        matches!(
            reading.meaning(position),
            Some(
                Meaning::Cue(Cue::What | Cue::List | Cue::Plan | Cue::Overview)
                    | Meaning::Kind { plural: true, .. }
            )
        )
    });
    let them_noun =
        reading.pieces.iter().any(|piece| matches!(piece.word.as_str(), "os" | "as" | "dos" | "das"));
    Marks {
        only: any(Meaning::Only),
        also: first.and_then(|first| reading.meaning(first)) == Some(Meaning::And),
        them: any(Meaning::Pronoun(Pronoun::Them)) || (any(Meaning::Only) && them_noun),
        it: any(Meaning::Pronoun(Pronoun::It)),
        there: any(Meaning::Pronoun(Pronoun::There)),
        placed: false,
        which: any(Meaning::Cue(Cue::What))
            && (0..reading.pieces.len()).all(|position| {
                matches!(
                    reading.meaning(position),
                    Some(
                        Meaning::Cue(Cue::What)
                            | Meaning::Auxiliary
                            | Meaning::Article
                            | Meaning::Filler
                            | Meaning::And
                            | Meaning::Pronoun(Pronoun::Them)
                    )
                )
            }),
        fragment: !question,
        lists: reading.has(Cue::List),
        bare: (0..reading.pieces.len()).all(|position| {
            !matches!(
                reading.meaning(position),
                Some(
                    Meaning::Cue(_)
                        | Meaning::State(_)
                        | Meaning::Verb(_)
                        | Meaning::Kind { plural: true, .. }
                        | Meaning::Rank(_)
                )
            )
        }),
    }
}

fn is_pattern(piece: &super::reading::Piece) -> bool {
    matches!(piece.unit, Unit::Known(Meaning::Pattern(_)))
}

/// Questions about the plan as a whole.
fn about_the_plan(scene: &Scene<'_>) -> Option<Outcome> {
    let general =
        [Cue::Overview, Cue::Plan, Cue::Progress, Cue::Health, Cue::Detail, Cue::Why, Cue::Happened];
    let named = general.into_iter().filter(|cue| scene.has(*cue)).count();
    let whole = scene.has(Cue::Overview)
        || scene.has(Cue::Plan)
        || scene.has(Cue::Health)
        || scene.has(Cue::Progress);
    (named > 0 && whole && scene.names.is_empty())
        .then(|| Outcome::Draft(Draft { marks: scene.marks, ..draft(Wanted::Overview, Target::None) }))
}

/// What is left: names alone, greetings, or nothing to go by.
fn unclear(scene: &mut Scene<'_>) -> Outcome {
    if !scene.names.is_empty()
        && scene.names.iter().all(|named| scene.reading.mentions[named.mention].wildcard)
    {
        return scene.selecting(Wanted::Rows);
    }
    if let Some(named) = scene.names.first() {
        return scene.about(Wanted::Detail, Target::Mention(named.mention));
    }
    let reading = &scene.reading;
    if scene.has(Cue::Detail)
        && (0..reading.pieces.len()).all(|position| ordinal(reading, position).is_none())
    {
        // "status?": of what was talked about, or of everything.
        return scene.about(Wanted::Detail, Target::Earlier);
    }
    let greeting = (0..reading.pieces.len())
        .any(|position| matches!(reading.meaning(position), Some(Meaning::Outside(Outside::Greeting))));
    if greeting {
        return Outcome::Draft(draft(Wanted::Help, Target::None));
    }
    if scene.slots.window.is_some() || scene.marks.it || scene.marks.them {
        let mut outcome = draft(Wanted::Detail, Target::Earlier);
        outcome.marks = scene.marks;
        return if scene.marks.it || scene.marks.them {
            Outcome::Draft(outcome)
        } else {
            Outcome::Ask(AskBackReason::NotUnderstood)
        };
    }
    let ordinal = (0..reading.pieces.len()).find_map(|position| ordinal(reading, position));
    if let Some(row) = ordinal {
        return scene.about(Wanted::Detail, Target::Row(row));
    }
    let suspect = (0..reading.pieces.len()).find(|position| {
        let piece = &reading.pieces[*position];
        let near = reading.token_suspects[piece.start]
            .is_some_and(|mention| !reading.mentions[mention].nearest.is_empty());
        piece.unit == Unit::Unknown && near && reading.pieces.len() <= 4
    });
    if let Some(position) = suspect {
        let mention = scene.reading.promote(position);
        return scene.about(Wanted::Detail, Target::Mention(mention));
    }
    let domain = (0..reading.pieces.len()).any(|position| {
        matches!(
            reading.meaning(position),
            Some(Meaning::Kind { .. } | Meaning::State(_) | Meaning::Column(_) | Meaning::Verb(_))
                | Some(Meaning::Cue(
                    Cue::Log
                        | Cue::Depends
                        | Cue::Successors
                        | Cue::Predecessors
                        | Cue::Detail
                        | Cue::Blocking
                ))
        )
    });
    let unknown = reading.pieces.iter().filter(|piece| piece.unit == Unit::Unknown).count();
    if scene.has(Cue::HowTo) && (domain || unknown == 0) {
        return Outcome::Ask(AskBackReason::NotCovered);
    }
    if !domain && unknown > 0 && reading.pieces.len() > 2 {
        return Outcome::Outside(super::ScopeReason::Topic);
    }
    Outcome::Ask(AskBackReason::NotUnderstood)
}

/// "the second", "#2", "o último deles".
fn ordinal(reading: &Reading, position: usize) -> Option<i64> {
    match reading.pieces.get(position)?.unit {
        Unit::Known(Meaning::Ordinal(row)) => Some(row),
        Unit::Shape(Shape::Ordinal(row)) => Some(row),
        _ => None,
    }
}

/// Whether a preposition puts what follows into a wider place.
fn is_place(meaning: Option<Meaning>) -> bool {
    matches!(meaning, Some(Meaning::Role(Role::In | Role::Of | Role::By) | Meaning::Except | Meaning::Or))
}
