//! Memory of this process, as the system tells it.

/// Resident bytes; `None` where there is no `/proc`.
pub(super) fn resident_bytes() -> Option<u64> {
    // `status` has kilobytes, where `statm` has pages of a size that safe code cannot ask for.
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kilobytes.checked_mul(1_024)
}
