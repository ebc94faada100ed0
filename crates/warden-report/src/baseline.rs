//! The findings that are known already, as a file that later scans are compared with.
//!
//! `schemas/baseline-1.schema.json` is the published schema.

use serde::Serialize;
use warden_model::{Decision, Finding, Scan};

use crate::json;

#[derive(Serialize)]
struct Baseline<'a> {
    version: u32,
    findings: Vec<Known<'a>>,
}

#[derive(Serialize)]
struct Known<'a> {
    fingerprint: String,
    rule: &'static str,
    file: &'a str,
    message: &'a str,
}

/// Every finding that is open or known already and for which `accepts` says yes, ended by a line
/// feed. What is suppressed needs no baseline.
///
/// # Errors
/// If a value cannot be written as JSON.
pub fn render(
    scan: &Scan,
    accepts: impl Fn(&Finding) -> bool,
) -> Result<String, serde_json::Error> {
    let known = scan.settled.iter().filter(|settled| settled.decision == Decision::Known);
    let all = scan.findings.iter().chain(known.map(|settled| &settled.finding));
    let mut findings: Vec<Known<'_>> = all
        .filter(|finding| accepts(finding))
        .map(|finding| Known {
            fingerprint: finding.fingerprint.to_string(),
            rule: finding.rule,
            file: &finding.location.file,
            message: &finding.message,
        })
        .collect();
    findings.sort_by(|a, b| a.fingerprint.cmp(&b.fingerprint));
    findings.dedup_by(|a, b| a.fingerprint == b.fingerprint);
    json::to_text(&Baseline { version: 1, findings })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use warden_model::Class;

    use super::*;
    use crate::sample;

    #[test]
    fn a_baseline_satisfies_its_schema_and_has_what_is_accepted() {
        let scan = sample::scan();
        let text = render(&scan, |finding| finding.class != Class::ToolPoisoning)
            .expect("it can be written");
        let value: Value = serde_json::from_str(&text).expect("it is JSON");
        let schema = include_str!("../../../schemas/baseline-1.schema.json");
        let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
        assert!(jsonschema::draft202012::is_valid(&schema, &value), "{text}");
        let rules: Vec<&str> = value["findings"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|known| known["rule"].as_str())
            .collect();
        assert!(!rules.contains(&"hidden-characters") && rules.contains(&"plain-secret"));
        assert!(rules.contains(&"path-traversal"), "what was known stays known: {rules:?}");
    }
}
