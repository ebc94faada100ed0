//! What a sketch promises.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::work;

const LABEL: Label = Label { party: 3, class: 2 };
const RECORD: &str = "Patient Tobiasz Wieczorek, record MR-5530918842: paroxysmal fibrillation, \
                      asks Dr. Ostaszewska that his employer is not told. IBAN \
                      SE35 5000 0000 0549 1027 7730, e-mail tobiasz@wieczorek.example.";

fn sketch(text: &str) -> Sketch {
    let mut sketch = Sketch::new(*b"the key of tests");
    sketch.remember(text, LABEL);
    sketch
}

fn out(sketch: &mut Sketch, text: &str) -> Carried {
    sketch.carried(text, Destination::Outside, "post")
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a string takes what is written");
        hex
    })
}

#[test]
fn a_sketch_that_remembers_nothing_notices_nothing() {
    let mut sketch = Sketch::new([0; 16]);
    assert_eq!(out(&mut sketch, RECORD), Carried::NOTHING);
    assert!(sketch.usage().bytes < 1024);
}

#[test]
fn a_match_says_where_and_what_and_how() {
    let carried = out(&mut sketch(RECORD), "see SE35500000000549-10277730!");
    let expected = Match {
        range: 4..29,
        argument: String::new(),
        label: Some(LABEL),
        value: true,
        symbols: 24,
        form: Form::Plain,
    };
    assert_eq!(carried.matches, [expected]);
    assert!(carried.complete && carried.score > 0.5 && carried.share > 0.8);
    let carried = out(&mut sketch(RECORD), &hex(RECORD));
    assert!(carried.matches.iter().all(|found| found.form == Form::Codes), "{carried:?}");
}

#[test]
fn a_match_names_the_argument() {
    let arguments = json!({ "title": "x", "parts": [{ "a/b": "tobiasz@wieczorek.example" }] });
    let carried = sketch(RECORD).carried_in("post", &arguments, Destination::Outside);
    assert!(carried.matches.iter().all(|found| found.argument == "/parts/0/a~1b"), "{carried:?}");
    assert!(carried.is_noticed());
}

#[test]
fn data_may_go_back_to_where_it_is_from() {
    let mut sketch = sketch(RECORD);
    assert!(!sketch.carried(RECORD, Destination::Party(3), "a").is_noticed());
    assert!(sketch.carried(RECORD, Destination::Party(4), "b").is_noticed());
    assert!(sketch.carried(RECORD, Destination::Outside, "c").is_noticed());
}

#[test]
fn what_is_public_is_not_carried_whenever_that_is_known() {
    let mut before = Sketch::new([5; 16]);
    before.known_public(RECORD);
    before.remember(RECORD, LABEL);
    assert!(!out(&mut before, RECORD).is_noticed());
    let mut after = sketch(RECORD);
    after.known_public(RECORD);
    assert!(!out(&mut after, RECORD).is_noticed());
}

#[test]
fn what_was_told_once_is_not_told_again() {
    let mut sketch = sketch(RECORD);
    assert!(out(&mut sketch, RECORD).is_noticed());
    assert!(!out(&mut sketch, "and now for something else").is_noticed());
}

#[test]
fn nothing_is_known_after_forgetting() {
    let mut sketch = sketch(RECORD);
    assert!(out(&mut sketch, RECORD).is_noticed());
    sketch.forget();
    assert_eq!(out(&mut sketch, RECORD), Carried::NOTHING);
    sketch.remember("something else entirely, and nobody's business", LABEL);
    assert!(!out(&mut sketch, RECORD).is_noticed());
}

#[test]
fn more_labels_than_are_told_apart_are_still_noticed() {
    let mut sketch = Sketch::new([5; 16]);
    for party in 0..200 {
        sketch.remember(
            &format!("order of customer {party}: HGK{party:06}XQ"),
            Label { party, class: 1 },
        );
    }
    let label = |carried: Carried| carried.matches.first().map(|found| found.label);
    let first = sketch.carried("HGK000003XQ", Destination::Outside, "a");
    assert_eq!(label(first), Some(Some(Label { party: 3, class: 1 })));
    let last = sketch.carried("HGK000199XQ", Destination::Party(199), "a");
    assert_eq!(label(last), Some(None), "what is not told apart is never spared");
}

#[test]
fn nothing_that_was_remembered_is_printed() {
    let mut sketch = sketch("zzyzx quuxly 77231994 frobnicate");
    let carried = out(&mut sketch, "zzyzx quuxly 77231994 frobnicate");
    let shown = format!("{sketch:?} {carried:?}");
    for word in ["zzyzx", "quuxly", "77231994", "frobnicate"] {
        assert!(!shown.contains(word), "{shown}");
    }
}

#[test]
fn full_sketches_keep_what_is_new_and_say_what_they_gave_up() {
    let mut sketch = sketch(RECORD);
    for number in 0..3_000u64 {
        let word = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let text =
            format!("{word:x} {:x} {:x}", word.rotate_left(17), word.rotate_left(41) ^ number);
        sketch.remember(&text.repeat(3), LABEL);
        assert!(sketch.usage().bytes <= Sketch::MOST);
    }
    assert!(sketch.usage().given_up > 0);
    let last = "the very last thing: Harrowgate Optics, Vellacott Instruments";
    sketch.remember(last, LABEL);
    let carried = out(&mut sketch, last);
    assert!(carried.is_noticed() && !carried.complete);
}

#[test]
fn a_text_of_any_size_is_read_within_its_bounds() {
    let mut sketch = sketch(RECORD);
    for piece in ["\\", "%25", "&#65;", "41 ", "QUJD", "<a>", "\u{e0101}", "= ", "深圳", RECORD] {
        for length in [1, 1_000, 6_000] {
            let text = piece.repeat(length / piece.len() + 1);
            let carried = out(&mut sketch, &text);
            assert!(carried.matches.iter().all(|found| found.range.end <= text.len()));
            assert!(carried.matches.len() <= LISTED && carried.share <= 1.0);
        }
    }
}

proptest! {
    #[test]
    fn a_cut_at_any_place_loses_nothing(at in 0usize..1_000, encoded in 0u8..3) {
        let secret = "IBAN SE35 5000 0000 0549 1027 7730";
        let text = match encoded {
            0 => secret.to_owned(),
            1 => hex(secret),
            _ => "SUJBTiBTRTM1IDUwMDAgMDAwMCAwNTQ5IDEwMjcgNzczMA==".to_owned(),
        };
        let (a, b) = text.split_at(at % text.len());
        let mut plain = sketch(RECORD);
        let first = out(&mut plain, a).is_noticed();
        prop_assert!(first || out(&mut plain, b).is_noticed(), "{a:?} {b:?}");
        let mut arguments = sketch(RECORD);
        let mut call = |text: &str| {
            let arguments_of = json!({ "lang": "en", "text": text });
            arguments.carried_in("post", &arguments_of, Destination::Outside).is_noticed()
        };
        prop_assert!(call(a) || call(b), "{a:?} {b:?}");
    }

    #[test]
    fn a_cut_of_running_text_loses_nothing(at in 0usize..60) {
        let text = "paroxysmal fibrillation, asks Dr. Ostaszewska that his employer is not told";
        let (a, b) = text.split_at(at);
        let mut sketch = sketch(RECORD);
        let first = out(&mut sketch, a).is_noticed();
        prop_assert!(first || out(&mut sketch, b).is_noticed(), "{a:?} {b:?}");
    }

    #[test]
    fn case_and_space_and_punctuation_change_nothing(seed in any::<u64>()) {
        let mut bits = seed;
        let mut changed = String::new();
        for char in "paroxysmal fibrillation asks dr ostaszewska".chars() {
            bits = bits.rotate_left(7).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            changed.push(if bits & 1 == 0 { char.to_ascii_uppercase() } else { char });
            changed.push_str(["", "", "\n", " ", "-", "\u{200b}", ", ", "\\n"][(bits >> 1 & 7) as usize]);
        }
        prop_assert!(out(&mut sketch(RECORD), &changed).is_noticed(), "{changed:?}");
    }

    #[test]
    fn memory_is_bounded_whatever_comes(texts in prop::collection::vec(".{0,400}", 1..20)) {
        let mut sketch = Sketch::new([9; 16]);
        for (at, text) in texts.iter().enumerate() {
            let party = u16::try_from(at).expect("there are few");
            sketch.remember(&text.repeat(at), Label { party, class: 0 });
            sketch.known_public(text);
            out(&mut sketch, text);
            sketch.carried(&text.repeat(3), Destination::Party(party), text);
            prop_assert!(sketch.usage().bytes <= Sketch::MOST);
        }
    }
}

#[test]
fn what_follows_an_attempt_to_copy_is_judged_by_itself() {
    use base64::Engine as _;
    let record = "Patient Joanna Keller, born 14 March 1961, was admitted to the oncology ward with \
                  a stage three tumour; her physician recommends a second course of chemotherapy.";
    let encoded = base64::engine::general_purpose::STANDARD.encode(record);
    let (first, second) = record.split_at(90);
    for key in 0..40_u8 {
        for parts in [
            [record, ""],
            [&record.to_uppercase(), ""],
            [&encoded, ""],
            [&hex(record), ""],
            [first, second],
        ] {
            let mut sketch = Sketch::new([key; 16]);
            sketch.remember(record, LABEL);
            let tried = json!({ "title": "a", "body": parts[0], "more": parts[1] });
            let carried = sketch.carried_in("echo", &tried, Destination::Outside);
            assert!(!carried.matches.is_empty(), "{key}: {parts:?}");
            let clean = json!({ "note": "The build of the new release failed again on Monday." });
            let carried = sketch.carried_in("echo", &clean, Destination::Outside);
            assert_eq!(carried.matches, [], "{key}: {parts:?}");
        }
    }
}

#[test]
fn the_work_grows_with_the_text_and_no_faster() {
    // Every reading of a text is paid for in bytes looked at, and that is what is counted.
    for piece in [
        "The build failed again. ",
        "c2VjcmV0IHJlY29yZA==",
        "70617469656e74",
        "%2550%2561",
        "i g n o r e ",
        "<b></b>a*b*",
        "p@$$w0rd! ",
        "alpha bravo charlie ",
        "zqxj vbkw pqzx ",
        "0101 1010 ",
        "97 98 99 100 ",
        "a\u{200b}b\u{200c}",
        "Tobiasz Wieczorek ",
    ] {
        work::grows_with_its_input(piece, |times| {
            let mut sketch = sketch(RECORD);
            // Beyond what even the shortest text may cost.
            let text = piece.repeat(times * 16_384 / piece.len());
            work::of(|| out(&mut sketch, &text))
        });
    }
}
