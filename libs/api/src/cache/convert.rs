//! The only conversions between cache types and Protobuf. Requests are checked against the limits as they arrive.

use crate::proto::cache::v1 as proto;
use crate::protocol_error::ProtocolError;
use crate::wire::same_enumeration;

use super::model::{Position, StoreKind};

mod entry;
mod protection;
mod report;

same_enumeration!(StoreKind { Sqlite, Redis, RedisCluster });

/// Positions are `uint64` in the contract, where 0 is none.
fn number(position: Option<Position>) -> u64 {
    position.map_or(0, Position::get)
}

fn position(number: u64, field: &'static str) -> Result<Position, ProtocolError> {
    Position::new(number).ok_or(ProtocolError::Missing { field })
}
