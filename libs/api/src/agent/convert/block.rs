//! Structured parts of an answer: between domain and Protobuf.

use crate::agent::model::{Bar, Block, BlockContent, Cell, ListItem, LogLine};
use crate::proto::agent::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{all, into_all, required, to_i32, to_u32};

impl From<Block> for proto::Block {
    fn from(value: Block) -> Self {
        let Block { id, title, content } = value;
        let block = match content {
            BlockContent::Table { columns, rows, total_rows } => {
                let rows = rows.into_iter().map(|cells| proto::Row { cells: into_all(cells) }).collect();
                proto::block::Block::Table(proto::Table { columns, rows, total_rows })
            }
            BlockContent::List { items } => {
                proto::block::Block::List(proto::BulletList { items: into_all(items) })
            }
            BlockContent::Chart { bars, unit } => {
                proto::block::Block::Chart(proto::Chart { bars: into_all(bars), unit })
            }
            BlockContent::Log { job, citation_id, lines, truncated } => {
                let first_line = lines.first().map_or(0, |line| to_i32(line.number));
                proto::block::Block::Log(proto::LogExcerpt {
                    job,
                    citation_id,
                    first_line,
                    lines: into_all(lines),
                    truncated,
                })
            }
        };
        Self { id, title, block: Some(block) }
    }
}

impl TryFrom<proto::Block> for Block {
    type Error = ProtocolError;

    fn try_from(value: proto::Block) -> Result<Self, ProtocolError> {
        let proto::Block { id, title, block } = value;
        let content = match required(block, "block")? {
            proto::block::Block::Table(proto::Table { columns, rows, total_rows }) => {
                let rows = rows.into_iter().map(|proto::Row { cells }| into_all(cells)).collect();
                BlockContent::Table { columns, rows, total_rows }
            }
            proto::block::Block::List(proto::BulletList { items }) => {
                BlockContent::List { items: all(items)? }
            }
            proto::block::Block::Chart(proto::Chart { bars, unit }) => {
                BlockContent::Chart { bars: into_all(bars), unit }
            }
            proto::block::Block::Log(proto::LogExcerpt {
                job,
                citation_id,
                first_line: _,
                lines,
                truncated,
            }) => BlockContent::Log { job, citation_id, lines: all(lines)?, truncated },
        };
        Ok(Self { id, title, content })
    }
}

impl From<Cell> for proto::Cell {
    fn from(Cell { value, citation_id }: Cell) -> Self {
        Self { value, citation_id }
    }
}

impl From<proto::Cell> for Cell {
    fn from(proto::Cell { value, citation_id }: proto::Cell) -> Self {
        Self { value, citation_id }
    }
}

impl From<ListItem> for proto::BulletItem {
    fn from(ListItem { spans, level }: ListItem) -> Self {
        Self { spans: into_all(spans), level: to_i32(level) }
    }
}

impl TryFrom<proto::BulletItem> for ListItem {
    type Error = ProtocolError;

    fn try_from(value: proto::BulletItem) -> Result<Self, ProtocolError> {
        let proto::BulletItem { spans, level } = value;
        Ok(Self { spans: all(spans)?, level: to_u32(level, "level")? })
    }
}

impl From<Bar> for proto::Bar {
    fn from(Bar { label, value, citation_id }: Bar) -> Self {
        Self { label, value, citation_id }
    }
}

impl From<proto::Bar> for Bar {
    fn from(proto::Bar { label, value, citation_id }: proto::Bar) -> Self {
        Self { label, value, citation_id }
    }
}

impl From<LogLine> for proto::LogLine {
    fn from(LogLine { number, text, matters }: LogLine) -> Self {
        Self { text, matters, number: to_i32(number) }
    }
}

impl TryFrom<proto::LogLine> for LogLine {
    type Error = ProtocolError;

    fn try_from(value: proto::LogLine) -> Result<Self, ProtocolError> {
        let proto::LogLine { text, matters, number } = value;
        Ok(Self { number: to_u32(number, "number")?, text, matters })
    }
}
