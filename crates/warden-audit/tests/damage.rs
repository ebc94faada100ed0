//! Whatever single thing is done to a ledger's files, it is noticed, and not too late.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

mod common;

use std::{
    fs,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use common::{files, open, options};
use warden_audit::{
    Broken, Ending, Event, Ledger, Outcome, Record, SegmentId, Tool, VerifyError, verify,
};

/// A ledger of two segments, whose records are all stored.
struct Sample {
    dir: tempfile::TempDir,
    logs: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Closed,
    Killed,
}

impl Sample {
    fn new(end: End) -> Self {
        let (dir, first) = open(options());
        call(&first, "read");
        drop(first);
        let second = Ledger::open(dir.path(), options()).expect("it can be opened again");
        call(&second, "write");
        let seq = second.append(Record::of(Event::ServerStopped)).expect("it is open");
        second.commit(seq).expect("it can be stored");
        let dir = match end {
            End::Closed => {
                drop(second);
                dir
            }
            // The files before their end, like those of a process that was killed.
            End::Killed => copy(dir.path()),
        };
        let logs = files(dir.path(), ".jsonl");
        assert_eq!(logs.len(), 2);
        verify(dir.path()).expect("it is intact");
        Self { dir, logs }
    }

    /// Puts `bytes` in the place of a file, and back what was there.
    #[track_caller]
    fn with(&self, file: &Path, bytes: &[u8]) -> Broken {
        let before = fs::read(file).expect("it is ours");
        replace(file, bytes);
        let outcome = verify(self.dir.path());
        replace(file, &before);
        match outcome {
            Err(VerifyError::Broken(broken)) => broken,
            other => panic!("{}: damage was not noticed: {other:?}", file.display()),
        }
    }

    /// Damages a log, and expects the break at the first byte that differs, or before it.
    #[track_caller]
    fn check(&self, log: &Path, bytes: &[u8]) {
        let before = fs::read(log).expect("it is ours");
        let offset = before.iter().zip(bytes).take_while(|(one, other)| one == other).count();
        let broken = self.with(log, bytes);
        let record = 1 + before.iter().take(offset).filter(|byte| **byte == b'\n').count() as u64;
        assert_eq!(broken.segment, id(log), "{broken}");
        assert!(broken.seq <= record, "byte {offset} is in record {record}: {broken}");
        assert!(broken.offset <= offset as u64, "byte {offset}: {broken}");
    }
}

fn copy(dir: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("there is room");
    for file in [files(dir, ".jsonl"), files(dir, ".head")].concat() {
        let name = file.file_name().expect("a name");
        fs::copy(&file, copy.path().join(name)).expect("there is room");
    }
    copy
}

/// Puts other bytes into a file. Emptying it first would make some file systems write it to the disk.
#[track_caller]
fn replace(file: &Path, bytes: &[u8]) {
    let file = fs::OpenOptions::new().write(true).open(file).expect("it is ours");
    file.write_all_at(bytes, 0).expect("there is room");
    file.set_len(bytes.len() as u64).expect("it is ours");
}

/// One call in two short records: every byte of them is damaged in many ways.
#[track_caller]
fn call(ledger: &Ledger, tool: &str) {
    let tool = Some(Tool { name: tool.into(), ..Tool::default() });
    let intent = Record { tool, ..Record::of(Event::CallIntent) };
    let pending = ledger.record((), intent).expect("it can be recorded");
    let recorded = ledger.commit_one(pending).expect("it can be stored");
    let closed = recorded.close(Ending::of(Outcome::Success)).expect("it can be recorded");
    ledger.commit(closed.seq).expect("it can be stored");
}

fn id(file: &Path) -> SegmentId {
    let stem = file.file_stem().and_then(|stem| stem.to_str()).expect("a name");
    stem.parse().expect("an identifier")
}

fn each(end: End, check: impl Fn(&Sample, &Path, &[u8])) {
    let sample = Sample::new(end);
    for log in &sample.logs {
        check(&sample, log, &fs::read(log).expect("it is ours"));
    }
    verify(sample.dir.path()).expect("it is intact again");
}

#[test]
fn every_flipped_byte_is_noticed() {
    each(End::Killed, |sample, log, bytes| {
        for offset in 0..bytes.len() {
            for mask in [0x01, 0x20, 0x80, b'\n' ^ bytes[offset]] {
                let mut damaged = bytes.to_vec();
                damaged[offset] ^= mask;
                if damaged != bytes {
                    sample.check(log, &damaged);
                }
            }
        }
    });
}

#[test]
fn every_missing_byte_is_noticed() {
    each(End::Closed, |sample, log, bytes| {
        for offset in 0..bytes.len() {
            let mut damaged = bytes.to_vec();
            damaged.remove(offset);
            sample.check(log, &damaged);
        }
    });
}

#[test]
fn every_added_byte_is_noticed() {
    each(End::Closed, |sample, log, bytes| {
        for offset in 0..=bytes.len() {
            for added in [b'\n', b'0'] {
                let mut damaged = bytes.to_vec();
                damaged.insert(offset, added);
                sample.check(log, &damaged);
            }
        }
    });
}

#[test]
fn a_log_that_is_cut_anywhere_is_noticed() {
    for end in [End::Closed, End::Killed] {
        each(end, |sample, log, bytes| {
            for length in 0..bytes.len() {
                sample.check(log, &bytes[..length]);
            }
        });
    }
}

fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|byte| *byte == b'\n').collect()
}

#[test]
fn every_dropped_or_repeated_record_is_noticed() {
    for end in [End::Closed, End::Killed] {
        each(end, |sample, log, bytes| {
            let lines = lines(bytes);
            for line in 0..lines.len() {
                let mut damaged = lines.clone();
                damaged.remove(line);
                sample.check(log, &damaged.concat());
                let mut damaged = lines.clone();
                damaged.insert(line, lines[line]);
                sample.check(log, &damaged.concat());
            }
        });
    }
}

#[test]
fn every_pair_of_records_in_the_wrong_order_is_noticed() {
    each(End::Closed, |sample, log, bytes| {
        let lines = lines(bytes);
        for (one, other) in (0..lines.len()).flat_map(|one| (0..one).map(move |other| (other, one)))
        {
            let mut damaged = lines.clone();
            damaged.swap(one, other);
            sample.check(log, &damaged.concat());
        }
    });
}

#[test]
fn every_damaged_head_is_noticed() {
    let sample = Sample::new(End::Killed);
    for head in files(sample.dir.path(), ".head") {
        let bytes = fs::read(&head).expect("it is ours");
        for offset in 0..bytes.len() {
            for mask in [0x01, 0x20, 0x80] {
                let mut damaged = bytes.clone();
                damaged[offset] ^= mask;
                assert_eq!(sample.with(&head, &damaged).segment, id(&head));
            }
            let mut damaged = bytes.clone();
            damaged.remove(offset);
            sample.with(&head, &damaged);
            let mut damaged = bytes.clone();
            damaged.insert(offset, b'0');
            sample.with(&head, &damaged);
        }
        fs::remove_file(&head).expect("it is ours");
        verify(sample.dir.path()).expect_err("a head is missing");
        fs::write(&head, bytes).expect("there is room");
    }
}

#[test]
fn a_segment_cut_together_with_its_head_is_missed_by_the_next() {
    let sample = Sample::new(End::Closed);
    let log = &sample.logs[0];
    let head = log.with_extension("head");
    let bytes = fs::read(log).expect("it is ours");
    let lines = lines(&bytes);
    for kept in 1..lines.len() {
        let chain = str::from_utf8(&lines[kept - 1][..64]).expect("hexadecimal digits");
        fs::write(&head, format!("{kept:020} {chain}\n")).expect("there is room");
        sample.check(log, &lines[..kept].concat());
    }
}

#[test]
fn a_chain_that_was_made_anew_is_missed_by_the_next() {
    let sample = Sample::new(End::Closed);
    let (other, ledger) = open(options());
    call(&ledger, "quite another");
    drop(ledger);
    let forged = fs::read(&files(other.path(), ".jsonl")[0]).expect("it is ours");
    sample.check(&sample.logs[0], &forged);
    sample.check(&sample.logs[0], &fs::read(&sample.logs[1]).expect("it is ours"));
}
