//! Ways to outside systems.

pub(crate) mod http;
