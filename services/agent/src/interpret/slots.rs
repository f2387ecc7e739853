//! Fills the slots of a selection: kind, conditions, groups, order, number of rows.

use chrono::{DateTime, Utc};
use resync_api::tws::model::{ObjectKind, Status};

use super::Context;
use super::draft::Selected;
use super::lexicon::{Cue, Meaning, Rank, Role, State};
use super::measures::{self, Length};
use super::reading::Reading;
use super::times::{self, Window};
use crate::query::{Condition, Field, Operator, Order, Value};

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
    let sorting = sorting(reading);
    selected.group_by = take_groups(reading, sorting.is_some());
    let window = times::take(reading, context);
    let length = measures::take_length(reading);
    selected_kind(reading, &mut selected);
    let most = take_most(reading, &mut selected);
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
    {
        add_window(&mut selected.conditions, time_field, window);
    }
    if let Some(length) = length {
        selected.conditions.push(length_condition(length, time_field, context.now));
    }
    if let Some((count, last)) = row_count {
        selected.limit = Some(count);
        if last {
            selected.order = Some(newest(time_field));
        }
    }
    if !most {
        take_rank(reading, &mut selected, time_field);
    }
    if let Some(order) = sorting {
        selected.order = Some(order);
    }
    normalise(&mut selected.conditions);
    Slots { selected, window }
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
        Some(ago) if time_field == Field::ScheduledTime => Condition {
            field: Field::ScheduledTime,
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

fn newest(time_field: Field) -> Order {
    Order { field: time_field, descending: true }
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

/// "by workstation", "por pasta", "per stream and status".
fn take_groups(reading: &mut Reading, sorting: bool) -> Vec<Field> {
    let mut groups = Vec::new();
    let mut position = 0;
    while position < reading.pieces.len() {
        let leads =
            matches!(reading.meaning(position), Some(Meaning::Role(Role::By) | Meaning::Cue(Cue::Group)))
                || (!groups.is_empty() && matches!(reading.meaning(position), Some(Meaning::And)));
        let mut next = position + 1;
        while matches!(reading.meaning(next), Some(Meaning::Article | Meaning::All | Meaning::Role(Role::By)))
        {
            next += 1;
        }
        let field = match reading.meaning(next) {
            Some(Meaning::Kind { kind, .. }) if reading.name(next + 1).is_none() => field_of(kind),
            Some(Meaning::Cue(Cue::Detail)) => Some(Field::Status),
            Some(Meaning::Column(
                field @ (Field::Priority
                | Field::ReturnCode
                | Field::Type
                | Field::InternalStatus
                | Field::Substatus),
            )) if !sorting => Some(field),
            _ => None,
        };
        match field.filter(|field| leads && groups.len() < 3 && !groups.contains(field)) {
            Some(field) => {
                groups.push(field);
                (position..=next).for_each(|taken| reading.take(taken));
                position = next + 1;
            }
            None => position += 1,
        }
    }
    groups
}

/// "sorted by duration", "ordenado por prioridade".
fn sorting(reading: &mut Reading) -> Option<Order> {
    let top = !reading.positions(|meaning| meaning == Meaning::Rank(Rank::Top)).is_empty();
    let position = (0..reading.pieces.len()).find(|position| {
        let measured = matches!(
            reading.meaning(position + 1),
            Some(Meaning::Column(
                Field::Elapsed
                    | Field::EstimatedDuration
                    | Field::StartTime
                    | Field::EndTime
                    | Field::ScheduledTime
                    | Field::RunCount
            ))
        );
        matches!(reading.pieces[*position].word.as_str(), "sort" | "sorted" | "order" | "ordered")
            || reading.pieces[*position].word.starts_with("ordena")
            || (measured && reading.meaning(*position) == Some(Meaning::Role(Role::By)))
            || (top
                && reading.meaning(*position) == Some(Meaning::Role(Role::By))
                && matches!(
                    reading.meaning(position + 1),
                    Some(Meaning::Column(Field::Priority | Field::ReturnCode))
                ))
    })?;
    let column =
        (position + 1..reading.pieces.len()).take(4).find_map(|next| match reading.meaning(next) {
            Some(Meaning::Column(field)) => Some((next, field)),
            _ => None,
        })?;
    reading.take(column.0);
    let ascending =
        reading.pieces.iter().any(|piece| matches!(piece.word.as_str(), "ascending" | "asc" | "crescente"));
    Some(Order { field: column.1, descending: !ascending })
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

/// "which workstation has the most failed jobs": a count by the kind that is asked for.
fn take_most(reading: &mut Reading, selected: &mut Selected) -> bool {
    let ranked = reading.positions(|meaning| matches!(meaning, Meaning::Rank(Rank::Most | Rank::Fewest)));
    // "top 3 workstations by failed jobs"
    let by = reading.positions(|meaning| meaning == Meaning::Role(Role::By)).into_iter().find(|by| {
        let next = reading.after(*by).and_then(|next| reading.meaning(next));
        matches!(
            next,
            Some(
                Meaning::State(_)
                    | Meaning::Kind { kind: ObjectKind::Job, plural: true, .. }
                    | Meaning::Cue(Cue::Count)
            )
        )
    });
    let Some(most) = ranked.first().copied().or(by).or_else(|| possession(reading)) else { return false };
    let fewest = reading.meaning(most) == Some(Meaning::Rank(Rank::Fewest));
    let owner = (0..reading.pieces.len()).find_map(|position| match reading.meaning(position) {
        Some(Meaning::Kind { kind, plural, .. })
            if kind != ObjectKind::Job
                && !reading.pieces[position].used
                && !introduces_name(reading, position) =>
        {
            field_of(kind).map(|field| (field, plural))
        }
        _ => None,
    });
    let Some((field, plural)) = owner else { return false };
    // Something countable has to follow: jobs, or a state jobs are in.
    let counted = (most.min(reading.pieces.len())..reading.pieces.len()).any(|position| {
        matches!(
            reading.meaning(position),
            Some(Meaning::Kind { kind: ObjectKind::Job, .. } | Meaning::State(_) | Meaning::Cue(Cue::Ran))
        )
    });
    if !counted {
        return false;
    }
    if ranked.contains(&most) {
        reading.take(most);
    }
    let limited = ranked.contains(&most) && !plural;
    selected.kind = Some(ObjectKind::Job);
    selected.kind_said = true;
    selected.vague = false;
    selected.conditions.clear();
    selected.group_by = vec![field];
    selected.limit = limited.then_some(1);
    if fewest {
        // Groups come largest first; the natural order is turned around.
        selected.order = Some(Order { field: Field::JobCount, descending: false });
    }
    true
}

/// "streams with failed jobs", "which agents have jobs in error": jobs, counted by what has them.
fn possession(reading: &Reading) -> Option<usize> {
    let jobs = (0..reading.pieces.len()).find(|position| {
        matches!(reading.meaning(*position), Some(Meaning::Kind { kind: ObjectKind::Job, plural: true, .. }))
    })?;
    let states = (0..reading.pieces.len())
        .any(|position| matches!(reading.meaning(position), Some(Meaning::State(_))));
    let owner = (0..jobs).find(|position| {
        matches!(reading.meaning(*position), Some(Meaning::Kind { kind, .. }) if kind != ObjectKind::Job)
            && !introduces_name(reading, *position)
            && !reading.pieces[*position].used
    })?;
    let joined = (owner..jobs).any(|position| reading.meaning(position) == Some(Meaning::And));
    (states && !joined).then_some(jobs)
}

fn take_rank(reading: &mut Reading, selected: &mut Selected, time_field: Field) {
    // "top 5 longest": the plainer word only says that there is an order.
    let ranks = reading.positions(|meaning| matches!(meaning, Meaning::Rank(_)));
    let telling = ranks.iter().find(|rank| reading.meaning(**rank) != Some(Meaning::Rank(Rank::Top)));
    let Some(position) = telling.or(ranks.first()).copied() else {
        return order_by_column(reading, selected, true);
    };
    let Some(Meaning::Rank(rank)) = reading.meaning(position) else { return };
    let running = {
        let piece = &reading.pieces[position];
        (piece.start..piece.start + piece.length)
            .any(|token| matches!(reading.word(token), "running" | "rodando" | "been"))
    };
    reading.take(position);
    let has_status = selected.conditions.iter().any(|condition| condition.field == Field::Status);
    let is_running = running
        || selected
            .conditions
            .iter()
            .any(|condition| condition.values.contains(&Value::Status(Status::Running)));
    let order = |field, descending| Some(Order { field, descending });
    let found = match rank {
        Rank::Longest => order(Field::Elapsed, true),
        Rank::Shortest => order(Field::Elapsed, false),
        Rank::Oldest if is_running => order(Field::StartTime, false),
        Rank::Oldest if time_field == Field::EndTime => order(Field::EndTime, false),
        Rank::Oldest => order(Field::ScheduledTime, false),
        Rank::Newest => Some(newest(time_field)),
        Rank::Next => {
            if !has_status {
                selected.conditions.push(status_value(Operator::Is, [Status::Waiting, Status::Ready]));
            }
            order(Field::ScheduledTime, false)
        }
        Rank::Most if reading.has_state(State::Reran) => order(Field::RunCount, true),
        Rank::Most if selected.kind == Some(ObjectKind::JobStream) => order(Field::JobCount, true),
        Rank::Most | Rank::Fewest | Rank::Top => None,
        Rank::Highest if selected.kind == Some(ObjectKind::JobStream) => order(Field::JobCount, true),
        Rank::Highest | Rank::Lowest => {
            order_by_column(reading, selected, rank == Rank::Highest);
            selected.order
        }
    };
    if running && !has_status {
        selected.conditions.push(status_value(Operator::Is, [Status::Running]));
    }
    if found.is_some() {
        selected.order = found;
    }
    if selected.vague && selected.limit.is_none() && selected.order.is_some() {
        selected.limit = Some(1);
    }
    selected.vague = false;
}

/// "highest priority", "high priority jobs": a field worth ordering by.
fn order_by_column(reading: &mut Reading, selected: &mut Selected, descending: bool) {
    let column = reading.positions(|meaning| {
        matches!(
            meaning,
            Meaning::Column(
                Field::Priority
                    | Field::Elapsed
                    | Field::ReturnCode
                    | Field::Limit
                    | Field::Fence
                    | Field::RunCount
            )
        )
    });
    if selected.kind_said
        && let Some(position) = column.first()
        && let Some(Meaning::Column(field)) = reading.meaning(*position)
    {
        reading.take(*position);
        selected.order.get_or_insert(Order { field, descending });
    }
}
