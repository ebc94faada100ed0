//! What frameworks, rows and articles say.

use serde_json::json;

use super::*;

fn finding(class: &str, severity: &str) -> Value {
    json!({"id": "f1", "class": class, "severity": severity, "server": "mail", "state": "open",
        "found": "2026-11-01", "owner": "ann", "action": "mend it", "due": "2026-12-01"})
}

#[test]
fn every_framework_is_met_where_all_is_well_and_says_what_is_outside() {
    let all = frameworks_of(&with(&[]));
    assert_eq!(all.len(), warden_model::frameworks().len());
    for one in &all {
        assert!(one.met.is_all() && one.coverage.is_all(), "{}: {:?}", one.id, one.met);
    }
    let safe = all.iter().find(|one| one.id == "SAFE-MCP").unwrap();
    assert_eq!(safe.outside, ["SAFE-T1912", "SAFE-T1915", "SAFE-T2105"]);
    let act = all.iter().find(|one| one.id == "EU-AI-Act").unwrap();
    assert!(act.dates.iter().any(|one| one.from == date(2027, 12, 2)));
    // What was not held against its text says so.
    let board = act.demanded.iter().find(|one| one.id == "Art. 9").unwrap();
    assert!(!board.checked && board.controls == ["C16"]);
}

#[test]
fn an_open_finding_leaves_nothing_met_that_it_is_mapped_to() {
    let estate = with(&[("/findings", Some(json!([finding("AUTH_NONE", "critical")])))]);
    let all = frameworks_of(&estate);
    for framework in &all {
        for control in warden_model::Class::AuthNone.controls() {
            if control.framework != framework.id {
                continue;
            }
            for demanded in framework.demanded.iter().filter(|one| control.ids.contains(&one.id)) {
                assert_eq!(demanded.status, Status::Partly, "{} {}", framework.id, demanded.id);
                assert_eq!(demanded.findings, ["f1"]);
            }
        }
    }
}

#[test]
fn coverage_counts_what_has_young_evidence_and_met_what_holds() {
    let old = with(&[("/deliverables/0/at", Some(json!("2026-08-01")))]);
    let dora = ask(&old, |ground| {
        let scope = Scope::all(ground);
        framework(&scope, &judge_all(&scope), "dora").unwrap()
    });
    assert_eq!(dora.coverage.of + 1, dora.coverage.all, "the report to the board is old");
    let report = dora.demanded.iter().find(|one| one.id == "Art. 5(2)(i)").unwrap();
    assert!(!report.fresh && report.status == Status::Partly);
    assert!(ask(&old, |ground| framework(&Scope::all(ground), &[], "no such").is_none()));
}

/// R86: the table has the three columns and the five rows in their wording, and two rows of ours
/// for DORA and NIS2; each required control has a status and links to evidence.
#[test]
fn the_table_has_its_rows_and_each_required_control_links_to_evidence() {
    assert_eq!(COLUMNS, ["Framework", "MCP Risk Addressed", "Required Controls"]);
    let table = rows(&judged(&with(&[])));
    let shown: Vec<_> = table
        .iter()
        .map(|row| {
            let needs: Vec<_> = row.needs.iter().map(|need| need.name).collect();
            format!("{} | {} | {}", row.framework, row.risk, needs.join(", "))
        })
        .collect();
    assert_eq!(
        shown[..5],
        [
            "NIST AI RMF | GOVERN accountability for agent actions; MANAGE controls reducing \
             identified risks; MAP inventory of capabilities and data access | agent inventory, \
             risk register, access controls, logging, IR plan for AI agents",
            "EU AI Act | high-risk transparency and oversight when agents are used in regulated \
             domains: HR, credit, critical infrastructure, law enforcement | human oversight, audit \
             trails, technical documentation, accuracy and robustness testing, cybersecurity \
             measures",
            "ISO/IEC 42001 | AI management system: treatment of AI-specific threats incl. \
             adversarial attacks and tooling supply chain | documented AI risk assessment, supplier \
             controls for AI tool vendors, monitoring and measurement of AI system behaviour",
            "SOC 2 Type II | logical access, monitoring, availability for servers handling customer \
             data or critical processes | access-control evidence for endpoints, logging evidence \
             for tool invocations, change-management evidence for manifest updates",
            "GDPR/Data Protection | agents processing personal data through tools; exfiltration \
             through injection is a reportable breach under Art. 33 | data minimisation at \
             tool-scope level, processing records for agent activities, breach detection, 72-hour \
             notification capability",
        ]
    );
    let more: Vec<_> = table[5..].iter().map(|row| row.framework).collect();
    assert_eq!(more, ["DORA", "NIS2"]);
    for need in table.iter().flat_map(|row| &row.needs) {
        assert_eq!(need.status, Status::Met, "{}", need.name);
        assert!(!need.evidence.is_empty() && need.query.starts_with("mcpwarden comply control C"));
    }
}

/// The required controls of a row, each with what makes it fail.
#[track_caller]
fn row_has(framework: &str, breaks: &[(&str, &str, Option<Value>)]) {
    let catalogued = |id: &str| catalogues().iter().any(|one| one.wording(id).is_some());
    let row = ROWS.iter().find(|row| row.framework == framework).unwrap();
    assert_eq!(row.needs.len(), breaks.len());
    for (name, pointer, new) in breaks {
        let broken = with(&[(pointer, new.clone())]);
        let table = rows(&judged(&broken));
        let row = table.iter().find(|row| row.framework == framework).unwrap();
        let need = row.needs.iter().find(|need| need.name == *name).unwrap();
        assert_ne!(need.status, Status::Met, "{name} after {pointer}");
        assert!(need.at.iter().all(|id| catalogued(id)), "{name}: {:?}", need.at);
        assert!(!need.evidence.is_empty(), "{name}");
    }
}

/// R87: the five controls of the NIST AI RMF row have a status of their own with evidence, and
/// stand in subcategories of GOVERN, MAP and MANAGE.
#[test]
fn the_controls_of_the_nist_row_are_judged() {
    row_has(
        "NIST AI RMF",
        &[
            ("agent inventory", "/agents/0/process", None),
            ("risk register", "/scenarios/0/treatment", None),
            ("access controls", "/agents/0/role_based", None),
            ("logging", "/servers/0/audit", None),
            ("IR plan for AI agents", "/playbooks/0", None),
        ],
    );
    let row = ROWS.iter().find(|row| row.framework == "NIST AI RMF").unwrap();
    let at: Vec<_> = row.needs.iter().flat_map(|need| need.at).collect();
    for function in ["GOVERN ", "MAP ", "MANAGE "] {
        assert!(at.iter().any(|id| id.starts_with(function)), "{function}");
    }
}

/// R89: the three controls of the ISO/IEC 42001 row have a status and evidence.
#[test]
fn the_controls_of_the_iso_42001_row_are_judged() {
    row_has(
        "ISO/IEC 42001",
        &[
            ("documented AI risk assessment", "/scenarios/0/treatment", None),
            ("supplier controls for AI tool vendors", "/assessments/0/next", None),
            ("monitoring and measurement of AI system behaviour", "/controls/1/seen", None),
        ],
    );
}

#[test]
fn the_controls_of_the_other_rows_are_judged() {
    row_has(
        "SOC 2 Type II",
        &[
            ("access-control evidence for endpoints", "/servers/0/authentication", None),
            ("logging evidence for tool invocations", "/traffic/recorded", None),
            ("change-management evidence for manifest updates", "/servers/0/pinned", None),
        ],
    );
    row_has(
        "GDPR/Data Protection",
        &[
            ("data minimisation at tool-scope level", "/connections/0/used", None),
            ("processing records for agent activities", "/agents/0/purpose", None),
            ("breach detection", "/controls/6", None),
            (
                "72-hour notification capability",
                "/incidents/0/reports/0/sent",
                Some(json!("2026-11-22T00:00:00Z")),
            ),
        ],
    );
}

/// R139: GOVERN, MANAGE and MAP have the listed controls, each of which a control stands for.
#[test]
fn the_three_functions_hold_what_a_programme_needs() {
    let listed: Vec<(&str, Vec<&str>)> = TRIAD
        .iter()
        .map(|one| (one.function, one.needs.iter().map(|need| need.name).collect()))
        .collect();
    assert_eq!(
        listed,
        [
            (
                "GOVERN",
                vec!["policies", "roles", "accountability", "vendor assessment", "change control"]
            ),
            ("MANAGE", vec!["authentication", "authorisation", "logging", "monitoring"]),
            ("MAP", vec!["business processes", "data", "risk per connection"]),
        ]
    );
    let rmf = catalogue("NIST-AI-RMF").unwrap();
    for need in TRIAD.iter().flat_map(|one| one.needs) {
        assert!(need.controls.iter().all(|id| CONTROLS.iter().any(|one| one.id == *id)));
        assert!(need.at.iter().all(|id| rmf.wording(id).is_some()), "{}", need.name);
    }
    let function = |need: &Need, name: &str| need.at.iter().all(|id| id.starts_with(name));
    assert!(TRIAD.iter().all(|one| one.needs.iter().all(|need| function(need, one.function))));
}

/// R20: the page of a server that a critical process depends on lists, for DORA, NIS2 and the AI
/// Act, the articles that are satisfied and those that are not, with evidence.
#[test]
fn a_server_of_a_critical_process_has_a_page_for_each_regulation() {
    let page = |estate: &Estate| ask(estate, |ground| server_page(ground, "mail").unwrap());
    let good = page(&with(&[]));
    assert_eq!(good.processes, ["payments"]);
    let names: Vec<_> = good.regimes.iter().map(|one| one.name).collect();
    assert_eq!(names, ["DORA", "NIS2", "EU AI Act"]);
    for article in good.regimes.iter().flat_map(|one| &one.articles) {
        assert!(article.satisfied && !article.evidence.is_empty(), "{article:#?}");
    }
    let bad = page(&with(&[
        ("/servers/0/authentication", Some(json!("none"))),
        ("/findings", Some(json!([finding("VENDOR_UNASSESSED", "medium")]))),
    ]));
    let article = |regime: &str, id: &str| {
        let regime = bad.regimes.iter().find(|one| one.name == regime).unwrap();
        regime.articles.iter().find(|one| one.id == id).unwrap().clone()
    };
    let login = article("DORA", "Art. 9(4)(d)");
    assert!(
        !login.satisfied && login.lacks[0].starts_with("C3a: the server knows who calls: 0 of 1")
    );
    let vendor = article("DORA", "Art. 28(4)");
    assert!(!vendor.satisfied && vendor.findings == ["f1"]);
    assert!(article("DORA", "Art. 9(4)(e)").satisfied, "drift has nothing to do with it");
    assert!(!article("NIS2", "Art. 21(2)(j)").satisfied);
    assert_eq!(article("EU AI Act", "Art. 14").provision, Provision::Readiness(date(2027, 12, 2)));
}

#[test]
fn a_process_that_nobody_judged_is_critical_and_lunch_is_not() {
    let critical = |change: (&str, Option<Value>)| {
        ask(&with(&[("/agents/0/process", Some(json!("lunch"))), change]), |ground| {
            critical_servers(ground).len()
        })
    };
    assert_eq!(critical(("/servers/0/processes", Some(json!(["lunch"])))), 0);
    assert_eq!(critical(("/servers/0/processes", Some(json!(["payments"])))), 1);
    assert_eq!(critical(("/processes/0/critical", None)), 1);
    // An agent of a critical process brings its servers with it.
    let through = with(&[("/servers/0/processes", Some(json!(["lunch"])))]);
    assert_eq!(ask(&through, |ground| critical_servers(ground).len()), 1);
}

#[test]
fn a_server_without_owner_or_approval_is_an_unmanaged_third_party() {
    let all = |changes: &[(&str, Option<Value>)]| ask(&with(changes), unmanaged);
    assert!(all(&[]).is_empty());
    for change in ["/servers/0/owner", "/servers/0/approved_by", "/servers/0/approved_at"] {
        assert_eq!(all(&[(change, None)])[0].id, "servers/mail", "{change}");
    }
    assert_eq!(all(&[("/servers/0/owner", Some(json!("team")))])[0].lacks, ["owner"]);
    let shadow = json!([{"endpoint": "https://x.example/mcp"}]);
    assert_eq!(all(&[("/shadows", Some(shadow))])[0].id, "shadows/https://x.example/mcp");
}

#[test]
fn the_ten_measures_of_nis_2_are_there_in_order() {
    let measures = nis2(&judged(&with(&[("/servers/0/encrypted", None)])));
    let points: Vec<_> = measures.iter().map(|one| one.id).collect();
    let wanted: Vec<_> = ('a'..='j').map(|point| format!("Art. 21(2)({point})")).collect();
    assert_eq!(points, wanted);
    assert_eq!(measures[7].status, Status::NotMeasured, "nobody knows whether it is encrypted");
    assert_eq!(measures[0].status, Status::Met);
    assert!(measures.iter().all(|one| !one.evidence.is_empty()));
}

#[test]
fn articles_of_the_ai_act_apply_from_their_dates() {
    let on = |article: &str, day: Date| Provision::of(article, day);
    assert_eq!(on("Art. 4", DAY), Provision::Applies);
    assert_eq!(on("Art. 50", DAY), Provision::Applies);
    assert_eq!(on("Art. 50(2)", DAY), Provision::Readiness(date(2026, 12, 2)));
    for article in ["Art. 9", "Art. 12", "Art. 14(4)(e)", "Art. 26(6)", "Art. 73"] {
        assert_eq!(on(article, DAY), Provision::Readiness(date(2027, 12, 2)), "{article}");
        assert_eq!(on(article, date(2027, 12, 2)), Provision::Applies, "{article}");
    }
    assert_eq!(on("Art. 6(1)", date(2028, 8, 1)), Provision::Readiness(date(2028, 8, 2)));
}
