use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn record(affected: &Value) -> Vec<u8> {
    json!({ "schema_version": "1.7.5", "id": "CVE-2026-1", "modified": "2026-01-01T00:00:00Z",
            "affected": [affected], "later_field": { "ignored": true } })
    .to_string()
    .into_bytes()
}

fn ranged(ecosystem: &str, kind: &str, events: &Value) -> Value {
    json!({ "package": { "ecosystem": ecosystem, "name": "x" },
            "ranges": [{ "type": kind, "events": events }] })
}

#[track_caller]
fn check(affected: &Value, expected: &[(&str, Verdict)]) {
    let (advisory, _) = read(&record(affected)).expect("it is a record");
    for (version, verdict) in expected {
        assert_eq!(advisory.affected[0].verdict(Some(version)), *verdict, "{version}");
    }
}

const YES: Verdict = Verdict::Affected;
const NO: Verdict = Verdict::NotAffected;

#[test]
fn ranges_are_evaluated_as_the_specification_says() {
    let events = json!([{ "introduced": "0.0.5" }, { "fixed": "0.1.16" }]);
    let affected = ranged("npm", "SEMVER", &events);
    let expected =
        [("0.0.4", NO), ("0.0.5", YES), ("0.1.15", YES), ("0.1.16-rc.1", YES), ("0.1.16", NO)];
    check(&affected, &expected);
    // In any order.
    let events = json!([
        { "fixed": "3.2.5" }, { "introduced": "3.0.0" }, { "fixed": "1.0.2" }, { "introduced": "1.0.0" }
    ]);
    let expected = [
        ("0.9.0", NO),
        ("1.0.0", YES),
        ("1.0.2", NO),
        ("2.9.9", NO),
        ("3.0.0", YES),
        ("3.2.4", YES),
        ("3.2.5", NO),
    ];
    check(&ranged("npm", "SEMVER", &events), &expected);
    let events = json!([{ "introduced": "0" }]);
    check(&ranged("npm", "SEMVER", &events), &[("0.0.0-alpha", YES), ("99.0.0", YES)]);
    let events = json!([{ "introduced": "0" }, { "last_affected": "1.4.0" }]);
    check(&ranged("npm", "SEMVER", &events), &[("1.4.0", YES), ("1.4.1", NO)]);
    let events = json!([{ "introduced": "1.0.0" }, { "limit": "2.0.0" }]);
    check(&ranged("npm", "SEMVER", &events), &[("1.9.0", YES), ("2.0.0", NO)]);
    let events = json!([{ "introduced": "1.0.0" }, { "limit": "1.2.0" }, { "limit": "*" }]);
    check(&ranged("npm", "SEMVER", &events), &[("1.9.0", YES), ("0.9.0", NO)]);
}

#[test]
fn every_ecosystem_counts_in_its_own_way() {
    let events = json!([{ "introduced": "0" }, { "fixed": "1.0rc1" }]);
    let expected = [("1.0.dev3", YES), ("1.0b2", YES), ("1.0RC1", NO), ("1.0", NO), ("1!0.1", NO)];
    check(&ranged("PyPI", "ECOSYSTEM", &events), &expected);
    let events = json!([{ "introduced": "0" }, { "fixed": "1.2.4" }]);
    let expected = [
        ("v1.2.3", YES),
        ("v1.2.4-0.20240101000000-abcdefabcdef", YES),
        ("v1.2.4", NO),
        ("v2.0.0+incompatible", NO),
    ];
    check(&ranged("Go", "SEMVER", &events), &expected);
    check(&ranged("crates.io", "SEMVER", &events), &[("1.2.3", YES), ("1.2.4+build", NO)]);
}

#[test]
fn listed_versions_are_affected_whatever_the_ranges_say() {
    let affected = json!({ "package": { "ecosystem": "PyPI", "name": "X_y.z" }, "versions": ["1.0", "weird"] });
    check(&affected, &[("1.0", YES), ("1.0.0", YES), ("weird", YES), ("1.1", NO)]);
    let (advisory, _) = read(&record(&affected)).unwrap();
    assert_eq!(advisory.affected[0].name, "x-y-z");
}

#[test]
fn what_cannot_be_decided_is_unknown() {
    use Unclear::{Bound, Commits, Empty, Nonsense, Version};
    let range = |events: Value| ranged("npm", "SEMVER", &events);
    let unknown = Verdict::Unknown;
    for (affected, version, expected) in [
        (range(json!([{ "introduced": "0" }, { "fixed": "1.0.0" }])), "latest", Version),
        (range(json!([{ "introduced": "0" }, { "fixed": "one" }])), "0.1.0", Bound),
        (range(json!([{ "introduced": "0" }, { "limit": "one" }])), "0.1.0", Bound),
        (range(json!([{ "fixed": "1.0.0" }])), "0.1.0", Nonsense),
        (range(json!([{ "introduced": "2.0.0" }, { "fixed": "1.0.0" }])), "2.1.0", Nonsense),
        (range(json!([{ "introduced": "0", "fixed": "1.0.0" }])), "0.1.0", Nonsense),
        (range(json!([{}])), "0.1.0", Nonsense),
        (range(json!([])), "0.1.0", Nonsense),
        (
            range(
                json!([{ "introduced": "0" }, { "fixed": "1.0.0" }, { "last_affected": "0.9.0" }]),
            ),
            "0.1.0",
            Nonsense,
        ),
        (ranged("npm", "FANCY", &json!([{ "introduced": "0" }])), "0.1.0", Nonsense),
        (ranged("npm", "GIT", &json!([{ "introduced": "0" }])), "0.1.0", Commits),
        (json!({ "package": { "ecosystem": "npm", "name": "x" } }), "0.1.0", Empty),
    ] {
        check(&affected, &[(version, unknown(expected))]);
        let (_, notes) = read(&record(&affected)).unwrap();
        assert_eq!(notes.is_empty(), expected == Version, "{affected}");
    }
}

#[test]
fn commits_beside_a_list_of_versions_are_passed_over() {
    let affected = json!({ "package": { "ecosystem": "npm", "name": "x" }, "versions": ["1.0.0"],
        "ranges": [{ "type": "GIT", "repo": "https://git.example/x", "events": [{ "introduced": "0" }] }] });
    check(&affected, &[("1.0.0", YES), ("1.0.1", NO)]);
}

#[test]
fn without_a_version_only_what_holds_for_all_is_said() {
    let all = ranged("npm", "SEMVER", &json!([{ "introduced": "0" }]));
    let some = ranged("npm", "SEMVER", &json!([{ "introduced": "0" }, { "fixed": "1.0.0" }]));
    let verdict = |affected| read(&record(affected)).unwrap().0.affected[0].verdict(None);
    assert_eq!(verdict(&all), YES);
    assert_eq!(verdict(&some), Verdict::Unknown(Unclear::NoVersion));
}

#[test]
fn records_that_are_none_are_refused_with_the_reason() {
    let range = json!([{ "type": "SEMVER", "events": [{ "introduced": "0" }] }]);
    let of = |ecosystem: &str| json!([{ "package": { "ecosystem": ecosystem, "name": "x" }, "ranges": range }]);
    let many: Vec<String> = (0..2000).map(|n| format!("CVE-2026-{n}")).collect();
    for (json, expected) in [
        (json!([]), Refusal::NotOsv),
        (json!({ "id": 5 }), Refusal::NotOsv),
        (json!({ "id": "CVE-1", "affected": "x" }), Refusal::NotOsv),
        (
            json!({ "id": "CVE-1", "schema_version": "2.0.0", "affected": of("npm") }),
            Refusal::Schema,
        ),
        (json!({ "affected": of("npm") }), Refusal::NoId),
        (json!({ "id": "nothing", "affected": of("npm") }), Refusal::NoId),
        (json!({ "id": "CVE-<b>", "affected": of("npm") }), Refusal::NoId),
        (json!({ "id": "CVE-1" }), Refusal::NoPackage),
        (json!({ "id": "CVE-1", "affected": [] }), Refusal::NoPackage),
        (json!({ "id": "CVE-1", "affected": [{ "ranges": range }] }), Refusal::NoPackage),
        (json!({ "id": "CVE-1", "affected": of("Debian:12") }), Refusal::OtherEcosystem),
        (json!({ "id": "CVE-1", "affected": of("NoSuch") }), Refusal::OtherEcosystem),
        (json!({ "id": "CVE-1", "affected": of("npm"), "aliases": many }), Refusal::TooLarge),
    ] {
        assert_eq!(read(json.to_string().as_bytes()).unwrap_err(), expected, "{json}");
    }
    assert_eq!(read(b"{").unwrap_err(), Refusal::NotOsv);
    assert_eq!(read(&vec![b' '; 9 << 20]).unwrap_err(), Refusal::TooLarge);
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (member, expected) in
        [("later", Refusal::NoPackage), ("database_specific", Refusal::NotOsv)]
    {
        let deep = format!("{{\"id\":\"CVE-1\",\"{member}\":{deep}}}");
        assert_eq!(read(deep.as_bytes()).unwrap_err(), expected, "{member}");
    }
}

#[test]
fn the_worst_severity_counts_and_malware_is_critical() {
    let base = |more: Value| {
        let mut json = json!({ "id": "GHSA-1", "affected": [
            { "package": { "ecosystem": "npm", "name": "x" }, "versions": ["1.0.0"] }] });
        for (name, value) in more.as_object().unwrap() {
            json[name] = value.clone();
        }
        read(json.to_string().as_bytes()).unwrap().0
    };
    let medium = "CVSS:3.1/AV:L/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N";
    let scored = json!([{ "type": "CVSS_V3", "score": medium }]);
    assert_eq!(base(json!({ "severity": scored })).severity, Some(Severity::Medium));
    let worse = base(json!({ "severity": scored, "database_specific": { "severity": "HIGH" } }));
    assert_eq!(worse.severity, Some(Severity::High));
    assert_eq!(base(json!({})).severity, None);
    assert!(base(json!({ "id": "MAL-2025-1" })).malicious);
    assert_eq!(base(json!({ "id": "MAL-2025-1" })).severity, Some(Severity::Critical));
    assert!(base(json!({ "aliases": ["MAL-2025-1"] })).malicious);
    assert!(base(json!({ "database_specific": { "cwe_ids": ["CWE-506"] } })).malicious);
    assert!(!base(json!({ "database_specific": { "cwe_ids": ["CWE-79"] } })).malicious);
}

#[test]
fn a_withdrawn_advisory_is_withdrawn_from_then_on() {
    let json = |time: &str| {
        json!({ "id": "CVE-1", "withdrawn": time, "affected": [
            { "package": { "ecosystem": "npm", "name": "x" }, "versions": ["1.0.0"] }] })
        .to_string()
    };
    let (advisory, notes) = read(json("2026-01-01T00:00:00Z").as_bytes()).unwrap();
    let then = 1_767_225_600;
    assert!(advisory.is_withdrawn(then) && !advisory.is_withdrawn(then - 1) && notes.is_empty());
    let (advisory, notes) = read(json("yes").as_bytes()).unwrap();
    assert!(!advisory.is_withdrawn(i64::MAX));
    assert_eq!(notes, [Note::Withdrawn]);
}

#[test]
fn a_fix_is_the_lowest_one_above_the_version() {
    let events = json!([{ "introduced": "1.0.0" }, { "fixed": "1.4.9" }, { "introduced": "2.0.0" }, { "fixed": "2.3.1" }]);
    let (advisory, _) = read(&record(&ranged("npm", "SEMVER", &events))).unwrap();
    let affected = &advisory.affected[0];
    assert_eq!(affected.fix_for(Some("1.2.0")), Some("1.4.9"));
    assert_eq!(affected.fix_for(Some("2.0.0")), Some("2.3.1"));
    assert_eq!(affected.fix_for(Some("3.0.0")), None);
    assert_eq!(affected.fix_for(None), Some("1.4.9"));
}

proptest! {
    /// The algorithm written down once more, as an expression over one pair.
    #[test]
    fn one_pair_is_an_interval(from in 0_u8..6, to in 0_u8..6, at in 0_u8..6) {
        let events = json!([{ "introduced": format!("0.{from}.0") }, { "fixed": format!("0.{to}.0") }]);
        let (advisory, _) = read(&record(&ranged("npm", "SEMVER", &events))).unwrap();
        let verdict = advisory.affected[0].verdict(Some(&format!("0.{at}.0")));
        let expected = if from >= to { Verdict::Unknown(Unclear::Nonsense) }
            else if from <= at && at < to { YES } else { NO };
        prop_assert_eq!(verdict, expected);
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(read(&bytes), read(&bytes));
    }
}
