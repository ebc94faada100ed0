use super::*;

/// The merged list as the design has it: what it was merged from, how much depends on it, and where
/// evidence comes from.
const MERGED: &[(&str, &[&str], Need, &[EvidenceKind])] = {
    use EvidenceKind::{Runtime, Scan, Vendor};
    use Need::{Must, Should};
    &[
        ("Q1", &["A1", "V3"], Must, &[Scan]),
        ("Q2", &["A2"], Must, &[Scan]),
        ("Q3", &["A3", "V12"], Must, &[Scan, Vendor]),
        ("Q4", &["A4"], Must, &[Scan, Runtime]),
        ("Q5", &["A5"], Must, &[Scan, Runtime]),
        ("Q6", &["A6", "V6"], Must, &[Runtime]),
        ("Q7", &["A7"], Must, &[Runtime]),
        ("Q8", &["A8"], Must, &[Scan, Runtime]),
        ("Q9", &["A9"], Must, &[Scan, Runtime]),
        ("Q10", &["A10"], Must, &[Runtime]),
        ("Q11", &["A11", "V8"], Must, &[Vendor, Runtime]),
        ("Q12", &["A12"], Must, &[Scan]),
        ("Q13", &["V1"], Must, &[Scan, Vendor]),
        ("Q14", &["V2"], Must, &[Vendor, Runtime]),
        ("Q15", &["V4", "V5"], Must, &[Runtime, Vendor]),
        ("Q16", &["V7"], Must, &[Runtime, Vendor]),
        ("Q17", &["V10", "V11"], Must, &[Vendor]),
        ("Q18", &["V13"], Must, &[Vendor]),
        ("Q19", &["V14"], Must, &[Vendor]),
        ("Q20", &["V9", "V15"], Should, &[Vendor]),
    ]
};

/// R58: the set `diligence-20` has exactly 20 questions, each with where its evidence comes from;
/// its page is printed in a test of the command line.
#[test]
fn the_20_are_those_of_the_design() {
    let merged: Vec<_> = set(Set::Merged).collect();
    assert_eq!((Set::Merged.name(), merged.len()), ("diligence-20", 20));
    for (question, (id, sources, need, evidence)) in merged.iter().zip(MERGED) {
        assert_eq!((question.id, question.sources, question.need), (*id, *sources, *need));
        assert_eq!(question.evidence, *evidence, "{id}");
    }
    let fixed: Vec<_> = merged.iter().filter(|it| it.non_negotiable).map(|it| it.id).collect();
    assert_eq!(fixed, ["Q13", "Q14", "Q16", "Q17", "Q18"]);
    let names: Vec<_> = groups(Set::Merged).iter().map(|(name, all)| (*name, all.len())).collect();
    assert_eq!(names, [("Provenance", 5), ("Access", 4), ("Runtime", 4), ("Governance", 7)]);
}

/// R145: of the 12 and the 15 every question and every key of evidence is in the 20, and nothing
/// else is; a question is merged with those that ask for evidence of its own.
#[test]
fn nothing_is_lost_between_the_27_and_the_20() {
    let sorted = |mut all: Vec<&'static str>| {
        all.sort_unstable();
        all
    };
    let asked = sorted(originals().map(|it| it.id).collect());
    assert_eq!(asked.len(), 27);
    assert_eq!(asked, sorted(set(Set::Merged).flat_map(|it| it.sources.iter().copied()).collect()));
    let keys = sorted(originals().flat_map(|it| it.keys.iter().copied()).collect());
    assert_eq!(keys, sorted(set(Set::Merged).flat_map(Question::evidence_keys).collect()));
    assert!(originals().all(|it| !it.keys.is_empty()));
    assert!(set(Set::Merged).all(|it| it.keys.is_empty()));
    // Two originals that share evidence are never in two merged questions.
    for one in originals() {
        for other in originals().filter(|other| one.keys.iter().any(|key| other.keys.contains(key)))
        {
            let merged = |id: &str| set(Set::Merged).find(|it| it.sources.contains(&id));
            assert_eq!(merged(one.id), merged(other.id), "{} {}", one.id, other.id);
        }
    }
}

#[track_caller]
fn answers(one: &str, other: &str, yes: bool) {
    let found = question(one).unwrap().answers(question(other).unwrap());
    assert_eq!(found, yes, "{one} answers {other}");
}

/// R145: an answer counts for every question that asks for no more than it shows, and for no
/// question that asks for more.
#[test]
fn an_answer_is_shared_by_what_it_shows() {
    for (one, other) in [("V12", "A3"), ("A3", "V12"), ("A6", "V6"), ("Q3", "V12"), ("Q11", "A11")]
    {
        answers(one, other, true);
    }
    answers("V12", "Q3", true);
    // A vendor's word shows no refused calls, and a place no way of transfer.
    for (one, other) in [("V6", "A6"), ("V8", "A11"), ("A11", "V8"), ("V3", "A1"), ("V10", "Q17")] {
        answers(one, other, false);
    }
}

#[track_caller]
fn enough(question: &str, items: &[&str], yes: bool) {
    let items: Vec<String> = items.iter().map(|item| (*item).to_owned()).collect();
    assert_eq!(says_enough(question, &items), yes, "{question} {items:?}");
}

#[test]
fn a_yes_says_what_is_asked_for_exactly() {
    enough("A4", &["the mail server"], true);
    enough("A4", &["the mail server", "depends on the user"], false);
    enough("A4", &[], false);
    enough("V4", &["static-key", "oauth-v21"], true);
    enough("V4", &["static-key"], false);
    enough("V8", &["customer", "vendor:DE"], true);
    enough("V8", &["vendor:Germany"], false);
    enough("V8", &["storage=DE"], false);
    enough("A11", &["storage=DE", "processing=US", "transfer=adequacy decision"], true);
    enough("A11", &["storage=DE", "processing=unknown", "transfer=x"], false);
    enough("V14", &["service-level=4", "breach-notification=5", "audit=6"], true);
    enough("V14", &["service-level=4", "breach-notification=5", "audit= "], false);
    enough("V12", &["patch-days=30"], true);
    enough("V12", &["patch-days=soon"], false);
    enough("A1", &[], true);
}

/// Another word in a question makes it another question.
#[test]
fn a_list_is_told_by_its_digest() {
    let all = Set::ALL.map(digest_of);
    assert!(all[0] != all[1] && all[1] != all[2] && all[0] != all[2]);
    assert_eq!(Set::ALL.map(Set::name).map(Set::parse), Set::ALL.map(Some));
}
