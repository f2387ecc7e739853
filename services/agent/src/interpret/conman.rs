//! Short forms of the scheduler's command line: `sj ws#stream.@+state=abend`, `ss @#PAY@`, `sc`, `rr X`.
//! Only the forms people type from habit; unusual filters are said to be not covered.

use resync_api::tws::model::{Direction, ObjectKind};

use super::draft::{Wanted, Why};
use super::slots::normalise;
use crate::query::{Argument, Condition, Field, Intent, Operator, Selection, Value, Verb};

/// A command line that was read.
#[derive(Debug, PartialEq)]
pub(super) enum Command {
    /// Complete.
    Intent(Intent),
    /// About one object, still to be found. [`Wanted::Rows`]: the job, or the jobs of the job stream.
    About { wanted: Wanted, name: String, kind: Option<ObjectKind> },
    /// Recognised, but there is no answer to it.
    NotCovered,
}

/// Reads a command line, if the message is one: a known command and at most one selector.
pub(super) fn read(message: &str) -> Option<Command> {
    let message = message.trim().trim_start_matches(['%', '$', '>']).trim().trim_end_matches('?');
    let (command, rest) = message.split_once(char::is_whitespace).unwrap_or((message, ""));
    let command = command.to_lowercase();
    let rest = rest.trim();
    let mut options = rest.split(';').map(str::trim);
    let selector = options.next().unwrap_or("");
    let options: Vec<String> = options.map(str::to_lowercase).collect();
    // A sentence that happens to begin with a short form is not a command line.
    if selector.contains(char::is_whitespace) {
        return None;
    }
    if rest.is_empty() && command.contains('#') && command.contains(['@', '*']) {
        return Some(rows(ObjectKind::Job, message, &[]));
    }
    show(&command, selector, &options).or_else(|| act(&command, selector, &options))
}

fn show(command: &str, selector: &str, options: &[String]) -> Option<Command> {
    let option = |names: &[&str]| options.iter().any(|option| names.contains(&option.as_str()));
    match command {
        "sj" | "showjobs" | "showjob" => {
            let (name, filters) = split_filters(selector);
            if option(&["stdlist", "sin"]) || options.iter().any(|option| option.starts_with("stdlist")) {
                return Some(about(Wanted::Log { tail_lines: None }, name, Some(ObjectKind::Job)));
            }
            if option(&["deps"]) {
                return Some(about(predecessors(), name, None));
            }
            if option(&["info", "props", "logon", "step"]) {
                return Some(about(Wanted::Detail, name, Some(ObjectKind::Job)));
            }
            if is_single(name) && filters.is_empty() {
                return Some(about(Wanted::Rows, name, None));
            }
            Some(rows(ObjectKind::Job, name, &filters))
        }
        "ss" | "showscheds" | "showschedules" | "showsched" => {
            let (name, filters) = split_filters(selector);
            if option(&["deps"]) {
                return Some(about(predecessors(), name, Some(ObjectKind::JobStream)));
            }
            if is_single(name) && filters.is_empty() {
                return Some(about(Wanted::Detail, name, Some(ObjectKind::JobStream)));
            }
            Some(rows(ObjectKind::JobStream, name, &filters))
        }
        "sc" | "showcpus" | "showcpu" | "chs" => Some(match selector {
            "" | "@" | "@#@" | "*" => Command::Intent(all(ObjectKind::Workstation)),
            name if is_single(name) => about(Wanted::Health, name, Some(ObjectKind::Workstation)),
            name => rows(ObjectKind::Workstation, name, &[]),
        }),
        "sp" | "showprompts" | "recall" | "rc" if selector.is_empty() || selector.contains('@') => {
            Some(Command::Intent(Intent::OpenPrompts(None)))
        }
        "sp" | "showprompts" => Some(about(Wanted::Detail, selector, Some(ObjectKind::Prompt))),
        "sr" | "showresources" => Some(match selector {
            "" | "@" | "@#@" | "*" => Command::Intent(all(ObjectKind::Resource)),
            name if is_single(name) => about(Wanted::Holders, name, Some(ObjectKind::Resource)),
            name => rows(ObjectKind::Resource, name, &[]),
        }),
        "sf" | "showfiles" | "showdomain" | "showd" | "listsym" | "lis" => Some(Command::NotCovered),
        "listsucc" => Some(about(
            Wanted::Dependencies { direction: Direction::Successors, transitive: false },
            selector,
            None,
        )),
        "why" | "pq" if selector.contains(['#', '_', '.']) => {
            Some(about(Wanted::Why(Why::ByStatus), selector, None))
        }
        "planman" if selector == "showinfo" => Some(Command::Intent(Intent::Overview)),
        "stat" if selector.is_empty() => Some(Command::Intent(Intent::Overview)),
        _ => None,
    }
}

fn act(command: &str, selector: &str, options: &[String]) -> Option<Command> {
    if selector.is_empty() {
        return None;
    }
    let number = || options.iter().find_map(|option| option.parse().ok()).map(Argument::Number);
    let (verb, kind, argument) = match command {
        "rr" | "rerun" => (Verb::Rerun, None, None),
        "rerunsucc" => (Verb::Rerun, None, None),
        "cj" => (Verb::Cancel, Some(ObjectKind::Job), None),
        "cs" => (Verb::Cancel, Some(ObjectKind::JobStream), None),
        "k" => (Verb::Kill, Some(ObjectKind::Job), None),
        "conf" | "confirm" => {
            let abended = options.iter().any(|option| option.starts_with("ab"));
            (
                Verb::Confirm,
                Some(ObjectKind::Job),
                Some(if abended { Argument::Abended } else { Argument::Successful }),
            )
        }
        "ap" | "altpri" => (Verb::SetPriority, None, number()),
        "rj" => (Verb::Release, Some(ObjectKind::Job), None),
        "rs" => (Verb::Release, Some(ObjectKind::JobStream), None),
        "lc" => (Verb::SetLimit, Some(ObjectKind::Workstation), number()),
        "ls" => (Verb::SetLimit, Some(ObjectKind::JobStream), number()),
        "f" => (Verb::SetFence, Some(ObjectKind::Workstation), number()),
        "lk" => (Verb::Link, Some(ObjectKind::Workstation), None),
        "sbs" => (Verb::Submit, Some(ObjectKind::JobStream), None),
        "sbj" => (Verb::Submit, Some(ObjectKind::Job), None),
        "rep" | "reply" => {
            let yes = options.iter().any(|option| option.starts_with(['y', 's']));
            let no = options.iter().any(|option| option.starts_with('n'));
            let argument = yes.then_some(Argument::Yes).or(no.then_some(Argument::No));
            (Verb::Reply, Some(ObjectKind::Prompt), argument)
        }
        _ => return None,
    };
    // A plain word after a verb is a sentence: "rerun everything".
    let plain = selector.chars().all(char::is_alphabetic) && selector.chars().any(char::is_lowercase);
    let short = command.len() <= 3 || !plain;
    short.then(|| about(Wanted::Act { verb, argument }, selector, kind))
}

fn about(wanted: Wanted, name: &str, kind: Option<ObjectKind>) -> Command {
    if name.is_empty() {
        return Command::NotCovered;
    }
    let name = name.trim_end_matches(".@").trim_start_matches("@#").to_owned();
    Command::About { wanted, name, kind }
}

fn predecessors() -> Wanted {
    Wanted::Dependencies { direction: Direction::Predecessors, transitive: false }
}

fn all(kind: ObjectKind) -> Intent {
    Intent::List(Selection { kind, conditions: Vec::new(), order: None, limit: None })
}

fn is_single(name: &str) -> bool {
    !name.is_empty() && !name.contains(['@', '*', '?'])
}

/// `name+state=abend~priority=0`: the selector and its filters.
fn split_filters(selector: &str) -> (&str, Vec<(bool, &str)>) {
    let Some(start) = selector.find(['+', '~']) else { return (selector, Vec::new()) };
    let (name, rest) = selector.split_at(start);
    let mut filters = Vec::new();
    let mut rest = rest;
    while let Some(sign) = rest.chars().next() {
        let body = &rest[1..];
        let end = body.find(['+', '~']).unwrap_or(body.len());
        filters.push((sign == '~', &body[..end]));
        rest = &body[end..];
    }
    (name, filters)
}

fn rows(kind: ObjectKind, name: &str, filters: &[(bool, &str)]) -> Command {
    let mut conditions = selector(name, kind);
    for (negated, filter) in filters {
        match condition(*negated, filter) {
            Some(condition) => conditions.push(condition),
            None => return Command::NotCovered,
        }
    }
    normalise(&mut conditions);
    Command::Intent(Intent::List(Selection { kind, conditions, order: None, limit: None }))
}

fn condition(negated: bool, filter: &str) -> Option<Condition> {
    let (name, value) = filter.split_once('=')?;
    let operator = if negated { Operator::IsNot } else { Operator::Is };
    let values: Vec<Value> = value.split(',').map(|value| Value::Text(value.trim().to_uppercase())).collect();
    match name.trim().to_lowercase().as_str() {
        "state" | "status" => Some(Condition { field: Field::InternalStatus, operator, values }),
        "priority" | "pri" => {
            let number = value.trim().parse().ok()?;
            Some(Condition { field: Field::Priority, operator, values: vec![Value::Number(number)] })
        }
        "rc" => {
            let number = value.trim().parse().ok()?;
            Some(Condition { field: Field::ReturnCode, operator, values: vec![Value::Number(number)] })
        }
        _ => None,
    }
}

/// The conditions of `workstation#/folder/stream.job`; parts that match everything give none.
pub(super) fn selector(text: &str, kind: ObjectKind) -> Vec<Condition> {
    let text = text.replace('@', "*");
    let (workstation, path) = match text.split_once('#') {
        Some((workstation, path)) => (workstation, path),
        None if kind == ObjectKind::Workstation => (text.as_str(), ""),
        None => ("", text.as_str()),
    };
    let (folder, names) = match path.rsplit_once('/') {
        Some((folder, names)) => (folder, names),
        None => ("", path),
    };
    let (stream, job) = match (kind, names.split_once('.')) {
        (ObjectKind::Job, Some((stream, job))) => (stream, job),
        (ObjectKind::Job, None) => ("", names),
        (_, parts) => (parts.map_or(names, |(stream, _)| stream), ""),
    };
    let own_name = match kind {
        ObjectKind::Workstation => (Field::WorkstationName, workstation),
        ObjectKind::Resource => (Field::ResourceName, stream),
        _ => (Field::JobStreamName, stream),
    };
    // Before a job stream stands the stream's workstation, before a bare job the job's own.
    let place_field = match kind {
        ObjectKind::Job if !stream.is_empty() => Field::JobStreamWorkstation,
        _ => Field::Workstation,
    };
    let place =
        if kind == ObjectKind::Workstation { "" } else { workstation.rsplit('/').next().unwrap_or("") };
    let folder = if folder.is_empty() || folder == "*" { String::new() } else { folder.to_owned() };
    [
        (Field::JobName, job.to_owned()),
        (own_name.0, own_name.1.to_owned()),
        (place_field, place.to_owned()),
        (Field::Folder, folder),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty() && value != "*")
    .map(|(field, value)| Condition {
        field,
        operator: Operator::Is,
        values: vec![Value::Text(value.to_uppercase())],
    })
    .collect()
}
