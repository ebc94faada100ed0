//! Makes up identifiers: fills a form at random until its check holds. That the checks are right is
//! shown by published examples.

use crate::personal::PersonalKind;

/// Kinds whose scheme notices every single changed digit, in their first form.
pub(super) const GUARANTEED: &[&str] = &[
    "payment-card",
    "at-svnr",
    "hr-oib",
    "cy-tic",
    "fi-hetu",
    "fr-nir",
    "de-steuer-id",
    "gr-amka",
    "hu-taj",
    "hu-adoazonosito",
    "ie-pps",
    "it-codice-fiscale",
    "lu-matricule",
    "nl-bsn",
    "pl-pesel",
    "pl-nip",
    "pl-dowod",
    "pt-cartao-de-cidadao",
    "si-emso",
    "si-davcna-stevilka",
    "es-dni",
    "es-nie",
    "se-personnummer",
    "gb-nhs-number",
    "us-routing-number",
    "us-npi",
    "in-aadhaar",
    "in-gstin",
];

/// Numbers at random that are the same in every run.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(name: &str) -> Self {
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed | 1)
    }

    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % sides
    }

    /// An identifier in a form, whose check holds.
    pub(super) fn value(&mut self, kind: &PersonalKind, form: &str) -> String {
        let bare = form.trim_start_matches(['?', '^']);
        for _ in 0..20_000_000 {
            let mut written: String = bare.chars().map(|sort| self.fill(sort)).collect();
            if kind.id == "lu-matricule" {
                // Days at random are too rare among eight digits.
                let day = match bare.as_bytes() {
                    [_, _, _, _, b' ', _, _, b' ', ..] => "1984 03 05",
                    [_, _, _, _, b' ', ..] => "1984 0305",
                    _ => "19840305",
                };
                written.replace_range(..day.len(), day);
            }
            let plain: Vec<u8> = written.bytes().filter(u8::is_ascii_alphanumeric).collect();
            if (kind.check)(&plain) {
                return written;
            }
        }
        panic!("nothing fits {form} of {}", kind.id);
    }

    /// The same, and there is no doubt about it.
    pub(super) fn sure(&mut self, kind: &PersonalKind, form: &str) -> String {
        loop {
            let written = self.value(kind, form);
            let plain: Vec<u8> = written.bytes().filter(u8::is_ascii_alphanumeric).collect();
            if !kind.doubt.is_some_and(|doubt| doubt(&plain)) {
                return written;
            }
        }
    }

    fn fill(&mut self, sort: char) -> char {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
        match sort {
            'a' => char::from(letters[self.roll(26)]),
            'x' if self.roll(7) == 0 => char::from(letters[self.roll(26)]),
            'd' | 'x' => char::from(letters[26 + self.roll(10)]),
            other => other,
        }
    }
}

/// The value after a word that names its kind, if there is one.
pub(super) fn worded(kind: &PersonalKind, value: &str) -> String {
    match kind.words.first() {
        Some(word) => format!("{}: {value}\n", word.trim_end_matches('*')),
        None => format!("is {value}\n"),
    }
}
