use proptest::prelude::*;
use serde_json::json;
use warden_model::{Class, Component, Ecosystem, Finding, Pinning, Severity, Source};

use super::{
    example::{NOW, component, lock, supply},
    *,
};

fn judged_by(supply: &Supply, database: &Database<'_>) -> Judged {
    let policy = LicencePolicy::default();
    judge(supply, database, &Judging { known: Known::built_in(), licences: &policy, now: NOW })
}

fn judged(supply: &Supply) -> Judged {
    judged_by(supply, &Database::starter().expect("what is built in is whole"))
}

fn with(components: Vec<Component>) -> Supply {
    Supply { server: "example".into(), components, ..Supply::default() }
}

fn of_rule<'f>(judged: &'f Judged, rule: &str) -> Vec<&'f Finding> {
    judged.findings.iter().filter(|finding| finding.rule == rule).collect()
}

fn npm(name: &str, version: &str) -> Component {
    let mut own = component(Ecosystem::Npm, name, Some(version));
    own.file = "package-lock.json".into();
    own.hashes = vec!["sha512:AAAA".into()];
    own
}

#[test]
fn the_case_of_mcp_remote_is_critical_until_it_is_mended() {
    for (version, found) in [("0.0.4", false), ("0.0.5", true), ("0.1.15", true), ("0.1.16", false)]
    {
        let judged = judged(&with(vec![npm("mcp-remote", version)]));
        let vulnerable = of_rule(&judged, "vulnerable-component");
        assert_eq!(!vulnerable.is_empty(), found, "{version}");
        if let [finding] = vulnerable[..] {
            assert_eq!(
                (finding.severity, finding.class),
                (Severity::Critical, Class::VulnDependency)
            );
            assert!(finding.message.contains("CVE-2025-6514"), "{}", finding.message);
            assert_eq!(finding.label, "mended in 0.1.16");
        }
        assert_eq!(judged.gaps, []);
        let hits: Vec<(&str, &str)> =
            judged.hits.iter().map(|(purl, hit)| (purl.as_str(), hit.id.as_str())).collect();
        let purl = format!("pkg:npm/mcp-remote@{version}");
        let expected = if found { vec![(purl.as_str(), "CVE-2025-6514")] } else { Vec::new() };
        assert_eq!(hits, expected);
    }
}

#[test]
fn what_was_asked_for_is_shown_without_its_password() {
    let mut own = npm("tickets", "1.0.0");
    own.version = None;
    own.pinning = Pinning::Floating;
    own.requirement = Some("git+https://user:hunter2secret@git.example/tickets.git".into());
    let judged = judged(&with(vec![own]));
    let [finding] = of_rule(&judged, "floating-component")[..] else { panic!("one finding") };
    assert!(!format!("{finding:?}").contains("hunter2secret"), "{}", finding.label);
}

#[test]
fn a_finding_says_how_the_component_came_in() {
    let json = json!({ "packages": {
        "": { "dependencies": { "desk": "1.0.0" } },
        "node_modules/desk": { "version": "1.0.0", "integrity": "sha512-AA", "dependencies": { "bridge": "1" } },
        "node_modules/bridge": { "version": "1.0.0", "integrity": "sha512-AA", "dependencies": { "mcp-remote": "*" } },
        "node_modules/mcp-remote": { "version": "0.1.0", "integrity": "sha512-AA" } } });
    let mut supply = Supply::default();
    lock("package-lock.json", &json, &mut supply);
    let judged = judged(&supply);
    let [finding] = of_rule(&judged, "vulnerable-component")[..] else { panic!("one finding") };
    let notes: Vec<&str> = finding.trace.iter().map(|step| step.note.as_str()).collect();
    assert_eq!(
        notes,
        [
            "`desk` 1.0.0 asks for `bridge` 1.0.0",
            "`bridge` 1.0.0 asks for `mcp-remote` 0.1.0",
            "mended in 0.1.16"
        ]
    );
}

#[test]
fn a_circle_of_dependencies_ends() {
    let mut a = npm("aaa", "1.0.0");
    let mut b = npm("bbb", "1.0.0");
    a.depends = vec![("bbb".into(), None)];
    b.depends = vec![("aaa".into(), None), ("bbb".into(), None)];
    b.direct = false;
    a.direct = false;
    let judged = judged(&with(vec![a, b, npm("mcp-remote", "0.1.0")]));
    assert_eq!(of_rule(&judged, "vulnerable-component").len(), 1);
}

#[test]
fn what_is_only_for_building_counts_less_and_malware_does_not() {
    let mut own = npm("mcp-remote", "0.1.0");
    own.development = true;
    let mut bad = npm("postmark-mcp", "1.0.16");
    bad.development = true;
    let judged = judged(&with(vec![own.clone(), bad]));
    assert_eq!(of_rule(&judged, "vulnerable-component")[0].severity, Severity::High);
    assert_eq!(of_rule(&judged, "malicious-component")[0].severity, Severity::Critical);
    // Used somewhere, it is used.
    let mut used = own.clone();
    used.development = false;
    used.file = "web/package-lock.json".into();
    let judged = self::judged(&with(vec![own, used]));
    let [finding] = of_rule(&judged, "vulnerable-component")[..] else { panic!("one finding") };
    assert_eq!(finding.severity, Severity::Critical);
}

#[test]
fn a_version_that_cannot_be_read_is_a_gap_and_not_a_clean_bill() {
    for version in [Some("latest"), Some("workspace:*"), None] {
        let mut own = npm("mcp-remote", "1");
        own.version = version.map(str::to_owned);
        let judged = judged(&with(vec![own]));
        assert_eq!(of_rule(&judged, "vulnerable-component"), Vec::<&Finding>::new());
        assert_eq!(judged.gaps.len(), 1, "{version:?}");
        assert!(judged.gaps[0].detail.contains("CVE-2025-6514"), "{}", judged.gaps[0].detail);
    }
    // What nobody has an advisory on leaves no gap.
    let mut own = npm("our-own-tickets", "1");
    own.version = Some("latest".into());
    assert_eq!(judged(&with(vec![own])).gaps, []);
}

fn database(records: &[serde_json::Value]) -> Vec<u8> {
    let mut feed = Feed::default();
    feed.add("example", serde_json::Value::from(records.to_vec()).to_string().as_bytes());
    build(feed, NOW).expect("it fits")
}

fn record(id: &str, aliases: &[&str], fixed: &str) -> serde_json::Value {
    json!({ "id": id, "aliases": aliases, "summary": "s", "affected": [{
        "package": { "ecosystem": "npm", "name": "tickets" },
        "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }] }] })
}

#[test]
fn advisories_that_are_one_under_several_names_are_told_once() {
    // A circle of names, and one that two share without naming each other.
    let bytes = database(&[
        record("GHSA-a", &["PYSEC-b"], "1.2.0"),
        record("PYSEC-b", &["CVE-2026-9"], "1.3.0"),
        record("x_OTHER-c", &["CVE-2026-9", "GHSA-a"], "1.1.0"),
        record("GHSA-z", &["GHSA-z"], "1.1.0"),
    ]);
    let judged = judged_by(&with(vec![npm("tickets", "1.0.0")]), &Database::open(bytes).unwrap());
    let found = of_rule(&judged, "vulnerable-component");
    let messages: Vec<&str> = found.iter().map(|finding| finding.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "`tickets` 1.0.0 is vulnerable: s (CVE-2026-9)",
            "`tickets` 1.0.0 is vulnerable: s (GHSA-z)"
        ]
    );
    assert_eq!(found[0].label, "mended in 1.3.0");
    // Nobody tells how bad it is, so it is as bad as the class.
    assert_eq!(found[0].severity, Severity::High);
}

#[test]
fn an_advisory_that_makes_no_sense_is_a_gap_for_its_package() {
    let mut broken = record("CVE-2026-1", &[], "1.0.0");
    broken["affected"][0]["ranges"][0]["events"] =
        json!([{ "introduced": "2.0.0" }, { "fixed": "1.0.0" }]);
    let bytes = database(&[broken]);
    let database = Database::open(bytes).unwrap();
    let judged = judged_by(&with(vec![npm("tickets", "1.5.0")]), &database);
    assert_eq!(judged.gaps.len(), 1);
    assert!(judged.gaps[0].detail.ends_with("the advisory contradicts itself"));
    assert_eq!(judged_by(&with(vec![npm("other", "1.5.0")]), &database).gaps, []);
}

#[test]
fn a_withdrawn_advisory_says_nothing() {
    let mut own = record("CVE-2026-1", &[], "2.0.0");
    own["withdrawn"] = json!("2026-01-01T00:00:00Z");
    let bytes = database(&[own.clone()]);
    let judged = judged_by(&with(vec![npm("tickets", "1.5.0")]), &Database::open(bytes).unwrap());
    assert_eq!((judged.findings, judged.gaps), (vec![], vec![]));
    own["withdrawn"] = json!("2027-01-01T00:00:00Z");
    let bytes = database(&[own]);
    let judged = judged_by(&with(vec![npm("tickets", "1.5.0")]), &Database::open(bytes).unwrap());
    assert_eq!(judged.findings.len(), 1);
}

#[test]
fn the_age_of_the_database_is_in_every_result() {
    let bytes = database(&[]);
    let database = Database::open(bytes).unwrap();
    let policy = LicencePolicy::default();
    let at = |now| {
        let how = Judging { known: Known::built_in(), licences: &policy, now };
        judge(&Supply::default(), &database, &how)
    };
    let day = 24 * 60 * 60;
    assert_eq!(at(NOW + 30 * day).gaps, []);
    assert_eq!(at(NOW + 31 * day).gaps[0].detail, "the database of advisories is 31 days old");
    assert!(at(NOW - 2 * day).gaps[0].detail.contains("from the future"));
    assert_eq!(at(NOW).database.built_at, NOW);
}

#[test]
fn the_servers_own_folders_are_not_looked_up() {
    let mut own = npm("mcp-remote", "0.1.0");
    own.source = Source::Path("packages/remote".into());
    own.pinning = Pinning::Local;
    assert_eq!(judged(&with(vec![own])).findings, []);
}

#[test]
fn the_lock_file_of_a_real_client_and_server_raises_no_false_alarm_over_names() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/real/node/package-lock.json");
    let json = serde_json::from_slice(&std::fs::read(path).expect("our own file")).expect("JSON");
    let mut supply = Supply { server: "real".into(), ..Supply::default() };
    lock("package-lock.json", &json, &mut supply);
    assert!(supply.components.len() > 50);
    let judged = judged(&supply);
    for rule in [
        "look-alike-component",
        "malicious-component",
        "dependency-confusion",
        "conflicting-digests",
    ] {
        assert_eq!(of_rule(&judged, rule), Vec::<&Finding>::new());
    }
}

#[test]
fn an_example_of_everything_is_judged_the_same_twice() {
    let body = "httpx>=0.27\nmcp-server-git==2025.7.1\ntickets @ git+https://git.example/t.git\n";
    let supply = supply("requirements.txt", body);
    let first = judged(&supply);
    let rules: Vec<&str> = first.findings.iter().map(|finding| finding.rule).collect();
    for rule in
        ["vulnerable-component", "floating-component", "unregistered-source", "unhashed-component"]
    {
        assert!(rules.contains(&rule), "{rule} in {rules:?}");
    }
    assert_eq!(first.findings, judged(&supply).findings);
}

fn any_component() -> impl Strategy<Value = Component> {
    let names = ["mcp-remote", "tickets", "expresss", "postmark-mcp", "aaa"];
    let versions = ["0.1.15", "0.1.16", "1.0.16", "latest"];
    let whole = (0..names.len(), 0..versions.len(), 0..3_usize, any::<[bool; 4]>(), 0..names.len());
    whole.prop_map(move |(name, version, file, [direct, dev, hashed, script], depends)| {
        let mut own = npm(names[name], versions[version]);
        own.file = ["a.json", "b.json", "c.json"][file].into();
        own.direct = direct;
        own.development = dev;
        own.install_scripts = Some(script);
        own.depends = vec![(names[depends].into(), None)];
        if !hashed {
            own.hashes.clear();
        }
        own
    })
}

proptest! {
    #[test]
    fn the_order_of_components_does_not_matter(
        (components, shuffled) in prop::collection::vec(any_component(), 0..12)
            .prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
    ) {
        let (a, b) = (judged(&with(components)), judged(&with(shuffled)));
        prop_assert_eq!(a.findings, b.findings);
        prop_assert_eq!(a.gaps, b.gaps);
    }

    #[test]
    fn another_component_takes_no_vulnerability_away(
        components in prop::collection::vec(any_component(), 0..8),
        more in any_component(),
    ) {
        let before = judged(&with(components.clone()));
        let mut all = components;
        all.push(more);
        let after = judged(&with(all));
        for rule in ["vulnerable-component", "malicious-component"] {
            let messages = |judged: &Judged| -> Vec<String> {
                of_rule(judged, rule).iter().map(|finding| finding.message.clone()).collect()
            };
            let after = messages(&after);
            prop_assert!(messages(&before).iter().all(|message| after.contains(message)));
        }
    }
}
