//! Metrics by convention: every one that is recorded is described, named with its unit, and labelled with nothing that
//! grows without bound.
//!
//! It reads the macros of the `metrics` crate. A name is a literal or a constant, so that it can be found by searching;
//! where one goes through a variable, all constants of that file that look like metrics are meant.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::sources::shipped_sources;
use crate::workspace::Workspace;

const KINDS: [&str; 3] = ["counter", "gauge", "histogram"];
/// What names begin with: ours, and those that conventions give.
const FAMILIES: [&str; 4] = ["resync_", "rpc_", "http_", "process_"];

/// One call of a macro: where, its kind, its metric's name as written, and its labels.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Use {
    file: String,
    line: usize,
    described: bool,
    kind: &'static str,
    name: String,
    labels: Vec<String>,
}

/// One line for each use that breaks a rule.
pub(super) fn problems(workspace: &Workspace) -> Result<Vec<String>> {
    let mut uses = Vec::new();
    let mut constants = BTreeMap::new();
    for (file, text) in shipped_sources(workspace)? {
        // This file shows the macros it looks for.
        if !file.starts_with("xtask/") {
            uses.extend(uses_in(&file, &text));
            constants.extend(constants_in(&file, &text));
        }
    }
    Ok(judge(uses, &constants))
}

fn judge(uses: Vec<Use>, constants: &BTreeMap<(String, String), String>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut named = Vec::new();
    for one in uses {
        match resolve(&one, constants) {
            Some(name) => named.push((one, name)),
            None if is_variable(&one.name) => {
                let meant = constants.iter().filter(|((file, _), value)| {
                    *file == one.file && FAMILIES.iter().any(|family| value.starts_with(family))
                });
                // What such a file records is told apart nowhere, so it is taken for what the file describes.
                if one.described {
                    named.extend(meant.map(|(_, value)| (one.clone(), value.clone())));
                }
            }
            None => problems.push(format!(
                "{}:{}: {} is neither a text nor a constant of this crate",
                one.file, one.line, one.name
            )),
        }
    }
    let described: BTreeSet<_> =
        named.iter().filter(|(one, _)| one.described).map(|(one, name)| (one.kind, name.clone())).collect();
    for (one, name) in &named {
        let mut say = |what: &str| problems.push(format!("{}:{}: {name} {what}", one.file, one.line));
        if !one.described && !described.contains(&(one.kind, name.clone())) {
            say(&format!("is recorded but no describe_{}! tells what it is", one.kind));
        }
        if !FAMILIES.iter().any(|family| name.starts_with(family)) {
            say("does not begin like the others");
        }
        if (one.kind == "counter") != name.ends_with("_total") {
            say("ends in _total exactly when it is a counter");
        }
        if one.kind == "histogram" && !["_seconds", "_bytes"].iter().any(|unit| name.ends_with(unit)) {
            say("is a histogram and does not end in its unit");
        }
        for label in one.labels.iter().filter(|label| label.ends_with("id") || *label == "path") {
            say(&format!("has the label {label}, which may have any number of values"));
        }
    }
    problems
}

fn is_variable(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains("::")
}

/// A literal as it is; a constant of the same file, else of the same crate.
fn resolve(one: &Use, constants: &BTreeMap<(String, String), String>) -> Option<String> {
    if let Some(literal) = one.name.strip_prefix('"') {
        return Some(literal.trim_end_matches('"').to_owned());
    }
    let name = one.name.rsplit("::").next()?.to_owned();
    let here = constants.get(&(one.file.clone(), name.clone()));
    let crate_of = |file: &str| file.split("/src/").next().unwrap_or_default().to_owned();
    let home = crate_of(&one.file);
    here.or_else(|| {
        let mut same = constants.iter().filter(|((file, other), _)| *other == name && crate_of(file) == home);
        same.next().map(|(_, value)| value)
    })
    .cloned()
}

fn constants_in<'a>(
    file: &'a str,
    text: &'a str,
) -> impl Iterator<Item = ((String, String), String)> + use<'a> {
    text.lines().filter_map(move |line| {
        let (name, value) = line.split_once("const ")?.1.split_once(": &str = \"")?;
        Some(((file.to_owned(), name.to_owned()), value.split('"').next()?.to_owned()))
    })
}

fn uses_in(file: &str, text: &str) -> Vec<Use> {
    let mut uses = Vec::new();
    for kind in KINDS {
        let macro_call = format!("{kind}!(");
        for (at, _) in text.match_indices(&macro_call) {
            let line_start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
            if text[line_start..at].contains("//") {
                continue;
            }
            let arguments = arguments(&text[at + macro_call.len()..]);
            let Some(name) = arguments.first() else { continue };
            uses.push(Use {
                file: file.to_owned(),
                line: text[..at].matches('\n').count() + 1,
                described: text[..at].ends_with("describe_"),
                kind,
                name: name.clone(),
                labels: arguments
                    .iter()
                    .filter_map(|argument| argument.split_once("=>"))
                    .map(|(label, _)| label.trim().trim_matches('"').to_owned())
                    .collect(),
            });
        }
    }
    uses
}

/// The arguments of a call whose text begins behind its opening parenthesis.
fn arguments(text: &str) -> Vec<String> {
    let (mut arguments, mut argument, mut depth, mut quoted) = (Vec::new(), String::new(), 0_u32, false);
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' if quoted => argument.extend([Some(c), characters.next()].into_iter().flatten()),
            '"' => {
                quoted = !quoted;
                argument.push(c);
            }
            ')' if !quoted && depth == 0 => break,
            ',' if !quoted && depth == 0 => arguments.push(std::mem::take(&mut argument)),
            _ => {
                match c {
                    '(' | '[' | '{' if !quoted => depth += 1,
                    ')' | ']' | '}' if !quoted => depth -= 1,
                    _ => {}
                }
                argument.push(c);
            }
        }
    }
    arguments.push(argument);
    arguments.iter().map(|argument| argument.trim().to_owned()).filter(|a| !a.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        judge(uses_in("a/src/x.rs", text), &constants_in("a/src/x.rs", text).collect())
    }

    #[test]
    fn a_described_metric_with_its_unit_and_bounded_labels_is_fine() {
        let text = r#"
            const WAITS: &str = "resync_waits_seconds";
            describe_histogram!(
                WAITS,
                Unit::Seconds,
                "how long, in (parentheses), \"quoted\""
            );
            metrics::histogram!(WAITS, "queue" => name.clone()).record(took(1, 2));
            describe_counter!("resync_seen_total", "seen");
            metrics::counter!("resync_seen_total").increment(1);
        "#;
        assert_eq!(found(text), Vec::<String>::new());
    }

    #[test]
    fn each_breach_of_a_convention_is_told() {
        for (text, says) in [
            ("metrics::gauge!(\"resync_depth\").set(1.0);", "no describe_gauge!"),
            (
                "describe_counter!(\"resync_depth_total\", \"x\"); gauge!(\"resync_depth\");",
                "no describe_gauge!",
            ),
            ("describe_counter!(\"resync_seen\", \"x\");", "_total"),
            ("describe_gauge!(\"resync_seen_total\", \"x\");", "_total"),
            ("describe_histogram!(\"resync_wait\", \"x\");", "its unit"),
            ("describe_gauge!(\"depth\", \"x\");", "begin"),
            ("describe_gauge!(\"resync_d\", \"x\"); gauge!(\"resync_d\", \"job_id\" => id);", "job_id"),
            ("metrics::gauge!(figures::DEPTH, \"engine\" => engine).set(value)", "constant"),
            (
                "const SEEN: &str = \"resync_seen\";\nfor name in [SEEN] { describe_counter!(name, \"x\"); }",
                "_total",
            ),
        ] {
            let problems = found(text);
            assert!(problems.len() == 1 && problems[0].contains(says), "{text}: {problems:?}");
        }
    }
}
