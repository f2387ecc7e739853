//! What the operating system says about this process, and what was built, read when somebody asks.

use super::exposition::Exposition;
use metrics_process::collector;

/// Appends the process's own metrics; what the system does not tell is left out.
pub(super) fn append(text: &mut Exposition, version: &str) {
    let now = collector::collect();
    if let Some(seconds) = now.cpu_seconds_total {
        text.counter("process_cpu_seconds_total", "Processor time spent, user and system")
            .sample(&[], seconds);
    }
    for (name, help, value) in [
        ("process_resident_memory_bytes", "Resident memory", now.resident_memory_bytes),
        ("process_virtual_memory_bytes", "Virtual memory", now.virtual_memory_bytes),
        ("process_open_fds", "Open file descriptors", now.open_fds),
        ("process_max_fds", "Most file descriptors that may be open", now.max_fds),
        ("process_threads", "Threads of the operating system", now.threads),
        ("process_start_time_seconds", "Start of the process since the epoch", now.start_time_seconds),
    ] {
        if let Some(value) = value {
            text.gauge(name, help).sample(&[], value);
        }
    }
    text.gauge("resync_build_info", "What was built; always 1").sample(&[("version", version)], 1);
}
