//! What processes report: between domain and Protobuf.

use super::field::{Field, enumeration_field, same_message};
use crate::perf::model::{
    CacheSettingNames, CacheVitals, Histogram, KindVitals, PoolKind, PoolSettingNames, PoolVitals,
    ProcessReport, QueueVitals, ResourceVitals, RpcVitals, TaskVitals, TrackedResource,
};
use crate::proto::perf::v1 as proto;
use crate::protocol_error::ProtocolError;

enumeration_field!(PoolKind { Http, Redis, Database });

same_message! {
    ProcessReport {
        instance, roles, version, started_at, sent_at, caches, pools, rpcs, resources, queues,
        tasks, resident_bytes, metrics_text,
    }
    CacheVitals {
        name, max_items, max_bytes, default_ttl, items, bytes, hits, misses, sets, evictions,
        expirations, invalidations, loads, load_failures, load_seconds, coalesced, stale_served,
        negative_hits, timed_accesses, access_seconds, settings,
    }
    CacheSettingNames {
        ttl, max_items, max_bytes,
    }
    PoolVitals {
        name, kind, min, max, open, idle, in_use, waiting, peak_in_use, acquired, waited, exhausted,
        timed_out, errors, opened, closed, wait_seconds, wait, settings,
    }
    PoolSettingNames {
        min, max, connect_timeout,
    }
    RpcVitals {
        method, calls, errors, latency,
    }
    ResourceVitals {
        kinds, oldest,
    }
    KindVitals {
        kind, active, acquired, released, limit, leak_after, oldest_age, leaked, untracked,
    }
    TrackedResource {
        id, kind, owner, age, acquired_at,
    }
    QueueVitals {
        name, depth, capacity,
    }
    TaskVitals {
        name, running,
    }
}

impl From<Histogram> for proto::Histogram {
    fn from(Histogram { bounds_seconds, counts, sum_seconds }: Histogram) -> Self {
        Self { bounds_seconds, counts, sum_seconds }
    }
}

impl TryFrom<proto::Histogram> for Histogram {
    type Error = ProtocolError;

    fn try_from(value: proto::Histogram) -> Result<Self, ProtocolError> {
        let proto::Histogram { bounds_seconds, counts, sum_seconds } = value;
        let bounds: Vec<f64> = Field::from_wire(bounds_seconds, "bounds_seconds")?;
        if !bounds.is_sorted_by(|a, b| a < b) {
            return Err(ProtocolError::invalid("bounds_seconds", format!("{bounds:?}")));
        }
        let never_used = bounds.is_empty() && counts.is_empty();
        if !never_used && counts.len() != bounds.len() + 1 {
            let text = format!("{} counts for {} bounds", counts.len(), bounds.len());
            return Err(ProtocolError::invalid("counts", text));
        }
        Ok(Self {
            bounds_seconds: bounds,
            counts,
            sum_seconds: Field::from_wire(sum_seconds, "sum_seconds")?,
        })
    }
}

impl Field<Option<proto::Histogram>> for Histogram {
    fn into_wire(self) -> Option<proto::Histogram> {
        Some(self.into())
    }

    /// A histogram that is not sent was never used.
    fn from_wire(wire: Option<proto::Histogram>, _: &'static str) -> Result<Self, ProtocolError> {
        wire.map_or_else(|| Ok(Self::default()), TryInto::try_into)
    }
}
