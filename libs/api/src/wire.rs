//! The conversions every package needs: times, durations, numbers, enumerations, lists.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::protocol_error::ProtocolError;

pub(crate) fn timestamp(time: DateTime<Utc>) -> prost_types::Timestamp {
    prost_types::Timestamp {
        seconds: time.timestamp(),
        nanos: i32::try_from(time.timestamp_subsec_nanos()).unwrap_or(0),
    }
}

pub(crate) fn optional_time(
    time: Option<prost_types::Timestamp>,
    field: &'static str,
) -> Result<Option<DateTime<Utc>>, ProtocolError> {
    time.map(|time| {
        u32::try_from(time.nanos)
            .ok()
            .and_then(|nanos| DateTime::from_timestamp(time.seconds, nanos))
            .ok_or_else(|| ProtocolError::invalid(field, format!("{}s {}ns", time.seconds, time.nanos)))
    })
    .transpose()
}

pub(crate) fn required_time(
    time: Option<prost_types::Timestamp>,
    field: &'static str,
) -> Result<DateTime<Utc>, ProtocolError> {
    optional_time(time, field)?.ok_or(ProtocolError::Missing { field })
}

/// Durations longer than Protobuf can hold are cut to its maximum, some 292 billion years.
pub(crate) fn duration(duration: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(duration.subsec_nanos()).unwrap_or(0),
    }
}

pub(crate) fn optional_duration(
    duration: Option<prost_types::Duration>,
    field: &'static str,
) -> Result<Option<Duration>, ProtocolError> {
    duration
        .map(|duration| match (u64::try_from(duration.seconds), u32::try_from(duration.nanos)) {
            (Ok(seconds), Ok(nanos)) if nanos < 1_000_000_000 => Ok(Duration::new(seconds, nanos)),
            _ => Err(ProtocolError::invalid(field, format!("{}s {}ns", duration.seconds, duration.nanos))),
        })
        .transpose()
}

pub(crate) fn required_duration(
    duration: Option<prost_types::Duration>,
    field: &'static str,
) -> Result<Duration, ProtocolError> {
    optional_duration(duration, field)?.ok_or(ProtocolError::Missing { field })
}

/// Limits and counts are `int32` in the contract by convention; ours never come near its bound.
pub(crate) fn to_i32(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}

pub(crate) fn to_u32(value: i32, field: &'static str) -> Result<u32, ProtocolError> {
    u32::try_from(value).map_err(|_| ProtocolError::invalid(field, value))
}

pub(crate) fn required<T>(value: Option<T>, field: &'static str) -> Result<T, ProtocolError> {
    value.ok_or(ProtocolError::Missing { field })
}

pub(crate) fn all<T, U>(values: Vec<T>) -> Result<Vec<U>, ProtocolError>
where
    U: TryFrom<T, Error = ProtocolError>,
{
    values.into_iter().map(U::try_from).collect()
}

pub(crate) fn into_all<T, U: From<T>>(values: Vec<T>) -> Vec<U> {
    values.into_iter().map(Into::into).collect()
}

pub(crate) fn non_empty(value: String, field: &'static str) -> Result<String, ProtocolError> {
    if value.is_empty() { Err(ProtocolError::Missing { field }) } else { Ok(value) }
}

/// Reads an enumeration's number; unknown numbers and the unspecified value are rejected.
pub(crate) fn enumeration<P, D>(number: i32, field: &'static str) -> Result<D, ProtocolError>
where
    P: TryFrom<i32>,
    Option<D>: From<P>,
{
    P::try_from(number).ok().and_then(Option::<D>::from).ok_or_else(|| ProtocolError::invalid(field, number))
}

/// Like [`enumeration`], where unspecified means that there is no value.
pub(crate) fn optional_enumeration<P, D>(number: i32, field: &'static str) -> Result<Option<D>, ProtocolError>
where
    P: TryFrom<i32>,
    Option<D>: From<P>,
{
    if number == 0 { Ok(None) } else { enumeration::<P, D>(number, field).map(Some) }
}

/// Both directions of an enumeration whose variants have the same names on both sides.
macro_rules! same_enumeration {
    ($name:ident { $($variant:ident),+ $(,)? }) => {
        impl From<$name> for proto::$name {
            fn from(value: $name) -> Self {
                match value {
                    $($name::$variant => Self::$variant,)+
                }
            }
        }

        impl From<proto::$name> for Option<$name> {
            fn from(value: proto::$name) -> Self {
                match value {
                    proto::$name::Unspecified => None,
                    $(proto::$name::$variant => Some($name::$variant),)+
                }
            }
        }
    };
}
pub(crate) use same_enumeration;
