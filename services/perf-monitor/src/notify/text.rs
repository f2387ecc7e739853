//! Texts of others (names of jobs, what a rule says of them) made harmless for whoever reads them: one line, bounded, no
//! control characters, and nothing that turns the direction of writing. What a format would take for markup is its own
//! form's business.

/// Longest text of one line, in characters.
const LINE: usize = 300;

/// One bounded line.
pub(super) fn inert(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !turns_direction(*c));
    let mut line: String = visible.take(LINE + 1).collect();
    if line.chars().count() > LINE {
        line = line.chars().take(LINE - 1).chain(['…']).collect();
    }
    line
}

fn turns_direction(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_one_bounded_visible_line() {
        assert_eq!(inert("JOB\nfake: line\u{1b}[31m"), "JOB fake: line [31m");
        assert_eq!(inert("abc\u{202e}txt.exe"), "abctxt.exe");
        assert_eq!(inert(&"x".repeat(5000)).chars().count(), LINE);
    }
}
