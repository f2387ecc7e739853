//! Silences: what somebody asked not to be told of, why and until when.

use std::borrow::Cow;
use std::time::Duration;

use chrono::{DateTime, Utc};
use resync_api::filter::Pattern;
use resync_api::perf::model::{Alert, NewSilence, Severity, Silence, SilenceMatcher};
use resync_fault::{ErrorKind, Fault, FieldViolation};
use uuid::Uuid;

use crate::check::Rule;

/// Most silences at a time; with that many another is refused.
pub const MAX_SILENCES: usize = 200;
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);
const MAX_TEXT: usize = 500;

/// Why a silence is not made or not ended.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SilenceError {
    /// A field is missing or out of its range.
    #[error("{field}: {problem}")]
    Invalid {
        /// Which field.
        field: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// There are too many.
    #[error("there are {MAX_SILENCES} silences already")]
    TooMany,
    /// None of that id is in force.
    #[error("there is no silence {0:?}")]
    Unknown(String),
}

impl Fault for SilenceError {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Invalid { .. } => ErrorKind::InvalidArgument,
            Self::TooMany => ErrorKind::ResourceExhausted,
            Self::Unknown(_) => ErrorKind::NotFound,
        }
    }

    fn reason(&self) -> &str {
        match self {
            Self::Invalid { .. } => "SILENCE_INVALID",
            Self::TooMany => "SILENCES_TOO_MANY",
            Self::Unknown(_) => "SILENCE_UNKNOWN",
        }
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Invalid { field: "rule", .. } => {
                let names: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
                Some(format!("rules: {}", names.join(", ")).into())
            }
            Self::Invalid { .. } => None,
            Self::TooMany => Some("end one that is no longer needed, or use a matcher with `*`".into()),
            Self::Unknown(_) => Some("it may have expired; list the silences in force".into()),
        }
    }

    fn violations(&self) -> Vec<FieldViolation> {
        match self {
            Self::Invalid { field, problem } => vec![FieldViolation::new(*field, (*problem).to_owned())],
            _ => Vec::new(),
        }
    }
}

/// All silences in force.
#[derive(Clone, Debug, Default)]
pub(crate) struct Silences(Vec<Silence>);

impl Silences {
    pub(crate) fn create(
        &mut self,
        wanted: NewSilence,
        author: &str,
        now: DateTime<Utc>,
    ) -> Result<Silence, SilenceError> {
        let NewSilence { matcher, comment, duration } = wanted;
        check(&matcher, comment.trim(), duration)?;
        if self.0.len() >= MAX_SILENCES {
            return Err(SilenceError::TooMany);
        }
        let silence = Silence {
            id: Uuid::new_v4().to_string(),
            matcher,
            comment: comment.trim().to_owned(),
            author: author.to_owned(),
            created_at: now,
            expires_at: now + duration,
        };
        self.0.push(silence.clone());
        Ok(silence)
    }

    pub(crate) fn delete(&mut self, id: &str) -> Result<(), SilenceError> {
        let before = self.0.len();
        self.0.retain(|silence| silence.id != id);
        if self.0.len() < before { Ok(()) } else { Err(SilenceError::Unknown(id.to_owned())) }
    }

    /// Ends those whose time is over; says whether there were any.
    pub(crate) fn expire(&mut self, now: DateTime<Utc>) -> bool {
        let before = self.0.len();
        self.0.retain(|silence| silence.expires_at > now);
        self.0.len() < before
    }

    /// A silence that is meant for this alert.
    pub(crate) fn matching(&self, alert: &Alert) -> Option<&Silence> {
        self.0.iter().find(|silence| matches(&silence.matcher, alert))
    }

    /// Next to expire first.
    pub(crate) fn list(&self) -> Vec<Silence> {
        let mut list = self.0.clone();
        list.sort_by_key(|silence| silence.expires_at);
        list
    }

    /// Adds those of an earlier run of the monitor.
    pub(crate) fn restore(&mut self, earlier: Vec<Silence>) {
        for silence in earlier {
            if self.0.len() < MAX_SILENCES && self.0.iter().all(|known| known.id != silence.id) {
                self.0.push(silence);
            }
        }
    }
}

fn check(matcher: &SilenceMatcher, comment: &str, duration: Duration) -> Result<(), SilenceError> {
    let refused = |field, problem| Err(SilenceError::Invalid { field, problem });
    if *matcher == SilenceMatcher::default() {
        return refused("matcher", "name a rule, a subject or a severity");
    }
    if !matcher.rule.is_empty() && Rule::from_name(&matcher.rule).is_none() {
        return refused("rule", "there is no such rule");
    }
    if matcher.severity == Some(Severity::Ok) {
        return refused("severity", "alerts are warning or critical");
    }
    if matcher.subject.len() > MAX_TEXT {
        return refused("subject", "it is longer than 500 bytes");
    }
    if comment.is_empty() || comment.len() > MAX_TEXT {
        return refused("comment", "say in at most 500 bytes why");
    }
    if duration.is_zero() || duration > LONGEST {
        return refused("duration", "it is longer than nothing and at most 30 days");
    }
    Ok(())
}

fn matches(matcher: &SilenceMatcher, alert: &Alert) -> bool {
    let SilenceMatcher { rule, subject, severity } = matcher;
    (rule.is_empty() || *rule == alert.rule)
        && (subject.is_empty() || Pattern::wildcards(subject).matches(&alert.subject))
        && severity.is_none_or(|severity| severity == alert.severity)
}
