//! No input whatever makes a format's parser panic.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

const LIMIT: usize = 1 << 20;

/// Bytes that look like a document enough to get past the first line.
fn markup() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "#",
        "##### ",
        "- ",
        "1. ",
        "   ",
        "> ",
        "|",
        "|---|",
        "```",
        "~~~",
        "\n",
        "\n\n",
        "<p>",
        "</p>",
        "<script>",
        "</script>",
        "<h2>",
        "<li>",
        "<ul>",
        "</ul>",
        "<table>",
        "<tr>",
        "<td>",
        "</table>",
        "<pre>",
        "</pre>",
        "<template>",
        "<title>",
        "<!--",
        "-->",
        "<br",
        "&amp;",
        "&#x41;",
        "&#",
        "---",
        "===",
        "[a]: b",
        "[^1]",
        "[ ] ",
        ":   def",
        "word ",
        "AWSBHT001E ",
        "não ",
        "\u{0}",
        "\u{feff}",
        "<![CDATA[",
        "<svg>",
        "title: x",
    ];
    vec(prop::sample::select(pieces.to_vec()), 0..60).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop_oneof![vec(any::<u8>(), 0..2_000), markup()]) {
        for format in [DocumentFormat::Markdown, DocumentFormat::Text, DocumentFormat::Html] {
            if let Ok(outline) = read(format, &bytes, LIMIT) {
                for block in outline.blocks {
                    prop_assert!(!block.text.trim().is_empty());
                    prop_assert!(block.text.chars().all(|char| char == '\n' || !char.is_control()));
                    // Elsewhere it may be meant as text.
                    prop_assert!(format != DocumentFormat::Html || !block.text.contains("<script"));
                }
            }
        }
    }

    #[test]
    fn any_bytes_after_a_pdfs_first_line_are_read_or_refused(bytes in vec(any::<u8>(), 0..2_000)) {
        let _ = read(DocumentFormat::Pdf, &[b"%PDF-1.7\n".as_slice(), &bytes].concat(), LIMIT);
    }
}

#[test]
fn text_beyond_the_bound_is_refused_and_named() {
    let long = "word ".repeat(1_000);
    for format in [DocumentFormat::Markdown, DocumentFormat::Text, DocumentFormat::Html] {
        assert_eq!(read(format, long.as_bytes(), 1_000), Err(Failure::TooMuchText { limit: 1_000 }));
    }
}
