//! What a process and those that it started have used, as the kernel counts it.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// The kernel counts the time of processes in hundredths of a second, on every machine that
/// Linux is built for today.
const TICK: Duration = Duration::from_millis(10);

/// What a family of processes has used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    /// Time on processors, of programs and of the kernel for them.
    pub(crate) cpu: Duration,
    /// Memory, in bytes: what each has of its own, and the most that one shares, once.
    pub(crate) memory: u64,
    /// The same when each of them had most, which need not have been at one time.
    pub(crate) peak: u64,
}

struct Process {
    parent: u32,
    name: String,
    cpu: Duration,
}

/// Adds up the family of `pid`, without programs of these names and what they started.
pub(crate) fn of_family(pid: u32, without: &[String]) -> Usage {
    let processes = processes();
    let mut usage = Usage::default();
    let mut shared = 0;
    for (number, process) in &processes {
        if !belongs(*number, pid, &processes, without) {
            continue;
        }
        usage.cpu += process.cpu;
        let status = fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
        usage.memory += member(&status, "RssAnon");
        shared = shared.max(member(&status, "RssFile") + member(&status, "RssShmem"));
        usage.peak += member(&status, "VmHWM").saturating_sub(member(&status, "VmRSS"));
    }
    usage.memory += shared;
    usage.peak += usage.memory;
    usage
}

/// What this process has used.
pub(crate) fn own_cpu() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    Process::parse(&stat).map(|process| process.cpu).unwrap_or_default()
}

fn belongs(number: u32, root: u32, processes: &BTreeMap<u32, Process>, without: &[String]) -> bool {
    let mut number = number;
    // Nobody has more ancestors than there are processes.
    for _ in 0..processes.len() {
        let Some(process) = processes.get(&number) else { return false };
        if without.contains(&process.name) {
            return false;
        }
        if number == root {
            return true;
        }
        number = process.parent;
    }
    false
}

fn processes() -> BTreeMap<u32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else { return BTreeMap::new() };
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let read = |number: u32| {
        // Those that end while we look are none of ours.
        let stat = fs::read_to_string(format!("/proc/{number}/stat")).ok()?;
        Some((number, Process::parse(&stat)?))
    };
    numbers.filter_map(read).collect()
}

impl Process {
    /// Reads what stands in `stat`: the number, the name in parentheses, and then fields of which
    /// the second is the parent and the 12th to 15th are times.
    fn parse(stat: &str) -> Option<Self> {
        let (before, rest) = stat.rsplit_once(')')?;
        let (_, name) = before.split_once('(')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u32>().ok();
        // Its own time, and that of children that it has waited for.
        let ticks: u32 = (11..15).filter_map(number).sum();
        Some(Self { parent: number(1)?, name: name.to_owned(), cpu: TICK * ticks })
    }
}

/// A member of `status`, in bytes.
fn member(status: &str, name: &str) -> u64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib = line.and_then(|rest| rest.trim().strip_suffix("kB"));
    kib.and_then(|kib| kib.trim().parse::<u64>().ok()).unwrap_or_default() * 1024
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_read_whatever_its_name() {
        let stat = "42 (a ) (b) S 7 42 42 0 -1 4194304 1 0 0 0 30 12 3 5 20 0 1 0";
        let process = Process::parse(stat).expect("it is one");
        assert_eq!((process.parent, process.name.as_str()), (7, "a ) (b"));
        assert_eq!(process.cpu, Duration::from_millis(500));
    }

    #[test]
    fn our_own_family_has_memory_and_is_empty_without_us() {
        let own = std::process::id();
        let usage = of_family(own, &[]);
        assert!(usage.memory > 100_000 && usage.peak > 100_000);
        let stat = fs::read_to_string("/proc/self/stat").expect("this is Linux");
        let name = Process::parse(&stat).expect("it is one").name;
        assert_eq!(of_family(own, &[name]), Usage::default());
    }
}
