//! PDF: the text of each page, with the bookmarks as headings. Runs in the reading process only.
//!
//! The library panics on many broken files. A page that makes it panic is left out; a file that does is unreadable.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Document, PlainTextOutput, output_doc_page};

use super::bookmarks::{Bookmark, bookmarks};
use super::outline::{BlockKind, Failure, Sheet};
use super::text;

/// Reads a whole file.
pub(crate) fn read(bytes: &[u8], sheet: &mut Sheet) -> Result<(), Failure> {
    if !bytes.starts_with(b"%PDF-") && !bytes.iter().take(1024).any(|byte| *byte == b'%') {
        return Err(Failure::Unreadable("it is not a PDF".to_owned()));
    }
    let document = guarded(|| Document::load_mem(bytes))
        .ok_or_else(|| Failure::Unreadable("it is a broken PDF".to_owned()))?
        .map_err(|error| Failure::Unreadable(format!("it is a broken PDF: {error}")))?;
    let document = unlocked(document)?;
    let pages = guarded(|| document.get_pages()).unwrap_or_default();
    let count = u32::try_from(pages.len()).unwrap_or(u32::MAX);
    sheet.pages(count);
    if let Some(title) = guarded(|| title(&document)).flatten() {
        sheet.title(&title);
    }
    let mut bookmarks = guarded(|| bookmarks(&document, &pages)).unwrap_or_default();
    bookmarks.sort_by_key(|bookmark| bookmark.page);
    let mut broken = 0;
    for page in pages.keys().copied() {
        match guarded(|| page_text(&document, page)).flatten() {
            Some(text) => {
                let first = bookmarks.partition_point(|bookmark| bookmark.page < page);
                let last = bookmarks.partition_point(|bookmark| bookmark.page <= page);
                read_page(&unwrapped(&text), page, &bookmarks[first..last], sheet)?;
            }
            None => broken += 1,
        }
    }
    if count == 0 || broken == count {
        return Err(Failure::Unreadable("no page of it can be read".to_owned()));
    }
    Ok(())
}

/// Runs a call into the library; unset when it panicked.
fn guarded<T>(call: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(call)).ok()
}

/// Many files are encrypted with an empty password, only to forbid printing.
fn unlocked(mut document: Document) -> Result<Document, Failure> {
    if !document.is_encrypted() {
        return Ok(document);
    }
    match guarded(|| document.decrypt("")) {
        Some(Ok(())) => Ok(document),
        _ => Err(Failure::Encrypted),
    }
}

fn title(document: &Document) -> Option<String> {
    let info = document.trailer.get(b"Info").ok()?;
    let info = document.dereference(info).ok()?.1.as_dict().ok()?;
    let title = document.dereference(info.get(b"Title").ok()?).ok()?.1;
    pdf_extract::decode_text_string(title).ok()
}

fn page_text(document: &Document, page: u32) -> Option<String> {
    let mut text = String::new();
    let mut output = PlainTextOutput::new(&mut text);
    output_doc_page(document, &mut output, page).ok()?;
    Some(text)
}

/// A page whose bookmarks are its headings, where their words stand, else at its top.
fn read_page(text: &str, page: u32, bookmarks: &[Bookmark], sheet: &mut Sheet) -> Result<(), Failure> {
    let mut due: Vec<(String, &Bookmark)> =
        bookmarks.iter().map(|bookmark| (letters(&bookmark.title), bookmark)).collect();
    let lines: Vec<String> = text.lines().map(letters).collect();
    for (key, bookmark) in &due {
        if !lines.contains(key) {
            sheet.push(BlockKind::Heading(bookmark.level), &bookmark.title, Some(page))?;
        }
    }
    let known = |line: &str| {
        let line = letters(line);
        let at = due.iter().position(|(key, _)| *key == line)?;
        Some(due.remove(at).1.level)
    };
    text::read_page(text, Some(page), known, sheet)
}

/// What is left of a line when spacing and case are ignored.
fn letters(line: &str) -> String {
    line.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Puts words together that were hyphenated at the end of a line.
fn unwrapped(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let line = line.trim_end();
        let hyphenated = line.ends_with('-')
            && line.chars().rev().nth(1).is_some_and(char::is_lowercase)
            && lines.peek().and_then(|next| next.chars().next()).is_some_and(char::is_lowercase);
        if hyphenated {
            joined.push_str(&line[..line.len() - 1]);
        } else {
            joined.push_str(line);
            joined.push('\n');
        }
    }
    joined
}
