//! Analyses source code in a process of its own.
//!
//! What is scanned may have been written to break whoever reads it. So this program runs once
//! more, with little memory, little time, no files and no environment; the tree goes in and the
//! findings come out. When that process breaks, the tree counts as not analysed, and the scan
//! says so.

mod answer;
mod cache;
mod request;
#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    ffi::OsString,
    io::{self, Read as _, Write as _},
    process::ExitCode,
    sync::{Mutex, PoisonError},
    thread,
};

use warden_model::{Location, SourceFile, SourceTree, Unread, UnreadReason};
use warden_sandbox::worker::{self, Allowance, WorkerError};
use warden_scan::{Analyse, TreePart, TreeScan, analyse_tree, parts};

pub(crate) use cache::Cache;
use request::Keep;

/// The word that makes this program a worker.
pub(crate) const ANALYSE: &str = "__analyse";

/// Memory for any tree, and for each byte of it.
const MEMORY: u64 = 3 << 30;
const MEMORY_PER_BYTE: u64 = 12;

/// Seconds for any tree, and for each MiB of it.
const SECONDS: u64 = 60;
const SECONDS_PER_MIB: u64 = 20;

/// How much longer it may take on a machine that has other things to do.
const BUSY: u64 = 10;

/// The largest answer.
const OUTPUT: u64 = 256 << 20;

/// A larger tree is not kept in memory while a worker has it.
const KEPT: u64 = 64 << 20;

/// A file from this size on is left out when the whole was too much.
const LARGE: usize = 256 << 10;

/// Exit codes of the worker: nobody but its parent sees them.
const BAD_REQUEST: u8 = 2;
const NOT_CONFINED: u8 = 3;
const NOT_ANSWERED: u8 = 4;

/// Analyses a tree, each of its parts in a worker, some side by side. Only parts that have changed
/// are analysed again.
pub(crate) fn in_parts(
    tree: SourceTree,
    program: &[OsString],
    threads: usize,
    cache: Option<&Cache>,
) -> Vec<TreeScan> {
    let root = tree.root.clone();
    let parts = parts(tree);
    let (lanes, threads) = lanes(threads, parts.len());
    let one = |part: TreePart| {
        let tree = SourceTree { root: String::new(), ..part.tree };
        let scan = analysed(tree, program, threads, cache).without(&part.borrowed);
        scan.torn_at(part.torn).below(&root)
    };
    if lanes == 1 {
        return parts.into_iter().map(one).collect();
    }
    // The large ones first: one that is begun last would be waited for alone.
    let mut waiting: Vec<(usize, TreePart)> = parts.into_iter().enumerate().collect();
    waiting.sort_by_key(|(at, part)| (Reverse(size(&part.tree)), *at));
    let next = Mutex::new(waiting.into_iter());
    let done = Mutex::new(BTreeMap::new());
    let lane = || {
        // A lock that a panic has poisoned still holds what is left to do.
        let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
        while let Some((at, part)) = take() {
            let scan = one(part);
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(at, scan);
        }
    };
    thread::scope(|scope| (0..lanes).for_each(|_| drop(scope.spawn(lane))));
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.into_values().collect()
}

/// How many workers run side by side, and how many threads each of them has; 0 leaves that to it.
fn lanes(threads: usize, parts: usize) -> (usize, usize) {
    if parts < 2 {
        return (1, threads);
    }
    let all = match threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let lanes = all.min(parts).max(1);
    (lanes, (all / lanes).max(1))
}

/// Analyses a part of a tree in a worker. What goes wrong there is told in the result.
fn analysed(
    mut tree: SourceTree,
    program: &[OsString],
    threads: usize,
    cache: Option<&Cache>,
) -> TreeScan {
    let root = tree.root.clone();
    let kept = cache.map(|cache| (cache, cache.key(&tree)));
    if let Some(known) = kept.and_then(|(cache, key)| cache.find(&key)) {
        return known.below(&root);
    }
    let scan = match attempt(&mut tree, program, threads) {
        Ok((scan, bytes)) => {
            // What failed once may succeed another time.
            if let Some((cache, key)) = kept.filter(|_| scan.unread.is_empty()) {
                cache.keep(&key, &bytes);
            }
            scan
        }
        Err(detail) => without_the_large(tree, program, threads, &detail),
    };
    scan.below(&root)
}

/// One run of a worker: the result, and the bytes that it came as. A small tree is still whole
/// afterwards.
fn attempt(
    tree: &mut SourceTree,
    program: &[OsString],
    threads: usize,
) -> Result<(TreeScan, Vec<u8>), String> {
    let size = size(tree);
    let allowance = allowance(size);
    let mut program = program.to_vec();
    program.extend([allowance.memory, allowance.seconds].map(|most| most.to_string().into()));
    let keep = if size <= KEPT { Keep::Files } else { Keep::Nothing };
    let answer = worker::run(&program, &allowance, |out| request::write(tree, threads, keep, out));
    let bytes = answer.map_err(|error| told(&error))?;
    let scan = answer::read(&bytes).ok_or("its answer cannot be read")?;
    Ok((scan, bytes))
}

/// Tries once more without the files that are the likeliest to be too much, so that one of them
/// does not hide all the others. Whatever was left out is told.
fn without_the_large(
    mut tree: SourceTree,
    program: &[OsString],
    threads: usize,
    detail: &str,
) -> TreeScan {
    let is_large = |file: &SourceFile| file.bytes.len() > LARGE;
    let (large, rest): (Vec<_>, Vec<_>) =
        std::mem::take(&mut tree.files).into_iter().partition(is_large);
    tree.files = rest;
    if large.is_empty() || size(&tree) == 0 {
        return unfinished("", detail);
    }
    match attempt(&mut tree, program, threads) {
        Err(detail) => unfinished("", &detail),
        Ok((mut scan, _)) => {
            for file in large {
                let detail = "with this file the analysis did not come to an end";
                scan.unread.extend(unfinished(&file.path, detail).unread);
            }
            scan
        }
    }
}

fn size(tree: &SourceTree) -> u64 {
    tree.files.iter().map(|file| file.bytes.len() as u64).sum()
}

fn told(error: &WorkerError) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("the analysis did not come to an end: {error}{}", cause.unwrap_or_default())
}

/// Nothing but the fact that the tree, or a file of it, was not analysed.
fn unfinished(path: &str, detail: &str) -> TreeScan {
    let unread = Unread {
        location: Location { file: path.to_owned(), ..Location::default() },
        client: None,
        reason: UnreadReason::Unfinished,
        detail: detail.to_owned(),
    };
    TreeScan { unread: vec![unread], ..TreeScan::default() }
}

fn allowance(bytes: u64) -> Allowance {
    let seconds = SECONDS + (bytes >> 20).saturating_mul(SECONDS_PER_MIB);
    Allowance {
        memory: MEMORY + bytes.saturating_mul(MEMORY_PER_BYTE),
        seconds,
        clock: seconds * BUSY,
        output: OUTPUT,
    }
}

/// The worker: a tree on standard input, the result on standard output.
pub(crate) fn work(words: &[OsString]) -> ExitCode {
    let numbers: Vec<u64> = words.iter().filter_map(|word| word.to_str()?.parse().ok()).collect();
    let [memory, seconds] = numbers[..] else { return ExitCode::from(BAD_REQUEST) };
    // How many processors there are is read from files, which are out of reach afterwards.
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let clock = seconds.saturating_mul(BUSY);
    if worker::confine(&Allowance { memory, seconds, clock, output: OUTPUT }).is_err() {
        return ExitCode::from(NOT_CONFINED);
    }
    let mut bytes = Vec::new();
    if io::stdin().lock().read_to_end(&mut bytes).is_err() {
        return ExitCode::from(BAD_REQUEST);
    }
    let Some((tree, threads)) = request::read(&bytes) else {
        return ExitCode::from(BAD_REQUEST);
    };
    drop(bytes);
    let threads = if threads == 0 { processors } else { threads };
    let scan = analyse_tree(&tree, &Analyse { threads, ..Analyse::default() });
    let mut out = io::stdout().lock();
    match answer::write(&scan).map(|bytes| out.write_all(&bytes).and_then(|()| out.flush())) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(_)) | Err(_) => ExitCode::from(NOT_ANSWERED),
    }
}
