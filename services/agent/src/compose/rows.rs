//! Lists and counts.

use resync_api::tws::model::ObjectKind;

use super::Draft;
use super::draft::given;
use crate::evidence::At;
use crate::findings::Rows;
use crate::phrases::{Comparison, EstateMessage, Flag, Label, Noun, Pieces, Qualifier, RowsMessage};
use crate::query::Field;
use crate::render::Format;

/// Rows named in the text; longer lists are read from the table.
const NAMED: usize = 5;

pub(super) fn list(draft: &mut Draft, rows: &Rows) {
    how_many(draft, &rows.report, "total_size", rows.noun);
    let items = rows.report.get("items").items();
    let order = order(&rows.report);
    if let (Some((field, _)), [first, _, ..]) = (order, items.as_slice()) {
        draft.say(RowsMessage::First {
            name: first.get(name_member(rows.noun)).fact(Format::Plain),
            value: given(&first.get(member(field)), format(field)),
            by: Label::Field(field).text(draft.locale.language),
        });
    } else if (1..=NAMED).contains(&items.len()) && rows.report.get("not_shown").count() == 0 {
        let names = items.iter().map(|item| named(draft, item, rows.noun)).collect();
        draft.say(RowsMessage::These { names });
    }
    rest(draft, rows, order, &items);
}

/// Order, rows left out, and the table.
fn rest(draft: &mut Draft, rows: &Rows, order: Option<(Field, bool)>, items: &[At]) {
    if let Some((field, descending)) = order {
        let by = Label::Field(field).text(draft.locale.language);
        draft.say(RowsMessage::Ordered { by, descending });
    }
    let not_shown = rows.report.get("not_shown");
    if not_shown.count() > 0 && order.is_none() {
        draft.say(RowsMessage::NotShown { not_shown: not_shown.fact(Format::Number) });
    }
    table(draft, rows, order.map(|(field, _)| field), items);
}

pub(super) fn table(draft: &mut Draft, rows: &Rows, ordered_by: Option<Field>, items: &[At]) {
    let mut columns = columns(rows.noun);
    let asked = rows.report.get("conditions").items();
    let asked = asked.iter().filter_map(|condition| condition.get("field").text().parse::<Field>().ok());
    for field in ordered_by.into_iter().chain(asked) {
        let of_rows =
            !matches!(field, Field::JobName | Field::JobStreamName | Field::JobStreamId | Field::Folder);
        let new = columns.iter().all(|(_, path, _)| *path != member(field));
        if of_rows && new {
            columns.push((Label::Field(field), member(field), format(field)));
        }
    }
    let total = rows.report.get("total_size").count();
    draft.table(title(rows.noun), &columns, items, total);
}

pub(super) fn counts(draft: &mut Draft, counted: &At) {
    let kind = kind(counted);
    how_many(draft, counted, "total", Noun(kind));
    let groups = counted.get("groups").items();
    let fields: Vec<Field> =
        counted.get("group_by").items().iter().filter_map(|field| field.text().parse().ok()).collect();
    if let [first, _, ..] = groups.as_slice() {
        let values = fields
            .iter()
            .enumerate()
            .map(|(index, field)| Pieces::from(first.get("values").item(index).fact(group_format(*field))));
        draft.say(RowsMessage::Groups { count: counted.get("group_count").fact(Format::Number) });
        draft.say(RowsMessage::LargestGroup {
            values: Pieces::joined(values.collect(), ", ", ", "),
            count: first.get("count").fact(Format::Number),
            share: first.get("share").fact(Format::Percent),
        });
    }
    if counted.get("truncated").is_true() {
        draft.say(RowsMessage::MoreGroups);
    }
    let paths = ["values/0", "values/1", "values/2"];
    let mut columns: Vec<_> = fields
        .iter()
        .zip(paths)
        .map(|(field, path)| (Label::Field(*field), path, group_format(*field)))
        .collect();
    columns.push((Label::Count, "count", Format::Number));
    columns.push((Label::Share, "share", Format::Percent));
    draft.table(title(Noun(kind)), &columns, &groups, groups.len() as u64);
    if let [field] = fields.as_slice() {
        draft.chart(title(Noun(kind)), &groups, "values/0", group_format(*field), "count");
    }
}

pub(super) fn how_many(draft: &mut Draft, report: &At, count: &str, noun: Noun) {
    let mut qualifiers = Pieces::default();
    for condition in report.get("conditions").items() {
        if let Some(qualifier) = qualifier(draft, report, &condition) {
            qualifiers.add(draft.words(qualifier));
        }
    }
    draft.say(RowsMessage::HowMany { count: report.get(count).fact(Format::Number), noun, qualifiers });
}

/// An echoed condition as it stands after the noun.
fn qualifier(draft: &Draft, report: &At, condition: &At) -> Option<Qualifier> {
    let field: Field = condition.get("field").text().parse().ok()?;
    let how = match condition.get("operator").text() {
        "IS_NOT" => Comparison::IsNot,
        "ABOVE" => Comparison::Above,
        "BELOW" => Comparison::Below,
        _ => Comparison::Is,
    };
    let items = condition.get("values").items();
    let values = || items.iter().map(|value| Pieces::from(value.fact(format(field)))).collect();
    let flag = |flag| {
        let holds = items.first().is_some_and(At::is_true) == (how != Comparison::IsNot);
        Some(Qualifier::Flag(flag, holds))
    };
    Some(match field {
        Field::Status => Qualifier::Status(how, values()),
        Field::InternalStatus => Qualifier::InternalStatus(how, values()),
        Field::Substatus => Qualifier::Substatus(how, values()),
        Field::JobName | Field::WorkstationName | Field::ResourceName => Qualifier::Name(how, values()),
        Field::JobStreamName if kind_of_rows(report) == ObjectKind::JobStream => {
            Qualifier::Name(how, values())
        }
        Field::JobStreamName => Qualifier::OfStream(how, values()),
        Field::JobStreamId => {
            let name = report.get("items").item(0).get("job_stream_name");
            Qualifier::OfThatStream(given(&name, Format::Plain))
        }
        Field::JobStreamWorkstation => Qualifier::OfStreamsOn(how, values()),
        Field::Workstation => Qualifier::OnWorkstation(how, values()),
        Field::Folder => Qualifier::InFolder(how, values()),
        Field::User => Qualifier::OfUser(how, values()),
        Field::Type => Qualifier::OfType(how, values()),
        Field::StartTime => Qualifier::Started(how, values()),
        Field::EndTime => Qualifier::Ended(how, values()),
        Field::ScheduledTime => Qualifier::Scheduled(how, values()),
        Field::Deadline => Qualifier::Deadline(how, values()),
        Field::Elapsed => Qualifier::RunTime(how, values()),
        Field::Late => return flag(Flag::Late),
        Field::AtRisk => return flag(Flag::AtRisk),
        Field::LongRunning => return flag(Flag::LongRunning),
        Field::Critical => return flag(Flag::Critical),
        Field::Every => return flag(Flag::Every),
        Field::CarriedForward => return flag(Flag::CarriedForward),
        Field::RequiresConfirmation => return flag(Flag::RequiresConfirmation),
        Field::Healthy => return flag(Flag::Healthy),
        Field::Linked => return flag(Flag::Linked),
        Field::Priority
        | Field::ReturnCode
        | Field::EstimatedDuration
        | Field::RunCount
        | Field::Limit
        | Field::Fence
        | Field::Available
        | Field::InUse
        | Field::JobCount
        | Field::CancelPending => {
            let label = Label::Field(field).text(draft.locale.language);
            Qualifier::Other(label, how, values())
        }
    })
}

fn named(draft: &Draft, item: &At, noun: Noun) -> Pieces {
    let status = item.get("status");
    draft.words(RowsMessage::Named {
        name: item.get(name_member(noun)).fact(Format::Plain),
        status: given(&status, Format::Word),
    })
}

fn order(report: &At) -> Option<(Field, bool)> {
    let order_by = report.get("order_by");
    let text = order_by.text();
    let (field, descending) = match text.strip_suffix(" desc") {
        Some(field) => (field, true),
        None => (text, false),
    };
    Some((field.parse().ok()?, descending))
}

fn kind(counted: &At) -> ObjectKind {
    serde_json::from_value(counted.get("kind").value().clone()).unwrap_or(ObjectKind::Job)
}

/// Rows of job streams have no `job_name`; rows of jobs do.
fn kind_of_rows(report: &At) -> ObjectKind {
    if report.get("kind").is_given() {
        return kind(report);
    }
    let first = report.get("items").item(0);
    let of_job = first.get("job_name").is_given() || !first.get("job_stream_name").is_given();
    if of_job { ObjectKind::Job } else { ObjectKind::JobStream }
}

fn name_member(noun: Noun) -> &'static str {
    match noun.0 {
        ObjectKind::Workstation => "workstation_name",
        ObjectKind::Resource => "resource_name",
        ObjectKind::Prompt => "text",
        ObjectKind::Job | ObjectKind::JobStream | ObjectKind::Folder | ObjectKind::User => "key",
    }
}

fn title(noun: Noun) -> Label {
    match noun.0 {
        ObjectKind::Workstation => Label::Field(Field::Workstation),
        ObjectKind::Resource => Label::Resource,
        ObjectKind::Prompt => Label::Prompt,
        ObjectKind::JobStream => Label::JobStream,
        ObjectKind::Job | ObjectKind::Folder | ObjectKind::User => Label::Job,
    }
}

fn columns(noun: Noun) -> Vec<(Label, &'static str, Format)> {
    let status = (Label::Field(Field::Status), "status", Format::Word);
    let state = (Label::State, "internal_status", Format::Plain);
    match noun.0 {
        ObjectKind::Job | ObjectKind::Folder | ObjectKind::User => vec![
            (Label::Job, "key", Format::Plain),
            status,
            state,
            (Label::Field(Field::Workstation), "workstation", Format::Plain),
            (Label::Field(Field::StartTime), "start_time", Format::Time),
            (Label::Field(Field::Elapsed), "elapsed_seconds", Format::Duration),
            (Label::Field(Field::ReturnCode), "return_code", Format::Number),
        ],
        ObjectKind::JobStream => vec![
            (Label::JobStream, "key", Format::Plain),
            status,
            state,
            (Label::Field(Field::JobCount), "job_count", Format::Number),
            (Label::Field(Field::ScheduledTime), "scheduled_time", Format::Time),
            (Label::Field(Field::StartTime), "start_time", Format::Time),
            (Label::Field(Field::EndTime), "end_time", Format::Time),
        ],
        ObjectKind::Workstation => vec![
            (Label::Field(Field::Workstation), "workstation_name", Format::Plain),
            (Label::Field(Field::Type), "type", Format::Plain),
            (Label::Field(Field::Linked), "linked", Format::Word),
            (Label::Field(Field::Healthy), "healthy", Format::Word),
            (Label::Field(Field::Limit), "limit", Format::Number),
            (Label::Field(Field::Fence), "fence", Format::Number),
        ],
        ObjectKind::Resource => vec![
            (Label::Resource, "resource_name", Format::Plain),
            (Label::Field(Field::Workstation), "workstation", Format::Plain),
            (Label::Units, "quantity", Format::Number),
            (Label::Field(Field::Available), "available", Format::Number),
            (Label::Field(Field::InUse), "in_use", Format::Number),
        ],
        ObjectKind::Prompt => vec![
            (Label::Number, "number", Format::Number),
            (Label::Prompt, "prompt_name", Format::Plain),
            (Label::Question, "text", Format::Plain),
            status,
            (Label::BelongsTo, "job_key", Format::Plain),
            (Label::JobStream, "job_stream_key", Format::Plain),
        ],
    }
}

/// Where a row holds a field.
fn member(field: Field) -> &'static str {
    match field {
        Field::Status => "status",
        Field::InternalStatus => "internal_status",
        Field::Substatus => "substatus",
        Field::JobName => "job_name",
        Field::JobStreamName => "job_stream_name",
        Field::JobStreamId => "job_stream_id",
        Field::Workstation => "workstation",
        Field::WorkstationName => "workstation_name",
        Field::Type => "type",
        Field::Folder => "folder",
        Field::User => "user",
        Field::Priority => "priority",
        Field::ReturnCode => "return_code",
        Field::StartTime => "start_time",
        Field::EndTime => "end_time",
        Field::ScheduledTime => "scheduled_time",
        Field::Deadline => "deadline",
        Field::Elapsed => "elapsed_seconds",
        Field::EstimatedDuration => "estimated_duration_seconds",
        Field::Late => "late",
        Field::AtRisk => "at_risk",
        Field::LongRunning => "long_running",
        Field::Critical => "critical",
        Field::Every => "every",
        Field::CarriedForward => "carried_forward",
        Field::RequiresConfirmation => "requires_confirmation",
        Field::RunCount => "run_count",
        Field::Healthy => "healthy",
        Field::Linked => "linked",
        Field::Limit => "limit",
        Field::Fence => "fence",
        Field::Available => "available",
        Field::InUse => "in_use",
        Field::JobCount => "job_count",
        Field::ResourceName => "resource_name",
        Field::CancelPending => "cancel_pending",
        Field::JobStreamWorkstation => "job_stream_workstation",
    }
}

/// How a field is shown.
pub(super) fn format(field: Field) -> Format {
    match field {
        Field::Status
        | Field::Late
        | Field::AtRisk
        | Field::LongRunning
        | Field::Critical
        | Field::Every
        | Field::CarriedForward
        | Field::RequiresConfirmation
        | Field::Healthy
        | Field::Linked
        | Field::CancelPending => Format::Word,
        Field::Priority
        | Field::ReturnCode
        | Field::RunCount
        | Field::Limit
        | Field::Fence
        | Field::Available
        | Field::InUse
        | Field::JobCount => Format::Number,
        Field::StartTime | Field::EndTime | Field::ScheduledTime | Field::Deadline => Format::Time,
        Field::Elapsed | Field::EstimatedDuration => Format::Duration,
        Field::InternalStatus
        | Field::Substatus
        | Field::JobName
        | Field::JobStreamName
        | Field::JobStreamId
        | Field::Workstation
        | Field::WorkstationName
        | Field::Type
        | Field::Folder
        | Field::User
        | Field::JobStreamWorkstation
        | Field::ResourceName => Format::Plain,
    }
}

/// Values of groups are texts, whatever the field.
fn group_format(field: Field) -> Format {
    match format(field) {
        Format::Word => Format::Word,
        _ => Format::Plain,
    }
}

/// Says that a list goes on.
pub(super) fn more(draft: &mut Draft, report: &At) {
    if report.get("truncated").is_true() {
        draft.say(EstateMessage::MoreThanShown);
    }
}
