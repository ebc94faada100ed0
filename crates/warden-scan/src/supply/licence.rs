//! Licences: expressions of SPDX, and which of them are approved.

use spdx::{Expression, LicenseReq, ParseMode};

/// A longer expression is none.
const LONGEST: usize = 4096;

/// Licences that nobody has to think about before use.
const APPROVED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Artistic-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "BlueOak-1.0.0",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC0-1.0",
    "HPND",
    "ISC",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "Python-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "WTFPL",
    "X11",
    "Zlib",
];

/// Licences that are never accepted unless a person says so: they bind the server that uses them
/// over a network, or forbid its use in business.
const DENIED: &[&str] = &["AGPL", "SSPL", "BUSL", "Elastic", "CC-BY-NC"];

/// Which licences are approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LicencePolicy {
    approved: Vec<String>,
    denied: Vec<String>,
}

/// What a policy says of a licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It is approved, or one of several to choose from is.
    Approved,
    /// Nobody has decided.
    Undecided,
    /// It is denied, whichever is chosen.
    Denied,
    /// It is no expression of SPDX.
    NotRead,
}

impl Default for LicencePolicy {
    fn default() -> Self {
        Self::new(APPROVED, DENIED)
    }
}

impl LicencePolicy {
    /// A policy of identifiers that are approved, and of what denied ones begin with.
    #[must_use]
    pub fn new(approved: &[&str], denied: &[&str]) -> Self {
        let owned = |all: &[&str]| all.iter().map(|id| (*id).to_owned()).collect();
        Self { approved: owned(approved), denied: owned(denied) }
    }

    /// What it says of a licence as written.
    #[must_use]
    pub fn standing(&self, written: &str) -> Standing {
        let Some(expression) = expression(written) else { return Standing::NotRead };
        if expression.evaluate(|req| self.is_approved(req)) {
            return Standing::Approved;
        }
        // Denied only if no choice is left that is not.
        if expression.evaluate(|req| !self.is_denied(req)) {
            Standing::Undecided
        } else {
            Standing::Denied
        }
    }

    fn is_approved(&self, req: &LicenseReq) -> bool {
        let name = req.license.to_string();
        let name = name.trim_end_matches('+');
        self.approved.iter().any(|id| id == name)
    }

    fn is_denied(&self, req: &LicenseReq) -> bool {
        let name = req.license.to_string();
        self.denied.iter().any(|start| {
            name.strip_prefix(start.as_str()).is_some_and(|rest| {
                rest.is_empty() || rest.starts_with('-') || rest.starts_with('+')
            })
        })
    }
}

/// The expression, if it is one. Deprecated identifiers are read: old packages have them.
#[must_use]
fn expression(written: &str) -> Option<Expression> {
    let written = written.trim();
    if written.is_empty() || written.len() > LONGEST {
        return None;
    }
    let mode =
        ParseMode { allow_deprecated: true, allow_imprecise_license_names: true, ..ParseMode::LAX };
    Expression::parse_mode(written, mode).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_as_good_as_its_best_and_a_sum_as_bad_as_its_worst() {
        for (written, expected) in [
            ("MIT", Standing::Approved),
            ("MIT OR AGPL-3.0-only", Standing::Approved),
            ("MIT AND AGPL-3.0-only", Standing::Denied),
            ("(MIT OR Apache-2.0) AND BSD-3-Clause", Standing::Approved),
            ("Apache-2.0 WITH LLVM-exception", Standing::Approved),
            ("GPL-3.0-only", Standing::Undecided),
            ("GPL-3.0", Standing::Undecided),
            ("AGPL-3.0", Standing::Denied),
            ("SSPL-1.0", Standing::Denied),
            ("BUSL-1.1", Standing::Denied),
            ("AGPL-3.0-or-later OR SSPL-1.0", Standing::Denied),
            ("LicenseRef-ours", Standing::Undecided),
            ("UNLICENSED", Standing::NotRead),
            ("SEE LICENSE IN LICENSE.txt", Standing::NotRead),
            ("", Standing::NotRead),
            ("MIT OR", Standing::NotRead),
        ] {
            assert_eq!(LicencePolicy::default().standing(written), expected, "{written}");
        }
        let long = "(".repeat(LONGEST + 1);
        assert_eq!(LicencePolicy::default().standing(&long), Standing::NotRead);
        let deep = format!("{}MIT{}", "(".repeat(1500), ")".repeat(1500));
        assert_eq!(LicencePolicy::default().standing(&deep), Standing::Approved);
    }
}
