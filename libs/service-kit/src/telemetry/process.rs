//! What the operating system says about this process, and what was built, read when somebody asks.

use metrics_process::collector;
use std::fmt::Write as _;

/// Appends the process's own metrics to a text in Prometheus' format; what the system does not tell is left out.
pub(super) fn append(text: &mut String, version: &str) {
    let now = collector::collect();
    let whole = |value: Option<u64>| value.map(|value| value.to_string());
    let cpu = now.cpu_seconds_total.map(|value| value.to_string());
    let rows = [
        ("process_cpu_seconds_total", "counter", "Processor time spent, user and system", cpu),
        ("process_resident_memory_bytes", "gauge", "Resident memory", whole(now.resident_memory_bytes)),
        ("process_virtual_memory_bytes", "gauge", "Virtual memory", whole(now.virtual_memory_bytes)),
        ("process_open_fds", "gauge", "Open file descriptors", whole(now.open_fds)),
        ("process_max_fds", "gauge", "Most file descriptors that may be open", whole(now.max_fds)),
        ("process_threads", "gauge", "Threads of the operating system", whole(now.threads)),
        (
            "process_start_time_seconds",
            "gauge",
            "Start of the process since the epoch",
            whole(now.start_time_seconds),
        ),
    ];
    // Writing to a string cannot fail.
    for (name, kind, help, value) in rows {
        if let Some(value) = value {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n");
        }
    }
    let _ = writeln!(
        text,
        "# HELP resync_build_info What was built; always 1\n# TYPE resync_build_info gauge\n\
         resync_build_info{{version=\"{version}\"}} 1\n"
    );
}
