//! People who approve, with keys in encrypted files, in a token and behind a program.

use std::{fs, os::unix::fs::PermissionsExt as _, process::Command};

use warden_testkit::{Outcome, TestHome};

use crate::{certify, encrypted, private, system, token::Token};

/// Has a key trusted as that of a person.
#[track_caller]
fn person(home: &TestHome, public: &str, name: &str) {
    drop(home.run(["trust", "add", public, "--name", name, "--use", "approval"]).success());
}

/// Asks for an approval of `clock`, as somebody.
fn asking(home: &TestHome, more: &[&str]) -> Command {
    let words = ["approval", "request", "clock", "--environment", "sandbox", "--data", "internal"];
    let use_of = ["--near", "none", "--own", "--owner", "rita"];
    home.mcpwarden(words.iter().chain(&use_of).chain(more))
}

fn ask(home: &TestHome, more: &[&str]) -> Outcome {
    Outcome::of(&mut asking(home, more), b"")
}

/// A home with a certified server and somebody who may accept what it may do.
fn ready() -> TestHome {
    let home = TestHome::new();
    prepare(&home);
    home
}

#[track_caller]
fn prepare(home: &TestHome) {
    drop(certify(home, &[]).success());
    drop(home.run(["approval", "key", "rita.key"]).success());
    person(home, "rita.key.pub", "rita");
}

/// Who has asked for it; `None` if nobody has.
fn asked(home: &TestHome) -> Option<String> {
    let outcome = home.run(["approval", "show", "clock", "--json"]);
    let shown: serde_json::Value = serde_json::from_str(&outcome.stdout).ok()?;
    Some(shown["dossier"]["request"]["by"].as_str()?.to_owned())
}

/// Nobody has asked, and nothing is in the log of it.
#[track_caller]
fn nothing_asked(home: &TestHome, outcome: &Outcome, told: &str) {
    assert!(matches!(outcome.code, Some(2..=4)), "{}", outcome.block());
    assert!(outcome.stderr.contains(told), "`{told}` is not in {}", outcome.block());
    assert_eq!(asked(home), None);
    let log = home.run(["log", "show"]).success();
    assert!(!log.contains("\"kind\":\"approval\""), "{log}");
}

#[test]
fn an_encrypted_file_acts_for_its_person() {
    let home = ready();
    for algorithm in ["ed25519", "p256"] {
        encrypted(&home, algorithm, algorithm);
        let file = format!("{algorithm}.pem");
        let pass = format!("{algorithm}.pass");
        // Trusted for certificates, and nobody's whose approvals count.
        let key = ["--key", &file, "--passphrase-file", &pass];
        let refused = ask(&home, &key);
        assert!(refused.stderr.contains("does not count for approvals"), "{}", refused.block());
        person(&home, &format!("{file}.pub"), algorithm);
        drop(ask(&home, &key).success());
        assert_eq!(asked(&home).as_deref(), Some(algorithm));
        // The same by its other name, with the passphrase in a variable.
        let signer = format!("file:{file}");
        let mut command =
            asking(&home, &["--signer", &signer, "--passphrase-env", "MCPWARDEN_SECRET_KEY"]);
        let outcome =
            Outcome::of(command.env("MCPWARDEN_SECRET_KEY", "correct horse battery"), b"");
        assert!(!outcome.block().contains("correct horse"), "{}", outcome.block());
        drop(outcome.success());
    }
}

#[test]
fn who_cannot_sign_has_done_nothing() {
    let home = ready();
    encrypted(&home, "mia", "ed25519");
    private(&home, "wrong.pass", "wrong horse\n");
    let with = |more: &[&str]| ask(&home, more);
    nothing_asked(&home, &with(&["--key", "mia.pem"]), "nobody is there to be asked");
    let wrong = with(&["--key", "mia.pem", "--passphrase-file", "wrong.pass"]);
    nothing_asked(&home, &wrong, "cannot sign with the file");
    nothing_asked(&home, &with(&["--key", "none.pem"]), "cannot sign with the file");
    let both = with(&["--key", "mia.pem", "--signer", "machine"]);
    nothing_asked(&home, &both, "cannot be used with");
    nothing_asked(&home, &with(&["--signer", "ops.pem"]), "cannot tell who signs");
    let needless = with(&["--key", "rita.key", "--passphrase-file", "mia.pass"]);
    nothing_asked(&home, &needless, "needs no passphrase");
    let machine = with(&["--passphrase-file", "mia.pass"]);
    nothing_asked(&home, &machine, "it opens files and tokens alone");
    // What the configuration says is who certifies, and never who approves.
    let work = home.work().display().to_string();
    let text = format!("signer = 'file:{work}/mia.pem'\npassphrase_file = '{work}/mia.pass'\n");
    crate::configure(&home, &text);
    drop(home.run(["trust", "add", &machine_key(&home), "--name", "max", "--use", "approval"]));
    drop(ask(&home, &[]).success());
    assert_eq!(asked(&home).as_deref(), Some("max"));
}

fn machine_key(home: &TestHome) -> String {
    home.warden().join("key.pub").display().to_string()
}

#[test]
fn a_program_acts_for_its_person() {
    let home = ready();
    let work = home.work();
    let (key, public) = (work.join("kms.pem"), work.join("kms.pub"));
    system(Command::new("openssl").args(["genpkey", "-algorithm", "ED25519", "-out"]).arg(&key));
    system(
        Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(&key).arg("-out").arg(public),
    );
    let script = |text: &str| {
        let file = home.write(work.join("sign.sh"), text);
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    };
    person(&home, "kms.pub", "mia");
    let words = ["--signer", "command:./sign.sh", "--signer-key", "kms.pub"];
    script("#!/bin/sh\ncat >/dev/null\n");
    nothing_asked(&home, &ask(&home, &words), "not a signature by the configured key");
    script(&format!(
        "#!/bin/sh\nset -e\ncat >\"$0.message\"\n\
         openssl pkeyutl -sign -rawin -inkey {} -in \"$0.message\"\n",
        key.display()
    ));
    drop(ask(&home, &words).success());
    assert_eq!(asked(&home).as_deref(), Some("mia"));
}

#[test]
fn a_token_acts_for_its_person() {
    let token = Token::new();
    let home = &token.home;
    prepare(home);
    person(home, "p256.pub", "mia");
    let uri = Token::uri("ops", "p256");
    let with = |file: &str| {
        let mut command = asking(home, &["--signer", &uri, "--passphrase-file", file]);
        Outcome::of(command.env("SOFTHSM2_CONF", &token.settings), b"")
    };
    private(home, "wrong", "13579246");
    nothing_asked(home, &with("wrong"), "the PIN is refused");
    drop(with("pin").success());
    assert_eq!(asked(home).as_deref(), Some("mia"));
}
