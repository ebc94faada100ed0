use proptest::prelude::*;

use super::*;

const TEXT: &str = r#"
[[role]]
name = "reader"

[[role]]
name = "writer"
in = ["reader"]

[[role]]
name = "admin"
in = ["writer"]

[[user]]
name = "ada"
roles = ["writer"]

[[user]]
name = "*"
roles = ["reader"]

[[agent]]
name = "desk"
owner = "ada"
roles = ["admin"]
tools = ["files__*"]
life = "8h"
idle = "30m"

[[agent]]
name = "bot"
owner = "ada"
roles = ["reader"]

[[server]]
name = "files"
environment = "development"
trusted = true
class = "confidential"

[[server]]
name = "mail"
class = "regulated"
risk = 40

[[tool]]
server = "files"
name = "*"
audience = "self"

[[tool]]
server = "files"
name = "delete_*"
effects = ["write", "destructive"]

[[tool]]
server = "files"
name = "delete_draft"
effects = ["write"]
"#;

fn directory() -> Directory {
    Directory::read(TEXT).expect("it is fine")
}

fn names(roles: &BTreeSet<Arc<str>>) -> Vec<&str> {
    roles.iter().map(|role| &**role).collect()
}

#[track_caller]
fn refused(text: &str, line: usize, what: &str) {
    let problems = Directory::read(text).expect_err("it is wrong");
    let found = problems.iter().any(|one| one.line == line && one.what.contains(what));
    assert!(found, "{problems:?}");
}

// Nobody has more through an agent than he has himself.
#[test]
fn the_roles_of_a_session_are_those_that_both_hold() {
    let all = directory();
    assert_eq!(names(&all.roles("desk", None)), ["admin", "reader", "writer"]);
    assert_eq!(names(&all.roles("desk", Some("ada"))), ["reader", "writer"]);
    assert_eq!(names(&all.roles("desk", Some("bob"))), ["reader"], "as everybody else");
    assert_eq!(names(&all.roles("bot", Some("ada"))), ["reader"]);
    assert!(all.roles("stranger", Some("ada")).is_empty());
    assert_eq!(all.agent("desk").and_then(|agent| agent.life), Some(8 * 3600));
}

#[test]
fn the_most_specific_line_counts_and_what_is_unknown_is_the_worst() {
    let all = directory();
    let traits = |name, classified| all.traits("files", Kind::Tool, name, classified, 2);
    let draft = traits("delete_draft", Some(Effect::Destructive));
    assert_eq!((draft.effects, draft.effects_by), ([Effect::Write].into(), KnownBy::Rule));
    assert!(traits("delete_all", Some(Effect::Read)).effects.contains(&Effect::Destructive));
    let read = traits("read", Some(Effect::Read));
    assert_eq!((read.effects, read.effects_by), ([Effect::Read].into(), KnownBy::Classified));
    assert_eq!((read.audience, read.labels_by, read.blast), (Audience::Own, KnownBy::Rule, 3));
    assert_eq!(traits("odd", None).effects.len(), Effect::ALL.len());
    let mail = all.traits("mail", Kind::Tool, "send", None, 0);
    assert_eq!((mail.blast, mail.risk, mail.labels_by), (1, 40, KnownBy::Nobody));
    assert_eq!(all.traits("nowhere", Kind::Tool, "x", None, 0), Traits::unknown());
}

// R50: the blast tier follows from environment and class.
#[test]
fn the_blast_tier_is_a_truth_table() {
    for environment in Environment::ALL {
        for class in DataClass::ALL {
            let wanted = match environment {
                Environment::Production if class == DataClass::Regulated => 1,
                Environment::Production => 2,
                Environment::Sandbox | Environment::Development => 3,
            };
            assert_eq!(blast(environment, Some(class)), wanted);
        }
    }
    assert_eq!(blast(Environment::Production, None), 1);
}

#[test]
fn what_is_wrong_is_named_with_its_line_and_without_its_value() {
    refused("[[role]]\nname = \"a\"\nin = [\"b\"]\n", 1, "there is no role `b`");
    refused("[[role]]\nname = \"a\"\nsecret = \"hunter2\"\n", 3, "no setting `secret`");
    refused("[limits]\n", 1, "there is no table `limits`");
    refused("[[agent]]\nname = \"x\"\n", 1, "`owner` of an agent is missing");
    refused("[[server]]\nname = \"x\"\nclass = \"hunter2\"\n", 3, "has to be one of");
    refused("[[server]]\nname = \"x\"\nrisk = 101\n", 3, "from 0 to 100");
    refused("[[tool]]\nserver = \"x\"\n", 1, "there is no server `x`");
    refused("[[tool]]\nserver = \"*\"\neffects = []\n", 3, "is empty");
    refused("role = 1\n", 1, "as a table `[[role]]`");
    refused("[[role]\n", 1, "not TOML");
    let text = "[[agent]]\nname = \"x\"\nowner = \"y\"\nlife = \"hunter2\"\n[[user]]\nname = 7\n";
    let problems = Directory::read(text).expect_err("it is wrong");
    assert_eq!(problems.iter().map(|one| one.line).collect::<Vec<_>>(), [4, 6]);
    assert!(!format!("{problems:?}").contains("hunter2"));
}

#[test]
fn a_circle_of_roles_is_named() {
    let role = |name: &str, of: &str| format!("[[role]]\nname = \"{name}\"\nin = [\"{of}\"]\n");
    let text = [role("a", "b"), role("b", "c"), role("c", "b")].concat();
    let problems = Directory::read(&text).expect_err("it goes round");
    assert_eq!(problems[0].what, "roles go round in a circle: `b` in `c` in `b`");
    refused(&role("a", "a"), 1, "`a` in `a`");
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "(\\[\\[(role|user|tool)\\]\\]\n|[a-z]{1,5} = [\"\\[0-9\\]]{0,4}\n){0,8}") {
        let _outcome = Directory::read(&text);
    }

    #[test]
    fn a_chain_of_roles_includes_all_below(depth in 1_usize..200) {
        let mut text = "[[role]]\nname = \"r0\"\n".to_owned();
        for at in 1..=depth {
            text.push_str(&format!("[[role]]\nname = \"r{at}\"\nin = [\"r{}\"]\n", at - 1));
        }
        let all = Directory::read(&text).expect("it is fine");
        let top: Arc<str> = format!("r{depth}").into();
        prop_assert_eq!(all.closure(&[top].into()).len(), depth + 1);
    }
}
