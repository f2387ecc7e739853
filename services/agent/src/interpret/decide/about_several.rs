//! Questions about several objects: lists, counts, groups, and the rows of each kind.

use resync_api::tws::model::{ObjectKind, Status};

use super::{Scene, about_one, draft, is_pattern, names};
use crate::interpret::AskBackReason;
use crate::interpret::draft::{Outcome, Target, Wanted};
use crate::interpret::lexicon::{Cue, Meaning, State};
use crate::interpret::reading::Unit;
use crate::interpret::token::Shape;
use crate::interpret::{follow_up, slots};
use crate::query::{Condition, Field, Operator, Value};

/// Questions about several objects.
pub(super) fn rule(scene: &mut Scene<'_>) -> Option<Outcome> {
    if scene.has(Cue::NotCovered) && !scene.slots.selected.kind_said {
        return Some(Outcome::Ask(AskBackReason::NotCovered));
    }
    let denied_column =
        scene.reading.positions(|meaning| matches!(meaning, Meaning::Column(_))).into_iter().any(|column| {
            scene.reading.before(column).and_then(|before| scene.reading.meaning(before))
                == Some(Meaning::Not)
        });
    let blockers = scene.has(Cue::Blocking) && scene.names.is_empty() && scene.slots.selected.is_empty();
    let code = scene.reading.pieces.iter().any(|piece| piece.unit == Unit::Shape(Shape::Code));
    if denied_column || blockers || code {
        // "jobs without a deadline", "jobs that block others", "jobs with AWSBDW009E": no field tells.
        return Some(Outcome::Ask(AskBackReason::NotCovered));
    }
    if is_everything_fine(scene) {
        return Some(Outcome::Draft(draft(Wanted::Overview, Target::None)));
    }
    if asks_for_trouble(scene) {
        return Some(scene.about(Wanted::Health, Target::None));
    }
    if alternatives_over_fields(scene) {
        return Some(Outcome::Ask(AskBackReason::OneAtATime));
    }
    match scene.kind() {
        Some(ObjectKind::Prompt) => return Some(prompts(scene)),
        Some(ObjectKind::Resource) => return Some(resources(scene)),
        Some(ObjectKind::Workstation) if has_trouble(scene) && scene.slots.selected.conditions.is_empty() => {
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
    // "what runs on X"
    if asks_whether_all(scene) {
        return Some(scene.about(Wanted::Health, Target::None));
    }
    let runs_there = scene.has(Cue::Ran) && scene.has(Cue::What) && !scene.names.is_empty();
    let narrowing = narrowing || runs_there;
    let pointing = (scene.marks.them && scene.marks.lists) || scene.marks.which;
    let narrowing = narrowing || scene.names.iter().any(|named| named.negated);
    if selected.is_empty()
        && !selected.kind_said
        && !narrowing
        && !pointing
        && !scene.reading.pieces.iter().any(is_pattern)
    {
        return None;
    }
    let placed =
        scene.names.iter().all(|named| named.scoped || about_one::is_container(scene, named.mention));
    if !scene.asks_for_several() && !placed {
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
pub(super) fn asks_for_shares(scene: &Scene<'_>) -> bool {
    let said = |words: &[&str]| {
        scene.reading.pieces.iter().any(|piece| {
            (piece.start..piece.start + piece.length).any(|token| words.contains(&scene.reading.word(token)))
        })
    };
    let percent = scene.reading.pieces.iter().any(|piece| piece.unit == Unit::Shape(Shape::Symbol('%')));
    let share = percent
        || said(&["percentage", "percent", "percentual", "porcentagem", "proportion", "share", "fraction"]);
    let split = said(&["breakdown", "distribution", "distribuicao"]) && scene.has(Cue::Detail);
    let selected = &scene.slots.selected;
    (share || split)
        && selected.group_by.is_empty()
        && (split || selected.kind_said || !selected.conditions.is_empty())
}

/// "are all agents linked?": their health tells, and which ones are not.
fn asks_whether_all(scene: &Scene<'_>) -> bool {
    let all = !scene.reading.positions(|meaning| meaning == Meaning::All).is_empty();
    let selected = &scene.slots.selected;
    let fine = selected.conditions.iter().all(|condition| {
        matches!(condition.field, Field::Healthy | Field::Linked) && condition.values == [Value::Flag(true)]
    });
    let asks_rows = scene.has(Cue::What) || scene.has(Cue::List) || scene.has(Cue::Count);
    selected.kind == Some(ObjectKind::Workstation) && all && fine && !asks_rows && scene.names.is_empty()
}

/// "any agents down or unlinked?": alternatives that are all about health have one answer.
fn asks_for_trouble(scene: &Scene<'_>) -> bool {
    let selected = &scene.slots.selected;
    let unwell = selected.conditions.iter().all(|condition| {
        matches!(condition.field, Field::Healthy | Field::Linked) && condition.values == [Value::Flag(false)]
    });
    selected.kind == Some(ObjectKind::Workstation)
        && selected.conditions.len() > 1
        && unwell
        && scene.names.is_empty()
        && !scene.has(Cue::Count)
        && (0..scene.reading.pieces.len())
            .any(|position| scene.reading.meaning(position) == Some(Meaning::Or))
}

/// "agents with problems"
fn has_trouble(scene: &Scene<'_>) -> bool {
    let troubles =
        ["problem", "problems", "issue", "issues", "trouble", "incidents", "problemas", "incidentes"];
    scene.reading.pieces.iter().any(|piece| troubles.contains(&piece.word.as_str()))
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
