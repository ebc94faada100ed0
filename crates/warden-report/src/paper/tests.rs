use proptest::prelude::*;

use super::html::{POLICY, STYLE, html};
use super::*;

fn planned(language: Language) -> Plan {
    Plan::of(&sample(language, Paper::A4)).expect("the sample is well formed")
}

#[test]
fn the_sample_is_a_page() {
    insta::assert_snapshot!(html(&planned(Language::En)));
}

#[test]
fn a_page_speaks_the_language_of_its_document() {
    for (language, words) in [
        (
            Language::De,
            ["<html lang=\"de\">", "nicht gemessen", "Anmerkungen", "22. November 2026"],
        ),
        (Language::Fr, ["<html lang=\"fr\">", "non mesuré", "Requête", "22 novembre 2026"]),
    ] {
        let page = html(&planned(language));
        for word in words {
            assert!(page.contains(word), "{language:?}: {word}");
        }
        assert!(!page.contains("not measured"), "{language:?} has words of another");
    }
}

#[test]
fn the_page_needs_no_more_than_its_policy() {
    let page = html(&planned(Language::En));
    let lower = page.to_lowercase();
    for forbidden in
        ["<script", " style=", "<img", "<form", "<iframe", "<link", " onclick=", "http:"]
    {
        assert!(!lower.contains(forbidden), "{forbidden}");
    }
    for forbidden in ["url(", "@import", "http", "<"] {
        assert!(!STYLE.contains(forbidden), "{forbidden}");
    }
    assert!(page.contains(POLICY.as_str()));
}

#[test]
fn headings_go_down_one_level_at_a_time() {
    let page = html(&planned(Language::En));
    let levels: Vec<u32> = page
        .match_indices("<h")
        .filter_map(|(at, _)| page.get(at + 2..at + 3)?.parse().ok())
        .collect();
    assert_eq!(levels.first(), Some(&1), "{levels:?}");
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{levels:?}");
    assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1), "{levels:?}");
}

#[test]
fn every_number_of_a_note_leads_to_it_and_back() {
    let page = html(&planned(Language::Fr));
    let notes = planned(Language::Fr).notes.len();
    assert!(notes > 4, "the sample has notes");
    for number in 1..=notes {
        for (id, link) in [
            (format!("id=\"note-{number}\""), format!("href=\"#note-{number}\"")),
            (format!("id=\"mention-{number}\""), format!("href=\"#mention-{number}\"")),
        ] {
            assert_eq!(page.matches(&id).count(), 1, "{id}");
            assert!(page.contains(&link), "{link}");
        }
    }
}

#[test]
fn every_table_has_scopes_and_every_drawing_says_what_it_is() {
    let page = html(&planned(Language::De));
    assert!(!page.contains("<th>"), "a heading of a table has a scope");
    let drawings = page.matches("<svg").count();
    let hidden = page.matches("aria-hidden").count();
    assert_eq!(
        page.matches("<title>").count() - 1,
        drawings - hidden,
        "the page has one of its own"
    );
    assert_eq!(page.matches("<desc>").count(), drawings - hidden);
}

#[test]
fn the_same_document_is_read_back() {
    for language in Language::ALL {
        let document = sample(*language, Paper::Letter);
        let text = serde_json::to_string(&document).expect("it is JSON");
        assert_eq!(serde_json::from_str::<Document>(&text).expect("it is read"), document);
    }
}

#[test]
fn the_published_schema_takes_every_document() {
    let schema = include_str!("../../../../schemas/document-1.schema.json");
    let schema: serde_json::Value = serde_json::from_str(schema).expect("it is JSON");
    let schema = jsonschema::validator_for(&schema).expect("it is a schema");
    for language in Language::ALL {
        let value = serde_json::to_value(sample(*language, Paper::Letter)).expect("it is JSON");
        let errors: Vec<String> = schema.iter_errors(&value).map(|one| one.to_string()).collect();
        assert_eq!(errors, [""; 0], "{language:?}");
        for (member, other) in [("version", 2.into()), ("colour", "red".into())] {
            let mut other_value = value.clone();
            other_value[member] = other;
            assert!(!schema.is_valid(&other_value), "{member}");
        }
    }
}

#[test]
fn what_nobody_knows_is_refused() {
    let mut value = serde_json::to_value(sample(Language::En, Paper::A4)).expect("it is JSON");
    value["blocks"][0]["colour"] = "red".into();
    assert!(serde_json::from_value::<Document>(value.clone()).is_err());
    value["blocks"][0] = serde_json::json!({"block": "video"});
    assert!(serde_json::from_value::<Document>(value).is_err());
}

#[track_caller]
fn check(change: impl FnOnce(&mut Document), told: &str) {
    let mut document = sample(Language::En, Paper::A4);
    change(&mut document);
    let problems = Plan::of(&document).expect_err(told);
    let all: Vec<String> = problems.0.iter().map(ToString::to_string).collect();
    assert!(all.iter().any(|one| one == told), "{all:#?}");
}

/// Changes the blocks of one kind.
macro_rules! change {
    ($kind:ident, $change:expr) => {
        |document: &mut Document| {
            for block in &mut document.blocks {
                if let Block::$kind(one) = block {
                    $change(one);
                }
            }
        }
    };
}

#[test]
fn what_does_not_hold_is_told_with_its_place() {
    check(
        |document| document.version = 7,
        "version: it is of version 7, and this program reads version 1",
    );
    let long = "classification: it has 61 parts or characters, and 60 fit";
    check(|document| document.classification = "x".repeat(61), long);
    check(|document| document.title = " ".into(), "title: it is empty");
    check(|document| document.blocks.clear(), "blocks: it is empty");
    let deep = Block::Heading { level: 3, counting: Counting::Number, text: "deep".into() };
    check(
        |document| document.blocks.insert(0, deep),
        "block 1: its level is 3, and may be from 1 to 1 here",
    );
    let low = |ranges: &mut Ranges, value| {
        let spread = ranges.rows[0].spread.as_mut();
        spread.expect("it is measured").low.value = value;
    };
    let order = "block 6, row 1: P10, P50 and P90 are not in their order";
    check(change!(Ranges, |one| low(one, 7.0)), order);
    let wrong = "block 6, row 1: its value is not a number that can be drawn here";
    check(change!(Ranges, |one| low(one, f64::NAN)), wrong);
    check(change!(Ranges, |one| low(one, -1.0)), wrong);
    let short = |table: &mut Table| drop(table.rows[1].pop());
    check(change!(Table, short), "block 7, row 2: it has 2, and needs 3");
    let early = |one: &mut Clocks| one.clocks[0].due = Some(jiff::Timestamp::UNIX_EPOCH);
    check(change!(Clocks, early), "block 11, clock 1: its times are not in their order");
}

#[test]
fn names_at_the_ends_of_lines_do_not_stand_on_each_other() {
    let amount = |value: f64| Some(Amount { value, label: value.to_string(), note: None });
    let series =
        |name: &str, value| Series { name: name.into(), points: vec![amount(1.0), amount(value)] };
    let trend = Trend {
        title: "t".into(),
        description: "d".into(),
        periods: vec!["a".into(), "b".into()],
        series: vec![series("a", 0.0), series("b", 0.0), series("c", 10.0), series("d", 10.0)],
        mark: None,
    };
    let document =
        Document { blocks: vec![Block::Trend(trend)], ..sample(Language::En, Paper::A4) };
    let plan = Plan::of(&document).expect("it is well formed");
    let Some(Part::Trend(trend)) = plan.parts.first() else { panic!("a trend") };
    let mut places: Vec<f64> = trend.series.iter().filter_map(|line| line.name_at).collect();
    places.sort_by(f64::total_cmp);
    assert!(places.windows(2).all(|two| two[1] - two[0] > 0.12), "{places:?}");
    assert!(places.iter().all(|place| (0.0..=1.0).contains(place)), "{places:?}");
}

/// Puts a text wherever a document holds one.
fn filled(text: &str) -> Document {
    fn fill(value: &mut serde_json::Value, text: &str) {
        const KEPT: &[&str] = &[
            "block", "style", "language", "paper", "form", "counting", "align", "as_of", "started",
            "due", "stopped",
        ];
        match value {
            serde_json::Value::String(old) => text.clone_into(old),
            serde_json::Value::Array(all) => all.iter_mut().for_each(|one| fill(one, text)),
            serde_json::Value::Object(all) => {
                let others = all.iter_mut().filter(|(name, _)| !KEPT.contains(&name.as_str()));
                others.for_each(|(_, one)| fill(one, text));
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(sample(Language::En, Paper::A4)).expect("it is JSON");
    fill(&mut value, text);
    serde_json::from_value(value).expect("it is still a document")
}

/// The tags of a text, so that one can see whether a value has made one.
fn tags(html: &str) -> Vec<&str> {
    html.split('<').skip(1).filter_map(|rest| rest.split(['>', ' ']).next()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_text_becomes_markup(text in "[a-z<>&\"'{}#\\\\ ]{1,24}x") {
        let hostile = html(&Plan::of(&filled(&text)).expect("it is well formed"));
        let calm = html(&Plan::of(&filled("calm")).expect("it is well formed"));
        prop_assert_eq!(tags(&hostile), tags(&calm));
    }
}

#[test]
fn no_control_character_leaves_a_page() {
    let page = html(&Plan::of(&filled("a\u{202e}b\u{1b}[2Jc")).expect("it is well formed"));
    assert!(page.contains("a&lt;U+202E&gt;b&lt;U+001B&gt;[2Jc"));
    assert!(page.chars().all(|c| c == '\n' || crate::clean::is_plain(c)));
}
