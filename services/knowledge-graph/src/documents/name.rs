//! Names of documents: which are allowed, what they say about the format, and the identifier that follows from them.

use resync_api::documents::model::{DocumentFormat, DocumentSource};

use crate::documents::error::Error;
use crate::documents::reader::clean;
use crate::documents::store::files::hash;

const MAX_NAME: usize = 200;
const ID_LENGTH: usize = 20;

/// By file name endings.
const ENDINGS: [(&str, DocumentFormat); 8] = [
    ("md", DocumentFormat::Markdown),
    ("markdown", DocumentFormat::Markdown),
    ("txt", DocumentFormat::Text),
    ("text", DocumentFormat::Text),
    ("log", DocumentFormat::Text),
    ("html", DocumentFormat::Html),
    ("htm", DocumentFormat::Html),
    ("pdf", DocumentFormat::Pdf),
];

/// A name that is one file's name; below the watched folder, a path of such names.
///
/// # Errors
/// When it is empty, too long, hidden, or holds what cannot be seen.
pub(crate) fn checked(name: &str, source: DocumentSource) -> Result<(), Error> {
    let mut parts = name.split('/');
    let sound = name.chars().count() <= MAX_NAME
        && clean(name) == name
        && !name.contains(['\n', '\\'])
        && (source == DocumentSource::Folder || !name.contains('/'))
        && parts.all(|part| !part.trim().is_empty() && !part.starts_with('.'));
    if sound { Ok(()) } else { Err(Error::NameInvalid { name: name.chars().take(MAX_NAME).collect() }) }
}

/// What a document of this name is written in; unset: the name does not say.
pub(crate) fn format(name: &str) -> Option<DocumentFormat> {
    let (stem, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    ENDINGS.iter().find(|row| row.0 == ending && !stem.is_empty()).map(|row| row.1)
}

/// What these bytes are, whatever their name says: files are often misnamed, and a PDF knows that it is one.
pub(crate) fn format_of(name: &str, content: &[u8]) -> Result<DocumentFormat, Error> {
    if content.starts_with(b"%PDF-") {
        return Ok(DocumentFormat::Pdf);
    }
    format(name).ok_or_else(|| Error::FormatUnknown { name: name.to_owned() })
}

/// The identifier of the document of this name from this source.
pub(crate) fn id(name: &str, source: DocumentSource) -> String {
    let source = match source {
        DocumentSource::Upload => "upload",
        DocumentSource::Folder => "folder",
    };
    let mut id = hash(format!("{source}\n{name}").as_bytes());
    id.truncate(ID_LENGTH);
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use DocumentSource::{Folder, Upload};

    #[test]
    fn a_name_is_a_files_name_and_says_its_format() {
        assert_eq!(format("Agents.MD"), Some(DocumentFormat::Markdown));
        assert_eq!(format("a.b.pdf"), Some(DocumentFormat::Pdf));
        assert_eq!((format("notes.exe"), format(".md"), format("md")), (None, None, None));
        assert_eq!(format_of("scan.txt", b"%PDF-1.7"), Ok(DocumentFormat::Pdf));
        assert!(checked("Recuperação de agentes.md", Upload).is_ok());
        assert!(checked("night/agents.md", Folder).is_ok());
        for wrong in ["", " ", "../x.md", "a/b.md", "a\\b.md", ".hidden.md", "a\u{202e}dm.md", "a\nb.md"] {
            assert!(checked(wrong, Upload).is_err(), "{wrong:?}");
        }
        for wrong in ["/etc/x.md", "a//b.md", "a/../b.md", "a/.git/b.md"] {
            assert!(checked(wrong, Folder).is_err(), "{wrong:?}");
        }
        assert_ne!(id("a.md", Upload), id("a.md", Folder));
    }
}
