//! How one field of a message becomes one of a domain type, by the two types alone.

use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::protocol_error::ProtocolError;
use crate::wire;

/// A domain type of a field and its form `W` in a message.
pub(super) trait Field<W>: Sized {
    fn into_wire(self) -> W;
    /// `name` is the field's, for errors.
    fn from_wire(wire: W, name: &'static str) -> Result<Self, ProtocolError>;
}

macro_rules! unchanged {
    ($($type:ty),+ $(,)?) => {$(
        impl Field<$type> for $type {
            fn into_wire(self) -> $type {
                self
            }

            fn from_wire(wire: $type, _: &'static str) -> Result<Self, ProtocolError> {
                Ok(wire)
            }
        }
    )+};
}
unchanged!(bool, u32, u64, String, Option<u32>, Option<u64>, Vec<u64>, Vec<String>);

impl Field<f64> for f64 {
    fn into_wire(self) -> f64 {
        self
    }

    fn from_wire(wire: f64, name: &'static str) -> Result<Self, ProtocolError> {
        if wire.is_finite() { Ok(wire) } else { Err(ProtocolError::invalid(name, wire)) }
    }
}

impl Field<Option<f64>> for Option<f64> {
    fn into_wire(self) -> Option<f64> {
        self
    }

    fn from_wire(wire: Option<f64>, name: &'static str) -> Result<Self, ProtocolError> {
        wire.map(|value| f64::from_wire(value, name)).transpose()
    }
}

impl Field<Vec<f64>> for Vec<f64> {
    fn into_wire(self) -> Vec<f64> {
        self
    }

    fn from_wire(wire: Vec<f64>, name: &'static str) -> Result<Self, ProtocolError> {
        wire.into_iter().map(|value| f64::from_wire(value, name)).collect()
    }
}

impl Field<Option<prost_types::Duration>> for Duration {
    fn into_wire(self) -> Option<prost_types::Duration> {
        Some(wire::duration(self))
    }

    fn from_wire(wire: Option<prost_types::Duration>, name: &'static str) -> Result<Self, ProtocolError> {
        wire::required_duration(wire, name)
    }
}

impl Field<Option<prost_types::Duration>> for Option<Duration> {
    fn into_wire(self) -> Option<prost_types::Duration> {
        self.map(wire::duration)
    }

    fn from_wire(wire: Option<prost_types::Duration>, name: &'static str) -> Result<Self, ProtocolError> {
        wire::optional_duration(wire, name)
    }
}

impl Field<Option<prost_types::Timestamp>> for DateTime<Utc> {
    fn into_wire(self) -> Option<prost_types::Timestamp> {
        Some(wire::timestamp(self))
    }

    fn from_wire(wire: Option<prost_types::Timestamp>, name: &'static str) -> Result<Self, ProtocolError> {
        wire::required_time(wire, name)
    }
}

impl Field<Option<prost_types::Timestamp>> for Option<DateTime<Utc>> {
    fn into_wire(self) -> Option<prost_types::Timestamp> {
        self.map(wire::timestamp)
    }

    fn from_wire(wire: Option<prost_types::Timestamp>, name: &'static str) -> Result<Self, ProtocolError> {
        wire::optional_time(wire, name)
    }
}

/// Both directions of a message whose fields have the same names on both sides.
macro_rules! same_message {
    ($($name:ident { $($field:ident),+ $(,)? })+) => {$(
        impl From<$name> for proto::$name {
            fn from(value: $name) -> Self {
                let $name { $($field),+ } = value;
                Self { $($field: Field::into_wire($field)),+ }
            }
        }

        impl TryFrom<proto::$name> for $name {
            type Error = ProtocolError;

            fn try_from(value: proto::$name) -> Result<Self, ProtocolError> {
                let proto::$name { $($field),+ } = value;
                Ok(Self { $($field: Field::from_wire($field, stringify!($field))?),+ })
            }
        }

        impl Field<Option<proto::$name>> for $name {
            fn into_wire(self) -> Option<proto::$name> {
                Some(self.into())
            }

            fn from_wire(wire: Option<proto::$name>, name: &'static str) -> Result<Self, ProtocolError> {
                crate::wire::required(wire, name)?.try_into()
            }
        }

        impl Field<Vec<proto::$name>> for Vec<$name> {
            fn into_wire(self) -> Vec<proto::$name> {
                crate::wire::into_all(self)
            }

            fn from_wire(wire: Vec<proto::$name>, _: &'static str) -> Result<Self, ProtocolError> {
                crate::wire::all(wire)
            }
        }
    )+};
}
pub(super) use same_message;

/// Both directions of an enumeration whose variants have the same names on both sides, required or not.
macro_rules! enumeration_field {
    ($name:ident { $($variant:ident),+ $(,)? }) => {
        crate::wire::same_enumeration!($name { $($variant),+ });

        impl Field<i32> for $name {
            fn into_wire(self) -> i32 {
                proto::$name::from(self).into()
            }

            fn from_wire(wire: i32, name: &'static str) -> Result<Self, ProtocolError> {
                crate::wire::enumeration::<proto::$name, _>(wire, name)
            }
        }

        impl Field<i32> for Option<$name> {
            fn into_wire(self) -> i32 {
                self.map_or(0, Field::into_wire)
            }

            fn from_wire(wire: i32, name: &'static str) -> Result<Self, ProtocolError> {
                crate::wire::optional_enumeration::<proto::$name, _>(wire, name)
            }
        }
    };
}
pub(super) use enumeration_field;
