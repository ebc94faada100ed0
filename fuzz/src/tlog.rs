//! Transparency logs: what is read has one spelling, nothing unsigned is believed, and no tiles
//! lead to a root but those that were hashed.

use std::io;

use warden_model::Digest;
use warden_seal::{
    PublicKey,
    log::{
        Checkpoint, EMPTY, LogPolicy, Logged, Note, NoteKey, NoteKind, Reader, Resource,
        Submission, Tiles, audit, leaf_hash, node_hash, open_checkpoint, read_bundle,
        verify_consistency, verify_inclusion, write_bundle,
    },
};

/// The first byte says what follows: `N` a signed note, `C` the text of a checkpoint, `K` a key,
/// `R` the name of a part, `B` a bundle, `P` a proof that is carried along, `W` what is sent to a
/// witness, `T` the parts of a log, anything else hashes of a proof.
pub fn check(data: &[u8]) {
    match data {
        [b'N', note @ ..] => forged(note),
        [b'C', text @ ..] => checkpoint(text),
        [b'K', key @ ..] => {
            let text = String::from_utf8_lossy(key);
            if let Ok(key) = NoteKey::parse(&text) {
                assert_eq!(key.to_string(), text);
            }
        }
        [b'R', name @ ..] => {
            let name = String::from_utf8_lossy(name);
            if let Some(part) = Resource::parse(&name) {
                assert_eq!(part.to_string(), name);
            }
        }
        [b'B', width, bundle @ ..] => {
            if let Ok(entries) = read_bundle(bundle, u16::from(*width)) {
                assert_eq!(entries.len(), usize::from(*width));
                assert_eq!(write_bundle(&entries).as_deref(), Ok(bundle));
            }
        }
        [b'P', text @ ..] => {
            if let Ok(logged) = Logged::read(text) {
                assert_eq!(logged.write(), text);
                assert!(logged.verify(b"", &policy()).is_err(), "a forged proof was believed");
            }
        }
        [b'W', text @ ..] => {
            if let Ok(submission) = Submission::read(text) {
                assert_eq!(submission.write(), text);
            }
        }
        [b'T', size, parts @ ..] => tree(u64::from(*size), parts),
        [index, size, hashes @ ..] => proof(u64::from(*index), u64::from(*size), hashes),
        _ => {}
    }
}

/// A log whose key nobody has.
fn policy() -> LogPolicy {
    let key = PublicKey::from_bytes([7; 32]);
    let key = NoteKey::new("example.com/log", NoteKind::Ed25519, key).expect("a name");
    LogPolicy {
        origin: "example.com/log".into(),
        keys: vec![key],
        witnesses: Vec::new(),
        quorum: 0,
    }
}

fn forged(note: &[u8]) {
    assert!(open_checkpoint(note, &policy()).is_err(), "a forged checkpoint was believed");
    if let Ok(note) = Note::read(note) {
        assert!(note.verify(&[]).is_err(), "nobody has signed this");
    }
}

fn checkpoint(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else { return };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.text(), text);
    }
}

/// Hands out the same bytes for entries and for hashes, as long as each part has to be.
struct Any<'a>(&'a [u8]);

impl Tiles for Any<'_> {
    fn read(&self, part: Resource, _: usize) -> io::Result<Option<Vec<u8>>> {
        let length = match part {
            Resource::Tile { width, .. } => usize::from(width) * 32,
            _ => self.0.len(),
        };
        Ok(self.0.get(..length).map(<[u8]>::to_vec))
    }
}

fn tree(size: u64, parts: &[u8]) {
    let root = leaf_hash(b"nobody can hash anything to this");
    let checkpoint =
        Checkpoint { origin: "example.com/log".into(), size, root, extensions: Vec::new() };
    let tiles = Any(parts);
    let found = audit(&tiles, &checkpoint);
    assert!(!found.is_whole(), "any bytes were taken for a log");
    assert!(found.count >= found.faults.len() as u64);
    let reader = Reader::new(&tiles, &checkpoint);
    for index in [0, size / 2, size] {
        assert!(reader.inclusion(index).is_err() && reader.entry(index).is_err());
    }
    let empty = Checkpoint { size: 0, root: EMPTY, ..checkpoint.clone() };
    assert!(size == 0 || reader.consistency(&empty).is_ok());
}

/// A proof that fits does not fit with anything changed.
fn proof(index: u64, size: u64, hashes: &[u8]) {
    let path: Vec<_> = hashes
        .chunks_exact(32)
        .filter_map(|hash| hash.try_into().ok())
        .map(Digest::from_bytes)
        .collect();
    let leaf = leaf_hash(b"entry");
    let Some(root) = rebuild(leaf, index, size, &path) else {
        assert!(verify_inclusion(&leaf, index, size, &leaf, &path).is_err());
        return;
    };
    assert!(verify_inclusion(&leaf, index, size, &root, &path).is_ok());
    let other = leaf_hash(b"other");
    assert!(verify_inclusion(&other, index, size, &root, &path).is_err());
    assert!(verify_inclusion(&leaf, index, size, &other, &path).is_err());
    for old in 1..size {
        let (old, new) = ((old, &other), (size, &root));
        assert!(verify_consistency(old, new, &path).is_err(), "nothing hashes to the other root");
    }
}

/// The root that a proof leads to, from the definition in RFC 6962, section 2.1.1.
fn rebuild(leaf: Digest, index: u64, size: u64, path: &[Digest]) -> Option<Digest> {
    if index >= size {
        return None;
    }
    let Some((beside, below)) = path.split_last() else {
        return (size == 1).then_some(leaf);
    };
    if size == 1 {
        return None;
    }
    let middle = size.div_ceil(2).next_power_of_two();
    if index < middle {
        Some(node_hash(&rebuild(leaf, index, middle, below)?, beside))
    } else {
        Some(node_hash(beside, &rebuild(leaf, index - middle, size - middle, below)?))
    }
}
