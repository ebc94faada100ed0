use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::supply::osv::Verdict;

fn record(id: &str, name: &str, fixed: &str) -> Value {
    json!({ "id": id, "modified": "2026-01-01T00:00:00Z", "summary": format!("about {name}"),
        "affected": [{ "package": { "ecosystem": "npm", "name": name },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": fixed }] }] }] })
}

fn made(records: &[Value]) -> Vec<u8> {
    let mut feed = Feed::default();
    let lines: Vec<String> = records.iter().map(Value::to_string).collect();
    feed.add("example", lines.join("\n").as_bytes());
    build(feed, 1_000).expect("it fits")
}

#[test]
fn the_built_in_advisories_are_all_taken_and_say_nothing_wrong() {
    let feed = Feed::starter();
    assert_eq!(feed.taken(), STARTER.lines().count());
    assert_eq!(feed.told(), []);
    let ids: Vec<&str> = feed.advisories.iter().map(|own| own.id.as_str()).collect();
    assert!(ids.is_sorted(), "the file is sorted by identifier");
    assert!(feed.advisories.iter().all(|own| own.severity.is_some() && !own.summary.is_empty()));
    let database = Database::starter().expect("it is whole");
    assert_eq!(database.about().built_at, STARTER_DAY);
    assert_eq!(database.about().records, u32::try_from(feed.taken()).unwrap());
}

#[track_caller]
fn starter(ecosystem: Ecosystem, name: &str, id: &str, versions: &[(&str, bool)]) {
    let database = Database::starter().unwrap();
    let entries = database.about_package(ecosystem, name).unwrap();
    let entry = entries.iter().find(|entry| entry.id == id).unwrap_or_else(|| panic!("{id}"));
    for (version, vulnerable) in versions {
        let expected = if *vulnerable { Verdict::Affected } else { Verdict::NotAffected };
        assert_eq!(entry.affected.verdict(Some(version)), expected, "{name} {version}");
    }
}

#[test]
fn the_known_cases_match_their_versions() {
    let (npm, pypi) = (Ecosystem::Npm, Ecosystem::PyPi);
    let remote = [("0.0.4", false), ("0.0.5", true), ("0.1.15", true), ("0.1.16", false)];
    starter(npm, "mcp-remote", "CVE-2025-6514", &remote);
    let inspector = "@modelcontextprotocol/inspector";
    starter(npm, inspector, "CVE-2025-49596", &[("0.14.0", true), ("0.14.1", false)]);
    let filesystem = [
        ("0.6.2", true),
        ("0.6.4", false),
        ("2025.3.28", true),
        ("2025.7.1", false),
        ("2025.11.25", false),
    ];
    for id in ["CVE-2025-53109", "CVE-2025-53110"] {
        starter(npm, "@modelcontextprotocol/server-filesystem", id, &filesystem);
    }
    starter(pypi, "mcp-server-git", "CVE-2025-68143", &[("2025.7.1", true), ("2025.9.25", false)]);
    for id in ["CVE-2025-68144", "CVE-2025-68145"] {
        starter(pypi, "MCP_Server.Git", id, &[("2025.11.25", true), ("2025.12.18", false)]);
    }
    starter(npm, "figma-developer-mcp", "CVE-2025-53967", &[("0.6.2", true), ("0.6.3", false)]);
    starter(npm, "gemini-mcp-tool", "CVE-2026-0755", &[("1.1.5", true), ("1.1.8", false)]);
    let postmark = [("1.0.15", false), ("1.0.16", true), ("1.0.18", true)];
    starter(npm, "postmark-mcp", "x_WARDEN-2025-0003", &postmark);
    let database = Database::starter().unwrap();
    let severity = |name, id: &str| {
        let entries = database.about_package(npm, name).unwrap();
        entries.iter().find(|entry| entry.id == id).and_then(|entry| entry.severity)
    };
    assert_eq!(severity("mcp-remote", "CVE-2025-6514"), Some(Severity::Critical));
    assert_eq!(severity(inspector, "CVE-2025-49596"), Some(Severity::Critical));
}

#[test]
fn a_lookup_finds_what_was_put_in_and_nothing_else() {
    let records: Vec<Value> =
        (0..50).map(|n| record(&format!("CVE-{n}"), &format!("p{n}"), "1.0.0")).collect();
    let bytes = made(&records);
    let database = Database::open(bytes.as_slice()).unwrap();
    assert_eq!(database.names(Ecosystem::Npm).count(), 50);
    for n in 0..50 {
        let entries = database.about_package(Ecosystem::Npm, &format!("p{n}")).unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].id, format!("CVE-{n}"));
        assert_eq!(entries[0].affected.fixes(), ["1.0.0"]);
    }
    for (ecosystem, name) in
        [(Ecosystem::Npm, "p"), (Ecosystem::Npm, "p50x"), (Ecosystem::PyPi, "p1")]
    {
        assert_eq!(database.about_package(ecosystem, name), Ok(Vec::new()));
    }
    let about = database.about();
    assert_eq!((about.built_at, about.records, about.refused, about.packages), (1_000, 50, 0, 50));
    assert_eq!(about.sources, ["example"]);
}

#[test]
fn a_bad_record_is_counted_and_the_others_are_read() {
    let mut feed = Feed::default();
    let good = record("CVE-1", "x", "1.0.0");
    feed.add("lines", format!("{good}\n{{broken\n\n{{\"id\":\"CVE-2\"}}\n").as_bytes());
    feed.add("array", json!([good, 5, record("CVE-3", "y", "2.0.0")]).to_string().as_bytes());
    feed.add(
        "one",
        serde_json::to_string_pretty(&record("CVE-4", "z", "1.0.0")).unwrap().as_bytes(),
    );
    assert_eq!(feed.taken(), 4);
    let told: Vec<(&str, &str)> =
        feed.told().iter().map(|told| (told.source.as_str(), told.record.as_str())).collect();
    assert_eq!(told, [("lines", "2"), ("lines", "4"), ("array", "2")]);
    assert_eq!(feed.refused().map(|(_, count)| count).sum::<usize>(), 3);
    let bytes = build(feed, 0).unwrap();
    let about = Database::open(bytes.as_slice()).unwrap().about().clone();
    assert_eq!((about.records, about.refused, about.packages), (7, 3, 3));
}

#[test]
fn of_two_states_of_an_advisory_the_newer_one_is_taken() {
    let mut newer = record("CVE-1", "x", "3.0.0");
    newer["modified"] = json!("2026-05-01T00:00:00Z");
    let older = record("CVE-1", "x", "2.0.0");
    for records in [[newer.clone(), older.clone()], [older, newer]] {
        let bytes = made(&records);
        let database = Database::open(bytes.as_slice()).unwrap();
        let entries = database.about_package(Ecosystem::Npm, "x").unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].affected.fixes(), ["3.0.0"]);
    }
}

#[test]
fn a_changed_byte_anywhere_is_found() {
    let bytes = made(&[record("CVE-1", "x", "1.0.0"), record("CVE-2", "y", "1.0.0")]);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        assert!(Database::open(changed).is_err(), "byte {at}");
    }
    for length in 0..bytes.len() {
        assert!(Database::open(&bytes[..length]).is_err(), "{length} bytes");
    }
    let mut later = bytes.clone();
    later[7] = 2;
    assert_eq!(Database::open(later).unwrap_err(), DatabaseError::Version(2));
    assert_eq!(Database::open(&b"PK\x03\x04"[..]).unwrap_err(), DatabaseError::NotOne);
}

/// A database whose digest is right and whose inside is not.
fn resealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let digest = Digest::of(&bytes[40..]);
    bytes[8..40].copy_from_slice(digest.bytes());
    bytes
}

proptest! {
    #[test]
    fn the_order_of_records_does_not_matter(
        records in prop::collection::vec((0_u8..20, 0_u8..8, 1_u8..5), 0..30),
        seed in any::<u64>(),
    ) {
        let records: Vec<Value> = records
            .iter()
            .map(|(id, name, fixed)| record(&format!("CVE-{id}"), &format!("p{name}"), &format!("{fixed}.0.0")))
            .collect();
        let mut other = records.clone();
        other.sort_by_key(|own| Digest::of(format!("{seed}{own}").as_bytes()));
        prop_assert_eq!(made(&records), made(&other));
    }

    #[test]
    fn a_damaged_inside_is_an_error_and_never_a_panic(at in 40_usize..400, value in any::<u8>()) {
        let records: Vec<Value> = (0..4).map(|n| record(&format!("CVE-{n}"), &format!("p{n}"), "1.0.0")).collect();
        let mut bytes = made(&records);
        let at = at % bytes.len();
        prop_assume!(at >= 40);
        bytes[at] = value;
        if let Ok(database) = Database::open(resealed(bytes)) {
            for name in ["p0", "p1", "p2", "p3", "q"] {
                let twice = database.about_package(Ecosystem::Npm, name);
                prop_assert_eq!(twice, database.about_package(Ecosystem::Npm, name));
            }
        }
    }
}
