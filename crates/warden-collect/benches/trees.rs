//! How long it takes to verify a tree of 20,000 files, in full and by the shortcut, and to unpack
//! an archive: `cargo bench -p warden-collect --bench trees`.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use std::{
    fs::{self, File},
    io::{Seek as _, Write as _},
    sync::OnceLock,
};

use divan::Bencher;
use flate2::{Compression, write::GzEncoder};
use warden_collect::store::{Check, Format, Manifest, Store, UnpackLimits, unpack};
use warden_model::Digest;

/// As many files as the largest servers have with all that they depend on.
const FILES: usize = 20_000;

/// How many of them lie in one folder.
const IN_A_FOLDER: usize = 20;

fn main() {
    divan::main();
}

/// A file as packages have them: most are small, a few are large.
fn content(number: usize) -> Vec<u8> {
    let length = if number.is_multiple_of(100) { 200_000 } else { 500 + number % 6_000 };
    format!("// file {number}\n").into_bytes().into_iter().cycle().take(length).collect()
}

/// A store with one tree, made once.
fn prepared() -> &'static (tempfile::TempDir, Store, Digest) {
    static STORE: OnceLock<(tempfile::TempDir, Store, Digest)> = OnceLock::new();
    STORE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("store")).expect("a store");
        let writer = store.writer().expect("nobody clears it away");
        let work = writer.work().expect("room");
        let tree = work.path().join("tree");
        for number in 0..FILES {
            let place = tree.join(format!(
                "node_modules/package-{}/dist/part-{}",
                number / (5 * IN_A_FOLDER),
                number / IN_A_FOLDER
            ));
            fs::create_dir_all(&place).expect("a folder");
            fs::write(place.join(format!("file-{number}.js")), content(number)).expect("a file");
        }
        let digest = writer.put_tree(&tree).expect("it has a digest");
        drop(work);
        drop(writer);
        (folder, store, digest)
    })
}

#[divan::bench(sample_count = 20, sample_size = 1)]
fn verify_in_full(bencher: Bencher<'_, '_>) {
    let (_, store, digest) = prepared();
    let path = store.tree(*digest, Check::Full).expect("it is what it was").path;
    bencher.bench(|| Manifest::of(&path).expect("it has a digest").digest());
}

#[divan::bench(sample_count = 50, sample_size = 1)]
fn verify_unchanged(bencher: Bencher<'_, '_>) {
    let (_, store, digest) = prepared();
    bencher.bench(|| store.tree(*digest, Check::Quick).expect("it is what it was"));
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn unpack_a_package(bencher: Bencher<'_, '_>) {
    let mut builder = tar::Builder::new(GzEncoder::new(
        tempfile::tempfile().expect("a file"),
        Compression::fast(),
    ));
    for number in 0..1_000 {
        let bytes = content(number);
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        let name = format!("package/dist/{}/file-{number}.js", number / IN_A_FOLDER);
        builder.append_data(&mut header, name, bytes.as_slice()).expect("room");
    }
    let mut file: File = builder
        .into_inner()
        .and_then(GzEncoder::finish)
        .and_then(|mut file| file.flush().map(|()| file))
        .expect("room");
    let folder = tempfile::tempdir().expect("a folder");
    let mut number = 0;
    bencher.bench_local(|| {
        number += 1;
        file.rewind().expect("it is a file");
        let into = folder.path().join(number.to_string());
        unpack(&mut file, Format::Npm, &into, &UnpackLimits::default()).expect("it is sound")
    });
}
