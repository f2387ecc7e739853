//! Reads questions to the knowledge graph back.

use super::super::{Change, GraphQuestion, Intent, RecallQuestion, Structure};
use super::{ParseError, Words, duration, expected, object, optional_object, plain};

/// The intent that begins with `name`, if it is one of these.
pub(super) fn read(name: &str, words: &mut Words) -> Result<Option<Intent>, ParseError> {
    if let Some(question) = graph(name, words)? {
        return Ok(Some(Intent::Graph(question)));
    }
    Ok(recall(name, words)?.map(Intent::Recall))
}

fn graph(name: &str, words: &mut Words) -> Result<Option<GraphQuestion>, ParseError> {
    Ok(Some(match name {
        "impact" => GraphQuestion::Impact(object(words, &[])?),
        "root_cause" => GraphQuestion::RootCause(object(words, &[])?),
        "critical_path" => GraphQuestion::CriticalPath(optional_object(words)?),
        "forecast" => {
            let object = match words.peek() {
                None | Some("by") => None,
                Some(_) => Some(object(words, &["by"])?),
            };
            if words.take("by") {
                return Err(ParseError::FixedTime);
            }
            GraphQuestion::Forecast { object, by: None }
        }
        "risk" => GraphQuestion::Risk(optional_object(words)?),
        "what_if" => {
            let object = object(words, &["delay", "fail", "cancel", "hold", "limit"])?;
            GraphQuestion::WhatIf { object, change: change(words)? }
        }
        "path" => {
            let from = object(words, &["to"])?;
            if !words.take("to") {
                return Err(expected("to", words.peek().unwrap_or_default()));
            }
            GraphQuestion::Path { from, to: object(words, &[])? }
        }
        "structure" => GraphQuestion::Structure(structure(&words.next("a part of the structure")?)?),
        _ => return Ok(None),
    }))
}

fn change(words: &mut Words) -> Result<Change, ParseError> {
    let word = words.next("a change")?;
    Ok(match word.as_str() {
        "fail" => Change::Fail,
        "cancel" => Change::Cancel,
        "hold" => Change::Hold,
        "limit" => Change::Limit(words.number("a limit")?),
        "delay" => {
            let text = words.next("a length of time")?;
            Change::Delay(duration(&text).ok_or_else(|| expected("a length of time", &text))?)
        }
        other => return Err(expected("delay, fail, cancel, hold or limit", other)),
    })
}

fn structure(word: &str) -> Result<Structure, ParseError> {
    let all = [Structure::Fragile, Structure::Cycles, Structure::Orphans, Structure::Dangling];
    let named = all.into_iter().find(|which| which.to_string() == word);
    named.ok_or_else(|| expected("fragile, cycles, orphans or dangling", word))
}

fn recall(name: &str, words: &mut Words) -> Result<Option<RecallQuestion>, ParseError> {
    Ok(Some(match name {
        "similar_incidents" => RecallQuestion::Similar(object(words, &[])?),
        "open_incidents" => RecallQuestion::OpenIncidents,
        "unusual" => RecallQuestion::Unusual(object(words, &[])?),
        "usual" => RecallQuestion::Usual(object(words, &[])?),
        "passages" => {
            let object = match words.peek() {
                Some(word) if !word.starts_with('"') => Some(object(words, &["about"])?),
                _ => None,
            };
            if object.is_some() && !words.take("about") {
                return Err(expected("about", ""));
            }
            RecallQuestion::Passages { words: plain(&words.next("words in quotes")?)?, object }
        }
        _ => return Ok(None),
    }))
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    #[test]
    fn what_is_written_is_read_back() {
        for text in [
            "impact workstation CPU1",
            "root_cause job A#B.C",
            "critical_path",
            "critical_path job_stream A#B",
            "forecast",
            "forecast job A#B.C",
            "risk",
            "risk job A#B.C",
            "what_if job A#B.C delay 1h30m",
            "what_if job A#B.C fail",
            "what_if workstation CPU1 limit 5",
            "path job A#B.C to job_stream D#E",
            "structure fragile",
            "similar_incidents job A#B.C",
            "open_incidents",
            "unusual job A#B.C",
            "usual job A#B.C",
            "passages \"disk \\\"full\\\"\"",
            "passages job A#B.C about \"\"",
        ] {
            let read = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert_eq!(read.to_string(), text);
        }
        assert_eq!(parse("forecast job A#B.C by 2026-01-01T06:00:00Z"), Err(ParseError::FixedTime));
        assert_eq!(parse("forecast by 2026-01-01T06:00:00Z"), Err(ParseError::FixedTime));
        for text in ["impact", "path job A#B.C", "what_if job A#B.C", "structure", "passages job A#B.C \"x\""]
        {
            assert!(matches!(parse(text), Err(ParseError::Expected { .. })), "{text}");
        }
    }
}
