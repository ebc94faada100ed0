//! What it costs to hold a hundred thousand certificates, and to ask for one of them.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use std::{collections::BTreeMap, hint::black_box, time::SystemTime};

use divan::Bencher;
use warden_model::Digest;
use warden_policy::{
    Time,
    approval::{DataClass, Environment},
    certificate::{
        Certificate, CertificateIndex, CertificateLine, CertificatePolicy, PREDICATE_TYPE,
        Presented, Revocations, Row, Use, body_digest,
    },
};
use warden_seal::{
    KeyKind, LocalKey, STATEMENT_TYPE, Signer, Statement, Subject, Trust, TrustedKey,
    log::{leaf_hash, node_hash, verify_inclusion},
    open_trusted, seal_with,
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

/// How many certificates the bundle of the benchmark has: a power of two, so that every one is as
/// deep in the log.
const BUNDLE: u32 = 1024;

/// Who signs the bundle.
struct Issuer {
    key: LocalKey,
    trust: Trust,
}

impl Issuer {
    fn new() -> Self {
        let key = LocalKey::generate(KeyKind::Ed25519).expect("a key");
        let trusted = TrustedKey {
            key: key.public(),
            name: "issuer".into(),
            uses: ["certificate".to_owned()].into(),
            not_before: None,
            not_after: None,
            revoked_since: None,
        };
        Self { trust: Trust::new(vec![trusted]).expect("one key"), key }
    }

    /// A certificate as it is signed.
    fn envelope(&self, number: u32) -> String {
        let text = include_bytes!("../tests/data/certificate-1.json").trim_ascii();
        let mut certificate = Certificate::read(text).expect("a certificate");
        certificate.digests.tree = Some(digest("tree", number));
        let bytes = certificate.write().expect("it is written");
        let subject = |(name, sha256)| Subject { name, sha256, others: BTreeMap::new() };
        let statement = Statement {
            subjects: certificate.digests.named().into_iter().map(subject).collect(),
            predicate_type: PREDICATE_TYPE.into(),
            predicate: serde_json::from_slice(&bytes).expect("it is JSON"),
        };
        let text = statement.write().expect("it is written");
        let signer: &dyn Signer = &self.key;
        let envelope = seal_with(STATEMENT_TYPE, &text, &[signer]).expect("it signs");
        String::from_utf8(envelope).expect("it is text")
    }
}

/// The lines of a bundle, and the root of the log that they are in.
fn lines(issuer: &Issuer) -> (Vec<Vec<u8>>, Digest) {
    let envelopes: Vec<String> = (0..BUNDLE).map(|number| issuer.envelope(number)).collect();
    let leaves = envelopes.iter().map(|envelope| leaf_hash(envelope.as_bytes())).collect();
    let mut levels: Vec<Vec<Digest>> = vec![leaves];
    while let Some(last) = levels.last().filter(|level| level.len() > 1) {
        let pairs = last.chunks_exact(2);
        levels.push(pairs.map(|pair| node_hash(&pair[0], &pair[1])).collect());
    }
    let root = levels.pop().and_then(|top| top.first().copied()).expect("a root");
    let line = |(at, certificate)| {
        let path = levels.iter().enumerate().map(|(up, level)| level[(at >> up) ^ 1]).collect();
        let line = CertificateLine { certificate, index: at as u64, path };
        line.write().expect("it is written")
    };
    (envelopes.into_iter().enumerate().map(line).collect(), root)
}

/// What is done for each certificate of a bundle when it is taken in: hashed, parsed, its
/// signature and its proof verified, and judged into a row.
#[divan::bench(sample_count = 10, sample_size = 1)]
fn take_in_a_bundle_of_1024(bencher: Bencher<'_, '_>) {
    let issuer = Issuer::new();
    let (lines, root) = lines(&issuer);
    let revoked = Revocations::new();
    bencher.bench_local(|| {
        let digests: Vec<Digest> = lines.iter().map(|line| Digest::of(line)).collect();
        let rows = lines.iter().map(|line| {
            let line = CertificateLine::read(line).expect("a line");
            let envelope = line.certificate.as_bytes();
            let now = SystemTime::UNIX_EPOCH;
            let opened = open_trusted(envelope, STATEMENT_TYPE, &issuer.trust, "certificate", now);
            let statement = Statement::read(&opened.expect("it is signed").payload);
            let predicate = statement.expect("a statement").predicate;
            let bytes = warden_seal::canonical(&predicate).expect("it has a form");
            let certificate = Certificate::read(&bytes).expect("a certificate");
            let (leaf, size) = (leaf_hash(envelope), u64::from(BUNDLE));
            verify_inclusion(&leaf, line.index, size, &root, &line.path).expect("it is logged");
            Row::of(&certificate, &revoked).expect("it is sound")
        });
        let index = CertificateIndex::of_rows(rows.collect(), CertificatePolicy::default());
        (body_digest(&digests), index.expect("it fits").rows().len())
    });
}
