//! Keys and signatures held against OpenSSL, which reads and writes the same formats.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use warden_seal::{
    KeyKind, LocalKey, Passphrase, Signer, VerifyKey, create_encrypted, load_encrypted,
};

const WORDS: &str = "correct horse battery staple";

/// Runs OpenSSL in `folder` and returns what it writes.
#[track_caller]
fn openssl(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments).current_dir(folder).output();
    let output = output.unwrap_or_else(|error| {
        panic!("`openssl` is missing ({error}): `apt-get install openssl`, version 3 or newer")
    });
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}: {words}");
    output.stdout
}

fn words() -> Passphrase {
    Passphrase::new(WORDS.into()).expect("it is not empty")
}

#[test]
fn openssl_reads_a_key_that_we_encrypt() {
    let folder = tempfile::tempdir().expect("a folder");
    for kind in [KeyKind::Ed25519, KeyKind::P256] {
        let path = folder.path().join(format!("{kind:?}.pem"));
        let key = LocalKey::generate(kind).expect("a key");
        create_encrypted(&path, &key, &words()).expect("it is new");
        let path = path.to_str().expect("a path of ours");
        let passphrase = format!("pass:{WORDS}");
        let public = openssl(
            folder.path(),
            &["pkey", "-in", path, "-passin", &passphrase, "-pubout", "-outform", "PEM"],
        );
        assert_eq!(VerifyKey::from_pem(&public), Ok(key.public()));
        assert_eq!(String::from_utf8_lossy(&public), key.public().pem());
    }
}

#[test]
fn we_read_a_key_that_openssl_encrypts() {
    let folder = tempfile::tempdir().expect("a folder");
    let passphrase = format!("pass:{WORDS}");
    let kinds: [&[&str]; 2] = [&["ED25519"], &["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]];
    for kind in kinds {
        let mut arguments = vec!["genpkey", "-out", "plain.pem", "-algorithm"];
        arguments.extend(kind);
        openssl(folder.path(), &arguments);
        let to = ["pkcs8", "-topk8", "-in", "plain.pem", "-out", "sealed.pem"];
        let how = ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA256", "-passout", &passphrase];
        openssl(folder.path(), &[&to[..], &how].concat());
        let sealed = folder.path().join("sealed.pem");
        fs::set_permissions(&sealed, fs::Permissions::from_mode(0o600)).expect("our own file");
        let key = load_encrypted(&sealed, &words()).expect("it is encrypted in our way");
        let public = openssl(folder.path(), &["pkey", "-in", "plain.pem", "-pubout"]);
        assert_eq!(VerifyKey::from_pem(&public), Ok(key.public()));
        // What it signs, OpenSSL verifies, and the other way round.
        fs::write(folder.path().join("message"), "words").expect("room");
        fs::write(folder.path().join("public.pem"), key.public().pem()).expect("room");
        fs::write(folder.path().join("ours"), key.sign(b"words").expect("it signs")).expect("room");
        let verify = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-sigfile", "ours"];
        let input = ["-rawin", "-in", "message"];
        openssl(folder.path(), &[&verify[..], &input].concat());
        let sign = ["pkeyutl", "-sign", "-inkey", "plain.pem", "-out", "theirs"];
        openssl(folder.path(), &[&sign[..], &input].concat());
        let theirs = fs::read(folder.path().join("theirs")).expect("it was written");
        assert_eq!(key.public().verify(b"words", &theirs), Ok(()));
    }
}

#[test]
fn another_way_to_encrypt_is_named_as_that() {
    let folder = tempfile::tempdir().expect("a folder");
    openssl(folder.path(), &["genpkey", "-out", "plain.pem", "-algorithm", "ED25519"]);
    let ways: [&[&str]; 3] = [
        &["-scrypt"],
        &["-v2", "aes-128-cbc"],
        &["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
    ];
    for way in ways {
        let to = ["pkcs8", "-topk8", "-in", "plain.pem", "-out", "sealed.pem"];
        openssl(folder.path(), &[&to[..], way, &["-passout", "pass:x"]].concat());
        let sealed = folder.path().join("sealed.pem");
        fs::set_permissions(&sealed, fs::Permissions::from_mode(0o600)).expect("our own file");
        let wrong = load_encrypted(&sealed, &words()).expect_err("it is another way");
        assert!(matches!(wrong, warden_seal::KeyError::Encryption), "{way:?}: {wrong}");
    }
}
