//! What the product tells Prometheus is well-formed, described and in the reference, and what the operators' files ask for
//! exists.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use resync_service_kit::telemetry::vitals_text;
use resync_service_kit::vitals::Vitals;
use resync_tests::processes::{PATIENCE, Product};
use serde_json::Value;
use tempfile::TempDir;

/// Set to write the reference anew.
const WRITE: &str = "RESYNC_WRITE_METRICS";
/// What Prometheus makes itself.
const PROMETHEUS_OWN: [&str; 2] = ["up", "ALERTS"];
const KEYWORDS: [&str; 9] =
    ["and", "or", "unless", "group_left", "group_right", "offset", "bool", "inf", "nan"];

/// The text of the operators' port after a little of everything was done.
async fn scraped(folder: &Path) -> Result<String> {
    let product = Product::up(folder, &[], &[]).await?;
    let admin = product.administrator().await?;
    admin.plan_is_read().await?;
    admin.ask("how many jobs failed?").await?;
    admin.get("/api/status").await?;
    admin.get("/api/engines/default/jobs/no-such-job").await?;
    admin.get("/no/such/path").await?;
    let line = product.process.line_with("operators' port is open", PATIENCE).await?;
    let address = line.split("address=").nth(1).and_then(|rest| rest.split_whitespace().next());
    let url = format!("http://{}/metrics", address.context("the line tells the address")?);
    Ok(reqwest::get(url).await?.error_for_status()?.text().await?)
}

/// A metric's type and what it means.
struct Family {
    kind: String,
    help: String,
}

/// The metrics of a text by name; each must be described, once.
fn families(text: &str) -> Result<BTreeMap<String, Family>> {
    let mut helped = BTreeMap::new();
    let mut families = BTreeMap::new();
    for line in text.lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            let (name, text) = help.split_once(' ').with_context(|| line.to_owned())?;
            ensure!(
                text.len() > 5 && helped.insert(name, text).is_none(),
                "told twice or without words: {line}"
            );
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').with_context(|| line.to_owned())?;
            let help = helped.get(name).with_context(|| format!("{name} has no help"))?;
            let family = Family { kind: kind.to_owned(), help: (*help).to_owned() };
            ensure!(families.insert(name.to_owned(), family).is_none(), "{name} is told twice");
        } else if !line.is_empty() {
            let name = line.split(['{', ' ']).next().unwrap_or_default();
            ensure!(family(&families, name).is_some(), "a sample of no metric: {line}");
        }
    }
    Ok(families)
}

/// The reference that operators read.
fn reference(families: &BTreeMap<String, Family>) -> String {
    let mut text = "# Metrics\n\nEvery metric there is, written by `tests/tests/metrics.rs`. The texts name their labels. \
                    What has not happened yet is told\nwithout samples.\n\n| metric | type | meaning |\n|---|---|---|\n"
        .to_owned();
    for (name, Family { kind, help }) in families {
        text += &format!("| `{name}` | {kind} | {help} |\n");
    }
    text
}

/// The metric that a series belongs to.
fn family<'a>(families: &'a BTreeMap<String, Family>, series: &'a str) -> Option<&'a str> {
    if families.contains_key(series) {
        return Some(series);
    }
    let base = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| series.strip_suffix(suffix))?;
    families.get(base).is_some_and(|f| matches!(f.kind.as_str(), "histogram" | "summary")).then_some(base)
}

/// Whether what stands behind a word makes it a function or an aggregation.
fn is_call(after: &str) -> bool {
    ["(", "by ", "by(", "without ", "without("].iter().any(|next| after.starts_with(next))
}

/// Names of the series that a PromQL expression asks for.
fn asked(expression: &str) -> BTreeSet<String> {
    let (mut plain, mut closing) = (String::new(), None);
    // Selectors hold labels and their values, ranges hold times.
    for c in expression.chars() {
        match (closing, c) {
            (Some(end), c) if c == end => closing = None,
            (Some(_), _) => {}
            (None, '{') => closing = Some('}'),
            (None, '[') => closing = Some(']'),
            (None, c) => plain.push(c),
        }
    }
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
    let (mut names, mut rest, mut labels) = (BTreeSet::new(), plain.as_str(), false);
    while let Some(start) = rest.find(|c: char| is_name(c) || c == ')') {
        if rest[start..].starts_with(')') {
            labels = false;
            rest = &rest[start + 1..];
            continue;
        }
        let end = rest[start..].find(|c| !is_name(c)).map_or(rest.len(), |length| start + length);
        let (word, after) = (&rest[start..end], rest[end..].trim_start());
        rest = &rest[end..];
        let is_word = word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        if ["by", "on", "without", "ignoring"].contains(&word) {
            labels = true;
        } else if is_word && !labels && !is_call(after) && !KEYWORDS.contains(&word) {
            names.insert(word.to_owned());
        }
    }
    names
}

fn operators_files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/observability")
}

/// Expressions of the alert rules, and of the dashboard's panels.
fn expressions() -> Result<Vec<String>> {
    let rules = std::fs::read_to_string(operators_files().join("alerts.yml"))?;
    let mut found: Vec<String> = rules
        .split("\n        expr:")
        .skip(1)
        .map(|rest| {
            let end = ["\n        for:", "\n        labels:"].iter().filter_map(|key| rest.find(key)).min();
            rest[..end.unwrap_or(rest.len())].trim_start_matches(" |").to_owned()
        })
        .collect();
    ensure!(found.len() > 20, "the rules are not read: {found:#?}");
    let dashboard = std::fs::read_to_string(operators_files().join("dashboard.json"))?;
    let dashboard: Value = serde_json::from_str(&dashboard)?;
    let panels = dashboard["panels"].as_array().context("the dashboard has panels")?;
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().into_iter().flatten());
    let before = found.len();
    found.extend(targets.filter_map(|target| target["expr"].as_str().map(str::to_owned)));
    ensure!(found.len() > before + 40, "the dashboard is not read");
    Ok(found)
}

#[tokio::test]
async fn every_metric_is_described_in_the_reference_and_every_one_that_operators_watch_exists() -> Result<()>
{
    let folder = TempDir::new()?;
    let text = scraped(folder.path()).await?;
    let mut there = families(&text)?;
    there.extend(families(&vitals_text(&Vitals::new().snapshot()))?);
    for name in [
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_start_time_seconds",
        "resync_build_info",
    ] {
        ensure!(text.lines().any(|line| line.starts_with(name)), "{name} is missing in\n{text}");
    }
    let mut missing = BTreeSet::new();
    for expression in expressions()? {
        let names = asked(&expression);
        ensure!(!names.is_empty(), "it asks for nothing: {expression}");
        missing.extend(
            names
                .into_iter()
                .filter(|name| !PROMETHEUS_OWN.contains(&name.as_str()) && family(&there, name).is_none()),
        );
    }
    ensure!(missing.is_empty(), "nobody tells {missing:?}; there are {:?}", there.keys());

    let (path, current) = (operators_files().join("metrics.md"), reference(&there));
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(&path, &current)?;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    ensure!(written == current, "docs/observability/metrics.md is behind; run this test with {WRITE}=1");
    Ok(())
}

#[test]
fn names_are_found_in_expressions() {
    for (expression, names) in [
        ("up == 0", vec!["up"]),
        ("sum by (http_route, le) (rate(a_bucket{x=~\"b|c\"}[5m])) > 0.5", vec!["a_bucket"]),
        ("a / on (pool) group_left () b and on (x) time() - c > 1e3", vec!["a", "b", "c"]),
    ] {
        assert_eq!(asked(expression).into_iter().collect::<Vec<_>>(), names, "{expression}");
    }
}
