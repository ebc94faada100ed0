//! What agents can reach: of what was approved, of what a policy names, and of a list.

use serde_json::json;
use warden_testkit::gateway::Gateway;

use super::{world::*, *};

// What was approved, with the effects of the approval, is what an agent can reach.
#[test]
fn what_was_approved_is_looked_at_by_itself() {
    let home = TestHome::new();
    // Nothing is said of single tools: their effects are those that were approved.
    let (servers, _) = FILES.split_once("[[tool]]").expect("there are tools");
    let other = "[[server]]\nname = \"mail\"\n[[tool]]\nserver = \"mail\"\nname = \"send\"\neffects = \
                 [\"send\"]\n";
    write(&home, "rules", &format!("{servers}{other}"), WAITS_FOR_EFFECTS);
    let setup = setup(&home);
    Gateway::write(&home, &setup);
    let before = policy(&home, &["surface", "../rules", "--agent", "bot"]).success();
    assert!(before.contains("looked at 1 offered: 0 approved, 1 named in policy.toml"), "{before}");
    Gateway::approve(&home, "files");
    let outcome = policy(&home, &["surface", "../rules", "--agent", "bot"]);
    insta::assert_snapshot!(outcome.block());
    let who = policy(&home, &["who-can", "../rules", "--effect", "destructive"]);
    insta::assert_snapshot!(who.block());
    let said = json(&home, &["who-can", "../rules", "--effect", "destructive"]);
    let wanted = json!([{"agent": "*", "system": "files", "action": "destructive",
        "class": "internal", "approval": true}]);
    assert_eq!(said, wanted);
    // A list takes the place of both.
    home.write("work/tools.json", r#"[{"server": "shop", "name": "buy", "effect": "send"}]"#);
    let list = ["surface", "../rules", "--agent", "bot", "--tools", "tools.json"];
    assert_eq!(json(&home, &list)["reach"][0]["system"], "shop");
    // What cannot be trusted is not taken for nothing.
    let pins = home.warden().join("pins");
    let pin = std::fs::read_dir(&pins).expect("there are pins").next().expect("there is one");
    let pin = pin.expect("it can be listed").path();
    let text = std::fs::read_to_string(&pin).expect("it is text");
    std::fs::write(&pin, text.replacen("\"sig\":\"", "\"sig\":\"AAAA", 1)).expect("it is ours");
    for words in [
        &["surface", "../rules", "--agent", "bot"][..],
        &["who-can", "../rules", "--effect", "read"],
    ] {
        let outcome = policy(&home, words);
        assert_eq!(outcome.code, Some(3), "{}", outcome.block());
        assert!(outcome.stderr.contains("cannot trust the approval"), "{}", outcome.block());
    }
}

const WAITS_FOR_EFFECTS: &str = r#"
permit (principal, action, resource);
forbid (principal, action == Warden::Action::"call", resource)
when { resource.effects.contains("destructive") }
unless { context.approved };
"#;

#[test]
fn tools_that_are_dangerous_together_are_told() {
    let home = TestHome::new();
    home.write("work/p/policy.toml", DESK);
    home.write("work/p/rules.cedar", "permit (principal, action, resource);");
    let outcome = policy(&home, &["surface", "p", "--agent", "desk"]);
    assert_eq!(outcome.code, Some(13));
    insta::assert_snapshot!(outcome.block());
    // With the rule that stops the last step, it is held.
    desk(&home);
    let outcome = policy(&home, &["surface", "desk", "--agent", "desk"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains("needs approval"), "{}", outcome.block());
    let who = policy(&home, &["who-can", "desk", "--effect", "send", "--class", "confidential"]);
    insta::assert_snapshot!(who.block());
    let none = policy(&home, &["who-can", "desk", "--effect", "admin"]).success();
    assert_eq!(none, "0 found among 2 offered: 0 approved, 2 named in policy.toml\n");
}

#[test]
fn a_list_of_tools_that_is_none_is_an_input_error() {
    let home = TestHome::new();
    desk(&home);
    for (text, told) in [
        ("{", "it has another form"),
        ("[{\"server\": \"a\"}]", "it has another form"),
        ("[{\"server\": \"a\", \"name\": \"b\", \"effect\": \"fly\"}]", "an effect is not known"),
        ("[{\"server\": \"a\", \"name\": \"b\", \"kind\": \"x\"}]", "a kind is not known"),
    ] {
        home.write("work/tools.json", text);
        let words = ["who-can", "desk", "--effect", "send", "--tools", "tools.json"];
        let outcome = policy(&home, &words);
        assert_eq!(outcome.code, Some(4), "{}", outcome.block());
        assert!(outcome.stderr.contains(told), "{}", outcome.block());
    }
    let words = ["surface", "desk", "--agent", "a", "--tools", "nowhere.json"];
    assert_eq!(policy(&home, &words).code, Some(4));
}
