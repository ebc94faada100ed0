//! Streams, subscriptions and calls do not outlive what somebody came in with.

use std::io::ErrorKind;

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        upstream::{Talk, Upstream},
        visitor::{LEGACY, MODERN, Old, Visitor},
        wire::Wire,
    },
};

use crate::{
    await_true, claims,
    issuer::{Issuer, now},
    key_table,
    opaque::{active, asking},
    records, tables, visitor,
};

/// How much later than it should something may end, in seconds; machines are busy.
const LATE: u64 = 5;

const OLD_KEY: &str = "mcpw_ci_1111111111111111111111111111111111111111111111111111111111111111";

/// A gateway before a server that answers a call of `wait` never.
#[track_caller]
fn waiting(home: &TestHome, tables: &str) -> (Gateway, Upstream) {
    let server = Upstream::modern(&[("wait", Talk::hold)]);
    let setup = Setup::new().url("one", &server.url()).table(tables);
    (Gateway::start(home, &setup), server)
}

/// Everything that can last, of one who shows this.
struct Open {
    standing: Wire,
    old: Old,
    subscribed: Wire,
    calls: [Wire; 2],
}

impl Open {
    #[track_caller]
    fn new(gateway: &Gateway, server: &Upstream, token: &str) -> Self {
        let legacy = visitor(gateway, LEGACY[3], token);
        let modern = visitor(gateway, MODERN, token);
        let call = |visitor: &Visitor| {
            let params = json!({"name": "wait", "arguments": {}});
            visitor.open(&visitor.request(&json!(7), "tools/call", &params))
        };
        let open = Self {
            standing: legacy.try_stand().expect("a stream"),
            old: Old::open(gateway.address(), "", Some(token)),
            subscribed: subscribed(&modern),
            calls: [call(&legacy), call(&modern)],
        };
        await_true(|| server.seen("tools/call").len() == 2);
        open
    }

    /// Waits until all of it has ended. The subscription and the calls say why: the reasons.
    #[track_caller]
    fn ended(mut self) -> Vec<Option<String>> {
        self.standing.await_end();
        self.old.await_end();
        let mut reasons = vec![reason(&self.subscribed.event().expect("an answer"))];
        self.subscribed.await_end();
        for call in &mut self.calls {
            reasons.push(call.reply().expect("an answer").reason());
        }
        reasons
    }
}

/// Listens to the tools.
#[track_caller]
fn subscribed(visitor: &Visitor) -> Wire {
    let params = json!({"notifications": {"toolsListChanged": true}});
    let mut wire = visitor.open(&visitor.request(&json!(8), "subscriptions/listen", &params));
    assert_eq!(wire.head().expect("an answer").status, 200);
    let first = wire.event().expect("it is acknowledged");
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged", "{first}");
    wire
}

fn reason(answer: &Value) -> Option<String> {
    Some(answer.pointer("/error/data/reason")?.as_str()?.to_owned())
}

/// What was recorded of the end: by which methods streams ended for this reason, and how the calls
/// did.
#[track_caller]
fn recorded(home: &TestHome, why: &str) -> (Vec<String>, Vec<(Value, Value)>) {
    let dropped = records(home, "message.dropped");
    let ours = dropped.iter().filter(|it| it["reason"] == why && it["agent"] == "bot");
    let method = |it: &Value| it["mcp"]["method"].as_str().unwrap_or_default().to_owned();
    let mut methods: Vec<_> = ours.map(method).collect();
    methods.sort();
    let closed = records(home, "call.closed");
    (methods, closed.iter().map(|it| (it["outcome"].clone(), it["reason"].clone())).collect())
}

fn same(reason: &str) -> Vec<Option<String>> {
    vec![Some(reason.to_owned()); 3]
}

// What was opened with a token ends when the token does.
#[test]
fn nothing_that_is_open_outlives_its_token() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let (gateway, server) = waiting(&home, &tables(&issuer, "leeway = \"1s\""));
    let mut claims = claims(&issuer, "ann");
    // Clocks may differ by a second.
    let until = now() + 5;
    claims["exp"] = (until - 1).into();
    let open = Open::new(&gateway, &server, &issuer.token(&claims));
    assert!(now() < until, "this machine is too slow for this test");
    assert_eq!(open.ended(), same("token-expired"));
    let ended = now();
    assert!((until..until + LATE).contains(&ended), "it ended {ended} instead of {until}");
    let refused = (json!("refused"), json!("token-expired"));
    let (methods, closed) = recorded(&home, "token-expired");
    assert_eq!(methods, ["GET", "GET", "subscriptions/listen"]);
    assert_eq!(closed, [refused.clone(), refused]);
}

// Who is revoked is out within a second, with all that he has open, and opens nothing else.
#[test]
fn nothing_that_is_open_outlives_a_revocation() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let (gateway, server) = waiting(&home, &tables(&issuer, ""));
    let token = issuer.token(&claims(&issuer, "ann"));
    let mut other = claims(&issuer, "ann");
    other["client_id"] = "other".into();
    let mut others =
        visitor(&gateway, LEGACY[3], &issuer.token(&other)).try_stand().expect("a stream");
    let open = Open::new(&gateway, &server, &token);
    let revoke = ["stop", "agent", "bot", "--revoke", "--reason", "the laptop is stolen"];
    drop(home.run(revoke).success());
    let since = now();
    let reasons = open.ended();
    assert!(now() < since + LATE, "it took {} s", now() - since);
    let expected = ["token-revoked", "revoked", "revoked"].map(|it| Some(it.to_owned()));
    assert_eq!(reasons, expected);
    let (methods, _) = recorded(&home, "token-revoked");
    assert_eq!(methods, ["GET", "GET", "subscriptions/listen"]);
    let legacy = visitor(&gateway, LEGACY[3], &token);
    let refused = legacy.try_stand().expect_err("there is none").to_string();
    assert_eq!(refused, "status 403");
    let params = json!({"notifications": {"toolsListChanged": true}});
    let refused = visitor(&gateway, MODERN, &token).ask("subscriptions/listen", &params);
    assert_eq!(refused.reason().as_deref(), Some("revoked"), "{}", refused.text());
    goes_on(&mut others);
}

/// Fails if the stream has ended.
#[track_caller]
fn goes_on(wire: &mut Wire) {
    wire.set_patience(std::time::Duration::from_millis(200));
    match wire.chunk() {
        Ok(Some(_)) => {}
        Ok(None) => panic!("it has ended"),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
        }
    }
}

// A stream goes on for as long as the issuer says that the token is good, and no longer.
#[test]
fn a_stream_ends_when_the_issuer_takes_the_token_back() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = asking(&home, &issuer, "1s");
    issuer.says("token-of-ann", active(&issuer, "ann"));
    let legacy = visitor(&gateway, LEGACY[3], "token-of-ann");
    let mut standing = legacy.try_stand().expect("a stream");
    let mut listening = subscribed(&visitor(&gateway, MODERN, "token-of-ann"));
    let asked = issuer.inspected().len();
    await_true(|| issuer.inspected().len() > asked + 1);
    goes_on(&mut standing);
    goes_on(&mut listening);
    issuer.says("token-of-ann", json!({"active": false}));
    for stream in [&mut standing, &mut listening] {
        stream.set_patience(std::time::Duration::from_mins(1));
    }
    standing.await_end();
    let told = listening.event().expect("an answer");
    assert_eq!(reason(&told).as_deref(), Some("token-inactive"), "{told}");
    assert_eq!(recorded(&home, "token-inactive").0, ["GET", "subscriptions/listen"]);
}

// An issuer that cannot be asked any more ends what it would have to be asked about.
#[test]
fn a_stream_ends_when_nobody_can_say_whether_the_token_is_good() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let gateway = asking(&home, &issuer, "1s");
    issuer.says("token-of-ann", active(&issuer, "ann"));
    let legacy = visitor(&gateway, LEGACY[3], "token-of-ann");
    let mut standing = legacy.try_stand().expect("a stream");
    issuer.goes_away();
    standing.await_end();
    assert_eq!(recorded(&home, "issuer-away").0, ["GET"]);
}

// Who is taken out of the configuration is out when it is read.
#[test]
fn a_stream_ends_when_its_key_is_taken_out_of_the_configuration() {
    let (home, issuer) = (TestHome::new(), Issuer::start());
    let setup = Setup::new().program("fix", &["--full"]);
    let key = key_table("bot", OLD_KEY, "");
    let other = key_table("other", "mcpw_other_2", "");
    let with = setup.clone().table(&tables(&issuer, &format!("{key}\n{other}")));
    let gateway = Gateway::start(&home, &with);
    let mut standing = visitor(&gateway, LEGACY[3], OLD_KEY).try_stand().expect("a stream");
    let mut others = visitor(&gateway, LEGACY[3], "mcpw_other_2").try_stand().expect("a stream");
    Gateway::write(&home, &setup.table(&tables(&issuer, &other)));
    standing.await_end();
    assert_eq!(recorded(&home, "key-unknown").0, ["GET"]);
    goes_on(&mut others);
}

#[test]
fn a_stream_ends_when_its_client_is_taken_out_of_the_configuration() {
    let home = TestHome::new();
    let setup = Setup::new().program("fix", &["--full"]).client("other", "token-of-other");
    let gateway = Gateway::start(&home, &setup.clone().client("bot", "token-of-bot"));
    let mut standing = visitor(&gateway, LEGACY[3], "token-of-bot").try_stand().expect("a stream");
    let mut others = visitor(&gateway, LEGACY[3], "token-of-other").try_stand().expect("a stream");
    Gateway::write(&home, &setup);
    standing.await_end();
    assert_eq!(recorded(&home, "key-unknown").0, ["GET"]);
    goes_on(&mut others);
}
