//! A field of a row as a value: what conditions, orders and groups work on where columns are not worth it.

use std::borrow::Cow;
use std::cmp::Ordering;

use chrono::{DateTime, SecondsFormat, Utc};
use resync_api::tws::model::{ObjectKind, PromptStatus, Status};

use super::derive::healthy;
use super::edges::Node;
use super::field::Field;
use super::jobs::flag;
use super::packed::{status_word, unpack_time};
use super::snapshot::Snapshot;
use super::update::{PromptFacts, ResourceFacts, WorkstationFacts};

/// One field of one row. Times and durations in milliseconds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value<'a> {
    Unset,
    Text(Cow<'a, str>),
    List(&'a [String]),
    Status(Status),
    PromptStatus(PromptStatus),
    Integer(i64),
    Time(i64),
    Duration(i64),
    Boolean(bool),
}

impl<'a> Value<'a> {
    fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    fn time(time: Option<DateTime<Utc>>) -> Self {
        time.map_or(Self::Unset, |time| Self::Time(time.timestamp_millis()))
    }

    fn packed_time(millis: i64) -> Self {
        if millis == 0 { Self::Unset } else { Self::Time(millis) }
    }

    fn integer(number: impl Into<i64>) -> Self {
        Self::Integer(number.into())
    }

    fn optional(number: Option<i32>) -> Self {
        number.map_or(Self::Unset, Self::integer)
    }

    fn duration(millis: Option<i64>) -> Self {
        millis.map_or(Self::Unset, Self::Duration)
    }

    /// As the value of a group.
    pub(crate) fn word(&self) -> String {
        match self {
            Self::Unset => String::new(),
            Self::Text(text) => text.clone().into_owned(),
            Self::List(list) => list.join(" "),
            Self::Status(status) => status_word(*status).to_owned(),
            Self::PromptStatus(PromptStatus::NotAsked) => "NOT_ASKED".to_owned(),
            Self::PromptStatus(PromptStatus::Asked) => "ASKED".to_owned(),
            Self::PromptStatus(PromptStatus::AnsweredYes) => "ANSWERED_YES".to_owned(),
            Self::PromptStatus(PromptStatus::AnsweredNo) => "ANSWERED_NO".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Time(millis) => {
                unpack_time(*millis).unwrap_or_default().to_rfc3339_opts(SecondsFormat::AutoSi, true)
            }
            Self::Duration(millis) => format!("{}s", *millis as f64 / 1000.0),
            Self::Boolean(yes) => yes.to_string(),
        }
    }

    /// Ascending or descending; unset values come last either way.
    pub(crate) fn order(&self, other: &Self, descending: bool) -> Ordering {
        let ordering = match (self, other) {
            (Self::Unset, Self::Unset) => Ordering::Equal,
            (Self::Unset, _) => return Ordering::Greater,
            (_, Self::Unset) => return Ordering::Less,
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::List(a), Self::List(b)) => a.cmp(b),
            (Self::Status(a), Self::Status(b)) => a.cmp(b),
            (Self::PromptStatus(a), Self::PromptStatus(b)) => a.cmp(b),
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            (
                Self::Integer(a) | Self::Time(a) | Self::Duration(a),
                Self::Integer(b) | Self::Time(b) | Self::Duration(b),
            ) => a.cmp(b),
            // One field gives values of one type.
            _ => Ordering::Equal,
        };
        if descending { ordering.reverse() } else { ordering }
    }
}

impl Snapshot {
    /// The field of a row of a kind, at `now` in milliseconds of the engine's clock.
    pub(crate) fn value(&self, kind: ObjectKind, row: u32, field: Field, now: i64) -> Value<'_> {
        let value = match kind {
            ObjectKind::Job => Some(self.job_value(row, field, now)),
            ObjectKind::JobStream => self.stream_value(row, field, now),
            ObjectKind::Workstation => {
                self.workstations.get(row).map(|facts| workstation_value(facts, field))
            }
            ObjectKind::Resource => self.resources.get(row).map(|facts| resource_value(facts, field)),
            ObjectKind::Prompt => self.prompts.get(row).map(|facts| prompt_value(facts, field)),
            ObjectKind::Folder | ObjectKind::User => None,
        };
        match field {
            Field::ObservedAt => Value::Time(self.stamp_time(self.stamp(kind, row)).timestamp_millis()),
            _ => value.unwrap_or(Value::Unset),
        }
    }

    /// The verified-at stamp of a row.
    pub(crate) fn stamp(&self, kind: ObjectKind, row: u32) -> u32 {
        match kind {
            ObjectKind::Job => self.jobs.stamp.get(row),
            ObjectKind::JobStream => self.streams.stamp(row),
            ObjectKind::Workstation => self.workstations.stamp(row),
            ObjectKind::Resource => self.resources.stamp(row),
            ObjectKind::Prompt => self.prompts.stamp(row),
            ObjectKind::Folder | ObjectKind::User => 0,
        }
    }

    fn job_value(&self, row: u32, field: Field, now: i64) -> Value<'_> {
        let (jobs, texts) = (&self.jobs, &self.texts);
        let stream = || self.stream(jobs.stream.get(row)).map(|stream| &stream.facts);
        let bit = |bit| Value::Boolean(jobs.has(row, bit));
        match field {
            Field::Id => Value::Text(Cow::Owned(self.job_id(row))),
            Field::Key => Value::Text(Cow::Owned(self.job_key(row))),
            Field::JobName => Value::text(texts.job_names.text(jobs.name.get(row))),
            Field::Folder => Value::text(stream().map_or("", |stream| &stream.folder)),
            Field::Workstation => Value::text(texts.workstations.text(jobs.workstation.get(row))),
            Field::JobStreamId => Value::text(stream().map_or("", |stream| &stream.id)),
            Field::JobStreamName => Value::text(stream().map_or("", |stream| &stream.job_stream_name)),
            Field::JobStreamWorkstation => Value::text(stream().map_or("", |stream| &stream.workstation)),
            Field::Status => Value::Status(jobs.status(row)),
            Field::InternalStatus => Value::text(texts.word_text(jobs.internal_status.get(row))),
            Field::Substatus => Value::text(texts.word_text(jobs.substatus.get(row))),
            Field::CancelPending => bit(flag::CANCEL_PENDING),
            Field::Priority => Value::integer(jobs.priority.get(row)),
            Field::ReturnCode if jobs.has(row, flag::HAS_RETURN_CODE) => {
                Value::integer(jobs.return_code.get(row))
            }
            Field::User => Value::text(texts.users.text(jobs.user.get(row))),
            Field::ScheduledTime => Value::packed_time(jobs.scheduled_time.get(row)),
            Field::EarliestStart => Value::packed_time(jobs.earliest_start.get(row)),
            Field::LatestStart => Value::packed_time(jobs.latest_start.get(row)),
            Field::Deadline => Value::packed_time(jobs.deadline.get(row)),
            Field::CriticalStart => Value::packed_time(jobs.critical_start.get(row)),
            Field::StartTime => Value::packed_time(jobs.start_time.get(row)),
            Field::EndTime => Value::packed_time(jobs.end_time.get(row)),
            Field::EstimatedDuration => Value::duration(self.timing(row).estimate),
            Field::Elapsed => Value::duration(self.timing(row).elapsed(now)),
            Field::RunCount => Value::integer(jobs.run_count.get(row)),
            Field::JobNumber => Value::integer(jobs.job_number.get(row)),
            Field::Critical => bit(flag::CRITICAL),
            Field::Late => Value::Boolean(self.timing(row).late(now)),
            Field::AtRisk => Value::Boolean(self.timing(row).at_risk(now)),
            Field::LongRunning => Value::Boolean(self.timing(row).long_running(now)),
            Field::RequiresConfirmation => bit(flag::REQUIRES_CONFIRMATION),
            Field::Every => bit(flag::EVERY),
            Field::RecoveryOption => Value::text(texts.word_text(jobs.recovery_option.get(row))),
            Field::DependencyCount => Value::integer(self.job_dependency_counts(row).0),
            Field::UnresolvedDependencyCount => Value::integer(self.job_dependency_counts(row).1),
            Field::Position => Value::integer(jobs.position.get(row)),
            Field::CarriedForward => bit(flag::CARRIED_FORWARD),
            _ => Value::Unset,
        }
    }

    fn stream_value(&self, row: u32, field: Field, now: i64) -> Option<Value<'_>> {
        let stream = self.stream(row)?;
        let facts = &stream.facts;
        let timing = self.stream_timing(row)?;
        let counted = || self.count_dependencies(Node::stream(row));
        Some(match field {
            Field::Id => Value::text(&facts.id),
            Field::Key => Value::text(&stream.key),
            Field::JobStreamName => Value::text(&facts.job_stream_name),
            Field::Folder => Value::text(&facts.folder),
            Field::Workstation => Value::text(&facts.workstation),
            Field::Status => Value::Status(facts.status),
            Field::InternalStatus => Value::text(&facts.internal_status),
            Field::Limit => Value::optional(facts.limit),
            Field::Priority => Value::integer(facts.priority),
            Field::ScheduledTime => Value::time(facts.scheduled_time),
            Field::EarliestStart => Value::time(facts.earliest_start),
            Field::LatestStart => Value::time(facts.latest_start),
            Field::Deadline => Value::time(facts.deadline),
            Field::StartTime => Value::time(facts.start_time),
            Field::EndTime => Value::time(facts.end_time),
            Field::EstimatedDuration => Value::duration(timing.estimate),
            Field::Elapsed => Value::duration(timing.elapsed(now)),
            Field::Late => Value::Boolean(timing.late(now)),
            Field::AtRisk => Value::Boolean(timing.at_risk(now)),
            Field::LongRunning => Value::Boolean(timing.long_running(now)),
            Field::CarriedForward => Value::Boolean(facts.carried_forward),
            Field::JobCount => Value::integer(self.jobs.by_stream.count(row)),
            Field::DependencyCount => Value::integer(facts.dependency_count.unwrap_or_else(|| counted().0)),
            Field::UnresolvedDependencyCount => {
                Value::integer(facts.unresolved_dependency_count.unwrap_or_else(|| counted().1))
            }
            _ => Value::Unset,
        })
    }
}

fn workstation_value(facts: &WorkstationFacts, field: Field) -> Value<'_> {
    match field {
        Field::Id => Value::text(&facts.id),
        Field::WorkstationName => Value::text(&facts.workstation_name),
        Field::Folder => Value::text(&facts.folder),
        Field::Type => Value::text(&facts.kind),
        Field::Linked => Value::Boolean(facts.linked),
        Field::JobmanUp => Value::Boolean(facts.jobman_up),
        Field::Initialized => Value::Boolean(facts.initialized),
        Field::ActiveStates => Value::List(&facts.active_states),
        Field::Limit => Value::optional(facts.limit),
        Field::Fence => Value::integer(facts.fence),
        Field::Domain => Value::text(&facts.domain),
        Field::Host => Value::text(&facts.host),
        Field::Os => Value::text(&facts.os),
        Field::Node => Value::text(&facts.node),
        Field::Version => Value::text(&facts.version),
        Field::RunNumber => Value::integer(facts.run_number),
        Field::Ignored => Value::Boolean(facts.ignored),
        Field::Healthy => Value::Boolean(healthy(facts)),
        _ => Value::Unset,
    }
}

fn resource_value(facts: &ResourceFacts, field: Field) -> Value<'_> {
    match field {
        Field::Id => Value::text(&facts.id),
        Field::ResourceName => Value::text(&facts.resource_name),
        Field::Folder => Value::text(&facts.folder),
        Field::Workstation => Value::text(&facts.workstation),
        Field::Quantity => Value::integer(facts.quantity),
        Field::Available => Value::integer(facts.available),
        Field::InUse => Value::integer(facts.in_use),
        _ => Value::Unset,
    }
}

fn prompt_value(facts: &PromptFacts, field: Field) -> Value<'_> {
    match field {
        Field::Id => Value::text(&facts.id),
        Field::PromptName => Value::text(&facts.prompt_name),
        Field::Number => Value::integer(facts.number),
        Field::Text => Value::text(&facts.text),
        Field::Status => Value::PromptStatus(facts.status),
        Field::Type => Value::text(&facts.kind),
        Field::JobKey => Value::text(&facts.job_key),
        Field::JobStreamKey => Value::text(&facts.job_stream_key),
        Field::AskedTime => Value::time(facts.asked_time),
        _ => Value::Unset,
    }
}
