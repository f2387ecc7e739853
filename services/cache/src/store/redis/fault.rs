//! What an error of the Redis client means.

use std::error::Error as _;
use std::io;

use ::redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::store::Cause;

/// The cause of an error. `tls` says that the connection was to be encrypted.
pub(super) fn cause(error: &RedisError, tls: bool) -> Cause {
    match error.kind() {
        ErrorKind::AuthenticationFailed => Cause::Authentication,
        ErrorKind::InvalidClientConfig => Cause::Settings,
        ErrorKind::Server(kind) => server(kind, error),
        ErrorKind::Extension => by_code(error),
        ErrorKind::Io | ErrorKind::Client => io(error, tls),
        ErrorKind::ClusterConnectionNotFound => Cause::ClusterDown,
        ErrorKind::Parse if tls => Cause::Tls,
        _ => Cause::Other,
    }
}

fn server(kind: ServerErrorKind, error: &RedisError) -> Cause {
    match kind {
        ServerErrorKind::BusyLoading => Cause::Loading,
        ServerErrorKind::NoPerm => Cause::Permission,
        ServerErrorKind::ClusterDown | ServerErrorKind::TryAgain => Cause::ClusterDown,
        ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::CrossSlot => Cause::ClusterMismatch,
        ServerErrorKind::ReadOnly => Cause::ReadOnly,
        ServerErrorKind::MasterDown => Cause::Unreachable,
        ServerErrorKind::ResponseError => by_text(&error.to_string()),
        _ => Cause::Other,
    }
}

/// Codes the client library has no kind for.
fn by_code(error: &RedisError) -> Cause {
    match error.code() {
        Some("NOAUTH" | "WRONGPASS") => Cause::Authentication,
        Some("OOM") => Cause::Full,
        Some("MISCONF" | "NOREPLICAS") => Cause::ReadOnly,
        Some("BUSY") => Cause::TimedOut,
        _ => Cause::Other,
    }
}

/// What Redis says with its general code.
fn by_text(text: &str) -> Cause {
    // Scripts report a missing permission of a command inside them this way.
    const SCRIPT: &str = "executing the script can't";
    if text.contains("cluster support disabled") {
        Cause::ClusterMismatch
    } else if text.contains(SCRIPT) || text.contains("NOPERM") || text.contains("ACL failure") {
        Cause::Permission
    } else if text.contains("invalid password") || text.contains("without any password") {
        Cause::Authentication
    } else if text.contains("max number of clients") {
        Cause::Busy
    } else {
        Cause::Other
    }
}

fn io(error: &RedisError, tls: bool) -> Cause {
    if error.is_connection_refusal() {
        return Cause::Refused;
    }
    if error.is_timeout() {
        return Cause::TimedOut;
    }
    let kind = error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind);
    // Failures of the handshake come as bad data; a port that speaks no TLS closes the connection.
    if tls && (kind.is_none() || kind == Some(io::ErrorKind::InvalidData)) && !error.is_connection_dropped() {
        return Cause::Tls;
    }
    // The cluster client wraps the error of its last node into a text.
    let text = error.to_string();
    for (sign, cause) in [
        ("refused", Cause::Refused),
        ("timed out", Cause::TimedOut),
        ("WRONGPASS", Cause::Authentication),
        ("NOAUTH", Cause::Authentication),
        ("authentication failed", Cause::Authentication),
        ("LOADING", Cause::Loading),
        ("certificate", Cause::Tls),
    ] {
        if text.contains(sign) {
            return cause;
        }
    }
    Cause::Unreachable
}
