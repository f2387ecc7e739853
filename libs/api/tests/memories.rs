//! Memories survive the wire and JSON, and messages that break the contract are refused by the name of the field.

use chrono::{DateTime, Utc};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::agent::model::Language;
use resync_api::memories::model::{
    CorrectionProposal, ListMemories, Memory, MemoryAction, MemoryConflict, MemoryContradiction,
    MemoryCorrection, MemoryDecision, MemoryKind, MemoryObject, MemoryProposal, MemoryReview, MemoryScope,
    MemorySource, MemorySourceKind, MemoryState, RecallRequest, Recalled, RecalledObject,
};
use resync_api::proto::graph::v1 as proto;
use resync_api::tws::model::ObjectKind;

fn time() -> impl Strategy<Value = DateTime<Utc>> {
    (0_i64..4_000_000_000, 0_u32..1_000_000_000)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("in range"))
}

fn words() -> impl Strategy<Value = String> {
    "[a-zé#*]{1,9}( [A-Z0-9]{1,9}){0,3}"
}

fn scope() -> impl Strategy<Value = MemoryScope> {
    let kind = prop_oneof![Just(ObjectKind::Job), Just(ObjectKind::Workstation), Just(ObjectKind::User)];
    let about = (kind, words()).prop_map(|(kind, name)| MemoryObject { kind, name });
    ("[a-z]{0,9}", option::of(about)).prop_map(|(engine, about)| MemoryScope { engine, about })
}

fn source() -> impl Strategy<Value = MemorySource> {
    let kind = prop_oneof![
        Just(MemorySourceKind::Person),
        Just(MemorySourceKind::Conversation),
        Just(MemorySourceKind::Answer)
    ];
    (kind, "[a-z0-9-]{0,20}").prop_map(|(kind, conversation_id)| MemorySource { kind, conversation_id })
}

fn correction() -> impl Strategy<Value = MemoryCorrection> {
    (words(), any::<bool>(), words(), option::of(words())).prop_map(|(question, english, query, note)| {
        let language = if english { Language::English } else { Language::Portuguese };
        MemoryCorrection { question, language, intended_query: query, note: note.unwrap_or_default() }
    })
}

fn review() -> impl Strategy<Value = MemoryReview> {
    (words(), time(), words()).prop_map(|(by, at, reason)| MemoryReview {
        by,
        at,
        action: MemoryAction::Edit,
        before: reason.clone(),
        reason,
    })
}

fn memory() -> impl Strategy<Value = Memory> {
    let state = prop_oneof![
        Just(MemoryState::Proposed),
        Just(MemoryState::Approved),
        Just(MemoryState::Rejected),
        Just(MemoryState::Expired),
        Just(MemoryState::Quarantined)
    ];
    let what = (words(), option::of(correction()), scope(), source(), state);
    (what, 0_u32..=100, 1_u64..1 << 40, time(), option::of(time()), vec(review(), 0..3)).prop_map(
        |(
            (text, correction, scope, source, state),
            confidence,
            revision,
            created_at,
            expires_at,
            reviews,
        )| {
            let contradictions = reviews
                .iter()
                .map(|review| MemoryContradiction {
                    memory_id: review.by.clone(),
                    conflict: MemoryConflict::Opposite,
                    own_words: review.reason.clone(),
                    other_words: String::new(),
                })
                .collect();
            let kind = if correction.is_some() { MemoryKind::Correction } else { MemoryKind::Fact };
            Memory {
                id: text.clone(),
                kind,
                text,
                correction,
                scope,
                source,
                // What people say is a round number; JSON need not keep the last bit of others.
                confidence: f64::from(confidence) / 100.0,
                state,
                revision,
                proposed_by: "ana".to_owned(),
                created_at,
                expires_at,
                reviews,
                contradictions,
            }
        },
    )
}

proptest! {
    #[test]
    fn a_memory_survives_the_wire_and_json(memory in memory()) {
        let message = proto::Memory::from(memory.clone());
        prop_assert_eq!(Memory::try_from(message).expect("it was sent by us"), memory.clone());
        let json = serde_json::to_string(&memory).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<Memory>(&json).expect("parses"), memory);
    }

    #[test]
    fn requests_survive_the_wire(
        text in words(), scope in scope(), source in source(), correction in correction(),
        expires_at in option::of(time()), confidence in option::of(0.0..=1.0_f64), recalled in vec(memory(), 0..3),
    ) {
        let proposal = MemoryProposal {
            text: text.clone(), scope: scope.clone(), source: source.clone(), confidence, expires_at,
        };
        let message = proto::ProposeMemoryRequest::from(proposal.clone());
        prop_assert_eq!(MemoryProposal::try_from(message), Ok(proposal));

        let proposal =
            CorrectionProposal { correction, engine: scope.engine.clone(), source, confidence, expires_at };
        let message = proto::ProposeCorrectionRequest::from(proposal.clone());
        prop_assert_eq!(CorrectionProposal::try_from(message), Ok(proposal));

        let decision = MemoryDecision {
            memory_id: "m".to_owned(), action: MemoryAction::Quarantine, reason: text.clone(),
            expected_revision: 7, text: text.clone(), intended_query: text.clone(), expires_at,
        };
        let message = proto::ReviewMemoryRequest::from(decision.clone());
        prop_assert_eq!(MemoryDecision::try_from(message), Ok(decision));

        let list = ListMemories {
            engine: scope.engine, state: Some(MemoryState::Expired), kind: Some(MemoryKind::Correction),
            about: scope.about.clone(), page_size: 9, page_token: text.clone(),
        };
        let message = proto::ListMemoriesRequest::from(list.clone());
        prop_assert_eq!(ListMemories::try_from(message), Ok(list));

        let objects = scope.about.into_iter().map(|about| RecalledObject {
            kind: about.kind, key: about.name.clone(), object_name: about.name,
        });
        let recall = RecallRequest {
            engine: "prod".to_owned(), objects: objects.collect(), general: true, question: text, limit: 3,
        };
        let message = proto::RecallMemoriesRequest::from(recall.clone());
        prop_assert_eq!(RecallRequest::try_from(message), Ok(recall));

        let answer = Recalled { corrections: recalled.clone(), memories: recalled, truncated: true };
        let message = proto::RecallMemoriesResponse::from(answer.clone());
        prop_assert_eq!(Recalled::try_from(message), Ok(answer));
    }
}

#[test]
fn texts_that_are_too_long_or_hide_something_are_refused_by_name() {
    let propose = |text: &str| {
        let message = proto::ProposeMemoryRequest { text: text.to_owned(), ..Default::default() };
        MemoryProposal::try_from(message).map(|proposal| proposal.text).map_err(|error| error.field())
    };
    assert_eq!(propose(" PAYROLL may run twice \n"), Ok("PAYROLL may run twice".to_owned()));
    assert_eq!(propose("é".repeat(1_000).as_str()).map(|text| text.len()), Ok(2_000));
    let bad = ["", " \n", "a\u{1b}[2Jb", "a\nb", "a\u{202e}b", "a\u{2028}b", &"x".repeat(1_001)];
    for text in bad {
        assert_eq!(propose(text), Err("text"), "{text:?}");
    }

    let message = proto::ProposeMemoryRequest {
        text: "x".to_owned(),
        confidence: Some(f64::NAN),
        ..Default::default()
    };
    assert_eq!(MemoryProposal::try_from(message).expect_err("no number").field(), "confidence");

    let correction = |intended_query: &str, note: &str| proto::ProposeCorrectionRequest {
        correction: Some(proto::MemoryCorrection {
            question: "q".to_owned(),
            language: "en".to_owned(),
            intended_query: intended_query.to_owned(),
            note: note.to_owned(),
        }),
        ..Default::default()
    };
    assert!(CorrectionProposal::try_from(correction("", "a note")).is_ok());
    let nothing = CorrectionProposal::try_from(correction("", " "));
    assert_eq!(nothing.expect_err("says nothing").field(), "correction.intended_query");

    let review = |action, reason: &str, expected_revision| proto::ReviewMemoryRequest {
        memory_id: "m".to_owned(),
        action,
        reason: reason.to_owned(),
        expected_revision,
        ..Default::default()
    };
    assert!(MemoryDecision::try_from(review(1, "", 1)).is_ok());
    let unexplained = MemoryDecision::try_from(review(3, "", 1));
    assert_eq!(unexplained.expect_err("no reason").field(), "reason");
    let unseen = MemoryDecision::try_from(review(1, "", 0));
    assert_eq!(unseen.expect_err("no revision").field(), "expected_revision");
}
