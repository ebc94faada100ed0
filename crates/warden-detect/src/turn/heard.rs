//! What an answer sounds like.

use std::sync::LazyLock;

use crate::{
    Subject,
    hosts::hosts,
    learnt::{concept, features},
    normal::Normal,
};

/// So many words and hosts of an answer are compared with those before.
const WORDS: usize = 4096;
const HOSTS: usize = 64;

/// So many letters make a script.
const LETTERS: usize = 8;

/// What an answer sounds like: hashes and signs, and none of its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// What the detectors say of it alone.
    pub(super) score: u32,
    /// Whether it speaks to a model.
    pub(super) speaks: bool,
    /// Whether it tells somebody to do something.
    pub(super) orders: bool,
    /// Scripts that it is written in, a bit for each.
    pub(super) scripts: u16,
    /// Hashes of hosts and words, each once.
    pub(super) hosts: Vec<u64>,
    pub(super) words: Vec<u64>,
}

/// Concepts that say who is spoken to, and what about.
struct Meant {
    model: u64,
    told: u64,
    act: u64,
    whom: u64,
}

static MEANT: LazyLock<Meant> = LazyLock::new(|| Meant {
    model: concept("MODEL"),
    told: concept("MUST") | concept("INSTRUCTION") | concept("OVERRIDE") | concept("ATTENTION"),
    act: concept("SEND") | concept("DESTROY") | concept("GRANT") | concept("TELL") | concept("USE"),
    whom: concept("MUST") | concept("SECOND") | concept("ATTENTION") | concept("COVERT"),
});

impl Heard {
    /// Listens to an answer to which the detectors give this score.
    #[must_use]
    pub fn of(text: &str, score: u32) -> Self {
        let normal = Normal::of(text);
        let read = features(normal.text());
        let mut heard = Self { score, scripts: scripts(text), ..Self::default() };
        for concepts in read.meanings(Subject::Content.spread()) {
            let has = |any: u64| concepts & any != 0;
            heard.speaks |= has(MEANT.model) && has(MEANT.told);
            heard.orders |= has(MEANT.act) && has(MEANT.whom);
        }
        heard.hosts = hosts(text).iter().take(HOSTS).map(|(host, _)| hash(host)).collect();
        heard.words = read.hashes().take(WORDS).collect();
        for hashes in [&mut heard.hosts, &mut heard.words] {
            hashes.sort_unstable();
            hashes.dedup();
        }
        heard
    }
}

fn hash(text: &str) -> u64 {
    let all = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (all ^ (all >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The scripts of a text, a bit for each.
fn scripts(text: &str) -> u16 {
    let mut counts = [0_usize; RANGES.len()];
    for char in text.chars().filter(|char| char.is_alphabetic()) {
        let code = u32::from(char);
        let at = RANGES.iter().position(|(first, last)| (*first..=*last).contains(&code));
        if let Some(count) = at.and_then(|at| counts.get_mut(at)) {
            *count += 1;
        }
    }
    let bits = counts.iter().enumerate().filter(|(_, count)| **count >= LETTERS);
    bits.fold(0, |all, (at, _)| all | 1 << at)
}

/// Letters by script, after the blocks of Unicode.
static RANGES: [(u32, u32); 12] = [
    (0x41, 0x24f),
    (0x370, 0x3ff),
    (0x400, 0x52f),
    (0x530, 0x58f),
    (0x590, 0x5ff),
    (0x600, 0x6ff),
    (0x900, 0xdff),
    (0xe00, 0xeff),
    (0x10a0, 0x10ff),
    (0x3040, 0x30ff),
    (0x3400, 0x9fff),
    (0xac00, 0xd7af),
];
