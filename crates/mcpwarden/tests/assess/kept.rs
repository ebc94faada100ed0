//! What was taken in stays as it was: whoever changes it is noticed.

use std::path::PathBuf;

use super::*;

/// A home with answers that were taken in, and the file of the record.
fn taken() -> (TestHome, PathBuf) {
    let home = ready();
    drop(import(&home, &answers(&home, "vendor-15")).success());
    let folder = fs::read_dir(home.warden().join("assessments")).unwrap();
    let mut files = folder.map(|file| file.unwrap().path());
    let record = files.find(|path| path.extension().is_some_and(|end| end == "json")).unwrap();
    (home, record)
}

#[track_caller]
fn is_not_believed(home: &TestHome, because: &str) {
    for words in [&["assess", "show", "mail", "--here"][..], &["estate", "build", "--here"]] {
        let outcome = warden(home, words);
        assert_eq!(outcome.code, Some(3), "{}", outcome.block());
        assert!(outcome.stderr.contains(because), "{}", outcome.block());
    }
}

#[test]
fn a_changed_record_is_not_believed() {
    let (home, record) = taken();
    let text = fs::read_to_string(&record).unwrap();
    let (_, payload) = text.split_once("\"payload\":\"").unwrap();
    let at = payload.get(40..41).unwrap();
    let mut changed = text.clone();
    let place = text.len() - payload.len() + 40;
    changed.replace_range(place..=place, if at == "A" { "B" } else { "A" });
    fs::write(&record, changed).unwrap();
    is_not_believed(&home, "the log has it, and it is gone");
}

#[test]
fn a_record_that_is_gone_is_missed() {
    let (home, record) = taken();
    fs::remove_file(record).unwrap();
    is_not_believed(&home, "the log has it, and it is gone");
}

#[test]
fn evidence_that_was_changed_is_not_believed() {
    let (home, _) = taken();
    let hex = warden_model::Digest::of(REPORT).to_string().replace("sha256:", "");
    let file = home.warden().join("assessments/evidence").join(hex);
    assert_eq!(fs::read(&file).unwrap(), REPORT);
    fs::write(&file, "a report of a better test\n").unwrap();
    is_not_believed(&home, "is not kept as it was handed in");
    fs::remove_file(&file).unwrap();
    is_not_believed(&home, "is not kept as it was handed in");
}

/// A record that was made elsewhere, or that nobody has logged, counts for nothing and is told.
#[test]
fn a_record_that_is_not_in_the_log_does_not_count() {
    let (other, record) = taken();
    let home = ready();
    drop(answers(&home, "vendor-15"));
    let folder = home.warden().join("assessments");
    fs::copy(&record, folder.join(record.file_name().unwrap())).unwrap();
    let outcome = warden(&home, &["assess", "show", "mail", "--here"]);
    assert!(outcome.stderr.contains("is not in the log"), "{}", outcome.block());
    assert!(outcome.success().starts_with("mail: with vendor"));
    drop(other);
}

#[test]
fn what_a_key_signed_that_counts_no_more_is_left_out() {
    let (home, _) = taken();
    let trust = home.warden().join("trust.json");
    let mut keys: Value = serde_json::from_slice(&fs::read(&trust).unwrap()).unwrap();
    keys["keys"].as_array_mut().unwrap().retain(|key| key["name"] != "ann");
    fs::write(&trust, keys.to_string()).unwrap();
    let outcome = warden(&home, &["assess", "show", "mail", "--here"]);
    assert!(outcome.stderr.contains("no trusted key has signed this"), "{}", outcome.block());
    assert!(outcome.success().contains("0 of 22 questions"));
}
