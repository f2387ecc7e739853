//! Files in PDF, made here: sound ones, locked ones, and ones made to hurt.

use bytes::Bytes;
use pdf_extract::content::{Content, Operation};
use pdf_extract::{
    Bookmark, Dictionary, Document, EncryptionState, EncryptionVersion, Object, ObjectId, Permissions,
    Stream, dictionary,
};

/// A document under construction.
pub(crate) struct Pdf {
    document: Document,
    tree: ObjectId,
    pages: Vec<ObjectId>,
    resources: ObjectId,
}

impl Pdf {
    pub(crate) fn new(title: &str) -> Self {
        let mut document = Document::with_version("1.5");
        let tree = document.new_object_id();
        let font = document.add_object(dictionary! {
            "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica",
            "Encoding" => "WinAnsiEncoding",
        });
        let resources = document.add_object(dictionary! { "Font" => dictionary! { "F1" => font } });
        let info = document.add_object(dictionary! { "Title" => Object::string_literal(title) });
        document.trailer.set("Info", info);
        Self { document, tree, pages: Vec::new(), resources }
    }

    /// A page with these lines.
    pub(crate) fn page(mut self, lines: &[&str]) -> Self {
        let mut operations = vec![
            Operation::new("BT", vec![]),
            Operation::new("Tf", vec!["F1".into(), 12.into()]),
            Operation::new("TL", vec![14.into()]),
            Operation::new("Td", vec![50.into(), 800.into()]),
        ];
        for line in lines {
            let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(line);
            operations.push(Operation::new("Tj", vec![Object::string_literal(bytes.into_owned())]));
            operations.push(Operation::new("T*", vec![]));
        }
        operations.push(Operation::new("ET", vec![]));
        let content = Content { operations }.encode().expect("encodes");
        self.add_page(Stream::new(Dictionary::new(), content));
        self
    }

    fn add_page(&mut self, content: Stream) {
        let content = self.document.add_object(content);
        let page = self.document.add_object(dictionary! {
            "Type" => "Page", "Parent" => self.tree, "Contents" => content, "Resources" => self.resources,
            "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
        });
        self.pages.push(page);
    }

    /// A bookmark to a page, counted from 1, below the bookmark given.
    pub(crate) fn bookmark(&mut self, title: &str, page: usize, parent: Option<u32>) -> u32 {
        let bookmark = Bookmark::new(title.to_owned(), [0.0; 3], 0, self.pages[page - 1]);
        self.document.add_bookmark(bookmark, parent)
    }

    fn finished(mut self) -> Document {
        let kids: Vec<Object> = self.pages.iter().map(|page| (*page).into()).collect();
        let count = i64::try_from(kids.len()).expect("few");
        let tree = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count };
        self.document.objects.insert(self.tree, Object::Dictionary(tree));
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => self.tree };
        self.document.adjust_zero_pages();
        if let Some(outline) = self.document.build_outline() {
            catalog.set("Outlines", outline);
        }
        let catalog = self.document.add_object(catalog);
        self.document.trailer.set("Root", catalog);
        self.document
    }

    pub(crate) fn bytes(self) -> Bytes {
        saved(self.finished())
    }

    /// Opens with this password only.
    pub(crate) fn locked(self, password: &str) -> Bytes {
        let mut document = self.finished();
        let id = Object::string_literal("0123456789abcdef");
        document.trailer.set("ID", vec![id.clone(), id]);
        let version = EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password: password,
            key_length: 128,
            permissions: Permissions::all(),
        };
        let state = EncryptionState::try_from(version).expect("a key");
        document.encrypt(&state).expect("encrypts");
        saved(document)
    }

    /// A page whose content is small in the file and large in memory.
    pub(crate) fn bomb(mut self, bytes: usize) -> Bytes {
        let mut content = Stream::new(Dictionary::new(), vec![b' '; bytes]);
        content.compress().expect("compresses");
        self.add_page(content);
        self.bytes()
    }

    /// A page that draws a form that draws itself.
    pub(crate) fn endless_form(mut self) -> Bytes {
        let form = self.document.new_object_id();
        let resources = dictionary! { "XObject" => dictionary! { "Me" => form } };
        let content = dictionary! {
            "Type" => "XObject", "Subtype" => "Form", "Resources" => resources.clone(),
            "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
        };
        self.document.objects.insert(form, Stream::new(content, b"/Me Do /Me Do".to_vec()).into());
        self.resources = self.document.add_object(resources);
        self.add_page(Stream::new(Dictionary::new(), b"/Me Do".to_vec()));
        self.bytes()
    }

    /// A page that draws a form that draws another one often, and so on: little to read, much to do.
    pub(crate) fn laughing_forms(mut self, depth: usize) -> Bytes {
        let mut inner: Option<ObjectId> = None;
        for _ in 0..depth {
            let resources = match inner {
                Some(form) => dictionary! { "XObject" => dictionary! { "Next" => form } },
                None => Dictionary::new(),
            };
            let content = dictionary! {
                "Type" => "XObject", "Subtype" => "Form", "Resources" => resources,
                "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()],
            };
            let calls = if inner.is_some() { "/Next Do ".repeat(10) } else { "q Q".to_owned() };
            inner = Some(self.document.add_object(Stream::new(content, calls.into_bytes())));
        }
        let outermost = inner.expect("some depth");
        self.resources =
            self.document.add_object(dictionary! { "XObject" => dictionary! { "Next" => outermost } });
        self.add_page(Stream::new(Dictionary::new(), b"/Next Do".to_vec()));
        self.bytes()
    }
}

fn saved(mut document: Document) -> Bytes {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("written to memory");
    bytes.into()
}
