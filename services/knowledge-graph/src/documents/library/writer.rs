//! The one who changes store, index and catalogue, in this order, so that what is in the index is always kept.
//!
//! Changes arrive in a bounded queue and are made in batches: one commit for all that wait. A change that was taken is
//! finished even if whoever asked has gone.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use bytes::Bytes;
use resync_api::documents::model::Document;
use resync_service_kit::shutdown::Drain;
use tokio::sync::{mpsc, oneshot};

use crate::documents::error::Error;
use crate::documents::index::Change;
use crate::documents::library::shelf::{Shelf, blocking};
use crate::documents::split::Piece;

/// Changes that wait. Full: an upload is refused with [`Error::Busy`], the importer waits.
const QUEUE: usize = 64;

/// A document as it shall be.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) document: Document,
    /// Unset: its content is kept already, and if it is another by now the entry is outdated and dropped.
    pub(crate) content: Option<Bytes>,
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Debug)]
enum Wish {
    Put(Box<Entry>),
    Delete(String),
}

#[derive(Debug)]
struct Order {
    wishes: Vec<Wish>,
    done: oneshot::Sender<Result<(), Error>>,
}

/// Where changes are asked for.
#[derive(Clone, Debug)]
pub(crate) struct Orders(mpsc::Sender<Order>);

impl Orders {
    /// Asks without waiting for a place.
    pub(crate) async fn put_now(&self, entry: Entry) -> Result<(), Error> {
        let place = self.0.try_reserve().map_err(|full| match full {
            mpsc::error::TrySendError::Full(()) => Error::Busy,
            mpsc::error::TrySendError::Closed(()) => Error::Stopping,
        })?;
        let (done, outcome) = oneshot::channel();
        place.send(Order { wishes: vec![Wish::Put(Box::new(entry))], done });
        outcome.await.unwrap_or(Err(Error::Stopping))
    }

    /// Asks, and waits for a place first.
    pub(crate) async fn put_all(&self, entries: Vec<Entry>) -> Result<(), Error> {
        self.order(entries.into_iter().map(|entry| Wish::Put(Box::new(entry))).collect()).await
    }

    /// Asks to forget documents.
    pub(crate) async fn delete(&self, ids: Vec<String>) -> Result<(), Error> {
        self.order(ids.into_iter().map(Wish::Delete).collect()).await
    }

    async fn order(&self, wishes: Vec<Wish>) -> Result<(), Error> {
        let (done, outcome) = oneshot::channel();
        self.0.send(Order { wishes, done }).await.map_err(|_| Error::Stopping)?;
        outcome.await.unwrap_or(Err(Error::Stopping))
    }
}

/// Makes changes until the drain begins.
#[derive(Debug)]
pub(crate) struct Writer {
    shelf: Arc<Shelf>,
    orders: mpsc::Receiver<Order>,
}

impl Writer {
    pub(crate) fn new(shelf: Arc<Shelf>) -> (Self, Orders) {
        let (sender, orders) = mpsc::channel(QUEUE);
        (Self { shelf, orders }, Orders(sender))
    }

    pub(crate) async fn run(mut self, drain: Drain) {
        while let Some(Some(first)) = drain.unless_begun(self.orders.recv()).await {
            let mut batch = vec![first];
            while let Ok(next) = self.orders.try_recv() {
                batch.push(next);
            }
            self.carry_out(batch).await;
        }
    }

    async fn carry_out(&self, batch: Vec<Order>) {
        let mut changes = Vec::new();
        let mut now: HashMap<String, Option<Document>> = HashMap::new();
        let mut stored = Vec::new();
        for order in batch {
            let mut outcome = Ok(());
            for wish in order.wishes {
                outcome = outcome.and(self.store(wish, &mut now, &mut changes).await);
            }
            stored.push((order.done, outcome));
        }
        let indexed = if changes.is_empty() { Ok(()) } else { self.index(changes).await };
        self.shelf.change_catalogue(|all| {
            for (id, document) in &now {
                match document {
                    Some(document) => all.insert(id.clone(), document.clone()),
                    None => all.remove(id),
                };
            }
        });
        self.forget_vectors(&now);
        for (done, outcome) in stored {
            // Whoever asked may have gone.
            let _ = done.send(outcome.and(indexed.clone()));
        }
    }

    /// Makes a change durable and notes what follows from it.
    async fn store(
        &self,
        wish: Wish,
        now: &mut HashMap<String, Option<Document>>,
        changes: &mut Vec<Change>,
    ) -> Result<(), Error> {
        match wish {
            Wish::Delete(id) => {
                self.shelf.store.delete(&id).await?;
                changes.push(Change::Delete { id: id.clone() });
                now.insert(id, None);
            }
            Wish::Put(entry) => {
                let Entry { document, content, pieces } = *entry;
                let before = match now.get(&document.id) {
                    Some(before) => before.clone(),
                    None => self.shelf.document(&document.id),
                };
                let same = before.as_ref().is_some_and(|before| before.sha256 == document.sha256);
                if content.is_none() && !same {
                    return Ok(());
                }
                if content.is_some() || before.as_ref() != Some(&document) {
                    self.shelf.store.put(document.clone(), content).await?;
                }
                changes.push(Change::Put { document: document.clone().into(), pieces });
                now.insert(document.id.clone(), Some(document));
            }
        }
        Ok(())
    }

    async fn index(&self, changes: Vec<Change>) -> Result<(), Error> {
        let shelf = Arc::clone(&self.shelf);
        let outcome = blocking(move || shelf.index.write(changes)).await;
        if let Err(error) = &outcome {
            tracing::error!(%error, "documents are kept and cannot be found: the index cannot be written");
        }
        outcome
    }

    /// Vectors of an earlier state would answer for texts that are gone.
    fn forget_vectors(&self, now: &HashMap<String, Option<Document>>) {
        let Some(meaning) = &self.shelf.meaning else { return };
        let mut vectors = meaning.vectors.write().unwrap_or_else(PoisonError::into_inner);
        for (id, document) in now {
            if !document.as_ref().is_some_and(|document| vectors.has(document)) {
                vectors.forget(id);
            }
        }
    }
}
