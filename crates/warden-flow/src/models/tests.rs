//! Reading models, and matching paths step by step.

use super::*;

fn vocabulary() -> Vocabulary {
    Vocabulary {
        sinks: vec!["command", "argument", "path"],
        marks: vec!["leading", "resolved"],
        sources: vec!["env"],
        shallow: Vec::new(),
    }
}

fn table(text: &str) -> Table {
    let mut table = Table::default();
    table.add(&vocabulary(), text).expect("the table is well formed");
    table
}

#[track_caller]
fn check(pattern: &str, path: &[Step], matches: bool) {
    let table = table(&format!("{pattern}\n    pure\n"));
    let mut reached = None;
    for step in path {
        reached = Some(table.matcher.advance(reached.as_deref(), step));
    }
    let found = !table.matcher.matches(&reached.unwrap_or_default()).is_empty();
    assert_eq!(found, matches, "{pattern} over {path:?}");
}

fn module(name: &str) -> Step {
    Step::Module(name.into())
}

fn member(name: &str) -> Step {
    Step::Member(name.into())
}

#[test]
fn patterns_match_whole_paths_and_loose_ones_their_ends() {
    let run = [module("subprocess"), member("run")];
    check("subprocess:run", &run, true);
    check("subprocess:{call,run}", &run, true);
    check("subprocess:*", &run, true);
    check("subprocess:call", &run, false);
    check("*.run", &run, true);
    let client = [module("axios"), member("create"), Step::Call, member("get")];
    check("axios:create().get", &client, true);
    check("*().get", &client, true);
    check("*.create().get", &client, true);
    check("axios:create", &client, false);
    check(
        "express:().get>0",
        &[module("express"), Step::Call, member("get"), Step::Param(0)],
        true,
    );
}

#[test]
fn a_sink_says_its_place_its_marks_and_its_conditions() {
    let table = table("a:b\n    sink command 0|args[1..] unless leading when shell=true,!env\n");
    let Some(Effect::Sink { kind, select, unless, when }) = table.models[0].effects.first() else {
        panic!("{:?}", table.models)
    };
    assert_eq!(*kind, SinkKind(0));
    assert_eq!(select.from, [Argument::At(0), Argument::Named("args".into())]);
    assert_eq!(select.within, [Within::Elements(1)]);
    assert!(unless.meets(Bits(1 << 63)) && unless.meets(Bits(1)));
    assert_eq!(when.len(), 2);
    assert_eq!(when[1].is, Is::Absent);
}

#[test]
fn a_wrong_line_is_named() {
    let mut table = Table::default();
    let error = table.add(&vocabulary(), "a:b\n    sink nowhere 0\n").expect_err("no such kind");
    assert_eq!(error.line, 2);
    assert!(table.add(&vocabulary(), "    pure\n").is_err());
    assert!(table.add(&vocabulary(), "no-colon\n    pure\n").is_err());
    assert!(table.add(&vocabulary(), "a:b\n    explode 0\n").is_err());
}
