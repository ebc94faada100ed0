//! What it costs to log entries of the size of a small record, to prove one, and to look at all.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use divan::{Bencher, counter::ItemsCount};
use tempfile::TempDir;
use warden_seal::{
    SigningKey,
    log::{
        Checkpoint, Folder, LogPolicy, NoteKind, NoteSigner, Reader, Writer, audit, leaf_hash,
        verify_inclusion,
    },
};

const ORIGIN: &str = "example.com/log";
const BATCH: usize = 5_000;
const ENTRY: usize = 400;

fn main() {
    divan::main();
}

fn key() -> SigningKey {
    SigningKey::generate().expect("there is randomness")
}

fn signer(key: &SigningKey) -> NoteSigner<'_> {
    NoteSigner::new(ORIGIN, NoteKind::Ed25519, key).expect("it has a name")
}

fn log(key: &SigningKey) -> (TempDir, Writer) {
    let folder = tempfile::tempdir().expect("there is room");
    let keys = vec![signer(key).key().clone()];
    let policy = LogPolicy { origin: ORIGIN.into(), keys, witnesses: Vec::new(), quorum: 0 };
    let writer = Writer::create(folder.path(), &policy, &signer(key)).expect("it is new");
    (folder, writer)
}

fn entries(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|at| [&at.to_be_bytes()[..], &[7; ENTRY]].concat()).collect()
}

fn append_to(writer: &mut Writer, key: &SigningKey, count: usize) -> Checkpoint {
    let entries = entries(count);
    let entries: Vec<_> = entries.iter().map(Vec::as_slice).collect();
    writer.append(&entries, &signer(key)).expect("there is room").checkpoint
}

#[divan::bench(args = [1, 100, BATCH], sample_count = 20, sample_size = 1)]
fn append(bencher: Bencher<'_, '_>, count: usize) {
    let key = key();
    let (_folder, mut writer) = log(&key);
    let entries = entries(count);
    let entries: Vec<_> = entries.iter().map(Vec::as_slice).collect();
    bencher
        .counter(ItemsCount::new(count))
        .bench_local(|| writer.append(&entries, &signer(&key)).expect("there is room"));
}

#[divan::bench]
fn prove(bencher: Bencher<'_, '_>) {
    let key = key();
    let (folder, mut writer) = log(&key);
    let checkpoint = append_to(&mut writer, &key, 70_000);
    let tiles = Folder::new(folder.path());
    bencher
        .bench_local(|| Reader::new(&tiles, &checkpoint).inclusion(40_000).expect("it is there"));
}

#[divan::bench]
fn verify_a_proof(bencher: Bencher<'_, '_>) {
    let key = key();
    let (folder, mut writer) = log(&key);
    let checkpoint = append_to(&mut writer, &key, 70_000);
    let tiles = Folder::new(folder.path());
    let path = Reader::new(&tiles, &checkpoint).inclusion(40_000).expect("it is there");
    let entries = entries(40_001);
    let leaf = leaf_hash(entries.last().expect("there are some"));
    bencher.bench_local(|| verify_inclusion(&leaf, 40_000, 70_000, &checkpoint.root, &path));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn audit_70_000(bencher: Bencher<'_, '_>) {
    let key = key();
    let (folder, mut writer) = log(&key);
    let checkpoint = append_to(&mut writer, &key, 70_000);
    let tiles = Folder::new(folder.path());
    bencher
        .counter(ItemsCount::new(70_000_usize))
        .bench_local(|| assert!(audit(&tiles, &checkpoint).is_whole()));
}
