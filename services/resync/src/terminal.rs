//! What people see: colour only where it helps, tables that fit, nothing that could fool a terminal.

use std::env;
use std::io::{self, IsTerminal, Write};

const DEFAULT_WIDTH: usize = 100;
const MIN_COLUMN: usize = 6;

/// A way to emphasise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
    Warn,
    Name,
}

impl Style {
    fn code(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Bold => "\x1b[1m",
            Self::Dim => "\x1b[2m",
            Self::Good => "\x1b[32m",
            Self::Bad => "\x1b[31m",
            Self::Warn => "\x1b[33m",
            Self::Name => "\x1b[36m",
        }
    }
}

/// Standard output.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terminal {
    pub(crate) colour: bool,
    pub(crate) width: usize,
}

/// One cell of a table.
#[derive(Debug, Clone)]
pub(crate) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub(crate) fn new(text: impl AsRef<str>) -> Self {
        Self::styled(text, Style::Plain)
    }

    pub(crate) fn styled(text: impl AsRef<str>, style: Style) -> Self {
        Self { text: clean(text.as_ref()), style }
    }

    fn width(&self) -> usize {
        self.text.chars().count()
    }
}

impl Terminal {
    /// Standard output as it is: a terminal or a file, with or without colour (`NO_COLOR`, `TERM=dumb`).
    pub(crate) fn detect() -> Self {
        let tty = io::stdout().is_terminal();
        let plain = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || env::var_os("TERM").is_some_and(|value| value == "dumb");
        let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        Self { colour: tty && !plain, width: if tty { width.unwrap_or(DEFAULT_WIDTH) } else { usize::MAX } }
    }

    pub(crate) fn paint(self, style: Style, text: &str) -> String {
        if self.colour && style != Style::Plain && !text.is_empty() {
            format!("{}{text}\x1b[0m", style.code())
        } else {
            text.to_owned()
        }
    }

    /// Writes a line to standard output. A reader that went away (`| head`) is the end, not an error.
    pub(crate) fn line(self, text: impl AsRef<str>) {
        if writeln!(io::stdout().lock(), "{}", text.as_ref()).is_err() {
            std::process::exit(0);
        }
    }

    /// Writes without a line end, at once.
    pub(crate) fn part(self, text: &str) {
        let mut out = io::stdout().lock();
        if out.write_all(text.as_bytes()).and_then(|()| out.flush()).is_err() {
            std::process::exit(0);
        }
    }

    /// Writes a table: columns as wide as needed, the widest cut until it fits.
    pub(crate) fn table(self, headings: &[&str], rows: &[Vec<Cell>]) {
        let mut widths: Vec<usize> = headings.iter().map(|heading| heading.chars().count()).collect();
        for row in rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        fit(&mut widths, self.width);
        let heading: Vec<_> =
            headings.iter().map(|heading| Cell::styled(heading.to_uppercase(), Style::Dim)).collect();
        for row in std::iter::once(&heading).chain(rows) {
            self.line(self.row(row, &widths));
        }
    }

    fn row(self, cells: &[Cell], widths: &[usize]) -> String {
        let mut line = String::new();
        for (index, (cell, width)) in cells.iter().zip(widths).enumerate() {
            let text = cut(&cell.text, *width);
            let padding = width - text.chars().count();
            line.push_str(&self.paint(cell.style, &text));
            if index + 1 < cells.len() {
                line.push_str(&" ".repeat(padding + 2));
            }
        }
        line
    }
}

/// Shrinks the widest columns until the line fits.
fn fit(widths: &mut [usize], available: usize) {
    let gaps = 2 * widths.len().saturating_sub(1);
    while widths.iter().sum::<usize>().saturating_add(gaps) > available {
        let Some(widest) = widths.iter_mut().max() else { return };
        if *widest <= MIN_COLUMN {
            return;
        }
        *widest -= 1;
    }
}

fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    text.chars().take(width.saturating_sub(1)).chain(['…']).collect()
}

/// Text from outside (names, log lines) without control characters, which could repaint the screen.
pub(crate) fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { if c == '\t' { ' ' } else { '\u{fffd}' } } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_fits_the_terminal_by_cutting_its_widest_column() {
        let mut widths = [10, 60, 30];
        fit(&mut widths, 80);
        assert_eq!(widths.iter().sum::<usize>() + 4, 80);
        assert_eq!(widths[0], 10);
        let terminal = Terminal { colour: false, width: 20 };
        let row = terminal.row(&[Cell::new("abcdefghij"), Cell::new("x")], &[6, 3]);
        assert_eq!(row, "abcde…  x");
    }

    #[test]
    fn control_characters_never_reach_the_terminal() {
        assert_eq!(clean("rc=8\x1b[2J\x07\ttail\u{9b}0m"), "rc=8\u{fffd}[2J\u{fffd} tail\u{fffd}0m");
    }

    #[test]
    fn without_colour_no_escape_is_written() {
        let plain = Terminal { colour: false, width: 80 };
        assert_eq!(plain.paint(Style::Bad, "ERROR"), "ERROR");
    }
}
