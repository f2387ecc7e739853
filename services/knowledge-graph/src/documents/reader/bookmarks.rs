//! The bookmarks of a PDF: its table of contents, with the page each entry leads to.
//!
//! The library has a walk of its own that keeps one entry for each title; manuals repeat titles in every chapter.

use std::collections::{BTreeMap, HashMap, HashSet};

use pdf_extract::{Dictionary, Document, Object, ObjectId};

/// More are not looked at.
const MAX_BOOKMARKS: usize = 20_000;
const MAX_LEVEL: u8 = 6;

/// One entry.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Bookmark {
    pub(super) level: u8,
    pub(super) title: String,
    pub(super) page: u32,
}

/// All entries in reading order; entries that lead nowhere are left out.
pub(super) fn bookmarks(document: &Document, pages: &BTreeMap<u32, ObjectId>) -> Vec<Bookmark> {
    let Some(walk) = Walk::new(document, pages) else { return Vec::new() };
    let Some(first) =
        walk.child(document.catalog().ok(), b"Outlines").and_then(|dict| reference(dict, b"First"))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut seen = HashSet::new();
    let mut open = vec![(first, 1)];
    while let Some((id, level)) = open.pop() {
        if found.len() >= MAX_BOOKMARKS || !seen.insert(id) {
            continue;
        }
        let Ok(node) = document.get_dictionary(id) else { continue };
        found.extend(walk.bookmark(node, level));
        open.extend(reference(node, b"Next").map(|next| (next, level)));
        open.extend(reference(node, b"First").map(|first| (first, MAX_LEVEL.min(level + 1))));
    }
    found
}

fn reference(node: &Dictionary, key: &[u8]) -> Option<ObjectId> {
    node.get(key).ok()?.as_reference().ok()
}

struct Walk<'a> {
    document: &'a Document,
    page_numbers: HashMap<ObjectId, u32>,
    /// Places that entries name instead of pointing at.
    named: HashMap<&'a [u8], &'a Object>,
}

impl<'a> Walk<'a> {
    fn new(document: &'a Document, pages: &BTreeMap<u32, ObjectId>) -> Option<Self> {
        let page_numbers = pages.iter().map(|(number, id)| (*id, *number)).collect();
        let mut walk = Self { document, page_numbers, named: HashMap::new() };
        let catalog = document.catalog().ok()?;
        if let Some(old) = walk.child(Some(catalog), b"Dests") {
            walk.named.extend(old.iter().map(|(name, place)| (name.as_slice(), place)));
        }
        let tree = walk.child(walk.child(Some(catalog), b"Names"), b"Dests");
        walk.collect_names(tree);
        Some(walk)
    }

    fn collect_names(&mut self, tree: Option<&'a Dictionary>) {
        let mut seen = HashSet::new();
        let mut open: Vec<&Dictionary> = tree.into_iter().collect();
        while let Some(node) = open.pop() {
            if let Some(names) = self.array(node, b"Names") {
                let pairs = names.chunks_exact(2);
                self.named.extend(pairs.filter_map(|pair| Some((pair[0].as_str().ok()?, &pair[1]))));
            }
            for kid in self.array(node, b"Kids").into_iter().flatten() {
                if let Ok(id) = kid.as_reference()
                    && seen.insert(id)
                    && seen.len() < MAX_BOOKMARKS
                {
                    open.extend(self.document.get_dictionary(id).ok());
                }
            }
        }
    }

    fn bookmark(&self, node: &Dictionary, level: u8) -> Option<Bookmark> {
        let title = self.document.dereference(node.get(b"Title").ok()?).ok()?.1;
        let title = pdf_extract::decode_text_string(title).ok()?;
        let place =
            node.get(b"Dest").or_else(|_| self.document.get_dict_in_dict(node, b"A")?.get(b"D")).ok()?;
        Some(Bookmark { level, title, page: self.page(place)? })
    }

    /// The page of a place: an array that begins with a page, a name of one, or a dictionary around one.
    fn page(&self, place: &Object) -> Option<u32> {
        let mut place = self.document.dereference(place).ok()?.1;
        if let Object::String(name, _) | Object::Name(name) = place {
            place = self.document.dereference(self.named.get(name.as_slice())?).ok()?.1;
        }
        if let Object::Dictionary(around) = place {
            place = self.document.dereference(around.get(b"D").ok()?).ok()?.1;
        }
        let page = place.as_array().ok()?.first()?.as_reference().ok()?;
        self.page_numbers.get(&page).copied()
    }

    fn child(&self, node: Option<&'a Dictionary>, key: &[u8]) -> Option<&'a Dictionary> {
        self.document.dereference(node?.get(key).ok()?).ok()?.1.as_dict().ok()
    }

    fn array(&self, node: &'a Dictionary, key: &[u8]) -> Option<&'a Vec<Object>> {
        self.document.dereference(node.get(key).ok()?).ok()?.1.as_array().ok()
    }
}
