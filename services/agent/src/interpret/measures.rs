//! Lengths of time and numbers that are compared with a field: "longer than 30 minutes", "há mais de
//! 1 hora", "priority above 50", "rc 12".

use std::time::Duration;

use resync_api::tws::model::{ObjectKind, Status};

use super::lexicon::{Compare, Cue, Meaning, Pronoun, Role, State};
use super::reading::{Reading, Unit};
use super::token::{Shape, TimeUnit};
use crate::query::{Condition, Field, Operator, Value};

/// A length of time that something is compared with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    /// Above or below.
    pub(super) operator: Operator,
    /// How long.
    pub(super) duration: Duration,
}

/// A length of time that begins at a piece, in seconds, and the first piece after it.
pub(super) fn amount_at(reading: &Reading, position: usize) -> Option<(i64, usize)> {
    let piece = reading.pieces.get(position).filter(|piece| !piece.used)?;
    let half =
        |at: usize| matches!(reading.pieces.get(at).map(|piece| piece.word.as_str()), Some("half" | "meia"));
    if half(position) {
        let unit = if matches!(reading.meaning(position + 1), Some(Meaning::Article)) {
            position + 2
        } else {
            position + 1
        };
        return (reading.meaning(unit) == Some(Meaning::Unit(TimeUnit::Hour))).then_some((1_800, unit + 1));
    }
    let (seconds, mut end) = match piece.unit {
        Unit::Shape(Shape::Amount(number, unit)) => (number.checked_mul(unit.seconds())?, position + 1),
        Unit::Shape(Shape::HourMark { hour, minute }) => {
            (i64::from(hour * 3_600 + minute * 60), position + 1)
        }
        _ => {
            let number = match piece.unit {
                Unit::Known(Meaning::Article) => 1,
                _ => reading.number(position)?,
            };
            let Some(Meaning::Unit(unit)) = reading.meaning(position + 1) else { return None };
            (number.checked_mul(unit.seconds())?, position + 2)
        }
    };
    let mut total = seconds;
    if reading.meaning(end) == Some(Meaning::And) {
        let next = end + 1 + usize::from(matches!(reading.meaning(end + 1), Some(Meaning::Article)));
        if half(next) && reading.meaning(next + 1).is_none_or(|meaning| !matches!(meaning, Meaning::Unit(_)))
        {
            return Some((total + 1_800, next + 1));
        }
        if reading.number(end + 1).is_some() && matches!(reading.meaning(end + 2), Some(Meaning::Unit(_))) {
            let (more, after) = amount_at(reading, end + 1)?;
            total = total.checked_add(more)?;
            end = after;
        }
    } else if let (Some(_), Some(Meaning::Unit(TimeUnit::Minute))) =
        (reading.number(end), reading.meaning(end + 1))
    {
        let (more, after) = amount_at(reading, end)?;
        total = total.checked_add(more)?;
        end = after;
    }
    Some((total, end))
}

/// Takes a compared length of time.
pub(super) fn take_length(reading: &mut Reading) -> Option<Length> {
    for position in 0..reading.pieces.len() {
        let Some((seconds, end)) = amount_at(reading, position) else { continue };
        let earlier = reading.before(position).filter(|earlier| !reading.pieces[*earlier].used);
        // "longer than" is one phrase, "mais de" too; "há mais de" has its preposition before.
        let compare =
            earlier.and_then(|earlier| comparison(reading, earlier)).or_else(|| comparison(reading, end));
        let lasting =
            earlier.is_some_and(|earlier| matches!(reading.meaning(earlier), Some(Meaning::Role(Role::For))));
        let states = reading.has_state(State::Is(Status::Running))
            || reading.has_state(State::Flag(Field::LongRunning, true));
        let operator = match compare {
            Some(Compare::Less | Compare::AtMost) => Operator::Below,
            Some(_) => Operator::Above,
            None if lasting || states => Operator::Above,
            None => continue,
        };
        let start = earlier.filter(|_| compare.is_some() || lasting).unwrap_or(position);
        (start..end).for_each(|taken| reading.take(taken));
        if comparison(reading, end).is_some() {
            reading.take(end);
        }
        if let Some(outer) = reading.before(start)
            && matches!(reading.meaning(outer), Some(Meaning::Role(Role::For)))
        {
            reading.take(outer);
        }
        return Some(Length { operator, duration: Duration::from_secs(u64::try_from(seconds).ok()?) });
    }
    None
}

fn comparison(reading: &Reading, position: usize) -> Option<Compare> {
    match reading.pieces.get(position)?.unit {
        Unit::Known(Meaning::Compare(compare)) if compare != Compare::Ago => Some(compare),
        Unit::Shape(Shape::Symbol('>')) => Some(Compare::More),
        Unit::Shape(Shape::Symbol('<')) => Some(Compare::Less),
        Unit::Shape(Shape::Symbol('≥')) => Some(Compare::AtLeast),
        Unit::Shape(Shape::Symbol('≤')) => Some(Compare::AtMost),
        Unit::Shape(Shape::Symbol('≠')) => Some(Compare::Different),
        Unit::Shape(Shape::Symbol('=')) => Some(Compare::Equal),
        _ => None,
    }
}

/// Takes the numbers that are compared with a field.
pub(super) fn take_numbers(reading: &mut Reading, kind: Option<ObjectKind>) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for position in 0..reading.pieces.len() {
        let Some(number) = reading.number(position).filter(|_| !reading.pieces[position].used) else {
            continue;
        };
        let Some((field, compare, taken)) = compared(reading, position, kind) else { continue };
        let (operator, number) = match compare {
            Compare::More => (Operator::Above, number),
            Compare::Less => (Operator::Below, number),
            Compare::AtLeast => (Operator::Above, number.saturating_sub(1)),
            Compare::AtMost => (Operator::Below, number.saturating_add(1)),
            Compare::Different => (Operator::IsNot, number),
            Compare::Equal | Compare::Ago => (Operator::Is, number),
        };
        taken.into_iter().for_each(|taken| reading.take(taken));
        conditions.push(Condition { field, operator, values: vec![Value::Number(number)] });
    }
    conditions
}

/// The field and comparison around a number, and the pieces that say so.
fn compared(
    reading: &Reading,
    position: usize,
    kind: Option<ObjectKind>,
) -> Option<(Field, Compare, Vec<usize>)> {
    let mut taken = vec![position];
    let mut compare = None;
    let mut column = None;
    let mut cursor = position;
    // At most a comparison, an operator and a noun stand before a number.
    for _ in 0..5 {
        let Some(earlier) = cursor.checked_sub(1).filter(|earlier| !reading.pieces[*earlier].used) else {
            break;
        };
        cursor = earlier;
        match reading.meaning(earlier) {
            Some(Meaning::Column(field)) => {
                column = Some(field);
                taken.push(earlier);
                break;
            }
            Some(Meaning::Article | Meaning::Filler | Meaning::Auxiliary) => {}
            Some(Meaning::Role(Role::Of | Role::To | Role::With)) => {}
            Some(Meaning::Not) => compare = Some(Compare::Different),
            _ => match comparison(reading, earlier) {
                Some(found) => {
                    compare = compare.or(Some(found));
                    taken.push(earlier);
                }
                None => break,
            },
        }
    }
    if column.is_none() {
        let later = reading.after(position)?;
        match reading.meaning(later) {
            Some(Meaning::Column(field)) => {
                column = Some(field);
                taken.push(later);
            }
            // "more than 2 runs"
            Some(Meaning::Cue(Cue::Ran)) if compare.is_some() => {
                column = Some(Field::RunCount);
                taken.push(later);
            }
            Some(Meaning::Kind { kind: ObjectKind::Job, plural: true, .. })
                if compare.is_some() && kind != Some(ObjectKind::Job) =>
            {
                column = Some(Field::JobCount);
                taken.push(later);
            }
            _ => {}
        }
    }
    let field = column.filter(|field| is_number(*field))?;
    let default = if field == Field::RunCount { Compare::AtLeast } else { Compare::Equal };
    Some((field, compare.unwrap_or(default), taken))
}

fn is_number(field: Field) -> bool {
    matches!(
        field,
        Field::Priority
            | Field::ReturnCode
            | Field::RunCount
            | Field::Limit
            | Field::Fence
            | Field::JobCount
            | Field::Available
    )
}

/// Takes a wanted number of rows: "top 5", "last 10", "10 failed jobs". The flag tells whether the last
/// rows are wanted.
pub(super) fn take_row_count(reading: &mut Reading) -> Option<(u32, bool)> {
    for position in 0..reading.pieces.len() {
        if reading.pieces[position].used {
            continue;
        }
        let Some(number) = reading.number(position).and_then(|number| u32::try_from(number).ok()) else {
            continue;
        };
        if !(1..=1_000).contains(&number) {
            continue;
        }
        let earlier = position.checked_sub(1).and_then(|earlier| reading.meaning(earlier));
        let later = reading.after(position).and_then(|later| reading.meaning(later));
        let only = earlier == Some(Meaning::Only) && later.is_none();
        let last = matches!(earlier, Some(Meaning::Role(Role::Last)))
            || matches!(reading.meaning(position + 1), Some(Meaning::Role(Role::Last)));
        let counted = matches!(
            earlier,
            Some(
                Meaning::Rank(_)
                    | Meaning::Role(Role::Last | Role::Coming)
                    | Meaning::Ordinal(1)
                    | Meaning::Cue(_)
            )
        ) || matches!(
            later,
            Some(
                Meaning::Kind { plural: true, .. }
                    | Meaning::Rank(_)
                    | Meaning::State(_)
                    | Meaning::Role(Role::Last)
                    | Meaning::Lines
                    | Meaning::Ordinal(1)
                    | Meaning::Pronoun(Pronoun::Them)
            )
        );
        if counted || only {
            reading.take(position);
            return Some((number, last));
        }
    }
    None
}
