//! The shapes that travel between the engine and this client.
//!
//! Every field is optional and unknown fields are ignored: two versions of the specification are in the field, and
//! neither describes what engines send exactly. Meaning is given to these shapes elsewhere.

/// Declares a wire struct whose fields are all optional, each read by the lenient reader of its type. What is unset is left
/// out when it is written.
macro_rules! wire {
    ($(#[$meta:meta])* $name:ident { $($(#[doc = $doc:literal])* $field:ident : $kind:tt $(<$inner:ty>)?),* $(,)? }) => {
        wire!(@build $(#[$meta])* $name {} $($(#[doc = $doc])* $field : $kind $(<$inner>)?,)*);
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq, serde::Deserialize, serde::Serialize)]
        #[serde(rename_all = "camelCase", default)]
        pub struct $name { $($body)* }
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : text, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])*
            #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::wire::scalar::text::deserialize")] pub $field: Option<String>, } $($rest)*);
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : int, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])*
            #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::wire::scalar::int::deserialize")] pub $field: Option<i64>, } $($rest)*);
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : flag, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])*
            #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::wire::scalar::boolean::deserialize")] pub $field: Option<bool>, } $($rest)*);
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : instant, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])*
            #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "crate::wire::scalar::instant::deserialize")]
            pub $field: Option<chrono::DateTime<chrono::Utc>>, } $($rest)*);
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : duration, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])*
            #[serde(skip_serializing_if = "Option::is_none", with = "crate::wire::scalar::duration")]
            pub $field: Option<std::time::Duration>, } $($rest)*);
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : list<$inner:ty>, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])*
            #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "crate::wire::scalar::list::deserialize")] pub $field: Vec<$inner>, } $($rest)*);
    };
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : one<$inner:ty>, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])* #[serde(skip_serializing_if = "Option::is_none")] pub $field: Option<$inner>, } $($rest)*);
    };
    // A field that the API calls `type`, which no Rust field can be.
    (@build $(#[$meta:meta])* $name:ident { $($body:tt)* } $(#[doc = $doc:literal])* $field:ident : typed<$inner:ty>, $($rest:tt)*) => {
        wire!(@build $(#[$meta])* $name { $($body)* $(#[doc = $doc])*
            #[serde(rename = "type", skip_serializing_if = "Option::is_none")] pub $field: Option<$inner>, } $($rest)*);
    };
}

pub mod dependency;
pub mod engine;
pub mod enums;
pub mod job;
pub mod model;
pub mod object;
pub mod scalar;
pub mod stream;
