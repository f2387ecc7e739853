//! Conversations and turns as records, without secrets and within their bound.

use resync_api::conversations::model::{Conversation, ConversationTurn};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::audit::mask::{mask_map, mask_text};
use crate::store::schema::{CONVERSATION, CONVERSATION_TURN};
use crate::store::{Record, StoreError};

/// Of a conversation's title.
const TITLE_BYTES: usize = 200;
/// Of texts of a turn that are short by nature.
const NAME_BYTES: usize = 200;

/// What the record of a turn holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptTurn {
    pub(super) turn: ConversationTurn,
    /// The agent's own.
    pub(super) context: Map<String, Value>,
}

/// Names a conversation among everybody's: two owners' never meet, whatever they are called.
pub(super) fn key(owner: &str, conversation_id: &str) -> String {
    Value::from([owner, conversation_id].as_slice()).to_string()
}

/// Names a turn; the same turn always has the same name.
pub(super) fn turn_key(owner: &str, conversation_id: &str, turn_id: &str) -> String {
    Value::from([owner, conversation_id, turn_id].as_slice()).to_string()
}

/// The record of a conversation, as new, or over an earlier one.
pub(super) fn conversation(
    owner: &str,
    conversation: &Conversation,
    revision: i64,
) -> Result<Record, StoreError> {
    let record = Record::new(CONVERSATION, key(owner, &conversation.id), body(conversation)?)
        .with("owner", owner)
        .with("last_at", conversation.last_turn_at);
    Ok(Record { revision, ..record })
}

/// The record of a turn.
pub(super) fn turn(owner: &str, conversation_id: &str, kept: &KeptTurn) -> Result<Record, StoreError> {
    let own = turn_key(owner, conversation_id, &kept.turn.id);
    Ok(Record::new(CONVERSATION_TURN, own, body(kept)?)
        .with("conversation", key(owner, conversation_id))
        .with("number", i64::from(kept.turn.number)))
}

/// What a record of this product holds.
pub(super) fn read<T: DeserializeOwned>(record: &Record) -> Result<T, StoreError> {
    serde_json::from_str(&record.body).map_err(|error| StoreError::Foreign {
        store: "conversations",
        cause: format!("{} {}: {error}", record.collection.0, record.key),
    })
}

fn body(what: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what)
        .map_err(|error| StoreError::Defect { store: "conversations", cause: error.to_string() })
}

/// The title that a first question gives.
pub(super) fn title(question: &str) -> String {
    let line = question.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.len() <= TITLE_BYTES {
        return line;
    }
    format!("{}…", &line[..line.floor_char_boundary(TITLE_BYTES)])
}

/// A turn as it is kept: without secrets, and within `most` bytes of text.
pub(super) fn kept(mut turn: ConversationTurn, mut context: Map<String, Value>, most: usize) -> KeptTurn {
    let own = [&mut turn.question, &mut turn.markdown, &mut turn.interpretation];
    let cited = turn.citations.iter_mut().map(|citation| &mut citation.value);
    own.into_iter().chain(cited).for_each(mask_text);
    mask_map(&mut context);
    fit(&mut turn, most);
    KeptTurn { turn, context }
}

/// Leaves out what is beyond the bound, the most telling parts last.
fn fit(turn: &mut ConversationTurn, most: usize) {
    let mut left = most;
    let mut cut = false;
    for name in [&mut turn.engine, &mut turn.mode] {
        cut |= shorten(name, NAME_BYTES);
    }
    for text in [&mut turn.question, &mut turn.interpretation, &mut turn.markdown] {
        cut |= shorten(text, left);
        left -= text.len();
    }
    let before = turn.citations.len();
    turn.citations.retain(|citation| {
        let parts =
            [&citation.id, &citation.tool_call_id, &citation.resource, &citation.field, &citation.value];
        let size: usize = parts.iter().map(|part| part.len()).sum();
        let fits = size <= left;
        // Nothing that comes after one that is left out.
        left = if fits { left - size } else { 0 };
        fits
    });
    turn.shortened |= cut || turn.citations.len() < before;
}

fn shorten(text: &mut String, most: usize) -> bool {
    let cut = text.len() > most;
    if cut {
        text.truncate(text.floor_char_boundary(most));
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use resync_api::agent::model::{AnswerKind, Citation, Language};
    use serde_json::json;

    fn turn() -> ConversationTurn {
        let citation = Citation {
            id: "c1".to_owned(),
            tool_call_id: "t1".to_owned(),
            resource: String::new(),
            field: "/total".to_owned(),
            value: "password=hunter2".to_owned(),
            observed_at: None,
        };
        ConversationTurn {
            id: "turn".to_owned(),
            number: 1,
            at: DateTime::UNIX_EPOCH,
            question: "por que senha: hunter2 não é aceita?".to_owned(),
            kind: AnswerKind::Answer,
            markdown: "é ".repeat(100),
            citations: vec![citation.clone(), citation],
            interpretation: "detail".to_owned(),
            data_age: None,
            stale_since: None,
            engine: "default".to_owned(),
            mode: "engine".to_owned(),
            language: Language::Portuguese,
            shortened: false,
        }
    }

    #[test]
    fn no_secret_is_kept_anywhere_and_the_context_stays_json() {
        let context = json!({"version": 1, "turn": {"choices": [{"question": "token=hunter2 again?"}]}});
        let context = context.as_object().cloned().unwrap_or_default();
        let kept = kept(turn(), context, 1 << 20);
        let body = body(&kept).unwrap();
        assert!(!body.contains("hunter2"), "{body}");
        assert!(!kept.turn.shortened);
        assert_eq!(kept.context["turn"]["choices"][0]["question"], "token=*** again?");
    }

    #[test]
    fn a_turn_beyond_the_bound_loses_citations_first_and_the_question_last() {
        let whole = kept(turn(), Map::new(), 1 << 20).turn;
        let texts = whole.question.len() + whole.interpretation.len() + whole.markdown.len();
        let one_citation = kept(turn(), Map::new(), texts + 40).turn;
        assert_eq!((one_citation.citations.len(), one_citation.shortened), (1, true));
        assert_eq!(one_citation.markdown, whole.markdown);
        let short = kept(turn(), Map::new(), texts - 2).turn;
        // Letters of two bytes are not cut in the middle.
        assert_eq!((short.citations.len(), short.markdown.len()), (0, whole.markdown.len() - 3));
        let none = kept(turn(), Map::new(), 10).turn;
        assert_eq!((none.question.len(), none.markdown.as_str(), none.shortened), (10, "", true));
    }
}
