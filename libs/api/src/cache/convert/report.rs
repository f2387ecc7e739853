//! What the role says about itself: between domain and Protobuf.

use crate::cache::model::{CacheHealth, CacheStats, CacheUse, StoreKind};
use crate::proto::cache::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::{duration, enumeration, into_all, required_duration, required_time, timestamp};

impl From<CacheUse> for proto::CacheUse {
    fn from(value: CacheUse) -> Self {
        let CacheUse { cache, memory_hits, store_hits, misses, sets, dead } = value;
        Self { cache, memory_hits, store_hits, misses, sets, dead }
    }
}

impl From<proto::CacheUse> for CacheUse {
    fn from(value: proto::CacheUse) -> Self {
        let proto::CacheUse { cache, memory_hits, store_hits, misses, sets, dead } = value;
        Self { cache, memory_hits, store_hits, misses, sets, dead }
    }
}

impl From<CacheStats> for proto::CacheStats {
    fn from(value: CacheStats) -> Self {
        let CacheStats {
            caches,
            memory_items,
            memory_bytes,
            memory_max_items,
            memory_max_bytes,
            memory_evictions,
            store,
            position,
            invalidations,
            watchers,
            history_losses,
            uptime,
        } = value;
        Self {
            caches: into_all(caches),
            memory_items,
            memory_bytes,
            memory_max_items,
            memory_max_bytes,
            memory_evictions,
            store: proto::StoreKind::from(store).into(),
            position,
            invalidations,
            watchers,
            history_losses,
            uptime: Some(duration(uptime)),
        }
    }
}

impl TryFrom<proto::CacheStats> for CacheStats {
    type Error = ProtocolError;

    fn try_from(value: proto::CacheStats) -> Result<Self, ProtocolError> {
        let proto::CacheStats {
            caches,
            memory_items,
            memory_bytes,
            memory_max_items,
            memory_max_bytes,
            memory_evictions,
            store,
            position,
            invalidations,
            watchers,
            history_losses,
            uptime,
        } = value;
        Ok(Self {
            caches: into_all(caches),
            memory_items,
            memory_bytes,
            memory_max_items,
            memory_max_bytes,
            memory_evictions,
            store: enumeration::<proto::StoreKind, StoreKind>(store, "store")?,
            position,
            invalidations,
            watchers,
            history_losses,
            uptime: required_duration(uptime, "uptime")?,
        })
    }
}

impl From<CacheHealth> for proto::CacheHealth {
    fn from(value: CacheHealth) -> Self {
        let CacheHealth {
            serving,
            reason,
            message,
            hint,
            store,
            checked_at,
            latency,
            version,
            connected_clients,
            used_memory_bytes,
            max_memory_bytes,
            eviction_policy,
            persistence,
            idempotency_safe,
            idempotency_warning,
        } = value;
        Self {
            serving,
            reason,
            message,
            hint,
            store: proto::StoreKind::from(store).into(),
            checked_at: Some(timestamp(checked_at)),
            latency: Some(duration(latency)),
            version,
            connected_clients,
            used_memory_bytes,
            max_memory_bytes,
            eviction_policy,
            persistence,
            idempotency_safe,
            idempotency_warning,
        }
    }
}

impl TryFrom<proto::CacheHealth> for CacheHealth {
    type Error = ProtocolError;

    fn try_from(value: proto::CacheHealth) -> Result<Self, ProtocolError> {
        let proto::CacheHealth {
            serving,
            reason,
            message,
            hint,
            store,
            checked_at,
            latency,
            version,
            connected_clients,
            used_memory_bytes,
            max_memory_bytes,
            eviction_policy,
            persistence,
            idempotency_safe,
            idempotency_warning,
        } = value;
        Ok(Self {
            serving,
            reason,
            message,
            hint,
            store: enumeration::<proto::StoreKind, StoreKind>(store, "store")?,
            checked_at: required_time(checked_at, "checked_at")?,
            latency: required_duration(latency, "latency")?,
            version,
            connected_clients,
            used_memory_bytes,
            max_memory_bytes,
            eviction_policy,
            persistence,
            idempotency_safe,
            idempotency_warning,
        })
    }
}
