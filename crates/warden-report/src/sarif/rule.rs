//! A rule as a SARIF reporting descriptor.

use warden_model::Severity;

use super::{
    cwe, message,
    types::{Configuration, MultiformatMessage, Relationship, ReportingDescriptor, RuleProperties},
};
use crate::Rule;

pub(super) fn new<'a>(rule: &Rule<'a>) -> ReportingDescriptor<'a> {
    let class = rule.class.info();
    let frameworks = rule.class.controls().iter();
    let mut tags = vec!["security".to_owned(), class.id.to_owned()];
    tags.extend(rule.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}")));
    ReportingDescriptor {
        id: rule.id,
        short_description: message(rule.title),
        full_description: message(class.title),
        help: MultiformatMessage { text: rule.page, markdown: rule.page },
        default_configuration: Configuration { level: level(rule.severity) },
        relationships: rule.cwe.iter().map(|number| relationship(*number)).collect(),
        properties: RuleProperties {
            tags,
            security_severity: security_severity(rule.severity),
            severity: rule.severity.name(),
            frameworks: frameworks.map(|one| (one.framework, one.ids.as_slice())).collect(),
        },
    }
}

fn relationship(number: u16) -> Relationship {
    Relationship { target: cwe::reference(number), kinds: ["superset"] }
}

pub(super) const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The middle of the range that code scanning services give this name to.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
        Severity::Info => "0.0",
    }
}
