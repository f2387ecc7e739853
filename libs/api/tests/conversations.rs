//! Conversations survive the wire, and messages that break the contract are rejected with the name of the field.

use std::time::Duration;

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::agent::model::{AnswerKind, Citation, Language};
use resync_api::conversations::model::{
    AppendTurn, Conversation, ConversationExportFormat, ConversationText, ConversationTurn,
    ExportConversation, GetConversation, LoadTurns, RememberedTurn,
};
use resync_api::proto::graph::v1 as proto;
use serde_json::{Map, json};

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn kind() -> impl Strategy<Value = AnswerKind> {
    use AnswerKind::*;
    prop::sample::select(vec![Answer, Clarification, NotFound, Refusal, Proposal])
}

fn citation() -> impl Strategy<Value = Citation> {
    (".*", ".*", option::of(time())).prop_map(|(id, value, observed_at)| Citation {
        tool_call_id: id.clone(),
        resource: id.clone(),
        field: value.clone(),
        id,
        value,
        observed_at,
    })
}

fn turn() -> impl Strategy<Value = ConversationTurn> {
    let words = ("[a-z0-9-]{1,36}", ".*", ".*", vec(citation(), 0..3));
    let rest = (kind(), time(), option::of(0_u64..1 << 30), any::<bool>(), 0_u32..1 << 30);
    (words, rest).prop_map(|((id, question, markdown, citations), (kind, at, age, flag, number))| {
        ConversationTurn {
            id,
            number,
            at,
            interpretation: question.clone(),
            engine: question.clone(),
            mode: question.clone(),
            question,
            kind,
            markdown,
            citations,
            data_age: age.map(Duration::from_millis),
            stale_since: flag.then_some(at),
            language: if flag { Language::Portuguese } else { Language::English },
            shortened: flag,
        }
    })
}

proptest! {
    #[test]
    fn a_conversation_survives_the_wire_and_its_turns_json(
        turns in vec(turn(), 0..4), title in ".*", at in time(), number in 0_u32..1 << 30,
    ) {
        let conversation = Conversation {
            id: "c".to_owned(),
            engine: title.clone(),
            title,
            started_at: at,
            last_turn_at: at,
            turns: number,
            kept_turns: number,
        };
        let text = ConversationText { conversation, turns, next_page_token: "next".to_owned() };
        let message = proto::GetConversationResponse::from(text.clone());
        prop_assert_eq!(ConversationText::try_from(message).expect("it was sent by us"), text.clone());
        let json = serde_json::to_string(&text.turns).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<Vec<ConversationTurn>>(&json).expect("parses"), text.turns);
    }

    #[test]
    fn a_turn_to_be_kept_survives_the_wire(turn in turn(), follows in 0_u32..1 << 30, word in ".*") {
        let context = Map::from_iter([("version".to_owned(), json!(1)), ("word".to_owned(), json!(word))]);
        let append =
            AppendTurn { conversation_id: "c".to_owned(), turn, context: context.clone(), follows };
        let message = proto::AppendTurnRequest::from(append.clone());
        prop_assert_eq!(AppendTurn::try_from(message).expect("it was sent by us"), append);
        let remembered = RememberedTurn { number: follows, context };
        let message = proto::RememberedTurn::from(remembered.clone());
        prop_assert_eq!(RememberedTurn::try_from(message).expect("it was sent by us"), remembered);
    }
}

#[test]
fn messages_that_break_the_contract_name_the_field() {
    let id = "c".to_owned();
    for long in [String::new(), "x".repeat(65)] {
        let get = proto::GetConversationRequest { conversation_id: long.clone(), ..Default::default() };
        assert_eq!(GetConversation::try_from(get).expect_err("no id").field(), "conversation_id");
        let delete = proto::DeleteConversationRequest { conversation_id: long };
        assert_eq!(String::try_from(delete).expect_err("no id").field(), "conversation_id");
    }
    let export = proto::ExportConversationRequest { conversation_id: id.clone(), format: 0 };
    assert_eq!(ExportConversation::try_from(export).expect_err("no format").field(), "format");
    let load = proto::LoadTurnsRequest { conversation_id: id.clone(), limit: -1 };
    assert_eq!(LoadTurns::try_from(load).expect_err("negative").field(), "limit");
    let append = proto::AppendTurnRequest { conversation_id: id.clone(), ..Default::default() };
    assert_eq!(AppendTurn::try_from(append).expect_err("no turn").field(), "turn");
    for context_json in ["[]".to_owned(), "{".to_owned(), format!("{{\"x\":\"{}\"}}", "x".repeat(65_536))] {
        let remembered = proto::RememberedTurn { number: 1, context_json };
        assert_eq!(RememberedTurn::try_from(remembered).expect_err("no object").field(), "context_json");
    }
    for format in [ConversationExportFormat::Markdown, ConversationExportFormat::JsonLines] {
        let export = ExportConversation { conversation_id: id.clone(), format };
        let message = proto::ExportConversationRequest::from(export.clone());
        assert_eq!(ExportConversation::try_from(message), Ok(export));
    }
}
