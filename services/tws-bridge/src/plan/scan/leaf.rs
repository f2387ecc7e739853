//! Tests of one field of jobs, on the columns that hold it.

use resync_api::filter::{Operator, Pattern};
use resync_api::tws::model::Status;

use super::{Leaf, Mask};
use crate::plan::column::Column;
use crate::plan::condition::{Check, compare};
use crate::plan::dictionary::Dictionary;
use crate::plan::field::Field;
use crate::plan::jobs::flag;
use crate::plan::packed::{pack_status, unpack_millis};
use crate::plan::records::StreamRecord;
use crate::plan::snapshot::Snapshot;
use crate::plan::value::Value;

/// Dictionaries up to this size are matched text by text beforehand; of larger ones only the rows of interest are.
const MATCHED_BEFOREHAND: usize = 4096;

/// Rough costs for a row, to run cheap tests first.
mod cost {
    pub(super) const COLUMN: u32 = 1;
    pub(super) const SYMBOL: u32 = 2;
    pub(super) const DERIVED: u32 = 10;
    pub(super) const TEXT: u32 = 50;
    pub(super) const BUILT_TEXT: u32 = 200;
}

fn leaf<'a>(cost: u32, test: impl Fn(usize, &Mask) -> Mask + Send + Sync + 'a) -> Leaf<'a> {
    Leaf { cost, test: Box::new(test) }
}

/// The test of `check` on `field`.
pub(super) fn prepare<'a>(plan: &'a Snapshot, field: Field, check: &'a Check, now: i64) -> Leaf<'a> {
    let (jobs, texts) = (&plan.jobs, &plan.texts);
    match field {
        Field::JobName => symbols(&jobs.name, &texts.job_names, check),
        Field::Workstation => symbols(&jobs.workstation, &texts.workstations, check),
        Field::User => symbols(&jobs.user, &texts.users, check),
        Field::InternalStatus => words(&jobs.internal_status, &texts.words, check),
        Field::Substatus => words(&jobs.substatus, &texts.words, check),
        Field::RecoveryOption => words(&jobs.recovery_option, &texts.words, check),
        Field::Folder => of_stream(plan, check, |stream| &stream.facts.folder),
        Field::JobStreamId => of_stream(plan, check, |stream| &stream.facts.id),
        Field::JobStreamName => of_stream(plan, check, |stream| &stream.facts.job_stream_name),
        Field::JobStreamWorkstation => of_stream(plan, check, |stream| &stream.facts.workstation),
        Field::Status => status(plan, check),
        Field::Priority => number(&jobs.priority, check, |value| Some(i64::from(value))),
        Field::RunCount => number(&jobs.run_count, check, |value| Some(i64::from(value))),
        Field::JobNumber => number(&jobs.job_number, check, Some),
        Field::Position => number(&jobs.position, check, |value| Some(i64::from(value))),
        Field::ScheduledTime => number(&jobs.scheduled_time, check, time),
        Field::EarliestStart => number(&jobs.earliest_start, check, time),
        Field::LatestStart => number(&jobs.latest_start, check, time),
        Field::Deadline => number(&jobs.deadline, check, time),
        Field::CriticalStart => number(&jobs.critical_start, check, time),
        Field::StartTime => number(&jobs.start_time, check, time),
        Field::EndTime => number(&jobs.end_time, check, time),
        Field::EstimatedDuration => number(&jobs.estimated_duration, check, unpack_millis),
        Field::ObservedAt => {
            number(&jobs.stamp, check, |stamp| Some(plan.stamp_time(stamp).timestamp_millis()))
        }
        Field::ReturnCode => {
            let codes = number(&jobs.return_code, check, |value| Some(i64::from(value)));
            leaf(cost::COLUMN * 2, move |chunk, within| {
                let set = Mask::of(&jobs.flags, chunk, |flags| flags & flag::HAS_RETURN_CODE != 0);
                (codes.test)(chunk, within).and(&set)
            })
        }
        Field::CancelPending => bit(plan, flag::CANCEL_PENDING, check),
        Field::Critical => bit(plan, flag::CRITICAL, check),
        Field::RequiresConfirmation => bit(plan, flag::REQUIRES_CONFIRMATION, check),
        Field::Every => bit(plan, flag::EVERY, check),
        Field::CarriedForward => bit(plan, flag::CARRIED_FORWARD, check),
        Field::Late => derived(check, move |chunk, within| late(plan, now, chunk, within)),
        Field::AtRisk => derived(check, move |chunk, within| at_risk(plan, now, chunk, within)),
        Field::LongRunning => derived(check, move |chunk, within| long_running(plan, now, chunk, within)),
        Field::Key | Field::Id => row_by_row(plan, field, check, now, cost::BUILT_TEXT),
        _ => row_by_row(plan, field, check, now, cost::DERIVED),
    }
}

fn time(millis: i64) -> Option<i64> {
    (millis != 0).then_some(millis)
}

/// A text by its symbol.
fn symbols<'a>(column: &'a Column<u32>, dictionary: &'a Dictionary, check: &'a Check) -> Leaf<'a> {
    if let Check::Matches(pattern) = check
        && let Some(text) = pattern.exact()
    {
        let wanted: Vec<u32> = dictionary.find(&text).collect();
        return match wanted.as_slice() {
            [] => leaf(0, |_, _| Mask::default()),
            [symbol] => {
                let symbol = *symbol;
                leaf(cost::COLUMN, move |chunk, _| Mask::of(column, chunk, |value| value == symbol))
            }
            _ => leaf(cost::SYMBOL, move |chunk, _| Mask::of(column, chunk, |value| wanted.contains(&value))),
        };
    }
    if dictionary.len() > MATCHED_BEFOREHAND {
        return leaf(cost::TEXT, move |chunk, within| {
            Mask::filtered(within, chunk, |row| {
                check.holds(&Value::Text(dictionary.text(column.get(row)).into()))
            })
        });
    }
    let accepted = accepted(dictionary, check);
    leaf(cost::SYMBOL, move |chunk, _| Mask::of(column, chunk, |value| accepted[value as usize]))
}

fn words<'a>(column: &'a Column<u16>, dictionary: &'a Dictionary, check: &'a Check) -> Leaf<'a> {
    let accepted = accepted(dictionary, check);
    leaf(cost::SYMBOL, move |chunk, _| Mask::of(column, chunk, |value| accepted[usize::from(value)]))
}

fn accepted(dictionary: &Dictionary, check: &Check) -> Vec<bool> {
    dictionary.iter().map(|(_, text)| check.holds(&Value::Text(text.into()))).collect()
}

/// A text of the job's stream.
fn of_stream<'a>(plan: &'a Snapshot, check: &'a Check, text: impl Fn(&StreamRecord) -> &String) -> Leaf<'a> {
    let mut accepted = vec![false; plan.streams.end() as usize];
    let pattern = match check {
        Check::Matches(pattern) => Some(pattern),
        _ => None,
    };
    let everything = pattern.is_some_and(Pattern::is_everything);
    for (row, stream) in plan.streams.iter() {
        accepted[row as usize] = everything || check.holds(&Value::Text(text(stream).into()));
    }
    let streams = &plan.jobs.stream;
    leaf(cost::SYMBOL, move |chunk, _| {
        Mask::of(streams, chunk, |row| accepted.get(row as usize).copied().unwrap_or(false))
    })
}

fn status<'a>(plan: &'a Snapshot, check: &Check) -> Leaf<'a> {
    let column = &plan.jobs.status;
    match *check {
        Check::Status { code, equal: true } => {
            leaf(cost::COLUMN, move |chunk, _| Mask::of(column, chunk, |value| value == code))
        }
        Check::Status { code, equal: false } => {
            leaf(cost::COLUMN, move |chunk, _| Mask::of(column, chunk, |value| value != code))
        }
        _ => leaf(0, |_, within| *within),
    }
}

/// A number, time or duration; `read` gives none for unset values.
fn number<'a, T: Copy + Default + PartialEq + Send + Sync>(
    column: &'a Column<T>,
    check: &Check,
    read: impl Fn(T) -> Option<i64> + Send + Sync + 'a,
) -> Leaf<'a> {
    let Check::Number(operator, wanted) = *check else {
        return leaf(cost::COLUMN, move |chunk, _| Mask::of(column, chunk, |value| read(value).is_some()));
    };
    // One closure for each operator: the comparison must not be decided again for every row.
    macro_rules! test {
        ($op:tt) => {
            leaf(cost::COLUMN, move |chunk, _| {
                Mask::of(column, chunk, |value| read(value).is_some_and(|actual| actual $op wanted))
            })
        };
    }
    match operator {
        Operator::Equal => test!(==),
        Operator::NotEqual => test!(!=),
        Operator::Less => test!(<),
        Operator::LessOrEqual => test!(<=),
        Operator::Greater => test!(>),
        Operator::GreaterOrEqual => test!(>=),
        Operator::Has => leaf(cost::COLUMN, move |chunk, _| {
            Mask::of(column, chunk, |value| {
                read(value).is_some_and(|actual| compare(operator, actual, wanted))
            })
        }),
    }
}

fn bit<'a>(plan: &'a Snapshot, bit: u16, check: &Check) -> Leaf<'a> {
    let flags = &plan.jobs.flags;
    match *check {
        Check::Boolean(wanted) => {
            leaf(cost::COLUMN, move |chunk, _| Mask::of(flags, chunk, |value| (value & bit != 0) == wanted))
        }
        _ => leaf(0, |_, within| *within),
    }
}

/// A yes-or-no value that several columns give; `rows` finds the rows within a mask where it is yes.
fn derived<'a>(check: &Check, rows: impl Fn(usize, &Mask) -> Mask + Send + Sync + 'a) -> Leaf<'a> {
    match *check {
        Check::Boolean(true) => leaf(cost::DERIVED, rows),
        Check::Boolean(false) => {
            leaf(cost::DERIVED, move |chunk, within| within.without(&rows(chunk, within)))
        }
        _ => leaf(0, |_, within| *within),
    }
}

pub(super) fn late(plan: &Snapshot, now: i64, chunk: usize, within: &Mask) -> Mask {
    let passed = Mask::of(&plan.jobs.deadline, chunk, |deadline| deadline != 0 && deadline < now);
    let flagged = Mask::of(&plan.jobs.flags, chunk, |flags| flags & flag::LATE_BY_ENGINE != 0);
    Mask::filtered(&passed.or(&flagged).and(within), chunk, |row| plan.timing(row).late(now))
}

pub(super) fn at_risk(plan: &Snapshot, now: i64, chunk: usize, within: &Mask) -> Mask {
    let bound = Mask::of(&plan.jobs.deadline, chunk, |deadline| deadline != 0).or(&Mask::of(
        &plan.jobs.critical_start,
        chunk,
        |start| start != 0,
    ));
    Mask::filtered(&bound.and(within), chunk, |row| plan.timing(row).at_risk(now))
}

pub(super) fn long_running(plan: &Snapshot, now: i64, chunk: usize, within: &Mask) -> Mask {
    let running = pack_status(Status::Running);
    let running = Mask::of(&plan.jobs.status, chunk, |status| status == running);
    Mask::filtered(&running.and(within), chunk, |row| plan.timing(row).long_running(now))
}

fn row_by_row<'a>(plan: &'a Snapshot, field: Field, check: &'a Check, now: i64, cost: u32) -> Leaf<'a> {
    let kind = resync_api::tws::model::ObjectKind::Job;
    leaf(cost, move |chunk, within| {
        Mask::filtered(within, chunk, |row| check.holds(&plan.value(kind, row, field, now)))
    })
}
