//! Masks what must never reach a log, as the last line of defence behind `SecretString`.

use regex::Regex;
use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::LazyLock;
use tracing_subscriber::fmt::MakeWriter;

/// Signed tokens, bearer and basic credentials, and values of fields whose name says secret.
static SECRETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?P<token>eyJ[\w-]{5,}\.[\w-]+\.[\w-]*)",
        r"|(?P<scheme>\b(?:bearer|basic) )[\w.~+/=-]{6,}",
        r#"|(?P<key>"?\b[\w.]*(?:password|passwd|secret|api_key|apikey|authorization|_token)"?\s*[=:]\s*)(?:"[^"]*"|(?:bearer |basic )?[^\s,;&}"]+)"#,
        r"|(?P<url>://[^\s/:@]+:)[^\s/@]+@",
    ))
    .expect("the pattern is a constant")
});

/// `text` with secrets replaced by `***`.
#[must_use]
pub fn redact(text: &str) -> Cow<'_, str> {
    SECRETS.replace_all(text, |found: &regex::Captures<'_>| {
        if let Some(url) = found.name("url") {
            return format!("{}***@", url.as_str());
        }
        let kept = found.name("scheme").or_else(|| found.name("key")).map_or("", |part| part.as_str());
        let whole = &found[0];
        let quote = if kept.is_empty() || !whole.ends_with('"') { "" } else { "\"" };
        format!("{kept}{quote}***{quote}")
    })
}

/// Standard error, masked. A log line arrives in one write.
#[derive(Debug, Clone, Copy)]
pub(super) struct RedactingStderr;

impl<'a> MakeWriter<'a> for RedactingStderr {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        Self
    }
}

impl Write for RedactingStderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        io::stderr().write_all(redact(&String::from_utf8_lossy(line)).as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked_and_the_rest_is_left_alone() {
        for (line, masked) in [
            ("job FIN#EOD failed rc=8", "job FIN#EOD failed rc=8"),
            ("token eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln end", "token *** end"),
            ("authorization: Bearer abcdef123456", "authorization: ***"),
            ("sent Basic dXNlcjpwYXNz ok", "sent Basic *** ok"),
            (r#"{"password":"p@ss, word","user":"ana"}"#, r#"{"password":"***","user":"ana"}"#),
            ("tws.password=hunter2 tws.user=ana", "tws.password=*** tws.user=ana"),
            ("redis://app:s3cret@host:6379/0", "redis://app:***@host:6379/0"),
        ] {
            assert_eq!(redact(line), masked);
        }
    }
}
