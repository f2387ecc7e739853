//! Passages get their vectors, document by document, when nothing else is to be done.

use std::sync::{Arc, PoisonError};

use resync_api::documents::model::Document;

use crate::documents::embed::{EmbedError, Purpose};
use crate::documents::library::shelf::{Meaning, Shelf, blocking};

/// Failures in a row after which the others wait for the next time: the endpoint is away, not one document odd.
const FAILURES: usize = 3;

/// Gives vectors to all documents that lack them and have room; false when that shall be tried again.
pub(crate) async fn embed(shelf: &Arc<Shelf>) -> bool {
    let Some(meaning) = &shelf.meaning else { return true };
    let (mut in_a_row, mut well) = (0, true);
    for document in lacking(shelf, meaning) {
        if in_a_row == FAILURES {
            break;
        }
        let (at, id, count) = (Arc::clone(shelf), document.id.clone(), document.passages);
        let passages = match blocking(move || at.index.passages(&id, 0, count)).await {
            Ok(passages) if passages.len() == count as usize => passages,
            // It is being replaced, or not indexed yet.
            _ => continue,
        };
        let texts: Vec<String> =
            passages.into_iter().map(|passage| format!("{}\n{}", passage.citation, passage.text)).collect();
        let rows = match vectors(meaning, &texts).await {
            Ok(rows) => {
                in_a_row = 0;
                rows
            }
            Err(error) => {
                tracing::warn!(%error, document = document.name, "passages get no vectors for now");
                (in_a_row, well) = (in_a_row + 1, false);
                continue;
            }
        };
        if shelf.document(&document.id).as_ref() != Some(&document) {
            continue;
        }
        let mut kept = meaning.vectors.write().unwrap_or_else(PoisonError::into_inner);
        if kept.has_room_for(&document)
            && let Err(error) = kept.put(&document, &rows)
        {
            tracing::warn!(%error, document = document.name, "vectors could not be kept");
            well = false;
        }
    }
    well
}

fn lacking(shelf: &Shelf, meaning: &Meaning) -> Vec<Document> {
    shelf.catalogue(|all| {
        let vectors = meaning.vectors.read().unwrap_or_else(PoisonError::into_inner);
        let lacks = |document: &&Document| {
            document.passages > 0 && !vectors.has(document) && vectors.has_room_for(document)
        };
        all.values().filter(lacks).cloned().collect()
    })
}

async fn vectors(meaning: &Meaning, texts: &[String]) -> Result<Vec<Vec<f32>>, EmbedError> {
    let mut rows = Vec::with_capacity(texts.len());
    for batch in texts.chunks(meaning.embedder.batch().max(1)) {
        rows.extend(meaning.embedder.embed(batch.to_vec(), Purpose::Documents).await?);
    }
    Ok(rows)
}
