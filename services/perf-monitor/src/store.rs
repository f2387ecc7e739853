//! What must outlast a restart: silences, and which alerts were announced. Two small documents.
//!
//! They live as entries `perf/…` in the shared cache, whose store is durable. Entries there end after a week and can be
//! cleared by anybody who may clear caches, so the monitor writes them again every ten minutes: while it runs, nothing is
//! lost. With the store out, silences made meanwhile hold in memory and are written when it is back.

use std::fmt::Debug;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt as _;
use futures::future::BoxFuture;
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{Lookup, NewEntry};
use resync_fault::{ErrorKind, FaultBody};

/// Keeps small documents by name.
pub trait Store: Debug + Send + Sync {
    /// The document; unset: there is none.
    fn load(&self, name: &'static str) -> BoxFuture<'_, Result<Option<Bytes>, FaultBody>>;

    /// Replaces the document.
    fn save(&self, name: &'static str, document: Bytes) -> BoxFuture<'_, Result<(), FaultBody>>;
}

const LIFE: Duration = Duration::from_secs(7 * 24 * 60 * 60);

impl Store for CacheClient {
    fn load(&self, name: &'static str) -> BoxFuture<'_, Result<Option<Bytes>, FaultBody>> {
        async move {
            match self.get(key(name)).await? {
                Lookup::Hit(entry) => Ok(Some(entry.value)),
                Lookup::Miss(miss) if miss.store_unavailable => Err(out()),
                Lookup::Miss(_) => Ok(None),
            }
        }
        .boxed()
    }

    fn save(&self, name: &'static str, document: Bytes) -> BoxFuture<'_, Result<(), FaultBody>> {
        async move {
            // An entry that was invalidated since its stamp is not stored; the next lookup gives a stamp that is.
            for _ in 0..3 {
                let stamp = match self.get(key(name)).await? {
                    Lookup::Hit(entry) => entry.stamp,
                    Lookup::Miss(miss) => miss.stamp.ok_or_else(out)?,
                };
                let entry = NewEntry {
                    key: key(name),
                    value: document.clone(),
                    ttl: LIFE,
                    tags: Vec::new(),
                    stamp,
                    age: Duration::ZERO,
                };
                if self.set(entry).await? {
                    return Ok(());
                }
            }
            Err(out())
        }
        .boxed()
    }
}

fn key(name: &str) -> String {
    format!("perf/{name}")
}

fn out() -> FaultBody {
    FaultBody::new(ErrorKind::Unavailable, "STORE_UNAVAILABLE", "the shared store cannot be used now")
}
