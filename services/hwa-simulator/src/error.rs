//! What can go wrong while a simulator starts. Once it runs, trouble is answered over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a simulator could not start.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The address is taken or not local.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The control port has no authentication and must stay on this machine.
    #[error("the control port must listen on a loopback address, not {0}")]
    ControlNotLoopback(SocketAddr),
    /// A certificate or key file could not be used.
    #[error("cannot use {path}: {reason}")]
    CertificateFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Making the private certificate failed.
    #[error("cannot make the certificate: {0}")]
    Certificate(String),
    /// A setting makes no sense.
    #[error("{name}: {reason}")]
    Setting {
        /// Which setting.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}
