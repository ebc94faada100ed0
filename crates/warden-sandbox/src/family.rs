//! Everything below a process, and its end.

use std::{
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, WaitOptions, WaitStatus, kill_process, wait};

/// How often a dying family is looked at again.
const LOOK: Duration = Duration::from_millis(5);

/// The children of `pid` as the kernel lists them; empty if it lists none.
#[cfg(target_os = "linux")]
fn children(pid: Pid) -> Vec<Pid> {
    let tasks = format!("/proc/{}/task", pid.as_raw_nonzero());
    let Ok(tasks) = std::fs::read_dir(tasks) else { return Vec::new() };
    let lists = tasks
        .flatten()
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| {
            let numbers = list.split_ascii_whitespace().filter_map(|word| word.parse().ok());
            numbers.filter_map(Pid::from_raw).collect::<Vec<_>>()
        })
        .collect()
}

/// Elsewhere only the process group is known.
#[cfg(not(target_os = "linux"))]
fn children(_pid: Pid) -> Vec<Pid> {
    Vec::new()
}

/// Every process below `pid`, parents before their children.
pub(crate) fn descendants(pid: Pid) -> Vec<Pid> {
    let mut all = children(pid);
    let mut at = 0;
    while let Some(pid) = all.get(at) {
        let below = children(*pid);
        all.extend(below);
        at += 1;
    }
    all
}

/// Sends `signal` to all that are below us.
pub(crate) fn signal_all(us: Pid, signal: Signal) {
    for pid in descendants(us) {
        // One that has just ended is no error.
        kill_process(pid, signal).ok();
    }
}

/// Takes the status of every child that has ended. Returns that of `main`, if it was among them.
pub(crate) fn reap(main: Pid) -> Option<WaitStatus> {
    let mut status = None;
    while let Ok(Some((pid, ended))) = wait(WaitOptions::NOHANG) {
        if pid == main {
            status = Some(ended);
        }
    }
    status
}

/// Kills everything below us, until nothing is left or `deadline` has passed.
///
/// What is killed leaves its children to us, so each round sees one more generation.
pub(crate) fn end_all(us: Pid, main: Pid, deadline: Instant) -> Option<WaitStatus> {
    let mut status = None;
    loop {
        status = reap(main).or(status);
        let rest = descendants(us);
        if rest.is_empty() || Instant::now() > deadline {
            return status;
        }
        for pid in rest {
            kill_process(pid, Signal::KILL).ok();
        }
        thread::sleep(LOOK);
    }
}
