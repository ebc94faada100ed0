//! R52, by a bundle: the gateway decides from the approvals in it, and from nothing else.

use std::fs;

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{Gateway, visitor::Visitor},
};

use crate::{
    SANDBOX, approved,
    bundled::{await_call, await_list, make, serve},
    by,
    parts::{Parts, touch},
    request, sign,
};

const OTHER: &str = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

const NOT_APPROVED: Option<&str> = Some("certificate-not-approved-here");

/// Changes a line of a bundle.
type Change = fn(&mut Value);

/// A gateway that asks for approval, and whose approvals come in the bundle.
fn gateway(home: &TestHome, environment: &str) -> Gateway {
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    serve(home, "approved = true", &format!("environment = \"{environment}\""))
}

/// Waits until a call and the list are answered as they should be.
#[track_caller]
fn await_answer(visitor: &Visitor, reason: Option<&str>) {
    await_call(visitor, reason);
    await_list(visitor, if reason.is_none() { &["clock__now"] } else { &[] });
}

#[test]
fn what_a_bundle_says_is_approved_is_served_and_what_the_next_takes_back_is_not() {
    let home = approved();
    let file = make(&home);
    let shown = home.run(["bundle", "show", &file.display().to_string()]).success();
    assert!(shown.contains("  approved  clock"), "{shown}");
    // What this machine has itself says nothing: all of it is in the bundle.
    let (own, away) = (home.warden().join("approvals"), home.work().join("approvals"));
    fs::rename(&own, &away).unwrap();
    let gateway = gateway(&home, "sandbox");
    let visitor = Visitor::modern(gateway.address());
    await_answer(&visitor, None);
    gateway.await_said("1 certificates, 1 approvals", 1);
    fs::rename(&away, &own).unwrap();
    drop(by(&home, "ann", &["withdraw", "--reason", "a leak"]).success());
    make(&home);
    await_answer(&visitor, NOT_APPROVED);
    gateway.await_said("in the bundle and not approved: `clock` (withdrawn)", 1);
    gateway.await_said("does not count as certified any more: certificate-not-approved-here", 1);
    request(&home, "mia", SANDBOX);
    make(&home);
    gateway.await_said("in the bundle and not approved: `clock` (pending)", 1);
    drop(sign(&home, "ann", "approve").success());
    make(&home);
    await_answer(&visitor, None);
    drop(gateway.stop());
}

#[test]
fn what_a_bundle_approves_for_a_sandbox_is_not_there_in_production() {
    let home = approved();
    make(&home);
    let gateway = gateway(&home, "production");
    await_answer(&Visitor::modern(gateway.address()), NOT_APPROVED);
    drop(gateway.stop());
}

#[test]
fn a_bundle_that_names_no_approval_lets_nothing_pass_that_has_to_be_approved() {
    let home = approved();
    let file = make(&home);
    let mut parts = Parts::of(&home, &fs::read(&file).unwrap());
    parts.lines.remove(parts.at("approval"));
    parts.head.approvals = 0;
    home.write(&file, parts.signed());
    let gateway = gateway(&home, "sandbox");
    await_answer(&Visitor::modern(gateway.address()), NOT_APPROVED);
    drop(gateway.stop());
}

#[test]
fn the_gateway_counts_votes_by_the_policy_of_its_own_machine() {
    let home = approved();
    make(&home);
    let gateway = gateway(&home, "sandbox");
    let visitor = Visitor::modern(gateway.address());
    await_answer(&visitor, None);
    let policy = "[people]\nann = \"security-officer\"\nben = \"security-officer\"\n";
    let file = home.warden().join("approval.toml");
    home.write(&file, format!("{policy}[tier_2]\nneeded = 2\n[tier_3]\nneeded = 2\n"));
    await_answer(&visitor, NOT_APPROVED);
    home.write(&file, policy);
    await_answer(&visitor, None);
    // What cannot be read asks for nobody, and that is no yes.
    home.write(&file, "people = 1\n");
    await_answer(&visitor, Some("certificate-could-not-tell"));
    gateway.await_said("no approval counts", 1);
    drop(gateway.stop());
}

#[test]
fn who_is_not_trusted_at_the_gateway_approves_nothing() {
    let home = approved();
    make(&home);
    let trust = home.work().join("others.json");
    let trusted = fs::read_to_string(home.warden().join("trust.json")).unwrap();
    let mut value: Value = serde_json::from_str(&trusted).unwrap();
    let keys = value["keys"].as_array_mut().unwrap();
    // Whoever made the bundle is trusted for all of it, and Ann is nobody here.
    keys.retain(|key| key["name"] != "ann");
    assert!(!keys.is_empty(), "{trusted}");
    home.write(&trust, value.to_string());
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let file = home.work().join("certificates.bundle").display().to_string();
    let text = format!(
        "listen = \"127.0.0.1:0\"\nthreads = 2\npolicy = \"open\"\n\
         [certificates]\napproved = true\nbundle = \"{file}\"\ntrust = \"{}\"\n\
         [[server]]\nname = \"clock\"\ncertified = \"clock\"\nenvironment = \"sandbox\"\n\
         share = \"all\"\n",
        trust.display()
    );
    home.write("gateway.toml", text);
    let gateway = Gateway::serve(&home);
    await_answer(&Visitor::modern(gateway.address()), NOT_APPROVED);
    gateway.await_said("1 approvals in it are not believed", 1);
    drop(gateway.stop());
}

#[test]
fn an_approval_that_was_changed_inside_counts_for_nothing_at_the_gateway() {
    let home = approved();
    let file = make(&home);
    let name = file.display().to_string();
    let whole = fs::read(&file).unwrap();
    let gateway = gateway(&home, "sandbox");
    let visitor = Visitor::modern(gateway.address());
    await_answer(&visitor, None);
    // By somebody without the key: the one before stays in force.
    let at = whole.windows(12).rposition(|text| text == b"{\"approval\":").unwrap();
    for (count, step) in [20, 2000, whole.len() - at - 10].into_iter().enumerate() {
        let mut changed = whole.clone();
        changed[at + step] ^= 1;
        home.write(&file, changed);
        gateway.await_said("number 1 stays in force", count + 1);
        await_answer(&visitor, None);
    }
    // By somebody who has the key of bundles, and nobody else's.
    let changes: [(&str, &str, Change); 5] = [
        ("approval", "it is not believed", |line| touch(&mut line["approval"])),
        ("an act", "it is not believed", |line| {
            let mut envelope: Value =
                serde_json::from_str(line["approval"].as_str().unwrap()).unwrap();
            touch(&mut envelope["payload"]);
            line["approval"] = json!(envelope.to_string());
        }),
        ("place", "it is not in the log", |line| {
            line["index"] = json!(line["index"].as_u64().unwrap() - 1);
        }),
        ("proof", "it is not in the log", |line| line["path"] = json!([OTHER])),
        ("no proof", "it is not in the log", |line| line["path"] = json!([])),
    ];
    for (count, (class, why, change)) in changes.into_iter().enumerate() {
        let mut parts = Parts::of(&home, &whole);
        parts.head.sequence = 2 + 2 * count as u64;
        let at = parts.at("approval");
        parts.line(at, change);
        home.write(&file, parts.signed());
        let outcome = home.run(["bundle", "verify", &name]);
        assert_eq!(outcome.code, Some(13), "{class}: {}", outcome.block());
        assert!(outcome.stderr.contains("1 approvals in it are not believed"), "{class}");
        assert!(outcome.stderr.contains(why), "{class}: {}", outcome.stderr);
        await_answer(&visitor, NOT_APPROVED);
        gateway.await_said("1 approvals in it are not believed", count + 1);
        // And back, so that the next one shows something.
        let mut parts = Parts::of(&home, &whole);
        parts.head.sequence = 3 + 2 * count as u64;
        home.write(&file, parts.signed());
        await_answer(&visitor, None);
    }
    // Two of one server: nobody can tell which of them counts.
    let mut parts = Parts::of(&home, &whole);
    let line = parts.lines[parts.at("approval")].clone();
    parts.lines.push(line);
    (parts.head.approvals, parts.head.sequence) = (2, 100);
    home.write(&file, parts.signed());
    gateway.await_said("not in the order of the log", 1);
    await_answer(&visitor, None);
    drop(gateway.stop());
}

#[test]
fn no_bundle_is_made_with_an_approval_that_is_not_the_last_one() {
    let home = approved();
    let file = crate::file(&home);
    let old = fs::read(&file).unwrap();
    drop(by(&home, "ann", &["withdraw", "--reason", "a leak"]).success());
    home.write(&file, old);
    let to = home.work().join("certificates.bundle").display().to_string();
    let outcome = home.run(["bundle", "make", "--output", &to]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stderr.contains("not the last one in the log"), "{}", outcome.stderr);
    assert!(outcome.stdout.contains("1 certificates, 0 approvals"), "{}", outcome.stdout);
    let outcome = home.run(["bundle", "make", "--output", &to, "--server", "clock"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
}
