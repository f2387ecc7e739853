//! Blocks for a Slack incoming webhook. The header and the line for notifications hold counts only; what comes from
//! outside stands in text elements of a rich text block, which are shown as they are.

use serde_json::{Value, json};

use super::LINES;
use crate::notify::message::{Line, Message, Tone};

/// Slack's bound on the text of a header.
const HEADER_CHARS: usize = 150;

fn mark(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "red_circle",
        Tone::Warning => "large_yellow_circle",
        Tone::Good => "large_green_circle",
        Tone::Plain => "white_circle",
    }
}

fn row(line: &Line) -> Value {
    json!({
        "type": "rich_text_section",
        "elements": [
            { "type": "emoji", "name": mark(line.tone) },
            { "type": "text", "text": format!(" {} ", line.word), "style": { "bold": true } },
            { "type": "text", "text": line.text },
        ],
    })
}

pub(super) fn of(message: &Message) -> Value {
    let headline = format!("Resync: {}", message.summary());
    let (lines, more) = message.lines(LINES);
    let mut elements: Vec<Value> = lines.iter().map(row).collect();
    if more > 0 {
        let rest = json!({ "type": "text", "text": format!("and {more} more"), "style": { "italic": true } });
        elements.push(json!({ "type": "rich_text_section", "elements": [rest] }));
    }
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": headline.chars().take(HEADER_CHARS).collect::<String>(), "emoji": false },
    })];
    if !elements.is_empty() {
        let list = json!({ "type": "rich_text_list", "style": "bullet", "indent": 0, "elements": elements });
        blocks.push(json!({ "type": "rich_text", "elements": [list] }));
    }
    json!({ "text": headline, "blocks": blocks, "unfurl_links": false, "unfurl_media": false })
}
