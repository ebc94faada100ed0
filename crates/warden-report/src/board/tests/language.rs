//! Every language says everything, with the same blanks.

use std::collections::BTreeSet;

use warden_govern::{
    Word,
    comply::DATES,
    estate::{Card, Detection, Estate, Impact, IncidentKind, Lookup, Measure, Treatment},
    facts::FACTS,
    maturity::MaturityTier,
    metrics::{self, Given},
    programme::Phase,
};
use warden_model::DataClass;

use crate::{
    board::catalogue::{
        Entry, Named, annex, decide, duties, head, metrics as measures, named, parts, terms, update,
    },
    paper::Language,
};

fn all() -> Vec<&'static Entry> {
    let files = [head::ALL, parts::ALL, decide::ALL, annex::ALL, terms::ALL, update::ALL];
    let lists = terms::LISTS.iter().chain(duties::LISTS).flat_map(|list| list.iter());
    let figures = measures::METRICS.iter().flat_map(|(_, (title, formula))| [title, formula]);
    files
        .into_iter()
        .flatten()
        .copied()
        .chain(lists.map(|(_, entry)| entry))
        .chain(figures)
        .collect()
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_blanks() {
    for entry in all() {
        let blanks: Vec<BTreeSet<_>> = Language::ALL
            .iter()
            .map(|language| {
                assert!(!entry.of(*language).trim().is_empty(), "{}", entry.id);
                let blanks = entry.blanks(*language);
                let set: BTreeSet<_> = blanks.iter().copied().collect();
                assert_eq!(set.len(), blanks.len(), "{} has a blank twice", entry.id);
                set
            })
            .collect();
        assert!(blanks.windows(2).all(|two| two[0] == two[1]), "{}: {blanks:?}", entry.id);
    }
}

#[test]
fn french_punctuation_does_not_begin_a_line() {
    for entry in all() {
        let text = entry.of(Language::Fr);
        for mark in [" ;", " :", " ?", " !", " %"] {
            assert!(!text.contains(mark), "{}: {text}", entry.id);
        }
    }
}

#[test]
fn every_metric_has_its_words_and_the_english_ones_are_those_of_the_metric() {
    let estate = Estate::default();
    for metric in metrics::metrics(&Lookup::new(&estate), &Given::default(), 0) {
        let id = metric.figure.id;
        let (title, formula) = measures::text(id).expect(id);
        assert_eq!(title.of(Language::En), metric.figure.title);
        assert_eq!(formula.of(Language::En), metric.formula);
    }
}

#[track_caller]
fn covers(list: &'static Named, words: impl IntoIterator<Item = &'static str>) {
    for word in words {
        assert!(named(list, word).is_some(), "{word}");
    }
}

fn words<W: Word>() -> impl Iterator<Item = &'static str> {
    W::all().iter().map(|word| word.word())
}

#[test]
fn every_word_of_an_estate_that_is_printed_has_its_translation() {
    covers(terms::MEASURES, words::<Measure>());
    covers(terms::CARDS, words::<Card>());
    covers(terms::CARD_SCENARIOS, words::<Card>());
    covers(terms::TREATMENTS, words::<Treatment>());
    covers(terms::IMPACTS, words::<Impact>());
    covers(terms::DETECTIONS, words::<Detection>());
    covers(terms::KINDS, words::<IncidentKind>());
    covers(terms::DATA, words::<DataClass>());
    covers(terms::STATUSES, words::<warden_govern::comply::Status>());
    covers(terms::STATES, FACTS.iter().map(warden_govern::facts::Fact::label));
    covers(terms::TIERS, MaturityTier::ALL.into_iter().map(MaturityTier::name));
    covers(duties::PHASES, words::<Phase>());
    covers(duties::ACT, DATES.iter().map(|one| one.what));
    let estate = Estate::default();
    let known = Lookup::new(&estate);
    let plan = warden_govern::programme::programme(&known, &Given::default(), None);
    covers(duties::TASKS, plan.tasks.iter().map(|task| task.id));
    let maturity = warden_govern::maturity::maturity(&known);
    covers(duties::SIGNALS, maturity.signals.iter().map(|signal| signal.id));
}
