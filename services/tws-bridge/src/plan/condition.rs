//! A filter bound to the fields of one kind of row: names resolved, values typed, operators checked.

use resync_api::filter::{Comparison, Expression, Filter, Literal, Operator, Pattern};
use resync_api::tws::model::{ObjectKind, PromptStatus};

use super::field::{Field, FieldType, fields_of, kind_word};
use super::packed::{STATUSES, pack_status, status_word};
use super::query_error::QueryError;
use super::value::Value;

/// What a row must satisfy.
#[derive(Clone, Debug)]
pub(crate) enum Condition {
    Everything,
    And(Vec<Condition>),
    Or(Vec<Condition>),
    Not(Box<Condition>),
    Test(Field, Check),
}

/// What one field must satisfy. An unset field satisfies nothing but a negation around the check.
#[derive(Clone, Debug)]
pub(crate) enum Check {
    IsSet,
    Matches(Pattern),
    Differs(Pattern),
    /// Of a list.
    HasElement(Pattern),
    Status {
        code: u8,
        equal: bool,
    },
    PromptStatus {
        status: PromptStatus,
        equal: bool,
    },
    Boolean(bool),
    /// Integers, times and durations (both in milliseconds).
    Number(Operator, i64),
}

impl Condition {
    /// Binds a filter to a kind of row.
    pub(crate) fn bind(filter: &Filter, kind: ObjectKind) -> Result<Self, QueryError> {
        filter.expression.as_ref().map_or(Ok(Self::Everything), |expression| bind(expression, kind))
    }

    /// The row whose fields `value` gives satisfies the condition.
    pub(crate) fn holds<'v>(&self, value: &dyn Fn(Field) -> Value<'v>) -> bool {
        match self {
            Self::Everything => true,
            Self::And(parts) => parts.iter().all(|part| part.holds(value)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(value)),
            Self::Not(inner) => !inner.holds(value),
            Self::Test(field, check) => check.holds(&value(*field)),
        }
    }
}

fn bind(expression: &Expression, kind: ObjectKind) -> Result<Condition, QueryError> {
    let parts =
        |parts: &[Expression]| parts.iter().map(|part| bind(part, kind)).collect::<Result<Vec<_>, _>>();
    Ok(match expression {
        Expression::And(inner) => Condition::And(parts(inner)?),
        Expression::Or(inner) => Condition::Or(parts(inner)?),
        Expression::Not(inner) => Condition::Not(Box::new(bind(inner, kind)?)),
        Expression::Comparison(comparison) => {
            let position = Some(comparison.field_position);
            let (field, holds) = resolve(&comparison.field, kind, "filter", position)?;
            Condition::Test(field, check(comparison, field, holds)?)
        }
    })
}

/// The field of this name.
pub(crate) fn resolve(
    name: &str,
    kind: ObjectKind,
    place: &'static str,
    position: Option<usize>,
) -> Result<(Field, FieldType), QueryError> {
    let fields = fields_of(kind);
    let known = fields.iter().find(|(field, _)| field.name() == name);
    known.copied().ok_or_else(|| {
        let similar = fields
            .iter()
            .map(|(field, _)| (strsim::jaro_winkler(field.name(), name), field.name()))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let known = match similar {
            Some((score, similar)) if score > 0.8 => format!("did you mean {similar}?"),
            _ => {
                let names: Vec<_> = fields.iter().map(|(field, _)| field.name()).collect();
                format!("fields of a {}: {}", kind_word(kind), names.join(", "))
            }
        };
        QueryError::UnknownField { place, field: name.to_owned(), kind: kind_word(kind), position, known }
    })
}

fn check(comparison: &Comparison, field: Field, holds: FieldType) -> Result<Check, QueryError> {
    let Comparison { operator, literal, .. } = comparison;
    if *operator == Operator::Has && literal.is_any() {
        return Ok(Check::IsSet);
    }
    let wrong_operator = || QueryError::Operator {
        field: field.name(),
        expected: holds.as_str(),
        operator: operator.as_str(),
        position: Some(comparison.field_position),
    };
    let wrong_value = |advice: String| QueryError::Value {
        field: field.name(),
        expected: holds.as_str(),
        value: literal.text(),
        position: Some(comparison.literal_position),
        advice,
    };
    let equal = match operator {
        Operator::Equal => Some(true),
        Operator::NotEqual => Some(false),
        _ => None,
    };
    Ok(match holds {
        FieldType::Text => match operator {
            Operator::Equal => Check::Matches(literal.pattern()),
            Operator::NotEqual => Check::Differs(literal.pattern()),
            Operator::Has => Check::Matches(Pattern::containing(literal)),
            _ => return Err(wrong_operator()),
        },
        FieldType::List => match operator {
            Operator::Has => Check::HasElement(literal.pattern()),
            _ => return Err(wrong_operator()),
        },
        FieldType::Status => {
            let code = status_code(literal).ok_or_else(|| wrong_value(status_advice(field)))?;
            Check::Status { code, equal: equal.ok_or_else(wrong_operator)? }
        }
        FieldType::PromptStatus => {
            let status = prompt_status(literal).ok_or_else(|| {
                wrong_value("one of NOT_ASKED, ASKED, ANSWERED_YES, ANSWERED_NO".to_owned())
            })?;
            Check::PromptStatus { status, equal: equal.ok_or_else(wrong_operator)? }
        }
        FieldType::Boolean => {
            let wanted =
                literal.boolean().ok_or_else(|| wrong_value(format!("write {} = true", field.name())))?;
            Check::Boolean(equal.ok_or_else(wrong_operator)? == wanted)
        }
        FieldType::Integer => number(*operator, literal.integer(), wrong_operator, || {
            wrong_value(format!("write {} = 8", field.name()))
        })?,
        FieldType::Time => {
            let millis = literal.time().map(|time| time.timestamp_millis());
            number(*operator, millis, wrong_operator, || {
                wrong_value(format!("write {} > 2026-03-01T06:00:00Z", field.name()))
            })?
        }
        FieldType::Duration => {
            let millis = literal.duration().and_then(|duration| i64::try_from(duration.as_millis()).ok());
            number(*operator, millis, wrong_operator, || {
                wrong_value(format!("write {} > 1h30m; units are d, h, m, s, ms", field.name()))
            })?
        }
    })
}

fn number(
    operator: Operator,
    value: Option<i64>,
    wrong_operator: impl Fn() -> QueryError,
    wrong_value: impl Fn() -> QueryError,
) -> Result<Check, QueryError> {
    match operator {
        Operator::Has => Err(wrong_operator()),
        _ => value.map(|value| Check::Number(operator, value)).ok_or_else(wrong_value),
    }
}

fn status_code(literal: &Literal) -> Option<u8> {
    let text = literal.text();
    let status = STATUSES.into_iter().find(|status| status_word(*status).eq_ignore_ascii_case(&text));
    status.map(pack_status)
}

fn status_advice(field: Field) -> String {
    let words: Vec<_> = STATUSES.into_iter().map(status_word).collect();
    format!(
        "{} is one of {}; words like ABEND or HOLD stand in internal_status",
        field.name(),
        words.join(", ")
    )
}

fn prompt_status(literal: &Literal) -> Option<PromptStatus> {
    match literal.text().to_ascii_uppercase().as_str() {
        "NOT_ASKED" => Some(PromptStatus::NotAsked),
        "ASKED" => Some(PromptStatus::Asked),
        "ANSWERED_YES" => Some(PromptStatus::AnsweredYes),
        "ANSWERED_NO" => Some(PromptStatus::AnsweredNo),
        _ => None,
    }
}

impl Check {
    /// The value satisfies it.
    pub(crate) fn holds(&self, value: &Value<'_>) -> bool {
        match (self, value) {
            (_, Value::Unset) => false,
            (Self::IsSet, Value::Text(text)) => !text.is_empty(),
            (Self::IsSet, Value::List(list)) => !list.is_empty(),
            (Self::IsSet, _) => true,
            (Self::Matches(pattern), Value::Text(text)) => pattern.matches(text),
            (Self::Differs(pattern), Value::Text(text)) => !pattern.matches(text),
            (Self::HasElement(pattern), Value::List(list)) => {
                list.iter().any(|element| pattern.matches(element))
            }
            (Self::Status { code, equal }, Value::Status(status)) => {
                (pack_status(*status) == *code) == *equal
            }
            (Self::PromptStatus { status, equal }, Value::PromptStatus(actual)) => {
                (status == actual) == *equal
            }
            (Self::Boolean(wanted), Value::Boolean(actual)) => wanted == actual,
            (
                Self::Number(operator, wanted),
                Value::Integer(actual) | Value::Time(actual) | Value::Duration(actual),
            ) => compare(*operator, *actual, *wanted),
            // Binding gave every field a check of its type.
            _ => false,
        }
    }
}

/// `actual operator wanted`.
pub(crate) fn compare(operator: Operator, actual: i64, wanted: i64) -> bool {
    match operator {
        Operator::Equal | Operator::Has => actual == wanted,
        Operator::NotEqual => actual != wanted,
        Operator::Less => actual < wanted,
        Operator::LessOrEqual => actual <= wanted,
        Operator::Greater => actual > wanted,
        Operator::GreaterOrEqual => actual >= wanted,
    }
}
