//! One line a figure: budget, baseline, ratio and a word.

use std::fmt;
use std::time::Duration;

/// What was measured.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(crate) enum Amount {
    /// How long something took.
    Time(Duration),
    /// How much memory something holds.
    Bytes(u64),
}

impl Amount {
    #[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
    fn number(self) -> f64 {
        match self {
            Self::Time(time) => time.as_secs_f64(),
            Self::Bytes(bytes) => bytes as f64,
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Time(time) => format!("{time:.2?}"),
            Self::Bytes(_) => format!("{:.1} MB", self.number() / 1e6),
        };
        formatter.pad(&text)
    }
}

/// A figure and what it is held against.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// What was measured.
    pub(crate) path: &'a str,
    /// The figure.
    pub(crate) figure: Amount,
    /// At most this, where the design sets a bound.
    pub(crate) budget: Option<Amount>,
    /// The least that any program would take for it, measured in the same run.
    pub(crate) baseline: Option<(Amount, &'a str)>,
}

/// The table, printed as it grows.
#[derive(Debug)]
pub(crate) struct Table(());

impl Table {
    pub(crate) fn begin() -> Self {
        println!(
            "{:<58} {:>10} {:>10} {:>10} {:>7}  {:<4}  baseline is",
            "figure", "measured", "budget", "baseline", "ratio", ""
        );
        Self(())
    }

    pub(crate) fn row(&self, row: Row<'_>) {
        let Row { path, figure, budget, baseline } = row;
        let verdict = budget.map_or("", |budget| if figure <= budget { "pass" } else { "MISS" });
        let budget = budget.map(|budget| budget.to_string()).unwrap_or_default();
        let (least, ratio, what) = match baseline {
            Some((least, what)) => {
                let ratio = figure.number() / least.number().max(f64::MIN_POSITIVE);
                (least.to_string(), format!("{ratio:.1}x"), what)
            }
            None => (String::new(), String::new(), "none"),
        };
        println!("{path:<58} {figure:>10} {budget:>10} {least:>10} {ratio:>7}  {verdict:<4}  {what}");
    }

    /// Something about a part that is no figure.
    pub(crate) fn note(&self, part: &str, text: &str) {
        println!("{part}: {text}");
    }
}

/// The value below which `percent` of the sorted `times` lie.
pub(crate) fn percentile(times: &[Duration], percent: usize) -> Amount {
    let place = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    Amount::Time(times.get(place).copied().unwrap_or_default())
}
