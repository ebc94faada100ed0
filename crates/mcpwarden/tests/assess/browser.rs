//! The form and the sheet in a browser, which is driven by a program of the tests over pipes.

use std::path::Path;

use super::*;

/// Runs the driver, and returns what it tells.
#[track_caller]
fn drive(home: &TestHome, words: &[&str]) -> Value {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/assess/browser.mjs");
    let outcome = Outcome::of(home.command("node").arg(script).args(words), b"");
    serde_json::from_str(&outcome.clone().success()).expect("it tells what it has seen")
}

/// Without a mouse, an account or a network: a vendor answers every question with the keyboard, the
/// browser computes the digests of the evidence, and what it saves is taken in.
#[test]
fn a_vendor_answers_the_form_in_a_browser() {
    let home = ready();
    drop(form(&home, "vendor-15"));
    let work = home.work().display().to_string();
    let page = home.work().join("form.html").display().to_string();
    let report = home.work().join("report.pdf").display().to_string();
    let told_by = drive(&home, &["fill", &page, &report, &work]);
    assert_eq!(told_by["told"], "Saved as answers.json.", "{told_by}");
    assert_eq!(told_by["trouble"], json!([]), "{told_by}");
    assert_eq!(told_by["asked"], json!([]), "nothing is asked of the network");
    assert_eq!(told_by["foreign"], false, "another script does not run");
    assert_eq!(told_by["same"], true, "what was saved is loaded as it was: {told_by}");

    let saved: Value =
        serde_json::from_slice(&fs::read(home.work().join("answers.json")).unwrap()).unwrap();
    let named = &saved["answers"][0]["evidence"][0];
    assert_eq!(named["digest"], warden_model::Digest::of(REPORT).to_string());
    let taken = import(&home, &saved);
    assert_eq!(taken.code, Some(0), "{}", taken.block());
    let shown = told(&home, &["assess", "show", "mail", "--here", "--set", "vendor-15"]);
    let all = shown["questions"].as_array().unwrap();
    let stands = |it: &Value| it["stands"].as_str().unwrap().starts_with("answered, until ");
    assert!(all.iter().all(stands), "{shown:#}");
    let eighth = &all[7]["answers"][0];
    assert_eq!(eighth["items"], json!(["customer", "vendor:DE", "vendor:FR"]));
    assert_eq!(
        (&eighth["by"], &eighth["text"]),
        (&"Vera Vendor".into(), &"as in the report, V8".into())
    );
}

/// R61, R27, R58: every list is one page of A4 and of Letter, empty and filled in, and nothing runs
/// over its side.
#[test]
fn a_sheet_is_one_page_in_a_browser() {
    let home = ready();
    drop(import(&home, &answers(&home, "diligence-20")).success());
    for set in ["approval-12", "vendor-15", "diligence-20"] {
        for server in [&[][..], &["mail", "--here"]] {
            let words = [&["assess", "sheet", "--set", set, "-o", "sheet.html"], server].concat();
            drop(warden(&home, &words).success());
            let page = home.work().join("sheet.html").display().to_string();
            let printed = drive(&home, &["print", &page]);
            assert_eq!(printed["pages"], json!({"a4": 1, "letter": 1}), "{set} {server:?}");
            assert_eq!(printed["overflow"], false, "{set} {server:?}");
        }
    }
}
