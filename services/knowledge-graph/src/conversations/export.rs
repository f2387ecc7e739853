//! A conversation as a file: Markdown for people, JSON lines for programs.

use std::fmt::Write as _;

use bytes::Bytes;
use futures::stream::{self, Stream};
use resync_api::conversations::model::{
    Conversation, ConversationExportFormat, ConversationTurn, ExportConversation,
};

use super::{ConversationError, Conversations};
use crate::store::StoreError;

/// Turns of one part.
const PAGE: u32 = 50;

impl Conversations {
    /// A conversation of `owner` in parts of whole turns, the oldest first. A turn that is added meanwhile may or may not be
    /// in it.
    ///
    /// # Errors
    /// When `owner` has none of that name.
    pub async fn export(
        &self,
        owner: &str,
        request: ExportConversation,
    ) -> Result<impl Stream<Item = Result<Bytes, ConversationError>> + Send + use<>, ConversationError> {
        let ExportConversation { conversation_id, format } = request;
        let conversation = self.conversation(owner, &conversation_id).await?;
        let (all, owner) = (self.clone(), owner.to_owned());
        let begin = Some((String::new(), true));
        Ok(stream::try_unfold(begin, move |state| {
            let (all, owner, conversation) = (all.clone(), owner.clone(), conversation.clone());
            async move {
                let Some((token, first)) = state else { return Ok(None) };
                let (turns, next) = all.turns(&owner, &conversation.id, PAGE, &token).await?;
                let mut text = String::new();
                match format {
                    ConversationExportFormat::JsonLines => json_lines(&mut text, &turns)?,
                    ConversationExportFormat::Markdown => {
                        if first {
                            heading(&mut text, &conversation);
                        }
                        turns.iter().for_each(|turn| section(&mut text, turn));
                    }
                }
                let next = (!next.is_empty()).then_some((next, false));
                Ok(Some((Bytes::from(text), next)))
            }
        }))
    }
}

fn json_lines(text: &mut String, turns: &[ConversationTurn]) -> Result<(), StoreError> {
    for turn in turns {
        let line = serde_json::to_string(turn)
            .map_err(|error| StoreError::Defect { store: "conversations", cause: error.to_string() })?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(())
}

/// Writing to a string cannot fail.
macro_rules! line {
    ($text:expr, $($part:tt)*) => {
        let _ = writeln!($text, $($part)*);
    };
}

fn heading(text: &mut String, conversation: &Conversation) {
    let Conversation { id, started_at, last_turn_at, turns, kept_turns, .. } = conversation;
    line!(text, "# Conversation {}\n", inert(id));
    line!(text, "From {} to {}.\n", started_at.to_rfc3339(), last_turn_at.to_rfc3339());
    if kept_turns < turns {
        line!(text, "The last {kept_turns} of {turns} turns are kept.\n");
    }
}

fn section(text: &mut String, turn: &ConversationTurn) {
    line!(text, "## {}. {}\n", turn.number, turn.at.to_rfc3339());
    for said in turn.question.lines() {
        line!(text, "> {}", inert(said));
    }
    line!(text, "\n{}\n", turn.markdown.trim_end());
    if turn.shortened {
        line!(text, "*This turn was too long to be kept whole.*\n");
    }
    let mut facts = vec![format!("Engine: {}", inert(&turn.engine))];
    if let Some(age) = turn.data_age {
        facts.push(format!("Age of the data: {} s", age.as_secs()));
    }
    if let Some(since) = turn.stale_since {
        facts.push(format!("The engine could not be reached since: {}", since.to_rfc3339()));
    }
    facts.push(format!("Understood as: {}", inert(&turn.interpretation)));
    for citation in &turn.citations {
        let place = if citation.resource.is_empty() { "the whole plan" } else { &citation.resource };
        facts.push(format!(
            "Evidence {}: {} ({} of {})",
            inert(&citation.id),
            inert(&citation.value),
            inert(&citation.field),
            inert(place)
        ));
    }
    for fact in facts {
        line!(text, "- {fact}");
    }
    text.push('\n');
}

/// A text of people or of the plan in one line, with nothing that Markdown would take for more than letters.
fn inert(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => shown.push(' '),
            control if control.is_control() => {}
            mark if mark.is_ascii_punctuation()
                && !matches!(mark, ',' | '.' | ':' | ';' | '/' | '\'' | '?') =>
            {
                shown.extend(['\\', mark]);
            }
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_no_markdown() {
        let shown = inert("<b>#1</b> [x](http://y) `z`\n- *w* \u{1b}[31m");
        let parsed = pulldown_cmark::Parser::new(&shown);
        let only_text = parsed.into_iter().all(|event| {
            use pulldown_cmark::{Event, Tag, TagEnd};
            matches!(event, Event::Text(_) | Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph))
        });
        assert!(only_text, "{shown}");
        assert!(!shown.contains('\u{1b}') && !shown.contains('\n'));
    }
}
