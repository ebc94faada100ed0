//! A policy as a whole: begin, check, format, test.

use std::fs;

use super::*;

const PACKS: [&str; 3] = ["laptop", "team", "regulated"];

// Every set to start from can be used as it is, and answers what its own cases want.
#[test]
fn every_set_to_start_from_passes_its_own_cases() {
    for (pack, cases) in PACKS.into_iter().zip([30, 30, 30]) {
        let home = TestHome::new();
        let begun = policy(&home, &["init", pack, "p"]).success();
        assert!(begun.contains("wrote policy.toml, rules.cedar and cases.toml to p"), "{begun}");
        assert!(policy(&home, &["check", "p"]).success().contains("the policy is fine"));
        let said = json(&home, &["test", "p"]);
        assert_eq!(said["failed"], serde_json::json!([]), "{pack}: {said}");
        let asked = said["cases"].as_u64().unwrap_or_default();
        assert!(asked >= cases, "{pack}: only {asked} cases");
        assert_eq!(policy(&home, &["test", "p"]).code, Some(0));
        // The cases are about these rules: without any, they fail.
        home.write("work/p/rules.cedar", "forbid (principal, action, resource);");
        let outcome = policy(&home, &["test", "p"]);
        assert_eq!(outcome.code, Some(13), "{pack}: {}", outcome.block());
        assert!(!outcome.stdout.contains(" 0 failed"), "{}", outcome.block());
    }
}

#[test]
fn a_set_is_never_written_over_a_policy() {
    let home = TestHome::new();
    drop(policy(&home, &["init", "laptop", "p"]).success());
    let before = fs::read(home.work().join("p/rules.cedar")).expect("it was written");
    let outcome = policy(&home, &["init", "team", "p"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
    assert!(outcome.stderr.contains("`p/policy.toml` is there already"), "{}", outcome.block());
    assert_eq!(fs::read(home.work().join("p/rules.cedar")).ok(), Some(before));
    assert_eq!(policy(&home, &["init", "kiosk", "q"]).code, Some(2));
}

#[test]
fn a_good_policy_is_counted_and_has_a_digest() {
    let home = TestHome::new();
    desk(&home);
    let outcome = policy(&home, &["check", "desk"]);
    insta::assert_snapshot!(outcome.block());
    let said = json(&home, &["check", "desk"]);
    assert_eq!((&said["rules"], &said["agents"]), (&3.into(), &2.into()), "{said}");
    assert!(outcome.stdout.contains(said["digest"].as_str().expect("a digest")));
    // Whatever decides is in it.
    home.write("work/desk/policy.toml", format!("{DESK}\n[[tenant]]\nname = \"north\"\n"));
    assert_ne!(json(&home, &["check", "desk"])["digest"], said["digest"]);
}

#[test]
fn rules_are_laid_out_once_and_mean_the_same_after_it() {
    let home = TestHome::new();
    desk(&home);
    home.write("work/desk/rules.cedar", RULES.replace('\n', " "));
    let before = json(&home, &["check", "desk"]);
    let outcome = policy(&home, &["format", "desk", "--check"]);
    assert_eq!((outcome.code, &*outcome.stdout), (Some(13), "would change rules.cedar\n"));
    let text = fs::read_to_string(home.work().join("desk/rules.cedar")).expect("it is there");
    assert!(!text.contains('\n'), "looking changes nothing");
    assert_eq!(policy(&home, &["format", "desk"]).success(), "changed rules.cedar\n");
    assert_eq!(policy(&home, &["format", "desk"]).success(), "");
    assert_eq!(policy(&home, &["format", "desk", "--check"]).code, Some(0));
    let after = json(&home, &["check", "desk"]);
    assert_eq!(after["rules"], before["rules"]);
    for pack in PACKS {
        drop(policy(&home, &["init", pack, pack]).success());
        // What we ship is in the usual layout.
        assert_eq!(policy(&home, &["format", pack, "--check"]).code, Some(0), "{pack}");
        assert_eq!(policy(&home, &["test", pack]).code, Some(0), "{pack}");
    }
}

#[test]
fn a_case_that_fails_is_told_with_what_was_wanted() {
    let home = TestHome::new();
    desk(&home);
    let case = |name: &str, tool: &str, expect: &str, rule: &str| {
        format!(
            "[[case]]\nname = \"{name}\"\nagent = \"desk\"\ntool = \"mail/{tool}\"\n\
             expect = \"{expect}\"\n{rule}\n\n"
        )
    };
    let right = case("it reads", "read", "permit", "rule = \"look\"");
    home.write("work/desk/cases.toml", &right);
    assert_eq!(policy(&home, &["test", "desk"]).success(), "1 case, 0 failed\n");
    let wrong = [
        case("it is kept from sending", "send", "refuse", ""),
        case("another rule says so", "read", "permit", "rule = \"write\"")
            .replace("agent = \"desk\"", "agent = \"crawler\""),
        case("after a strange page", "send", "permit", "session = { untrusted = true }"),
    ];
    let file = home.write("work/other.toml", right + &wrong.concat());
    let outcome = policy(&home, &["test", "desk", &file.to_string_lossy()]);
    assert_eq!(outcome.code, Some(13));
    insta::assert_snapshot!(outcome.block());
    let said = json(&home, &["test", "desk", "other.toml"]);
    assert_eq!(
        (&said["cases"], &said["failed"][2]["got"]["is"]),
        (&4.into(), &"needs approval".into())
    );
}

#[test]
fn the_schema_is_printed_as_rules_are_written_about_it() {
    let home = TestHome::new();
    let schema = home.run(["policy", "schema"]).success();
    assert!(schema.contains("namespace Warden") && schema.contains("untrusted"), "{schema}");
}

#[test]
fn the_help_of_policy_fits_80_columns() {
    let home = TestHome::new();
    let verbs =
        ["init", "check", "format", "schema", "test", "explain", "who-can", "surface", "simulate"];
    drop(policy(&home, &["--help"]).success());
    for verb in verbs {
        let mut command = home.mcpwarden(["policy", verb, "--help"]);
        let help = Outcome::of(command.env("COLUMNS", "80"), b"").success();
        // The line of usage is never broken.
        let wide = |line: &&str| line.chars().count() > 80 && !line.starts_with("Usage: ");
        assert_eq!(help.lines().find(wide), None);
    }
}
