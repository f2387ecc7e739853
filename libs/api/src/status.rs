//! Errors on the wire, for everybody who holds a typed client or server of this crate.
//!
//! The conversion itself is `resync_fault::status`, below this crate, because the service kit answers with the same
//! statuses (no permission, overloaded, no deadline left) and may not know the contract.

pub use resync_fault::status::{from_status, to_status};
