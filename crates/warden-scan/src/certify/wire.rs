//! Records and scores as JSON, for whoever signs them.
//!
//! Members are written in the order of their names and numbers are integers, so what is made here
//! has its RFC 8785 form already as far as this crate can say it; the signer canonicalises anyway.
//! The reader of this form is `warden-policy`, and one golden file is held to by both.

use serde_json::{Value, json};
use warden_model::{Digest, Severity};

use super::{Counts, Outcome, Scored, ScoredFinding, StageRecord};
use crate::settle::Date;

impl Counts {
    /// The counts as JSON.
    #[must_use]
    pub fn to_value(&self) -> Value {
        json!({
            "critical": self.of(Severity::Critical),
            "high": self.of(Severity::High),
            "info": self.of(Severity::Info),
            "low": self.of(Severity::Low),
            "medium": self.of(Severity::Medium),
        })
    }
}

impl StageRecord {
    /// The record as JSON.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let (outcome, reason) = match &self.outcome {
            Outcome::Finished => ("finished", None),
            Outcome::Unfinished { reason } => ("unfinished", Some(reason)),
            Outcome::NotApplicable { reason } => ("not-applicable", Some(reason)),
            Outcome::NotRun => ("not-run", None),
        };
        let coverage = &self.coverage;
        let gaps = coverage.gaps.iter().map(|gap| json!({"count": gap.count, "kind": gap.kind}));
        let text = |digest: &Digest| digest.to_string();
        json!({
            "coverage": {
                "gaps": gaps.collect::<Vec<_>>(),
                "known": coverage.known,
                "looked_at": coverage.looked_at,
            },
            "evidence": self.evidence.as_ref().map(text),
            "findings": self.findings.to_value(),
            "inputs": self.inputs.iter().map(text).collect::<Vec<_>>(),
            "outcome": outcome,
            "reason": reason,
            "rules": self.rules.as_ref().map(text),
            "stage": self.stage.name(),
            "tool": {"name": self.tool.name, "version": self.tool.version},
        })
    }
}

impl Scored {
    /// The score as JSON: the total, its items, the caps and the digest of the weights.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let items = self.items.iter().map(|item| {
            json!({
                "because": item.because,
                "code": item.code.text(),
                "label": item.label,
                "points": item.points,
            })
        });
        let caps = self.caps.iter().map(|cap| {
            json!({
                "because": cap.because,
                "code": cap.code.name(),
                "level": cap.level.number(),
            })
        });
        json!({
            "caps": caps.collect::<Vec<_>>(),
            "items": items.collect::<Vec<_>>(),
            "level_by_score": self.by_score.number(),
            "model": "scoring-1",
            "total": self.total,
            "weights": self.weights.to_string(),
        })
    }
}

impl ScoredFinding {
    /// The finding as JSON, as certificates list those that are open on this day.
    #[must_use]
    pub fn to_value(&self) -> Value {
        json!({
            "class": self.class.id(),
            "confidence": self.confidence.name(),
            "fingerprint": self.fingerprint.to_string(),
            "rule": self.rule,
            "severity": self.severity.name(),
            "stage": self.stage.name(),
        })
    }

    /// The waiver as JSON, if it counts on this day.
    #[must_use]
    pub fn waiver_value(&self, today: Date) -> Option<Value> {
        let waiver = self.waiver.as_ref().filter(|_| self.waived(today))?;
        Some(json!({
            "finding": self.to_value(),
            "owner": waiver.owner,
            "reason": waiver.reason,
            "until": waiver.until.to_string(),
        }))
    }
}
