//! Scalars as engines really write them: numbers and booleans that are sometimes strings, time stamps with and
//! without milliseconds, ISO-8601 durations.
//!
//! A value that cannot be read becomes `None` instead of failing the whole object: one odd field must not make a
//! job disappear from the plan. Objects of the wrong shape are reported by the page that carries them.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serializer;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Reads an ISO-8601 duration such as `PT4M12S`, `P1DT2H` or `PT0.5S`.
///
/// Years and months have no fixed length and are refused, as are negative durations.
///
/// ```
/// assert_eq!(resync_hwa::parse_duration("PT4M12S"), Some(std::time::Duration::from_secs(252)));
/// assert_eq!(resync_hwa::parse_duration("4 minutes"), None);
/// ```
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let rest = text.trim().strip_prefix(['P', 'p'])?;
    let (days, clock) = match rest.split_once(['T', 't']) {
        Some((_, "")) => return None,
        Some((days, clock)) => (days, clock),
        None => (rest, ""),
    };
    if days.is_empty() && clock.is_empty() {
        return None;
    }
    let whole = parts(days, &[('W', 604_800), ('D', 86_400)])?;
    whole.checked_add(parts(clock, &[('H', 3_600), ('M', 60), ('S', 1)])?)
}

/// Adds up `<number><unit>` groups, which must come in the order of `units`, each at most once.
fn parts(text: &str, units: &[(char, u64)]) -> Option<Duration> {
    let mut total = Duration::ZERO;
    let mut rest = text;
    let mut units = units.iter();
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')?;
        let (number, tail) = rest.split_at(end);
        let mut tail = tail.chars();
        let unit = tail.next()?.to_ascii_uppercase();
        let (_, seconds) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(scaled(number, *seconds)?)?;
        rest = tail.as_str();
    }
    Some(total)
}

fn scaled(number: &str, seconds: u64) -> Option<Duration> {
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || (number.len() != whole.len() && !digits(fraction)) {
        return None;
    }
    let whole = Duration::from_secs(whole.parse::<u64>().ok()?.checked_mul(seconds)?);
    if fraction.is_empty() {
        return Some(whole);
    }
    let nanos: u64 = format!("{fraction:0<9.9}").parse().ok()?;
    whole.checked_add(Duration::from_nanos(nanos.checked_mul(seconds)?))
}

/// Writes a duration the way the engine does, `PT4M12S`.
#[must_use]
pub fn format_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    let mut text = String::from("PT");
    if hours > 0 {
        text.push_str(&format!("{hours}H"));
    }
    if minutes > 0 {
        text.push_str(&format!("{minutes}M"));
    }
    let nanos = duration.subsec_nanos();
    if nanos > 0 {
        let fraction = format!("{nanos:09}");
        text.push_str(&format!("{rest}.{}S", fraction.trim_end_matches('0')));
    } else if rest > 0 || text.len() == 2 {
        text.push_str(&format!("{rest}S"));
    }
    text
}

/// Reads a time stamp: RFC 3339 with any number of decimals, or without a zone, which then means UTC.
#[must_use]
pub fn parse_instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(instant.to_utc());
    }
    let offset_without_colon = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z");
    if let Ok(instant) = offset_without_colon {
        return Some(instant.to_utc());
    }
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|naive| naive.and_utc())
}

pub(crate) mod instant {
    use super::*;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        input: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        Ok(match input.deserialize_any(ScalarVisitor)? {
            Scalar::Text(text) => parse_instant(&text),
            Scalar::Int(millis) => DateTime::from_timestamp_millis(millis),
            _ => None,
        })
    }
}

pub(crate) mod duration {
    use super::*;

    #[expect(clippy::ref_option, reason = "the signature that serde calls")]
    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        output: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => output.serialize_str(&format_duration(*duration)),
            None => output.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Duration>, D::Error> {
        Ok(match input.deserialize_any(ScalarVisitor)? {
            Scalar::Text(text) => parse_duration(&text),
            // The first version of the API wrote milliseconds.
            Scalar::Int(millis) => u64::try_from(millis).ok().map(Duration::from_millis),
            _ => None,
        })
    }
}

pub(crate) mod int {
    use super::*;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>, N>(input: D) -> Result<Option<N>, D::Error>
    where
        N: TryFrom<i64>,
    {
        Ok(match input.deserialize_any(ScalarVisitor)? {
            Scalar::Int(number) => N::try_from(number).ok(),
            Scalar::Text(text) => text.trim().parse().ok().and_then(|number| N::try_from(number).ok()),
            _ => None,
        })
    }
}

pub(crate) mod boolean {
    use super::*;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<bool>, D::Error> {
        Ok(match input.deserialize_any(ScalarVisitor)? {
            Scalar::Bool(value) => Some(value),
            Scalar::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Scalar::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }
}

pub(crate) mod text {
    use super::*;

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
        Ok(match input.deserialize_any(ScalarVisitor)? {
            Scalar::Text(text) => Some(text),
            Scalar::Int(number) => Some(number.to_string()),
            Scalar::Float(number) => Some(number.to_string()),
            Scalar::Bool(value) => Some(value.to_string()),
            Scalar::Nothing => None,
        })
    }
}

/// An array, or `null`, or a single element where an array was meant.
pub(crate) mod list {
    use super::*;

    pub(crate) fn deserialize<'de, D, T>(input: D) -> Result<Vec<T>, D::Error>
    where
        D: Deserializer<'de>,
        T: de::Deserialize<'de>,
    {
        Ok(<Option<Vec<T>> as de::Deserialize>::deserialize(input)?.unwrap_or_default())
    }
}

enum Scalar {
    Text(String),
    Int(i64),
    Float(f64),
    Bool(bool),
    Nothing,
}

struct ScalarVisitor;

impl<'de> Visitor<'de> for ScalarVisitor {
    type Value = Scalar;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a scalar")
    }
    fn visit_str<E: de::Error>(self, value: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(value.to_owned()))
    }
    fn visit_string<E: de::Error>(self, value: String) -> Result<Scalar, E> {
        Ok(Scalar::Text(value))
    }
    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Scalar, E> {
        Ok(Scalar::Int(value))
    }
    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Scalar, E> {
        Ok(i64::try_from(value).map_or(Scalar::Nothing, Scalar::Int))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Scalar, E> {
        Ok(Scalar::Float(value))
    }
    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Scalar, E> {
        Ok(Scalar::Bool(value))
    }
    fn visit_unit<E: de::Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }
    fn visit_none<E: de::Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Nothing)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Nothing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_engines_write_are_read() {
        for (text, millis) in [
            ("PT4M12S", 252_000),
            ("PT0S", 0),
            ("P1DT2H", 93_600_000),
            ("P2W", 1_209_600_000),
            ("PT2M37.5S", 157_500),
            ("PT12M0S", 720_000),
            ("PT0.020S", 20),
        ] {
            assert_eq!(parse_duration(text), Some(Duration::from_millis(millis)), "{text}");
        }
        for text in
            ["", "P", "PT", "P1Y", "P1M", "PT-5S", "PT5", "5S", "PT1S1S", "PT1S2M", "PT.S", "PT1.S", "P1T"]
        {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }

    #[test]
    fn instants_with_and_without_decimals_or_zone_are_the_same_moment() {
        let expected = parse_instant("2025-10-13T21:59:00Z");
        assert!(expected.is_some());
        for text in [
            "2025-10-13T21:59:00.000Z",
            "2025-10-13T18:59:00-03:00",
            "2025-10-13T18:59:00-0300",
            "2025-10-13T21:59:00",
            "2025-10-13T21:59:00.000",
        ] {
            assert_eq!(parse_instant(text), expected, "{text}");
        }
        assert_eq!(parse_instant("13/10/2025"), None);
    }

    proptest! {
        #[test]
        fn a_written_duration_reads_back(seconds in 0u64..4_000_000_000, nanos in 0u32..1_000_000_000) {
            let duration = Duration::new(seconds, nanos);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Some(duration));
        }

        #[test]
        fn reading_a_duration_never_panics(text in ".{0,24}") {
            let _ = parse_duration(&text);
            let _ = parse_instant(&text);
        }

        #[test]
        fn numbers_beyond_any_duration_are_refused_not_wrapped(hours in (u64::MAX / 3_600 + 1)..u64::MAX) {
            prop_assert_eq!(parse_duration(&format!("PT{hours}H")), None);
        }
    }
}
