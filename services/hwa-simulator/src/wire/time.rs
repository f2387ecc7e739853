//! Instants and durations in ISO 8601.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Serialize, Serializer};

use crate::plan::Seconds;

/// An instant, as `2026-03-01T06:00:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp(pub(crate) Seconds);

impl Stamp {
    pub(crate) fn instant(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }
}

impl Serialize for Stamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.instant().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// A duration, as `PT4M12S`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span(pub(crate) Seconds);

impl std::fmt::Display for Span {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let total = self.0.max(0);
        let (hours, minutes, seconds) = (total / 3_600, total / 60 % 60, total % 60);
        out.write_str("PT")?;
        if hours > 0 {
            write!(out, "{hours}H")?;
        }
        if minutes > 0 {
            write!(out, "{minutes}M")?;
        }
        if seconds > 0 || total == 0 {
            write!(out, "{seconds}S")?;
        }
        Ok(())
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads `PT4H20S` and `P1DT2H`; months and years have no fixed length and are refused.
pub(crate) fn parse_span(text: &str) -> Option<Seconds> {
    let rest = text.strip_prefix('P')?;
    let (days, clock) = rest.split_once('T').unwrap_or((rest, ""));
    let mut total: Seconds = 0;
    let mut read = |part: &str, units: &[(char, Seconds)]| {
        let mut digits = String::new();
        for letter in part.chars() {
            if letter.is_ascii_digit() {
                digits.push(letter);
                continue;
            }
            let (_, seconds) = units.iter().find(|(unit, _)| *unit == letter)?;
            total = total.checked_add(digits.parse::<Seconds>().ok()?.checked_mul(*seconds)?)?;
            digits.clear();
        }
        digits.is_empty().then_some(())
    };
    read(days, &[('W', 604_800), ('D', 86_400)])?;
    read(clock, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    (rest.len() > 1).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_read_back_what_they_write() {
        for seconds in [0, 1, 59, 60, 61, 3_600, 3_661, 90_000] {
            assert_eq!(parse_span(&Span(seconds).to_string()), Some(seconds));
        }
        assert_eq!(parse_span("PT4H20S"), Some(4 * 3_600 + 20));
        assert_eq!(parse_span("P1DT2H"), Some(93_600));
        for bad in ["", "P", "4M", "PT4", "PT4X", "P1M2"] {
            assert_eq!(parse_span(bad), None, "{bad}");
        }
    }
}
