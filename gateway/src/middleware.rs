//! What every request passes on its way in and every response on its way out, one idea a file.
//!
//! `edge` and `admission` are the two layers and hold the order; the others are what they do. They are two because each
//! layer costs about as much as what it does. Inner code refuses by returning an `Error`; the edge alone turns it into
//! bytes.

pub(crate) mod edge;
pub(crate) mod observe;
pub(crate) mod security_headers;
pub(crate) mod cors;
pub(crate) mod admission;
pub(crate) mod identity;
pub(crate) mod rate_limit;
