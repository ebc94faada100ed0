//! What two people are shown of one answer, by their roles, and what the ledger has of both.

use serde_json::{Value, json};
use warden_model::Digest;
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup, policy,
        upstream::{Trouble, Upstream},
        visitor::{LEGACY, MODERN, Visitor},
        wire::Reply,
    },
};

use crate::records;

const IBAN: &str = "DE89370400440532013000";
const CARD: &str = "4111 1111 1111 1111";

/// Who there is, what is said of the servers, and who sees what of it.
const WRITTEN: &str = r#"
[[role]]
name = "support"

[[role]]
name = "lead"

[[role]]
name = "payer"

[[agent]]
name = "desk"
owner = "support@example.com"
roles = ["operator", "support"]

[[agent]]
name = "chief"
owner = "support@example.com"
roles = ["operator", "support", "lead"]

[[agent]]
name = "till"
owner = "till@example.com"
roles = ["operator", "payer"]

[[agent]]
name = "other"
owner = "other@example.com"
roles = ["operator"]

[[server]]
name = "crm"
environment = "development"
audience = "self"
trusted = true
class = "internal"

[[tool]]
server = "crm"
name = "*"
effects = ["read"]

[[tool]]
server = "crm"
name = "search_mail"
effects = ["read"]
class = "confidential"

[[server]]
name = "notes"
environment = "development"
audience = "self"
trusted = true
class = "internal"

[[tool]]
server = "notes"
name = "*"
effects = ["read"]

[[mask]]
role = "support"
above = "internal"

[[mask]]
role = "payer"
above = "internal"
kinds = ["payment-card"]
servers = ["crm"]
tools = ["read_mail"]

[[mask]]
role = "lead"
above = "regulated"
clears = true
"#;

/// What a server says while a call is under way.
static WORDS: &[(&str, Trouble)] = &[("chatty", |talk| {
    let data = json!({"level": "error", "data": format!("paid to {IBAN}")});
    let log = json!({"jsonrpc": "2.0", "method": "notifications/message", "params": data});
    talk.begin_events()?;
    talk.event(&log)?;
    let done = talk.words("done");
    talk.event(&done)?;
    talk.close()
})];

struct Bench {
    home: TestHome,
    gateway: Gateway,
    #[expect(dead_code, reason = "it serves as long as it is held")]
    notes: Upstream,
}

impl Bench {
    #[track_caller]
    fn new() -> Self {
        let home = TestHome::new();
        policy::write_team(&home, WRITTEN);
        let say = home.write("say.json", "{}");
        let notes = Upstream::legacy(WORDS);
        let setup = ["desk", "chief", "till", "other"].iter().fold(
            Setup::new()
                .top("policy = \"policy\"")
                .program("crm", &["--full", &format!("--say-file={}", say.display())])
                .url("notes", &notes.url()),
            |setup, name| setup.client(name, &format!("token-of-{name}")),
        );
        home.write("gateway.toml", setup.text().replacen("names = \"plain\"\n", "", 1));
        for name in setup.names() {
            Gateway::approve(&home, name);
        }
        let gateway = Gateway::serve(&home);
        Self { home, gateway, notes }
    }

    /// Somebody who speaks this revision.
    #[track_caller]
    fn visitor(&self, name: &str, revision: &str) -> Visitor {
        let visitor =
            Visitor { revision: revision.into(), ..Visitor::modern(self.gateway.address()) };
        let mut visitor = visitor.showing(&format!("token-of-{name}"));
        if !visitor.is_modern() {
            visitor.begin();
        }
        visitor
    }

    /// What somebody is answered by a tool that says this.
    #[track_caller]
    fn told(&self, who: (&str, &str), tool: &str, says: &Value) -> Reply {
        self.home.write("say.json", says.to_string());
        let visitor = self.visitor(who.0, who.1);
        visitor.call(&format!("crm__{tool}"), &json!({"id": 1, "query": "x"}))
    }

    #[track_caller]
    fn answer(&self, who: (&str, &str), tool: &str, says: &Value) -> Value {
        self.told(who, tool, says).json()
    }

    /// The last record of how a call of this agent ended.
    #[track_caller]
    fn closed(&self, agent: &str) -> Value {
        let all = records(&self.home, "call.closed");
        all.into_iter().rfind(|record| record["agent"] == agent).expect("there is one")
    }

    /// Fails if this stands anywhere in the ledger.
    #[track_caller]
    fn never_wrote(&self, text: &str) {
        for record in records(&self.home, "call.") {
            // What was asked for by its URI stands in what was asked.
            assert!(!record["labels"].to_string().contains(text), "{record}");
        }
    }
}

fn said(text: &str) -> Value {
    json!({"resultType": "complete", "content": [{"type": "text", "text": text}]})
}

fn text_of(answer: &Value) -> &str {
    answer["result"]["content"][0]["text"].as_str().unwrap_or_default()
}

/// The result of an answer, as it was written; a slow one comes as an event.
#[track_caller]
fn result_of(text: &str) -> &str {
    let (_, rest) = text.split_once("\"result\":").expect("there is a result");
    rest.trim_end().strip_suffix('}').expect("it is a message")
}

fn sha256(text: &str) -> String {
    String::from_utf8_lossy(&Digest::of(text.as_bytes()).hex()).into_owned()
}

#[test]
fn one_answer_is_masked_for_one_role_and_clear_for_another() {
    let bench = Bench::new();
    let pay = said(&format!("pay to {IBAN} or by {CARD}"));
    for revision in [LEGACY[3], MODERN] {
        let of = |who| bench.answer((who, revision), "read_mail", &pay);
        assert_eq!(text_of(&of("desk")), "pay to ‹iban› or by ‹payment-card›");
        let clear = format!("pay to {IBAN} or by {CARD}");
        assert_eq!(text_of(&of("chief")), clear, "a role that clears");
        assert_eq!(text_of(&of("other")), clear, "nobody masks anything for it");
        assert_eq!(text_of(&of("till")), format!("pay to {IBAN} or by ‹payment-card›"));
        let elsewhere = bench.answer(("till", revision), "echo", &pay);
        assert_eq!(text_of(&elsewhere), clear, "a mask for one tool");
    }
    bench.never_wrote(IBAN);
}

#[test]
fn the_ledger_has_the_digest_of_both_forms_and_what_was_masked() {
    let bench = Bench::new();
    let pay = said(&format!("pay to {IBAN}"));
    let masked = bench.told(("desk", MODERN), "read_mail", &pay).text();
    let clear = bench.told(("chief", MODERN), "read_mail", &pay).text();
    let (desk, chief) = (bench.closed("desk"), bench.closed("chief"));
    assert_eq!(desk["result"], chief["result"], "the server said the same");
    assert_eq!(desk["passed"]["sha256"], sha256(result_of(&masked)));
    assert_eq!(desk["decision"], "modify");
    let labels = desk["labels"].as_array().cloned().unwrap_or_default();
    for label in ["personal/iban", "masked/iban", "class/regulated"] {
        assert!(labels.contains(&label.into()), "{label}: {labels:?}");
    }
    // Who sees everything is passed what came, byte for byte.
    assert_eq!(chief["result"]["sha256"], sha256(result_of(&clear)));
    assert!(chief["passed"].is_null() && chief["decision"].is_null(), "{chief}");
    assert!(!chief["labels"].to_string().contains("masked/"), "{chief}");
}

#[test]
fn structured_content_and_its_text_hide_the_same() {
    let bench = Bench::new();
    let data = json!({"to": {"iban": IBAN}, "card": 4_111_111_111_111_111_u64, "n": 7});
    let says = json!({"resultType": "complete", "structuredContent": data,
        "content": [{"type": "text", "text": data.to_string()},
            {"type": "resource", "resource": {"uri": "a:b", "text": IBAN}}]});
    for revision in [LEGACY[3], MODERN] {
        let answer = bench.answer(("desk", revision), "read_mail", &says);
        let masked = json!({"to": {"iban": "‹iban›"}, "card": "‹payment-card›", "n": 7});
        assert_eq!(answer["result"]["structuredContent"], masked, "{answer}");
        let text = answer.to_string();
        assert!(!text.contains(IBAN) && !text.contains("4111111111111111"), "{text}");
        let answer = bench.answer(("chief", revision), "read_mail", &says);
        assert_eq!(answer["result"]["structuredContent"], data);
    }
}

#[test]
fn all_that_a_tool_above_what_is_clear_says_is_masked() {
    let bench = Bench::new();
    let says = json!({"resultType": "complete", "structuredContent": {"plan": 7},
        "content": [{"type": "text", "text": "a plan"}]});
    for revision in [LEGACY[3], MODERN] {
        let answer = bench.answer(("desk", revision), "search_mail", &says);
        assert_eq!(text_of(&answer), "‹masked: confidential›");
        assert!(!answer.to_string().contains("plan"), "{answer}");
        assert!(bench.closed("desk")["labels"].to_string().contains("masked/confidential"));
        let clear = bench.answer(("chief", revision), "search_mail", &says);
        assert_eq!(text_of(&clear), "a plan");
    }
}

#[test]
fn what_cannot_be_masked_is_withheld() {
    let bench = Bench::new();
    let image = json!({"type": "image", "data": "aGk=", "mimeType": "image/png"});
    let says = json!({"resultType": "complete", "content": [image]});
    for revision in [LEGACY[3], MODERN] {
        let answer = bench.answer(("desk", revision), "read_mail", &says);
        assert_eq!(text_of(&answer), "‹image withheld: it cannot be masked›");
        assert!(bench.closed("desk")["labels"].to_string().contains("masked/binary"));
        let clear = bench.answer(("chief", revision), "read_mail", &says);
        assert_eq!(clear["result"]["content"][0], image);
        // Nobody knows what form this has.
        let odd = json!({"resultType": "odd", "content": [{"type": "text", "text": "a plan"}]});
        let answer = bench.answer(("desk", revision), "search_mail", &odd);
        assert_eq!(answer["error"]["data"]["reason"], "masked", "{answer}");
        assert!(!answer.to_string().contains("plan"), "{answer}");
        let closed = bench.closed("desk");
        assert_eq!((&closed["outcome"], &closed["reason"]), (&json!("refused"), &json!("masked")));
    }
}

#[test]
fn resources_prompts_and_what_is_said_meanwhile_are_masked_too() {
    let bench = Bench::new();
    let resource = json!({"uri": format!("mail://message/{IBAN}")});
    let prompt = json!({"name": "crm__summary", "arguments": {"id": IBAN}});
    for revision in [LEGACY[3], MODERN] {
        for (method, params) in [("resources/read", &resource), ("prompts/get", &prompt)] {
            let of = |who| bench.visitor(who, revision).ask(method, params).text();
            let (masked, clear) = (of("desk"), of("chief"));
            assert!(masked.contains("‹iban›") && !masked.contains(IBAN), "{masked}");
            assert!(clear.contains(IBAN), "{clear}");
            // The mask of one tool is for all that comes another way.
            assert!(of("till").contains(IBAN), "an account number is no card");
        }
    }
    let of = |who| bench.visitor(who, LEGACY[3]).call("notes__chatty", &json!({})).text();
    let masked = of("desk");
    assert!(masked.contains("paid to ‹iban›") && !masked.contains(IBAN), "{masked}");
    assert!(masked.contains("done"), "{masked}");
    assert!(of("chief").contains(&format!("paid to {IBAN}")));
}

#[test]
fn a_mask_for_what_nothing_finds_is_no_mask() {
    let home = TestHome::new();
    let mask = "[[mask]]\nrole = \"*\"\nabove = \"public\"\nkinds = [\"iban\", \"e-mail\"]\n";
    policy::write_team(&home, mask);
    Gateway::write(&home, &Setup::new().top("policy = \"policy\"").program("crm", &[]));
    let config = home.path().join("gateway.toml").to_string_lossy().into_owned();
    let said = home.run(["gateway", "--config", &config]).block();
    assert!(said.contains("a mask of the policy is for `e-mail`"), "{said}");
}
