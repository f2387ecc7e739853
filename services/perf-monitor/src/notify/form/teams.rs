//! An Adaptive Card in the envelope that the webhook trigger of a Teams workflow takes. Text blocks read Markdown, so they
//! hold words of ours only; what comes from outside stands in text runs, which do not.

use serde_json::{Value, json};

use super::LINES;
use crate::notify::message::{Line, Message, Tone};

fn color(tone: Tone) -> &'static str {
    match tone {
        Tone::Bad => "Attention",
        Tone::Warning => "Warning",
        Tone::Good => "Good",
        Tone::Plain => "Default",
    }
}

fn row(line: &Line) -> Value {
    json!({
        "type": "RichTextBlock",
        "spacing": "Small",
        "inlines": [
            { "type": "TextRun", "text": format!("{} ", line.word), "weight": "Bolder", "color": color(line.tone) },
            { "type": "TextRun", "text": line.text },
        ],
    })
}

pub(super) fn of(message: &Message) -> Value {
    let (lines, more) = message.lines(LINES);
    let mut body = vec![json!({
        "type": "TextBlock",
        "text": format!("Resync: {}", message.summary()),
        "weight": "Bolder",
        "size": "Medium",
        "color": color(message.tone()),
        "wrap": true,
    })];
    body.extend(lines.iter().map(row));
    if more > 0 {
        body.push(json!({ "type": "TextBlock", "text": format!("and {more} more"), "isSubtle": true }));
    }
    let time = message.made_at.format("%Y-%m-%d %H:%M:%S UTC").to_string();
    body.push(json!({ "type": "TextBlock", "text": time, "isSubtle": true, "size": "Small" }));
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "body": body,
            },
        }],
    })
}
