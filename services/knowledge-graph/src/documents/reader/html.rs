//! HTML: what a browser would show as text. Scripts, styles and comments are dropped, nothing is run or fetched.
//!
//! Only the tokenizer of a browser's parser is used, no tree is built: nesting costs nothing, however deep it is.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

use super::outline::{BlockKind, Failure, Sheet};

/// Elements whose content is not for people.
pub(super) const HIDDEN: [&str; 7] =
    ["script", "style", "template", "iframe", "noembed", "noframes", "textarea"];

/// Deeper lists are shown as deep as this.
const MAX_DEPTH: usize = 8;

/// Reads a page or a piece of one.
pub(crate) fn read(text: &str, sheet: &mut Sheet) -> Result<(), Failure> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(text));
    let walk = Walk {
        sheet,
        text: String::new(),
        heading: None,
        lists: Vec::new(),
        tables: 0,
        pre: 0,
        capture: None,
        failure: None,
    };
    let tokenizer = Tokenizer::new(Sink(RefCell::new(walk)), Default::default());
    // It stops at scripts to have them run; ours are dropped, so it goes on.
    while !input.is_empty() {
        let _ = tokenizer.feed(&input);
    }
    tokenizer.end();
    let mut walk = tokenizer.sink.0.into_inner();
    walk.flush();
    walk.failure.map_or(Ok(()), Err)
}

struct Sink<'a>(RefCell<Walk<'a>>);

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut walk = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) => walk.characters(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return walk.start(&tag),
            Token::TagToken(tag) => walk.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// An element whose text does not go into the page.
struct Capture {
    name: String,
    text: String,
    depth: usize,
}

/// Where the walk through a page is.
struct Walk<'a> {
    sheet: &'a mut Sheet,
    /// Of the block that is open.
    text: String,
    heading: Option<u8>,
    /// Open lists: the number of the next item, or none.
    lists: Vec<Option<u32>>,
    tables: usize,
    pre: usize,
    capture: Option<Capture>,
    /// The first; nothing is collected after it.
    failure: Option<Failure>,
}

impl Walk<'_> {
    fn characters(&mut self, text: &str) {
        if self.failure.is_some() {
            return;
        }
        if let Some(capture) = &mut self.capture {
            if capture.name == "title" {
                capture.text.push_str(text);
            }
            return;
        }
        if self.pre > 0 {
            self.text.push_str(text);
            return;
        }
        for char in text.chars() {
            if !char.is_whitespace() {
                self.text.push(char);
            } else if !self.text.is_empty() && !self.text.ends_with([' ', '\n']) {
                self.text.push(' ');
            }
        }
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name: &str = &tag.name;
        if let Some(capture) = &mut self.capture {
            // Only a template nests; the others hold raw text.
            capture.depth += usize::from(capture.name == name);
            return TokenSinkResult::Continue;
        }
        if name == "title" || HIDDEN.contains(&name) {
            self.capture = Some(Capture { name: name.to_owned(), text: String::new(), depth: 1 });
            return raw(name).map_or(TokenSinkResult::Continue, TokenSinkResult::RawData);
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.flush();
                self.heading = name[1..].parse().ok();
            }
            "ul" | "ol" => {
                if self.lists.is_empty() && self.tables == 0 {
                    self.flush();
                }
                self.lists.push((name == "ol").then_some(1));
            }
            "li" => self.item(),
            "table" => {
                if self.lists.is_empty() && self.tables == 0 {
                    self.flush();
                }
                self.tables += 1;
            }
            "tr" => self.new_line(),
            "td" | "th" if !self.text.is_empty() && !self.text.ends_with('\n') => self.text.push_str(" | "),
            "pre" => {
                self.boundary();
                self.pre += 1;
            }
            "br" => self.text.push('\n'),
            "img" => {
                let alt = tag.attrs.iter().find(|attribute| &*attribute.name.local == "alt");
                if let Some(alt) = alt.map(|attribute| attribute.value.clone()) {
                    self.characters(&alt);
                }
            }
            "plaintext" => return TokenSinkResult::Plaintext,
            name if is_block(name) => self.boundary(),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, name: &str) {
        if let Some(capture) = &mut self.capture {
            capture.depth -= usize::from(capture.name == name);
            if capture.depth == 0 {
                let title = (capture.name == "title").then(|| std::mem::take(&mut capture.text));
                self.capture = None;
                if let Some(title) = title {
                    self.sheet.title(&title);
                }
            }
            return;
        }
        match name {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => self.flush(),
            "ul" | "ol" => {
                if self.lists.len() == 1 && self.tables == 0 {
                    self.flush();
                }
                self.lists.pop();
            }
            "table" => {
                if self.lists.is_empty() && self.tables == 1 {
                    self.flush();
                }
                self.tables = self.tables.saturating_sub(1);
            }
            "pre" => {
                if self.pre == 1 {
                    self.boundary();
                }
                self.pre = self.pre.saturating_sub(1);
            }
            name if is_block(name) => self.boundary(),
            _ => {}
        }
    }

    fn item(&mut self) {
        if self.lists.is_empty() && self.tables == 0 {
            self.flush();
        }
        self.new_line();
        let depth = self.lists.len().saturating_sub(1).min(MAX_DEPTH);
        self.text.push_str(&"  ".repeat(depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.text.push_str(&format!("{number}. "));
                *number = number.saturating_add(1);
            }
            _ => self.text.push_str("- "),
        }
    }

    /// Where a browser begins a new line: the end of a paragraph, or of a line inside of a list or cell.
    fn boundary(&mut self) {
        if self.tables > 0 {
            self.characters(" ");
        } else if self.lists.is_empty() {
            self.flush();
        } else if !self.text.ends_with("- ") && !self.text.ends_with(". ") {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        while self.text.ends_with(' ') {
            self.text.pop();
        }
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn flush(&mut self) {
        let kind = if let Some(level) = self.heading.take() {
            BlockKind::Heading(level)
        } else if self.tables > 0 {
            BlockKind::Table
        } else if !self.lists.is_empty() {
            BlockKind::List
        } else if self.pre > 0 {
            BlockKind::Code
        } else {
            BlockKind::Paragraph
        };
        let text = std::mem::take(&mut self.text);
        if self.failure.is_none() {
            self.failure = self.sheet.push(kind, &text, None).err();
        }
    }
}

/// How the content of a hidden element or a title is to be read, where it is not markup.
fn raw(name: &str) -> Option<RawKind> {
    match name {
        "script" => Some(ScriptData),
        "title" | "textarea" => Some(Rcdata),
        "template" => None,
        _ => Some(Rawtext),
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "header"
            | "hr"
            | "html"
            | "main"
            | "nav"
            | "option"
            | "p"
            | "section"
            | "summary"
            | "caption"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Code, Heading, List, Paragraph, Table};

    fn outline(text: &str) -> super::super::outline::Outline {
        let mut sheet = Sheet::new(10_000);
        read(text, &mut sheet).unwrap();
        sheet.finish()
    }

    #[test]
    fn a_page_becomes_blocks_and_scripts_vanish() {
        let outline = outline(
            "<!doctype html><html><head><title>Agents &amp; co</title><style>p{}</style>\
             <script>if (a < b) '<p>no</p>'</script></head><body><h1>Unlinked\n agent</h1><p>Check <b>AG01</b>:\
             </p><ol><li>ping<ul><li>once</ul><li><p>conman &quot;link&quot;</p></ol><!-- no --><table><tr><th>RC\
             <th>Means</tr><tr><td>8<td>bad</table><pre>a\n  b</pre><template><p>no</p></template>Bye&#x21;",
        );
        assert_eq!(outline.title.as_deref(), Some("Agents & co"));
        let expected = [
            (Heading(1), "Unlinked agent"),
            (Paragraph, "Check AG01:"),
            (List, "1. ping\n  - once\n2. conman \"link\""),
            (Table, "RC | Means\n8 | bad"),
            (Code, "a\n  b"),
            (Paragraph, "Bye!"),
        ];
        let seen: Vec<_> = outline.blocks.iter().map(|block| (block.kind, block.text.as_str())).collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn headings_inside_of_layout_tables_are_headings() {
        let outline = outline("<table><tr><td><h2>Steps</h2><p>Stop it.</p><p>Start it.</p></table>");
        let seen: Vec<_> = outline.blocks.iter().map(|block| (block.kind, block.text.as_str())).collect();
        assert_eq!(seen, [(Heading(2), "Steps"), (Table, "Stop it. Start it.")]);
    }
}
