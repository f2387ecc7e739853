//! Decides what a message wants from the cues and slots it holds. The rules stand from the most to the
//! least telling evidence; the first that applies wins, and nothing is guessed below the last one.

use resync_api::tws::model::{ObjectKind, Status};

use crate::query::{Condition, Field, Operator, Value};

use super::draft::{Draft, Marks, Outcome, Selected, Target, Wanted};
use super::follow_up;
use super::lexicon::{Cue, Meaning, Outside, Pronoun, Role, State};
use super::reading::{Reading, Unit};
use super::slots::{self, Slots};
use super::token::Shape;
use super::{AskBackReason, Context};

mod act;
mod names;
mod about_one;
mod terms;

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
    if let Some(act) = act::read(reading, context) {
        return act;
    }
    if let Some(term) = terms::read(reading) {
        return Outcome::Draft(draft(Wanted::Meaning(term), Target::None));
    }
    let marks = marks(reading);
    let tail_lines = about_one::take_tail_lines(reading);
    let slots = slots::fill(reading, context);
    let names = names::collect(reading);
    let mut scene = Scene { reading, slots, marks, names };
    about_one::rule(&mut scene, tail_lines)
        .or_else(|| about_several(&mut scene))
        .or_else(|| about_the_plan(&scene))
        .unwrap_or_else(|| unclear(&mut scene))
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

/// Questions about several objects.
fn about_several(scene: &mut Scene<'_>) -> Option<Outcome> {
    if scene.has(Cue::NotCovered) && !scene.slots.selected.kind_said {
        return Some(Outcome::Ask(AskBackReason::NotCovered));
    }
    let denied_column =
        scene.reading.positions(|meaning| matches!(meaning, Meaning::Column(_))).into_iter().any(|column| {
            scene.reading.before(column).and_then(|before| scene.reading.meaning(before))
                == Some(Meaning::Not)
        });
    if denied_column {
        // "jobs without a deadline": the query language has no empty values.
        return Some(Outcome::Ask(AskBackReason::NotCovered));
    }
    if is_everything_fine(scene) {
        return Some(Outcome::Draft(draft(Wanted::Overview, Target::None)));
    }
    if alternatives_over_fields(scene) {
        return Some(Outcome::Ask(AskBackReason::OneAtATime));
    }
    match scene.kind() {
        Some(ObjectKind::Prompt) => return Some(prompts(scene)),
        Some(ObjectKind::Resource) => return Some(resources(scene)),
        Some(ObjectKind::Workstation)
            if scene.has(Cue::Overview) && scene.slots.selected.conditions.is_empty() =>
        {
            // "agents with problems"
            scene.slots.selected.conditions.push(slots::states::cannot_run());
            return Some(scene.selecting(if scene.has(Cue::Count) { Wanted::Count } else { Wanted::Rows }));
        }
        Some(ObjectKind::Workstation)
            if scene.slots.selected.conditions.is_empty() && scene.names.is_empty() =>
        {
            return Some(workstations(scene));
        }
        _ => {}
    }
    let selected = &mut scene.slots.selected;
    let has_status = selected.conditions.iter().any(|condition| condition.field == Field::Status);
    if scene.reading.has(Cue::Progress) && selected.kind_said && !has_status {
        // "how many jobs are left": those that have not ended.
        selected.conditions.push(slots::states::unfinished());
        slots::normalise(&mut selected.conditions);
    }
    if asks_for_shares(scene) {
        let selected = &mut scene.slots.selected;
        selected.conditions.retain(|condition| condition.field != Field::Status);
        selected.group_by.push(Field::Status);
        return Some(scene.selecting(Wanted::Count));
    }
    if scene.has(Cue::Count) || !scene.slots.selected.group_by.is_empty() {
        let selected = &scene.slots.selected;
        let about_plan = selected.is_empty() && !selected.kind_said && scene.has(Cue::Plan);
        if !about_plan {
            return Some(scene.selecting(Wanted::Count));
        }
    }
    let selected = &scene.slots.selected;
    let follows = scene.marks.only || scene.marks.also || scene.marks.them;
    let narrowing = follows
        && scene.names.iter().any(|named| named.scoped && about_one::is_container(scene, named.mention));
    let pointing = scene.marks.them && scene.marks.lists;
    if selected.is_empty()
        && !selected.kind_said
        && !narrowing
        && !pointing
        && !scene.reading.pieces.iter().any(is_pattern)
    {
        return None;
    }
    if !scene.names.is_empty() && !scene.asks_for_several() && !scene.names.iter().all(|named| named.scoped) {
        return None;
    }
    let everything_done =
        scene.reading.has_state(State::Finished) || scene.reading.has_state(State::Completed);
    if everything_done
        && !selected.kind_said
        && scene.names.is_empty()
        && (scene.has(Cue::Progress) || scene.has(Cue::Plan) || scene.has(Cue::When))
    {
        return Some(Outcome::Draft(draft(Wanted::Overview, Target::None)));
    }
    let only_time =
        scene.slots.selected.conditions.iter().all(|condition| follow_up::is_time(condition.field));
    let no_rows = !scene.slots.selected.kind_said || scene.slots.selected.vague;
    let general = scene.has(Cue::Overview) || (scene.has(Cue::Health) && selected.kind.is_none());
    if only_time && no_rows && scene.names.is_empty() && general {
        return Some(Outcome::Draft(draft(Wanted::Overview, Target::None)));
    }
    Some(scene.selecting(Wanted::Rows))
}

/// "what percentage of the jobs failed", "a breakdown of job statuses": the jobs by status.
fn asks_for_shares(scene: &Scene<'_>) -> bool {
    let said = |words: &[&str]| {
        scene.reading.pieces.iter().any(|piece| {
            (piece.start..piece.start + piece.length).any(|token| words.contains(&scene.reading.word(token)))
        })
    };
    let share =
        said(&["percentage", "percent", "percentual", "porcentagem", "proportion", "share", "fraction"]);
    let split = said(&["breakdown", "distribution", "distribuicao"]) && scene.has(Cue::Detail);
    let selected = &scene.slots.selected;
    (share || split)
        && selected.group_by.is_empty()
        && (split || selected.kind_said || !selected.conditions.is_empty())
}

/// "did everything finish?", "tá tudo rodando?", "is the scheduler up?"
fn is_everything_fine(scene: &Scene<'_>) -> bool {
    let reading = &scene.reading;
    let whole = scene.has(Cue::Plan)
        || reading
            .pieces
            .iter()
            .any(|piece| matches!(piece.word.as_str(), "everything" | "tudo" | "all" | "td"));
    let mut states = (0..reading.pieces.len()).filter_map(|position| match reading.meaning(position) {
        Some(Meaning::State(state)) => Some(state),
        _ => None,
    });
    whole
        && scene.names.is_empty()
        && !scene.slots.selected.kind_said
        && !scene.has(Cue::List)
        && !scene.has(Cue::Why)
        && !scene.has(Cue::Count)
        && states.clone().next().is_some()
        && states.all(|state| {
            matches!(
                state,
                State::Finished
                    | State::Completed
                    | State::Up
                    | State::Is(Status::Successful | Status::Running)
                    | State::Started
            )
        })
        && !(0..reading.pieces.len()).any(|position| reading.meaning(position) == Some(Meaning::Not))
}

fn is_pattern(piece: &super::reading::Piece) -> bool {
    matches!(piece.unit, Unit::Known(Meaning::Pattern(_)))
}

/// "late or failed" joins conditions on different fields, which the query language cannot.
fn alternatives_over_fields(scene: &Scene<'_>) -> bool {
    let reading = &scene.reading;
    (1..reading.pieces.len()).any(|position| {
        let state = |at: Option<usize>| match at.and_then(|at| reading.meaning(at)) {
            Some(Meaning::State(state)) => Some(state),
            _ => None,
        };
        reading.meaning(position) == Some(Meaning::Or)
            && match (state(reading.before(position)), state(reading.after(position))) {
                (Some(one), Some(other)) => {
                    let flag =
                        |state| matches!(state, State::Flag(..) | State::Waits(_) | State::Internal(_));
                    one != other && (flag(one) || flag(other))
                }
                _ => false,
            }
    })
}

fn prompts(scene: &mut Scene<'_>) -> Outcome {
    if scene.has(Cue::Count) {
        let selected = &mut scene.slots.selected;
        if selected.conditions.is_empty() {
            selected.conditions.push(Condition {
                field: Field::Status,
                operator: Operator::Is,
                values: vec![Value::Text("ASKED".to_owned())],
            });
        }
        return scene.selecting(Wanted::Count);
    }
    let target = names::target(scene, &[ObjectKind::Job, ObjectKind::JobStream, ObjectKind::Prompt]);
    let target = if matches!(target, Target::Earlier) && !scene.marks.it { Target::None } else { target };
    scene.about(Wanted::Prompts, target)
}

fn resources(scene: &mut Scene<'_>) -> Outcome {
    if scene.has(Cue::Count) {
        return scene.selecting(Wanted::Count);
    }
    let conditions = &scene.slots.selected.conditions;
    let in_use_only = conditions.iter().all(|condition| condition.field == Field::InUse);
    if conditions.is_empty() && !scene.has(Cue::Holding) {
        return scene.selecting(Wanted::Rows);
    }
    if scene.has(Cue::Holding) || (in_use_only && scene.names.is_empty()) {
        return scene.about(Wanted::Holders, Target::None);
    }
    scene.selecting(Wanted::Rows)
}

fn workstations(scene: &mut Scene<'_>) -> Outcome {
    let selected = &scene.slots.selected;
    if scene.has(Cue::Count) {
        return scene.selecting(Wanted::Count);
    }
    if !selected.is_empty() || scene.has(Cue::List) && !scene.has(Cue::Health) && !scene.has(Cue::Detail) {
        return scene.selecting(Wanted::Rows);
    }
    scene.about(Wanted::Health, Target::None)
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
