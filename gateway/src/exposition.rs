//! The Prometheus text of many processes as one: every family once, every sample with the process it comes from.
//!
//! What another process sent is not trusted to be well-formed: a line that does not parse, contradicts its family, or
//! goes beyond a bound is skipped and counted, and never ends up in the answer. A sample that already carries one of
//! our labels keeps it as `exported_…`, as Prometheus itself does.

mod line;

use line::{Kind, Line, Sample};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

/// Of one process; what comes after is skipped.
pub(crate) const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;
/// Of all processes together; further samples are skipped.
const MAX_SAMPLES: usize = 500_000;

/// One process and what it said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    /// Id of the process.
    pub(crate) instance: &'a str,
    /// Its roles, separated by commas.
    pub(crate) role: &'a str,
    /// Its metrics.
    pub(crate) text: &'a str,
}

/// Families of metrics by name.
#[derive(Debug, Default)]
pub(crate) struct Exposition {
    families: BTreeMap<String, Family>,
    samples: usize,
    skipped: usize,
}

#[derive(Debug, Default)]
struct Family {
    help: Option<String>,
    kind: Kind,
    series: Vec<Series>,
    known: HashSet<String>,
}

/// One sample, its labels as they are written between the braces.
#[derive(Debug)]
struct Series {
    name: String,
    labels: String,
    value: String,
}

impl Exposition {
    /// Takes in what a process said.
    pub(crate) fn add(&mut self, source: Source<'_>) {
        let own = format!("instance=\"{}\",role=\"{}\"", escaped(source.instance), escaped(source.role));
        let (text, beyond) = cut(source.text);
        self.skipped += usize::from(beyond);
        // What this process says its families are; a contradiction with others shows when a sample comes.
        let mut kinds: HashMap<&str, Kind> = HashMap::new();
        let mut helps: HashMap<&str, &str> = HashMap::new();
        for line in text.lines() {
            match line::parse(line) {
                Some(Line::Nothing) => {}
                Some(Line::Help { name, text }) => {
                    helps.entry(name).or_insert(text);
                }
                Some(Line::Kind { name, kind }) => {
                    kinds.entry(name).or_insert(kind);
                }
                Some(Line::Sample(sample)) => {
                    let (family, kind) = family_of(sample.name, &kinds);
                    let help = helps.get(family).copied();
                    if !self.insert(family, kind, help, &sample, &own) {
                        self.skipped += 1;
                    }
                }
                None => self.skipped += 1,
            }
        }
    }

    /// Adds a gauge that says something about this answer itself.
    pub(crate) fn gauge(&mut self, name: &str, help: &str, value: usize) {
        let family = self.families.entry(name.to_owned()).or_default();
        family.help = Some(help.to_owned());
        family.kind = Kind::Gauge;
        let (name, labels) = (name.to_owned(), String::new());
        family.series = vec![Series { name, labels, value: value.to_string() }];
    }

    /// Lines and samples that were not taken in.
    pub(crate) fn skipped(&self) -> usize {
        self.skipped
    }

    /// The sum over all processes of a family's samples, by the value of `label`; samples without it count under "".
    pub(crate) fn sums(&self, name: &str, label: &str) -> BTreeMap<String, f64> {
        let mut sums = BTreeMap::new();
        for series in self.families.get(name).into_iter().flat_map(|family| &family.series) {
            let labels = line::labels(&series.labels);
            let found = labels.iter().flatten().find(|(name, _)| *name == label);
            let value = found.map_or("", |(_, value)| value).to_owned();
            *sums.entry(value).or_insert(0.0) += series.value.parse::<f64>().unwrap_or(0.0);
        }
        sums
    }

    /// The text format, version 0.0.4.
    pub(crate) fn render(&self) -> String {
        let mut out = String::with_capacity(self.samples * 128);
        for (name, family) in self.families.iter().filter(|(_, family)| !family.series.is_empty()) {
            // Writing to memory cannot fail.
            if let Some(help) = &family.help {
                let _ = writeln!(out, "# HELP {name} {help}");
            }
            let _ = writeln!(out, "# TYPE {name} {}", family.kind.as_str());
            for Series { name, labels, value } in &family.series {
                let _ = match labels.as_str() {
                    "" => writeln!(out, "{name} {value}"),
                    labels => writeln!(out, "{name}{{{labels}}} {value}"),
                };
            }
        }
        out
    }

    fn insert(
        &mut self,
        family: &str,
        kind: Kind,
        help: Option<&str>,
        sample: &Sample<'_>,
        own: &str,
    ) -> bool {
        if self.samples >= MAX_SAMPLES {
            return false;
        }
        let entry = self.families.entry(family.to_owned()).or_default();
        if entry.series.is_empty() {
            entry.kind = kind;
        } else if entry.kind != kind {
            return false;
        }
        let mut labels = String::with_capacity(own.len() + 64);
        for (name, value) in &sample.labels {
            let exported = if matches!(*name, "instance" | "role") { "exported_" } else { "" };
            let _ = write!(labels, "{exported}{name}=\"{value}\",");
        }
        labels.push_str(own);
        if !entry.known.insert(format!("{}{{{labels}", sample.name)) {
            return false;
        }
        entry.help = entry.help.take().or_else(|| help.map(str::to_owned));
        let (name, value) = (sample.name.to_owned(), sample.value.to_owned());
        entry.series.push(Series { name, labels, value });
        self.samples += 1;
        true
    }
}

/// The family a sample belongs to: its own name, or without the suffix that histograms and summaries give.
fn family_of<'a>(name: &'a str, kinds: &HashMap<&str, Kind>) -> (&'a str, Kind) {
    if let Some(kind) = kinds.get(name) {
        return (name, *kind);
    }
    let suffixes = [
        ("_bucket", [Kind::Histogram].as_slice()),
        ("_sum", &[Kind::Histogram, Kind::Summary]),
        ("_count", &[Kind::Histogram, Kind::Summary]),
    ];
    let of_family = suffixes.iter().find_map(|(suffix, of)| {
        let base = name.strip_suffix(suffix)?;
        let kind = kinds.get(base).filter(|kind| of.contains(kind))?;
        Some((base, *kind))
    });
    of_family.unwrap_or((name, Kind::Untyped))
}

/// At most [`MAX_TEXT_BYTES`], whole lines; and whether something was cut off.
fn cut(text: &str) -> (&str, bool) {
    if text.len() <= MAX_TEXT_BYTES {
        return (text, false);
    }
    let whole = &text[..text.floor_char_boundary(MAX_TEXT_BYTES)];
    (&whole[..whole.rfind('\n').unwrap_or(0)], true)
}

fn escaped(value: &str) -> String {
    let printable = value.replace(|character: char| character.is_control(), " ");
    printable.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests;
