//! Lines of logs without what differs from run to run: numbers, times, hosts, ids, the variable parts of paths.
//!
//! A normal line is its own normal form, so that what is kept can be compared with what is read.

use crate::audit::mask::mask_text;

/// Of a normal line, in bytes.
pub const LINE_BYTES: usize = 300;
/// Of a line that is looked at; what follows is left out.
const RAW_BYTES: usize = 2_000;
/// Longer words say nothing that two runs share.
const WORD_BYTES: usize = 120;
/// Ids that mix letters and digits are at least so long.
const ID_BYTES: usize = 16;
/// Replacing can make a new pattern, such as a secret's; this often it is looked for one.
const ROUNDS: usize = 8;
/// In place of a line that never comes to rest.
const UNREADABLE: &str = "<unreadable>";

const CALENDAR: [&str; 19] = [
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
    "Sep", "Oct", "Nov", "Dec",
];

/// The normal form of a line, at most [`LINE_BYTES`] long.
#[must_use]
pub fn normal(line: &str) -> String {
    let mut text = once(cut(line, RAW_BYTES));
    for _ in 0..ROUNDS {
        let next = once(&text);
        if next == text {
            return text;
        }
        text = next;
    }
    UNREADABLE.to_owned()
}

/// At most `most` bytes of a text, whole characters.
fn cut(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn once(line: &str) -> String {
    let spaced: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut masked = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    mask_text(&mut masked);
    let mut tokens: Vec<String> = masked.split(' ').map(token).collect();
    // From the right, so that a weekday before a month before a day goes too.
    for at in (0..tokens.len().saturating_sub(1)).rev() {
        if CALENDAR.contains(&tokens[at].as_str()) && tokens[at + 1].starts_with('#') {
            "#".clone_into(&mut tokens[at]);
        }
    }
    tokens.dedup_by(|later, earlier| later == "#" && earlier == "#");
    // Lines begin with the time, in whatever form.
    let lead =
        tokens.iter().take_while(|token| matches!(token.as_str(), "#" | "[#]" | "#:" | "(#)" | "")).count();
    let mut text = String::new();
    for token in tokens.drain(..).skip(lead) {
        if text.len() + token.len() + 1 > LINE_BYTES {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&token);
    }
    text
}

/// What stands between spaces: words and what separates them.
fn token(token: &str) -> String {
    let mut text = String::new();
    let mut rest = token;
    while !rest.is_empty() {
        let end = rest.find(separates).unwrap_or(rest.len());
        let (found, after) = rest.split_at(end);
        text.push_str(&word(found));
        let next = after.find(|c: char| !separates(c)).unwrap_or(after.len());
        text.push_str(&after[..next]);
        rest = &after[next..];
    }
    if text.len() > WORD_BYTES { "<long>".to_owned() } else { text }
}

fn separates(c: char) -> bool {
    matches!(c, '"' | '\'' | '`' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | ',' | ';' | '=' | '|')
}

fn word(word: &str) -> String {
    let plain = word.trim_end_matches(['.', ':', '!', '?']);
    let tail = &word[plain.len()..];
    if plain.is_empty() || is_code(plain) {
        return word.to_owned();
    }
    let digits = plain.bytes().filter(u8::is_ascii_digit).count();
    if is_host(plain) {
        return format!("<host>{tail}");
    }
    if digits == 0 {
        return word.to_owned();
    }
    if is_number(plain) {
        return format!("#{tail}");
    }
    if is_id(plain, digits) {
        return format!("<id>{tail}");
    }
    let mut text = String::with_capacity(word.len());
    for c in plain.chars() {
        if !c.is_ascii_digit() {
            text.push(c);
        } else if !text.ends_with('#') {
            text.push('#');
        }
    }
    text + tail
}

/// Codes of messages: `AWSBDW057E`, `ORA-01653`, `SQL0911N`.
#[must_use]
pub fn is_code(word: &str) -> bool {
    let letters = word.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &word[letters..];
    let number = |text: &str, least: usize| {
        (least..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    // `ORA-01653`, `SP2-0734`
    if let Some((prefix, digits)) = word.split_once('-') {
        let prefix_is_name = (2..=6).contains(&prefix.len())
            && prefix.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            && prefix.as_bytes()[0].is_ascii_uppercase();
        return prefix_is_name && number(digits, 4);
    }
    // `AWSBDW057E`, `SQL0911N`: the last letter says how bad it is.
    let Some(digits) = rest.strip_suffix(['E', 'W', 'I', 'S', 'N', 'C', 'A', 'T', 'F']) else { return false };
    (3..=7).contains(&letters) && number(digits, 3)
}

/// Times, dates, amounts, addresses, versions: nothing but digits and what stands between them.
fn is_number(word: &str) -> bool {
    let unit = word.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%' || c == '#');
    let is_between =
        |c: char| c.is_ascii_digit() || matches!(c, '.' | ':' | '/' | '-' | '+' | '_' | 'T' | 'Z' | '#');
    let units = word.len() - unit.len();
    units <= 3
        && !unit.is_empty()
        && unit.chars().all(is_between)
        && word.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | '#'))
}

/// `db1.bank.example`, with a port or without; `10.1.2.3` is a number.
fn is_host(word: &str) -> bool {
    let (name, port) = word.split_once(':').unwrap_or((word, ""));
    let labels: Vec<&str> = name.split('.').collect();
    let label = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    labels.len() >= 3
        && labels.iter().all(label)
        && labels
            .last()
            .is_some_and(|last| last.len() >= 2 && last.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && port.bytes().all(|byte| byte.is_ascii_digit())
}

/// Hexadecimal of eight digits or more, UUIDs, and what is long and mixed.
fn is_id(word: &str, digits: usize) -> bool {
    let body = word.strip_prefix("0x").unwrap_or(word);
    let hex = body.bytes().filter(u8::is_ascii_hexdigit).count();
    if hex >= 8 && body.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-' || byte == b':') {
        return true;
    }
    word.len() >= ID_BYTES
        && digits * 5 >= word.len()
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_varies_is_replaced_and_what_tells_is_kept() {
        for (line, expected) in [
            (
                "[23:59:12] cp: error writing '/data01/gl/work/post7.dat': No space left on device",
                "cp: error writing '/data#/gl/work/post#.dat': No space left on device",
            ),
            ("Thu Nov 27 15:41:57 2026 job  ended", "job ended"),
            ("2026-11-27T15:41:57.123Z ERROR x", "ERROR x"),
            (
                "ORA-01653: unable to extend table GL.ENTRIES by 8192",
                "ORA-01653: unable to extend table GL.ENTRIES by #",
            ),
            ("AWSBDW057E The job was not launched", "AWSBDW057E The job was not launched"),
            (
                "Failed to connect to gl.gateway.bank.example port 8443 after 2 ms",
                "Failed to connect to <host> port # after # ms",
            ),
            ("session 4f9d1c2a-77b0-4c1e-9a55-0123456789ab at 10.1.2.3:8080", "session <id> at #"),
            ("login with password=hunter2 and token: abc123", "login with password=*** and token: ***"),
        ] {
            assert_eq!(normal(line), expected);
        }
        assert_eq!(normal("debit total 18420113.07 differs"), normal("debit total 9.5 differs"));
        assert_ne!(normal("ORA-01653: x"), normal("ORA-00054: x"));
    }

    fn wordish() -> impl Strategy<Value = String> {
        let part = prop_oneof![
            Just("Nov".to_owned()),
            Just("password=".to_owned()),
            Just("Bearer".to_owned()),
            Just("AWSITA245E".to_owned()),
            Just("ORA-01653:".to_owned()),
            Just("token".to_owned()),
            "[0-9a-f:./-]{1,40}",
            "[A-Za-z0-9_.#<>=:@/-]{1,30}",
            "[^ ]{0,150}",
            "#{1,3}",
        ];
        proptest::collection::vec((part, prop_oneof![Just(" "), Just(""), Just("\t")]), 0..60)
            .prop_map(|parts| parts.into_iter().map(|(part, space)| part + space).collect())
    }

    proptest! {
        #[test]
        fn a_normal_line_is_bounded_and_its_own_normal_form(any in ".*", line in wordish()) {
            for line in [any, line] {
                let once = normal(&line);
                prop_assert!(once.len() <= LINE_BYTES);
                prop_assert!(!once.chars().any(char::is_control));
                prop_assert_eq!(normal(&once), once.clone());
            }
        }

        #[test]
        fn numbers_do_not_matter(one in 0_u64..1 << 60, other in 0_u64..1 << 60) {
            let line = |number: u64| normal(&format!("ERROR 12 of {number} rows in /data/in/f_{number}.csv"));
            prop_assert_eq!(line(one), line(other));
        }
    }
}
