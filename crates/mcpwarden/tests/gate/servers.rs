//! How a server stands: certified or not, and why not.

use std::fs;

use crate::{MAIL, Repo, Wanted, npm};

#[test]
fn a_certified_server_passes() {
    let repo = Repo::with(MAIL);
    repo.certify(&npm("@acme/mail", "1.2.3"));
    let outcome = repo.gate(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains("level 2 until "), "{}", outcome.stdout);
    assert!(outcome.stdout.ends_with("no server is in the way; 1 judged in 1 file\n"));
}

#[test]
fn an_uncertified_server_does_not_and_is_told_what_to_do() {
    let repo = Repo::with(MAIL);
    repo.certify(&npm("@acme/mail", "1.2.2"));
    repo.certify(&npm("@acme/other", "1.2.3"));
    insta::assert_snapshot!(repo.gate(&[]).block());
    repo.check(&[], "not-certified");
}

#[test]
fn names_are_compared_as_their_registry_compares_them() {
    let text =
        MAIL.replace("npx", "uvx").replace(r#""-y", "@acme/mail@1.2.3""#, r#""Acme_Mail==1.2.3""#);
    let repo = Repo::with(&text);
    repo.certify(&npm("acme-mail", "1.2.3"));
    repo.check(&[], "not-certified");
    repo.certify(&Wanted { ecosystem: "pypi", ..npm("acme-mail", "1.2.3") });
    repo.check(&[], "counts");
}

#[test]
fn what_is_below_the_level_fails_where_more_is_needed() {
    let repo = Repo::with(MAIL);
    repo.certify(&Wanted { level: 0, ..npm("@acme/mail", "1.2.3") });
    repo.check(&[], "certificate-below-level");
    repo.check(&["--environment", "sandbox", "--data", "public"], "counts");
    repo.check(
        &["--environment", "sandbox", "--data", "public", "--level", "1"],
        "certificate-below-level",
    );
}

#[test]
fn an_expired_certificate_fails() {
    let repo = Repo::with(MAIL);
    repo.certify(&Wanted { days: -2, ..npm("@acme/mail", "1.2.3") });
    repo.check(&[], "certificate-expired");
    // The newest counts.
    repo.certify(&npm("@acme/mail", "1.2.3"));
    repo.check(&[], "counts");
}

#[test]
fn a_revoked_certificate_fails_and_no_waiver_lets_it_in() {
    let repo = Repo::with(MAIL);
    repo.certify(&npm("@acme/mail", "1.2.3"));
    repo.check(&[], "counts");
    let digest = warden_model::Digest::of(b"@acme/mail@Some(\"1.2.3\")").to_string();
    drop(repo.home.run(["revoke", &digest, "--reason", "it was stolen"]).success());
    let list = repo.home.warden().join("revocations.json");
    fs::copy(list, repo.home.work().join("revocations.json")).unwrap();
    repo.check(&[], "certificate-revoked");
    repo.put(
        ".mcpwarden/gate.toml",
        "[[waiver]]\nserver = \"mail\"\nreason = \"r\"\nowner = \"ann\"\nuntil = 2999-01-31\n",
    );
    repo.check(&[], "certificate-revoked");
}

#[test]
fn an_older_list_of_what_is_revoked_judges_nothing() {
    let repo = Repo::with(MAIL);
    repo.certify(&npm("@acme/mail", "1.2.3"));
    let (own, named) =
        (repo.home.warden().join("revocations.json"), repo.home.work().join("revocations.json"));
    let other = format!("sha256:{}", "0".repeat(64));
    drop(repo.home.run(["revoke", &other, "--reason", "another one"]).success());
    fs::copy(&own, &named).unwrap();
    let older = fs::read(&named).unwrap();
    repo.check(&[], "counts");
    let digest = warden_model::Digest::of(b"@acme/mail@Some(\"1.2.3\")").to_string();
    drop(repo.home.run(["revoke", &digest, "--reason", "it was stolen"]).success());
    fs::copy(&own, &named).unwrap();
    repo.check(&[], "certificate-revoked");
    fs::write(&named, older).unwrap();
    let outcome = repo.gate(&[]);
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert!(outcome.stderr.contains("number 2 was here already"), "{}", outcome.stderr);
}

#[test]
fn what_is_held_back_fails() {
    let repo = Repo::with(MAIL);
    repo.certify(&npm("@acme/mail", "1.2.3"));
    let digest = warden_model::Digest::of(b"@acme/mail@Some(\"1.2.3\")").to_string();
    drop(repo.home.run(["quarantine", &digest, "--reason", "a new host"]).success());
    let list = repo.home.warden().join("revocations.json");
    fs::copy(list, repo.home.work().join("revocations.json")).unwrap();
    repo.check(&[], "certificate-quarantined");
}

#[test]
fn a_certificate_in_which_any_byte_was_changed_is_not_believed() {
    let repo = Repo::with(MAIL);
    let file = repo.certify(&npm("@acme/mail", "1.2.3"));
    let whole = fs::read(&file).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 12) {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs::write(&file, &changed).unwrap();
        repo.check(&[], "not-certified");
    }
    let outcome = repo.gate(&[]);
    assert!(outcome.stdout.contains("is no certificate that is"), "{}", outcome.stdout);
    fs::write(&file, &whole).unwrap();
    repo.check(&[], "counts");
}

#[test]
fn a_certificate_of_somebody_else_is_not_believed() {
    let (repo, other) = (Repo::with(MAIL), warden_testkit::TestHome::new());
    repo.certify(&npm("@acme/mail", "1.2.3"));
    let trust = repo.home.work().join("trust.json").display().to_string();
    drop(other.run(["trust", "export", "--output", &trust]).success());
    repo.check(&[], "not-certified");
}

#[test]
fn a_server_of_which_any_version_may_run_fails() {
    for (written, told) in [
        ("@acme/mail", "names no version"),
        ("@acme/mail@latest", "`latest` is no single version"),
        ("@acme/mail@^1.2.3", "`^1.2.3` is no single version"),
        ("@acme/mail@1.2", "`1.2` is no single version"),
    ] {
        let repo = Repo::with(&MAIL.replace("@acme/mail@1.2.3", written));
        repo.certify(&npm("@acme/mail", "1.2.3"));
        repo.check(&[], "floating-version");
        let report = repo.json(&[]);
        let why = report["servers"][0]["why"].as_str().unwrap();
        assert!(why.contains(told), "{written}: {why}");
        assert_eq!(report["servers"][0]["help"], "name one that is certified: `@acme/mail@1.2.3`");
        repo.check(&["--allow-floating"], "counts");
    }
}

#[test]
fn what_can_run_something_else_fails() {
    for (from, to) in [
        (r#""-y""#, r#""-y", "--registry", "https://x.example/""#),
        (r#""command""#, r#""env": {"NODE_OPTIONS": "--require ./x.js"}, "command""#),
        (r#""command""#, r#""envFile": ".env", "command""#),
        (r#""npx""#, r#""./npx""#),
        (r#""-y", "@acme/mail@1.2.3""#, r#""-c", "@acme/mail@1.2.3""#),
    ] {
        let repo = Repo::with(&MAIL.replace(from, to));
        repo.certify(&npm("@acme/mail", "1.2.3"));
        repo.check(&[], "unknown-server");
    }
    let repo = Repo::with(MAIL);
    repo.certify(&npm("@acme/mail", "1.2.3"));
    repo.put(".npmrc", "registry=https://x.example/\n");
    repo.check(&[], "unknown-server");
    repo.put(".mcpwarden/gate.toml", "registries = [\"https://x.example\"]\n");
    repo.check(&[], "counts");
}

#[test]
fn a_server_elsewhere_is_told_by_its_address() {
    let text = |url: &str| format!(r#"{{"mcpServers": {{"crm": {{"url": "{url}"}}}}}}"#);
    let repo = Repo::with(&text("https://crm.example/mcp"));
    repo.certify(&Wanted {
        ecosystem: "remote",
        version: None,
        ..npm("https://crm.example/mcp", "")
    });
    repo.check(&[], "counts");
    repo.put(".mcp.json", &text("https://crm.example/other"));
    repo.check(&[], "not-certified");
    repo.put(".mcp.json", &text("https://${HOST}/mcp"));
    repo.check(&[], "unknown-server");
}

#[test]
fn a_server_that_is_started_by_its_name_is_told_by_its_certificate() {
    let repo = Repo::with(
        r#"{"mcpServers": {"mail": {"command": "mcpwarden", "args": ["run", "mail"]}}}"#,
    );
    repo.check(&[], "not-certified");
    let file = repo.certify(&npm("@acme/mail", "1.2.3"));
    fs::rename(file, repo.home.work().join("certs/mail.json")).unwrap();
    repo.check(&[], "counts");
    repo.put(
        ".mcp.json",
        r#"{"mcpServers": {"mail": {"command": "mcpwarden", "args": ["run", "mail"],
            "env": {"MCPWARDEN_HOME": "/tmp/x"}}}}"#,
    );
    repo.check(&[], "unknown-server");
}

#[test]
fn a_disabled_server_is_judged_too() {
    let repo = Repo::with(&MAIL.replace(r#""command""#, r#""disabled": true, "command""#));
    repo.check(&[], "not-certified");
}

#[test]
fn what_cannot_be_read_fails() {
    for text in
        ["{\"mcpServers\": {", "{\"mcpServers\": 3}", "\u{0}", "{\"mcpServers\": {\"a\": {}}}"]
    {
        let repo = Repo::with(text);
        repo.check(&[], "unread-file");
    }
}

#[test]
fn a_repository_without_servers_passes_and_that_is_said() {
    let repo = Repo::new();
    repo.put("README.md", "nothing\n");
    let outcome = repo.gate(&[]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(outcome.stdout.contains("no MCP server is brought by 0 files"), "{}", outcome.stdout);
    // A machine that has never certified anything.
    let home = warden_testkit::TestHome::new();
    let outcome = home.run(["gate"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
    assert!(!home.warden().join("key.pk8").exists(), "looking makes no key");
}

#[test]
fn findings_of_the_rules_are_in_the_way_where_that_is_asked_for() {
    let token = ["ghp", "_", "0123456789abcdefghijklmnopqrstuvwxyzAB"].concat();
    let env = format!(r#""env": {{"API_TOKEN": "{token}"}}, "command""#);
    let repo = Repo::with(&MAIL.replace(r#""command""#, &env));
    repo.certify(&npm("@acme/mail", "1.2.3"));
    assert_eq!(repo.gate(&[]).code, Some(0));
    let outcome = repo.gate(&["--findings", "medium"]);
    assert_eq!(outcome.code, Some(13), "{}", outcome.block());
    assert!(outcome.stdout.contains("plain-text-secret"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains(&token), "{}", outcome.stdout);
    assert_eq!(repo.gate(&["--findings", "critical"]).code, Some(0));
}

#[test]
fn certificates_of_this_machine_count_where_nothing_is_named() {
    let repo = Repo::with(MAIL);
    let file = repo.certify(&npm("@acme/mail", "1.2.3"));
    let folder = repo.home.warden().join("certificates");
    fs::create_dir_all(&folder).unwrap();
    fs::rename(file, folder.join("mail.json")).unwrap();
    let outcome = repo.home.run(["gate"]);
    assert_eq!(outcome.code, Some(0), "{}", outcome.block());
}

#[test]
fn an_image_is_found_by_the_digest_of_its_manifest_alone() {
    let digest = |digit: &str| format!("sha256:{}", digit.repeat(64));
    let run = |what: &str| {
        let words = format!(r#""run", "-i", "--rm", "registry.example/team/mail@{what}""#);
        MAIL.replace("npx", "docker").replace(r#""-y", "@acme/mail@1.2.3""#, &words)
    };
    let repo = Repo::with(&run(&digest("1")));
    repo.check(&[], "not-certified");
    let (own, name) = (digest("1"), "registry.example/team/mail");
    let certify = format!("mcpwarden certify oci:{name}@{own}");
    // It is wrapped where it is too long.
    let told = repo.gate(&[]).stdout.replace(char::is_whitespace, "");
    assert!(told.contains(&certify.replace(' ', "")), "{told}");
    // The same text about something that is no image.
    repo.certify(&npm(name, &own));
    repo.check(&[], "not-certified");
    repo.certify(&Wanted { ecosystem: "oci", ..npm(name, &digest("2")) });
    repo.check(&[], "not-certified");
    repo.certify(&Wanted { ecosystem: "oci", ..npm(name, &own) });
    repo.check(&[], "counts");
}
