//! Envelopes and logs of ours, verified without us (condition 4 of certification), and the other
//! way round.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

use warden_seal::{
    KeyKind, LocalKey, STATEMENT_TYPE, Signer, SigningKey, Statement, Subject, Trust, TrustedKey,
    VerifyKey,
    log::{Folder, LogPolicy, Logged, NoteKind, NoteSigner, Reader, Resource, Writer},
    open_trusted, seal_with,
};

/// The interpreter that `cargo xtask test` has installed the other implementation for.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "xtask tells the tests where the fixtures are")]
fn interpreter() -> PathBuf {
    let python = match std::env::var_os("MCPWARDEN_FIXTURES") {
        Some(folder) => PathBuf::from(folder).join("python-seal/bin/python"),
        None => panic!("the other implementation is not installed: run `cargo xtask test`"),
    };
    assert!(python.is_file(), "{} is not there: run `cargo xtask test`", python.display());
    python
}

/// Runs the script, and returns what it says when it is not content.
fn ask(arguments: &[&str]) -> Result<(), String> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/independent.py");
    let output = Command::new(interpreter()).arg(script).args(arguments).output();
    let output = output.expect("the interpreter starts");
    if output.status.success() && output.stdout == b"verified\n" {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn statement() -> Vec<u8> {
    let statement = Statement {
        subjects: vec![Subject {
            name: "archive".into(),
            sha256: warden_model::Digest::of(b"archive"),
            others: std::collections::BTreeMap::new(),
        }],
        predicate_type: "https://example.com/certificate/v1".into(),
        predicate: serde_json::json!({ "level": 2 }),
    };
    statement.write().expect("it is one")
}

#[test]
fn an_envelope_is_the_same_to_the_other_implementation() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes);
    let keys = [KeyKind::Ed25519, KeyKind::P256].map(LocalKey::generate);
    let keys = keys.map(|key| key.expect("there is randomness"));
    for (key, name) in keys.iter().zip(["one.pem", "two.pem"]) {
        write(name, key.public().pem().as_bytes()).expect("there is room");
    }
    let envelope = seal_with(STATEMENT_TYPE, &statement(), &[&keys[0], &keys[1]]);
    write("envelope.json", &envelope.expect("it is signed")).expect("there is room");
    write("payload", &statement()).expect("there is room");
    let place = folder.path().to_str().expect("our own");
    assert_eq!(ask(&["envelope", place]), Ok(()));
    write("payload", b"{}").expect("there is room");
    assert!(ask(&["envelope", place]).is_err(), "the script looks");
}

#[test]
fn an_envelope_of_the_other_implementation_is_the_same_to_the_reader() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("payload"), statement()).expect("there is room");
    assert_eq!(ask(&["make", folder.path().to_str().expect("our own")]), Ok(()));
    let envelope = fs::read(folder.path().join("envelope.json")).expect("it was made");
    let trusted = ["one.pem", "two.pem"].map(|name| {
        let pem = fs::read(folder.path().join(name)).expect("it was made");
        TrustedKey {
            key: VerifyKey::from_pem(&pem).expect("it is a key"),
            name: name.into(),
            uses: ["certificate".to_owned()].into(),
            not_before: None,
            not_after: None,
            revoked_since: None,
        }
    });
    let trust = Trust::new(trusted.into()).expect("two keys");
    let time = SystemTime::UNIX_EPOCH;
    let opened = open_trusted(&envelope, STATEMENT_TYPE, &trust, "certificate", time);
    let opened = opened.expect("it is signed");
    assert_eq!((opened.payload, opened.keys.len()), (statement(), 2));
}

#[test]
fn a_log_is_the_same_to_the_other_implementation() {
    let key = SigningKey::generate().expect("there is randomness");
    let signer = NoteSigner::new("example.com/log", NoteKind::Ed25519, &key).expect("a name");
    let keys = vec![signer.key().clone()];
    let policy =
        LogPolicy { origin: "example.com/log".into(), keys, witnesses: Vec::new(), quorum: 0 };
    let vkey = signer.key().to_string();
    // The last size is the example of the specification: tiles of three levels, two of them full.
    for size in [0, 1, 256, 257, 700, 70_000] {
        let folder = tempfile::tempdir().expect("a folder");
        let place = folder.path().to_str().expect("our own");
        let mut writer = Writer::create(folder.path(), &policy, &signer).expect("there is room");
        let entries: Vec<_> = (0..size).map(|at: u32| at.to_be_bytes()).collect();
        let entries: Vec<_> = entries.iter().map(<[u8; 4]>::as_slice).collect();
        if size > 0 {
            let appended = writer.append(&entries, &signer).expect("there is room");
            let tiles = Folder::new(folder.path());
            let index = u64::from(size / 2);
            let path = Reader::new(&tiles, &appended.checkpoint).inclusion(index);
            let (path, checkpoint) = (path.expect("it is there"), appended.note);
            let proof = Logged { index, path, checkpoint, extra: None }.write();
            fs::write(folder.path().join("proof.tlog-proof"), proof).expect("there is room");
            let entry = (size / 2).to_be_bytes();
            fs::write(folder.path().join("entry"), entry).expect("there is room");
            assert_eq!(ask(&["proof", place, &vkey]), Ok(()), "{size}");
        }
        assert_eq!(ask(&["log", place, &vkey]), Ok(()), "{size}");
        if size == 700 {
            let tile =
                Folder::new(folder.path()).place(Resource::Tile { level: 0, index: 1, width: 256 });
            let mut bytes = fs::read(&tile).expect("it is there");
            bytes[77] ^= 1;
            fs::write(&tile, bytes).expect("there is room");
            assert!(ask(&["log", place, &vkey]).is_err(), "the script looks");
        }
    }
}
