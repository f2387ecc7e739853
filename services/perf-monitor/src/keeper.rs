//! Brings silences and announced alerts over a restart, by way of the store.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use resync_fault::FaultBody;
use serde::de::DeserializeOwned;

use crate::handle::Shared;
use crate::store::Store;

const SILENCES: &str = "silences";
const ANNOUNCED: &str = "announced";
/// What has not changed is written again after this, for the case that the store lost it.
const REFRESH: Duration = Duration::from_secs(10 * 60);

/// What was written last, and when.
#[derive(Debug)]
struct Written {
    document: Bytes,
    at: Duration,
}

/// Loads once, then writes what changes.
#[derive(Debug)]
pub(crate) struct Keeper {
    store: Arc<dyn Store>,
    loaded: bool,
    written: HashMap<&'static str, Written>,
    /// The store failed last time; said once.
    out: bool,
}

impl Keeper {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, loaded: false, written: HashMap::new(), out: false }
    }

    /// Takes over what an earlier run left; false: the store cannot be read yet.
    pub(crate) async fn load(&mut self, shared: &Shared) -> bool {
        if self.loaded {
            return true;
        }
        let both = async { Ok((self.store.load(SILENCES).await?, self.store.load(ANNOUNCED).await?)) };
        match both.await {
            Ok((silences, announced)) => {
                let now = shared.clock.now();
                let mut state = shared.state();
                state.silences.restore(parse(SILENCES, silences));
                state.silences.expire(now.wall);
                state.book.restore(parse(ANNOUNCED, announced), now);
                drop(state);
                self.loaded = true;
                self.worked();
            }
            Err(error) => self.failed(&error),
        }
        self.loaded
    }

    /// Writes what changed, or was written long ago. Nothing is written over what was never read.
    pub(crate) async fn keep(&mut self, shared: &Shared) {
        if !self.load(shared).await {
            return;
        }
        let documents = {
            let state = shared.state();
            [
                (SILENCES, serde_json::to_vec(&state.silences.list())),
                (ANNOUNCED, serde_json::to_vec(&state.book.remember())),
            ]
        };
        let now = shared.clock.now().at;
        for (name, document) in documents {
            let document = match document {
                Ok(document) => Bytes::from(document),
                Err(error) => {
                    tracing::error!(%name, %error, "a document cannot be written down");
                    continue;
                }
            };
            let fresh = |written: &Written| written.document == document && now - written.at < REFRESH;
            if self.written.get(name).is_some_and(fresh) {
                continue;
            }
            match self.store.save(name, document.clone()).await {
                Ok(()) => {
                    self.written.insert(name, Written { document, at: now });
                    self.worked();
                }
                Err(error) => self.failed(&error),
            }
        }
    }

    fn worked(&mut self) {
        if std::mem::take(&mut self.out) {
            tracing::info!("silences are kept over a restart again");
        }
    }

    fn failed(&mut self, error: &FaultBody) {
        if !std::mem::replace(&mut self.out, true) {
            tracing::warn!(%error, "silences are not kept over a restart: the store cannot be used");
        }
    }
}

/// A document that cannot be read is as good as none: it is said, and written anew.
fn parse<T: DeserializeOwned>(name: &str, document: Option<Bytes>) -> Vec<T> {
    let Some(document) = document else { return Vec::new() };
    serde_json::from_slice(&document).unwrap_or_else(|error| {
        tracing::error!(%name, %error, "what an earlier run left cannot be read");
        Vec::new()
    })
}
