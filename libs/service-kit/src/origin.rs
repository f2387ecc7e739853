//! From which network address a request came into the mesh, told onwards by whoever let it in.
//!
//! It is for the audit log and decides nothing: a role believes what another role of the mesh says of it.

use http::{HeaderMap, HeaderValue};
use std::net::IpAddr;

/// Header that carries it between roles.
pub const CLIENT_ADDRESS_HEADER: &str = "x-resync-client-address";

/// The network address of the client outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// As another role told it; unset when it did not, or told no address.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        headers.get(CLIENT_ADDRESS_HEADER)?.to_str().ok()?.parse().ok().map(Self)
    }

    pub(crate) fn header_value(self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.0.to_string()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_taken() {
        let told = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CLIENT_ADDRESS_HEADER, HeaderValue::from_str(text).unwrap());
            ClientAddress::from_headers(&headers).map(|address| address.0.to_string())
        };
        assert_eq!(told("10.0.0.7").as_deref(), Some("10.0.0.7"));
        assert_eq!(told("2001:db8::1").as_deref(), Some("2001:db8::1"));
        for text in ["", "10.0.0.7:80", "everybody"] {
            assert_eq!(told(text), None, "{text}");
        }
    }
}
