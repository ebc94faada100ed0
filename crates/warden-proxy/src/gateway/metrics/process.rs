//! What the process takes, under the names that every monitor knows.

use std::fs;

use rustix::time::{ClockId, clock_gettime};

use super::text::{Kind, Page};

/// Writes what can be found out here; what cannot is left out.
pub(super) fn render(page: &mut Page) {
    let used = clock_gettime(ClockId::ProcessCPUTime);
    page.family("process_cpu_seconds_total", Kind::Counter, "Time on processors.");
    page.text("", &[], &format!("{}.{:09}", used.tv_sec, used.tv_nsec));
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    for (line, name, help) in [
        ("VmRSS:", "process_resident_memory_bytes", "Memory in use."),
        ("VmSize:", "process_virtual_memory_bytes", "Memory that is mapped."),
    ] {
        let found = status.lines().find_map(|text| text.strip_prefix(line));
        let number = found.and_then(|text| text.split_whitespace().next()?.parse::<u64>().ok());
        if let Some(kilobytes) = number {
            page.one(name, Kind::Gauge, help, kilobytes * 1024);
        }
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // One of them is the folder itself.
        let open = u64::try_from(open.count().saturating_sub(1)).unwrap_or(u64::MAX);
        page.one("process_open_fds", Kind::Gauge, "Open files.", open);
    }
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    if let Some(limit) = limit {
        page.one("process_max_fds", Kind::Gauge, "The limit of open files.", limit);
    }
}
