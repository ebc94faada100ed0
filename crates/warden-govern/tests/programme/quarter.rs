//! Every metric against an estate of which it was computed by hand: `tests/data/quarter`, whose
//! README says how each figure comes about.

use std::{fs, path::Path};

use warden_govern::{
    Estate,
    estate::{Lookup, check, read::Draft},
    maturity::{MaturityTier, Standing, maturity},
    metrics::{
        Change, Composite, Computed, Coverage, Given, Metric, Residual, Verdict, detections,
        merge_csv, metrics, named, quarter, record, trend,
    },
};

fn estate() -> Estate {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/quarter");
    let mut draft = Draft::default();
    let mut files: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end != "md")) {
        draft.add_file(&file.display().to_string(), &fs::read(file).unwrap());
    }
    let estate = draft.finish("2026-11-20T12:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(check::check(&estate), []);
    estate
}

fn composites() -> Vec<Composite> {
    let composite = |server: &str, tool: &str, points| Composite {
        server: server.into(),
        tool: tool.into(),
        points,
    };
    vec![
        composite("mail", "send", 88),
        composite("files", "write", 60),
        composite("files", "read", 59),
    ]
}

fn coverage() -> Vec<Coverage> {
    let of = |framework: &str, fresh, required| Coverage {
        framework: framework.into(),
        fresh,
        required,
        missing: Vec::new(),
    };
    vec![of("NIS2", 1, 2), of("DORA", 3, 4)]
}

fn all(estate: &Estate) -> Vec<Metric> {
    let (composites, coverage) = (composites(), coverage());
    let residual = Residual { p10: 1e5, p50: 2.5e5, p90: 9e5, shadow_premium: None };
    let given = Given {
        residual: Some(residual),
        composites: Some(&composites),
        coverage: Some(&coverage),
        ..Given::default()
    };
    metrics(&Lookup::new(estate), &given, usize::MAX)
}

fn one<'m>(all: &'m [Metric], id: &str) -> &'m Metric {
    all.iter().find(|metric| metric.figure.id == id).unwrap()
}

fn rows(metric: &Metric) -> String {
    let rows = metric.rows.iter().map(|row| format!("{}: {}", row.name, row.value));
    rows.collect::<Vec<_>>().join("; ")
}

#[test]
fn every_figure_is_as_it_was_computed_by_hand() {
    let all = all(&estate());
    let expected = [
        ("M1", "71.4 %"),
        ("M2", "40.0 %"),
        ("M2-owners", "33.3 %"),
        ("M3", "40.0 %"),
        ("M3-pin", "60.0 %"),
        ("M4", "20.0 %"),
        ("M4-stages", "20.0 %"),
        ("M5", "40.0 %"),
        ("M5-baseline", "50.0 %"),
        ("M6", "90.0 %"),
        ("M7", "75.0 %"),
        ("M7-agents", "37.5 %"),
        ("M8", "33.3 %"),
        ("M8-session", "50.0 %"),
        ("M9", "33.3 %"),
        ("M10", "not detected (1 of 4); 1 h 13 min for the others"),
        ("M10-behaviour", "20 min"),
        ("M10-drift", "3 h"),
        ("M11", "26 min 40 s"),
        ("M11-recover", "not recovered (1 of 3); 2 h for the others"),
        ("M12", "33.3 %"),
        ("M12-approved", "33.3 %"),
        ("M12-latency", "not detected (1 of 3); 5 h 30 min for the others"),
        ("M13", "20.0 %"),
        ("M13-false", "15.0 %"),
        ("M14", "0.5 a day"),
        ("M14-auto", "33.3 %"),
        ("M15", "33.3 %"),
        ("M15-opened", "66.6 %"),
        ("M15-must", "33.3 %"),
        ("M15-old", "10.0 %"),
        ("M16", "75.0 %"),
        ("M17", "250000 EUR"),
        ("M18", "Maturity tier 1 Reactive"),
        ("M18-signals", "14.2 %"),
        ("M19", "66.6 %"),
        ("M20", "66.6 %"),
        ("M20-age", "50 d"),
        ("M21-least", "33.3 %"),
        ("M21-provenance", "40.0 %"),
        ("M21-attestation", "80.0 %"),
    ];
    let found: Vec<_> =
        all.iter().map(|metric| (metric.figure.id, metric.figure.value.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn what_does_not_hold_is_named() {
    let all = all(&estate());
    let drill = |id: &str| one(&all, id).figure.drill.join(" ");
    assert_eq!(drill("M1"), "https://one.example https://three.example");
    assert_eq!(drill("M2"), "ghost lab search");
    assert_eq!(drill("M8"), "bot files/read bot files/write bot mail/send helper ghost/*");
    assert_eq!(drill("M20"), "f1 f2");
    assert_eq!(drill("M16"), "d");
    assert_eq!(
        rows(one(&all, "M14")),
        "questions: 5; not answered: 1; median answer: 20 s; \
        most by one person in an hour: 3 ann; consent fatigue (over 20 an hour): no"
    );
    let metric = one(&all, "M9");
    assert_eq!(rows(metric), "bot: 2");
    assert_eq!(metric.figure.query, "mcpwarden metrics --estate ESTATE M9");
}

/// R116: agents, and the way from each over its servers to their tools, are all there; what is
/// complete is what was found of that and of what nobody registered.
#[test]
fn the_inventory_counts_every_way_from_an_agent_to_a_tool() {
    let all = all(&estate());
    let coverage = one(&all, "M1");
    assert_eq!(
        rows(coverage),
        "agents: 3; agents connected to nothing: 1; connections of agents to servers: 4; \
         tools: 6; agent, server, tool: 6; servers whose tools nobody has listed: 2"
    );
    assert_eq!(coverage.figure.ratio.map(|ratio| (ratio.of, ratio.all)), Some((5, 7)));
}

/// R117: how every server knows who calls is told of each of them, those of which it is not known
/// apart.
#[test]
fn the_kinds_of_authentication_add_up_to_all_servers() {
    let all = all(&estate());
    let metric = one(&all, "M5");
    assert_eq!(rows(metric), "mtls: 0; oauth: 1; local: 1; static: 1; none: 1; unknown: 1");
    let sum: u64 = metric.rows.iter().map(|row| row.value.parse::<u64>().unwrap()).sum();
    assert_eq!(Some(sum), metric.figure.ratio.map(|ratio| ratio.all));
}

/// R133: the time to detect is from when an incident began until a person knew what it was, for
/// each incident and for each kind.
#[test]
fn each_incident_and_each_kind_has_its_time_to_detect() {
    let estate = estate();
    let known = Lookup::new(&estate);
    let times: Vec<_> = detections(&Standing::new(&known))
        .into_iter()
        .map(|one| (one.incident, one.kind.to_string(), one.seconds))
        .collect();
    let expected = [
        ("i1", "behaviour", Some(600)),
        ("i2", "behaviour", Some(1800)),
        ("i3", "manifest-drift", Some(10_800)),
        ("i4", "exfiltration", None),
    ];
    assert_eq!(times, expected.map(|(id, kind, time)| (id.into(), kind.into(), time)));
    assert_eq!(
        rows(one(&all(&estate), "M10")),
        "behaviour: mean 20 min, P95 30 min, of 2; manifest-drift: mean 3 h, P95 3 h, of 1; \
         exfiltration: mean not detected (1 of 1), P95 not detected, of 1"
    );
}

/// R134: 15 minutes and 4 hours are passed or failed, and what was not detected is told and makes
/// the mean infinite.
#[test]
fn targets_are_passed_or_failed_and_nothing_undetected_is_dropped() {
    let mut estate = estate();
    let verdict = |estate: &Estate, id: &str| one(&all(estate), id).verdict;
    assert_eq!(verdict(&estate, "M10-behaviour"), Some(Verdict::Fail));
    assert_eq!(verdict(&estate, "M10-drift"), Some(Verdict::Pass));
    // Exactly the target is not under it.
    estate.incidents[0].identified = Some("2026-11-01T10:00:00Z".parse().unwrap());
    assert_eq!(one(&all(&estate), "M10-behaviour").figure.value, "15 min");
    assert_eq!(verdict(&estate, "M10-behaviour"), Some(Verdict::Fail));
    estate.incidents[1].identified = Some("2026-11-05T10:29:58Z".parse().unwrap());
    assert_eq!(verdict(&estate, "M10-behaviour"), Some(Verdict::Pass));
    // One that is not detected is infinite, whatever the others are.
    estate.incidents[1].identified = None;
    let missed = all(&estate);
    let metric = one(&missed, "M10-behaviour");
    assert_eq!(metric.figure.value, "not detected (1 of 2); 0 s for the others");
    assert_eq!((metric.verdict, metric.number, metric.open), (Some(Verdict::Fail), None, Some(1)));
    // Without incidents there is nothing to pass.
    estate.incidents.clear();
    let none = all(&estate);
    assert_eq!(one(&none, "M10-behaviour").figure.value, "n/a");
    assert_eq!(one(&none, "M10-behaviour").verdict, None);
}

#[test]
fn a_quarter_that_is_worse_is_flagged() {
    let estate = estate();
    let all = all(&estate);
    let series = trend(&estate, &all);
    let of = |id: &str| series.iter().find(|series| series.figure == id).unwrap();
    let changes = |id: &str| -> Vec<(String, Option<f64>, Change)> {
        let points = of(id).points.iter();
        points.map(|point| (point.quarter.clone(), point.value, point.change)).collect()
    };
    assert_eq!(
        changes("M10-behaviour"),
        [
            ("2026-Q2".into(), Some(1500.0), Change::Unknown),
            ("2026-Q3".into(), Some(600.0), Change::Better),
            ("2026-Q4".into(), Some(1200.0), Change::Worse),
        ]
    );
    assert!(of("M10-behaviour").worsening && !of("M1").worsening);
    assert_eq!(changes("M1")[1].2, Change::Better);
    // The mean of the others is no value of a quarter in which something was not detected.
    assert_eq!(changes("M10")[0], ("2026-Q3".into(), None, Change::Unknown));
    assert_eq!(changes("M10")[1].2, Change::Same);
}

#[test]
fn what_is_recorded_is_the_past_of_the_next_report() {
    let mut estate = estate();
    let all = all(&estate);
    let now = quarter(estate.day());
    let rows = record(&now, &all, &maturity(&Lookup::new(&estate)));
    let text = "quarter,figure,value\n2026-Q3,M1,50\n2026-Q4,M1,1\n2026-Q4,own,7\n";
    let text = merge_csv(text, &rows).unwrap();
    assert!(text.starts_with("quarter,figure,value\n2026-Q3,M1,50\n2026-Q4,own,7\n"), "{text}");
    for line in ["2026-Q4,M1,71.4", "2026-Q4,M10-open,1", "2026-Q4,S-inventory,1", "2026-Q4,M18,1"]
    {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    assert!(!text.contains("M10,"), "an infinite time has no number");
    // Recording twice is recording once.
    assert_eq!(merge_csv(&text, &rows).unwrap(), text);
    let mut draft = Draft::default();
    draft.add_file("past.csv", text.as_bytes());
    estate.past = draft.finish(estate.as_of).unwrap().past;
    estate.as_of = "2027-01-05T12:00:00Z".parse().unwrap();
    let next = trend(&estate, &self::all(&estate));
    let m10 = next.iter().find(|series| series.figure == "M10").unwrap();
    assert_eq!(m10.points[0].quarter, "2026-Q4");
    assert_eq!(m10.points[0].value, None);
    // What is no such table is not written over.
    assert!(merge_csv("id,name\n1,2\n", &rows).is_err());
}

#[test]
fn what_nobody_counted_is_not_measured_and_a_share_of_nothing_is_none() {
    let mut estate = estate();
    estate.traffic.estimated = None;
    estate.traffic.agent_to_agent = Some(0);
    estate.organisation.least_level = None;
    estate.servers.clear();
    let without = metrics(&Lookup::new(&estate), &Given::default(), 3);
    let value = |id: &str| one(&without, id).figure.value.as_str();
    assert_eq!(value("M7"), "not measured: nobody has counted");
    assert_eq!(value("M7-agents"), "n/a");
    assert_eq!(value("M4"), "not measured: the organisation has no least_level");
    assert_eq!(value("M17"), "not measured: no scenario has all its estimates");
    assert_eq!(value("M9"), "not measured: no composite risk was computed");
    assert_eq!(value("M19"), "not measured: no framework was looked at");
    assert_eq!(value("M2"), "n/a");
    assert_eq!(value("M15"), "n/a");
    // Of nothing at all, no figure is a good one, and none is a number that nobody counted.
    let empty = Estate::default();
    for metric in metrics(&Lookup::new(&empty), &Given::default(), 3) {
        let text = &metric.figure.value;
        let honest = text == "n/a" || text.starts_with("not measured");
        assert!(honest || metric.figure.id.starts_with("M18"), "{}: {text}", metric.figure.id);
    }
}

#[test]
fn the_three_indices_are_shares() {
    let all = all(&estate());
    let indices: Vec<_> = named(&all, "M21")
        .iter()
        .map(|metric| metric.figure.ratio.map(|ratio| (ratio.of, ratio.all)))
        .collect();
    assert_eq!(indices, [Some((2, 6)), Some((2, 5)), Some((800, 1000))]);
}

/// R122: of third-party servers in production, how many have an assessment opened; all is 100 %.
#[test]
fn opening_an_assessment_of_each_vendor_makes_all() {
    let mut estate = estate();
    let opened = |estate: &Estate| one(&all(estate), "M15-opened").figure.clone();
    assert_eq!(opened(&estate).drill, ["ghost"]);
    let mut ghost = estate.assessments[1].clone();
    ghost.server = "ghost".into();
    estate.assessments.push(ghost);
    assert_eq!(opened(&estate).value, "100.0 %");
}

/// R124: every agent that can act has an allowlist for its sessions, or is named.
#[test]
fn agents_that_can_act_without_an_allowlist_are_named() {
    let mut estate = estate();
    let sessions = |estate: &Estate| one(&all(estate), "M8-session").figure.clone();
    assert_eq!(sessions(&estate).drill, ["helper"]);
    estate.agents[1].session_allowlist = Some(true);
    assert_eq!(sessions(&estate).value, "100.0 %");
}

/// What the other parts compute of the same estate takes the place of what is handed in by hand.
#[test]
fn composite_risk_and_coverage_are_of_the_same_estate() {
    let estate = estate();
    let known = Lookup::new(&estate);
    let computed = Computed::of(&known);
    let all = metrics(&known, &computed.given(), usize::MAX);
    // `f1` is about a server with regulated data that can send.
    let high = &one(&all, "M9").figure.drill;
    assert!(high.contains(&"mail/read".to_owned()) && high.contains(&"mail/send".to_owned()));
    assert!(one(&all, "M19").figure.ratio.is_some_and(|ratio| ratio.all > 0));
    // Nobody has written a scenario down, so no money is invented.
    assert!(one(&all, "M17").figure.value.starts_with("not measured"));
}

#[test]
fn the_tier_and_what_was_gained_since_the_first_day() {
    let estate = estate();
    let maturity = maturity(&Lookup::new(&estate));
    assert_eq!(maturity.tier, MaturityTier::Reactive);
    assert_eq!(maturity.since.tier, Some(MaturityTier::Reactive));
    assert_eq!(maturity.since.gained, ["S-inventory"]);
    assert_eq!(maturity.since.lost, [""; 0]);
    assert_eq!(maturity.since.unknown.len(), 12);
    let blocking = maturity.blocking.iter();
    let blocking = blocking.map(|one| format!("{}: {}", one.server, one.lacks.join(", ")));
    let blocking: Vec<_> = blocking.collect();
    assert_eq!(blocking, ["ghost: authentication, logging", "search: authentication, logging"]);
}
