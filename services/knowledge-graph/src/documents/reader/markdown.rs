//! Markdown: CommonMark with tables, task lists, footnotes and front matter. HTML inside is read as HTML.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::html;
use super::outline::{BlockKind, Failure, Sheet};

/// Indentation grows no further.
const MAX_INDENT: usize = 8;

/// Reads a whole file.
pub(crate) fn read(text: &str, sheet: &mut Sheet) -> Result<(), Failure> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_DEFINITION_LIST
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut walk =
        Walk { sheet, text: String::new(), lists: Vec::new(), html: None, hidden: None, code: false };
    for event in Parser::new_ext(text, options) {
        walk.event(event)?;
    }
    walk.flush(BlockKind::Paragraph)
}

/// Where the walk through a document is.
struct Walk<'a> {
    sheet: &'a mut Sheet,
    /// Of the block that is open.
    text: String,
    /// Open lists, outermost first: the number of the next item, or none.
    lists: Vec<Option<u64>>,
    /// An open block of HTML.
    html: Option<String>,
    /// Name of an inline element whose content nobody is meant to read.
    hidden: Option<&'static str>,
    /// Inside of a block of code.
    code: bool,
}

impl Walk<'_> {
    fn event(&mut self, event: Event<'_>) -> Result<(), Failure> {
        match event {
            Event::Start(tag) => self.start(tag)?,
            Event::End(tag) => self.end(tag)?,
            Event::Html(part) => self.html.get_or_insert_default().push_str(&part),
            Event::InlineHtml(tag) => self.inline_html(&tag),
            _ if self.hidden.is_some() => {}
            Event::Text(part) if self.code && !self.lists.is_empty() => {
                for line in part.lines() {
                    self.new_line();
                    self.indent(self.lists.len());
                    self.text.push_str(line);
                }
            }
            Event::Text(part) | Event::Code(part) => self.text.push_str(&part),
            Event::InlineMath(part) | Event::DisplayMath(part) => self.text.push_str(&part),
            Event::FootnoteReference(name) => {
                self.text.push_str(" [");
                self.text.push_str(&name);
                self.text.push(']');
            }
            Event::TaskListMarker(done) => self.text.push_str(if done { "[x] " } else { "[ ] " }),
            Event::SoftBreak => self.text.push(' '),
            Event::HardBreak => self.text.push('\n'),
            Event::Rule => {}
        }
        Ok(())
    }

    fn start(&mut self, tag: Tag<'_>) -> Result<(), Failure> {
        match tag {
            Tag::List(first) => {
                if self.lists.is_empty() {
                    self.flush(BlockKind::Paragraph)?;
                }
                self.lists.push(first);
            }
            Tag::Item => {
                self.new_line();
                self.indent(self.lists.len().saturating_sub(1));
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.text.push_str(&format!("{number}. "));
                        *number = number.saturating_add(1);
                    }
                    _ => self.text.push_str("- "),
                }
            }
            Tag::Heading { .. } | Tag::Table(_) | Tag::MetadataBlock(_) => self.leave_paragraph()?,
            Tag::CodeBlock(kind) => {
                self.leave_paragraph()?;
                self.code = true;
                // The language of a fence is a label, not text; but an unknown label may be a title.
                if let CodeBlockKind::Fenced(label) = kind
                    && label.contains(' ')
                {
                    self.text.push_str(&label);
                    self.text.push('\n');
                }
            }
            Tag::TableCell if !self.text.is_empty() && !self.text.ends_with('\n') => {
                self.text.push_str(" | ")
            }
            Tag::FootnoteDefinition(name) => {
                self.leave_paragraph()?;
                self.text.push_str(&format!("[{name}] "));
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, tag: TagEnd) -> Result<(), Failure> {
        let in_list = !self.lists.is_empty();
        match tag {
            TagEnd::Heading(level) => self.flush(BlockKind::Heading(level as u8))?,
            TagEnd::List(_) => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.flush(BlockKind::List)?;
                }
            }
            TagEnd::CodeBlock => {
                self.code = false;
                if !in_list {
                    self.flush(BlockKind::Code)?;
                }
            }
            TagEnd::TableHead | TagEnd::TableRow => self.text.push('\n'),
            TagEnd::Table if !in_list => self.flush(BlockKind::Table)?,
            TagEnd::MetadataBlock(_) => self.front_matter()?,
            TagEnd::HtmlBlock => self.html_block()?,
            TagEnd::Paragraph | TagEnd::Item if in_list => self.new_line(),
            TagEnd::Paragraph
            | TagEnd::BlockQuote(_)
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionListTitle
            | TagEnd::DefinitionListDefinition => self.flush(BlockKind::Paragraph)?,
            _ => {}
        }
        Ok(())
    }

    /// `title: …` names the document; all lines stay searchable.
    fn front_matter(&mut self) -> Result<(), Failure> {
        let title = self.text.lines().find_map(|line| line.strip_prefix("title:"));
        if let Some(title) = title {
            self.sheet.title(title.trim().trim_matches(['"', '\'']));
        }
        self.flush(BlockKind::Paragraph)
    }

    fn html_block(&mut self) -> Result<(), Failure> {
        let Some(markup) = self.html.take() else { return Ok(()) };
        if self.lists.is_empty() {
            self.flush(BlockKind::Paragraph)?;
            return html::read(&markup, self.sheet);
        }
        // Inside of an item the text belongs to the item.
        let mut aside = Sheet::new(markup.len().saturating_mul(20));
        html::read(&markup, &mut aside)?;
        for block in aside.finish().blocks {
            self.new_line();
            self.text.push_str(&block.text);
        }
        Ok(())
    }

    fn inline_html(&mut self, tag: &str) {
        let name: String = tag
            .trim_start_matches(['<', '/'])
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|char| char.to_ascii_lowercase())
            .collect();
        let closes = tag.starts_with("</");
        match html::HIDDEN.iter().find(|hidden| **hidden == name) {
            Some(hidden) if !closes => self.hidden = self.hidden.or(Some(hidden)),
            Some(hidden) if self.hidden == Some(hidden) => self.hidden = None,
            _ if name == "br" => self.text.push('\n'),
            _ => {}
        }
    }

    fn leave_paragraph(&mut self) -> Result<(), Failure> {
        if self.lists.is_empty() {
            return self.flush(BlockKind::Paragraph);
        }
        self.new_line();
        Ok(())
    }

    fn new_line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    fn indent(&mut self, depth: usize) {
        self.text.push_str(&"  ".repeat(depth.min(MAX_INDENT)));
    }

    fn flush(&mut self, kind: BlockKind) -> Result<(), Failure> {
        self.hidden = None;
        let text = std::mem::take(&mut self.text);
        self.sheet.push(kind, &text, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BlockKind::{Code, Heading, List, Paragraph, Table};

    fn blocks(text: &str) -> Vec<(BlockKind, String)> {
        let mut sheet = Sheet::new(10_000);
        read(text, &mut sheet).unwrap();
        sheet.finish().blocks.into_iter().map(|block| (block.kind, block.text)).collect()
    }

    #[test]
    fn structure_is_kept_and_markup_is_not() {
        let seen = blocks(
            "# Agents\n\nStop *all* [jobs](http://x) on `AG01`.\nThen wait.\n\n1. Stop\n   - gently\n2. Run:\n\n   \
             ```sh\n   conman \"ss @\"\n   ```\n\n| Code | Means |\n|---|---|\n| 8 | **bad** |\n\n```\nonly --code\n\
             # here\n```\n\n> Quoted.\n",
        );
        let expected = [
            (Heading(1), "Agents"),
            (Paragraph, "Stop all jobs on AG01. Then wait."),
            (List, "1. Stop\n  - gently\n2. Run:\n  conman \"ss @\""),
            (Table, "Code | Means\n8 | bad"),
            (Code, "only --code\n# here"),
            (Paragraph, "Quoted."),
        ];
        assert_eq!(seen, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn html_inside_is_read_as_html() {
        let seen = blocks(
            "<details><summary>More</summary>\n<p>Hidden <b>gem</b></p></details>\n\nPress <kbd>F5</kbd><br>now \
             <script>steal()</script>please.\n\n<script>\nsteal()\n</script>\n\n- item\n\n  <p>inner</p>\n",
        );
        let expected = [
            (Paragraph, "More"),
            (Paragraph, "Hidden gem"),
            (Paragraph, "Press F5\nnow please."),
            (List, "- item\ninner"),
        ];
        assert_eq!(seen, expected.map(|(kind, text)| (kind, text.to_owned())));
    }

    #[test]
    fn front_matter_names_the_document() {
        let mut sheet = Sheet::new(10_000);
        read("---\ntitle: \"Agent recovery\"\ntags: agent\n---\n# Other\n", &mut sheet).unwrap();
        let outline = sheet.finish();
        assert_eq!(outline.title.as_deref(), Some("Agent recovery"));
        assert_eq!(outline.blocks[0].text, "title: \"Agent recovery\"\ntags: agent");
    }
}
