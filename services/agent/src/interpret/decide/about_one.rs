//! Questions about one object: why, what next to it in the flow, its log, how far it is, its details.

use resync_api::tws::model::{Direction, ObjectKind, Status};

use super::{Scene, draft, names};
use crate::interpret::AskBackReason;
use crate::interpret::draft::{Outcome, Target, Wanted, Why};
use crate::interpret::lexicon::{Cue, Meaning, Outside, Pronoun, Role, State};
use crate::interpret::reading::Reading;
use crate::query::Field;

const WORK: &[ObjectKind] = &[ObjectKind::Job, ObjectKind::JobStream];

/// The first rule about one object that applies.
pub(super) fn rule(scene: &mut Scene<'_>, tail_lines: Option<u32>) -> Option<Outcome> {
    help(scene)
        .or_else(|| not_covered(scene))
        .or_else(|| log(scene, tail_lines))
        .or_else(|| holders(scene))
        .or_else(|| why(scene))
        .or_else(|| neighbours(scene))
        .or_else(|| changes(scene))
        .or_else(|| health(scene))
        .or_else(|| progress(scene))
        .or_else(|| detail(scene))
}

/// "the last 50 lines".
pub(super) fn take_tail_lines(reading: &mut Reading) -> Option<u32> {
    // "tail 50" has no word for lines.
    let is_tail = |position: &usize| {
        reading.meaning(*position) == Some(Meaning::Lines) || reading.pieces[*position].word == "tail"
    };
    let lines = (0..reading.pieces.len()).find(is_tail)?;
    let near = lines.saturating_sub(3)..(lines + 3).min(reading.pieces.len());
    let number =
        near.into_iter().find(|position| reading.number(*position).is_some_and(|number| number > 1))?;
    let count = reading.number(number).and_then(|number| u32::try_from(number).ok())?;
    reading.take(number);
    // The first lines are no tail; the log tool shows where it begins.
    let first =
        reading.before(number).and_then(|before| reading.meaning(before)) == Some(Meaning::Ordinal(1));
    (!first).then_some(count.min(2_000))
}

fn help(scene: &Scene<'_>) -> Option<Outcome> {
    let selected = &scene.slots.selected;
    let alone = scene.names.is_empty()
        && selected.is_empty()
        && !scene.has(Cue::Count)
        && !scene.has(Cue::Log)
        && !scene.has(Cue::Changes);
    (scene.has(Cue::Help) && alone).then(|| Outcome::Draft(draft(Wanted::Help, Target::None)))
}

/// Topics there are no answers to yet.
fn not_covered(scene: &Scene<'_>) -> Option<Outcome> {
    let several = scene.slots.selected.kind_said && !scene.slots.selected.vague;
    (scene.has(Cue::NotCovered) && !several).then_some(Outcome::Ask(AskBackReason::NotCovered))
}

fn log(scene: &mut Scene<'_>, tail_lines: Option<u32>) -> Option<Outcome> {
    let lines = (0..scene.reading.pieces.len())
        .any(|position| scene.reading.meaning(position) == Some(Meaning::Lines));
    let asks = scene.has(Cue::Log) || (lines && tail_lines.is_some());
    if !asks {
        return None;
    }
    let target = required(scene, &[ObjectKind::Job]);
    Some(scene.about(Wanted::Log { tail_lines }, target))
}

/// The target, or an unknown word in its place, or what was talked about.
fn required(scene: &mut Scene<'_>, kinds: &[ObjectKind]) -> Target {
    match names::target(scene, kinds) {
        Target::Earlier if !scene.marks.it => names::promote_first_unknown(scene).unwrap_or(Target::Earlier),
        target => target,
    }
}

/// Names of resources only.
fn names_resource(scene: &Scene<'_>) -> Option<usize> {
    scene.names.iter().map(|named| named.mention).find(|mention| {
        let mention = &scene.reading.mentions[*mention];
        mention.hint == Some(ObjectKind::Resource) || mention.only_names(&[ObjectKind::Resource])
    })
}

fn holders(scene: &mut Scene<'_>) -> Option<Outcome> {
    let any_resource = (0..scene.reading.pieces.len()).any(|position| {
        matches!(scene.reading.meaning(position), Some(Meaning::Kind { kind: ObjectKind::Resource, .. }))
    });
    let holding = scene.has(Cue::Holding)
        || !scene.reading.positions(|meaning| meaning == Meaning::Verb(crate::query::Verb::Hold)).is_empty();
    if any_resource && scene.names.is_empty() && holding && !scene.has(Cue::Count) {
        return Some(scene.about(Wanted::Holders, Target::None));
    }
    let resource = names_resource(scene)?;
    let work_named = scene.names.iter().any(|named| {
        named.mention != resource && scene.reading.mentions[named.mention].names(ObjectKind::Job)
    });
    let rows = scene.slots.selected.kind == Some(ObjectKind::Job) && scene.slots.selected.kind_said;
    if work_named || (rows && !scene.has(Cue::Holding) && !scene.has(Cue::Depends)) {
        return None;
    }
    let asks_detail = scene.has(Cue::Detail) && !scene.has(Cue::Holding);
    let wanted = if asks_detail { Wanted::Detail } else { Wanted::Holders };
    Some(scene.about(wanted, Target::Mention(resource)))
}

fn why(scene: &mut Scene<'_>) -> Option<Outcome> {
    let blocking = scene.reading.first(Cue::Blocking).or_else(|| scene.reading.first(Cue::Holding));
    let asks_reason =
        scene.has(Cue::Why) || scene.has(Cue::Happened) || scene.has(Cue::Meaning) || is_stuck_on(scene);
    if !asks_reason && blocking.is_none() {
        return None;
    }
    if scene.has(Cue::Holding) && !asks_reason && scene.names.is_empty() {
        return (scene.kind().is_none() && scene.marks.it)
            .then(|| scene.about(Wanted::Holders, Target::Earlier));
    }
    let several = scene.slots.selected.kind_said && !scene.slots.selected.vague;
    if scene.names.is_empty() && several {
        // "why are jobs failing": the jobs, with their states.
        return None;
    }
    if scene.names.is_empty() && scene.slots.selected.kind == Some(ObjectKind::Workstation) {
        return None;
    }
    let everything =
        scene.reading.pieces.iter().any(|piece| matches!(piece.word.as_str(), "everything" | "tudo" | "td"));
    if scene.names.is_empty() && everything {
        // "what is holding everything up": what needs attention.
        return (!scene.has(Cue::Why)).then(|| Outcome::Draft(draft(Wanted::Overview, Target::None)));
    }
    let plan_only = scene.names.is_empty() && (scene.has(Cue::Plan) || scene.has(Cue::Overview));
    if plan_only {
        return None;
    }
    if let (Some(verb), false) = (blocking, asks_reason)
        && let Some(named) = scene.names.first()
        && named.piece < verb
        && scene.reading.first(Cue::What).is_some_and(|what| what < named.piece || what > verb)
    {
        // "what is X blocking": X holds others up.
        let wanted =
            Wanted::Dependencies { direction: Direction::Successors, transitive: scene.has(Cue::Transitive) };
        return Some(scene.about(wanted, Target::Mention(named.mention)));
    }
    let target = required(
        scene,
        &[ObjectKind::Job, ObjectKind::JobStream, ObjectKind::Workstation, ObjectKind::Resource],
    );
    if matches!(target, Target::Earlier) && !asks_reason && !scene.marks.it {
        return None;
    }
    Some(scene.about(Wanted::Why(reason(scene, blocking.is_some())), target))
}

/// "what is X stuck on": the name stands between the question word and the state.
fn is_stuck_on(scene: &Scene<'_>) -> bool {
    let [named] = scene.names[..] else { return false };
    // "X should have run, what is it stuck behind": the pronoun stands for the name before it.
    let what = scene.reading.first(Cue::What);
    let subject = (0..scene.reading.pieces.len())
        .find(|position| scene.reading.meaning(*position) == Some(Meaning::Pronoun(Pronoun::It)))
        .filter(|it| what.is_some_and(|what| what < *it) && named.piece < *it)
        .unwrap_or(named.piece);
    let stuck = (subject..scene.reading.pieces.len()).any(|position| {
        matches!(
            scene.reading.meaning(position),
            Some(Meaning::State(State::Is(Status::Blocked | Status::Held)))
        )
    });
    let several = scene.slots.selected.kind_said && !scene.slots.selected.vague;
    stuck && !named.scoped && !several && what.is_some_and(|what| what < subject)
}

/// "o que o X está esperando": the state asks for what is waited for when a name comes before it.
fn waits_for(scene: &Scene<'_>) -> Option<usize> {
    let [named] = scene.names[..] else { return None };
    if named.scoped || scene.slots.selected.kind_said || !scene.has(Cue::What) {
        return None;
    }
    (named.piece..scene.reading.pieces.len())
        .find(|position| scene.reading.meaning(*position) == Some(Meaning::State(State::Is(Status::Waiting))))
}

/// Which reason is asked for, by the state that is said.
fn reason(scene: &Scene<'_>, blocked: bool) -> Why {
    let said = |state: State| scene.reading.has_state(state);
    let failed = said(State::Is(Status::Error))
        || said(State::Internal("ABEND"))
        || said(State::Internal("FAIL"))
        || said(State::Down);
    if failed || scene.reading.pieces.iter().any(|piece| matches!(piece.raw.as_str(), "ABEND" | "FAIL")) {
        return Why::Failed;
    }
    if asks_for_root(scene) {
        return Why::Root;
    }
    let states = (0..scene.reading.pieces.len()).any(|position| match scene.reading.meaning(position) {
        Some(Meaning::State(State::Flag(..))) => false,
        Some(Meaning::State(State::Is(Status::Successful | Status::Canceled))) => false,
        Some(Meaning::State(_)) => true,
        Some(Meaning::Cue(Cue::Depends | Cue::Ran | Cue::Blocking)) => true,
        Some(Meaning::Verb(crate::query::Verb::Hold | crate::query::Verb::Start)) => true,
        _ => false,
    });
    if states || blocked { Why::Waiting } else { Why::ByStatus }
}

/// "root cause of X", "why is X really stuck", "causa raiz do X".
fn asks_for_root(scene: &Scene<'_>) -> bool {
    let words = || (0..scene.reading.tokens.len()).map(|token| scene.reading.word(token));
    let root = words().any(|word| matches!(word, "root" | "raiz" | "ultimate" | "underlying" | "originally"));
    let really = words().any(|word| matches!(word, "really" | "realmente"))
        && scene.reading.has_state(State::Is(Status::Blocked));
    scene.has(Cue::Why) && (root || really)
}

/// What comes before and after in the flow.
fn neighbours(scene: &mut Scene<'_>) -> Option<Outcome> {
    // A wait that has become a condition is no question about dependencies.
    let depends = scene.reading.positions(|meaning| meaning == Meaning::Cue(Cue::Depends)).first().copied();
    if let Some(direction) = beside(scene) {
        let target = required(scene, WORK);
        return Some(
            scene.about(Wanted::Dependencies { direction, transitive: scene.has(Cue::Transitive) }, target),
        );
    }
    let depends = depends.or_else(|| waits_for(scene));
    let impact = scene.reading.first(Cue::Impact);
    let successors = scene.reading.first(Cue::Successors).or(impact);
    let predecessors = scene.reading.first(Cue::Predecessors);
    if depends.is_none() && successors.is_none() && predecessors.is_none() {
        return None;
    }
    let several = scene.slots.selected.kind_said && !scene.slots.selected.vague;
    if scene.names.is_empty() && several && !scene.marks.it && successors.is_none() && predecessors.is_none()
    {
        return None;
    }
    let target = required(scene, WORK);
    // "will X affect Y": what X does is asked.
    let target = match (impact, &scene.names[..]) {
        (Some(verb), [first, second]) if first.piece < verb && verb < second.piece => {
            Target::Mention(first.mention)
        }
        _ => target,
    };
    let direction = match (successors, predecessors) {
        (Some(_), None) => Direction::Successors,
        (None, Some(_)) => Direction::Predecessors,
        (Some(after), Some(before)) if after < before => Direction::Successors,
        (Some(_), Some(_)) => Direction::Predecessors,
        (None, None) => by_position(scene, target, depends?),
    };
    let all = !scene.reading.positions(|meaning| meaning == Meaning::All).is_empty()
        && scene.slots.selected.kind.is_none();
    let transitive = scene.has(Cue::Transitive) || impact.is_some() || all;
    Some(scene.about(Wanted::Dependencies { direction, transitive }, target))
}

/// "what comes right after X", "what has to finish before X can start".
fn beside(scene: &Scene<'_>) -> Option<Direction> {
    let object = match scene.names[..] {
        [named] => named.piece,
        [] => (0..scene.reading.pieces.len())
            .find(|position| scene.reading.meaning(*position) == Some(Meaning::Pronoun(Pronoun::It)))?,
        _ => return None,
    };
    if !scene.has(Cue::What) || scene.slots.window.is_some() {
        return None;
    }
    let mut lead = scene.reading.before(object)?;
    if scene.reading.singular_kind(lead).is_some() {
        lead = scene.reading.before(lead)?;
    }
    match scene.reading.meaning(lead)? {
        Meaning::Role(Role::After) => Some(Direction::Successors),
        Meaning::Role(Role::Before) => Some(Direction::Predecessors),
        _ => None,
    }
}

/// "X depends on what" and "what does X depend on" ask what X needs; "what depends on X" who needs X.
fn by_position(scene: &Scene<'_>, target: Target, verb: usize) -> Direction {
    let position = match target {
        Target::Mention(mention) => {
            scene.names.iter().find(|named| named.mention == mention).map(|named| named.piece)
        }
        Target::None | Target::Earlier | Target::Row(_) => (0..scene.reading.pieces.len()).find(|position| {
            matches!(scene.reading.meaning(*position), Some(Meaning::Pronoun(_) | Meaning::Ordinal(_)))
        }),
    };
    let passive = scene.reading.word(scene.reading.pieces[verb].start + 1) == "by";
    match position {
        Some(position) if (position < verb) != passive => Direction::Predecessors,
        Some(_) => Direction::Successors,
        None => Direction::Predecessors,
    }
}

fn changes(scene: &mut Scene<'_>) -> Option<Outcome> {
    let selected = &scene.slots.selected;
    let states = selected.conditions.iter().any(|condition| {
        !matches!(condition.field, Field::StartTime | Field::EndTime | Field::ScheduledTime)
    });
    let general = scene.has(Cue::Overview) && scene.slots.window.is_none() && scene.names.is_empty();
    if !scene.has(Cue::Changes) || general || states || scene.has(Cue::Count) || !selected.group_by.is_empty()
    {
        return None;
    }
    let target = match scene.names.first() {
        Some(named) => Target::Mention(named.mention),
        None if scene.marks.it => Target::Earlier,
        None => Target::None,
    };
    Some(scene.about(Wanted::Changes { since: scene.slots.window }, target))
}

/// A workstation by name.
fn health(scene: &mut Scene<'_>) -> Option<Outcome> {
    let [named] = scene.names[..] else { return None };
    let mention = &scene.reading.mentions[named.mention];
    let is_workstation =
        mention.hint == Some(ObjectKind::Workstation) || mention.only_names(&[ObjectKind::Workstation]);
    let selected = &scene.slots.selected;
    let own_state =
        selected.conditions.iter().all(|condition| matches!(condition.field, Field::Healthy | Field::Linked));
    let about_jobs = (selected.kind_said && selected.kind != Some(ObjectKind::Workstation))
        || !own_state
        || scene.has(Cue::Ran)
        || (scene.has(Cue::Count) && named.scoped)
        || !selected.group_by.is_empty()
        || selected.order.is_some()
        || scene.slots.window.is_some();
    let bare_scope = named.scoped && scene.marks.also && !scene.has(Cue::Health) && !scene.has(Cue::Detail);
    (is_workstation && !about_jobs && !mention.wildcard && !named.negated && !bare_scope)
        .then(|| scene.about(Wanted::Health, Target::Mention(named.mention)))
}

fn progress(scene: &mut Scene<'_>) -> Option<Outcome> {
    let finishing = scene.reading.has_state(State::Finished) || scene.reading.has_state(State::Completed);
    let when = scene.has(Cue::When);
    let several = scene.slots.selected.kind_said && !scene.slots.selected.vague;
    let percent = scene.reading.pieces.iter().any(|piece| {
        piece.unit == crate::interpret::reading::Unit::Shape(crate::interpret::token::Shape::Symbol('%'))
    });
    let asks =
        scene.has(Cue::Progress) || percent || (finishing && !scene.has(Cue::What) && !scene.has(Cue::List));
    if !asks || (several && !scene.has(Cue::Progress)) {
        return None;
    }
    if scene.names.is_empty() {
        let earlier = scene.marks.it
            || (scene.marks.fragment && !scene.has(Cue::Plan) && (when || scene.has(Cue::Progress)));
        let all = !scene.reading.positions(|meaning| matches!(meaning, Meaning::All)).is_empty();
        return match (earlier && !all, several) {
            (true, _) => Some(scene.about(Wanted::Progress, Target::Earlier)),
            (false, true) => None,
            (false, false) if scene.has(Cue::Count) => None,
            (false, false) if scene.has(Cue::Progress) => {
                Some(Outcome::Draft(draft(Wanted::Overview, Target::None)))
            }
            (false, false) => None,
        };
    }
    let target = names::target(scene, WORK);
    let scope_only = scene.names.iter().all(|named| named.scoped)
        && scene.asks_for_several()
        && !scene.has(Cue::Progress)
        && !percent;
    let counts = several && scene.has(Cue::Count);
    (!scope_only && !counts).then(|| scene.about(Wanted::Progress, target))
}

/// Everything about one object: a name, and nothing that asks for rows.
fn detail(scene: &mut Scene<'_>) -> Option<Outcome> {
    let selected = &scene.slots.selected;
    let several = selected.kind_said && !selected.vague;
    let grouped = !selected.group_by.is_empty()
        || selected.order.is_some()
        || selected.limit.is_some()
        || super::about_several::asks_for_shares(scene);
    if scene.names.is_empty() {
        let asks = scene.has(Cue::Detail) || scene.has(Cue::When);
        let refers = scene.marks.it || names::target(scene, WORK) != Target::Earlier;
        // "is it late?"
        let about_it = scene.marks.it && !scene.asks_for_several();
        return ((asks || about_it) && refers && !several && !grouped && !scene.marks.them)
            .then(|| scene.about(Wanted::Detail, names::target(scene, WORK)));
    }
    let wildcards = scene.names.iter().all(|named| scene.reading.mentions[named.mention].wildcard);
    let pattern = scene.reading.pieces.iter().any(super::is_pattern);
    let denied = scene.names.iter().any(|named| named.negated);
    if several || grouped || wildcards || pattern || denied || scene.has(Cue::Count) || scene.marks.only {
        return None;
    }
    if let Some(kind) = names::common_kind(scene) {
        // "status of A and B"
        scene.slots.selected.kind = Some(kind);
        return Some(scene.selecting(Wanted::Rows));
    }
    let plural =
        scene.reading.pieces.iter().any(|piece| {
            matches!(piece.word.as_str(), "errors" | "erros" | "failures" | "falhas" | "abends")
        });
    let wide = scene.names.iter().all(|named| {
        scene.reading.mentions[named.mention].only_names(&[
            ObjectKind::Folder,
            ObjectKind::User,
            ObjectKind::Workstation,
        ])
    });
    if !selected.conditions.is_empty() && is_container(scene, scene.names[0].mention) && (plural || wide) {
        return None;
    }
    let asks_rows = (scene.has(Cue::What) || scene.has(Cue::List))
        && (!selected.conditions.is_empty() || scene.has(Cue::Ran));
    let container_scope = scene.names.iter().all(|named| {
        named.scoped
            && !scene.reading.mentions[named.mention].names(ObjectKind::Job)
            && (scene.reading.mentions[named.mention].hint.is_some()
                || !scene.reading.mentions[named.mention].objects.is_empty())
    });
    let detail_cue = scene.has(Cue::Detail) || scene.has(Cue::When) || scene.has(Cue::Health);
    if (asks_rows
        && !detail_cue
        && scene.names.iter().all(|named| named.scoped || is_container(scene, named.mention)))
        || (container_scope
            && !detail_cue
            && (selected.kind_said || !selected.conditions.is_empty() || scene.marks.also))
    {
        return None;
    }
    if scene.marks.also && scene.marks.fragment && selected.is_empty() && !detail_cue {
        // "and X?": what is wanted was said before.
        return None;
    }
    let greeting = scene.reading.pieces.iter().any(|piece| {
        matches!(piece.unit, crate::interpret::reading::Unit::Known(Meaning::Outside(Outside::Topic)))
    });
    if greeting {
        return Some(Outcome::Ask(AskBackReason::NotUnderstood));
    }
    Some(scene.about(Wanted::Detail, names::target(scene, WORK)))
}

/// Whether a name is of something that holds jobs.
pub(super) fn is_container(scene: &Scene<'_>, mention: usize) -> bool {
    let mention = &scene.reading.mentions[mention];
    mention.only_names(&[
        ObjectKind::JobStream,
        ObjectKind::Workstation,
        ObjectKind::Folder,
        ObjectKind::User,
    ]) || matches!(
        mention.hint,
        Some(ObjectKind::JobStream | ObjectKind::Workstation | ObjectKind::Folder | ObjectKind::User)
    )
}
