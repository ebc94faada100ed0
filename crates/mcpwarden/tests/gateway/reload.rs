//! Configuration and approvals that change while calls are under way, and the end.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup, left_behind, tree_of,
        upstream::{Trouble, Upstream},
        visitor::{LEGACY, MODERN, Visitor},
        wire::Wire,
    },
};

use crate::{beside, records};

/// What changes is read within a second or so, if there is nothing else to do.
const SOON: Duration = Duration::from_mins(1);

/// What it says once it has gone over to what is written now.
const AGAIN: &str = "read the configuration and the approvals again";

/// A call that is answered when a second one for the same comes: tests decide when it ends.
static WAITS: &[(&str, Trouble)] = &[("wait", |talk| {
    let file = talk.message["params"]["arguments"]["until"].as_str().unwrap_or_default().to_owned();
    let deadline = Instant::now() + Duration::from_mins(1);
    while !std::path::Path::new(&file).exists() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(2));
    }
    talk.echo()
})];

/// The standing stream of a session.
fn standing(visitor: &Visitor) -> Wire {
    let mut wire = Wire::connect(visitor.address);
    let headers = visitor.headers(&json!(null));
    let mut headers: Vec<_> = headers.iter().map(|(n, v)| (*n, v.as_str())).collect();
    headers.push(("Accept", "text/event-stream"));
    wire.ask("GET", &visitor.path, &headers).expect("it is taken");
    assert_eq!(wire.head().expect("an answer").status, 200);
    wire
}

#[test]
fn no_call_and_no_stream_is_dropped_while_the_configuration_changes() {
    let home = TestHome::new();
    let upstream = Upstream::legacy(WAITS);
    let first = Setup::new()
        .program("fix", &["--bare"])
        .url("slow", &upstream.url())
        .more("prefix = \"slow__\"");
    let gateway = Gateway::start(&home, &first);
    let legacy = Visitor::legacy(gateway.address(), LEGACY[3]);
    let modern = Visitor::modern(gateway.address());
    let mut stream = standing(&legacy);
    let until = home.path().join("until");
    let arguments = json!({"until": until.display().to_string(), "word": "held"});
    let under_way: Vec<_> = [&legacy, &modern]
        .into_iter()
        .map(|visitor| {
            let params = json!({"name": "slow__wait", "arguments": arguments});
            visitor.open(&visitor.request(&json!("held"), "tools/call", &params))
        })
        .collect();
    while upstream.seen("tools/call").len() < under_way.len() {
        thread::yield_now();
    }
    beside(&gateway, || {
        // A new server.
        let more = first.clone().program("more", &["--bare"]).more("prefix = \"more__\"");
        Gateway::write(&home, &more);
        Gateway::approve(&home, "more");
        modern.await_tools(SOON, |names| names.contains(&"more__echo".into()));
        assert_eq!(modern.call("more__echo", &json!({})).code(), None);
        // It is told on the standing stream.
        let told = stream.event().expect("news");
        assert_eq!(told["method"], "notifications/tools/list_changed", "{told}");
        // A broken file changes nothing.
        home.write("gateway.toml", "listen = 5\n[[server");
        gateway.await_said("the configuration stays as it was", 1);
        assert_eq!(legacy.call("more__echo", &json!({})).code(), None);
        // Nor does one that contradicts itself. Until the twin is approved it does not, so what is
        // asked for below is in it.
        let same = more.clone().program("twin", &["--bare"]);
        home.write("gateway.toml", same.text());
        Gateway::approve(&home, "twin");
        gateway.await_said("the configuration stays as it was", 2);
        assert_eq!(legacy.call("more__echo", &json!({})).code(), None);
        // A server that is taken out, with a call to it under way.
        Gateway::write(&home, &first.clone().without("slow"));
        modern.await_tools(SOON, |names| !names.iter().any(|name| name.starts_with("slow__")));
        assert!(modern.call("slow__echo", &json!({})).code().is_some());
        assert!(legacy.call("more__echo", &json!({})).code().is_some());
    });
    std::fs::write(&until, "").expect("our own file");
    for mut wire in under_way {
        let reply = wire.reply().expect("what was under way is answered");
        assert!(reply.json()["result"].to_string().contains("held"), "{}", reply.text());
    }
    legacy.prove_served();
    assert!(gateway.stop().status.success());
    let open = records(&home, "call.intent").len();
    assert_eq!(records(&home, "call.closed").len(), open);
}

#[test]
fn an_approval_that_changes_holds_from_the_next_call_on() {
    let home = TestHome::new();
    let day = home.write("day", "1");
    let flag = format!("--day-file={}", day.display());
    let gateway = Gateway::start(&home, &Setup::new().program("fix", &["--bare", &flag]));
    let visitors = [Visitor::modern(gateway.address()), Visitor::of(gateway.address(), LEGACY[3])];
    for visitor in &visitors {
        assert!(!visitor.list("tools").contains(&"send_email".into()));
        assert!(visitor.call("send_email", &json!({})).code().is_some());
    }
    home.write("day", "7");
    Gateway::approve(&home, "fix");
    gateway.await_said(AGAIN, 1);
    for visitor in &visitors {
        visitor.await_tools(SOON, |names| names.contains(&"send_email".into()));
        assert_eq!(visitor.call("send_email", &json!({})).code(), None);
        visitor.prove_served();
    }
}

#[test]
fn told_to_stop_it_ends_what_is_under_way_and_leaves_nobody_behind() {
    let home = TestHome::new();
    let child = home.path().join("child");
    let flags = [
        "--bare",
        &format!("--spawn-child={}", child.display()),
        &format!("--spawn-session={}", home.path().join("session").display()),
    ];
    let upstream = Upstream::modern(WAITS);
    let setup = Setup::new()
        .program("fix", &flags)
        .share("session")
        .url("slow", &upstream.url())
        .more("prefix = \"slow__\"");
    let gateway = Gateway::start(&home, &setup);
    let visitors: Vec<_> = LEGACY
        .iter()
        .chain(&[MODERN])
        .map(|revision| Visitor::of(gateway.address(), revision))
        .collect();
    visitors.iter().for_each(Visitor::prove_served);
    let mut stream = standing(&visitors[3]);
    assert!(tree_of(gateway.pid()).len() > 4, "there are servers to leave behind");
    let until = home.path().join("until");
    let params = json!({"name": "slow__wait",
        "arguments": {"until": until.display().to_string(), "word": "held"}});
    let mut under_way: Vec<_> = visitors
        .iter()
        .map(|visitor| visitor.open(&visitor.request(&json!("held"), "tools/call", &params)))
        .collect();
    while upstream.seen("tools/call").len() < under_way.len() {
        thread::yield_now();
    }
    gateway.signal("TERM");
    gateway.await_said("ends what is under way", 1);
    // It says so before it does so; then nobody comes in any more, and streams end cleanly, while
    // what was under way still is.
    let comes_in = || {
        Wire::try_connect(gateway.address()).and_then(|mut wire| {
            wire.ask("GET", "/healthz", &[])?;
            wire.reply()
        })
    };
    let deadline = Instant::now() + Duration::from_mins(1);
    while comes_in().is_ok() {
        assert!(Instant::now() < deadline, "somebody still comes in");
    }
    while stream.chunk().expect("the stream ends with its last chunk").is_some() {}
    std::fs::write(&until, "").expect("our own file");
    for wire in &mut under_way {
        let reply = wire.reply().expect("what was under way is answered");
        assert!(reply.json()["result"].to_string().contains("held"), "{}", reply.text());
    }
    let ended = gateway.wait();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(ended.left.is_empty(), "{ended:?}");
    let child = home.await_file(&child);
    assert!(!warden_testkit::is_running(&child), "its child still runs");
    assert_eq!(left_behind(&home), Vec::<u32>::new());
}

#[test]
fn what_takes_too_long_at_the_end_is_cut_off() {
    let home = TestHome::new();
    let upstream = Upstream::legacy(WAITS);
    let setup = Setup::new()
        .top("drain = 1")
        .program("fix", &["--bare"])
        .url("slow", &upstream.url())
        .more("prefix = \"slow__\"");
    let gateway = Gateway::start(&home, &setup);
    let visitor = Visitor::modern(gateway.address());
    visitor.prove_served();
    let params = json!({"name": "slow__wait", "arguments": {"until": "/nowhere"}});
    let mut wire = visitor.open(&visitor.request(&json!("held"), "tools/call", &params));
    while upstream.seen("tools/call").is_empty() {
        thread::yield_now();
    }
    let ended = gateway.stop();
    assert_eq!(ended.status.code(), Some(0), "{ended:?}");
    assert!(ended.said.contains("cut off 1"), "{ended:?}");
    assert!(ended.left.is_empty(), "{ended:?}");
    assert!(wire.reply().is_err());
    // What nobody saw the end of is on record as that.
    assert_eq!(records(&home, "call.closed").len(), records(&home, "call.intent").len());
}

#[test]
fn killed_it_leaves_no_server_behind() {
    let home = TestHome::new();
    let gateway = Gateway::start(&home, &Setup::new().program("fix", &["--bare"]));
    Visitor::modern(gateway.address()).prove_served();
    let below = tree_of(gateway.pid());
    assert!(!below.is_empty());
    gateway.signal("KILL");
    for process in below {
        let gone = warden_testkit::ends_within(&process.to_string(), Duration::from_secs(30));
        assert!(gone, "{process} still runs");
    }
}
