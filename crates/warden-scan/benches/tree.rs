//! What parsing alone costs, and each step after it, over the files that a list names.
//!
//! `cargo bench -p warden-scan --bench tree -- LIST` reads every file into memory first and prints
//! milliseconds, one step per line. A line of the list is a path, a tab, and the path inside the
//! tree. `cargo xtask bench analysis` holds them against the whole program in the same run.

#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use std::{fs, time::Instant};

use rayon::prelude::*;
use warden_flow::{Limits, ir::Language, lower, parse_only};
use warden_model::{Snapshot, SourceFile, SourceTree};
use warden_scan::{STACK, scan};

fn main() {
    #[expect(clippy::disallowed_methods, reason = "a program of its own, beside `mcpwarden`")]
    let list = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    // Cargo runs every benchmark without a list: there is nothing to measure then.
    let Some(list) = list else { return };
    let list = fs::read_to_string(list).expect("the list can be read");
    let files: Vec<SourceFile> = list.lines().filter_map(file).collect();
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK).build();
    threads.expect("threads can be started").install(|| steps(files));
}

fn file(line: &str) -> Option<SourceFile> {
    let (from, path) = line.split_once('\t')?;
    let bytes = fs::read(from).expect("every file of the list can be read");
    Some(SourceFile { path: path.to_owned(), bytes })
}

fn steps(files: Vec<SourceFile>) {
    let limits = Limits::default();
    let code: Vec<(&SourceFile, Language)> =
        files.iter().filter_map(|file| Some((file, Language::of_path(&file.path)?))).collect();
    let nodes = step("parse", || {
        code.par_iter()
            .filter_map(|(file, language)| parse_only(*language, &file.bytes, limits))
            .sum::<usize>()
    });
    let modules = step("lower", || {
        let modules = code.par_iter();
        modules.map(|(file, language)| lower(&file.path, *language, &file.bytes, limits)).count()
    });
    assert!(nodes >= modules, "every file has a node");
    let mut tree = SourceTree { name: "bench".into(), files, ..SourceTree::default() };
    tree.sort();
    let snapshot = Snapshot { sources: vec![tree], ..Snapshot::default() };
    step("scan", || scan(&snapshot).findings.len());
}

fn step<T>(name: &str, run: impl FnOnce() -> T) -> T {
    let started = Instant::now();
    let outcome = run();
    println!("{name}\t{:.3}", started.elapsed().as_secs_f64() * 1000.0);
    outcome
}
