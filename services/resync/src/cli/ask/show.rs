//! An answer on a terminal: facts stand out from words, blocks become tables, untrusted text cannot repaint the screen.

use crate::terminal::{Cell, Style, Terminal, clean};
use resync_api::agent::model::{Answer, Block, BlockContent, Citation, Span};
use std::time::Duration;

const BAR_WIDTH: usize = 40;

/// Writes one answer.
#[derive(Debug)]
pub(super) struct Show {
    terminal: Terminal,
    evidence: bool,
    citations: Vec<Citation>,
    mid_line: bool,
    blocks: usize,
}

impl Show {
    pub(super) fn new(terminal: Terminal, evidence: bool) -> Self {
        Self { terminal, evidence, citations: Vec::new(), mid_line: false, blocks: 0 }
    }

    pub(super) fn citation(&mut self, citation: Citation) {
        self.citations.push(citation);
    }

    pub(super) fn text(&mut self, spans: &[Span]) {
        let text = self.spans(spans);
        self.mid_line = !text.ends_with('\n');
        self.terminal.part(&text);
    }

    pub(super) fn block(&mut self, block: &Block) {
        self.end_line();
        self.blocks += 1;
        self.terminal.line("");
        if !block.title.is_empty() {
            self.terminal.line(self.terminal.paint(Style::Bold, &clean(&block.title)));
        }
        match &block.content {
            BlockContent::Table { columns, rows, total_rows } => self.table(columns, rows, *total_rows),
            BlockContent::List { items } => {
                for item in items {
                    let indent = "  ".repeat(usize::try_from(item.level).unwrap_or(0).min(20));
                    self.terminal.line(format!("{indent}- {}", self.spans(&item.spans)));
                }
            }
            BlockContent::Chart { bars, unit } => {
                let longest = bars.iter().map(|bar| bar.label.chars().count()).max().unwrap_or(0);
                let greatest = bars.iter().map(|bar| bar.value).fold(0.0, f64::max);
                for bar in bars {
                    let label = clean(&bar.label);
                    let drawn = "█".repeat(bar_length(bar.value, greatest));
                    let padding = " ".repeat(longest.saturating_sub(label.chars().count()));
                    self.terminal.line(format!(
                        "{label}{padding}  {} {}{}",
                        self.terminal.paint(Style::Name, &drawn),
                        bar.value,
                        if unit.is_empty() { String::new() } else { format!(" {}", clean(unit)) }
                    ));
                }
            }
            BlockContent::Log { job, lines, truncated, .. } => {
                self.terminal.line(self.terminal.paint(Style::Dim, &format!("log of {}", clean(job))));
                for line in lines {
                    let style = if line.matters { Style::Bad } else { Style::Plain };
                    let number = self.terminal.paint(Style::Dim, &format!("{:>6}  ", line.number));
                    self.terminal.line(format!("{number}{}", self.terminal.paint(style, &clean(&line.text))));
                }
                if *truncated {
                    self.terminal.line(self.terminal.paint(Style::Dim, "        …"));
                }
            }
        }
    }

    fn table(&self, columns: &[String], rows: &[Vec<resync_api::agent::model::Cell>], total: u64) {
        let headings: Vec<_> = columns.iter().map(String::as_str).collect();
        let cells: Vec<Vec<_>> = rows
            .iter()
            .map(|row| row.iter().map(|cell| Cell::styled(&cell.value, status_style(&cell.value))).collect())
            .collect();
        self.terminal.table(&headings, &cells);
        let shown = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        if total > shown {
            let rest = format!("… {} of {total} shown", shown);
            self.terminal.line(self.terminal.paint(Style::Dim, &rest));
        }
    }

    pub(super) fn end(&mut self, answer: &Answer) {
        self.end_line();
        // A table of candidates says more than their labels.
        if !answer.candidates.is_empty() && self.blocks == 0 {
            self.terminal.line("");
            for candidate in &answer.candidates {
                self.terminal
                    .line(format!("  {}", self.terminal.paint(Style::Name, &clean(&candidate.label))));
            }
        }
        if self.evidence {
            self.terminal.line("");
            for citation in &self.citations {
                let from =
                    if citation.resource.is_empty() { &citation.tool_call_id } else { &citation.resource };
                let line = format!("[{}] {} = {} ({})", citation.id, citation.field, citation.value, from);
                self.terminal.line(self.terminal.paint(Style::Dim, &clean(&line)));
            }
        }
        self.terminal.line("");
        self.terminal.line(self.terminal.paint(Style::Dim, &clean(&footer(answer))));
    }

    fn end_line(&mut self) {
        if self.mid_line {
            self.terminal.line("");
            self.mid_line = false;
        }
    }

    fn spans(&self, spans: &[Span]) -> String {
        spans
            .iter()
            .map(|span| match span {
                Span::Text(text) => text.split('\n').map(clean).collect::<Vec<_>>().join("\n"),
                Span::Fact { value, .. } => {
                    let style = match status_style(value) {
                        Style::Plain => Style::Bold,
                        style => style,
                    };
                    self.terminal.paint(style, &clean(value))
                }
            })
            .collect()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a small constant width"
)]
fn bar_length(value: f64, greatest: f64) -> usize {
    if greatest <= 0.0 { 0 } else { ((value / greatest).clamp(0.0, 1.0) * BAR_WIDTH as f64).ceil() as usize }
}

/// Statuses look the same wherever they stand, in the plan's words or in those of an answer.
pub(crate) fn status_style(value: &str) -> Style {
    match value {
        "ERROR" | "ABEND" | "FAIL" | "BLOCKED" | "in error" | "stuck" | "com erro" | "em erro"
        | "bloqueado" => Style::Bad,
        "SUCCESSFUL" | "SUCC" | "successful" | "com sucesso" => Style::Good,
        "HELD" | "CANCELED" | "SUPPRESSED" | "UNDECIDED" | "held" | "canceled" | "suppressed" => Style::Warn,
        "RUNNING" | "READY" | "running" | "ready" | "em execução" => Style::Name,
        _ => Style::Plain,
    }
}

fn footer(answer: &Answer) -> String {
    let mut parts = vec![match answer.citations.len() {
        0 => "no plan facts".to_owned(),
        1 => "1 fact cited".to_owned(),
        count => format!("{count} facts cited"),
    }];
    if let Some(age) = answer.data_age {
        parts.push(format!("data at most {} old", short(age)));
    }
    if let Some(since) = answer.stale_since {
        parts.push(format!("engine unreachable since {}", since.format("%H:%M:%S UTC")));
    }
    parts.push(format!("conversation {}", answer.conversation_id));
    parts.join(" · ")
}

/// A span of time in one unit.
pub(crate) fn short(span: Duration) -> String {
    match span.as_secs() {
        0 => format!("{} ms", span.as_millis()),
        seconds @ 1..120 => format!("{seconds} s"),
        seconds @ 120..7_200 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}
