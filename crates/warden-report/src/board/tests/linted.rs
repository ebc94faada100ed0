//! What is refused.

use warden_govern::Estate;

use super::{full, report, try_report};
use crate::{
    board::{Refusal, lint},
    paper::{Block, Document, Language, Text},
};

/// The report with a sentence more in a section.
fn with(language: Language, section: &str, sentence: &str) -> Document {
    let mut document = report(&full(), language);
    let is = |block: &Block| matches!(block, Block::Heading { text, .. } if text == section);
    let at = document.blocks.iter().position(is).expect("the section is there");
    document.blocks.insert(at + 1, Block::Paragraph { text: Text::plain(sentence) });
    document
}

#[track_caller]
fn refused(language: Language, section: &str, sentence: &str) -> Vec<Refusal> {
    lint(&with(language, section, sentence), &[]).expect_err(sentence).0
}

/// R137, its linter: a severity word alone fails, in titles and sentences, in every language.
#[test]
fn a_severity_word_alone_is_refused_in_every_language() {
    for (language, section, sentence) in [
        (Language::En, "Data exposure", "The risk is high."),
        (Language::En, "Answer first", "Exposure is critical"),
        (Language::De, "Betriebliche Integrität", "Das Risiko ist hoch."),
        (Language::De, "Das Ergebnis zuerst", "Wir sehen ein erhebliches Risiko"),
        (Language::Fr, "Confiance envers les tiers", "Le risque est élevé"),
        (Language::Fr, "L’essentiel d’abord", "Un risque majeur"),
    ] {
        let found = refused(language, section, sentence);
        assert_eq!(found, [Refusal::Severity(sentence.into())]);
    }
    let named = with(Language::En, "Data exposure", "If a vendor fails, the damage is high.");
    assert!(lint(&named, &[]).is_err());
    lint(&named, &["A vendor fails"]).expect("it names a scenario");
    // Elsewhere a word may rate, as on the cards.
    lint(&with(Language::En, "Decisions asked", "A high hedge"), &[]).expect("it is no rating");
}

#[test]
fn a_scenario_that_only_rates_names_nothing() {
    let mut estate = full();
    for scenario in &mut estate.scenarios {
        if scenario.id == "sc-2" {
            scenario.title = "High risk".into();
        }
    }
    let found = try_report(&estate, Language::En).expect_err("a word is no scenario").0;
    assert!(
        !found.is_empty() && found.iter().all(|one| matches!(one, Refusal::Severity(_))),
        "{found:?}"
    );
}

#[test]
fn a_figure_without_a_source_is_refused() {
    let sentence = "We have 12 agents.";
    let found = refused(Language::En, "Data exposure", sentence);
    assert_eq!(found, [Refusal::Source(sentence.into())]);
}

/// R16, R147, in the report: a published figure without its state is refused wherever it stands,
/// and the register is printed with the state of each.
#[test]
fn a_published_figure_without_its_state_is_refused() {
    for (language, sentence) in [
        (Language::En, "There are 1,862 servers in the open."),
        (Language::De, "Im Netz stehen 1.862 Server offen."),
        (Language::Fr, "1 862 serveurs sont ouverts."),
        (Language::De, "Ein Vorfall kostet 670.000 USD mehr."),
        (Language::Fr, "Un incident coûte 670 000 USD de plus."),
        (Language::De, "43 % haben eine Befehlsinjektion."),
    ] {
        let document = with(language, crate::board::catalogue::annex::FACTS.of(language), sentence);
        let found = lint(&document, &[]).expect_err(sentence).0;
        assert!(matches!(found[..], [Refusal::Fact { .. }]), "{found:?}");
    }
    let told = "Wie zitiert: 1.862 Server, berichtigt.";
    let title = crate::board::catalogue::annex::FACTS.of(Language::De);
    lint(&with(Language::De, title, told), &[]).expect("its state is told");
    let said = super::said(&report(&full(), Language::Fr));
    for fact in warden_govern::facts::FACTS {
        assert!(said.contains(&fact.labelled().to_string()), "{}", fact.id);
    }
}

#[test]
fn the_sections_of_the_template_have_to_be_there_once() {
    let mut document = report(&full(), Language::En);
    let is =
        |block: &Block| matches!(block, Block::Heading { text, .. } if text == "Data exposure");
    let at = document.blocks.iter().position(is).unwrap();
    let heading = document.blocks.remove(at);
    let titles: Vec<String> = full().scenarios.into_iter().map(|one| one.title).collect();
    let titles: Vec<&str> = titles.iter().map(String::as_str).collect();
    let missing = lint(&document, &titles).expect_err("a section is missing").0;
    assert_eq!(missing, [Refusal::Section { section: "Data exposure", found: 0 }]);
    document.blocks.push(heading);
    let bare = lint(&document, &titles).expect_err("it shows nothing").0;
    assert_eq!(bare, [Refusal::NoScenario("Data exposure")]);
}

#[test]
fn what_an_estate_says_is_held_to_the_same() {
    let mut estate: Estate = full();
    estate.decisions[0].title = "Accept the high risk".into();
    let found = try_report(&estate, Language::En).expect_err("it rates").0;
    assert!(matches!(found[..], [Refusal::Severity(_)]), "{found:?}");
}
