//! How somebody is: words of medicine, a condition, and a person, near each other. And the codes of
//! banks, which have no digits either.
//!
//! Rare pieces of words decide whether anything is looked at. Then three lists are read around the
//! place: what a doctor says, what one can have, and who has it.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, packed::Searcher};

use super::{Found, PersonalHit, Proof, Told, iban, kinds};
use crate::automaton;

/// How far apart the words may stand, in bytes.
const NEAR: usize = 120;

/// Pieces of the words below, in the cases in which they are written. Two bytes of each have to be
/// rare in other text.
static PIECES: &[&str] = &[
    "iagnos",
    "IAGNOS",
    "iagnós",
    "rescri",
    "patient",
    "Patient",
    "PATIENT",
    "suffers",
    "suffering",
    "treated for",
    "treatment for",
    "tested positive",
    "sted HIV",
    "llergic to",
    "ospitali",
    "medical",
    "Medical",
    "krankt",
    "leidet",
    "souffre",
    "atteint",
    "padece",
    "sufre",
    "affett",
    "soffre",
    "sofre",
    "lijdt",
    "cierpi",
    "chorob",
    "paziente",
    "paciente",
    "pacient",
    "lider av",
    "has been on sick",
    "condition",
];

/// Words before the code of a bank.
static BANK: &[&str] = &["BIC", "SWIFT", "Swift", "swift", "bic\"", "bic:", "bic="];

/// What a doctor says.
static SAID: &[&str] = &[
    "diagnos",
    "diagnós",
    "prescri",
    "suffers from",
    "suffering from",
    "treated for",
    "treatment for",
    "tested positive",
    "allergic to",
    "hospitali",
    "medical history",
    "medical record",
    "medical condition",
    "health condition",
    "condition",
    "erkrankt",
    "leidet an",
    "leidet unter",
    "souffre d",
    "atteint d",
    "atteinte d",
    "padece",
    "sufre d",
    "affetto da",
    "affetta da",
    "soffre di",
    "sofre de",
    "lijdt aan",
    "cierpi na",
    "choruje na",
    "choroba",
    "lider av",
    "symptom",
    "medication",
];

/// What one can have or take.
static CONDITIONS: &[&str] = &[
    "diabet",
    "cancer",
    "carcinoma",
    "tumor",
    "tumour",
    "leukemia",
    "leukaemia",
    "lymphoma",
    "melanoma",
    "hiv",
    "aids",
    "hepatitis",
    "tuberculosis",
    "covid",
    "syphilis",
    "gonorrhea",
    "chlamydia",
    "depressi",
    "bipolar",
    "schizophreni",
    "anxiety disorder",
    "ptsd",
    "adhd",
    "autis",
    "dementia",
    "alzheimer",
    "parkinson",
    "epileps",
    "multiple sclerosis",
    "asthma",
    "copd",
    "hypertension",
    "high blood pressure",
    "heart attack",
    "heart failure",
    "heart disease",
    "arrhythmia",
    "stroke",
    "infarct",
    "angina",
    "kidney disease",
    "renal failure",
    "cirrhosis",
    "crohn",
    "colitis",
    "arthritis",
    "lupus",
    "osteoporosis",
    "anemia",
    "anaemia",
    "migraine",
    "obesity",
    "anorexia",
    "bulimia",
    "pregnan",
    "miscarriage",
    "abortion",
    "infertil",
    "addiction",
    "alcoholism",
    "opioid",
    "insulin",
    "metformin",
    "chemotherapy",
    "antidepressant",
    "sertraline",
    "fluoxetine",
    "lithium",
    "methadone",
    "penicillin",
    "peanut",
    "endometriosis",
    "psoriasis",
    "sclerosis",
    "thyroid",
    "pneumonia",
    "sepsis",
    "krebs",
    "brustkrebs",
    "depression",
    "schwanger",
    "herzinfarkt",
    "bluthochdruck",
    "schlaganfall",
    "vih",
    "sida",
    "cáncer",
    "cancro",
    "tumore",
    "diabète",
    "dépression",
    "enceinte",
    "embaraz",
    "depresi",
    "kanker",
    "cukrzyc",
    "nowotwór",
    "depresj",
    "rakovin",
    "cukrov",
    "sukkertsyke",
    "kræft",
    "syöpä",
    "epilepsi",
    "asthme",
    "asma",
    "astma",
];

/// Who has it. A capital letter stands after titles and `:`, and before a name.
static PERSONS: &[&str] = &[
    "mr ",
    "mr. ",
    "mrs ",
    "mrs. ",
    "ms ",
    "ms. ",
    "miss ",
    "herr ",
    "frau ",
    "monsieur ",
    "madame ",
    "señor ",
    "señora ",
    "signor",
    "pan ",
    "pani ",
    "sr. ",
    "sra. ",
    " he ",
    " she ",
    " his ",
    " her ",
    "he is ",
    "she is ",
    "he was ",
    "she was ",
    "patient:",
    "patient name",
    "patient\":",
    "patient_name",
    "patient id",
    "patient_id",
    "the patient is",
    "the patient was",
    "patient was",
    "patient has",
    "patient is",
    "employee ",
    "my wife",
    "my husband",
    "my son",
    "my daughter",
    "my mother",
    "my father",
    "paziente:",
    "paciente:",
    "date of birth",
    "dob",
];

struct Lists {
    automaton: AhoCorasick,
    /// Words from here on are conditions.
    conditions: usize,
    /// Words from here on are persons.
    persons: usize,
}

static LISTS: LazyLock<Lists> = LazyLock::new(|| {
    let words = SAID.iter().chain(CONDITIONS).chain(PERSONS).copied();
    Lists {
        automaton: automaton::keywords(words),
        conditions: SAID.len(),
        persons: SAID.len() + CONDITIONS.len(),
    }
});

/// Finds pieces many bytes at a time, where the machine can, and byte by byte where not.
enum Pieces {
    Fast(Box<Searcher>),
    Plain(AhoCorasick),
}

static FINDER: LazyLock<Pieces> = LazyLock::new(|| {
    let words = || PIECES.iter().chain(BANK);
    match Searcher::new(words()) {
        Some(searcher) => Pieces::Fast(Box::new(searcher)),
        None => Pieces::Plain(automaton::keywords(words().copied())),
    }
});

/// Tells of the health of persons, and of the codes of banks.
pub(crate) fn find(text: &str, found: &mut Found) {
    found.reader();
    let bytes = text.as_bytes();
    match &*FINDER {
        Pieces::Fast(searcher) => {
            places(
                bytes,
                found,
                searcher
                    .find_iter(bytes)
                    .map(|hit| (hit.pattern().as_usize(), hit.start(), hit.end())),
            );
        }
        Pieces::Plain(automaton) => {
            places(
                bytes,
                found,
                automaton
                    .find_iter(bytes)
                    .map(|hit| (hit.pattern().as_usize(), hit.start(), hit.end())),
            );
        }
    }
}

fn places(bytes: &[u8], found: &mut Found, hits: impl Iterator<Item = (usize, usize, usize)>) {
    // Up to where the text was looked at, so that many pieces cost no more than one.
    let mut seen = 0;
    for (word, start, end) in hits {
        let told = if word >= PIECES.len() {
            bank(bytes, start, end, found)
        } else if start >= seen {
            seen = start + NEAR;
            around(bytes, start, found)
        } else {
            Told::GoOn
        };
        if told == Told::Enough {
            return;
        }
    }
}

fn bank(bytes: &[u8], start: usize, end: usize, found: &mut Found) -> Told {
    let letter =
        |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic);
    if letter(start.checked_sub(1)) || letter(Some(end)) {
        return Told::GoOn;
    }
    let Some(code) = iban::code_after(bytes, end) else { return Told::GoOn };
    let Some(row) = kinds::at(code.kind) else { return Told::GoOn };
    found.tell(PersonalHit {
        kind: Cow::Borrowed(row.id),
        class: code.class,
        proof: Proof::ShapeAndWord,
        range: code.start..code.end,
        mixed: false,
    })
}

/// What a doctor says and a condition, as near each other as there are in a window.
#[derive(Default)]
struct Pairs {
    said: Option<Range<usize>>,
    condition: Option<Range<usize>>,
    nearest: Option<(usize, usize)>,
}

impl Pairs {
    /// Takes the next word, and pairs it with the last one of the other list.
    fn take(&mut self, word: Range<usize>, condition: bool) {
        let other = if condition { &self.said } else { &self.condition };
        if let Some(other) = other {
            let pair = (word.start.min(other.start), word.end.max(other.end));
            let length = pair.1 - pair.0;
            if length <= NEAR && self.nearest.is_none_or(|(start, end)| length < end - start) {
                self.nearest = Some(pair);
            }
        }
        if condition {
            self.condition = Some(word);
        } else {
            self.said = Some(word);
        }
    }
}

/// Looks at the words around a piece at `at`.
fn around(bytes: &[u8], at: usize, found: &mut Found) -> Told {
    let from = at.saturating_sub(NEAR);
    let to = (at + NEAR * 2).min(bytes.len());
    let window = bytes.get(from..to).unwrap_or_default();
    crate::work::add(window.len());
    let lists = &*LISTS;
    let mut pairs = Pairs::default();
    let mut person = false;
    for hit in lists.automaton.find_overlapping_iter(window) {
        let word = hit.pattern().as_usize();
        let range = hit.start()..hit.end();
        if !begins(bytes, from + range.start) {
            continue;
        }
        if word >= lists.persons {
            person |= somebody(bytes, from + range.start, from + range.end);
        } else {
            pairs.take(range, word >= lists.conditions);
        }
    }
    let near = pairs.nearest;
    let Some((start, end)) = near.filter(|_| person) else { return Told::GoOn };
    let Some(row) = kinds::at(kinds::HEALTH) else { return Told::GoOn };
    let end = super::boundary::word_end(bytes, from + end).min(from + end + 16);
    found.tell(PersonalHit {
        kind: Cow::Borrowed(row.id),
        class: row.class,
        proof: Proof::ShapeAndWord,
        range: from + start..end,
        mixed: false,
    })
}

/// Whether a word begins at `at`: a blank, a sign or a line stands before it.
fn begins(bytes: &[u8], at: usize) -> bool {
    let here = bytes.get(at).is_some_and(|byte| *byte == b' ');
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    here || before.is_none_or(|byte| !byte.is_ascii_alphabetic() && *byte < 0x80)
}

/// Whether a word of [`PERSONS`] is one: after a title stands a name.
fn somebody(bytes: &[u8], start: usize, end: usize) -> bool {
    let title = bytes.get(start..end).is_some_and(|word| {
        word.last() == Some(&b' ')
            && word.first() != Some(&b' ')
            && !word.get(..word.len() - 1).unwrap_or_default().contains(&b' ')
    });
    !title || bytes.get(end).is_some_and(|byte| byte.is_ascii_uppercase() || *byte >= 0xc3)
}
