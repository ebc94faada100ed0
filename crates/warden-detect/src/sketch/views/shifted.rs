//! Letters and bytes that stand for others: moved, mirrored, and combined with one key.

use super::{
    Form, Place, View, Work,
    natural::{BETTER, natural, score},
};

/// So many bytes tell whether a reading is right.
const SAMPLE: usize = 128;
/// Readings of a region.
const READINGS: usize = 2;
/// What occurs most in text and records.
const USUAL: &[u8] = b" e\"a0";
/// The keys of a keyboard, a row each.
const ROWS: &[&[u8]] =
    &[b"`1234567890-=", b"qwertyuiop[]", b"asdfghjkl;'", b"zxcvbnm,./", b"QWERTYUIOP{}"];

/// What every byte stands for.
type Table = [u8; 256];

/// Gives what the letters of a region stand for, if they can be changed so that they look more
/// like something written.
pub(super) fn shifted(region: &[u8], start: usize, work: &mut Work, out: &mut Vec<View>) {
    let sample = middle(region);
    let own = score(sample.iter().copied());
    let mut found: Vec<(i32, Table)> = Vec::new();
    for table in tables(sample) {
        if !work.take(sample.len()) {
            return;
        }
        let score = score(sample.iter().map(|byte| look(&table, *byte)));
        if score >= own + BETTER {
            found.push((score, table));
        }
    }
    found.sort_by_key(|(score, _)| -score);
    for (_, table) in found.iter().take(READINGS) {
        if work.take(region.len()) {
            let bytes = region.iter().map(|byte| look(table, *byte)).collect();
            out.push(View { bytes, form: Form::Rotated, place: Place::Same(start) });
        }
    }
}

/// What bytes say that were combined with one key, if it can be told.
pub(super) fn combined(bytes: &[u8], work: &mut Work) -> Option<Vec<u8>> {
    let sample = middle(bytes);
    for table in keyed(sample) {
        if !work.take(sample.len()) {
            return None;
        }
        let plain = || sample.iter().map(|byte| look(&table, *byte));
        let printable = plain().filter(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~'));
        if printable.count() * 16 >= sample.len() * 15 && natural(plain()) {
            return Some(bytes.iter().map(|byte| look(&table, *byte)).collect());
        }
    }
    None
}

fn look(table: &Table, byte: u8) -> u8 {
    table.get(usize::from(byte)).copied().unwrap_or(byte)
}

fn middle(bytes: &[u8]) -> &[u8] {
    let start = bytes.len().saturating_sub(SAMPLE) / 2;
    bytes.get(start..(start + SAMPLE).min(bytes.len())).unwrap_or(bytes)
}

/// The tables that are tried: the alphabet moved, turned round and moved, signs moved, the next
/// keys of a keyboard, and one key for all bytes.
fn tables(sample: &[u8]) -> impl Iterator<Item = Table> {
    let letters = |to: fn(u8, u8) -> u8, by: u8| {
        table(move |byte| match byte {
            b'a'..=b'z' => b'a' + to(byte - b'a', by),
            b'A'..=b'Z' => b'A' + to(byte - b'A', by),
            _ => byte,
        })
    };
    let moved = (1..26).map(move |by| letters(|at, by| (at + by) % 26, by));
    let mirrored = (0..26).map(move |by| letters(|at, by| (25 + by - at) % 26, by));
    let signs = std::iter::once(table(|byte| match byte {
        b'!'..=b'~' => (byte - b'!' + 47) % 94 + b'!',
        _ => byte,
    }));
    let keys = [1, -1].into_iter().map(neighbours);
    moved.chain(mirrored).chain(signs).chain(keys).chain(keyed(sample))
}

/// The keys that make what occurs most in a sample into what occurs most in text.
fn keyed(sample: &[u8]) -> impl Iterator<Item = Table> + use<> {
    let mut counts = [0u32; 256];
    for byte in sample {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let most = (0u8..=255).zip(counts).max_by_key(|(_, count)| *count).map_or(0, |(byte, _)| byte);
    let same = move |usual: &&u8| **usual != most;
    USUAL.iter().filter(same).flat_map(move |usual| {
        let (key, by) = (most ^ usual, most.wrapping_sub(*usual));
        [table(|byte| byte ^ key), table(|byte| byte.wrapping_sub(by))]
    })
}

fn neighbours(by: isize) -> Table {
    table(|byte| {
        let next = ROWS.iter().find_map(|row| {
            let at = row.iter().position(|key| *key == byte)?;
            row.get(at.checked_add_signed(by)?).copied()
        });
        next.unwrap_or(byte)
    })
}

fn table(to: impl Fn(u8) -> u8) -> Table {
    std::array::from_fn(|byte| to(u8::try_from(byte).unwrap_or(0)))
}
