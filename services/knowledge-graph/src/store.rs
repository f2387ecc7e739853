//! Where everything that must last is kept: one small trait, an embedded adapter (SQLite) and a real one (Neo4j).
//!
//! A store holds records (a key, a revision, a JSON text, a few fields to search by) and relations between them. Every
//! batch of writes is atomic and may depend on revisions, which is all that claims, chains and single use need; what
//! records mean is the business of the modules above. There is no way to read without a bound.

mod error;
mod record;
mod query;
pub mod schema;
pub mod sqlite;
pub mod neo4j;

pub use error::StoreError;
pub use query::{Condition, Count, Cursor, Links, MAX_PAGE, Order, Query};
pub use record::{Batch, Collection, Link, Record, RelationKind, Value, Write, time_text};

use futures::future::BoxFuture;
use std::fmt;

/// What an adapter promises to answer.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A durable store. Shared by all modules of the role.
pub trait Store: fmt::Debug + Send + Sync + 'static {
    /// Applies all writes, in order, or none. When it answers, they are durable.
    ///
    /// An answer that is lost on the way (a connection that breaks under the commit) is looked up again by the adapter:
    /// a batch whose records stand exactly as written counts as applied. So records that claim something must hold
    /// something unique.
    fn commit(&self, batch: Batch) -> Answer<'_, ()>;

    /// One record.
    fn get(&self, collection: Collection, key: &str) -> Answer<'_, Option<Record>>;

    /// Records that match, in the query's order, at most its limit.
    fn find(&self, query: Query) -> Answer<'_, Vec<Record>>;

    /// Numbers of records that match, by the values of some fields; the biggest groups first, at most the query's limit.
    fn count(&self, query: Query, by: &'static [&'static str]) -> Answer<'_, Vec<Count>>;

    /// Relations of one kind, ordered by their ends.
    fn links(&self, links: Links) -> Answer<'_, Vec<Link>>;

    /// Whether it can be used now; makes its schema at first use.
    fn check(&self) -> Answer<'_, ()>;
}
