//! Questions that the dependency graph answers. They stand before the others: what they ask for is said in words of
//! their own, and a time or an amount in them is no condition on rows.

mod supposed;
mod tense;

use resync_api::tws::model::ObjectKind;

use self::supposed::{Supposed, denied, supposed};
use self::tense::{ends_in_portuguese, in_time, looks_ahead, looks_back, speaks_of_an_end, words};
use super::{Draft, Scene, draft, marks, names};
use crate::interpret::draft::{GraphWanted, Outcome, Selected, Target, Wanted};
use crate::interpret::lexicon::{Cue, Meaning, Rank, Role, State};
use crate::interpret::reading::Reading;
use crate::interpret::slots::Slots;
use crate::interpret::{AskBackReason, Context, times};
use crate::query::{Change, Field, Structure};

const WORK: &[ObjectKind] = &[ObjectKind::Job, ObjectKind::JobStream];
const ANY: &[ObjectKind] = &[
    ObjectKind::Job,
    ObjectKind::JobStream,
    ObjectKind::Workstation,
    ObjectKind::Resource,
    ObjectKind::Prompt,
];

/// The first rule that applies.
pub(super) fn read(reading: &mut Reading, context: &Context<'_>) -> Option<Outcome> {
    let asked = Asked::of(reading);
    if !asked.anything() {
        return None;
    }
    let marks = marks(reading);
    let names = names::collect(reading);
    let slots = Slots { selected: Selected::default(), window: None };
    let mut scene = Scene { reading, slots, marks, names };
    structure(&scene)
        .or_else(|| path(&scene))
        .or_else(|| what_if(&mut scene))
        .or_else(|| impact(&mut scene))
        .or_else(|| critical_path(&mut scene))
        .or_else(|| risk(&mut scene))
        .or_else(|| forecast(&mut scene, context))
}

/// What a message says that could be such a question.
struct Asked {
    cues: bool,
    when: bool,
    ahead: bool,
    risk: bool,
}

impl Asked {
    fn of(reading: &Reading) -> Self {
        let cues = [
            Cue::WhatIf,
            Cue::Impact,
            Cue::CriticalPath,
            Cue::Forecast,
            Cue::Path,
            Cue::Fragile,
            Cue::Cycles,
            Cue::Orphans,
            Cue::Dangling,
        ];
        let named_path = reading.pieces.iter().any(|piece| is_path(&piece.word));
        let most = reading.has(Cue::Blocking)
            && !reading.positions(|meaning| meaning == Meaning::Rank(Rank::Most)).is_empty();
        Self {
            cues: named_path || most || cues.into_iter().any(|cue| reading.has(cue)),
            when: reading.has(Cue::When),
            ahead: looks_ahead(reading) || ends_in_portuguese(reading),
            risk: reading.has_state(State::Flag(Field::AtRisk, true)),
        }
    }

    fn anything(&self) -> bool {
        self.cues || self.when || self.ahead || self.risk
    }
}

fn is_path(word: &str) -> bool {
    matches!(word, "path" | "caminho" | "route" | "rota" | "way")
}

pub(super) fn several(scene: &Scene<'_>) -> bool {
    !scene.reading.positions(|meaning| matches!(meaning, Meaning::Kind { plural: true, .. })).is_empty()
        || scene.has(Cue::Count)
        || scene.has(Cue::List)
        || !scene.reading.positions(|meaning| matches!(meaning, Meaning::Rank(_))).is_empty()
}

/// One name that can be of work, or "it"; a container that only says where rows lie is none.
fn one_of_work(scene: &Scene<'_>) -> Option<Target> {
    match scene.names[..] {
        [named] => {
            let mention = &scene.reading.mentions[named.mention];
            let work = mention.objects.is_empty()
                || mention.names(ObjectKind::Job)
                || mention.names(ObjectKind::JobStream);
            let place = named.scoped && scene.has(Cue::What) && !mention.names(ObjectKind::Job);
            (work && !place && !mention.wildcard && !named.negated).then_some(Target::Mention(named.mention))
        }
        [] if scene.marks.it => Some(Target::Earlier),
        _ => None,
    }
}

/// The target, or an unknown word in its place, or what was talked about.
pub(super) fn required(scene: &mut Scene<'_>, kinds: &[ObjectKind]) -> Target {
    match names::target(scene, kinds) {
        Target::Earlier if !scene.marks.it => names::promote_first_unknown(scene).unwrap_or(Target::Earlier),
        target => target,
    }
}

fn about(scene: &Scene<'_>, wanted: GraphWanted, target: Target) -> Outcome {
    scene.about(Wanted::Graph(wanted), target)
}

/// "the most fragile jobs", "are there cycles?", "orphans".
fn structure(scene: &Scene<'_>) -> Option<Outcome> {
    let cues = [
        (Cue::Fragile, Structure::Fragile),
        (Cue::Cycles, Structure::Cycles),
        (Cue::Dangling, Structure::Dangling),
        (Cue::Orphans, Structure::Orphans),
    ];
    let (_, which) = cues.into_iter().find(|(cue, _)| scene.has(*cue))?;
    let whole = scene.names.is_empty() && !scene.marks.it;
    whole.then(|| Outcome::Draft(draft(Wanted::Graph(GraphWanted::Structure(which)), Target::None)))
}

/// "how does A lead to B", "path from A to B".
fn path(scene: &Scene<'_>) -> Option<Outcome> {
    let asked = scene.has(Cue::Path) || scene.reading.pieces.iter().any(|piece| is_path(&piece.word));
    if !asked || scene.has(Cue::CriticalPath) {
        return None;
    }
    let work = |mention: usize| {
        let mention = &scene.reading.mentions[mention];
        mention.objects.is_empty() || WORK.iter().any(|kind| mention.names(*kind))
    };
    match scene.names[..] {
        [first, second] if work(first.mention) && work(second.mention) => {
            let wanted = GraphWanted::Path { to: second.mention };
            Some(Outcome::Draft(Draft {
                marks: scene.marks,
                ..draft(Wanted::Graph(wanted), Target::Mention(first.mention))
            }))
        }
        [second] if scene.marks.it && scene.has(Cue::Path) && work(second.mention) => {
            let wanted = GraphWanted::Path { to: second.mention };
            Some(Outcome::Draft(Draft {
                marks: scene.marks,
                ..draft(Wanted::Graph(wanted), Target::Earlier)
            }))
        }
        _ => None,
    }
}

/// "what if X is delayed by 30 minutes", "what happens if X is cancelled".
fn what_if(scene: &mut Scene<'_>) -> Option<Outcome> {
    let asks = scene.has(Cue::WhatIf);
    let happens = scene.has(Cue::Impact) && words(scene.reading).any(is_if);
    if !asks && !happens {
        return None;
    }
    match supposed(scene.reading) {
        Supposed::Change(Change::Fail) if !asks => None,
        Supposed::Change(change) => {
            let kinds = if matches!(change, Change::Limit(_)) { &[ObjectKind::Workstation] } else { WORK };
            let target = required(scene, kinds);
            Some(about(scene, GraphWanted::WhatIf(change), target))
        }
        Supposed::Amount if asks => Some(Outcome::Ask(AskBackReason::NeedsNumber)),
        Supposed::Absence if asks => {
            let target = required(scene, ANY);
            Some(about(scene, GraphWanted::Impact, target))
        }
        Supposed::Nothing if asks => Some(Outcome::Ask(AskBackReason::NotCovered)),
        Supposed::Amount | Supposed::Absence | Supposed::Nothing => None,
    }
}

fn is_if(word: &str) -> bool {
    matches!(word, "if" | "se" | "caso" | "when" | "quando" | "suppose" | "supposing")
}

/// "what is the impact of X", "who is affected by X", "what will not run if X fails".
fn impact(scene: &mut Scene<'_>) -> Option<Outcome> {
    let verb = scene.reading.first(Cue::Impact);
    let lost = verb.is_none() && loses(scene);
    if verb.is_none() && !lost {
        return None;
    }
    // "everything downstream of X" asks for the walk itself.
    let walk = words(scene.reading).any(|word| {
        word == "downstream"
            || word.starts_with("transitiv")
            || word.starts_with("sucess")
            || word == "successors"
    });
    if walk {
        return None;
    }
    let target = required(scene, ANY);
    // "will X affect Y": what X does is asked.
    let target = match (verb, &scene.names[..]) {
        (Some(verb), [first, second]) if first.piece < verb && verb < second.piece => {
            Target::Mention(first.mention)
        }
        _ => target,
    };
    Some(about(scene, GraphWanted::Impact, target))
}

/// "what will not run if X stays failed".
fn loses(scene: &Scene<'_>) -> bool {
    let runs = scene.has(Cue::Ran)
        || scene.reading.has_state(State::Started)
        || scene.reading.has_state(State::Scheduled)
        || words(scene.reading).any(|word| matches!(word, "run" | "rodar" | "roda" | "start"));
    scene.names.len() == 1
        && denied(scene.reading)
        && runs
        && scene.has(Cue::What)
        && words(scene.reading).any(|word| matches!(word, "if" | "se" | "caso" | "while" | "enquanto"))
}

/// "critical path to X", "what is holding up X the most".
fn critical_path(scene: &mut Scene<'_>) -> Option<Outcome> {
    let most = scene.has(Cue::Blocking)
        && !scene.names.is_empty()
        && !scene.reading.positions(|meaning| meaning == Meaning::Rank(Rank::Most)).is_empty();
    if !scene.has(Cue::CriticalPath) && !most {
        return None;
    }
    if scene.names.is_empty() && !scene.marks.it {
        let fragment =
            scene.marks.also || !(scene.has(Cue::Plan) || scene.has(Cue::What) || scene.has(Cue::List));
        let target =
            if fragment { names::promote_first_unknown(scene).unwrap_or(Target::None) } else { Target::None };
        return Some(about(scene, GraphWanted::CriticalPath, target));
    }
    let target = required(scene, WORK);
    Some(about(scene, GraphWanted::CriticalPath, target))
}

/// "will X be late?", "what is the risk of X missing its deadline?".
fn risk(scene: &mut Scene<'_>) -> Option<Outcome> {
    let at_risk = scene.reading.has_state(State::Flag(Field::AtRisk, true));
    let ahead = looks_ahead(scene.reading);
    let late = ahead && scene.reading.has_state(State::Flag(Field::Late, true));
    let deadline =
        ahead && !scene.reading.positions(|meaning| meaning == Meaning::Column(Field::Deadline)).is_empty();
    let in_time = ahead && in_time(scene.reading);
    let why = scene.has(Cue::Why) || scene.has(Cue::Blocking) || scene.has(Cue::When);
    if !(at_risk || late || deadline || in_time) || several(scene) || why {
        return None;
    }
    let target = one_of_work(scene)?;
    Some(about(scene, GraphWanted::Risk, target))
}

/// "when will X end", "will X finish before 06:00", "quando termina X".
fn forecast(scene: &mut Scene<'_>, context: &Context<'_>) -> Option<Outcome> {
    let ahead = looks_ahead(scene.reading)
        || (scene.has(Cue::When) && ends_in_portuguese(scene.reading))
        || names_a_bound(scene.reading) && ends_in_portuguese(scene.reading);
    let explicit = scene.has(Cue::Forecast);
    let asks = explicit || (ahead && speaks_of_an_end(scene.reading) && !looks_back(scene.reading));
    let other =
        [Cue::Log, Cue::Changes, Cue::Why, Cue::Detail, Cue::Blocking].into_iter().any(|cue| scene.has(cue));
    if !asks || several(scene) || other {
        return None;
    }
    let timed = scene.has(Cue::When) || explicit || names_a_bound(scene.reading);
    let target = match one_of_work(scene) {
        Some(target) => target,
        None if scene.names.is_empty() && of_the_plan(scene) && timed => Target::None,
        None => return None,
    };
    let rows = target == Target::Earlier && !scene.marks.it;
    if rows || !(timed || is_plain_question(scene)) {
        return None;
    }
    let by = if names_a_bound(scene.reading) {
        times::take_ahead(scene.reading, context).and_then(|window| window.to)
    } else {
        None
    };
    Some(about(scene, GraphWanted::Forecast { by }, target))
}

/// "before 06:00", "até as 6".
fn names_a_bound(reading: &Reading) -> bool {
    !reading
        .positions(|meaning| matches!(meaning, Meaning::Role(Role::Before | Role::Until | Role::By)))
        .is_empty()
}

/// "will X finish?": nothing asks for rows.
fn is_plain_question(scene: &Scene<'_>) -> bool {
    !scene.has(Cue::What) && !scene.has(Cue::Progress) && scene.names.iter().all(|named| !named.scoped)
}

fn of_the_plan(scene: &Scene<'_>) -> bool {
    let everything =
        scene.reading.pieces.iter().any(|piece| matches!(piece.word.as_str(), "everything" | "tudo" | "td"));
    scene.has(Cue::Plan) || everything || scene.has(Cue::Forecast)
}
