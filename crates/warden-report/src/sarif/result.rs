//! A finding as a SARIF result.

use warden_model::{Finding, TraceStep};

use super::{
    location, message,
    rule::level,
    types::{
        CodeFlow, Fingerprints, Location, Outcome, ResultProperties, ThreadFlow, ThreadFlowLocation,
    },
};
use crate::Tool;

pub(super) fn new<'a>(finding: &'a Finding, tool: &Tool<'_>) -> Outcome<'a> {
    let text = match finding.label.as_str() {
        "" => finding.message.clone(),
        label => format!("{}: {label}", finding.message),
    };
    Outcome {
        rule_id: finding.rule,
        rule_index: tool.rules.iter().position(|rule| rule.id == finding.rule),
        level: level(finding.severity),
        message: message(&text),
        locations: location::with_subject(&finding.location, &finding.subject)
            .into_iter()
            .collect(),
        code_flows: code_flow(&finding.trace).into_iter().collect(),
        partial_fingerprints: Fingerprints { first: finding.fingerprint.to_string() },
        properties: ResultProperties {
            class: finding.class.id(),
            severity: finding.severity.name(),
            confidence: finding.confidence.name(),
            help: &finding.help,
        },
    }
}

fn code_flow(trace: &[TraceStep]) -> Option<CodeFlow> {
    if trace.is_empty() {
        return None;
    }
    let step = |step: &TraceStep| {
        let place = location::of(&step.location).unwrap_or_default();
        ThreadFlowLocation { location: Location { message: Some(message(&step.note)), ..place } }
    };
    Some(CodeFlow { thread_flows: [ThreadFlow { locations: trace.iter().map(step).collect() }] })
}
