//! Questions to what was kept. They stand before all others: a code, a verb or a state in them is what they are about,
//! and asks for nothing itself.

use resync_api::tws::model::ObjectKind;

use super::{Draft, Scene, draft, graph, marks, names};
use crate::interpret::AskBackReason;
use crate::interpret::draft::{Outcome, RecallWanted, Selected, Target, Wanted};
use crate::interpret::lexicon::{Cue, Meaning};
use crate::interpret::reading::{Reading, Unit};
use crate::interpret::slots::Slots;
use crate::interpret::token::Shape;

const CUES: [Cue; 5] = [Cue::Runbook, Cue::Similar, Cue::OpenIncidents, Cue::Unusual, Cue::Usual];
const JOB: &[ObjectKind] = &[ObjectKind::Job];

/// The first rule that applies.
pub(super) fn read(reading: &mut Reading) -> Option<Outcome> {
    let rate = asks_for_a_rate(reading);
    if !rate && !CUES.into_iter().any(|cue| reading.has(cue)) {
        return None;
    }
    let marks = marks(reading);
    let names = names::collect(reading);
    let slots = Slots { selected: Selected::default(), window: None };
    let mut scene = Scene { reading, slots, marks, names };
    if scene.has(Cue::OpenIncidents) {
        return Some(Outcome::Draft(draft(Wanted::Recall(RecallWanted::OpenIncidents), Target::None)));
    }
    if scene.has(Cue::Similar) {
        return Some(of_a_job(&mut scene, RecallWanted::Similar));
    }
    if scene.has(Cue::Runbook) {
        return Some(passages(&scene));
    }
    // Of several jobs, or of the whole plan, the plan itself tells.
    if graph::several(&scene) || rate && scene.names.is_empty() && !scene.marks.it {
        return None;
    }
    let asks_how = rate || scene.has(Cue::Usual) || asks_how_long(scene.reading);
    Some(of_a_job(&mut scene, if asks_how { RecallWanted::Usual } else { RecallWanted::Unusual }))
}

fn of_a_job(scene: &mut Scene<'_>, wanted: RecallWanted) -> Outcome {
    let target = graph::required(scene, JOB);
    scene.about(Wanted::Recall(wanted), target)
}

/// "failure rate", "taxa de sucesso": without a name it is a word for the plan at a glance.
fn asks_for_a_rate(reading: &Reading) -> bool {
    let rate = |token| matches!(reading.word(token), "rate" | "taxa" | "indice");
    reading.has(Cue::Overview) && (0..reading.tokens.len()).any(rate)
}

/// "how long does X usually take" asks for the usual; "does X usually take this long" compares with it.
fn asks_how_long(reading: &Reading) -> bool {
    let words: Vec<&str> = (0..reading.tokens.len()).map(|token| reading.word(token)).collect();
    words.windows(2).any(|pair| matches!(pair, ["how", "long"] | ["quanto", "tempo"] | ["que", "horas"]))
        || words.contains(&"quanto")
}

/// "what does the runbook say about X": documents may know what the plan does not, so that nothing is asked back.
fn passages(scene: &Scene<'_>) -> Outcome {
    let words = content(scene.reading);
    let known = scene.names.iter().find(|named| {
        let mention = &scene.reading.mentions[named.mention];
        !mention.objects.is_empty() && !mention.wildcard
    });
    let target = match known {
        Some(named) => Target::Mention(named.mention),
        None if scene.marks.it => Target::Earlier,
        None if words.is_empty() => return Outcome::Ask(AskBackReason::NeedsObject),
        None => Target::None,
    };
    let wanted = Wanted::Recall(RecallWanted::Passages { words });
    Outcome::Draft(Draft { marks: scene.marks, ..draft(wanted, target) })
}

/// The words that say what the question is about, as typed.
fn content(reading: &Reading) -> String {
    let says = |position: &usize| {
        let weak = matches!(
            reading.meaning(*position),
            Some(
                Meaning::Cue(_)
                    | Meaning::Article
                    | Meaning::Filler
                    | Meaning::Auxiliary
                    | Meaning::Wish
                    | Meaning::Role(_)
                    | Meaning::Pronoun(_)
                    | Meaning::And
                    | Meaning::Or
            )
        );
        // A linked name is the object itself, whose name is searched for anyway.
        let linked = |mention: usize| !reading.mentions[mention].objects.is_empty();
        let named = reading.name(*position).is_some_and(linked);
        !weak && !named && !matches!(reading.pieces[*position].unit, Unit::Shape(Shape::Symbol(_)))
    };
    let words = (0..reading.pieces.len()).filter(says).map(|position| reading.pieces[position].raw.as_str());
    words.collect::<Vec<_>>().join(" ")
}
