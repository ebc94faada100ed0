//! A finding as a SARIF result.

use warden_model::{Decision, Finding, Scan, SuppressedBy, TraceStep};

use super::{
    cwe, location, message,
    rule::level,
    types::{
        CodeFlow, Fingerprints, Location, Outcome, ResultProperties, Suppression, ThreadFlow,
        ThreadFlowLocation,
    },
};
use crate::{Tool, clean::printable};

/// Every finding; those that somebody has decided about say so.
pub(super) fn all<'a>(scan: &'a Scan, tool: &Tool<'_>) -> Vec<Outcome<'a>> {
    let known = scan.settled.iter().any(|settled| settled.decision == Decision::Known);
    let open = scan
        .findings
        .iter()
        .map(|finding| Outcome { baseline_state: known.then_some("new"), ..new(finding, tool) });
    let settled = scan.settled.iter().map(|settled| {
        let outcome = new(&settled.finding, tool);
        match &settled.decision {
            Decision::Known => Outcome { baseline_state: Some("unchanged"), ..outcome },
            Decision::Suppressed { reason, by, .. } => Outcome {
                baseline_state: known.then_some("new"),
                suppressions: vec![suppression(reason, *by)],
                ..outcome
            },
        }
    });
    open.chain(settled).collect()
}

fn suppression(reason: &str, by: SuppressedBy) -> Suppression {
    let kind = match by {
        SuppressedBy::Comment => "inSource",
        SuppressedBy::File => "external",
    };
    Suppression { kind, status: "accepted", justification: printable(reason).into_owned() }
}

fn new<'a>(finding: &'a Finding, tool: &Tool<'_>) -> Outcome<'a> {
    let text = match finding.label.as_str() {
        "" => finding.message.clone(),
        label => format!("{}: {label}", finding.message),
    };
    Outcome {
        rule_id: finding.rule,
        rule_index: tool.rules.iter().position(|rule| rule.id == finding.rule),
        level: level(finding.severity),
        message: message(&text),
        locations: location::with_subject(finding).into_iter().collect(),
        code_flows: code_flow(&finding.trace).into_iter().collect(),
        partial_fingerprints: Fingerprints { first: finding.fingerprint.to_string() },
        taxa: finding.cwe.iter().map(|number| cwe::reference(*number)).collect(),
        baseline_state: None,
        suppressions: Vec::new(),
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
        let place = location::of_code(&step.location, step.code.as_ref()).unwrap_or_default();
        ThreadFlowLocation { location: Location { message: Some(message(&step.note)), ..place } }
    };
    Some(CodeFlow { thread_flows: [ThreadFlow { locations: trace.iter().map(step).collect() }] })
}
