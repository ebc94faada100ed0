//! Addresses of machines: IPv4, IPv6 and hardware addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{
    DataClass,
    boundary::{closes, opens},
    kinds::{IP, MAC, PRIVATE_IP},
    marks::Marks,
    scan::Candidate,
};

/// The longest IPv6 address that is written out.
const LONGEST_V6: usize = 39;
/// Numbers that are all as small as this are as likely those of a version.
const SMALL: u8 = 20;

/// A hardware address or an IPv6 address that begins with the word at `start..end`.
pub(crate) fn find(bytes: &[u8], start: usize, end: usize) -> Option<Candidate> {
    let piece = bytes.get(start..end)?;
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    let next = bytes.get(end);
    if piece.len() > 4
        || !matches!(next, Some(b':' | b'-'))
        || before == next
        || !piece.iter().all(u8::is_ascii_hexdigit)
    {
        return None;
    }
    match next {
        Some(b':') => hardware(bytes, start).or_else(|| version_six(bytes, start)),
        Some(b'-') => hardware(bytes, start),
        _ => None,
    }
}

/// Six pairs of hexadecimal digits with the same sign between them, and no seventh.
fn hardware(bytes: &[u8], start: usize) -> Option<Candidate> {
    let written = bytes.get(start..start + 17)?;
    let sign = *written.get(2)?;
    let shaped = written
        .iter()
        .enumerate()
        .all(|(at, byte)| if at % 3 == 2 { *byte == sign } else { byte.is_ascii_hexdigit() });
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    let alone = before.is_none_or(|byte| *byte != sign && *byte != b':')
        && bytes.get(start + 17).is_none_or(|byte| *byte != sign && *byte != b':');
    let first = written.first();
    // All the same digit is nobody's, and a broadcast.
    let told = written.iter().any(|byte| *byte != sign && Some(byte) != first);
    let whole = opens(bytes, start) && closes(bytes, start + 17);
    if shaped && alone && told && whole { Candidate::sure(MAC, start, start + 17) } else { None }
}

fn version_six(bytes: &[u8], start: usize) -> Option<Candidate> {
    let rest = bytes.get(start..(start + LONGEST_V6 + 1).min(bytes.len()))?;
    let length = rest
        .iter()
        .position(|byte| !(byte.is_ascii_hexdigit() || *byte == b':'))
        .unwrap_or(rest.len());
    let written = std::str::from_utf8(rest.get(..length)?).ok()?;
    // A colon may follow the address: it is the end of a clause.
    let written = written.strip_suffix(':').filter(|w| !w.ends_with(':')).unwrap_or(written);
    let end = start + written.len();
    let before = start.checked_sub(1).and_then(|at| bytes.get(at));
    if before == Some(&b':') || !opens(bytes, start) || written.bytes().all(|b| b == b':') {
        return None;
    }
    let address: Ipv6Addr = written.parse().ok()?;
    let groups = written.split(':').filter(|group| !group.is_empty()).count();
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    let network = bytes.get(end) == Some(&b'/');
    if groups < 3 || digits < 3 || network || !closes(bytes, end) {
        return None;
    }
    match address.segments() {
        // RFC 3849: for documentation.
        [0x2001, 0xdb8, ..] => Some(Candidate::sure(IP, start, end)?.of_class(DataClass::Public)),
        [0x2000..=0x3fff, ..] => Candidate::sure(IP, start, end),
        [0xfc00..=0xfdff | 0xfe80..=0xfebf, ..] => Candidate::sure(PRIVATE_IP, start, end),
        _ => None,
    }
}

/// An IPv4 address that begins with the word at `start..end`.
pub(crate) fn find_v4(marks: &mut Marks, start: usize, end: usize) -> Option<Candidate> {
    let bytes = marks.bytes();
    if end - start > 3 || bytes.get(end) != Some(&b'.') {
        return None;
    }
    let (address, end) = four(bytes, start)?;
    let after = bytes.get(end);
    // A network is nobody's; a path and a port may follow a machine.
    let further = bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
    let whole = match after {
        Some(b'/') => !further,
        Some(b':') => true,
        _ => closes(bytes, end),
    };
    if !whole || !begins(bytes, start) {
        return None;
    }
    class(marks, address, start, end)
}

/// Four numbers below 256 with dots between them, and where they end.
fn four(bytes: &[u8], start: usize) -> Option<(Ipv4Addr, usize)> {
    let mut octets = [0_u8; 4];
    let mut at = start;
    for (place, octet) in octets.iter_mut().enumerate() {
        if place > 0 {
            bytes.get(at).filter(|byte| **byte == b'.')?;
            at += 1;
        }
        let rest = bytes.get(at..)?;
        let count = rest.iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
        let written = std::str::from_utf8(rest.get(..count)?).ok()?;
        if count > 1 && written.starts_with('0') {
            return None;
        }
        *octet = written.parse().ok()?;
        at += count;
    }
    Some((Ipv4Addr::from(octets), at))
}

/// Whether what stands before is not that of a version: `v1.2.3.4`, `Chrome/1.2.3.4`, `==1.2.3.4`.
fn begins(bytes: &[u8], start: usize) -> bool {
    let at = |back: usize| start.checked_sub(back).and_then(|at| bytes.get(at)).copied();
    let product = at(2).is_some_and(|byte| byte.is_ascii_alphanumeric());
    let plain = match at(1) {
        Some(b'.' | b'-' | b'_' | b'~' | b'^' | b'<' | b'>' | b'+') => false,
        Some(b'/') => !product,
        Some(b'=') => at(2) != Some(b'='),
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    };
    let before = bytes.get(start.saturating_sub(16)..start).unwrap_or_default();
    let says = |word: &[u8]| before.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word));
    plain && !says(b"version") && !says(b"release") && !says(b"build")
}

fn class(marks: &mut Marks, address: Ipv4Addr, start: usize, end: usize) -> Option<Candidate> {
    let octets = address.octets();
    let shared = octets[0] == 100 && octets[1] & 0xc0 == 64;
    if address.is_private() || shared {
        return Candidate::sure(PRIVATE_IP, start, end);
    }
    // Nobody's: this machine, everybody, nobody.
    if matches!(octets[0], 0 | 127 | 224..) || address.is_link_local() {
        return None;
    }
    let resolver =
        matches!(octets, [1, 1, 1, 1] | [1, 0, 0, 1] | [8, 8, 8, 8] | [8, 8, 4, 4] | [9, 9, 9, 9]);
    if resolver || address.is_documentation() {
        return Some(Candidate::sure(IP, start, end)?.of_class(DataClass::Public));
    }
    if octets.iter().all(|octet| *octet < SMALL) {
        let named = marks.near(start, end) >> IP & 1 == 1;
        let near = marks.distance(IP, start, end);
        return if named { Candidate::named(IP, start, end, near) } else { None };
    }
    Candidate::sure(IP, start, end)
}
