//! Documents are kept, replaced and forgotten, and found again after restarts, damage and refusals.

use resync_api::documents::model::{DocumentUploadOutcome, GetDocument, ListDocuments};
use resync_fault::Fault as _;
use resync_knowledge_graph::documents::store::files::Bounds;
use resync_knowledge_graph::documents::{Error, Limits};

use crate::pdf::Pdf;
use crate::room::Place;

const AGENTS: &str =
    "# Agents\n\n## Unlinked\n\nLink the workstation again.\n\n## Down\n\nCall the night shift.\n";

#[tokio::test]
async fn an_upload_is_found_cited_replaced_and_forgotten() {
    let place = Place::new();
    let room = place.open().await;
    let first = room.upload("agents.md", AGENTS).await.expect("sound");
    assert_eq!(first.outcome, DocumentUploadOutcome::Created);
    assert_eq!((first.document.title.as_str(), first.document.passages), ("Agents", 2));
    assert_eq!((first.document.stored_by.as_str(), first.document.name.as_str()), ("ana", "agents.md"));
    assert_eq!(room.citations("who is called when it is down").await, ["Agents, Down"]);
    assert_eq!(
        room.upload("agents.md", AGENTS).await.expect("again").outcome,
        DocumentUploadOutcome::Unchanged
    );

    let manual = Pdf::new("Manual").page(&["Nothing here."]).page(&["Confirm the SUSPENDED job."]);
    room.upload("manual.pdf", manual.bytes()).await.expect("sound");
    let found = room.search("suspended jobs").await;
    assert_eq!(found.hits[0].passage.citation, "Manual, p. 2");
    assert_eq!(found.hits[0].matched_terms, ["suspended", "jobs"]);
    assert_eq!((found.index.documents, found.index.passages), (2, 4));

    let second = room.upload("agents.md", "# Agents\n\nAsk the network team.").await.expect("sound");
    assert_eq!((second.outcome, &second.document.id), (DocumentUploadOutcome::Replaced, &first.document.id));
    assert_eq!(room.citations("night shift").await, Vec::<String>::new());
    assert_eq!(room.citations("network").await, ["Agents"]);

    let by_name = GetDocument { document_id: "agents.md".to_owned(), ..GetDocument::default() };
    assert_eq!(room.handle.get(&by_name).await.expect("found by its name").document, second.document);
    room.handle.delete("agents.md").await.expect("it is kept");
    assert_eq!(room.citations("network").await, Vec::<String>::new());
    assert_eq!(
        room.handle.delete(&second.document.id).await.expect_err("gone").reason(),
        "DOCUMENT_NOT_FOUND"
    );
    assert_eq!(room.documents().len(), 1);
    room.close().await;
}

#[tokio::test]
async fn a_restart_keeps_everything_and_a_lost_index_is_made_again() {
    let place = Place::new();
    let room = place.open().await;
    let agents = room.upload("agents.md", AGENTS).await.expect("sound").document;
    room.upload("notes.txt", "The mainframe sleeps on Sundays.").await.expect("sound");
    room.close().await;

    let room = place.open().await;
    assert_eq!(room.handle.status().pending_documents, 0, "nothing is read twice");
    assert_eq!(room.citations("mainframe").await, ["notes.txt"]);
    room.close().await;

    std::fs::write(place.index().join("files/meta.json"), b"not json").expect("damaged");
    let room = place.open().await;
    room.until("a new index", |index| index.pending_documents == 0 && index.passages == 3).await;
    assert_eq!(room.citations("mainframe").await, ["notes.txt"]);
    assert_eq!(room.documents().iter().find(|document| document.id == agents.id), Some(&agents));
    room.close().await;

    std::fs::write(place.index().join("made-by"), b"0 of long ago").expect("of another version");
    let room = place.open().await;
    room.until("a new index", |index| index.pending_documents == 0 && index.passages == 3).await;
    let begun = room.handle.reindex();
    assert_eq!(begun.pending_documents, 2);
    room.until("everything read again", |index| index.pending_documents == 0).await;
    assert_eq!(room.citations("night shift").await, ["Agents, Down"]);
    room.close().await;
}

#[tokio::test]
async fn what_cannot_be_read_or_kept_is_refused_and_leaves_no_trace() {
    let place = Place { bounds: Bounds { bytes: 1 << 20, documents: 2 }, ..Place::new() };
    let room = place.open().await;
    let pdf = || Pdf::new("x").page(&["secret"]);
    let refusals = [
        ("locked.pdf", pdf().locked("hunter2"), "DOCUMENT_ENCRYPTED"),
        ("broken.pdf", pdf().bytes().slice(..200), "DOCUMENT_UNREADABLE"),
        ("empty.md", "\n\n".into(), "DOCUMENT_EMPTY"),
        ("scan.pdf", Pdf::new("x").page(&[]).bytes(), "DOCUMENT_EMPTY"),
        ("notes.docx", "text".into(), "DOCUMENT_FORMAT_UNKNOWN"),
        ("../notes.md", "text".into(), "DOCUMENT_NAME_INVALID"),
        ("large.md", vec![b'x'; 50 << 20].into(), "DOCUMENT_TOO_LARGE"),
        ("full.md", format!("# Full\n{}", "word ".repeat(300_000)).into(), "DOCUMENT_STORE_FULL"),
    ];
    for (name, content, reason) in refusals {
        let error = room.upload(name, content).await.expect_err(name);
        assert_eq!(error.reason(), reason, "{name}");
        assert!(error.hint().is_some(), "{name}");
    }
    assert_eq!((room.documents().len(), room.handle.status().passages), (0, 0));
    for name in ["a.md", "b.md"] {
        room.upload(name, format!("document {name}")).await.expect("there is room");
    }
    let full = room.upload("c.md", "document c").await.expect_err("a third");
    assert!(matches!(full, Error::StoreFull { .. }));
    room.close().await;
}

#[tokio::test]
async fn lists_and_texts_come_in_pages() {
    let place = Place { limits: Limits { passage_bytes: 64, ..Limits::default() }, ..Place::new() };
    let room = place.open().await;
    for name in ["b.txt", "c.txt", "a.txt"] {
        room.upload(name, "One sentence of this text is here. ".repeat(9)).await.expect("sound");
    }
    let mut request = ListDocuments { page_size: 2, page_token: String::new() };
    let page = room.handle.list(&request).expect("the first");
    let names: Vec<_> = page.documents.iter().map(|document| document.name.as_str()).collect();
    assert_eq!((names, page.total_size), (vec!["a.txt", "b.txt"], 3));
    request.page_token = page.next_page_token;
    let page = room.handle.list(&request).expect("the second");
    assert_eq!((page.documents.len(), page.next_page_token.as_str()), (1, ""));
    request.page_token = "nonsense".to_owned();
    assert_eq!(room.handle.list(&request), Err(Error::PageTokenInvalid));

    let mut request =
        GetDocument { document_id: page.documents[0].id.clone(), page_size: 5, page_token: String::new() };
    let mut seen = 0;
    loop {
        let text = room.handle.get(&request).await.expect("it is kept");
        for passage in text.passages {
            assert_eq!(passage.ordinal, seen);
            seen += 1;
        }
        if text.next_page_token.is_empty() {
            assert_eq!(seen, text.document.passages);
            break;
        }
        request.page_token = text.next_page_token;
    }
    room.close().await;
}

#[tokio::test]
async fn uploads_beyond_the_bound_are_refused_with_a_retry_hint() {
    let place = Place { limits: Limits { uploads: 1, ..Limits::default() }, ..Place::new() };
    let room = place.open().await;
    let header =
        || resync_api::documents::model::DocumentHeader { name: "a.md".to_owned(), title: "A".to_owned() };
    let first = room.handle.upload(header()).expect("a place");
    let refused = room.handle.upload(header()).expect_err("no place");
    assert_eq!((refused.reason(), refused.retryable()), ("DOCUMENTS_BUSY", true));
    drop(first);
    assert!(room.handle.upload(header()).is_ok());
    room.close().await;
}
