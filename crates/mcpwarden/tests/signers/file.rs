//! Keys in files, and what the configuration says.

use std::{fs, os::unix::fs::PermissionsExt as _};

use warden_testkit::{Outcome, TestHome};

use crate::{
    by, certify, certifying, configure, encrypted, nothing_issued, private, signed_by, words,
};

#[test]
fn an_encrypted_file_of_either_kind_signs_certificates() {
    for algorithm in ["ed25519", "p256"] {
        let home = TestHome::new();
        let id = encrypted(&home, "ops", algorithm);
        drop(certify(&home, &words(&by("ops"))).success());
        assert_eq!(signed_by(&home), id, "{algorithm}");
        // Whoever has the public keys alone believes it as well.
        drop(home.run(["trust", "export", "--output", "trust.json"]).success());
        let file = crate::certificates(&home).remove(0).display().to_string();
        drop(home.run(["verify", &file, "--trust", "trust.json"]).success());
        let shown = home.run(["key", "show"].map(str::to_owned).into_iter().chain(by("ops")));
        assert!(shown.success().contains("for advisories, certificate, revocation"));
    }
}

#[test]
fn the_configuration_names_who_signs_everything() {
    let home = TestHome::new();
    let id = encrypted(&home, "ops", "p256");
    let work = home.work().display().to_string();
    configure(
        &home,
        &format!("signer = 'file:{work}/ops.pem'\npassphrase_env = 'MCPWARDEN_SECRET_OPS'\n"),
    );
    let outcome = certify(&home, &[]);
    nothing_issued(&home, &outcome, "`MCPWARDEN_SECRET_OPS` is not set");
    let run = |mut command: std::process::Command| {
        Outcome::of(command.env("MCPWARDEN_SECRET_OPS", "correct horse battery"), b"")
    };
    drop(run(certifying(&home, &[])).success());
    assert_eq!(signed_by(&home), id);
    drop(run(home.mcpwarden(["quarantine", "clock", "--reason", "a new host"])).success());
    let list = fs::read_to_string(home.warden().join("revocations.json")).unwrap();
    assert!(list.contains(&id), "{list}");
    let record = r#"{"schema_version":"1.7.5","id":"A-1","modified":"2026-11-01T00:00:00Z",
        "affected":[{"package":{"ecosystem":"npm","name":"mail"},"versions":["1.0.0"]}]}"#;
    home.write(home.work().join("feed.json"), record);
    let text = run(home.mcpwarden(["db", "update", "--from", "feed.json", "--older"])).success();
    assert!(text.contains(&format!("Signed by {id}")), "{text}");
    // A use that nobody trusts the key for is refused, and not signed by another key.
    let refused = run(home.mcpwarden(["bundle", "make"]));
    assert!(refused.stderr.contains("this machine would not believe"), "{}", refused.block());
    let add = ["trust", "add", "ops.pem.pub", "--name", "ops", "--use", "bundle"];
    drop(home.run(add).success());
    drop(run(home.mcpwarden(["bundle", "make"])).success());
    let bundle = fs::read_to_string(home.work().join("certificates.bundle")).unwrap();
    assert!(bundle.contains(&id), "{bundle}");
    drop(home.run(["bundle", "verify", "certificates.bundle"]).success());
}

#[test]
fn a_wrong_passphrase_issues_nothing() {
    let home = TestHome::new();
    drop(encrypted(&home, "ops", "ed25519"));
    private(&home, "wrong.pass", "incorrect horse");
    private(&home, "empty.pass", "\n");
    let with =
        |file: &str| certify(&home, &["--signer", "file:ops.pem", "--passphrase-file", file]);
    nothing_issued(&home, &with("wrong.pass"), "the passphrase does not open the key file");
    nothing_issued(&home, &with("empty.pass"), "the passphrase is empty");
    nothing_issued(&home, &with("missing.pass"), "No such file");
    let open = home.work().join("ops.pass");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    nothing_issued(&home, &with("ops.pass"), "chmod 600");
    let asked = certify(&home, &["--signer", "file:ops.pem"]);
    nothing_issued(&home, &asked, "nobody is there to be asked");
    let named = certify(&home, &["--signer", "file:ops.pem", "--passphrase-env", "HOME"]);
    nothing_issued(&home, &named, "MCPWARDEN_SECRET_");
}

#[test]
fn a_key_that_is_open_missing_or_none_issues_nothing() {
    let home = TestHome::new();
    drop(home.run(["key", "new", "--output", "plain.pem"]).success());
    let outcome = certify(&home, &["--signer", "file:plain.pem"]);
    nothing_issued(&home, &outcome, "this machine would not believe");
    crate::trust(&home, "plain.pem.pub", "plain");
    fs::set_permissions(home.work().join("plain.pem"), fs::Permissions::from_mode(0o640)).unwrap();
    nothing_issued(&home, &certify(&home, &["--signer", "file:plain.pem"]), "0600");
    nothing_issued(&home, &certify(&home, &["--signer", "file:gone.pem"]), "No such file");
    private(&home, "none.pem", "words");
    nothing_issued(&home, &certify(&home, &["--signer", "file:none.pem"]), "does not hold");
    nothing_issued(&home, &certify(&home, &["--signer", "plain.pem"]), "there are `machine`");
    fs::set_permissions(home.work().join("plain.pem"), fs::Permissions::from_mode(0o600)).unwrap();
    drop(certify(&home, &["--signer", "file:plain.pem"]).success());
}

#[test]
fn a_configuration_that_is_not_understood_issues_nothing() {
    let home = TestHome::new();
    for (text, told) in [
        ("signr = 'machine'\n", "is `signer` meant?"),
        ("signer = 'file:gone.pem'\n", "No such file"),
        ("signer = 'pkcs11:token=a;object=b?module-path=/gone.so'\n", "nobody is there"),
        ("", "`signer` is missing"),
    ] {
        configure(&home, text);
        nothing_issued(&home, &certify(&home, &[]), told);
    }
    configure(&home, "signer = 'machine'\n");
    let file = home.warden().join("signer.toml");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    nothing_issued(&home, &certify(&home, &[]), "others may write to it");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    drop(certify(&home, &[]).success());
    // The key of this machine is named by an older identifier in its own envelopes.
    assert!(home.run(["key", "show"]).success().contains("the key of this machine"));
}

#[test]
fn a_key_is_encrypted_and_never_written_over() {
    let home = TestHome::new();
    drop(home.run(["key", "new", "--algorithm", "p256", "--output", "a.pem"]).success());
    private(&home, "ops.pass", "correct horse battery");
    let encrypt =
        ["key", "encrypt", "a.pem", "--output", "ops.pem", "--passphrase-file", "ops.pass"];
    drop(home.run(encrypt).success());
    let show = |words: &[String]| {
        home.run(["key".into(), "show".into(), "--pem".into()].iter().chain(words))
    };
    let plain = show(&["--signer".to_owned(), "file:a.pem".to_owned()]).success();
    assert_eq!(show(&by("ops")).success(), plain);
    let outcome = home.run(encrypt);
    assert_eq!(outcome.code, Some(4), "{}", outcome.block());
    assert!(outcome.stderr.contains("no key is written over"), "{}", outcome.stderr);
    let outcome = home.run(["key", "encrypt", "ops.pem", "--output", "b.pem"]);
    assert!(outcome.stderr.contains("encrypted already"), "{}", outcome.block());
    let outcome = home.run(["key", "new", "--output", "c.pem", "--passphrase-file", "ops.pass"]);
    assert_eq!(outcome.code, Some(2), "{}", outcome.block());
}
