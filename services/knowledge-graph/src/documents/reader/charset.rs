//! From bytes to clean characters: which encoding it is, and which characters nobody needs to see.

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use unicode_normalization::UnicodeNormalization as _;

use super::outline::Failure;

/// So much of the beginning tells text from other things.
const PROBE: usize = 4096;

/// The characters of a text file: UTF-8, UTF-16 with its mark, or what older Windows editors wrote.
///
/// Bytes that fit no encoding become replacement characters rather than an error: a runbook with one broken byte is still
/// a runbook.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, Failure> {
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        return Ok(encoding.decode(bytes).0.into_owned());
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if bytes.iter().take(PROBE).any(|byte| *byte == 0) {
        return Err(Failure::Unreadable("it is not text".to_owned()));
    }
    let lossy = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.to_owned()),
        Err(_) => String::from_utf8_lossy(bytes),
    };
    let is_utf8 = lossy.chars().any(|char| !char.is_ascii() && char != char::REPLACEMENT_CHARACTER);
    Ok(if is_utf8 { lossy.into_owned() } else { WINDOWS_1252.decode(bytes).0.into_owned() })
}

/// The text without what a reader cannot see: control characters, marks that reverse the direction of reading, invisible
/// letters that hide instructions. Accents are composed, line ends are `\n`, and a tab is a space.
pub(crate) fn clean(text: &str) -> String {
    let mut cleaned = String::with_capacity(text.len());
    let mut before = '\0';
    for char in text.nfc() {
        match char {
            '\n' if before == '\r' => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => cleaned.push('\n'),
            '\t' | '\u{a0}' | '\u{202f}' | '\u{2000}'..='\u{200a}' => cleaned.push(' '),
            _ if is_invisible(char) => {}
            _ => cleaned.push(char),
        }
        before = char;
    }
    cleaned
}

fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_encodings_that_runbooks_come_in_are_recognised() {
        for (bytes, text) in [
            ("execução".as_bytes(), "execução"),
            (b"\xEF\xBB\xBFexecu\xC3\xA7\xC3\xA3o".as_slice(), "execução"),
            (b"execu\xE7\xE3o", "execução"),
            (b"\xFF\xFEo\x00\xE3\x00", "oã"),
            (b"\xFE\xFF\x00o\x00\xE3", "oã"),
            (b"execu\xC3\xA7\xC3\xA3o \xE3", "execução \u{fffd}"),
            (b"plain", "plain"),
        ] {
            assert_eq!(decode(bytes).as_deref(), Ok(text));
        }
        assert_eq!(decode(b"\x7FELF\0\0"), Err(Failure::Unreadable("it is not text".to_owned())));
    }

    #[test]
    fn what_cannot_be_seen_is_not_passed_on() {
        assert_eq!(clean("a\u{7}b\u{1b}[31mc\r\nd\re\u{2028}f"), "ab[31mc\nd\ne\nf");
        assert_eq!(clean("safe\u{202e}live\u{200b}\u{feff}\u{e0041}\u{ad}"), "safelive");
        assert_eq!(clean("cafe\u{301}\tx\u{a0}y"), "café x y");
    }
}
