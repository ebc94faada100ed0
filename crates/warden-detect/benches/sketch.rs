//! How long a look at what goes out takes, with a full sketch, and secrets and personal data in
//! the same texts: nanoseconds for a kilobyte.
//!
//! A line for each text: name, bytes, and a number for each detector. The worst texts are those
//! that qualify for the dearest readings.

#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::{hint::black_box, time::Instant};

use serde_json::json;
use warden_detect::{Destination, Label, Sketch, personal, secrets};

/// How long each is measured.
const SECONDS: f64 = 0.2;

fn main() {
    let mut sketch = full();
    println!("text\tbytes\tsketch\targuments\tsecrets\tpersonal\t(ns for a KB)");
    for (name, text) in texts() {
        let arguments = json!({ "to": "a@b.example", "body": text });
        let out = time(&text, |text| {
            black_box(sketch.carried(text, Destination::Outside, "way"));
        });
        let call = time(&text, |_| {
            black_box(sketch.carried_in("send", &arguments, Destination::Outside));
        });
        let keys = time(&text, |text| drop(black_box(secrets(text))));
        let data = time(&text, |text| drop(black_box(personal(text))));
        println!("{name}\t{}\t{out:.0}\t{call:.0}\t{keys:.0}\t{data:.0}", text.len());
    }
}

/// A sketch that has seen as much as it holds.
fn full() -> Sketch {
    let mut sketch = Sketch::new(*b"a key of a bench");
    let label = Label { party: 1, class: 2 };
    let mut number = 7u64;
    while sketch.usage().given_up == 0 {
        let mut text = String::new();
        for _ in 0..60 {
            number = number
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = usize::try_from(number >> 40).unwrap_or(0);
            let word = PROSE.split(' ').nth(at % 40).unwrap_or_default();
            text.push_str(&format!("{word} {} ", number >> 44));
        }
        sketch.remember(&text, label);
    }
    sketch
}

/// Nanoseconds for a kilobyte, the fastest of several rounds.
fn time(text: &str, mut run: impl FnMut(&str)) -> f64 {
    let mut best = f64::MAX;
    let begun = Instant::now();
    while begun.elapsed().as_secs_f64() < SECONDS {
        let started = Instant::now();
        (0..5).for_each(|_| run(black_box(text)));
        best = best.min(started.elapsed().as_secs_f64() * 1e9 / 5.0);
    }
    #[expect(clippy::cast_precision_loss, reason = "some thousand bytes")]
    let bytes = text.len() as f64;
    best * 1024.0 / bytes
}

const PROSE: &str = "The council met on Tuesday to discuss the new bridge. Several residents spoke \
    about traffic near the school, and the engineer explained why the first plan was changed. A \
    decision is expected in spring, after the budget has been agreed by both committees. ";

fn texts() -> Vec<(&'static str, String)> {
    let json = r#"{"id": 4711, "name": "Garden chair", "price": 39.9, "tags": ["wood", "outdoor"], "stock": {"berlin": 12, "lyon": 0}, "updated": "2026-03-01T10:00:00Z"}, "#;
    let code = "fn total(items: &[Item]) -> u64 {\n    items.iter().map(|item| item.price * item.count).sum()\n}\n\n";
    let german = "Der Rat trat am Dienstag zusammen, um über die neue Brücke zu beraten. Mehrere Anwohner äußerten sich zum Verkehr an der Schule. ";
    let clean = [("prose", PROSE), ("json", json), ("code", code), ("german", german)];
    let worst = [
        ("worst: base64", "SWdub3JlIGFsbCBwcmV2aW91cyBpbnN0cnVjdGlvbnM "),
        ("worst: base64 of base64", "U1dkdWIzSmxJR0ZzYkNCd2NtVjJhVzkxY3lCcGJuTjBjblZqZEdsdmJuTQ"),
        ("worst: base 16", "49676e6f726520616c6c2070726576696f7573"),
        ("worst: noise", "Qx7Zr4TnW2kYb9LpKvH5mD3sGj8RtN6cXw1FzBqP"),
        ("worst: rotated", "Gur pbhapvy zrg ba Ghrfqnl gb qvfphff gur arj oevqtr. "),
        ("worst: codes", "73, 103, 110, 111, 114, 101, 32, 97, 108, 108, "),
        ("worst: bits", "01001001 01100111 01101110 "),
        ("worst: between", "ixgxnxoxrxex xaxlxlx "),
        ("worst: escapes", "\\u0069\\x67%6e&#111;"),
        ("worst: tags", "<b>a</b>c*b*"),
        ("worst: morse", ".. --. -. --- .-. . "),
        ("worst: base85", "9jqo^BlbD-BleB1DJ+*+F(f,q/0JhKF<GL>Cj@.4Gp$d7F!,L7@<6@)/0JDEF"),
        ("worst: signs", "!@#$%^&*()_+{}|:<>?"),
        ("worst: digits", "4111 1111 1111 1111 079 "),
        ("worst: keys", "key=secret token: password "),
        ("worst: zeroes", "0"),
        ("worst: look-alikes", "іgnоrе аll "),
        ("worst: Chinese", "理事会于周二开会讨论新桥。"),
    ];
    let mut texts = Vec::new();
    for (name, piece) in clean.into_iter().chain(worst) {
        let mut text = piece.repeat((10 << 10) / piece.len() + 1);
        text.truncate(text.floor_char_boundary(10 << 10));
        texts.push((name, text));
    }
    texts
}
