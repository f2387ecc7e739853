//! Counts and finds: between domain and Protobuf.

use crate::proto::tws::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::tws::model::{
    CountGroup, CountRequest, Counts, FindRequest, Found, FoundObject, MatchKind, ObjectKind, Status,
};
use crate::wire::{
    all, enumeration, into_all, non_empty, optional_enumeration, optional_time, required, timestamp, to_i32,
    to_u32,
};

impl From<CountRequest> for proto::CountObjectsRequest {
    fn from(value: CountRequest) -> Self {
        let CountRequest { engine, kind, filter, group_by, max_groups } = value;
        Self {
            engine,
            kind: proto::ObjectKind::from(kind).into(),
            filter,
            group_by,
            max_groups: to_i32(max_groups),
        }
    }
}

impl TryFrom<proto::CountObjectsRequest> for CountRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::CountObjectsRequest) -> Result<Self, ProtocolError> {
        let proto::CountObjectsRequest { engine, kind, filter, group_by, max_groups } = value;
        Ok(Self {
            engine,
            kind: enumeration::<proto::ObjectKind, ObjectKind>(kind, "kind")?,
            filter,
            group_by,
            max_groups: to_u32(max_groups, "max_groups")?,
        })
    }
}

impl From<CountGroup> for proto::CountGroup {
    fn from(CountGroup { values, count }: CountGroup) -> Self {
        Self { values, count }
    }
}

impl From<proto::CountGroup> for CountGroup {
    fn from(proto::CountGroup { values, count }: proto::CountGroup) -> Self {
        Self { values, count }
    }
}

impl From<Counts> for proto::CountObjectsResponse {
    fn from(value: Counts) -> Self {
        let Counts { total, groups, truncated, freshness } = value;
        Self { total, groups: into_all(groups), truncated, freshness: Some(freshness.into()) }
    }
}

impl TryFrom<proto::CountObjectsResponse> for Counts {
    type Error = ProtocolError;

    fn try_from(value: proto::CountObjectsResponse) -> Result<Self, ProtocolError> {
        let proto::CountObjectsResponse { total, groups, truncated, freshness } = value;
        let freshness = required(freshness, "freshness")?.try_into()?;
        Ok(Self { total, groups: into_all(groups), truncated, freshness })
    }
}

impl From<FindRequest> for proto::FindObjectsRequest {
    fn from(value: FindRequest) -> Self {
        let FindRequest { engine, text, kinds, limit } = value;
        let kinds = kinds.into_iter().map(|kind| proto::ObjectKind::from(kind).into()).collect();
        Self { engine, text, kinds, limit: to_i32(limit) }
    }
}

impl TryFrom<proto::FindObjectsRequest> for FindRequest {
    type Error = ProtocolError;

    fn try_from(value: proto::FindObjectsRequest) -> Result<Self, ProtocolError> {
        let proto::FindObjectsRequest { engine, text, kinds, limit } = value;
        Ok(Self {
            engine,
            text: non_empty(text, "text")?,
            kinds: kinds
                .into_iter()
                .map(|kind| enumeration::<proto::ObjectKind, ObjectKind>(kind, "kinds"))
                .collect::<Result<_, _>>()?,
            limit: to_u32(limit, "limit")?,
        })
    }
}

impl From<FoundObject> for proto::FoundObject {
    fn from(value: FoundObject) -> Self {
        let FoundObject { kind, id, key, object_name, matched, score, scheduled_time, status } = value;
        Self {
            kind: proto::ObjectKind::from(kind).into(),
            id,
            key,
            object_name,
            r#match: proto::MatchKind::from(matched).into(),
            score,
            scheduled_time: scheduled_time.map(timestamp),
            status: status.map_or(0, |status| proto::Status::from(status).into()),
        }
    }
}

impl TryFrom<proto::FoundObject> for FoundObject {
    type Error = ProtocolError;

    fn try_from(value: proto::FoundObject) -> Result<Self, ProtocolError> {
        let proto::FoundObject { kind, id, key, object_name, r#match, score, scheduled_time, status } = value;
        Ok(Self {
            kind: enumeration::<proto::ObjectKind, ObjectKind>(kind, "kind")?,
            id,
            key,
            object_name,
            matched: enumeration::<proto::MatchKind, MatchKind>(r#match, "match")?,
            score,
            scheduled_time: optional_time(scheduled_time, "scheduled_time")?,
            status: optional_enumeration::<proto::Status, Status>(status, "status")?,
        })
    }
}

impl From<Found> for proto::FindObjectsResponse {
    fn from(value: Found) -> Self {
        let Found { objects, total_size, freshness } = value;
        Self { objects: into_all(objects), total_size, freshness: Some(freshness.into()) }
    }
}

impl TryFrom<proto::FindObjectsResponse> for Found {
    type Error = ProtocolError;

    fn try_from(value: proto::FindObjectsResponse) -> Result<Self, ProtocolError> {
        let proto::FindObjectsResponse { objects, total_size, freshness } = value;
        let freshness = required(freshness, "freshness")?.try_into()?;
        Ok(Self { objects: all(objects)?, total_size, freshness })
    }
}
