//! Everything that comes from outside is a way in, and whatever came in is in the record of what it
//! led to.

use serde_json::{Value, json};
use warden_testkit::gateway::{Gateway, policy};

use crate::{
    attacks::{HOSTILE_MAIL, PLAIN_ISSUE, SALARIES, Step, step},
    parts::{Agent, Bench, ERAS, Ended, facts, rules},
};

/// A mail of which every word is harmless.
fn lunch() -> Step {
    let arguments = json!({"to": "anna@firm.example", "subject": "Lunch", "body": "Noon it is."});
    step("mail__send_email", arguments, "Sent.")
}

/// The last record of somebody, which is of a call that a rule has not let through.
#[track_caller]
fn not_let_through(bench: &Bench, who: &str, by: &[&str]) -> Value {
    let last = bench.records(who).pop().expect("there are records");
    assert_eq!(last["event"], "call.refused", "{last}");
    assert!(rules(&last).iter().any(|rule| by.contains(rule)), "{last}");
    last
}

/// Reads hostile words over a channel, and fails unless nothing leaves afterwards that left before.
#[track_caller]
fn is_untrusted(channel: &str, said: &Value, method: &str, params: &Value) {
    let names = ["ann", "ben"];
    let bench = Bench::new(names);
    let gateway = bench.serve();
    for (name, revision) in names.into_iter().zip(ERAS) {
        let mut agent = Agent::http(&gateway, revision, name);
        assert!(bench.call(&mut agent, &lunch()).passed(), "{channel}: before");
        bench.home.write("say.json", said.to_string());
        let answer = agent.ask(method, params);
        assert!(answer.passed(), "{channel}: {answer:?}");
        let after = bench.call(&mut agent, &lunch());
        assert!(!after.passed(), "{channel}: after: {after:?}");
        let last = not_let_through(&bench, name, &["hostile"]);
        assert_eq!(facts(&last)["session"]["hostile"], true, "{channel}: {last}");
    }
    assert_eq!(bench.arrived("mail").len(), if method == "tools/call" { 4 } else { 2 });
    bench.audits();
}

fn text() -> Value {
    json!({"type": "text", "text": HOSTILE_MAIL})
}

/// R24: what a tool answers is an untrusted channel.
#[test]
fn answers_of_tools_are_a_way_in() {
    let params = json!({"name": "mail__read_inbox", "arguments": {}});
    is_untrusted("a tool", &json!({"content": [text()]}), "tools/call", &params);
}

/// R24: a resource is an untrusted channel, of a server that is trusted as well.
#[test]
fn resources_are_a_way_in() {
    let uri = "mail://message/7";
    let said = json!({"contents": [{"uri": uri, "text": HOSTILE_MAIL}]});
    is_untrusted("a resource", &said, "resources/read", &json!({"uri": uri}));
}

/// R24: a prompt is an untrusted channel, of a server that is trusted as well.
#[test]
fn prompts_are_a_way_in() {
    let said = json!({"messages": [{"role": "user", "content": text()}]});
    let params = json!({"name": "docs__summary", "arguments": {"id": "7"}});
    is_untrusted("a prompt", &said, "prompts/get", &params);
}

/// R24: what a tool says of itself is an untrusted channel: it is looked at before a model sees it,
/// though somebody has approved it.
#[test]
fn descriptions_are_a_way_in() {
    let bench =
        Bench::with(["ann", "ben"], |setup, _| setup.table("[inspect]\ndefinitions = \"hide\""));
    let gateway = bench.serve();
    for (name, revision) in ["ann", "ben"].into_iter().zip(ERAS) {
        let mut agent = Agent::http(&gateway, revision, name);
        let Ended::Answered(list) = agent.ask("tools/list", &json!({})) else {
            panic!("there is a list")
        };
        let names: Vec<&str> = list["tools"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|tool| tool["name"].as_str())
            .collect();
        assert!(names.contains(&"facts__get_fact"), "{names:?}");
        assert!(!names.contains(&"facts__get_fact_of_tomorrow"), "{names:?}");
        let call = step("facts__get_fact_of_tomorrow", json!({}), "Rain.");
        assert_eq!(bench.call(&mut agent, &call), Ended::Refused("hostile-definition".into()));
    }
    assert!(bench.arrived("facts").is_empty());
}

/// What a session is made to do by what it has read.
fn harms() -> [(&'static str, Step); 3] {
    [
        ("write", step("github__create_pull_request", json!({"title": "x", "body": "y"}), "Done.")),
        ("execute", step("shell__run", json!({"command": "ls -l reports"}), "Done.")),
        ("send", lunch()),
    ]
}

/// Somebody who has read a hostile mail.
#[track_caller]
fn misled(bench: &Bench, gateway: &Gateway, (name, revision): (&str, &str)) -> Agent {
    let mut agent = Agent::http(gateway, revision, name);
    let inbox = step("mail__read_inbox", json!({}), HOSTILE_MAIL);
    assert!(bench.call(&mut agent, &inbox).passed());
    agent
}

/// R72: in a session that has read an injected instruction, writes, processes and messages to the
/// outside wait for a person or are refused, and the record of each names what had been read.
/// R5: the calls of the session are a graph that can be asked what led to what.
#[test]
fn whatever_is_triggered_is_on_record_with_what_triggered_it() {
    let (write, execute, send) = (["w0", "w1"], ["x0", "x1"], ["s0", "s1"]);
    let bench = Bench::new([write, execute, send].concat());
    let gateway = bench.serve();
    for (names, (effect, harm)) in [write, execute, send].into_iter().zip(harms()) {
        for (name, revision) in names.into_iter().zip(ERAS) {
            let mut agent = misled(&bench, &gateway, (name, revision));
            let ended = bench.call(&mut agent, &harm);
            assert!(!ended.passed(), "{effect}: {ended:?}");
            let last = not_let_through(&bench, name, &["hostile"]);
            let asked = facts(&last);
            assert_eq!(asked["thing"]["effects"], json!([effect]), "{asked}");
            assert_eq!(asked["session"]["sources"], json!(["mail/read_inbox"]), "{asked}");
            triggered(&bench, &last, effect);
        }
    }
    assert_eq!(bench.arrived("mail").len(), 6, "only mails that were read");
    assert!(bench.arrived("shell").is_empty() && bench.arrived("github").is_empty());
}

/// The graph of a session says that the mail led to this record.
#[track_caller]
fn triggered(bench: &Bench, last: &Value, effect: &str) {
    let session = last["session"].as_str().expect("it has a session");
    let graph = |more: &[&str]| -> Value {
        let words = [&["audit", "graph", session, "--format", "json"], more].concat();
        serde_json::from_str(&bench.home.run(words).success()).expect("it is JSON")
    };
    let all = graph(&[]);
    let calls = all["calls"].as_array().expect("a list");
    let (first, end) = (&calls[0], calls.last().expect("there are calls"));
    assert_eq!((&first["server"], &first["name"]), (&json!("mail"), &json!("read_inbox")));
    assert_eq!((&first["outcome"], &end["event"]), (&json!("success"), &json!("call.refused")));
    let labels = first["labels"].as_array().expect("a list");
    assert!(labels.contains(&json!("instruction-text")), "{first}");
    let edge = json!({"from": first["record"], "to": end["record"],
        "because": ["untrusted", "hostile"]});
    assert!(all["edges"].as_array().expect("a list").contains(&edge), "{all}");
    let end = end["record"].as_str().expect("a name");
    let led = graph(&["--led-to", end]);
    assert_eq!(led["calls"].as_array().map(Vec::len), Some(2), "{led}");
    let first = first["record"].as_str().expect("a name");
    let from = graph(&["--from", first, "--effect", effect]);
    assert_eq!(from["calls"][0]["effects"], json!([effect]), "{from}");
    let text = bench.home.run(["audit", "graph", session, "--led-to", end]).success();
    assert!(text.contains("mail/read_inbox: untrusted, hostile"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    let strange = bench.home.run(["audit", "graph", "nobody-has-this"]);
    assert_eq!(strange.code, Some(4), "{strange:?}");
}

const TENANTS: &str = r#"
[[tenant]]
name = "north"

[[tenant]]
name = "south"

[[agent]]
name = "ann"
owner = "the team"
roles = ["operator"]
tenant = "north"

[[agent]]
name = "ben"
owner = "the team"
roles = ["operator"]
tenant = "south"
"#;

/// R71: two tenants have one gateway and a server each; whoever is of one of them cannot read what
/// is the other's, neither by tool nor by resource, and the attempt is reported.
#[test]
fn a_tenant_reads_nothing_of_another() {
    let bench = Bench::with(["ann", "ben"], |setup, home| {
        let path = home.path().join(policy::FOLDER).join("policy.toml");
        let text = std::fs::read_to_string(path).expect("it was written");
        let (north, south) = ("name = \"docs\"", "name = \"desk\"");
        assert!(text.contains(north) && text.contains(south));
        let text = text.replacen(north, &format!("{north}\ntenant = \"north\""), 1).replacen(
            south,
            &format!("{south}\ntenant = \"south\""),
            1,
        );
        home.write(format!("{}/policy.toml", policy::FOLDER), text + TENANTS);
        setup
    });
    let gateway = bench.serve();
    let mut ann = Agent::http(&gateway, ERAS[0], "ann");
    let mut ben = Agent::http(&gateway, ERAS[1], "ben");
    let contract = step("docs__get_contract", json!({"number": 1}), "A contract.");
    let ticket = step("desk__read_ticket", json!({"number": 1}), "A ticket.");
    assert!(bench.call(&mut ann, &contract).passed());
    assert!(bench.call(&mut ben, &ticket).passed());
    for (agent, name, other) in [(&mut ann, "ann", &ticket), (&mut ben, "ben", &contract)] {
        // Nobody learns what others have; the ledger says why.
        assert_eq!(bench.call(agent, other), Ended::Refused("not-approved".into()), "{name}");
        assert_eq!(not_let_through(&bench, name, &["tenant"])["reason"], "policy-refused");
    }
    let message = json!({"uri": "mail://message/7"});
    assert!(ann.ask("resources/read", &message).passed());
    assert!(!ben.ask("resources/read", &message).passed());
    not_let_through(&bench, "ben", &["tenant"]);
    assert_eq!((bench.arrived("docs").len(), bench.arrived("desk").len()), (2, 1));
    bench.audits();
}

/// R71: what a tool answers has a class though nobody has written one, by what it holds, and data of
/// that class does not leave; what is public does.
#[test]
fn data_that_nobody_has_classified_has_the_class_of_what_it_holds() {
    let bench = Bench::with(["ann", "ben"], |setup, home| {
        let path = home.path().join(policy::FOLDER).join("policy.toml");
        let text = std::fs::read_to_string(path).expect("it was written");
        let class = "trusted = true\nclass = \"confidential\"\n";
        assert_eq!(text.matches(class).count(), 2, "of files and of documents");
        let text = text.replace(class, "trusted = true\n");
        home.write(format!("{}/policy.toml", policy::FOLDER), text);
        setup
    });
    let gateway = bench.serve();
    for (name, revision) in ["ann", "ben"].into_iter().zip(ERAS) {
        let mut agent = Agent::http(&gateway, revision, name);
        let post = |text| step("web__post", json!({"text": text}), "Posted.");
        let menu = "Soup, bread, apples and a very long list of other things to eat at noon.";
        let issue = step("github__get_issue", json!({"number": 12}), PLAIN_ISSUE);
        assert!(bench.call(&mut agent, &issue).passed());
        assert!(bench.call(&mut agent, &step("docs__get_menu", json!({}), menu)).passed());
        assert!(bench.call(&mut agent, &post(menu)).passed(), "{name}: what is public");
        let contract = step("docs__get_contract", json!({"number": 1}), SALARIES);
        assert!(bench.call(&mut agent, &contract).passed());
        assert!(!bench.call(&mut agent, &post(SALARIES)).passed(), "{name}");
        let last = not_let_through(&bench, name, &["toxic-flow"]);
        assert_eq!(facts(&last)["args"]["class"], "confidential", "{last}");
    }
    assert_eq!(bench.arrived("web").len(), 2);
}
