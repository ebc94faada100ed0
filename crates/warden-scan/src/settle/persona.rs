//! Which findings are shown to whom.

use warden_model::{
    Confidence, Persona, Scan, Severity,
    Severity::{Critical, High, Info, Low, Medium},
};

use Persona::{Auditor, Pedantic, Regular};

/// For each severity, who sees a finding of low, medium and high confidence: that persona and those
/// after it. What is grave and likely is seen by everybody.
pub static PERSONAS: &[(Severity, [Persona; 3])] = &[
    (Critical, [Regular, Regular, Regular]),
    (High, [Regular, Regular, Regular]),
    (Medium, [Pedantic, Regular, Regular]),
    (Low, [Auditor, Pedantic, Regular]),
    (Info, [Auditor, Auditor, Pedantic]),
];

/// Who sees a finding: the first persona that does.
#[must_use]
pub fn seen_by(severity: Severity, confidence: Confidence) -> Persona {
    let row = PERSONAS.iter().find(|(of, _)| *of == severity);
    // What has no row is seen by everybody.
    row.map_or(Regular, |(_, [low, medium, high])| match confidence {
        Confidence::Low => *low,
        Confidence::Medium => *medium,
        Confidence::High => *high,
    })
}

/// Takes out what is not for this persona, after everything else was decided, and counts it.
pub fn show_to(scan: &mut Scan, persona: Persona) {
    let before = scan.findings.len();
    scan.findings.retain(|one| seen_by(one.severity, one.confidence) <= persona);
    scan.persona = persona;
    scan.held_back += before - scan.findings.len();
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIDENCES: [Confidence; 3] = [Confidence::Low, Confidence::Medium, Confidence::High];

    #[test]
    fn what_is_grave_and_likely_is_never_held_back() {
        for severity in [High, Critical] {
            for confidence in [Confidence::Medium, Confidence::High] {
                assert_eq!(seen_by(severity, confidence), Regular);
            }
        }
    }

    #[test]
    fn who_is_surer_or_graver_is_seen_by_no_fewer() {
        for severity in Severity::ALL {
            assert!(PERSONAS.iter().any(|(of, _)| of == severity), "{severity}");
            let row = CONFIDENCES.map(|confidence| seen_by(*severity, confidence));
            assert!(row.is_sorted_by(|one, next| one >= next), "{severity}");
        }
        for confidence in CONFIDENCES {
            let column: Vec<_> =
                Severity::ALL.iter().map(|severity| seen_by(*severity, confidence)).collect();
            assert!(column.is_sorted_by(|one, next| one >= next), "{confidence}");
        }
    }

    #[test]
    fn an_auditor_sees_everything() {
        for severity in Severity::ALL {
            for confidence in CONFIDENCES {
                assert!(seen_by(*severity, confidence) <= Auditor);
            }
        }
    }
}
