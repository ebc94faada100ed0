//! Approvals that somebody tries to use for what they were not given for: as another person, in
//! another session, through another agent, with other arguments, under other rules, twice, and late.

use super::*;
use crate::issuer::Issuer;

/// A gateway whose clients show tokens.
struct Place {
    bench: Bench,
    issuer: Issuer,
}

/// Who asks: the person, the agent, the session, and on whose behalf.
#[derive(Clone, Copy)]
struct Who(&'static str, &'static str, &'static str, Option<&'static str>);

const ANN: Who = Who("ann", "bot", "1", None);

impl Place {
    #[track_caller]
    fn new() -> Self {
        let (home, issuer) = (TestHome::new(), Issuer::start());
        let tables = format!(
            "[identity]\nresource = \"{RESOURCE}\"\n\n[[issuer]]\nurl = \"{}\"\n",
            issuer.url
        );
        home.write("rules/rules.cedar", RULES);
        home.write("rules/policy.toml", format!("{DIRECTORY}\n[hold]\n{SELF}\n"));
        let setup = setup(&home).top("policy = \"rules\"").table(&tables);
        let gateway = Gateway::start(&home, &setup);
        Self { bench: Bench { home, gateway }, issuer }
    }

    #[track_caller]
    fn visitor(&self, Who(user, agent, session, by): Who) -> Visitor {
        let now = issuer::now();
        let mut claims = json!({
            "iss": self.issuer.url, "aud": RESOURCE, "sub": user, "client_id": agent,
            "sid": session, "jti": format!("{}", warden_testkit::gateway::visitor::next()),
            "exp": now + 600, "iat": now - 10,
        });
        if let Some(by) = by {
            claims["act"] = json!({"sub": by});
        }
        Visitor::modern(self.bench.gateway.address())
            .showing(&self.issuer.token(&claims))
            .able(json!({"elicitation": {"form": {}}}))
    }

    /// Asks for the tool that deletes, as who cannot be asked.
    #[track_caller]
    fn waits(&self, who: Who) -> String {
        waits(&delete(&self.visitor(who).able(json!({})), "a"))
    }

    /// Has somebody at the command line let a call pass.
    #[track_caller]
    fn approves(&self, hold: &str) {
        let policy = self.bench.home.path().join("rules").to_string_lossy().into_owned();
        let words = ["approve", hold, "--yes", "--policy", &policy];
        drop(self.bench.calls("ben", &words).success());
    }
}

const RULES: &str = include_str!("../../../warden-policy/policies/laptop/rules.cedar");
const DIRECTORY: &str = include_str!("../../../warden-policy/policies/laptop/policy.toml");
const SELF: &str = "self = true\ntwo_people = [\"admin\"]";

/// The others who try to use what was approved for ann.
const OTHERS: [Who; 4] = [
    Who("bob", "bot", "1", None),
    Who("ann", "bot", "2", None),
    Who("ann", "other", "1", None),
    Who("ann", "bot", "1", Some("helper")),
];

// An approval is for one person, one agent and one session, and for nobody who acts for them.
#[test]
fn an_approval_of_somebody_else_is_none() {
    let place = Place::new();
    let hold = place.waits(ANN);
    place.approves(&hold);
    let mut holds = vec![hold];
    for other in OTHERS {
        let theirs = place.waits(other);
        assert!(!holds.contains(&theirs), "one hold for two");
        holds.push(theirs);
        assert_eq!(place.bench.arrived(), 0);
    }
    // A new token for the same session is the same, once.
    passes(&delete(&place.visitor(ANN), "a"));
    assert!(!holds.contains(&place.waits(ANN)));
    assert_eq!(place.bench.arrived(), 1);
    let intents = records(&place.bench.home, "call.intent");
    let of_delete: Vec<_> =
        intents.iter().filter(|it| it["tool"]["name"] == "delete_file").collect();
    assert_eq!(of_delete.len(), 1, "{of_delete:?}");
    assert_eq!(of_delete[0]["user"], "ann");
}

// What the user of one client was asked cannot be answered by another client, with other
// arguments or for another tool.
#[test]
fn a_question_to_one_client_is_answered_by_no_other() {
    let place = Place::new();
    let ann = place.visitor(ANN);
    let asked = delete(&ann, "a").json();
    let state = &asked["result"]["requestState"];
    assert!(state.is_string(), "{asked}");
    let yes = json!({"action": "accept", "content": {"decision": "approve"}});
    let answer = |visitor: &Visitor, tool: &str, path: &str| {
        let params = json!({"name": tool, "arguments": {"path": path}, "requestState": state,
            "inputResponses": {"approval": yes}});
        visitor.ask("tools/call", &params)
    };
    for other in [OTHERS[0], OTHERS[1], OTHERS[2]] {
        let refused = answer(&place.visitor(other), "delete_file", "a");
        assert_eq!(refused.reason().as_deref(), Some("bad-request-state"), "{}", refused.text());
    }
    for (tool, path) in [("delete_file", "b"), ("echo", "a")] {
        let refused = answer(&ann, tool, path);
        assert_eq!(refused.reason().as_deref(), Some("bad-request-state"), "{}", refused.text());
    }
    assert_eq!(place.bench.arrived(), 0);
    // Who acts for ann in her session shows what is hers, and it is another call all the same.
    let helper = answer(&place.visitor(OTHERS[3]), "delete_file", "a");
    assert!(helper.json()["result"]["content"].is_null(), "{}", helper.text());
    assert_eq!(place.bench.arrived(), 0);
    passes(&answer(&ann, "delete_file", "a"));
    assert_eq!(place.bench.arrived(), 1);
}

// What was approved under some rules is not approved under others.
#[test]
fn an_approval_does_not_outlive_the_rules_that_it_was_given_under() {
    let place = Place::new();
    let hold = place.waits(ANN);
    place.approves(&hold);
    let more = "@id(\"more\")\n@why(\"x\")\npermit (principal, action, resource) when { resource.tenant == \"x\" };";
    place.bench.home.write("rules/rules.cedar", format!("{RULES}\n{more}\n"));
    place.bench.gateway.signal("HUP");
    place.bench.gateway.await_said("read the configuration and the approvals again", 1);
    let again = place.waits(ANN);
    assert_ne!(again, hold);
    assert_eq!(place.bench.arrived(), 0);
    place.approves(&again);
    passes(&delete(&place.visitor(ANN), "a"));
    assert_eq!(place.bench.arrived(), 1);
}
