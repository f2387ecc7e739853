//! What turns texts into vectors, seen from here; the endpoint behind it is an adapter.

use std::fmt;

use futures::future::BoxFuture;

/// What the vectors are for: a person waits for a question, nobody waits for a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// One text, soon.
    Question,
    /// Many texts, some time.
    Documents,
}

/// Why there are no vectors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EmbedError(pub String);

/// Turns texts into vectors whose nearness is likeness of meaning.
pub trait Embedder: fmt::Debug + Send + Sync + 'static {
    /// Name of the model: vectors of different models cannot be compared.
    fn model(&self) -> &str;

    /// Most texts in one call.
    fn batch(&self) -> usize;

    /// One vector for each text, in order, all of one length that never changes.
    fn embed(&self, texts: Vec<String>, purpose: Purpose)
    -> BoxFuture<'_, Result<Vec<Vec<f32>>, EmbedError>>;
}
