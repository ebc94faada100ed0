//! The pack that the program brings, packs that nobody should play, and what an estate keeps.

use jiff::Timestamp;

use super::*;
use crate::{
    Estate,
    estate::{AttackOutcome, Lookup},
    maturity::maturity,
    metrics::{Computed, DRILL, metrics, named},
};

fn builtin() -> Pack {
    Pack::read(BUILTIN).expect("the pack passes its own check")
}

#[test]
fn the_pack_has_five_campaigns_each_with_attacks_and_ordinary_work() {
    let pack = builtin();
    let ids: Vec<_> = pack.campaigns.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["injection", "poisoning", "rug-pull", "exfiltration", "confused-deputy"]);
    for campaign in &pack.campaigns {
        assert!(campaign.attacks.len() >= 4 && campaign.controls.len() >= 2, "{}", campaign.id);
        // What is not blocked is told with what would have stopped it.
        assert!(campaign.attacks.iter().all(|one| one.stopped_by.is_some()), "{}", campaign.id);
    }
    assert!(pack.digest.starts_with("sha256:"));
}

/// The smallest pack, with something put in the place of something else.
#[track_caller]
fn refused(from: &str, to: &str, wanted: &str) {
    const SMALL: &str = r#"
version = 1
name = "small"
edition = "1"
[secrets]
note = "a secret"
[[server]]
name = "one"
audience = "self"
trusted = true
class = "internal"
[[server.tool]]
name = "say"
description = "Says it."
effects = ["send"]
[[campaign]]
id = "first"
title = "The first"
[[campaign.attack]]
id = "a"
title = "An attack"
[[campaign.attack.step]]
tool = "one__say"
arguments = { text = "{note}" }
harm = "{note|hex}"
[[campaign.control]]
id = "c"
title = "A control"
[[campaign.control.step]]
tool = "one__say"
"#;
    assert!(Pack::read(SMALL).is_ok() && SMALL.contains(from), "{from}");
    let problems = Pack::read(&SMALL.replacen(from, to, 1)).expect_err(wanted);
    let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert!(told.iter().any(|one| one.contains(wanted)), "{wanted}: {told:?}");
    // What is told fits a line, whatever the pack has in it.
    assert!(told.iter().all(|one| one.len() < 400 && !one.contains('\u{1b}')), "{told:?}");
}

#[test]
fn a_hostile_pack_is_refused() {
    refused("name = \"one\"", "name = \"../../one\"", "a name begins with a small letter");
    refused("name = \"one\"", "name = \"one__two\"", "a name begins with a small letter");
    refused("name = \"say\"", "name = \"say\\u001b[2J\"", "a name begins with a small letter");
    refused("id = \"a\"", "id = \"/etc/passwd\"", "a name begins with a small letter");
    refused("\"An attack\"", "\"An\\nattack\"", "one line");
    refused("version = 1", "version = 2", "version 1");
    refused("version = 1", "version = 1\nrun = \"rm -rf /\"", "unknown field");
    refused("audience = \"self\"", "audience = \"everybody\"", "audience");
    refused("effects = [\"send\"]", "effects = []", "no effects");
    refused("{note|hex}", "{note|rot13}", "no such form");
    refused("{note|hex}", "{nota}", "no secret `nota`");
    refused("harm = \"{note|hex}\"", "harm = \"\"", "`harm` is empty");
    refused("harm = \"{note|hex}\"", "answer = \"x\"", "no step of it does harm");
    refused("tool = \"one__say\"\narguments", "tool = \"two__say\"\narguments", "no such tool");
    refused("id = \"c\"", "id = \"a\"", "two of this name");
    let long = format!("description = \"{}\"", "x".repeat(17 << 10));
    refused("description = \"Says it.\"", &long, "more than");
    let whole = format!("# {}\n{BUILTIN}", "x".repeat(MOST_BYTES));
    assert!(Pack::read(&whole).is_err(), "a file may not be of any size");
}

/// What was seen of an attack that was refused, was noticed, or was neither.
fn seen(outcome: AttackOutcome) -> Seen {
    let noticed = Noticed {
        after_ms: 12,
        event: "call.refused".into(),
        codes: vec!["policy-refused".into()],
        rules: vec!["toxic-flow".into()],
        tool: None,
    };
    let harmed = vec!["rt-mail__send_mail".to_owned()];
    match outcome {
        AttackOutcome::Blocked => Seen { noticed: vec![noticed], ..Seen::default() },
        AttackOutcome::Detected => Seen { harmed, noticed: vec![noticed], ..Seen::default() },
        AttackOutcome::Missed => Seen { harmed, ..Seen::default() },
    }
}

fn outcome(at: &str, each: AttackOutcome) -> Outcome {
    let pack = builtin();
    let at: Timestamp = at.parse().expect("a time");
    let mut outcome = Outcome::new(&pack, Given { policy: "team".into(), ..Given::default() }, at);
    for campaign in &pack.campaigns {
        outcome.begin(campaign);
        for attack in &campaign.attacks {
            outcome.attack(campaign, attack, seen(each));
        }
        for control in &campaign.controls {
            outcome.control(campaign, control, Seen::default());
        }
    }
    outcome
}

fn estate(outcome: &Outcome) -> Estate {
    let (exercise, evidence) = outcome.exercise(None, "results/team.json", "sha256:0123456789");
    let members = serde_json::json!({
        "version": 1, "as_of": "2026-11-20T12:00:00Z",
        "exercises": [exercise], "evidence": [evidence],
    });
    Estate::from_json(members.to_string().as_bytes()).expect("an estate takes it")
}

/// M16 is counted over what was played, and the signal of maturity tier 3 holds for 92 days.
#[test]
fn an_estate_takes_the_exercise_and_counts_it() {
    for (each, value) in [
        (AttackOutcome::Blocked, "100.0 %"),
        (AttackOutcome::Detected, "0.0 %"),
        (AttackOutcome::Missed, "0.0 %"),
    ] {
        let estate = estate(&outcome("2026-11-01T10:00:00Z", each));
        let known = Lookup::new(&estate);
        let computed = Computed::of(&known);
        let all = metrics(&known, &computed.given(), DRILL);
        let figure = named(&all, "M16")[0];
        assert_eq!(figure.figure.value, value);
        assert!(figure.rows.iter().any(|row| row.value == "builtin 2026.11 on 2026-11-01"));
    }
    let holds = |at: &str| {
        let estate = estate(&outcome(at, AttackOutcome::Blocked));
        let found = maturity(&Lookup::new(&estate));
        found.signals.iter().find(|one| one.id == "S-red-team").is_some_and(|one| one.holds)
    };
    assert!(holds("2026-08-20T00:00:00Z"), "92 days ago");
    assert!(!holds("2026-08-19T00:00:00Z"), "93 days ago");
}

#[test]
fn what_is_missed_or_refused_falls_short_and_is_told_with_what_stops_it() {
    let good = outcome("2026-11-01T10:00:00Z", AttackOutcome::Blocked);
    assert!(!good.falls_short());
    assert!(good.attacks.iter().all(|one| one.stopped_by.is_none()));
    let bad = outcome("2026-11-01T10:00:00Z", AttackOutcome::Missed);
    assert!(bad.falls_short() && bad.attacks.iter().all(|one| one.stopped_by.is_some()));
    let mut strict = good;
    let pack = builtin();
    let (campaign, refused) =
        (&pack.campaigns[0], Some(Refused { step: 1, reason: "policy-refused".into() }));
    let seen = Seen { refused, ..Seen::default() };
    strict.control(campaign, &campaign.controls[0], seen);
    assert!(strict.falls_short(), "a gateway that refuses everything is no defence");
    assert_eq!(strict.counts(Some("injection")).refused, 1);
    assert_eq!(strict.counts(Some("poisoning")).refused, 0);
}
