//! Decides whether an answer is right: its kind, how the question was understood, and the facts.
//!
//! The checks of the question files:
//! `total FILTER` a fact of the text is the number of objects; `rows FILTER` exactly these objects are
//! listed (or a part, when there are too many to show); `groups FILTER by=FIELD` the counts shown are true;
//! `top FILTER limit=N` the N that run longest, in order; `object X`, `mentions X` a fact is of that object;
//! `root X` the planted root cause is named and explained; `fails X` return code and the log line that
//! matters; `logs X` its log is shown; `successors X`, `predecessors X` exactly the direct neighbours;
//! `impact X` exactly the jobs are counted and listed that a plain walk of the truth stops; `stops X` as many no longer
//! run; `range X` an end within its range; `way X Y` a way between the two;
//! `near X` asks back with something to choose from, or answers about the object nearly named;
//! `overview` the main counts; `candidates` something to choose from; `none`.

use std::collections::{BTreeSet, HashSet};

use anyhow::{Context as _, bail, ensure};
use chrono::{DateTime, TimeDelta};
use hwa_simulator::ObjectType;
use resync_api::agent::model::{Answer, AnswerKind, BlockContent, Cell, Citation, Language, Span};

use super::known::{Known, common};
use super::placeholder::{fill, pick};
use super::question::Question;
use super::ripple::Ripples;

/// Most objects an answer is expected to list in full.
const LISTED: usize = 8;

/// Checks kind, interpretation and facts.
///
/// # Errors
/// What is wrong with the answer.
pub fn judge(question: &Question, answer: &Answer, language: Language, known: &Known) -> anyhow::Result<()> {
    if !question.check.starts_with("near ") {
        ensure!(answer.kind == question.kind, "kind is {:?}, expected {:?}", answer.kind, question.kind);
    }
    if let Some(want) = &question.want {
        let got = canonical(&answer.interpretation);
        let mut wanted = Vec::new();
        for alternative in want.split("||") {
            wanted.push(canonical(&fill(alternative, known)?));
        }
        ensure!(wanted.contains(&got), "understood as {got:?}, expected {wanted:?}");
    }
    check(&question.check, answer, language, known)
}

/// The same interpretation always has the same text: conditions in alphabetical order, keys without
/// the slash of the workstation's root folder.
fn canonical(text: &str) -> String {
    let text = text.trim();
    let (head, rest) = text.split_once(" where ").unwrap_or((text, ""));
    let tail_at =
        [" by ", " order ", " limit "].iter().filter_map(|word| rest.find(word)).min().unwrap_or(rest.len());
    let (conditions, tail) = rest.split_at(tail_at);
    let mut conditions: Vec<&str> =
        conditions.split(" and ").filter(|condition| !condition.is_empty()).collect();
    conditions.sort_unstable();
    let words = format!("{head} {} {tail}", conditions.join(" and "));
    let words: Vec<String> = words.split_whitespace().map(canonical_word).collect();
    words.join(" ")
}

/// Root folders are left out of keys; times count to the minute, as the engine's clock goes on while we ask.
fn canonical_word(word: &str) -> String {
    match DateTime::parse_from_rfc3339(word) {
        Ok(time) => (time + TimeDelta::seconds(5)).format("%Y-%m-%dT%H:%M").to_string(),
        Err(_) => word.trim_start_matches('/').replace("#/", "#"),
    }
}

fn check(check: &str, answer: &Answer, language: Language, known: &Known) -> anyhow::Result<()> {
    let (verb, rest) = check.split_once(' ').unwrap_or((check, ""));
    let object = || pick(rest.trim_matches(['{', '}']), known);
    let filter = fill(rest, known)?;
    match verb {
        "none" => Ok(()),
        "near" => {
            let object = object()?.object;
            let asked_back = matches!(answer.kind, AnswerKind::NotFound | AnswerKind::Clarification)
                && !answer.candidates.is_empty();
            let assumed = answer.kind == AnswerKind::Answer && names(answer, &object.id, &object.name);
            ensure!(asked_back || assumed, "neither asks back nor answers about {}", object.key);
            Ok(())
        }
        "candidates" => {
            ensure!(!answer.candidates.is_empty(), "nothing to choose from");
            Ok(())
        }
        "overview" => ["ERROR", "RUNNING"].into_iter().try_for_each(|status| {
            let count = known.select(&format!("jobs status={status}"))?.len();
            ensure!(has_number(answer, count), "the number of jobs in {status} ({count}) is missing");
            Ok(())
        }),
        "total" => {
            let count = known.select(&filter)?.len();
            ensure!(has_number(answer, count), "no fact of the text is {count}");
            Ok(())
        }
        "rows" => rows(answer, &known.select(&filter)?),
        "groups" => groups(answer, &filter, known),
        "top" => top(answer, &filter, known),
        "object" | "mentions" => {
            let object = object()?.object;
            ensure!(names(answer, &object.id, &object.name), "no fact is of {}", object.key);
            Ok(())
        }
        "logs" => {
            let object = object()?.object;
            let shown = logs(answer).any(|(job, lines)| job.contains(&object.name) && !lines.is_empty());
            ensure!(shown, "the log of {} is not shown", object.key);
            Ok(())
        }
        "root" => root(answer, rest, language, known),
        "fails" => fails(answer, rest, known),
        "impact" | "stops" => {
            let lost = Ripples::new(known).of(&object()?.object.id).context("no plain walk decides it")?;
            if verb == "impact" { impact(answer, &lost, known) } else { stops(answer, lost.len()) }
        }
        "range" => range(answer, &object()?.object.id, &object()?.object.name),
        "way" => {
            let ends = rest.split_whitespace().map(|name| pick(name.trim_matches(['{', '}']), known));
            for end in ends.collect::<anyhow::Result<Vec<_>>>()? {
                ensure!(names(answer, &end.object.id, &end.object.name), "no fact is of {}", end.object.key);
            }
            let found = answer.citations.iter().any(|citation| citation.field == "/step_count");
            ensure!(found, "no way is told");
            Ok(())
        }
        "successors" | "predecessors" => {
            let object = object()?.object;
            let job = known.job(&object.id).context("neighbours are checked for jobs")?;
            let expected: HashSet<String> = if verb == "successors" {
                job.successor_job_ids.iter().chain(&job.successor_job_stream_ids).cloned().collect()
            } else {
                let targets = job.dependencies.iter().filter_map(|dependency| dependency.target.as_ref());
                let flow = |kind| matches!(kind, ObjectType::Job | ObjectType::JobStream);
                targets.filter(|target| flow(target.object_type)).map(|target| target.id.clone()).collect()
            };
            let mut shown = listed(answer);
            shown.remove(&object.id);
            ensure!(
                expected.is_subset(&shown),
                "{} of {} neighbours are missing",
                expected.difference(&shown).count(),
                expected.len()
            );
            Ok(())
        }
        _ => bail!("{verb:?} is no check"),
    }
}

/// The jobs that will not run are counted and listed, and no others.
fn impact(answer: &Answer, lost: &BTreeSet<String>, known: &Known) -> anyhow::Result<()> {
    ensure!(has_number(answer, lost.len()), "no fact of the text is {}", lost.len());
    let shown: BTreeSet<String> = listed(answer).into_iter().filter(|id| known.job(id).is_some()).collect();
    ensure!(shown == *lost, "listed {shown:?}, expected {lost:?}");
    Ok(())
}

/// The comparison says how many jobs no longer run.
fn stops(answer: &Answer, lost: usize) -> anyhow::Result<()> {
    let said = answer.citations.iter().find(|citation| citation.field == "/no_longer_run");
    let said = said.context("it is not said how many jobs no longer run")?;
    ensure!(said.value == lost.to_string(), "{} jobs no longer run, expected {lost}", said.value);
    Ok(())
}

/// An end with a range around it, of the object.
fn range(answer: &Answer, id: &str, name: &str) -> anyhow::Result<()> {
    ensure!(names(answer, id, name), "no fact is of {name}");
    let time = |member: &str| {
        let field = format!("/end/{member}");
        let citation = answer.citations.iter().find(|citation| citation.field.ends_with(&field));
        let citation = citation.with_context(|| format!("{field} is not said"))?;
        Ok::<_, anyhow::Error>(DateTime::parse_from_rfc3339(&citation.value)?)
    };
    let (low, expected, high) = (time("low")?, time("expected")?, time("high")?);
    ensure!(low <= expected && expected <= high, "{expected} is not between {low} and {high}");
    Ok(())
}

fn rows(answer: &Answer, expected: &HashSet<String>) -> anyhow::Result<()> {
    let shown = listed(answer);
    let wrong = shown.difference(expected).count();
    ensure!(wrong == 0, "{wrong} of {} listed objects do not belong", shown.len());
    let missing = expected.difference(&shown).count();
    ensure!(missing == 0 || shown.len() >= LISTED, "{missing} of {} objects are missing", expected.len());
    ensure!(has_number(answer, expected.len()), "no fact of the text is {}", expected.len());
    Ok(())
}

fn groups(answer: &Answer, filter: &str, known: &Known) -> anyhow::Result<()> {
    let by = filter.split_whitespace().find_map(|word| word.strip_prefix("by=")).context("by= is missing")?;
    let expected = known.group(filter, by)?;
    let mut shown = 0;
    for block in &answer.blocks {
        let BlockContent::Table { rows, .. } = &block.content else { continue };
        let pairs = rows.iter().filter_map(|row| {
            let label = raw(answer, row.first()?);
            let count = row.iter().find(|cell| {
                citation(answer, &cell.citation_id).is_some_and(|citation| citation.field.ends_with("/count"))
            })?;
            Some((label, raw(answer, count)))
        });
        for (label, count) in pairs {
            let label = label.trim_end_matches('/');
            let truth = expected.get(label).copied().unwrap_or(0);
            ensure!(count == truth.to_string(), "{label} has {truth}, the answer says {count}");
            shown += 1;
        }
    }
    ensure!(shown > 0 || expected.len() <= 1, "no group is shown of {}", expected.len());
    Ok(())
}

fn top(answer: &Answer, filter: &str, known: &Known) -> anyhow::Result<()> {
    let limit = filter
        .split_whitespace()
        .find_map(|word| word.strip_prefix("limit="))
        .context("limit= is missing")?;
    let elapsed = |id: &String| known.job(id).and_then(|job| job.elapsed_seconds).unwrap_or(0);
    let mut expected: Vec<i64> = known.select(filter)?.iter().map(elapsed).collect();
    expected.sort_unstable_by(|one, other| other.cmp(one));
    expected.truncate(limit.parse()?);
    let shown = listed(answer);
    let mut shown: Vec<i64> = shown.iter().map(elapsed).collect();
    shown.sort_unstable_by(|one, other| other.cmp(one));
    ensure!(shown == expected, "elapsed seconds {shown:?}, expected {expected:?}");
    Ok(())
}

fn root(answer: &Answer, name: &str, language: Language, known: &Known) -> anyhow::Result<()> {
    let incident = pick(name.trim_matches(['{', '}']), known)?.incident.context("it is no incident")?;
    let found = incident.root_causes.iter().any(|root| names(answer, &root.id, &root.name));
    let roots: Vec<&str> = incident.root_causes.iter().map(|root| root.key.as_str()).collect();
    ensure!(found, "the root cause {roots:?} is not named");
    if language == Language::English {
        let text = answer.markdown.to_lowercase();
        let explained =
            incident.cause_words.iter().all(|words| words.split('|').any(|word| text.contains(word.trim())));
        ensure!(explained, "the cause is not explained with {:?}", incident.cause_words);
    }
    Ok(())
}

fn fails(answer: &Answer, name: &str, known: &Known) -> anyhow::Result<()> {
    let picked = pick(name.trim_matches(['{', '}']), known)?;
    let incident = picked.incident.context("it is no incident")?;
    ensure!(names(answer, &picked.object.id, &picked.object.name), "no fact is of {}", picked.object.key);
    if let Some(code) = incident.return_code {
        let said = answer
            .citations
            .iter()
            .any(|citation| citation.field.ends_with("return_code") && citation.value == code.to_string());
        ensure!(said, "the return code {code} is not said");
    }
    let matters = |line: &String| {
        logs(answer)
            .any(|(_, lines)| lines.iter().any(|shown| shown.matters && shown.text.contains(line.trim())))
    };
    ensure!(
        incident.log_lines.is_empty() || incident.log_lines.iter().any(matters),
        "none of the lines that matter is shown: {:?}",
        incident.log_lines
    );
    Ok(())
}

fn logs(answer: &Answer) -> impl Iterator<Item = (&str, &[resync_api::agent::model::LogLine])> {
    answer.blocks.iter().filter_map(|block| match &block.content {
        BlockContent::Log { job, lines, .. } => Some((job.as_str(), lines.as_slice())),
        BlockContent::Table { .. } | BlockContent::List { .. } | BlockContent::Chart { .. } => None,
    })
}

fn citation<'a>(answer: &'a Answer, id: &str) -> Option<&'a Citation> {
    answer.citations.iter().find(|citation| citation.id == id)
}

fn raw(answer: &Answer, cell: &Cell) -> String {
    let value = citation(answer, &cell.citation_id).map_or(&cell.value, |citation| &citation.value);
    common(value).to_owned()
}

fn has_number(answer: &Answer, number: usize) -> bool {
    let number = number.to_string();
    answer.spans.iter().any(|span| match span {
        Span::Fact { citation_id, .. } => {
            citation(answer, citation_id).is_some_and(|citation| citation.value == number)
        }
        Span::Text(_) => false,
    })
}

/// Whether a fact is of the object: by the resource it cites, or by showing its name.
fn names(answer: &Answer, id: &str, name: &str) -> bool {
    answer.citations.iter().any(|citation| {
        (!id.is_empty() && citation.resource.ends_with(&format!("/{id}")))
            || (!name.is_empty() && citation.value.contains(name))
    })
}

/// Identifiers of the objects in the rows of tables and lists.
fn listed(answer: &Answer) -> HashSet<String> {
    let id = |citation_id: &str| {
        let resource = &citation(answer, citation_id)?.resource;
        resource.rsplit_once('/').map(|(_, id)| id.to_owned())
    };
    let mut ids = HashSet::new();
    for block in &answer.blocks {
        match &block.content {
            BlockContent::Table { rows, .. } => {
                ids.extend(rows.iter().filter_map(|row| row.iter().find_map(|cell| id(&cell.citation_id))));
            }
            BlockContent::List { items } => {
                for item in items {
                    ids.extend(item.spans.iter().find_map(|span| match span {
                        Span::Fact { citation_id, .. } => id(citation_id),
                        Span::Text(_) => None,
                    }));
                }
            }
            BlockContent::Chart { .. } | BlockContent::Log { .. } => {}
        }
    }
    if ids.is_empty() {
        ids.extend(answer.spans.iter().filter_map(|span| match span {
            Span::Fact { citation_id, .. } => id(citation_id),
            Span::Text(_) => None,
        }));
    }
    ids
}
