//! R52, through the gateway: what is not certified, or not any more, is neither listed nor called.

use std::{fs, thread, time::Duration, time::Instant};

use serde_json::json;
use warden_testkit::{
    TestHome,
    gateway::{Gateway, upstream::Upstream, visitor::Visitor},
};

use crate::{below, certificate, changed::touch, ready};

/// A look is taken every second.
const SOON: Duration = Duration::from_secs(30);

/// A configuration with the certified server, and one that nobody has certified.
fn configured(home: &TestHome, upstream: &Upstream, more: &str) -> Gateway {
    let text = format!(
        "listen = \"127.0.0.1:0\"\nthreads = 2\npolicy = \"open\"\n[certificates]\n{more}\n\
         [[server]]\nname = \"clock\"\ncertified = \"clock\"\nshare = \"all\"\n\
         [[server]]\nname = \"other\"\nurl = \"{}\"\nshare = \"all\"\n",
        upstream.url()
    );
    home.write("gateway.toml", text);
    Gateway::approve(home, "other");
    Gateway::serve(home)
}

#[test]
fn what_is_not_certified_is_neither_listed_nor_called_where_that_is_required() {
    let home = TestHome::new();
    ready(&home);
    let upstream = Upstream::legacy(&[]);
    let gateway = configured(&home, &upstream, "required = true");
    let visitor = Visitor::modern(gateway.address());
    let names = visitor.list("tools");
    assert_eq!(names, ["clock__now", "clock__wait"]);
    assert_eq!(visitor.call("clock__now", &json!({})).code(), None);
    let refused = visitor.call("other__echo", &json!({"word": "x"}));
    assert_eq!(refused.reason(), Some("not-certified".into()));
    drop(gateway.stop());
}

#[test]
fn what_is_revoked_is_gone_within_seconds_and_what_waits_is_answered() {
    let home = TestHome::new();
    ready(&home);
    let upstream = Upstream::legacy(&[]);
    let gateway = configured(&home, &upstream, "");
    let visitor = Visitor::modern(gateway.address());
    assert!(visitor.list("tools").contains(&"clock__now".into()));
    let request = visitor.request(
        &json!("waits"),
        "tools/call",
        &json!({"name": "clock__wait", "arguments": {}}),
    );
    let mut wire = visitor.open(&request);
    drop(home.run(["revoke", "clock", "--reason", "it was stolen"]).success());
    let answer = wire.reply().expect("it is answered");
    assert_eq!(answer.reason(), Some("certificate-revoked".into()), "{answer:?}");
    visitor.await_tools(SOON, |names| !names.iter().any(|name| name.starts_with("clock__")));
    let refused = visitor.call("clock__now", &json!({}));
    assert_eq!(refused.reason(), Some("certificate-revoked".into()));
    // What nobody asked a certificate of goes on.
    assert_eq!(visitor.call("other__echo", &json!({"word": "x"})).code(), None);
    gateway.await_said("does not count as certified any more: certificate-revoked", 1);
    drop(gateway.stop());
}

#[test]
fn what_is_below_the_level_is_not_there() {
    let home = TestHome::new();
    ready(&home);
    let upstream = Upstream::legacy(&[]);
    let gateway = configured(&home, &upstream, "level = 3");
    let visitor = Visitor::modern(gateway.address());
    assert!(!visitor.list("tools").contains(&"clock__now".into()));
    let refused = visitor.call("clock__now", &json!({}));
    assert_eq!(refused.reason(), Some("certificate-below-level".into()));
    drop(gateway.stop());
}

// Every part that a certificate rests on, changed while the gateway runs.
#[test]
fn whatever_is_changed_of_what_it_rests_on_it_is_neither_listed_nor_called() {
    let home = TestHome::new();
    ready(&home);
    let other = format!("sha256:{}", "0".repeat(64));
    drop(home.run(["revoke", &other, "--reason", "another one"]).success());
    let upstream = Upstream::legacy(&[]);
    let gateway = configured(&home, &upstream, "");
    let visitor = Visitor::modern(gateway.address());
    visitor.await_tools(SOON, |names| names.contains(&"clock__now".into()));
    let log = home.warden().join("log");
    let checkpoint = log.join("checkpoint");
    for (file, at, reason) in [
        (certificate(&home), 40, "certificate-not-trusted"),
        (certificate(&home), 4000, "certificate-not-trusted"),
        (home.warden().join("revocations.json"), 60, "certificate-could-not-tell"),
        (checkpoint.clone(), 60, "certificate-not-logged"),
        (log.join("tile/0/000.p/2"), 10, "certificate-not-logged"),
    ] {
        let whole = fs::read(&file).unwrap();
        let note = fs::read(&checkpoint).unwrap();
        touch(&file, at);
        if file.starts_with(&log) && file != checkpoint {
            // A log is looked at when it has another checkpoint.
            fs::write(&checkpoint, &note).unwrap();
        }
        visitor.await_reason(SOON, "clock__now", Some(reason));
        let names = visitor.list("tools");
        assert!(!names.contains(&"clock__now".into()), "{}: {names:?}", file.display());
        fs::write(&file, whole).unwrap();
        fs::write(&checkpoint, note).unwrap();
        visitor.await_reason(SOON, "clock__now", None);
        visitor.await_tools(SOON, |names| names.contains(&"clock__now".into()));
    }
    drop(gateway.stop());
}

#[test]
fn a_changed_tree_is_not_started_by_a_gateway() {
    let home = TestHome::new();
    ready(&home);
    touch(&below(&home.warden().join("store/trees"), "server.py"), 40);
    let upstream = Upstream::legacy(&[]);
    let gateway = configured(&home, &upstream, "");
    let visitor = Visitor::modern(gateway.address());
    let names = visitor.list("tools");
    assert!(!names.iter().any(|name| name.starts_with("clock__")), "{names:?}");
    let refused = visitor.call("clock__now", &json!({}));
    assert!(refused.code().is_some(), "{refused:?}");
    drop(gateway.stop());
}

#[test]
fn a_server_behind_an_address_is_certified_by_what_it_shows() {
    let home = TestHome::new();
    let upstream = Upstream::legacy(&[]);
    let url = upstream.url();
    let outcome = home.run(["certify", &url, "--name", "remote"]);
    assert_eq!(outcome.code, Some(14), "its bytes are not known: {}", outcome.block());
    let text = format!(
        "listen = \"127.0.0.1:0\"\nthreads = 2\npolicy = \"open\"\n\
         [[server]]\nname = \"remote\"\ncertified = \"remote\"\nurl = \"{url}\"\n\
         environment = \"sandbox\"\nshare = \"all\"\n"
    );
    home.write("gateway.toml", text);
    Gateway::approve(&home, "remote");
    let gateway = Gateway::serve(&home);
    let visitor = Visitor::modern(gateway.address());
    assert_eq!(visitor.call("remote__echo", &json!({"word": "x"})).code(), None);
    drop(home.run(["quarantine", "remote", "--reason", "who knows"]).success());
    visitor.await_tools(SOON, <[String]>::is_empty);
    drop(gateway.stop());
}

#[test]
fn an_older_list_of_revocations_takes_away_what_it_would_bring_back() {
    let home = TestHome::new();
    ready(&home);
    let upstream = Upstream::legacy(&[]);
    let other = format!("sha256:{}", "0".repeat(64));
    drop(home.run(["revoke", &other, "--reason", "another one"]).success());
    let list = home.warden().join("revocations.json");
    let older = fs::read(&list).unwrap();
    let gateway = configured(&home, &upstream, "");
    let visitor = Visitor::modern(gateway.address());
    assert!(visitor.list("tools").contains(&"clock__now".into()));
    drop(home.run(["revoke", "clock", "--reason", "it was stolen"]).success());
    visitor.await_tools(SOON, |names| !names.contains(&"clock__now".into()));
    fs::write(&list, older).unwrap();
    let deadline = Instant::now() + Duration::from_secs(30);
    let older = loop {
        let refused = visitor.call("clock__now", &json!({}));
        match refused.reason().as_deref() {
            Some("certificate-revoked") if Instant::now() < deadline => thread::yield_now(),
            other => break other.map(str::to_owned),
        }
    };
    assert_eq!(older.as_deref(), Some("certificate-revocations-older"));
    drop(gateway.stop());
}
