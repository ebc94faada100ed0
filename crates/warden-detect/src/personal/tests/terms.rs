//! The words and patterns of a company.

use crate::personal::{
    DataClass, Examples, Personal, Proof, Term, TermCheck, TermError, TermProblem, mask,
};

fn term(name: &str) -> Term {
    Term {
        name: name.to_owned(),
        class: DataClass::Confidential,
        words: Vec::new(),
        pattern: None,
        check: TermCheck::None,
        examples: Examples::default(),
    }
}

/// A customer's number of a made-up company: `KD-` and eight digits that pass Luhn.
fn customer() -> Term {
    Term {
        pattern: Some(r"\bKD-[0-9]{8}\b".into()),
        check: TermCheck::Luhn,
        examples: Examples {
            matches: vec!["customer KD-12345674".into()],
            passes: vec!["KD-12345678".into(), "XKD-12345674".into()],
        },
        ..term("customer-number")
    }
}

fn project() -> Term {
    Term {
        words: vec!["Blue Heron".into(), "Heron".into()],
        class: DataClass::Regulated,
        examples: Examples {
            matches: vec!["the blue heron plan".into()],
            passes: vec!["Herons".into()],
        },
        ..term("project-name")
    }
}

#[track_caller]
fn refused(term: Term, problem: &TermProblem) {
    let name = term.name.clone();
    let error = Personal::with_terms(&[term]).expect_err("it cannot be used");
    assert_eq!(error, TermError { term: name, problem: problem.clone() });
}

#[test]
fn terms_are_found_beside_what_is_known() {
    let personal = Personal::with_terms(&[customer(), project()]).expect("well-formed");
    let text = "BLUE HERON: KD-12345674 is ann@firm.com, KD-12345678 is nobody";
    let data = personal.find(text);
    assert_eq!(
        mask(text, &data),
        "‹project-name›: ‹customer-number› is ‹email›, KD-12345678 is nobody"
    );
    assert_eq!(data.hits[0].proof, Proof::Term);
    assert_eq!(data.class(), Some(DataClass::Regulated));
}

#[test]
fn no_terms_are_no_error() {
    let personal = Personal::with_terms(&[]).expect("nothing to be wrong");
    assert_eq!(personal.find("KD-12345674").hits, []);
}

#[test]
fn an_example_that_does_not_do_what_it_says_is_named() {
    let mut missed = customer();
    missed.examples.matches.push("KD-12345675".into());
    refused(missed, &TermProblem::Missed("KD-12345675".into()));
    let mut caught = customer();
    caught.examples.passes.push("see KD-12345674".into());
    refused(caught, &TermProblem::Caught("see KD-12345674".into()));
    let mut untested = customer();
    untested.examples.matches.clear();
    refused(untested, &TermProblem::Untested);
}

#[test]
fn an_error_says_what_to_change() {
    let mut missed = customer();
    missed.examples.matches.push("KD-1".into());
    let error = Personal::with_terms(&[missed]).expect_err("it is not found");
    assert_eq!(
        error.to_string(),
        "the term `customer-number` cannot be used: the example `KD-1` should match and does not"
    );
}

#[test]
fn patterns_are_bounded() {
    let with = |pattern: &str| Term { pattern: Some(pattern.into()), ..customer() };
    refused(with("KD-[0-9]+"), &TermProblem::Unbounded);
    refused(with("KD-.{0,400}"), &TermProblem::Unbounded);
    refused(with("K?D?"), &TermProblem::Short);
    refused(with(r"(?:(?:\pL{50}){4}|x){1,1}.{3}"), &TermProblem::Unbounded);
    assert!(matches!(
        Personal::with_terms(&[with("KD-(")]).expect_err("no expression").problem,
        TermProblem::Pattern(_)
    ));
}

#[test]
fn names_are_new_and_plain() {
    for name in ["", "Customer", "customer number", "customer_number"] {
        refused(Term { name: name.into(), ..customer() }, &TermProblem::Name);
    }
    refused(Term { name: "iban".into(), ..customer() }, &TermProblem::Taken);
    let error = Personal::with_terms(&[customer(), customer()]).expect_err("the same twice");
    assert_eq!(error.problem, TermProblem::Taken);
}

#[test]
fn a_term_has_something_to_find() {
    refused(Term { pattern: None, ..customer() }, &TermProblem::Empty);
    let short = Term { words: vec!["ab".into()], ..project() };
    refused(short, &TermProblem::Word("ab".into()));
}

#[test]
fn checks_and_classes_have_names() {
    for check in TermCheck::ALL {
        assert_eq!(TermCheck::named(check.name()), Some(check));
    }
    for class in DataClass::ALL {
        assert_eq!(DataClass::named(class.name()), Some(class));
    }
    assert!(DataClass::Public < DataClass::Regulated);
    assert_eq!(TermCheck::named("crc"), None);
}
