//! Advisories over any bytes: a database of what was read says what the advisories say, and a
//! damaged one says an error.

use warden_model::{Digest, Ecosystem};
use warden_scan::supply::{
    Database, Feed, build,
    order::Version,
    osv::{Advisory, Affected, Event, Range, Unclear, Verdict, normal_name, read},
};

/// Versions that everything is asked about.
const PROBES: &[&str] = &[
    "0.0.0",
    "0.0.5",
    "0.1.15",
    "0.1.16-rc.1",
    "0.1.16",
    "1.0.0",
    "1.0.0+a",
    "2.0.0",
    "10.0.0",
    "v1.2.3",
    "1.0a1",
    "1.0.post1",
    "1!1.0",
    "latest",
    "",
];

/// Records of OSV, the bytes of a database, or lines of versions.
pub fn check(data: &[u8]) {
    records(data);
    database(data);
    if let Ok(text) = std::str::from_utf8(data) {
        versions(text);
    }
}

/// What is read goes into a database and comes out of it with the same verdicts.
fn records(data: &[u8]) {
    let once = read(data);
    assert_eq!(once, read(data), "two readings differ");
    if let Ok((advisory, _)) = &once {
        advisory.affected.iter().for_each(intervals);
    }
    let mut feed = Feed::default();
    feed.add("fuzz", data);
    let bytes = build(feed.clone(), 7).expect("it is small");
    assert_eq!(build(feed, 7).as_ref(), Ok(&bytes), "two databases differ");
    let database = Database::open(bytes.as_slice()).expect("what was made can be opened");
    if let Ok((advisory, _)) = once {
        advisory.affected.iter().for_each(|affected| kept(&advisory, affected, &database));
    }
}

fn kept(advisory: &Advisory, affected: &Affected, database: &Database<'_>) {
    let found = database.about_package(affected.ecosystem, &affected.name).expect("it is in form");
    for version in PROBES.iter().map(|version| Some(*version)).chain([None]) {
        // One advisory may speak of a package several times.
        let own = affected.verdict(version);
        let same = |entry: &&warden_scan::supply::Entry| {
            entry.id == advisory.id && entry.affected.verdict(version) == own
        };
        assert!(found.iter().any(|entry| same(&entry)), "{version:?} of {}", affected.name);
    }
    assert_eq!(normal_name(affected.ecosystem, &affected.name), affected.name);
}

/// Ranges of plain numbers by another way of asking: the last change at or before a version decides.
fn intervals(affected: &Affected) {
    let [Range { semantic: true, events }] = affected.ranges.as_slice() else { return };
    if affected.unclear.is_some() || !affected.versions.is_empty() {
        return;
    }
    let mut changes = Vec::new();
    for event in events {
        match event {
            Event::Introduced(version) if version == "0" => changes.push(([-1; 3], true)),
            Event::Introduced(version) => changes.extend(plain(version).map(|at| (at, true))),
            Event::Fixed(version) => changes.extend(plain(version).map(|at| (at, false))),
            Event::LastAffected(_) | Event::Limit(_) => return,
        }
    }
    if changes.len() < events.len() {
        return;
    }
    changes.sort_unstable();
    for probe in PROBES {
        let Some(at) = plain(probe) else { continue };
        let last = changes.iter().rev().find(|(change, _)| *change <= at);
        let expected = last.is_some_and(|(_, begins)| *begins);
        let verdict = affected.verdict(Some(probe));
        let found = if expected { Verdict::Affected } else { Verdict::NotAffected };
        assert_eq!(verdict, found, "{probe} among {events:?}");
    }
}

/// Three numbers and nothing else.
fn plain(version: &str) -> Option<[i64; 3]> {
    let numbers: Option<Vec<i64>> = version
        .split('.')
        .map(|part| part.parse().ok().filter(|number: &i64| number.to_string() == part))
        .collect();
    numbers?.try_into().ok()
}

/// Bytes as they are, and with a digest that fits: an error or answers, and the same ones twice.
fn database(data: &[u8]) {
    assert_eq!(Database::open(data).is_ok(), Database::open(data.to_vec()).is_ok());
    let mut sealed = b"MCPWOSV\x01".to_vec();
    sealed.extend(Digest::of(data).bytes());
    sealed.extend_from_slice(data);
    let Ok(database) = Database::open(sealed) else { return };
    for ecosystem in Ecosystem::ALL {
        for name in database.names(*ecosystem).take(50) {
            let answer = database.about_package(*ecosystem, name);
            assert_eq!(answer, database.about_package(*ecosystem, name));
            for entry in answer.into_iter().flatten() {
                let verdict = entry.affected.verdict(None);
                assert_ne!(verdict, Verdict::Unknown(Unclear::Version), "there is none");
            }
        }
    }
}

/// Versions on lines: the order is one, whichever way it is asked.
fn versions(text: &str) {
    for ecosystem in Ecosystem::ALL {
        let mut read: Vec<Version> = text
            .lines()
            .take(40)
            .filter_map(|line| Version::parse(*ecosystem, line).ok())
            .collect();
        for a in &read {
            for b in &read {
                assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{a:?} and {b:?}");
                assert_eq!(a == b, a.cmp(b).is_eq());
            }
        }
        read.sort();
        for pair in read.windows(2) {
            assert!(pair[0] <= pair[1]);
        }
        if let (Some(first), Some(last)) = (read.first(), read.last()) {
            assert!(first <= last, "{first:?} and {last:?}");
        }
    }
}
