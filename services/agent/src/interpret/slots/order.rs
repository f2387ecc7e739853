//! The order of rows: superlatives, "sorted by duration", "highest priority".

use resync_api::tws::model::{ObjectKind, Status};

use super::status_value;
use crate::interpret::draft::Selected;
use crate::interpret::lexicon::{Meaning, Rank, Role, State};
use crate::interpret::reading::Reading;
use crate::query::{Field, Operator, Order, Value};

/// "sorted by duration", "ordenado por prioridade".
pub(super) fn sorting(reading: &mut Reading) -> Option<Order> {
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

pub(super) fn take_rank(reading: &mut Reading, selected: &mut Selected, time_field: Field) {
    // "top 5 longest": the plainer word only says that there is an order.
    let ranks = reading.positions(|meaning| matches!(meaning, Meaning::Rank(_)));
    let telling = ranks.iter().find(|rank| reading.meaning(**rank) != Some(Meaning::Rank(Rank::Top)));
    let Some(position) = telling.or(ranks.first()).copied() else {
        take_first_or_last(reading, selected, time_field);
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
        // What waits has no run time: the longest wait is the earliest plan.
        Rank::Longest if time_field == Field::ScheduledTime => order(Field::ScheduledTime, false),
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
        Rank::Most | Rank::Highest if reading.has_state(State::Flag(Field::Late, true)) => {
            order(Field::Deadline, false)
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

/// "the last failure", "the first job that failed".
fn take_first_or_last(reading: &mut Reading, selected: &mut Selected, time_field: Field) {
    let one = |meaning: Option<Meaning>| {
        matches!(meaning, Some(Meaning::Kind { plural: false, .. } | Meaning::State(_) | Meaning::Rank(_)))
    };
    let found = (0..reading.pieces.len()).find_map(|position| {
        let descending = match reading.meaning(position)? {
            Meaning::Role(Role::Last) => true,
            Meaning::Ordinal(1) => false,
            _ => return None,
        };
        // "the first one" is a row that was shown.
        let free = !reading.pieces[position].used && reading.pieces[position].length == 1;
        (free && one(reading.meaning(position + 1))).then_some((position, descending))
    });
    if let Some((position, descending)) = found
        && selected.limit.is_none()
        && selected.order.is_none()
    {
        reading.take(position);
        selected.order = Some(Order { field: time_field, descending });
        selected.limit = Some(1);
        selected.vague = false;
    }
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

pub(super) fn newest(time_field: Field) -> Order {
    Order { field: time_field, descending: true }
}
