//! The texts are well formed, and say only what the vocabulary knows.

use std::collections::BTreeSet;

use super::*;

fn files() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    python::FILES.iter().chain(javascript::FILES).chain(go::FILES)
}

#[test]
fn every_text_of_models_is_understood() {
    let (_, wrong) = read();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_kind_is_used_somewhere() {
    let used = |word: &str, kinds: &[&'static str]| {
        let said: BTreeSet<&str> = files()
            .flat_map(|(_, text)| text.lines())
            .filter_map(|line| line.trim().strip_prefix(word)?.split_whitespace().next())
            .collect();
        let unused: Vec<_> = kinds.iter().filter(|kind| !said.contains(**kind)).collect();
        assert!(unused.is_empty(), "{word}: {unused:?}");
    };
    used("sink ", sink::NAMES);
    // Arguments of tools, prompts and resources come in where the surface says so.
    let entries = ["tool", "resource", "prompt"];
    let modelled: Vec<_> =
        source::NAMES.iter().copied().filter(|name| !entries.contains(name)).collect();
    used("source ", &modelled);
}

#[test]
fn every_effect_on_the_world_is_in_the_list() {
    for (name, text) in files() {
        for line in text.lines() {
            let Some(effect) = line.trim().strip_prefix("effect ") else { continue };
            let effect = effect.split_whitespace().next().unwrap_or_default();
            assert!(EFFECTS.iter().any(|(known, _)| *known == effect), "{name}: {line}");
        }
    }
}

#[test]
fn constants_are_the_positions_of_their_names() {
    let vocabulary = &models().vocabulary;
    assert_eq!(vocabulary.sink("module"), Some(sink::MODULE));
    assert_eq!(vocabulary.bit("bounded"), Some(mark::BOUNDED));
    assert_eq!(vocabulary.source("argv"), Some(source::ARGV));
}
