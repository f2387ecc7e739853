//! Recognises the shape of one token by its characters alone.

use chrono::NaiveDate;

/// What a token looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum Shape {
    /// Letters only.
    Word,
    /// A whole number.
    Number(i64),
    /// `#2`, `2nd`, `2º`.
    Ordinal(i64),
    /// A time of day that cannot be a length of time: `22:00`, `10pm`.
    Clock {
        /// 0 to 23.
        hour: u32,
        /// 0 to 59.
        minute: u32,
    },
    /// `22h`, `2h30`: a time of day or a length of time, the words around it decide.
    HourMark {
        /// 0 to 23.
        hour: u32,
        /// 0 to 59.
        minute: u32,
    },
    /// `30min`: a length of time.
    Amount(i64, TimeUnit),
    /// A calendar date; the year is missing in `22/11`.
    Date(DateMark),
    /// A message code such as `AWSBDW009E`.
    Code,
    /// An operator.
    Symbol(char),
    /// Something only an object of the plan would be called.
    Name,
}

/// A calendar date as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum DateMark {
    /// Complete.
    Full(NaiveDate),
    /// Two numbers; which is the day depends on the language.
    Pair(u32, u32),
}

/// Units of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::interpret) enum TimeUnit {
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
    /// Days.
    Day,
}

impl TimeUnit {
    /// Its length.
    pub(in crate::interpret) fn seconds(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }
}

/// The shape of a token, given as typed and folded.
pub(super) fn of(raw: &str, folded: &str) -> Shape {
    let starts_with_digit = folded.starts_with(|character: char| character.is_ascii_digit());
    if starts_with_digit && let Some(shape) = numeric(folded) {
        return shape;
    }
    if let Some(number) = folded.strip_prefix('#').and_then(whole) {
        return Shape::Ordinal(number);
    }
    if is_code(folded) {
        return Shape::Code;
    }
    if raw.chars().all(char::is_alphabetic) { Shape::Word } else { Shape::Name }
}

fn whole(text: &str) -> Option<i64> {
    (text.len() <= 9 && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn numeric(folded: &str) -> Option<Shape> {
    if let Some(number) = whole(folded) {
        return Some(Shape::Number(number));
    }
    if let Some(date) = date(folded) {
        return Some(Shape::Date(date));
    }
    let digits = folded.bytes().take_while(u8::is_ascii_digit).count();
    let (head, tail) = folded.split_at(digits);
    let number = whole(head)?;
    if let Some(rest) = tail.strip_prefix([':', 'h']).filter(|rest| !rest.is_empty()) {
        let minutes = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (minute, suffix) = rest.split_at(minutes);
        if let Some(minute) = whole(minute).filter(|_| minutes == 2) {
            // Seconds after the minutes add nothing a question needs.
            let suffix = suffix
                .strip_prefix(':')
                .map_or(suffix, |seconds| seconds.trim_start_matches(|c: char| c.is_ascii_digit()));
            return match suffix {
                "" | "h" | "hs" | "hrs" | "m" | "min" | "am" | "a.m" | "pm" | "p.m" => {
                    let (hour, minute) = time_of_day(number, minute, suffix)?;
                    Some(if tail.starts_with(':') {
                        Shape::Clock { hour, minute }
                    } else {
                        Shape::HourMark { hour, minute }
                    })
                }
                _ => None,
            };
        }
    }
    match tail {
        "am" | "a.m" | "pm" | "p.m" => {
            let (hour, minute) = time_of_day(number, 0, tail)?;
            Some(Shape::Clock { hour, minute })
        }
        "h" | "hs" | "hr" | "hrs" | "hora" | "horas" | "hours" if number < 24 && tail.len() <= 3 => {
            Some(Shape::HourMark { hour: u32::try_from(number).ok()?, minute: 0 })
        }
        "h" | "hs" | "hr" | "hrs" | "hora" | "horas" | "hours" => Some(Shape::Amount(number, TimeUnit::Hour)),
        "m" | "min" | "mins" | "minutes" | "minutos" => Some(Shape::Amount(number, TimeUnit::Minute)),
        "s" | "sec" | "secs" | "seg" | "segs" => Some(Shape::Amount(number, TimeUnit::Second)),
        "d" | "days" | "dias" => Some(Shape::Amount(number, TimeUnit::Day)),
        "st" | "nd" | "rd" | "th" | "o" | "a" | "os" | "as" => Some(Shape::Ordinal(number)),
        _ => None,
    }
}

/// Applies am and pm; nothing outside a day is a time.
fn time_of_day(hour: i64, minute: i64, suffix: &str) -> Option<(u32, u32)> {
    let hour = match suffix.chars().next() {
        Some('p') if (1..12).contains(&hour) => hour + 12,
        Some('a') if hour == 12 => 0,
        Some('a' | 'p') if hour > 12 => return None,
        _ => hour,
    };
    let (hour, minute) = (u32::try_from(hour).ok()?, u32::try_from(minute).ok()?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

fn date(text: &str) -> Option<DateMark> {
    let separator = text.chars().find(|character| !character.is_ascii_digit())?;
    if !matches!(separator, '-' | '/' | '.') {
        return None;
    }
    let parts: Vec<u32> = text.split(separator).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    match parts[..] {
        [year, month, day] if year > 1_000 => {
            NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day).map(DateMark::Full)
        }
        [day, month, year] if year > 1_000 => {
            let year = i32::try_from(year).ok()?;
            NaiveDate::from_ymd_opt(year, month, day)
                .or_else(|| NaiveDate::from_ymd_opt(year, day, month))
                .map(DateMark::Full)
        }
        [first, second] if separator == '/' && (1..=31).contains(&first) && (1..=31).contains(&second) => {
            Some(DateMark::Pair(first, second))
        }
        _ => None,
    }
}

/// `AWS` or `AWK`, a component, a number and perhaps a severity.
fn is_code(folded: &str) -> bool {
    let Some(rest) = folded.strip_prefix("aws").or_else(|| folded.strip_prefix("awk")) else {
        return false;
    };
    let letters = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
    let digits = rest[letters..].bytes().take_while(u8::is_ascii_digit).count();
    let severity = &rest[letters + digits..];
    (2..=6).contains(&letters) && (2..=5).contains(&digits) && matches!(severity, "" | "e" | "w" | "i")
}
