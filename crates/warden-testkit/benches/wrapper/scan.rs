//! A scan of a home directory with many clients, as a process that starts cold.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde_json::Value;
use warden_testkit::TestHome;

use crate::figures::{Row, Samples, Target, millis, rows};
use crate::home;

const RUNS: usize = 40;
const PROMISED: [(usize, Target); 2] =
    [(500, Target::Total(millis(150.0))), (1000, Target::Total(millis(150.0)))];

pub(crate) fn measure() -> Vec<Row> {
    let home = TestHome::new();
    let files = home::fill(&home);
    check(&home, files.len());
    let mut read = Samples::default();
    let mut cat = Samples::default();
    let mut formats = [("human", Samples::default()), ("json", Samples::default())];
    for _ in 0..RUNS {
        let start = Instant::now();
        assert!(parse(&files) > 0, "something is in them");
        read.push(start.elapsed());
        let start = Instant::now();
        let copied = home.command("cat").args(&files).stdout(Stdio::null()).status();
        assert!(copied.is_ok_and(|status| status.success()), "they can be read");
        cat.push(start.elapsed());
        for (format, samples) in &mut formats {
            let mut scan = scan(&home, format);
            let start = Instant::now();
            let ended = scan.status().expect("it starts");
            samples.push(start.elapsed());
            assert!(ended.code() > Some(4), "it finds what is wrong: {ended}");
        }
    }
    let [(_, human), (_, json)] = &mut formats;
    let mut all = rows("`scan`, against `cat` of the files", &mut cat, human, &PROMISED);
    all.extend(rows("`scan -f json`, against `cat`", &mut cat, json, &PROMISED));
    let parsed = "`scan`, against reading and parsing as JSON in one process";
    all.extend(rows(parsed, &mut read, human, &PROMISED[..1]));
    all
}

fn scan(home: &TestHome, format: &str) -> Command {
    let mut command = home.mcpwarden(["scan", "--format", format]);
    // Not by `--output`, which waits for the disk to have it.
    let report = File::create(home.path().join("report")).expect("a report can be written");
    command.stdout(report).stderr(Stdio::null());
    command
}

/// A scan that misses half of it is quick as well.
fn check(home: &TestHome, files: usize) {
    let ended = scan(home, "json").status().expect("it starts");
    assert!(ended.code() > Some(4), "it finds what is wrong: {ended}");
    let text = fs::read(home.path().join("report")).expect("there is a report");
    let report: Value = serde_json::from_slice(&text).expect("it is JSON");
    let servers = report["servers"].as_array().expect("it lists servers");
    assert_eq!(servers.len(), home::SERVERS * files, "all servers are found");
}

/// Reads every file, and parses those that are JSON. Returns how many bytes they have.
fn parse(files: &[PathBuf]) -> usize {
    let one = |file: &PathBuf| {
        let text = fs::read(file).expect("it can be read");
        let known = file.extension().is_some_and(|extension| extension == "json");
        assert!(!known || serde_json::from_slice::<Value>(&text).is_ok(), "{}", file.display());
        text.len()
    };
    files.iter().map(one).sum()
}
