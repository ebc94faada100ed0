use warden_model::{Digest, Location};

use super::*;
use crate::gate::what::{Registry, What};

const WAIVER: &str =
    "[[waiver]]\nserver = \"mail\"\nreason = \"r\"\nowner = \"ann\"\nuntil = 2027-01-31\n";

#[track_caller]
fn wrong(text: &str, expected: &[&str]) {
    let problems = Policy::read(text).expect_err(text);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(problems, expected, "{text}");
}

#[test]
fn without_a_policy_the_gravest_use_is_meant() {
    let policy = Policy::read("").expect("nothing is a policy");
    assert_eq!(policy, Policy::default());
    assert_eq!(policy.needed(), 2);
    assert!(!policy.allow_floating && !policy.no_dependencies);
}

#[test]
fn a_policy_says_what_is_needed() {
    for (text, needed) in [
        ("environment = \"sandbox\"\ndata = \"public\"", 0),
        ("environment = \"sandbox\"\ndata = \"public\"\nlevel = 3", 3),
        ("data = \"internal\"", 1),
        ("level = 0", 2),
    ] {
        assert_eq!(Policy::read(text).expect(text).needed(), needed, "{text}");
    }
}

#[test]
fn what_is_written_wrongly_is_told_with_its_line() {
    wrong("lvel = 1", &["line 1: there is no setting `lvel`; did you mean `level`?"]);
    wrong("level = 4", &["line 1: `level` has to be a number from 0 to 3"]);
    wrong(
        "\nenvironment = \"sandbx\"",
        &[
            "line 2: `environment` has to be one of `\"sandbox\"`, `\"production\"`; did you mean `\"sandbox\"`?",
        ],
    );
    wrong("allow_floating = \"yes\"", &["line 1: `allow_floating` has to be `true` or `false`"]);
    wrong(
        "registries = [\"http://x.example\"]",
        &["line 1: `registries` has to be a list of addresses that begin with `https://`"],
    );
    wrong("waiver = 1", &["line 1: write each waiver as a table `[[waiver]]`"]);
    assert!(Policy::read("= 1").is_err() && Policy::read(&" ".repeat(MOST + 1)).is_err());
}

#[test]
fn a_waiver_has_everything_or_is_none() {
    assert_eq!(Policy::read(WAIVER).expect("it is whole").waivers.len(), 1);
    let without = |line: &str| {
        let lines = WAIVER.lines().filter(|found| !found.starts_with(line));
        lines.collect::<Vec<_>>().join("\n")
    };
    wrong(
        &without("server"),
        &["line 1: a waiver names a `server`, a `package`, a `url` or a `path`"],
    );
    wrong(&without("reason"), &["line 1: a waiver needs `reason`"]);
    wrong(&without("owner"), &["line 1: a waiver needs `owner`"]);
    wrong(&without("until"), &["line 1: a waiver needs `until`, its last day"]);
    wrong(
        &format!("{WAIVER}untill = 1\n"),
        &["line 6: there is no setting `untill` of a waiver; did you mean `until`?"],
    );
    wrong(
        &WAIVER.replace("2027-01-31", "\"next year\""),
        &["line 5: `until` of a waiver has to be a day, as in 2027-01-31"],
    );
    wrong(
        &WAIVER.replace("server = \"mail\"", "package = \"mail\""),
        &["line 2: `package` of a waiver begins with its registry and has no version: `npm:mail`"],
    );
}

#[test]
fn a_waiver_covers_what_it_names_and_nothing_else() {
    let one = Brought {
        name: "mail".into(),
        location: Location { file: "examples/a/.mcp.json".into(), ..Location::default() },
        by: "claude-code".into(),
        what: What::Floating { registry: Registry::PyPi, name: "Acme_Mail".into(), asked: None },
        print: Digest::of(b""),
    };
    let covers = |naming: &str| {
        let text = WAIVER.replace("server = \"mail\"", naming);
        Policy::read(&text).expect(naming).waivers[0].covers(&one)
    };
    for naming in [
        "server = \"mail\"",
        "package = \"pypi:acme-mail\"",
        "path = \"examples/\"",
        "path = \"./examples/a/.mcp.json\"",
        "path = \"examples/\"\nserver = \"mail\"",
    ] {
        assert!(covers(naming), "{naming}");
    }
    for naming in [
        "server = \"other\"",
        "package = \"npm:acme-mail\"",
        "url = \"https://mcp.example/\"",
        "path = \"a/\"",
        "path = \"examples\"",
        "path = \"examples/\"\nserver = \"other\"",
    ] {
        assert!(!covers(naming), "{naming}");
    }
}
