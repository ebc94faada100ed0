//! What is recorded of agents for the people that they are about.

use serde_json::json;

use super::*;

/// R88: an agent has a regulated domain, one of four or none; where it has one, the five controls
/// are mandatory, and each that is missing is a finding.
#[test]
fn a_regulated_domain_makes_five_controls_mandatory() {
    use crate::{Word as _, estate::RegulatedDomain};
    let words: Vec<_> = RegulatedDomain::all().iter().map(|one| one.word()).collect();
    assert_eq!(words, ["none", "hr", "credit", "critical-infrastructure", "law-enforcement"]);
    let duties = |changes: &[(&str, Option<Value>)]| ask(&with(changes), missing);
    assert!(duties(&[]).is_empty(), "none is asked where there is no domain");
    for domain in &words[1..] {
        assert!(duties(&[("/agents/0/domain", Some(json!(domain)))]).is_empty(), "all is well");
    }
    let broken = [
        ("human oversight", "/agents/0/overseer"),
        ("audit trails", "/servers/0/audit"),
        ("technical documentation", "/agents/0/purpose"),
        ("accuracy and robustness testing", "/exercises/0"),
        ("cybersecurity measures", "/servers/0/authentication"),
    ];
    for (control, pointer) in broken {
        let change = (pointer, None);
        assert!(duties(std::slice::from_ref(&change)).is_empty(), "{control} is not mandatory");
        for domain in &words[1..] {
            let found = duties(&[("/agents/0/domain", Some(json!(domain))), change.clone()]);
            assert_eq!(found.len(), 1, "{control}: {found:#?}");
            assert_eq!((found[0].control, found[0].domain), (control, *domain));
            assert!(
                !found[0].why.is_empty() && warden_model::Class::parse(found[0].class).is_some()
            );
            assert_eq!(found[0].provision, Provision::Readiness(date(2027, 12, 2)));
        }
    }
    let unknown = duties(&[("/agents/0/domain", None)]);
    assert_eq!((unknown.len(), unknown[0].domain), (1, "not known"));
}

#[test]
fn oversight_names_the_person_and_what_is_logged() {
    let of = |changes: &[(&str, Option<Value>)]| ask(&with(changes), oversight).remove(0);
    let good = of(&[]);
    assert_eq!(good.overseer.as_deref(), Some("ann"));
    assert!(good.logged.is_all());
    assert_eq!(good.kept_six_months, "yes");
    let bad = of(&[
        ("/agents/0/overseer", Some(json!("team"))),
        ("/servers/0/audit", None),
        ("/traffic/from", None),
        ("/evidence/2/kind", Some(json!("ledger-copy"))),
    ]);
    assert_eq!((bad.overseer, bad.logged.of, bad.kept_six_months), (None, 0, "not known"));
}

#[test]
fn the_record_of_an_agent_says_what_is_known_and_what_is_not() {
    let all = ask(&with(&[("/agents/0/retention_days", None)]), privacy::records);
    let record = &all[0];
    let value =
        |asks: &str| record.entries.iter().find(|entry| entry.asks == asks).unwrap().value.as_str();
    let points: Vec<_> = record.entries.iter().map(|entry| entry.at).collect();
    for point in ["a", "b", "c", "d", "e", "f", "g"] {
        assert!(points.contains(&format!("30(1)({point})").as_str()), "{point}");
    }
    assert_eq!(value("controller"), "Example Bank");
    assert_eq!(value("categories of data subjects"), "customers");
    assert_eq!(value("time limits for erasure"), "not known");
    assert_eq!(
        value("transfers to third countries, and safeguards"),
        "mail: processed in DE, safeguard none needed"
    );
    assert!(value("technical and organisational measures").contains("roles"));
    // An agent of whose data nobody knows may process personal data.
    let unknown = [
        ("/agents/0/data", None),
        ("/agents/0/subjects", None),
        ("/agents/0/personal_data", None),
        ("/vendors/0/processing_country", None),
    ];
    let all = ask(&with(&unknown), privacy::records);
    assert_eq!(all[0].entries[3].value, "not known");
    assert!(all[0].entries[7].value.starts_with("mail: processed in not known"));
}

/// R91: the four controls of the GDPR row are judged (see the rows); the clock of a breach starts
/// when a person knows and shows what is left of 72 hours; there is a record of processing for each
/// agent; and the notification is filled in from the case.
#[test]
fn the_draft_of_a_breach_is_filled_in_from_its_case_and_shows_what_is_left() {
    let draft = |changes: &[(&str, Option<Value>)]| {
        ask(&with(changes), |ground| {
            privacy::breach_draft(ground, &ground.estate().incidents[0], privacy::HOURS)
        })
    };
    let made = draft(&[]);
    assert_eq!(made.aware.unwrap().to_string(), "2026-11-18T09:00:00Z");
    assert_eq!(made.due.unwrap().to_string(), "2026-11-21T09:00:00Z");
    assert_eq!(made.minutes_left, Some(25 * 60));
    let points: Vec<_> = made.entries.iter().map(|entry| entry.at).collect();
    for point in ["a", "b", "c", "d"] {
        assert!(points.contains(&format!("33(3)({point})").as_str()), "{point}");
    }
    assert!(made.entries[0].value.contains("Account numbers left by mail"));
    assert!(made.entries[0].value.contains("agents: bot"));
    assert_eq!(made.entries[1].value, "customers");
    assert_eq!(made.entries[3].value, "account numbers");
    assert_eq!(made.entries[5].value, "Dora Dane");
    assert!(made.entries[7].value.contains("contained 2026-11-18T09:30:00Z"));
    // What the case does not say is not made up.
    assert_eq!(
        made.missing,
        [
            "approximate number of data subjects",
            "approximate number of records",
            "likely consequences"
        ]
    );
    let late = draft(&[("/as_of", Some(json!("2026-11-21T10:00:00Z")))]);
    assert_eq!(late.minutes_left, Some(-60));
    let unaware = draft(&[("/incidents/0/identified", None)]);
    assert_eq!((unaware.aware, unaware.due, unaware.minutes_left), (None, None, None));
    assert_eq!(ask(&with(&[]), privacy::records).len(), 1);
}
