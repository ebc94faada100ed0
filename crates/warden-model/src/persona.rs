//! For whom a scan is: how much of what rules notice is shown, by one table.

use std::fmt;

use crate::{
    Confidence,
    Severity::{self, Critical, High, Info, Low, Medium},
};

use Persona::{Auditor, Pedantic, Regular};

/// For whom a scan is, the one who sees least first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Persona {
    /// Somebody who has other things to do: what is likely right and worth his time.
    #[default]
    Regular,
    /// Somebody who wants a server in good order: smells too.
    Pedantic,
    /// Somebody who judges for himself: everything that was noticed.
    Auditor,
}

impl Persona {
    /// Every persona, the one who sees least first.
    pub const ALL: &[Self] = &[Self::Regular, Self::Pedantic, Self::Auditor];

    /// The lower-case name in reports and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Pedantic => "pedantic",
            Self::Auditor => "auditor",
        }
    }

    /// What is shown to it, in one line.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::Regular => "what is likely right and worth the time",
            Self::Pedantic => "smells too",
            Self::Auditor => "everything that was noticed",
        }
    }
}

impl fmt::Display for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

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
