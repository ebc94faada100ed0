//! What anybody has changed is refused, where it is read and where it would let something run.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use warden_testkit::TestHome;

use crate::{RUN, SANDBOX, approved, by, file, no, refused, request, state};

/// The file or folder below a folder whose name ends so.
#[track_caller]
pub(crate) fn below(folder: &Path, name: &str) -> PathBuf {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let found =
                path.file_name().is_some_and(|found| found.to_string_lossy().ends_with(name));
            let whole = path.to_string_lossy().replace('/', "");
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
            } else if found || whole.ends_with(name) {
                return path;
            }
        }
    }
    panic!("there is no {name}");
}

#[track_caller]
fn not_believed(home: &TestHome, what: &str) {
    let outcome = home.run(["approval", "show", "clock"]);
    assert_eq!(outcome.code, Some(3), "{what}: {}", outcome.block());
    let stderr = refused(home, RUN);
    assert!(stderr.contains("certificate-could-not-tell"), "{what}: {stderr}");
    let outcome = home.run(["approval", "list"]);
    assert_eq!(outcome.code, Some(3), "{what}: {}", outcome.block());
}

#[test]
fn a_changed_byte_of_every_part_is_refused() {
    let home = approved();
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let file = file(&home);
    let whole = fs::read(&file).unwrap();
    let text = String::from_utf8(whole.clone()).unwrap();
    let at = |part: &str| text.find(part).unwrap() + part.len() + 4;
    let parts = [
        ("the payload", at("\"payload\":\"")),
        ("the middle of the payload", text.len() / 2),
        ("the type", at("\"payloadType\":\"")),
        ("the signature", at("\"sig\":\"")),
        ("the brace at the end", text.len() - 1),
    ];
    for (what, at) in parts {
        let mut changed = whole.clone();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        fs::write(&file, changed).unwrap();
        not_believed(&home, what);
    }
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    not_believed(&home, "half of it");
    fs::write(&file, b"").unwrap();
    not_believed(&home, "nothing");
    fs::write(&file, whole).unwrap();
    assert_eq!(state(&home), "approved");
}

#[test]
fn an_older_file_in_its_place_is_refused() {
    let home = approved();
    drop(home.run(["approve", "clock", "--by", "ann", "--yes"]).success());
    let file = file(&home);
    let old = fs::read(&file).unwrap();
    drop(by(&home, "ann", &["withdraw", "--reason", "a leak"]).success());
    // It was believed once, by every signature in it.
    fs::write(&file, old).unwrap();
    not_believed(&home, "an older file");
    no(&home.run(["approval", "show", "clock"]), 3, "not the last one in the log");
    let words = ["approval", "evidence", "clock"];
    no(&home.run(words), 3, "not the last one in the log");
    // What cannot be believed is left behind by asking anew.
    let anew = [SANDBOX, &["--anew"]].concat();
    request(&home, "mia", &anew);
    assert_eq!(state(&home), "pending");
}

#[test]
fn the_approval_of_another_server_is_none() {
    let home = approved();
    let folder = home.work().join("clock").display().to_string();
    let words = ["certify", &folder, "--name", "other", "--script", "server.py"];
    drop(home.run(words).success());
    drop(home.run(["approve", "other", "--by", "ann", "--yes"]).success());
    let words = ["approval", "request", "other", "--owner", "rita"];
    drop(home.run(words.iter().chain(SANDBOX).map(|&word| word.to_owned())).success());
    let files = fs::read_dir(home.warden().join("approvals")).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|it| it == "json")).collect();
    let named = |name: &str| {
        let is = |path: &&PathBuf| path.display().to_string().contains(&format!("/{name}-"));
        files.iter().find(is).expect("it is there")
    };
    let (clock, other) = (named("clock"), named("other"));
    fs::copy(clock, other).unwrap();
    no(&home.run(["approval", "show", "other"]), 3, "it is about `clock`");
    let run = ["run", "other", "--approved", "--environment", "sandbox"];
    assert!(refused(&home, &run).contains("certificate-could-not-tell"));
}

/// What was logged and not put in its place, since somebody pulled the plug in between.
#[test]
fn what_was_interrupted_goes_on() {
    let home = approved();
    let file = file(&home);
    let before = fs::read(&file).unwrap();
    drop(by(&home, "ann", &["withdraw", "--reason", "a leak"]).success());
    fs::rename(&file, file.with_extension("next")).unwrap();
    fs::write(&file, before).unwrap();
    assert_eq!(state(&home), "withdrawn");
    request(&home, "mia", SANDBOX);
    assert_eq!(state(&home), "pending");
}

#[test]
fn anybody_can_check_it_without_this_program() {
    let home = approved();
    let envelope: Value = serde_json::from_slice(&fs::read(file(&home)).unwrap()).unwrap();
    let payload = STANDARD.decode(envelope["payload"].as_str().unwrap()).unwrap();
    let payload: Value = serde_json::from_slice(&payload).unwrap();
    let schema = include_str!("../../../../schemas/approval-acts-1.schema.json");
    check(schema, &payload);
    let schema = include_str!("../../../../schemas/approval-act-1.schema.json");
    for act in payload["acts"].as_array().unwrap() {
        let act: Value = serde_json::from_str(act.as_str().unwrap()).unwrap();
        let act = STANDARD.decode(act["payload"].as_str().unwrap()).unwrap();
        check(schema, &serde_json::from_slice(&act).unwrap());
    }
    let dossier = crate::shown(&home)["dossier"].clone();
    check(include_str!("../../../../schemas/approval-1.schema.json"), &dossier);
}

#[track_caller]
fn check(schema: &str, instance: &Value) {
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator.iter_errors(instance).map(|e| e.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?} in {instance:#}");
}
