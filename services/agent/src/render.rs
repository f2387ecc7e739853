//! How a value of a tool result is shown. Every form is a function of the JSON value and the reader's locale,
//! so that the checker can do it again and compare.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use resync_api::agent::model::Language;
use serde_json::Value;

use crate::words;

/// For whom values are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Locale {
    /// Language of words and dates.
    pub(crate) language: Language,
    /// Zone of times.
    pub(crate) zone: Tz,
    /// The zone was asked for and differs from the engine's: times say it.
    pub(crate) says_zone: bool,
    /// Today by the engine's clock, in `zone`: times of today need no date.
    pub(crate) today: NaiveDate,
}

/// How a value is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, strum::EnumIter)]
pub(crate) enum Format {
    /// A name or other text, as it is.
    Plain,
    /// A number, as it is.
    Number,
    /// A share from 0 to 1, as per cent.
    Percent,
    /// An instant.
    Time,
    /// A number of seconds.
    Duration,
    /// A code of ours or the scheduler's, in words.
    Word,
    /// Several texts on one line, joined with commas.
    Joined,
    /// Several texts on one line, joined with arrows.
    Way,
}

impl Format {
    /// The value in this form; none when it has not the right shape.
    pub(crate) fn show(self, value: &Value, locale: &Locale) -> Option<String> {
        match self {
            Self::Plain => value.as_str().map(one_line),
            Self::Number => number(value),
            Self::Percent => value.as_f64().map(percent),
            Self::Time => {
                let time = value.as_str()?.parse::<DateTime<Utc>>().ok()?;
                Some(instant(time, locale))
            }
            Self::Duration => value.as_f64().map(duration),
            Self::Word => match value {
                Value::Bool(flag) => Some(words::yes_or_no(*flag, locale.language).to_owned()),
                _ => {
                    let code = value.as_str()?;
                    Some(words::word(code, locale.language).map_or_else(|| one_line(code), str::to_owned))
                }
            },
            Self::Joined => joined(value, ", "),
            Self::Way => joined(value, " → "),
        }
    }
}

fn joined(value: &Value, between: &str) -> Option<String> {
    let texts: Option<Vec<_>> = value.as_array()?.iter().map(|item| item.as_str().map(one_line)).collect();
    texts.map(|texts| texts.join(between))
}

/// Untrusted text may hold line ends and control characters; an answer is no place for them.
fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    clean.trim().to_owned()
}

fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_f64() => {
            let value = number.as_f64()?;
            Some(if value.fract() == 0.0 { format!("{value:.0}") } else { format!("{value:.1}") })
        }
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Never rounds up to a whole: "100 %" means all of it.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let shown = if share < 1.0 { percent.round().min(99.0) } else { percent.round() };
    format!("{shown:.0} %")
}

fn instant(time: DateTime<Utc>, locale: &Locale) -> String {
    let local = time.with_timezone(&locale.zone);
    let pattern = match (local.date_naive() == locale.today, locale.language) {
        (true, _) => "%H:%M",
        (false, Language::English) => "%Y-%m-%d %H:%M",
        (false, Language::Portuguese) => "%d/%m/%Y %H:%M",
    };
    let shown = local.format(pattern);
    if locale.says_zone { format!("{shown} {}", local.format("%Z")) } else { shown.to_string() }
}

/// Two units at most: what an operator needs to decide.
fn duration(seconds: f64) -> String {
    let total = seconds.abs().round();
    // Rounded and non-negative; a plan's durations are far below the limit of u64.
    let total = total as u64;
    let (days, hours, minutes, rest) = (total / 86_400, total / 3_600 % 24, total / 60 % 60, total % 60);
    let shown = if days > 0 {
        two(days, "d", hours, "h")
    } else if hours > 0 {
        two(hours, "h", minutes, "min")
    } else if minutes >= 10 {
        format!("{minutes} min")
    } else if minutes > 0 {
        two(minutes, "min", rest, "s")
    } else {
        format!("{rest} s")
    };
    if seconds < 0.0 { format!("-{shown}") } else { shown }
}

fn two(first: u64, unit: &str, second: u64, lesser: &str) -> String {
    if second == 0 { format!("{first} {unit}") } else { format!("{first} {unit} {second} {lesser}") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn locale(language: Language) -> Locale {
        Locale {
            language,
            zone: chrono_tz::America::Sao_Paulo,
            says_zone: false,
            today: NaiveDate::from_ymd_opt(2026, 3, 2).unwrap(),
        }
    }

    #[test]
    fn values_are_shown_for_the_reader() {
        let english = locale(Language::English);
        let portuguese = locale(Language::Portuguese);
        let utc = Locale { zone: chrono_tz::UTC, says_zone: true, ..english };
        let rows = [
            (Format::Time, json!("2026-03-02T06:12:00Z"), english, "03:12"),
            (Format::Time, json!("2026-03-02T06:12:00Z"), utc, "06:12 UTC"),
            (Format::Time, json!("2026-03-01T06:12:00Z"), english, "2026-03-01 03:12"),
            (Format::Time, json!("2026-03-01T06:12:00Z"), portuguese, "01/03/2026 03:12"),
            (Format::Duration, json!(45.4), english, "45 s"),
            (Format::Duration, json!(200), english, "3 min 20 s"),
            (Format::Duration, json!(3_600.0), english, "1 h"),
            (Format::Duration, json!(7_500), portuguese, "2 h 5 min"),
            (Format::Duration, json!(-90_000), english, "-1 d 1 h"),
            (Format::Percent, json!(0.999), english, "99 %"),
            (Format::Percent, json!(1.0), english, "100 %"),
            (Format::Number, json!(12), english, "12"),
            (Format::Number, json!(2.5), english, "2.5"),
            (Format::Word, json!("ERROR"), english, "in error"),
            (Format::Word, json!("ERROR"), portuguese, "em erro"),
            (Format::Plain, json!("a\nb"), english, "a b"),
        ];
        for (format, value, locale, shown) in rows {
            assert_eq!(format.show(&value, &locale).as_deref(), Some(shown), "{format:?} {value}");
        }
    }

    #[test]
    fn a_value_of_another_shape_is_not_shown() {
        let english = locale(Language::English);
        for format in [Format::Plain, Format::Number, Format::Time, Format::Duration, Format::Word] {
            assert_eq!(format.show(&Value::Null, &english), None, "{format:?}");
        }
    }
}
