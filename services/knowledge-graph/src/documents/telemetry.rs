//! Figures about reading documents and about calls to an embeddings endpoint.

use resync_api::documents::model::DocumentFormat;

use crate::documents::error::Error;

const READINGS: &str = "resync_documents_readings_total";
const EMBEDDINGS: &str = "resync_documents_embedding_requests_total";

/// Tells the recorder what the figures mean; harmless when told twice.
pub(crate) fn describe() {
    metrics::describe_counter!(READINGS, "documents read, by format and outcome");
    metrics::describe_counter!(EMBEDDINGS, "requests to the embeddings endpoint, by outcome");
}

/// Counts one document.
pub(crate) fn reading(format: DocumentFormat, error: Option<&Error>) {
    let format = match format {
        DocumentFormat::Markdown => "markdown",
        DocumentFormat::Text => "text",
        DocumentFormat::Html => "html",
        DocumentFormat::Pdf => "pdf",
    };
    let outcome = error.map_or("ok", Error::code);
    metrics::counter!(READINGS, "format" => format, "outcome" => outcome).increment(1);
}

/// Counts one request.
pub(crate) fn embedding(outcome: &'static str) {
    metrics::counter!(EMBEDDINGS, "outcome" => outcome).increment(1);
}
