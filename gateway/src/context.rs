//! What the gateway knows about a request before anybody reads it: its id and trace, where it came from, and in which
//! of the three protocols an error must be told.

use axum::extract::ConnectInfo;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, header};
use ipnet::IpNet;
use rand::RngCore;
use resync_service_kit::correlation::{CORRELATION_HEADER, CorrelationId};
use std::fmt::Write;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// The other customary name of the correlation id.
pub(crate) const REQUEST_ID: &str = "x-request-id";
/// W3C trace context.
pub(crate) const TRACEPARENT: &str = "traceparent";
/// Where the trace id stands in it.
const TRACE_ID: std::ops::Range<usize> = 3..35;
const FORWARDED_FOR: &str = "x-forwarded-for";
const MAX_CLIENT_CHARS: usize = 120;

/// How an error is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rendering {
    /// As problem+json.
    Http,
    /// As gRPC status.
    Grpc,
    /// As gRPC status with this content type.
    GrpcWeb(HeaderValue),
}

impl Rendering {
    /// By the content type of a request.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        match headers.get(header::CONTENT_TYPE) {
            Some(value) if value.as_bytes().starts_with(b"application/grpc-web") => {
                Self::GrpcWeb(value.clone())
            }
            Some(value) if value.as_bytes().starts_with(b"application/grpc") => Self::Grpc,
            _ => Self::Http,
        }
    }
}

/// Facts about one request; cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct RequestContext(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    method: Method,
    uri: Uri,
    id: CorrelationId,
    traceparent: HeaderValue,
    address: IpAddr,
    rendering: Rendering,
    client: Option<HeaderValue>,
}

impl RequestContext {
    /// Reads `request`, and takes from it the headers that only a trusted proxy may set.
    pub(crate) fn read<B>(request: &mut Request<B>, trusted: &[IpNet]) -> Self {
        let peer = request
            .extensions()
            .get::<ConnectInfo<SocketAddr>>()
            .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |info| info.0.ip().to_canonical());
        let headers = request.headers();
        let address = client_address(peer, headers, trusted);
        let trace = headers.get(TRACEPARENT).filter(|value| is_traceparent(value.as_bytes()));
        let traceparent = trace.cloned().unwrap_or_else(new_traceparent);
        let id = [REQUEST_ID, CORRELATION_HEADER]
            .iter()
            .filter_map(|name| headers.get(*name)?.to_str().ok())
            .find_map(CorrelationId::parse)
            // Without an id of the caller's the trace id serves: one thing less to correlate.
            .or_else(|| CorrelationId::parse(traceparent.to_str().ok()?.get(TRACE_ID)?))
            .unwrap_or_else(CorrelationId::generate);
        let facts = Facts {
            method: request.method().clone(),
            uri: request.uri().clone(),
            id,
            traceparent,
            address,
            rendering: Rendering::of(headers),
            client: headers.get(header::USER_AGENT).cloned(),
        };
        strip_proxy_headers(request.headers_mut());
        Self(Arc::new(facts))
    }

    /// The method.
    pub(crate) fn method(&self) -> &Method {
        &self.0.method
    }

    /// The path, without the query: queries may hold names people would rather not see in logs.
    pub(crate) fn path(&self) -> &str {
        self.0.uri.path()
    }

    /// The id by which people refer to this request.
    pub(crate) fn request_id(&self) -> &str {
        self.0.id.as_str()
    }

    /// The same, to pass on.
    pub(crate) fn correlation_id(&self) -> &CorrelationId {
        &self.0.id
    }

    /// The trace this request belongs to, made here when the caller brought none.
    pub(crate) fn traceparent(&self) -> &HeaderValue {
        &self.0.traceparent
    }

    /// The trace id alone.
    pub(crate) fn trace_id(&self) -> &str {
        self.0.traceparent.to_str().ok().and_then(|text| text.get(TRACE_ID)).unwrap_or_default()
    }

    /// The client's address, as far as it can be trusted.
    pub(crate) fn address(&self) -> IpAddr {
        self.0.address
    }

    /// What the client calls itself, as it may stand in a log line; empty: it does not say.
    pub(crate) fn client(&self) -> String {
        let told = self.0.client.as_ref().map(HeaderValue::as_bytes).unwrap_or_default();
        inert(&String::from_utf8_lossy(told), MAX_CLIENT_CHARS)
    }

    /// How an error is told.
    pub(crate) fn rendering(&self) -> &Rendering {
        &self.0.rendering
    }
}

/// `00-<32 hex>-<16 hex>-<2 hex>`, ids not all zero.
fn is_traceparent(text: &[u8]) -> bool {
    let hex = |part: &[u8]| part.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let set = |part: &[u8]| part.iter().any(|byte| *byte != b'0');
    text.len() == 55
        && text.starts_with(b"00-")
        && text[35] == b'-'
        && text[52] == b'-'
        && hex(&text[3..35])
        && set(&text[3..35])
        && hex(&text[36..52])
        && set(&text[36..52])
        && hex(&text[53..])
}

fn new_traceparent() -> HeaderValue {
    let mut random = [0_u8; 24];
    rand::rng().fill_bytes(&mut random);
    // Ids must not be zero.
    random[0] |= 1;
    random[16] |= 1;
    let mut text = String::with_capacity(55);
    text.push_str("00-");
    push_hex(&mut text, &random[..16]);
    text.push('-');
    push_hex(&mut text, &random[16..]);
    text.push_str("-00");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
}

/// The rightmost address of X-Forwarded-For that is no trusted proxy; the peer's own when the peer is not trusted.
fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    if !is_trusted(&peer) {
        return peer;
    }
    let mut farthest = peer;
    for value in headers.get_all(FORWARDED_FOR).iter().rev() {
        for hop in value.to_str().unwrap_or_default().rsplit(',') {
            let Ok(address) = hop.trim().parse::<IpAddr>() else {
                // Whatever stands left of something unreadable was not written by a proxy we trust.
                return farthest;
            };
            farthest = address.to_canonical();
            if !is_trusted(&farthest) {
                return farthest;
            }
        }
    }
    farthest
}

/// Nothing inside may take these for facts: identity comes from the token, the address from [`client_address`].
fn strip_proxy_headers(headers: &mut HeaderMap) {
    let claims = |name: &str| {
        name.starts_with("x-forwarded")
            || name.starts_with("x-user")
            || name.starts_with("x-resync")
            || name == "x-real-ip"
            || name == "forwarded"
    };
    let found: Vec<_> = headers.keys().filter(|name| claims(name.as_str())).cloned().collect();
    for name in found {
        headers.remove(name);
    }
}

/// The address as a rate limit sees it: an IPv6 subscriber has a /64 to choose from.
pub(crate) fn network_of(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

/// Text of a stranger as it may stand in a log line: printable ASCII, bounded.
pub(crate) fn inert(text: &str, max: usize) -> String {
    let mut out = String::with_capacity(text.len().min(max));
    for character in text.chars().take(max) {
        if character == ' ' || character.is_ascii_graphic() {
            out.push(character);
        } else {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(headers: &[(&'static str, &str)], peer: &str) -> Request<()> {
        let mut request = Request::new(());
        for (name, value) in headers {
            request.headers_mut().append(*name, HeaderValue::from_str(value).unwrap());
        }
        let peer: IpAddr = peer.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from((peer, 4_000))));
        request
    }

    #[test]
    fn ids_and_traces_are_taken_over_only_when_harmless() {
        let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let good = RequestContext::read(
            &mut request(&[(CORRELATION_HEADER, "night-42"), (TRACEPARENT, trace)], "10.0.0.1"),
            &[],
        );
        assert_eq!(good.request_id(), "night-42");
        assert_eq!(good.traceparent(), trace);
        for bad in ["", "a b", "<script>", &"x".repeat(65), "00-é"] {
            let context =
                RequestContext::read(&mut request(&[(REQUEST_ID, bad), (TRACEPARENT, bad)], "::1"), &[]);
            assert_eq!(context.request_id().len(), 32, "{bad:?} was replaced");
            assert!(is_traceparent(context.traceparent().as_bytes()));
            assert_eq!(context.trace_id(), context.request_id());
        }
    }

    #[test]
    fn forwarded_addresses_count_only_from_trusted_proxies() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        for (peer, forwarded, expected) in [
            ("203.0.113.9", "198.51.100.7", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
            ("10.0.0.1", "1.2.3.4, 198.51.100.7, 10.9.9.9", "198.51.100.7"),
            ("10.0.0.1", "1.2.3.4, junk, 10.9.9.9", "10.9.9.9"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ] {
            let mut request = request(&[(FORWARDED_FOR, forwarded), ("x-user-id", "root")], peer);
            let context = RequestContext::read(&mut request, &trusted);
            assert_eq!(context.address().to_string(), expected, "{peer} for {forwarded:?}");
            assert!(request.headers().is_empty(), "claims of the client are removed");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_header_of_a_stranger_breaks_the_reading(value in proptest::collection::vec(32_u8..255, 0..80)) {
            let mut request = request(&[], "10.0.0.1");
            if let Ok(value) = HeaderValue::from_bytes(&value) {
                for name in [REQUEST_ID, TRACEPARENT, FORWARDED_FOR] {
                    request.headers_mut().insert(name, value.clone());
                }
            }
            let context = RequestContext::read(&mut request, &["10.0.0.0/8".parse().unwrap()]);
            proptest::prop_assert!(CorrelationId::parse(context.request_id()).is_some());
            proptest::prop_assert!(is_traceparent(context.traceparent().as_bytes()));
        }
    }

    #[test]
    fn an_ipv6_subscriber_is_one_network() {
        let one = network_of("2001:db8:1:2:aaaa::1".parse().unwrap());
        assert_eq!(one, network_of("2001:db8:1:2:bbbb::2".parse().unwrap()));
        assert_ne!(one, network_of("2001:db8:1:3::1".parse().unwrap()));
    }

    #[test]
    fn log_text_is_printable_and_bounded() {
        assert_eq!(inert("a\nb\u{1b}[31m", 20), "a\\u{a}b\\u{1b}[31m");
        assert_eq!(inert("abcdef", 3), "abc");
    }
}
