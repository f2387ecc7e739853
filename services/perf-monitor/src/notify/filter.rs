//! Which jobs a destination wants to hear of: kinds, and a filter in the language of lists over the names of an event.

use resync_api::filter::{Comparison, Expression, Filter, FilterError, Operator};

use crate::plan_event::{PlanEvent, PlanEventKind};

/// Why a filter cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanFilterError {
    /// It is not in the language.
    #[error(transparent)]
    Language(#[from] FilterError),
    /// It names a field that events do not have.
    #[error("there is no field {0:?}; fields: {fields}", fields = FIELDS.join(", "))]
    Field(String),
    /// An operator or value that the field does not take.
    #[error("field {field:?} does not take {comparison:?}")]
    Comparison {
        /// The field.
        field: String,
        /// What stands there.
        comparison: String,
    },
}

const FIELDS: [&str; 9] =
    ["engine", "kind", "workstation", "folder", "job_stream", "job", "key", "return_code", "critical"];

/// Which plan events pass.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanFilter {
    kinds: Vec<PlanEventKind>,
    filter: Filter,
}

impl PlanFilter {
    /// Events of these kinds that also pass the filter; an empty one passes everything.
    ///
    /// # Errors
    /// When the text is no filter, or one that events cannot be held against.
    pub fn new(kinds: Vec<PlanEventKind>, filter: &str) -> Result<Self, PlanFilterError> {
        let filter = Filter::parse(filter)?;
        if let Some(expression) = &filter.expression {
            check(expression)?;
        }
        Ok(Self { kinds, filter })
    }

    pub(crate) fn passes(&self, event: &PlanEvent) -> bool {
        self.kinds.contains(&event.kind)
            && self.filter.expression.as_ref().is_none_or(|expression| holds(expression, event))
    }
}

/// A field of an event.
enum Value<'e> {
    Text(&'e str),
    Number(Option<i64>),
    Flag(bool),
}

fn value<'e>(event: &'e PlanEvent, field: &str) -> Option<Value<'e>> {
    Some(match field {
        "engine" => Value::Text(&event.engine),
        "kind" => Value::Text(event.kind.as_str()),
        "workstation" => Value::Text(&event.workstation),
        "folder" => Value::Text(&event.folder),
        "job_stream" => Value::Text(&event.job_stream),
        "job" => Value::Text(&event.job),
        "key" => Value::Text(&event.key),
        "return_code" => Value::Number(event.return_code.map(i64::from)),
        "critical" => Value::Flag(event.critical),
        _ => return None,
    })
}

fn check(expression: &Expression) -> Result<(), PlanFilterError> {
    match expression {
        Expression::And(parts) | Expression::Or(parts) => parts.iter().try_for_each(check),
        Expression::Not(inner) => check(inner),
        Expression::Comparison(comparison) => check_comparison(comparison),
    }
}

fn check_comparison(comparison: &Comparison) -> Result<(), PlanFilterError> {
    let Comparison { field, operator, literal, .. } = comparison;
    let any = *operator == Operator::Has && literal.is_any();
    let equality = matches!(operator, Operator::Equal | Operator::NotEqual);
    let fits = match field.as_str() {
        "return_code" => any || (*operator != Operator::Has && literal.integer().is_some()),
        "critical" => any || (equality && literal.boolean().is_some()),
        known if FIELDS.contains(&known) => equality || *operator == Operator::Has,
        unknown => return Err(PlanFilterError::Field(unknown.to_owned())),
    };
    if fits {
        return Ok(());
    }
    Err(PlanFilterError::Comparison {
        field: field.clone(),
        comparison: format!("{} {literal}", operator.as_str()),
    })
}

fn holds(expression: &Expression, event: &PlanEvent) -> bool {
    match expression {
        Expression::And(parts) => parts.iter().all(|part| holds(part, event)),
        Expression::Or(parts) => parts.iter().any(|part| holds(part, event)),
        Expression::Not(inner) => !holds(inner, event),
        Expression::Comparison(comparison) => passes(comparison, event),
    }
}

/// A field that is not set passes nothing, as in lists.
fn passes(comparison: &Comparison, event: &PlanEvent) -> bool {
    let Comparison { field, operator, literal, .. } = comparison;
    match value(event, field) {
        Some(Value::Text(text)) if !text.is_empty() => match operator {
            Operator::Equal => literal.pattern().matches(text),
            Operator::NotEqual => !literal.pattern().matches(text),
            Operator::Has => {
                literal.is_any() || resync_api::filter::Pattern::containing(literal).matches(text)
            }
            _ => false,
        },
        Some(Value::Number(Some(number))) => match (operator, literal.integer()) {
            (Operator::Has, _) => literal.is_any(),
            (Operator::Equal, Some(wanted)) => number == wanted,
            (Operator::NotEqual, Some(wanted)) => number != wanted,
            (Operator::Less, Some(wanted)) => number < wanted,
            (Operator::LessOrEqual, Some(wanted)) => number <= wanted,
            (Operator::Greater, Some(wanted)) => number > wanted,
            (Operator::GreaterOrEqual, Some(wanted)) => number >= wanted,
            (_, None) => false,
        },
        Some(Value::Flag(flag)) => match operator {
            Operator::Equal => literal.boolean() == Some(flag),
            Operator::NotEqual => literal.boolean() == Some(!flag),
            _ => literal.is_any(),
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan_event::fixture;

    #[test]
    fn events_pass_by_kind_and_names() {
        let event = PlanEvent {
            return_code: Some(12),
            critical: true,
            ..fixture(PlanEventKind::Failed, "NY1#/FIN/PAYROLL.EXTRACT")
        };
        let passes =
            |text: &str| PlanFilter::new(vec![PlanEventKind::Failed], text).expect("sound").passes(&event);
        for (filter, expected) in [
            ("", true),
            ("engine = default AND job_stream = PAY*", true),
            ("job = \"EXTRACT\" AND NOT folder = \"/HR\"", true),
            ("workstation = LA1 OR return_code >= 8", true),
            ("workstation != NY1", false),
            ("key:payroll", true),
            ("critical = true AND kind = failed", true),
            ("critical != true", false),
            ("return_code = 0", false),
        ] {
            assert_eq!(passes(filter), expected, "{filter}");
        }
        let late = PlanFilter::new(vec![PlanEventKind::Late], "").expect("sound");
        assert!(!late.passes(&event), "another kind");
        let unknown_code = fixture(PlanEventKind::Failed, "NY1#/A.B");
        let coded = PlanFilter::new(vec![PlanEventKind::Failed], "return_code != 0").expect("sound");
        assert!(!coded.passes(&unknown_code), "what is not known passes nothing");
    }

    #[test]
    fn a_filter_that_could_never_be_meant_is_refused_at_once() {
        let refused = |text: &str| PlanFilter::new(Vec::new(), text).expect_err(text).to_string();
        assert!(refused("status = ERROR").contains("no field \"status\""));
        assert!(refused("return_code = high").contains("return_code"));
        assert!(refused("critical > true").contains("critical"));
        assert!(refused("job < A").contains("job"));
        assert!(matches!(PlanFilter::new(Vec::new(), "job ="), Err(PlanFilterError::Language(_))));
    }
}
