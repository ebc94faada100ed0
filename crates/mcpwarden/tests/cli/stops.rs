use std::{fs, os::unix::fs::PermissionsExt as _};

use serde_json::Value;
use warden_testkit::TestHome;

use crate::run;

fn json(home: &TestHome, arguments: &[&str]) -> Value {
    serde_json::from_str(&run(home, arguments).success()).expect("it is JSON")
}

fn stopped(home: &TestHome) -> Vec<String> {
    let list = json(home, &["stops", "--json"]);
    let stops = list["stops"].as_array().expect("there is a list");
    stops.iter().map(|stop| format!("{} {}", stop["what"], stop["name"]).replace('"', "")).collect()
}

/// The identifier of the only stop that stands.
fn only(home: &TestHome) -> String {
    let list = json(home, &["stops", "--json"]);
    list["stops"][0]["id"].as_str().expect("there is one").to_owned()
}

// A person stops, sees what is stopped, and lets it go on; all of it with a reason and a name.
#[test]
fn what_is_stopped_is_listed_until_it_is_lifted() {
    let home = TestHome::new();
    let stop = run(&home, &["stop", "tool", "mail/send", "--reason", "wrong recipients"]);
    assert!(stop.stderr.contains("has another `state` does not see it"), "{}", stop.block());
    let told = stop.success();
    assert!(told.contains("pause: tool mail/send") && told.contains("reason: wrong recipients"));
    assert!(told.lines().all(|line| line.chars().count() <= 80), "{told}");
    assert_eq!(stopped(&home), ["tool mail/send"]);
    let id = only(&home);
    let lifted = run(&home, &["resume", &*id, "--by", "ben", "--reason", "mended"]).success();
    assert!(lifted.contains("lifted by ben"), "{lifted}");
    assert_eq!(run(&home, &["stops"]).success(), "nothing is stopped\n");
    assert!(run(&home, &["stops", "--all"]).success().contains("over: tool mail/send"));
    assert_eq!(run(&home, &["resume", &*id, "--reason", "again"]).code, Some(4));
}

// What is revoked comes back through another person, and a session never.
#[test]
fn what_is_revoked_is_reinstated_by_another_person() {
    let home = TestHome::new();
    let revoke = ["stop", "agent", "coder", "--revoke", "--reason", "stolen", "--by", "ann"];
    assert_eq!(run(&home, &revoke).code, Some(0));
    let id = only(&home);
    let resume = |more: &[&str]| {
        run(&home, &[&["resume", &*id, "--reason", "clean"][..], more].concat()).code
    };
    assert_eq!(resume(&["--by", "ben"]), Some(4));
    assert_eq!(resume(&["--by", "ann", "--reinstate"]), Some(4));
    assert_eq!(stopped(&home), ["agent coder"]);
    assert_eq!(resume(&["--by", "ben", "--reinstate"]), Some(0));
    let key = "5e".repeat(32);
    let session = ["stop", "session", &*key, "--revoke", "--reason", "stolen", "--by", "ann"];
    assert_eq!(run(&home, &session).code, Some(0));
    let id = only(&home);
    let again = ["resume", &*id, "--reinstate", "--by", "ben", "--reason", "x"];
    assert_eq!(run(&home, &again).code, Some(4));
}

#[test]
fn a_slip_of_the_pen_does_not_look_as_if_something_were_stopped() {
    let home = TestHome::new();
    for (wrong, code) in [
        (&["stop", "tool", "send", "--reason", "x"][..], 2),
        (&["stop", "agent", "--reason", "x"], 2),
        (&["stop", "all", "coder", "--reason", "x"], 2),
        (&["stop", "all"], 2),
        (&["stop", "all", "--reason", " "], 2),
        (&["stop", "all", "--reason", "x", "--for", "2w"], 2),
        (&["stop", "all", "--reason", "x", "--for", "2h", "--revoke"], 2),
        (&["stop", "all", "--reason", "x", "--state", "no-such-folder"], 4),
        (&["stop", "session", "abc", "--reason", "x"], 4),
        (&["stops", "--state", "no-such-folder"], 4),
        (&["sessions", "list", "--state", "no-such-folder"], 4),
    ] {
        assert_eq!(run(&home, wrong).code, Some(code), "{wrong:?}");
    }
    assert!(stopped(&home).is_empty());
}

#[test]
fn what_cannot_be_read_is_not_listed_as_nothing() {
    let home = TestHome::new();
    let all = ["stop", "all", "--reason", "x", "--for", "2h"];
    assert_eq!(run(&home, &all).code, Some(0));
    let state = home.warden().join("gateway");
    assert_eq!(fs::metadata(&state).expect("it is there").permissions().mode() & 0o777, 0o700);
    let file = state.join("stops").join(format!("{}.value", only(&home)));
    fs::write(&file, b"nothing").expect("it can be written");
    let outcome = run(&home, &["stops"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(run(&home, &["sessions", "list"]).success().contains("there are no sessions"));
}

#[test]
fn the_help_of_stopping_fits_80_columns() {
    let home = TestHome::new();
    for command in [&["stop"][..], &["stops"], &["resume"], &["sessions"], &["sessions", "show"]] {
        let mut asked = crate::mcpwarden(&home, command);
        let help = warden_testkit::Outcome::of(asked.arg("--help").env("COLUMNS", "80"), b"");
        let help = help.success();
        assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
    }
}
