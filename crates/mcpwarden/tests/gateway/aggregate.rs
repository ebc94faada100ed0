//! Many servers behind one door.

use serde_json::{Value, json};
use warden_testkit::{
    TestHome,
    gateway::{
        Gateway, Setup,
        upstream::Upstream,
        visitor::{LEGACY, MODERN, Visitor},
        wire::{Reply, Wire},
    },
};

use crate::beside;

/// Asks the gateway about itself.
fn watch(gateway: &Gateway, path: &str) -> Reply {
    let mut wire = Wire::connect(gateway.address());
    wire.ask("GET", path, &[]).expect("it is taken");
    wire.reply().expect("an answer")
}

/// How a server fares.
fn health(gateway: &Gateway, server: &str) -> Value {
    let reply = watch(gateway, "/readyz");
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()["servers"][server].clone()
}

#[test]
fn a_server_that_fails_takes_nobody_elses_list_down_and_the_health_says_why() {
    let home = TestHome::new();
    let upstream = Upstream::legacy(&[]);
    let setup = Setup::new()
        .program("one", &["--bare"])
        .more("prefix = \"one__\"")
        .url("two", &upstream.url())
        .more("prefix = \"two__\"\nopen_time = 2\nlist_time = 2")
        .program("fix", &["--bare"])
        .table("[limits]\nrecheck = 1");
    let gateway = Gateway::start(&home, &setup);
    let all = |revision: &str| Visitor::of(gateway.address(), revision).list("tools");
    let whole = all(MODERN);
    assert!(whole.contains(&"two__echo".into()), "{whole:?}");
    assert_eq!(health(&gateway, "two")["state"], "up");
    upstream.go_down(true);
    beside(&gateway, || {
        let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
        // What was looked at is believed for a second.
        while all(MODERN).iter().any(|name| name.starts_with("two__")) {
            assert!(std::time::Instant::now() < deadline, "its tools stay");
        }
        let rest: Vec<_> = whole.iter().filter(|name| !name.starts_with("two__")).collect();
        for revision in [LEGACY[1], LEGACY[3], MODERN] {
            assert_eq!(all(revision).iter().collect::<Vec<_>>(), rest, "{revision}");
        }
        let health = health(&gateway, "two");
        assert_eq!(health["state"], "failing", "{health}");
        assert!(health["why"].as_str().is_some_and(|why| !why.is_empty()), "{health}");
    });
    assert_eq!(health(&gateway, "one")["state"], "up");
    upstream.go_down(false);
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    while all(LEGACY[3]) != whole {
        assert!(std::time::Instant::now() < deadline, "its tools do not come back");
    }
}

#[test]
fn names_that_collide_are_refused_with_both_owners_named() {
    let home = TestHome::new();
    let setup = Setup::new().program("one", &["--bare"]).program("two", &["--bare"]);
    Gateway::write(&home, &setup);
    for name in setup.names() {
        Gateway::approve(&home, name);
    }
    let config = home.path().join("gateway.toml").to_string_lossy().into_owned();
    for more in [&["--check"][..], &[]] {
        let words = [&["gateway", "--config", &config], more].concat();
        let outcome = home.run(words);
        assert_eq!(outcome.code, Some(3), "{}", outcome.block());
        for word in ["`echo`", "`one`", "`two`", "prefix"] {
            assert!(outcome.stderr.contains(word), "{word}: {}", outcome.block());
        }
    }
    let apart = setup.more("prefix = \"two__\"");
    let gateway = {
        Gateway::write(&home, &apart);
        Gateway::serve(&home)
    };
    let visitor = Visitor::modern(gateway.address());
    assert_eq!(visitor.call("two__echo", &json!({"a": 1})).code(), None);
}

#[test]
fn a_list_has_one_order_whoever_asks_and_however_often() {
    let home = TestHome::new();
    let mut setup = Setup::new();
    // Neither the order of names nor that of answers: the one of the configuration.
    for (name, slow) in [("zoe", "300"), ("fix", "0"), ("adam", "100")] {
        setup = setup.program(name, &["--bare", "--slow-list", slow]);
        if name != "fix" {
            setup = setup.more(&format!("prefix = \"{name}__\""));
        }
    }
    let gateway = Gateway::start(&home, &setup.table("[limits]\nrecheck = 1"));
    let expected: Vec<String> = ["zoe__", "", "adam__"]
        .iter()
        .flat_map(|prefix| {
            ["read_mail", "search_mail", "echo"].map(|name| format!("{prefix}{name}"))
        })
        .collect();
    for _ in 0..5 {
        for revision in LEGACY.iter().copied().chain([MODERN]) {
            assert_eq!(Visitor::of(gateway.address(), revision).list("tools"), expected);
        }
    }
}

#[test]
fn the_gateway_says_that_it_lives_and_how_its_servers_fare() {
    let home = TestHome::new();
    let setup = Setup::new().program("fix", &["--full"]);
    Gateway::write(&home, &setup);
    let gateway = Gateway::serve(&home);
    assert_eq!(watch(&gateway, "/healthz").status, 200);
    assert_eq!(health(&gateway, "fix")["state"], "not-approved");
    Gateway::approve(&home, "fix");
    gateway.await_said("read the configuration and the approvals again", 1);
    Visitor::modern(gateway.address()).prove_served();
    assert_eq!(health(&gateway, "fix")["state"], "up");
}
