//! Each reading by itself.

#![expect(clippy::format_collect, reason = "small texts")]

use super::*;
use crate::sketch::fold::fold;

const TEXT: &str = "Patient Tobiasz Wieczorek, record MR-5530918842: paroxysmal fibrillation, asks Dr. \
                    Ostaszewska that his employer is not told before the end of the month.";
const AROUND: &str =
    "Thanks for opening this. Here is what I have found so far, please have a look:\n\n";

/// What the readings of a text have that says the same as `expected`, and what they cost.
#[track_caller]
fn check(written: &str) {
    let text = format!("{AROUND}{written}\n\nBest regards");
    let (found, work) = read(text.as_bytes(), 2);
    assert!(found, "not read after {work} in {written:?}");
    assert!(work < 96 * 1024 + text.len() * 20, "{work} for {written:?}");
}

fn read(text: &[u8], depth: u8) -> (bool, usize) {
    let mut work = Work::new(1 << 20);
    let expected = fold(TEXT.as_bytes());
    let piece = expected.get(20..60).expect("it is longer");
    let same = |symbols: &[u8]| {
        let back: Vec<u8> = symbols.iter().rev().copied().collect();
        symbols.windows(piece.len()).any(|window| window == piece)
            || back.windows(piece.len()).any(|window| window == piece)
    };
    let all = views(text, &fold(text), &mut work);
    let mut spent = (1 << 20) - work.left();
    let mut found = false;
    for view in all {
        let symbols = fold(&view.bytes);
        found |= same(&symbols);
        if depth > 0 && matches!(view.place, Place::Range(_)) {
            let (deeper, more) = read(&view.bytes, depth - 1);
            found |= deeper;
            spent += more;
        }
    }
    (found, spent)
}

fn each(form: impl Fn(u8) -> String) -> String {
    TEXT.bytes().map(form).collect()
}

#[test]
fn numbers_of_any_base_are_read() {
    check(&each(|b| format!("{b:02x}")));
    check(&each(|b| format!("{b:03}")));
    check(&each(|b| format!("\\{b:03o}")));
    check(&each(|b| format!("chr({b})+")));
    check(&each(|b| format!("{b:08b}")));
    check(&each(|b| format!("{:02x}", b ^ 0x5a)));
    check(&each(|b| [b >> 4, b & 15].map(|n| char::from(b'a' + n)).iter().collect()));
    let rows = TEXT.as_bytes().chunks(16).enumerate().map(|(at, row)| {
        let codes: String = row.iter().map(|b| format!("{b:02x} ")).collect();
        format!("{:08x}  {codes} |{}|\n", at * 16, String::from_utf8_lossy(row))
    });
    check(&rows.collect::<String>());
}

#[test]
fn letters_in_another_order_are_read() {
    let letters: Vec<char> = TEXT.chars().collect();
    for parts in 2..=5 {
        let part = |from: usize| letters.iter().skip(from).step_by(parts).collect::<String>();
        check(&(0..parts).map(part).collect::<String>());
        let turned = letters.chunks(parts).flat_map(|part| part.iter().rev());
        check(&turned.collect::<String>());
    }
}

#[test]
fn letters_between_letters_are_left_out() {
    for filling in ["x", "qz"] {
        for every in [1, 2] {
            let letters: Vec<char> = TEXT.chars().filter(|c| c.is_alphanumeric()).collect();
            let pieces: Vec<String> = letters.chunks(every).map(|c| c.iter().collect()).collect();
            check(&pieces.join(filling));
        }
    }
    check(&TEXT.chars().map(|c| format!("{c}x")).collect::<String>());
}

#[test]
fn letters_that_stand_for_others_are_read() {
    for by in [1, 5, 13, 25] {
        check(&each(|b| match b {
            b'a'..=b'z' => char::from((b - b'a' + by) % 26 + b'a').to_string(),
            b'A'..=b'Z' => char::from((b - b'A' + by) % 26 + b'A').to_string(),
            other => char::from(other).to_string(),
        }));
    }
    check(&each(|b| match b {
        b'!'..=b'~' => char::from((b - b'!' + 47) % 94 + b'!').to_string(),
        other => char::from(other).to_string(),
    }));
}

#[test]
fn what_somebody_wrote_costs_next_to_nothing() {
    let text = AROUND.repeat(100);
    let mut work = Work::new(1 << 20);
    let views = views(text.as_bytes(), &fold(text.as_bytes()), &mut work);
    assert!(views.is_empty());
    let spent = (1 << 20) - work.left();
    assert!(spent < text.len() / 4, "{spent} for {} bytes", text.len());
}
