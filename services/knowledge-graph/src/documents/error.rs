//! What callers of the documents are told when they get no answer, and what is wrong with a document.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use resync_api::documents::model::DocumentProblem;
use resync_fault::{ErrorKind, Fault, FieldViolation};

/// A caller who met full hands comes back after this.
const BUSY_RETRY: Duration = Duration::from_secs(2);

/// Why a call has no answer, or a document no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing is kept under that identifier.
    #[error("there is no document {id:?}")]
    NotFound {
        /// What was asked for.
        id: String,
    },
    /// The name says no format that is understood.
    #[error("nothing says what {name:?} is written in")]
    FormatUnknown {
        /// Its name.
        name: String,
    },
    /// The name cannot be a file's name.
    #[error("{name:?} cannot be the name of a document")]
    NameInvalid {
        /// What was given.
        name: String,
    },
    /// The original is too large.
    #[error("the document is larger than {limit} bytes")]
    TooLarge {
        /// Most bytes of an original.
        limit: u64,
    },
    /// Its text is too long.
    #[error("the document holds more than {limit} bytes of text")]
    TooMuchText {
        /// Most bytes of text.
        limit: usize,
    },
    /// It is broken, or not what its name says.
    #[error("the document cannot be read: {detail}")]
    Unreadable {
        /// What its reader said.
        detail: String,
    },
    /// It needs a password.
    #[error("the document is encrypted")]
    Encrypted,
    /// Reading it took too long.
    #[error("the document could not be read within {} s", limit.as_secs_f64())]
    TimedOut {
        /// Longest that reading may take.
        limit: Duration,
    },
    /// It holds no text.
    #[error("the document holds no text")]
    Empty,
    /// It is read from the watched folder and would come back.
    #[error("{name:?} lies in the watched folder")]
    FromFolder {
        /// Its name.
        name: String,
    },
    /// No more fits.
    #[error("no more documents fit: {detail}")]
    StoreFull {
        /// Which bound is reached.
        detail: String,
    },
    /// Too much is being written.
    #[error("too many documents are being taken in at once")]
    Busy,
    /// The search has no words.
    #[error("the query has nothing to search for")]
    QueryEmpty,
    /// The search has too many.
    #[error("the query is longer than {limit} characters")]
    QueryTooLong {
        /// Most characters.
        limit: usize,
    },
    /// A page token that no answer gave.
    #[error("the page token is not one of an earlier answer")]
    PageTokenInvalid,
    /// An upload that does not begin with its header, or has two.
    #[error("an upload is one header and then pieces of content")]
    UploadMalformed,
    /// No reading process could be started, or it cannot work.
    #[error("no document can be read: {0}")]
    ReaderFailed(String),
    /// The store of originals failed.
    #[error("the store of documents failed: {0}")]
    Store(String),
    /// The index failed.
    #[error("the index of documents failed: {0}")]
    Index(String),
    /// The process is stopping.
    #[error("the documents are being closed")]
    Stopping,
}

impl Error {
    /// The same bytes would fail the same way again: worth remembering, not worth a retry.
    #[must_use]
    pub fn is_about_content(&self) -> bool {
        matches!(
            self,
            Self::FormatUnknown { .. }
                | Self::TooLarge { .. }
                | Self::TooMuchText { .. }
                | Self::Unreadable { .. }
                | Self::Encrypted
                | Self::TimedOut { .. }
                | Self::Empty
        )
    }

    /// The reason, as a label that lives for ever.
    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "DOCUMENT_NOT_FOUND",
            Self::FormatUnknown { .. } => "DOCUMENT_FORMAT_UNKNOWN",
            Self::NameInvalid { .. } => "DOCUMENT_NAME_INVALID",
            Self::TooLarge { .. } | Self::TooMuchText { .. } => "DOCUMENT_TOO_LARGE",
            Self::Unreadable { .. } => "DOCUMENT_UNREADABLE",
            Self::Encrypted => "DOCUMENT_ENCRYPTED",
            Self::TimedOut { .. } => "DOCUMENT_TIMED_OUT",
            Self::Empty => "DOCUMENT_EMPTY",
            Self::FromFolder { .. } => "DOCUMENT_FROM_FOLDER",
            Self::StoreFull { .. } => "DOCUMENT_STORE_FULL",
            Self::Busy => "DOCUMENTS_BUSY",
            Self::QueryEmpty => "DOCUMENT_QUERY_EMPTY",
            Self::QueryTooLong { .. } => "DOCUMENT_QUERY_TOO_LONG",
            Self::PageTokenInvalid => "PAGE_TOKEN_INVALID",
            Self::UploadMalformed => "DOCUMENT_UPLOAD_MALFORMED",
            Self::ReaderFailed(_) => "DOCUMENT_READER_FAILED",
            Self::Store(_) => "DOCUMENT_STORE_FAILED",
            Self::Index(_) => "DOCUMENT_INDEX_FAILED",
            Self::Stopping => "STOPPING",
        }
    }

    /// As it is kept with a document.
    pub(crate) fn problem(&self) -> DocumentProblem {
        DocumentProblem {
            reason: self.reason().to_owned(),
            message: self.to_string(),
            hint: self.hint().unwrap_or_default().into_owned(),
        }
    }
}

impl Fault for Error {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::FormatUnknown { .. }
            | Self::NameInvalid { .. }
            | Self::TooLarge { .. }
            | Self::TooMuchText { .. }
            | Self::Unreadable { .. }
            | Self::Encrypted
            | Self::TimedOut { .. }
            | Self::Empty
            | Self::QueryEmpty
            | Self::QueryTooLong { .. }
            | Self::PageTokenInvalid
            | Self::UploadMalformed => ErrorKind::InvalidArgument,
            Self::FromFolder { .. } => ErrorKind::FailedPrecondition,
            Self::StoreFull { .. } | Self::Busy => ErrorKind::ResourceExhausted,
            Self::Stopping => ErrorKind::Unavailable,
            Self::ReaderFailed(_) | Self::Store(_) | Self::Index(_) => ErrorKind::Internal,
        }
    }

    fn reason(&self) -> &str {
        self.code()
    }

    fn hint(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(match self {
            Self::NotFound { .. } => "list the documents to see what is kept",
            Self::FormatUnknown { .. } => "name it with its ending: .md, .txt, .html or .pdf",
            Self::NameInvalid { .. } => "use a plain file name of at most 200 characters",
            Self::TooLarge { .. } | Self::TooMuchText { .. } => "split it into several documents",
            Self::Unreadable { .. } => {
                "open it with another program and save it again, or convert it to text"
            }
            Self::Encrypted => "save it without a password",
            Self::TimedOut { .. } => "split it, or convert it to text",
            Self::Empty => "a scanned document needs text recognition first",
            Self::FromFolder { .. } => "remove the file from the folder; the document follows",
            Self::StoreFull { .. } => "delete documents that are not needed, or raise the bound",
            Self::Busy => "try again shortly",
            Self::QueryEmpty => "name a thing, a code or a problem; common words alone find nothing",
            Self::QueryTooLong { .. } => "ask one thing at a time",
            Self::PageTokenInvalid => "begin again with the first page",
            Self::UploadMalformed => "send the header first, then the content in pieces",
            Self::Stopping => "try again in a moment",
            Self::ReaderFailed(_) | Self::Store(_) | Self::Index(_) => return None,
        }))
    }

    fn retryable(&self) -> bool {
        matches!(self, Self::Busy | Self::Stopping)
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::Busy).then_some(BUSY_RETRY)
    }

    fn violations(&self) -> Vec<FieldViolation> {
        let field = match self {
            Self::QueryEmpty | Self::QueryTooLong { .. } => "query",
            Self::PageTokenInvalid => "page_token",
            Self::FormatUnknown { .. } | Self::NameInvalid { .. } => "header.name",
            _ => return Vec::new(),
        };
        vec![FieldViolation::new(field, self.to_string())]
    }

    fn metadata(&self) -> BTreeMap<String, String> {
        let one = |name: &str, value: String| BTreeMap::from([(name.to_owned(), value)]);
        match self {
            Self::NotFound { id } => one("document_id", id.clone()),
            Self::TooLarge { limit } => one("limit_bytes", limit.to_string()),
            Self::TooMuchText { limit } => one("limit_bytes", limit.to_string()),
            Self::FormatUnknown { name } | Self::NameInvalid { name } | Self::FromFolder { name } => {
                one("name", name.clone())
            }
            _ => BTreeMap::new(),
        }
    }
}
