//! Changes: only what one brings is judged, and by what was there before it.

use std::fs;

use crate::{MAIL, Repo, npm};

const WAIVER: &str =
    "[[waiver]]\npath = \".mcp.json\"\nreason = \"r\"\nowner = \"ann\"\nuntil = 2999-01-31\n";

fn two(first: &str, second: &str) -> String {
    format!(
        r#"{{"mcpServers": {{
            "mail": {{"command": "npx", "args": ["-y", "{first}"]}},
            "files": {{"command": "npx", "args": ["-y", "{second}"]}}}}}}"#
    )
}

#[test]
fn only_what_a_change_brings_is_judged() {
    let repo = Repo::with(MAIL);
    let before = repo.commit();
    let since = ["--changed-since", &before];
    repo.check(&since, "before");
    repo.put(".mcp.json", &two("@acme/mail@1.2.3", "@acme/files@1.0.0"));
    let told = repo.standings(&since);
    assert_eq!(
        told,
        [("mail".into(), "before".into()), ("files".into(), "not-certified".to_owned())]
    );
    repo.certify(&npm("@acme/files", "1.0.0"));
    assert_eq!(repo.gate(&since).code, Some(0));
    // Without it, all are.
    assert_eq!(repo.gate(&[]).code, Some(13));
    // Committed or not.
    repo.commit();
    assert_eq!(repo.gate(&since).code, Some(0));
    assert_eq!(repo.gate(&["--changed-since", "HEAD~1"]).code, Some(0));
}

#[test]
fn whatever_changes_of_a_server_makes_it_another() {
    for (from, to) in [
        ("1.2.3", "1.2.4"),
        ("\"-y\"", "\"-y\", \"-q\""),
        ("\"command\"", "\"env\": {\"MODE\": \"all\"}, \"command\""),
        ("\"mail\": {", "\"post\": {"),
        ("1.2.3\"", "1.2.3\", \"--root\", \"/\""),
    ] {
        let repo = Repo::with(MAIL);
        let before = repo.commit();
        repo.put(".mcp.json", &MAIL.replacen(from, to, 1));
        repo.check(&["--changed-since", &before], "not-certified");
    }
    let repo = Repo::with(MAIL);
    let before = repo.commit();
    // The same, written elsewhere and otherwise.
    repo.put(".mcp.json", &MAIL.replace("  ", "\t"));
    repo.check(&["--changed-since", &before], "before");
    fs::create_dir_all(repo.home.work().join(".cursor")).unwrap();
    fs::rename(repo.home.work().join(".mcp.json"), repo.home.work().join(".cursor/mcp.json"))
        .unwrap();
    repo.check(&["--changed-since", &before], "not-certified");
}

#[test]
fn a_change_of_where_packages_come_from_changes_all_of_them() {
    let repo = Repo::with(MAIL);
    let before = repo.commit();
    repo.put(".npmrc", "registry=https://x.example/\n");
    repo.check(&["--changed-since", &before], "unknown-server");
}

#[test]
fn a_change_does_not_bring_the_policy_that_lets_it_pass() {
    let repo = Repo::new();
    let before = repo.commit();
    let since = ["--changed-since", &before];
    repo.put(".mcp.json", MAIL);
    repo.put(".mcpwarden/gate.toml", WAIVER);
    // Git does not know it: who runs this has put it there.
    repo.check(&since, "waived");
    repo.commit();
    repo.check(&since, "not-certified");
    let notes = repo.json(&since)["notes"].to_string();
    assert!(notes.contains("which does not count for itself"), "{notes}");
    // The next change is judged by it.
    repo.put(".mcp.json", &MAIL.replace("1.2.3", "1.2.4"));
    let next = repo.git(&["rev-parse", "HEAD"]);
    repo.check(&["--changed-since", next.trim()], "waived");
    // And a change of it counts after that.
    repo.put(".mcpwarden/gate.toml", "level = 0\n");
    repo.commit();
    repo.check(&["--changed-since", next.trim()], "waived");
    fs::remove_file(repo.home.work().join(".mcpwarden/gate.toml")).unwrap();
    repo.commit();
    repo.check(&["--changed-since", next.trim()], "waived");
}

#[test]
fn a_link_or_another_repository_is_no_way_round_that() {
    let repo = Repo::new();
    let before = repo.commit();
    let since = ["--changed-since", &before];
    repo.put(".mcp.json", MAIL);
    repo.put("elsewhere/gate.toml", WAIVER);
    std::os::unix::fs::symlink("elsewhere", repo.home.work().join(".mcpwarden")).unwrap();
    repo.commit();
    repo.check(&since, "not-certified");

    let repo = Repo::new();
    let before = repo.commit();
    let inner = repo.home.path().join("inner");
    fs::create_dir_all(&inner).unwrap();
    fs::write(inner.join("gate.toml"), WAIVER).unwrap();
    for words in [["init", "--quiet"].as_slice(), &["add", "."], &["commit", "-qm", "x"]] {
        crate::git(&repo.home, &inner, words);
    }
    repo.put(".mcp.json", MAIL);
    repo.git(&["submodule", "--quiet", "add", inner.to_str().unwrap(), ".mcpwarden"]);
    repo.commit();
    repo.check(&["--changed-since", &before], "not-certified");
}

#[test]
fn a_change_does_not_bring_the_keys_that_it_is_judged_by() {
    let repo = Repo::with(MAIL);
    repo.certify(&npm("@acme/mail", "1.2.3"));
    let trust = fs::read(repo.home.work().join("trust.json")).unwrap();
    let other = warden_testkit::TestHome::new();
    let file = repo.home.work().join("trust.json").display().to_string();
    drop(other.run(["trust", "export", "--output", &file]).success());
    fs::remove_file(repo.home.work().join(".mcp.json")).unwrap();
    let before = repo.commit();
    // The key of whoever signed is only trusted after the change.
    fs::write(&file, &trust).unwrap();
    repo.put(".mcp.json", MAIL);
    repo.commit();
    repo.check(&["--changed-since", &before], "not-certified");
    repo.check(&[], "counts");
    // A list that was not there before does not count at all.
    fs::rename(&file, repo.home.work().join("new.json")).unwrap();
    repo.commit();
    let words =
        ["gate", "--trust", "new.json", "--without-revocations", "--changed-since", &before];
    let outcome = repo.home.run(words);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("the change brings `new.json` itself"), "{}", outcome.block());
}

#[test]
fn a_revision_that_is_none_is_a_failure() {
    let repo = Repo::with(MAIL);
    repo.commit();
    for name in ["nothing", "--output=x", "HEAD~9", "HEAD:.mcp.json", ""] {
        let outcome = repo.gate(&[&format!("--changed-since={name}")]);
        assert_eq!(outcome.code, Some(4), "{name}: {}", outcome.block());
    }
    assert!(!repo.home.work().join("x").exists());
}

#[test]
fn a_part_of_a_repository_is_compared_with_itself() {
    let repo = Repo::new();
    repo.put("app/.mcp.json", MAIL);
    let before = repo.commit();
    for target in ["app", "app/.mcp.json", "./app/", "."] {
        repo.check(&["--changed-since", &before, target], "before");
    }
    let absolute = repo.home.work().join("app").display().to_string();
    repo.check(&["--changed-since", &before, &absolute], "before");
    repo.put("app/.mcp.json", &MAIL.replace("1.2.3", "2.0.0"));
    for target in ["app", "app/.mcp.json", "./app/", "."] {
        repo.check(&["--changed-since", &before, target], "not-certified");
    }
}
