//! What must stand before the first line of work: cryptography, a panic hook that logs, the async runtime.

use std::future::Future;
use std::io;
use std::panic;

/// Installs the process-wide TLS cryptography. Later calls change nothing.
pub fn install_crypto() {
    // An error says that it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Panics go to the log with their place; the payload stays out, it may quote data.
pub fn log_panics() {
    let standard = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panic");
        if cfg!(debug_assertions) {
            standard(panic);
        }
    }));
}

/// Runs `work` on a multi-threaded runtime until it is done. Blocking work left over is not waited for.
///
/// # Errors
/// When the runtime cannot start.
pub fn run<F: Future>(work: F) -> io::Result<F::Output> {
    install_crypto();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("worker").build()?;
    let output = runtime.block_on(work);
    runtime.shutdown_background();
    Ok(output)
}
