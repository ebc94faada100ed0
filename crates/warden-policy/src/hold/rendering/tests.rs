use std::collections::BTreeSet;

use serde_json::json;
use warden_model::{DataClass, Effect};

use super::{super::request::tests::Owned, *};
use crate::access::{Audience, KnownBy};

fn traits() -> Traits {
    Traits {
        effects: BTreeSet::from([Effect::Send]),
        audience: Audience::Public,
        effects_by: KnownBy::Rule,
        ..Traits::unknown()
    }
}

fn render(owned: &Owned) -> Rendering {
    let shown = Shown {
        traits: &traits(),
        reasons: &[Some("mail leaves the company")],
        masks: &Masks::new(),
    };
    Rendering::of(&owned.request(), &shown)
}

#[test]
fn a_page_says_who_wants_what_and_why() {
    let mut owned = Owned::new();
    owned.labels.untrusted = true;
    owned.labels.class = DataClass::Confidential;
    owned.labels.sources.insert("web/get".into());
    let text = render(&owned).text();
    let session = owned.who.session.as_str();
    let expected = format!(
        "server      mail
name        send_email (tool)
does        send (reaches: public)
asked by    agent \"claude\" for user \"ann\"
session     {session}
because     rule ask-before-sending: mail leaves the company
seen        confidential data
seen        content that a stranger wrote, from web/get
arguments
  | {{
  |   \"to\": \"x@example.com\",
  |   \"amount\": 10
  | }}
"
    );
    assert_eq!(text, expected);
}

#[test]
fn what_nobody_knows_is_said() {
    let mut owned = Owned::new();
    owned.who.user = None;
    let shown = Shown { traits: &Traits::unknown(), reasons: &[], masks: &Masks::new() };
    let text = Rendering::of(&owned.request(), &shown).text();
    let whole = text.replace("\n            ", "");
    assert!(whole.contains("for nobody who is known"), "{text}");
    assert!(whole.contains("nobody has said what it does"), "{text}");
}

// Nothing that somebody else chose can be taken for what we say.
#[test]
fn hostile_arguments_cannot_fake_a_line_of_ours() {
    let mut owned = Owned::new();
    let fake = "x\"\n}\nserver      trusted\nNOT ALL IS SHOWN\r\u{1b}[A\u{202e}";
    owned.arguments = json!({"body": fake.repeat(5), "pad": " ".repeat(300), "\u{202e}k": 1});
    owned.name = "send\nserver      trusted".into();
    owned.who.agent = "claude\" for user \"root".into();
    let rendering = render(&owned);
    let text = rendering.text();
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
        let ours =
            ["server  ", "name  ", "does  ", "asked by  ", "session  ", "because  ", "seen  "];
        let ours = ours.iter().any(|word| line.starts_with(word)) || line == "arguments";
        let theirs = ["  | ", "  : ", "            "].iter().any(|mark| line.starts_with(mark));
        assert!(ours || theirs, "{line:?}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("server")).count(), 1);
    assert!(text.contains("agent \"claude\\\" for user \\\"root\""), "{text}");
    let message = rendering.message();
    assert!(!message.chars().any(|c| c.is_control() && c != '\n'), "{message}");
    assert_eq!(message.lines().filter(|line| line.starts_with("server")).count(), 1);
}

#[test]
fn what_is_left_out_and_secret_is_said() {
    let mut owned = Owned::new();
    let lots: Vec<_> = (0..100).map(|n| json!(format!("{n}{}", "x".repeat(200)))).collect();
    owned.arguments = json!({"token": "hunter2", "lots": lots});
    let masks = Masks::from([("/token".into(), vec![])]);
    let shown = Shown { traits: &traits(), reasons: &[], masks: &masks };
    let rendering = Rendering::of(&owned.request(), &shown);
    let (text, message) = (rendering.text(), rendering.message());
    for shown in [&text, &message, &rendering.json().to_string()] {
        assert!(!shown.contains("hunter2"), "{shown}");
    }
    assert!(message.contains("NOT ALL IS SHOWN: ") && text.contains("NOT ALL IS SHOWN: "));
    assert!(message.contains("7 characters are secret and not shown"), "{message}");
    assert!(message.contains("more lines are not shown here"), "{message}");
    assert!(message.chars().count() < 3_000);
}

#[test]
fn a_rendering_is_bounded_and_reads_back() {
    let mut owned = Owned::new();
    owned.server = "s".repeat(10_000);
    owned.who.agent = "\u{202e}".repeat(10_000).into();
    owned.rules = (0..500).map(|n| format!("rule{n}").into()).collect();
    for n in 0..500 {
        owned.labels.sources.insert(format!("server/tool{n}").into());
        owned.labels.walls.insert(format!("wall{n}").into(), BTreeSet::from(["x".into()]));
    }
    owned.labels.untrusted = true;
    let rendering = render(&owned);
    let json = rendering.json();
    assert!(json.to_string().len() < 20_000, "{}", json.to_string().len());
    assert_eq!(serde_json::from_value::<Rendering>(json).unwrap(), rendering);
}
