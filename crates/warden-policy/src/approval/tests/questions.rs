//! The lists of questions, and how far what goes wrong would reach.

use super::*;

/// R50: the whole table.
#[test]
fn blast_tiers_are_those_of_the_table() {
    use DataClass::{Confidential, Internal, Public, Regulated, Unknown};
    for data in [Public, Internal, Confidential, Regulated, Unknown] {
        assert_eq!(tier(Environment::Sandbox, data), BlastTier::Three);
        let regulated = matches!(data, Regulated | Unknown);
        let expected = if regulated { BlastTier::One } else { BlastTier::Two };
        assert_eq!(tier(Environment::Production, data), expected);
        // An unknown environment counts as production.
        assert_eq!(tier(Environment::Unknown, data), expected);
    }
    assert_eq!(tier(Environment::default(), DataClass::default()), BlastTier::One);
}

#[track_caller]
fn groups(of: Set, prefix: &str, expected: &[&str]) {
    let questions: Vec<_> = set(of).collect();
    let names: Vec<_> = questions.chunks(3).map(|three| three[0].group).collect();
    assert_eq!(names, expected);
    for (number, question) in (1..).zip(&questions) {
        assert_eq!(question.id, format!("{prefix}{number}"));
        assert_eq!(question.group, questions[(number - 1) / 3 * 3].group);
    }
}

/// R27.
#[test]
fn there_are_12_questions_in_4_groups_of_3() {
    assert_eq!(set(Set::Approval).count(), 12);
    groups(
        Set::Approval,
        "A",
        &[
            "Provenance & supply chain",
            "Access & permissions",
            "Runtime behaviour",
            "Governance & compliance",
        ],
    );
    assert!(set(Set::Approval).all(|question| question.need == Need::Must));
}

/// R98, R115.
#[test]
fn there_are_15_questions_for_vendors_in_5_groups_of_3() {
    groups(
        Set::Vendor,
        "V",
        &[
            "Tool Manifest Security",
            "Authentication & Authorization",
            "Data Handling",
            "Security Assurance",
            "Incident Response & Contractual",
        ],
    );
    let count = |need| set(Set::Vendor).filter(|question| question.need == need).count();
    assert_eq!((count(Need::Must), count(Need::Should), count(Need::Nice)), (10, 4, 1));
    let fixed: Vec<_> =
        set(Set::Vendor).filter(|question| question.non_negotiable).map(|it| it.id).collect();
    assert_eq!(fixed, ["V1", "V2", "V7", "V10", "V13"]);
    assert!(set(Set::Approval).all(|question| !question.non_negotiable));
}

/// R28 to R39 and R99 to R113, one each.
#[test]
fn every_question_has_its_requirement() {
    let approval: Vec<_> = set(Set::Approval).map(|question| question.requirement).collect();
    let expected: Vec<_> = (28..=39).map(|number| format!("R{number}")).collect();
    assert_eq!(approval, expected);
    let vendor: Vec<_> = set(Set::Vendor).map(|question| question.requirement).collect();
    let expected: Vec<_> = (99..=113).map(|number| format!("R{number}")).collect();
    assert_eq!(vendor, expected);
}

#[test]
fn the_20_questions_ask_everything_and_as_strictly() {
    let merged: Vec<_> = set(Set::Merged).collect();
    assert_eq!(merged.len(), 20);
    let mut sources: Vec<&str> = Vec::new();
    for question in &merged {
        let of: Vec<&Question> =
            question.sources.iter().map(|id| super::question(id).unwrap()).collect();
        assert_eq!(Some(question.need), of.iter().map(|it| it.need).max(), "{}", question.id);
        assert_eq!(question.version_bound, of.iter().any(|it| it.version_bound), "{}", question.id);
        assert_eq!(question.non_negotiable, of.iter().any(|it| it.non_negotiable));
        sources.extend(question.sources);
    }
    sources.sort_unstable();
    let mut all: Vec<_> =
        set(Set::Approval).chain(set(Set::Vendor)).map(|question| question.id).collect();
    all.sort_unstable();
    assert_eq!(sources, all);
    let bound: Vec<_> =
        merged.iter().filter(|question| question.version_bound).map(|it| it.id).collect();
    assert_eq!(bound, ["Q1", "Q2", "Q4", "Q5", "Q7", "Q8", "Q9", "Q13", "Q16"]);
    let by_hand: Vec<_> = merged
        .iter()
        .filter(|question| question.evidence == [EvidenceKind::Vendor])
        .map(|question| question.id)
        .collect();
    assert_eq!(by_hand, ["Q17", "Q18", "Q19", "Q20"]);
}

/// R27: a table and JSON for programs, and a page for paper.
#[test]
fn lists_can_be_exported() {
    for (of, count) in [(Set::Approval, 12), (Set::Vendor, 15), (Set::Merged, 20)] {
        let csv = csv(of);
        assert_eq!(csv.lines().count(), count + 1);
        let json = json(of);
        let ids: Vec<_> =
            json["questions"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
        assert_eq!(ids, set(of).map(|question| question.id).collect::<Vec<_>>());
        assert_eq!(json["set"], of.name());
        assert!(csv.lines().all(|line| !line.is_empty()));
        let page = page(of);
        assert_eq!(page.matches("- [ ]").count(), count);
        for question in set(of) {
            assert!(csv.contains(&format!("\n{},", question.id)), "{}", question.id);
            assert!(page.contains(&format!("**{}**", question.id)), "{}", question.id);
            assert_eq!(page.matches(&format!("## {}\n", question.group)).count(), 1);
        }
    }
    // RFC 4180: a cell with a comma is quoted, and every row has the same number of cells.
    assert!(csv(Set::Approval).contains("\"Who maintains it, and"));
}

#[test]
fn people_have_one_spelling() {
    assert_eq!(Person::new("Ann@Example.com"), Ok(person("ann@example.com")));
    for bad in ["", "ann lee", " ann", "\u{430}nn", "ann\n", &"a".repeat(201)] {
        assert_eq!(Person::new(bad), Err(NoPerson), "{bad:?}");
    }
}
