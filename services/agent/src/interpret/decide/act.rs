//! Requests to act: a verb in the imperative or after a wish. "cancelled" and "which jobs were held"
//! never come here; the vocabulary keeps participles apart.

use resync_api::tws::model::ObjectKind;

use super::{Scene, marks, names};
use crate::interpret::draft::{Draft, Outcome, Target, Wanted};
use crate::interpret::lexicon::{Cue, Meaning, State};
use crate::interpret::reading::Reading;
use crate::interpret::{AskBackReason, Context, slots};
use crate::query::{Argument, Field, Verb};

/// The request to act in a message, if it is one.
pub(super) fn read(reading: &mut Reading, context: &Context<'_>) -> Option<Outcome> {
    let (position, verb) = leading_verb(reading)?;
    reading.take(position);
    let argument = argument(reading, verb);
    let marks = marks(reading);
    let slots = slots::fill(reading, context);
    let names = names::collect(reading);
    let mut scene = Scene { reading, slots, marks, names };
    let selected = &scene.slots.selected;
    let several = (selected.kind_said && !selected.vague)
        || (!selected.conditions.is_empty() && scene.names.iter().all(|named| named.scoped));
    if several && verb != Verb::Reply {
        return Some(scene.selecting(Wanted::Act { verb, argument }));
    }
    let target = match names::target(&scene, kinds(verb)) {
        Target::Earlier if !scene.marks.it => {
            names::promote_first_unknown(&mut scene).unwrap_or(Target::Earlier)
        }
        target => target,
    };
    let verb = by_object(&scene, verb, target);
    let Outcome::Draft(found) = scene.about(Wanted::Act { verb, argument }, target) else { return None };
    Some(Outcome::Draft(Draft { marks, ..found }))
}

/// The verb that opens the request, courtesy and wishes aside.
fn leading_verb(reading: &Reading) -> Option<(usize, Verb)> {
    let mut wished = false;
    for position in 0..reading.pieces.len() {
        if let Some(split) = split_verb(reading, position) {
            return Some(split);
        }
        match reading.meaning(position) {
            Some(Meaning::Verb(verb)) => return Some((position, verb)),
            // "segura o X" orders, "quem segura X" asks.
            Some(Meaning::Cue(Cue::Holding)) if reading.pieces[position].word.starts_with("segur") => {
                return Some((position, Verb::Hold));
            }
            Some(Meaning::Wish) => wished = true,
            // "I want X to run now", "preciso que o X rode"
            None if wished && reading.name(position).is_some() => {}
            Some(Meaning::Kind { plural: false, .. } | Meaning::Cue(Cue::What)) if wished => {}
            Some(Meaning::Role(_)) if wished => {}
            Some(Meaning::Cue(Cue::Ran) | Meaning::State(State::Scheduled)) if wished => {
                return Some((position, Verb::Submit));
            }
            Some(
                Meaning::Filler | Meaning::Article | Meaning::Auxiliary | Meaning::And | Meaning::Outside(_),
            ) => {}
            Some(Meaning::Cue(Cue::HowTo)) => wished = true,
            Some(Meaning::Cue(Cue::List)) if reading.pieces[position].word.starts_with("mand") => {
                wished = true
            }
            // "run X", "roda o X": as an opening word it is an order.
            Some(Meaning::Cue(Cue::Ran)) if orders(reading, position) => {
                return Some((position, Verb::Submit));
            }
            Some(Meaning::State(State::Started)) if orders(reading, position) => {
                return Some((position, Verb::Start));
            }
            // "bota o X em hold": the object stands between.
            Some(Meaning::Cue(Cue::List)) if reading.pieces[position].word.starts_with("da") => {}
            _ => {
                let word = reading.pieces[position].word.as_str();
                if position <= 1
                    && word == "para"
                    && reading.after(position).is_some_and(|next| reading.name(next).is_some())
                {
                    return Some((position, Verb::Stop));
                }
                return None;
            }
        }
    }
    None
}

/// An infinitive or imperative such as "run" or "inicia", and a name or kind right after it.
fn orders(reading: &Reading, position: usize) -> bool {
    let word = reading.word(reading.pieces[position].start);
    let imperative = matches!(
        word,
        "run"
            | "roda"
            | "rode"
            | "rodar"
            | "executa"
            | "start"
            | "inicia"
            | "inicie"
            | "iniciar"
            | "starta"
            | "startar"
            | "comeca"
            | "comece"
    );
    imperative
        && reading.after(position).is_some_and(|next| {
            reading.name(next).is_some()
                || matches!(
                    reading.meaning(next),
                    Some(Meaning::Kind { plural: false, .. } | Meaning::Pronoun(_))
                )
        })
}

/// "put X on hold", "coloca o X em hold", "give X priority 50".
fn split_verb(reading: &Reading, position: usize) -> Option<(usize, Verb)> {
    let opening = reading.word(reading.pieces[position].start);
    if !matches!(
        opening,
        "put"
            | "place"
            | "stick"
            | "coloca"
            | "coloque"
            | "colocar"
            | "bota"
            | "botar"
            | "poe"
            | "ponha"
            | "give"
            | "set"
            | "mark"
            | "marca"
            | "take"
            | "tira"
            | "tirar"
            | "desce"
            | "descer"
            | "reduz"
            | "reduzir"
            | "reduza"
            | "ajusta"
            | "ajustar"
            | "define"
            | "definir"
            | "adjust"
            | "reduce"
            | "drop"
            | "decrease"
            | "make"
    ) {
        return None;
    }
    (position + 1..reading.pieces.len()).find_map(|later| match reading.meaning(later) {
        Some(Meaning::State(State::Internal("HOLD"))) => Some((later, Verb::Hold)),
        Some(Meaning::State(State::Is(resync_api::tws::model::Status::Held))) => {
            Some((later, if opening == "take" { Verb::Release } else { Verb::Hold }))
        }
        Some(Meaning::Verb(Verb::Hold)) => Some((
            later,
            if opening.starts_with("tir") || opening == "take" { Verb::Release } else { Verb::Hold },
        )),
        Some(Meaning::Column(Field::Priority)) => Some((position, Verb::SetPriority)),
        Some(Meaning::Column(Field::Limit)) => Some((position, Verb::SetLimit)),
        Some(Meaning::Column(Field::Fence)) => Some((position, Verb::SetFence)),
        _ => None,
    })
}

/// What the verb needs besides its object.
fn argument(reading: &mut Reading, verb: Verb) -> Option<Argument> {
    let has_state = |wanted: State| reading.has_state(wanted);
    let word = |words: &[&str]| (0..reading.tokens.len()).any(|token| words.contains(&reading.word(token)));
    match verb {
        Verb::SetPriority | Verb::SetLimit | Verb::SetFence => {
            let position =
                (0..reading.pieces.len()).rev().find(|position| reading.number(*position).is_some())?;
            let number = reading.number(position)?;
            reading.take(position);
            for column in reading.positions(|meaning| matches!(meaning, Meaning::Column(_))) {
                reading.take(column);
            }
            Some(Argument::Number(number))
        }
        Verb::Reply if word(&["yes", "sim", "y", "s"]) => Some(Argument::Yes),
        Verb::Reply if word(&["no", "nao", "n"]) => Some(Argument::No),
        Verb::Confirm => {
            let abended = has_state(State::Is(resync_api::tws::model::Status::Error))
                || word(&["abend", "failed", "falha"]);
            for state in reading.positions(|meaning| matches!(meaning, Meaning::State(_))) {
                reading.take(state);
            }
            Some(if abended { Argument::Abended } else { Argument::Successful })
        }
        _ => None,
    }
}

fn kinds(verb: Verb) -> &'static [ObjectKind] {
    match verb {
        Verb::Link | Verb::Unlink | Verb::SetFence => &[ObjectKind::Workstation],
        Verb::SetLimit => &[ObjectKind::Workstation, ObjectKind::JobStream],
        Verb::Reply => &[ObjectKind::Prompt],
        Verb::Start | Verb::Stop => &[ObjectKind::Workstation, ObjectKind::Job, ObjectKind::JobStream],
        Verb::Rerun
        | Verb::Cancel
        | Verb::Kill
        | Verb::Hold
        | Verb::Release
        | Verb::Confirm
        | Verb::SetPriority
        | Verb::Submit => &[ObjectKind::Job, ObjectKind::JobStream],
    }
}

/// Workstations are started and stopped; jobs are submitted and killed.
fn by_object(scene: &Scene<'_>, verb: Verb, target: Target) -> Verb {
    let Target::Mention(mention) = target else { return verb };
    let mention = &scene.reading.mentions[mention];
    let place = mention.hint.map_or_else(
        || mention.only_names(&[ObjectKind::Workstation]),
        |hint| hint == ObjectKind::Workstation,
    );
    let work = mention.hint.map_or_else(
        || mention.only_names(&[ObjectKind::Job, ObjectKind::JobStream]),
        |hint| matches!(hint, ObjectKind::Job | ObjectKind::JobStream),
    );
    let again = scene.reading.tokens.iter().enumerate().any(|(token, _)| {
        matches!(scene.reading.word(token), "again" | "novamente")
            || (scene.reading.word(token) == "de" && scene.reading.word(token + 1) == "novo")
    });
    match verb {
        Verb::Submit if again && !place => Verb::Rerun,
        Verb::Rerun | Verb::Submit if place => Verb::Start,
        Verb::Kill if place => Verb::Stop,
        Verb::Start if work => Verb::Submit,
        Verb::Stop if work => Verb::Kill,
        other => other,
    }
}

/// Whether an action lacks a number it cannot do without.
pub(in crate::interpret) fn lacks_number(verb: Verb, argument: Option<Argument>) -> Option<AskBackReason> {
    let needs = matches!(verb, Verb::SetPriority | Verb::SetLimit | Verb::SetFence);
    (needs && argument.is_none()).then_some(AskBackReason::NeedsNumber)
}
