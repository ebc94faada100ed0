//! The evaluation that needs nothing of others: the malicious servers of the corpus and their
//! twins, through the library, held against the figures that are committed.

#![expect(clippy::expect_used, reason = "a panic is how a test fails, also in its helpers")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use lab::eval::DOCUMENT;
use lab::eval::compare;
use lab::eval::explained::Explanations;
use lab::eval::figures::{Case, Figures};
use lab::eval::finding::{Finding, Place};
use lab::eval::{labels, score, tables, weakness};
use warden_collect::{Machine, Os, SourceLimits, collect_source};
use warden_model::{Location, Snapshot};
use warden_scan::{RULES, scan};
use xtask::markers;
use xtask::shell::{read, root};

#[test]
fn no_malicious_server_is_missed_and_no_twin_accused_that_was_not_before() {
    let mut now = Figures::default();
    for case in labels::cases().expect("the cases can be read") {
        let malicious = findings(&case.folder.join("malicious"));
        let twin = findings(&case.folder.join("twin"));
        let accused: BTreeSet<String> =
            score::accused(&twin, &case.label).map(|finding| finding.rule.clone()).collect();
        let row = Case {
            class: case.label.rules.first().cloned().unwrap_or_default(),
            malicious: score::exposed(&malicious, &case.label),
            accused: accused.into_iter().collect(),
        };
        now.malicious.insert(case.id, row);
    }
    let committed = Figures::committed().expect("there are figures");
    let worse = compare::worse_cases(&committed, &now);
    assert!(worse.is_empty(), "{worse:#?}");
    assert_eq!(
        committed.malicious, now.malicious,
        "better than the figures: run `cargo xtask eval analysis`"
    );
}

#[test]
fn the_tables_are_what_the_figures_say() {
    let figures = Figures::committed().expect("there are figures");
    let explained = Explanations::read().expect("the explanations can be read");
    let document = read(&root().join(DOCUMENT)).expect("the document can be read");
    for (name, _, table) in tables::PARTS {
        let written = markers::part(&document, name).expect("the part exists");
        let wanted = table(&figures, &explained);
        assert_eq!(written, wanted.trim(), "run `cargo xtask eval analysis`");
    }
}

#[test]
fn every_explanation_is_about_a_finding_that_is_there() {
    let figures = Figures::committed().expect("there are figures");
    let explained = Explanations::read().expect("the explanations can be read");
    let benign = figures.benign.iter();
    let found: Vec<_> = benign
        .flat_map(|(name, one)| one.findings.iter().map(move |finding| (name.as_str(), finding)))
        .collect();
    let idle = explained.idle(&found);
    assert!(idle.is_empty(), "{idle:#?}");
}

#[test]
fn every_rule_that_labels_name_has_the_class_that_is_expected() {
    let known: BTreeMap<&str, &str> =
        RULES.iter().map(|rule| (rule.meta().id, rule.meta().class.id())).collect();
    for weakness in weakness::WEAKNESSES {
        // What a label names is a rule, or something of which rules speak under other names.
        let named = known.contains_key(weakness.name).then_some(&weakness.name);
        let told: Vec<_> = weakness.rules.iter().chain(named).collect();
        assert!(!told.is_empty(), "no rule speaks of `{}`", weakness.name);
        for rule in told {
            let class = known.get(rule).unwrap_or_else(|| panic!("there is no rule `{rule}`"));
            if rule == &weakness.name {
                assert_eq!(*class, weakness.class.id(), "{rule}");
            }
        }
    }
}

/// What the rules find in a folder, as the program would show it when run there.
fn findings(folder: &Path) -> Vec<Finding> {
    let machine =
        Machine { root: None, homes: Vec::new(), os: Os::Linux, env: BTreeMap::new(), cwd: None };
    let collected = collect_source(folder, &machine, &SourceLimits::default(), &());
    let tree = collected.tree.expect("there is code in it");
    let shown = tree.root.clone();
    let scanned = scan(&Snapshot { sources: vec![tree], ..Snapshot::default() });
    let place = |at: &Location| Place::below(&shown, &at.file, at.line, at.function.as_deref());
    let finding = |finding: &warden_model::Finding| Finding {
        rule: finding.rule.to_owned(),
        class: finding.class.id().to_owned(),
        severity: finding.severity.name().to_owned(),
        message: finding.message.clone(),
        place: place(&finding.location),
        trace: finding.trace.iter().map(|step| place(&step.location)).collect(),
        tool: finding.subject.tool.clone(),
        parameter: finding.subject.parameter.clone(),
        fingerprint: finding.fingerprint.to_string(),
    };
    scanned.findings.iter().map(finding).collect()
}
