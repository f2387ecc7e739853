//! Fills the slots of a selection: kind, conditions, groups, order, number of rows.

use chrono::{DateTime, Utc};
use resync_api::tws::model::ObjectKind;

use super::Context;
use super::draft::Selected;
use super::lexicon::{Cue, Meaning, Moment, Role};
use super::measures::{self, Length};
use super::reading::{Reading, Unit};
use super::times::{self, Window};
use super::token::Shape;
use crate::query::{Condition, Field, Operator, Value};

mod groups;
mod order;
pub(super) mod states;

pub(super) use states::status_value;

/// What a message selects, except for its names, and the time it names.
#[derive(Debug)]
pub(super) struct Slots {
    /// The selection.
    pub(super) selected: Selected,
    /// The stretch of time, already among the conditions.
    pub(super) window: Option<Window>,
}

/// Fills the slots; pieces that were used are marked.
pub(super) fn fill(reading: &mut Reading, context: &Context<'_>) -> Slots {
    let mut selected = Selected::default();
    let sorting = order::sorting(reading);
    selected.group_by = groups::take_groups(reading, sorting.is_some());
    // Asked before the words of time are taken.
    let of_today = is_only_today(reading);
    let window = times::take(reading, context);
    let length = measures::take_length(reading);
    selected_kind(reading, &mut selected);
    let most = groups::take_most(reading, &mut selected);
    let numbers = measures::take_numbers(reading, selected.kind);
    let row_count = measures::take_row_count(reading);
    let states = states::take(reading, selected.kind, window.is_some());
    if selected.kind.is_none() {
        selected.kind = states.kind;
    }
    selected.conditions.extend(states.conditions);
    selected.conditions.extend(numbers);
    let deadline = reading.positions(|meaning| meaning == Meaning::Column(Field::Deadline)).first().copied();
    let time_field = match deadline {
        Some(position) if window.is_some() => {
            reading.take(position);
            Field::Deadline
        }
        _ => match states.time_field.unwrap_or(Field::StartTime) {
            // What begins in the future can only be planned.
            Field::StartTime | Field::EndTime
                if window.is_some_and(|window| window.from.is_some_and(|from| from > context.now)) =>
            {
                Field::ScheduledTime
            }
            field => field,
        },
    };
    if let Some(window) = window
        && selected.kind != Some(ObjectKind::Prompt)
        // Late and at risk are facts of now: "late today" is late.
        && !(states.is_about_now && window.contains(context.now))
        // "the critical jobs of today" are those of the plan, begun or not.
        && !(of_today && selected.kind_said && states.time_field.is_none() && deadline.is_none())
    {
        add_window(&mut selected.conditions, time_field, window);
    }
    if let Some(length) = length {
        selected.conditions.push(length_condition(length, time_field, context.now));
    }
    if let Some((count, last)) = row_count {
        selected.limit = Some(count);
        if last {
            selected.order = Some(order::newest(time_field));
        }
    }
    if !most {
        order::take_rank(reading, &mut selected, time_field);
    }
    if let Some(order) = sorting {
        selected.order = Some(order);
    }
    normalise(&mut selected.conditions);
    Slots { selected, window }
}

/// Whether the only time said is today, of nothing that happens at a time.
fn is_only_today(reading: &Reading) -> bool {
    let moments = reading.positions(|meaning| matches!(meaning, Meaning::Moment(_)));
    let happens = reading.has(Cue::Ran) || reading.has(Cue::When) || reading.has(Cue::Changes);
    let today = |position: &usize| reading.meaning(*position) == Some(Meaning::Moment(Moment::Today));
    let bounded = !reading
        .positions(|meaning| {
            matches!(meaning, Meaning::Role(Role::Since | Role::Until | Role::Before | Role::After))
        })
        .is_empty();
    !happens
        && !bounded
        && matches!(&moments[..], [only] if today(only))
        && !reading.pieces.iter().any(|piece| {
            matches!(
                piece.unit,
                Unit::Shape(
                    Shape::Clock { .. } | Shape::HourMark { .. } | Shape::Amount(..) | Shape::Date(_)
                )
            )
        })
}

/// One condition for each field and operator, in the order of the fields, values in their own order.
pub(super) fn normalise(conditions: &mut Vec<Condition>) {
    let mut merged: Vec<Condition> = Vec::with_capacity(conditions.len());
    for condition in conditions.drain(..) {
        if merged.contains(&condition) {
            continue;
        }
        let same = merged.iter_mut().find(|other| {
            other.field == condition.field
                && other.operator == condition.operator
                && matches!(condition.operator, Operator::Is | Operator::IsNot)
                && !matches!(condition.values[..], [Value::Flag(_)])
        });
        match same {
            Some(other) => {
                for value in condition.values {
                    if !other.values.contains(&value) {
                        other.values.push(value);
                    }
                }
            }
            None => merged.push(condition),
        }
    }
    for condition in &mut merged {
        condition.values.sort_by_key(|value| match value {
            Value::Status(status) => *status as usize,
            _ => 0,
        });
    }
    merged.sort_by_key(|condition| (condition.field, condition.operator as u8));
    *conditions = merged;
}

fn add_window(conditions: &mut Vec<Condition>, field: Field, window: Window) {
    for (operator, time) in [(Operator::Above, window.from), (Operator::Below, window.to)] {
        if let Some(time) = time {
            conditions.push(Condition { field, operator, values: vec![Value::Time(time)] });
        }
    }
}

/// A running time, or for what has not started a planned time that long ago.
fn length_condition(length: Length, time_field: Field, now: DateTime<Utc>) -> Condition {
    let ago =
        chrono::Duration::from_std(length.duration).ok().and_then(|length| now.checked_sub_signed(length));
    match ago {
        // Late by so much, or waiting for so long: the time itself is that long ago.
        Some(ago) if matches!(time_field, Field::ScheduledTime | Field::Deadline) => Condition {
            field: time_field,
            operator: if length.operator == Operator::Above { Operator::Below } else { Operator::Above },
            values: vec![Value::Time(ago)],
        },
        _ => Condition {
            field: Field::Elapsed,
            operator: length.operator,
            values: vec![Value::Duration(length.duration)],
        },
    }
}

/// The field of job rows that names the object of a kind.
pub(super) fn field_of(kind: ObjectKind) -> Option<Field> {
    match kind {
        ObjectKind::Job => Some(Field::JobName),
        ObjectKind::JobStream => Some(Field::JobStreamName),
        ObjectKind::Workstation => Some(Field::Workstation),
        ObjectKind::Folder => Some(Field::Folder),
        ObjectKind::User => Some(Field::User),
        ObjectKind::Resource => Some(Field::ResourceName),
        ObjectKind::Prompt => None,
    }
}

/// The kind of the rows: the first that is said and does not only introduce a name.
fn selected_kind(reading: &mut Reading, selected: &mut Selected) {
    let said = |reading: &Reading, plural_only: bool| {
        (0..reading.pieces.len()).find_map(|position| match reading.meaning(position) {
            Some(Meaning::Kind { kind, plural, subtype })
                if !reading.pieces[position].used
                    && (plural || !plural_only)
                    && (plural || !introduces_name(reading, position))
                    && !matches!(kind, ObjectKind::Folder | ObjectKind::User) =>
            {
                Some((kind, plural, subtype))
            }
            _ => None,
        })
    };
    let Some((kind, plural, subtype)) = said(reading, true).or_else(|| said(reading, false)) else { return };
    selected.kind = Some(kind);
    selected.kind_said = true;
    selected.vague = !plural;
    if !subtype.is_empty() {
        selected.conditions.push(Condition {
            field: Field::Type,
            operator: Operator::Is,
            values: subtype.split('|').map(|name| Value::Text(name.to_owned())).collect(),
        });
    }
}

/// Whether a singular kind word only says what kind of object a name beside it is.
pub(super) fn introduces_name(reading: &Reading, position: usize) -> bool {
    let mut next = position + 1;
    while matches!(reading.meaning(next), Some(Meaning::Role(Role::Named) | Meaning::Article)) {
        next += 1;
    }
    reading.name(next).is_some()
        || position.checked_sub(1).is_some_and(|before| reading.name(before).is_some())
}
