//! Findings.

use serde::{Deserialize, Serialize};
use warden_model as model;
use warden_model::{Confidence, Severity};

use super::place::Place;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Finding {
    rule: String,
    severity: String,
    confidence: String,
    message: String,
    label: String,
    place: Place,
    server: Option<String>,
    tool: Option<String>,
    parameter: Option<String>,
    code: Option<Excerpt>,
    trace: Vec<Step>,
    help: String,
    fingerprint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Step {
    place: Place,
    note: String,
    code: Option<Excerpt>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Excerpt {
    text: String,
    start: usize,
    length: usize,
}

impl Finding {
    pub(super) fn of(found: &model::Finding) -> Self {
        Self {
            rule: found.rule.to_owned(),
            severity: found.severity.name().to_owned(),
            confidence: found.confidence.name().to_owned(),
            message: found.message.clone(),
            label: found.label.clone(),
            place: Place::of(&found.location),
            server: found.subject.server.clone(),
            tool: found.subject.tool.clone(),
            parameter: found.subject.parameter.clone(),
            code: found.code.as_ref().map(Excerpt::of),
            trace: found.trace.iter().map(Step::of).collect(),
            help: found.help.clone(),
            fingerprint: found.fingerprint.to_string(),
        }
    }

    /// A rule that this program does not know, or a name that is none, makes the whole unreadable.
    pub(super) fn back(self) -> Option<model::Finding> {
        let meta = warden_scan::rule(&self.rule)?.meta();
        let confidences = [Confidence::Low, Confidence::Medium, Confidence::High];
        let severity = Severity::ALL.iter().find(|known| known.name() == self.severity)?;
        Some(model::Finding {
            rule: meta.id,
            class: meta.class,
            cwe: meta.cwe(),
            severity: *severity,
            confidence: confidences.into_iter().find(|known| known.name() == self.confidence)?,
            message: self.message,
            label: self.label,
            location: self.place.back(),
            subject: model::Subject {
                server: self.server,
                tool: self.tool,
                parameter: self.parameter,
            },
            code: self.code.map(Excerpt::back),
            trace: self.trace.into_iter().map(Step::back).collect(),
            help: self.help,
            fingerprint: self.fingerprint.parse().ok()?,
        })
    }
}

impl Step {
    pub(super) fn of(step: &model::TraceStep) -> Self {
        Self {
            place: Place::of(&step.location),
            note: step.note.clone(),
            code: step.code.as_ref().map(Excerpt::of),
        }
    }

    pub(super) fn back(self) -> model::TraceStep {
        model::TraceStep {
            location: self.place.back(),
            note: self.note,
            code: self.code.map(Excerpt::back),
        }
    }
}

impl Excerpt {
    pub(super) fn of(code: &model::Excerpt) -> Self {
        Self { text: code.text.clone(), start: code.start, length: code.length }
    }

    pub(super) fn back(self) -> model::Excerpt {
        model::Excerpt { text: self.text, start: self.start, length: self.length }
    }
}
