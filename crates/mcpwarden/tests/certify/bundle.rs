//! R52: a bundle that was changed anywhere is refused where it is verified and where it is used,
//! and what it revokes stops within seconds.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use warden_audit::{Filter, select};
use warden_policy::Time;
use warden_testkit::{
    Client, TestHome,
    gateway::{Gateway, visitor::Visitor},
};

use crate::{
    ERA,
    bundled::{await_call, await_list, make, serve},
    parts::{Parts, touch, touched},
    ready, refused,
};

const OTHER: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

/// Changes a line of a bundle.
type Change = fn(&mut Value);

/// A gateway whose certificates come in the bundle.
fn gateway(home: &TestHome) -> Gateway {
    serve(home, "", "")
}

/// Changes the envelope in the first line.
fn envelope(bytes: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let at = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let mut value: Value = serde_json::from_slice(&bytes[..at]).unwrap();
    change(&mut value);
    [serde_json::to_vec(&value).unwrap().as_slice(), &bytes[at..]].concat()
}

/// Every class of bytes, changed: by somebody without the key, and then by somebody who has it.
fn changed(home: &TestHome, bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut all: Vec<(&'static str, Vec<u8>)> = vec![
        ("type", envelope(bytes, |value| touch(&mut value["payloadType"]))),
        ("payload", envelope(bytes, |value| touch(&mut value["payload"]))),
        ("signature", envelope(bytes, |value| touch(&mut value["signatures"][0]["sig"]))),
        ("no signature", envelope(bytes, |value| value["signatures"] = json!([]))),
        ("a member more", envelope(bytes, |value| value["more"] = json!(1))),
        (
            "a line less",
            bytes[..=bytes[..bytes.len() - 1].iter().rposition(|b| *b == b'\n').unwrap()].to_vec(),
        ),
        ("a line more", [bytes, b"{}\n"].concat()),
        ("cut off", bytes[..bytes.len() - 1].to_vec()),
    ];
    // Any byte behind the first line, whatever it belongs to.
    let body = bytes.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for part in 0..8 {
        let mut other = bytes.to_vec();
        other[body + (bytes.len() - body) * part / 8] ^= 1;
        all.push(("a byte of the body", other));
    }
    let mut signed = |name, change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::of(home, bytes);
        change(&mut parts);
        all.push((name, parts.signed()));
    };
    signed("revocations", &|parts| parts.line(0, |line| touch(&mut line["revocations"])));
    signed("checkpoint", &|parts| parts.head.checkpoint = touched(&parts.head.checkpoint));
    signed("sequence", &|parts| parts.head.sequence = 0);
    signed("version", &|parts| parts.head.version = 2);
    signed("count", &|parts| parts.head.certificates += 1);
    signed("times", &|parts| parts.head.expires = parts.head.issued);
    signed("form of a line", &|parts| parts.lines[1].push(b' '));
    signed("a certificate twice", &|parts| {
        parts.lines.push(parts.lines[1].clone());
        parts.head.certificates += 1;
    });
    all
}

#[test]
fn a_bundle_that_was_changed_anywhere_is_refused_at_verify_and_at_the_gateway() {
    let home = TestHome::new();
    ready(&home);
    drop(home.run(["revoke", OTHER, "--reason", "somebody else's"]).success());
    let file = make(&home);
    let whole = fs::read(&file).unwrap();
    let name = file.display().to_string();
    assert_eq!(home.run(["bundle", "verify", &name]).code, Some(0));
    let all = changed(&home, &whole);
    home.write(&file, &all[0].1);
    let gateway = gateway(&home);
    let visitor = Visitor::modern(gateway.address());
    for (count, (class, bytes)) in all.iter().enumerate() {
        home.write(&file, bytes);
        let outcome = home.run(["bundle", "verify", &name]);
        assert_eq!(outcome.code, Some(4), "{class}: {}", outcome.block());
        assert!(outcome.stderr.contains("is not believed"), "{class}: {}", outcome.stderr);
        let outcome = home.run(["bundle", "install", &name]);
        assert_eq!(outcome.code, Some(4), "{class}: {}", outcome.block());
        let outcome = home.run(["run", "clock", "--bundle", &name]);
        assert_eq!(outcome.code, Some(4), "{class}: {}", outcome.block());
        assert!(outcome.stderr.contains("could-not-tell"), "{class}: {}", outcome.stderr);
        // Once for what is there now, which may be the one that it began with.
        gateway.await_said("no bundle counts", count.max(1));
        let refused = visitor.call("clock__now", &json!({})).reason();
        assert_eq!(refused.as_deref(), Some("certificate-could-not-tell"), "{class}");
        assert_eq!(visitor.list("tools"), [""; 0], "{class}");
    }
    home.write(&file, &whole);
    await_call(&visitor, None);
    await_list(&visitor, &["clock__now", "clock__wait"]);
    drop(gateway.stop());
}

#[test]
fn a_certificate_or_proof_that_was_changed_inside_counts_for_nothing() {
    let home = TestHome::new();
    ready(&home);
    let file = make(&home);
    let whole = fs::read(&file).unwrap();
    let name = file.display().to_string();
    let mut cases: Vec<(&str, Vec<u8>)> = Vec::new();
    let mut signed = |name, change: &dyn Fn(&mut Value)| {
        let mut parts = Parts::of(&home, &whole);
        parts.line(0, change);
        cases.push((name, parts.signed()));
    };
    signed("certificate", &|line| touch(&mut line["certificate"]));
    signed("place", &|line| line["index"] = json!(line["index"].as_u64().unwrap() + 1));
    signed("proof", &|line| line["path"] = json!([OTHER]));
    signed("no proof", &|line| line["path"] = json!([]));
    for (class, bytes) in cases {
        home.write(&file, bytes);
        let outcome = home.run(["bundle", "verify", &name]);
        assert_eq!(outcome.code, Some(13), "{class}: {}", outcome.block());
        assert!(outcome.stderr.contains("1 certificates in it are not believed"), "{class}");
        // A state of its own for each: they all have one number.
        drop(fs::remove_dir_all(home.warden().join("bundles")));
        let outcome = home.run(["run", "clock", "--bundle", &name]);
        assert_eq!(outcome.code, Some(4), "{class}: {}", outcome.block());
        assert!(outcome.stderr.contains("not-certified"), "{class}: {}", outcome.stderr);
    }
    // The key beside a signature is a hint: another one changes nothing that was signed.
    let hint = envelope(&whole, |value| touch(&mut value["signatures"][0]["keyid"]));
    home.write(&file, hint);
    let outcome = home.run(["bundle", "verify", &name]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

/// Where the text of this member begins in a bundle.
fn inside(bundle: &[u8], member: &str) -> usize {
    let name = format!("\"{member}\":");
    bundle.windows(name.len()).rposition(|text| text == name.as_bytes()).unwrap() + name.len()
}

#[test]
fn what_was_changed_inside_is_neither_listed_nor_called_at_the_gateway() {
    let home = TestHome::new();
    ready(&home);
    drop(home.run(["revoke", OTHER, "--reason", "somebody else's"]).success());
    let file = make(&home);
    let whole = fs::read(&file).unwrap();
    let gateway = gateway(&home);
    let visitor = Visitor::modern(gateway.address());
    await_call(&visitor, None);
    let all = ["clock__now", "clock__wait"];
    // By somebody without the key: the bundle is refused, and the one before stays in force.
    let mut refusals = 0;
    for member in ["certificate", "path", "revocations"] {
        let mut changed = whole.clone();
        changed[inside(&whole, member) + 20] ^= 1;
        home.write(&file, changed);
        refusals += 1;
        gateway.await_said("number 1 stays in force", refusals);
        assert_eq!(visitor.call("clock__now", &json!({})).reason(), None, "{member}");
        assert_eq!(visitor.list("tools"), all, "{member}");
    }
    // By somebody who has the key of bundles: what cannot be believed in it is left out.
    let changes: [(&str, &str, Change); 4] = [
        ("certificate", "the signature is not believed", |line| touch(&mut line["certificate"])),
        ("place", "it is not in the log", |line| {
            line["index"] = json!(line["index"].as_u64().unwrap() + 1);
        }),
        ("proof", "it is not in the log", |line| line["path"] = json!([OTHER])),
        ("no proof", "it is not in the log", |line| line["path"] = json!([])),
    ];
    let numbered = |sequence: usize, change: &dyn Fn(&mut Parts)| {
        let mut parts = Parts::of(&home, &whole);
        parts.head.sequence = sequence as u64;
        change(&mut parts);
        parts.signed()
    };
    for (count, (class, why, change)) in changes.into_iter().enumerate() {
        let next = numbered(2 + 2 * count, &|parts| {
            let at = parts.at("certificate");
            parts.line(at, change);
        });
        home.write(&file, next);
        await_call(&visitor, Some("not-certified"));
        assert_eq!(visitor.list("tools"), [""; 0], "{class}");
        gateway.await_said("0 approvals; 1 certificates in it are not believed", count + 1);
        gateway.await_said(why, count.max(1));
        gateway.await_said("does not count as certified any more: not-certified", count + 1);
        home.write(&file, numbered(3 + 2 * count, &|_| {}));
        await_call(&visitor, None);
        await_list(&visitor, &all);
    }
    // A list of what is revoked that nobody has signed is no list, and so there is no bundle.
    let next = numbered(100, &|parts| {
        let at = parts.at("revocations");
        parts.line(at, |line| touch(&mut line["revocations"]));
    });
    home.write(&file, next);
    gateway.await_said("number 9 stays in force", 1);
    await_call(&visitor, None);
    drop(gateway.stop());
}

#[test]
fn a_bundle_that_has_expired_lets_nothing_pass() {
    let home = TestHome::new();
    ready(&home);
    let file = make(&home);
    let mut parts = Parts::of(&home, &fs::read(&file).unwrap());
    let hour = 3_600_000_000;
    let earlier = |time: Time| Time::from_micros(time.micros() - 48 * hour);
    parts.head.issued = earlier(parts.head.issued);
    parts.head.expires = earlier(parts.head.expires);
    home.write(&file, parts.signed());
    let name = file.display().to_string();
    let outcome = home.run(["bundle", "verify", &name]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert_eq!(home.run(["bundle", "install", &name]).code, Some(4));
    let gateway = gateway(&home);
    let visitor = Visitor::modern(gateway.address());
    let refused = visitor.call("clock__now", &json!({})).reason();
    assert_eq!(refused.as_deref(), Some("certificate-bundle-expired"));
    assert_eq!(visitor.list("tools"), [""; 0]);
    drop(gateway.stop());
}

#[test]
fn what_the_next_bundle_revokes_is_gone_within_seconds_and_what_waits_is_answered() {
    let home = TestHome::new();
    ready(&home);
    let file = make(&home);
    let old = fs::read(&file).unwrap();
    let gateway = gateway(&home);
    let visitor = Visitor::modern(gateway.address());
    await_call(&visitor, None);
    let request = visitor.request(
        &json!("waits"),
        "tools/call",
        &json!({"name": "clock__wait", "arguments": {}}),
    );
    let mut wire = visitor.open(&request);
    // What this machine knows counts besides; here the bundle alone is to bring the news.
    drop(home.run(["quarantine", "clock", "--reason", "it was stolen"]).success());
    make(&home);
    let answer = wire.reply().expect("it is answered");
    assert_eq!(answer.reason(), Some("certificate-quarantined".into()), "{answer:?}");
    await_call(&visitor, Some("certificate-quarantined"));
    assert_eq!(visitor.list("tools"), [""; 0], "what is not called is not listed");
    drop(home.run(["quarantine", "clock", "--lift", "--reason", "it was nothing"]).success());
    make(&home);
    await_call(&visitor, None);
    gateway.await_said("counts as certified again", 1);
    await_list(&visitor, &["clock__now", "clock__wait"]);
    // An older bundle does not come back, whoever puts it there.
    home.write(&file, old);
    gateway.await_said("number 3 stays in force", 1);
    await_call(&visitor, None);
    drop(gateway.stop());
}

#[test]
fn a_machine_that_has_certified_nothing_runs_what_its_bundle_says() {
    let home = TestHome::new();
    ready(&home);
    let name = make(&home).display().to_string();
    drop(home.run(["bundle", "install", &name]).success());
    // The bytes come with the store; whether they count says the bundle alone.
    fs::remove_dir_all(home.warden().join("certificates")).unwrap();
    let mut client = Client::connect(&mut home.mcpwarden(["run", "clock"]), ERA);
    assert!(client.call("now", json!({})).is_ok());
    let waits = client.start("tools/call", json!({"name": "wait", "arguments": {}}));
    let mut parts = Parts::of(&home, &fs::read(&name).unwrap());
    parts.lines.clear();
    (parts.head.certificates, parts.head.sequence) = (0, 2);
    home.write(&name, parts.signed());
    drop(home.run(["bundle", "install", &name]).success());
    drop(client.finish(waits).expect_err("nobody answers any more"));
    client.wait();
    assert!(client.stderr().contains("not-certified"), "{}", client.stderr());
    assert!(refused(&home).contains("not-certified"));
    drop(home.run(["bundle", "remove"]).success());
    assert_eq!(home.run(["bundle", "remove"]).code, Some(4));
}

#[test]
fn a_bundle_is_shown_and_verified_with_the_keys_that_are_named() {
    let (home, other) = (TestHome::new(), TestHome::new());
    ready(&home);
    let name = make(&home).display().to_string();
    let shown = home.run(["bundle", "show", &name]).success();
    assert!(shown.contains("Bundle 1 of") && shown.contains("level 2"), "{shown}");
    let outcome = other.run(["bundle", "verify", &name]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("no trusted key"), "{}", outcome.stderr);
    let trust = other.work().join("trust.json").display().to_string();
    drop(home.run(["trust", "export", "--output", &trust]).success());
    let outcome = other.run(["bundle", "verify", &name, "--trust", &trust]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

#[test]
fn clients_are_told_when_what_they_see_changes() {
    let home = TestHome::new();
    ready(&home);
    make(&home);
    let gateway = gateway(&home);
    let visitor = Visitor::modern(gateway.address());
    await_call(&visitor, None);
    let request = visitor.request(
        &json!("listens"),
        "subscriptions/listen",
        &json!({"notifications": {"toolsListChanged": true}}),
    );
    let mut wire = visitor.open(&request);
    assert_eq!(wire.head().expect("an answer").status, 200);
    let begun = wire.event().expect("it begins");
    assert!(begun.to_string().contains("acknowledged"), "{begun}");
    drop(home.run(["quarantine", "clock", "--reason", "who knows"]).success());
    let told = wire.event().expect("it is told");
    assert_eq!(told["method"], "notifications/tools/list_changed", "{told}");
    drop(gateway.stop());
}

/// The last record of this event in the ledger.
#[track_caller]
fn last_record(home: &TestHome, event: &str) -> Value {
    let filter = Filter { event: Some(event.to_owned()), ..Filter::default() };
    let found = select(&home.warden().join("ledger"), &filter, usize::MAX).expect("it is read");
    let last = found.records.last().unwrap_or_else(|| panic!("there is no {event}"));
    serde_json::from_str(&last.body).expect("it is JSON")
}

#[test]
fn the_ledger_names_the_bundle_that_let_pass_and_the_one_that_refused() {
    let home = TestHome::new();
    ready(&home);
    let file = make(&home);
    let gateway = gateway(&home);
    let visitor = Visitor::modern(gateway.address());
    await_call(&visitor, None);
    let named = |file: &PathBuf| {
        let bytes = fs::read(file).unwrap();
        let parts = Parts::of(&home, &bytes);
        let payload = parts.head.write().unwrap();
        json!({
            "digest": warden_model::Digest::of(&payload).to_string(),
            "issued": parts.head.issued,
            "sequence": parts.head.sequence,
        })
    };
    let first = named(&file);
    assert_eq!(last_record(&home, "call.intent")["bundle"], first);
    let request = visitor.request(
        &json!("waits"),
        "tools/call",
        &json!({"name": "clock__wait", "arguments": {}}),
    );
    let mut wire = visitor.open(&request);
    gateway.await_said("bundle 1 of", 1);
    drop(home.run(["quarantine", "clock", "--reason", "it was stolen"]).success());
    make(&home);
    // What this machine knows counts at once; the bundle is there within a second.
    gateway.await_said("bundle 2 of", 1);
    let answer = wire.reply().expect("it is answered");
    assert_eq!(answer.reason(), Some("certificate-quarantined".into()), "{answer:?}");
    await_call(&visitor, Some("certificate-quarantined"));
    let second = named(&file);
    assert_eq!(second["sequence"], 2);
    let refused = last_record(&home, "call.refused");
    assert_eq!(refused["reason"], "certificate-quarantined", "{refused}");
    assert_eq!(refused["bundle"], second, "{refused}");
    let closed = last_record(&home, "call.closed");
    assert_eq!(closed["reason"], "certificate-quarantined", "{closed}");
    let sequence = closed["bundle"]["sequence"].as_u64();
    assert!(sequence.is_some(), "{closed}");
    drop(gateway.stop());
    let whole = home.run(["audit", "verify"]);
    assert_eq!(whole.code, Some(0), "{}", whole.block());
}
