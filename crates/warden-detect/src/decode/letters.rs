//! How text reads: which letter follows which.
//!
//! The logarithm of how often, in thirds, for pairs of letters, spaces, signs and digits, counted
//! over documentation and correspondence in some European languages, mostly English. What is
//! written backwards, or with its letters moved, has other pairs than what anybody would write.

/// What a byte is here.
pub(super) type Sign = u8;

/// How many there are.
const SIGNS: usize = 30;

/// A power of two that is as large.
const WIDTH: usize = 32;

pub(super) const SPACE: Sign = 26;
const STOP: Sign = 27;
const NUMBER: Sign = 28;
const OTHER: Sign = 29;

/// Every sort of byte.
static CLASSES: [Sign; 256] = classes();

/// A row for what stands first: how rare each second one is, from `A`.
static RARE: &[u8; SIGNS * SIGNS] = b"\
    TLJKYQKYKVOIIGZLZHIGNNOSLSHPTP\
    HQQTFVVSIKWHRUHQZJKSJZWYIZJJKM\
    HYNUHUZHKZJJWXEHZJQHLXXXPWKRSO\
    IPSLFQNWIWNMQSJTZMKPOVXZMXEJSI\
    KRKJNNPTRYVLLHSONGHJUMMJOZFJUK\
    JZTVJLWZFVZNTZFWZHNLJZZXOZEPQO\
    ITUUEVNKHZZOPLITZJKRJVZZTVFJWI\
    FVXSDZYWIZZSUUHVVNQKMZUZPZHMVL\
    MPJJJKLZYXRIJEHMWKHGVMZSZONRZP\
    IUTSESVVOWQVWUHRRSDSIVNVVSNQQO\
    JLUPDOOUJYYPVLPSXUHNLWUWTVFJLH\
    IUOLFQTUGZTHTWIQZOJKLSSZLZHKXI\
    GKGPETXZJZWPLSHHUVLSNYYZOZHNWL\
    JWKHINIWLVPOTNJOZUHGOOWUPZFKUJ\
    QQLKQIOYPSMIIFJLZGLJINKTUZIPVM\
    GTTPHVTPKZWHSVHKXGJJKXPSKZJIPK\
    URVSSXVXXUXJVXTUVUVTBTUXVXKKON\
    JUMLETMYIZOOMLHTXMJJMJTZMZGKXK\
    LXMPGTYMKZNQTUKMTTJGLSOZOXEIWI\
    JXPSGTXFHZZQPXHNZJJMMXQSNZFJSJ\
    MJLLHTMXJYZIJGSKZFGHQTTVVTLQXR\
    GWVYBZQVGYWXTWLWZURWTZZTYYPPPN\
    GVVTHXXFFZVQPJIXZKJMVZRZWXGLUM\
    GVNTJTZXKXWUSURHYXRCUXXPSYIIRK\
    PPPXLVUTPWURNJIIZSJLUWRWPRCHVH\
    GWTSFTTSKWTPQRGRUSQSKWRTOMFGOI\
    IMKMMKONJSQNLLKLSLJINPLYQSGSJF\
    PSLROPPRROWRQNQPVNMNTWRZZYBPGI\
    TTUUUUZWZVZRWYYZZZUQZZZXZRFGCG\
    NOMNOPOOORQPMMONWNKLPSQUTSDHJE";

static PAIRS: [i8; WIDTH * WIDTH] = pairs();

/// What any byte would cost if all were equally likely, in the unit of [`likely`].
pub(super) const CHANCE: i32 = -(EVEN as i32);
const EVEN: u8 = 10;

/// How likely a sign is behind another one: the higher, the likelier; 0 is certain.
pub(super) fn likely(first: Sign, second: Sign) -> i32 {
    let at = usize::from(first) * WIDTH + usize::from(second);
    PAIRS.get(at).copied().map_or(CHANCE * 3, i32::from)
}

/// What a byte is.
pub(super) fn sign(byte: u8) -> Sign {
    CLASSES.get(usize::from(byte)).copied().unwrap_or(OTHER)
}

/// What is gained where a pair is read in another way: against what it is if nobody wrote it so,
/// plain text or no text at all, in half the unit of [`likely`]; and against plain text.
#[derive(Clone, Copy)]
pub(super) struct Gain {
    /// With both letters thirteen places on.
    pub(super) turned: (i16, i16),
    /// The other way round.
    pub(super) reversed: (i16, i16),
}

/// What is gained where one sign stands behind another.
pub(super) fn gain(first: Sign, second: Sign) -> Gain {
    let at = usize::from(first) * WIDTH + usize::from(second);
    GAINS.get(at).copied().unwrap_or(NOTHING)
}

const NOTHING: Gain = Gain { turned: (0, 0), reversed: (0, 0) };

static GAINS: [Gain; WIDTH * WIDTH] = gains();

const fn gains() -> [Gain; WIDTH * WIDTH] {
    let pairs = pairs();
    let mut table = [NOTHING; WIDTH * WIDTH];
    let mut at = 0;
    while at < WIDTH * WIDTH {
        let (first, second) = (at / WIDTH, at % WIDTH);
        if telling(first, second) {
            let turned = pairs[turned(first) * WIDTH + turned(second)];
            let reversed = pairs[second * WIDTH + first];
            table[at] =
                Gain { turned: gained(pairs[at], turned), reversed: gained(pairs[at], reversed) };
        }
        at += 1;
    }
    table
}

const fn gained(as_it_is: i8, read: i8) -> (i16, i16) {
    if as_it_is == read {
        return (0, 0);
    }
    let better = read as i16 - as_it_is as i16;
    (better + read as i16 + EVEN as i16, better)
}

/// Whether the order of two signs says anything: letters, and what ends words. Numbers and code
/// have orders of their own.
const fn telling(first: usize, second: usize) -> bool {
    let (space, stop) = (SPACE as usize, STOP as usize);
    first <= stop && second <= stop && (first != space || second != space)
}

/// The letter thirteen places on.
const fn turned(sign: usize) -> usize {
    match sign {
        0..13 => sign + 13,
        13..26 => sign - 13,
        _ => sign,
    }
}

/// How likely a word is, for each of its pairs.
pub(super) fn word(bytes: &[u8]) -> i32 {
    let signs = || bytes.iter().map(|byte| sign(*byte));
    let sum: i32 = signs().zip(signs().skip(1)).map(|(first, second)| likely(first, second)).sum();
    let pairs = i32::try_from(bytes.len()).unwrap_or(i32::MAX).saturating_sub(1);
    if pairs == 0 { 0 } else { sum / pairs }
}

const fn classes() -> [Sign; 256] {
    let mut table = [OTHER; 256];
    let mut at = 0_u8;
    loop {
        table[at as usize] = match at {
            b'a'..=b'z' => at - b'a',
            b'A'..=b'Z' => at - b'A',
            b' ' | b'\n' | b'\t' | b'\r' | b'_' => SPACE,
            b'.' | b',' | b';' | b':' | b'!' | b'?' => STOP,
            b'0'..=b'9' => NUMBER,
            _ => OTHER,
        };
        if at == u8::MAX {
            return table;
        }
        at += 1;
    }
}

const fn pairs() -> [i8; WIDTH * WIDTH] {
    let mut table = [0; WIDTH * WIDTH];
    let mut at = 0;
    while at < SIGNS * SIGNS {
        table[at / SIGNS * WIDTH + at % SIGNS] = -(RARE[at] - b'A').cast_signed();
        at += 1;
    }
    table
}
