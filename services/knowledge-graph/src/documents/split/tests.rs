//! No text is lost and no passage is too long, whatever the outline.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;

fn block(kind: BlockKind, text: &str, page: Option<u32>) -> Block {
    Block { kind, text: text.to_owned(), page }
}

fn letters<'t>(texts: impl IntoIterator<Item = &'t str>) -> String {
    texts.into_iter().flat_map(str::chars).filter(|char| !char.is_whitespace()).collect()
}

fn any_block() -> impl Strategy<Value = Block> {
    use BlockKind::{Code, Heading, List, Paragraph, Table};
    let kind =
        prop_oneof![(1_u8..7).prop_map(Heading), prop::sample::select(vec![Paragraph, List, Table, Code])];
    let text = prop_oneof![
        "[a-z]{1,12}",
        "([A-Z][a-zçã]{1,9} [a-z]{1,9}[.!?;] ?){1,30}",
        "(- [a-z ]{1,40}x\n){1,20}",
        "[a-z日本é]{100,400}",
        "\\PC{1,300}",
    ];
    (kind, text, 1_u32..4)
        .prop_filter("a reader gives no empty block", |(_, text, _)| !text.trim().is_empty())
        .prop_map(|(kind, text, page)| block(kind, &text, Some(page)))
}

proptest! {
    #[test]
    fn every_letter_is_kept_in_order_and_every_passage_fits(
        blocks in vec(any_block(), 0..20),
        limit in 64_usize..400,
    ) {
        let outline = Outline { title: None, blocks, pages: 3 };
        let pieces = split(&outline, limit);
        for piece in &pieces {
            prop_assert!(piece.text.len() <= limit, "{} bytes", piece.text.len());
            prop_assert!(!piece.text.trim().is_empty());
            prop_assert!(piece.section.len() <= 6);
        }
        let is_heading = |block: &Block| matches!(block.kind, BlockKind::Heading(_)) && block.text.len() <= MAX_HEADING;
        // Headings are kept in the sections; a lonely one is its own passage.
        for heading in outline.blocks.iter().filter(|block| is_heading(block)) {
            prop_assert!(pieces.iter().any(|piece| piece.section.contains(&heading.text)), "{}", heading.text);
        }
        let body = letters(outline.blocks.iter().filter(|block| !is_heading(block)).map(|block| block.text.as_str()));
        let kept = letters(pieces.iter().map(|piece| piece.text.as_str()));
        let mut rest = kept.chars();
        prop_assert!(body.chars().all(|letter| rest.any(|kept| kept == letter)), "{body} in {kept}");
        let lonely: usize = pieces
            .iter()
            .filter(|piece| piece.section.last().is_some_and(|title| letters([title.as_str()]).contains(&letters([piece.text.as_str()]))))
            .map(|piece| letters([piece.text.as_str()]).len())
            .sum();
        prop_assert!(kept.len() <= body.len() + lonely, "nothing is said twice");
    }
}

#[test]
fn what_belongs_together_stays_together() {
    use BlockKind::{Code, Heading, List, Paragraph};
    let steps = "1. Stop the agent.\n2. Start the agent.\n3. Link the workstation.";
    let outline = Outline {
        title: None,
        pages: 2,
        blocks: vec![
            block(Heading(1), "Agents", Some(1)),
            block(Heading(2), "Unlinked", Some(1)),
            block(Paragraph, "Ping it first. It may be the network.", Some(1)),
            block(List, steps, Some(1)),
            block(Code, "conman \"link AG01\"", Some(2)),
            block(Heading(2), "See also", Some(2)),
            block(Heading(1), "Index", Some(2)),
        ],
    };
    let seen: Vec<_> = split(&outline, 120)
        .into_iter()
        .map(|piece| (piece.section.join("/"), piece.page, piece.text))
        .collect();
    let expected = [
        ("Agents/Unlinked", 1, format!("Ping it first. It may be the network.\n\n{steps}")),
        ("Agents/Unlinked", 2, "conman \"link AG01\"".to_owned()),
        ("Agents/See also", 2, "See also".to_owned()),
        ("Index", 2, "Index".to_owned()),
    ];
    assert_eq!(seen, expected.map(|(section, page, text)| (section.to_owned(), Some(page), text)));
}

#[test]
fn long_text_is_cut_between_sentences_and_long_lists_between_items() {
    let sentences = "The agent of Sr. Silva stopped at 10.30 today. Nobody saw it. It was restarted by hand, and then it ran.";
    assert_eq!(
        cut(sentences, 70, &[Cut::Sentences, Cut::Words]),
        [
            "The agent of Sr. Silva stopped at 10.30 today. Nobody saw it.",
            "It was restarted by hand, and then it ran."
        ]
    );
    let items = "- one thing to do\n- another thing to do\n- the last thing";
    assert_eq!(
        cut(items, 40, &[Cut::Lines]),
        ["- one thing to do\n- another thing to do", "- the last thing"]
    );
}
