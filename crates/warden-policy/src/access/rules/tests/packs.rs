//! The rules to start from answer what their cases want.

use super::*;

const PAGE: &str = include_str!("../../../../../../docs/policy.md");

fn compiled_pack(pack: Pack) -> (Directory, Rules) {
    let files = built_in(pack);
    let directory = Directory::read(files.directory).expect("it is fine");
    let file = RuleFile { name: "rules.cedar".to_owned(), text: files.rules.to_owned() };
    let rules = Rules::compile(&[file], &directory);
    (directory, rules.unwrap_or_else(|problems| panic!("{pack:?}: {problems:#?}")))
}

// Each pack answers what its cases say, and no rule of it goes without a case.
#[test]
fn every_pack_passes_its_cases_and_every_rule_has_one() {
    for pack in Pack::ALL {
        let (directory, rules) = compiled_pack(pack);
        let cases = read_cases(built_in(pack).cases, &directory).expect("they are fine");
        let failed = cases.iter().filter_map(|case| {
            rules.fails(case).map(|verdict| format!("{}: {}", case.name, told(&verdict)))
        });
        assert_eq!(failed.collect::<Vec<_>>(), Vec::<String>::new(), "{pack:?}");
        for rule in rules.all() {
            let shown = cases.iter().any(|case| case.rule.as_ref() == Some(&rule.id));
            assert!(shown, "{pack:?}: no case shows `{}`", rule.id);
            assert!(rule.why.is_some(), "{pack:?}: `{}` does not say why", rule.id);
            let row = format!("\n| `{}` |", rule.id);
            assert!(PAGE.contains(&row), "{pack:?}: `{}` is not on the page", rule.id);
        }
    }
}

/// R2: whichever model the client belongs to, each decision is the same, byte for byte.
#[test]
fn no_decision_depends_on_whose_model_asks() {
    for pack in Pack::ALL {
        let (directory, rules) = compiled_pack(pack);
        let cases = read_cases(built_in(pack).cases, &directory).expect("they are fine");
        assert!(!cases.is_empty());
        for case in cases {
            let decided = ["claude-code", "gpt-desktop", "gemini-cli", "llama-local"].map(|name| {
                let client = Arc::new((name.to_owned(), "1.0".to_owned()));
                let asked = case.asked.asked();
                let who = Principal { client: Some(client), ..asked.who.clone() };
                let asked = Asked { who: &who, ..asked };
                let verdict = rules.decide_as(case.asked.kind, &asked);
                told(&verdict).into_bytes()
            });
            assert!(decided.iter().all(|one| *one == decided[0]), "{pack:?}: {}", case.name);
        }
    }
}

#[test]
fn a_case_that_is_written_wrongly_is_named() {
    let read = |text: &str| {
        let problem = read_cases(text, &directory()).map(|cases| cases.len());
        problem.expect_err("it is wrong").to_string()
    };
    let head = "[[case]]\nname = \"x\"\nexpect = \"permit\"\n";
    assert!(read(&format!("{head}size = 1\n")).starts_with("line 4: "));
    assert!(read(&format!("{head}class = \"odd\"\n")).contains("`class` of the case `x`"));
    assert!(read("[[case]]\nname = \"x\"\nexpect = \"yes\"\n").contains("`expect`"));
    assert!(read(&format!("{head}tool = \"x\"\n")).contains("`tool`"));
}
