//! Questions the plan cannot answer as asked, each with where it is wrong and what would be right.

use std::borrow::Cow;
use std::collections::BTreeMap;

use resync_api::filter::{FilterError, OrderError};
use resync_fault::{ErrorKind, Fault, FieldViolation};

/// A question that cannot be answered as asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueryError {
    /// The filter does not parse.
    #[error(transparent)]
    Filter(#[from] FilterError),
    /// The order does not parse.
    #[error(transparent)]
    Order(#[from] OrderError),
    /// A field that rows of this kind do not have.
    #[error("a {kind} has no field {field:?}{}", at(.position))]
    UnknownField {
        /// Request field it stands in: `filter`, `order_by` or `group_by`.
        place: &'static str,
        /// The name.
        field: String,
        /// The kind of row.
        kind: &'static str,
        /// Where in the filter.
        position: Option<usize>,
        /// The most similar field, or all of them.
        known: String,
    },
    /// An operator that the field's type does not take.
    #[error("{field} holds {expected} and does not take {operator}{}", at(.position))]
    Operator {
        /// The field.
        field: &'static str,
        /// What it holds.
        expected: &'static str,
        /// The operator.
        operator: &'static str,
        /// Where in the filter.
        position: Option<usize>,
    },
    /// A value of the wrong type.
    #[error("{field} holds {expected}, not {value:?}{}", at(.position))]
    Value {
        /// The field.
        field: &'static str,
        /// What it holds.
        expected: &'static str,
        /// The value.
        value: String,
        /// Where in the filter.
        position: Option<usize>,
        /// What to write instead.
        advice: String,
    },
    /// A field that rows cannot be grouped by.
    #[error("{field} holds {holds}; rows cannot be grouped by it")]
    NotGroupable {
        /// The field.
        field: &'static str,
        /// What it holds.
        holds: &'static str,
    },
    /// Too many fields to group by, or one twice.
    #[error("group_by takes at most three different fields")]
    GroupBy,
    /// A kind that has no rows.
    #[error("a {kind} cannot be counted; it is found by name only")]
    NotCountable {
        /// The kind.
        kind: &'static str,
    },
    /// A page token of another query, or of nobody.
    #[error("the page token does not belong to this query")]
    PageToken,
    /// A resume token of nobody.
    #[error("the resume token is not one of ours")]
    ResumeToken,
    /// Nothing with this id or key.
    #[error("there is no {kind} {text:?} in the plan of engine {engine:?}")]
    NotFound {
        /// What was looked for.
        kind: &'static str,
        /// What was typed.
        text: String,
        /// Where.
        engine: String,
        /// Keys that come near.
        nearest: Vec<String>,
    },
    /// Several with this key.
    #[error("{text:?} names {count} objects of the plan of engine {engine:?}")]
    Ambiguous {
        /// What was typed.
        text: String,
        /// Where.
        engine: String,
        /// How many.
        count: u64,
        /// Some of them: key and plan id.
        candidates: Vec<(String, String)>,
    },
}

fn at(position: &Option<usize>) -> String {
    position.map_or(String::new(), |position| format!(" (character {position})"))
}

impl QueryError {
    fn place(&self) -> Option<&'static str> {
        match self {
            Self::UnknownField { place, .. } => Some(place),
            Self::Operator { .. } | Self::Value { .. } => Some("filter"),
            Self::NotGroupable { .. } | Self::GroupBy => Some("group_by"),
            Self::NotCountable { .. } => Some("kind"),
            Self::PageToken => Some("page_token"),
            Self::ResumeToken => Some("resume_token"),
            Self::Filter(_) | Self::Order(_) | Self::NotFound { .. } | Self::Ambiguous { .. } => None,
        }
    }
}

impl Fault for QueryError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::Ambiguous { .. } => ErrorKind::FailedPrecondition,
            _ => ErrorKind::InvalidArgument,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Filter(error) => error.reason(),
            Self::Order(error) => error.reason(),
            Self::UnknownField { .. } => "FIELD_UNKNOWN",
            Self::Operator { .. } => "FILTER_OPERATOR",
            Self::Value { .. } => "FILTER_VALUE",
            Self::NotGroupable { .. } | Self::GroupBy => "GROUP_BY_INVALID",
            Self::NotCountable { .. } => "KIND_NOT_COUNTABLE",
            Self::PageToken => "PAGE_TOKEN_INVALID",
            Self::ResumeToken => "RESUME_TOKEN_INVALID",
            Self::NotFound { .. } => "OBJECT_NOT_FOUND",
            Self::Ambiguous { .. } => "OBJECT_AMBIGUOUS",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Filter(error) => return error.hint(),
            Self::Order(error) => return error.hint(),
            Self::UnknownField { known, .. } => Cow::Owned(known.clone()),
            Self::Operator { .. } => "see the table of operators in docs/filters.md".into(),
            Self::Value { advice, .. } => Cow::Owned(advice.clone()),
            Self::NotGroupable { .. } | Self::GroupBy => {
                "group by fields such as status, workstation, folder, job_stream_name or user".into()
            }
            Self::NotCountable { .. } => "count jobs and group them by folder or user instead".into(),
            Self::PageToken => {
                "send the filter and order of the page before, or leave the token out to start over".into()
            }
            Self::ResumeToken => "leave the resume token out to start with an overview".into(),
            Self::NotFound { nearest, .. } if nearest.is_empty() => {
                "nothing in the plan has a similar name; it may be in another engine or not planned today"
                    .into()
            }
            Self::NotFound { nearest, .. } => format!("did you mean {}?", nearest.join(" or ")).into(),
            Self::Ambiguous { candidates, .. } => {
                let list: Vec<_> = candidates.iter().map(|(key, id)| format!("{key} ({id})")).collect();
                format!("use one of these ids: {}", list.join(", ")).into()
            }
        }
        .into()
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::Filter(error) => error.violations(),
            Self::Order(error) => error.violations(),
            _ => self.place().map(|place| FieldViolation::new(place, self.to_string())).into_iter().collect(),
        }
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::NotFound { text, engine, nearest, .. } => {
                vec![("object", text.clone()), ("engine", engine.clone()), ("nearest", nearest.join("\n"))]
            }
            Self::Ambiguous { text, engine, candidates, .. } => {
                let ids: Vec<_> = candidates.iter().map(|(_, id)| id.as_str()).collect();
                let keys: Vec<_> = candidates.iter().map(|(key, _)| key.as_str()).collect();
                vec![
                    ("object", text.clone()),
                    ("engine", engine.clone()),
                    ("candidates", keys.join("\n")),
                    ("candidate_ids", ids.join("\n")),
                ]
            }
            _ => Vec::new(),
        };
        pairs.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
