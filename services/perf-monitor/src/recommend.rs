//! What to change: the setting, its value now, a value to try, the numbers that say so, and what should come of it.
//!
//! A recommendation is made only from a window with enough traffic; idle caches and pools get none. Replicas share their
//! settings, so that of several recommendations for one setting the gravest is kept.

mod cache;
mod pool;

use std::collections::BTreeSet;
use std::time::Duration;

use resync_api::perf::model::{
    Area, CacheReport, Evidence, Leak, PoolReport, Recommendation, Severity, Window,
};

use crate::check::{evidence, shown};
use crate::survey::Survey;
use crate::thresholds::Thresholds;

/// Most owners of leaks that get a recommendation of their own.
const OWNERS: usize = 20;

/// Gravest first.
pub(crate) fn all(survey: &Survey, thresholds: &Thresholds) -> Vec<Recommendation> {
    let mut found: Vec<(Vec<String>, String, Recommendation)> = Vec::new();
    let mut add = |roles: &[String], name: &str, made: Vec<Recommendation>| {
        found.extend(made.into_iter().map(|made| (roles.to_vec(), name.to_owned(), made)));
    };
    for report in &survey.caches {
        add(&report.roles, &report.name, cache::of(report, thresholds, survey.window));
    }
    for report in &survey.pools {
        add(&report.roles, &report.name, pool::of(report, thresholds, survey.window));
    }
    for made in leaks(survey) {
        let subject = made.subject.clone();
        add(&[], &subject, vec![made]);
    }
    found.sort_by_key(|(_, _, made)| std::cmp::Reverse(made.severity));
    let mut settled = BTreeSet::new();
    found.retain(|(roles, name, made)| {
        let about = if made.setting.is_empty() { made.text.clone() } else { made.setting.clone() };
        settled.insert((made.area, roles.clone(), name.clone(), about))
    });
    found.into_iter().map(|(_, _, made)| made).collect()
}

/// One for each owner and kind, those with most first.
fn leaks(survey: &Survey) -> Vec<Recommendation> {
    let mut owners: Vec<(&str, &str, Vec<&Leak>)> = Vec::new();
    for leak in &survey.leaks.leaks {
        match owners.iter_mut().find(|(kind, owner, _)| *kind == leak.kind && *owner == leak.owner) {
            Some((_, _, held)) => held.push(leak),
            None => owners.push((&leak.kind, &leak.owner, vec![leak])),
        }
    }
    owners.sort_by_key(|(_, _, held)| std::cmp::Reverse(held.len()));
    owners.truncate(OWNERS);
    let made = owners.into_iter().map(|(kind, owner, held)| {
        let oldest = held.iter().map(|leak| leak.age).max().unwrap_or_default().as_secs_f64();
        Draft {
            area: Area::Resource,
            subject: kind,
            severity: Severity::Critical,
            window: survey.window,
            covered: Duration::ZERO,
        }
        .made(
            format!(
                "{owner} holds {} of kind {kind} for longer than they should be, the oldest for {}: release them when \
                 their work is done",
                held.len(),
                shown(oldest, "seconds"),
            ),
            Change::none(),
            "what is held no longer grows".to_owned(),
            vec![evidence("leaked", held.len() as f64, "count"), evidence("oldest_age", oldest, "seconds")],
        )
    });
    made.collect()
}

/// What all recommendations about one thing share.
#[derive(Clone, Copy)]
struct Draft<'d> {
    area: Area,
    subject: &'d str,
    severity: Severity,
    window: Window,
    covered: Duration,
}

/// A setting and its two values; empty: nothing to set.
struct Change {
    setting: String,
    present: String,
    suggested: String,
}

impl Change {
    fn none() -> Self {
        Self { setting: String::new(), present: String::new(), suggested: String::new() }
    }

    fn of(setting: &str, present: impl ToString, suggested: impl ToString) -> Self {
        Self { setting: setting.to_owned(), present: present.to_string(), suggested: suggested.to_string() }
    }
}

impl Draft<'_> {
    fn made(self, text: String, change: Change, effect: String, evidence: Vec<Evidence>) -> Recommendation {
        let Change { setting, present, suggested } = change;
        Recommendation {
            area: self.area,
            subject: self.subject.to_owned(),
            severity: self.severity,
            text,
            setting,
            present,
            suggested,
            effect,
            evidence,
            window: self.window,
            covered: self.covered,
        }
    }
}

/// How a setting is called in a sentence: by its path when it has one.
fn named(setting: &str, otherwise: &str) -> String {
    if setting.is_empty() { otherwise.to_owned() } else { setting.to_owned() }
}
