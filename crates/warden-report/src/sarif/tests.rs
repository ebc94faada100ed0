use serde_json::Value;

use super::*;
use crate::sample;

fn log(scan: &Scan) -> Value {
    let text = render(scan, &sample::TOOL).expect("a log can be written");
    serde_json::from_str(&text).expect("the log is JSON")
}

#[track_caller]
pub(crate) fn check(log: &Value) {
    let text = include_str!("../../tests/data/sarif-schema-2.1.0.json");
    let mut schema: Value = serde_json::from_str(text).expect("the schema is JSON");
    // A stray bracket there, put right in the errata, is no valid expression for our validator.
    for component in ["run", "toolComponent"] {
        let pointer = format!("/definitions/{component}/properties/language/pattern");
        let pattern = schema.pointer_mut(&pointer).expect("the schema says what a language is");
        *pattern = "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$".into();
    }
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let errors: Vec<_> =
        validator.iter_errors(log).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn the_log_satisfies_the_official_schema() {
    check(&log(&sample::scan()));
    check(&log(&Scan::default()));
}

#[test]
fn a_finding_without_a_file_is_still_a_valid_result() {
    let mut scan = sample::scan();
    for finding in &mut scan.findings {
        finding.location = warden_model::Location::default();
        finding.trace.iter_mut().for_each(|step| step.location = finding.location.clone());
    }
    check(&log(&scan));
    scan.findings.iter_mut().for_each(|finding| finding.location.line = Some(0));
    check(&log(&scan));
}

#[test]
fn the_log_says_all_that_services_show() {
    insta::assert_snapshot!(render(&sample::scan(), &sample::TOOL).expect("it can be written"));
}

#[test]
fn an_incomplete_scan_is_not_a_successful_invocation() {
    let mut scan = sample::scan();
    assert_eq!(log(&scan)["runs"][0]["invocations"][0]["executionSuccessful"], false);
    scan.coverage.unread.clear();
    scan.coverage.source.gaps.clear();
    assert_eq!(log(&scan)["runs"][0]["invocations"][0]["executionSuccessful"], true);
}
