//! Filter, group and count without building rows.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use chrono::{DateTime, Utc};
use resync_api::filter::Filter;
use resync_api::tws::model::{CountGroup, ObjectKind};

use crate::plan::column::Column;
use crate::plan::condition::{Condition, resolve};
use crate::plan::dictionary::Dictionary;
use crate::plan::field::{Field, kind_word};
use crate::plan::hash_index::mix;
use crate::plan::jobs::flag;
use crate::plan::packed::{STATUSES, status_word, unpack_status};
use crate::plan::query_error::QueryError;
use crate::plan::scan::{JobSelection, select};
use crate::plan::snapshot::Snapshot;

const MAX_FIELDS: usize = 3;
const DEFAULT_GROUPS: u32 = 1000;
/// A question that would list every job as its own group gets the largest of them.
const MOST_GROUPS: u32 = 10_000;
/// Up to this many possible groups are counted in an array, which is much faster than hashing.
const ARRAY_GROUPS: usize = 1 << 20;

/// What to count.
#[derive(Clone, Debug)]
pub struct CountQuery<'a> {
    /// Kind of rows.
    pub kind: ObjectKind,
    /// Which of them.
    pub filter: &'a Filter,
    /// Fields to group by; none: one total.
    pub group_by: &'a [String],
    /// Most groups, largest first; 0 means 1000, more than 10,000 is taken as 10,000.
    pub max_groups: u32,
}

/// A count.
#[derive(Clone, Debug, PartialEq)]
pub struct Counted {
    /// All matching rows.
    pub total: u64,
    /// Largest first, then by value.
    pub groups: Vec<CountGroup>,
    /// There were more groups.
    pub truncated: bool,
    /// When the oldest counted row was verified.
    pub oldest_observed_at: Option<DateTime<Utc>>,
}

impl Snapshot {
    /// Counts rows by groups.
    ///
    /// # Errors
    /// When the filter or a field does not fit the kind.
    pub fn count(&self, query: &CountQuery<'_>, now: DateTime<Utc>) -> Result<Counted, QueryError> {
        if matches!(query.kind, ObjectKind::Folder | ObjectKind::User) {
            return Err(QueryError::NotCountable { kind: kind_word(query.kind) });
        }
        let fields = group_fields(query)?;
        let condition = Condition::bind(query.filter, query.kind)?;
        let millis = now.timestamp_millis();
        let (total, mut groups, oldest) = if query.kind == ObjectKind::Job {
            let rows = JobSelection::scan(self, &condition, millis);
            let groups =
                if fields.is_empty() { Vec::new() } else { group_jobs(self, &rows, &fields, millis) };
            (rows.count(), groups, self.oldest(query.kind, rows.rows()))
        } else {
            let rows = select(self, query.kind, &condition, millis);
            let groups = group_rows(self, query.kind, &rows, &fields, millis);
            (rows.len() as u64, groups, self.oldest(query.kind, rows.iter().copied()))
        };
        let limit =
            if query.max_groups == 0 { DEFAULT_GROUPS } else { query.max_groups.min(MOST_GROUPS) } as usize;
        let largest_first =
            |a: &CountGroup, b: &CountGroup| b.count.cmp(&a.count).then_with(|| a.values.cmp(&b.values));
        let truncated = groups.len() > limit;
        if truncated {
            groups.select_nth_unstable_by(limit, largest_first);
            groups.truncate(limit);
        }
        groups.sort_unstable_by(largest_first);
        Ok(Counted { total, groups, truncated, oldest_observed_at: oldest })
    }
}

fn group_fields(query: &CountQuery<'_>) -> Result<Vec<Field>, QueryError> {
    let mut fields = Vec::new();
    for name in query.group_by {
        let (field, holds) = resolve(name, query.kind, "group_by", None)?;
        if !holds.is_groupable() {
            return Err(QueryError::NotGroupable { field: field.name(), holds: holds.as_str() });
        }
        if fields.contains(&field) || fields.len() == MAX_FIELDS {
            return Err(QueryError::GroupBy);
        }
        fields.push(field);
    }
    Ok(fields)
}

fn group_rows(
    plan: &Snapshot,
    kind: ObjectKind,
    rows: &[u32],
    fields: &[Field],
    now: i64,
) -> Vec<CountGroup> {
    if fields.is_empty() {
        return Vec::new();
    }
    let mut counts: HashMap<Vec<String>, u64> = HashMap::new();
    for row in rows {
        let values = fields.iter().map(|field| plan.value(kind, *row, *field, now).word()).collect();
        *counts.entry(values).or_default() += 1;
    }
    counts.into_iter().map(|(values, count)| CountGroup { values, count }).collect()
}

/// How rows of jobs fall into groups by one field.
struct Grouping<'a> {
    /// The group of a row, below `bound` when there is one.
    code: Box<dyn Fn(u32) -> u32 + 'a>,
    bound: Option<usize>,
    word: Box<dyn Fn(u32) -> String + 'a>,
}

fn group_jobs(plan: &Snapshot, rows: &JobSelection, fields: &[Field], now: i64) -> Vec<CountGroup> {
    let groupings: Vec<_> = fields.iter().map(|field| grouping(plan, *field, now)).collect();
    let size = groupings.iter().try_fold(1_usize, |size, grouping| size.checked_mul(grouping.bound?));
    match size.filter(|size| *size <= ARRAY_GROUPS) {
        Some(size) => count_in_array(rows, &groupings, size),
        None => count_in_map(rows, &groupings),
    }
}

fn count_in_array(rows: &JobSelection, groupings: &[Grouping<'_>], size: usize) -> Vec<CountGroup> {
    let mut counts = vec![0_u32; size];
    match groupings {
        [only] => rows.rows().for_each(|row| counts[(only.code)(row) as usize] += 1),
        [first, second] => {
            let width = second.bound.unwrap_or(1);
            rows.rows().for_each(|row| {
                counts[(first.code)(row) as usize * width + (second.code)(row) as usize] += 1
            });
        }
        _ => rows.rows().for_each(|row| {
            let place = groupings.iter().fold(0, |place, grouping| {
                place * grouping.bound.unwrap_or(1) + (grouping.code)(row) as usize
            });
            counts[place] += 1;
        }),
    }
    let occurring = counts.into_iter().enumerate().filter(|(_, count)| *count > 0);
    occurring
        .map(|(mut place, count)| {
            let mut values = Vec::with_capacity(groupings.len());
            for grouping in groupings.iter().rev() {
                let width = grouping.bound.unwrap_or(1);
                values.push((grouping.word)((place % width) as u32));
                place /= width;
            }
            values.reverse();
            CountGroup { values, count: u64::from(count) }
        })
        .collect()
}

fn count_in_map(rows: &JobSelection, groupings: &[Grouping<'_>]) -> Vec<CountGroup> {
    let mut counts: HashMap<[u32; MAX_FIELDS], u64, BuildHasherDefault<Mixer>> = HashMap::default();
    for row in rows.rows() {
        let mut key = [0; MAX_FIELDS];
        for (code, grouping) in key.iter_mut().zip(groupings) {
            *code = (grouping.code)(row);
        }
        *counts.entry(key).or_default() += 1;
    }
    let words =
        |key: [u32; MAX_FIELDS]| groupings.iter().zip(key).map(|(grouping, code)| (grouping.word)(code));
    counts.into_iter().map(|(key, count)| CountGroup { values: words(key).collect(), count }).collect()
}

/// A quick hasher for small keys that nobody outside chooses.
#[derive(Default)]
struct Mixer(u64);

impl Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(4) {
            let number = chunk.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
            self.0 = mix(self.0 ^ number);
        }
    }
}

fn grouping<'a>(plan: &'a Snapshot, field: Field, now: i64) -> Grouping<'a> {
    let (jobs, texts) = (&plan.jobs, &plan.texts);
    match field {
        Field::Status => Grouping {
            code: Box::new(|row| u32::from(jobs.status.get(row))),
            bound: Some(STATUSES.len() + 1),
            word: Box::new(|code| status_word(unpack_status(code as u8)).to_owned()),
        },
        Field::JobName => symbols(&jobs.name, &texts.job_names),
        Field::Workstation => symbols(&jobs.workstation, &texts.workstations),
        Field::User => symbols(&jobs.user, &texts.users),
        Field::InternalStatus => words(&jobs.internal_status, &texts.words),
        Field::Substatus => words(&jobs.substatus, &texts.words),
        Field::RecoveryOption => words(&jobs.recovery_option, &texts.words),
        Field::Folder => of_stream(plan, &texts.folders, |stream| stream.folder),
        Field::JobStreamName => of_stream(plan, &texts.stream_names, |stream| stream.name),
        Field::JobStreamWorkstation => of_stream(plan, &texts.workstations, |stream| stream.workstation),
        Field::JobStreamId => Grouping {
            code: Box::new(|row| jobs.stream.get(row)),
            bound: Some(plan.streams.end() as usize),
            word: Box::new(|code| {
                plan.stream(code).map(|stream| stream.facts.id.clone()).unwrap_or_default()
            }),
        },
        Field::Critical => bit(&jobs.flags, flag::CRITICAL),
        Field::CancelPending => bit(&jobs.flags, flag::CANCEL_PENDING),
        Field::RequiresConfirmation => bit(&jobs.flags, flag::REQUIRES_CONFIRMATION),
        Field::Every => bit(&jobs.flags, flag::EVERY),
        Field::CarriedForward => bit(&jobs.flags, flag::CARRIED_FORWARD),
        Field::Late => yes_no(move |row| plan.timing(row).late(now)),
        Field::AtRisk => yes_no(move |row| plan.timing(row).at_risk(now)),
        Field::LongRunning => yes_no(move |row| plan.timing(row).long_running(now)),
        // Few rows share such a value, or it is rarely asked for: a row of the group stands for its value.
        _ => by_value(plan, field, now),
    }
}

fn symbols<'a>(column: &'a Column<u32>, dictionary: &'a Dictionary) -> Grouping<'a> {
    Grouping {
        code: Box::new(|row| column.get(row)),
        bound: Some(dictionary.len()),
        word: Box::new(|symbol| dictionary.text(symbol).to_owned()),
    }
}

fn words<'a>(column: &'a Column<u16>, dictionary: &'a Dictionary) -> Grouping<'a> {
    Grouping {
        code: Box::new(|row| u32::from(column.get(row))),
        bound: Some(dictionary.len()),
        word: Box::new(|symbol| dictionary.text(symbol).to_owned()),
    }
}

fn of_stream<'a>(
    plan: &'a Snapshot,
    dictionary: &'a Dictionary,
    symbol: impl Fn(&crate::plan::records::StreamRecord) -> u32,
) -> Grouping<'a> {
    let mut symbols = vec![0; plan.streams.end() as usize];
    for (row, stream) in plan.streams.iter() {
        symbols[row as usize] = symbol(stream);
    }
    Grouping {
        code: Box::new(move |row| symbols.get(plan.jobs.stream.get(row) as usize).copied().unwrap_or(0)),
        bound: Some(dictionary.len()),
        word: Box::new(|symbol| dictionary.text(symbol).to_owned()),
    }
}

fn bit(flags: &Column<u16>, bit: u16) -> Grouping<'_> {
    yes_no(move |row| flags.get(row) & bit != 0)
}

fn yes_no<'a>(test: impl Fn(u32) -> bool + 'a) -> Grouping<'a> {
    Grouping {
        code: Box::new(move |row| u32::from(test(row))),
        bound: Some(2),
        word: Box::new(|code| (code == 1).to_string()),
    }
}

fn by_value<'a>(plan: &'a Snapshot, field: Field, now: i64) -> Grouping<'a> {
    let kind = ObjectKind::Job;
    let mut values: Vec<String> = Vec::new();
    let mut codes: HashMap<String, u32> = HashMap::new();
    let mut of_rows = vec![0; plan.jobs.end() as usize];
    for row in plan.jobs.rows() {
        let word = plan.value(kind, row, field, now).word();
        let next = values.len() as u32;
        let code = *codes.entry(word).or_insert_with_key(|word| {
            values.push(word.clone());
            next
        });
        of_rows[row as usize] = code;
    }
    Grouping {
        code: Box::new(move |row| of_rows[row as usize]),
        bound: Some(values.len()),
        word: Box::new(move |code| values.get(code as usize).cloned().unwrap_or_default()),
    }
}
