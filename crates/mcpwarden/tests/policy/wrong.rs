//! What is wrong with a policy is told with its file and line, all of it at once, and decides the
//! exit code.

use std::os::unix::fs::PermissionsExt as _;

use super::*;

/// What `policy check` says of these files.
#[track_caller]
fn checked(directory: &str, rules: &str) -> String {
    let home = TestHome::new();
    home.write("work/p/policy.toml", directory);
    home.write("work/p/rules.cedar", rules);
    let outcome = policy(&home, &["check", "p"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stdout.is_empty(), "{}", outcome.block());
    outcome.block()
}

const ALL: &str = "permit (principal, action, resource);\n";

#[test]
fn a_rule_that_can_never_match_is_told() {
    let never = r#"@id("nobody")
permit (principal in Warden::Role::"raeder", action, resource);

@id("nothing")
permit (principal, action, resource == Warden::Tool::"mial/send");

@id("false")
forbid (principal, action, resource) when { context.approved && false };
"#;
    insta::assert_snapshot!(checked(DESK, never));
    let all = "@id(\"none\") forbid (principal, action, resource);\n@id(\"some\") permit \
               (principal in Warden::Role::\"reader\", action, resource);";
    insta::assert_snapshot!(checked(DESK, all));
}

#[test]
fn an_attribute_that_is_not_there_is_told() {
    let unknown = "@id(\"a\")\npermit (principal, action, resource)\nwhen { context.sesion.x };\n\n\
                   @id(\"b\")\npermit (principal, action, resource)\nwhen { resource.colour == \
                   \"red\" };\n";
    insta::assert_snapshot!(checked(DESK, unknown));
}

#[test]
fn text_that_is_not_cedar_is_told() {
    insta::assert_snapshot!(checked(DESK, "permit (principal, action, resource)\n\nforbid"));
    let twice = format!("@id(\"a\")\n{ALL}@id(\"a\")\n{ALL}");
    insta::assert_snapshot!(checked(DESK, &twice));
}

#[test]
fn roles_that_go_round_in_a_circle_are_told() {
    let circle = "[[role]]\nname = \"x\"\n\n[[role]]\nname = \"a\"\nin = [\"b\"]\n\n[[role]]\nname \
                  = \"b\"\nin = [\"a\"]\n";
    insta::assert_snapshot!(checked(circle, ALL));
}

#[test]
fn everything_that_is_wrong_with_who_there_is_is_told_at_once() {
    let many = r#"[[role]]
nmae = "reader"

[[agent]]
name = "desk"
roles = ["writer"]

[[tool]]
server = "mail"
effects = ["reed"]

[[limit]]
name = "m"
per = "user"
of = "calls"
most = 1
window = "1w"

[[wall]]
name = "repository"
of = [{ server = "a", tool = "b", field = ["x"], pointer = "/x" }]

[[colour]]
"#;
    insta::assert_snapshot!(checked(many, ALL));
    let wall = "\n[[wall]]\nname = \"repository\"\nof = []\n";
    let said = checked(&format!("{DESK}{wall}"), ALL);
    let line = DESK.lines().count() + 2;
    assert!(said.contains(&format!("policy.toml:{line}: wall `repository`")), "{said}");
    insta::assert_snapshot!(checked("role = [[", ALL));
}

// Values can be secrets that stand in the wrong place.
#[test]
fn a_value_is_never_repeated() {
    let said = checked("[[server]]\nname = \"a\"\nclass = \"hunter2\"\nrisk = 777\n", ALL);
    assert!(!said.contains("hunter2") && !said.contains("777"), "{said}");
}

#[test]
fn a_folder_that_cannot_be_read_is_an_input_error() {
    let home = TestHome::new();
    let outcome = policy(&home, &["check", "nowhere"]);
    assert_eq!(outcome.code, Some(4));
    insta::assert_snapshot!(outcome.block());
    home.write("work/file", "");
    assert_eq!(policy(&home, &["check", "file"]).code, Some(4));
    assert_eq!(policy(&home, &["format", "nowhere"]).code, Some(4));
    desk(&home);
    std::fs::remove_file(home.work().join("desk/rules.cedar")).expect("it was there");
    // A folder without rules permits nothing, which is a policy.
    assert_eq!(policy(&home, &["check", "desk"]).code, Some(0));
    home.write("work/desk/rules.cedar", b"\xff\xfe");
    let outcome = policy(&home, &["check", "desk"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("desk/rules.cedar`"), "{}", outcome.block());
    // Where permissions hold, what may not be read is not taken for nothing. They do not hold for
    // an administrator.
    let file = home.write("work/desk/rules.cedar", RULES);
    let shut = std::fs::Permissions::from_mode(0o000);
    std::fs::set_permissions(&file, shut).expect("it is ours");
    let outcome = policy(&home, &["check", "desk"]);
    let read = std::fs::read(&file).is_ok();
    assert_eq!(outcome.code, Some(if read { 0 } else { 4 }), "{}", outcome.block());
}

#[test]
fn a_file_of_cases_that_is_wrong_is_told_with_its_line() {
    let home = TestHome::new();
    desk(&home);
    let tested = |cases: &str| {
        home.write("work/desk/cases.toml", cases);
        let outcome = policy(&home, &["test", "desk"]);
        assert_eq!(outcome.code, Some(3), "{}", outcome.block());
        outcome.block()
    };
    insta::assert_snapshot!(tested("\ncase = 3\n"));
    insta::assert_snapshot!(tested(
        "[[case]]\nname = \"a\"\nexpect = \"permit\"\nsession = { x = 1 }"
    ));
    let good = "[[case]]\nname = \"a\"\nexpect = \"refuse\"\n\n";
    for (line, setting) in [
        ("expect = \"permitt\"", "expect"),
        ("expect = \"permit\"\nroles = [\"raeder\"]", "roles"),
        ("expect = \"permit\"\ntool = \"send\"", "tool"),
        ("expect = \"permit\"\nat = \"noon\"", "at"),
        ("expect = \"permit\"\nargs = { breaches = [\"odd\"] }", "args.breaches"),
    ] {
        let said = tested(&format!("{good}[[case]]\nname = \"b\"\n{line}\n"));
        let wanted = format!("line 5: `{setting}` of the case `b` has a value");
        assert!(said.contains(&wanted), "{said}");
    }
    assert_eq!(policy(&home, &["test", "desk", "nowhere.toml"]).code, Some(4));
}
