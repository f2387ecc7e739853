//! What every request passes on its way in and every response on its way out, one idea a file.
//!
//! The order is `app`'s. Inner layers refuse by returning an `Error`; the edge alone turns it into bytes.

pub(crate) mod edge;
pub(crate) mod observe;
pub(crate) mod security_headers;
pub(crate) mod cors;
pub(crate) mod identity;
pub(crate) mod rate_limit;
pub(crate) mod time_limit;
