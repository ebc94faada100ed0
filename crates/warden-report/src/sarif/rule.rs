//! A rule as a SARIF reporting descriptor.

use warden_model::Severity;

use super::{
    message,
    types::{Configuration, MultiformatMessage, ReportingDescriptor, RuleProperties},
};
use crate::Rule;

pub(super) fn new<'a>(rule: &Rule<'a>) -> ReportingDescriptor<'a> {
    let class = rule.class.info();
    let mut tags = vec!["security".to_owned(), class.id.to_owned()];
    tags.extend(class.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}")));
    ReportingDescriptor {
        id: rule.id,
        short_description: message(rule.title),
        full_description: message(class.title),
        help: MultiformatMessage { text: rule.page, markdown: rule.page },
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            tags,
            security_severity: security_severity(rule.severity),
            severity: rule.severity.name(),
        },
    }
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
