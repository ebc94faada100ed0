//! Logs and their proofs against a tree that is written down as RFC 9162 defines it.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::{cell::RefCell, collections::BTreeMap, fs, io, path::Path};

use proptest::prelude::*;
use sha2::{Digest as _, Sha256};
use warden_model::Digest;
use warden_seal::{
    SigningKey,
    log::{
        Checkpoint, Fault, Folder, LogPolicy, Logged, NoteKind, NoteSigner, Reader, Resource,
        Submission, TileError, Tiles, Writer, audit, leaf_hash, open_checkpoint, read_bundle,
        verify_consistency, verify_inclusion,
    },
};

/// The definitions of RFC 9162, section 2.1, word for word and slowly.
mod naive {
    use super::*;

    fn k(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    fn sha(parts: &[&[u8]]) -> Digest {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Digest::from_bytes(hasher.finalize().into())
    }

    /// MTH(D), with the hashes of the leaves given.
    pub(super) fn root(d: &[Digest]) -> Digest {
        match d {
            [] => sha(&[]),
            [one] => *one,
            _ => {
                let (left, right) = d.split_at(k(d.len()));
                sha(&[&[1], root(left).bytes(), root(right).bytes()])
            }
        }
    }

    /// PATH(m, D).
    pub(super) fn path(m: usize, d: &[Digest]) -> Vec<Digest> {
        if d.len() < 2 {
            return Vec::new();
        }
        let k = k(d.len());
        let (left, right) = d.split_at(k);
        let (mut path, beside) =
            if m < k { (path(m, left), root(right)) } else { (path(m - k, right), root(left)) };
        path.push(beside);
        path
    }

    /// PROOF(m, D).
    pub(super) fn proof(m: usize, d: &[Digest]) -> Vec<Digest> {
        if m == 0 || m == d.len() { Vec::new() } else { subproof(m, d, true) }
    }

    fn subproof(m: usize, d: &[Digest], whole: bool) -> Vec<Digest> {
        if m == d.len() {
            return if whole { Vec::new() } else { vec![root(d)] };
        }
        let k = k(d.len());
        let (left, right) = d.split_at(k);
        let (mut proof, beside) = if m <= k {
            (subproof(m, left, whole), root(right))
        } else {
            (subproof(m - k, right, false), root(left))
        };
        proof.push(beside);
        proof
    }

    pub(super) fn leaf(entry: &[u8]) -> Digest {
        sha(&[&[0], entry])
    }
}

const ORIGIN: &str = "example.com/log";

struct Log {
    folder: tempfile::TempDir,
    key: SigningKey,
    leaves: Vec<Digest>,
}

impl Log {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let log = Self { folder, key: SigningKey::generate().expect("a key"), leaves: Vec::new() };
        Writer::create(log.path(), &log.policy(), &log.signer()).expect("an empty log");
        log
    }

    fn of(size: usize) -> Self {
        let mut log = Self::new();
        log.grow(size);
        log
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn signer(&self) -> NoteSigner<'_> {
        NoteSigner::new(ORIGIN, NoteKind::Ed25519, &self.key).expect("a name")
    }

    fn policy(&self) -> LogPolicy {
        let keys = vec![self.signer().key().clone()];
        LogPolicy { origin: ORIGIN.into(), keys, witnesses: Vec::new(), quorum: 0 }
    }

    fn entry(at: usize) -> Vec<u8> {
        format!("{at:x}").into_bytes()
    }

    fn grow(&mut self, more: usize) -> Checkpoint {
        let from = self.leaves.len();
        let entries: Vec<_> = (from..from + more).map(Self::entry).collect();
        self.leaves.extend(entries.iter().map(|entry| naive::leaf(entry)));
        let entries: Vec<_> = entries.iter().map(Vec::as_slice).collect();
        let mut writer = Writer::open(self.path(), &self.policy()).expect("the log is whole");
        writer.append(&entries, &self.signer()).expect("there is room").checkpoint
    }

    fn checkpoint(&self) -> Checkpoint {
        let note = fs::read(self.path().join("checkpoint")).expect("it is there");
        open_checkpoint(&note, &self.policy()).expect("it is signed").checkpoint
    }

    fn tiles(&self) -> Folder {
        Folder::new(self.path())
    }
}

#[test]
fn trees_of_all_small_sizes_are_those_of_the_definition() {
    let mut log = Log::new();
    for size in 1..=40 {
        let checkpoint = log.grow(1);
        assert_eq!((checkpoint.size, checkpoint.root), (size as u64, naive::root(&log.leaves)));
        let tiles = log.tiles();
        let reader = Reader::new(&tiles, &checkpoint);
        for index in 0..size {
            let path = reader.inclusion(index as u64).expect("it is there");
            assert_eq!(path, naive::path(index, &log.leaves), "{index} of {size}");
        }
        for old in 0..=size {
            let root = naive::root(&log.leaves[..old]);
            let before = Checkpoint { size: old as u64, root, ..checkpoint.clone() };
            let proof = reader.consistency(&before).expect("it only grew");
            assert_eq!(proof, naive::proof(old, &log.leaves), "{old} of {size}");
        }
    }
}

/// Around the sizes at which tiles become full.
#[test]
fn trees_around_full_tiles_are_those_of_the_definition() {
    let mut log = Log::new();
    let mut earlier: Vec<Checkpoint> = Vec::new();
    for size in [255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000] {
        let checkpoint = log.grow(size - log.leaves.len());
        assert_eq!(checkpoint.root, naive::root(&log.leaves), "{size}");
        let tiles = log.tiles();
        let found = audit(&tiles, &checkpoint);
        assert!(found.is_whole(), "{size}: {:?}", found.faults);
        let reader = Reader::new(&tiles, &checkpoint);
        for index in [0, 127, 255, 256, 65_535, 65_536, size - 1] {
            if index < size {
                let path = reader.inclusion(index as u64).expect("it is there");
                assert_eq!(path, naive::path(index, &log.leaves), "{index} of {size}");
                let entry = reader.entry(index as u64).expect("it is there");
                assert_eq!(entry, Log::entry(index));
            }
        }
        for before in &earlier {
            let proof = reader.consistency(before).expect("it only grew");
            let old = usize::try_from(before.size).expect("it is small");
            assert_eq!(proof, naive::proof(old, &log.leaves), "{old} of {size}");
        }
        assert!(matches!(reader.inclusion(size as u64), Err(TileError::NoEntry(_))));
        earlier.push(checkpoint);
    }
    // What the specification says of a tree of 70,000.
    for (part, length) in [
        ("tile/0/272", 8192),
        ("tile/0/273.p/112", 112 * 32),
        ("tile/1/000", 8192),
        ("tile/1/001.p/17", 17 * 32),
        ("tile/2/000.p/1", 32),
    ] {
        assert_eq!(fs::metadata(log.path().join(part)).expect(part).len(), length, "{part}");
    }
    let last = earlier.last().expect("there are some");
    let tiles = log.tiles();
    let reader = Reader::new(&tiles, last);
    let bundles = (0..274).map(|index| reader.bundle(index).expect("it is there"));
    let all: Vec<_> = bundles.flatten().collect();
    assert_eq!(all, (0..70_000).map(Log::entry).collect::<Vec<_>>());
    assert!(matches!(reader.bundle(274), Err(TileError::NoEntry(70_144))));
    assert_eq!(reader.find(&leaf_hash(&Log::entry(69_999))).expect("it is whole"), Some(69_999));
    assert_eq!(reader.find(&leaf_hash(b"nothing")).expect("it is whole"), None);
}

/// The parts of a log, in memory, of which a test changes some.
#[derive(Clone, Default)]
struct Parts(RefCell<BTreeMap<Resource, Vec<u8>>>);

impl Parts {
    fn of(log: &Log) -> Self {
        let parts = Self::default();
        let mut open = vec![log.path().to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder).expect("our own") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    open.push(path);
                    continue;
                }
                let name = path.strip_prefix(log.path()).expect("it is inside");
                if let Some(part) = Resource::parse(name.to_str().expect("ASCII")) {
                    parts.0.borrow_mut().insert(part, fs::read(&path).expect("it is there"));
                }
            }
        }
        parts
    }
}

impl Tiles for Parts {
    fn read(&self, part: Resource, most: usize) -> io::Result<Option<Vec<u8>>> {
        let found = self.0.borrow().get(&part).cloned();
        assert!(found.as_ref().is_none_or(|bytes| bytes.len() <= most), "{part} is bounded");
        Ok(found)
    }
}

/// The third condition of certification: a changed byte is refused, and told where it is.
#[test]
fn every_changed_byte_is_found_where_it_is() {
    changed_bytes(40, 1, &["checkpoint", "tile/0/000.p/40", "tile/entries/000.p/40"]);
}

#[test]
fn changed_bytes_are_found_in_full_and_partial_parts() {
    let names = [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/4",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/4",
    ];
    changed_bytes(260, 7, &names);
}

/// Changes every `step`-th byte of every part.
#[track_caller]
fn changed_bytes(size: usize, step: usize, names: &[&str]) {
    let log = Log::of(size);
    let checkpoint = log.checkpoint();
    let parts = Parts::of(&log);
    let found: Vec<_> = parts.0.borrow().keys().copied().collect();
    assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), names);
    for part in found {
        let good = parts.0.borrow()[&part].clone();
        for at in (0..good.len()).step_by(step) {
            let mut bad = good.clone();
            bad[at] ^= 1 << (at % 8);
            parts.0.borrow_mut().insert(part, bad.clone());
            let is_checkpoint = part == Resource::Checkpoint;
            if is_checkpoint {
                assert!(open_checkpoint(&bad, &log.policy()).is_err(), "byte {at}");
            } else {
                let found = audit(&parts, &checkpoint);
                named(&found.faults, part, at);
            }
            if at % 13 == 0 {
                let reader = Reader::new(&parts, &checkpoint);
                let mut bundles = (0..size.div_ceil(256)).map(|index| reader.bundle(index as u64));
                assert_eq!(bundles.all(|read| read.is_ok()), is_checkpoint, "{at} of {part}");
            }
        }
        parts.0.borrow_mut().insert(part, good);
    }
    assert!(audit(&parts, &checkpoint).is_whole());
}

/// Exactly one thing is wrong, and it is named.
#[track_caller]
fn named(faults: &[Fault], wrong: Resource, at: usize) {
    match (faults, wrong) {
        ([Fault::Hash { part, position }], Resource::Tile { .. }) => {
            assert_eq!((*part, *position), (wrong, at / 32));
        }
        ([Fault::Entry { part, .. } | Fault::Malformed(part)], Resource::Entries { .. }) => {
            assert_eq!(*part, wrong, "byte {at}");
        }
        // A changed length that still gives as many entries changes several of them.
        (many, Resource::Entries { .. }) if !many.is_empty() => {
            for fault in many {
                assert!(matches!(fault, Fault::Entry { part, .. } if *part == wrong), "{fault}");
            }
        }
        other => panic!("byte {at} of {wrong}: {other:?}"),
    }
}

#[test]
fn parts_that_are_missing_or_of_another_length_are_named() {
    let log = Log::of(600);
    let checkpoint = log.checkpoint();
    let parts = Parts::of(&log);
    let names: Vec<_> = parts.0.borrow().keys().copied().collect();
    for part in names.into_iter().filter(|part| *part != Resource::Checkpoint) {
        let good = parts.0.borrow_mut().remove(&part).expect("it is there");
        let found = audit(&parts, &checkpoint);
        assert!(matches!(found.faults[..], [Fault::Missing(missing)] if missing == part), "{part}");
        for bad in [&good[1..], &good[..good.len() - 1], &[]] {
            parts.0.borrow_mut().insert(part, bad.to_vec());
            let found = audit(&parts, &checkpoint);
            assert!(
                matches!(found.faults[..], [Fault::Malformed(wrong)] if wrong == part),
                "{part}: {:?}",
                found.faults
            );
        }
        parts.0.borrow_mut().insert(part, good);
    }
}

#[test]
fn everything_that_is_wrong_is_named_and_no_more() {
    let log = Log::of(1000);
    let checkpoint = log.checkpoint();
    let parts = Parts::of(&log);
    let name = |text: &str| Resource::parse(text).expect("a name");
    let change = |text: &str, at: usize| {
        let mut parts = parts.0.borrow_mut();
        parts.get_mut(&name(text)).expect("it is there")[at] ^= 1;
    };
    // Two missing parts, one above the other, hide nothing behind them.
    for missing in ["tile/0/001", "tile/1/000.p/3"] {
        parts.0.borrow_mut().remove(&name(missing));
    }
    change("tile/0/002", 64);
    let found: Vec<_> = audit(&parts, &checkpoint).faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`tile/0/001` is missing",
            "`tile/1/000.p/3` is missing",
            "hash 2 of `tile/0/002` is not that of what is below it",
        ]
    );
    // The entries lead to the root no more, and the hashes do not either.
    change("tile/entries/000", 2);
    let found: Vec<_> = audit(&parts, &checkpoint).faults.iter().map(ToString::to_string).collect();
    assert_eq!(
        found,
        [
            "`tile/0/001` is missing",
            "`tile/1/000.p/3` is missing",
            "neither the entries nor their hashes lead to the root of the checkpoint",
            "entry 0 (in `tile/entries/000`) is not what was logged",
            "entry 514 (in `tile/entries/002`) is not what was logged",
        ]
    );
}

#[test]
fn a_checkpoint_over_more_than_there_can_be_is_given_up() {
    let checkpoint = Checkpoint { size: u64::MAX, ..Log::of(1).checkpoint() };
    let found = audit(&Parts::default(), &checkpoint);
    assert!(!found.is_whole() && found.count < 2000, "{}", found.count);
}

#[test]
fn a_log_that_was_rewritten_with_its_tiles_does_not_lead_to_its_checkpoint() {
    let log = Log::of(300);
    let checkpoint = log.checkpoint();
    let other = Log::of(299);
    let mut forged = other;
    forged.leaves.push(naive::leaf(b"0"));
    let mut writer = Writer::open(forged.path(), &forged.policy()).expect("it is whole");
    writer.append(&[b"forged"], &forged.signer()).expect("there is room");
    let found = audit(&forged.tiles(), &checkpoint);
    assert!(matches!(found.faults[..], [Fault::Root]), "{:?}", found.faults);
    let tiles = forged.tiles();
    let reader = Reader::new(&tiles, &checkpoint);
    assert!(matches!(reader.inclusion(299), Err(TileError::Wrong(_))));
    assert!(matches!(reader.entry(5), Err(TileError::Wrong(_))));
    assert!(matches!(reader.bundle(1), Err(TileError::Wrong(_))));
    let seen = Log::of(10).checkpoint();
    assert!(reader.consistency(&seen).is_err());
}

#[test]
fn a_proof_is_carried_along_and_verified_offline() {
    let log = Log::of(300);
    let checkpoint = log.checkpoint();
    let tiles = log.tiles();
    let path = Reader::new(&tiles, &checkpoint).inclusion(270).expect("it is there");
    let note = fs::read(log.path().join("checkpoint")).expect("it is there");
    for extra in [None, Some(b"more".to_vec())] {
        let logged = Logged { index: 270, path: path.clone(), checkpoint: note.clone(), extra };
        let text = logged.write();
        let back = Logged::read(&text).expect("it was written");
        assert_eq!(back, logged);
        assert_eq!(
            back.verify(&Log::entry(270), &log.policy()).expect("it is there").checkpoint,
            checkpoint
        );
        assert!(back.verify(&Log::entry(271), &log.policy()).is_err());
        for at in 0..text.len() {
            let mut bad = text.clone();
            bad[at] ^= 1;
            let taken = Logged::read(&bad)
                .is_ok_and(|bad| bad.verify(&Log::entry(270), &log.policy()).is_ok());
            // Only what nobody has signed may change.
            let line = text.iter().take(at).filter(|byte| **byte == b'\n').count();
            let unsigned = logged.extra.is_some() && line == 1;
            assert!(!taken || unsigned, "byte {at}");
        }
    }
}

#[test]
fn a_witness_signs_what_only_grew() {
    let mut log = Log::of(10);
    let key = SigningKey::generate().expect("a key");
    let witness = NoteSigner::new("example.com/witness", NoteKind::Cosignature, &key);
    let witness = witness.expect("a name");
    let note = |log: &Log| fs::read(log.path().join("checkpoint")).expect("it is there");
    let first = Submission { old: 0, proof: Vec::new(), checkpoint: note(&log) };
    assert_eq!(Submission::read(&first.write()).as_ref(), Ok(&first));
    let (seen, line) = first.cosign(None, &log.policy(), &witness, 77).expect("it is new");
    let both = [&note(&log)[..], line.as_bytes()].concat();
    let strict = LogPolicy { witnesses: vec![witness.key().clone()], quorum: 1, ..log.policy() };
    let verified = open_checkpoint(&both, &strict).expect("it is witnessed");
    assert_eq!(
        verified.witnesses.into_iter().collect::<Vec<_>>(),
        [("example.com/witness".into(), 77)]
    );
    assert!(open_checkpoint(&note(&log), &strict).is_err());
    let later = log.grow(300);
    let tiles = log.tiles();
    let proof = Reader::new(&tiles, &later).consistency(&seen).expect("it only grew");
    let second = Submission { old: 10, proof, checkpoint: note(&log) };
    assert_eq!(Submission::read(&second.write()).as_ref(), Ok(&second));
    let status =
        |submission: &Submission, seen: Option<&Checkpoint>, policy: &LogPolicy| match submission
            .cosign(seen, policy, &witness, 78)
        {
            Ok(_) => 200,
            Err(refusal) => refusal.status(),
        };
    assert_eq!(status(&second, Some(&seen), &log.policy()), 200);
    assert_eq!(status(&second, None, &log.policy()), 409);
    assert_eq!(status(&first, Some(&later), &log.policy()), 409);
    let short = Submission { proof: Vec::new(), ..second.clone() };
    assert_eq!(status(&short, Some(&seen), &log.policy()), 422);
    let backwards = Submission { old: 311, ..second.clone() };
    assert_eq!(status(&backwards, Some(&seen), &log.policy()), 400);
    let other = LogPolicy { origin: "example.com/other".into(), ..log.policy() };
    assert_eq!(status(&second, Some(&seen), &other), 404);
    let stranger = Log::new().policy();
    assert_eq!(status(&second, Some(&seen), &stranger), 403);
    let fork = Log::of(10);
    let forked = Checkpoint { root: fork.checkpoint().root, ..seen.clone() };
    assert_eq!(forked, seen, "the same entries have the same root");
    let split = Checkpoint { root: leaf_hash(b"x"), ..seen };
    assert_eq!(status(&second, Some(&split), &log.policy()), 422);
    assert_eq!(status(&first, Some(&Checkpoint { size: 10, ..split }), &log.policy()), 409);
}

#[test]
fn readers_do_not_see_what_a_later_append_adds() {
    let mut log = Log::of(200);
    let old = log.checkpoint();
    log.grow(200);
    let tiles = log.tiles();
    assert!(Reader::new(&tiles, &old).inclusion(200).is_err());
    assert_eq!(audit(&tiles, &old).entries, 200);
    assert!(audit(&tiles, &old).is_whole());
}

fn hashes(count: usize) -> Vec<Digest> {
    (0..count).map(|at| naive::leaf(&Log::entry(at))).collect()
}

proptest! {
    #[test]
    fn an_inclusion_proof_shows_one_entry_at_one_place(size in 1..600_usize, place in 0..600_usize, other in 0..600_usize) {
        let leaves = hashes(size);
        let (index, other) = (place % size, other % size);
        let (root, path) = (naive::root(&leaves), naive::path(index, &leaves));
        let verify = |leaf: &Digest, index: usize, path: &[Digest]| {
            verify_inclusion(leaf, index as u64, size as u64, &root, path).is_ok()
        };
        prop_assert!(verify(&leaves[index], index, &path));
        prop_assert_eq!(verify(&leaves[other], index, &path), other == index);
        prop_assert_eq!(verify(&leaves[index], other, &path), other == index);
        prop_assert!(!verify(&leaves[index], size + index, &path));
        for at in 0..path.len() {
            let mut bad = path.clone();
            bad[at] = leaf_hash(b"bad");
            prop_assert!(!verify(&leaves[index], index, &bad));
            prop_assert!(!verify(&leaves[index], index, &path[..at]));
        }
        let longer = [&path[..], &[root]].concat();
        prop_assert!(!verify(&leaves[index], index, &longer));
    }

    #[test]
    fn a_consistency_proof_shows_that_a_log_only_grew(size in 1..600_usize, place in 0..600_usize) {
        let leaves = hashes(size);
        let old = place % (size + 1);
        let (old_root, new_root) = (naive::root(&leaves[..old]), naive::root(&leaves));
        let proof = naive::proof(old, &leaves);
        let verify = |old: usize, old_root: &Digest, new: usize, proof: &[Digest]| {
            verify_consistency((old as u64, old_root), (new as u64, &new_root), proof).is_ok()
        };
        prop_assert!(verify(old, &old_root, size, &proof));
        prop_assert!(!verify(old, &leaf_hash(b"bad"), size, &proof));
        prop_assert!(!verify(size + 1, &old_root, size, &proof));
        for at in 0..proof.len() {
            let mut bad = proof.clone();
            bad[at] = leaf_hash(b"bad");
            prop_assert!(!verify(old, &old_root, size, &bad));
            prop_assert!(!verify(old, &old_root, size, &proof[..at]));
        }
        let longer = [&proof[..], &[new_root]].concat();
        prop_assert!(!verify(old, &old_root, size, &longer));
        // A log that changed anything before has no proof that fits.
        if old > 0 {
            let mut changed = leaves.clone();
            changed[place % old] = leaf_hash(b"bad");
            let (rewritten, proof) = (naive::root(&changed), naive::proof(old, &changed));
            let honest = verify_consistency((old as u64, &old_root), (size as u64, &rewritten), &proof);
            prop_assert!(honest.is_err());
        }
    }

}

// Each case stores some hundred files for good.
proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn how_entries_are_batched_does_not_change_a_log(batches in proptest::collection::vec(1..200_usize, 1..6)) {
        let mut log = Log::new();
        for batch in &batches {
            log.grow(*batch);
        }
        let whole = Log::of(batches.iter().sum());
        prop_assert_eq!(log.checkpoint().root, whole.checkpoint().root);
        for part in whole.names() {
            let bytes = |log: &Log| fs::read(log.path().join(part.to_string())).expect("it is there");
            if part != Resource::Checkpoint {
                prop_assert_eq!(bytes(&log), bytes(&whole), "{}", part);
            }
        }
        let width = whole.leaves.len().min(256);
        let first = Resource::entries(0, whole.leaves.len() as u64).expect("there are entries");
        let bundle = fs::read(whole.path().join(first.to_string())).expect("it is there");
        let entries = read_bundle(&bundle, u16::try_from(width).expect("at most 256"));
        prop_assert_eq!(entries.expect("it was written").len(), width);
    }
}

impl Log {
    fn names(&self) -> Vec<Resource> {
        Parts::of(self).0.into_inner().into_keys().collect()
    }
}
