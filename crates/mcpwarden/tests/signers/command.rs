//! A program that is asked for signatures.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use warden_testkit::TestHome;

use crate::{certify, configure, nothing_issued, signed_by, system, trust};

/// Makes a key with `openssl` and a program that signs with it.
#[track_caller]
fn program(home: &TestHome, kind: &[&str], sign: &str) {
    let work = home.work();
    let (key, public) = (work.join("kms.pem"), work.join("kms.pub"));
    system(
        Command::new("openssl").args(["genpkey", "-out"]).arg(&key).arg("-algorithm").args(kind),
    );
    system(
        Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(&key).arg("-out").arg(public),
    );
    let text = format!("#!/bin/sh\nset -e\ncat >\"$0.message\"\n{sign}\n");
    script(home, &text.replace("KEY", &key.display().to_string()));
}

fn script(home: &TestHome, text: &str) {
    let file = home.write(home.work().join("sign.sh"), text);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
}

const ASKED: [&str; 4] = ["--signer", "command:./sign.sh", "--signer-key", "kms.pub"];

#[test]
fn a_program_with_openssl_behind_it_signs_certificates() {
    let ed25519 = "openssl pkeyutl -sign -rawin -inkey KEY -in \"$0.message\"";
    let p256 = "openssl dgst -sha256 -sign KEY \"$0.message\" | base64";
    let curve = ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
    for (kind, sign) in [(&["ED25519"][..], ed25519), (&curve[..], p256)] {
        let home = TestHome::new();
        program(&home, kind, sign);
        nothing_issued(&home, &certify(&home, &ASKED), "this machine would not believe");
        trust(&home, "kms.pub", "kms");
        drop(certify(&home, &ASKED).success());
        let shown = home.run(["key", "show"].iter().chain(&ASKED)).success();
        assert!(shown.starts_with(&signed_by(&home)), "{shown}");
    }
}

#[test]
fn a_program_that_does_not_sign_issues_nothing() {
    let home = TestHome::new();
    drop(home.run(["key", "new", "--output", "kms"]).success());
    trust(&home, "kms.pub", "kms");
    let work = home.work().display().to_string();
    configure(
        &home,
        &format!("signer = 'command:{work}/sign.sh'\nkey = '{work}/kms.pub'\ntimeout = 1\n"),
    );
    nothing_issued(&home, &certify(&home, &[]), "cannot run the signer command");
    for (text, told) in [
        ("cat >/dev/null; echo no key here >&2; exit 3", "failed with status 3"),
        ("cat >/dev/null; echo AAAA", "not a signature by the configured key"),
        ("cat >/dev/null", "not a signature by the configured key"),
        ("exec yes", "too long"),
        // It hangs, and is ended.
        ("exec tail -f /dev/null", "took too long"),
    ] {
        script(&home, &format!("#!/bin/sh\n{text}\n"));
        nothing_issued(&home, &certify(&home, &[]), told);
    }
    let without = certify(&home, &["--signer", "command:./sign.sh"]);
    nothing_issued(&home, &without, "public key is missing");
}

#[test]
fn what_was_stopped_stays_as_it_is_when_a_program_does_not_sign() {
    let home = TestHome::new();
    drop(certify(&home, &[]).success());
    drop(home.run(["quarantine", "clock", "--reason", "a new host"]).success());
    let list = fs::read(home.warden().join("revocations.json")).unwrap();
    let checkpoint = fs::read(home.warden().join("log/checkpoint")).unwrap();
    drop(home.run(["key", "new", "--output", "kms"]).success());
    trust(&home, "kms.pub", "kms");
    script(&home, "#!/bin/sh\nexit 1\n");
    let again = ["quarantine", "clock", "--lift", "--reason", "it is known"];
    let outcome = home.run(again.iter().chain(&ASKED));
    assert_eq!(outcome.code, Some(3), "{}", outcome.block());
    assert_eq!(fs::read(home.warden().join("revocations.json")).unwrap(), list);
    assert_eq!(fs::read(home.warden().join("log/checkpoint")).unwrap(), checkpoint);
}
