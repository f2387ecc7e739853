//! Entries, lookups and invalidations: between domain and Protobuf.

use super::{number, position};
use crate::cache::check;
use crate::cache::model::{
    ClearScope, Entry, Invalidation, InvalidationScope, Lookup, Lookups, Miss, NewEntry, Position,
    WatchEvent, limits,
};
use crate::proto::cache::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{all, duration, into_all, optional_duration, required, required_duration};

impl From<Entry> for proto::Entry {
    fn from(value: Entry) -> Self {
        let Entry { key, value, tags, stamp, age, ttl } = value;
        Self { key, value, tags, stamp: stamp.get(), age: Some(duration(age)), ttl: Some(duration(ttl)) }
    }
}

impl TryFrom<proto::Entry> for Entry {
    type Error = ProtocolError;

    fn try_from(value: proto::Entry) -> Result<Self, ProtocolError> {
        let proto::Entry { key, value, tags, stamp, age, ttl } = value;
        Ok(Self {
            key,
            value,
            tags,
            stamp: position(stamp, "stamp")?,
            age: required_duration(age, "age")?,
            ttl: required_duration(ttl, "ttl")?,
        })
    }
}

impl From<NewEntry> for proto::SetEntryRequest {
    fn from(value: NewEntry) -> Self {
        let NewEntry { key, value, ttl, tags, stamp, age } = value;
        Self { key, value, ttl: Some(duration(ttl)), tags, stamp: stamp.get(), age: Some(duration(age)) }
    }
}

impl TryFrom<proto::SetEntryRequest> for NewEntry {
    type Error = ProtocolError;

    fn try_from(value: proto::SetEntryRequest) -> Result<Self, ProtocolError> {
        let proto::SetEntryRequest { key, value, ttl, tags, stamp, age } = value;
        Ok(Self {
            key: check::key(key, "key")?,
            value: check::size(value, "value", limits::VALUE_BYTES, "at most 4 MiB")?,
            ttl: check::ttl(required_duration(ttl, "ttl")?, "ttl")?,
            tags: check::tags(tags, "tags")?,
            stamp: position(stamp, "stamp")?,
            age: optional_duration(age, "age")?.unwrap_or_default(),
        })
    }
}

/// The key asked for.
impl TryFrom<proto::GetEntryRequest> for String {
    type Error = ProtocolError;

    fn try_from(proto::GetEntryRequest { key }: proto::GetEntryRequest) -> Result<Self, ProtocolError> {
        check::key(key, "key")
    }
}

/// The keys asked for.
impl TryFrom<proto::GetEntriesRequest> for Vec<String> {
    type Error = ProtocolError;

    fn try_from(proto::GetEntriesRequest { keys }: proto::GetEntriesRequest) -> Result<Self, ProtocolError> {
        check::keys(keys, "keys")
    }
}

impl From<Lookup> for proto::GetEntryResponse {
    fn from(value: Lookup) -> Self {
        match value {
            Lookup::Hit(entry) => Self { entry: Some(entry.into()), stamp: 0, store_unavailable: false },
            Lookup::Miss(Miss { stamp, store_unavailable }) => {
                Self { entry: None, stamp: number(stamp), store_unavailable }
            }
        }
    }
}

impl TryFrom<proto::GetEntryResponse> for Lookup {
    type Error = ProtocolError;

    fn try_from(value: proto::GetEntryResponse) -> Result<Self, ProtocolError> {
        let proto::GetEntryResponse { entry, stamp, store_unavailable } = value;
        Ok(match entry {
            Some(entry) => Self::Hit(entry.try_into()?),
            None => Self::Miss(Miss { stamp: Position::new(stamp), store_unavailable }),
        })
    }
}

impl From<Lookups> for proto::GetEntriesResponse {
    fn from(value: Lookups) -> Self {
        let Lookups { entries, miss: Miss { stamp, store_unavailable } } = value;
        Self { entries: into_all(entries), stamp: number(stamp), store_unavailable }
    }
}

impl TryFrom<proto::GetEntriesResponse> for Lookups {
    type Error = ProtocolError;

    fn try_from(value: proto::GetEntriesResponse) -> Result<Self, ProtocolError> {
        let proto::GetEntriesResponse { entries, stamp, store_unavailable } = value;
        let miss = Miss { stamp: Position::new(stamp), store_unavailable };
        Ok(Self { entries: all(entries)?, miss })
    }
}

impl From<InvalidationScope> for proto::InvalidationScope {
    fn from(value: InvalidationScope) -> Self {
        let InvalidationScope { keys, tags, prefixes, all } = value;
        Self { keys, tags, prefixes, all }
    }
}

impl TryFrom<proto::InvalidationScope> for InvalidationScope {
    type Error = ProtocolError;

    fn try_from(value: proto::InvalidationScope) -> Result<Self, ProtocolError> {
        let proto::InvalidationScope { keys, tags, prefixes, all } = value;
        check::scope(Self { keys, tags, prefixes, all })
    }
}

impl From<ClearScope> for proto::ClearCacheRequest {
    fn from(value: ClearScope) -> Self {
        use proto::clear_cache_request::Scope;
        let scope = match value {
            ClearScope::Cache(cache) => Scope::Cache(cache),
            ClearScope::Prefix(prefix) => Scope::Prefix(prefix),
            ClearScope::Tag(tag) => Scope::Tag(tag),
            ClearScope::All => Scope::All(true),
        };
        Self { scope: Some(scope) }
    }
}

impl TryFrom<proto::ClearCacheRequest> for ClearScope {
    type Error = ProtocolError;

    fn try_from(value: proto::ClearCacheRequest) -> Result<Self, ProtocolError> {
        use proto::clear_cache_request::Scope;
        Ok(match required(value.scope, "scope")? {
            Scope::Cache(cache) if cache.contains('/') => {
                return Err(ProtocolError::rule("cache", "a name without a slash"));
            }
            Scope::Cache(cache) => Self::Cache(check::name(cache, "cache")?),
            Scope::Prefix(prefix) => Self::Prefix(check::key(prefix, "prefix")?),
            Scope::Tag(tag) => Self::Tag(check::name(tag, "tag")?),
            Scope::All(true) => Self::All,
            Scope::All(false) => return Err(ProtocolError::rule("all", "true, or another scope")),
        })
    }
}

impl From<Invalidation> for proto::Invalidation {
    fn from(Invalidation { position, scope }: Invalidation) -> Self {
        Self { position: position.get(), scope: Some(scope.into()) }
    }
}

impl TryFrom<proto::Invalidation> for Invalidation {
    type Error = ProtocolError;

    fn try_from(value: proto::Invalidation) -> Result<Self, ProtocolError> {
        let proto::Invalidation { position: at, scope } = value;
        Ok(Self { position: position(at, "position")?, scope: required(scope, "scope")?.try_into()? })
    }
}

impl From<WatchEvent> for proto::WatchInvalidationsResponse {
    fn from(value: WatchEvent) -> Self {
        use proto::watch_invalidations_response::Event;
        let event = match value {
            WatchEvent::Started { position, continuous } => {
                Event::Started(proto::WatchStarted { position: position.get(), continuous })
            }
            WatchEvent::Invalidated(invalidation) => Event::Invalidation(invalidation.into()),
            WatchEvent::Heartbeat { position, live } => {
                Event::Heartbeat(proto::Heartbeat { position: position.get(), live })
            }
        };
        Self { event: Some(event) }
    }
}

impl TryFrom<proto::WatchInvalidationsResponse> for WatchEvent {
    type Error = ProtocolError;

    fn try_from(value: proto::WatchInvalidationsResponse) -> Result<Self, ProtocolError> {
        use proto::watch_invalidations_response::Event;
        Ok(match required(value.event, "event")? {
            Event::Started(proto::WatchStarted { position: at, continuous }) => {
                Self::Started { position: position(at, "started.position")?, continuous }
            }
            Event::Invalidation(invalidation) => Self::Invalidated(invalidation.try_into()?),
            Event::Heartbeat(proto::Heartbeat { position: at, live }) => {
                Self::Heartbeat { position: position(at, "heartbeat.position")?, live }
            }
        })
    }
}
