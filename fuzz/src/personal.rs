//! Personal data in any text: in bounds, provable in another way, and the same wherever it stands.

use std::net::{Ipv4Addr, Ipv6Addr};

use warden_detect::{MOST_HITS, PersonalData, mask, personal, personal_kinds};

/// How long a text is made that begins with `*`, to see what costs more than its length.
const LONG: usize = 64 * 1024;

/// The whole input is the text. One that begins with `*` is repeated until it is long.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match text.strip_prefix('*').filter(|piece| !piece.is_empty()) {
        Some(piece) => bounds(&piece.repeat(LONG / piece.len())),
        None => {
            bounds(text);
            moved(text);
        }
    }
}

fn bounds(text: &str) {
    let data = personal(text);
    let mut from = 0;
    for hit in &data.hits {
        assert!(hit.range.start >= from, "in order and apart");
        let value = text.get(hit.range.clone()).expect("between characters");
        assert!(!value.is_empty());
        assert!(personal_kinds().any(|kind| kind.id == hit.kind));
        proven(&hit.kind, value);
        from = hit.range.end;
    }
    assert_eq!(data.complete, data.read == text.len());
    assert!(data.hits.len() <= MOST_HITS && from <= data.read);
    masked(text, &data);
    assert_eq!(personal(text), data);
}

/// What is proven by a number is proven again, by other arithmetic.
fn proven(kind: &str, value: &str) {
    let plain: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    match kind {
        "iban" => {
            let (head, tail) = plain.split_at(4);
            let digits: String = format!("{tail}{head}")
                .chars()
                .filter_map(|char| char.to_digit(36))
                .map(|value| value.to_string())
                .collect();
            let rest =
                digits.bytes().fold(0_u32, |rest, byte| (rest * 10 + u32::from(byte - b'0')) % 97);
            assert_eq!(rest, 1, "{plain}");
        }
        "payment-card" | "gr-amka" => {
            let odd = plain.len() % 2;
            let sum: u32 = plain
                .chars()
                .filter_map(|char| char.to_digit(10))
                .enumerate()
                .map(|(at, digit)| {
                    if at % 2 == odd {
                        [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit as usize]
                    } else {
                        digit
                    }
                })
                .sum();
            assert_eq!(sum % 10, 0, "{plain}");
        }
        "ip-address" | "private-ip-address" => {
            assert!(value.parse::<Ipv4Addr>().is_ok() || value.parse::<Ipv6Addr>().is_ok());
        }
        "email" => {
            let (local, domain) = value.split_once('@').expect("an address has one");
            assert!(!local.is_empty() && domain.contains('.') && !domain.contains('@'));
        }
        "nl-bsn" => {
            let sum: i32 = plain
                .chars()
                .filter_map(|char| char.to_digit(10))
                .zip([9, 8, 7, 6, 5, 4, 3, 2, -1])
                .map(|(digit, weight)| i32::try_from(digit).expect("a digit") * weight)
                .sum();
            assert_eq!(sum % 11, 0, "{plain}");
        }
        "bic" => assert!(matches!(plain.len(), 8 | 11)),
        _ => {}
    }
}

/// What is shown is what stands between the hits, and nothing after what was judged.
fn masked(text: &str, data: &PersonalData) {
    let mut rest = mask(text, data);
    let mut from = 0;
    for hit in &data.hits {
        let wanted = format!("{}‹{}›", &text[from..hit.range.start], hit.kind);
        rest = rest.strip_prefix(&wanted).expect("the text, and then the kind").to_owned();
        from = hit.range.end;
    }
    let end = if data.complete { "" } else { "‹not read›" };
    assert_eq!(rest, format!("{}{end}", &text[from..data.read]));
}

/// Text that says nothing, far enough before and after, changes nothing but places.
fn moved(text: &str) {
    let plain = personal(&format!("\n{text}\n"));
    let far = format!("\n{}\n", "filler words ".repeat(11));
    let moved = personal(&format!("{far}{text}{far}"));
    let told = |data: &PersonalData, shift: usize| -> Vec<_> {
        let hits = data.hits.iter();
        hits.map(|hit| {
            (hit.kind.clone(), hit.class, hit.range.start - shift, hit.range.end - shift)
        })
        .collect()
    };
    assert_eq!(told(&plain, 1), told(&moved, far.len()), "{text:?}");
}
