//! One look at the bytes of a text, to find which decoders have anything to look at.
//!
//! Blocks of bytes are compared and counted without a branch, so that the compiler can use wide
//! registers: most text has nothing to decode, and must not pay for those that have.

/// What the bytes of a text show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Signs {
    /// Places from which on enough bytes follow that base64 or hexadecimal could be made of.
    pub(super) runs: usize,
    /// Pairs of hexadecimal digits that stand alone.
    pub(super) pairs: usize,
    pub(super) percent: usize,
    pub(super) ampersand: usize,
    pub(super) backslash: usize,
    /// Digits and signs before a letter, behind another or at the beginning of a word.
    pub(super) leet: usize,
    /// Letters that stand alone between separators, right behind another one.
    pub(super) single: usize,
    /// Mark-up right behind a letter.
    pub(super) inside: usize,
    /// Blocks with more of the letters that are frequent when all are moved by thirteen.
    pub(super) turned: usize,
    /// Blocks with more of the pairs of letters that are frequent in reverse.
    pub(super) reversed: usize,
}

/// Pairs of letters that are frequent in some languages, and hardly ever the other way round.
static FORWARD: &[(u8, u8)] = &[
    (b't', b'h'),
    (b'h', b'e'),
    (b'n', b'd'),
    (b'n', b'g'),
    (b'q', b'u'),
    (b'c', b'h'),
    (b'o', b'u'),
    (b's', b'h'),
];

/// How many bytes are taken together, and how many behind them are looked at as well.
const BLOCK: usize = 64;
const AHEAD: usize = 16;

/// A block, with what follows it.
type Window = [u8; BLOCK + AHEAD];

/// For each byte of a window, 1 or 0.
type Flags = [u8; BLOCK + AHEAD];

impl Signs {
    /// Looks at a text.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut signs = Self::default();
        let mut at = 0;
        while let Some(window) = bytes.get(at..).and_then(<[u8]>::first_chunk) {
            signs.block(window);
            at += BLOCK;
        }
        while at < bytes.len() {
            let mut window = [b' '; BLOCK + AHEAD];
            let rest = bytes.get(at..).unwrap_or_default();
            let rest = rest.get(..BLOCK + AHEAD).unwrap_or(rest);
            if let Some(front) = window.get_mut(..rest.len()) {
                front.copy_from_slice(rest);
            }
            signs.block(&window);
            at += BLOCK;
        }
        signs
    }

    /// Whether no decoder has anything to look at.
    pub(super) fn clean(&self) -> bool {
        *self == Self::default()
    }

    fn block(&mut self, bytes: &Window) {
        let letter = flags(bytes, |byte| (byte | 0x20).wrapping_sub(b'a') < 26);
        let digit = flags(bytes, |byte| byte.wrapping_sub(b'0') < 10);
        self.percent += sum(bytes, |byte| byte == b'%');
        self.ampersand += sum(bytes, |byte| byte == b'&');
        self.backslash += sum(bytes, |byte| byte == b'\\');
        self.long_runs(bytes, &letter, &digit);
        self.hex_pairs(bytes, &digit);
        self.spelled(bytes, &letter, &digit);
        self.order(bytes);
    }

    fn long_runs(&mut self, bytes: &Window, letter: &Flags, digit: &Flags) {
        let other = flags(bytes, |byte| matches!(byte, b'+' | b'/' | b'-' | b'_'));
        let one = either(&either(letter, digit), &other);
        let two = both(&one, &one, 1);
        let four = both(&two, &two, 2);
        let eight = both(&four, &four, 4);
        self.runs += count(&both(&eight, &eight, 8));
    }

    fn hex_pairs(&mut self, bytes: &Window, digit: &Flags) {
        let hex = either(digit, &flags(bytes, |byte| (byte | 0x20).wrapping_sub(b'a') < 6));
        let between = flags(bytes, |byte| matches!(byte, b' ' | b':' | b'-' | b',' | b'\\'));
        let pair = both(&hex, &hex, 1);
        let alone = both(&pair, &between, 2);
        self.pairs += count(&both(&alone, &pair, 3));
        let zero = flags(bytes, |byte| byte == b'0');
        self.pairs += count(&both(&zero, &flags(bytes, |byte| byte | 0x20 == b'x'), 1));
    }

    fn spelled(&mut self, bytes: &Window, letter: &Flags, digit: &Flags) {
        let sign = flags(bytes, |byte| matches!(byte, b'@' | b'$' | b'!' | b'|'));
        let stand_in = either(digit, &sign);
        self.leet += count(&both(&stand_in, letter, 1));
        let between = flags(bytes, |byte| {
            matches!(byte, b' ' | b'.' | b'-' | b'_' | b'*' | b'|' | b'/' | b',' | b'\n' | b'\t')
                | matches!(byte, b'+' | b'~' | 0xa0 | 0xb7)
        });
        let alone = both(&between, letter, 1);
        let two = both(&alone, &alone, 2);
        self.single += count(&both(&two, &between, 4));
        let mark = flags(bytes, |byte| matches!(byte, b'*' | b'`' | b'~' | b'<'));
        self.inside += count(&both(letter, &mark, 1));
    }

    /// Whether letters and pairs of letters are those of a text that is moved or reversed.
    fn order(&mut self, bytes: &Window) {
        let plain = sum(bytes, |byte| matches!(byte | 0x20, b't' | b'o' | b'i' | b's' | b'd'));
        let turned = sum(bytes, |byte| matches!(byte | 0x20, b'g' | b'b' | b'v' | b'f' | b'q'));
        self.turned += usize::from(turned > plain + 1);
        let (mut forward, mut backward) = (0, 0);
        for (first, second) in FORWARD {
            let [first, second] = [first, second].map(|it| flags(bytes, |byte| byte | 0x20 == *it));
            forward += count(&both(&first, &second, 1));
            backward += count(&both(&second, &first, 1));
        }
        let space = flags(bytes, |byte| matches!(byte, b' ' | b'\n'));
        let stop = flags(bytes, |byte| matches!(byte, b'.' | b',' | b'!' | b'?' | b':'));
        forward += count(&both(&stop, &space, 1));
        backward += count(&both(&space, &stop, 1));
        self.reversed += usize::from(backward > forward + 1);
    }
}

/// Where a byte of the window is of a sort.
fn flags(bytes: &Window, of: impl Fn(u8) -> bool) -> Flags {
    let mut flags = [0; BLOCK + AHEAD];
    for (flag, byte) in flags.iter_mut().zip(bytes) {
        *flag = u8::from(of(*byte));
    }
    flags
}

fn either(one: &Flags, other: &Flags) -> Flags {
    let mut flags = *one;
    for (flag, other) in flags.iter_mut().zip(other) {
        *flag |= other;
    }
    flags
}

/// Where one is, and the other so many bytes further on.
fn both(one: &Flags, other: &Flags, further: usize) -> Flags {
    let mut flags = [0; BLOCK + AHEAD];
    let shifted = other.get(further..).unwrap_or_default();
    for ((flag, one), other) in flags.iter_mut().zip(one).zip(shifted) {
        *flag = one & other;
    }
    flags
}

/// How many there are in the block; what follows it is counted with the next.
fn count(flags: &Flags) -> usize {
    let block = flags.first_chunk::<BLOCK>();
    usize::from(block.map_or(0, |block| block.iter().sum::<u8>()))
}

fn sum(bytes: &Window, of: impl Fn(u8) -> bool) -> usize {
    count(&flags(bytes, of))
}
