//! The only conversions between graph types and Protobuf: domain to Protobuf never fails, the way back checks what
//! arrived. Both sides of every message have the same fields, so that a table of how each travels is all there is to say.

/// How one field goes out.
macro_rules! field_out {
    (plain, $value:ident) => {
        $value
    };
    (list, $value:ident) => {
        crate::wire::into_all($value)
    };
    (message, $value:ident) => {
        Some($value.into())
    };
    (optional, $value:ident) => {
        $value.map(Into::into)
    };
    (time, $value:ident) => {
        Some(crate::wire::timestamp($value))
    };
    (moment, $value:ident) => {
        $value.map(crate::wire::timestamp)
    };
    (length, $value:ident) => {
        Some(crate::wire::duration($value))
    };
    (choice($proto:ty, $domain:ty), $value:ident) => {
        <$proto>::from($value).into()
    };
    (optional_choice($proto:ty, $domain:ty), $value:ident) => {
        $value.map_or(0, |value| <$proto>::from(value).into())
    };
}

/// How one field comes in.
macro_rules! field_in {
    (plain, $value:ident) => {
        $value
    };
    (list, $value:ident) => {
        crate::wire::all($value)?
    };
    (message, $value:ident) => {
        crate::wire::required($value, stringify!($value))?.try_into()?
    };
    (optional, $value:ident) => {
        $value.map(TryInto::try_into).transpose()?
    };
    (time, $value:ident) => {
        crate::wire::required_time($value, stringify!($value))?
    };
    (moment, $value:ident) => {
        crate::wire::optional_time($value, stringify!($value))?
    };
    (length, $value:ident) => {
        crate::wire::required_duration($value, stringify!($value))?
    };
    (choice($proto:ty, $domain:ty), $value:ident) => {
        crate::wire::enumeration::<$proto, $domain>($value, stringify!($value))?
    };
    (optional_choice($proto:ty, $domain:ty), $value:ident) => {
        crate::wire::optional_enumeration::<$proto, $domain>($value, stringify!($value))?
    };
}

/// Both directions of messages with the same fields on both sides.
macro_rules! messages {
    ($($domain:ident as $message:ident { $($field:ident: $kind:ident $(($($of:ty),+))?,)+ })+) => {$(
        impl From<$domain> for proto::$message {
            fn from(value: $domain) -> Self {
                let $domain { $($field),+ } = value;
                Self { $($field: $crate::graph::convert::field_out!($kind $(($($of),+))?, $field)),+ }
            }
        }

        impl TryFrom<proto::$message> for $domain {
            type Error = crate::protocol_error::ProtocolError;

            fn try_from(value: proto::$message) -> Result<Self, Self::Error> {
                let proto::$message { $($field),+ } = value;
                Ok(Self { $($field: $crate::graph::convert::field_in!($kind $(($($of),+))?, $field)),+ })
            }
        }
    )+};
}
pub(crate) use {field_in, field_out, messages};

mod common;
mod impact;
mod cause;
mod forecast;
mod health;
mod simulation;
