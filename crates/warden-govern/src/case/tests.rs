use serde_json::json;

use super::{
    report::{Stage, check, draft, field, fields, list},
    *,
};
use crate::{
    Estate,
    clock::{Calendar, deadline, step},
    dora::classify::Verdict,
    estate::{Lookup, read::Draft},
};

const SAMPLE: &str = include_str!("../../tests/case/exfiltration.toml");

fn case() -> Case {
    let case = Case::read(SAMPLE.as_bytes()).unwrap();
    assert_eq!(case.check(), []);
    case
}

fn estate() -> Estate {
    let mut draft = Draft::default();
    for (name, text) in [
        (
            "estate.toml",
            "[organisation]\nname = \"Test Bank\"\nlei = \"WARDENTESTBANK000138\"\n\
             country = \"DE\"\ncurrency = \"EUR\"\nentity_type = \"credit-institution\"\n",
        ),
        ("vendors.csv", "id,name,relation,lei\nmailco,Mail Ltd,third-party,WARDENTESTVEND000198\n"),
        ("servers.csv", "id,name,vendor\nmail,Mail,mailco\n"),
        ("agents.csv", "id,name\ndesk,Service desk\n"),
    ] {
        draft.add_file(name, text.as_bytes());
    }
    draft.finish("2026-11-20T08:00:00Z".parse().unwrap()).unwrap()
}

#[test]
fn a_case_is_read_from_toml_and_from_json_and_is_the_same() {
    let case = case();
    let json = serde_json::to_vec(&case).unwrap();
    assert_eq!(Case::read(&json).unwrap(), case);
    let wrong =
        Case::read(b"version = 1\nid = \"a\"\ntitle = \"b\"\nkind = \"noise\"\n").unwrap_err();
    assert!(wrong.to_string().starts_with("kind: \"noise\" is no kind of incident"), "{wrong}");
    let newer = Case::read(b"version = 2\nid = \"a\"\ntitle = \"b\"\nkind = \"behaviour\"\n");
    assert!(matches!(newer, Err(NoEstate::Version(2))));
}

#[test]
fn times_follow_each_other_and_a_change_leaves_a_correction() {
    let told = |change: &dyn Fn(&mut Case)| {
        let mut case = case();
        change(&mut case);
        case.check().iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let time = |text: &str| Some(text.parse().unwrap());
    let early = told(&|case| case.times.detected = time("2026-11-20T05:00:00Z"));
    assert!(early.contains("times, detected: 2026-11-20T05:00:00Z is before occurred"), "{early}");
    let late = told(&|case| case.times.closed = time("2026-11-20T08:10:00Z"));
    assert!(late.contains("times, closed"), "{late}");
    let other = told(&|case| case.times.contained = time("2026-11-20T10:20:00Z"));
    assert!(other.contains("times, contained: the last correction says 2026-11-20T08:30:00Z"));
    let gap = told(&|case| {
        let mut next = case.corrections[0].clone();
        next.at = "2026-11-20T09:00:00Z".parse().unwrap();
        case.corrections.push(next);
    });
    assert!(gap.contains("it does not start from the correction before it"), "{gap}");
    assert!(gap.contains("it was made before the correction before it"), "{gap}");
    let names = told(&|case| {
        case.corrections[0].time = "noon".into();
        case.regimes.insert("gdrp".into(), true);
        case.sent.insert("dora/first".into(), Timestamp::UNIX_EPOCH);
        case.report.insert("9.9".into(), json!(1));
        case.forms.insert("gdpr/authority/colour".into(), "red".into());
        case.evidence[0].sha256 = "sha256:12".into();
    });
    for part in [
        "no time is \"noon\"",
        "\"gdrp\" is no regime",
        "\"dora/first\" is no report that is due",
        "no field is \"9.9\"",
        "no form asks for \"gdpr/authority/colour\"",
        "it is no digest",
    ] {
        assert!(names.contains(part), "{part}: {names}");
    }
}

#[test]
fn an_agent_that_was_made_to_act_counts_as_an_access_until_somebody_decides_otherwise() {
    let mut case = case();
    assert_eq!(case.classify().verdict, Verdict::Major);
    case.unauthorised_access = None;
    assert_eq!(case.known().malicious_access, Some(true), "nobody has decided");
    let decide = |answer| {
        let at = Timestamp::UNIX_EPOCH;
        Some(Legal { answer, at, by: "counsel".into(), why: "x".into() })
    };
    case.unauthorised_access = decide(Answer::Undetermined);
    assert_eq!(case.classify().verdict, Verdict::Undetermined);
    case.unauthorised_access = decide(Answer::No);
    assert_eq!(case.known().malicious_access, Some(false));
    case.unauthorised_access = None;
    case.kind = IncidentKind::Shadow;
    assert_eq!(case.known().malicious_access, None);
}

#[test]
fn cases_within_six_months_are_one_incident_together() {
    let mut one = case();
    one.kind = IncidentKind::Shadow;
    one.unauthorised_access = None;
    one.facts = Facts {
        critical_function: Some(true),
        costs_eur: Some(60_000),
        downtime_minutes: Some(90),
        ..Facts::default()
    };
    assert_eq!(one.classify().verdict, Verdict::Undetermined);
    assert_eq!(recurring(std::slice::from_ref(&one)), None);
    let mut two = one.clone();
    two.times.occurred = Some("2027-05-20T06:10:00Z".parse().unwrap());
    let together = recurring(&[one.clone(), two.clone()]).unwrap();
    assert_eq!(together.verdict, Verdict::Major);
    two.times.occurred = Some("2027-05-20T06:10:01Z".parse().unwrap());
    assert_eq!(recurring(&[one.clone(), two.clone()]), None, "six months and a second");
    two.times.occurred = None;
    two.times.detected = None;
    assert!(recurring(&[one, two]).is_some(), "nobody knows that it is longer ago");
}

#[test]
fn the_tables_have_the_76_fields_and_every_list_is_used() {
    assert_eq!(fields().len(), 76);
    let mut used: Vec<_> = fields().iter().map(|field| field.list.as_str()).collect();
    used.sort_unstable();
    used.dedup();
    used.retain(|name| !name.is_empty());
    assert!(used.iter().all(|name| !list(name).is_empty()));
    assert_eq!(list("detail").len(), 28);
    assert_eq!(list("additional").len(), 18);
    assert_eq!(list("entity").len(), 23);
    for one in fields() {
        let words: Vec<_> = one.need.split(' ').collect();
        assert!(matches!(words[0], "always" | "no" | "has" | "other"), "{}", one.need);
        if let [_, number, ..] = words[..] {
            assert!(field(number).is_some(), "{}", one.need);
        }
    }
}

#[test]
fn a_draft_says_what_is_known_and_tells_what_is_not() {
    let (case, estate) = (case(), estate());
    let known = Lookup::new(&estate);
    let first = draft(&case, &known, Stage::Initial);
    assert_eq!(first.wrong, [] as [&str; 0]);
    assert_eq!(first.missing, ["1.10", "1.11", "1.12"]);
    let document = &first.document;
    assert_eq!(document["incidentSubmission"], "initial_notification");
    assert_eq!(document["submittingEntity"]["LEI"], "WARDENTESTBANK000138");
    assert_eq!(document["affectedEntity"][0]["affectedEntityType"], json!(["credit_institution"]));
    let incident = &document["incident"];
    assert_eq!(incident["detectionDateTime"], "2026-11-20T06:25:00Z");
    assert_eq!(incident["incidentDiscovery"], "monitoring_systems");
    assert_eq!(
        incident["originatesFromThirdPartyProvider"],
        "Mail Ltd (WARDENTESTVEND000198), MCP server mail"
    );
    assert_eq!(
        incident["classificationTypes"],
        json!([{"classificationCriterion": "data_losses"},
               {"classificationCriterion": "critical_services_affected"}])
    );
    assert!(document.get("impactAssessment").is_none(), "that comes later");

    let next = draft(&case, &known, Stage::Intermediate);
    assert_eq!(next.wrong, [] as [&str; 0]);
    assert!(next.missing.contains(&"3.20") && next.missing.contains(&"3.35"), "{:?}", next.missing);
    assert!(!next.missing.contains(&"3.13"), "nobody said that reputation suffers");
    let impact = &next.document["impactAssessment"];
    assert_eq!(
        impact["affectedAssets"]["affectedClients"],
        json!({"number": 1200, "percentage": 0.4})
    );
    let technique = next.fields.iter().find(|one| one.field == "3.25").unwrap();
    assert_eq!(technique.proposed, Some("an agent was made to act by what it read"));
    let last = draft(&case, &known, Stage::Final);
    assert!(last.missing.contains(&"4.5") && !next.missing.contains(&"4.5"));
    assert_eq!(last.fields.len(), 76);
}

#[test]
fn the_check_of_a_report_finds_what_is_wrong_with_it() {
    let (mut case, estate) = (case(), estate());
    let known = Lookup::new(&estate);
    for (number, value) in [
        ("1.10", json!("Bob")),
        ("1.11", json!("bob@bank.example")),
        ("1.12", json!("+49 30 7654321")),
    ] {
        case.report.insert(number.into(), value);
    }
    let good = draft(&case, &known, Stage::Initial).document;
    assert_eq!(check(&good), [] as [&str; 0]);
    let told = |path: &str, value: Value| {
        let mut broken = good.clone();
        report::put(&mut broken, path, value);
        check(&broken).join("\n")
    };
    for (path, value, part) in [
        ("incidentSubmission", json!("first"), "1.1 Type of submission"),
        ("submittingEntity/LEI", json!("WARDENTESTBANK000139"), "1.3 "),
        ("affectedEntity/0/affectedEntityType", json!(["bank"]), "1.4 "),
        ("affectedEntity/0/affectedEntityType", json!([]), "1.4 "),
        ("primaryContact/email", json!("ann"), "1.8 "),
        ("primaryContact/phone", json!("030-1234567"), "1.9 "),
        ("reportCurrency", json!("USD"), "1.15 "),
        ("incident/detectionDateTime", json!("yesterday"), "2.2 "),
        ("incident/incidentDescription", json!("x".repeat(32_768)), "2.4 "),
        ("incident/incidentDescription", json!(""), "2.4 "),
        ("incident/isBusinessContinuityActivated", json!("no"), "2.9 "),
        ("incident/incidentDuration", json!("1:24:00"), "3.15 "),
        ("impactAssessment/affectedAssets/affectedClients/percentage", json!(101), "3.5 "),
        ("impactAssessment/affectedAssets/affectedClients/number", json!(-1), "3.4 "),
        ("incident/colour", json!("red"), "incident/colour: no field"),
        (
            "incidentSubmission",
            json!("final_report"),
            "4.5 Information about the root causes: it is missing",
        ),
        ("incident/classificationTypes", json!([{"classificationCriterion": "noise"}]), "2.5 "),
        (
            "incident/classificationTypes",
            json!([{"classificationCriterion": "geographical_spread"}]),
            "2.6 Member States affected: it is missing",
        ),
    ] {
        let told = told(path, value);
        assert!(told.contains(part), "{part} in {told}");
    }
}

/// R91: the draft of GDPR Art. 33(3) is filled from the case, and its clock started at awareness.
#[test]
fn the_form_of_gdpr_33_is_filled_from_the_case() {
    let (mut case, estate) = (case(), estate());
    let known = Lookup::new(&estate);
    let calendar = Calendar::new("Europe/Berlin", []).unwrap();
    let form = form::form(&case, &known, &calendar, "gdpr/authority").unwrap();
    assert_eq!(form.missing, ["consequences", "measures", "high-risk"]);
    let answer = |name: &str| form.items.iter().find(|item| item.name == name).unwrap();
    assert_eq!(
        answer("subjects").answer.as_deref(),
        Some("customers: about 1200, from the ledger, complete")
    );
    assert_eq!(answer("contact").answer.as_deref(), Some("dpo@bank.example"));
    let due = deadline(step("gdpr/authority").unwrap(), &case.events(), &calendar).unwrap();
    assert_eq!(due.since, case.times.identified.unwrap());
    assert_eq!(due.told("2026-11-21T08:00:00Z".parse().unwrap()), "48 h left");
    // Told too late, it needs a reason.
    case.sent.insert("gdpr/authority".into(), "2026-11-24T08:00:00Z".parse().unwrap());
    let form = form::form(&case, &known, &calendar, "gdpr/authority").unwrap();
    assert!(form.missing.contains(&"late"));
}

#[test]
fn every_form_is_of_a_step_and_takes_what_the_case_says() {
    let (mut case, estate) = (case(), estate());
    let known = Lookup::new(&estate);
    let calendar = Calendar::new("UTC", []).unwrap();
    for one in form::steps() {
        assert!(step(one).is_some(), "{one}");
        assert!(form::form(&case, &known, &calendar, one).is_some());
    }
    assert_eq!(form::form(&case, &known, &calendar, "sec/8-k"), None);
    let early = form::form(&case, &known, &calendar, "nis2/early-warning").unwrap();
    assert_eq!(early.missing, [] as [&str; 0]);
    assert_eq!(early.items[1].answer.as_deref(), Some("no; 1 Member States"));
    case.forms.insert("nis2/early-warning/cross-border".into(), "not likely".into());
    let early = form::form(&case, &known, &calendar, "nis2/early-warning").unwrap();
    assert_eq!(early.items[1].answer.as_deref(), Some("not likely"));
    let serious = form::form(&case, &known, &calendar, "ai-act/serious").unwrap();
    assert_eq!(serious.items[0].answer.as_deref(), Some("Service desk (desk)"));
}
