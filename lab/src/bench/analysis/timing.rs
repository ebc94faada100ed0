//! Times of processes, and what they held.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::subjects::Subject;
use crate::eval::cache::Cache;
use crate::eval::tree::Tree;
use xtask::shell::{self, Failure, cargo};

/// How often the memory of a process is looked at.
const NAP: Duration = Duration::from_millis(10);

/// Milliseconds, for each round.
#[derive(Clone, Debug, Default)]
pub(super) struct Rounds {
    /// The whole program.
    pub(super) whole: Vec<f64>,
    /// Parsing alone, of files that are in memory.
    pub(super) parse: Vec<f64>,
    /// Parsing and lowering.
    pub(super) lower: Vec<f64>,
}

/// The most that a process held, and how long it took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peak {
    pub(super) bytes: u64,
    pub(super) seconds: f64,
}

/// The whole program and its first steps, in turns.
///
/// # Errors
/// One of them fails.
pub(super) fn rounds(
    program: &Path,
    cache: &Cache,
    subject: &Subject,
    count: usize,
) -> Result<Rounds, Failure> {
    let list = cache.folder().join("list");
    shell::write(&list, &files(subject)?)?;
    let mut rounds = Rounds::default();
    for _ in 0..count {
        rounds.whole.extend(whole(program, subject, 1)?);
        let mut bench = cargo(&["bench", "--quiet", "-p", "warden-scan", "--bench", "tree", "--"]);
        let said = shell::capture(bench.arg(&list))?;
        let of = |name: &str| {
            let figure = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t'));
            let figure = figure.and_then(|figure| figure.parse().ok());
            figure.ok_or_else(|| Failure(format!("the benchmark did not tell `{name}`:\n{said}")))
        };
        rounds.parse.push(of("parse")?);
        rounds.lower.push(of("lower")?);
    }
    Ok(rounds)
}

/// The files of a tree, as the benchmark of its steps wants them.
fn files(subject: &Subject) -> Result<String, Failure> {
    let tree = Tree::read(&subject.target)?;
    let line = |path: &str| format!("{}\t{path}\n", subject.target.join(path).display());
    Ok(tree.files().map(|(path, _)| line(path)).collect())
}

/// The whole program, in milliseconds.
///
/// # Errors
/// It cannot be started.
pub(super) fn whole(program: &Path, subject: &Subject, count: usize) -> Result<Vec<f64>, Failure> {
    let mut times = Vec::new();
    for _ in 0..count {
        let started = Instant::now();
        let mut child = start(program, subject, Stdio::null())?;
        child.wait().map_err(|error| Failure::of(program, &error))?;
        times.push(started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(times)
}

/// The most that the program and the processes that it starts hold at one time.
///
/// # Errors
/// It cannot be started, this system does not tell, or the tree was not analysed to its end.
pub(super) fn peak(program: &Path, subject: &Subject) -> Result<Peak, Failure> {
    let started = Instant::now();
    let mut child = start(program, subject, Stdio::piped())?;
    let report = child.stdout.take().map(|out| thread::spawn(move || io::read_to_string(out)));
    let (mut bytes, mut most) = (0, 0);
    while child.try_wait().map_err(|error| Failure::of(program, &error))?.is_none() {
        let mut marks = BTreeMap::new();
        mark(child.id(), &mut marks);
        // The worker that does the analysis is a process of its own.
        most = most.max(marks.len());
        bytes = bytes.max(marks.values().sum());
        thread::sleep(NAP);
    }
    let seconds = started.elapsed().as_secs_f64();
    if most < 2 {
        return Err(Failure("this system does not tell how much memory processes held".into()));
    }
    let report = report.and_then(|report| report.join().ok()).and_then(Result::ok);
    let report = report.unwrap_or_default();
    if let Some(told) = unfinished(&report) {
        return Err(Failure(format!("not everything was analysed: {told}")));
    }
    Ok(Peak { bytes, seconds })
}

/// What a report tells that was not analysed to its end; also if it is no report.
fn unfinished(report: &str) -> Option<String> {
    let Ok(report) = serde_json::from_str::<Value>(report) else {
        return Some("there is no report".to_owned());
    };
    let Some(unread) = report.pointer("/coverage/unread").and_then(Value::as_array) else {
        return Some("the report does not tell".to_owned());
    };
    unread.first().map(ToString::to_string)
}

/// Notes the most that a process and those that it started held so far.
fn mark(process: u32, marks: &mut BTreeMap<u32, u64>) {
    let folder = PathBuf::from(format!("/proc/{process}"));
    let said = shell::read(&folder.join("status")).unwrap_or_default();
    if let Some(bytes) = high_water(&said) {
        marks.insert(process, bytes);
    }
    for thread in fs::read_dir(folder.join("task")).into_iter().flatten().flatten() {
        let started = shell::read(&thread.path().join("children")).unwrap_or_default();
        for child in started.split_whitespace().filter_map(|child| child.parse().ok()) {
            mark(child, marks);
        }
    }
}

fn start(program: &Path, subject: &Subject, report: Stdio) -> Result<Child, Failure> {
    let mut command = Command::new(program);
    command.args(["scan", "--quiet", "--no-cache", "--format", "json"]).arg(&subject.target);
    let command = command.stdin(Stdio::null()).stdout(report).stderr(Stdio::null());
    command.spawn().map_err(|error| Failure::of(program, &error))
}

/// The line `VmHWM:   1234 kB`.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The value in the middle.
pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn processes_that_a_process_starts_are_counted_as_well() {
        let mut inner = Command::new("sh");
        // The shell says that it runs, and waits to be told to end.
        let inner = inner.args(["-c", "sh -c 'echo; read line'; true"]);
        let mut inner =
            inner.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a shell");
        let mut said = [0];
        inner.stdout.as_mut().expect("a pipe").read_exact(&mut said).expect("it runs");
        let mut marks = BTreeMap::new();
        mark(inner.id(), &mut marks);
        drop(inner.stdin.take());
        inner.wait().expect("it ends");
        assert_eq!(marks.len(), 2, "{marks:?}");
        assert!(marks.values().all(|bytes| *bytes > 0), "{marks:?}");
    }

    #[test]
    fn a_tree_that_was_not_analysed_gives_no_figure() {
        assert_eq!(unfinished(r#"{"coverage": {"unread": []}}"#), None);
        let told = unfinished(r#"{"coverage": {"unread": [{"reason": "unfinished"}]}}"#);
        assert_eq!(told.as_deref(), Some(r#"{"reason":"unfinished"}"#));
        assert!(unfinished("").is_some() && unfinished("{}").is_some());
    }

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        assert_eq!(high_water("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2 << 20));
        assert_eq!(high_water("Name:\tx\n"), None);
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        assert_eq!(median(&[]).to_bits(), 0.0_f64.to_bits());
    }
}
