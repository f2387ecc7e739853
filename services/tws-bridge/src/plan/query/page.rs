//! Pages of rows in a stable order.
//!
//! A page token names the last row of the page before and the query it belongs to. The next page begins behind that row
//! wherever the row stands by then, so that rows moving about while somebody pages are neither shown twice nor lost
//! unless they themselves moved across that place. If the row is gone, the page begins at the same distance from the
//! start.

use std::cmp::Ordering;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use resync_api::filter::{Filter, OrderBy};
use resync_api::tws::model::ObjectKind;

use crate::plan::condition::{Condition, resolve};
use crate::plan::dictionary::Dictionary;
use crate::plan::field::Field;
use crate::plan::hash_index::hash_text;
use crate::plan::packed::{unpack_millis, unpack_status};
use crate::plan::query_error::QueryError;
use crate::plan::scan::select;
use crate::plan::snapshot::Snapshot;

const DEFAULT_PAGE_SIZE: u32 = 100;
/// Largest page; larger wishes are taken as this.
pub const MAX_PAGE_SIZE: u32 = 1000;

/// Which page of which rows.
#[derive(Clone, Debug)]
pub struct ListQuery<'a> {
    /// Which rows.
    pub filter: &'a Filter,
    /// In which order; empty: by key (or name, or number).
    pub order_by: &'a OrderBy,
    /// 0 means 100.
    pub page_size: u32,
    /// From the page before; empty: the first page.
    pub page_token: &'a str,
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Empty at the end.
    pub next_page_token: String,
    /// Rows on all pages.
    pub total_size: u64,
    /// When the oldest row of the page was verified.
    pub oldest_observed_at: Option<DateTime<Utc>>,
}

type RowOrder<'a> = Box<dyn Fn(u32, u32) -> Ordering + 'a>;

impl Snapshot {
    /// A page of rows of a kind, each built by `build`.
    ///
    /// # Errors
    /// When the filter or order does not fit the kind, or the page token is of another query.
    pub fn list<T>(
        &self,
        kind: ObjectKind,
        query: &ListQuery<'_>,
        now: DateTime<Utc>,
        build: impl Fn(&Self, u32) -> Option<T>,
    ) -> Result<Listed<T>, QueryError> {
        let millis = now.timestamp_millis();
        let condition = Condition::bind(query.filter, kind)?;
        let order = row_order(self, kind, query.order_by, millis)?;
        let text = format!("{kind:?}\n{}\n{}", query.filter, query.order_by);
        let token = Token::parse(query.page_token, hash_text(&text))?;
        let mut rows = select(self, kind, &condition, millis);
        let total_size = rows.len() as u64;
        let mut skipped = 0;
        if let Some(token) = &token {
            skipped = self.skip_to(kind, token, &order, &mut rows);
        }
        let size = match query.page_size {
            0 => DEFAULT_PAGE_SIZE,
            size => size.min(MAX_PAGE_SIZE),
        } as usize;
        let more = rows.len() > size;
        if more {
            rows.select_nth_unstable_by(size, |a, b| order(*a, *b));
            rows.truncate(size);
        }
        rows.sort_unstable_by(|a, b| order(*a, *b));
        let next_page_token = match rows.last() {
            Some(last) if more => Token {
                query: hash_text(&text),
                version: self.version,
                position: skipped + rows.len() as u64,
                last: self.row_id(kind, *last),
            }
            .text(),
            _ => String::new(),
        };
        let oldest_observed_at = self.oldest(kind, rows.iter().copied());
        let items = rows.into_iter().filter_map(|row| build(self, row)).collect();
        Ok(Listed { items, next_page_token, total_size, oldest_observed_at })
    }

    /// Leaves the rows behind the place of the token; says how many were before it.
    fn skip_to(&self, kind: ObjectKind, token: &Token, order: &RowOrder<'_>, rows: &mut Vec<u32>) -> u64 {
        let before = rows.len();
        match self.find_row(kind, &token.last) {
            Some(last) => rows.retain(|row| order(*row, last) == Ordering::Greater),
            None => {
                let position = usize::try_from(token.position).unwrap_or(usize::MAX).min(rows.len());
                rows.sort_unstable_by(|a, b| order(*a, *b));
                rows.drain(..position);
            }
        }
        (before - rows.len()) as u64
    }

    fn row_id(&self, kind: ObjectKind, row: u32) -> String {
        match kind {
            ObjectKind::Job => self.job_id(row),
            _ => self.value(kind, row, Field::Id, 0).word(),
        }
    }

    fn find_row(&self, kind: ObjectKind, id: &str) -> Option<u32> {
        match kind {
            ObjectKind::Job => self.find_job(id),
            ObjectKind::JobStream => self.streams.find(id),
            ObjectKind::Workstation => self.workstations.find(id),
            ObjectKind::Resource => self.resources.find(id),
            ObjectKind::Prompt => self.prompts.find(id),
            ObjectKind::Folder | ObjectKind::User => None,
        }
    }
}

struct Token {
    query: u64,
    version: u64,
    position: u64,
    last: String,
}

impl Token {
    fn text(&self) -> String {
        let Self { query, version, position, last } = self;
        URL_SAFE_NO_PAD.encode(format!("{query:x}.{version:x}.{position:x}.{last}"))
    }

    fn parse(text: &str, query: u64) -> Result<Option<Self>, QueryError> {
        if text.is_empty() {
            return Ok(None);
        }
        let read = || {
            let plain = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
            let mut parts = plain.splitn(4, '.');
            let mut number = || u64::from_str_radix(parts.next()?, 16).ok();
            let (query, version, position) = (number()?, number()?, number()?);
            Some(Self { query, version, position, last: parts.next()?.to_owned() })
        };
        read().filter(|token| token.query == query).map(Some).ok_or(QueryError::PageToken)
    }
}

/// How rows of a kind follow each other; total, so that equal rows keep their order from page to page.
fn row_order<'a>(
    plan: &'a Snapshot,
    kind: ObjectKind,
    order_by: &OrderBy,
    now: i64,
) -> Result<RowOrder<'a>, QueryError> {
    let mut orders: Vec<RowOrder<'a>> = Vec::new();
    for order in &order_by.fields {
        let (field, _) = resolve(&order.field, kind, "order_by", None)?;
        let descending = order.descending;
        let key = (kind == ObjectKind::Job).then(|| job_key_of(plan, field, now)).flatten();
        orders.push(match key {
            Some(key) => Box::new(move |a, b| match (key(a), key(b)) {
                (Some(a), Some(b)) if descending => b.cmp(&a),
                (Some(a), Some(b)) => a.cmp(&b),
                (a, b) => b.is_some().cmp(&a.is_some()),
            }),
            None => Box::new(move |a, b| {
                plan.value(kind, a, field, now).order(&plan.value(kind, b, field, now), descending)
            }),
        });
    }
    orders.push(natural_order(plan, kind));
    Ok(Box::new(move |a, b| {
        orders.iter().map(|order| order(a, b)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }))
}

/// The order without an order: by key, then scheduled time, then id.
fn natural_order(plan: &Snapshot, kind: ObjectKind) -> RowOrder<'_> {
    if kind == ObjectKind::Job {
        let streams = stream_ranks(plan);
        let names = plan.texts.job_names.ranks();
        let jobs = &plan.jobs;
        let key = move |row: u32| {
            let stream = streams.get(jobs.stream.get(row) as usize).copied().unwrap_or(u32::MAX);
            let name = names[jobs.name.get(row) as usize];
            (stream, name, jobs.scheduled_time.get(row), jobs.id.get(row))
        };
        return Box::new(move |a, b| key(a).cmp(&key(b)));
    }
    let fields: &'static [Field] = match kind {
        ObjectKind::JobStream => &[Field::Key, Field::ScheduledTime, Field::Id],
        ObjectKind::Workstation => &[Field::WorkstationName, Field::Folder, Field::Id],
        ObjectKind::Resource => &[Field::ResourceName, Field::Workstation, Field::Id],
        _ => &[Field::Number, Field::PromptName, Field::Id],
    };
    Box::new(move |a, b| {
        let compare =
            |field: &Field| plan.value(kind, a, *field, 0).order(&plan.value(kind, b, *field, 0), false);
        fields.iter().map(compare).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    })
}

/// Place of each stream row when streams are sorted by key; streams of one key share a place.
fn stream_ranks(plan: &Snapshot) -> Vec<u32> {
    let mut streams: Vec<_> = plan.streams.iter().map(|(row, stream)| (stream.key.as_str(), row)).collect();
    streams.sort_unstable();
    let mut ranks = vec![u32::MAX; plan.streams.end() as usize];
    let mut rank = 0;
    for (index, (key, row)) in streams.iter().enumerate() {
        if index > 0 && streams[index - 1].0 != *key {
            rank += 1;
        }
        ranks[*row as usize] = rank;
    }
    ranks
}

/// A number that orders jobs by a field, for the fields that have one.
fn job_key_of<'a>(
    plan: &'a Snapshot,
    field: Field,
    now: i64,
) -> Option<Box<dyn Fn(u32) -> Option<i64> + 'a>> {
    let (jobs, texts) = (&plan.jobs, &plan.texts);
    let rank = |column: &'a crate::plan::column::Column<u32>, dictionary: &'a Dictionary| {
        let ranks = dictionary.ranks();
        Box::new(move |row| Some(i64::from(ranks[column.get(row) as usize])))
            as Box<dyn Fn(u32) -> Option<i64>>
    };
    let time = |column: &'a crate::plan::column::Column<i64>| {
        Box::new(move |row| Some(column.get(row)).filter(|millis| *millis != 0))
            as Box<dyn Fn(u32) -> Option<i64>>
    };
    Some(match field {
        Field::JobName => rank(&jobs.name, &texts.job_names),
        Field::Workstation => rank(&jobs.workstation, &texts.workstations),
        Field::User => rank(&jobs.user, &texts.users),
        Field::ScheduledTime => time(&jobs.scheduled_time),
        Field::EarliestStart => time(&jobs.earliest_start),
        Field::LatestStart => time(&jobs.latest_start),
        Field::Deadline => time(&jobs.deadline),
        Field::CriticalStart => time(&jobs.critical_start),
        Field::StartTime => time(&jobs.start_time),
        Field::EndTime => time(&jobs.end_time),
        Field::Status => Box::new(|row| Some(unpack_status(jobs.status.get(row)) as i64)),
        Field::Priority => Box::new(|row| Some(i64::from(jobs.priority.get(row)))),
        Field::EstimatedDuration => Box::new(|row| unpack_millis(jobs.estimated_duration.get(row))),
        Field::Elapsed => Box::new(move |row| plan.timing(row).elapsed(now)),
        Field::ObservedAt => Box::new(|row| Some(i64::from(jobs.stamp.get(row)))),
        _ => return None,
    })
}
