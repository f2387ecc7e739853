//! Plain text: paragraphs between blank lines, and the few forms of headings that people write without markup.
//!
//! Pages of a PDF are read with the same eyes, once their text was taken out.

use super::outline::{BlockKind, Failure, Sheet};

/// A longer line is a sentence, not a heading.
const MAX_HEADING: usize = 80;

/// Reads a whole file; a form feed begins no new section, only a new paragraph.
pub(crate) fn read(text: &str, sheet: &mut Sheet) -> Result<(), Failure> {
    read_page(text, None, |_| None, sheet)
}

/// Reads the text of one page. `known` gives the level of a line that is known to be a heading.
pub(crate) fn read_page(
    text: &str,
    page: Option<u32>,
    mut known: impl FnMut(&str) -> Option<u8>,
    sheet: &mut Sheet,
) -> Result<(), Failure> {
    let mut paragraph: Vec<&str> = Vec::new();
    let mut lines = text.split(['\n', '\u{c}']).map(str::trim_end).peekable();
    while let Some(line) = lines.next() {
        if line.trim().is_empty() {
            close(&mut paragraph, page, sheet)?;
        } else if let Some(level) = known(line) {
            close(&mut paragraph, page, sheet)?;
            sheet.push(BlockKind::Heading(level), line, page)?;
        } else if let Some(level) = lines.peek().and_then(|next| underline(line, next)) {
            close(&mut paragraph, page, sheet)?;
            sheet.push(BlockKind::Heading(level), line, page)?;
            lines.next();
        } else {
            paragraph.push(line);
        }
    }
    close(&mut paragraph, page, sheet)
}

fn close(paragraph: &mut Vec<&str>, page: Option<u32>, sheet: &mut Sheet) -> Result<(), Failure> {
    let lines = std::mem::take(paragraph);
    let kind = match lines.as_slice() {
        [] => return Ok(()),
        [line] => heading(line).map_or(BlockKind::Paragraph, BlockKind::Heading),
        lines if lines.iter().all(|line| is_item(line)) => BlockKind::List,
        _ => BlockKind::Paragraph,
    };
    sheet.push(kind, &lines.join("\n"), page)
}

/// A line of `=` or `-` about as long as the line above it.
fn underline(line: &str, next: &str) -> Option<u8> {
    let rule = next.trim();
    let level = match rule.chars().next()? {
        '=' => 1,
        '-' => 2,
        _ => return None,
    };
    let whole = rule.len() >= 3 && rule.chars().all(|char| rule.starts_with(char));
    (whole && !line.trim().is_empty() && line.len() <= MAX_HEADING).then_some(level)
}

/// A line alone between blank lines that is numbered like `3.2 Restart the agent`, or written in capitals.
fn heading(line: &str) -> Option<u8> {
    let line = line.trim();
    if line.len() > MAX_HEADING {
        return None;
    }
    if let Some((number, title)) = line.split_once(' ')
        && title.trim_start().chars().next().is_some_and(char::is_uppercase)
    {
        let parts: Vec<_> = number.trim_end_matches('.').split('.').collect();
        let numbered = parts.iter().all(|part| {
            !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit())
        });
        if numbered && parts.len() > 1 {
            return Some(u8::try_from(parts.len()).unwrap_or(6).min(6));
        }
    }
    let capitals = line.chars().filter(|char| char.is_alphabetic()).count() >= 3
        && !line.chars().any(char::is_lowercase)
        && !line.ends_with(['.', ';', ',', '|']);
    capitals.then_some(2)
}

fn is_item(line: &str) -> bool {
    let line = line.trim_start();
    let after_number = line.trim_start_matches(|char: char| char.is_ascii_digit());
    line.starts_with(['-', '*', '•'])
        || (after_number.len() < line.len() && after_number.starts_with(['.', ')']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Heading, List, Paragraph};

    #[test]
    fn headings_are_seen_without_markup() {
        let mut sheet = Sheet::new(10_000);
        let text = "Night batch\n===========\nIt runs at night.\nEvery night.\n\nRECOVERY\n\n\
                    1. Stop it.\n2. Start it.\n\n3.2 Restart the agent\n\nAWSBHT001E\n\nThe daemon died.\n\
                    Steps\n-----\nGo.";
        read(text, &mut sheet).unwrap();
        let outline = sheet.finish();
        let seen: Vec<_> = outline.blocks.iter().map(|block| (block.kind, block.text.as_str())).collect();
        assert_eq!(
            seen,
            [
                (Heading(1), "Night batch"),
                (Paragraph, "It runs at night.\nEvery night."),
                (Heading(2), "RECOVERY"),
                (List, "1. Stop it.\n2. Start it."),
                (Heading(2), "3.2 Restart the agent"),
                (Heading(2), "AWSBHT001E"),
                (Paragraph, "The daemon died."),
                (Heading(2), "Steps"),
                (Paragraph, "Go."),
            ]
        );
        assert_eq!(outline.title.as_deref(), Some("Night batch"));
    }
}
