//! Documents survive the wire, and messages that break the contract are rejected with the name of the field.

use bytes::Bytes;
use chrono::DateTime;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use resync_api::documents::model::{
    Document, DocumentFormat, DocumentHeader, DocumentHit, DocumentIndex, DocumentProblem,
    DocumentSearchMethod, DocumentSource, Passage, SearchRequest, SearchResults, UploadPart,
};
use resync_api::proto::graph::v1 as proto;

fn document() -> impl Strategy<Value = Document> {
    let words = ("[a-z0-9]{1,9}", ".*", option::of(".*"));
    (words, 0_u64..1 << 40, any::<u16>(), 0_i64..4_000_000_000).prop_map(
        |((id, text, problem), size_bytes, count, seconds)| Document {
            id,
            name: text.clone(),
            title: text.clone(),
            format: DocumentFormat::Pdf,
            source: DocumentSource::Folder,
            size_bytes,
            sha256: text.clone(),
            passages: count.into(),
            pages: count.into(),
            stored_at: DateTime::from_timestamp(seconds, 5).expect("in range"),
            stored_by: text.clone(),
            problem: problem.map(|message| DocumentProblem { reason: text, message, hint: String::new() }),
        },
    )
}

fn hit() -> impl Strategy<Value = DocumentHit> {
    (".*", vec(".*", 0..3), option::of(1_u32..9_000), -1.0..1.0_f64).prop_map(
        |(text, section, page, score)| DocumentHit {
            passage: Passage {
                document_id: text.clone(),
                document_title: text.clone(),
                ordinal: page.unwrap_or_default(),
                section: section.clone(),
                page,
                citation: text.clone(),
                text,
            },
            score,
            matched_terms: section,
            similarity: page.map(|_| score),
        },
    )
}

proptest! {
    #[test]
    fn a_document_survives_the_wire_and_json(document in document()) {
        let message = proto::Document::from(document.clone());
        prop_assert_eq!(Document::try_from(message).expect("it was sent by us"), document.clone());
        let json = serde_json::to_string(&document).expect("serialises");
        prop_assert_eq!(serde_json::from_str::<Document>(&json).expect("parses"), document);
    }

    #[test]
    fn what_was_found_survives_the_wire(hits in vec(hit(), 0..4), degraded in option::of(".*")) {
        let results = SearchResults {
            terms: hits.iter().map(|hit| hit.passage.text.clone()).collect(),
            hits,
            method: DocumentSearchMethod::Fused,
            index: DocumentIndex { passages: 7, folder_problem: degraded.clone(), ..DocumentIndex::default() },
            degraded,
        };
        let message = proto::SearchDocumentsResponse::from(results.clone());
        prop_assert_eq!(SearchResults::try_from(message).expect("it was sent by us"), results);
    }
}

#[test]
fn messages_that_break_the_contract_name_the_field() {
    let search = |query: &str, limit| proto::SearchDocumentsRequest {
        query: query.to_owned(),
        limit,
        document_ids: Vec::new(),
    };
    assert_eq!(SearchRequest::try_from(search("", 1)).expect_err("nothing asked").field(), "query");
    assert_eq!(SearchRequest::try_from(search("agent", -1)).expect_err("negative").field(), "limit");

    let part = UploadPart::try_from(proto::UploadDocumentRequest { part: None });
    assert_eq!(part.expect_err("nothing sent").field(), "part");
    for sent in [
        UploadPart::Header(DocumentHeader { name: "a.md".to_owned(), title: String::new() }),
        UploadPart::Chunk(Bytes::from_static(b"text")),
    ] {
        let message = proto::UploadDocumentRequest::from(sent.clone());
        assert_eq!(UploadPart::try_from(message), Ok(sent));
    }
}
