//! What it costs to hold a hundred thousand certificates, and to ask for one of them.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use std::hint::black_box;

use divan::Bencher;
use warden_model::Digest;
use warden_policy::{
    Time,
    approval::{DataClass, Environment},
    certificate::{CertificateIndex, CertificatePolicy, Presented, Revocations, Row, Use},
};

const ROWS: u32 = 100_000;
const USE: Use = Use { environment: Environment::Production, data: DataClass::Regulated };

fn main() {
    let index = index();
    // Not measured but counted; the limit that is promised is 100 MB.
    assert!(index.bytes() < 100_000_000, "{} bytes", index.bytes());
    divan::main();
}

fn digest(kind: &str, number: u32) -> Digest {
    Digest::of_parts([kind.as_bytes(), &number.to_be_bytes()])
}

fn row(number: u32) -> Row {
    Row {
        certificate: digest("certificate", number),
        origin: digest("origin", number),
        artifact: Some(digest("artifact", number)),
        tree: Some(digest("tree", number)),
        manifest: Some(digest("manifest", number)),
        issued: Time::from_micros(1_795_000_000_000_000),
        expires: Time::from_micros(1_795_000_000_000_000).plus_days(90),
        level: 2,
        score: 85,
        stopped: None,
    }
}

fn index() -> CertificateIndex {
    let rows = (0..ROWS).map(row).collect();
    CertificateIndex::of_rows(rows, CertificatePolicy::default()).expect("it fits")
}

fn now() -> Time {
    Time::from_micros(1_795_000_000_000_000).plus_days(1)
}

/// Digests all over the index, so that no lookup finds the cache of the one before it warm.
fn presented() -> Vec<Presented<'static>> {
    let present = |number: u32| {
        let number = number.wrapping_mul(48_271) % ROWS;
        Presented {
            artifact: Some(digest("artifact", number)),
            manifest: Some(digest("manifest", number)),
            ..Presented::default()
        }
    };
    (0..4096).map(present).collect()
}

#[divan::bench(sample_count = 1000, sample_size = 100)]
fn admit_one_of_100_000(bencher: Bencher<'_, '_>) {
    let (index, presented, now) = (index(), presented(), now());
    let mut next = presented.iter().cycle();
    bencher.bench_local(|| {
        let asked = next.next().expect("it goes round");
        index.admit(black_box(asked), USE, now).expect("it is certified").level
    });
}

#[divan::bench(sample_count = 1000, sample_size = 100)]
fn refuse_what_is_not_certified(bencher: Bencher<'_, '_>) {
    let (index, now) = (index(), now());
    let asked = Presented { artifact: Some(digest("other", 1)), ..Presented::default() };
    bencher.bench_local(|| index.admit(black_box(&asked), USE, now).is_err());
}

#[divan::bench(sample_count = 20)]
fn read_100_000(bencher: Bencher<'_, '_>) {
    let bytes = index().write();
    bencher.bench_local(|| CertificateIndex::read(black_box(&bytes)).expect("it is an index"));
}

#[divan::bench(sample_count = 20)]
fn apply_revocations_to_100_000(bencher: Bencher<'_, '_>) {
    let mut index = index();
    let mut revoked = Revocations::new();
    for number in 0..100 {
        let entry = warden_policy::certificate::Revocation {
            kind: warden_policy::certificate::RevocationKind::Revoked,
            by: "ann".into(),
            at: now(),
            reason: "stolen".into(),
        };
        revoked.add(digest("artifact", number), entry);
    }
    bencher.bench_local(|| index.apply(black_box(&revoked)));
}
