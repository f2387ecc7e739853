//! From what a caller wrote, a plan id or a key, to exactly one row.

use resync_api::tws::model::{MatchKind, ObjectKind};

use crate::plan::edges::Node;
use crate::plan::field::kind_word;
use crate::plan::find::FindQuery;
use crate::plan::query_error::QueryError;
use crate::plan::snapshot::Snapshot;

/// Most candidates or similar keys in an error.
const SHOWN: usize = 5;

impl Snapshot {
    pub(crate) fn resolve_job(&self, text: &str) -> Result<u32, QueryError> {
        let text = bare(text, "jobs");
        match self.find_job(text) {
            Some(row) => Ok(row),
            None => self
                .resolve_key(text, &[ObjectKind::Job])
                .and_then(|id| self.find_job(&id).ok_or_else(|| self.not_found(ObjectKind::Job, text))),
        }
    }

    pub(crate) fn resolve_stream(&self, text: &str) -> Result<u32, QueryError> {
        let text = bare(text, "jobStreams");
        match self.streams.find(text) {
            Some(row) => Ok(row),
            None => self.resolve_key(text, &[ObjectKind::JobStream]).and_then(|id| {
                self.streams.find(&id).ok_or_else(|| self.not_found(ObjectKind::JobStream, text))
            }),
        }
    }

    /// A job or job stream.
    pub(crate) fn resolve_node(&self, text: &str) -> Result<Node, QueryError> {
        let text = bare(bare(text, "jobs"), "jobStreams");
        match self.find_node(text) {
            Some(node) => Ok(node),
            None => self
                .resolve_key(text, &[ObjectKind::Job, ObjectKind::JobStream])
                .and_then(|id| self.find_node(&id).ok_or_else(|| self.not_found(ObjectKind::Job, text))),
        }
    }

    /// The plan id of the one object with this key.
    fn resolve_key(&self, text: &str, kinds: &[ObjectKind]) -> Result<String, QueryError> {
        let found = self.find(&FindQuery { text, kinds, limit: SHOWN });
        let exact = found.objects.first().is_some_and(|object| object.matched == MatchKind::Exact);
        let kind = kinds.first().copied().unwrap_or(ObjectKind::Job);
        match found.objects.as_slice() {
            [only] if exact && found.total_size == 1 => Ok(only.id.clone()),
            several if exact => Err(QueryError::Ambiguous {
                text: text.to_owned(),
                engine: self.engine.to_string(),
                count: found.total_size,
                candidates: several.iter().map(|object| (object.key.clone(), object.id.clone())).collect(),
            }),
            near => {
                let mut nearest: Vec<_> = near.iter().map(|object| object.key.clone()).collect();
                nearest.dedup();
                Err(QueryError::NotFound {
                    kind: kind_word(kind),
                    text: text.to_owned(),
                    engine: self.engine.to_string(),
                    nearest,
                })
            }
        }
    }

    pub(crate) fn not_found(&self, kind: ObjectKind, text: &str) -> QueryError {
        QueryError::NotFound {
            kind: kind_word(kind),
            text: text.to_owned(),
            engine: self.engine.to_string(),
            nearest: Vec::new(),
        }
    }
}

/// A resource name such as `engines/default/jobs/…` without what stands before the id.
fn bare<'a>(text: &'a str, collection: &str) -> &'a str {
    let text = text.trim();
    let id = text.strip_prefix("engines/").and_then(|rest| {
        let (_, rest) = rest.split_once('/')?;
        rest.strip_prefix(collection)?.strip_prefix('/')
    });
    id.unwrap_or(text)
}
