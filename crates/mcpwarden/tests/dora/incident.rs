use super::{bank, comply, json};
use serde_json::Value;
use warden_govern::case::Case;
use warden_testkit::TestHome;

const CASE: &str = include_str!("../../../warden-govern/tests/case/exfiltration.toml");

fn home() -> TestHome {
    let home = TestHome::new();
    bank(&home);
    home.write("work/case.toml", CASE);
    home
}

#[test]
fn a_case_to_start_from_can_be_read_and_says_that_too_little_is_known() {
    let home = home();
    assert_eq!(comply(&home, &["incident", "init", "new.toml"]).code, Some(0));
    let again = comply(&home, &["incident", "init", "new.toml"]);
    assert_eq!(again.code, Some(2), "{}", again.block());
    let classified = comply(&home, &["incident", "classify", "new.toml"]);
    assert_eq!(classified.code, Some(10), "{}", classified.block());
    assert!(classified.stdout.contains("undetermined: too little is known"));
}

#[test]
fn a_major_incident_is_said_to_be_one_and_why() {
    let home = home();
    let outcome = comply(&home, &["incident", "classify", "case.toml"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.starts_with("INC-2026-014:\n  a major incident under DORA\n"));
    assert!(outcome.stdout.contains("met: critical services affected"));
    let (_, report) = json(&home, &["incident", "classify", "case.toml"]);
    assert_eq!(report["cases"][0]["dora"]["verdict"], "major");
    assert_eq!(report["cases"][0]["dora"]["by_access"], true);
    let both = comply(&home, &["incident", "classify", "case.toml", "case.toml"]);
    assert!(
        both.stdout.contains("together, as incidents that recur (Art. 8(2)):\n  a major incident")
    );
}

/// R91: the breach clock starts at awareness and shows the remaining time to 72 hours.
#[test]
fn clocks_show_what_is_left_and_what_has_run_out() {
    let home = home();
    let at =
        |now: &'static str| ["incident", "clocks", "case.toml", "--estate", "estate", "--now", now];
    let running = comply(&home, &at("2026-11-20T10:30:00Z"));
    assert_eq!(running.code, Some(0), "{}", running.block());
    let out = &running.stdout;
    assert!(
        out.contains("dora/initial             2026-11-20 15:00 CET   3 h 30 min left"),
        "{out}"
    );
    assert!(
        out.contains("gdpr/authority           2026-11-23 09:00 CET   69 h 30 min left"),
        "{out}"
    );
    assert!(out.contains("from awareness at 2026-11-20T08:00:00Z"), "{out}");
    assert!(out.contains("dora/intermediate        does not run yet"), "{out}");
    assert!(out.contains("sec: does not apply"), "{out}");
    assert!(out.contains("ai-act: nobody said whether it applies, so its clocks run"), "{out}");
    let late = comply(&home, &at("2026-11-23T10:05:00Z"));
    assert_eq!(late.code, Some(10), "{}", late.block());
    assert!(late.stdout.contains("overdue by 2 h 5 min"), "{}", late.stdout);
    let (_, report) = json(&home, &at("2026-11-20T10:30:00Z"));
    let clock = &report["regimes"][2]["clocks"][0];
    assert_eq!(clock["remaining_seconds"], 69 * 3600 + 1800);
    assert_eq!(clock["due"]["from"], "awareness");
}

/// R91: the draft of Art. 33(3) is filled from the case.
#[test]
fn drafts_say_what_is_known_and_what_is_missing() {
    let home = home();
    let draft = |step: &'static str| {
        ["incident", "draft", "case.toml", "--estate", "estate", "--step", step]
    };
    let initial = comply(&home, &draft("dora/initial"));
    assert_eq!(initial.code, Some(10), "{}", initial.block());
    let out = &initial.stdout;
    assert!(out.contains("2.2 Date and time of detection\n    2026-11-20T06:25:00Z\n"), "{out}");
    assert!(out.contains("1.10 Name of the second contact\n    not known\n"), "{out}");
    assert!(out.ends_with("missing: 1.10, 1.11, 1.12\n"), "{out}");
    let gdpr = comply(&home, &draft("gdpr/authority"));
    assert_eq!(gdpr.code, Some(10));
    assert!(gdpr.stdout.contains("customers: about 1200"), "{}", gdpr.stdout);
    assert!(gdpr.stdout.ends_with("missing: consequences, measures, high-risk\n"));
    let (_, nis2) = json(&home, &draft("nis2/early-warning"));
    assert_eq!(nis2["form"]["missing"], serde_json::json!([]));
    let none = comply(&home, &draft("sec/8-k"));
    assert_eq!(none.code, Some(2), "{}", none.block());

    // The document can be checked by itself.
    let words = [&draft("dora/initial")[..], &["--document"]].concat();
    home.write("work/report.json", comply(&home, &words).stdout);
    let wrong = comply(&home, &["incident", "validate", "report.json"]);
    assert_eq!(wrong.code, Some(13), "{}", wrong.block());
    assert!(wrong.stdout.contains("1.10 Name of the second contact: it is missing"));
    assert!(wrong.stdout.ends_with("3 wrong\n"), "{}", wrong.stdout);
}

#[test]
fn a_case_that_does_not_fit_is_refused_with_what_to_mend() {
    let home = home();
    home.write("work/odd.toml", CASE.replace("06:25:00Z", "05:25:00Z"));
    let outcome = comply(&home, &["incident", "classify", "odd.toml"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("times, detected: 2026-11-20T05:25:00Z is before occurred"));
}

#[test]
fn a_case_is_what_its_schema_says() {
    let schema = include_str!("../../../../schemas/case-1.schema.json");
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let home = home();
    drop(comply(&home, &["incident", "init", "new.toml"]));
    let new = std::fs::read(home.work().join("new.toml")).expect("it was written");
    for bytes in [CASE.as_bytes(), &new] {
        let case = Case::read(bytes).expect("it is a case");
        let value = serde_json::to_value(case).expect("it is JSON");
        let errors: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?} in {value:#}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": 1, "id": "a", "title": "b"})));
}
