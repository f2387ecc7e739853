//! An answer as Markdown, for readers that show nothing else.
//!
//! Values are untrusted: a job may be named like a link or a heading. Whatever could mean something to a Markdown
//! reader goes into a code span, and log lines into a fence longer than any run of backticks in them.

use std::fmt::Write as _;

use resync_api::agent::model::{Block, BlockContent, Language, LogLine, Span};

use crate::phrases::Label;

/// Writes spans and blocks as Markdown.
pub(crate) fn markdown(spans: &[Span], blocks: &[Block], language: Language) -> String {
    let mut text = inline(spans);
    for block in blocks.iter().filter(|block| !repeats_a_table(block, blocks)) {
        if !block.title.is_empty() {
            let _ = write!(text, "\n\n**{}**", block.title);
        }
        text.push_str("\n\n");
        match &block.content {
            BlockContent::Table { columns, rows, total_rows } => {
                let _ = writeln!(text, "| {} |", columns.join(" | "));
                let _ = writeln!(text, "|{}", " --- |".repeat(columns.len()));
                for row in rows {
                    let cells: Vec<_> =
                        row.iter().map(|cell| value(&cell.value).replace('|', "\\|")).collect();
                    let _ = writeln!(text, "| {} |", cells.join(" | "));
                }
                if *total_rows > rows.len() as u64 {
                    let total = Label::Total.text(language);
                    let _ = writeln!(text, "\n{total}: {total_rows}");
                }
            }
            BlockContent::List { items } => {
                for item in items {
                    let indent = "  ".repeat(item.level.min(8) as usize);
                    let _ = writeln!(text, "{indent}- {}", inline(&item.spans));
                }
            }
            BlockContent::Chart { bars, .. } => {
                for bar in bars {
                    let _ = writeln!(text, "- {}: {}", value(&bar.label), bar.value);
                }
            }
            BlockContent::Log { lines, truncated, .. } => log(&mut text, lines, *truncated),
        }
    }
    text.trim().to_owned()
}

/// A chart beside a table of the same title shows nothing new in text.
fn repeats_a_table(block: &Block, blocks: &[Block]) -> bool {
    let is_table = |other: &Block| matches!(other.content, BlockContent::Table { .. });
    matches!(block.content, BlockContent::Chart { .. })
        && blocks.iter().any(|other| is_table(other) && other.title == block.title)
}

fn inline(spans: &[Span]) -> String {
    spans
        .iter()
        .map(|span| match span {
            Span::Text(text) => text.clone(),
            Span::Fact { value: shown, .. } => value(shown),
        })
        .collect()
}

/// A value that no Markdown reader can take for markup.
fn value(shown: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || " .,:;%()'\"?-/–—“”".contains(c);
    let links = shown.contains("//") || shown.contains("www");
    // A dash at the start would be a bullet, digits and a full stop there a numbered item.
    let negative = shown.starts_with('-') && shown[1..].starts_with(|c: char| c.is_ascii_digit());
    let marked = shown.starts_with(['-', '–', '—']) && !negative;
    if !links && !marked && shown.chars().all(harmless) {
        return shown.to_owned();
    }
    let fence = "`".repeat(longest_run(shown) + 1);
    let pad = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{shown}{pad}{fence}")
}

fn log(text: &mut String, lines: &[LogLine], truncated: bool) {
    let longest = lines.iter().map(|line| longest_run(&line.text)).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let _ = writeln!(text, "{fence}text");
    if truncated {
        let _ = writeln!(text, "…");
    }
    for line in lines {
        let mark = if line.matters { ">" } else { " " };
        let clean: String = line.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(text, "{mark} {:>5}  {clean}", line.number);
    }
    let _ = writeln!(text, "{fence}");
}

fn longest_run(text: &str) -> usize {
    let (mut longest, mut run) = (0, 0);
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use resync_api::agent::model::Cell;

    use super::*;

    fn fact(value: &str) -> Span {
        Span::Fact { citation_id: "c1".to_owned(), value: value.to_owned() }
    }

    #[test]
    fn values_cannot_become_markup() {
        for (shown, written) in [
            ("12", "12"),
            ("in error", "in error"),
            ("03:12", "03:12"),
            ("PAY#/A/B.C", "`PAY#/A/B.C`"),
            ("[click](http://x)", "`[click](http://x)`"),
            ("http://x", "`http://x`"),
            ("a`b", "``a`b``"),
            ("`a`", "`` `a` ``"),
            ("<script>", "`<script>`"),
            ("# heading", "`# heading`"),
        ] {
            assert_eq!(inline(&[fact(shown)]), written);
        }
    }

    proptest::proptest! {
        #[test]
        fn no_value_is_markup_outside_its_code_span(shown in "\\PC{0,40}") {
            let written = value(&shown);
            if written == shown {
                proptest::prop_assert!(!shown.contains(['*', '_', '[', ']', '<', '>', '#', '|', '~', '\\', '!', '&', '@']));
                proptest::prop_assert!(!shown.contains('`') && !shown.contains("://"));
            } else {
                let fence = written.chars().take_while(|&c| c == '`').count();
                proptest::prop_assert!(fence > longest_run(&shown) && written.ends_with(&"`".repeat(fence)));
            }
        }
    }

    #[test]
    fn log_lines_cannot_leave_their_fence() {
        let line = LogLine { number: 7, text: "```` [x](http://y)".to_owned(), matters: true };
        let block = Block {
            id: "b1".to_owned(),
            title: String::new(),
            content: BlockContent::Log {
                job: "J".to_owned(),
                citation_id: "c1".to_owned(),
                lines: vec![line],
                truncated: false,
            },
        };
        let text = markdown(&[], &[block], Language::English);
        assert_eq!(text.lines().next(), Some("`````text"));
        assert_eq!(text.lines().last(), Some("`````"));
    }

    #[test]
    fn table_cells_stay_in_their_column() {
        let block = Block {
            id: "b1".to_owned(),
            title: "T".to_owned(),
            content: BlockContent::Table {
                columns: vec!["A".to_owned()],
                rows: vec![vec![Cell { value: "x|y".to_owned(), citation_id: "c1".to_owned() }]],
                total_rows: 3,
            },
        };
        let text = markdown(&[fact("1")], &[block], Language::Portuguese);
        assert_eq!(text, "1\n\n**T**\n\n| A |\n| --- |\n| `x\\|y` |\n\nTotal: 3");
    }
}
