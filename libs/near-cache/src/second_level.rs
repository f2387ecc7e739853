//! The shared cache, as far as the first levels need it.

use futures::FutureExt as _;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use resync_api::cache::client::CacheClient;
use resync_api::cache::model::{InvalidationScope, Lookup, NewEntry, Position, WatchEvent};
use resync_fault::FaultBody;
use std::fmt::Debug;

/// A stream of invalidations; its end is an error like any other.
pub type Watch = BoxStream<'static, Result<WatchEvent, FaultBody>>;

/// What a second level must do. Its callers survive every error.
pub trait SecondLevel: Debug + Send + Sync + 'static {
    /// One entry, or the stamp with which to load it.
    fn get(&self, key: String) -> BoxFuture<'_, Result<Lookup, FaultBody>>;

    /// Stores an entry; false: it was invalidated while it was loaded.
    fn set(&self, entry: NewEntry) -> BoxFuture<'_, Result<bool, FaultBody>>;

    /// Makes entries dead in every process.
    fn invalidate(&self, scope: InvalidationScope) -> BoxFuture<'_, Result<Position, FaultBody>>;

    /// Invalidations as they happen, from the one after `after` on.
    fn watch(&self, after: Option<Position>) -> BoxFuture<'_, Result<Watch, FaultBody>>;
}

/// The client must carry the identity of the role: reads happen on behalf of callers who may not use the cache.
impl SecondLevel for CacheClient {
    fn get(&self, key: String) -> BoxFuture<'_, Result<Lookup, FaultBody>> {
        Self::get(self, key).boxed()
    }

    fn set(&self, entry: NewEntry) -> BoxFuture<'_, Result<bool, FaultBody>> {
        Self::set(self, entry).boxed()
    }

    fn invalidate(&self, scope: InvalidationScope) -> BoxFuture<'_, Result<Position, FaultBody>> {
        Self::invalidate(self, scope).boxed()
    }

    fn watch(&self, after: Option<Position>) -> BoxFuture<'_, Result<Watch, FaultBody>> {
        Self::watch(self, after).boxed()
    }
}
