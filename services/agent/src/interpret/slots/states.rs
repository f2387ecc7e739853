//! States and their denial as conditions: "failed", "not finished", "late but not critical".

use resync_api::tws::model::{ObjectKind, Status};

use super::super::lexicon::{Cue, Meaning, State};
use super::super::reading::Reading;
use crate::query::{Condition, Field, Operator, Value, Verb};

/// What the states of a message come to.
#[derive(Debug, Default)]
pub(super) struct States {
    /// Conditions, not merged.
    pub(super) conditions: Vec<Condition>,
    /// The time a stretch of time is about.
    pub(super) time_field: Option<Field>,
    /// They hold now, whenever the deadline is.
    pub(super) is_about_now: bool,
    /// The kind of object that has such states.
    pub(super) kind: Option<ObjectKind>,
}

const ENDED: [Status; 3] = [Status::Successful, Status::Error, Status::Canceled];
const NOT_STARTED: [Status; 3] = [Status::Waiting, Status::Ready, Status::Held];

/// A condition on the common status.
pub(in crate::interpret) fn status_value(
    operator: Operator,
    statuses: impl IntoIterator<Item = Status>,
) -> Condition {
    Condition { field: Field::Status, operator, values: statuses.into_iter().map(Value::Status).collect() }
}

/// Workstations that cannot run jobs.
pub(in crate::interpret) fn cannot_run() -> Condition {
    flag(Field::Healthy, false)
}

/// Jobs and job streams that have not ended.
pub(in crate::interpret) fn unfinished() -> Condition {
    status_value(Operator::IsNot, ENDED)
}

/// Takes the states of a message.
pub(super) fn take(reading: &mut Reading, kind: Option<ObjectKind>, has_window: bool) -> States {
    let mut found = States::default();
    for position in 0..reading.pieces.len() {
        let Some(state) = state_at(reading, position) else { continue };
        let negated = is_negated(reading, position);
        reading.take(position);
        if awaited(reading, position).is_some()
            && let Some(next) = awaited_at(reading, position)
        {
            reading.take(next);
        }
        let workstation = kind == Some(ObjectKind::Workstation)
            || (kind.is_none() && matches!(state, State::Up | State::Flag(Field::Linked, _)));
        if workstation {
            found.kind = Some(ObjectKind::Workstation);
            found.conditions.extend(of_workstation(state, negated));
        } else {
            let weak = state == State::Started && reading.meaning(position) == Some(Meaning::Cue(Cue::Ran));
            let time_field = found.time_field;
            found.add(state, negated, has_window, kind);
            if weak && !negated {
                // "ran successfully today" is about the end: the verb alone tells no time.
                found.time_field = time_field;
            }
        }
    }
    found
}

/// The state a free piece means; in capitals it is the engine's own word.
fn state_at(reading: &Reading, position: usize) -> Option<State> {
    let piece = reading.pieces.get(position).filter(|piece| !piece.used)?;
    if piece.shouted
        && let Some(internal) = internal(&piece.raw)
    {
        return Some(State::Internal(internal));
    }
    match reading.meaning(position)? {
        Meaning::State(state)
            if state != State::Is(Status::Waiting) || awaited(reading, position).is_none() =>
        {
            Some(state)
        }
        // "what ran", "what has not run": begun, or not. "what runs on X" says neither.
        Meaning::Cue(Cue::Ran) if has_run(reading.word(piece.start)) || is_negated(reading, position) => {
            Some(State::Started)
        }
        // "how many jobs did we run"
        Meaning::Cue(Cue::Ran) if reading.word(piece.start) == "run" && did_before(reading, position) => {
            Some(State::Started)
        }
        // Orders were read before: here the verb says what was done to the jobs.
        Meaning::Verb(Verb::Rerun) => Some(State::Reran),
        Meaning::Cue(Cue::Depends) | Meaning::State(State::Is(Status::Waiting))
            if awaited(reading, position).is_some() =>
        {
            awaited(reading, position)
        }
        // "jobs waiting for more than an hour" names no predecessor: it is the state.
        Meaning::Cue(Cue::Depends)
            if reading.word(piece.start).starts_with("waiting")
                || reading.word(piece.start).starts_with("esperando")
                || reading.word(piece.start).starts_with("aguardando") =>
        {
            let next = reading.after(position);
            let free = next.is_none_or(|next| reading.pieces[next].used);
            (free && !reading.mentions_anything()).then_some(State::Is(Status::Waiting))
        }
        _ => None,
    }
}

/// A past auxiliary before the verb, in a question about several objects.
fn did_before(reading: &Reading, position: usize) -> bool {
    (0..position).any(|earlier| reading.pieces[earlier].word == "did")
        && !reading.positions(|meaning| matches!(meaning, Meaning::Kind { plural: true, .. })).is_empty()
}

/// Past forms of running.
fn has_run(word: &str) -> bool {
    matches!(word, "ran" | "rodou" | "rodaram" | "executou" | "executaram" | "executed")
}

/// What is waited for in general, after a verb of waiting: "which jobs wait for confirmation".
fn awaited(reading: &Reading, position: usize) -> Option<State> {
    let next = awaited_at(reading, position)?;
    let word = reading.word(reading.pieces[next].start);
    Some(match (reading.meaning(next), word) {
        (_, "file" | "files" | "arquivo" | "arquivos") => State::Waits("HOLD_WAITING_FOR_FILE"),
        (_, "confirmation" | "confirmacao") => State::Internal("PEND"),
        (_, "time" | "hora" | "horario") => State::Waits("HOLD_WAITING_FOR_TIME"),
        (Some(Meaning::Cue(Cue::Predecessors)), _) => State::Waits("HOLD_WAITING_FOR_PREDECESSOR"),
        (Some(Meaning::Column(Field::Limit)), _) => State::Waits("READY_WAITING_FOR_LIMIT"),
        (Some(Meaning::Kind { kind, .. }), _) if reading.name(next + 1).is_none() => match kind {
            ObjectKind::Resource => State::Waits("READY_WAITING_FOR_RESOURCES"),
            ObjectKind::Prompt => State::Waits("HOLD_WAITING_FOR_PROMPT"),
            ObjectKind::Workstation => State::Waits("READY_WAITING_FOR_AGENT"),
            _ => return None,
        },
        _ => return None,
    })
}

/// The piece after a verb of waiting, articles and prepositions aside.
fn awaited_at(reading: &Reading, position: usize) -> Option<usize> {
    (position + 1..reading.pieces.len())
        .find(|next| !matches!(reading.meaning(*next), Some(Meaning::Article | Meaning::Role(_))))
}

/// Internal statuses whose word is only theirs when it stands in capitals.
pub(in crate::interpret) fn internal(word: &str) -> Option<&'static str> {
    [
        "ABEND", "FAIL", "EXEC", "SUCC", "HOLD", "WAIT", "PEND", "SUPPR", "FENCE", "INTRO", "SCHED", "BOUND",
        "EXTRN", "SUSP", "CANCL",
    ]
    .into_iter()
    .find(|own| *own == word)
}

/// Whether a denial stands close enough before a piece to be about it, or everything after "except" is.
pub(in crate::interpret) fn is_negated(reading: &Reading, position: usize) -> bool {
    let mut cursor = position;
    for _ in 0..4 {
        let Some(earlier) = cursor.checked_sub(1) else { return false };
        cursor = earlier;
        match reading.meaning(earlier) {
            Some(Meaning::Not | Meaning::Except) => return true,
            // "except those that are late"
            Some(Meaning::Cue(Cue::What))
                if earlier
                    .checked_sub(1)
                    .is_some_and(|before| reading.meaning(before) == Some(Meaning::Except)) => {}
            // "not failed or cancelled": the denial reaches over the alternatives.
            Some(Meaning::Or | Meaning::State(_)) if is_negated(reading, earlier) => return true,
            Some(
                Meaning::Filler
                | Meaning::Auxiliary
                | Meaning::Article
                | Meaning::Pronoun(_)
                | Meaning::Role(_)
                | Meaning::Kind { .. },
            ) => {}
            _ => return false,
        }
    }
    false
}

fn of_workstation(state: State, negated: bool) -> Option<Condition> {
    let (field, value) = match state {
        State::Down | State::Is(Status::Error | Status::Blocked | Status::Undecided) => {
            (Field::Healthy, false)
        }
        State::Up | State::Is(Status::Running | Status::Successful | Status::Ready) => (Field::Healthy, true),
        State::Flag(field @ (Field::Linked | Field::Healthy), value) => (field, value),
        _ => return None,
    };
    Some(flag(field, value != negated))
}

fn flag(field: Field, value: bool) -> Condition {
    Condition { field, operator: Operator::Is, values: vec![Value::Flag(value)] }
}

fn number(field: Field, operator: Operator, value: i64) -> Condition {
    Condition { field, operator, values: vec![Value::Number(value)] }
}

impl States {
    fn add(&mut self, state: State, negated: bool, has_window: bool, kind: Option<ObjectKind>) {
        let operator = if negated { Operator::IsNot } else { Operator::Is };
        let text =
            |field, value: &str| Condition { field, operator, values: vec![Value::Text(value.to_owned())] };
        let (condition, time) = match state {
            State::Is(status) => (Some(status_value(operator, [status])), Some(time_of(status))),
            State::Internal(status) => (Some(text(Field::InternalStatus, status)), None),
            State::Waits(substatus) => (Some(text(Field::Substatus, substatus)), Some(Field::ScheduledTime)),
            State::Flag(field, value) => {
                let time = matches!(field, Field::Late | Field::AtRisk).then_some(Field::Deadline);
                self.is_about_now |= time.is_some();
                (Some(flag(field, value != negated)), time)
            }
            State::Finished if negated => {
                (Some(status_value(Operator::IsNot, ENDED)), Some(Field::ScheduledTime))
            }
            State::Finished if has_window => (None, Some(Field::EndTime)),
            State::Finished => {
                (Some(status_value(Operator::Is, [Status::Successful, Status::Error])), Some(Field::EndTime))
            }
            State::Completed if negated => {
                (Some(status_value(Operator::IsNot, ENDED)), Some(Field::ScheduledTime))
            }
            State::Completed => {
                (Some(status_value(Operator::Is, [Status::Successful])), Some(Field::EndTime))
            }
            State::Started if negated => {
                (Some(status_value(Operator::Is, NOT_STARTED)), Some(Field::ScheduledTime))
            }
            State::Started if has_window => (None, Some(Field::StartTime)),
            State::Started => (Some(status_value(Operator::IsNot, NOT_STARTED)), Some(Field::StartTime)),
            State::Scheduled if has_window => (None, Some(Field::ScheduledTime)),
            State::Scheduled => (
                Some(status_value(Operator::Is, [Status::Waiting, Status::Ready])),
                Some(Field::ScheduledTime),
            ),
            State::Down if kind.is_none() && !has_window => {
                self.kind = Some(ObjectKind::Workstation);
                (Some(flag(Field::Healthy, negated)), None)
            }
            State::Down => (Some(status_value(operator, [Status::Error])), Some(Field::EndTime)),
            State::Up => (None, None),
            State::Open => {
                if kind.is_none() {
                    self.kind = Some(ObjectKind::Prompt);
                }
                let asked = text(Field::Status, "ASKED");
                ((kind == Some(ObjectKind::Prompt)).then_some(asked), None)
            }
            State::Exhausted => {
                self.kind = self.kind.or(Some(ObjectKind::Resource));
                (
                    Some(number(Field::Available, if negated { Operator::Above } else { Operator::Is }, 0)),
                    None,
                )
            }
            State::InUse => {
                self.kind = self.kind.or(Some(ObjectKind::Resource));
                (Some(number(Field::InUse, if negated { Operator::Is } else { Operator::Above }, 0)), None)
            }
            State::Reran if negated => (Some(number(Field::RunCount, Operator::Below, 2)), None),
            State::Reran => (Some(number(Field::RunCount, Operator::Above, 1)), None),
        };
        if state == State::Is(Status::Blocked) && kind.is_none() {
            self.kind = Some(ObjectKind::JobStream);
        }
        self.conditions.extend(condition);
        self.time_field = self.time_field.or(time);
    }
}

/// Which time a stretch of time is about for objects of a status.
fn time_of(status: Status) -> Field {
    match status {
        Status::Error | Status::Successful | Status::Canceled => Field::EndTime,
        Status::Waiting | Status::Ready | Status::Held | Status::Blocked | Status::Suppressed => {
            Field::ScheduledTime
        }
        Status::Running | Status::Undecided => Field::StartTime,
    }
}
