//! The shipped policies, and rules that stop nothing.

use warden_testkit::TestHome;

use crate::{outcomes, redteam, result, with, without_times};

/// What people see of an exercise. Nothing of it but times may differ from run to run.
#[track_caller]
fn shown(words: &[&str]) -> String {
    let home = TestHome::new();
    let outcome = redteam(&home, &[&["run"], words].concat());
    let long = outcome.stdout.lines().find(|line| line.chars().count() > 80);
    assert_eq!(long, None);
    without_times(&outcome.block())
}

#[test]
fn laptop() {
    insta::assert_snapshot!(shown(&["--policy", "laptop"]));
}

#[test]
fn team() {
    insta::assert_snapshot!(shown(&["--policy", "team"]));
}

// As it is shipped nobody may write there, which stops attacks and work alike, and is told.
#[test]
fn regulated() {
    insta::assert_snapshot!(shown(&["--policy", "regulated"]));
}

#[test]
fn regulated_with_people_who_may_work() {
    let roles = ["--policy", "regulated", "--role", "operator", "--role", "cleared-regulated"];
    insta::assert_snapshot!(shown(&roles));
}

// Otherwise a loop that is broken somewhere would look like a defence.
#[test]
fn attacks_get_through_where_no_rule_stops_them() {
    insta::assert_snapshot!(shown(&["--policy", "open"]));
}

#[test]
fn the_same_pack_and_policy_have_the_same_outcome() {
    let home = TestHome::new();
    let both = [(); 2].map(|()| result(&home, &["--policy", "team"]));
    let [first, second] = &both;
    for of in ["attacks", "controls"] {
        assert_eq!(outcomes(first, of), outcomes(second, of));
    }
    assert_eq!(first["pack_digest"], second["pack_digest"]);
    assert_eq!(first["given"], second["given"]);
    assert_eq!(with(first, "missed"), with(second, "missed"));
    // Nothing of what is called by one person is what another one has read.
    assert_eq!(
        first["attacks"][0]["noticed"][0]["event"],
        second["attacks"][0]["noticed"][0]["event"]
    );
}

// What is told to stop an attack is no guess.
#[test]
fn what_is_said_to_stop_the_attacks_that_team_lets_through_does() {
    let home = TestHome::new();
    drop(home.run(["policy", "init", "team", "rules"]).success());
    let own = "@id(\"stranger-writes\")\n@why(\"A stranger chose what is written.\")\n\
        forbid (principal, action in Warden::Action::\"use\", resource)\n\
        when { context.args.untrusted && resource.effects.contains(\"write\") }\n\
        unless { context.approved };\n";
    home.write("work/rules/own.cedar", own);
    let config = "policy = \"rules\"\n[inspect]\ndefinitions = \"hide\"\ncopied = \"refuse\"\n\
        [[server]]\nname = \"real\"\ncommand = [\"true\"]\n";
    home.write("work/gateway.toml", config);
    let found = result(&home, &["--config", "gateway.toml"]);
    // This one needs the whole session to be held, as `regulated` does.
    assert_eq!(with(&found, "missed"), ["exfiltration-short"], "{found:#}");
    assert_eq!(with(&found, "detected"), Vec::<String>::new(), "{found:#}");
    let work = outcomes(&found, "controls");
    assert!(work.iter().all(|(_, outcome)| outcome == "passed"), "{work:?}");
}
