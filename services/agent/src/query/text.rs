//! The canonical text of a query: deterministic, one line, objects by key. It is for people and
//! tests to read; `parse` reads back what a correction may hold.

use std::fmt::{self, Display, Formatter, Write as _};
use std::time::Duration;

use chrono::SecondsFormat;
use resync_api::tws::model::{Direction, ObjectKind, Status};

use super::*;

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(&self.intent, f)
    }
}

impl Display for Intent {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Overview => f.write_str("overview"),
            Self::List(selection) => write!(f, "list {selection}"),
            Self::Count { selection, group_by } => {
                write!(f, "count {}{}", kind_name(selection.kind), Conditions(&selection.conditions))?;
                write_joined(f, " by ", group_by)?;
                write_order(f, selection)
            }
            Self::Detail(object) => write!(f, "detail {object}"),
            Self::WhyWaiting(object) => write!(f, "why_waiting {object}"),
            Self::WhyFailed(object) => write!(f, "why_failed {object}"),
            Self::Dependencies { object, direction, transitive } => {
                f.write_str(match direction {
                    Direction::Predecessors => "predecessors",
                    Direction::Successors => "successors",
                })?;
                write!(f, " {object}")?;
                if *transitive { f.write_str(" transitive") } else { Ok(()) }
            }
            Self::Progress(object) => write!(f, "progress {object}"),
            Self::WorkstationHealth(object) => write_optional(f, "workstation_health", object.as_ref()),
            Self::ResourceHolders(object) => write_optional(f, "resource_holders", object.as_ref()),
            Self::OpenPrompts(object) => write_optional(f, "open_prompts", object.as_ref()),
            Self::Changes { since, object } => {
                write_optional(f, "changes", object.as_ref())?;
                match since {
                    Some(since) => write!(f, " since {}", Value::Time(*since)),
                    None => Ok(()),
                }
            }
            Self::Meaning(term) => write!(f, "meaning {term}"),
            Self::Log { object, tail_lines } => {
                write!(f, "log {object}")?;
                match tail_lines {
                    Some(lines) => write!(f, " tail {lines}"),
                    None => Ok(()),
                }
            }
            Self::Graph(question) => write!(f, "{question}"),
            Self::Recall(question) => write!(f, "{question}"),
            Self::Help => f.write_str("help"),
            Self::Learned(object) => write_optional(f, "learned", object.as_ref()),
            Self::Remember { text, about } => {
                write_optional(f, "remember", about.as_ref())?;
                write!(f, " {text:?}")
            }
            Self::Act { verb, object, argument } => {
                write!(f, "act {verb} {object}")?;
                write_argument(f, *argument)
            }
            Self::ActAll { verb, selection, argument } => {
                write!(f, "act {verb} all {selection}")?;
                write_argument(f, *argument)
            }
        }
    }
}

impl Display for Object {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", kind_name(self.kind), self.key)
    }
}

impl Display for Term {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status {status}"),
            Self::MessageCode(code) => write!(f, "code {code}"),
            Self::ReturnCode(code) => write!(f, "return_code {code}"),
        }
    }
}

impl Display for Argument {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Yes => f.write_str("yes"),
            Self::No => f.write_str("no"),
            Self::Successful => f.write_str("successful"),
            Self::Abended => f.write_str("abended"),
        }
    }
}

impl Display for Selection {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", kind_name(self.kind), Conditions(&self.conditions))?;
        write_order(f, self)
    }
}

impl Display for Condition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let operator = match self.operator {
            Operator::Is => "is",
            Operator::IsNot => "is not",
            Operator::Above => "above",
            Operator::Below => "below",
        };
        write!(f, "{} {operator} ", self.field)?;
        for (position, value) in self.values.iter().enumerate() {
            if position > 0 {
                f.write_char(',')?;
            }
            write!(f, "{value}")?;
        }
        Ok(())
    }
}

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => f.write_str(status_name(*status)),
            Self::Text(text) if text.is_empty() || text.contains([' ', ',', '"']) => write!(f, "{text:?}"),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Time(time) => f.write_str(&time.to_rfc3339_opts(SecondsFormat::Secs, true)),
            Self::Duration(duration) => write_duration(f, *duration),
        }
    }
}

struct Conditions<'a>(&'a [Condition]);

impl Display for Conditions<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (position, condition) in self.0.iter().enumerate() {
            f.write_str(if position == 0 { " where " } else { " and " })?;
            write!(f, "{condition}")?;
        }
        Ok(())
    }
}

/// The word of the query language for a kind of object.
#[must_use]
pub fn kind_name(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Job => "job",
        ObjectKind::JobStream => "job_stream",
        ObjectKind::Workstation => "workstation",
        ObjectKind::Resource => "resource",
        ObjectKind::Prompt => "prompt",
        ObjectKind::Folder => "folder",
        ObjectKind::User => "user",
    }
}

/// The word of the query language for a status, the one the filter language uses.
#[must_use]
pub fn status_name(status: Status) -> &'static str {
    match status {
        Status::Waiting => "WAITING",
        Status::Ready => "READY",
        Status::Running => "RUNNING",
        Status::Successful => "SUCCESSFUL",
        Status::Error => "ERROR",
        Status::Canceled => "CANCELED",
        Status::Held => "HELD",
        Status::Undecided => "UNDECIDED",
        Status::Blocked => "BLOCKED",
        Status::Suppressed => "SUPPRESSED",
    }
}

fn write_optional(f: &mut Formatter<'_>, name: &str, object: Option<&Object>) -> fmt::Result {
    f.write_str(name)?;
    match object {
        Some(object) => write!(f, " {object}"),
        None => Ok(()),
    }
}

fn write_joined(f: &mut Formatter<'_>, lead: &str, fields: &[Field]) -> fmt::Result {
    for (position, field) in fields.iter().enumerate() {
        f.write_str(if position == 0 { lead } else { "," })?;
        write!(f, "{field}")?;
    }
    Ok(())
}

fn write_order(f: &mut Formatter<'_>, selection: &Selection) -> fmt::Result {
    if let Some(order) = selection.order {
        write!(f, " order {} {}", order.field, if order.descending { "desc" } else { "asc" })?;
    }
    match selection.limit {
        Some(limit) => write!(f, " limit {limit}"),
        None => Ok(()),
    }
}

fn write_argument(f: &mut Formatter<'_>, argument: Option<Argument>) -> fmt::Result {
    match argument {
        Some(argument) => write!(f, " with {argument}"),
        None => Ok(()),
    }
}

fn write_duration(f: &mut Formatter<'_>, duration: Duration) -> fmt::Result {
    let seconds = duration.as_secs();
    let parts = [(seconds / 3600, 'h'), (seconds / 60 % 60, 'm'), (seconds % 60, 's')];
    if seconds == 0 {
        return f.write_str("0s");
    }
    for (amount, unit) in parts {
        if amount > 0 {
            write!(f, "{amount}{unit}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_reads_as_one_line() {
        let intent = Intent::List(Selection {
            kind: ObjectKind::Job,
            conditions: vec![
                Condition {
                    field: Field::Status,
                    operator: Operator::IsNot,
                    values: vec![Value::Status(Status::Successful), Value::Status(Status::Canceled)],
                },
                Condition {
                    field: Field::Elapsed,
                    operator: Operator::Above,
                    values: vec![Value::Duration(Duration::from_secs(5400))],
                },
            ],
            order: Some(Order { field: Field::Elapsed, descending: true }),
            limit: Some(5),
        });
        assert_eq!(
            intent.to_string(),
            "list job where status is not SUCCESSFUL,CANCELED and elapsed above 1h30m order elapsed desc limit 5"
        );
    }
}
