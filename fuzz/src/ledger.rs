//! The ledger's reader: whatever it takes has one spelling, and no two segments have one chain.

use std::sync::LazyLock;

use warden_audit::{Record, SegmentId, read_body, read_bytes};
use warden_model::Digest;

static SEGMENT: LazyLock<SegmentId> = LazyLock::new(|| {
    "0190f3b0-0000-7000-8000-000000000001".parse().expect("an identifier of a segment")
});

/// The first byte says what follows: `B` one body, `S` a segment as it stands in a file, anything
/// else bodies with line feeds between them, which are chained as a ledger chains them, and
/// before them four bytes that say how the segment is then damaged.
pub fn check(data: &[u8]) {
    match data {
        [b'B', body @ ..] => one_body(body),
        [b'S', segment @ ..] => one_segment(segment),
        [_, how @ ..] if how.len() >= 4 => {
            let (damage, bodies) = how.split_at(4);
            chained(bodies, damage);
        }
        _ => {}
    }
}

fn one_body(body: &[u8]) {
    if let Ok(record) = read_body(body) {
        canonical(&record);
    }
}

fn one_segment(bytes: &[u8]) {
    let Ok((records, torn)) = read_bytes(*SEGMENT, bytes) else { return };
    let mut offset = 0;
    for (stored, number) in records.iter().zip(1..) {
        assert_eq!((stored.offset, stored.record.seq), (offset, number));
        offset += 64 + 1 + stored.body.len() as u64 + 1;
        canonical(&stored.record);
    }
    assert_eq!(offset + torn as u64, bytes.len() as u64, "every byte belongs to a line");
}

/// A record is written in its RFC 8785 form, and that is read as the same record.
fn canonical(record: &Record<'static>) {
    let bytes = serde_json::to_vec(record).expect("a record can be written");
    let value = serde_json::from_slice(&bytes).expect("a record is JSON");
    let canonical = warden_seal::canonical(&value).expect("a record has a canonical form");
    assert_eq!(String::from_utf8_lossy(&bytes), String::from_utf8_lossy(&canonical));
    let again = read_body(&bytes).expect("what was written can be read");
    assert!(serde_json::to_vec(&again).expect("a record can be written") == bytes);
}

/// Chains bodies the way a ledger does.
fn segment(bodies: &[u8]) -> Vec<u8> {
    let mut chain = SEGMENT.genesis();
    let mut bytes = Vec::with_capacity(bodies.len() * 2);
    for body in bodies.split(|byte| *byte == b'\n') {
        chain = Digest::of_parts([&chain.bytes()[..], body]);
        bytes.extend_from_slice(&chain.hex());
        bytes.push(b' ');
        bytes.extend_from_slice(body);
        bytes.push(b'\n');
    }
    bytes
}

fn chained(bodies: &[u8], damage: &[u8]) {
    let whole = segment(bodies);
    one_segment(&whole);
    let Ok((records, _)) = read_bytes(*SEGMENT, &whole) else { return };
    let Some(end) = records.last().map(|stored| stored.chain) else { return };
    let bad = damaged(&whole, damage);
    // A cut at the end cannot be told from the log alone: the head tells it.
    let Ok((seen, _)) = read_bytes(*SEGMENT, &bad) else { return };
    let same = seen.len() == records.len() && seen.last().is_some_and(|last| last.chain == end);
    let kept = bad.get(..whole.len()) == Some(&whole);
    assert!(!same || kept, "a damaged segment has the chain of the whole one");
    for (seen, record) in seen.iter().zip(&records) {
        assert!(seen.chain != record.chain || seen.body == record.body);
    }
}

/// Flips a bit, cuts, leaves out, repeats or swaps.
fn damaged(whole: &[u8], how: &[u8]) -> Vec<u8> {
    let [what, high, low, size] = how else { return whole.to_vec() };
    let at = usize::from(u16::from_be_bytes([*high, *low])) % whole.len();
    let end = (at + usize::from(*size)).min(whole.len());
    let (before, after) = (&whole[..at], &whole[end..]);
    match what % 5 {
        0 => {
            let mut bad = whole.to_vec();
            bad[at] ^= 1 << (size % 8);
            bad
        }
        1 => before.to_vec(),
        2 => [before, after].concat(),
        3 => [before, &whole[at..end], &whole[at..end], after].concat(),
        _ => {
            let mut lines: Vec<_> = whole.split_inclusive(|byte| *byte == b'\n').collect();
            let count = lines.len();
            lines.swap(at % count, usize::from(*size) % count);
            lines.concat()
        }
    }
}
