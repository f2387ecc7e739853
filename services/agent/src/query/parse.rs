//! Reads a canonical text back, for corrections: what a reviewer wrote is checked here before anything is made of it.
//!
//! Objects come out by key alone and are linked to the live plan afterwards. Times are refused, because a fixed time is
//! another one each time the question returns, and so are actions: a correction changes what is looked at, never what is
//! done.

mod knowledge;

use std::str::FromStr as _;
use std::time::Duration;

use resync_api::tws::model::{Direction, ObjectKind, Status};

use super::{
    Condition, Field, Intent, Object, Operator, Order, Selection, Term, Value, kind_name, status_name,
};

/// Conditions, groups or values of one query.
const MAX_PARTS: usize = 20;

/// Why a text is no query that a correction may hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// Something else was needed here.
    #[error("{expected} is expected, not {found:?}")]
    Expected {
        /// What was needed.
        expected: &'static str,
        /// What stands there; empty at the end.
        found: String,
    },
    /// It names a time.
    #[error("a fixed time cannot be part of a correction")]
    FixedTime,
    /// It acts.
    #[error("an action cannot be part of a correction")]
    Action,
    /// More than a query holds.
    #[error("the query has too many parts")]
    TooLong,
}

/// The intent of a canonical text; its objects have a kind and a key and no id.
///
/// # Errors
/// When the text is not what an intent is written as, or is one that a correction may not hold.
pub fn parse(text: &str) -> Result<Intent, ParseError> {
    let mut words = Words::of(text)?;
    let intent = match words.next("a query")?.as_str() {
        "overview" => Intent::Overview,
        "list" => Intent::List(selection(&mut words)?),
        "count" => count(&mut words)?,
        "detail" => Intent::Detail(object(&mut words, &[])?),
        "why_waiting" => Intent::WhyWaiting(object(&mut words, &[])?),
        "why_failed" => Intent::WhyFailed(object(&mut words, &[])?),
        "predecessors" => dependencies(&mut words, Direction::Predecessors)?,
        "successors" => dependencies(&mut words, Direction::Successors)?,
        "progress" => Intent::Progress(object(&mut words, &[])?),
        "workstation_health" => Intent::WorkstationHealth(optional_object(&mut words)?),
        "resource_holders" => Intent::ResourceHolders(optional_object(&mut words)?),
        "open_prompts" => Intent::OpenPrompts(optional_object(&mut words)?),
        "changes" => {
            let object = optional_object(&mut words)?;
            Intent::Changes { since: None, object }
        }
        "meaning" => Intent::Meaning(term(&mut words)?),
        "log" => {
            let object = object(&mut words, &["tail"])?;
            let tail_lines = if words.take("tail") { Some(words.number("a number of lines")?) } else { None };
            Intent::Log { object, tail_lines }
        }
        "help" => Intent::Help,
        "act" => return Err(ParseError::Action),
        other => match knowledge::read(other, &mut words)? {
            Some(intent) => intent,
            None => return Err(expected("a query", other)),
        },
    };
    match words.peek() {
        None => Ok(intent),
        Some(more) => Err(expected("the end", more)),
    }
}

fn expected(expected: &'static str, found: &str) -> ParseError {
    ParseError::Expected { expected, found: found.to_owned() }
}

/// Words of the text; what stands in quotes is one.
struct Words {
    words: Vec<String>,
    next: usize,
}

impl Words {
    fn of(text: &str) -> Result<Self, ParseError> {
        let mut words = vec![String::new()];
        let (mut quoted, mut escaped) = (false, false);
        for c in text.chars() {
            if c == ' ' && !quoted {
                words.push(String::new());
                continue;
            }
            match c {
                '"' if !escaped => quoted = !quoted,
                _ => {}
            }
            escaped = quoted && c == '\\' && !escaped;
            if let Some(word) = words.last_mut() {
                word.push(c);
            }
        }
        if quoted {
            return Err(expected("a closing quote", ""));
        }
        words.retain(|word| !word.is_empty());
        Ok(Self { words, next: 0 })
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.next).map(String::as_str)
    }

    fn next(&mut self, what: &'static str) -> Result<String, ParseError> {
        let word = self.words.get(self.next).cloned().ok_or_else(|| expected(what, ""))?;
        self.next += 1;
        Ok(word)
    }

    /// Takes the word if it comes next.
    fn take(&mut self, word: &str) -> bool {
        let comes = self.peek() == Some(word);
        self.next += usize::from(comes);
        comes
    }

    fn number(&mut self, what: &'static str) -> Result<u32, ParseError> {
        let word = self.next(what)?;
        word.parse().map_err(|_| expected(what, &word))
    }
}

fn kind(words: &mut Words) -> Result<ObjectKind, ParseError> {
    let word = words.next("a kind of object")?;
    kind_named(&word).ok_or_else(|| expected("a kind of object", &word))
}

fn kind_named(word: &str) -> Option<ObjectKind> {
    use ObjectKind::{Folder, Job, JobStream, Prompt, Resource, User, Workstation};
    let all = [Job, JobStream, Workstation, Resource, Prompt, Folder, User];
    all.into_iter().find(|kind| kind_name(*kind) == word)
}

/// A kind and a key, which goes on to the end or to one of `until`.
fn object(words: &mut Words, until: &[&str]) -> Result<Object, ParseError> {
    let kind = kind(words)?;
    let mut key = words.next("a key")?;
    while let Some(word) = words.peek() {
        if until.contains(&word) {
            break;
        }
        if word == "since" {
            return Err(ParseError::FixedTime);
        }
        key.push(' ');
        key.push_str(word);
        words.next += 1;
    }
    Ok(Object { kind, id: String::new(), key, object_name: String::new() })
}

fn optional_object(words: &mut Words) -> Result<Option<Object>, ParseError> {
    match words.peek() {
        None => Ok(None),
        Some("since") => Err(ParseError::FixedTime),
        Some(_) => object(words, &[]).map(Some),
    }
}

fn dependencies(words: &mut Words, direction: Direction) -> Result<Intent, ParseError> {
    let object = object(words, &["transitive"])?;
    let transitive = words.take("transitive");
    Ok(Intent::Dependencies { object, direction, transitive })
}

fn term(words: &mut Words) -> Result<Term, ParseError> {
    let sort = words.next("a sort of term")?;
    let word = words.next("a term")?;
    Ok(match sort.as_str() {
        "status" => Term::Status(word),
        "code" => Term::MessageCode(word),
        "return_code" => Term::ReturnCode(word.parse().map_err(|_| expected("a return code", &word))?),
        other => return Err(expected("a sort of term", other)),
    })
}

fn selection(words: &mut Words) -> Result<Selection, ParseError> {
    let kind = kind(words)?;
    let conditions = conditions(words)?;
    let (order, limit) = order(words)?;
    Ok(Selection { kind, conditions, order, limit })
}

fn count(words: &mut Words) -> Result<Intent, ParseError> {
    let kind = kind(words)?;
    let conditions = conditions(words)?;
    let mut group_by = Vec::new();
    if words.take("by") {
        for name in words.next("a field")?.split(',').take(MAX_PARTS) {
            group_by.push(field(name)?);
        }
    }
    let (order, limit) = order(words)?;
    Ok(Intent::Count { selection: Selection { kind, conditions, order, limit }, group_by })
}

fn order(words: &mut Words) -> Result<(Option<Order>, Option<u32>), ParseError> {
    let mut order = None;
    if words.take("order") {
        let field = field(&words.next("a field")?)?;
        let way = words.next("asc or desc")?;
        let descending = match way.as_str() {
            "desc" => true,
            "asc" => false,
            other => return Err(expected("asc or desc", other)),
        };
        order = Some(Order { field, descending });
    }
    let limit = if words.take("limit") { Some(words.number("a limit")?) } else { None };
    Ok((order, limit))
}

fn field(name: &str) -> Result<Field, ParseError> {
    Field::from_str(name).map_err(|_| expected("a field", name))
}

fn conditions(words: &mut Words) -> Result<Vec<Condition>, ParseError> {
    let mut conditions = Vec::new();
    if !words.take("where") {
        return Ok(conditions);
    }
    loop {
        conditions.push(condition(words)?);
        if conditions.len() > MAX_PARTS {
            return Err(ParseError::TooLong);
        }
        if !words.take("and") {
            return Ok(conditions);
        }
    }
}

fn condition(words: &mut Words) -> Result<Condition, ParseError> {
    let field = field(&words.next("a field")?)?;
    let word = words.next("is, above or below")?;
    let operator = match word.as_str() {
        "is" if words.take("not") => Operator::IsNot,
        "is" => Operator::Is,
        "above" => Operator::Above,
        "below" => Operator::Below,
        other => return Err(expected("is, above or below", other)),
    };
    let values = split(&words.next("a value")?);
    if values.len() > MAX_PARTS {
        return Err(ParseError::TooLong);
    }
    let values = values.iter().map(|text| value(field, text)).collect::<Result<_, _>>()?;
    Ok(Condition { field, operator, values })
}

/// Parts between commas that stand outside of quotes.
fn split(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in list.chars() {
        if c == ',' && !quoted {
            parts.push(String::new());
            continue;
        }
        if c == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = quoted && c == '\\' && !escaped;
        if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts
}

/// A value as its field takes it.
fn value(field: Field, text: &str) -> Result<Value, ParseError> {
    Ok(match field {
        Field::Status => match status_named(text) {
            Some(status) => Value::Status(status),
            None => Value::Text(plain(text)?),
        },
        Field::StartTime | Field::EndTime | Field::ScheduledTime | Field::Deadline => {
            return Err(ParseError::FixedTime);
        }
        Field::Elapsed | Field::EstimatedDuration => {
            Value::Duration(duration(text).ok_or_else(|| expected("a length of time", text))?)
        }
        Field::Priority
        | Field::ReturnCode
        | Field::RunCount
        | Field::Limit
        | Field::Fence
        | Field::Available
        | Field::InUse
        | Field::JobCount => Value::Number(text.parse().map_err(|_| expected("a number", text))?),
        Field::Late
        | Field::AtRisk
        | Field::LongRunning
        | Field::Critical
        | Field::Every
        | Field::CarriedForward
        | Field::RequiresConfirmation
        | Field::Healthy
        | Field::Linked
        | Field::CancelPending => match text {
            "true" => Value::Flag(true),
            "false" => Value::Flag(false),
            other => return Err(expected("true or false", other)),
        },
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
        | Field::ResourceName
        | Field::JobStreamWorkstation => Value::Text(plain(text)?),
    })
}

fn status_named(text: &str) -> Option<Status> {
    use Status::{
        Blocked, Canceled, Error, Held, Ready, Running, Successful, Suppressed, Undecided, Waiting,
    };
    let all = [Waiting, Ready, Running, Successful, Error, Canceled, Held, Undecided, Blocked, Suppressed];
    all.into_iter().find(|status| status_name(*status) == text)
}

/// A text, out of its quotes.
fn plain(text: &str) -> Result<String, ParseError> {
    if !text.starts_with('"') {
        return Ok(text.to_owned());
    }
    // What is written there with other escapes than these is nobody's name.
    serde_json::from_str(text).map_err(|_| expected("a text in quotes", text))
}

/// `1h30m`, `45m`, `10s`.
fn duration(text: &str) -> Option<Duration> {
    let mut seconds: u64 = 0;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return None,
        };
        let amount: u64 = std::mem::take(&mut digits).parse().ok()?;
        seconds = seconds.checked_add(amount.checked_mul(unit)?)?;
    }
    (digits.is_empty() && !text.is_empty()).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "overview",
            "help",
            "list job",
            "list job where status is not SUCCESSFUL,CANCELED and elapsed above 1h30m order elapsed desc limit 5",
            "list job where folder is /FIN/* and late is true",
            "list job where workstation is \"A B\",\"C,D\",E",
            "list workstation where healthy is false",
            "list prompt where status is ASKED",
            "count job where return_code above 4 by status,workstation order status asc limit 3",
            "count job",
            "detail job CPU1#PAYROLL.CALC",
            "why_failed job_stream CPU1#/FIN/PAYROLL",
            "why_waiting job CPU1#/FIN/PAYROLL.CALC",
            "predecessors job A#B.C",
            "successors job A#B.C transitive",
            "progress job_stream A#B",
            "workstation_health",
            "workstation_health workstation CPU1",
            "resource_holders resource CPU1#TAPES",
            "open_prompts",
            "changes job A#B.C",
            "meaning status STUCK",
            "meaning code AWSBDW009E",
            "meaning return_code -12",
            "log job A#B.C tail 50",
            "log job A#B.C",
        ] {
            let read = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(read.to_string(), text);
        }
    }

    #[test]
    fn times_actions_and_everything_else_are_refused() {
        assert_eq!(parse("act cancel job A#B.C"), Err(ParseError::Action));
        for text in [
            "changes since 2026-01-01T00:00:00Z",
            "changes job A#B.C since 2026-01-01T00:00:00Z",
            "list job where end_time above 2026-01-01T00:00:00Z",
        ] {
            assert_eq!(parse(text), Err(ParseError::FixedTime), "{text}");
        }
        for text in [
            "",
            "please delete everything",
            "list",
            "list jobs",
            "list job where",
            "list job where colour is red",
            "list job limit many",
            "overview now",
            "list job where late is maybe",
            "list job where user is \"x",
            "meaning of life",
            "detail job",
        ] {
            assert!(matches!(parse(text), Err(ParseError::Expected { .. })), "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_nothing_breaks(text in ".{0,80}", more in "(list|count|detail|where|is|not|job|status|\"|,| |A#B|limit|1){0,14}") {
            for text in [text, more] {
                if let Ok(intent) = parse(&text) {
                    prop_assert_eq!(parse(&intent.to_string()), Ok(intent));
                }
            }
        }
    }
}
