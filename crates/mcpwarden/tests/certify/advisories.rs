//! The database of advisories, what a certificate says by it, and bills of materials.

use std::{fs, io::Write as _, path::PathBuf};

use serde_json::{Value, json};
use warden_testkit::{Outcome, TestHome};

use crate::{certify, folder, shown};

/// An advisory in the OSV format.
fn record(id: &str, package: &str) -> Value {
    json!({
        "schema_version": "1.7.5", "id": id, "modified": "2026-11-01T00:00:00Z",
        "summary": "a letter can run commands",
        "affected": [{
            "package": { "ecosystem": "npm", "name": package },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "2.0.0" }] }],
        }],
        "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H" }],
    })
}

#[track_caller]
fn update(home: &TestHome, words: &[&str]) -> Outcome {
    home.run(["db", "update"].iter().chain(words).map(|word| (*word).to_owned()))
}

fn feed(home: &TestHome, name: &str, text: impl AsRef<[u8]>) -> String {
    home.write(home.work().join(name), text).display().to_string()
}

/// Lets the server depend on one package, by a lock file.
fn lock(home: &TestHome, package: &str, version: &str) {
    let integrity = format!("sha512-{}==", "A".repeat(86));
    let own = json!({ "name": "clock", "version": "1.0.0", "dependencies": { package: version } });
    let lock = json!({
        "name": "clock", "version": "1.0.0", "lockfileVersion": 3, "requires": true,
        "packages": {
            "": own,
            format!("node_modules/{package}"): {
                "version": version, "integrity": integrity, "license": "MIT",
            },
        },
    });
    let folder = folder(home);
    home.write(folder.join("package.json"), own.to_string());
    home.write(folder.join("package-lock.json"), lock.to_string());
}

fn database(home: &TestHome) -> PathBuf {
    home.warden().join("advisories.db")
}

#[track_caller]
fn digest(home: &TestHome) -> String {
    let text = home.run(["db", "show"]).success();
    let line = text.lines().find_map(|line| line.trim().strip_prefix("digest "));
    line.expect("it has a digest").trim().to_owned()
}

#[track_caller]
fn bill(home: &TestHome, more: &[&str]) -> Value {
    let words = ["sbom", "clock"].iter().chain(more).map(|word| (*word).to_owned());
    serde_json::from_str(&home.run(words).success()).expect("it is JSON")
}

#[test]
fn what_is_compiled_in_is_shown_as_that() {
    let home = TestHome::new();
    let text = home.run(["db", "show"]).success();
    assert!(text.contains("compiled in") && text.contains("days old"), "{text}");
    assert!(!database(&home).exists());
}

/// R19: what has mcp-remote 0.1.15 in it is critical for CVE-2025-6514, and 0.1.16 is not; the figure
/// that is published about it is labelled in the register of facts.
#[test]
fn a_vulnerable_part_is_critical_and_its_next_version_is_not() {
    for (version, critical, level) in [("0.1.15", 1, 0), ("0.1.16", 0, 2)] {
        let home = TestHome::new();
        lock(&home, "mcp-remote", version);
        drop(certify(&home, &[]));
        let found = shown(&home);
        assert_eq!(found["findings"]["counts"]["critical"], critical, "{version}: {found}");
        assert!(found["level"].as_u64().unwrap() <= level, "{version}: {found}");
        let bill = bill(&home, &[]);
        let known: Vec<&str> = bill["vulnerabilities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| own["id"].as_str().unwrap())
            .collect();
        assert_eq!(known.contains(&"CVE-2025-6514"), critical == 1, "{version}: {known:?}");
    }
}

#[test]
fn a_feed_decides_what_is_certified_and_the_certificate_says_which() {
    let home = TestHome::new();
    lock(&home, "left-mail", "1.0.0");
    drop(certify(&home, &[]));
    let before = shown(&home);
    assert_eq!(before["findings"]["counts"]["critical"], 0, "{before}");
    let starter = digest(&home);
    let file = feed(&home, "feed.json", record("CVE-2026-1000", "left-mail").to_string());
    let told = update(&home, &["--from", &file]).success();
    assert!(told.contains("Signed by sha256:") && told.contains("feed.json"), "{told}");
    assert!(told.contains("built in"), "what is compiled in is there as well: {told}");
    drop(certify(&home, &[]));
    let after = shown(&home);
    assert_eq!(after["findings"]["counts"]["critical"], 1, "{after}");
    assert_eq!(after["level"], 0);
    let held = |found: &Value, digest: &str| {
        found["stages"][4]["inputs"].as_array().unwrap().iter().any(|input| input == digest)
    };
    assert!(held(&before, &starter) && held(&after, &digest(&home)));
    assert!(!held(&after, &starter));
}

#[test]
fn a_feed_may_be_lines_an_array_a_folder_or_a_zip() {
    let home = TestHome::new();
    let two = [record("CVE-2026-1", "left-mail"), record("CVE-2026-2", "right-mail")];
    let lines: Vec<String> = two.iter().map(ToString::to_string).collect();
    let lines = lines.join("\n");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (at, record) in two.iter().enumerate() {
        let name = format!("{at}.json");
        home.write(home.work().join("records/deep").join(&name), record.to_string());
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(record.to_string().as_bytes()).unwrap();
    }
    let files = [
        feed(&home, "feed.jsonl", lines),
        feed(&home, "feed.json", json!(two).to_string()),
        feed(&home, "feed.zip", zip.finish().unwrap().into_inner()),
        home.work().join("records").display().to_string(),
    ];
    let packages = |text: &str| {
        text.lines().filter(|line| line.contains("packages")).map(str::to_owned).collect::<String>()
    };
    let starter = packages(&home.run(["db", "show"]).success());
    let mut all = Vec::new();
    for file in &files {
        all.push(packages(&update(&home, &["--from", file, "--older"]).success()));
    }
    assert!(all.iter().all(|text| *text == all[0] && *text != starter), "{starter} {all:?}");
}

#[test]
fn nonsense_is_refused_counted_and_told() {
    let home = TestHome::new();
    for nonsense in ["", "nonsense", "{}", "[1, 2]", "PK\u{3}\u{4} and no zip", "MCPWOSV\u{1}"] {
        let file = feed(&home, "feed.json", nonsense);
        let outcome = update(&home, &["--from", &file]);
        assert_eq!(outcome.code, Some(4), "{nonsense}: {}", outcome.block());
        assert!(!database(&home).exists(), "{nonsense}");
    }
    let mixed = format!("nonsense\n{}\n{{}}\n", record("CVE-2026-1", "left-mail"));
    let outcome = update(&home, &["--from", &feed(&home, "feed.json", mixed)]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains(", 2 of them refused"), "{}", outcome.block());
    assert!(outcome.stderr.contains("refused: feed.json"), "{}", outcome.block());
    let outcome = update(&home, &["--from", "https://feeds.example/all.zip"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
}

#[test]
fn a_database_that_was_touched_is_never_replaced_by_what_is_compiled_in() {
    let home = TestHome::new();
    folder(&home);
    let file = feed(&home, "feed.json", record("CVE-2026-1", "left-mail").to_string());
    drop(update(&home, &["--from", &file]).success());
    let whole = fs::read(database(&home)).unwrap();
    // The beginning is the payload of the envelope; the rest is the database.
    let places = (0..12).map(|part| part * (whole.len() - 1) / 11).chain([30, 100, 150]);
    let mut changed: Vec<Vec<u8>> = places
        .map(|at| {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            bytes
        })
        .collect();
    let line = whole.iter().position(|byte| *byte == b'\n').unwrap();
    changed.extend([whole[..line].to_vec(), whole[line + 1..].to_vec(), Vec::new()]);
    changed.push(whole[..whole.len() - 1].to_vec());
    changed.push([&whole[..], b"\n"].concat());
    for (at, bytes) in changed.into_iter().enumerate() {
        fs::write(database(&home), bytes).unwrap();
        let outcome = home.run(["db", "show"]);
        assert_eq!(outcome.code, Some(3), "change {at}: {}", outcome.block());
    }
    let outcome = certify(&home, &["--no-start"]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("cannot trust the advisories"), "{}", outcome.stderr);
    // Nothing is made over it either, unless somebody says so.
    assert_eq!(update(&home, &["--from", &file]).code, Some(3));
    drop(update(&home, &["--from", &file, "--older"]).success());
    drop(home.run(["db", "show"]).success());
}

#[test]
fn advisories_that_somebody_else_has_signed_count_if_that_key_is_trusted() {
    let (home, other) = (TestHome::new(), TestHome::new());
    let file = feed(&other, "feed.json", record("CVE-2026-1", "left-mail").to_string());
    drop(update(&other, &["--from", &file]).success());
    let theirs = database(&other).display().to_string();
    let outcome = update(&home, &["--from", &theirs]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("no trusted key"), "{}", outcome.block());
    home.write(database(&home), fs::read(&theirs).unwrap());
    assert_eq!(home.run(["db", "show"]).code, Some(3));
    fs::remove_file(database(&home)).unwrap();
    let trust = home.warden().join("trust.json").display().to_string();
    drop(other.run(["trust", "export", "--output", &trust]).success());
    drop(update(&home, &["--from", &theirs]).success());
    assert_eq!(fs::read(database(&home)).unwrap(), fs::read(&theirs).unwrap());
    assert_eq!(digest(&home), digest(&other));
}

#[test]
fn an_older_database_is_refused_unless_it_is_asked_for() {
    let home = TestHome::new();
    let file = feed(&home, "feed.json", record("CVE-2026-1", "left-mail").to_string());
    let of = |day: &'static str| ["--from".to_owned(), file.clone(), "--as-of".into(), day.into()];
    let run =
        |words: Vec<String>| update(&home, &words.iter().map(String::as_str).collect::<Vec<_>>());
    let (new, old) = (of("2026-11-21T06:00:00Z"), of("2026-11-20T00:00:00Z"));
    // What is compiled in is newer as well.
    assert_eq!(run(old.to_vec()).code, Some(4));
    drop(run(new.to_vec()).success());
    let first = fs::read(database(&home)).unwrap();
    let outcome = run(old.to_vec());
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("--older"), "{}", outcome.stderr);
    drop(run(new.to_vec()).success());
    assert_eq!(fs::read(database(&home)).unwrap(), first, "the same feed gives the same bytes");
    drop(run([old.to_vec(), vec!["--older".into()]].concat()).success());
    assert!(home.run(["db", "show"]).success().contains("2026-11-20"));
}

#[test]
fn a_bill_of_materials_is_the_same_each_time() {
    let home = TestHome::new();
    lock(&home, "mcp-remote", "0.1.15");
    drop(certify(&home, &[]));
    let first = bill(&home, &[]);
    assert_eq!(first, bill(&home, &[]));
    assert_eq!((&first["bomFormat"], &first["specVersion"]), (&json!("CycloneDX"), &json!("1.7")));
    let part = &first["components"][0];
    assert_eq!(part["purl"], "pkg:npm/mcp-remote@0.1.15");
    assert_eq!(part["licenses"][0]["expression"], "MIT");
    assert_eq!(part["hashes"][0]["alg"], "SHA-512");
    let issued = shown(&home)["issued"].as_str().unwrap().to_owned();
    let time = first["metadata"]["timestamp"].as_str().unwrap();
    assert!(issued.starts_with(time.trim_end_matches('Z')), "{issued} {time}");
    let tools = first["metadata"]["component"]["properties"].as_array().unwrap();
    assert!(tools.iter().any(|own| own["name"] == "mcp:tool:now:hash"), "{tools:?}");
    assert!(!tools.iter().any(|own| own["name"] == "mcp:tool:now:effect"), "nobody approved it");
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let approved = bill(&home, &[]);
    let tools = approved["metadata"]["component"]["properties"].as_array().unwrap();
    assert!(tools.iter().any(|own| own["name"] == "mcp:tool:now:effect"), "{tools:?}");
    let file = home.work().join("clock.spdx.json").display().to_string();
    drop(home.run(["sbom", "clock", "--format", "spdx", "--output", &file]).success());
    let spdx: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    assert_eq!(spdx["spdxVersion"], "SPDX-2.3");
}

#[test]
fn there_is_no_bill_of_what_is_not_certified() {
    let home = TestHome::new();
    let outcome = home.run(["sbom", "clock"]);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("certify it first"), "{}", outcome.stderr);
}
