//! Reading in a process of its own: what comes back from sound documents, and what of those made to hurt.

use std::time::Duration;

use bytes::Bytes;
use resync_api::documents::model::DocumentFormat;
use resync_fault::Fault;
use resync_knowledge_graph::documents::Error;
use resync_knowledge_graph::documents::reader::outline::{BlockKind, Outline};
use resync_knowledge_graph::documents::reader::{Reader, ReaderConfig};

use crate::pdf::Pdf;

pub(crate) fn config() -> ReaderConfig {
    ReaderConfig::new(env!("CARGO_BIN_EXE_resync-document-reader").into(), Vec::new())
}

/// A reader with little memory and text, and so much time.
fn strict(seconds: u64) -> Reader {
    Reader::new(ReaderConfig {
        time: Duration::from_secs(seconds),
        memory_bytes: 96 << 20,
        text_bytes: 64 << 10,
        ..config()
    })
}

fn seen(outline: &Outline) -> Vec<(BlockKind, &str, Option<u32>)> {
    outline.blocks.iter().map(|block| (block.kind, block.text.as_str(), block.page)).collect()
}

#[tokio::test]
async fn a_pdf_is_read_page_by_page_with_its_bookmarks_as_headings() {
    let mut pdf = Pdf::new("HWA manual")
        .page(&["Recovering agents", "Check the link first. It is usu-", "ally the network."])
        .page(&["Limits", "The execução limit is 10.", "1.2 Not a bookmark"]);
    let chapter = pdf.bookmark("Recovering Agents", 1, None);
    pdf.bookmark("Limits", 2, Some(chapter));
    pdf.bookmark("Unseen on the page", 2, Some(chapter));
    let outline = Reader::new(config()).read(DocumentFormat::Pdf, pdf.bytes()).await.expect("sound");
    assert_eq!((outline.title.as_deref(), outline.pages), (Some("HWA manual"), 2));
    use BlockKind::{Heading, Paragraph};
    assert_eq!(
        seen(&outline),
        [
            (Heading(1), "Recovering agents", Some(1)),
            (Paragraph, "Check the link first. It is usually the network.", Some(1)),
            (Heading(2), "Unseen on the page", Some(2)),
            (Heading(2), "Limits", Some(2)),
            (Paragraph, "The execução limit is 10.\n1.2 Not a bookmark", Some(2)),
        ]
    );
}

#[tokio::test]
async fn an_encrypted_pdf_is_refused_unless_its_password_is_empty() {
    let pdf = || Pdf::new("Secret").page(&["The launch code."]);
    let reader = Reader::new(config());
    assert_eq!(reader.read(DocumentFormat::Pdf, pdf().locked("hunter2")).await, Err(Error::Encrypted));
    let open = reader.read(DocumentFormat::Pdf, pdf().locked("")).await.expect("anybody may read it");
    assert_eq!(open.blocks[0].text, "The launch code.");
}

#[tokio::test]
async fn documents_made_to_hurt_cost_their_reader_its_life_and_nothing_else() {
    let attributes: String = (0..300_000).map(|number| format!(" a{number}")).collect();
    let (short, long) = (strict(1), strict(60));
    let cases = [
        (&long, "a bomb", DocumentFormat::Pdf, Pdf::new("x").bomb(160 << 20), "DOCUMENT_UNREADABLE"),
        (&long, "a form in itself", DocumentFormat::Pdf, Pdf::new("x").endless_form(), "DOCUMENT_UNREADABLE"),
        (&short, "much ado", DocumentFormat::Pdf, Pdf::new("x").laughing_forms(12), "DOCUMENT_TIMED_OUT"),
        (&long, "no PDF", DocumentFormat::Pdf, Bytes::from_static(b"GIF89a"), "DOCUMENT_UNREADABLE"),
        (
            &long,
            "half",
            DocumentFormat::Pdf,
            Pdf::new("x").page(&["y"]).bytes().slice(..300),
            "DOCUMENT_UNREADABLE",
        ),
        (&short, "attributes", DocumentFormat::Html, format!("<p{attributes}>").into(), "DOCUMENT_TIMED_OUT"),
        (
            &long,
            "a program",
            DocumentFormat::Markdown,
            Bytes::from_static(b"\x7FELF\x02\0\0"),
            "DOCUMENT_UNREADABLE",
        ),
        (&long, "a long text", DocumentFormat::Text, "x ".repeat(64 << 10).into(), "DOCUMENT_TOO_LARGE"),
        (&long, "entities", DocumentFormat::Html, "&amp;".repeat(80 << 10).into(), "DOCUMENT_TOO_LARGE"),
    ];
    for (reader, name, format, bytes, reason) in cases {
        let error = reader.read(format, bytes).await.expect_err(name);
        assert_eq!(error.reason(), reason, "{name}: {error}");
        assert!(error.is_about_content() && error.hint().is_some(), "{name}");
    }
    let fine = long.read(DocumentFormat::Text, Bytes::from_static(b"still here")).await;
    assert_eq!(fine.expect("the reader of the next document is a new one").blocks[0].text, "still here");
}

#[tokio::test]
async fn depth_is_no_danger() {
    let reader = strict(60);
    let lists = "<ul><li>".repeat(2_000);
    for (format, text) in [
        (DocumentFormat::Html, format!("{}deep{}", "<div>".repeat(20_000), "</div>".repeat(20_000))),
        (DocumentFormat::Html, format!("{lists}deep")),
        (DocumentFormat::Html, format!("{}deep", "<table><tr><td>".repeat(20_000))),
        (DocumentFormat::Markdown, format!("{} deep", "> ".repeat(20_000))),
        (DocumentFormat::Markdown, format!("{}deep", "- ".repeat(2_000))),
        (DocumentFormat::Markdown, format!("{}deep{}", "[".repeat(5_000), "](x)".repeat(5_000))),
        (DocumentFormat::Markdown, format!("{}deep", "*_".repeat(5_000))),
    ] {
        let start: String = text.chars().take(20).collect();
        let outline =
            reader.read(format, text.into()).await.unwrap_or_else(|error| panic!("{start}: {error}"));
        assert!(outline.blocks.iter().any(|block| block.text.contains("deep")), "{start}");
    }
}

#[tokio::test]
async fn a_reader_that_never_stops_talking_or_cannot_start_is_told_apart() {
    let with = |program: &str| Reader::new(ReaderConfig { program: program.into(), ..config() });
    let text = || Bytes::from_static(b"text");
    let endless = with("/usr/bin/yes").read(DocumentFormat::Text, text()).await.expect_err("no end");
    assert_eq!(endless.reason(), "DOCUMENT_TOO_LARGE");
    let missing = with("/no/such/program").read(DocumentFormat::Text, text()).await.expect_err("no reader");
    assert_eq!(missing.reason(), "DOCUMENT_READER_FAILED");
    assert!(!missing.is_about_content(), "another try may succeed");
    let wrong = with("/usr/bin/true").read(DocumentFormat::Text, text()).await.expect_err("not a reader");
    assert_eq!(wrong.reason(), "DOCUMENT_UNREADABLE");
}
