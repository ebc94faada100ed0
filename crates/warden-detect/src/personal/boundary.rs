//! Where a value may begin and end, so that it is not a piece of something longer: a version, a
//! UUID, a hash, a fraction, a file name.

/// Whether an identifier may begin at `start`.
pub(crate) fn opens(bytes: &[u8], start: usize) -> bool {
    let Some(before) = start.checked_sub(1).and_then(|at| bytes.get(at)) else { return true };
    let further = start.checked_sub(2).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    match before {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'%' | b'$' | b'~' | b'^' | b'\\' => false,
        b'-' | b'/' | b'@' | b'+' => !further.is_ascii_alphanumeric() && *before != b'+',
        b'.' => !further.is_ascii_digit(),
        _ => true,
    }
}

/// Whether an identifier may end at `end`.
pub(crate) fn closes(bytes: &[u8], end: usize) -> bool {
    let Some(after) = bytes.get(end) else { return true };
    let further = bytes.get(end + 1).copied().unwrap_or(b' ');
    match after {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'%' | b'@' => false,
        b'-' | b'/' | b'+' => !further.is_ascii_alphanumeric(),
        b'.' => !(further.is_ascii_digit() || further.is_ascii_lowercase()),
        b':' => !further.is_ascii_digit(),
        _ => true,
    }
}

/// The place after the letters and digits that begin at `start`.
pub(crate) fn word_end(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len())
}

/// The place where the letters and digits before `end` begin, looking back `most` bytes.
pub(crate) fn word_start(bytes: &[u8], end: usize, most: usize) -> usize {
    let before = bytes.get(..end).unwrap_or_default();
    let count =
        before.iter().rev().take(most).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    end - count
}

/// Whether groups of digits go on in the same way before `start` or after `end`, as in a table of
/// numbers: a blank, and a group as long as the one beside it.
pub(crate) fn in_a_row(bytes: &[u8], start: usize, end: usize) -> bool {
    let digits = |from: usize, to: usize| {
        bytes
            .get(from..to)
            .is_some_and(|word| !word.is_empty() && word.iter().all(u8::is_ascii_digit))
    };
    let last = word_start(bytes, end, 20);
    let first = word_end(bytes, start);
    let one = last <= start;
    let next = word_end(bytes, end + 1);
    if bytes.get(end) == Some(&b' ') && digits(end + 1, next) && next - end - 1 == end - last {
        return !one;
    }
    let Some(blank) = start.checked_sub(1).filter(|at| bytes.get(*at) == Some(&b' ')) else {
        return false;
    };
    let before = word_start(bytes, blank, 20);
    digits(before, blank) && blank - before == first - start && !one
}

/// The width of a blank or a hyphen at `at`, however it is written, and which of both it is.
pub(crate) fn separator(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match bytes.get(at..)? {
        [byte @ (b' ' | b'-' | b'.' | b'/' | b'+'), ..] => Some((*byte, 1)),
        // No-break space, narrow no-break space, figure space, thin space.
        [0xc2, 0xa0, ..] => Some((b' ', 2)),
        [0xe2, 0x80, 0xaf | 0x87 | 0x89, ..] => Some((b' ', 3)),
        // Hyphen, no-break hyphen, figure dash, en dash; minus.
        [0xe2, 0x80, 0x90..=0x93, ..] | [0xe2, 0x88, 0x92, ..] => Some((b'-', 3)),
        _ => None,
    }
}
